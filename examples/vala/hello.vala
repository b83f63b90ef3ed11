// SPDX-License-Identifier: LGPL-2.1-or-later
async void hello () {
    try {
        var client = new Graphbit.LlmClient (new Graphbit.LlmConfig.openai ());
        print ("%s\n", yield client.complete_async ("Hello, world!"));
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        Process.exit (1);
    }
}

void main () {
    Intl.setlocale ();
    var loop = new MainLoop ();
    hello.begin (() => loop.quit ());
    loop.run ();
}
