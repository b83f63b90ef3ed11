// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The generated Vala bindings, with a scripted server for each test.

class Scripted {
  public GraphbitMock.Server server = new GraphbitMock.Server ();

  public Scripted () {
    try {
      server.start ();
    } catch (GLib.Error error) {
      GLib.error ("%s", error.message);
    }
  }

  public void step (string json) {
    try {
      server.add_step (json);
    } catch (GLib.Error error) {
      GLib.error ("%s", error.message);
    }
  }

  public Graphbit.LlmConfig config () throws GLib.Error {
    var config = new Graphbit.LlmConfig.openai ("key", "gpt-4o-mini");
    config.base_url = server.base_url;
    return config;
  }

  public Graphbit.LlmClient client () throws GLib.Error {
    return new Graphbit.LlmClient (config ()) { max_retries = 0 };
  }
}

delegate void Test (Scripted scripted) throws GLib.Error;
delegate void Failing () throws GLib.Error;

// Vala keeps no delegate in a list.
class Case {
  public Test test;

  public Case (owned Test test) {
    this.test = (owned) test;
  }

  public void run () {
    var scripted = new Scripted ();

    try {
      test (scripted);
    } catch (GLib.Error error) {
      GLib.error ("%s", error.message);
    }
    scripted.server.stop ();
  }
}

List<Case> cases;

void add (string name, owned Test test) {
  var one = new Case ((owned) test);

  GLib.Test.add_data_func ("/gi/vala/" + name, one.run);
  cases.append (one);
}

// Runs an async method to its end.
delegate void Begin (owned AsyncReadyCallback done);

AsyncResult finish (Begin begin) {
  var loop = new MainLoop ();
  AsyncResult? result = null;

  begin ((object, done) => {
    result = done;
    loop.quit ();
  });
  loop.run ();
  return result;
}

void fails (int code, Failing run) {
  try {
    run ();
  } catch (GLib.Error error) {
    assert (error.domain == Graphbit.Error.quark ());
    assert_cmpint (error.code, CompareOperator.EQ, code);
    return;
  }
  assert_not_reached ();
}

void hello (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();

  assert_cmpstr (client.complete ("Hello"), CompareOperator.EQ, "You said: Hello");
  var options = new Graphbit.LlmOptions () { max_tokens = 7 };
  var done = finish ((callback) => client.complete_async.begin ("a", options, null, (owned) callback));
  assert_cmpstr (client.complete_async.end (done), CompareOperator.EQ, "You said: a");
  assert (client.get_stats ().lookup_value ("total_requests", VariantType.INT64).get_int64 () == 2);
}

void fallbacks (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();
  var others = new ListStore (typeof (Graphbit.LlmConfig));

  others.append (new Graphbit.LlmConfig.scripted ({ "Instead" }));
  client.fallbacks = others;
  scripted.step ("{\"status\":503}");
  assert_cmpstr (client.complete ("Hello"), CompareOperator.EQ, "Instead");
}

void budget (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();
  var options = new Graphbit.LlmOptions () { max_tokens = 20 };

  client.budget = new Graphbit.Budget (20, 0);
  fails (Graphbit.Error.BUDGET_EXCEEDED, () => client.complete ("Hello", options));
  client.budget.max_tokens = 1000;
  client.complete ("Hello", options);
  assert (client.budget.used_tokens > 0);
}

void cache (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();

  client.cache = new Graphbit.ResponseCache ();
  assert_cmpstr (client.complete ("Hello"), CompareOperator.EQ, client.complete ("Hello"));
  assert (client.cache.hits == 1);
  assert (scripted.server.get_request_count () == 1);
}

