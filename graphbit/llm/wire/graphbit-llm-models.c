/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-models-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-llm-document-private.h"
#include "graphbit-model-info.h"

static void
read_size (GraphbitJsonReader *reader,
           gint64 *size)
{
  gint64 value;

  if (*size == 0 && graphbit_json_reader_read_int64 (reader, &value) && value > 0)
    *size = value;
}

static void
read_time (GraphbitJsonReader *reader,
           gint64 *time)
{
  g_autofree char *text = graphbit_json_reader_read_string (reader);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date_time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  if (date_time != NULL)
    *time = MAX (g_date_time_to_unix (date_time), 0);
}

/* What they call it that a model can. */
static const struct
{
  const char *word;
  GraphbitLlmCapabilities capabilities;
} abilities[] = {
  { "tools", GRAPHBIT_LLM_CAPABILITIES_TOOLS },
  { "function_calling", GRAPHBIT_LLM_CAPABILITIES_TOOLS },
  { "parallel_tool_calls", GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS },
  { "image", GRAPHBIT_LLM_CAPABILITIES_IMAGES },
  { "vision", GRAPHBIT_LLM_CAPABILITIES_IMAGES },
  { "multimodal", GRAPHBIT_LLM_CAPABILITIES_IMAGES },
  { "structured_outputs", GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA },
  { "reasoning", GRAPHBIT_LLM_CAPABILITIES_REASONING },
  { "thinking", GRAPHBIT_LLM_CAPABILITIES_REASONING },
  { "embedding", GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS },
  { "embedContent", GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS },
};

/* A list of words, or an object of those with true beside them. */
static void
read_abilities (GraphbitJsonReader *reader,
                GraphbitLlmCapabilities *capabilities)
{
  guint object = graphbit_json_reader_enter_object (reader);
  guint list = object == 0 ? graphbit_json_reader_enter_array (reader) : 0;

  while (object != 0 && graphbit_json_reader_next_member (reader, object))
    {
      gboolean is_true = FALSE;
      GraphbitLlmCapabilities meant = 0;

      for (guint i = 0; i < G_N_ELEMENTS (abilities); i++)
        {
          if (graphbit_json_reader_member_equals (reader, abilities[i].word, strlen (abilities[i].word)))
            meant = abilities[i].capabilities;
        }
      if (meant != 0 && graphbit_json_reader_read_boolean (reader, &is_true) && is_true)
        *capabilities |= meant;
    }
  while (list != 0 && graphbit_json_reader_next_element (reader, list))
    {
      for (guint i = 0; i < G_N_ELEMENTS (abilities); i++)
        {
          if (graphbit_json_reader_string_is (reader, abilities[i].word))
            *capabilities |= abilities[i].capabilities;
        }
    }
}

/* One of several that serve a model: the first one's context, and what any of them can. */
static void
read_server (GraphbitJsonReader *reader,
             gint64 *context_length,
             GraphbitLlmCapabilities *capabilities)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  gboolean is_true = FALSE;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "context_length"))
        read_size (reader, context_length);
      else if (graphbit_json_reader_member_is (reader, "supports_tools") &&
               graphbit_json_reader_read_boolean (reader, &is_true) && is_true)
        *capabilities |= GRAPHBIT_LLM_CAPABILITIES_TOOLS;
      else if (graphbit_json_reader_member_is (reader, "supports_structured_output") &&
               graphbit_json_reader_read_boolean (reader, &is_true) && is_true)
        *capabilities |= GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA;
    }
}

