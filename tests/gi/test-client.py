# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The client in Python, with GI's meaning of names."""

import gc
import json
import os
import socket
import sys
import tempfile
import threading

import gi

gi.require_version("Graphbit", "1.0")
gi.require_version("Json", "1.0")
from gi.repository import Gio, GLib, Json

before = set(sys.modules)
from gi.repository import Graphbit

# The import itself must stay cheap.
assert not {"asyncio", "inspect", "json"} & (sys.modules.keys() - before), "the override imports too much"

import tap

Code = Graphbit.Error


def at_home():
    """One turn of the loop that this script has not: what was posted to its context is done."""
    while GLib.MainContext.default().iteration(False):
        pass


def test_hello(server):
    assert server.client().complete("Hello") == "You said: Hello"


def test_options(server):
    client = server.client()
    assert client.complete("a", max_tokens=7, temperature=0.5, reasoning_effort=None) == "You said: a"
    assert client.complete("a", Graphbit.LlmOptions(max_tokens=8)) == "You said: a"
    tap.raises(Graphbit.GraphbitError, client.complete, "a", reasoning_effort="low", code=Code.UNSUPPORTED, text="gpt-4o-mini")
    client.props.config.set_model("gpt-5.1")
    assert client.complete("a", reasoning_effort="low", parallel_tool_calls=True, metadata={"k": "v"}) == "You said: a"
    bodies = server.requests()
    assert bodies[0]["temperature"] == 0.5
    assert [body.get("max_completion_tokens", body.get("max_tokens")) for body in bodies[:2]] == [7, 8]
    assert bodies[2]["reasoning_effort"] == "low"
    tap.raises(TypeError, client.complete, "a", nonsense=1)
    tap.raises(TypeError, client.complete, "a", Graphbit.LlmOptions(), max_tokens=1)


def test_fallbacks(server):
    server.step(status=503)
    client = Graphbit.LlmClient(server.config(), max_retries=0, fallbacks=[Graphbit.LlmConfig.scripted(["Instead"])])
    request = Graphbit.LlmRequest()
    request.add_message(Graphbit.LlmMessage.new_user("Hello"))
    response = client.chat(request)
    assert (response.get_text(), response.get_provider(), response.get_fallback_index()) == ("Instead", "scripted", 1)
    assert "gpt-4o-mini: " in response.get_fallback_reason()
    client.set_fallbacks(None)
    server.step(status=503)
    tap.raises(Graphbit.GraphbitError, client.complete, "Hello")


def test_budget(server):
    budget = Graphbit.Budget(max_tokens=100)
    client = server.client(budget=budget)
    used = []
    budget.connect("notify::used-tokens", lambda *_: used.append(budget.get_used_tokens()))
    server.step(text="Hi", usage={"prompt_tokens": 80, "completion_tokens": 10, "total_tokens": 90})
    assert client.complete("Hello", max_tokens=20) == "Hi"
    assert used == [90]
    error = tap.raises(Graphbit.GraphbitError, client.complete, "Hello", max_tokens=20, code=Code.BUDGET_EXCEEDED)
    assert "10 tokens left" in str(error)
    assert budget.compute_cost("openai", "gpt-4o", 1000000, 0, 0, 0) == 2.5
    assert Graphbit.Budget.get_default() is Graphbit.Budget.get_default()


def test_cache(server):
    cache = Graphbit.ResponseCache(max_entries=10)
    client = server.client(cache=cache)
    assert client.complete("Hello") == client.complete("Hello") == "You said: Hello"
    assert len(server.requests()) == 1
    assert (cache.get_hits(), cache.get_misses()) == (1, 1)
    assert client.complete_stream("Hello").collect().get_is_cached()


def test_conversation(server):
    conversation = Graphbit.Conversation(server.client(), "Be brief", max_prompt_tokens=1000)
    changes = []
    conversation.connect("items-changed", lambda _, *change: changes.append(change))
    assert conversation.send("One").get_text() == "You said: One"
    server.step(status=400)
    tap.raises(Graphbit.GraphbitError, conversation.send, "Two", code=Code.INVALID_REQUEST)
    stream = conversation.send_stream("Three")
    tap.raises(GLib.Error, conversation.send, "Two", code=Gio.IOErrorEnum.PENDING)
    tap.raises(GLib.Error, conversation.add_message, Graphbit.LlmMessage.new_user("x"), code=Gio.IOErrorEnum.PENDING)
    for _ in stream:
        break
    assert stream.get_state() == Graphbit.LlmStreamState.ACTIVE
    assert conversation.send_stream("Four").collect().get_text() == "You said: Four"
    assert [message.get_content() for message in conversation] == ["One", "You said: One", "Four", "You said: Four"]
    assert changes == [(0, 0, 2), (2, 0, 2)]
    assert [message["content"] for message in server.requests()[-1]["messages"]][:2] == ["Be brief", "One"]

    fork = conversation.fork()
    assert fork.truncate(2) and fork.trim()
    fork.add_message(Graphbit.LlmMessage.new_user("Five"))
    assert fork.send().get_text() == "You said: Five"
    assert (len(fork), len(conversation)) == (4, 4)
    assert fork.estimate_tokens() > 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "talk.json")
        assert conversation.save(path)
        loaded = Graphbit.Conversation.load(path, server.client())
    assert [message.get_content() for message in loaded] == [message.get_content() for message in conversation]
    assert loaded.props.system_prompt == "Be brief"
    assert Graphbit.Conversation.from_json(loaded.to_json()).to_json() == loaded.to_json()
    error = tap.raises(ValueError, Graphbit.Conversation.from_json, '{"format": "x"}', code=Code.PARSE)
    assert "$.format" in str(error)


