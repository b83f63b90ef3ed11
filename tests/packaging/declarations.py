# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the installed library exports with what its headers mark as available.

declarations.py LIBRARY FOLDER
"""

import os
import re
import subprocess
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
# after the mark: G_DECLARE_…_TYPE (Class, prefix, …) or a declaration up to its parameters
MARKED = re.compile(r"^GRAPHBIT_AVAILABLE_IN_\w+\s+(?:G_DECLARE_\w+_TYPE\s*\(\s*\w+\s*,\s*(\w+)|([^;(]*?)(\w+)\s*\()",
                    re.MULTILINE)


def declared(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = COMMENT.sub("", file.read())
        for prefix, _, function in MARKED.findall(text):
            yield prefix + "_get_type" if prefix else function


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def main(library, folder):
    in_headers, in_library = set(declared(folder)), exported(library)
    for symbol in sorted(in_library - in_headers):
        print(f"{symbol} is exported and no header marks it")
    for symbol in sorted(in_headers - in_library):
        print(f"{symbol} is marked in a header and not exported")
    return in_headers != in_library


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
