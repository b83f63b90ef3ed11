/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

static void
mock_tool_call_free (MockToolCall *call)
{
  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

MockStep *
mock_step_ref (MockStep *step)
{
  g_atomic_ref_count_inc (&step->ref_count);
  return step;
}

void
mock_step_unref (MockStep *step)
{
  if (!g_atomic_ref_count_dec (&step->ref_count))
    return;

  g_free (step->match);
  g_free (step->content_type);
  g_ptr_array_unref (step->headers);
  g_clear_pointer (&step->body, g_ptr_array_unref);
  g_clear_pointer (&step->raw, g_bytes_unref);
  g_free (step->text);
  g_strfreev (step->pieces);
  g_free (step->reasoning);
  g_free (step->refusal);
  g_free (step->finish_reason);
  g_free (step->model);
  g_clear_pointer (&step->tool_calls, g_ptr_array_unref);
  g_clear_pointer (&step->usage, json_node_unref);
  g_clear_pointer (&step->events, g_ptr_array_unref);
  g_free (step);
}

/* A step is read by key, and an unknown key or a wrong type is an error:
 * a mistyped script must fail its test, not quietly test nothing. */
typedef struct
{
  MockStep *step;
  const char *key;
  JsonNode *node;
  GError **error;
} Field;

static gboolean
field_fail (Field      *field,
            const char *expected)
{
  g_set_error (field->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "In a scripted step, “%s” must be %s.", field->key, expected);
  return FALSE;
}

static gboolean
node_is (JsonNode *node,
         GType     type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
field_string (Field  *field,
              char  **out)
{
  if (!node_is (field->node, G_TYPE_STRING))
    return field_fail (field, "a text");
  g_free (*out);
  *out = json_node_dup_string (field->node);
  return TRUE;
}

static gboolean
field_boolean (Field    *field,
               gboolean *out)
{
  if (!node_is (field->node, G_TYPE_BOOLEAN))
    return field_fail (field, "true or false");
  *out = json_node_get_boolean (field->node);
  return TRUE;
}

static gboolean
field_integer (Field  *field,
               gint64  minimum,
               gint64  maximum,
               gint64 *out)
{
  if (!node_is (field->node, G_TYPE_INT64) ||
      json_node_get_int (field->node) < minimum || json_node_get_int (field->node) > maximum)
    {
      g_autofree char *expected = g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, minimum, maximum);
      return field_fail (field, expected);
    }
  *out = json_node_get_int (field->node);
  return TRUE;
}

static gboolean
field_uint (Field *field,
            gint64 minimum,
            guint *out)
{
  gint64 value;

  if (!field_integer (field, minimum, G_MAXINT32, &value))
    return FALSE;
  *out = (guint) value;
  return TRUE;
}

/* A text, or any other JSON value for its compact text */
static char *
node_to_text (JsonNode *node)
{
  if (node_is (node, G_TYPE_STRING))
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

static GBytes *
text_to_bytes (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
field_headers (Field *field)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (field->node))
    return field_fail (field, "an object of texts or arrays of texts");

  json_object_iter_init_ordered (&iter, json_node_get_object (field->node));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (node_is (value, G_TYPE_STRING))
        {
          g_ptr_array_add (field->step->headers, g_strdup (name));
          g_ptr_array_add (field->step->headers, json_node_dup_string (value));
        }
      else if (JSON_NODE_HOLDS_ARRAY (value))
        {
          JsonArray *array = json_node_get_array (value);

          for (guint i = 0; i < json_array_get_length (array); i++)
            {
              JsonNode *element = json_array_get_element (array, i);

              if (!node_is (element, G_TYPE_STRING))
                return field_fail (field, "an object of texts or arrays of texts");
              g_ptr_array_add (field->step->headers, g_strdup (name));
              g_ptr_array_add (field->step->headers, json_node_dup_string (element));
            }
        }
      else
        return field_fail (field, "an object of texts or arrays of texts");
    }
  return TRUE;
}

