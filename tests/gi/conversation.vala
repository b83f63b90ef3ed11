// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// conversation.py runs it: a picture, two rounds of tools, and what came of it, for each provider.

const uint8 PNG[] = { 0x89, 'P', 'N', 'G' };

Graphbit.LlmRequest new_request () throws GLib.Error {
  var request = new Graphbit.LlmRequest ();
  var user = new Graphbit.LlmMessage.user ("Where is this, and how is the weather there?");

  user.add_part (new Graphbit.ContentPart.for_image_bytes (new Bytes (PNG), "image/png"));
  request.add_message (new Graphbit.LlmMessage.system ("Be brief."));
  request.add_message (user);
  request.add_tool (new Graphbit.LlmToolSpec ("weather", "Tells the weather",
                                              "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}"));
  return request;
}

void log_response (Graphbit.LlmRequest request, Graphbit.LlmResponse response) {
  var calls = response.tool_calls;

  print ("text “%s”, reasoning “%s”, finish %d\n", response.text, response.reasoning ?? "", response.finish_reason);
  request.add_message (response.make_message ());
  for (uint i = 0; calls != null && i < calls.get_n_items (); i++) {
    var call = (Graphbit.LlmToolCall) calls.get_item (i);

    print ("call %s %s\n", call.name, call.arguments_json);
    request.add_message (new Graphbit.LlmMessage.tool (call.id, "seen: " + call.arguments_json));
  }
}

void converse (string name, string provider, string base_url) throws GLib.Error {
  var config = (Graphbit.LlmConfig) Object.new (typeof (Graphbit.LlmConfig), provider: provider, model: "m", base_url: base_url,
                                                api: name == "responses" ? Graphbit.LlmApi.RESPONSES : Graphbit.LlmApi.AUTO);
  var client = new Graphbit.LlmClient (config);
  var request = new_request ();

  print ("== %s\n", name);
  config.set_api_key ("sk-marker");
  log_response (request, client.chat (request));
  log_response (request, client.chat_stream (request).collect ());
  log_response (request, client.chat (request));
}

int main (string[] args) {
  Intl.setlocale ();
  for (int i = 2; i < args.length; i++) {
    // NAME=PROVIDER=PATH
    var words = args[i].split ("=", 3);

    try {
      converse (words[0], words[1], args[1] + words[2]);
    } catch (GLib.Error error) {
      print ("error: %s\n", error.message);
    }
  }
  return 0;
}
