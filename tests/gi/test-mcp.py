# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MCP servers in Python: the double's tools in an agent, signals, failures, asyncio."""

import asyncio
import os
import shutil

import tap
from gi.repository import Gio, GLib, Graphbit

Code = Graphbit.Error
DOUBLE = os.path.join(os.environ["G_TEST_SRCDIR"], "tool", "mcp-double.py")


def make_client(*options, **properties):
    return Graphbit.McpClient(command=[shutil.which("python3"), DOUBLE, "stdio", *options], **properties)


def run_agent(server, tools, **properties):
    workflow = Graphbit.Workflow("test")
    agent = Graphbit.AgentNode("agent", "Do it.", **properties)
    for tool in tools:
        agent.add_tool(tool)
    workflow.add_node(agent)
    result = Graphbit.Executor(server.config()).execute(workflow)
    assert result.is_success(), result.get_error()
    return [message["content"] for message in server.requests()[-1]["messages"] if message["role"] == "tool"]


def call_tools(server, *calls):
    server.step(tool_calls=[{"id": f"c{i}", "name": name, "arguments": arguments}
                            for i, (name, arguments) in enumerate(calls)])


def test_agent(server):
    client = make_client(tool_prefix="d-")
    assert client.open() is True
    tools = client.list_tools()
    tools[[tool.props.name for tool in tools].index("d-slow")].props.timeout_ms = 50
    call_tools(server, ("d-echo", {"text": "hello"}), ("d-add", {"a": 1, "b": 2}), ("d-fail", {}), ("d-echo", {}),
               ("d-unchecked", {"x": 1}), ("d-image", {}), ("d-slow", {}), ("d-odd_name_1_2", {}))
    told = run_agent(server, tools)
    assert told[:3] == ["hello", '{"sum":3}', "The tool failed: it cannot be done"], told
    assert "text" in told[3] and "required" in told[3], told
    assert told[4] == '{"x": 1}' and "image/png" in told[5] and "[audio/wav, 18 bytes]" in told[5] and "50 ms" in told[6], told
    assert told[7] == "odd_name.1", told
    assert "notifications/cancelled" in client.call_tool("history").props.text
    client.close()


def test_pictures(server):
    client = make_client()
    client.open()
    call_tools(server, ("image", {}))
    config = Graphbit.LlmConfig.anthropic("key")
    config.set_base_url(server.props.base_url)
    workflow = Graphbit.Workflow("test")
    agent = Graphbit.AgentNode("agent", "Do it.")
    for tool in client.list_tools():
        agent.add_tool(tool)
    workflow.add_node(agent)
    result = Graphbit.Executor(config).execute(workflow)
    assert result.is_success(), result.get_error()
    shown = server.requests()[-1]["messages"][-1]["content"][0]["content"]
    assert [block.get("text") for block in shown] == ["Look:", None, "[audio/wav, 18 bytes]", "inside", "[resource double://two]"], shown
    assert shown[1]["source"]["media_type"] == "image/png", shown
    client.close()


def test_newest(server):
    heard = []
    client = make_client("--newest")
    client.connect("resource-updated", lambda client, uri: heard.append(uri))
    client.open()
    assert client.props.protocol_version == "2026-07-28" and client.props.capabilities & Graphbit.McpCapabilities.SUBSCRIPTIONS
    assert client.subscribe_resource("double://one") is True
    client.call_tool("touch")
    assert client.unsubscribe_resource("double://one") is True
    client.call_tool("touch")
    assert heard == ["double://one"], heard
    tap.raises(Graphbit.GraphbitError, client.subscribe_resource, "double://two", code=Code.UNSUPPORTED, text="read it again")
    tap.raises(Graphbit.GraphbitError, client.call_tool, "input", code=Code.UNSUPPORTED, text="asking for more")
    call_tools(server, ("echo", {"text": "no handshake"}))
    assert run_agent(server, client.list_tools()) == ["no handshake"]
    client.close()


