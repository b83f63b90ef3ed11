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

void capabilities (Scripted scripted) throws GLib.Error {
  var config = new Graphbit.LlmConfig.openai ("key", "gpt-3.5-turbo");

  config.base_url = "http://127.0.0.1:%u/v1".printf (scripted.server.port);
  assert (!(Graphbit.LlmCapabilities.REASONING in config.capabilities));
  var client = new Graphbit.LlmClient (config) { max_retries = 0 };
  var options = new Graphbit.LlmOptions () { reasoning_effort = Graphbit.ReasoningEffort.LOW };
  fails (Graphbit.Error.UNSUPPORTED, () => client.complete ("a", options));
  config.capabilities |= Graphbit.LlmCapabilities.REASONING;
  assert_cmpstr (client.complete ("a", options), CompareOperator.EQ, "You said: a");
  assert_cmpstr (new Graphbit.LlmConfig.from_env ("lmstudio", "m").provider, CompareOperator.EQ, "lmstudio");
  assert (new Graphbit.ModelInfo ("m").capabilities == Graphbit.LlmCapabilities.NONE);
}

void keyring (Scripted scripted) throws GLib.Error {
  var config = new Graphbit.LlmConfig.openai ();

  try {
    assert (config.use_keyring () && config.use_keyring (new Variant.parsed ("{'service': 'openai'}")));
    assert (config.check_api_key ());
  } catch (Graphbit.Error.UNSUPPORTED error) { // built without libsecret
  }
}

