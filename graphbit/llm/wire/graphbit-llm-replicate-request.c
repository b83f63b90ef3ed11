/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-llm-body-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-replicate-private.h"
#include "graphbit-llm-request-private.h"

#define DEPLOYMENTS "deployments/"

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  gboolean is_openai;   /* whose models have inputs of their own */
  GString *system;
  GString *prompt;
  GString *text;     /* of the message at hand */
  GPtrArray *images; /* of GraphbitContentPart */
} Builder;

/* The model */

void
graphbit_llm_replicate_model_clear (GraphbitLlmReplicateModel *self)
{
  g_clear_pointer (&self->owner, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->version, g_free);
}

gboolean
graphbit_llm_replicate_parse_model (const char *model,
                                    GraphbitLlmReplicateModel *parts)
{
  const char *slash, *colon;

  memset (parts, 0, sizeof *parts);
  parts->is_deployment = g_str_has_prefix (model, DEPLOYMENTS);
  if (parts->is_deployment)
    model += strlen (DEPLOYMENTS);
  colon = strchr (model, ':');
  if (colon != NULL)
    parts->version = g_strdup (colon + 1);
  else
    colon = model + strlen (model);
  slash = memchr (model, '/', (gsize) (colon - model));
  if (slash == NULL)
    return FALSE;

  parts->owner = g_strndup (model, (gsize) (slash - model));
  parts->name = g_strndup (slash + 1, (gsize) (colon - slash) - 1);

  return *parts->owner != '\0' && *parts->name != '\0' && strchr (parts->name, '/') == NULL &&
         (parts->version == NULL || (*parts->version != '\0' && strchr (parts->version, ':') == NULL)) &&
         !(parts->is_deployment && parts->version != NULL);
}

/* The prompt */

static gboolean
take_part (GraphbitLlmBody *body,
           const char *text,
           GraphbitContentPart *media_part,
           GError **error)
{
  Builder *self = (Builder *) body;

  if (media_part == NULL)
    {
      if (self->text->len > 0)
        g_string_append_c (self->text, '\n');
      g_string_append (self->text, text);
      return TRUE;
    }

  g_ptr_array_add (self->images, g_object_ref (media_part));

  return TRUE;
}

static void
append_turn (GString *string,
             const char *speaker,
             const char *text)
{
  if (string->len > 0)
    g_string_append_c (string, '\n');
  g_string_append_printf (string, "%s: %s", speaker, text);
}

/* One text of all that was said. What stands alone is told as it is; a dialogue ends where the model is to go on. */
static gboolean
read_messages (Builder *self,
               GraphbitLlmRequest *request,
               GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  g_autofree char *only = NULL;
  guint n_turns = 0;
  gboolean is_users_turn = FALSE;

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);
      GraphbitLlmRole role = graphbit_llm_message_get_role (message);

      if (role == GRAPHBIT_LLM_ROLE_TOOL || graphbit_llm_message_count_tool_calls (message) > 0)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                       _("%s cannot be told of calls of tools and their results; tell them as text, or ask another provider"),
                       self->body.vendor->title);
          return FALSE;
        }

      g_string_truncate (self->text, 0);
      if (!graphbit_llm_body_walk_parts (&self->body, message, 1u << GRAPHBIT_LLM_ROLE_USER, take_part, error))
        return FALSE;

      if (role == GRAPHBIT_LLM_ROLE_SYSTEM)
        {
          if (self->system->len > 0)
            g_string_append (self->system, "\n\n");
          g_string_append (self->system, self->text->str);
          continue;
        }
      is_users_turn = role == GRAPHBIT_LLM_ROLE_USER;
      if (n_turns++ == 0)
        only = is_users_turn ? g_strdup (self->text->str) : NULL;
      append_turn (self->prompt, is_users_turn ? "User" : "Assistant", self->text->str);
    }

  if (n_turns == 1 && only != NULL)
    g_string_assign (self->prompt, only);
  else if (n_turns > 0)
    g_string_append (self->prompt, is_users_turn ? "\nAssistant:" : "");

  return TRUE;
}

static gboolean
write_image (Builder *self,
             GraphbitContentPart *part,
             GError **error)
{
  g_auto (GraphbitLlmMedia) media = { NULL };

  if (!graphbit_llm_media_load (&media, part, error))
    return FALSE;
  graphbit_llm_body_write_media_uri (&self->body, &media);

  return TRUE;
}

static gboolean
write_images (Builder *self,
              JsonNode *given,
              GError **error)
{
  if (self->images->len > 1 && !self->is_openai)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("The models of %s take one image; put more into the “input” of the extra body, if this one knows how"),
                   self->body.vendor->title);
      return FALSE;
    }
  if (self->images->len == 0 || !graphbit_llm_body_begin_inner (&self->body, given, self->is_openai ? "image_input" : "image"))
    return TRUE;

  if (self->is_openai)
    graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < self->images->len; i++)
    {
      if (!write_image (self, g_ptr_array_index (self->images, i), error))
        return FALSE;
    }
  if (self->is_openai)
    graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