void own_wires (Scripted scripted) throws GLib.Error {
  Graphbit.LlmConfig[] configs = {
    new Graphbit.LlmConfig.anthropic ("key"), new Graphbit.LlmConfig.ollama (), new Graphbit.LlmConfig.gemini ("key"),
    new Graphbit.LlmConfig.openai ("key")
  };

  configs[3].api = Graphbit.LlmApi.RESPONSES;

  foreach (var config in configs) {
    config.base_url = "http://127.0.0.1:%u".printf (scripted.server.port);
    assert (Graphbit.LlmCapabilities.IMAGES in config.capabilities);
    var client = new Graphbit.LlmClient (config) { max_retries = 0 };
    assert_cmpstr (client.complete ("a"), CompareOperator.EQ, "You said: a");
    scripted.step ("{\"text\": \"b\", \"reasoning\": \"hm\"}");
    var request = new Graphbit.LlmRequest ();
    request.add_message (new Graphbit.LlmMessage.user ("go"));
    var response = client.chat (request);
    assert_cmpstr (response.reasoning, CompareOperator.EQ, "hm");
    request.add_message (response.make_message ());
    request.add_message (new Graphbit.LlmMessage.user ("on"));
    assert_cmpstr (client.chat (request).text, CompareOperator.EQ, "You said: on");
    assert (scripted.server.dup_requests_json ().contains ("hm"));
  }
}

void vendors (Scripted scripted) throws GLib.Error {
  Graphbit.LlmConfig[] configs = {
    new Graphbit.LlmConfig.deepseek ("key"), new Graphbit.LlmConfig.mistralai ("key"),
    new Graphbit.LlmConfig.perplexity ("key"), new Graphbit.LlmConfig.fireworks ("key"),
    new Graphbit.LlmConfig.togetherai ("key"), new Graphbit.LlmConfig.xai ("key"),
    new Graphbit.LlmConfig.huggingface ("key"), new Graphbit.LlmConfig.openrouter ("key"),
    new Graphbit.LlmConfig.openrouter_with_site ("key", null, "https://app.example", "App"),
    new Graphbit.LlmConfig.ai21 ("key", null, "org-7"), new Graphbit.LlmConfig.bytedance ("key"),
    new Graphbit.LlmConfig.groq ("key"), new Graphbit.LlmConfig.litellm ("key"),
    new Graphbit.LlmConfig.azurellm ("key", "deployment", "https://r.openai.azure.com")
  };

  foreach (var config in configs) {
    assert (config.has_api_key && config.model != null);
    config.base_url = "http://127.0.0.1:%u".printf (scripted.server.port);
    assert_cmpstr (new Graphbit.LlmClient (config).complete ("a"), CompareOperator.EQ, "You said: a");
  }
  assert_cmpstr (configs[8].site_name, CompareOperator.EQ, "App");
  Environment.unset_variable ("GROQ_API_KEY");
  fails (Graphbit.Error.AUTHENTICATION, () => new Graphbit.LlmConfig.groq ().check_api_key ());
}

async string read_pieces (Graphbit.LlmClient client) throws GLib.Error {
  var stream = yield client.complete_stream_async ("x", null, null);
  var text = new StringBuilder ();
  Graphbit.LlmChunk? chunk;

  while ((chunk = yield stream.next_chunk_async (null)) != null) {
    if (chunk.get_kind () == Graphbit.LlmChunkKind.CONTENT)
      text.append (chunk.get_text () + "|");
  }
  return text.str;
}

void stream (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();

  scripted.step ("{\"stream\": [\"one \", \"two\"]}");
  var done = finish ((callback) => read_pieces.begin (client, (owned) callback));
  assert_cmpstr (read_pieces.end (done), CompareOperator.EQ, "one |two|");
  assert_cmpstr (client.complete_stream ("y").collect ().text, CompareOperator.EQ, "You said: y");
}

void chat (Scripted scripted) throws GLib.Error {
  var request = new Graphbit.LlmRequest (null);
  var client = scripted.client ();

  scripted.step ("{\"tool_calls\": [{\"id\": \"c1\", \"name\": \"weather\", \"arguments\": {\"city\": \"Lisbon\"}}]}");
  request.add_message (new Graphbit.LlmMessage.system ("Be brief."));
  request.add_message (new Graphbit.LlmMessage.user ("Weather in Lisbon?"));
  request.add_tool (new Graphbit.LlmToolSpec ("weather", "Tells the weather.", null));
  var response = client.chat (request);
  assert (response.finish_reason == Graphbit.LlmFinishReason.TOOL_CALLS);
  var call = (Graphbit.LlmToolCall) response.tool_calls.get_item (0);
  assert_cmpstr (call.arguments_json, CompareOperator.EQ, "{\"city\":\"Lisbon\"}");

  var said = new Graphbit.LlmMessage.assistant (response.text);
  said.add_tool_call (call);
  request.add_message (said);
  request.add_message (new Graphbit.LlmMessage.tool (call.id, "24 degrees"));
  assert_cmpstr (client.chat (request).text, CompareOperator.EQ, "The tool said: 24 degrees");
}

