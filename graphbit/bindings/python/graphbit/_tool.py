# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Functions as tools: their type hints become JSON Schema, their docstrings descriptions."""

import collections.abc
import dataclasses
import enum
import inspect
import json
import re
import types
import typing

from gi.repository import Graphbit

_SIMPLE = {int: "integer", float: "number", bool: "boolean", str: "string", type(None): "null"}
_LISTS = (list, set, frozenset, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Set)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_UNIONS = (typing.Union, types.UnionType)
_HEADINGS = ("args", "arguments", "parameters", "params")
_OTHER_HEADINGS = ("returns", "return", "yields", "raises", "example", "examples", "note", "notes", "warns", "see also")


class Tool(Graphbit.Tool):
    """A tool that is made of a function, and may still be called as one."""

    __gtype__ = Graphbit.Tool.__gtype__

    def __call__(self, *args, **kwargs):
        return self.__wrapped__(*args, **kwargs)


def tool(function=None, /, description=None, *, name=None, return_type=None, **properties):
    """Makes a tool of a function: `@tool`, `@tool("what it does")`, `@tool(name=…, timeout_ms=…)`.

    The schema comes from the type hints, the descriptions of the tool and of its arguments from the docstring
    (Google, NumPy or reST). The function may be async. Further keywords are properties of Graphbit.Tool, as
    requires_approval. `return_type` is GraphBit's and only told to the model. The tool is in get_tool_registry ()
    from then on, in place of an earlier one of its name.
    """
    if isinstance(function, str):
        function, description = None, function
    if function is None:
        return lambda decorated: tool(decorated, description, name=name, return_type=return_type, **properties)
    if not callable(function):
        raise TypeError(f"a tool is made of a function, not of {function!r}")
    return _make(function, name or function.__name__, description, return_type, properties)


def _make(function, name, description, return_type, properties):
    text, arguments = _read_docstring(inspect.getdoc(function) or "")
    description = description or text or name
    if return_type is not None:
        description += f"\nReturns: {return_type}"
    parameters = _parameters(function)
    schema = _object_schema(
        {
            parameter.name: _described(_parameter_schema(parameter), arguments.get(parameter.name))
            for parameter in parameters.values()
        },
        [parameter.name for parameter in parameters.values() if parameter.default is parameter.empty],
    )
    made = Tool(name=name, description=description, parameters=schema, **properties)
    made.__wrapped__, made.__name__, made.__doc__ = function, name, function.__doc__
    made.connect("call", lambda _, call: _run(function, parameters, call))
    get_tool_registry().add(made)  # which checks it
    return made


def _run(function, parameters, call):
    given = json.loads(call.get_arguments_json())
    args, kwargs = [], {}
    for parameter in parameters.values():
        value = parameter.default
        if parameter.name in given:
            value = _convert(given[parameter.name], parameter.annotation)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            args.append(value)
        elif value is not parameter.empty:
            kwargs[parameter.name] = value
    answer = function(*args, **kwargs)
    if inspect.isawaitable(answer):
        return _finish(answer)
    return _plain(answer)


async def _finish(answer):
    return _plain(await answer)


def _plain(answer):
    """As the model is told it: True and False would be taken for whether the call is answered."""
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        answer = dataclasses.asdict(answer)
    if isinstance(answer, enum.Enum):
        answer = answer.value
    return json.dumps(answer) if isinstance(answer, bool) else answer


# GraphBit's functions, on the registry of the process


def get_tool_registry():
    return Graphbit.ToolRegistry.get_default()


def clear_tools():
    get_tool_registry().remove_all()


def get_registered_tools():
    return [each.get_name() for each in get_tool_registry()]


def execute_tool(name, args=()):
    """What the tool says; `args` by position, or a dict. Raises what the tool raised, as far as it is known."""
    found = get_tool_registry().lookup(name)
    if found is None:
        raise ValueError(f"there is no tool {name!r}; there are: {', '.join(get_registered_tools())}")
    if not isinstance(args, dict):
        args = dict(zip(json.loads(found.get_parameters() or "{}").get("properties", ()), args, strict=False))
    (result,) = _execute([{"tool_name": name, "parameters": args}])
    if not result.get_success():
        raise result.get_error()
    return result.get_output()


def _execute(calls):
    made = [
        Graphbit.LlmToolCall.new(str(i), call["tool_name"], json.dumps(call.get("parameters") or {}))
        for i, call in enumerate(calls)
    ]
    executor = Graphbit.ToolExecutor(get_tool_registry(), max_tool_calls=max(len(made), 1), continue_on_error=True)
    return executor.execute(made)


