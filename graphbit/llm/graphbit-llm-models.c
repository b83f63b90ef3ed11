/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-models-private.h"

#include <glib/gi18n-lib.h>

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
  g_autoptr (GraphbitModelInfo) info = NULL;
  gint64 created = 0, context_length = 0, max_output_tokens = 0;
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

      id = g_strdup (named != NULL && g_str_has_prefix (named, "models/") ? named + strlen ("models/") : named);
    }
  if (id == NULL)
    return;

  info = g_object_new (GRAPHBIT_TYPE_MODEL_INFO,
                       "id", id,
                       "name", display_name != NULL ? display_name : name,
                       "owner", owner,
                       "created", created,
                       "context-length", context_length,
                       "max-output-tokens", max_output_tokens,
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
  gboolean has_list, has_error = FALSE, has_more = FALSE;
  g_autofree char *last_id = NULL;
  g_autofree char *next_page = NULL;
  guint scope;

  graphbit_json_reader_init (&reader, body, length);
  has_list = read_models (&reader, FALSE, models); /* Together's */
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "data"))
        has_list |= read_models (&reader, FALSE, models);
      else if (graphbit_json_reader_member_is (&reader, "models"))
        has_list |= read_models (&reader, TRUE, models);
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

  if (next_page != NULL)
    *after = g_steal_pointer (&next_page);
  else if (has_more)
    *after = g_steal_pointer (&last_id);

  return NULL;
}
