/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-log-private.h"
#include "graphbit-mcp-client-private.h"
#include "graphbit-mcp-values-private.h"

/*
 * Arguments that a server without a handshake wants in headers, too. Its schema says which; they are kept as pairs of
 * the pointer to the argument and the header's name.
 */

#define MARK "x-mcp-header"
#define PREFIX "Mcp-Param-"
#define BASE64_BEGIN "=?base64?"
#define BASE64_END "?="
#define MAX_INTEGER ((gint64) 1 << 53)
#define MAX_MARKS 100 /* of one tool: servers take no more headers than that */

char *
graphbit_mcp_encode_header (const char *value)
{
  gsize length = strlen (value);
  gboolean is_plain = !g_ascii_isspace (*value) && (length == 0 || !g_ascii_isspace (value[length - 1])) &&
                      !(g_str_has_prefix (value, BASE64_BEGIN) && g_str_has_suffix (value, BASE64_END));
  g_autofree char *base64 = NULL;

  for (const char *p = value; is_plain && *p != '\0'; p++)
    is_plain = g_ascii_isprint (*p) || *p == '\t';
  if (is_plain)
    return g_strdup (value);

  base64 = g_base64_encode ((const guchar *) value, length);
  return g_strconcat (BASE64_BEGIN, base64, BASE64_END, NULL);
}

gboolean
graphbit_mcp_is_header_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
        return FALSE;
    }
  return *name != '\0';
}

static gboolean
is_taken (GPtrArray *headers,
          const char *header)
{
  for (guint i = 1; i < headers->len; i += 2)
    {
      if (g_ascii_strcasecmp (headers->pdata[i], header) == 0)
        return TRUE;
    }
  return FALSE;
}

/* `pointer` NULL: not to be reached by properties alone. FALSE: what it says is wrong. */
static gboolean
read_mark (JsonNode *schema,
           const char *pointer,
           GPtrArray *headers)
{
  const char *name = NULL, *type = "";
  g_autofree char *header = NULL;

  if (graphbit_json_get_member (schema, MARK) == NULL)
    return TRUE;

  graphbit_json_get_string (schema, "type", &type);
  if (pointer == NULL || *pointer == '\0' || !graphbit_json_get_string (schema, MARK, &name) ||
      !graphbit_mcp_is_header_name (name) ||
      (strcmp (type, "string") != 0 && strcmp (type, "integer") != 0 && strcmp (type, "boolean") != 0))
    return FALSE;

  header = g_strconcat (PREFIX, name, NULL);
  if (headers->len >= 2 * MAX_MARKS || is_taken (headers, header))
    return FALSE;

  g_ptr_array_add (headers, g_strdup (pointer));
  g_ptr_array_add (headers, g_steal_pointer (&header));
  return TRUE;
}

static gboolean
read_schema (JsonNode *schema,
             const char *pointer,
             GPtrArray *headers)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;

  for (guint i = 0; graphbit_json_get_kind (schema) == GRAPHBIT_JSON_KIND_ARRAY && i < graphbit_json_get_size (schema); i++)
    {
      if (!read_schema (graphbit_json_get_element (schema, i), NULL, headers))
        return FALSE;
    }
  if (!read_mark (schema, pointer, headers))
    return FALSE;

  graphbit_json_members_init (&members, schema);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      GraphbitJsonMembers properties;

      if (pointer == NULL || strcmp (name, "properties") != 0)
        {
          if (!read_schema (value, NULL, headers))
            return FALSE;
          continue;
        }

      graphbit_json_members_init (&properties, value);
      while (graphbit_json_members_next (&properties, &name, &value))
        {
          g_auto (GStrv) tildes = g_strsplit (name, "~", -1);
          g_autofree char *without_tilde = g_strjoinv ("~0", tildes);
          g_auto (GStrv) slashes = g_strsplit (without_tilde, "/", -1);
          g_autofree char *escaped = g_strjoinv ("~1", slashes);
          g_autofree char *inner = g_strconcat (pointer, "/", escaped, NULL);

          if (!read_schema (value, inner, headers))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
graphbit_mcp_client_keep_headers (GraphbitMcpClient *self,
                                  JsonNode *tool)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);
  const char *name = NULL;

  if (self->uri == NULL || link == NULL || !graphbit_mcp_link_has_newest_version (link) ||
      !graphbit_json_get_string (tool, "name", &name))
    return TRUE;

  if (!read_schema (graphbit_json_get_member (tool, "inputSchema"), "", headers))
    {
      graphbit_log (GRAPHBIT_LOG_LEVEL_WARN, "MCP server %s: the tool “%s” is left out, as its schema has " MARK " where or as it must not be",
                    link->name, name);
      return FALSE;
    }

  pthread_mutex_lock (&self->mutex);
  if (headers->len > 0)
    g_hash_table_replace (self->tool_headers, g_strdup (name), g_ptr_array_ref (headers));
  else
    g_hash_table_remove (self->tool_headers, name);
  pthread_mutex_unlock (&self->mutex);
  return TRUE;
}

/* NULL: there is none. */
static char *
write_value (JsonNode *value)
{
  const char *text;
  gboolean is_true;
  gint64 number;

  if (graphbit_json_get_string (value, NULL, &text))
    return graphbit_mcp_encode_header (text);
  if (graphbit_json_get_boolean (value, NULL, &is_true))
    return g_strdup (is_true ? "true" : "false");
  if (graphbit_json_get_int64 (value, NULL, &number) && number > -MAX_INTEGER && number < MAX_INTEGER)
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return NULL;
}

GPtrArray *
graphbit_mcp_client_make_headers (GraphbitMcpClient *self,
                                  const char *method,
                                  const char *subject,
                                  const char *params)
{
  g_autoptr (GPtrArray) marked = NULL;
  g_autoptr (JsonNode) node = NULL;
  GPtrArray *headers;
  JsonNode *arguments;

  if (strcmp (method, GRAPHBIT_MCP_METHOD_CALL) != 0)
    return NULL;

  pthread_mutex_lock (&self->mutex);
  marked = g_hash_table_lookup (self->tool_headers, subject);
  if (marked != NULL)
    g_ptr_array_ref (marked);
  pthread_mutex_unlock (&self->mutex);
  if (marked == NULL)
    return NULL;

  node = graphbit_json_parse (params, -1, NULL);
  arguments = graphbit_json_get_member (node, "arguments");
  headers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < marked->len; i += 2)
    {
      char *value = write_value (graphbit_json_lookup_pointer (arguments, marked->pdata[i]));

      if (value == NULL)
        continue;
      g_ptr_array_add (headers, g_strdup (marked->pdata[i + 1]));
      g_ptr_array_add (headers, value);
    }
  return headers;
}
