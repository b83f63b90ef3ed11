# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual's pages are complete: all are listed, and what must be told about everything of a kind is told about each.

pages.py ROOT GIR PAGE…
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
NOT_GIVEN = "nothing in this version gives it"
C_NAME = "{http://www.gtk.org/introspection/c/1.0}identifier"


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def members(gir, enumeration):
    for element in ElementTree.parse(gir).iter(CORE + "enumeration"):
        if element.get("name") == enumeration:
            return [member.get(C_NAME) for member in element.findall(CORE + "member")]
    return []


def given_errors(root):
    """The codes with which something in the library fails: those in its C but in comments and case labels."""
    given = set()
    for folder, _, names in os.walk(os.path.join(root, "graphbit")):
        for name in names:
            if name.endswith(".c"):
                for line in read(folder, name).split("\n"):
                    if not re.match(r" *(case |\*|/\*)", line):
                        given.update(re.findall(r"\bGRAPHBIT_ERROR_[A-Z_]+\b", line))
    return given


def error_problems(text, codes, given):
    for code in codes:
        row = re.search(rf"^\| `{code.replace('GRAPHBIT_ERROR_', '')}` \|.*$", text, re.MULTILINE)
        if row is None:
            yield f"errors.md: does not tell about {code}"
        elif (NOT_GIVEN in row[0]) != (code not in given):
            yield f"errors.md: {code}: says “{NOT_GIVEN}”, but something gives it" if code in given else \
                f"errors.md: {code}: nothing gives it, so say “{NOT_GIVEN}”"


def check(root, gir, *pages):
    folder = "graphbit/manual"
    for name in sorted(os.listdir(os.path.join(root, folder))):
        if name.endswith(".md") and name not in pages:
            yield f"{folder}/{name} is not listed in {folder}/meson.build"
    titles = {}
    for page in pages:
        text = read(root, f"{folder}/{page}")
        title = re.match(r"Title: (.+)\n\n# (.+)\n", text)
        if title is None or title[1] != title[2]:
            yield f"{page}: begins with its title, as “Title: …” and as “# …”"
        elif title[1] in titles:
            yield f"{page}: has the title of {titles[title[1]]}"
        else:
            titles[title[1]] = page

    listed = re.findall(r"^    \['([\w-]+\.html)', '(.+)'\],$", read(root, f"{folder}/manual.js"), re.MULTILINE)
    if listed != [(page.replace(".md", ".html"), title) for title, page in titles.items()]:
        yield f"{folder}/manual.js: its PAGES are not the pages in their order with their titles"

    yield from error_problems(read(root, f"{folder}/errors.md"), members(gir, "Error"), given_errors(root))
    building = read(root, f"{folder}/building.md")
    for name in re.findall(r"^option\('(\w+)'", read(root, "meson_options.txt"), re.MULTILINE):
        if f"`{name}`" not in building:
            yield f"building.md: does not tell about the option {name}"
    runs = read(root, f"{folder}/runs.md")
    for name in members(gir, "EventKind"):
        if f"`{name.replace('GRAPHBIT_EVENT_KIND_', '').lower()}`" not in runs:
            yield f"runs.md: does not tell about {name}"
    floors = [name for name in os.listdir(os.path.join(root, "graphbit"))
              if os.path.exists(os.path.join(root, "graphbit", name, "meson.build")) and name not in ("bindings", "manual")]
    for name in sorted(floors):
        if f"floor-{name}.md" not in pages:
            yield f"There is no page for the floor {name}, floor-{name}.md"


if __name__ == "__main__":
    found = list(check(*sys.argv[1:]))
    print("\n".join(found))
    sys.exit(bool(found))
