/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-answer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-spec.h"
#include "graphbit-llm-usage.h"
#include "graphbit-problem-private.h"

/* Of the places in a text where JSON may begin. */
#define MAX_BEGINNINGS 32

#define MAX_ASKED_AGAIN 2

/* Behind the object or array that begins here; NULL: it has no end. */
static const char *
find_end (const char *begin)
{
  guint depth = 0;
  gboolean is_string = FALSE;

  for (const char *at = begin; *at != '\0'; at++)
    {
      if (is_string && *at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '"')
        is_string = !is_string;
      else if (is_string)
        continue;
      else if (*at == '{' || *at == '[')
        depth++;
      else if ((*at == '}' || *at == ']') && --depth == 0)
        return at + 1;
    }

  return NULL;
}

static char *
describe (GPtrArray *problems)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *line = graphbit_problem_to_line (problems->pdata[i]);

      g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (lines, FALSE);
}

/* The first that is JSON speaks for the answer unless another one fits. */
static gboolean
check_inside (GraphbitJsonSchema *schema,
              GraphbitLlmResponse *response,
              char **problems)
{
  const char *at = graphbit_llm_response_get_text (response);

  for (guint i = 0; i < MAX_BEGINNINGS && (at = strpbrk (at, "{[")) != NULL; i++)
    {
      const char *end = find_end (at);
      g_autoptr (JsonNode) node = end != NULL ? graphbit_json_parse (at, end - at, NULL) : NULL;
      g_autoptr (GPtrArray) found = NULL;

      if (node == NULL)
        {
          at++;
          continue;
        }
      if (graphbit_json_schema_check (schema, node, &found))
        {
          g_autofree char *text = g_strndup (at, (gsize) (end - at));

          g_clear_pointer (problems, g_free);
          graphbit_llm_response_set_text (response, text);
          return TRUE;
        }
      if (*problems == NULL)
        *problems = describe (found);
      at = end;
    }

  return FALSE;
}

/* FALSE with what does not fit, a line each. What a model writes around JSON that fits is left out. */
static gboolean
check (GraphbitJsonSchema *schema,
       GraphbitLlmResponse *response,
       char **problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = graphbit_json_parse (graphbit_llm_response_get_text (response), -1, &error);
  g_autoptr (GPtrArray) found = NULL;

  *problems = NULL;
  if (node != NULL)
    {
      if (graphbit_json_schema_check (schema, node, &found))
        return TRUE;
      *problems = describe (found);
      return FALSE;
    }

  if (check_inside (schema, response, problems))
    return TRUE;
  if (*problems == NULL)
    *problems = g_strdup_printf ("(root): %s", error->message);
  return FALSE;
}

/* The same conversation in an object that nobody changes. */
static GraphbitLlmRequest *
copy_request (GraphbitLlmRequest *request)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_copy (graphbit_llm_request_get_options (request));
  GraphbitLlmRequest *copy = graphbit_llm_request_new (options);
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_tools = graphbit_llm_request_count_tools (request);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      graphbit_llm_request_add_message (copy, message);
    }
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);

      graphbit_llm_request_add_tool (copy, tool);
    }

  return copy;
}

gboolean
graphbit_llm_answer_init (GraphbitLlmAnswer *self,
                          GraphbitLlmRequest *request,
                          GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;

  if (schema == NULL)
    return TRUE;

  self->schema = graphbit_json_schema_new_from_json (schema, error);
  self->asked = copy_request (request);
  return self->schema != NULL;
}

void
graphbit_llm_answer_clear (GraphbitLlmAnswer *self)
{
  g_clear_object (&self->schema);
  g_clear_object (&self->asked);
  g_clear_object (&self->spent);
  g_clear_object (&self->rejected);
}

gboolean
graphbit_llm_answer_accepts (const GraphbitLlmAnswer *self,
                             GraphbitLlmResponse *response,
                             char **problems)
{
  /* calls of tools come before an answer, and a refusal instead of one */
  gboolean is_refusal = *graphbit_llm_response_get_text (response) == '\0' &&
                        (graphbit_llm_response_get_refusal (response) != NULL ||
                         graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER);

  return graphbit_llm_response_count_tool_calls (response) > 0 || is_refusal || check (self->schema, response, problems);
}

GraphbitLlmRequest *
graphbit_llm_answer_ask_again (const GraphbitLlmAnswer *self,
                               GraphbitLlmResponse *response,
                               const char *problems)
{
  const char *text = graphbit_llm_response_get_text (response);
  g_autofree char *demand = NULL;
  g_autoptr (GraphbitLlmMessage) message = NULL;
  GraphbitLlmRequest *copy;

  if (self->n_asked_again == MAX_ASKED_AGAIN ||
      graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_LENGTH)
    return NULL;

  copy = copy_request (self->asked);
  demand = g_strdup_printf ("Your answer does not fit the JSON Schema:\n%s\n"
                            "Answer again, with the mended JSON and nothing else.", problems);
  message = graphbit_llm_message_new_user (demand);
  /* only its words: where the answer was the call of a tool, a result would have to follow */
  if (*text != '\0')
    {
      g_autoptr (GraphbitLlmMessage) answer = graphbit_llm_message_new_assistant (text);

      graphbit_llm_request_add_message (copy, answer);
    }
  graphbit_llm_request_add_message (copy, message);

  return copy;
}

void
graphbit_llm_answer_count (GraphbitLlmAnswer *self,
                           GraphbitLlmRequest *request,
                           GraphbitLlmResponse *response)
{
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  g_autoptr (GraphbitLlmUsage) spent = NULL;

  self->n_asked_again++;
  g_set_object (&self->asked, request);
  g_set_object (&self->rejected, response);
  if (usage == NULL)
    return;

  spent = g_steal_pointer (&self->spent);
  self->spent = spent != NULL ? graphbit_llm_usage_add (spent, usage) : g_object_ref (usage);
}

void
graphbit_llm_answer_take_spent (GraphbitLlmAnswer *self,
                                GraphbitLlmResponse *response,
                                GError *error)
{
  g_autoptr (GraphbitLlmUsage) spent = g_steal_pointer (&self->spent);
  g_autoptr (GraphbitLlmResponse) rejected = g_steal_pointer (&self->rejected);
  g_autoptr (GraphbitLlmUsage) sum = NULL;
  GraphbitLlmUsage *usage;

  if (response == NULL && rejected != NULL && error->domain == GRAPHBIT_ERROR)
    {
      if (spent != NULL)
        graphbit_llm_response_set_usage (rejected, spent);
      graphbit_error_set_partial_response (error, G_OBJECT (rejected));
      return;
    }
  if (spent == NULL || response == NULL)
    return;

  usage = graphbit_llm_response_get_usage (response);
  sum = usage != NULL ? graphbit_llm_usage_add (spent, usage) : g_object_ref (spent);
  graphbit_llm_response_set_usage (response, sum);
}

GraphbitFailure *
graphbit_llm_answer_make_failure (GraphbitLlmResponse *response,
                                  const GraphbitVendor *vendor,
                                  const char *problems)
{
  if (graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_LENGTH)
    return graphbit_failure_new (GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                                 N_("%s was cut off before the JSON of its answer was whole; raise max-tokens"),
                                 vendor->title, NULL);

  return graphbit_failure_new (GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                               /* Translators: a provider; what is wrong, not translated */
                               N_("%s gave an answer that does not fit the response schema: %s"),
                               vendor->title, problems, NULL);
}
