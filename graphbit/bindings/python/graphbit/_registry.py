# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GraphBit's names around tools: registries, calls without an agent, their results, statistics and history."""

import dataclasses
import functools
import json
import logging
import time

from gi.repository import Graphbit

from graphbit._tool import tool, tool_with_schema

_logger = logging.getLogger("graphbit")


# Results


@dataclasses.dataclass
class ToolResult:
    """What came of a call. `output` is empty where it failed, and `error` says why."""

    tool_name: str
    input_params: str
    output: str
    duration_ms: int = 0
    success: bool = True
    error: str | None = None
    timestamp: int = dataclasses.field(default_factory=lambda: int(time.time() * 1000))
    metadata: dict = dataclasses.field(default_factory=dict)

    @classmethod
    def failure(cls, tool_name, input_params, error, duration_ms=0):
        return cls(tool_name, input_params, "", duration_ms, False, error)

    @classmethod
    def of(cls, result):
        """A Graphbit.ToolResult as GraphBit has it."""
        error = result.get_error()
        common = result.get_tool_name(), result.get_input()
        if error is not None:
            return cls.failure(*common, error.message, result.get_duration_ms())
        return cls(*common, result.get_output(), result.get_duration_ms())

    def is_success(self):
        return self.success

    def is_failure(self):
        return not self.success

    def get_error(self):
        return self.error

    def get_duration(self):
        """In seconds."""
        return self.duration_ms / 1000

    def add_metadata(self, key, value):
        self.metadata[key] = value

    def get_metadata(self, key):
        return self.metadata.get(key)

    def to_json(self):
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text):
        members = json.loads(text)
        if not isinstance(members, dict) or not {"tool_name", "input_params", "output"} <= members.keys():
            raise ValueError("the result of a tool is a JSON object with tool_name, input_params and output")
        return cls(**{field.name: members[field.name] for field in dataclasses.fields(cls) if field.name in members})


class ToolResultCollection:
    """Results, in the order of the calls."""

    def __init__(self, results=()):
        self._results = list(results)

    def __iter__(self):
        return iter(self._results)

    def __len__(self):
        return len(self._results)

    def __getitem__(self, index):
        return self._results[index]

    def add(self, result):
        self._results.append(result)

    def clear(self):
        self._results.clear()

    def get_all(self):
        return list(self._results)

    def get_successful(self):
        return [result for result in self if result.success]

    def get_failed(self):
        return [result for result in self if not result.success]

    def count(self):
        return len(self)

    def success_count(self):
        return len(self.get_successful())

    def failure_count(self):
        return len(self.get_failed())

    def success_rate(self):
        """In percent; 0 of nothing."""
        return 100 * self.success_count() / len(self) if self else 0.0

    def total_duration_ms(self):
        return sum(result.duration_ms for result in self)


# Registries


class ToolRegistry(Graphbit.ToolRegistry):
    """Tools by their names. get_stats () and get_tool_metadata () are dicts."""

    __gtype__ = Graphbit.ToolRegistry.__gtype__

    @staticmethod
    def new_global_proxy():
        return get_tool_registry()

    def register_tool(self, name, description, function, parameters_schema, return_type=None):
        """The function is called with what the model says, by keyword. A tool of this name is replaced."""
        if not name.strip() or not description.strip():
            raise ValueError("a tool needs a name and a description")
        if not callable(function):
            raise TypeError(f"a tool is made of a function, not of {function!r}")
        tool_with_schema(function, name, description, parameters_schema, return_type, self)

    def unregister_tool(self, name):
        return self.remove(name)

    def has_tool(self, name):
        return self.lookup(name) is not None

    def list_tools(self):
        return [each.get_name() for each in self]

    def get_tool_metadata(self, name):
        """None where there is no such tool."""
        found = self.lookup(name)
        if found is None:
            return None
        return {**super().get_tool_metadata(name), "return_type": getattr(found, "return_type", None) or "Any"}

    def get_llm_tools(self):
        """JSON texts of name, description and parameters, as a model is told of each."""
        return [
            json.dumps(
                {
                    "name": each.get_name(),
                    "description": each.get_description() or "",
                    "parameters": json.loads(each.get_parameters() or '{"type": "object"}'),
                },
                ensure_ascii=False,
            )
            for each in self
        ]

    def execute_tool(self, name, params=None):
        """The ToolResult of one call; a KeyError where there is no such tool."""
        if not self.has_tool(name):
            raise KeyError(f"there is no tool {name!r}; there are: {', '.join(self.list_tools())}")
        return ToolResult.of(self._call([(name, params)])[0])

    def get_execution_history(self):
        """The newest thousand, the newest last."""
        return [ToolResult.of(result) for result in super().get_execution_history()]

    def _call(self, calls):
        """The Graphbit.ToolResult of each (name, arguments), in their order."""
        executor = Graphbit.ToolExecutor(self, max_tool_calls=max(len(calls), 1), continue_on_error=True)
        return executor.execute(
            [Graphbit.LlmToolCall.new(str(i), name, json.dumps(given or {})) for i, (name, given) in enumerate(calls)]
        )


