# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module graphbit: GraphBit's meaning of names."""

import asyncio
import contextlib
import dataclasses
import datetime
import enum
import json
import os
import typing

import tap

import graphbit
from graphbit import Executor, LlmClient, LlmConfig, Node, Workflow


def client():
    return LlmClient(LlmConfig.openai(os.getenv("OPENAI_API_KEY")))


def test_names(server):
    assert graphbit.__version__ == graphbit.version()
    assert graphbit.WorkflowContext is graphbit.Graphbit.WorkflowContext
    tap.raises(AttributeError, lambda: graphbit.no_such_name)
    names = {}
    exec("from graphbit import *", names)
    assert names["LlmClient"] is LlmClient and names["McpClient"] is graphbit.Graphbit.McpClient and names["tool"] is graphbit.tool
    assert not {"json", "Gio", "Graphbit"} & names.keys()


def test_complete(server):
    assert client().complete("Hello") == "You said: Hello"
    assert client().complete("Hello", max_tokens=5, temperature=None) == "You said: Hello"
    response = client().complete_full("Hello")
    assert response.get_text() == "You said: Hello" and response.get_usage().get_total_tokens() > 0


async def test_conversation(server):
    conversation = graphbit.Conversation(client(), "Be brief")
    assert await conversation.stream("One") == "You said: One"
    pieces = [piece async for piece in conversation.stream("Two")]
    assert len(pieces) > 1 and "".join(pieces) == "You said: Two"
    assert "".join(conversation.stream("Three")) == "You said: Three"
    async with contextlib.aclosing(aiter(conversation.stream("Four"))) as pieces:
        async for _ in pieces:
            break
    assert (await conversation.send_async("Five")).get_text() == "You said: Five"
    assert [message.get_content() for message in conversation][::2] == ["One", "Two", "Three", "Five"]
    read = graphbit.Conversation.from_json(conversation.to_json(), client())
    assert "".join(read.stream("Six")) == "You said: Six"
    assert "".join(read.fork().stream("Seven")) == "You said: Seven"


async def test_own_wires(server):
    assert LlmConfig.azurellm("key", "d", "https://r.openai.azure.com", "2024-10-21").get_api_version() == "2024-10-21"
    assert LlmConfig.openrouter_with_site("key", site_url="https://app.example").get_site_url() == "https://app.example"
    for config in (LlmConfig.anthropic("key", "claude-x"), LlmConfig.ollama(model="m"), LlmConfig.gemini("key"), LlmConfig.cohere("key")):
        config.set_base_url(f"http://127.0.0.1:{server.props.port}")
        assert await LlmClient(config).complete_async("a") == "You said: a"
        assert await LlmClient(config).complete_stream("b") == "You said: b"


async def test_predictions(server):
    config = LlmConfig.replicate("key", "o/m", version="v1")
    config.set_base_url(f"http://127.0.0.1:{server.props.port}")
    assert await LlmClient(config).complete_async("a") == "You said: a"
    assert await LlmClient(config).complete_stream("b") == "You said: b"


def test_endpoints(server):
    llm = client()
    llm.complete("x")
    (endpoint,) = [item for item in graphbit.get_endpoints() if item.props.base_url == server.props.base_url]
    (lane,) = endpoint.get_lanes()
    assert lane.props.attempts == 1 and lane.props.breaker_state == graphbit.BreakerState.CLOSED


async def test_awaitables(server):
    llm = client()
    assert await llm.complete_async("a") == "You said: a"
    assert await llm.complete_stream("b") == "You said: b"
    assert (await llm.complete_full_async("c")).get_text() == "You said: c"
    messages = [("system", "Be brief."), ("user", "hi"), ("assistant", "ho"), ("user", "d")]
    assert await llm.chat_optimized(messages, max_tokens=5) == "You said: d"
    assert [message["role"] for message in server.requests()[-1]["messages"]] == ["system", "user", "assistant", "user"]


