# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Against a server without a handshake that is not ours; tests/tool/install-mcp-server installs its library."""

import os
import signal
import socket
import subprocess
import sys

import tap
from gi.repository import Gio, GLib, Graphbit

Code = Graphbit.Error
FOLDER = os.environ.get("GRAPHBIT_MCP_SERVER_DIR") or os.path.join(GLib.get_user_cache_dir(), "graphbit", "mcp-server")
PYTHON = os.path.join(FOLDER, "python", "bin", "python3")
SERVER = os.path.join(os.environ["G_TEST_SRCDIR"], "tool", "mcp-python-server.py")


def check_all(client):
    assert client.props.protocol_version == "2026-07-28", client.props.protocol_version
    assert (client.props.server_name, client.props.server_version) == ("python", "3")
    assert [tool.props.name for tool in client.list_tools()] == ["echo", "count"]
    assert client.call_tool("echo", '{"text":"grün"}').props.text == "Echo: grün"
    assert client.call_tool("echo", '{"text":5}').props.is_error
    heard = []
    handler = client.connect("progress", lambda client, *values: heard.append(values))
    assert client.call_tool("count", '{"steps":3}').props.text == "done"
    client.disconnect(handler)
    assert heard == [("count", i, 3, f"step {i}") for i in range(1, 4)], heard
    assert [resource.props.uri for resource in client.list_resources()] == ["python://one"]
    assert client.read_resource("python://one").props.text == "one"
    tap.raises(Graphbit.GraphbitError, client.read_resource, "python://none", code=Code.NOT_FOUND)
    assert client.get_prompt("greet", GLib.Variant("a{ss}", {"who": "Ada"}))[0].props.content == "Greet Ada."
    assert client.subscribe_resource("python://one") and client.unsubscribe_resource("python://one")

    cancellable = Gio.Cancellable()
    handler = client.connect("progress", lambda *_: cancellable.cancel())
    try:
        client.call_tool("count", '{"steps":1000}', cancellable)
        raise AssertionError("it was not cancelled")
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), error
    client.disconnect(handler)
    assert client.call_tool("echo", '{"text":"still here"}').props.text == "Echo: still here"


def find_server():
    """The processes that run it, zombies aside."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", encoding="utf-8", errors="replace") as file:
                line = file.read()
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if SERVER in line and parent == os.getpid():
            found.append(int(name))
    return found


def test_stdio(server):
    client = Graphbit.McpClient.new_stdio([PYTHON, SERVER, "stdio"])
    client.open()
    check_all(client)
    client.close()
    client.open()
    [pid] = find_server()
    client.connect("progress", lambda *_: os.kill(pid, signal.SIGKILL))
    tap.raises(ConnectionError, client.call_tool, "count", '{"steps":1000}', code=Code.CONNECTION, text="signal 9")
    assert client.props.state == Graphbit.McpState.CLOSED and not os.path.exists(f"/proc/{pid}")


def test_http(server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([PYTHON, SERVER, "http", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert any("running on" in line for line in process.stderr), "the server did not start"
        client = Graphbit.McpClient.new_http(f"http://127.0.0.1:{port}/mcp")
        client.open()
        check_all(client)
        client.connect("progress", lambda *_: process.kill())
        tap.raises(ConnectionError, client.call_tool, "count", '{"steps":1000}', code=Code.CONNECTION)
        assert client.props.state == Graphbit.McpState.CLOSED
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


if not os.path.exists(PYTHON):
    print(f"1..0 # SKIP {PYTHON} is missing; tests/tool/install-mcp-server installs it")
    sys.exit(0)
tap.main(globals())
