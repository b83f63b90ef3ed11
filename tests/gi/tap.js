// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A little TAP: each member of the object given to run () is a test, with a scripted server of its own.
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';
import GraphbitMock from 'gi://GraphbitMock?version=1.0';
import System from 'system';

export const PATIENCE_MS = 20000;

export class Scripted {
    constructor() {
        this.server = new GraphbitMock.Server();
        this.server.start();
    }

    step(members) {
        this.server.add_step(JSON.stringify(members));
    }

    requests() {
        return JSON.parse(this.server.dup_requests_json()).map(record => JSON.parse(record.body));
    }

    config() {
        const config = Graphbit.LlmConfig.openai('key', 'gpt-4o-mini');
        config.base_url = this.server.base_url;
        return config;
    }

    client(properties = {}) {
        return new Graphbit.LlmClient({config: this.config(), ...properties});
    }

    // Until the client has closed its connections, without blocking the loop.
    async closed() {
        for (let turns = 0; this.server.open_connections > 0; turns++) {
            check(turns < PATIENCE_MS / 5, 'a connection is still open');
            await new Promise(resolve => GLib.timeout_add(GLib.PRIORITY_DEFAULT, 5, () => {
                resolve();
                return GLib.SOURCE_REMOVE;
            }));
        }
    }
}

export function check(condition, what = 'check') {
    if (!condition)
        throw new Error(what);
}

export function equal(value, expected) {
    const [is, should] = [value, expected].map(item => JSON.stringify(item));
    check(is === should, `${is} is not ${should}`);
}

// The error of this library, with this code, that the function has to throw or its promise to end with.
export async function fails(code, run, text = '') {
    try {
        await run();
    } catch (error) {
        check(error instanceof Graphbit.Error, `${error}`);
        equal(error.code, code);
        check(error.message.includes(text), error.message);
        return error;
    }
    throw new Error('nothing failed');
}

export async function run(tests) {
    let failed = 0;

    print(`1..${Object.keys(tests).length}`);
    for (const [i, [name, test]] of Object.entries(tests).entries()) {
        const scripted = new Scripted();

        GLib.setenv('OPENAI_BASE_URL', scripted.server.base_url, true);
        GLib.setenv('OPENAI_API_KEY', 'key', true);
        try {
            await test(scripted);
            print(`ok ${i + 1} ${name}`);
        } catch (error) {
            failed++;
            print(`not ok ${i + 1} ${name}`);
            printerr(error.message, error.stack);
        }
        scripted.server.stop();
    }
    System.exit(failed > 0 ? 1 : 0);
}