async def test_embeddings(server):
    embeddings = graphbit.EmbeddingClient(graphbit.EmbeddingConfig.openai("key"))
    vector = embeddings.embed("Hello")
    assert isinstance(vector, list) and len(vector) == 8
    assert embeddings.embed_many(["Hello", "you"])[0] == vector
    assert await embeddings.embed_async("Hello") == vector
    assert await embeddings.embed_many_async(["you", "Hello"]) == [embeddings.embed("you"), vector]
    assert abs(graphbit.EmbeddingClient.similarity(vector, vector) - 1) < 1e-6
    tap.raises(ValueError, embeddings.embed, "")
    tap.raises(ValueError, embeddings.embed_many, [])
    tap.raises(TypeError, embeddings.embed_many, "one text")
    server.step(match="bad", times=-1, status=400)
    tap.raises(graphbit.GraphbitError, embeddings.embed_many, ["good", "bad"], code=graphbit.Error.INVALID_REQUEST)
    offline = graphbit.EmbeddingClient(graphbit.EmbeddingConfig.offline())
    assert len(offline.embed("Hello")) == 256

    result = embeddings.embed_batch_parallel([["Hello", "you"], ["bad"], [], ["two words"]], 2)
    assert [len(vectors) for vectors in result["embeddings"]] == [2, 0, 0, 1] and result["embeddings"][0][0] == vector
    assert [error[:8] for error in result["errors"]] == ["Batch 1:", "Batch 2:"] and result["duration_ms"] >= 0
    stats = result["stats"]
    assert (stats["successful_requests"], stats["failed_requests"], stats["total_embeddings"]) == (2, 2, 3)
    assert stats["total_tokens"] == 4 and stats["avg_response_time_ms"] > 0
    tap.raises(ValueError, embeddings.embed_batch_parallel, [["Hello"]], 0)
    server.step(match="slow", times=-1, stall=True)
    tap.raises(TimeoutError, embeddings.embed_batch_parallel, [["slow"], ["Hello"]], timeout_ms=100)


async def test_batch(server):
    server.step(match="bad", status=400)
    answers = await client().complete_batch(["a", "bad", "c"], max_tokens=5, temperature=None, max_concurrency=2)
    assert answers[::2] == ["You said: a", "You said: c"]
    assert answers[1].startswith("Error: ") and isinstance(answers[1], graphbit.FailedText)
    assert isinstance(answers[1].error, ValueError) and answers[1].error.details.get_http_status() == 400
    assert await client().complete_batch(str(i) for i in range(3)) == ["You said: 0", "You said: 1", "You said: 2"]


async def test_warmup(server):
    llm = client()
    assert await llm.warmup() is True
    assert await llm.complete_async("x") == "You said: x"
    assert server.get_connection_count() == 1
    server.step(status=401)
    await tap.araises(PermissionError, llm.warmup(), graphbit.Error.AUTHENTICATION)
    assert len(llm.list_models()) == len(await llm.list_models_async()) == 3


async def test_stream(server):
    server.step(stream=["one ", "two ", "three"])
    assert [piece async for piece in client().stream("x")] == ["one ", "two ", "three"]
    assert [piece async for piece in client().stream("x", max_tokens=5)] == ["You ", "said: ", "x"]


def test_stream_without_a_loop(server):
    assert list(client().stream("x")) == ["You ", "said: ", "x"]


async def test_left_stream_is_cancelled(server):
    server.step(stream=["one", "two", "three"], stall="after-520-bytes")
    async for _ in client().stream("x"):
        break
    waiting = asyncio.get_running_loop().run_in_executor(None, server.wait_for_open_connections, 0, tap.PATIENCE_MS)
    assert await waiting


def build():
    tool = graphbit.Tool.new("lookup", "Looks it up.", None, lambda call: "42")
    workflow = Workflow("test")
    workflow.add_node(Node.agent("ask", "What is it?", tools=[tool], temperature=0.5, system_prompt="Be brief."))
    workflow.add_node(Node.function("mark", lambda context: context.get_input() + "!"))
    workflow.add_node(Node.condition("which?", lambda context: "loud"))
    workflow.add_node(Node.transform("loud", "uppercase"))
    for pair in (("ask", "mark"), ("mark", "which?"), ("which?", "loud")):
        workflow.connect(*pair)
    return workflow


def test_nodes(server):
    tap.raises(TypeError, Node.agent, "a", "b", tools=["look_up"], text="not of 'look_up'")
    server.step(call_tools=True)
    result = Executor(LlmConfig.openai()).execute(build())
    assert result.is_success(), result.get_error()
    assert result.get_node_output("mark") == "The tool said: 42!"
    assert server.requests()[0]["temperature"] == 0.5
    tap.raises(TypeError, Node.transform, "x", "no-such-thing")


