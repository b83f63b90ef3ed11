// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts a run and reads its events, without any main loop.
import Graphbit from 'gi://Graphbit?version=1.0';
import System from 'system';

const workflow = new Graphbit.Workflow({name: 'events'});
workflow.add_node(new Graphbit.AgentNode({name: 'first', prompt: 'Say something about {{input.topic}}.'}));
workflow.add_node(new Graphbit.TransformNode({name: 'loud', transformation: Graphbit.Transformation.UPPERCASE}));
workflow.connect('first', 'loud');

const executor = new Graphbit.Executor({config: Graphbit.LlmConfig.openai()});
const run = executor.start(workflow, {topic: 'tides'}, Graphbit.StreamModes.UPDATES);
for (const event of run)
    print(event.get_event(), event.get_node_name() ?? '-');
print(run.wait().get_node_output('loud'));
System.exit(run.get_state() === Graphbit.RunState.COMPLETED ? 0 : 1);