def test_conversation_with_tools(server):
    server.step(call_tools=True)
    conversation = Graphbit.Conversation(server.client())
    conversation.add_tool(Graphbit.LlmToolSpec.new("weather", "Tells the weather.", None))
    registry = Graphbit.ToolRegistry()
    registry.add(Graphbit.Tool.new("weather", "Tells the weather.", None, lambda call: "Sunny"))
    response = conversation.send("Weather?")
    for result in Graphbit.ToolExecutor(registry).execute(list(response.get_tool_calls())):
        conversation.add_message(Graphbit.LlmMessage.new_tool(result.get_tool_call_id(), result.get_output()))
    assert conversation.send().get_text() == "The tool said: Sunny"


def test_stream(server):
    server.step(stream=["one ", "two ", "three"])
    stream = server.client().complete_stream("count")
    kind = Graphbit.LlmChunkKind.CONTENT
    assert [chunk.get_text() for chunk in stream if chunk.get_kind() == kind] == ["one ", "two ", "three"]
    assert stream.get_text() == "one two three"
    assert stream.get_state() == Graphbit.LlmStreamState.COMPLETED
    assert server.client().complete_stream("x").collect().get_text() == "You said: x"


def test_left_stream_is_cancelled(server):
    server.step(stream=["one", "two"], stall="after-520-bytes")
    for _ in server.client().complete_stream("x"):
        break
    at_home()
    assert server.wait_for_open_connections(0, tap.PATIENCE_MS)


def test_dropped_stream_closes_its_socket(server):
    server.step(stream=["one", "two", "three"], stall="after-520-bytes")
    stream = server.client().complete_stream("x")
    assert stream.next_chunk() is not None
    assert server.get_open_connections() == 1
    reference = stream.weak_ref()
    del stream
    gc.collect()
    assert reference() is None
    at_home()
    assert server.wait_for_open_connections(0, tap.PATIENCE_MS)


def test_chat_with_history_and_tools(server):
    server.step(tool_calls=[{"id": "c1", "name": "weather", "arguments": {"city": "Lisbon"}}])
    request = Graphbit.LlmRequest()
    request.add_message(Graphbit.LlmMessage.new_system("Be brief."))
    request.add_message(Graphbit.LlmMessage.new_user("Weather in Lisbon?"))
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    request.add_tool(Graphbit.LlmToolSpec.new("weather", "Tells the weather.", schema))
    client = server.client()
    response = client.chat(request)
    assert response.get_finish_reason() == Graphbit.LlmFinishReason.TOOL_CALLS
    call = response.get_tool_calls()[0]
    assert (call.get_id(), call.get_name(), call.get_arguments_json()) == ("c1", "weather", '{"city":"Lisbon"}')

    said = Graphbit.LlmMessage.new_assistant(response.get_text())
    said.add_tool_call(call)
    request.add_message(said)
    request.add_message(Graphbit.LlmMessage.new_tool("c1", "24 degrees"))
    assert client.chat(request).get_text() == "The tool said: 24 degrees"
    roles = ["system", "user", "assistant", "tool"]
    assert [message["role"] for message in server.requests()[1]["messages"]] == roles
    assert [message.get_role().value_nick for message in request.get_messages()] == roles


def test_stats_are_a_dict(server):
    client = server.client()
    client.complete("a b c")
    stats = client.get_stats()
    assert isinstance(stats, dict) and stats["total_requests"] == 1 and stats["success_rate"] == 1.0
    client.reset_stats()
    assert client.get_stats()["total_requests"] == 0


def test_models(server):
    models = server.client().list_models()
    assert "mock-model" in [model.get_id() for model in models] and len(models) == 3
    assert models[0].get_owner() == "graphbit" and models[0].get_context_length() == 0
    server.step(json={"data": [{"id": "a", "capabilities": {"vision": True}}]})
    assert server.client().list_models()[0].get_capabilities() == Graphbit.LlmCapabilities.IMAGES
    assert [model.props.id for model in Graphbit.LlmClient(Graphbit.LlmConfig.offline()).list_models()] == ["offline"]
    assert Graphbit.ModelInfo("m").get_id() == "m"
    custom = Graphbit.LlmClient(Graphbit.LlmConfig.custom(Graphbit.LlmProvider()))
    tap.raises(Graphbit.GraphbitError, custom.list_models, code=Code.UNSUPPORTED)


def test_warmup(server):
    client = server.client()
    assert client.warmup() is True
    assert client.complete("x") == "You said: x"
    assert server.get_connection_count() == 1 and client.get_stats()["total_requests"] == 1
    server.step(status=401)
    tap.raises(PermissionError, client.warmup, code=Code.AUTHENTICATION)