static gboolean
field_body (Field *field)
{
  g_clear_pointer (&field->step->body, g_ptr_array_unref);
  field->step->body = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  if (JSON_NODE_HOLDS_ARRAY (field->node))
    {
      JsonArray *array = json_node_get_array (field->node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        g_ptr_array_add (field->step->body, text_to_bytes (node_to_text (json_array_get_element (array, i))));
      return TRUE;
    }
  g_ptr_array_add (field->step->body, text_to_bytes (node_to_text (field->node)));
  return TRUE;
}

static gboolean
field_json (Field *field)
{
  g_clear_pointer (&field->step->body, g_ptr_array_unref);
  field->step->body = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (field->step->body, text_to_bytes (json_to_string (field->node, FALSE)));
  return TRUE;
}

static gboolean
field_recording (Field *field)
{
  g_autofree char *path = NULL;
  char *data;
  gsize length;

  if (!field_string (field, &path))
    return FALSE;
  if (!g_file_get_contents (path, &data, &length, field->error))
    return FALSE;

  g_clear_pointer (&field->step->body, g_ptr_array_unref);
  field->step->body = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (field->step->body, g_bytes_new_take (data, length));

  if (field->step->content_type == NULL)
    {
      const char *start = data;

      while (*start == '\r' || *start == '\n' || *start == ' ')
        start++;
      if (g_str_has_prefix (start, "data:") || g_str_has_prefix (start, "event:") || *start == ':')
        field->step->content_type = g_strdup ("text/event-stream");
    }
  return TRUE;
}

static gboolean
field_raw (Field *field)
{
  char *text = NULL;

  if (!field_string (field, &text))
    return FALSE;
  g_clear_pointer (&field->step->raw, g_bytes_unref);
  field->step->raw = text_to_bytes (text);
  return TRUE;
}

static gboolean
field_pieces (Field *field)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (field->node))
    return field_fail (field, "an array of texts");

  array = json_node_get_array (field->node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!node_is (element, G_TYPE_STRING))
        return field_fail (field, "an array of texts");
      g_strv_builder_add (builder, json_node_get_string (element));
    }
  g_strfreev (field->step->pieces);
  field->step->pieces = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
field_events (Field *field)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (field->node))
    return field_fail (field, "an array of texts or objects");

  g_clear_pointer (&field->step->events, g_ptr_array_unref);
  field->step->events = g_ptr_array_new_with_free_func (g_free);
  array = json_node_get_array (field->node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (field->step->events, node_to_text (json_array_get_element (array, i)));
  return TRUE;
}

static gboolean
field_tool_calls (Field *field)
{
  static const char expected[] = "an array of objects with “name”, “arguments” (a text or an object) and perhaps “id”";
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (field->node))
    return field_fail (field, expected);

  g_clear_pointer (&field->step->tool_calls, g_ptr_array_unref);
  field->step->tool_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_tool_call_free);
  array = json_node_get_array (field->node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;
      MockToolCall *call;

      if (!JSON_NODE_HOLDS_OBJECT (element))
        return field_fail (field, expected);

      call = g_new0 (MockToolCall, 1);
      g_ptr_array_add (field->step->tool_calls, call);
      json_object_iter_init_ordered (&iter, json_node_get_object (element));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        {
          if (g_str_equal (name, "id") && node_is (value, G_TYPE_STRING))
            call->id = json_node_dup_string (value);
          else if (g_str_equal (name, "name") && node_is (value, G_TYPE_STRING))
            call->name = json_node_dup_string (value);
          else if (g_str_equal (name, "arguments"))
            call->arguments = node_to_text (value);
          else
            return field_fail (field, expected);
        }
      if (call->name == NULL)
        return field_fail (field, expected);
      if (call->id == NULL)
        call->id = g_strdup_printf ("call_%u", i + 1);
      if (call->arguments == NULL)
        call->arguments = g_strdup ("{}");
    }
  return TRUE;
}

static gboolean
field_usage (Field *field)
{
  if (node_is (field->node, G_TYPE_BOOLEAN) && !json_node_get_boolean (field->node))
    {
      field->step->omit_usage = TRUE;
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (field->node))
    return field_fail (field, "an object, or false for none");
  g_clear_pointer (&field->step->usage, json_node_unref);
  field->step->usage = json_node_ref (field->node);
  json_node_seal (field->step->usage);
  return TRUE;
}

