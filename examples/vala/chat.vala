// SPDX-License-Identifier: LGPL-2.1-or-later
// A chat that goes on where it ended: each line of the standard input is said, and FILE keeps it.
//
// chat-vala FILE
async void chat (File file) throws GLib.Error {
    var client = new Graphbit.LlmClient (new Graphbit.LlmConfig.openai ());
    Graphbit.Conversation conversation;
    string? line;

    if (file.query_exists ())
        conversation = yield Graphbit.Conversation.load_async (file, client);
    else
        conversation = new Graphbit.Conversation (client, "Answer in one sentence.");
    conversation.max_prompt_tokens = 4000;

    while ((line = stdin.read_line ()) != null) {
        var response = yield conversation.send_async (line);

        print ("%s\n", response.text);
        yield conversation.save_async (file);
    }
}

int main (string[] args) {
    var loop = new MainLoop ();
    var status = 0;

    Intl.setlocale ();
    if (args.length != 2) {
        printerr ("%s FILE\n", args[0]);
        return 2;
    }
    chat.begin (File.new_for_path (args[1]), (object, result) => {
        try {
            chat.end (result);
        } catch (GLib.Error error) {
            printerr ("%s\n", error.message);
            status = 1;
        }
        loop.quit ();
    });
    loop.run ();
    return status;
}
