/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* exported _init */

// What GJS adds to the namespace Graphbit: promises, iteration, plain objects, functions that throw.

const {Gio, GLib, GObject} = imports.gi;

let Graphbit;

// The classes with something to add. Each one named here is resolved at import.
const CLASSES = [
    'BatchRun', 'ConditionNode', 'Conversation', 'EmbeddingClient', 'EmbeddingIndex', 'EmbeddingJob', 'Event', 'Executor', 'FunctionNode',
    'LlmClient', 'LlmConfig', 'LlmProvider', 'LlmStream', 'McpClient', 'Registry', 'Run', 'Tool', 'ToolExecutor',
    'ToolRegistry', 'Workflow', 'WorkflowContext', 'WorkflowResult',
];

const DICTIONARIES = [
    'get_all_node_outputs', 'get_all_variables', 'get_inputs', 'get_node_response_metadata', 'get_payload', 'get_stats',
    'get_tool_metadata', 'variables',
];

// Arguments and results

function toVariant(value) {
    switch (typeof value) {
    case 'boolean':
        return GLib.Variant.new_boolean(value);
    case 'number':
        return Number.isSafeInteger(value) ? GLib.Variant.new_int64(value) : GLib.Variant.new_double(value);
    default:
        if (Array.isArray(value) && value.every(item => typeof item === 'string'))
            return GLib.Variant.new_strv(value);
        return GLib.Variant.new_string(toText(value));
    }
}

function toInputs(inputs) {
    // of a tool executor it is the cancellable
    if (inputs === null || inputs instanceof GLib.Variant || inputs instanceof GObject.Object)
        return inputs;
    return new GLib.Variant('a{sv}', Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, toVariant(value)])));
}

function toModel(items) {
    const model = new Gio.ListStore({item_type: GObject.Object});

    for (const item of items)
        model.append(item);
    return model;
}

function toText(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}

function toTextOrNull(value) {
    return value === null ? null : toText(value);
}

function toTexts(values) {
    return values === null || values instanceof GLib.Variant ? values : new GLib.Variant('a{ss}', values);
}

function toOptions(options) {
    if (options === null || options instanceof Graphbit.LlmOptions)
        return options;
    const {response_schema: schema = null, ...others} = options;
    return new Graphbit.LlmOptions(schema === null ? others : {...others, response_schema: toText(schema)});
}

const SECOND_ARGUMENT = {
    complete: toOptions, complete_batch: toOptions, complete_stream: toOptions, start_batch: toOptions,
    execute: toInputs, start: toInputs, call_tool: toTextOrNull, get_prompt: toTexts,
};

// What is missing of n arguments is null; plain objects become what the method takes.
function complete(method, args, n) {
    const values = Array.from({length: Math.max(n, args.length)}, (_, i) => args[i] ?? null);

    if (Array.isArray(values[0]) && method === 'execute')
        values[0] = toModel(values[0]);
    if (method in SECOND_ARGUMENT)
        values[1] = SECOND_ARGUMENT[method](values[1]);
    return values;
}

function replace(object, name, make) {
    const original = object[name];

    object[name] = make(original);
}

function adornOptional(object, name) {
    replace(object, name, call => function (...args) {
        return call.call(this, ...complete(name, args, call.length));
    });
}

function adornAsync(prototype, name) {
    const finish = prototype[`${name}_finish`];

    replace(prototype, `${name}_async`, start => function (...args) {
        const position = start.length - 1;
        const callback = typeof args[position] === 'function' ? args[position] : null;
        const values = complete(name, args.slice(0, position), position);

        if (callback !== null)
            return start.call(this, ...values, callback);
        return new Promise((resolve, reject) => {
            start.call(this, ...values, (_object, result) => {
                try {
                    resolve(finish.call(this, result));
                } catch (error) {
                    reject(error);
                }
            });
        });
    });
    adornOptional(prototype, name);
}

function adornDictionary(prototype, name) {
    replace(prototype, name, get => function (...args) {
        return get.call(this, ...args)?.recursiveUnpack() ?? null;
    });
}