/* Options */

static void
write_options (Builder *self,
               GraphbitLlmOptions *options,
               JsonNode *given)
{
  static const char *const efforts[] = { NULL, "none", "minimal", "low", "medium", "high", "xhigh", "max" };
  GraphbitJsonWriter *writer = &self->body.writer;
  guint max_tokens = graphbit_llm_options_get_max_tokens (options);
  gdouble temperature = graphbit_llm_options_get_temperature (options);
  gdouble top_p = graphbit_llm_options_get_top_p (options);
  gint64 seed = graphbit_llm_options_get_seed (options);
  GraphbitReasoningEffort effort = graphbit_llm_options_get_reasoning_effort (options);

  if (max_tokens > 0 &&
      graphbit_llm_body_begin_inner (&self->body, given, self->is_openai ? "max_completion_tokens" : "max_tokens"))
    graphbit_json_writer_int64 (writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "temperature"))
    graphbit_json_writer_double (writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "top_p"))
    graphbit_json_writer_double (writer, top_p);
  if (seed >= 0 && graphbit_llm_body_begin_inner (&self->body, given, "seed"))
    graphbit_json_writer_int64 (writer, seed);
  if (effort != GRAPHBIT_REASONING_EFFORT_UNSET && graphbit_llm_body_begin_inner (&self->body, given, "reasoning_effort"))
    graphbit_json_writer_string (writer, efforts[effort]);
}

static gboolean
write_input (Builder *self,
             GraphbitLlmOptions *options,
             JsonNode *given,
             GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;

  if (graphbit_json_get_kind (given) == GRAPHBIT_JSON_KIND_NULL)
    return TRUE;

  graphbit_json_writer_name (writer, "input");
  graphbit_json_writer_begin_object (writer);
  if (graphbit_llm_body_begin_inner (&self->body, given, "prompt"))
    graphbit_json_writer_string (writer, self->prompt->str);
  if (self->system->len > 0 && graphbit_llm_body_begin_inner (&self->body, given, "system_prompt"))
    graphbit_json_writer_string (writer, self->system->str);
  if (!write_images (self, given, error))
    return FALSE;
  if (options != NULL)
    write_options (self, options, given);
  if (given != NULL)
    graphbit_llm_body_write_members (&self->body, given, NULL);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
build (Builder *self,
       GraphbitLlmConfig *config,
       GraphbitLlmRequest *request,
       gboolean is_stream,
       GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;
  g_autofree char *model = graphbit_llm_config_dup_path_model (config);
  g_auto (GraphbitLlmReplicateModel) parts = { NULL };
  JsonNode *given;

  if (!graphbit_llm_replicate_parse_model (model, &parts))
    {
      g_autofree char *shown = g_strescape (model, NULL);

      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("“%s” is no model of %s; an example is “meta/meta-llama-3-8b-instruct”, or “owner/name:version” for one of the community"),
                   shown, self->body.vendor->title);
      return FALSE;
    }
  self->is_openai = strcmp (parts.owner, "openai") == 0;

  if (!graphbit_llm_body_get_given (&self->body, "input", &given, error))
    return FALSE;
  if (schema != NULL)
    {
      g_autofree char *words = graphbit_llm_body_make_schema_words (schema);

      g_string_append (self->system, words);
    }
  if (!read_messages (self, request, error))
    return FALSE;

  if (parts.version != NULL && graphbit_llm_body_begin_member (&self->body, "version"))
    graphbit_json_writer_string (&self->body.writer, parts.version);
  if (!write_input (self, options, given, error))
    return FALSE;
  if (is_stream)
    graphbit_json_writer_boolean_member (&self->body.writer, "stream", TRUE);
  graphbit_llm_body_end (&self->body, "input");

  return TRUE;
}

gboolean
graphbit_llm_replicate_build (const GraphbitVendor *vendor,
                              GraphbitLlmConfig *config,
                              GraphbitLlmRequest *request,
                              gboolean is_stream,
                              GString *body,
                              GError **error)
{
  Builder self = {
    .system = g_string_new (NULL),
    .prompt = g_string_new (NULL),
    .text = g_string_new (NULL),
    .images = g_ptr_array_new_with_free_func (g_object_unref),
  };
  gboolean is_built;

  graphbit_llm_body_begin_unnamed (&self.body, vendor, config, body);
  is_built = build (&self, config, request, is_stream, error);
  g_string_free (self.system, TRUE);
  g_string_free (self.prompt, TRUE);
  g_string_free (self.text, TRUE);
  g_ptr_array_unref (self.images);

  return is_built;
}