static gboolean
field_position (Field        *field,
                MockPosition *position)
{
  static const char expected[] =
    "“before-status”, “after-status”, “after-headers”, “after-<number>-bytes” or “after-body”";
  const char *text;
  char *end;

  if (node_is (field->node, G_TYPE_BOOLEAN))
    {
      position->place = json_node_get_boolean (field->node) ? MOCK_AT_BEFORE_STATUS : MOCK_AT_NEVER;
      return TRUE;
    }
  if (!node_is (field->node, G_TYPE_STRING))
    return field_fail (field, expected);

  text = json_node_get_string (field->node);
  if (g_str_equal (text, "before-status"))
    position->place = MOCK_AT_BEFORE_STATUS;
  else if (g_str_equal (text, "after-status"))
    position->place = MOCK_AT_AFTER_STATUS;
  else if (g_str_equal (text, "after-headers"))
    position->place = MOCK_AT_AFTER_HEADERS;
  else if (g_str_equal (text, "after-body"))
    position->place = MOCK_AT_AFTER_BODY;
  else if (g_str_has_prefix (text, "after-") && g_ascii_isdigit (text[6]))
    {
      position->place = MOCK_AT_BODY_BYTES;
      position->n_bytes = g_ascii_strtoull (text + 6, &end, 10);
      if (!g_str_equal (end, "-bytes"))
        return field_fail (field, expected);
    }
  else
    return field_fail (field, expected);
  return TRUE;
}

static gboolean
field_split (Field *field)
{
  gint64 size;

  if (node_is (field->node, G_TYPE_STRING))
    {
      const char *text = json_node_get_string (field->node);

      if (g_str_equal (text, "byte"))
        field->step->split = 1;
      else if (g_str_equal (text, "random"))
        field->step->split = MOCK_SPLIT_RANDOM;
      else
        return field_fail (field, "“byte”, “random” or a number of bytes");
      return TRUE;
    }
  if (!field_integer (field, 1, G_MAXINT32, &size))
    return FALSE;
  field->step->split = (gsize) size;
  return TRUE;
}

static gboolean
field_framing (Field *field)
{
  g_autofree char *text = NULL;

  if (!field_string (field, &text))
    return FALSE;
  if (g_str_equal (text, "length"))
    field->step->framing = MOCK_FRAMING_LENGTH;
  else if (g_str_equal (text, "chunked"))
    field->step->framing = MOCK_FRAMING_CHUNKED;
  else if (g_str_equal (text, "close"))
    field->step->framing = MOCK_FRAMING_CLOSE;
  else
    return field_fail (field, "“length”, “chunked” or “close”");
  return TRUE;
}

static gboolean
field_choice (Field      *field,
              const char *choice,
              gboolean   *out)
{
  g_autofree char *text = NULL;
  g_autofree char *expected = g_strdup_printf ("“%s”", choice);

  if (!field_string (field, &text))
    return FALSE;
  if (!g_str_equal (text, choice))
    return field_fail (field, expected);
  *out = TRUE;
  return TRUE;
}