// Functions of the user's: what they throw reaches the caller, and a promise answers when it settles

const NOTHING = 'The function returned nothing; return a text, which may be empty';

function describe(error) {
    return error instanceof GLib.Error ? error.message : `${error}`;
}

function isParts(answer) {
    return Array.isArray(answer) && answer.some(part => part instanceof Graphbit.ContentPart);
}

function respond(call, answer) {
    if (isParts(answer))
        call.respond_parts(answer);
    else if (answer !== null && answer !== undefined)
        call.respond(answer instanceof GObject.Object ? answer : toText(answer));
    return call.get_is_answered();
}

function answering(handler) {
    return (object, call) => {
        try {
            const answer = handler(object, call);

            if (typeof answer?.then !== 'function')
                return typeof answer === 'boolean' ? answer : respond(call, answer);
            answer.then(value => respond(call, value) || call.fail(NOTHING))
                .catch(error => call.fail(describe(error)));
        } catch (error) {
            call.fail(describe(error));
        }
        return true;
    };
}

function adornConnect(prototype) {
    replace(prototype, 'connect', connect => function (signal, handler) {
        const answers = ['call', 'request', 'key-required'].includes(signal.split('::')[0]);

        return connect.call(this, signal, answers ? answering(handler) : handler);
    });
}

// new (…, func): the function is a handler of the signal `call`.
function adornFunction(name, toArgument) {
    adornConnect(Graphbit[name].prototype);
    replace(Graphbit[name], 'new', create => (...args) => {
        const n = create.length - 1;
        const func = args[n] ?? null;
        const values = complete('new', args.slice(0, n), n).map(
            value => typeof value === 'object' && value !== null ? toText(value) : value);
        const made = create.call(Graphbit[name], ...values, null);

        if (func !== null)
            made.connect('call', calling(func, toArgument));
        return made;
    });
}

function calling(func, toArgument) {
    return (_object, call) => {
        const answer = func(toArgument(call)) ?? null;
        if (answer === null && !call.get_is_answered())
            return call.fail(NOTHING);
        return answer === null || typeof answer.then === 'function' || isParts(answer) ? answer : toText(answer);
    };
}

// add_function (name, func) and its kin: likewise, of the registry's.
function adornRegistry() {
    const {prototype} = Graphbit.Registry;

    adornConnect(prototype);
    for (const method of ['add_function', 'add_condition']) {
        replace(prototype, method, add => function (name, func = null) {
            add.call(this, name, null);
            if (func !== null)
                this.connect(`call::${name}`, calling(func, call => call.get_context()));
        });
    }
}

function adornFactories(config) {
    for (const name of Object.getOwnPropertyNames(config).filter(key => key.startsWith('new_'))) {
        replace(config, name, create => (...args) => create.call(config, ...complete(name, args, create.length)));
        config[name.slice('new_'.length)] = config[name];
    }
}

function adornConfig(config) {
    adornFactories(config);
    replace(config.prototype, 'set_key_func', setKeyFunc => function (func) {
        setKeyFunc.call(this, func && (asking => {
            try {
                return func(asking);
            } catch (error) {
                throw new GLib.Error(Graphbit.Error, Graphbit.Error.AUTHENTICATION, describe(error));
            }
        }));
    });
    adornConnect(config.prototype);
}

function adornEmbeddings() {
    const {Embedding, EmbeddingIndex} = Graphbit;

    Embedding.prototype[Symbol.iterator] = function () {
        return this.get_values()[Symbol.iterator]();
    };
    EmbeddingIndex.prototype[Symbol.iterator] = function () {
        return this.dup_ids()[Symbol.iterator]();
    };
    adornOptional(EmbeddingIndex.prototype, 'add');
    adornAsync(EmbeddingIndex, 'load');
}

function adornConversation() {
    const {Conversation} = Graphbit;

    Conversation.prototype[Symbol.iterator] = iterateModel;
    adornAsync(Conversation, 'load');
    replace(Conversation, 'new_from_json', read => (json, client = null) => read.call(Conversation, toText(json), client));
    Conversation.from_json = Conversation.new_from_json;
}

