# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The form of every source: licence, line ends, enumerations, one class per file."""

import os
import re

import lint

CODE = (".c", ".h", ".h.in", ".py", ".js", ".vala", ".sh", "meson.build")
FOLDERS = ["graphbit", "tests", "examples", "po", ".ci"]
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
ONE_LINE_ENUM = re.compile(r"\benum\b[ \t]*\w*[ \t]*\{[^}\n]*\}")
PUBLIC_CLASS = re.compile(r"^#[ \t]*define[ \t]+(GRAPHBIT_TYPE_\w+)[ \t]*\(", re.MULTILINE)


def sources(root):
    """All code, also the scripts without a suffix."""
    paths = ["meson.build"] + lint.files(root, FOLDERS, ("",))
    for path in paths:
        if os.path.islink(os.path.join(root, path)) or not os.path.exists(os.path.join(root, path)):
            continue
        if path.endswith(CODE):
            yield path
        elif "." not in os.path.basename(path):
            with open(os.path.join(root, path), "rb") as file:
                if file.read(2) == b"#!":
                    yield path


def check(root):
    for path in sources(root):
        text = lint.read(root, path)
        is_c = path.endswith((".c", ".h", ".h.in"))
        # README.md shows these whole; COPYING covers them
        is_shown = re.match(r"examples/\w+/hello\.", path)
        if LICENCE not in text[:500] and not is_shown:
            yield f"{path}:1: no “{LICENCE}” in the first lines"
        if not text.endswith("\n") or text.endswith("\n\n"):
            yield f"{path}: ends with one newline"
        if "\r" in text:
            yield f"{path}: lines end with a line feed alone"
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: trailing blanks"
            if "\t" in line and is_c:
                yield f"{path}:{number}: a tab; indent with blanks"
        if not is_c:
            continue

        code = lint.without_comments(text)
        for match in ONE_LINE_ENUM.finditer(code):
            yield f"{path}:{lint.line_of(code, match.start())}: an enumeration on one line; glib-mkenums does not see it"
        if not path.startswith("graphbit/"):
            continue
        if path.endswith(".c"):
            first = re.search(r"^#include.*", code, re.MULTILINE)
            if not first or first.group() != '#include "config.h"':
                yield f'{path}: the first include is "config.h"'
        elif not path.endswith("-private.h"):
            classes = PUBLIC_CLASS.findall(code)
            if len(classes) > 1:
                yield f"{path}: one public class per file, not {', '.join(classes)}"
            for name in classes[:1]:
                wanted = "graphbit-" + name.removeprefix("GRAPHBIT_TYPE_").lower().replace("_", "-") + ".h"
                if os.path.basename(path) != wanted:
                    yield f"{path}: the class of {name} belongs into {wanted}"


if __name__ == "__main__":
    lint.main(check)
