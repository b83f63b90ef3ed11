# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""leaving.py runs it: starts something, and is over in the middle of it."""

import contextlib
import sys
import threading

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import GLib, Graphbit  # noqa: E402


def wait_for_answer():
    with contextlib.suppress(GLib.Error):  # a shutdown cancels it
        client.complete("Hello")


what, end = sys.argv[1:]
config = Graphbit.LlmConfig.openai()
client = Graphbit.LlmClient(config)
if what == "request":
    client.complete_async("Hello", callback=lambda *_: None)
elif what == "thread":
    threading.Thread(target=wait_for_answer, daemon=True).start()
elif what == "stream":
    stream = client.complete_stream("Hello")
else:
    workflow = Graphbit.Workflow("left")
    workflow.add_node(Graphbit.AgentNode("agent", "Hello"))
    run = Graphbit.Executor(config).start(workflow)
    while run.next_event().get_kind() != Graphbit.EventKind.LLM_CALL_STARTED:
        pass

sys.stdin.read()
if end == "shutdown":
    Graphbit.shutdown()
print("leaving")