void own_wires (Scripted scripted) throws GLib.Error {
  Graphbit.LlmConfig[] configs = {
    new Graphbit.LlmConfig.anthropic ("key"), new Graphbit.LlmConfig.ollama (), new Graphbit.LlmConfig.gemini ("key"),
    new Graphbit.LlmConfig.openai ("key"), new Graphbit.LlmConfig.cohere ("key", "command-a-vision-07-2025")
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

void predictions (Scripted scripted) throws GLib.Error {
  var config = new Graphbit.LlmConfig.replicate ("key", "o/m", "v1");

  config.base_url = "http://127.0.0.1:%u".printf (scripted.server.port);
  assert_cmpstr (config.version, CompareOperator.EQ, "v1");
  var client = new Graphbit.LlmClient (config);
  assert_cmpstr (client.complete ("a"), CompareOperator.EQ, "You said: a");
  assert_cmpstr (client.complete_stream ("b").collect ().text, CompareOperator.EQ, "You said: b");
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

void conversation (Scripted scripted) throws GLib.Error {
  var conversation = new Graphbit.Conversation (scripted.client (), "Be brief") { max_prompt_tokens = 1000 };
  var changes = "";

  conversation.items_changed.connect ((position, removed, added) => changes += @"$position-$removed+$added ");
  assert (conversation.send ("One").text == "You said: One");
  scripted.step ("{\"status\":400}");
  fails (Graphbit.Error.INVALID_REQUEST, () => conversation.send ("Two"));
  var stream = conversation.send_stream ("Three");
  try {
    conversation.send ("Two");
    assert_not_reached ();
  } catch (GLib.Error error) {
    assert (error is IOError.PENDING);
  }
  stream.cancel ();
  assert (conversation.send_stream ("Four").collect ().text == "You said: Four");
  assert (changes == "0-0+2 2-0+2 ");

  var fork = conversation.fork ();
  fork.truncate (2);
  fork.trim ();
  fork.add_message (new Graphbit.LlmMessage.user ("Five"));
  assert (fork.send ().text == "You said: Five");
  assert (fork.get_n_items () == 4 && conversation.get_n_items () == 4);
  assert (fork.estimate_tokens () > 0);

  FileIOStream opened;
  var file = File.new_tmp (null, out opened);
  var saved = finish ((done) => conversation.save_async.begin (file, null, (owned) done));
  assert (conversation.save_async.end (saved));
  var loaded = Graphbit.Conversation.load (file, scripted.client ());
  assert (loaded.system_prompt == "Be brief");
  assert (((Graphbit.LlmMessage) loaded.get_item (3)).content == "You said: Four");
  assert (new Graphbit.Conversation.from_json (loaded.to_json ()).to_json () == loaded.to_json ());
  fails (Graphbit.Error.PARSE, () => new Graphbit.Conversation.from_json ("{}"));
  file.@delete ();
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

void embeddings (Scripted scripted) throws GLib.Error {
  var config = new Graphbit.EmbeddingConfig.openai_compatible (scripted.server.base_url, "key", "m");
  var client = new Graphbit.EmbeddingClient (config) { max_retries = 0 };

  scripted.step ("{\"match\": \"poison\", \"times\": -1, \"status\": 400}");
  var done = finish ((callback) => client.embed_many_async.begin ({ "a", "poison" }, null, (owned) callback));
  var both = client.embed_many_async.end (done);
  assert (both.length == 2 && both[0].get_values ().length == 8 && both[0].error == null);
  assert (both[1].error is Graphbit.Error.INVALID_REQUEST && both[1].index == 1);
  assert (both[1].error_details.http_status == 400);
  assert (client.embed ("b").dimensions == 8);
  float[] x = { 1, 0 };
  float[] y = { 0, 2 };
  assert (Graphbit.EmbeddingClient.similarity (x, y) == 0);
  assert (client.warmup ());
  assert_cmpstr (new Graphbit.EmbeddingConfig.voyage ().model, CompareOperator.EQ, "voyage-3.5");
  var offline = new Graphbit.EmbeddingClient (new Graphbit.EmbeddingConfig.offline ());
  assert (offline.embed ("a").dimensions == 256);
  fails (Graphbit.Error.INVALID_ARGUMENT, () => offline.embed (""));
  var job = new Graphbit.EmbeddingJob (offline, { "a", "b" });
  assert (job.run ().length == 2 && job.progress == 1.0);
}

void embedding_settings (Scripted scripted) throws GLib.Error {
  Environment.unset_variable ("OPENAI_API_KEY");
  var config = new Graphbit.EmbeddingConfig.openai ();
  var client = new Graphbit.EmbeddingClient (config) { cache = new Graphbit.ResponseCache () };
  string[] keys = { "wrong", "from a function" };
  int n_calls = 0;

  config.base_url = scripted.server.base_url;
  config.headers = new Variant.parsed ("{'X-Team': 'blue'}");
  config.extra_body = "{\"user\": \"u\"}";
  config.requests_per_minute = 1000;
  config.tokens_per_minute = 100000;
  config.set_key_func ((config) => {
    return keys[n_calls++];
  });
  assert (config.has_api_key);
  var first = client.embed ("a");
  assert (n_calls == 2);
  assert ("Bearer from a function" in scripted.server.dup_requests_json ());
  assert ("\"x-team\":\"blue\"" in scripted.server.dup_requests_json ());
  assert (client.embed ("a").get_bytes ().compare (first.get_bytes ()) == 0);
  assert (client.cache.hits == 1 && client.cache.misses == 1);
  config.set_key_func (null);
  config.key_required.connect ((call) => {
    return call.fail ("the vault is shut");
  });
  fails (Graphbit.Error.AUTHENTICATION, () => client.embed ("x"));
}

void embedding_index (Scripted scripted) throws GLib.Error {
  var index = new Graphbit.EmbeddingIndex ();
  var embedding = new Graphbit.Embedding ({ 0, 1 });

  assert (embedding.score (new Graphbit.Embedding ({ 7, 2 }), Graphbit.EmbeddingMetric.DOT) == 2);
  index.add ("a", new Graphbit.Embedding ({ 1, 0 }));
  index.add ("b", embedding, "text");
  fails (Graphbit.Error.INVALID_ARGUMENT, () => index.add ("c", new Graphbit.Embedding ({ 1 })));
  assert (index.size == 2 && index.contains ("a") && index.dup_ids ().length == 2);
  var matches = index.search (embedding, 5);
  assert (matches.length == 2 && matches[0].id == "b" && matches[0].score > 0.999 && matches[1].metadata == null);
  var done = finish ((callback) => index.search_async.begin (embedding, 1, null, (owned) callback));
  assert (index.search_async.end (done)[0].metadata == "text");

  FileIOStream stream;
  var file = File.new_tmp ("graphbit-XXXXXX", out stream);
  assert (index.save (file));
  done = finish ((callback) => Graphbit.EmbeddingIndex.load_async.begin (file, null, (owned) callback));
  var loaded = Graphbit.EmbeddingIndex.load_async.end (done);
  assert (loaded.size == 2 && Graphbit.EmbeddingIndex.load (file).dimensions == 2);
  loaded.set_filter_func ((id, metadata) => id == "a" && metadata == null);
  matches = loaded.search (embedding, 5);
  assert (matches.length == 1 && matches[0].id == "a");

  var small = new Graphbit.EmbeddingIndex.quantized (2, Graphbit.EmbeddingMetric.DOT, Graphbit.EmbeddingQuantization.BINARY, 4);
  small.add ("c", embedding);
  assert (small.search (embedding, 1)[0].score == 1 && small.oversampling == 4);
  assert (small.save (file));
  assert (Graphbit.EmbeddingIndex.load (file).quantization == Graphbit.EmbeddingQuantization.BINARY);
  small = new Graphbit.EmbeddingIndex.quantized (0, Graphbit.EmbeddingMetric.COSINE, Graphbit.EmbeddingQuantization.INT8);
  small.add ("d", new Graphbit.Embedding ({ 127, 2.2f }));
  assert (small.dup_embedding ("d").get_values ()[1] == 2);
  file.delete ();
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

void tool_executor (Scripted scripted) throws GLib.Error {
  var registry = new Graphbit.ToolRegistry ();
  var calls = new ListStore (typeof (Graphbit.LlmToolCall));

  registry.add (new Graphbit.Tool ("lookup", "Looks it up.", null, (call) => { return "24 degrees"; }));
  calls.append (new Graphbit.LlmToolCall ("c1", "lookup", "{}"));
  calls.append (new Graphbit.LlmToolCall ("c2", "sing", "{}"));
  var executor = new Graphbit.ToolExecutor (registry) { continue_on_error = true };
  var results = executor.execute (calls, null);
  assert (results.length == 2);
  assert_cmpstr (results[0].output, CompareOperator.EQ, "24 degrees");
  assert (results[0].success && !results[1].success);
  assert (results[1].get_error () is Graphbit.Error.NOT_FOUND);
  assert (registry.get_execution_history ().length == 2);
  assert (registry.get_stats ().lookup_value ("total_executions", VariantType.INT64).get_int64 () == 2);
  assert (registry.lookup ("sing") == null && registry.remove ("lookup"));

  var show = new Graphbit.Tool ("show", "Shows.", null, null);
  show.call.connect ((call) => {
    return call.respond_parts ({ new Graphbit.ContentPart.for_text ("A cat") });
  });
  registry.add (show);

  registry.add (new Graphbit.Tool ("silent", "Fails.", null, (call) => {
    throw new IOError.TIMED_OUT ("the station is silent");
  }));
  calls.remove_all ();
  calls.append (new Graphbit.LlmToolCall ("c4", "silent", "{}"));
  var failed = executor.execute (calls, null)[0];
  assert (!failed.success && failed.get_error () is IOError.TIMED_OUT);
  assert_cmpstr (failed.output, CompareOperator.EQ, "The tool failed: the station is silent");

  calls.remove_all ();
  calls.append (new Graphbit.LlmToolCall ("c3", "show", "{}"));
  assert_cmpstr (executor.execute (calls, null)[0].output, CompareOperator.EQ, "A cat");
}

void nested (Scripted scripted) throws GLib.Error {
  var one = new Graphbit.Workflow ("one");
  one.add_node (new Graphbit.FunctionNode ("one", (context) => {
    return context.get_variable ("index") + ":" + context.get_variable ("item");
  }));
  var grow = new Graphbit.Workflow ("grow");
  grow.add_node (new Graphbit.FunctionNode ("grow", (context) => {
    return context.get_variable ("input") + "+";
  }));
  var say = new Graphbit.Workflow ("say");
  say.add_node (new Graphbit.FunctionNode ("say", (context) => {
    return context.get_variable ("input");
  }));

  var workflow = new Graphbit.Workflow ("test");
  var each = new Graphbit.MapNode ("each", one);
  each.max_concurrency = 2;
  workflow.add_node (new Graphbit.FunctionNode ("list", (context) => {
    return "[\"a\",2]";
  }));
  workflow.add_node (each);
  workflow.add_node (new Graphbit.LoopNode ("again", grow, "length (output) >= 3"));
  workflow.add_node (new Graphbit.WorkflowNode ("nest", say));
  workflow.connect_nodes ("list", "each");
  workflow.connect_nodes ("again", "nest");

  var run = new Graphbit.Executor (null).start (workflow, null, Graphbit.StreamModes.UPDATES);
  var result = run.wait ();
  assert (result.is_success ());
  assert_cmpstr (result.get_node_output ("each"), CompareOperator.EQ, "[\"0:a\",\"1:2\"]");
  assert_cmpstr (result.get_node_output ("each/1/one"), CompareOperator.EQ, "1:2");
  assert_cmpstr (result.get_node_output ("nest"), CompareOperator.EQ, "+++");
  assert_cmpstr (result.get_node_output ("again/2"), CompareOperator.EQ, "++");
  var map = (Graphbit.NodeRun) run.node_runs.get_item (1);
  assert (map.children.get_n_items () == 2 && map.path == each.id);
}

void expressions (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var which = new Graphbit.ConditionNode.for_expression ("which?", "node.start.size > 5 ? 'right' : 'left'");
  var executor = new Graphbit.Executor (null);

  assert_cmpstr (which.expression, CompareOperator.EQ, "node.start.size > 5 ? 'right' : 'left'");
  workflow.add_node (new Graphbit.FunctionNode ("start", (context) => {
    return "{\"size\": 7}";
  }));
  workflow.add_node (which);
  foreach (unowned var name in new string[] { "left", "right", "open" })
    workflow.add_node (new Graphbit.TransformNode (name, Graphbit.Transformation.UPPERCASE));
  workflow.connect_nodes ("start", "which?");
  workflow.connect_nodes ("which?", "left");
  workflow.connect_nodes ("which?", "right");
  workflow.connect_nodes_full ("start", "open", Graphbit.EdgeKind.CONDITIONAL, "node.start.size in [7, 8]");

  var done = finish ((callback) => executor.execute_async.begin (workflow, null, null, (owned) callback));
  var result = executor.execute_async.end (done);
  assert (result.is_success ());
  assert (result.get_node_output ("left") == null);
  assert (result.get_node_output ("right") != null);
  assert (result.get_node_output ("open") != null);

  try {
    new Graphbit.ConditionNode.for_expression ("c", "x >");
    assert_not_reached ();
  } catch (Graphbit.Error error) {
    assert (error is Graphbit.Error.INVALID_ARGUMENT);
    assert (error.message.contains ("line 1, column 4"));
  }
}

void saved_workflow (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var registry = new Graphbit.Registry ();

  workflow.add_node (new Graphbit.TransformNode ("start", Graphbit.Transformation.TRIM));
  workflow.add_node (new Graphbit.ConditionNode ("which?") { function_name = "which" });
  workflow.add_node (new Graphbit.FunctionNode ("shout") { function_name = "shout" });
  workflow.connect_nodes ("start", "which?");
  workflow.connect_nodes ("which?", "shout");
  workflow.declare_variable ("mood");
  registry.add_function ("shout", (context) => {
    return "loud";
  });
  registry.add_condition ("which", (context) => {
    return "shout";
  });

  var json = workflow.to_json ();
  var copy = new Graphbit.Workflow.from_json (json, registry);
  assert_cmpstr (copy.to_json (), CompareOperator.EQ, json);
  var result = new Graphbit.Executor (null).execute (copy);
  assert_cmpstr (result.get_node_output ("shout"), CompareOperator.EQ, "loud");
  assert (result.to_dot ().contains ("completed") && result.to_mermaid ().contains ("completed"));
  assert (copy.to_dot ().has_prefix ("digraph") && copy.to_mermaid ().contains ("flowchart"));
  fails (Graphbit.Error.NOT_FOUND, () => new Graphbit.Workflow.from_json (json));

  FileIOStream stream;
  var file = File.new_tmp ("graphbit-XXXXXX", out stream);
  workflow.save (file);
  assert_cmpstr (Graphbit.Workflow.load (file, registry).to_json (), CompareOperator.EQ, json);
  workflow.description = "again";
  workflow.save_async.end (finish ((callback) => workflow.save_async.begin (file, null, (owned) callback)));
  var done = finish ((callback) => Graphbit.Workflow.load_async.begin (file, registry, null, (owned) callback));
  assert_cmpstr (Graphbit.Workflow.load_async.end (done).description, CompareOperator.EQ, "again");
  file.@delete ();
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

void lists (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  var all = new Graphbit.JoinNode ("all") { mode = Graphbit.JoinMode.OBJECT };

  workflow.add_node (new Graphbit.FunctionNode ("text", (context) => {
    return "a, b";
  }));
  workflow.add_node (new Graphbit.SplitNode ("pieces") { separator = ", " });
  workflow.add_node (all);
  workflow.add_node (new Graphbit.DelayNode ("wait", 1));
  workflow.connect_nodes ("text", "pieces");
  workflow.connect_nodes ("pieces", "all");
  workflow.connect_nodes ("all", "wait");
  var result = new Graphbit.Executor (null).execute (workflow, null);
  assert_cmpstr (result.get_node_output ("wait"), CompareOperator.EQ, "{\"pieces\":[\"a\",\"b\"]}");
}

void http (Scripted scripted) throws GLib.Error {
  for (uint i = 0; i < 2; i++) {
    var workflow = new Graphbit.Workflow ("test");
    var fetch = new Graphbit.HttpNode ("fetch", scripted.server.base_url + "/data?q={q}");
    var inputs = new VariantDict ();

    inputs.insert ("q", "s", "x");
    fetch.headers = new Variant.parsed ("{'X-Key': '{q}'}");
    if (i == 1) {
      fetch.allowed_hosts = { "127.0.0.1" };
      scripted.step ("{\"body\": \"found\"}");
    }
    workflow.add_node (fetch);
    var result = new Graphbit.Executor (null).execute (workflow, inputs.end ());
    if (i == 0)
      assert (result.get_node_error ("fetch") is Graphbit.Error.PERMISSION);
    else
      assert_cmpstr (result.get_node_output ("fetch"), CompareOperator.EQ, "found");
  }
}

void approval (Scripted scripted) throws GLib.Error {
  var workflow = new Graphbit.Workflow ("test");
  Graphbit.Event? event;

  workflow.add_node (new Graphbit.ApprovalNode ("send?", "Send it?"));
  var run = new Graphbit.Executor (null).start (workflow, null, Graphbit.StreamModes.UPDATES);
  while ((event = run.next_event ()) != null) {
    if (event.get_kind () != Graphbit.EventKind.APPROVAL_REQUESTED)
      continue;
    assert_cmpstr (event.get_question (), CompareOperator.EQ, "Send it?");
    var asked = (Graphbit.Approval) run.approvals.get_item (0);
    assert_cmpstr (asked.question, CompareOperator.EQ, "Send it?");
    assert (asked.state == Graphbit.ApprovalState.WAITING && asked.tool_call == null);
    assert (asked.allow ());
    assert (!asked.deny ());
  }
  assert (run.result.is_success ());

  run = new Graphbit.Executor (null).start (workflow, null, Graphbit.StreamModes.NONE);
  run.approvals.items_changed.connect ((model, position, removed, added) => {
    if (added > 0)
      ((Graphbit.Approval) model.get_item (position)).deny ("it is late");
  });
  assert (run.wait ().get_node_error ("send?") is Graphbit.Error.TOOL_DENIED);
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

void json_schema (Scripted scripted) throws GLib.Error {
  var city = new Graphbit.JsonSchema.object ();
  city.add_property ("name", new Graphbit.JsonSchema.string ("Its name"), true);
  city.add_property ("size", new Graphbit.JsonSchema.enumeration ({ "small", "large" }), false);
  assert (city.validate (Json.from_string ("{\"name\": \"Ulm\"}")).length == 0);
  var problems = city.validate (Json.from_string ("{\"name\": \"Ulm\", \"size\": 1}"));
  assert (problems.length == 1);
  assert_cmpstr (problems[0].path, CompareOperator.EQ, "/size");
  fails (Graphbit.Error.UNSUPPORTED, () => new Graphbit.JsonSchema.from_json ("{\"if\": {}}"));

  string[] replies = { "{\"size\": \"large\"}", "{\"name\": \"Ulm\"}" };
  var client = new Graphbit.LlmClient (new Graphbit.LlmConfig.scripted (replies));
  var options = new Graphbit.LlmOptions () { response_schema = city.to_json () };
  assert_cmpstr (client.complete ("Which?", options), CompareOperator.EQ, "{\"name\": \"Ulm\"}");

  string[] more = { "{\"name\": \"Ulm\"}", "{\"name\": \"Graz\"}", "No." };
  client = new Graphbit.LlmClient (new Graphbit.LlmConfig.scripted (more));
  var request = new Graphbit.LlmRequest () { options = options };
  request.add_message (new Graphbit.LlmMessage.user ("Which?"));
  assert_cmpstr (client.chat (request).parse ().get_object ().get_string_member ("name"), CompareOperator.EQ, "Ulm");
  var streamed = client.chat_stream (request).collect ();
  assert_cmpstr (streamed.parse ().get_object ().get_string_member ("name"), CompareOperator.EQ, "Graz");
  request.options = null;
  fails (Graphbit.Error.PARSE, () => client.chat (request).parse ());
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
  client.resource_updated.connect ((uri) => heard += @"$uri\n");
  assert (client.subscribe_resource ("double://one"));
  client.call_tool ("touch");
  assert (client.unsubscribe_resource ("double://one"));
  client.call_tool ("touch");
  assert (client.close ());
  assert (client.open ());
  fails (Graphbit.Error.CONNECTION, () => client.call_tool ("killed"));
  assert (client.state == Graphbit.McpState.CLOSED);
  assert_cmpstr (heard, CompareOperator.EQ, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\ndouble://one\nclosed\nlost\n");
}

int main (string[] args) {
  GLib.Test.init (ref args);
  add ("hello", hello);
  add ("fallbacks", fallbacks);
  add ("budget", budget);
  add ("cache", cache);
  add ("own-wires", own_wires);
  add ("predictions", predictions);
  add ("vendors", vendors);
  add ("stream", stream);
  add ("conversation", conversation);
  add ("chat", chat);
  add ("models", models);
  add ("embeddings", embeddings);
  add ("embedding-settings", embedding_settings);
  add ("embedding-index", embedding_index);
  add ("capabilities", capabilities);
  add ("keyring", keyring);
  add ("batch", batch);
  add ("keys", keys);
  add ("network", network);
  add ("mcp", mcp);
  add ("functions", functions);
  add ("nested", nested);
  add ("tool-executor", tool_executor);
  add ("expressions", expressions);
  add ("saved-workflow", saved_workflow);
  add ("answered-later", answered_later);
  add ("functions-that-throw", functions_that_throw);
  add ("events", events);
  add ("lists", lists);
  add ("http", http);
  add ("approval", approval);
  add ("cancellation", cancellation);
  add ("endpoints", endpoints);
  add ("errors", errors);
  add ("json-schema", json_schema);
  add ("runtime", runtime);
  return GLib.Test.run ();
}
