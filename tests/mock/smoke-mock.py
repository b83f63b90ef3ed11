# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import urllib.request

import gi
gi.require_version('GraphbitMock', '1.0')
from gi.repository import GLib, GraphbitMock

server = GraphbitMock.Server()
server.start()
server.add_step(json.dumps({'text': 'from Python', 'headers': {'X-Seen': 'yes'}}))
request = urllib.request.Request(
    server.props.base_url + '/chat/completions', headers={'Authorization': 'Bearer key'},
    data=json.dumps({'model': 'm', 'messages': [{'role': 'user', 'content': 'hi'}]}).encode())
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(request) as response:
    assert response.headers['X-Seen'] == 'yes'
    assert json.load(response)['choices'][0]['message']['content'] == 'from Python'
assert server.wait_for_open_connections(0, 20000)
assert json.loads(server.dup_requests_json())[0]['path'] == '/v1/chat/completions'
try:
    server.add_step('{"unknown": 1}')
    raise SystemExit('a bad step was taken')
except GLib.Error as error:
    assert 'unknown' in error.message
server.stop()
