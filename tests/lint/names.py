# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names in the GIR that a language cannot say, or that hide something it needs."""

import keyword
import xml.etree.ElementTree as ElementTree

import lint

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"

OF_GOBJECT = set("""
    bind_property bind_property_full chain connect connect_after connect_data connect_object disconnect
    disconnect_by_func emit emit_by_name emit_stop_by_name force_floating freeze_notify get_data get_properties
    get_property get_qdata getv handler_block handler_block_by_func handler_disconnect handler_is_connected
    handler_unblock handler_unblock_by_func interface_find_property interface_install_property
    interface_list_properties is_floating notify notify_by_pspec props ref ref_sink replace_data replace_qdata
    run_dispose set_data set_properties set_property set_qdata steal_data steal_qdata stop_emission
    stop_emission_by_name thaw_notify unref watch_closure weak_ref weak_unref
    constructor hasOwnProperty prototype toString valueOf
""".split())

PYTHON = set(keyword.kwlist) | {"print", "exec", "match", "case", "type"}
JAVASCRIPT = set("""
    arguments await break case catch class const continue debugger default delete do else enum eval export extends
    false finally for function if implements import in instanceof interface let new null package private protected
    public return static super switch this throw true try typeof var void while with yield
""".split())
VALA = set("""
    abstract as async base break case catch class const construct continue default delegate delete do dynamic else
    ensures enum errordomain extern false finally for foreach get global if in inline interface internal is lock
    namespace new null out override owned params private protected public ref requires return sealed set signal
    sizeof static struct switch this throw throws true try typeof unlock unowned using value var virtual void
    volatile weak while with yield
""".split()) - {"value"}
KEYWORDS = {"Python": PYTHON, "JavaScript": JAVASCRIPT, "Vala": VALA}


def underscored(name):
    return name.replace("-", "_")


def keyword_problems(where, kind, name):
    languages = [language for language, words in KEYWORDS.items() if name in words]
    if languages:
        yield f"{where}: the {kind} {name} is a keyword of {' and '.join(languages)}"


def parameters(element):
    return element.findall(f"{CORE}parameters/{CORE}parameter")


class Type:
    """What one class, interface or record of the GIR offers under which name."""

    def __init__(self, element):
        self.name = element.get("name")
        self.parent = element.get("parent")
        self.is_object = element.tag != CORE + "record"
        self.constructors = element.findall(CORE + "constructor")
        self.functions = element.findall(CORE + "function")
        self.methods = element.findall(CORE + "method")
        self.vfuncs = element.findall(CORE + "virtual-method")
        self.properties = element.findall(CORE + "property")
        self.signals = element.findall(GLIB + "signal")

    def members(self):
        for kind, elements in (("method", self.methods), ("function", self.functions),
                               ("property", self.properties), ("signal", self.signals)):
            for element in elements:
                yield kind, underscored(element.get("name"))

    def callables(self):
        return self.constructors + self.functions + self.methods + self.vfuncs + self.signals


def async_problems(where, callables):
    """foo_async, foo_finish and, where it exists, foo agree (what newer scanners and PyGObject pair by)."""
    by_name = {element.get("name"): element for element in callables if element.tag != GLIB + "signal"}
    for name, start in by_name.items():
        if not name.endswith("_async"):
            continue
        stem = name.removesuffix("_async")
        finish, twin = by_name.get(stem + "_finish"), by_name.get(stem)
        if finish is None:
            yield f"{where}.{name}: no {stem}_finish"
            continue
        if twin is None:
            yield f"{where}.{name}: no sync twin {stem}"
            continue
        given = [p.get("name") for p in parameters(start)]
        wanted = [p.get("name") for p in parameters(twin)] + ["callback", "user_data"]
        if given != wanted:
            yield f"{where}.{name}: takes ({', '.join(given)}), its twin asks for ({', '.join(wanted)})"
        returned = [ElementTree.tostring(e.find(f"{CORE}return-value")[-1]).strip() for e in (finish, twin)]
        if returned[0] != returned[1]:
            yield f"{where}.{name}: {stem}_finish and {stem} return different types"


def type_problems(this, types):
    where = this.name
    if this.is_object:
        for kind, name in this.members():
            if name in OF_GOBJECT:
                yield f"{where}: the {kind} {name} hides what GObject or JavaScript has under this name"
    for kind, name in this.members():
        # a boxed type's ref is taken by the bindings themselves
        if kind != "function" and (this.is_object or name != "ref"):
            yield from keyword_problems(where, kind, name)

    # An inherited name clashes like an own one.
    seen = {}
    lineage, ancestor = [], this
    while ancestor is not None:
        lineage.append(ancestor)
        ancestor = types.get(ancestor.parent)
    for ancestor in reversed(lineage):
        for kind, name in ancestor.members():
            if name in seen and (ancestor is this) and seen[name] != kind:
                yield f"{where}: {name} is a {seen[name]} and a {kind}"
            seen.setdefault(name, kind)
    for constructor in this.constructors:
        name = constructor.get("name").removeprefix("new_")
        if name in seen:
            yield f"{where}: the constructor new_{name} stands beside the {seen[name]} {name}"
    yield from async_problems(where, this.callables())


def check(gir):
    namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
    types = {}
    for tag in ("class", "interface", "record"):
        for element in namespace.findall(CORE + tag):
            if element.get(GLIB + "is-gtype-struct-for") is None:
                types[element.get("name")] = Type(element)
    for this in types.values():
        yield from type_problems(this, types)
        for element in this.callables():
            for parameter in parameters(element):
                yield from keyword_problems(f"{this.name}.{element.get('name')}", "parameter", parameter.get("name"))

    functions = namespace.findall(CORE + "function")
    for element in functions:
        yield from keyword_problems("Graphbit", "function", element.get("name"))
    for element in functions + namespace.findall(CORE + "callback"):
        for parameter in parameters(element):
            yield from keyword_problems(element.get("name"), "parameter", parameter.get("name"))
    yield from async_problems("Graphbit", functions)


if __name__ == "__main__":
    lint.main(check)