def test_death_in_agent(server):
    client = make_client()
    client.open()
    tools = client.list_tools()
    call_tools(server, ("slow", {}), ("killed", {}))
    told = run_agent(server, tools)
    assert len(told) == 2 and all("signal 9" in text for text in told), told

    # and again
    client.close()
    assert client.props.state == Graphbit.McpState.CLOSED
    call_tools(server, ("echo", {"text": "a"}))
    assert "not connected" in run_agent(server, tools)[-1]
    client.open()
    call_tools(server, ("echo", {"text": "back"}))
    assert run_agent(server, tools)[-1] == "back"
    client.close()


def test_signals(server):
    heard = []
    client = make_client()
    client.connect("notify::state", lambda client, pspec: heard.append(client.props.state.value_nick))
    client.connect("progress", lambda client, *values: heard.append(values))
    client.connect("log-message", lambda client, *values: heard.append(values))
    client.connect("tools-changed", lambda client: heard.append("tools"))
    client.connect("closed", lambda client, error: heard.append(error and error.code))
    client.open()
    assert client.props.capabilities & Graphbit.McpCapabilities.TOOLS and client.props.server_name == "double"
    for name in ("progress", "log", "change"):
        client.call_tool(name)
    client.close()
    client.open()
    tap.raises(ConnectionError, client.call_tool, "exit", code=Code.CONNECTION, text="status 3")
    assert heard == ["opening", "open", ("progress", 1, 3, "step 1"), ("progress", 2, 3, "step 2"),
                     ("progress", 3, 3, "step 3"), ("warning", "double", "beware"), ("info", None, '{"a":1}'), "tools",
                     "closing", "closed", None, "opening", "open", "closed", Code.CONNECTION], heard


def test_rest(server):
    client = make_client()
    tap.raises(Graphbit.GraphbitError, client.list_tools, code=Code.FAILED_PRECONDITION)
    client.open()
    assert [resource.props.uri for resource in client.list_resources()] == ["double://one", "double://two"]
    assert client.list_resource_templates()[0].props.is_template
    assert client.read_resource("double://one").props.text.startswith("one\n")
    assert [prompt.props.name for prompt in client.list_prompts()] == ["greet", "plain"]
    for values in ({"who": "Ada"}, GLib.Variant("a{ss}", {"who": "Ada"})):
        assert client.get_prompt("greet", values)[0].props.content == "Greet Ada."
    assert client.call_tool("echo", {"text": "a dict"}).props.text == "a dict"
    assert client.call_tool("fail").props.is_error
    parts = client.call_tool("image").props.parts
    assert parts[1].props.bytes.get_size() == 18
    client.close()
    tap.raises(Graphbit.GraphbitError, Graphbit.McpClient.new_stdio(["/nonexistent/server"]).open, code=Code.NOT_FOUND)
    tap.raises(ConnectionError, Graphbit.McpClient.new_stdio(["false"]).open, code=Code.CONNECTION, text="check its command")
    tap.raises(ValueError, Graphbit.McpClient.new_http("ftp://example.com/mcp").open, text="such as https://example.com/mcp")


def test_secrets(server):
    client = make_client()
    client.set_environment_variable("DOUBLE_KEY", "sesame")
    client.set_bearer_token("sesame")
    client.set_secret_header("X-Key", "sesame")
    assert not any("sesame" in str(client.get_property(pspec.name)) for pspec in client.list_properties())
    client.open()
    assert '"sesame"' in client.call_tool("environment").props.text
    client.close()


async def test_asyncio(server):
    client = make_client()
    assert await client.open_async() is True
    results = await asyncio.gather(*(client.call_tool_async("echo", f'{{"text":"{i}"}}') for i in range(20)))
    assert [result.props.text for result in results] == [str(i) for i in range(20)]
    task = asyncio.ensure_future(client.call_tool_async("slow"))
    await asyncio.sleep(0)
    await client.call_tool_async("echo", '{"text":"the server has got both"}')
    task.cancel()
    try:
        await task
        raise AssertionError("it was not cancelled")
    except asyncio.CancelledError:
        pass
    assert "notifications/cancelled" in (await client.call_tool_async("history")).props.text
    assert await client.subscribe_resource_async("double://one") is True
    await tap.araises(ConnectionError, client.call_tool_async("killed"), Code.CONNECTION)
    await client.close_async()


tap.main(globals())