void models (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();

  assert (client.warmup ());
  var done = finish ((callback) => client.list_models_async.begin (null, (owned) callback));
  var models = client.list_models_async.end (done);
  assert (models.get_n_items () == 3);
  assert_cmpstr (((Graphbit.ModelInfo) models.get_item (0)).owner, CompareOperator.EQ, "graphbit");
  assert (scripted.server.get_connection_count () == 1);
  var offline = new Graphbit.LlmClient (new Graphbit.LlmConfig.offline ()).list_models ();
  assert_cmpstr (((Graphbit.ModelInfo) offline.get_item (0)).id, CompareOperator.EQ, "offline");
  scripted.step ("{\"status\": 401}");
  fails (Graphbit.Error.AUTHENTICATION, () => client.warmup ());
}

void batch (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();
  double last = 0;

  scripted.step ("{\"match\": \"bad\", \"status\": 400}");
  var done = finish ((callback) => client.complete_batch_async.begin ({ "a", "bad" }, null, 2, null, (owned) callback));
  var items = client.complete_batch_async.end (done);
  assert (items.length == 2);
  assert_cmpstr (items[0].text, CompareOperator.EQ, "You said: a");
  assert (items[1].text == null && items[1].index == 1);
  assert (items[1].error is Graphbit.Error.INVALID_REQUEST);
  assert (items[1].error_details.http_status == 400);
  assert_cmpstr (client.complete_batch ({ "b" })[0].response.text, CompareOperator.EQ, "You said: b");

  var run = client.start_batch ({ "c", "d" });
  run.notify["progress"].connect (() => {
    last = run.progress;
  });
  assert (run.items.get_n_items () == 2);
  assert_cmpstr (run.wait ()[1].text, CompareOperator.EQ, "You said: d");
  assert (last == 1.0);
  var stalled = client.start_batch ({ "e" });
  stalled.cancel ();
  done = finish ((callback) => stalled.wait_async.begin (null, (owned) callback));
  assert (stalled.wait_async.end (done)[0].error is IOError.CANCELLED);
}

void keys (Scripted scripted) throws GLib.Error {
  Environment.unset_variable ("OPENAI_API_KEY");
  var config = new Graphbit.LlmConfig.from_env ("openai");
  var client = new Graphbit.LlmClient (config);

  config.base_url = scripted.server.base_url;
  assert (!config.has_api_key);
  var id = config.key_required.connect ((call) => {
    return call.respond ("from a handler");
  });
  assert_cmpstr (client.complete ("x"), CompareOperator.EQ, "You said: x");
  config.disconnect (id);
  config.key_required.connect ((call) => {
    return call.fail ("the vault is shut");
  });
  fails (Graphbit.Error.AUTHENTICATION, () => client.complete ("x"));
  config.set_key_func ((config) => {
    return "from a function";
  });
  assert (config.has_api_key);
  assert_cmpstr (client.complete ("y"), CompareOperator.EQ, "You said: y");
  fails (Graphbit.Error.INVALID_ARGUMENT, () => new Graphbit.LlmConfig.from_env ("nobody"));
}

void network (Scripted scripted) throws GLib.Error {
  var config = scripted.config ();

  config.base_url = "http://model.invalid/v1";
  var proxied = new Graphbit.LlmClient (config) {
    proxy_resolver = new SimpleProxyResolver ("http://127.0.0.1:%u".printf (scripted.server.port), null)
  };
  assert_cmpstr (proxied.complete ("x"), CompareOperator.EQ, "You said: x");

  var socket = new Graphbit.LlmConfig.openai_compatible ("unix:/nonexistent/server.sock:/v1", null, "m");
  fails (Graphbit.Error.CONNECTION, () => new Graphbit.LlmClient (socket) { max_retries = 0 }.complete ("x"));

  if (!TlsBackend.get_default ().supports_tls ())
    return;
  var secure = new GraphbitMock.Server.tls (null, null);
  secure.start ();
  config.base_url = secure.base_url;
  fails (Graphbit.Error.CONNECTION, () => new Graphbit.LlmClient (config) { max_retries = 0 }.complete ("x"));
  var trusting = new Graphbit.LlmClient (config) { tls_database = TlsFileDatabase.@new (secure.ca_file) };
  assert_cmpstr (trusting.complete ("x"), CompareOperator.EQ, "You said: x");
  secure.stop ();
}

