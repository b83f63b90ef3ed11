# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Python's types as JSON Schema, and values of those types out of JSON and into it."""

import collections.abc
import dataclasses
import datetime
import enum
import functools
import inspect
import json
import types
import typing

from graphbit._docstring import read_docstring

SIMPLE = {int: "integer", float: "number", bool: "boolean", str: "string", type(None): "null"}
_FORMATS = {datetime.date: "date", datetime.datetime: "date-time"}
_SETS = (set, frozenset, collections.abc.Set)
_LISTS = (list, *_SETS, collections.abc.Sequence, collections.abc.Iterable)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_UNIONS = (typing.Union, types.UnionType)
_WRAPPERS = (typing.Annotated, typing.Required, typing.NotRequired)


class Schemas:
    """Schemas that are parts of one: the classes that have themselves as members are its $defs."""

    def __init__(self):
        self._definitions = {}
        self._names = {}  # of the classes that are met again inside of themselves
        self._around = []

    def whole(self, schema):
        """The schema that a part becomes when nothing is added to it."""
        if not self._definitions:
            return schema
        if "$ref" in schema:  # providers want to see the object itself
            schema = {**self._definitions[schema["$ref"].rpartition("/")[2]], **schema}
            del schema["$ref"]
        return {**schema, "$defs": self._definitions}

    def of(self, hint, where):
        """The schema of a type hint. A TypeError says where there is one that has none."""
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        kind = origin or hint
        if type(kind).__hash__ is None:
            raise _refusal(hint, where)
        if hint in (typing.Any, object):
            return {}
        if origin in _WRAPPERS:
            text = next((extra for extra in args[1:] if isinstance(extra, str)), None)
            return described(self.of(args[0], where), text)
        if origin in _UNIONS:
            return {"anyOf": [self.of(member, where) for member in args]}
        if origin is typing.Literal:
            return _enum_schema(args, where)
        if isinstance(hint, typing.NewType):
            return self.of(hint.__supertype__, where)
        if kind is None or kind in SIMPLE:
            return {"type": SIMPLE[kind or type(None)]}
        if kind in _FORMATS:
            return {"type": "string", "format": _FORMATS[kind]}
        if kind is tuple and args and args[-1] is not Ellipsis:
            members = [self.of(member, where) for member in args]
            return {"type": "array", "prefixItems": members, "minItems": len(members), "maxItems": len(members)}
        if kind in _LISTS or kind is tuple:
            schema = {"type": "array", "items": self.of(args[0], where)} if args else {"type": "array"}
            return {**schema, "uniqueItems": True} if kind in _SETS else schema
        if kind in _DICTS:
            if args and args[0] is not str:
                raise TypeError(f"{where}: the keys of {hint!r} must be str")
            return {"type": "object", "additionalProperties": self.of(args[1], where)} if args else {"type": "object"}
        if isinstance(kind, enum.EnumMeta):
            return _enum_schema(kind, where)
        if dataclasses.is_dataclass(kind) or typing.is_typeddict(kind):
            return self._of_class(kind, where)
        raise _refusal(hint, where)

    def _of_class(self, kind, where):
        name = self._names.get(kind)
        if name is None and kind in self._around:
            name = kind.__name__
            while name in self._names.values():
                name += "2"
            self._names[kind] = name
        if name is None:
            self._around.append(kind)
            members = _members(kind, where)
            _, descriptions = read_docstring(inspect.cleandoc(kind.__doc__ or ""))
            schema = object_schema(
                {
                    member: described(self.of(hint, f"{where}, {member!r}"), descriptions.get(member))
                    for member, (hint, _) in members.items()
                },
                [member for member, (_, is_required) in members.items() if is_required],
            )
            self._around.pop()
            name = self._names.get(kind)
            if name is None:
                return schema
            self._definitions[name] = schema
        return {"$ref": f"#/$defs/{name}"}


def schema_of(hint, where="the type of the answer"):
    """The JSON Schema of a type hint, on its own."""
    schemas = Schemas()
    return schemas.whole(schemas.of(hint, where))


def answer_schema(hint):
    """The schema of an answer of this type. Providers take objects only: anything else is the member of one."""
    schema = schema_of(hint)
    if schema.get("type") == "object":
        return schema
    definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
    return {**object_schema({"answer": schema}, ["answer"]), **definitions}


