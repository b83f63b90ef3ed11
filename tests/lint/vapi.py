# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vapigen has nothing to say about the GIR: it would say what it leaves out of the Vala bindings."""

import os
import subprocess
import tempfile

import lint


def check(vapigen, gir, metadata_dir):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [vapigen, "--library=graphbit-1.0", f"--directory={folder}", "--pkg=gio-2.0", "--pkg=json-glib-1.0",
             f"--metadatadir={metadata_dir}", f"--girdir={os.path.dirname(gir)}", gir],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = run.stdout.splitlines()
    if run.returncode != 0 or lines != ["Generation succeeded - 0 warning(s)"]:
        yield from lines
        yield f"{vapigen} ended with {run.returncode}"


if __name__ == "__main__":
    lint.main(check)
