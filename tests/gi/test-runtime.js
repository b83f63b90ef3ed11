// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The namespace's own functions.
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';

import {check, equal, fails, run} from './tap.js';

const {Error: Code} = Graphbit;

function countThreads(name) {
    const tasks = Gio.File.new_for_path('/proc/self/task').enumerate_children('standard::name', 0, null);

    return [...tasks].filter(task => {
        const [, comm] = GLib.file_get_contents(`/proc/self/task/${task.get_name()}/comm`);
        return new TextDecoder().decode(comm).trim() === name;
    }).length;
}

await run({
    async info(scripted) {
        Graphbit.shutdown();
        const before = Graphbit.get_system_info();
        equal(before.version, Graphbit.version());
        equal(before.cpu_count, GLib.get_num_processors());
        equal([before.runtime_initialized, before.runtime_worker_threads], [false, 0]);
        await scripted.client().complete_async('Hello');
        const info = Graphbit.get_system_info();
        equal([info.runtime_initialized, info.runtime_worker_threads], [true, countThreads('graphbit-io')]);
    },

    health() {
        const health = Graphbit.health_check();
        check(health.runtime_healthy && health.worker_threads_ok && health.blocking_threads_ok);
        equal(health.tls_available, Gio.TlsBackend.get_default().supports_tls());
        check(health.available_memory_mb > 0 && health.available_memory_mb <= health.total_memory_mb);
        equal(health.overall_healthy, health.tls_available && health.memory_healthy);
    },

    async configure() {
        Graphbit.shutdown();
        Graphbit.configure_runtime(3, 4, 16);
        Graphbit.init();
        const info = Graphbit.get_system_info();
        equal([info.runtime_worker_threads, countThreads('graphbit-io')], [3, 3]);
        equal([info.runtime_max_blocking_threads, info.runtime_thread_stack_size_mb], [4, 16]);
        await fails(Code.FAILED_PRECONDITION, () => Graphbit.configure_runtime(2));
        Graphbit.shutdown();
        await fails(Code.INVALID_ARGUMENT, () => Graphbit.configure_runtime(-1), 'worker_threads');
        Graphbit.configure_runtime();
    },

    async init() {
        Graphbit.init();
        Graphbit.init('warn');
        await fails(Code.INVALID_ARGUMENT, () => Graphbit.init('loud'), 'loud');
    },

    async shutdownAndReuse(scripted) {
        scripted.step({stall: true});
        const client = scripted.client();
        const answer = client.complete_async('x');
        check(scripted.server.wait_for_stalled(1, 20000));
        Graphbit.shutdown();
        try {
            await answer;
            throw new Error('it was not cancelled');
        } catch (error) {
            check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), `${error}`);
        }
        equal(client.complete('Hello'), 'You said: Hello');
        equal(await client.complete_async('Hello'), 'You said: Hello');
    },
});
