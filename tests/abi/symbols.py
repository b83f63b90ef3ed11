# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Compares what the shared library exports with the list in git.

symbols.py LIBRARY LIST [--update]
"""

import difflib
import os
import subprocess
import sys

# exported only with -Dtests=true, for tests in other languages
TEST_HOOKS = ("graphbit_clock_", "graphbit_random_seed", "graphbit_test_")


def exported(library):
    nm = os.environ.get("NM", "nm")
    lines = subprocess.run([nm, "-D", "--defined-only", library],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    symbols = {line.split()[-1].split("@")[0] for line in lines}
    return sorted(symbol for symbol in symbols if not symbol.startswith(TEST_HOOKS))


def main(arguments):
    update = "--update" in arguments
    library, path = [argument for argument in arguments if argument != "--update"]
    now = [symbol + "\n" for symbol in exported(library)]
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(now)
        return 0
    with open(path, encoding="utf-8") as file:
        listed = file.readlines()
    if now == listed:
        return 0
    sys.stdout.writelines(difflib.unified_diff(listed, now, path, library, n=0))
    print("The exported symbols changed. Taking one away breaks every program that uses it.\n"
          f"If the change is meant: meson compile -C {os.getcwd()} abi-update")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
