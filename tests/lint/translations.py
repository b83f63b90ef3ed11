# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""po/POTFILES.in lists every file with texts for users, once, in order of their names."""

import os
import re

import lint

TEXT = re.compile(r'(?<!\w)(?:N?_|[CQ]_|NC_|ngettext|g_dngettext|g_dpgettext2?)\s*\(\s*(?:GETTEXT_PACKAGE\s*,\s*)?"')


def check(root):
    listed = [line.strip() for line in lint.read(root, "po/POTFILES.in").split("\n")]
    listed = [line for line in listed if line and not line.startswith("#")]
    if listed != sorted(set(listed)):
        yield "po/POTFILES.in: list each file once, in order of the names"

    having = [path for path in lint.files(root, ["graphbit"], (".c", ".h"))
              if TEXT.search(lint.without_comments(lint.read(root, path)))]
    for path in having:
        if path not in listed:
            yield f"po/POTFILES.in: {path} has texts for users and is not listed"
    for path in listed:
        if not os.path.exists(os.path.join(root, path)):
            yield f"po/POTFILES.in: {path} does not exist"
        elif path not in having:
            yield f"po/POTFILES.in: {path} has no texts for users"


if __name__ == "__main__":
    lint.main(check)
