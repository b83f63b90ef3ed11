# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts a run and reads its events, without any main loop."""

import sys

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import Graphbit

workflow = Graphbit.Workflow("events")
workflow.add_node(Graphbit.AgentNode("first", "Say something about {{input.topic}}."))
workflow.add_node(Graphbit.TransformNode("loud", Graphbit.Transformation.UPPERCASE))
workflow.connect("first", "loud")

executor = Graphbit.Executor(Graphbit.LlmConfig.openai())
run = executor.start(workflow, {"topic": "tides"}, Graphbit.StreamModes.UPDATES)
for event in run:
    print(event.get_event(), event.get_node_name() or "-")
print(run.wait().get_node_output("loud"))
sys.exit(0 if run.get_state() == Graphbit.RunState.COMPLETED else 1)
