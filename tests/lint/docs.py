# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every public symbol in the GIR is documented, with its parameters, its return value and since when it exists."""

import xml.etree.ElementTree as ElementTree

import lint
from names import CORE, GLIB

TYPES = ("class", "interface", "record", "union", "enumeration", "bitfield", "callback", "alias")
CALLABLES = ("constructor", "method", "function", "function-macro", "virtual-method")
NOT_DOCUMENTED_BY_US = ("_get_type", "_quark")


def has_doc(element):
    doc = element.find(CORE + "doc")
    return doc is not None and bool((doc.text or "").strip())


def is_ours(element):
    symbol = element.get("{http://www.gtk.org/introspection/c/1.0}identifier") or ""
    return not symbol.endswith(NOT_DOCUMENTED_BY_US)


def symbol_problems(where, element):
    if not has_doc(element):
        yield f"{where}: no documentation"
        return
    if element.get("version") is None:
        yield f"{where}: no “Since:”"


def callable_problems(where, element):
    yield from symbol_problems(where, element)
    for parameter in element.findall(f"{CORE}parameters/{CORE}parameter"):
        if not has_doc(parameter):
            yield f"{where}: the parameter {parameter.get('name')} is not documented"
    returned = element.find(CORE + "return-value")
    if returned is not None and returned.find(f"{CORE}type[@name='none']") is None and not has_doc(returned):
        yield f"{where}: the return value is not documented"


def type_problems(element):
    name = element.get("name")
    if element.tag == CORE + "callback":
        yield from callable_problems(name, element)
        return
    yield from symbol_problems(name, element)
    signals = {child.get("name").replace("-", "_") for child in element.findall(GLIB + "signal")}
    for tag in CALLABLES:
        for child in element.findall(CORE + tag):
            # the method or the signal that a virtual method is behind has the documentation
            is_behind = tag == "virtual-method" and (child.get("invoker") or child.get("name") in signals)
            if is_ours(child) and not is_behind:
                yield from callable_problems(f"{name}.{child.get('name')}", child)
    for child in element.findall(CORE + "property"):
        yield from symbol_problems(f"{name}:{child.get('name')}", child)
    for child in element.findall(GLIB + "signal"):
        yield from callable_problems(f"{name}::{child.get('name')}", child)
    for child in element.findall(CORE + "member"):
        if not has_doc(child):
            yield f"{name}: the member {child.get('name')} is not documented"
    for child in element.findall(CORE + "field"):
        if child.get("private") is None and element.tag == CORE + "record":
            yield f"{name}: the field {child.get('name')} is public; bindings read fields wrongly"


def check(gir):
    namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
    for tag in TYPES:
        for element in namespace.findall(CORE + tag):
            if element.get(GLIB + "is-gtype-struct-for") is None:
                yield from type_problems(element)
    for tag in ("function", "function-macro"):
        for element in namespace.findall(CORE + tag):
            if is_ours(element):
                yield from callable_problems(element.get("name"), element)
    for element in namespace.findall(CORE + "constant"):
        yield from symbol_problems(element.get("name"), element)


if __name__ == "__main__":
    lint.main(check)
