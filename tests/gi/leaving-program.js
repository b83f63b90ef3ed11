// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// leaving.py runs it: starts something, and is over in the middle of it.
import Gio from 'gi://Gio';
import Graphbit from 'gi://Graphbit?version=1.0';
import {programArgs} from 'system';

const [what, end] = programArgs;
const config = Graphbit.LlmConfig.openai();
const client = new Graphbit.LlmClient({config});
let left;

if (what === 'request') {
    left = client.complete_async('Hello');
} else if (what === 'stream') {
    left = client.complete_stream('Hello');
} else {
    const workflow = new Graphbit.Workflow({name: 'left'});

    workflow.add_node(new Graphbit.AgentNode({name: 'agent', prompt: 'Hello'}));
    left = new Graphbit.Executor({config}).start(workflow);
    while (left.next_event().kind !== Graphbit.EventKind.LLM_CALL_STARTED)
        ;
}

Gio.DataInputStream.new(Gio.UnixInputStream.new(0, false)).read_line(null);
if (end === 'shutdown')
    Graphbit.shutdown();
print('leaving');
