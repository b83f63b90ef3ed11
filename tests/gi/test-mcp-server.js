// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Against an MCP server of others, as in test-mcp-server.py.
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';
import System from 'system';

import {check, equal, fails, run} from './tap.js';

const {Error: Code} = Graphbit;
const folder = GLib.getenv('GRAPHBIT_MCP_SERVER_DIR') ?? GLib.build_filenamev([GLib.get_user_cache_dir(), 'graphbit', 'mcp-server']);
const path = GLib.build_filenamev([folder, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js']);
const node = GLib.find_program_in_path('node');

if (node === null || !GLib.file_test(path, GLib.FileTest.EXISTS)) {
    print(`1..0 # SKIP node or ${path} is missing; tests/tool/install-mcp-server installs it`);
    System.exit(0);
}

await run({
    async everything() {
        const client = Graphbit.McpClient.new_stdio([node, path, 'stdio']);
        await client.open_async();
        const names = (await client.list_tools_async()).map(tool => tool.name);
        check(names.includes('echo') && names.includes('get-sum'));
        equal((await client.call_tool_async('echo', '{"message":"hello"}')).text, 'Echo: hello');
        check((await client.list_resources_async()).length > 0);
        check((await client.list_prompts_async()).length > 0);
        await client.close_async();
        equal(client.state, Graphbit.McpState.CLOSED);
    },

    // A shell starts it and tells its number, by which it can be killed.
    async killed_in_a_call() {
        const [file] = GLib.file_open_tmp('mcp-XXXXXX').slice(1);
        const client = Graphbit.McpClient.new_stdio(['/bin/sh', '-c', 'echo $$ > "$0"; exec "$@"', file, node, path, 'stdio']);
        await client.open_async();
        const number = new TextDecoder().decode(GLib.file_get_contents(file)[1]).trim();
        client.connect('progress', () => GLib.spawn_command_line_sync(`kill -9 ${number}`));
        await fails(Code.CONNECTION, () => client.call_tool_async('trigger-long-running-operation', '{"duration":30,"steps":100}'));
        equal(client.state, Graphbit.McpState.CLOSED);
        check(!GLib.file_test(`/proc/${number}`, GLib.FileTest.EXISTS));
        await client.open_async();
        equal((await client.call_tool_async('echo', '{"message":"again"}')).text, 'Echo: again');
        await client.close_async();
        GLib.unlink(file);
    },
});