def test_batch(server):
    for function in (server.client().complete_batch, Graphbit.LlmConfig.scripted, Graphbit.McpClient.new_stdio):
        tap.raises(TypeError, function, "abc", text="a list of texts")
    client = server.client()
    server.step(match="bad", status=400)
    items = client.complete_batch(["a", "bad", "", "d"], max_tokens=9)
    assert [item.get_text() for item in items] == ["You said: a", None, None, "You said: d"]
    assert [item.get_index() for item in items] == [0, 1, 2, 3]
    assert items[0].get_response().get_attempts() == 1 and items[0].get_error() is None
    error = items[1].get_error()
    assert isinstance(error, ValueError) and error.details.get_http_status() == 400
    assert items[1].get_error_details().get_http_status() == 400
    assert items[2].get_error().code == Code.INVALID_ARGUMENT
    assert {body.get("max_completion_tokens") for body in server.requests()} == {9}
    assert client.complete_batch([]) == []
    assert client.get_stats()["total_requests"] == 3


def test_batch_run(server):
    client = server.client()
    progress = []
    run = client.start_batch([str(i) for i in range(30)], max_concurrency=4)
    assert len(run.get_items()) == 30 and run.get_items()[3].get_text() is None
    run.connect("notify::progress", lambda run, _: progress.append(run.get_progress()))
    assert [item.get_text() for item in run.wait()] == [f"You said: {i}" for i in range(30)]
    assert run.get_items()[3].get_text() == "You said: 3"
    assert progress and progress == sorted(progress) and progress[-1] == run.props.progress == 1.0
    assert server.get_peak_in_flight() <= 4

    server.step(stall=True, times=-1)
    run = client.start_batch(["x", "y"], Graphbit.LlmOptions(max_tokens=3), 1)
    run.cancel()
    cancelled = Gio.IOErrorEnum.CANCELLED
    assert all(item.get_error().matches(Gio.io_error_quark(), cancelled) for item in run.wait())
    run = client.start_batch(["x"])
    while not server.wait_for_stalled(1, 1):
        at_home()
    del run
    gc.collect()
    at_home()
    assert client.get_stats()["cancelled_requests"] == 1


def find(endpoints, server):
    return next(item for item in endpoints if item.get_base_url() == server.props.base_url)


def test_endpoints(server):
    client = server.client(max_retries=0)
    client.get_config().set_requests_per_minute(50)
    client.complete("x")
    endpoints = Graphbit.get_endpoints()
    endpoint = find(endpoints, server)
    assert endpoint.get_retry_quota() == 500 and len(endpoint.get_lanes()) == 1
    lane = endpoint.get_lanes()[0]
    assert (lane.get_model(), lane.get_active(), lane.get_waiting(), lane.get_attempts()) == ("gpt-4o-mini", 0, 0, 1)
    assert (lane.get_requests_per_minute(), lane.get_requests_left(), lane.get_tokens_left()) == (50, 49, -1)
    assert lane.props.breaker_state == Graphbit.BreakerState.CLOSED
    assert client.get_stats()["circuit_breaker_state"] == "closed"

    notified = []
    lane.connect("notify::breaker-state", lambda *_: notified.append(lane.get_breaker_state()))
    server.step(status=503, times=-1)
    for _ in range(5):
        tap.raises(Graphbit.GraphbitError, client.complete, "x", code=Code.UNAVAILABLE)
    error = tap.raises(Graphbit.GraphbitError, client.complete, "x", code=Code.CIRCUIT_OPEN)
    assert 20000 < error.details.get_retry_after_ms() <= 30000
    while not notified:
        GLib.MainContext.default().iteration(True)
    assert notified == [Graphbit.BreakerState.OPEN] and lane.get_failures() == 5
    assert 20000 < lane.get_breaker_left_ms() <= 30000
    assert client.get_stats()["circuit_breaker_state"] == "open"


def test_user_limits(server):
    client = server.client(max_retries=0)
    client.get_config().set_requests_per_minute(1)
    client.complete("x")
    error = tap.raises(Graphbit.GraphbitError, client.complete, "x", max_wait_ms=1000, code=Code.RATE_LIMITED)
    assert 50000 < error.details.get_retry_after_ms() <= 60000 and error.details.get_attempts() == 0
    assert server.get_request_count() == 1


def test_callback_form(server):
    loop, answers = GLib.MainLoop(), []
    client = server.client()

    def done(source, result, *data):
        answers.append((source.complete_finish(result), data))
        if len(answers) == 2:
            loop.quit()

    client.complete_async("a", None, None, done)
    client.complete_async("a", callback=done, user_data=5)
    loop.run()
    assert sorted(answers) == [("You said: a", ()), ("You said: a", (5,))]


