# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""graphbit with GraphBit's meaning of names.

Thin classes over gi.repository.Graphbit: the same objects, in which the names
that GraphBit makes awaitable are awaitable. What is not here is found in the
namespace itself, under the same name.
"""

import concurrent.futures
import json
import time

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import Gio, Graphbit  # noqa: E402

from graphbit._registry import (  # noqa: E402, F401
    ExecutorConfig,
    ToolDecorator,
    ToolExecutor,
    ToolRegistry,
    ToolResult,
    ToolResultCollection,
    clear_tools,
    execute_production_tool_calls,
    execute_tool,
    execute_workflow_tool_calls,
    get_registered_tools,
    get_tool_registry,
    sync_global_tools_to_workflow,
)
from graphbit._tool import Tool, tool  # noqa: E402, F401
from graphbit._types import answer_of, answer_schema  # noqa: E402

__version__ = Graphbit.version()

# GraphBit's options of an agent that are LlmOptions here
_OPTIONS = ("max_tokens", "temperature", "top_p", "seed", "reasoning_effort", "enable_prompt_caching")

# The errors of a run that GraphBit raises instead of returning
_RAISED = ("AUTHENTICATION", "TIMEOUT")


def __getattr__(name):
    return __dir__() if name == "__all__" else getattr(Graphbit, name)


def __dir__():
    own = (name for name, value in globals().items() if (getattr(value, "__module__", None) or "").startswith("graphbit"))
    return sorted(name for name in {*own, *dir(Graphbit)} if not name.startswith("_"))


def get_system_info():
    """GraphBit's keys as well."""
    info = Graphbit.get_system_info()
    info["python_binding_version"] = __version__
    info["memory_allocator_verified"] = info["memory_allocator"] != "unknown"
    return info


def health_check():
    """GraphBit's keys as well, which depend on what there is to tell."""
    health = Graphbit.health_check()
    if Graphbit.get_system_info()["runtime_initialized"]:
        health["runtime_uptime_ok"] = health["runtime_healthy"]
    else:
        health["runtime_stats_available"] = False
    if not health["total_memory_mb"]:
        health["memory_info_available"] = False
    return health


def _without_none(keywords):
    return {name: value for name, value in keywords.items() if value is not None}


def _request(messages, keywords):
    """A request out of (role, content) pairs."""
    if isinstance(messages, Graphbit.LlmRequest):
        if keywords:
            raise TypeError(f"{', '.join(keywords)}: a request has options of its own, set them there")
        return messages
    roles = {"system": Graphbit.LlmMessage.new_system, "assistant": Graphbit.LlmMessage.new_assistant}
    request = Graphbit.LlmRequest(options=Graphbit.LlmOptions(**_without_none(keywords)))
    for role, content in messages:
        request.add_message(roles.get(role, Graphbit.LlmMessage.new_user)(content))
    return request


def _with_schema(response_type, keywords):
    if response_type is not None:
        keywords["response_schema"] = json.dumps(answer_schema(response_type))
    return keywords


def _answer(response_type, text):
    return text if response_type is None else answer_of(response_type, json.loads(text))


def parse_output(response_type, text):
    """A node's output, or any other answer that fits the type, as an object of that type."""
    return _answer(response_type, text)


class Stream:
    """A streamed answer: await it for the whole, iterate over it, with async or without, for the pieces.

    The whole is the text, or an object of the `response_type` that was asked for. After the last piece it is `value`,
    and `response` the LlmResponse.
    """

    def __init__(self, response_type, open, open_async):
        self._type, self._open, self._open_async = response_type, open, open_async
        self.value = self.response = None

    def _end(self, response):
        self.response = response
        self.value = _answer(self._type, response.get_text())
        return self.value

    async def _collect(self):
        stream = await self._open_async()
        return self._end(await stream.collect_async())

    def __await__(self):
        return self._collect().__await__()

    async def __aiter__(self):
        stream = await self._open_async()
        try:
            async for chunk in stream:
                if chunk.get_kind() == Graphbit.LlmChunkKind.CONTENT:
                    yield chunk.get_text()
            self._end(stream.get_response())
        finally:
            stream.cancel()

    def __iter__(self):
        stream = self._open()
        for chunk in stream:
            if chunk.get_kind() == Graphbit.LlmChunkKind.CONTENT:
                yield chunk.get_text()
        self._end(stream.get_response())


class FailedText(str):
    """What stands for an answer of a batch that failed: “Error: …”, with the exception as `error`."""

    def __new__(cls, error):
        text = super().__new__(cls, f"Error: {error}")
        text.error = error
        return text


