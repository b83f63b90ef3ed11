// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// MCP servers in JavaScript: the double's tools in an agent, signals, failures.
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';

import {check, equal, fails, run} from './tap.js';

const {Error: Code} = Graphbit;
const double = GLib.build_filenamev([GLib.getenv('G_TEST_SRCDIR'), 'tool', 'mcp-double.py']);

function makeClient() {
    return Graphbit.McpClient.new_stdio([GLib.find_program_in_path('python3'), double, 'stdio']);
}

await run({
    async agent(scripted) {
        const client = makeClient();
        check(await client.open_async());
        scripted.step({tool_calls: [{id: 'c1', name: 'echo', arguments: {text: 'hello'}}, {id: 'c2', name: 'fail', arguments: {}}]});
        const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'Do it.'});
        for (const tool of await client.list_tools_async())
            agent.add_tool(tool);
        const workflow = new Graphbit.Workflow({name: 'test'});
        workflow.add_node(agent);
        const result = await new Graphbit.Executor({config: scripted.config()}).execute_async(workflow, null);
        check(result.is_success());
        equal(scripted.requests().at(-1).messages.filter(message => message.role === 'tool').map(message => message.content),
            ['hello', 'The tool failed: it cannot be done']);
        check(await client.close_async());
    },

    async signals() {
        const heard = [];
        const client = makeClient();
        client.connect('progress', (_client, name, progress, total, text) => heard.push([name, progress, total, text]));
        client.connect('closed', (_client, error) => heard.push(error?.code ?? null));
        client.open(null);
        equal(client.state, Graphbit.McpState.OPEN);
        equal(client.call_tool('progress', null, null).text, 'done');
        equal(heard, [['progress', 1, 3, 'step 1'], ['progress', 2, 3, 'step 2'], ['progress', 3, 3, 'step 3']]);
        await fails(Code.CONNECTION, () => client.call_tool_async('killed', null));
        equal(client.state, Graphbit.McpState.CLOSED);
        equal(heard.at(-1), Code.CONNECTION);
    },

    async subscriptions() {
        const heard = [];
        const client = makeClient();
        client.connect('resource-updated', (_client, uri) => heard.push(uri));
        await client.open_async();
        check(await client.subscribe_resource_async('double://one'));
        await client.call_tool_async('touch', null);
        check(client.unsubscribe_resource('double://one', null));
        await client.call_tool_async('touch', null);
        equal(heard, ['double://one']);
        await fails(Code.NOT_FOUND, () => client.subscribe_resource_async('double://none'));
        await client.close_async();
    },

    async rest() {
        const client = makeClient();
        await fails(Code.FAILED_PRECONDITION, () => client.list_tools_async());
        client.open(null);
        equal(client.list_resources(null).map(resource => resource.uri), ['double://one', 'double://two']);
        for (const values of [{who: 'Ada'}, new GLib.Variant('a{ss}', {who: 'Ada'})])
            equal(client.get_prompt('greet', values)[0].content, 'Greet Ada.');
        equal(client.call_tool('echo', {text: 'an object'}).text, 'an object');
        equal((await client.call_tool_async('echo', {text: 'an object'})).text, 'an object');
        client.close(null);
    },
});
