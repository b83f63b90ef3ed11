// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
import Gettext from 'gettext';
import Graphbit from 'gi://Graphbit?version=1.0';

Gettext.setlocale(Gettext.LocaleCategory.ALL, '');

const client = new Graphbit.LlmClient({config: Graphbit.LlmConfig.offline()});
print(client.complete('Say hello to Lisbon.'));
let streamed = '';
for (const chunk of client.complete_stream('Say hello to Lisbon.'))
    streamed += chunk.get_text() ?? '';
print(streamed);

const workflow = new Graphbit.Workflow({name: 'consumer'});
const number = 'three';
workflow.add_node(Graphbit.FunctionNode.new('first', context => `${number} apples`));
workflow.add_node(new Graphbit.TransformNode({name: 'loud', transformation: Graphbit.Transformation.UPPERCASE}));
workflow.connect('first', 'loud');
print(new Graphbit.Executor().execute(workflow).get_node_output('loud'));

try {
    new Graphbit.Workflow({name: 'empty'}).validate();
} catch (error) {
    if (!error.matches(Graphbit.Error, Graphbit.Error.INVALID_WORKFLOW))
        throw error;
    print(error.message);
}