def test_errors(server):
    client = server.client(max_retries=0)
    tap.raises(ValueError, client.complete, "", code=Code.INVALID_ARGUMENT)
    server.step(status=401)
    error = tap.raises(PermissionError, client.complete, "x", code=Code.AUTHENTICATION)
    assert error.details.get_http_status() == 401 and "key" not in str(error).split()
    server.step(status=429, headers={"Retry-After": "7"})
    error = tap.raises(Graphbit.GraphbitError, client.complete, "x", code=Code.RATE_LIMITED)
    assert error.details.get_retry_after_ms() == 7000 and error.details.get_attempts() == 1
    assert error.details.get_request_id()
    client.get_config().set_model("another")  # the first is left alone for so long
    server.step(body='{"choices": [', content_type="application/json")
    tap.raises(RuntimeError, client.complete, "x", code=Code.PROTOCOL)
    assert isinstance(error, GLib.Error) and error.matches(Graphbit.error_quark(), Code.RATE_LIMITED)
    tap.raises(Graphbit.GraphbitError, client.complete, "x", temperature=3, code=Code.INVALID_ARGUMENT)


def test_cut_stream(server):
    server.step(stream=["half"], done=False, finish_reason="")
    stream = server.client().complete_stream("x")
    error = tap.raises(Graphbit.GraphbitError, stream.collect, code=Code.PROTOCOL)
    assert error.details.get_partial_response().get_text() == "half"


def test_closed_port(server):
    client = server.client(max_retries=0)
    server.stop()
    tap.raises(ConnectionError, client.complete, "x", code=Code.CONNECTION)


def test_no_key(server):
    del os.environ["OPENAI_API_KEY"]
    config = Graphbit.LlmConfig.new_openai()
    assert not config.get_has_api_key()
    client = Graphbit.LlmClient(config)
    tap.raises(PermissionError, client.complete, "x", code=Code.AUTHENTICATION, text="OPENAI_API_KEY")
    tap.raises(PermissionError, Graphbit.LlmConfig.openai, code=Code.AUTHENTICATION, text="OPENAI_API_KEY")
    tap.raises(ValueError, Graphbit.LlmConfig.openai, "two\nlines", code=Code.INVALID_ARGUMENT)


def test_key_function(server):
    del os.environ["OPENAI_API_KEY"]
    config = Graphbit.LlmConfig.new_openai()
    config.set_base_url(server.props.base_url)
    config.set_key_func(lambda config: "from a function")
    assert Graphbit.LlmClient(config).complete("x") == "You said: x"

    def broken(config):
        raise KeyError("vault")

    config.set_key_func(broken)
    tap.raises(PermissionError, Graphbit.LlmClient(config).complete, "x", text="KeyError: 'vault'")


def test_predictions(server):
    config = Graphbit.LlmConfig.replicate("key", "o/m", version="v1")
    config.set_base_url(f"http://127.0.0.1:{server.props.port}")
    assert config.props.version == "v1"
    client = Graphbit.LlmClient(config)
    assert client.complete("a") == "You said: a"
    assert client.complete_stream("b").collect().get_text() == "You said: b"
    assert [request["path"].split("/mock")[0] for request in json.loads(server.dup_requests_json())] == [
        "/v1/predictions", "/v1/predictions", "/v1/streams", "/v1/predictions"
    ]


def test_capabilities(server):
    config = Graphbit.LlmConfig.openai("key", "gpt-3.5-turbo")
    config.set_base_url(f"http://127.0.0.1:{server.props.port}/v1")
    assert not config.get_capabilities() & Graphbit.LlmCapabilities.REASONING
    client = Graphbit.LlmClient(config)
    tap.raises(Graphbit.GraphbitError, client.complete, "a", reasoning_effort="low", code=Code.UNSUPPORTED, text="capabilities")
    assert server.get_request_count() == 0
    config.set_capabilities(config.get_capabilities() | Graphbit.LlmCapabilities.REASONING)
    assert client.complete("a", reasoning_effort="low") == "You said: a"
    local = Graphbit.LlmConfig.from_env("llamacpp", None)
    assert local.get_provider() == "llamacpp" and local.check_api_key()
    local.set_base_url(f"http://127.0.0.1:{server.props.port}")
    server.set_require_authorization(False)
    assert Graphbit.LlmClient(local).complete("b") == "You said: b"


def test_keyring(server):
    config = Graphbit.LlmConfig.new_openai(None, None)
    for attributes in (None, {"service": "openai", "user": "me"}):
        try:
            assert config.use_keyring(attributes) and config.check_api_key()
        except Graphbit.GraphbitError as error:  # built without libsecret
            assert error.code == Code.UNSUPPORTED