void functions (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var agent = new Graphbit.AgentNode ("agent", "How warm is it?");
  var executor = new Graphbit.Executor (scripted.config ());

  scripted.step ("{\"tool_calls\": [{\"id\": \"c1\", \"name\": \"lookup\", \"arguments\": {}}]}");
  agent.add_tool (new Graphbit.Tool ("lookup", "Looks it up.", null, (call) => {
    return "24 degrees";
  }));
  workflow.add_node (agent);
  workflow.add_node (new Graphbit.FunctionNode ("mark", (context) => {
    return context.get_input () + "!";
  }));
  workflow.add_node (new Graphbit.ConditionNode ("which?", (context) => {
    return "loud";
  }));
  workflow.add_node (new Graphbit.TransformNode ("loud", Graphbit.Transformation.UPPERCASE));
  workflow.add_node (new Graphbit.TransformNode ("soft", Graphbit.Transformation.LOWERCASE));
  workflow.connect_nodes ("agent", "mark");
  workflow.connect_nodes ("mark", "which?");
  workflow.connect_nodes ("which?", "loud");
  workflow.connect_nodes ("which?", "soft");

  var done = finish ((callback) => executor.execute_async.begin (workflow, null, null, (owned) callback));
  var result = executor.execute_async.end (done);
  assert (result.is_success ());
  assert_cmpstr (result.get_node_output ("mark"), CompareOperator.EQ, "The tool said: 24 degrees!");
  assert (result.get_node_output ("soft") == null);
}

void answered_later (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var node = new Graphbit.FunctionNode ("later", null);
  var executor = new Graphbit.Executor (null);

  node.call.connect ((call) => {
    Timeout.add (1, () => {
      assert (call.respond ("at last"));
      assert (!call.respond ("too late"));
      return Source.REMOVE;
    });
    return true;
  });
  workflow.add_node (node);
  var done = finish ((callback) => executor.execute_async.begin (workflow, null, null, (owned) callback));
  assert_cmpstr (executor.execute_async.end (done).get_node_output ("later"), CompareOperator.EQ, "at last");
}

void functions_that_throw (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");

  workflow.add_node (new Graphbit.FunctionNode ("broken", (context) => {
    throw new IOError.NOT_FOUND ("no such row");
  }));
  var result = new Graphbit.Executor (null).execute (workflow, null);
  assert (result.is_failed ());
  assert ("no such row" in result.get_error ().message);
  assert ("no such row" in result.get_node_error ("broken").message);
}

void events (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var names = new StringBuilder ();
  Graphbit.Event? event;

  workflow.add_node (new Graphbit.TransformNode ("only", Graphbit.Transformation.TRIM));
  var run = new Graphbit.Executor (null).start (workflow, null, Graphbit.StreamModes.UPDATES);
  while ((event = run.next_event ()) != null)
    names.append (event.get_event () + " ");
  assert_cmpstr (names.str, CompareOperator.EQ, "workflow_started node_started node_completed workflow_completed ");
  assert (run.wait ().is_success ());
  assert (run.node_runs.get_n_items () == 1);
}

void cancellation (Scripted scripted) throws GLib.Error {
  var cancellable = new Cancellable ();
  var client = scripted.client ();

  scripted.step ("{\"stall\": true}");
  var done = finish ((callback) => {
    client.complete_async.begin ("x", null, cancellable, (owned) callback);
    assert (scripted.server.wait_for_stalled (1, 20000));
    cancellable.cancel ();
  });
  try {
    client.complete_async.end (done);
    assert_not_reached ();
  } catch (IOError.CANCELLED error) {
  }
  assert (scripted.server.wait_for_open_connections (0, 20000));
}