def test_condition_expression(server):
    workflow = Workflow("test")
    workflow.add_node(Node.function("start", lambda context: "go"))
    workflow.add_node(Node.condition("which?", expression="node.start == 'go' ? 'loud' : 'soft'"))
    workflow.add_node(Node.transform("loud", "uppercase"))
    workflow.add_node(Node.transform("soft", "lowercase"))
    for pair in (("start", "which?"), ("which?", "loud"), ("which?", "soft")):
        workflow.connect(*pair)
    result = Executor().execute(workflow)
    assert (result.get_node_output("loud"), result.get_node_output("soft")) == ("GO", None)
    tap.raises(ValueError, Node.condition, "which?", expression="node.start ==", text="line 1, column 14")
    tap.raises(TypeError, Node.condition, "which?")
    tap.raises(TypeError, Node.condition, "which?", lambda context: "loud", expression="'loud'")


def test_other_nodes(server):
    server.step(body="a-b")
    workflow = Workflow("others")
    workflow.add_node(Node.http("fetch", server.get_base_url() + "/data", headers={"X-Key": "k"}, allowed_hosts=["127.0.0.1"]))
    workflow.add_node(Node.split("pieces", "-"))
    workflow.add_node(Node.delay("wait", 1))
    workflow.add_node(Node.join("all", "list"))
    workflow.add_node(Node.approval("go?", "Go on?", fallback="no", on_error="fallback"))
    for pair in (("fetch", "pieces"), ("pieces", "wait"), ("wait", "all"), ("all", "go?")):
        workflow.connect(*pair)
    run = Executor().start(workflow)
    run.get_approvals().connect("items-changed", lambda model, *_: [approval.deny() for approval in model])
    result = run.wait()
    assert result.is_success() and result.get_node_output("go?") == "no", result.get_error()
    assert result.get_node_output("all") == '[["a","b"]]'


async def test_run_async(server):
    server.step(call_tools=True)
    result = await Executor(LlmConfig.openai(), timeout_seconds=60).run_async(build())
    assert result.get_node_output("mark") == "The tool said: 42!"


async def test_executor_raises(server):
    executor = Executor(LlmConfig.openai("wrong"))
    error = tap.raises(PermissionError, executor.execute, build())
    assert error.code == graphbit.Error.AUTHENTICATION
    await tap.araises(PermissionError, executor.run_async(build()), graphbit.Error.AUTHENTICATION)
    tap.raises(ValueError, executor.execute, Workflow("empty"), code=graphbit.Error.INVALID_WORKFLOW)

    async def endless(context):
        await asyncio.Event().wait()

    workflow = Workflow("slow")
    workflow.add_node(Node.function("endless", endless, timeout_ms=20))
    await tap.araises(TimeoutError, executor.run_async(workflow), graphbit.Error.TIMEOUT)

    def broken(context):
        raise RuntimeError("returned, not raised")

    workflow = Workflow("broken")
    workflow.add_node(Node.function("broken", broken))
    assert executor.execute(workflow).is_failed()


def check_events(events, seen):
    """Each has what the schema says, and nothing else; the last one ends the run."""
    rows = {row["event"]: row for row in Executor.get_stream_event_schema()["events"]}
    types = {"string": str, "integer": int}
    for number, event in enumerate(events, 1):
        row = rows[event["event"]]
        fields = {field["name"]: types[field["type"]] for field in row["fields"]}
        assert event.keys() == fields.keys() | {"event"}, (event, fields)
        assert (event["category"], event["phase"]) == (row["category_value"], row["phase_value"])
        for name, kind in fields.items():
            assert isinstance(event[name], graphbit.WorkflowResult if name == "result" else kind), (name, event[name])
        assert event["sequence"] == number
        datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
        seen.add(event["event"])
    assert event["phase"] in ("completed", "failed", "cancelled") and event["category"] == "workflow"