def answer_of(hint, value):
    return value_of(hint, value if schema_of(hint).get("type") == "object" else value["answer"])


def _refusal(hint, where):
    return TypeError(
        f"{where}: {hint!r} cannot be described to a model; take int, float, bool, str, date, datetime, list, tuple, "
        "set, dict, Optional, Union, Literal, an Enum, a dataclass or a TypedDict"
    )


def described(schema, description):
    return {**schema, "description": description} if description and "description" not in schema else schema


def object_schema(properties, required):
    schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    return schema


def _enum_schema(values, where):
    values = [value.value if isinstance(value, enum.Enum) else value for value in values]
    kinds = {SIMPLE.get(type(value)) for value in values}
    if None in kinds:
        raise TypeError(f"{where}: {values!r} cannot be told to a model; take texts or numbers as the values")
    return {"type": kinds.pop(), "enum": values} if len(kinds) == 1 else {"enum": values}


def hints_of(annotated, where):
    """Its type hints, looked up where it was written."""
    try:
        own = {annotated.__name__: annotated} if isinstance(annotated, type) else None
        return typing.get_type_hints(annotated, localns=own, include_extras=True)
    except NameError as error:
        raise TypeError(f"{where}: a type hint of {annotated!r} cannot be looked up: {error}") from error


@functools.lru_cache(maxsize=128)
def _members(kind, where="the value"):
    """What a dataclass or TypedDict has: name → (hint, whether it must be there)."""
    hints = hints_of(kind, where)
    if typing.is_typeddict(kind):
        return {name: (hint, name in kind.__required_keys__) for name, hint in hints.items()}
    missing = dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
        if field.init
    }


# From JSON to what the hints say; it fits the schema already


def value_of(hint, value):
    """What JSON holds, which fits schema_of (hint), as that type."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    kind = origin or hint
    if origin in _WRAPPERS:
        return value_of(args[0], value)
    if origin in _UNIONS:
        return _value_of_one(args, value)
    if origin is typing.Literal:
        return next((arg for arg in args if isinstance(arg, enum.Enum) and arg.value == value), value)
    if isinstance(hint, typing.NewType):
        return value_of(hint.__supertype__, value)
    if isinstance(kind, enum.EnumMeta) or kind in (int, float):
        return kind(value)  # 1.0 is an integer in JSON Schema
    if kind in _FORMATS:
        return kind.fromisoformat(value)
    if isinstance(value, list):
        return _list_of(kind, args, value)
    if isinstance(value, dict) and kind in _DICTS:
        return {name: value_of(args[1], item) for name, item in value.items()} if args else value
    if dataclasses.is_dataclass(kind) or typing.is_typeddict(kind):
        members = _members(kind)
        return kind(**{name: value_of(members[name][0], item) for name, item in value.items()})
    return value


def _list_of(kind, args, value):
    if kind is tuple and args and args[-1] is not Ellipsis:
        return tuple(value_of(member, item) for member, item in zip(args, value))
    items = [value_of(args[0], item) for item in value] if args else value
    if kind in _SETS:
        return frozenset(items) if kind is frozenset else set(items)
    return tuple(items) if kind is tuple else items


def _value_of_one(kinds, value):
    """As the first of these that the value fits."""
    if type(value) in kinds and type(value) in SIMPLE:
        return value

    import gi

    gi.require_version("Json", "1.0")
    from gi.repository import Graphbit, Json

    node = Json.from_string(json.dumps(value))
    for kind in kinds:
        if not Graphbit.JsonSchema.new_from_json(json.dumps(schema_of(kind))).validate(node):
            return value_of(kind, value)
    return value


# From these types to JSON


def to_json(value, otherwise=None):
    """JSON text of what the hints above can say; anything else is given to `otherwise`, or is a TypeError."""

    def plain(item):
        if dataclasses.is_dataclass(item) and not isinstance(item, type):
            return {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
        if isinstance(item, enum.Enum):
            return item.value
        if isinstance(item, (set, frozenset)):
            return list(item)
        if isinstance(item, datetime.date):
            return item.isoformat()
        if otherwise is None:
            raise TypeError(f"{item!r} cannot be said in JSON")
        return otherwise(item)

    return json.dumps(value, ensure_ascii=False, default=plain)
