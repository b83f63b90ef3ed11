# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documentation of each property that can be set says the default that it has, and of a number the greatest value.

properties.py GIR
"""

import sys
import xml.etree.ElementTree as ElementTree

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import GObject, Graphbit  # noqa: E402

CORE = "{http://www.gtk.org/introspection/core/1.0}"
UNBOUNDED = 2**31 - 1  # a greatest value from here on is none


def number(value):
    """The ways in which a number may be written."""
    return {f"{value:,}", f"{value}", f"{value / 1024**2:g} MiB"} if isinstance(value, int) else {f"{value}"}


def has_number(doc, value):
    words = doc.replace(";", " ").replace(":", " ").split()
    texts = number(value)
    return any(word.rstrip(".,)").lstrip("(") in texts for word in words) or any(" " in text and text in doc for text in texts)


def defaults(pspec):
    """What the documentation may call the default."""
    value = pspec.default_value
    if isinstance(value, GObject.GEnum):
        return {f"%{value.value_name}"}
    if isinstance(value, GObject.GFlags):
        return {" | ".join(f"%{name}" for name in value.value_names)}
    if isinstance(value, bool):
        return {f"%{str(value).upper()}"}
    if value is None:
        return {"%NULL"}
    return {f"“{value}”", f"`{value}`", f'"{value}"'}


def problems_of(where, pspec, doc):
    if isinstance(pspec.default_value, (int, float)) and not isinstance(pspec.default_value, (bool, GObject.GEnum, GObject.GFlags)):
        if not has_number(doc, pspec.default_value):
            yield f"{where}: does not say that the default is {pspec.default_value}"
        maximum = getattr(pspec, "maximum", None)
        if isinstance(maximum, int) and maximum < UNBOUNDED and not has_number(doc, maximum):
            yield f"{where}: does not say that the greatest value is {maximum}"
    elif not any(text in doc for text in defaults(pspec)):
        yield f"{where}: does not say that the default is {pspec.default_value}"


def check(gir):
    for element in ElementTree.parse(gir).iter(CORE + "class"):
        cls = getattr(Graphbit, element.get("name"))
        for child in element.findall(CORE + "property"):
            pspec = cls.find_property(child.get("name"))
            if pspec.flags & GObject.ParamFlags.WRITABLE and not pspec.flags & GObject.ParamFlags.CONSTRUCT_ONLY:
                doc = " ".join(child.find(CORE + "doc").text.split())
                yield from problems_of(f"{element.get('name')}:{child.get('name')}", pspec, doc)


if __name__ == "__main__":
    found = list(check(sys.argv[1]))
    print("\n".join(found))
    sys.exit(bool(found))
