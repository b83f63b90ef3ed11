# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What docstrings say of a function and of its arguments, or of a class and of its members."""

import re

_HEADINGS = ("args", "arguments", "parameters", "params", "attributes")
_OTHER_HEADINGS = ("returns", "return", "yields", "raises", "example", "examples", "note", "notes", "warns", "see also")


def read_docstring(text):
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
            if depth == 0:  # the section is over
                section = None
                continue
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