void errors (Scripted scripted) throws GLib.Error {
  var client = scripted.client ();

  fails (Graphbit.Error.INVALID_ARGUMENT, () => client.complete (""));
  scripted.step ("{\"status\": 401}");
  fails (Graphbit.Error.AUTHENTICATION, () => client.complete ("x"));
  scripted.step ("{\"status\": 429, \"headers\": {\"Retry-After\": \"7\"}}");
  try {
    client.complete ("x");
    assert_not_reached ();
  } catch (Graphbit.Error.RATE_LIMITED error) {
    var details = Graphbit.ErrorDetails.from_error (error);
    assert (details.http_status == 429 && details.retry_after_ms == 7000);
  }
  client.config.model = "another"; // the first is left alone for so long
  scripted.step ("{\"body\": \"{\", \"content_type\": \"application/json\"}");
  fails (Graphbit.Error.PROTOCOL, () => client.complete ("x"));
  scripted.step ("{\"stream\": [\"half\"], \"done\": false, \"finish_reason\": \"\"}");
  fails (Graphbit.Error.PROTOCOL, () => client.complete_stream ("x").collect ());
  scripted.server.stop ();
  fails (Graphbit.Error.CONNECTION, () => client.complete ("x"));

  Environment.unset_variable ("OPENAI_API_KEY");
  fails (Graphbit.Error.AUTHENTICATION, () => {
    new Graphbit.LlmClient (new Graphbit.LlmConfig.openai (null, null)).complete ("x");
  });

  var workflow = new Graphbit.Workflow ("test");
  workflow.add_node (new Graphbit.TransformNode ("a", Graphbit.Transformation.TRIM));
  workflow.add_node (new Graphbit.TransformNode ("b", Graphbit.Transformation.TRIM));
  workflow.connect_nodes ("a", "b");
  workflow.connect_nodes ("b", "a");
  fails (Graphbit.Error.INVALID_WORKFLOW, () => workflow.validate ());
  fails (Graphbit.Error.INVALID_WORKFLOW, () => new Graphbit.Executor (null).execute (workflow, null));
}

uint count_threads (string name) throws GLib.Error {
  var folder = Dir.open ("/proc/self/task");
  string? task;
  string comm;
  uint n = 0;

  while ((task = folder.read_name ()) != null) {
    FileUtils.get_contents ("/proc/self/task/" + task + "/comm", out comm);
    if (comm.strip () == name)
      n++;
  }
  return n;
}

int64 number (Variant dictionary, string name) {
  return dictionary.lookup_value (name, VariantType.INT64).get_int64 ();
}

bool truth (Variant dictionary, string name) {
  return dictionary.lookup_value (name, VariantType.BOOLEAN).get_boolean ();
}

void runtime (Scripted scripted) throws GLib.Error {
  Graphbit.shutdown ();
  assert (!truth (Graphbit.get_system_info (), "runtime_initialized"));
  assert (count_threads ("graphbit-io") == 0);

  Graphbit.configure_runtime (3, 2, 16);
  Graphbit.init ();
  Graphbit.init ("warn");
  var info = Graphbit.get_system_info ();
  assert_cmpstr (info.lookup_value ("version", VariantType.STRING).get_string (), CompareOperator.EQ, Graphbit.version ());
  assert (number (info, "runtime_worker_threads") == 3);
  assert (number (info, "runtime_max_blocking_threads") == 2);
  assert (number (info, "runtime_thread_stack_size_mb") == 16);
  assert (count_threads ("graphbit-io") == 3);
  fails (Graphbit.Error.FAILED_PRECONDITION, () => Graphbit.configure_runtime (2));
  fails (Graphbit.Error.INVALID_ARGUMENT, () => Graphbit.init ("loud"));

  var health = Graphbit.health_check ();
  assert (truth (health, "runtime_healthy") && truth (health, "worker_threads_ok"));
  assert (number (health, "total_memory_mb") >= number (health, "available_memory_mb"));

  var client = scripted.client ();
  scripted.step ("{\"stall\": true}");
  var done = finish ((callback) => {
    client.complete_async.begin ("x", null, null, (owned) callback);
    assert (scripted.server.wait_for_stalled (1, 20000));
    Graphbit.shutdown ();
  });
  try {
    client.complete_async.end (done);
    assert_not_reached ();
  } catch (IOError.CANCELLED error) {
  }
  fails (Graphbit.Error.INVALID_ARGUMENT, () => Graphbit.configure_runtime (-1));
  Graphbit.configure_runtime ();
  assert_cmpstr (client.complete ("Hello"), CompareOperator.EQ, "You said: Hello");
  assert (count_threads ("graphbit-io") == 1);
}