/* Beside the id, everybody says something else. */
static void
read_model (GraphbitJsonReader *reader,
            gboolean is_named,
            GListStore *models)
{
  g_autofree char *id = NULL;
  g_autofree char *model = NULL;
  g_autofree char *name = NULL;
  g_autofree char *display_name = NULL;
  g_autofree char *owner = NULL;
  g_autofree char *account = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;
  gint64 created = 0, context_length = 0, max_output_tokens = 0;
  GraphbitLlmCapabilities capabilities = GRAPHBIT_LLM_CAPABILITIES_NONE;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &id);
      else if (graphbit_json_reader_member_is (reader, "model"))
        graphbit_llm_document_read_word (reader, &model);
      else if (graphbit_json_reader_member_is (reader, "name") ||
               graphbit_json_reader_member_is (reader, "display_name"))
        graphbit_llm_document_read_word (reader, &name);
      else if (graphbit_json_reader_member_is (reader, "displayName"))
        graphbit_llm_document_read_word (reader, &display_name);
      else if (graphbit_json_reader_member_is (reader, "owned_by") ||
               graphbit_json_reader_member_is (reader, "organization"))
        graphbit_llm_document_read_word (reader, &owner);
      else if (graphbit_json_reader_member_is (reader, "owner")) /* Replicate, where it is a part of the name */
        graphbit_llm_document_read_word (reader, &account);
      else if (graphbit_json_reader_member_is (reader, "created"))
        read_size (reader, &created);
      else if (graphbit_json_reader_member_is (reader, "created_at") ||
               graphbit_json_reader_member_is (reader, "modified_at"))
        read_time (reader, &created);
      else if (graphbit_json_reader_member_is (reader, "context_length") ||
               graphbit_json_reader_member_is (reader, "context_window") ||
               graphbit_json_reader_member_is (reader, "max_context_length") ||
               graphbit_json_reader_member_is (reader, "max_model_len") ||
               graphbit_json_reader_member_is (reader, "max_input_tokens") ||
               graphbit_json_reader_member_is (reader, "inputTokenLimit"))
        read_size (reader, &context_length);
      else if (graphbit_json_reader_member_is (reader, "max_completion_tokens") ||
               graphbit_json_reader_member_is (reader, "outputTokenLimit"))
        read_size (reader, &max_output_tokens);
      else if (graphbit_json_reader_member_is (reader, "capabilities") ||
               graphbit_json_reader_member_is (reader, "supported_parameters") ||
               graphbit_json_reader_member_is (reader, "supportedGenerationMethods"))
        read_abilities (reader, &capabilities);
      else if (graphbit_json_reader_member_is (reader, "thinking")) /* Gemini */
        {
          gboolean thinks = FALSE;

          if (graphbit_json_reader_read_boolean (reader, &thinks) && thinks)
            capabilities |= GRAPHBIT_LLM_CAPABILITIES_REASONING;
        }
      else if (graphbit_json_reader_member_is (reader, "architecture")) /* OpenRouter, Hugging Face */
        {
          guint architecture = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, architecture))
            {
              if (graphbit_json_reader_member_is (reader, "input_modalities"))
                read_abilities (reader, &capabilities);
            }
        }
      else if (graphbit_json_reader_member_is (reader, "providers")) /* Hugging Face: who serves it */
        {
          guint providers = graphbit_json_reader_enter_array (reader);

          while (graphbit_json_reader_next_element (reader, providers))
            read_server (reader, &context_length, &capabilities);
        }
      else if (graphbit_json_reader_member_is (reader, "meta")) /* llama.cpp */
        {
          guint meta = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, meta))
            {
              if (graphbit_json_reader_member_is (reader, "n_ctx") ||
                  graphbit_json_reader_member_is (reader, "n_ctx_train"))
                read_size (reader, &context_length);
            }
        }
      else if (graphbit_json_reader_member_is (reader, "top_provider")) /* OpenRouter */
        {
          guint provider = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, provider))
            {
              if (graphbit_json_reader_member_is (reader, "max_completion_tokens"))
                read_size (reader, &max_output_tokens);
            }
        }
    }
  /* Ollama's have no other id than the name, and Gemini's say there what they are */
  if (id == NULL && is_named)
    {
      const char *named = model != NULL ? model : name;

      if (named != NULL && account != NULL)
        id = g_strconcat (account, "/", named, NULL);
      else
        id = g_strdup (named != NULL && g_str_has_prefix (named, "models/") ? named + strlen ("models/") : named);
    }
  if (id == NULL)
    return;

  info = g_object_new (GRAPHBIT_TYPE_MODEL_INFO,
                       "id", id,
                       "name", display_name != NULL ? display_name : name,
                       "owner", owner != NULL ? owner : account,
                       "created", created,
                       "context-length", context_length,
                       "max-output-tokens", max_output_tokens,
                       "capabilities", capabilities,
                       NULL);
  g_list_store_append (models, info);
}

static gboolean
read_models (GraphbitJsonReader *reader,
             gboolean are_named,
             GListStore *models)
{
  guint list = graphbit_json_reader_enter_array (reader);

  while (graphbit_json_reader_next_element (reader, list))
    read_model (reader, are_named, models);

  return list != 0;
}

GraphbitFailure *
graphbit_llm_models_parse (const GraphbitVendor *vendor,
                           const char *body,
                           gsize length,
                           GListStore *models,
                           char **after)
{
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };
  GraphbitJsonReader reader;
  gboolean has_list, has_data = FALSE, has_error = FALSE, has_more = FALSE;
  g_autofree char *last_id = NULL;
  g_autofree char *next_page = NULL;
  g_autoptr (GListStore) named = g_list_store_new (GRAPHBIT_TYPE_MODEL_INFO);
  guint scope;

  graphbit_json_reader_init (&reader, body, length);
  has_list = read_models (&reader, FALSE, models); /* Together's */
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "data"))
        has_list |= has_data = read_models (&reader, FALSE, models);
      else if (graphbit_json_reader_member_is (&reader, "models"))
        has_list |= read_models (&reader, TRUE, named);
      else if (graphbit_json_reader_member_is (&reader, "has_more"))
        graphbit_json_reader_read_boolean (&reader, &has_more);
      else if (graphbit_json_reader_member_is (&reader, "last_id"))
        graphbit_llm_document_read_word (&reader, &last_id);
      else if (graphbit_json_reader_member_is (&reader, "nextPageToken") ||
               graphbit_json_reader_member_is (&reader, "next_page_token"))
        graphbit_llm_document_read_word (&reader, &next_page);
      else if (graphbit_json_reader_member_is (&reader, "error"))
        has_error |= graphbit_json_reader_get_kind (&reader) != GRAPHBIT_JSON_KIND_NULL;
    }

  if (!graphbit_json_reader_finish (&reader))
    {
      g_autofree char *problem = graphbit_json_reader_dup_error (&reader);

      return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL, N_("%s sent something that is no JSON; check the base URL: %s"),
                                   vendor->title, problem, NULL);
    }
  if (has_error && !has_list)
    return graphbit_vendor_explain_body (vendor, 200, body, length, &verdict);
  if (!has_list)
    return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL, N_("%s sent an answer without a list of models in it; check the base URL"),
                                 vendor->title, NULL);

  /* llama.cpp tells all of them in both lists */
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (named)) && !has_data; i++)
    {
      g_autoptr (GraphbitModelInfo) info = g_list_model_get_item (G_LIST_MODEL (named), i);

      g_list_store_append (models, info);
    }

  if (next_page != NULL)
    *after = g_steal_pointer (&next_page);
  else if (has_more)
    *after = g_steal_pointer (&last_id);

  return NULL;
}

char *
graphbit_llm_models_make_path (const char *first,
                               const char *mark,
                               const char *after)
{
  g_autofree char *escaped = after != NULL ? g_uri_escape_string (after, NULL, FALSE) : NULL;

  return g_strconcat (first, escaped != NULL ? mark : NULL, escaped, NULL);
}
