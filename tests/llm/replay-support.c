/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "replay-support.h"

#include <string.h>

#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-usage.h"

static const char *
get_fixtures (void)
{
  static char *fixtures;

  if (fixtures == NULL && g_getenv ("GRAPHBIT_FIXTURES") != NULL)
    fixtures = g_strdup (g_getenv ("GRAPHBIT_FIXTURES"));
  else if (fixtures == NULL)
    fixtures = g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "fixtures", NULL);
  return fixtures;
}

gboolean
replay_has_fixtures (void)
{
  if (g_file_test (get_fixtures (), G_FILE_TEST_IS_DIR))
    return TRUE;

  g_test_skip ("The recordings are not here; GRAPHBIT_FIXTURES may name their folder");
  return FALSE;
}

char *
replay_get_path (const char *id,
                 const char *suffix)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);

  return g_build_filename (get_fixtures (), name, NULL);
}

JsonNode *
replay_load_json (const char *id,
                  const char *suffix)
{
  g_autofree char *path = replay_get_path (id, suffix);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;

  node = graphbit_json_parse (text, (gssize) length, &error);
  g_assert_no_error (error);

  return node;
}

char *
replay_load_body (const char *id,
                  gsize *length)
{
  g_autofree char *path = replay_get_path (id, ".body");
  g_autoptr (GError) error = NULL;
  char *body = NULL;

  g_file_get_contents (path, &body, length, &error);
  g_assert_no_error (error);

  return body;
}

const char *
replay_get_chat_vendor (JsonNode *entry)
{
  static const char *const vendors[][2] = {
    { "azure", "azurellm" },
    { "deepseek", "deepseek" },
    { "fireworks", "fireworks" },
    { "groq", "groq" },
    { "huggingface", "huggingface" },
    { "mistral", "mistralai" },
    { "openai", "openai" },
    { "openrouter", "openrouter" },
    { "perplexity", "perplexity" },
    { "together", "togetherai" },
    { "xai", "xai" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      if (g_strcmp0 (replay_get_text (entry, "provider"), vendors[i][0]) == 0)
        return vendors[i][1];
    }

  return "openai_compatible";
}

const char *
replay_get_text (JsonNode *node,
                 const char *name)
{
  const char *text = NULL;

  graphbit_json_get_string (node, name, &text);

  return text;
}

gint64
replay_get_number (JsonNode *node,
                   const char *name)
{
  gint64 number = 0;

  graphbit_json_get_int64 (node, name, &number);

  return number;
}

static guint n_differences;

guint
replay_count_differences (void)
{
  return n_differences;
}

static void
note_difference (void)
{
  n_differences++;
  g_test_fail ();
}

void
replay_check_text (const char *label,
                   const char *what,
                   const char *got,
                   const char *wanted)
{
  if (g_strcmp0 (got != NULL ? got : "", wanted != NULL ? wanted : "") == 0)
    return;

  g_test_message ("%s: %s is “%s”, not “%s”", label, what, got, wanted);
  note_difference ();
}

void
replay_check_number (const char *label,
                     const char *what,
                     gint64 got,
                     gint64 wanted)
{
  if (got == wanted)
    return;

  g_test_message ("%s: %s is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, label, what, got, wanted);
  note_difference ();
}

static const char *
finish_word (GraphbitLlmFinishReason reason)
{
  switch (reason)
    {
    case GRAPHBIT_LLM_FINISH_REASON_STOP:
      return "stop";
    case GRAPHBIT_LLM_FINISH_REASON_LENGTH:
      return "length";
    case GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS:
      return "tool_calls";
    case GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER:
      return "content_filter";
    case GRAPHBIT_LLM_FINISH_REASON_ERROR:
      return "error";
    case GRAPHBIT_LLM_FINISH_REASON_OTHER:
      return "other";
    case GRAPHBIT_LLM_FINISH_REASON_UNKNOWN:
    default:
      return "unknown";
    }
}

/* As the provider said it: some say a number. */
static void
check_raw_reason (const char *label,
                  GraphbitLlmResponse *response,
                  JsonNode *expected)
{
  JsonNode *wanted = graphbit_json_get_member (expected, "finish_raw");
  g_autofree char *number = graphbit_json_get_kind (wanted) == GRAPHBIT_JSON_KIND_NUMBER ? graphbit_json_to_text (wanted) : NULL;

  replay_check_text (label, "the raw reason", graphbit_llm_response_get_finish_reason_text (response),
                     number != NULL ? number : replay_get_text (expected, "finish_raw"));
}

static void
check_calls (const char *label,
             GListModel *calls,
             JsonNode *wanted)
{
  replay_check_number (label, "the number of tool calls", g_list_model_get_n_items (calls), graphbit_json_get_size (wanted));
  if (g_list_model_get_n_items (calls) != graphbit_json_get_size (wanted))
    return;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);
      JsonNode *one = graphbit_json_get_element (wanted, i);

      if (replay_get_text (one, "id") != NULL && *replay_get_text (one, "id") != '\0')
        replay_check_text (label, "a call's id", graphbit_llm_tool_call_get_id (call), replay_get_text (one, "id"));
      else
        g_assert_cmpstr (graphbit_llm_tool_call_get_id (call), !=, "");
      replay_check_text (label, "a call's name", graphbit_llm_tool_call_get_name (call), replay_get_text (one, "name"));
      /* none at all, as Cohere has it for a tool without parameters, are an empty object to us */
      replay_check_text (label, "a call's arguments", graphbit_llm_tool_call_get_arguments_json (call),
                         strcmp (replay_get_text (one, "arguments"), "") == 0 ? "{}" : replay_get_text (one, "arguments"));
    }
}