def test_embeddings(server):
    config = Graphbit.EmbeddingConfig.openai_compatible(server.props.base_url, "key", "m")
    client = Graphbit.EmbeddingClient(config, max_retries=0)
    server.step(match="poison", times=-1, status=400, json={"error": {"message": "not that"}})
    first, bad, same = client.embed_many(["a", "poison", "a"])
    assert len(first.get_values()) == 8 and bytes(first.get_bytes().get_data()) == bytes(same.get_bytes().get_data())
    assert (bad.props.index, bad.props.dimensions) == (1, 0)
    assert bad.get_error().code == Code.INVALID_REQUEST and bad.get_error().details.props.provider_message == "not that"
    assert first.get_error() is None
    assert Graphbit.EmbeddingClient.similarity([1, 0], [0, 2]) == 0
    tap.raises(ValueError, Graphbit.EmbeddingClient.similarity, [1], [1, 2], code=Code.INVALID_ARGUMENT)
    tap.raises(ValueError, client.embed_many, ["a", ""], code=Code.INVALID_ARGUMENT, text="1")
    assert client.warmup() and client.get_stats()["failed_requests"] == 2
    voyage = Graphbit.EmbeddingConfig.voyage("key")
    voyage.set_input_type(Graphbit.EmbeddingInputType.QUERY)
    assert voyage.props.model == "voyage-3.5" and voyage.props.has_api_key
    config = Graphbit.EmbeddingConfig(provider="offline", dimensions=64)
    offline = Graphbit.EmbeddingClient(config)
    assert offline.embed("a").get_dimensions() == 64
    job, seen = Graphbit.EmbeddingJob(offline, ["a", "b"]), []
    job.connect("notify::progress", lambda *_: seen.append(job.props.progress))
    assert len(job.run()) == 2 and seen[-1] == 1.0


def test_embedding_settings(server):
    del os.environ["OPENAI_API_KEY"]
    config = Graphbit.EmbeddingConfig.new_openai()
    config.set_base_url(server.props.base_url)
    config.set_headers({"X-Team": "blue"})
    config.props.extra_body = '{"user": "u"}'
    config.props.requests_per_minute, config.props.tokens_per_minute = 1000, 100000
    keys = ["wrong", "from a function"]
    config.set_key_func(lambda config: keys.pop(0))
    assert config.get_has_api_key()
    cache = Graphbit.ResponseCache()
    client = Graphbit.EmbeddingClient(config, cache=cache)
    first = client.embed("a")
    assert not keys  # the refused one was asked for again
    requests = server.dup_requests_json()
    assert "Bearer from a function" in requests and '"x-team":"blue"' in requests and '\\"user\\":\\"u\\"' in requests
    assert bytes(client.embed("a").get_bytes().get_data()) == bytes(first.get_bytes().get_data())
    assert (cache.get_hits(), cache.get_misses()) == (1, 1)
    assert Graphbit.ResponseCache.new_for_directory("/tmp/vectors").props.directory.get_path() == "/tmp/vectors"

    def broken(config):
        raise KeyError("vault")

    config.set_key_func(broken)
    tap.raises(PermissionError, client.embed, "x", text="KeyError: 'vault'")
    config.set_key_func(None)
    handler = config.connect("key-required", lambda config, call: "from a handler")
    assert client.embed("y").get_dimensions() == 8
    assert "Bearer from a handler" in server.dup_requests_json()
    config.disconnect(handler)
    tap.raises(PermissionError, client.embed, "z", code=Code.AUTHENTICATION, text="OPENAI_API_KEY")


def test_embedding_as_list(server):
    embedding = Graphbit.Embedding([3, 4, 0.5])
    assert (len(embedding), embedding[0], embedding[-1], embedding[:2], list(embedding)) == (3, 3, 0.5, [3, 4], [3, 4, 0.5])
    tap.raises(IndexError, lambda: embedding[3])
    assert embedding == [3, 4, 0.5] and [3, 4, 0.5] == embedding and embedding == Graphbit.Embedding(embedding)
    assert embedding != [3, 4] and embedding != Graphbit.Embedding([3, 4, 1]) and embedding != "text" and embedding is not None
    assert len({embedding, Graphbit.Embedding([3, 4, 0.5])}) == 1 and Graphbit.Embedding([-0.0]) in {Graphbit.Embedding([0.0])}
    assert (4 in embedding, 5 in embedding, list(reversed(embedding)), embedding[::2]) == (True, False, [0.5, 4, 3], [3, 0.5])
    assert (max(embedding), sum(embedding), sorted(embedding), [*embedding]) == (4, 7.5, [0.5, 3, 4], [3, 4, 0.5])
    assert Graphbit.EmbeddingClient.similarity(embedding, [3, 4, 0.5]) > 0.999
    assert embedding.score(Graphbit.Embedding([0, 2, 0]), Graphbit.EmbeddingMetric.DOT) == 8
    assert abs(embedding.similarity(Graphbit.Embedding(value for value in (3, 4, 0.5))) - 1) < 1e-6
    tap.raises(ValueError, embedding.similarity, Graphbit.Embedding([1]), code=Code.INVALID_ARGUMENT)
    assert len(Graphbit.Embedding()) == 0 and list(Graphbit.Embedding([])) == []
    buffer = embedding.buffer
    assert (buffer.format, buffer.nbytes, buffer.readonly, buffer.tolist()) == ("f", 12, True, [3, 4, 0.5])
    interface = embedding.__array_interface__
    assert interface["shape"] == (3,) and interface["data"][1]
    # no copy, and it outlives the names of the embedding
    import ctypes

    assert ctypes.c_float.from_address(interface["data"][0] + 8).value == 0.5
    reference = embedding.weak_ref()
    del embedding
    gc.collect()
    assert reference() is not None and buffer.tolist() == [3, 4, 0.5]
    buffer.release()
    del buffer
    gc.collect()
    assert reference() is None
    try:
        import numpy
    except ImportError:
        return
    embedding = Graphbit.Embedding([1, 2])
    array = numpy.asarray(embedding)
    assert array.dtype == numpy.float32 and array.tolist() == [1, 2]
    assert array.__array_interface__["data"][0] == embedding.__array_interface__["data"][0]
    # and back: an array of any kind of numbers is a vector
    assert Graphbit.Embedding(numpy.arange(3)) == [0, 1, 2] and not array.flags.writeable
    index = Graphbit.EmbeddingIndex()
    index.add("a", array * 2)
    assert index.search(numpy.array([1.0, 2.0]), 1)[0].get_score() > 0.999
    assert numpy.stack([embedding, embedding]).shape == (2, 2)
    # it keeps the vector alive
    del embedding
    gc.collect()
    assert array.tolist() == [1, 2]


