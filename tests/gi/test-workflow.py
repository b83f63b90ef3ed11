# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workflows in Python: functions, conditions and tools, at once, later and async; events; failures."""

import asyncio
import gc
import json
import os
import tempfile

import tap
from gi.repository import Gio, GLib, Graphbit

Code = Graphbit.Error


def build(*nodes, edges=()):
    workflow = Graphbit.Workflow("test")
    for node in nodes:
        workflow.add_node(node)
    for source, target in edges:
        workflow.connect(source, target)
    return workflow


def function(name, func):
    return Graphbit.FunctionNode.new(name, func)


def agent_with(func, **properties):
    """An agent that calls the tool `lookup` once."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    agent = Graphbit.AgentNode("agent", "How warm is it?")
    agent.add_tool(Graphbit.Tool.new("lookup", "Looks it up.", schema, func, **properties))
    return agent


def call_tool(server, **arguments):
    server.step(tool_calls=[{"id": "c1", "name": "lookup", "arguments": arguments}])


def test_functions(server):
    seen = {}
    json_text = '{"n": 1, "name": "ü"}'

    def first(context):
        seen.update(context.get_all_variables())
        context.set_variable("colour", "blue")
        return {"n": 1, "name": "ü"}

    def second(context):
        assert context.get_inputs() == {"first": json_text}
        return context.get_input() + context.get_variable("colour") + context.get_node_output("first")

    workflow = build(function("first", first), function("second", second), edges=[("first", "second")])
    inputs = {"text": "t", "flag": True, "count": 3, "part": 0.5, "list": ["a", "b"], "map": {"k": [1]}}
    result = Graphbit.Executor().execute(workflow, inputs)
    assert result.is_success(), result.get_error()
    outputs = result.get_all_node_outputs()
    assert (outputs["first"], outputs["second"]) == (json_text, json_text + "blue" + json_text), outputs
    expected = {"text": "t", "flag": "true", "count": "3", "part": "0.5", "list": '["a","b"]', "map": '{"k": [1]}'}
    assert seen == expected, seen
    assert result.get_variable("colour") == "blue"
    assert isinstance(result.get_all_variables(), dict)


def saved():
    """A workflow that can be written, and a registry with what is named in it."""
    shout = function("shout", lambda context: "never called")
    shout.set_function_name("shout")
    which = Graphbit.ConditionNode.new("which?", lambda context: "never called", function_name="which")
    agent = Graphbit.AgentNode("agent", "How warm is it in {{input.city}}?")
    tool = Graphbit.Tool.new("lookup", "Looks it up.", None, lambda call: "24 degrees")
    agent.add_tool(tool)
    workflow = build(agent, which, shout, edges=[("agent", "which?"), ("which?", "shout")])
    workflow.declare_input("city", {"type": "string"})
    registry = Graphbit.Registry()
    registry.add_function("shout", lambda context: context.get_input() + "!")
    registry.add_condition("which", lambda context: "shout")
    registry.add_tool(tool)
    assert registry.has_function("shout") and registry.has_condition("which") and registry.lookup_tool("lookup") == tool
    return workflow, registry


def test_saved_workflow(server):
    workflow, registry = saved()
    text = workflow.to_json()
    copy = Graphbit.Workflow.from_json(text, registry)
    assert copy.to_json() == text
    assert Graphbit.Workflow.from_json(json.loads(text), registry).to_json() == text
    call_tool(server)
    result = Graphbit.Executor(server.config()).execute(copy, {"city": "Lisbon"})
    assert result.get_node_output("shout") == "The tool said: 24 degrees!", result.get_error()

    missing = tap.raises(Graphbit.GraphbitError, Graphbit.Workflow.from_json, text, Graphbit.Registry(), code=Code.NOT_FOUND)
    assert "$.nodes[0].tools[0]" in str(missing)
    tap.raises(ValueError, Graphbit.Workflow.from_json, "{", code=Code.PARSE, text="Line 1, column 2")
    tap.raises(ValueError, registry.add_function, "shout", print, code=Code.INVALID_ARGUMENT)
    anonymous = build(function("anonymous", lambda context: ""))
    tap.raises(Graphbit.GraphbitError, anonymous.to_json, code=Code.FAILED_PRECONDITION, text="anonymous")


async def test_saved_workflow_in_files(server):
    workflow, registry = saved()

    async def shout_later(context):
        await asyncio.sleep(0)
        return context.get_input() + "!!"

    later = Graphbit.Registry()
    later.add_function("shout", shout_later)
    later.add_condition("which", lambda context: "shout")
    later.add_tool(registry.lookup_tool("lookup"))
    with tempfile.TemporaryDirectory() as folder:
        file = Gio.File.new_for_path(os.path.join(folder, "w.json"))
        assert workflow.save(file)
        assert Graphbit.Workflow.load(file, registry).to_json() == workflow.to_json()
        workflow.set_description("again")
        await workflow.save_async(file)
        copy = await Graphbit.Workflow.load_async(file, later)
        assert copy.get_description() == "again"
        await tap.araises(Graphbit.GraphbitError, Graphbit.Workflow.load_async(file), code=Code.NOT_FOUND)
    call_tool(server)
    result = await Graphbit.Executor(server.config()).execute_async(copy, {"city": "Lisbon"})
    assert result.get_node_output("shout") == "The tool said: 24 degrees!!", result.get_error()


def test_drawings(server):
    workflow = build(Graphbit.TransformNode("a <b>", "trim"), Graphbit.TransformNode("c"), edges=[("a <b>", "c")])
    assert 'label="a <b>"' in workflow.to_dot() and "a #60;b#62;" in workflow.to_mermaid()
    run = Graphbit.Executor().start(workflow)
    assert "pending" in run.to_dot() and "pending" in run.to_mermaid()
    result = run.wait()
    assert "completed" in result.to_dot() and "completed" in result.to_mermaid()


def test_variables(server):
    workflow = build(Graphbit.TransformNode("t", "template", argument="A {mood} day"))
    workflow.declare_variable("mood", "good")
    assert Graphbit.Executor().execute(workflow).get_node_output("t") == "A good day"


def test_function_that_raises(server):
    def broken(context):
        raise LookupError("no such row")

    result = Graphbit.Executor().execute(build(function("broken", broken)))
    assert result.is_failed()
    error = result.get_node_error("broken")
    assert isinstance(error, Graphbit.GraphbitError) and error.code == Code.NODE_FAILED
    assert "LookupError: no such row" in str(error) and "no such row" in str(result.get_error())
    result = Graphbit.Executor().execute(build(function("nothing", lambda context: None)))
    assert result.is_failed() and result.get_node_error("nothing").code == Code.NODE_FAILED
    assert "returned nothing" in str(result.get_node_error("nothing")), result.get_node_error("nothing")


def test_breaker_is_shared(server):
    """What a client finds out about a model, an executor with another configuration of it need not find out again."""
    server.step(status=503, times=-1)
    for _ in range(5):
        tap.raises(Graphbit.GraphbitError, server.client(max_retries=0).complete, "x", code=Code.UNAVAILABLE)
    result = Graphbit.Executor(server.config()).execute(build(Graphbit.AgentNode("agent", "Hello")))
    assert result.is_failed() and result.get_node_error("agent").code == Code.CIRCUIT_OPEN
    assert server.get_request_count() == 5


def test_condition(server):
    chosen = Graphbit.ConditionNode.new("which?", lambda context: "right")
    sides = [Graphbit.TransformNode(side, "uppercase") for side in ("left", "right")]
    edges = [("start", "which?"), ("which?", "left"), ("which?", "right")]
    workflow = build(function("start", lambda context: "go"), chosen, *sides, edges=edges)
    result = Graphbit.Executor().execute(workflow)
    assert result.is_success(), result.get_error()
    assert result.get_node_output("left") is None and result.get_node_output("right") is not None


def test_nested(server):
    from graphbit import Node

    shout = build(Graphbit.TransformNode("loud", "uppercase"))
    one = build(function("one", lambda context: f"{context.get_variable('index')}:{context.get_variable('item')}"))
    grow = build(function("grow", lambda context: context.get_variable("input") + "+"))
    again = Node.loop("again", grow, "length (output) >= 3", id="again")
    nest = Node.workflow("nest", build(function("say", lambda context: context.get_variable("input"))), id="nest")
    each = Node.map("each", one, max_concurrency=2, id="each")
    assert (again.get_max_iterations(), each.get_max_concurrency()) == (10, 2)
    assert nest.get_workflow().get_node("say") is not None and again.get_condition().startswith("length")

    edges = [("list", "each"), ("x", "again"), ("again", "nest")]
    workflow = build(function("list", lambda context: ["a", {"b": 1}]), function("x", lambda context: "x"),
                     each, again, nest, edges=edges)
    run = Graphbit.Executor().start(workflow, None, Graphbit.StreamModes.UPDATES)
    paths = [event.get_path() for event in run if event.get_kind() == Graphbit.EventKind.NODE_COMPLETED]
    result = run.get_result()
    assert result.is_success(), result.get_error()
    assert result.get_node_output("each") == '["0:a","1:{\\"b\\": 1}"]', result.get_node_output("each")
    assert result.get_node_output("each/1/one") == '1:{"b": 1}'
    assert (result.get_node_output("nest"), result.get_node_output("again/1")) == ("x++", "x+")
    assert [path.split("/")[:2] for path in paths if path.startswith("each/")] == [["each", "0"], ["each", "1"]]

    runs = {node_run.get_node_name(): node_run for node_run in run.get_node_runs()}
    assert runs["x"].get_children() is None
    assert [child.get_path() for child in runs["each"].get_children()] == ["each/0", "each/1"]
    assert [child.get_output() for child in runs["nest"].get_children()] == ["x++"]

    try:
        build(Graphbit.WorkflowNode("outer", build(Graphbit.WorkflowNode("inner", shout)))).validate()
        shout.add_node(Graphbit.WorkflowNode("self", shout))
        assert False
    except GLib.Error as error:
        assert "contain itself" in str(error), error


def test_expressions(server):
    chosen = Graphbit.ConditionNode.new_for_expression("which?", "node.start.size > 5 ? 'right' : 'left'")
    assert chosen.get_expression() == chosen.props.expression == "node.start.size > 5 ? 'right' : 'left'"
    sides = [Graphbit.TransformNode(side, "uppercase") for side in ("left", "right", "open", "closed")]
    edges = [("start", "which?"), ("which?", "left"), ("which?", "right")]
    workflow = build(function("start", lambda context: {"size": 7}), chosen, *sides, edges=edges)
    for target, condition in (("open", "word in ['yes', 'y']"), ("closed", "word == null")):
        workflow.connect_nodes_full("start", target, Graphbit.EdgeKind.CONDITIONAL, condition)
    result = Graphbit.Executor().execute(workflow, {"word": "y"})
    assert result.is_success(), result.get_error()
    assert [result.get_node_output(node.get_name()) is not None for node in sides] == [False, True, True, False]

    place = {"code": Code.INVALID_ARGUMENT, "text": "line 1, column "}
    tap.raises(Graphbit.GraphbitError, Graphbit.ConditionNode.new_for_expression, "c", "x >", **place)
    conditional = ("start", "left", Graphbit.EdgeKind.CONDITIONAL, "1")
    tap.raises(Graphbit.GraphbitError, workflow.connect_nodes_full, *conditional, **place)
    workflow.connect_nodes_full("open", "closed", Graphbit.EdgeKind.CONDITIONAL, "node.nobody == 1")
    tap.raises(Graphbit.GraphbitError, workflow.validate, code=Code.INVALID_WORKFLOW)


def test_lists(server):
    workflow = build(
        function("text", lambda context: "a, b"),
        Graphbit.SplitNode("pieces", separator=", "),
        Graphbit.JoinNode("all", mode="object"),
        Graphbit.JoinNode("told", mode=Graphbit.JoinMode.TEMPLATE, template="{{node.all.pieces[1]}}"),
        Graphbit.DelayNode("wait", 1),
        edges=[("text", "pieces"), ("text", "all"), ("pieces", "all"), ("all", "told"), ("told", "wait")],
    )
    result = Graphbit.Executor().execute(workflow)
    assert result.is_success(), result.get_error()
    assert result.get_node_output_json("all").get_object().get_array_member("pieces").get_length() == 2
    assert result.get_node_output("wait") == "b"


def test_http(server):
    url = server.get_base_url() + "/data?q={{input.q}}"
    node = Graphbit.HttpNode("fetch", url, method="POST", headers={"X-Key": "{key}"}, body='{"q": "{q}"}')
    refused = Graphbit.Executor().execute(build(node), {"q": "a b", "key": "k"})
    assert refused.get_node_error("fetch").code == Code.PERMISSION, refused.get_node_error("fetch")
    assert isinstance(refused.get_node_error("fetch"), PermissionError) and server.get_request_count() == 0

    node = Graphbit.HttpNode("fetch", url, method="POST", headers={"X-Key": "{key}"}, body='{"q": "{q}"}')
    node.set_allowed_hosts(["127.0.0.1"])
    assert node.get_headers() == {"X-Key": "{key}"} and node.props.method == "POST"
    server.step(body="found")
    result = Graphbit.Executor().execute(build(node), {"q": "a b", "key": "k"})
    assert result.get_node_output("fetch") == "found", result.get_error()
    server.step(status=404, body="nothing")
    error = Graphbit.Executor().execute(build(Graphbit.HttpNode("fetch", server.get_base_url(), allowed_hosts=["127.0.0.1"])))
    assert error.get_node_error("fetch").details.get_http_status() == 404


def test_approval(server):
    def ask():
        workflow = build(
            function("draft", lambda context: "Dear all"),
            Graphbit.ApprovalNode("send?", "Send “{{node.draft}}”?"),
            function("send", lambda context: context.get_input() + " was sent"),
            edges=[("draft", "send?"), ("send?", "send")],
        )
        return workflow, Graphbit.Executor().start(workflow, None, Graphbit.StreamModes.UPDATES)

    asked = []

    def answer(model, position, removed, added):
        for approval in list(model)[position : position + added]:
            asked.append(approval.props.question)
            assert approval.get_node_name() == "send?" and approval.get_tool_call() is None
            assert approval.allow() and not approval.deny("too late")

    workflow, run = ask()
    run.get_approvals().connect("items-changed", answer)
    assert run.wait().get_node_output("send") == "Dear all was sent"
    assert asked == ["Send “Dear all”?"] and len(run.get_approvals()) == 0

    workflow, run = ask()
    for event in run:
        if event.get_kind() == Graphbit.EventKind.APPROVAL_REQUESTED:
            assert event.get_payload()["question"] == "Send “Dear all”?"
            assert run.get_approvals()[0].deny("it is late")
    error = run.get_result().get_node_error("send?")
    assert error.code == Code.TOOL_DENIED and "it is late" in str(error)
    assert run.get_result().get_node_output("send") is None

    tap.raises(Graphbit.GraphbitError, Graphbit.Executor().execute, workflow, code=Code.FAILED_PRECONDITION)


async def test_approval_async(server):
    workflow = build(Graphbit.ApprovalNode("go?", "Go on?"))
    run = Graphbit.Executor().start(workflow, None, Graphbit.StreamModes.UPDATES)
    async for event in run:
        if event.get_event() == "approval_requested":
            approval = run.get_approvals()[0]
            assert await asyncio.get_running_loop().run_in_executor(None, approval.allow)
    assert run.get_result().is_success() and approval.get_state() == Graphbit.ApprovalState.ALLOWED


def test_tool(server):
    call_tool(server, city="Lisbon")
    result = Graphbit.Executor(server.config()).execute(
        build(agent_with(lambda call: {"city": call.get_argument_string("city"), "degrees": 24}))
    )
    assert result.get_node_output("agent") == 'The tool said: {"city": "Lisbon", "degrees": 24}', result.get_error()
    metadata = result.get_node_response_metadata("agent")
    assert isinstance(metadata, dict) and metadata


def test_tool_that_raises(server):
    def broken(call):
        raise ConnectionError("the station is silent")

    call_tool(server, city="Lisbon")
    result = Graphbit.Executor(server.config()).execute(build(agent_with(broken)))
    assert "ConnectionError: the station is silent" in result.get_node_output("agent")

    call_tool(server, city="Lisbon")
    agent = agent_with(broken)
    agent.set_fail_run_on_tool_error(True)
    result = Graphbit.Executor(server.config()).execute(build(agent))
    assert result.get_node_error("agent").code == Code.TOOL_FAILED
    assert "the station is silent" in str(result.get_node_error("agent"))


def test_tools_in_other_ways(server):
    """A coroutine that raises, nothing at all, a handler that raises or answers and denies it: a result each time."""

    async def broken(call):
        raise ConnectionError("the station is silent")

    def say_and_deny(_, call):
        assert call.respond("25 degrees") and not call.respond("26 degrees")
        return False

    def raise_error(_, call):
        raise ConnectionError("the station is silent")

    def said_by(agent):
        call_tool(server, city="Lisbon")
        return Graphbit.Executor(server.config()).execute(build(agent)).get_node_output("agent")

    assert "ConnectionError: the station is silent" in said_by(agent_with(broken))
    assert "The tool failed: The function returned nothing" in said_by(agent_with(lambda call: None))
    for handler, said in (
        (raise_error, "ConnectionError: the station is silent"),
        (lambda tool, call: False, "Nothing answers calls of the tool “lookup”"),
        (say_and_deny, "The tool said: 25 degrees"),
    ):
        tool = Graphbit.Tool.new("lookup", "Looks it up.")
        tool.connect("call", handler)
        agent = Graphbit.AgentNode("agent", "How warm is it?")
        agent.add_tool(tool)
        assert said in said_by(agent)


def test_answered_later(server):
    calls = []

    def later(_, call):
        GLib.timeout_add(1, answer, call)
        return True

    def answer(call):
        calls.append(call.get_name())
        assert call.respond("25 degrees")
        assert not call.respond("too late")

    agent = Graphbit.AgentNode("agent", "How warm is it?")
    tool = Graphbit.Tool.new("lookup", "Looks it up.")
    tool.connect("call", later)
    agent.add_tool(tool)
    call_tool(server)

    loop, results = GLib.MainLoop(), []

    def done(executor, result):
        results.append(executor.execute_finish(result))
        loop.quit()

    Graphbit.Executor(server.config()).execute_async(build(agent), callback=done)
    loop.run()
    assert results[0].get_node_output("agent") == "The tool said: 25 degrees"
    assert calls == ["lookup"]


async def async_text(argument):
    await asyncio.sleep(0)
    return "from a coroutine"


async def async_failure(argument):
    await asyncio.sleep(0)
    raise ValueError("in a coroutine")


async def test_async_functions(server):
    loop = asyncio.get_running_loop()

    async def first(context):
        assert asyncio.get_running_loop() is loop
        return await server.client().complete_async("inside")

    result = await Graphbit.Executor().execute_async(build(function("first", first)))
    assert result.get_node_output("first") == "You said: inside", result.get_error()
    call_tool(server, city="Lisbon")
    result = await Graphbit.Executor(server.config()).execute_async(build(agent_with(async_text)))
    assert result.get_node_output("agent") == "The tool said: from a coroutine"
    result = await Graphbit.Executor().execute_async(build(function("broken", async_failure)))
    assert "ValueError: in a coroutine" in str(result.get_node_error("broken"))


async def test_async_functions_run_side_by_side(server):
    both = asyncio.Event()
    started = []

    async def wait(context):
        started.append(context)
        if len(started) == 2:
            both.set()
        await both.wait()
        return "done"

    result = await Graphbit.Executor().execute_async(build(function("a", wait), function("b", wait)))
    assert result.is_success()


async def test_cancelled_run_cancels_its_coroutines(server):
    running, cancelled = asyncio.Event(), asyncio.Event()

    async def endless(context):
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    run = asyncio.ensure_future(Graphbit.Executor().execute_async(build(function("endless", endless))))
    await running.wait()
    run.cancel()
    await tap.araises(asyncio.CancelledError, run)
    await asyncio.wait_for(cancelled.wait(), tap.PATIENCE_MS / 1000)


def test_async_functions_without_a_loop(server):
    result = Graphbit.Executor().execute(build(function("first", async_text)))
    assert result.get_node_output("first") == "from a coroutine", result.get_error()
    call_tool(server, city="Lisbon")
    result = Graphbit.Executor(server.config()).execute(build(agent_with(async_text)))
    assert result.get_node_output("agent") == "The tool said: from a coroutine"


async def test_async_function_in_a_blocked_loop(server):
    result = Graphbit.Executor().execute(build(function("first", async_text)))  # blocks this loop
    assert "await the async form" in str(result.get_node_error("first"))


def test_events_without_a_loop(server):
    run = Graphbit.Executor().start(build(function("first", lambda context: "x")))
    names = [event.get_event() for event in run]
    assert names == ["workflow_started", "node_started", "node_completed", "workflow_completed"], names
    assert [node.get_state().value_nick for node in run.get_node_runs()] == ["completed"]
    assert isinstance(run.get_events()[0].get_payload(), dict)
    assert run.wait().is_success()


async def test_events(server):
    run = Graphbit.Executor(server.config()).start(build(Graphbit.AgentNode("agent", "Hello")))
    tokens = [event.get_content() async for event in run if event.get_kind() == Graphbit.EventKind.TOKEN]
    assert "".join(tokens) == "You said: Hello"
    assert (await run.wait_async()).is_success()


async def test_left_events_cancel_the_run(server):
    server.step(stall=True)
    run = Graphbit.Executor(server.config()).start(build(Graphbit.AgentNode("agent", "Hello")))
    async for event in run:
        if event.get_kind() == Graphbit.EventKind.LLM_CALL_STARTED:
            break
    assert (await run.wait_async()).is_cancelled()
    waiting = asyncio.get_running_loop().run_in_executor(None, server.wait_for_open_connections, 0, tap.PATIENCE_MS)
    assert await waiting


def test_runs_are_collected(server):
    run = Graphbit.Executor().start(build(function("first", lambda context: "x")))
    result = run.wait()
    references = [run.weak_ref(), result.weak_ref()]
    del run, result
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_cancellation(server):
    cancellable = Gio.Cancellable()
    first = function("first", lambda context: cancellable.cancel() or "x")
    workflow = build(first, function("second", lambda context: "y"), edges=[("first", "second")])
    error = tap.raises(GLib.Error, Graphbit.Executor().execute, workflow, cancellable=cancellable)
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)


def test_refused(server):
    executor = Graphbit.Executor(server.config())
    a, b = (Graphbit.TransformNode(name, "uppercase") for name in "ab")
    workflow = build(a, b, edges=[("a", "b"), ("b", "a")])
    error = tap.raises(ValueError, workflow.validate, code=Code.INVALID_WORKFLOW)
    assert "a" in str(error) and "b" in str(error)
    tap.raises(ValueError, executor.execute, workflow, code=Code.INVALID_WORKFLOW)
    tap.raises(ValueError, executor.start, workflow, code=Code.INVALID_WORKFLOW)
    tap.raises(ValueError, executor.execute, Graphbit.Workflow("empty"), code=Code.INVALID_WORKFLOW)
    tap.raises(Graphbit.GraphbitError, workflow.connect, "a", "nowhere")
    tap.raises(ValueError, executor.configure, 0, 3, True, False, code=Code.INVALID_ARGUMENT)
    tap.raises(ValueError, Graphbit.Tool.new, "lookup", "Looks.", "{broken")


def test_signals_still_connect(server):
    workflow = Graphbit.Workflow("test")
    seen = []
    workflow.connect("notify::description", lambda *_: seen.append(1))
    workflow.set_description("new")
    assert seen == [1]


tap.main(globals())
