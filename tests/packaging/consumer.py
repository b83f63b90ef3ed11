# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""consumer.py PREFIX: also checks that everything comes from there."""

import locale
import sys

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import GLib, Graphbit

import graphbit

locale.setlocale(locale.LC_ALL, "")
for module in (sys.modules["gi.overrides.Graphbit"], graphbit):
    assert module.__file__.startswith(sys.argv[1] + "/"), module.__file__

client = Graphbit.LlmClient(Graphbit.LlmConfig.offline())
print(client.complete("Say hello to Lisbon."))
print("".join(chunk.get_text() or "" for chunk in client.complete_stream("Say hello to Lisbon.")))

workflow = Graphbit.Workflow("consumer")
number = "three"
workflow.add_node(Graphbit.FunctionNode.new("first", lambda context: f"{number} apples"))
workflow.add_node(Graphbit.TransformNode("loud", Graphbit.Transformation.UPPERCASE))
workflow.connect("first", "loud")
print(Graphbit.Executor().execute(workflow).get_node_output("loud"))

try:
    Graphbit.Workflow("empty").validate()
except GLib.Error as error:
    assert error.matches(Graphbit.error_quark(), Graphbit.Error.INVALID_WORKFLOW)
    print(error.message)
