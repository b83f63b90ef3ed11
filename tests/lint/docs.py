# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every public symbol in the GIR is documented, with its parameters, its return value and since when it exists.

What can fail names the codes, or the function that fails likewise; what may be NULL says when, or what that means; an async function and
its finish name each other, so that a reader of either finds both; signals and functions of the user's say where they
are called.
"""

import re
import xml.etree.ElementTree as ElementTree

import lint
from names import CORE, GLIB

TYPES = ("class", "interface", "record", "union", "enumeration", "bitfield", "callback", "alias")
CALLABLES = ("constructor", "method", "function", "function-macro", "virtual-method")
NOT_DOCUMENTED_BY_US = ("_get_type",)
SYMBOL = "{http://www.gtk.org/introspection/c/1.0}identifier"
TYPE = "{http://www.gtk.org/introspection/c/1.0}type"
NAMES_ERRORS = re.compile(r"%(GRAPHBIT|G_IO)_ERROR_[A-Z]|\b[Ff]ails\s+as\s+\[|\bErrors\s+are\s+those\s+of\s+\[")
PLAIN_NULL = ("cancellable", "callback", "user_data", "notify")  # the same everywhere
NAMES_PLACE = re.compile(r"main context|thread")


def doc_of(element):
    doc = element.find(CORE + "doc")
    return (doc.text or "").strip() if doc is not None else ""


def has_doc(element):
    return bool(doc_of(element))


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
        elif parameter.get("nullable") == "1" and parameter.get("name") not in PLAIN_NULL and "%NULL" not in doc_of(parameter):
            yield f"{where}: say what %NULL means for the parameter {parameter.get('name')}"
    returned = element.find(CORE + "return-value")
    if returned is not None and returned.find(f"{CORE}type[@name='none']") is None:
        if not has_doc(returned):
            yield f"{where}: the return value is not documented"
        elif returned.get("nullable") == "1" and "%NULL" not in doc_of(returned):
            yield f"{where}: say when the return value is %NULL"
    if element.get("throws") == "1" and element.tag != CORE + "callback" and not NAMES_ERRORS.search(doc_of(element)):
        yield f"{where}: say with which codes it fails"
    if element.tag in (CORE + "callback", GLIB + "signal") and not NAMES_PLACE.search(doc_of(element)):
        yield f"{where}: say in which main context it is called"


def pair_problems(type_name, element):
    """An async function and its finish name each other, and the callback's context is told."""
    methods = {child.get("name"): child for child in element.findall(CORE + "method") + element.findall(CORE + "function")}
    for name, start in methods.items():
        finish = name[: -len("async")] + "finish"
        if not name.endswith("_async") or finish not in methods:
            continue
        for one, other in ((name, finish), (finish, name)):
            if f"@{type_name}.{other}]" not in doc_of(methods[one]):
                yield f"{type_name}.{one}: does not name {other}"
        if not NAMES_PLACE.search(doc_of(start)):
            yield f"{type_name}.{name}: say in which main context it calls back"


def type_problems(element):
    name = element.get("name")
    if element.tag == CORE + "callback":
        yield from callable_problems(name, element)
        return
    yield from symbol_problems(name, element)
    yield from pair_problems(name, element)
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


def text_problems(namespace):
    """Constants exist, and codes are written as such: a link to one shows the name of its enumeration only."""
    known = {member.get(SYMBOL) for member in namespace.iter(CORE + "member")}
    known |= {constant.get(TYPE) for constant in namespace.findall(CORE + "constant")} | {"GRAPHBIT_ERROR"}
    for doc in namespace.iter(CORE + "doc"):
        where = f"{doc.get('filename')}:{doc.get('line')}"
        for name in re.findall(r"%(GRAPHBIT_\w+)", doc.text or ""):
            if name not in known:
                yield f"{where}: there is no {name}"
        for link in re.findall(r"\[(?:error|enum|flags)@[\w.]+\.[A-Z_0-9]+\]", doc.text or ""):
            yield f"{where}: {link} would show the type only; write the value as %CONSTANT"


def check(gir):
    namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
    yield from text_problems(namespace)
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
