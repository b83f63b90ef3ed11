// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';

import {check, equal, fails, run} from './tap.js';

const {Error: Code} = Graphbit;

function build(nodes, edges = []) {
    const workflow = new Graphbit.Workflow({name: 'test'});
    for (const node of nodes)
        workflow.add_node(node);
    for (const [source, target] of edges)
        workflow.connect(source, target);
    return workflow;
}

function agentWith(func) {
    const parameters = {type: 'object', properties: {city: {type: 'string'}}, required: ['city']};
    const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'How warm is it?'});
    agent.add_tool(Graphbit.Tool.new('lookup', 'Looks it up.', parameters, func));
    return agent;
}

function callTool(scripted) {
    scripted.step({tool_calls: [{id: 'c1', name: 'lookup', arguments: {city: 'Lisbon'}}]});
}

const func = (name, body) => Graphbit.FunctionNode.new(name, body);

await run({
    async functions() {
        let seen;
        const workflow = build([
            func('first', context => {
                seen = context.get_all_variables();
                context.set_variable('colour', 'blue');
                return {n: 1};
            }),
            func('second', context => context.get_input() + context.get_variable('colour')),
        ], [['first', 'second']]);
        const executor = new Graphbit.Executor();
        const inputs = {text: 't', flag: true, count: 3, part: 0.5, list: ['a', 'b'], map: {k: [1]}};
        const result = executor.execute(workflow, inputs);
        check(result.is_success(), `${result.get_error()}`);
        equal(result.get_node_output('second'), '{"n":1}blue');
        equal(result.get_all_node_outputs().first, '{"n":1}');
        equal(Object.entries(seen).sort(), [['count', '3'], ['flag', 'true'], ['list', '["a","b"]'],
            ['map', '{"k":[1]}'], ['part', '0.5'], ['text', 't']]);
        equal((await executor.execute_async(workflow, inputs)).get_node_output('second'), '{"n":1}blue');
        equal(executor.get_stats().total_executions, 2);
    },

    async functionsThatThrow() {
        const executor = new Graphbit.Executor();
        const throws = () => {
            throw new RangeError('no such row');
        };
        for (const body of [throws, async () => {
            await Promise.resolve();
            throws();
        }]) {
            const result = await executor.execute_async(build([func('broken', body)]));
            check(result.is_failed());
            const error = result.get_node_error('broken');
            check(error.matches(Graphbit.Error, Code.NODE_FAILED), error.message);
            check(error.message.includes('RangeError: no such row'), error.message);
        }
        check(executor.execute(build([func('broken', throws)])).get_error().message.includes('no such row'));
        check(executor.execute(build([func('nothing', () => {})])).is_failed());
    },

    async condition() {
        const which = Graphbit.ConditionNode.new('which?', () => 'right');
        const sides = ['left', 'right'].map(name => new Graphbit.TransformNode({name}));
        const result = await new Graphbit.Executor().execute_async(build([func('start', () => 'go'), which, ...sides],
            [['start', 'which?'], ['which?', 'left'], ['which?', 'right']]));
        check(result.is_success(), `${result.get_error()}`);
        equal([result.get_node_output('left'), typeof result.get_node_output('right')], [null, 'string']);
    },

    async expressions() {
        const which = Graphbit.ConditionNode.new_for_expression('which?', 'node.start.size > 5 ? "right" : "left"');
        equal(which.expression, 'node.start.size > 5 ? "right" : "left"');
        const sides = ['left', 'right', 'open', 'closed'].map(name => new Graphbit.TransformNode({name}));
        const workflow = build([func('start', () => ({size: 7})), which, ...sides],
            [['start', 'which?'], ['which?', 'left'], ['which?', 'right']]);
        workflow.connect_nodes_full('start', 'open', Graphbit.EdgeKind.CONDITIONAL, 'word in ["yes", "y"]');
        workflow.connect_nodes_full('start', 'closed', Graphbit.EdgeKind.CONDITIONAL, 'word == null');
        const result = await new Graphbit.Executor().execute_async(workflow, {word: 'y'});
        check(result.is_success(), `${result.get_error()}`);
        equal(sides.map(node => result.get_node_output(node.name) !== null), [false, true, true, false]);

        for (const wrong of [() => Graphbit.ConditionNode.new_for_expression('c', 'x >'),
            () => workflow.connect_nodes_full('start', 'left', Graphbit.EdgeKind.CONDITIONAL, '1')]) {
            let error = null;
            try {
                wrong();
            } catch (caught) {
                error = caught;
            }
            check(error !== null && error.matches(Graphbit.Error, Code.INVALID_ARGUMENT), `${error}`);
            check(error.message.includes('line 1, column '), error.message);
        }
    },

    async tools(scripted) {
        const executor = new Graphbit.Executor({config: scripted.config()});
        callTool(scripted);
        let result = executor.execute(build([agentWith(call => ({city: call.get_argument_string('city')}))]));
        equal(result.get_node_output('agent'), 'The tool said: {"city":"Lisbon"}');
        check(Object.keys(result.get_node_response_metadata('agent')).length > 0);
        callTool(scripted);
        result = await executor.execute_async(build([agentWith(async () => {
            await Promise.resolve();
            return 'later';
        })]));
        equal(result.get_node_output('agent'), 'The tool said: later');
        callTool(scripted);
        result = await executor.execute_async(build([agentWith(() => {
            throw new Error('the station is silent');
        })]));
        check(result.get_node_output('agent').includes('the station is silent'));
    },

    async answeredLater(scripted) {
        const tool = Graphbit.Tool.new('lookup', 'Looks it up.');
        let late;
        tool.connect('call', (_tool, call) => {
            GLib.timeout_add(GLib.PRIORITY_DEFAULT, 1, () => {
                check(call.respond('25 degrees'));
                late = call.respond('too late');
                return GLib.SOURCE_REMOVE;
            });
            return true;
        });
        const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'How warm is it?'});
        agent.add_tool(tool);
        callTool(scripted);
        const result = await new Graphbit.Executor({config: scripted.config()}).execute_async(build([agent]));
        equal([result.get_node_output('agent'), late], ['The tool said: 25 degrees', false]);
    },

    async events(scripted) {
        const executor = new Graphbit.Executor({config: scripted.config()});
        let live = executor.start(build([func('first', () => 'x')]));
        const names = ['workflow_started', 'node_started', 'node_completed', 'workflow_completed'];
        equal([...live].map(event => event.get_event()), names);
        check(live.wait().is_success());
        equal([...live.get_node_runs()].map(node => node.get_node_name()), ['first']);
        equal([...live.nodeRuns].length, 1);
        equal([...live.events].map(event => event.get_event()), names);
        equal(typeof live.events.get_item(0).get_payload(), 'object');

        live = executor.start(build([new Graphbit.AgentNode({name: 'agent', prompt: 'Hello'})]));
        let text = '';
        for await (const event of live)
            text += event.get_kind() === Graphbit.EventKind.TOKEN ? event.get_content() : '';
        equal(text, 'You said: Hello');
        check((await live.wait_async()).is_success());
    },

    async leftEventsCancelTheRun(scripted) {
        scripted.step({stall: true});
        const executor = new Graphbit.Executor({config: scripted.config()});
        const live = executor.start(build([new Graphbit.AgentNode({name: 'agent', prompt: 'Hello'})]));
        for await (const event of live) {
            if (event.get_kind() === Graphbit.EventKind.LLM_CALL_STARTED)
                break;
        }
        check((await live.wait_async()).is_cancelled());
        await scripted.closed();
    },

    async cancellation() {
        const cancellable = new Gio.Cancellable();
        const workflow = build([func('first', () => {
            cancellable.cancel();
            return 'x';
        }), func('second', () => 'y')], [['first', 'second']]);
        try {
            await new Graphbit.Executor().execute_async(workflow, null, cancellable);
            throw new Error('it was not cancelled');
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), error.message);
        }
    },

    async refused() {
        const executor = new Graphbit.Executor();
        const nodes = ['a', 'b'].map(name => new Graphbit.TransformNode({name}));
        const workflow = build(nodes, [['a', 'b'], ['b', 'a']]);
        await fails(Code.INVALID_WORKFLOW, () => workflow.validate());
        await fails(Code.INVALID_WORKFLOW, () => executor.execute(workflow));
        await fails(Code.INVALID_WORKFLOW, () => executor.execute_async(workflow));
        await fails(Code.INVALID_WORKFLOW, () => executor.start(new Graphbit.Workflow({name: 'empty'})));
        await fails(Code.INVALID_ARGUMENT, () => executor.configure(0, 3, true, false));
        await fails(Code.INVALID_ARGUMENT, () => Graphbit.Tool.new('lookup', 'Looks.', '{broken'));
    },

    async signalsStillConnect() {
        const workflow = new Graphbit.Workflow({name: 'test'});
        let seen = 0;
        workflow.connect('notify::description', () => seen++);
        workflow.description = 'new';
        equal(seen, 1);
    },
});
