// SPDX-License-Identifier: LGPL-2.1-or-later
// A chat that goes on where it ended: each line of the standard input is said, and FILE keeps it.
//
// chat.js FILE
import Gio from 'gi://Gio';
import Graphbit from 'gi://Graphbit?version=1.0';
import System from 'system';

if (ARGV.length !== 1) {
    printerr('chat.js FILE');
    System.exit(2);
}
const file = Gio.File.new_for_path(ARGV[0]);
const client = new Graphbit.LlmClient({config: Graphbit.LlmConfig.openai()});
const conversation = file.query_exists(null)
    ? await Graphbit.Conversation.load_async(file, client)
    : new Graphbit.Conversation({client, system_prompt: 'Answer in one sentence.'});
conversation.max_prompt_tokens = 4000;

const input = new Gio.DataInputStream({base_stream: Gio.File.new_for_path('/dev/stdin').read(null)});
for (let line; ([line] = input.read_line_utf8(null)) && line !== null;) {
    print((await conversation.send_async(line)).text);
    await conversation.save_async(file);
}