def rich(server):
    """A retry, a failure that is allowed, a branch not taken, tools that work and that break, tokens."""
    tries = []

    def flaky(context):
        tries.append(1)
        assert len(tries) > 1, "not yet"
        return "now"

    def broken(call):
        raise RuntimeError("broken")

    server.step(
        tool_calls=[
            {"id": "c1", "name": "fine", "arguments": {}},
            {"id": "c2", "name": "broken", "arguments": {}},
        ]
    )
    workflow = Workflow("rich")
    tools = [graphbit.Tool.new("fine", "Is fine.", None, lambda call: "ü"), graphbit.Tool.new("broken", "Is not.", None, broken)]
    workflow.add_node(Node.agent("agent", "Hello", tools=tools))
    workflow.add_node(Node.function("flaky", flaky, max_retries=1))
    workflow.add_node(Node.function("shrug", broken, on_error=graphbit.OnError.CONTINUE))
    workflow.add_node(Node.condition("which?", lambda context: "this"))
    workflow.add_node(Node.transform("this", "uppercase"))
    workflow.add_node(Node.transform("that", "uppercase"))
    for pair in (("flaky", "which?"), ("which?", "this"), ("which?", "that")):
        workflow.connect(*pair)
    return workflow


async def test_streaming(server):
    executor = Executor(LlmConfig.openai())
    seen = set()
    check_events(executor.execute_streaming(rich(server), stream_mode="all"), seen)
    check_events([event async for event in executor.execute_streaming(rich(server), stream_mode="all")], seen)
    failing = Workflow("failing")
    failing.add_node(Node.function("broken", lambda context: None))
    check_events(executor.execute_streaming(failing), seen)
    stopped = executor.execute_streaming(rich(server))
    stopped.run.cancel()
    check_events(stopped, seen)
    known = {row["event"] for row in Executor.get_stream_event_schema()["events"]}
    assert known - seen <= {"approval_requested"}, known - seen

    events = list(executor.execute_streaming(rich(server), stream_mode="messages"))
    assert {event["event"] for event in events} == {"token", "workflow_completed"}
    assert events[-1]["result"].get_node_output("this") == "NOW"
    assert not any(event["event"] == "token" for event in executor.execute_streaming(rich(server)))
    tap.raises(ValueError, executor.execute_streaming, rich(server), stream_mode="everything")
    tap.raises(ValueError, executor.execute_streaming, Workflow("empty"), code=graphbit.Error.INVALID_WORKFLOW)

    async def never(context):
        await asyncio.Event().wait()

    endless = Workflow("endless")
    endless.add_node(Node.function("endless", never))
    stream = executor.execute_streaming(endless)
    async for event in stream:
        break
    assert (await stream.run.wait_async()).is_cancelled()


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


@dataclasses.dataclass
class Place:
    name: str
    degrees: float


class Note(typing.TypedDict, total=False):
    text: typing.Literal["wet", "dry"]


@dataclasses.dataclass
class City:
    place: Place
    size: Size
    notes: list[Note]
    people: dict[str, int] = dataclasses.field(default_factory=dict)
    twin: typing.Optional[Place] = None
    code: int | str = 0


ANSWER = {
    "place": {"name": "Ulm", "degrees": 7},
    "size": "large",
    "notes": [{"text": "wet"}, {}],
    "people": {"mayor": 1},
    "twin": {"name": "Jinotega", "degrees": 21.5},
    "code": "89",
}


async def test_response_type(server):
    wrong = dict(ANSWER, size="huge")
    city = City(Place("Ulm", 7.0), Size.LARGE, [{"text": "wet"}, {}], {"mayor": 1}, Place("Jinotega", 21.5), "89")
    replies = [json.dumps(wrong), json.dumps(ANSWER)]
    answer = LlmClient(LlmConfig.scripted(replies)).complete("Which?", response_type=City)
    assert answer == city and isinstance(answer.place.degrees, float)
    assert await LlmClient(LlmConfig.scripted(replies)).complete_async("Which?", response_type=City) == city
    assert LlmClient(LlmConfig.scripted(['{"text": "dry"}'])).complete("Which?", response_type=Note) == {"text": "dry"}
    small = json.dumps({key: ANSWER[key] for key in ("place", "size", "notes")})
    assert LlmClient(LlmConfig.scripted([small])).complete("Which?", response_type=City).twin is None

    workflow = Workflow("w")
    workflow.add_node(Node.agent("a", "Which?", response_type=City))
    result = Executor(LlmConfig.scripted(replies)).execute(workflow)
    assert graphbit.parse_output(City, result.get_node_output("a")) == city

    failing = LlmClient(LlmConfig.scripted(["no"] * 3))
    error = tap.raises(ValueError, failing.complete, "Which?", response_type=City, code=graphbit.Error.SCHEMA_MISMATCH)
    assert error.details.get_partial_response().get_text() == "no"
    tap.raises(TypeError, failing.complete, "Which?", response_type=bytes, text="the type of the answer")


