// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// leaving.py runs it: starts something, and is over in the middle of it.

Graphbit.Run start_run (Graphbit.LlmConfig config) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("left");

  workflow.add_node (new Graphbit.AgentNode ("agent", "Hello"));
  var run = new Graphbit.Executor (config).start (workflow);
  while (run.next_event ().get_kind () != Graphbit.EventKind.LLM_CALL_STARTED) {
  }
  return run;
}

int main (string[] args) {
  try {
    var config = new Graphbit.LlmConfig.openai ();
    var client = new Graphbit.LlmClient (config);
    Object? left = null;

    switch (args[1]) {
    case "request":
      client.complete_async.begin ("Hello");
      break;
    case "stream":
      left = client.complete_stream ("Hello");
      break;
    default:
      left = start_run (config);
      break;
    }

    stdin.getc ();
    if (args[2] == "shutdown")
      Graphbit.shutdown ();
    print ("leaving\n");
  } catch (GLib.Error error) {
    printerr ("%s\n", error.message);
    return 1;
  }
  return 0;
}