def _execute_json(text, node_tools):
    """(name, output or None, error or None, milliseconds) of each call; only what `node_tools` names is called."""
    calls = json.loads(text)
    if not isinstance(calls, list) or not all(isinstance(call, dict) and "tool_name" in call for call in calls):
        raise ValueError("tool calls are a JSON array of objects with tool_name and parameters")
    results = iter(_execute([call for call in calls if call["tool_name"] in node_tools]))
    for call in calls:
        name = call["tool_name"]
        if name not in node_tools:
            yield name, None, f"the node has no tool {name!r}", 0
            continue
        result = next(results)
        error = result.get_error()
        yield name, None if error else result.get_output(), error and error.message, result.get_duration_ms()


def execute_workflow_tool_calls(tool_calls_json, node_tools):
    """A line for each call of a JSON array of {tool_name, parameters}. Only tools named in `node_tools` are called."""
    lines = [
        f"{name}: {output if error is None else f'Error - {error}'}"
        for name, output, error, _ in _execute_json(tool_calls_json, node_tools)
    ]
    return "\n".join(lines) or "No tool calls were executed"


def execute_production_tool_calls(tool_calls_json, node_tools):
    """The same as a JSON array of {tool_name, output, success, error, latency_ms}."""
    results = [
        {"tool_name": name, "output": output or "", "success": error is None, "error": error, "latency_ms": duration}
        for name, output, error, duration in _execute_json(tool_calls_json, node_tools)
    ]
    return json.dumps(results, ensure_ascii=False)


# From type hints to JSON Schema


def _parameters(function):
    hints = typing.get_type_hints(function, include_extras=True)
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"the tool {function.__name__}() cannot take *args or **kwargs: name its arguments")
        annotation = hints.get(name, parameter.empty)
        if annotation is parameter.empty:
            default = parameter.default
            annotation = type(default) if type(default) in _SIMPLE and default is not None else str
        found[name] = parameter.replace(annotation=annotation)
    return found


def _parameter_schema(parameter):
    schema = _schema(parameter.annotation, f"the argument {parameter.name!r}", ())
    if parameter.default is not parameter.empty:
        default = parameter.default.value if isinstance(parameter.default, enum.Enum) else parameter.default
        try:
            json.dumps(default)
        except TypeError:
            return schema  # it has one, which JSON cannot say
        schema["default"] = default
    return schema


def _described(schema, description):
    return {**schema, "description": description} if description and "description" not in schema else schema


def _object_schema(properties, required):
    schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    return schema


def _schema(hint, where, around):
    """The JSON Schema of a type hint; a TypeError names what has none."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in (typing.Any, object):
        return {}
    if isinstance(hint, typing.TypeVar) or hint in around:
        raise TypeError(f"{where}: {hint!r} cannot be described to a model")
    if origin is typing.Annotated:
        text = next((extra for extra in args[1:] if isinstance(extra, str)), None)
        return _described(_schema(args[0], where, around), text)
    if origin in (typing.Required, typing.NotRequired):
        return _schema(args[0], where, around)
    if origin in _UNIONS:
        return {"anyOf": [_schema(member, where, around) for member in args]}
    if origin is typing.Literal:
        return _enum_schema(args)
    kind = origin or hint
    if kind in _SIMPLE:
        return {"type": _SIMPLE[kind]}
    if kind is tuple and args and args[-1] is not Ellipsis:
        members = [_schema(member, where, around) for member in args]
        return {"type": "array", "prefixItems": members, "minItems": len(members), "maxItems": len(members)}
    if kind in _LISTS or kind is tuple:
        schema = {"type": "array", "items": _schema(args[0], where, around)} if args else {"type": "array"}
        return {**schema, "uniqueItems": True} if kind in (set, frozenset, collections.abc.Set) else schema
    if kind in _DICTS:
        if args and args[0] is not str:
            raise TypeError(f"{where}: the keys of {hint!r} must be str")
        return {"type": "object", "additionalProperties": _schema(args[1], where, around)} if args else {"type": "object"}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _enum_schema([member.value for member in kind])
    members = _members(kind)
    if members is None:
        raise TypeError(f"{where}: {hint!r} cannot be described to a model")
    return _object_schema(
        {name: _schema(member, f"{where}, {name!r}", (*around, kind)) for name, (member, _) in members.items()},
        [name for name, (_, is_required) in members.items() if is_required],
    )


def _enum_schema(values):
    values = [value.value if isinstance(value, enum.Enum) else value for value in values]
    kinds = {_SIMPLE.get(type(value)) for value in values}
    return {"type": kinds.pop(), "enum": values} if len(kinds) == 1 and None not in kinds else {"enum": values}


def _members(kind):
    """What a dataclass or TypedDict has: name → (hint, whether it must be there). None: it is neither."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        missing = dataclasses.MISSING
        return {
            field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
            for field in dataclasses.fields(kind)
            if field.init
        }
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return {name: (hint, name in kind.__required_keys__) for name, hint in hints.items()}
    return None


