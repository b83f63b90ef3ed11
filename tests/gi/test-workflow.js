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

// A workflow that can be written, and a registry with what is named in it.
function saved(shout) {
    const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'How warm is it?'});
    const tool = Graphbit.Tool.new('lookup', 'Looks it up.', null, () => '24 degrees');
    agent.add_tool(tool);
    const which = Graphbit.ConditionNode.new('which?', () => 'never called');
    which.function_name = 'which';
    const workflow = build([agent, which, new Graphbit.FunctionNode({name: 'shout', function_name: 'shout'})],
        [['agent', 'which?'], ['which?', 'shout']]);
    const registry = new Graphbit.Registry();
    registry.add_function('shout', shout);
    registry.add_condition('which', () => 'shout');
    registry.add_tool(tool);
    return [workflow, registry];
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

    async savedWorkflow(scripted) {
        for (const shout of [context => `${context.get_input()}!`, async context => {
            await Promise.resolve();
            return `${context.get_input()}!`;
        }]) {
            const [workflow, registry] = saved(shout);
            const text = workflow.to_json();
            const copy = Graphbit.Workflow.from_json(text, registry);
            equal(copy.to_json(), text);
            equal(Graphbit.Workflow.from_json(JSON.parse(text), registry).to_json(), text);
            callTool(scripted);
            const result = await new Graphbit.Executor({config: scripted.config()}).execute_async(copy);
            equal(result.get_node_output('shout'), 'The tool said: 24 degrees!');
        }
        const [workflow, registry] = saved(() => '');
        fails(Code.NOT_FOUND, () => Graphbit.Workflow.from_json(workflow.to_json()));
        fails(Code.PARSE, () => Graphbit.Workflow.from_json('{', registry));
        fails(Code.INVALID_ARGUMENT, () => registry.add_function('shout', () => ''));
        fails(Code.FAILED_PRECONDITION, () => build([func('anonymous', () => '')]).to_json());

        const [file] = Gio.File.new_tmp('graphbit-XXXXXX');
        check(workflow.save(file));
        equal(Graphbit.Workflow.load(file, registry).to_json(), workflow.to_json());
        workflow.description = 'again';
        await workflow.save_async(file);
        equal((await Graphbit.Workflow.load_async(file, registry)).description, 'again');
        file.delete(null);
    },

    async drawings() {
        const workflow = build([new Graphbit.TransformNode({name: 'a <b>'})]);
        workflow.declare_variable('mood', 'good');
        check(workflow.to_dot().includes('label="a <b>"'));
        check(workflow.to_mermaid().includes('a #60;b#62;'));
        const live = new Graphbit.Executor().start(workflow);
        check(live.to_dot().includes('pending') && live.to_mermaid().includes('pending'));
        const result = await live.wait_async();
        check(result.to_dot().includes('completed') && result.to_mermaid().includes('completed'));
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
        for (const broken of [() => {
            throw new Error('the station is silent');
        }, async () => {
            await Promise.resolve();
            throw new Error('the station is silent');
        }]) {
            callTool(scripted);
            result = await executor.execute_async(build([agentWith(broken)]));
            check(result.get_node_output('agent').includes('the station is silent'));
        }
        callTool(scripted);
        result = await executor.execute_async(build([agentWith(() => {})]));
        check(result.get_node_output('agent').startsWith('The tool said: The tool failed: '), result.get_node_output('agent'));
    },

    async toolHandlers(scripted) {
        const handlers = [[() => {
            throw new Error('the station is silent');
        }, 'the station is silent'], [() => false, 'Nothing answers calls'], [(_tool, call) => {
            check(call.respond('25 degrees'));
            return false;
        }, 'The tool said: 25 degrees']];
        for (const [handler, said] of handlers) {
            const tool = Graphbit.Tool.new('lookup', 'Looks it up.');
            tool.connect('call', handler);
            const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'How warm is it?'});
            agent.add_tool(tool);
            callTool(scripted);
            const result = await new Graphbit.Executor({config: scripted.config()}).execute_async(build([agent]));
            check(result.get_node_output('agent').includes(said), result.get_node_output('agent'));
        }
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

    async toolParts(scripted) {
        const text = Graphbit.ContentPart.new_for_text('A cat');
        const image = Graphbit.ContentPart.new_for_image_uri('https://example.org/cat.png');
        for (const show of [() => [text, image], async () => [text, image]]) {
            callTool(scripted);
            const result = await new Graphbit.Executor({config: scripted.config()}).execute_async(build([agentWith(show)]));
            equal(result.get_node_output('agent'), 'The tool said: A cat\n[an image, which cannot be shown here]');
        }
    },

    async toolExecutor() {
        const registry = new Graphbit.ToolRegistry();
        registry.add(Graphbit.Tool.new('lookup', 'Looks it up.', null, async () => '24 degrees'));
        equal([...registry].map(tool => tool.name), ['lookup']);
        const calls = ['lookup', 'sing'].map(name => Graphbit.LlmToolCall.new(name, name, '{}'));
        const executor = new Graphbit.ToolExecutor({registry, max_tool_calls: 2});
        const results = await executor.execute_async(calls);
        equal(results.map(result => [result.tool_name, result.success]), [['lookup', true], ['sing', false]]);
        check(results[1].error.matches(Graphbit.Error, Code.NOT_FOUND));
        equal(executor.execute([calls[1]]).map(result => result.success), [false]);
        equal(registry.get_stats().total_executions, 3);
        equal(registry.get_tool_metadata('lookup').call_count, 1);
        equal(registry.get_tool_metadata('sing'), null);
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

    async lists() {
        const all = new Graphbit.JoinNode({name: 'all', mode: Graphbit.JoinMode.OBJECT});
        const workflow = build([func('text', () => 'a, b'), new Graphbit.SplitNode({name: 'pieces', separator: ', '}), all,
            Graphbit.DelayNode.new('wait', 1)],
        [['text', 'pieces'], ['text', 'all'], ['pieces', 'all'], ['all', 'wait']]);
        const result = await new Graphbit.Executor().execute_async(workflow);
        equal(JSON.parse(result.get_node_output('wait')), {text: 'a, b', pieces: ['a', 'b']});
    },

    async http(scripted) {
        const url = `${scripted.server.base_url}/data?q={{input.q}}`;
        const headers = new GLib.Variant('a{ss}', {'X-Key': '{key}'});
        const executor = new Graphbit.Executor();
        let result = await executor.execute_async(build([new Graphbit.HttpNode({name: 'fetch', url, headers})]),
            {q: 'x', key: 'k'});
        check(result.get_node_error('fetch').matches(Graphbit.Error, Code.PERMISSION));
        scripted.step({body: 'found'});
        result = await executor.execute_async(build([new Graphbit.HttpNode(
            {name: 'fetch', url, headers, allowed_hosts: ['127.0.0.1']})]), {q: 'x', key: 'k'});
        equal(result.get_node_output('fetch'), 'found');
    },

    async approval() {
        const workflow = build([func('draft', () => 'Dear all'), new Graphbit.ApprovalNode(
            {name: 'send?', question: 'Send “{{node.draft}}”?'}), func('send', context => `${context.get_input()}!`)],
        [['draft', 'send?'], ['send?', 'send']]);
        let live = new Graphbit.Executor().start(workflow);
        for await (const event of live) {
            if (event.get_kind() !== Graphbit.EventKind.APPROVAL_REQUESTED)
                continue;
            equal(event.get_payload().question, 'Send “Dear all”?');
            const [approval] = live.approvals;
            equal(approval.question, 'Send “Dear all”?');
            equal(approval.tool_call, null);
            check(approval.allow());
            check(!approval.deny('too late'));
        }
        equal(live.get_result().get_node_output('send'), 'Dear all!');

        live = new Graphbit.Executor().start(workflow);
        live.approvals.connect('items-changed', model => [...model].forEach(approval => approval.deny()));
        check((await live.wait_async()).get_node_error('send?').matches(Graphbit.Error, Code.TOOL_DENIED));
        await fails(Code.FAILED_PRECONDITION, () => new Graphbit.Executor().execute_async(workflow));
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

    async nested() {
        const one = build([func('one', context => `${context.get_variable('index')}:${context.get_variable('item')}`)]);
        const grow = build([func('grow', context => `${context.get_variable('input')}+`)]);
        const each = new Graphbit.MapNode({id: 'each', name: 'each', workflow: one, max_concurrency: 2});
        const again = new Graphbit.LoopNode({name: 'again', workflow: grow, condition: 'length (output) >= 3'});
        const nest = Graphbit.WorkflowNode.new('nest', build([func('say', context => context.get_variable('input'))]));
        const workflow = build([func('list', () => ['a', 2]), func('x', () => 'x'), each, again, nest],
            [['list', 'each'], ['x', 'again'], ['again', 'nest']]);
        const run = new Graphbit.Executor().start(workflow, null, Graphbit.StreamModes.UPDATES);
        const paths = [];
        for await (const event of run) {
            if (event.get_kind() === Graphbit.EventKind.NODE_STARTED && event.get_path().startsWith('each/'))
                paths.push(event.get_path().split('/')[1]);
        }
        const result = run.get_result();
        check(result.is_success(), `${result.get_error()}`);
        equal(paths, ['0', '1']);
        equal(result.get_node_output('each'), '["0:a","1:2"]');
        equal(result.get_node_output('each/1/one'), '1:2');
        equal([result.get_node_output('nest'), result.get_node_output('again/1')], ['x++', 'x+']);
        const children = run.get_node_runs().get_item(2).get_children();
        equal([...children].map(child => child.get_path()), ['each/0', 'each/1']);
        equal(run.get_node_runs().get_item(0).get_children(), null);
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