// For some milliseconds, so that what is told ten times a second is told.
void iterate () {
  var loop = new MainLoop ();

  Timeout.add (1, () => {
    loop.quit ();
    return Source.REMOVE;
  });
  loop.run ();
}

void endpoints (Scripted scripted) throws GLib.Error {
  var config = scripted.config ();
  var client = new Graphbit.LlmClient (config) { max_retries = 0 };
  Graphbit.Endpoint? endpoint = null;

  config.requests_per_minute = 50;
  client.complete ("x");
  ListModel endpoints = Graphbit.get_endpoints ();
  for (uint i = 0; i < endpoints.get_n_items (); i++) {
    var item = (Graphbit.Endpoint) endpoints.get_item (i);
    if (item.base_url == scripted.server.base_url)
      endpoint = item;
  }
  assert (endpoint.retry_quota == 500);
  var lane = (Graphbit.EndpointLane) endpoint.lanes.get_item (0);
  assert_cmpstr (lane.model, CompareOperator.EQ, "gpt-4o-mini");
  assert (lane.breaker_state == Graphbit.BreakerState.CLOSED);
  assert (lane.requests_per_minute == 50 && lane.requests_left == 49 && lane.tokens_left == -1);

  scripted.step ("{\"status\": 503, \"times\": -1}");
  for (uint i = 0; i < 5; i++)
    fails (Graphbit.Error.UNAVAILABLE, () => client.complete ("x"));
  fails (Graphbit.Error.CIRCUIT_OPEN, () => client.complete ("x"));
  while (lane.breaker_state == Graphbit.BreakerState.CLOSED)
    iterate ();
  assert (lane.breaker_left_ms > 0 && lane.failures == 5);
}

void mcp (Scripted scripted) throws GLib.Error {
  var python = Environment.find_program_in_path ("python3");
  var double_path = GLib.Path.build_filename (Environment.get_variable ("G_TEST_SRCDIR"), "tool", "mcp-double.py");
  if (python == null) {
    GLib.Test.skip ("python3, which runs the server's double, is missing");
    return;
  }

  string heard = "";
  var client = new Graphbit.McpClient.stdio ({ python, double_path, "stdio" });
  client.progress.connect ((name, progress, total, text) => heard += @"$name $progress/$total $text\n");
  client.closed.connect ((error) => heard += error == null ? "closed\n" : "lost\n");
  assert (client.open ());
  assert_cmpstr (client.server_name, CompareOperator.EQ, "double");
  Graphbit.Tool tool = client.list_tools ()[0];
  assert_cmpstr (tool.name, CompareOperator.EQ, "echo");
  assert_cmpstr (client.call_tool ("echo", "{\"text\":\"hello\"}").text, CompareOperator.EQ, "hello");
  assert_cmpstr (client.list_resources ()[0].uri, CompareOperator.EQ, "double://one");
  assert_cmpstr (client.list_prompts ()[0].name, CompareOperator.EQ, "greet");
  assert_cmpstr (client.get_prompt ("greet")[0].content, CompareOperator.EQ, "Greet you.");
  client.call_tool ("progress");
  assert (client.close ());
  assert (client.open ());
  fails (Graphbit.Error.CONNECTION, () => client.call_tool ("killed"));
  assert (client.state == Graphbit.McpState.CLOSED);
  assert_cmpstr (heard, CompareOperator.EQ, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\nclosed\nlost\n");
}

int main (string[] args) {
  GLib.Test.init (ref args);
  add ("hello", hello);
  add ("fallbacks", fallbacks);
  add ("budget", budget);
  add ("cache", cache);
  add ("own-wires", own_wires);
  add ("vendors", vendors);
  add ("stream", stream);
  add ("chat", chat);
  add ("models", models);
  add ("batch", batch);
  add ("keys", keys);
  add ("network", network);
  add ("mcp", mcp);
  add ("functions", functions);
  add ("answered-later", answered_later);
  add ("functions-that-throw", functions_that_throw);
  add ("events", events);
  add ("cancellation", cancellation);
  add ("endpoints", endpoints);
  add ("errors", errors);
  add ("runtime", runtime);
  return GLib.Test.run ();
}