@functools.lru_cache(maxsize=None)
def get_tool_registry():
    """That of the process, where @tool puts what it makes."""
    registry = Graphbit.ToolRegistry.get_default()
    registry.__class__ = ToolRegistry
    return registry


class ToolDecorator:
    """A decorator, @tool (…), whose tools go into a registry of its own, or into the one that is given."""

    def __init__(self, registry=None):
        self._registry = ToolRegistry() if registry is None else registry

    def __call__(self, description=None, *, name=None, return_type=None, **properties):
        return tool(description, name=name, return_type=return_type, registry=self._registry, **properties)

    def get_registry(self):
        return self._registry

    def register(self, func, name=None, description=None, return_type=None):
        return tool(func, description, name=name, return_type=return_type, registry=self._registry)

    def list_tools(self):
        return self._registry.list_tools()

    def get_tool_info(self, name):
        return self._registry.get_tool_metadata(name)


# Calls without an agent


@dataclasses.dataclass
class ExecutorConfig:
    """How a ToolExecutor works."""

    max_execution_time_ms: int = 30000
    max_tool_calls: int = 10
    continue_on_error: bool = False
    store_results: bool = True
    enable_logging: bool = True

    @classmethod
    def production(cls):
        return cls(60000, 20, False)

    @classmethod
    def development(cls):
        return cls(10000, 5, True)


class ToolExecutor(Graphbit.ToolExecutor):
    """Makes calls with the tools of a registry, by default get_tool_registry (), and remembers what came of them."""

    __gtype__ = Graphbit.ToolExecutor.__gtype__

    def __init__(self, registry=None, config=None, **properties):
        config = config or ExecutorConfig()
        given = {name: getattr(config, name) for name in ("max_execution_time_ms", "max_tool_calls", "continue_on_error")}
        for name in ("max_execution_time_ms", "max_tool_calls"):
            if given[name] < 1:
                raise ValueError(f"{name} must be 1 or more")
        super().__init__(registry=get_tool_registry() if registry is None else registry, **{**given, **properties})
        self._config = config
        self._created = time.monotonic()
        self.clear_context()

    def execute_tools(self, tool_calls):
        """The results of calls that are dicts, or JSON texts, of name and parameters (and id), in their order.

        What is no such call has failed. So have those that were not begun when one failed, unless the
        configuration's continue_on_error is set.
        """
        read, calls = _read_calls(tool_calls)
        return self._note(read, self.execute(calls) if calls else ())

    async def execute_tools_async(self, tool_calls):
        """The same, which async tools need inside of a running asyncio loop."""
        read, calls = _read_calls(tool_calls)
        return self._note(read, await self.execute_async(calls) if calls else ())

    def _note(self, read, made):
        made = iter(made)
        results = [ToolResult.of(next(made)) if call is None else call for call in read]
        for result in results:
            self._n_calls += 1
            self._n_succeeded += result.success
            self._variables[f"tool_result_{self._n_calls}"] = result.output
            if self._config.enable_logging:
                said = "succeeded" if result.success else f"failed: {result.error}"
                _logger.info("The tool %s %s (%d ms)", result.tool_name, said, result.duration_ms)
        if self._config.store_results:
            for result in results:
                self._results.add(result)
        return ToolResultCollection(results)

    def get_results(self):
        """What execute_tools () gave so far, where the configuration stores it."""
        return ToolResultCollection(self._results)

    def get_variables(self):
        """A dict of what was set, and of the outputs: tool_result_1 and so on."""
        return dict(self._variables)

    def set_variable(self, name, value):
        self._variables[name] = value

    def get_variable(self, name):
        return self._variables.get(name)

    def clear_context(self):
        """Forgets the results and the variables."""
        self._results = ToolResultCollection()
        self._variables = {}
        self._n_calls = self._n_succeeded = 0

    def get_execution_stats(self):
        return {
            "execution_id": f"{id(self):x}",
            "tool_calls": self._n_calls,
            "elapsed_ms": int((time.monotonic() - self._created) * 1000),
            "success_rate": 100 * self._n_succeeded / self._n_calls if self._n_calls else 0.0,
            "total_results": self._results.count(),
            "successful_results": self._results.success_count(),
            "failed_results": self._results.failure_count(),
        }


