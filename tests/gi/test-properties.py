# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Of every kind of object that a run and a client make: each property is what its getter says, and set to what it
already is, it notifies nobody."""

import json

import tap
from gi.repository import GLib, GObject, Graphbit


def is_same(one, other):
    if isinstance(one, GLib.Variant) and isinstance(other, GLib.Variant):
        return one.equal(other)
    if isinstance(one, GLib.Error) and isinstance(other, GLib.Error):
        return (one.domain, one.code, one.message) == (other.domain, other.code, other.message)
    return one == other


def check(item, *expected):
    """`expected` are names of properties that must be there."""
    names = {pspec.name for pspec in item.list_properties()}
    assert names.issuperset(expected), (item, names)
    for pspec in item.list_properties():
        if not pspec.flags & GObject.ParamFlags.READABLE:
            continue
        value = item.get_property(pspec.name)
        getter = getattr(item, "get_" + pspec.name.replace("-", "_"), None)
        assert getter is not None, f"{pspec.owner_type.name}:{pspec.name} has no getter"
        assert is_same(value, getter()), (item, pspec.name, value, getter())
        if pspec.flags & GObject.ParamFlags.WRITABLE and not pspec.flags & GObject.ParamFlags.CONSTRUCT_ONLY:
            heard = []
            handler = item.connect("notify::" + pspec.name, lambda *_: heard.append(1))
            item.set_property(pspec.name, value)
            item.disconnect(handler)
            assert not heard, f"{pspec.owner_type.name}:{pspec.name} notifies without a change"
            assert is_same(item.get_property(pspec.name), value), (item, pspec.name)
    return item


SCHEMA = {event["event"]: {field["name"]: field["type"] for field in event["fields"]}
          for event in json.loads(Graphbit.Executor.get_stream_event_schema())["events"]}
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def check_event(event):
    """Also: its properties, its JSON and its dictionary tell the same, and what the schema promises."""
    check(event, "event", "category", "phase", "time", "sequence", "run-id", "node-name")
    data = json.loads(event.to_json())
    assert data == event.get_payload(), (data, event.get_payload())
    assert (data["event"], data["sequence"]) == (event.get_event(), event.get_sequence())
    fields = SCHEMA[data.pop("event")]
    assert data.keys() == fields.keys(), (event.get_event(), data.keys() ^ fields.keys())
    for name, value in data.items():
        assert isinstance(value, TYPES[fields[name]]), (event.get_event(), name, value)
    return event.get_event()


def test_of_a_completion(server):
    server.step(text="four", reasoning="2 and 2")
    config = check(server.config(), "provider", "model", "base-url")
    client = check(Graphbit.LlmClient(config), "config", "max-retries")
    options = Graphbit.LlmOptions()
    options.set_max_tokens(50)
    options.set_temperature(0.5)
    options.set_stop(["END"])
    request = Graphbit.LlmRequest()
    message = Graphbit.LlmMessage.new_user("2 + 2?")
    request.add_message(message)
    request.set_options(check(options, "max-tokens", "stop", "response-schema"))
    check(message, "role", "content", "tool-call-id")
    check(request, "messages", "tools", "options")
    check(Graphbit.ContentPart.new_for_text("a"), "text")
    check(Graphbit.ContentPart.new_for_image_uri("https://example.org/a.png"), "uri")
    check(Graphbit.LlmToolSpec.new("spec", "A spec.", '{"type":"object"}'), "name", "description", "parameters")
    response = check(client.chat(request), "text", "usage", "finish-reason", "attempts")
    check(response.get_usage(), "total-tokens")

    server.step(stream=["one ", "two"])
    stream = check(client.complete_stream("count"), "text", "state", "response")
    stream.collect()
    assert check(stream).get_text() == "one two"


def test_of_an_error(server):
    server.step(status=400, body={"error": {"message": "no", "code": "bad"}})
    error = tap.raises(GLib.Error, server.client().complete, "x")
    details = check(Graphbit.ErrorDetails.from_error(error), "http-status", "provider-message", "attempts")
    assert details.get_http_status() == 400


def test_of_a_run(server):
    calls = []

    def look_up(call):
        check(call, "id", "name", "arguments-json", "deadline", "is-answered")
        calls.append(call.get_argument_string("city"))
        return "24 degrees"

    server.step(tool_calls=[{"id": "c1", "name": "lookup", "arguments": {"city": "Rome"}}])
    server.step(text="It is warm.")
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = Graphbit.Tool.new("lookup", "Looks it up.", schema, look_up)
    agent = Graphbit.AgentNode("agent", "How warm is it?", llm_config=server.config())
    agent.add_tool(check(tool, "timeout-ms", "is-parallel-safe", "output-limit"))
    nodes = [
        agent,
        Graphbit.ConditionNode.new("which", lambda context: "loud"),
        Graphbit.TransformNode("loud", Graphbit.Transformation.UPPERCASE),
        Graphbit.FunctionNode.new("never", lambda context: check(context) and ""),
    ]
    workflow = Graphbit.Workflow("test")
    for node in nodes:
        workflow.add_node(node)
    for source, target in (("agent", "which"), ("which", "loud"), ("which", "never")):
        workflow.connect(source, target)
    for node in nodes:
        check(node, "id", "name", "kind", "timeout-ms", "on-error")
    check(workflow, "name", "nodes", "edges")
    for edge in workflow.get_edges():
        check(edge, "source", "target", "kind", "condition")

    executor = check(Graphbit.Executor(), "config", "timeout-seconds", "on-failure")
    run = executor.start(workflow, None, Graphbit.StreamModes.ALL)
    check(run, "state", "progress", "node-runs", "events", "result")
    kinds = [check_event(event) for event in run]
    result = run.wait()
    assert (calls, result.get_node_output("loud")) == (["Rome"], "IT IS WARM."), (calls, kinds)
    assert check(run).get_progress() == 1.0
    states = [check(node_run, "state", "output", "error", "attempts").get_state() for node_run in run.get_node_runs()]
    assert states.count(Graphbit.NodeState.COMPLETED) == 3, states


def test_of_a_problem(server):
    workflow = Graphbit.Workflow("empty")
    problems = workflow.lint()
    assert problems
    for problem in problems:
        check(problem, "severity", "path", "message", "hint")


if __name__ == "__main__":
    tap.main(globals())
