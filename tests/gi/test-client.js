// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Graphbit from 'gi://Graphbit?version=1.0';
import GraphbitMock from 'gi://GraphbitMock?version=1.0';
import Json from 'gi://Json';
import System from 'system';

import {check, equal, fails, run} from './tap.js';

const {Error: Code, LlmChunkKind} = Graphbit;
const STALLED_STREAM = {stream: ['one', 'two', 'three'], stall: 'after-520-bytes'};

await run({
    async hello({server}) {
        const client = new Graphbit.LlmClient({config: Graphbit.LlmConfig.openai()});
        equal(client.complete('Hello'), 'You said: Hello');
        equal(await client.complete_async('Hello'), 'You said: Hello');
        equal(server.get_request_count(), 2);
    },

    async options(scripted) {
        const client = scripted.client();
        client.complete('a', {max_tokens: 7, temperature: 0.5});
        await client.complete_async('a', new Graphbit.LlmOptions({max_tokens: 8}));
        client.complete('a', {parallel_tool_calls: true});
        const bodies = scripted.requests();
        equal(bodies.slice(0, 2).map(body => body.max_completion_tokens ?? body.max_tokens), [7, 8]);
        equal(bodies[0].temperature, 0.5);
    },

    async fallbacks(scripted) {
        scripted.step({status: 503});
        const client = scripted.client();
        const fallbacks = new Gio.ListStore();
        fallbacks.append(Graphbit.LlmConfig.scripted(['Instead']));
        client.max_retries = 0;
        client.fallbacks = fallbacks;
        const request = new Graphbit.LlmRequest();
        request.add_message(Graphbit.LlmMessage.new_user('Hello'));
        const response = await client.chat_async(request);
        equal([response.text, response.provider, response.fallback_index], ['Instead', 'scripted', 1]);
        check(response.fallback_reason.includes('gpt-4o-mini: '));
    },

    async budget(scripted) {
        const budget = Graphbit.Budget.new(100, 0);
        const client = scripted.client();
        client.budget = budget;
        scripted.step({text: 'Hi', usage: {prompt_tokens: 80, completion_tokens: 10, total_tokens: 90}});
        equal(await client.complete_async('Hello', {max_tokens: 20}), 'Hi');
        equal(budget.used_tokens, 90);
        await fails(Code.BUDGET_EXCEEDED, () => client.complete_async('Hello', {max_tokens: 20}));
    },

    async cache(scripted) {
        const client = scripted.client();
        client.cache = new Graphbit.ResponseCache();
        equal(await client.complete_async('Hello'), await client.complete_async('Hello'));
        equal(scripted.requests().length, 1);
        equal(client.cache.hits, 1);
    },

    async callbackForm(scripted) {
        const client = scripted.client();
        equal(await new Promise(resolve => client.complete_async('a', null, null, (source, result) =>
            resolve(source.complete_finish(result)))), 'You said: a');
    },

    async stream(scripted) {
        scripted.step({stream: ['one ', 'two ', 'three']});
        const stream = await scripted.client().complete_stream_async('x');
        const pieces = [];
        for await (const chunk of stream) {
            if (chunk.get_kind() === LlmChunkKind.CONTENT)
                pieces.push(chunk.get_text());
        }
        equal(pieces, ['one ', 'two ', 'three']);
        equal(stream.text, 'one two three');
        equal([...scripted.client().complete_stream('x')].filter(chunk =>
            chunk.get_kind() === LlmChunkKind.CONTENT).map(chunk => chunk.get_text()), ['You ', 'said: ', 'x']);
        equal((await (await scripted.client().complete_stream_async('y')).collect_async()).text, 'You said: y');
    },

    async conversation(scripted) {
        const conversation = new Graphbit.Conversation({client: scripted.client(), system_prompt: 'Be brief'});
        const changes = [];
        conversation.connect('items-changed', (_, ...change) => changes.push(change));
        equal((await conversation.send_async('One')).text, 'You said: One');
        scripted.step({status: 400});
        await fails(Code.INVALID_REQUEST, () => conversation.send_async('Two'));
        const stream = await conversation.send_stream_async('Three');
        try {
            conversation.send('Two');
            check(false, 'two at a time');
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.PENDING), error);
        }
        for await (const chunk of stream) {
            check(chunk);
            break;
        }
        equal((await (await conversation.send_stream_async('Four')).collect_async()).text, 'You said: Four');
        equal([...conversation].map(message => message.content), ['One', 'You said: One', 'Four', 'You said: Four']);
        equal(changes, [[0, 0, 2], [2, 0, 2]]);

        const fork = conversation.fork();
        fork.truncate(2);
        fork.max_prompt_tokens = 100;
        fork.trim();
        fork.add_message(Graphbit.LlmMessage.new_user('Five'));
        equal(fork.send().text, 'You said: Five');
        equal([fork.get_n_items(), conversation.get_n_items()], [4, 4]);
        check(fork.estimate_tokens() > 0);

        const [file] = Gio.File.new_tmp(null);
        await conversation.save_async(file);
        const loaded = await Graphbit.Conversation.load_async(file, scripted.client());
        equal([...loaded].map(message => message.content), [...conversation].map(message => message.content));
        equal(Graphbit.Conversation.load(file).system_prompt, 'Be brief');
        equal(Graphbit.Conversation.from_json(JSON.parse(loaded.to_json())).get_n_items(), 4);
        await fails(Code.PARSE, () => Graphbit.Conversation.from_json('{"format": "x"}'), '$.format');
        file.delete(null);
    },

    async leftStreamIsCancelled(scripted) {
        for (const open of [client => client.complete_stream_async('x'), client => client.complete_stream('x')]) {
            scripted.step(STALLED_STREAM);
            for await (const chunk of await open(scripted.client())) {
                check(chunk);
                break;
            }
            await scripted.closed();
        }
        scripted.step(STALLED_STREAM);
        for (const chunk of scripted.client().complete_stream('x')) {
            check(chunk);
            break;
        }
        await scripted.closed();
    },

    async droppedStreamClosesItsSocket(scripted) {
        scripted.step(STALLED_STREAM);
        await (async () => {
            const stream = await scripted.client().complete_stream_async('x');
            check(await stream.next_chunk_async());
        })();
        // what the engine may still have on its stack goes with the next turns
        for (let i = 0; i < 3; i++) {
            await Promise.resolve();
            System.gc();
        }
        await scripted.closed();
    },

    async chatWithHistoryAndTools(scripted) {
        scripted.step({tool_calls: [{id: 'c1', name: 'weather', arguments: {city: 'Lisbon'}}]});
        const request = new Graphbit.LlmRequest();
        request.add_message(Graphbit.LlmMessage.new_system('Be brief.'));
        request.add_message(Graphbit.LlmMessage.new_user('Weather in Lisbon?'));
        request.add_tool(Graphbit.LlmToolSpec.new('weather', 'Tells the weather.', '{"type":"object"}'));
        const client = scripted.client();
        const response = await client.chat_async(request);
        equal(response.finish_reason, Graphbit.LlmFinishReason.TOOL_CALLS);
        const [call] = response.get_tool_calls();
        equal([call.id, call.name, call.arguments_json], ['c1', 'weather', '{"city":"Lisbon"}']);

        const said = Graphbit.LlmMessage.new_assistant(response.text);
        said.add_tool_call(call);
        request.add_message(said);
        request.add_message(Graphbit.LlmMessage.new_tool('c1', '24 degrees'));
        equal((await client.chat_async(request)).text, 'The tool said: 24 degrees');
        equal([...request.get_messages()].length, 4);
        equal(scripted.requests()[1].messages.map(message => message.role), ['system', 'user', 'assistant', 'tool']);
    },

    async stats(scripted) {
        const client = scripted.client();
        client.complete('a');
        equal(client.get_stats().total_requests, 1);
    },

    async models(scripted) {
        const client = scripted.client();
        check([...client.list_models()].map(model => model.id).includes('mock-model'));
        const [first] = await client.list_models_async();
        equal([first.owner, first.context_length], ['graphbit', 0]);
        const offline = new Graphbit.LlmClient({config: Graphbit.LlmConfig.offline()});
        equal([...await offline.list_models_async()].map(model => model.id), ['offline']);
        equal(new Graphbit.ModelInfo({id: 'm'}).id, 'm');
    },

    capabilities(scripted) {
        const config = Graphbit.LlmConfig.openai('key', 'gpt-3.5-turbo');
        config.base_url = `http://127.0.0.1:${scripted.server.port}/v1`;
        const client = new Graphbit.LlmClient({config});
        const options = new Graphbit.LlmOptions({reasoning_effort: Graphbit.ReasoningEffort.LOW});
        let refused = null;
        try {
            client.complete('a', options);
        } catch (error) {
            refused = error;
        }
        check(refused.matches(Graphbit.Error, Graphbit.Error.UNSUPPORTED));
        config.capabilities |= Graphbit.LlmCapabilities.REASONING;
        equal(client.complete('a', options), 'You said: a');
        equal(Graphbit.LlmConfig.new_from_env('vllm', 'm').provider, 'vllm');
        equal(new Graphbit.ModelInfo({id: 'm', capabilities: Graphbit.LlmCapabilities.TOOLS}).capabilities, Graphbit.LlmCapabilities.TOOLS);
    },

    keyring() {
        const config = Graphbit.LlmConfig.new_openai(null, null);
        for (const attributes of [null, new GLib.Variant('a{ss}', {service: 'openai'})]) {
            try {
                check(config.use_keyring(attributes) && config.check_api_key());
            } catch (error) { // built without libsecret
                check(error.matches(Graphbit.Error, Graphbit.Error.UNSUPPORTED));
            }
        }
    },

    async batch(scripted) {
        const client = scripted.client();
        const texts = items => items.map(item => item.text);
        scripted.step({match: 'bad', status: 400});
        const items = await client.complete_batch_async(['a', 'bad', 'c'], {max_tokens: 9}, 2);
        equal(texts(items), ['You said: a', null, 'You said: c']);
        check(items[1].error instanceof Graphbit.Error);
        equal([items[1].index, items[1].error.code, items[1].error_details.http_status], [1, Code.INVALID_REQUEST, 400]);
        equal(texts(client.complete_batch(['d', 'e'])), ['You said: d', 'You said: e']);

        const run = client.start_batch(['f', 'g']);
        const progress = [];
        run.connect('notify::progress', () => progress.push(run.progress));
        equal([...run.items].length, 2);
        equal(texts(await run.wait_async()), ['You said: f', 'You said: g']);
        equal(progress.at(-1), 1);
        equal(texts([...run.get_items()]), ['You said: f', 'You said: g']);

        scripted.step({stall: true, times: -1});
        const stalled = client.start_batch(['h', 'i'], {max_tokens: 1}, 1);
        check(stalled.wait_async() instanceof Promise);
        stalled.cancel();
        check(stalled.wait().every(item => item.error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED)));
        await scripted.closed();
    },

    async embeddings(scripted) {
        const config = Graphbit.EmbeddingConfig.openai_compatible(scripted.server.base_url, 'key', 'm');
        const client = new Graphbit.EmbeddingClient({config, max_retries: 0});

        scripted.step({match: 'poison', times: -1, status: 400});
        const [first, bad, same] = await client.embed_many_async(['a', 'poison', 'a']);
        equal([first.get_values().length, bad.dimensions, bad.index], [8, 0, 1]);
        check(bad.error.matches(Graphbit.Error, Code.INVALID_REQUEST));
        check(first.similarity(same) > 0.999 && first.error === null);
        equal(Graphbit.EmbeddingClient.similarity([1, 0], [0, 2]), 0);
        await fails(Code.INVALID_ARGUMENT, () => client.embed_async(''));
        equal(client.embed('b').dimensions, 8);
        check(client.warmup());
        equal(client.get_stats().successful_requests, 2);
        equal(Graphbit.EmbeddingConfig.voyage('key').model, 'voyage-3.5');
        const offline = new Graphbit.EmbeddingClient({config: Graphbit.EmbeddingConfig.offline()});
        equal((await offline.embed_async('a')).dimensions, 256);
        const job = new Graphbit.EmbeddingJob({client: offline, texts: ['a', 'b']});
        equal([(await job.run_async()).length, job.progress], [2, 1]);
    },

    async embeddingSettings(scripted) {
        GLib.unsetenv('OPENAI_API_KEY');
        const config = Graphbit.EmbeddingConfig.openai();
        const cache = new Graphbit.ResponseCache();
        const client = new Graphbit.EmbeddingClient({config, cache});
        const keys = ['wrong', 'from a function'];

        config.base_url = scripted.server.base_url;
        config.headers = new GLib.Variant('a{ss}', {'X-Team': 'blue'});
        config.extra_body = '{"user": "u"}';
        config.requests_per_minute = 1000;
        config.set_key_func(() => keys.shift());
        check(config.has_api_key);
        const first = await client.embed_async('a');
        equal(keys, []);
        const requests = scripted.server.dup_requests_json();
        check(requests.includes('Bearer from a function') && requests.includes('"x-team":"blue"'));
        equal(scripted.requests().at(-1).user, 'u');
        check(client.embed('a').get_bytes().equal(first.get_bytes()));
        equal([cache.hits, cache.misses], [1, 1]);
        config.set_key_func(() => {
            throw new Error('the vault is shut');
        });
        await fails(Code.AUTHENTICATION, () => client.embed('x'), 'the vault is shut');
        config.set_key_func(null);
        const id = config.connect('key-required', async () => {
            await Promise.resolve();
            return 'later';
        });
        equal((await client.embed_async('y')).dimensions, 8);
        config.disconnect(id);
        await fails(Code.AUTHENTICATION, () => client.embed('z'), 'OPENAI_API_KEY');
    },

    async index() {
        const index = new Graphbit.EmbeddingIndex({metric: Graphbit.EmbeddingMetric.EUCLID});
        const embedding = Graphbit.Embedding.new([0, 1]);
        equal([...embedding], [0, 1]);
        equal(embedding.score(Graphbit.Embedding.new([3, 5]), Graphbit.EmbeddingMetric.EUCLID), 5);
        // a view, which shares the memory and keeps it
        const view = new Float32Array(Graphbit.Embedding.new(new Float32Array([0.5, -2])).get_bytes().toArray().buffer);
        equal([view.length, ...view], [2, 0.5, -2]);
        index.add('a', Graphbit.Embedding.new([1, 0]));
        index.add('b', embedding, 'text');
        await fails(Code.INVALID_ARGUMENT, () => index.add('c', Graphbit.Embedding.new([1])));
        equal([index.size, index.dimensions, index.contains('a'), [...index].sort()], [2, 2, true, ['a', 'b']]);
        const ids = matches => matches.map(match => [match.id, match.metadata]);
        equal(ids(await index.search_async(embedding, 5)), [['b', 'text'], ['a', null]]);
        equal(index.search(embedding, 1)[0].score, 0);

        const [file, stream] = Gio.File.new_tmp('graphbit-XXXXXX');
        stream.close(null);
        check(await index.save_async(file));
        const loaded = await Graphbit.EmbeddingIndex.load_async(file);
        equal(ids(Graphbit.EmbeddingIndex.load(file).search(embedding, 1)), [['b', 'text']]);
        loaded.set_filter_func((id, _metadata) => id === 'a');
        equal(ids(await loaded.search_async(embedding, 5)), [['a', null]]);
        const {INT8, BINARY} = Graphbit.EmbeddingQuantization;
        const small = new Graphbit.EmbeddingIndex({quantization: INT8, oversampling: 2});
        small.add('a', embedding);
        check(await small.save_async(file));
        const same = Graphbit.EmbeddingIndex.load(file);
        equal([same.quantization, same.oversampling, ids(same.search(embedding, 1))], [INT8, 2, [['a', null]]]);
        equal(Graphbit.EmbeddingIndex.new_quantized(2, Graphbit.EmbeddingMetric.DOT, BINARY, 0).quantization, BINARY);

        file.delete(null);
        try {
            await Graphbit.EmbeddingIndex.load_async(file);
            check(false);
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND), `${error}`);
        }
        const cancellable = new Gio.Cancellable();
        cancellable.cancel();
        try {
            await index.search_async(embedding, 1, cancellable);
            check(false);
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), `${error}`);
        }
    },

    async warmup(scripted) {
        const client = scripted.client();
        check(client.warmup());
        check(await client.warmup_async());
        client.complete('x');
        equal([scripted.server.get_connection_count(), client.get_stats().total_requests], [1, 1]);
        scripted.step({status: 401});
        await fails(Code.AUTHENTICATION, () => client.warmup_async());
    },

    async cancellation(scripted) {
        scripted.step({stall: true});
        const cancellable = new Gio.Cancellable();
        const answer = scripted.client().complete_async('x', null, cancellable);
        check(scripted.server.wait_for_stalled(1, 20000));
        cancellable.cancel();
        try {
            await answer;
            throw new Error('it was not cancelled');
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), error.message);
        }
        await scripted.closed();
    },

    async errors(scripted) {
        const client = scripted.client({max_retries: 0});
        await fails(Code.INVALID_ARGUMENT, () => client.complete(''));
        await fails(Code.INVALID_ARGUMENT, () => client.complete_async('', null));
        scripted.step({status: 401});
        await fails(Code.AUTHENTICATION, () => client.complete_async('x'));
        scripted.step({status: 429, headers: {'Retry-After': '7'}});
        const error = await fails(Code.RATE_LIMITED, () => client.complete('x'));
        const details = Graphbit.ErrorDetails.from_error(error);
        equal([details.http_status, details.retry_after_ms, details.attempts], [429, 7000, 1]);
        client.config.model = 'another'; // the first is left alone for so long
        scripted.step({body: '{"choices": [', content_type: 'application/json'});
        await fails(Code.PROTOCOL, () => client.complete_async('x'));
        scripted.step({stream: ['half'], done: false, finish_reason: ''});
        const stream = await client.complete_stream_async('x');
        await fails(Code.PROTOCOL, () => stream.collect_async());
        scripted.server.stop();
        await fails(Code.CONNECTION, () => client.complete_async('x'));
    },

    async endpoints(scripted) {
        const client = scripted.client({max_retries: 0});
        client.config.tokens_per_minute = 100000;
        client.complete('x');
        const endpoint = [...Graphbit.get_endpoints()].find(item => item.base_url === scripted.server.base_url);
        equal(endpoint.retry_quota, 500);
        const [lane] = endpoint.lanes;
        equal([lane.model, lane.active, lane.waiting, lane.attempts], [client.config.model, 0, 0, 1]);
        equal([lane.max_concurrency, lane.tokens_per_minute, lane.requests_left], [64, 100000, -1]);
        check(lane.tokens_left > 0 && lane.tokens_left < 100000, lane.tokens_left);
        equal(lane.breaker_state, Graphbit.BreakerState.CLOSED);

        const endpoints = Graphbit.get_endpoints(); // held, so that it is kept up to date
        const [live] = [...endpoints].find(item => item.base_url === scripted.server.base_url).lanes;
        const opened = new Promise(resolve => live.connect('notify::breaker-state', resolve));
        scripted.step({status: 503, times: -1});
        for (let i = 0; i < 5; i++)
            await fails(Code.UNAVAILABLE, () => client.complete_async('x'));
        const error = await fails(Code.CIRCUIT_OPEN, () => client.complete_async('x'));
        check(Graphbit.ErrorDetails.from_error(error).retry_after_ms > 20000);
        await opened;
        equal(live.breaker_state, Graphbit.BreakerState.OPEN);
        check(live.breaker_left_ms > 20000 && live.breaker_left_ms <= 30000, live.breaker_left_ms);
        equal(client.get_stats().circuit_breaker_state, 'open');
    },

    async keys(scripted) {
        GLib.unsetenv('OPENAI_API_KEY');
        const config = Graphbit.LlmConfig.openai();
        const client = new Graphbit.LlmClient({config});
        check(!config.has_api_key);
        await fails(Code.AUTHENTICATION, () => client.complete('x'), 'OPENAI_API_KEY');
        await fails(Code.INVALID_ARGUMENT, () => Graphbit.LlmConfig.openai('two\nlines'));
        config.base_url = scripted.server.base_url;
        config.set_key_func(() => 'from a function');
        equal(client.complete('x'), 'You said: x');
        config.set_key_func(() => {
            throw new Error('the vault is shut');
        });
        await fails(Code.AUTHENTICATION, () => client.complete('x'), 'the vault is shut');
    },

    async ownWires(scripted) {
        const responses = Graphbit.LlmConfig.openai('key');
        responses.api = Graphbit.LlmApi.RESPONSES;
        for (const config of [Graphbit.LlmConfig.anthropic('key'), Graphbit.LlmConfig.ollama(), Graphbit.LlmConfig.gemini('key'),
            Graphbit.LlmConfig.cohere('key', 'command-a-vision-07-2025'), responses]) {
            config.base_url = `http://127.0.0.1:${scripted.server.port}`;
            check((config.capabilities & Graphbit.LlmCapabilities.IMAGES) !== 0);
            const client = new Graphbit.LlmClient({config});
            equal(client.complete('a'), 'You said: a');
            scripted.step({reasoning: 'hm', text: 'b'});
            const request = new Graphbit.LlmRequest();
            request.add_message(Graphbit.LlmMessage.new_user('go'));
            const response = await client.chat_async(request);
            equal([response.provider, response.reasoning], [config.provider, 'hm']);
            request.add_message(response.make_message());
            request.add_message(Graphbit.LlmMessage.new_user('on'));
            equal(client.chat(request).text, 'You said: on');
            check(JSON.stringify(scripted.requests().at(-1)).includes('hm'));
        }
    },

    async predictions(scripted) {
        const config = Graphbit.LlmConfig.replicate('key', 'o/m', 'v1');
        config.base_url = `http://127.0.0.1:${scripted.server.port}`;
        equal(config.version, 'v1');
        const client = new Graphbit.LlmClient({config});
        equal(await client.complete_async('a'), 'You said: a');
        let text = '';
        for await (const chunk of await client.complete_stream_async('b'))
            text += chunk.get_kind() === Graphbit.LlmChunkKind.CONTENT ? chunk.get_text() : '';
        equal(text, 'You said: b');
    },

    async keyRequired(scripted) {
        GLib.unsetenv('OPENAI_API_KEY');
        const config = Graphbit.LlmConfig.openai();
        const client = new Graphbit.LlmClient({config});
        config.base_url = scripted.server.base_url;
        let id = config.connect('key-required', () => 'at once');
        equal(client.complete('x'), 'You said: x');
        config.disconnect(id);
        id = config.connect('key-required', async () => {
            await Promise.resolve();
            return 'later';
        });
        equal(await client.complete_async('y'), 'You said: y');
        config.disconnect(id);
        config.connect('key-required', (_config, call) => call.fail('the vault is shut'));
        await fails(Code.AUTHENTICATION, () => client.complete_async('z'), 'the vault is shut');
    },

    async fromEnv() {
        const config = Graphbit.LlmConfig.from_env('openai');
        equal([config.provider, config.model, config.has_api_key], ['openai', 'gpt-4o-mini', true]);
        equal(new Graphbit.LlmClient({config}).complete('x'), 'You said: x');
        equal(Graphbit.LlmConfig.new_from_env('offline', null).model, 'offline');
        await fails(Code.INVALID_ARGUMENT, () => Graphbit.LlmConfig.from_env('nobody'), 'nobody');
    },

    async trustAndProxy(scripted) {
        if (!Gio.TlsBackend.get_default().supports_tls())
            return;
        const secure = GraphbitMock.Server.new_tls(null, null);
        secure.start();
        const config = scripted.config();
        config.base_url = secure.base_url;
        await fails(Code.CONNECTION, () => new Graphbit.LlmClient({config, max_retries: 0}).complete('x'), 'tls-database');
        const tls_database = Gio.TlsFileDatabase.new(secure.ca_file);
        equal(await new Graphbit.LlmClient({config, tls_database}).complete_async('x'), 'You said: x');

        const proxy_resolver = Gio.SimpleProxyResolver.new(`http://127.0.0.1:${scripted.server.port}`, null);
        const proxied = scripted.config();
        proxied.base_url = 'http://model.invalid/v1';
        equal(new Graphbit.LlmClient({config: proxied, proxy_resolver}).complete('x'), 'You said: x');
        secure.stop();
    },

    async unixSocket() {
        const config = Graphbit.LlmConfig.openai_compatible('unix:/nonexistent/server.sock:/v1', null, 'm');
        const client = new Graphbit.LlmClient({config, max_retries: 0});
        await fails(Code.CONNECTION, () => client.complete('x'), 'unix:/nonexistent/server.sock');
    },

    async vendors(scripted) {
        const vendors = {
            deepseek: [], mistralai: [], perplexity: [], fireworks: [], togetherai: [], xai: [], huggingface: [], openrouter: [],
            openrouter_with_site: ['m', 'https://app.example', 'App'], ai21: ['m', 'org-7'],
            bytedance: ['m', 'http://127.0.0.1:1'], groq: [], litellm: [], azurellm: ['m', 'http://127.0.0.1:1'],
        };
        for (const [name, rest] of Object.entries(vendors)) {
            const config = Graphbit.LlmConfig[name]('key', ...rest);
            check(config.has_api_key && config.model !== null);
            config.base_url = `http://127.0.0.1:${scripted.server.port}`;
            equal(new Graphbit.LlmClient({config}).complete('a'), 'You said: a');
            check(scripted.server.dup_requests_json().includes(name === 'azurellm' ? '"api-key":"key"' : 'Bearer key'));
            if (name === 'openrouter_with_site')
                equal([config.site_url, config.site_name], ['https://app.example', 'App']);
        }
        GLib.unsetenv('GROQ_API_KEY');
        await fails(Code.AUTHENTICATION, () => Graphbit.LlmConfig.groq().check_api_key(), 'GROQ_API_KEY');
        check(Graphbit.LlmConfig.litellm().check_api_key());
    },

    async providerInJavaScript() {
        const Echo = GObject.registerClass(class Echo extends Graphbit.LlmProvider {
            vfunc_request(call) {
                const messages = [...call.get_request().get_messages()];
                return call.respond(new Graphbit.LlmResponse({text: messages.at(-1).content}));
            }
        });
        equal(new Graphbit.LlmClient({config: Graphbit.LlmConfig.custom(new Echo())}).complete('a b'), 'a b');

        const provider = new Graphbit.LlmProvider();
        provider.connect('request', async (_provider, call) => {
            await Promise.resolve();
            if (call.get_request().get_messages().get_item(0).content === 'fail')
                throw new TypeError('I will not');
            return new Graphbit.LlmResponse({text: 'later'});
        });
        const client = new Graphbit.LlmClient({config: Graphbit.LlmConfig.custom(provider)});
        equal(await client.complete_async('x'), 'later');
        try {
            await client.complete_async('fail');
            throw new Error('nothing failed');
        } catch (error) {
            check(error.message.includes('TypeError: I will not'), error.message);
        }
    },

    async jsonSchema() {
        const city = Graphbit.JsonSchema.new_object(null);
        city.add_property('name', Graphbit.JsonSchema.new_string('Its name'), true);
        city.add_property('size', Graphbit.JsonSchema.new_enumeration(['small', 'large'], null), false);
        equal(JSON.parse(city.to_json()).required, ['name']);
        equal(city.validate(Json.from_string('{"name": "Ulm"}')).length, 0);
        equal(city.validate(Json.from_string('{"size": 1}')).map(problem => problem.path), ['/name', '/size']);
        await fails(Code.UNSUPPORTED, () => Graphbit.JsonSchema.new_from_json('{"if": {}}'));
    },

    async structuredAnswer() {
        const schema = {type: 'object', properties: {n: {type: 'integer'}}, required: ['n']};
        const replies = ['{"n": "7"}', '{"n": 7}', '{"n": "7"}', '{"n": 7}', '{"n": 7}', 'No.'];
        const client = new Graphbit.LlmClient({config: Graphbit.LlmConfig.scripted(replies)});
        equal(await client.complete_async('How many?', {response_schema: schema}), '{"n": 7}');
        const stream = await client.complete_stream_async('How many?', {response_schema: JSON.stringify(schema)});
        equal((await stream.collect_async()).parse().get_object().get_int_member('n'), 7);
        const request = new Graphbit.LlmRequest({options: new Graphbit.LlmOptions({response_schema: JSON.stringify(schema)})});
        request.add_message(Graphbit.LlmMessage.new_user('How many?'));
        equal((await client.chat_async(request)).parse().get_object().get_int_member('n'), 7);
        const plain = new Graphbit.LlmRequest();
        plain.add_message(Graphbit.LlmMessage.new_user('How many?'));
        const prose = await client.chat_async(plain);
        await fails(Code.PARSE, () => prose.parse());
        const other = new Graphbit.LlmClient({config: Graphbit.LlmConfig.scripted(['seven', 'seven', 'seven'])});
        await fails(Code.SCHEMA_MISMATCH, () => other.complete('How many?', {response_schema: schema}));
    },
});
