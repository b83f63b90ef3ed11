# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A file includes headers of its own folder and of lower floors only, by bare name; a room is entered by its door."""

import os
import re

import lint

FLOORS = {
    "core": 0,
    "json": 1, "text": 1,
    "http": 2,
    "provider": 3,
    "llm": 4, "embedding": 4, "document": 4,
    "tool": 5, "guardrail": 5,
    "workflow": 6, "memory": 6,
    "executor": 7,
    "": 8,  # the roof: graphbit.c, graphbit.h and the module's functions
}

# Folders within a floor's folder, and the one header that the rest of the library may include of each.
ROOMS = {"llm/wire": "graphbit-llm-dialect-private.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)


def folder_of(path):
    return os.path.dirname(os.path.relpath(path, "graphbit"))


def check(root):
    paths = lint.files(root, ["graphbit"], (".c", ".h", ".h.in"))
    homes = {}
    for path in paths:
        name = os.path.basename(path).removesuffix(".in")
        if name in homes and not name.endswith(".c"):
            yield f"{path}: headers are installed flat, and {homes[name]} has this name already"
        homes[name] = path

    for path in paths:
        room = folder_of(path)
        folder = room.split("/")[0] if room in ROOMS else room
        if folder not in FLOORS:
            yield f"{path}: the folder {folder}/ has no floor in tests/lint/floors.py"
            continue
        text = lint.without_comments(lint.read(root, path))
        for match in INCLUDE.finditer(text):
            name = os.path.basename(match.group(1))
            where = f"{path}:{lint.line_of(text, match.start())}"
            if name.startswith("graphbit") and name != match.group(1):
                yield f"{where}: include {name} by its bare name"
            if name not in homes:
                continue
            target = folder_of(homes[name])
            if target in ROOMS:
                if target != room and name != ROOMS[target]:
                    yield f"{where}: {name} is not to be seen outside {target}/"
                target = target.split("/")[0]
            if target == folder or target not in FLOORS:
                continue
            if FLOORS[target] == FLOORS[folder]:
                yield f"{where}: {folder}/ and {target}/ are on one floor, {name} is not to be seen from here"
            elif FLOORS[target] > FLOORS[folder]:
                yield f"{where}: {name} is on a higher floor ({target or 'the roof'})"


if __name__ == "__main__":
    lint.main(check)
