# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""JSON Schemas of Python's types, and values of those types out of JSON."""

import dataclasses
import enum
import types
import typing

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schema_of(kind):
    """The JSON Schema of a dataclass, a TypedDict, or of what these are made of."""
    if kind in _SIMPLE:
        return {"type": _SIMPLE[kind]}
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is list or origin is list:
        return {"type": "array", **({"items": schema_of(args[0])} if args else {})}
    if kind is dict or origin is dict:
        return {"type": "object", **({"additionalProperties": schema_of(args[1])} if args else {})}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema_of(arg) for arg in args]}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if isinstance(kind, enum.EnumMeta):
        return {"enum": [member.value for member in kind]}
    if dataclasses.is_dataclass(kind):
        required = [
            field.name
            for field in dataclasses.fields(kind)
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ]
    elif typing.is_typeddict(kind):
        required = [name for name in typing.get_type_hints(kind) if name in kind.__required_keys__]
    else:
        raise TypeError(f"{kind!r} is none of the types that an answer can have")
    return {
        "type": "object",
        "properties": {name: schema_of(hint) for name, hint in typing.get_type_hints(kind).items()},
        "required": required,
        "additionalProperties": False,
    }


def value_of(kind, value):
    """What JSON holds, which fits schema_of(kind), as that type."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return [value_of(args[0], item) for item in value]
    if origin is dict:
        return {name: value_of(args[1], item) for name, item in value.items()}
    if origin in (typing.Union, types.UnionType):
        return _value_of_one(args, value)
    if kind in (int, float):
        return kind(value)
    if isinstance(kind, enum.EnumMeta):
        return kind(value)
    if dataclasses.is_dataclass(kind):
        return kind(**_members(kind, value))
    if typing.is_typeddict(kind):
        return _members(kind, value)
    return value


def _members(kind, value):
    hints = typing.get_type_hints(kind)
    return {name: value_of(hints[name], item) for name, item in value.items()}


def _value_of_one(kinds, value):
    """The first of these that the value fits."""
    import json

    from gi.repository import Graphbit, Json

    node = Json.from_string(json.dumps(value))
    for kind in kinds:
        if not Graphbit.JsonSchema.new_from_json(schema_of(kind)).validate(node):
            return value_of(kind, value)
    return value
