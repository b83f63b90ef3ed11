# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each code block of README.md that names an example is that example, to the byte.

The block follows a comment line of its own: <!-- examples/python/hello.py -->.
Every examples/*/hello.* is shown, and none is longer than 15 lines of code.
`readme.py ROOT --update` puts the examples as they are into README.md.
"""

import os
import re
import sys

import lint

BLOCK = re.compile(r"^<!-- (examples/\S+) -->\n+```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LONGEST = 15


def lines_of_code(text):
    text = lint.without_comments(text)
    lines = [line.strip() for line in text.split("\n")]
    return sum(1 for line in lines if line and not line.startswith("#!") and not re.match(r"# (?!include)", line) and line != "#")


def check(root):
    text = lint.read(root, "README.md")
    shown = []
    for match in BLOCK.finditer(text):
        path = match.group(1)
        shown.append(path)
        if not os.path.exists(os.path.join(root, path)):
            yield f"README.md: {path} does not exist"
        elif lint.read(root, path) != match.group(2):
            yield f"README.md:{lint.line_of(text, match.start())}: the block differs from {path}"
    for path in re.findall(r"^<!-- (examples/\S+) -->$", text, re.MULTILINE):
        if path not in shown:
            yield f"README.md: no code block follows the name {path}"
    for path in lint.files(root, ["examples"], (".c", ".py", ".js", ".vala")):
        if os.path.basename(path).split(".")[0] != "hello":
            continue
        if path not in shown:
            yield f"README.md: {path} is not shown"
        lines = lines_of_code(lint.read(root, path))
        if lines > LONGEST:
            yield f"{path}: {lines} lines of code, {LONGEST} at most"


def update(root):
    def block(match):
        start, end = match.span(2)
        whole, offset = match.group(), match.start()
        return whole[:start - offset] + lint.read(root, match.group(1)) + whole[end - offset:]

    text = BLOCK.sub(block, lint.read(root, "README.md"))
    with open(os.path.join(root, "README.md"), "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    if "--update" in sys.argv:
        sys.argv.remove("--update")
        update(sys.argv[1])
    lint.main(check)
