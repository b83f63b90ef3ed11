# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Against an MCP server of others, over stdio and HTTP; tests/tool/install-mcp-server installs it."""

import os
import shutil
import signal
import socket
import subprocess
import sys

import tap
from gi.repository import GLib, Graphbit

Code = Graphbit.Error
FOLDER = os.environ.get("GRAPHBIT_MCP_SERVER_DIR") or os.path.join(GLib.get_user_cache_dir(), "graphbit", "mcp-server")
SERVER = os.path.join(FOLDER, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js")
NODE = shutil.which("node")


def check_all(client):
    """What both transports have to give."""
    assert client.props.protocol_version == "2025-11-25" and "everything" in client.props.server_name
    tools = {tool.props.name: tool for tool in client.list_tools()}
    assert {"echo", "get-sum", "get-tiny-image", "trigger-long-running-operation"} <= set(tools), list(tools)
    assert client.call_tool("echo", '{"message":"hello"}').props.text == "Echo: hello"
    assert "5" in client.call_tool("get-sum", '{"a":2,"b":3}').props.text
    parts = client.call_tool("get-tiny-image").props.parts
    assert any(part.props.kind == Graphbit.ContentKind.IMAGE for part in parts)
    wrong = client.call_tool("get-sum", '{"a":"x"}')
    assert wrong.props.is_error, wrong.props.raw_json
    heard = []
    handler = client.connect("progress", lambda client, *values: heard.append(values))
    client.call_tool("trigger-long-running-operation", '{"duration":0.2,"steps":4}')
    client.disconnect(handler)
    assert [values[:3] for values in heard] == [("trigger-long-running-operation", i, 4) for i in range(1, 5)], heard

    resources = client.list_resources()
    assert resources and client.read_resource(resources[0].props.uri).props.parts.get_n_items() > 0
    assert client.subscribe_resource(resources[0].props.uri) and client.unsubscribe_resource(resources[0].props.uri)
    assert all(template.props.is_template for template in client.list_resource_templates())
    prompts = {prompt.props.name for prompt in client.list_prompts()}
    assert "simple-prompt" in prompts, prompts
    assert client.get_prompt("simple-prompt")[0].props.content
    return tools


def run_agent(server, tools):
    server.step(tool_calls=[{"id": "c1", "name": "echo", "arguments": {"message": "agent"}},
                            {"id": "c2", "name": "get-sum", "arguments": {"a": 20, "b": 22}}])
    workflow = Graphbit.Workflow("test")
    agent = Graphbit.AgentNode("agent", "Do it.")
    for tool in tools.values():
        agent.add_tool(tool)
    workflow.add_node(agent)
    result = Graphbit.Executor(server.config()).execute(workflow)
    assert result.is_success(), result.get_error()
    told = [message["content"] for message in server.requests()[-1]["messages"] if message["role"] == "tool"]
    assert told[0] == "Echo: agent" and "42" in told[1], told


def children():
    """The node processes that are this program's children, zombies too."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    _, _, rest = file.read().rpartition(")")
            except OSError:
                continue
            if int(rest.split()[1]) == os.getpid():
                found.append(int(name))
    return found


def test_stdio(server):
    client = Graphbit.McpClient.new_stdio([NODE, SERVER, "stdio"])
    client.open()
    tools = check_all(client)
    run_agent(server, tools)
    client.close()
    assert children() == [], children()


def test_killed_in_a_call(server):
    client = Graphbit.McpClient.new_stdio([NODE, SERVER, "stdio"])
    client.open()
    errors, closed = [], []
    client.connect("closed", lambda client, error: closed.append(error and error.code))
    # once it reports progress, it is in the middle of the call
    client.connect("progress", lambda client, *values: os.kill(children()[0], signal.SIGKILL))
    tap.raises(ConnectionError, client.call_tool, "trigger-long-running-operation", '{"duration":30,"steps":100}',
               code=Code.CONNECTION, text="signal 9")
    assert client.props.state == Graphbit.McpState.CLOSED and closed == [Code.CONNECTION]
    assert children() == [], children()
    client.open()
    assert client.call_tool("echo", '{"message":"again"}').props.text == "Echo: again"
    client.close()
    assert children() == [], children()


def test_http(server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # the server wants it, and Debian 12's Node.js is the last that has it only on request
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    options = ["--experimental-global-webcrypto"] if version.startswith("v18.") else []
    process = subprocess.Popen([NODE, *options, SERVER, "streamableHttp"], env={**os.environ, "PORT": str(port)},
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert any("listening" in line for line in process.stdout), "the server did not start"
        client = Graphbit.McpClient.new_http(f"http://127.0.0.1:{port}/mcp")
        client.open()
        run_agent(server, check_all(client))
        client.close()
        client.open()
        client.connect("progress", lambda client, *values: process.kill())
        tap.raises(ConnectionError, client.call_tool, "trigger-long-running-operation", '{"duration":30,"steps":100}',
                   code=Code.CONNECTION)
        assert client.props.state == Graphbit.McpState.CLOSED
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if NODE is None or not os.path.exists(SERVER):
    print(f"1..0 # SKIP node or {SERVER} is missing; tests/tool/install-mcp-server installs it")
    sys.exit(0)
tap.main(globals())
