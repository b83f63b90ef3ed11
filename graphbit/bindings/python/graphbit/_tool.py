# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Functions as tools: their type hints become JSON Schema, their docstrings descriptions."""

import functools
import inspect
import json

from gi.repository import GObject, Graphbit

from graphbit._docstring import read_docstring
from graphbit._types import SIMPLE, Schemas, described, hints_of, object_schema, to_json, value_of


class Tool(Graphbit.Tool):
    """A tool that is made of a function, and may still be called as one."""

    __gtype__ = Graphbit.Tool.__gtype__

    def __call__(self, *args, **kwargs):
        return self.__wrapped__(*args, **kwargs)


def tool(function=None, /, description=None, *, name=None, return_type=None, registry=None, **properties):
    """Makes a tool of a function: `@tool`, `@tool("what it does")`, `@tool(name=…, timeout_ms=…)`.

    The schema comes from the type hints, the descriptions of the tool and of its arguments from the docstring
    (Google, NumPy or reST). The function may be async. Further keywords are properties of Graphbit.Tool, as
    requires_approval. `return_type` is GraphBit's and only told to the model. The tool is in the registry, by default
    get_tool_registry (), from then on, in place of an earlier one of its name.
    """
    if isinstance(function, str):
        function, description = None, function
    if function is None:
        return lambda decorated: tool(
            decorated, description, name=name, return_type=return_type, registry=registry, **properties
        )
    if not callable(function) or isinstance(function, type):
        raise TypeError(f"a tool is made of a function, not of {function!r}")
    written = _written(function)
    parameters = _parameters(function, written)
    text, arguments = read_docstring(inspect.getdoc(written) or "")
    schema = _schema(parameters, arguments)
    made = _make(
        function,
        lambda call: _run(function, parameters, call),
        name or written.__name__,
        description or text,
        schema,
        return_type,
        properties,
    )
    if registry is None:
        registry = Graphbit.ToolRegistry.get_default()
    registry.add(made)  # which checks it
    return made


def tool_with_schema(function, name, description, schema, return_type, registry):
    """A tool whose schema is given: the function gets what the model says, by keyword and as it came."""
    made = _make(
        function,
        lambda call: _answer(function(**json.loads(call.get_arguments_json()))),
        name,
        description,
        schema,
        return_type,
        {},
    )
    registry.add(made)
    return made


def _make(function, answer, name, description, schema, return_type, properties):
    description = description or name
    if return_type is not None:
        description += f"\nReturns: {return_type}"
    made = Graphbit.Tool.new(name, description, schema, answer, **properties)
    made.__class__ = Tool
    made.__wrapped__, made.__name__, made.__doc__ = function, name, function.__doc__
    made.return_type = return_type
    return made


def _written(function):
    """What has the name, the type hints and the docstring of a function, a partial or an object that can be called."""
    if isinstance(function, functools.partial):
        return _written(function.func)
    return function if hasattr(function, "__name__") else type(function).__call__


def _parameters(function, written):
    name = written.__name__
    hints = hints_of(written, f"the tool {name}()")
    found = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"the tool {name}() cannot take *args or **kwargs: name its arguments")
        hint = hints.get(parameter.name)
        if parameter.annotation is parameter.empty:
            kind = type(parameter.default)
            hint = kind if kind in SIMPLE and parameter.default is not None else str
        found[parameter.name] = parameter.replace(annotation=hint)
    return found


def _schema(parameters, descriptions):
    schemas = Schemas()
    properties = {}
    for name, parameter in parameters.items():
        properties[name] = described(schemas.of(parameter.annotation, f"the argument {name!r}"), descriptions.get(name))
        if parameter.default is not parameter.empty:
            try:
                properties[name]["default"] = json.loads(to_json(parameter.default))
            except TypeError:
                pass  # it has one, which JSON cannot say
    required = [name for name, parameter in parameters.items() if parameter.default is parameter.empty]
    return schemas.whole(object_schema(properties, required))


def _run(function, parameters, call):
    given = json.loads(call.get_arguments_json())
    args, kwargs = [], {}
    for parameter in parameters.values():
        value = parameter.default
        if parameter.name in given:
            value = value_of(parameter.annotation, given[parameter.name])
        if parameter.kind is parameter.POSITIONAL_ONLY:
            args.append(value)
        elif value is not parameter.empty:
            kwargs[parameter.name] = value
    return _answer(function(*args, **kwargs))


def _answer(answer):
    return _finish(answer) if inspect.isawaitable(answer) else _plain(answer)


async def _finish(answer):
    return _plain(await answer)


def _plain(answer):
    """As the model is told it. True and False would be taken for whether the call is answered."""
    if answer is None or type(answer) is str or isinstance(answer, GObject.Object):
        return answer
    if isinstance(answer, (list, tuple)) and any(isinstance(part, Graphbit.ContentPart) for part in answer):
        return answer
    text = to_json(answer, str)
    return json.loads(text) if text.startswith('"') else text