class LlmClient(Graphbit.LlmClient):
    """A client whose streams are awaited or iterated over, and whose batches and warm-up are awaited.

    Each method takes a `response_type`: a dataclass, a TypedDict, or what their members may be. The answer is then an
    object of that type; where the method gives an LlmResponse, it is its `parsed`.
    """

    __gtype__ = Graphbit.LlmClient.__gtype__

    def complete(self, prompt, *args, response_type=None, **keywords):
        text = super().complete(prompt, *args, **_with_schema(response_type, keywords))
        return _answer(response_type, text)

    async def complete_async(self, prompt, *args, response_type=None, **keywords):
        text = await super().complete_async(prompt, *args, **_with_schema(response_type, keywords))
        return _answer(response_type, text)

    def complete_stream(self, prompt, *, response_type=None, **keywords):
        keywords = _with_schema(response_type, keywords)
        sync, asynchronous = super().complete_stream, super().complete_stream_async
        return Stream(response_type, lambda: sync(prompt, **keywords), lambda: asynchronous(prompt, **keywords))

    stream = complete_stream

    def complete_full(self, prompt, *, response_type=None, **keywords):
        request = _request([("user", prompt)], _with_schema(response_type, keywords))
        return _parsed(response_type, self.chat(request))

    async def complete_full_async(self, prompt, *, response_type=None, **keywords):
        request = _request([("user", prompt)], _with_schema(response_type, keywords))
        return _parsed(response_type, await self.chat_async(request))

    async def complete_batch(self, prompts, *, response_type=None, **keywords):
        """The answers, in the order of the prompts; a FailedText for each that failed."""
        keywords = _with_schema(response_type, _without_none(keywords))
        items = await self.complete_batch_async(list(prompts), **keywords)
        return [
            FailedText(item.get_error()) if item.get_response() is None else _answer(response_type, item.get_text())
            for item in items
        ]

    async def warmup(self):
        return await self.warmup_async()

    async def chat_optimized(self, messages, *, response_type=None, **keywords):
        request = _request(messages, _with_schema(response_type, keywords))
        return _answer(response_type, (await self.chat_async(request)).get_text())


def _parsed(response_type, response):
    if response_type is not None:
        response.parsed = _answer(response_type, response.get_text())
    return response


def _stream(self, text=None):
    """Says something; the answer is awaited, or iterated over."""
    return Stream(None, lambda: self.send_stream(text), lambda: self.send_stream_async(text))


# no class of its own, for load () and fork () give the namespace's
Graphbit.Conversation.stream = _stream


def _vector(embedding):
    """The vector as a list, or what went wrong with its text."""
    error = embedding.get_error()
    if error is not None:
        raise error
    return list(embedding.get_values())


class EmbeddingClient(Graphbit.EmbeddingClient):
    """A client whose vectors are lists. Where one of many texts fails, its error is raised."""

    __gtype__ = Graphbit.EmbeddingClient.__gtype__

    def embed(self, text):
        return _vector(super().embed(text))

    async def embed_async(self, text):
        return _vector(await super().embed_async(text))

    def embed_many(self, texts):
        return [_vector(embedding) for embedding in super().embed_many(_some(texts))]

    async def embed_many_async(self, texts):
        return [_vector(embedding) for embedding in await super().embed_many_async(_some(texts))]

    def embed_batch_parallel(self, texts_batch, max_concurrency=None, timeout_ms=None):
        """Several lists of texts, so many at once, as GraphBit's dictionary. One that fails is an empty list."""
        if max_concurrency is not None and max_concurrency < 1:
            raise ValueError("max_concurrency must be at least 1")
        started, tokens = time.monotonic(), self.get_stats()["prompt_tokens"]
        cancellable = Gio.Cancellable()
        embed_many = super().embed_many

        def embed(texts):
            return [_vector(embedding) for embedding in embed_many(_some(texts), cancellable)]

        with concurrent.futures.ThreadPoolExecutor(max_concurrency or 10) as pool:
            futures = [pool.submit(embed, texts) for texts in texts_batch]
            late = concurrent.futures.wait(futures, timeout_ms and timeout_ms / 1000).not_done
            if late:
                cancellable.cancel()
        if late:
            raise TimeoutError(f"The batches were not embedded within {timeout_ms} ms")

        failures = [future.exception() for future in futures]
        embeddings = [[] if failure else future.result() for future, failure in zip(futures, failures)]
        duration = (time.monotonic() - started) * 1000
        n_good = failures.count(None)
        return {
            "embeddings": embeddings,
            "errors": [f"Batch {i}: {failure}" for i, failure in enumerate(failures) if failure],
            "duration_ms": int(duration),
            "stats": {
                "successful_requests": n_good,
                "failed_requests": len(failures) - n_good,
                "avg_response_time_ms": duration / n_good if n_good else 0.0,
                "total_embeddings": sum(map(len, embeddings)),
                "total_tokens": self.get_stats()["prompt_tokens"] - tokens,
            },
        }


def _some(texts):
    if isinstance(texts, str):
        raise TypeError("a list of texts is taken, not one text")
    texts = list(texts)
    if not texts:
        raise ValueError("The list of texts is empty")
    return texts