def _read_calls(tool_calls):
    """For each None, or the result that says that it is no call; and the calls."""
    read, calls = [], []
    for each in tool_calls:
        try:
            call = json.loads(each) if isinstance(each, str) else each
            given = call.get("parameters")
            given = given if isinstance(given, str) else json.dumps(given or {})
            calls.append(Graphbit.LlmToolCall.new(str(call.get("id") or ""), call["name"], given))
            read.append(None)
        except (AttributeError, KeyError, TypeError, ValueError):
            read.append(ToolResult.failure("", str(each), "a tool call is an object with name and parameters"))
    return read, calls


# GraphBit's functions, on the registry of the process


def clear_tools():
    get_tool_registry().remove_all()


def get_registered_tools():
    return get_tool_registry().list_tools()


def sync_global_tools_to_workflow(workflow=None):
    """Gives each agent of a workflow the tools of get_tool_registry () that it does not have.

    Without a workflow there is nothing to do: the registry is one for the whole process.
    """
    for node in workflow.get_nodes() if workflow is not None else ():
        if isinstance(node, Graphbit.AgentNode):
            names = {each.get_name() for each in node.get_tools()}
            for each in get_tool_registry():
                if each.get_name() not in names:
                    node.add_tool(each)


def execute_tool(name, args=()):
    """What the tool says; `args` by position, or a dict. Raises what the tool raised, as far as it is known."""
    registry = get_tool_registry()
    found = registry.lookup(name)
    if found is None:
        raise ValueError(f"there is no tool {name!r}; there are: {', '.join(get_registered_tools())}")
    if not isinstance(args, dict):
        names = list(json.loads(found.get_parameters() or "{}").get("properties", ()))
        if len(args) > len(names):
            raise TypeError(f"the tool {name!r} takes at most {len(names)} arguments, not {len(args)}")
        args = dict(zip(names, args, strict=False))
    (result,) = registry._call([(name, args)])
    if not result.get_success():
        raise result.get_error()
    return result.get_output()


def _execute_json(text, node_tools):
    """The ToolResult of each call; only what `node_tools` names is called."""
    calls = json.loads(text)
    if not isinstance(calls, list) or not all(isinstance(call, dict) and "tool_name" in call for call in calls):
        raise ValueError("tool calls are a JSON array of objects with tool_name and parameters")
    named = [(call["tool_name"], call.get("parameters")) for call in calls]
    results = iter(get_tool_registry()._call([call for call in named if call[0] in node_tools]))
    return [
        ToolResult.of(next(results))
        if name in node_tools
        else ToolResult.failure(name, json.dumps(given or {}), f"the node has no tool {name!r}")
        for name, given in named
    ]


def execute_workflow_tool_calls(tool_calls_json, node_tools):
    """A line for each call of a JSON array of {tool_name, parameters}. Only tools named in `node_tools` are called."""
    lines = [
        f"{result.tool_name}: {result.output if result.success else f'Error - {result.error}'}"
        for result in _execute_json(tool_calls_json, node_tools)
    ]
    return "\n".join(lines) or "No tool calls were executed"


def execute_production_tool_calls(tool_calls_json, node_tools):
    """The same as a JSON array of {tool_name, output, success, error, latency_ms}."""
    results = [
        {
            "tool_name": result.tool_name,
            "output": result.output,
            "success": result.success,
            "error": result.error,
            "latency_ms": result.duration_ms,
        }
        for result in _execute_json(tool_calls_json, node_tools)
    ]
    return json.dumps(results, ensure_ascii=False)
