/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-cache-private.h"

#include "graphbit-json-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-usage.h"

gboolean
graphbit_llm_cache_accepts (GraphbitResponseCache *cache,
                            GraphbitLlmRequest *request)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  gboolean include_tools = graphbit_response_cache_get_include_tools (cache);

  if (options != NULL &&
      graphbit_llm_options_get_temperature (options) > graphbit_response_cache_get_max_temperature (cache))
    return FALSE;
  if (include_tools)
    return TRUE;
  if (graphbit_llm_request_count_tools (request) > 0)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_TOOL)
        return FALSE;
    }

  return TRUE;
}

GBytes *
graphbit_llm_cache_encode (GraphbitLlmResponse *response)
{
  GString *string = g_string_sized_new (512);
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "text", graphbit_llm_response_get_text (response));
  graphbit_json_writer_string_member (&writer, "reasoning", graphbit_llm_response_get_reasoning (response));
  graphbit_json_writer_name (&writer, "tool_calls");
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (&writer);
      graphbit_json_writer_string_member (&writer, "id", graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_string_member (&writer, "arguments", graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&writer);
    }
  graphbit_json_writer_end_array (&writer);
  graphbit_json_writer_string_member (&writer, "finish_reason", graphbit_llm_response_get_finish_reason_text (response));
  graphbit_json_writer_string_member (&writer, "model", graphbit_llm_response_get_model (response));
  graphbit_json_writer_string_member (&writer, "id", graphbit_llm_response_get_id (response));
  graphbit_json_writer_string_member (&writer, "request_id", graphbit_llm_response_get_request_id (response));
  graphbit_json_writer_string_member (&writer, "native", graphbit_llm_response_peek_native (response));
  graphbit_json_writer_end_object (&writer);

  return g_string_free_to_bytes (string);
}

static const char *
get_text (JsonNode *node,
          const char *name)
{
  const char *value = NULL;

  return graphbit_json_get_string (node, name, &value) ? value : NULL;
}

GraphbitLlmResponse *
graphbit_llm_cache_decode (GBytes *content)
{
  gsize length;
  const char *text = g_bytes_get_data (content, &length);
  g_autoptr (JsonNode) root = graphbit_json_parse (text, (gssize) length, NULL);
  g_autoptr (GListStore) calls = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  GraphbitLlmResponse *response;
  JsonNode *call_nodes;
  guint n_calls;

  if (root == NULL || get_text (root, "text") == NULL)
    return NULL;

  /* goes out again as it is */
  if (get_text (root, "native") != NULL)
    {
      g_autoptr (JsonNode) native = graphbit_json_parse (get_text (root, "native"), -1, NULL);

      if (native == NULL)
        return NULL;
    }

  call_nodes = graphbit_json_get_member (root, "tool_calls");
  n_calls = call_nodes != NULL ? graphbit_json_get_size (call_nodes) : 0;
  calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
  for (guint i = 0; i < n_calls; i++)
    {
      JsonNode *node = graphbit_json_get_element (call_nodes, i);
      g_autoptr (GraphbitLlmToolCall) call = NULL;

      if (get_text (node, "id") == NULL || get_text (node, "name") == NULL || get_text (node, "arguments") == NULL)
        return NULL;
      call = graphbit_llm_tool_call_new (get_text (node, "id"), get_text (node, "name"), get_text (node, "arguments"));
      g_list_store_append (calls, call);
    }

  usage = graphbit_llm_usage_new (0, 0);
  response = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                           "text", get_text (root, "text"),
                           "reasoning", get_text (root, "reasoning"),
                           "tool-calls", calls,
                           "usage", usage,
                           "finish-reason", n_calls > 0 ? GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS
                                                        : GRAPHBIT_LLM_FINISH_REASON_STOP,
                           "finish-reason-text", get_text (root, "finish_reason"),
                           "model", get_text (root, "model"),
                           "id", get_text (root, "id"),
                           "request-id", get_text (root, "request_id"),
                           "is-cached", TRUE,
                           NULL);
  if (get_text (root, "native") != NULL)
    graphbit_llm_response_set_native (response, get_text (root, "native"));

  return response;
}
