// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later

void ask () throws GLib.Error {
    var client = new Graphbit.LlmClient (new Graphbit.LlmConfig.offline ());

    print ("%s\n", client.complete ("Say hello to Lisbon."));
    print ("%s\n", client.complete_stream ("Say hello to Lisbon.").collect ().text);
}

void run () throws GLib.Error {
    var workflow = new Graphbit.Workflow ("consumer");
    var number = "three";

    workflow.add_node (new Graphbit.FunctionNode ("first", (context) => @"$number apples"));
    workflow.add_node (new Graphbit.TransformNode ("loud", Graphbit.Transformation.UPPERCASE));
    workflow.connect_nodes ("first", "loud");
    print ("%s\n", new Graphbit.Executor (null).execute (workflow).get_node_output ("loud"));
}

int main () {
    Intl.setlocale ();
    try {
        ask ();
        run ();
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }

    try {
        new Graphbit.Workflow ("empty").validate ();
    } catch (Graphbit.Error.INVALID_WORKFLOW error) {
        print ("%s\n", error.message);
        return 0;
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
    }
    return 1;
}