class Executor(Graphbit.Executor):
    """Runs workflows. Raises where GraphBit raises: authentication, an invalid workflow, a timeout."""

    __gtype__ = Graphbit.Executor.__gtype__

    def execute(self, workflow, inputs=None, cancellable=None):
        return _check(super().execute(workflow, inputs, cancellable), workflow)

    async def execute_async(self, workflow, inputs=None, cancellable=None):
        return _check(await super().execute_async(workflow, inputs, cancellable), workflow)

    run_async = execute_async

    def execute_streaming(self, workflow, inputs=None, stream_mode=None):
        """The events of a run as dicts, by `for` or `async for`: `updates` (the default), `messages` or `all`."""
        if stream_mode not in (None, "updates", "messages", "all"):
            raise ValueError(f"stream_mode is updates, messages or all, not {stream_mode!r}")
        mode = getattr(Graphbit.StreamModes, (stream_mode or "updates").upper())
        return EventStream(self.start(workflow, inputs, mode))

    @staticmethod
    def get_stream_event_schema():
        return json.loads(Graphbit.Executor.get_stream_event_schema())


class EventStream:
    """The events of a run; leaving the loop early cancels it. `run` is the run itself."""

    def __init__(self, run):
        self.run = run

    def __iter__(self):
        return map(_event, self.run)

    def __aiter__(self):
        return _EventReader(self.run)


class _EventReader:
    def __init__(self, run):
        self._events = run.__aiter__()

    def __aiter__(self):
        return self

    async def __anext__(self):
        return _event(await self._events.__anext__())

    async def aclose(self):
        await self._events.aclose()


def _event(event):
    """GraphBit's dict: the result itself instead of its JSON."""
    fields = event.get_payload()
    if "result" in fields:
        fields["result"] = event.get_result()
    return fields


def _check(result, workflow):
    """The result, unless what made the run fail is one of _RAISED."""
    if result.is_failed():
        codes = [getattr(Graphbit.Error, name) for name in _RAISED]
        causes = [result.get_error()] + [result.get_node_error(node.get_id()) for node in workflow.get_nodes()]
        for error in causes:
            if isinstance(error, Graphbit.GraphbitError) and error.code in codes:
                raise error
    return result


class AgentNode(Graphbit.AgentNode):
    """An agent, whose tools may be called without a model as well."""

    __gtype__ = Graphbit.AgentNode.__gtype__

    def has_tools(self):
        return bool(self.get_tool_names())

    def get_tool_names(self):
        return [each.get_name() for each in self.get_tools()]

    def create_tool_executor(self):
        """One that calls the tools of this agent, and no others."""
        registry = ToolRegistry()
        for each in self.get_tools():
            registry.add(each)
        return ToolExecutor(registry)

    def execute_tools(self, tool_calls):
        return self.create_tool_executor().execute_tools(tool_calls)


class Node:
    """GraphBit's factories for the kinds of node."""

    @staticmethod
    def agent(name, prompt, tools=(), response_type=None, **keywords):
        keywords = _with_schema(response_type, _without_none(keywords))
        options = {option: keywords.pop(option) for option in _OPTIONS if option in keywords}
        if options:
            keywords["options"] = Graphbit.LlmOptions(**options)
        node = AgentNode(name, prompt, **keywords)
        for each in tools or ():
            if isinstance(each, str):
                raise TypeError(f"a tool is made of a function, not of {each!r}")
            node.add_tool(each if isinstance(each, Graphbit.Tool) else tool(each))
        return node

    @staticmethod
    def condition(name, handler=None, expression=None):
        if (handler is None) == (expression is None):
            raise TypeError("a condition takes either a handler or an expression")
        if expression is not None:
            return Graphbit.ConditionNode.new_for_expression(name, expression)
        return Graphbit.ConditionNode.new(name, handler)

    @staticmethod
    def function(name, func, **keywords):
        return Graphbit.FunctionNode.new(name, func, **keywords)

    @staticmethod
    def transform(name, transformation, **keywords):
        return Graphbit.TransformNode(name, transformation, **_without_none(keywords))

    @staticmethod
    def map(name, workflow, **keywords):
        """The workflow once for each element of the list that comes from the node before."""
        return Graphbit.MapNode(name, workflow, **_without_none(keywords))

    @staticmethod
    def loop(name, workflow, condition, max_iterations=10, **keywords):
        """The workflow again and again, until the condition holds."""
        return Graphbit.LoopNode(name, workflow, condition, max_iterations, **_without_none(keywords))

    @staticmethod
    def workflow(name, workflow, **keywords):
        """The workflow, once."""
        return Graphbit.WorkflowNode(name, workflow, **_without_none(keywords))

    @staticmethod
    def split(name, separator=None, **keywords):
        return Graphbit.SplitNode(name, **_without_none({"separator": separator, **keywords}))

    @staticmethod
    def join(name, mode=None, **keywords):
        return Graphbit.JoinNode(name, **_without_none({"mode": mode, **keywords}))

    @staticmethod
    def delay(name, delay_ms, **keywords):
        return Graphbit.DelayNode(name, delay_ms, **keywords)

    @staticmethod
    def http(name, url, **keywords):
        return Graphbit.HttpNode(name, url, **_without_none(keywords))

    @staticmethod
    def approval(name, question, **keywords):
        return Graphbit.ApprovalNode(name, question, **_without_none(keywords))
