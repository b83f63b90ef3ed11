// SPDX-License-Identifier: LGPL-2.1-or-later
imports.gi.versions.GraphbitMock = '1.0';
const {Gio, GLib, GraphbitMock} = imports.gi;

function check(condition, what) {
    if (!condition)
        throw new Error(what);
}

const server = new GraphbitMock.Server({require_authorization: false});
server.start();
server.add_step(JSON.stringify({text: 'from JavaScript', connection: 'close'}));
const client = new Gio.SocketClient();
const connection = client.connect_to_host('127.0.0.1', server.port, null);
const body = JSON.stringify({model: 'm', messages: [{role: 'user', content: 'hi'}]});
connection.get_output_stream().write_all(
    `POST /v1/chat/completions HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`, null);
const bytes = connection.get_input_stream().read_bytes(100000, null);
check(new TextDecoder().decode(bytes.toArray()).includes('"content":"from JavaScript"'), 'answer');
check(server.wait_for_finished(1, 20000), 'finished');
check(JSON.parse(server.dup_requests_json())[0].body === body, 'record');
let refused = false;
try {
    server.add_step('{"unknown": 1}');
} catch (error) {
    refused = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_DATA);
}
check(refused, 'a bad step was taken');
connection.close(null);
server.stop();