def test_quantized_index(server):
    vectors = {"a": [1, 0.1, -1], "b": [0.9, 0.5, -1], "c": [-1, 1, 1]}
    Quantization = Graphbit.EmbeddingQuantization
    for quantization in (Quantization.INT8, Quantization.BINARY):
        for oversampling in (0, 2):
            index = Graphbit.EmbeddingIndex(quantization=quantization, oversampling=oversampling)
            for id, vector in vectors.items():
                index.add(id, vector)
            assert (index.get_quantization(), index.props.oversampling) == (quantization, oversampling)
            assert "c" not in [match.get_id() for match in index.search([1, 0, -1], 2)]
            assert (index.dup_embedding("a") == Graphbit.Embedding(vectors["a"])) == (oversampling > 0)
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "index")
                index.save(path)
                loaded = Graphbit.EmbeddingIndex.load(path)
            assert (loaded.props.quantization, loaded.get_oversampling()) == (quantization, oversampling)
            assert sorted(loaded) == ["a", "b", "c"] and list(loaded.dup_embedding("b")) == list(index.dup_embedding("b"))
    cosine = Graphbit.EmbeddingMetric.COSINE
    assert Graphbit.EmbeddingIndex.new_quantized(3, cosine, Quantization.INT8, 4).get_oversampling() == 4
    tap.raises(TypeError, Graphbit.EmbeddingIndex, oversampling=-1)


def test_index(server):
    index = Graphbit.EmbeddingIndex(metric=Graphbit.EmbeddingMetric.EUCLID)
    assert len(index) == 0 and list(index) == []
    index.add("a", [1, 0])
    index.add("b", Graphbit.Embedding([0, 1]), {"page": 7})
    index.add("c", (5, 5), "far away")
    tap.raises(ValueError, index.add, "d", [1, 2, 3], code=Code.INVALID_ARGUMENT, text="3 dimensions")
    assert len(index) == 3 and "b" in index and "d" not in index and sorted(index) == ["a", "b", "c"]
    assert [(match.props.id, match.get_score(), match.get_metadata()) for match in index.search([0, 1], 2)] == [
        ("b", 0, '{"page": 7}'), ("a", 2**0.5, None)]
    assert index.remove("a") and not index.remove("a")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "index")
        assert index.save(path)
        loaded = Graphbit.EmbeddingIndex.load(Gio.File.new_for_path(path))
        assert sorted(loaded) == ["b", "c"] and list(loaded.dup_embedding("c")) == [5, 5]
        assert loaded.get_metric() == Graphbit.EmbeddingMetric.EUCLID and loaded.props.dimensions == 2
        tap.raises(ValueError, Graphbit.EmbeddingIndex.load, __file__, code=Code.PARSE)
    seen = []
    loaded.set_filter_func(lambda id, metadata: seen.append((id, metadata)) or id == "c")
    assert [match.get_id() for match in loaded.search([0, 1], 5)] == ["c"]
    assert seen == [("b", '{"page": 7}'), ("c", "far away")]
    del loaded
    gc.collect()


def test_own_wires(server):
    root = f"http://127.0.0.1:{server.props.port}"
    responses = Graphbit.LlmConfig.openai("key")
    responses.set_api(Graphbit.LlmApi.RESPONSES)
    for config in (Graphbit.LlmConfig.anthropic("key"), Graphbit.LlmConfig.ollama("m"), Graphbit.LlmConfig.gemini("key"),
                   Graphbit.LlmConfig.cohere("key", "command-a-vision-07-2025"), responses):
        config.set_base_url(root)
        assert config.get_capabilities() & Graphbit.LlmCapabilities.IMAGES
        client = Graphbit.LlmClient(config)
        assert client.complete("a") == "You said: a"
        server.step(reasoning="hm", tool_calls=[{"id": "c1", "name": "f", "arguments": {"x": 1}}])
        request = Graphbit.LlmRequest()
        request.add_message(Graphbit.LlmMessage.new_user("go"))
        request.add_tool(Graphbit.LlmToolSpec.new("f", "F", None))
        response = client.chat(request)
        assert response.get_provider() == config.get_provider()
        assert response.get_tool_calls()[0].get_arguments_json() == '{"x":1}'
        request.add_message(response.make_message())
        request.add_message(Graphbit.LlmMessage.new_tool("c1", "done"))
        assert client.chat(request).get_text() == "The tool said: done"
        assert "hm" in str(server.requests()[-1])
        assert client.complete_stream("b").collect().get_text() == "You said: b"
    os.environ.pop("ANTHROPIC_API_KEY", None)
    tap.raises(PermissionError, Graphbit.LlmConfig.anthropic, code=Code.AUTHENTICATION, text="ANTHROPIC_API_KEY")
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        os.environ.pop(name, None)
    tap.raises(PermissionError, Graphbit.LlmConfig.gemini, code=Code.AUTHENTICATION, text="GEMINI_API_KEY")
    os.environ["GOOGLE_API_KEY"] = "key"
    assert Graphbit.LlmConfig.gemini(model="models/gemini-3-pro").get_has_api_key()
    del os.environ["GOOGLE_API_KEY"]