gboolean
replay_wants_error (JsonNode *expected)
{
  return graphbit_json_get_kind (graphbit_json_get_member (expected, "error")) != GRAPHBIT_JSON_KIND_NULL;
}

void
replay_check_response (const char *label,
                       GraphbitLlmResponse *response,
                       JsonNode *expected)
{
  JsonNode *wanted = graphbit_json_get_member (expected, "usage");
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);

  replay_check_text (label, "the text", graphbit_llm_response_get_text (response), replay_get_text (expected, "text"));
  replay_check_text (label, "the reasoning",
                     graphbit_llm_response_get_reasoning (response), replay_get_text (expected, "reasoning"));
  replay_check_text (label, "the refusal",
                     graphbit_llm_response_get_refusal (response), replay_get_text (expected, "refusal"));
  replay_check_text (label, "the reason",
                     finish_word (graphbit_llm_response_get_finish_reason (response)), replay_get_text (expected, "finish"));
  check_raw_reason (label, response, expected);
  check_calls (label, graphbit_llm_response_get_tool_calls (response), graphbit_json_get_member (expected, "tool_calls"));

  if (graphbit_json_get_kind (wanted) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      replay_check_number (label, "a usage", usage != NULL, FALSE);
    }
  else if (usage == NULL)
    {
      replay_check_number (label, "a usage", FALSE, TRUE);
    }
  else
    {
      replay_check_number (label, "prompt tokens",
                           graphbit_llm_usage_get_prompt_tokens (usage), replay_get_number (wanted, "prompt"));
      replay_check_number (label, "completion tokens",
                           graphbit_llm_usage_get_completion_tokens (usage), replay_get_number (wanted, "completion"));
      replay_check_number (label, "total tokens",
                           graphbit_llm_usage_get_total_tokens (usage), replay_get_number (wanted, "total"));
      replay_check_number (label, "cached tokens",
                           graphbit_llm_usage_get_cached_tokens (usage), replay_get_number (wanted, "cached"));
      replay_check_number (label, "reasoning tokens",
                           graphbit_llm_usage_get_reasoning_tokens (usage), replay_get_number (wanted, "reasoning"));
    }
}
