# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plain asyncio."""

import asyncio
import gc
import os
import tempfile

import tap
from gi.repository import GLib, Gio, Graphbit

Code = Graphbit.Error
STALLED_STREAM = {"stream": ["one", "two", "three"], "stall": "after-520-bytes"}


async def in_thread(function, *args):
    """Waits for the server without blocking the loop."""
    return await asyncio.get_running_loop().run_in_executor(None, function, *args)


async def test_await(server):
    assert await server.client().complete_async("Hello") == "You said: Hello"
    assert await server.client().complete_async("Hello", max_tokens=5) == "You said: Hello"
    response = await server.client().chat_async(request("Hi"))
    assert response.get_text() == "You said: Hi"


def request(text):
    made = Graphbit.LlmRequest()
    made.add_message(Graphbit.LlmMessage.new_user(text))
    return made


async def test_fifty_at_once(server):
    client = server.client()
    answers = await asyncio.gather(*(client.complete_async(str(i)) for i in range(50)))
    assert answers == [f"You said: {i}" for i in range(50)]
    assert server.get_request_count() == 50


async def test_models_and_warmup(server):
    client = server.client()
    assert await client.warmup_async() is True
    assert len(await client.list_models_async()) == 3
    assert server.get_connection_count() == 1


async def test_key_required(server):
    del os.environ["OPENAI_API_KEY"]
    config = Graphbit.LlmConfig.new_openai()
    config.set_base_url(server.props.base_url)

    async def ask(config, call):
        await asyncio.sleep(0)
        return "asked for"

    config.connect("key-required", ask)
    assert await Graphbit.LlmClient(config).complete_async("x") == "You said: x"


async def test_batch(server):
    client = server.client()
    items = await client.complete_batch_async(["a", "b"], max_concurrency=1)
    assert [item.get_text() for item in items] == ["You said: a", "You said: b"]
    run = client.start_batch(["c", "d"])
    assert [item.get_text() for item in await run.wait_async()] == ["You said: c", "You said: d"]

    server.step(stall=True, times=-1)
    task = asyncio.ensure_future(client.complete_batch_async(["e", "f"]))
    assert await in_thread(server.wait_for_stalled, 2, tap.PATIENCE_MS)
    task.cancel()
    await tap.araises(asyncio.CancelledError, task)
    assert await in_thread(server.wait_for_open_connections, 0, tap.PATIENCE_MS)


async def test_index(server):
    index = Graphbit.EmbeddingIndex()
    index.add("a", [1, 0])
    index.add("b", [0, 1])
    assert [match.get_id() for match in await index.search_async([0, 1], 1)] == ["b"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "index")
        assert await index.save_async(path)
        loaded = await Graphbit.EmbeddingIndex.load_async(path)
        assert sorted(loaded) == ["a", "b"]
    error = await tap.araises(GLib.Error, Graphbit.EmbeddingIndex.load_async(path))
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND)
    await tap.araises(ValueError, index.search_async([1], 1), code=Graphbit.Error.INVALID_ARGUMENT)


async def test_conversation(server):
    conversation = Graphbit.Conversation(server.client())
    assert (await conversation.send_async("One")).get_text() == "You said: One"
    server.step(match="Two", stall="before-status")
    waiting = asyncio.create_task(conversation.send_async("Two"))
    await asyncio.sleep(0)
    try:
        await conversation.send_async("Three")
        assert False, "two at a time"
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.PENDING)
    waiting.cancel()
    try:
        await waiting
    except asyncio.CancelledError:
        pass
    stream = await conversation.send_stream_async("Four")
    assert [chunk async for chunk in stream] and stream.get_text() == "You said: Four"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "talk.json")
        assert await conversation.save_async(path)
        loaded = await Graphbit.Conversation.load_async(path)
    assert [message.get_content() for message in loaded] == ["One", "You said: One", "Four", "You said: Four"]


async def test_create_task(server):
    task = asyncio.create_task(server.client().complete_async("Hello"))
    assert await task == "You said: Hello"


async def test_errors(server):
    client = server.client(max_retries=0)
    await tap.araises(ValueError, client.complete_async(""), Code.INVALID_ARGUMENT)
    server.step(status=429, headers={"Retry-After": "7"})
    error = await tap.araises(RuntimeError, client.complete_async("x"), Code.RATE_LIMITED)
    assert error.details.get_http_status() == 429


async def test_cancellable(server):
    server.step(stall=True)
    cancellable = Gio.Cancellable()
    task = asyncio.ensure_future(server.client().complete_async("x", cancellable=cancellable))
    assert await in_thread(server.wait_for_stalled, 1, tap.PATIENCE_MS)
    cancellable.cancel()
    error = await tap.araises(GLib.Error, task)
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)


async def test_cancelling_waits_for_the_callback(server):
    server.step(stall=True)
    client = server.client()
    task = asyncio.ensure_future(client.complete_async("x"))
    assert await in_thread(server.wait_for_stalled, 1, tap.PATIENCE_MS)
    task.cancel()
    await tap.araises(asyncio.CancelledError, task)
    assert client.get_stats()["cancelled_requests"] == 1
    assert await in_thread(server.wait_for_open_connections, 0, tap.PATIENCE_MS)


async def test_wait_for(server):
    server.step(stall=True)
    await tap.araises(asyncio.TimeoutError, asyncio.wait_for(server.client().complete_async("x"), 0.05))
    assert await in_thread(server.wait_for_open_connections, 0, tap.PATIENCE_MS)


async def test_stream(server):
    server.step(stream=["one ", "two ", "three"])
    kind = Graphbit.LlmChunkKind.CONTENT
    stream = await server.client().complete_stream_async("x")
    assert [chunk.get_text() async for chunk in stream if chunk.get_kind() == kind] == ["one ", "two ", "three"]
    assert (await (await server.client().complete_stream_async("x")).collect_async()).get_text() == "You said: x"


async def test_left_stream_is_cancelled(server):
    server.step(**STALLED_STREAM)
    async for _ in await server.client().complete_stream_async("x"):
        break
    assert await in_thread(server.wait_for_open_connections, 0, tap.PATIENCE_MS)


async def test_dropped_stream_closes_its_socket(server):
    server.step(**STALLED_STREAM)
    stream = await server.client().complete_stream_async("x")
    await stream.next_chunk_async()
    del stream
    gc.collect()
    assert await in_thread(server.wait_for_open_connections, 0, tap.PATIENCE_MS)


async def test_stream_of_a_blocking_call(server):
    server.step(stream=["one ", "two"])
    stream = server.client().complete_stream("x")  # it calls back in this loop all the same
    assert (await stream.collect_async()).get_text() == "one two"


def test_loops_in_a_row_leak_nothing(server):
    client = server.client()

    async def use():
        assert await client.complete_async("x") == "You said: x"
        async for _ in await client.complete_stream_async("x"):
            break
        await asyncio.sleep(0)  # lets the loop close what was left
        await client.complete_async("x")

    def kinds():
        gc.collect()
        assert server.wait_for_open_connections(1, tap.PATIENCE_MS)
        paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
        links = [os.readlink(path) for path in paths if os.path.islink(path)]
        return sorted(link for link in links if "eventpoll" in link or "eventfd" in link)

    asyncio.run(use())
    before = kinds()
    for _ in range(5):
        asyncio.run(use())
    assert kinds() == before, (before, kinds())


tap.main(globals())