static gboolean
parse_field (Field *field)
{
  MockStep *step = field->step;
  const char *key = field->key;
  gboolean flag;
  gint64 number;

  if (g_str_equal (key, "on"))
    return field_choice (field, "connect", &step->on_connect);
  if (g_str_equal (key, "match"))
    return field_string (field, &step->match);
  if (g_str_equal (key, "times"))
    return field_integer (field, -1, G_MAXINT64, &step->times);

  if (g_str_equal (key, "status"))
    return field_uint (field, 100, &step->status);
  if (g_str_equal (key, "content_type"))
    return field_string (field, &step->content_type);
  if (g_str_equal (key, "headers"))
    return field_headers (field);
  if (g_str_equal (key, "body"))
    return field_body (field);
  if (g_str_equal (key, "json"))
    return field_json (field);
  if (g_str_equal (key, "recording"))
    return field_recording (field);
  if (g_str_equal (key, "raw"))
    return field_raw (field);
  if (g_str_equal (key, "framing"))
    return field_framing (field);
  if (g_str_equal (key, "connection"))
    return field_choice (field, "close", &step->connection_close);

  if (g_str_equal (key, "garbage"))
    {
      if (node_is (field->node, G_TYPE_STRING))
        return field_choice (field, "body", &step->garbage_body);
      return field_boolean (field, &step->garbage);
    }
  if (g_str_equal (key, "huge_bytes"))
    {
      if (!field_integer (field, 1, G_MAXINT64 / 2, &number))
        return FALSE;
      step->huge_bytes = (guint64) number;
      return TRUE;
    }

  if (g_str_equal (key, "delay_ms"))
    return field_uint (field, 0, &step->delay_ms);
  if (g_str_equal (key, "chunk_delay_ms"))
    return field_uint (field, 0, &step->chunk_delay_ms);
  if (g_str_equal (key, "drip_ms"))
    return field_uint (field, 0, &step->drip_ms);
  if (g_str_equal (key, "split"))
    return field_split (field);
  if (g_str_equal (key, "seed"))
    {
      if (!field_integer (field, 0, G_MAXUINT32, &number))
        return FALSE;
      step->seed = (guint32) number;
      return TRUE;
    }
  if (g_str_equal (key, "stall"))
    return field_position (field, &step->stall);
  if (g_str_equal (key, "reset"))
    return field_position (field, &step->reset);
  if (g_str_equal (key, "close"))
    return field_position (field, &step->close);
  if (g_str_equal (key, "close_before_status"))
    return field_position (field, &step->close);
  if (g_str_equal (key, "close_after_bytes"))
    {
      if (!field_integer (field, 0, G_MAXINT64, &number))
        return FALSE;
      step->close = (MockPosition){ MOCK_AT_BODY_BYTES, (guint64) number };
      return TRUE;
    }

  /* the rest makes an answer in the provider's own form */
  step->has_answer = TRUE;
  if (g_str_equal (key, "text"))
    return field_string (field, &step->text);
  if (g_str_equal (key, "stream"))
    return field_pieces (field);
  if (g_str_equal (key, "reasoning"))
    return field_string (field, &step->reasoning);
  if (g_str_equal (key, "refusal"))
    return field_string (field, &step->refusal);
  if (g_str_equal (key, "finish_reason"))
    return field_string (field, &step->finish_reason);
  if (g_str_equal (key, "model"))
    return field_string (field, &step->model);
  if (g_str_equal (key, "tool_calls"))
    return field_tool_calls (field);
  if (g_str_equal (key, "usage"))
    return field_usage (field);
  if (g_str_equal (key, "events"))
    return field_events (field);
  if (g_str_equal (key, "call_tools"))
    return field_boolean (field, &step->call_tools);
  if (g_str_equal (key, "looks"))
    return field_uint (field, 0, &step->looks);
  if (g_str_equal (key, "done"))
    {
      if (!field_boolean (field, &flag))
        return FALSE;
      step->omit_done = !flag;
      return TRUE;
    }

  g_set_error (field->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "A scripted step has no “%s”.", key);
  return FALSE;
}

static MockStep *
parse_step (JsonNode  *node,
            GError   **error)
{
  g_autoptr (MockStep) step = g_new0 (MockStep, 1);
  JsonObjectIter iter;
  Field field = { .step = step, .error = error };

  g_atomic_ref_count_init (&step->ref_count);
  step->times = 1;
  step->seed = 1;
  step->headers = g_ptr_array_new_with_free_func (g_free);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "A scripted step must be a JSON object.");
      return NULL;
    }

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &field.key, &field.node))
    {
      if (!parse_field (&field))
        return NULL;
    }

  if (step->times == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "In a scripted step, “times” must be −1 (always) or at least 1.");
      return NULL;
    }
  if (step->drip_ms > 0 && step->split == 0)
    step->split = 16;
  return g_steal_pointer (&step);
}

/* One step, or an array of them. */
GPtrArray *
mock_steps_parse (const char  *json,
                  gssize       length,
                  GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_step_unref);
  JsonNode *root;

  if (!json_parser_load_from_data (parser, json, length, error))
    return NULL;

  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    {
      JsonArray *array = json_node_get_array (root);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          MockStep *step = parse_step (json_array_get_element (array, i), error);

          if (step == NULL)
            return NULL;
          g_ptr_array_add (steps, step);
        }
    }
  else if (root != NULL)
    {
      MockStep *step = parse_step (root, error);

      if (step == NULL)
        return NULL;
      g_ptr_array_add (steps, step);
    }
  else
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The script is empty.");
      return NULL;
    }
  return g_steal_pointer (&steps);
}