def test_key_required(server):
    del os.environ["OPENAI_API_KEY"]
    config = Graphbit.LlmConfig.new_openai()
    config.set_base_url(server.props.base_url)
    client = Graphbit.LlmClient(config)
    answer = "from a handler"
    handler = config.connect("key-required", lambda config, call: answer)
    assert client.complete("x") == "You said: x"
    assert "Bearer from a handler" in server.dup_requests_json()
    answer = None
    tap.raises(PermissionError, client.complete, "x", text="OPENAI_API_KEY")
    config.disconnect(handler)

    def later(config, call):
        GLib.idle_add(call.respond, "later")
        return True

    config.connect("key-required", later)
    loop, answers = GLib.MainLoop(), []

    def done(source, result):
        answers.append(source.complete_finish(result))
        loop.quit()

    client.complete_async("y", callback=done)
    loop.run()
    assert answers == ["You said: y"]


def test_from_env(server):
    config = Graphbit.LlmConfig.from_env("openai", "gpt-4o")
    assert (config.get_provider(), config.get_model(), config.get_has_api_key()) == ("openai", "gpt-4o", True)
    assert Graphbit.LlmClient(config).complete("x") == "You said: x"
    assert Graphbit.LlmConfig.new_from_env("offline").get_model() == "offline"
    tap.raises(ValueError, Graphbit.LlmConfig.from_env, "nobody", code=Code.INVALID_ARGUMENT)


def test_trust_and_proxy(server):
    backend = Gio.TlsBackend.get_default()
    if not backend.supports_tls():
        return
    secure = tap.GraphbitMock.Server.new_tls(None, None)
    secure.start()
    config = server.config()
    config.set_base_url(secure.props.base_url)
    tap.raises(ConnectionError, Graphbit.LlmClient(config, max_retries=0).complete, "x", text="tls-database")
    database = Gio.TlsFileDatabase.new(secure.props.ca_file)
    client = Graphbit.LlmClient(config, tls_database=database)
    assert client.complete("x") == "You said: x" and client.get_tls_database() == database

    resolver = Gio.SimpleProxyResolver.new(f"http://127.0.0.1:{server.props.port}", None)
    config = server.config()
    config.set_base_url("http://model.invalid/v1")
    assert Graphbit.LlmClient(config, proxy_resolver=resolver).complete("x") == "You said: x"
    secure.stop()


def test_unix_socket(server):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/server.sock")
        listener.listen()

        def answer():
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                head = b"".join(iter(stream.readline, b"\r\n"))
                length = next(line for line in head.splitlines() if line.lower().startswith(b"content-length:"))
                stream.read(int(length.split(b":")[1]))  # what is left unread resets the connection
                body = b'{"choices": [{"message": {"content": "from the socket"}}]}'
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            heads.append(head.decode())

        heads = []
        thread = threading.Thread(target=answer)
        thread.start()
        config = Graphbit.LlmConfig.openai_compatible(f"unix:{folder}/server.sock:/v1", None, "m")
        assert Graphbit.LlmClient(config).complete("x") == "from the socket"
        thread.join()
        assert heads[0].startswith("POST /v1/chat/completions HTTP/1.1") and "localhost" in heads[0]
        tap.raises(ValueError, Graphbit.LlmConfig.openai_compatible, "unix:relative", None, "m", code=Code.INVALID_ARGUMENT)