async def test_response_type_everywhere(server):
    wrong, right = json.dumps(dict(ANSWER, size="huge")), json.dumps(ANSWER)
    city = City(Place("Ulm", 7.0), Size.LARGE, [{"text": "wet"}, {}], {"mayor": 1}, Place("Jinotega", 21.5), "89")
    client = LlmClient(LlmConfig.scripted([wrong, right] * 8))
    assert client.complete_full("Which?", response_type=City).parsed == city
    response = await client.complete_full_async("Which?", response_type=City, max_tokens=9)
    assert response.parsed == city and response.get_attempts() == 2
    assert await client.chat_optimized([("user", "Which?")], response_type=City) == city
    assert await client.complete_batch(["Which?"], response_type=City, max_concurrency=1) == [city]

    assert await client.complete_stream("Which?", response_type=City) == city
    stream = client.stream("Which?", response_type=City)
    assert json.loads("".join([piece async for piece in stream])) == ANSWER
    assert stream.value == city and stream.response.get_text() == right
    stream = client.stream("Which?", response_type=City)
    assert json.loads("".join(stream)) == ANSWER and stream.value == city
    plain = client.stream("Which?")
    assert plain.value is None and "".join([piece async for piece in plain]) == plain.value == wrong

    failing = LlmClient(LlmConfig.scripted(["no"] * 6))
    await tap.araises(ValueError, failing.stream("Which?", response_type=City), code=graphbit.Error.SCHEMA_MISMATCH)
    (failed,) = await failing.complete_batch(["Which?"], response_type=City)
    assert isinstance(failed, graphbit.FailedText) and failed.error.code == graphbit.Error.SCHEMA_MISMATCH
    request = graphbit.LlmRequest()
    await tap.araises(TypeError, client.chat_optimized(request, response_type=City))


@dataclasses.dataclass
class Part:
    name: str
    parts: list["Part"]


async def test_answers_that_are_no_objects(server):
    for hint, given, expected in (
        (list[Place], [{"name": "Ulm", "degrees": 7}], [Place("Ulm", 7.0)]),
        (Size, "large", Size.LARGE),
        (typing.Optional[int], None, None),
        (int, 3, 3),
    ):
        client = LlmClient(LlmConfig.scripted([json.dumps({"answer": given})]))
        assert await client.complete_async("Which?", response_type=hint) == expected
    parts = {"name": "a", "parts": [{"name": "b", "parts": []}]}
    client = LlmClient(LlmConfig.scripted([json.dumps(parts), json.dumps({"answer": [parts]}), json.dumps({"Ulm": 7})]))
    part = Part("a", [Part("b", [])])
    assert client.complete("Which?", response_type=Part) == part
    assert client.complete("Which?", response_type=list[Part]) == [part]
    assert client.complete("Which?", response_type=dict[str, int]) == {"Ulm": 7}

    # On each wire; what is sent is an object.
    responses = LlmConfig.openai("key")
    responses.set_api(graphbit.LlmApi.RESPONSES)
    for config in (
        LlmConfig.openai("key"), responses, LlmConfig.anthropic("key", "claude-opus-4-5"), LlmConfig.gemini("key"),
        LlmConfig.ollama(model="m"), LlmConfig.cohere("key", "command"),
    ):  # fmt: skip
        config.set_base_url(server.props.base_url)
        server.step(text=json.dumps({"answer": [parts]}))
        assert await LlmClient(config).complete_async("Which?", response_type=list[Part]) == [part], config.get_provider()


async def test_response_types_on_the_wire(server):
    @dataclasses.dataclass
    class Days:
        dates: list[datetime.date]

    server.step(text='{"dates": ["2026-13-29"]}')
    server.step(text='{"dates": ["2026-11-29"]}')
    client = LlmClient(server.config())
    assert await client.complete_async("When?", response_type=Days) == Days([datetime.date(2026, 11, 29)])
    sent = server.requests()[0]["response_format"]
    assert sent["type"] == "json_schema", sent
    items = sent["json_schema"]["schema"]["properties"]["dates"]["items"]
    assert items == {"type": "string", "format": "date"}, items


tap.main(globals())