// Iteration: leaving a loop early cancels

function adornIteration(prototype, name) {
    prototype[Symbol.asyncIterator] = async function* () {
        try {
            for (let value; (value = await this[`${name}_async`]()) !== null;)
                yield value;
        } finally {
            this.cancel(); // after the end nothing is left to cancel
        }
    };
    prototype[Symbol.iterator] = function* () {
        try {
            for (let value; (value = this[name]()) !== null;)
                yield value;
        } finally {
            this.cancel();
        }
    };
}

function* iterateModel() {
    for (let i = 0, item; (item = this.get_item(i)) !== null; i++)
        yield item;
}

// GJS makes Gio.ListStore iterable; these models are of classes of their own.
function adornModel(prototype, ...names) {
    const get = prototype[`get_${names[0]}`];
    const getIterable = function () {
        const model = get.call(this);
        if (model !== null)
            model[Symbol.iterator] ??= iterateModel;
        return model;
    };

    prototype[`get_${names[0]}`] = getIterable;
    for (const name of names)
        Object.defineProperty(prototype, name, {get: getIterable, configurable: true});
}

function _init() {
    Graphbit = this;

    for (const {prototype} of CLASSES.map(name => Graphbit[name])) {
        const names = Object.getOwnPropertyNames(prototype);

        for (const name of names.filter(key => key.endsWith('_async')))
            adornAsync(prototype, name.slice(0, -'_async'.length));
        for (const name of names.filter(key => DICTIONARIES.includes(key)))
            adornDictionary(prototype, name);
    }

    adornConfig(Graphbit.LlmConfig);
    adornConfig(Graphbit.EmbeddingConfig);
    adornEmbeddings();
    adornConversation();
    adornOptional(Graphbit.LlmClient.prototype, 'start_batch');
    adornModel(Graphbit.BatchRun.prototype, 'items');
    adornIteration(Graphbit.LlmStream.prototype, 'next_chunk');
    adornIteration(Graphbit.Run.prototype, 'next_event');
    adornModel(Graphbit.Run.prototype, 'node_runs', 'nodeRuns');
    adornModel(Graphbit.Run.prototype, 'events');
    Graphbit.ToolRegistry.prototype[Symbol.iterator] = iterateModel;
    adornModel(Graphbit.NodeRun.prototype, 'children');
    adornModel(Graphbit.Run.prototype, 'approvals');
    adornOptional(Graphbit.Approval.prototype, 'deny');
    replace(Graphbit, 'get_endpoints', list => function () {
        const model = list();
        model[Symbol.iterator] ??= iterateModel;
        return model;
    });
    adornConnect(Graphbit.LlmProvider.prototype);
    adornFunction('Tool', call => call);
    adornFunction('FunctionNode', call => call.get_context());
    adornFunction('ConditionNode', call => call.get_context());
    adornRegistry();

    const {Executor: {prototype: executor}, Workflow: {prototype: workflow}} = Graphbit;

    replace(executor, 'start', start => function (graph, inputs = null, mode = Graphbit.StreamModes.ALL) {
        return start.call(this, graph, toInputs(inputs), mode);
    });
    replace(workflow, 'connect', connect => function (first, second) {
        return typeof second === 'function' ? connect.call(this, first, second) : this.connect_nodes(first, second);
    });
    adornOptional(Graphbit, 'init');
    adornOptional(Graphbit, 'configure_runtime');
    for (const name of ['get_system_info', 'health_check'])
        adornDictionary(Graphbit, name);
    adornOptional(workflow, 'declare_input');
    adornOptional(workflow, 'declare_variable');
    adornAsync(Graphbit.Workflow, 'load');
    replace(Graphbit.Workflow, 'new_from_json', read => (json, registry = null) => read.call(Graphbit.Workflow, toText(json), registry));
    Graphbit.Workflow.from_json = Graphbit.Workflow.new_from_json;
    adornOptional(workflow, 'connect_nodes_full');
}
