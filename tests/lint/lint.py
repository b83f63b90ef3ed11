# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the linters share: the project's files, C without comments, the report.

A linter is a module with `check (root, …) -> iterable of problems`; a problem is one line of text.
"""

import os
import re
import sys

SKIPPED_FOLDERS = re.compile(r"^(\.git|\.cache|__pycache__|_build.*|build.*)$")


def files(root, folders, suffixes):
    """The paths, relative to root, of all files below the folders with one of the suffixes, in order."""
    found = []
    for folder in folders:
        for path, names, leaves in os.walk(os.path.join(root, folder)):
            names[:] = [n for n in names if not SKIPPED_FOLDERS.match(n)]
            found += [os.path.relpath(os.path.join(path, leaf), root)
                      for leaf in leaves if leaf.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
        return file.read()


TOKENS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.DOTALL)


def without_comments(text):
    """C, Vala or JavaScript with its comments blanked out, so that line numbers stay."""
    def blank(match):
        token = match.group()
        return token if token[0] in "\"'" else re.sub(r"[^\n]", " ", token)
    return TOKENS.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def main(check):
    """Runs one linter over the arguments of the command line."""
    problems = list(check(*sys.argv[1:]))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