# From JSON to what the hints say; it fits the schema already


def _fits(value, hint):
    """Whether a union's member is meant by a JSON value."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _fits(value, typing.get_args(hint)[0])
    if origin in _UNIONS:
        return any(_fits(value, member) for member in typing.get_args(hint))
    if origin is typing.Literal:
        return value in typing.get_args(hint)
    kind = origin or hint
    if kind in _SIMPLE:
        if kind in (int, float):
            return isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
        return isinstance(value, kind)
    if kind in _LISTS or kind is tuple:
        return isinstance(value, list)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return any(value == member.value for member in kind)
    if not isinstance(value, dict):
        return kind in (typing.Any, object)
    members = _members(kind)
    return members is None or (
        value.keys() <= members.keys() and all(name in value for name, (_, needed) in members.items() if needed)
    )


def _convert(value, hint):
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Annotated, typing.Required, typing.NotRequired):
        return _convert(value, args[0])
    if origin in _UNIONS:
        return next((_convert(value, member) for member in args if _fits(value, member)), value)
    kind = origin or hint
    if isinstance(value, list):
        if kind is tuple and args and args[-1] is not Ellipsis:
            return tuple(_convert(item, member) for item, member in zip(value, args))
        items = [_convert(item, args[0]) for item in value] if args else value
        return kind(items) if kind in (set, frozenset, tuple) else items
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)  # 1.0 is an integer in JSON Schema
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if isinstance(value, dict):
        members = _members(kind)
        if members is None:
            return {key: _convert(item, args[1]) for key, item in value.items()} if args else value
        value = {name: _convert(item, members[name][0]) for name, item in value.items()}
        return kind(**value) if dataclasses.is_dataclass(kind) else value
    return value


# Docstrings


def _read_docstring(text):
    """What it says of the whole, and of each argument, in Google's, NumPy's or reST's manner."""
    lines = text.splitlines()
    told, arguments = [], {}
    target = None  # the argument that is spoken of
    section = None  # None: the text; "google", "numpy": its arguments; "other": what is not for the model
    indent = i = 0
    while i < len(lines):
        line = lines[i]
        stripped = line.strip()
        word = stripped.rstrip(":").lower()
        underlined = i + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[i + 1].strip())
        field = re.match(r":(\w+)(?:\s+([^:]*))?:\s*(.*)", stripped)
        if field:
            section, target = "other", None
            if field[1] in ("param", "parameter", "arg", "argument") and field[2]:
                name = field[2].split()[-1]
                arguments[name] = field[3]
                target = name
                section = "rest"
        elif underlined and word in _HEADINGS + _OTHER_HEADINGS:
            section, target = "numpy" if word in _HEADINGS else "other", None
            i += 1
        elif stripped.endswith(":") and line == line.lstrip() and word in _HEADINGS + _OTHER_HEADINGS:
            section, target, indent = "google" if word in _HEADINGS else "other", None, 0
        elif section is None:
            told.append(line)
        elif section == "google" and stripped:
            depth = len(line) - len(line.lstrip())
            indent = indent or depth
            start = re.match(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)", stripped) if depth <= indent else None
            if start:
                target = start[1]
                arguments[target] = start[2]
            elif target:
                arguments[target] = f"{arguments[target]} {stripped}".strip()
        elif section == "numpy" and stripped:
            if line == line.lstrip():
                target = re.match(r"\w+", stripped)[0] if re.match(r"\w+", stripped) else None
                if target:
                    arguments[target] = ""
            elif target:
                arguments[target] = f"{arguments[target]} {stripped}".strip()
        elif section == "rest" and stripped and line != line.lstrip():
            arguments[target] = f"{arguments[target]} {stripped}".strip()
        i += 1
    return "\n".join(told).strip(), arguments
