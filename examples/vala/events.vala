// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts a run and reads its events, without any main loop.
int main () {
    Intl.setlocale ();
    try {
        var workflow = new Graphbit.Workflow ("events");
        workflow.add_node (new Graphbit.AgentNode ("first", "Say something about {{input.topic}}."));
        workflow.add_node (new Graphbit.TransformNode ("loud", Graphbit.Transformation.UPPERCASE));
        workflow.connect_nodes ("first", "loud");

        var inputs = new VariantDict ();
        inputs.insert ("topic", "s", "tides");
        var executor = new Graphbit.Executor (new Graphbit.LlmConfig.openai ());
        var run = executor.start (workflow, inputs.end (), Graphbit.StreamModes.UPDATES);
        Graphbit.Event? event;
        while ((event = run.next_event ()) != null)
            print ("%s %s\n", event.get_event (), event.get_node_name () ?? "-");
        print ("%s\n", run.wait ().get_node_output ("loud"));
        return run.state == Graphbit.RunState.COMPLETED ? 0 : 1;
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }
}
