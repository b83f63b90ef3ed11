/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-call-private.h"
#include "graphbit-json-private.h"
#include "graphbit-mcp-client-private.h"
#include "graphbit-mcp-values-private.h"
#include "graphbit-tool-private.h"

#define MAX_NAME_LENGTH 64
#define MAX_STEM_LENGTH (MAX_NAME_LENGTH - 11) /* "_" and a number */

/* What a tool keeps of where it comes from. */
typedef struct
{
  GraphbitMcpClient *client;
  char *name; /* the server's */
} Origin;

static void
origin_free (gpointer data,
             GClosure *closure)
{
  Origin *self = data;

  g_object_unref (self->client);
  g_free (self->name);
  g_free (self);
}

/* What models take as images; one without a byte would spoil the whole request. */
static gboolean
is_image (GraphbitContentPart *part)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };
  const char *mime_type = graphbit_content_part_get_mime_type (part);

  return graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_IMAGE &&
         mime_type != NULL && g_strv_contains (types, mime_type) &&
         g_bytes_get_size (graphbit_content_part_get_bytes (part)) > 0;
}

/* Sounds, and what else is neither text nor image, the model is told of only. */
static void
respond (GraphbitToolCall *call,
         GraphbitMcpResult *result)
{
  GListModel *given = graphbit_mcp_result_get_parts (result);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean has_images = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (given); i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (given, i);

      if (is_image (part))
        has_images = TRUE;
      else
        {
          g_autofree char *text = graphbit_mcp_part_to_text (part);

          g_object_unref (part);
          part = graphbit_content_part_new_for_text (text);
        }
      g_ptr_array_add (parts, g_steal_pointer (&part));
    }

  if (has_images)
    graphbit_tool_call_respond_parts (call, (GraphbitContentPart **) parts->pdata, parts->len);
  else
    graphbit_tool_call_respond (call, graphbit_mcp_result_get_text (result));
}

static void
on_done (JsonNode *result,
         GError *error,
         gpointer data)
{
  g_autoptr (GraphbitToolCall) call = data;
  g_autoptr (GraphbitMcpResult) value = NULL;

  if (error != NULL)
    {
      graphbit_call_answer_error (GRAPHBIT_CALL (call), error);
      return;
    }

  value = graphbit_mcp_result_new (result);
  if (!graphbit_mcp_result_get_is_error (value))
    respond (call, value);
  else if (*graphbit_mcp_result_get_text (value) != '\0')
    graphbit_call_fail (GRAPHBIT_CALL (call), graphbit_mcp_result_get_text (value));
  else
    graphbit_call_fail (GRAPHBIT_CALL (call), "it does not say why");
}

static gboolean
on_call (GraphbitTool *tool,
         GraphbitToolCall *call,
         gpointer data)
{
  Origin *self = data;
  g_autofree char *arguments_json = graphbit_tool_call_dup_arguments_line (call);
  GError *error = NULL;

  if (graphbit_mcp_client_call_for_model (self->client, graphbit_call_get_operation (GRAPHBIT_CALL (call)),
                                          self->name, arguments_json,
                                          graphbit_call_get_cancellable (GRAPHBIT_CALL (call)),
                                          on_done, g_object_ref (call), &error))
    return TRUE;

  g_object_unref (call);
  graphbit_call_answer_error (GRAPHBIT_CALL (call), error);
  return TRUE;
}

/* Servers may use more characters, and more of them, than providers take. */
static char *
make_name (const char *prefix,
           const char *name,
           GHashTable *taken)
{
  g_autofree char *whole = g_strconcat (prefix != NULL ? prefix : "", name, NULL);
  g_autofree char *stem = NULL;
  char *unique = NULL;
  guint n;

  for (char *p = whole; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '-')
        *p = '_';
    }
  if (strlen (whole) > MAX_NAME_LENGTH)
    whole[MAX_NAME_LENGTH] = '\0';

  if (g_hash_table_add (taken, g_strdup (whole)))
    return g_steal_pointer (&whole);

  /* Each number is tried once, however many have that name. */
  stem = g_strdup_printf ("%.*s#", MAX_STEM_LENGTH, whole);
  n = MAX (GPOINTER_TO_UINT (g_hash_table_lookup (taken, stem)), 1);
  do
    {
      g_free (unique);
      unique = g_strdup_printf ("%.*s_%u", MAX_STEM_LENGTH, whole, ++n);
    }
  while (!g_hash_table_add (taken, g_strdup (unique)));
  g_hash_table_insert (taken, g_steal_pointer (&stem), GUINT_TO_POINTER (n));
  return unique;
}

GraphbitTool *
graphbit_mcp_make_tool (GraphbitMcpClient *client,
                        const char *prefix,
                        GHashTable *taken,
                        JsonNode *tool)
{
  const char *name = NULL, *description = "";
  JsonNode *schema = graphbit_json_get_member (tool, "inputSchema");
  g_autofree char *parameters = NULL;
  g_autofree char *unique = NULL;
  GraphbitTool *self;
  Origin *origin;

  if (!graphbit_json_get_string (tool, "name", &name) || *name == '\0')
    return NULL;

  graphbit_json_get_string (tool, "title", &description);
  graphbit_json_get_string (tool, "description", &description);
  if (graphbit_json_get_kind (schema) == GRAPHBIT_JSON_KIND_OBJECT)
    parameters = graphbit_json_to_text (schema);
  unique = make_name (prefix, name, taken);
  self = graphbit_tool_new_unchecked (unique, description, parameters);

  origin = g_new (Origin, 1);
  origin->client = g_object_ref (client);
  origin->name = g_strdup (name);
  g_signal_connect_data (self, "call", G_CALLBACK (on_call), origin, origin_free, 0);
  return self;
}
