# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What importing the namespace costs in Python, beside Soup's import: CPU time and memory, medians of 21 processes.

To be run by hand, where `meson devenv` is: python3 tests/gi/bench-import.py
"""

import json
import statistics
import subprocess
import sys

PROGRAM = """
import resource, sys
import gi
gi.require_version(*sys.argv[1:])
__import__("gi.repository", fromlist=[sys.argv[1]])
getattr(sys.modules["gi.repository"], sys.argv[1])
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def measure(*namespace):
    runs = [subprocess.run([sys.executable, "-c", PROGRAM, *namespace], stdout=subprocess.PIPE, text=True, check=True)
            for _ in range(21)]
    return [statistics.median(column) for column in zip(*(map(float, run.stdout.split()) for run in runs))]


soup, graphbit = measure("Soup", "3.0"), measure("Graphbit", "1.0")
print(json.dumps({"name": "python-import", "ratio": round(graphbit[0] / soup[0], 2), "bar": 1.5,
                  "seconds": graphbit[0], "floor": soup[0]}))
print(json.dumps({"name": "python-import-memory", "extra_kb": graphbit[1] - soup[1], "bar": 5120}))
