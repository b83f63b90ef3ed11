# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that are over while a request is in flight: they end, with and without shutdown (), in each language.

leaving.py NAME=COMMAND… ; the words of a command are separated by tabs.
"""

import subprocess
import sys

import tap

# What a process may take to its end, with much to spare for a busy machine: it does not hang.
PATIENCE = 20

STEPS = {"stream": {"stream": ["one", "two", "three"], "stall": "after-520-bytes"}}
STALL = {"stall": True}


def leave(server, command, what, end):
    server.step(**STEPS.get(what, STALL))
    program = subprocess.Popen(
        [*command, what, end], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.wait_for_stalled(1, tap.PATIENCE_MS), program.poll()
        output, errors = program.communicate("\n", timeout=PATIENCE)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == 0 and output == "leaving\n", (program.returncode, output, errors)
    assert not errors, errors
    assert server.wait_for_open_connections(0, tap.PATIENCE_MS)


def tests(programs):
    for program in programs:
        name, command = program.split("=", 1)
        for what in ["request", "stream", "run"] + ["thread"] * (name == "python"):
            for end in "nothing", "shutdown":
                yield (
                    f"test_{name}_{what}_{end}",
                    lambda server, command=command, what=what, end=end: leave(server, command.split("\t"), what, end),
                )


tap.main(dict(tests(sys.argv[1:])))
