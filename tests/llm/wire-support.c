/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "wire-support.h"

#include <glib/gstdio.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-demands-private.h"

char *
wire_build (GraphbitLlmConfig *config,
            GraphbitLlmRequest *request,
            gboolean is_stream,
            GError **error)
{
  GString *body = g_string_new (NULL);
  const GraphbitVendor *vendor = graphbit_llm_config_get_vendor (config);

  if (!graphbit_llm_config_check (config, error) ||
      !graphbit_llm_request_check (request, error) ||
      !graphbit_llm_demands_check (config, request, is_stream, error) ||
      !graphbit_llm_dialect_for (graphbit_llm_config_get_wire (config))->build (vendor, config, request, is_stream, body, error))
    {
      g_string_free (body, TRUE);
      return NULL;
    }

  return g_string_free (body, FALSE);
}

void
wire_expect_body (GraphbitLlmConfig *config,
                  GraphbitLlmRequest *request,
                  gboolean is_stream,
                  const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *body = wire_build (config, request, is_stream, &error);
  g_autoptr (JsonNode) node = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (body, ==, wanted);
  node = graphbit_json_parse (body, -1, &error);
  g_assert_no_error (error);
}

void
wire_expect_error (GraphbitLlmConfig *config,
                   GraphbitLlmRequest *request,
                   GraphbitError code,
                   const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *body = wire_build (config, request, FALSE, &error);

  g_assert_null (body);
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

void
wire_add (GraphbitLlmRequest *request,
          GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (request, message);
  g_object_unref (message);
}

void
wire_add_tool (GraphbitLlmRequest *request,
               const char *name,
               const char *description,
               const char *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new (name, description, parameters, &error);

  g_assert_no_error (error);
  graphbit_llm_request_add_tool (request, tool);
}

void
wire_add_call (GraphbitLlmMessage *message,
               const char *id,
               const char *name,
               const char *arguments)
{
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new (id, name, arguments);

  graphbit_llm_message_add_tool_call (message, call);
}

static void
take_part (GraphbitLlmMessage *message,
           GraphbitContentPart *part)
{
  graphbit_llm_message_add_part (message, part);
  g_object_unref (part);
}

void
wire_add_text (GraphbitLlmMessage *message,
               const char *text)
{
  take_part (message, graphbit_content_part_new_for_text (text));
}

void
wire_add_image (GraphbitLlmMessage *message,
                const char *bytes,
                const char *mime_type)
{
  g_autoptr (GBytes) data = g_bytes_new (bytes, strlen (bytes));

  take_part (message, graphbit_content_part_new_for_image_bytes (data, mime_type));
}

void
wire_add_image_uri (GraphbitLlmMessage *message,
                    const char *uri)
{
  take_part (message, graphbit_content_part_new_for_image_uri (uri));
}

void
wire_add_file (GraphbitLlmMessage *message,
               const char *directory,
               const char *name,
               const char *content)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  take_part (message, graphbit_content_part_new_for_file (file));
}

void
wire_add_document_uri (GraphbitLlmMessage *message,
                       const char *uri,
                       const char *mime_type)
{
  take_part (message, g_object_new (GRAPHBIT_TYPE_CONTENT_PART, "kind", GRAPHBIT_CONTENT_KIND_FILE, "uri", uri, "mime-type", mime_type, NULL));
}

void
wire_remove_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (directory);
}

void
wire_answer_clear (WireAnswer *self)
{
  graphbit_llm_assembler_clear (&self->assembler);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_clear_object (&self->response);
}

/* “responses” is OpenAI's other protocol. */
static const GraphbitLlmDialect *
lookup (const char **provider,
        const GraphbitVendor **vendor)
{
  gboolean is_responses = strcmp (*provider, "responses") == 0;

  if (is_responses)
    *provider = "openai";
  *vendor = graphbit_vendor_lookup (*provider);
  return graphbit_llm_dialect_for (is_responses ? GRAPHBIT_WIRE_RESPONSES : (*vendor)->wire);
}

void
wire_parse (WireAnswer *self,
            const char *provider,
            const char *body)
{
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect = lookup (&provider, &vendor);

  graphbit_llm_assembler_init (&self->assembler, FALSE, TRUE);
  self->verdict.retry_after_ms = -1;
  self->failure = dialect->parse (vendor, &self->assembler, body, strlen (body), &self->verdict);
  if (self->failure == NULL)
    self->failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  self->response = graphbit_llm_assembler_make_response (&self->assembler, provider, 5, 1);
}

/* The events are handed over without a terminating NUL, as the framing does. */
void
wire_stream (WireAnswer *self,
             const char *provider,
             const char *const *events)
{
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect = lookup (&provider, &vendor);

  graphbit_llm_assembler_init (&self->assembler, TRUE, FALSE);
  self->verdict.retry_after_ms = -1;
  for (guint i = 0; events[i] != NULL && self->failure == NULL; i++)
    {
      g_autofree char *copy = g_memdup2 (events[i], strlen (events[i]));

      self->failure = dialect->event (vendor, &self->assembler, "", copy, strlen (events[i]), &self->verdict);
    }
  if (self->failure == NULL)
    self->failure = graphbit_llm_assembler_finish (&self->assembler, TRUE);
  self->response = graphbit_llm_assembler_make_response (&self->assembler, provider, 5, 1);
}

guint
wire_count_calls (WireAnswer *self)
{
  return g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (self->response));
}

void
wire_expect_call (WireAnswer *self,
                  guint position,
                  const char *id,
                  const char *name,
                  const char *arguments)
{
  g_autoptr (GraphbitLlmToolCall) call =
      g_list_model_get_item (graphbit_llm_response_get_tool_calls (self->response), position);

  g_assert_nonnull (call);
  if (id != NULL)
    g_assert_cmpstr (graphbit_llm_tool_call_get_id (call), ==, id);
  else
    g_assert_true (g_str_has_prefix (graphbit_llm_tool_call_get_id (call), "call_"));
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, name);
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, arguments);
}

void
wire_expect_usage (WireAnswer *self,
                   gint64 prompt,
                   gint64 completion,
                   gint64 cached,
                   gint64 cache_write,
                   gint64 reasoning)
{
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (self->response);

  g_assert_nonnull (usage);
  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, prompt);
  g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (usage), ==, completion);
  g_assert_cmpint (graphbit_llm_usage_get_cached_tokens (usage), ==, cached);
  g_assert_cmpint (graphbit_llm_usage_get_cache_write_tokens (usage), ==, cache_write);
  g_assert_cmpint (graphbit_llm_usage_get_reasoning_tokens (usage), ==, reasoning);
}
