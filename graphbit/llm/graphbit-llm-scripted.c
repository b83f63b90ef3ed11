/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-provider-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-call-private.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-offline-private.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-usage.h"
#include "graphbit-provider-call.h"

/*
 * Answers what was written down for it, one reply per request in the order in
 * which the requests come. A reply that is a JSON object with `tool_calls` (a
 * list of objects with `name`, `arguments` and perhaps `id`) asks for those
 * calls; `text` and `reasoning` may stand beside them. Anything else is text.
 */

#define GRAPHBIT_TYPE_LLM_SCRIPTED (graphbit_llm_scripted_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitLlmScripted, graphbit_llm_scripted, GRAPHBIT, LLM_SCRIPTED, GraphbitLlmProvider)

struct _GraphbitLlmScripted
{
  GraphbitLlmProvider parent_instance;

  char **replies;
  guint n_replies;
  guint next; /* atomic: requests may come from several homes */
};

G_DEFINE_FINAL_TYPE (GraphbitLlmScripted, graphbit_llm_scripted, GRAPHBIT_TYPE_LLM_PROVIDER)

static void
graphbit_llm_scripted_finalize (GObject *object)
{
  GraphbitLlmScripted *self = GRAPHBIT_LLM_SCRIPTED (object);

  g_strfreev (self->replies);

  G_OBJECT_CLASS (graphbit_llm_scripted_parent_class)->finalize (object);
}

static GListStore *
read_calls (JsonNode *node)
{
  GListStore *calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);

  for (guint i = 0; i < graphbit_json_get_size (node); i++)
    {
      JsonNode *item = graphbit_json_get_element (node, i);
      JsonNode *member = graphbit_json_get_member (item, "arguments");
      g_autoptr (GraphbitLlmToolCall) call = NULL;
      g_autofree char *arguments = NULL;
      g_autofree char *made_id = g_strdup_printf ("call_scripted_%u", i + 1);
      const char *name = NULL, *id = made_id, *text = NULL;

      if (!graphbit_json_get_string (item, "name", &name))
        continue;
      graphbit_json_get_string (item, "id", &id);
      if (graphbit_json_get_string (member, NULL, &text))
        arguments = g_strdup (text);
      else
        arguments = member != NULL ? graphbit_json_to_text (member) : g_strdup ("{}");

      call = graphbit_llm_tool_call_new (id, name, arguments);
      g_list_store_append (calls, call);
    }
  return calls;
}

static GraphbitLlmResponse *
make_response (const char *reply)
{
  g_autoptr (JsonNode) node = *reply == '{' ? graphbit_json_parse (reply, -1, NULL) : NULL;
  g_autoptr (GraphbitLlmUsage) usage = graphbit_llm_usage_new (0, graphbit_offline_count_tokens (reply));
  g_autoptr (GListStore) calls = NULL;
  const char *text = reply, *reasoning = NULL;

  if (graphbit_json_get_array (node, "tool_calls") != NULL)
    {
      calls = read_calls (graphbit_json_get_member (node, "tool_calls"));
      text = "";
      graphbit_json_get_string (node, "text", &text);
      graphbit_json_get_string (node, "reasoning", &reasoning);
    }

  return g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                       "text", text,
                       "reasoning", reasoning,
                       "tool-calls", calls,
                       "usage", usage,
                       "model", "scripted",
                       NULL);
}

static gboolean
graphbit_llm_scripted_request (GraphbitLlmProvider *provider,
                               GraphbitProviderCall *call)
{
  GraphbitLlmScripted *self = GRAPHBIT_LLM_SCRIPTED (provider);
  guint next = __atomic_fetch_add (&self->next, 1, __ATOMIC_RELAXED);
  g_autoptr (GraphbitLlmResponse) response = NULL;

  if (next >= self->n_replies)
    {
      graphbit_call_answer_error (GRAPHBIT_CALL (call),
                                  g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                                               _("The scripted provider has no reply left, it had %u; add another"),
                                               self->n_replies));
      return TRUE;
    }

  response = make_response (self->replies[next]);
  graphbit_llm_provider_respond_in_words (call, response);
  return TRUE;
}

static void
graphbit_llm_scripted_class_init (GraphbitLlmScriptedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GraphbitLlmProviderClass *provider_class = GRAPHBIT_LLM_PROVIDER_CLASS (klass);

  object_class->finalize = graphbit_llm_scripted_finalize;
  provider_class->request = graphbit_llm_scripted_request;
}

static void
graphbit_llm_scripted_init (GraphbitLlmScripted *self)
{
}

GraphbitLlmProvider *
graphbit_llm_scripted_new (const char *const *replies)
{
  GraphbitLlmScripted *self = g_object_new (GRAPHBIT_TYPE_LLM_SCRIPTED, NULL);

  self->replies = g_strdupv ((char **) replies);
  self->n_replies = g_strv_length (self->replies);
  return GRAPHBIT_LLM_PROVIDER (self);
}