def test_vendors(server):
    for variable in [name for name in os.environ if name.endswith(("_API_KEY", "_ENDPOINT", "_API_VERSION")) or name == "HF_TOKEN"]:
        del os.environ[variable]
    vendors = {  # what the factory takes beyond the key, the usual model, and what a request has because of it
        "deepseek": ({}, "deepseek-chat", ""),
        "mistralai": ({}, "mistral-large-latest", ""),
        "perplexity": ({}, "sonar", ""),
        "fireworks": ({}, "accounts/fireworks/models/llama-v3p1-8b-instruct", ""),
        "togetherai": ({}, "openai/gpt-oss-20b", ""),
        "xai": ({}, "grok-4", ""),
        "huggingface": ({}, "openai/gpt-oss-20b", ""),
        "openrouter": ({}, "openai/gpt-4o-mini", ""),
        "openrouter_with_site": ({"site_url": "https://app.example", "site_name": "App"}, "openai/gpt-4o-mini", "https://app.example"),
        "ai21": ({"organization": "org-7"}, "jamba-mini", "org-7"),
        "bytedance": ({"base_url": "http://127.0.0.1:1"}, "seed-1-6-250915", ""),
        "groq": ({}, "llama-3.3-70b-versatile", ""),
        "litellm": ({}, "gpt-3.5-turbo", ""),
        "azurellm": (
            {"deployment_name": "gpt-x", "endpoint": "http://127.0.0.1:1", "api_version": "2025-01-01"},
            "gpt-x",
            "/openai/deployments/gpt-x/chat/completions?api-version=2025-01-01",
        ),
    }
    for name, (arguments, model, text) in vendors.items():
        config = getattr(Graphbit.LlmConfig, name)("key", **arguments)
        assert (config.get_model(), config.get_has_api_key()) == (model, True), name
        config.set_base_url(f"http://127.0.0.1:{server.props.port}")
        assert Graphbit.LlmClient(config).complete("a") == "You said: a"
        request = server.dup_requests_json()
        assert text in request and ('"api-key":"key"' if name == "azurellm" else "Bearer key") in request, request
        if name == "azurellm":
            tap.raises(PermissionError, Graphbit.LlmConfig.azurellm, None, "d", "http://127.0.0.1:1", text="AZURELLM_API_KEY")
            tap.raises(ValueError, Graphbit.LlmConfig.azurellm, "key", "d", text="AZURELLM_ENDPOINT")
        elif name == "litellm":
            assert not Graphbit.LlmConfig.litellm().get_has_api_key()
        else:
            tap.raises(PermissionError, getattr(Graphbit.LlmConfig, name), code=Code.AUTHENTICATION, text="_API_KEY")
    assert Graphbit.LlmConfig.new_deepseek().get_has_api_key() is False


def test_cancellation(server):
    server.step(stall=True)
    cancellable = Gio.Cancellable()
    cancellable.cancel()
    error = tap.raises(GLib.Error, server.client().complete, "x", cancellable=cancellable)
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)


def test_provider_in_python(server):
    class Echo(Graphbit.LlmProvider):
        def do_request(self, call):
            text = call.get_request().get_messages()[-1].get_content()
            if text == "fail":
                return call.fail("I will not")
            for piece in text.split():
                call.send_text(piece)
            return call.respond(None)

    client = Graphbit.LlmClient(Graphbit.LlmConfig.custom(Echo()))
    assert client.complete("a b c") == "abc"
    tap.raises(Graphbit.GraphbitError, client.complete, "fail", text="I will not")

    provider = Graphbit.LlmProvider()
    provider.connect("request", lambda _, call: Graphbit.LlmResponse.new("from a handler"))
    assert Graphbit.LlmClient(Graphbit.LlmConfig.custom(provider)).complete("x") == "from a handler"

    def broken(_, call):
        raise ValueError("no idea")

    provider = Graphbit.LlmProvider()
    provider.connect("request", broken)
    client = Graphbit.LlmClient(Graphbit.LlmConfig.custom(provider))
    tap.raises(Graphbit.GraphbitError, client.complete, "x", text="ValueError: no idea")



def test_json_schema(server):
    city = Graphbit.JsonSchema.new_object("A city")
    city.add_property("name", Graphbit.JsonSchema.new_string(), True)
    city.add_property("size", Graphbit.JsonSchema.new_enumeration(["small", "large"]), False)
    city.add_property("tags", Graphbit.JsonSchema.new_array(Graphbit.JsonSchema.new_string(), "Words"), False)
    assert city.to_json().startswith('{"type":"object","description":"A city","properties":{"name":{"type":"string"}')
    assert not city.validate(Json.from_string('{"name": "Ulm", "size": "large", "tags": ["old"]}'))
    problems = city.validate(Json.from_string('{"size": "huge"}'))
    assert [problem.props.path for problem in problems] == ["/name", "/size"]
    assert problems[0].get_message() == "required but missing"

    schema = Graphbit.JsonSchema.new_from_json({"type": "integer"})
    assert schema.props.json == '{"type":"integer"}'
    tap.raises(Graphbit.GraphbitError, Graphbit.JsonSchema.new_from_json, {"if": {}}, code=Code.UNSUPPORTED)
    tap.raises(Graphbit.GraphbitError, Graphbit.JsonSchema(json="{").validate, Json.from_string("1"), code=Code.PARSE)


def test_structured_answer(server):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    replies = ['{"n": "7"}', 'Sorry: {"n": 7}']
    client = Graphbit.LlmClient(Graphbit.LlmConfig.scripted(replies))
    assert client.complete("How many?", response_schema=schema) == '{"n": 7}'
    client = Graphbit.LlmClient(Graphbit.LlmConfig.scripted(["seven"] * 3))
    tap.raises(Graphbit.GraphbitError, client.complete, "How many?", response_schema=schema, code=Code.SCHEMA_MISMATCH)

    workflow = Graphbit.Workflow("w")
    workflow.add_node(Graphbit.AgentNode("a", "How many?", response_schema=schema))
    executor = Graphbit.Executor(Graphbit.LlmConfig.scripted(replies))
    assert executor.execute(workflow).get_node_output("a") == '{"n": 7}'


tap.main(globals())
