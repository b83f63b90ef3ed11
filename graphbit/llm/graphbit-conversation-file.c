/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-conversation-file-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-content-part-private.h"
#include "graphbit-conversation-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-file-cursor-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-tool-call.h"

#define FORMAT "graphbit-conversation"
#define VERSION 1

/* A document that was in a file has its name only: nothing can be read there. */
#define NAME_SCHEME "graphbit-name:///"

/* Writing */

static const char *
get_nick (GType type,
          int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* What there is not is not written. */
static void
write_text (GraphbitJsonWriter *writer,
            const char *name,
            const char *text)
{
  if (text != NULL)
    graphbit_json_writer_string_member (writer, name, text);
}

static void
write_unknown (GraphbitJsonWriter *writer,
               gpointer object)
{
  const char *members = graphbit_file_peek_unknown (object);

  /* names and commas are in it */
  if (members != NULL)
    graphbit_json_writer_raw (writer, members, -1);
}

/* Bytes, of what is no text and not in the network. */
static gboolean
write_bytes (GraphbitJsonWriter *writer,
             GraphbitContentPart *part,
             GError **error)
{
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *mime_type = NULL;
  g_autoptr (GBytes) bytes = graphbit_content_part_load (part, &mime_type, error);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *base64 = NULL;

  if (bytes == NULL)
    return FALSE;

  base64 = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  graphbit_json_writer_string_member (writer, "mime-type", mime_type);
  write_text (writer, "name", name);
  graphbit_json_writer_string_member (writer, "bytes", base64);
  return TRUE;
}

static gboolean
write_part (GraphbitJsonWriter *writer,
            GraphbitContentPart *part,
            GError **error)
{
  GraphbitContentKind kind = graphbit_content_part_get_kind (part);
  GFile *file = graphbit_content_part_get_file (part);
  gboolean is_remote = file != NULL && (g_file_has_uri_scheme (file, "https") || g_file_has_uri_scheme (file, "http"));
  g_autofree char *uri = is_remote ? g_file_get_uri (file) : g_strdup (graphbit_content_part_get_uri (part));

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "kind", get_nick (GRAPHBIT_TYPE_CONTENT_KIND, (int) kind));
  if (kind == GRAPHBIT_CONTENT_KIND_TEXT)
    {
      graphbit_json_writer_string_member (writer, "text", or_empty (graphbit_content_part_get_text (part)));
    }
  else if (uri != NULL)
    {
      write_text (writer, "mime-type", graphbit_content_part_get_mime_type (part));
      graphbit_json_writer_string_member (writer, "uri", uri);
    }
  else if (!write_bytes (writer, part, error))
    {
      return FALSE;
    }
  write_unknown (writer, part);
  graphbit_json_writer_end_object (writer);
  return TRUE;
}

static gboolean
write_parts (GraphbitJsonWriter *writer,
             GraphbitLlmMessage *message,
             GError **error)
{
  guint n_parts = graphbit_llm_message_count_parts (message);

  if (n_parts == 0)
    return TRUE;

  graphbit_json_writer_name (writer, "parts");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (graphbit_llm_message_get_parts (message), i);

      if (!write_part (writer, part, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (writer);
  return TRUE;
}

static void
write_tool_calls (GraphbitJsonWriter *writer,
                  GraphbitLlmMessage *message)
{
  guint n_calls = graphbit_llm_message_count_tool_calls (message);

  if (n_calls == 0)
    return;

  graphbit_json_writer_name (writer, "tool-calls");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (message), i);

      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "id", or_empty (graphbit_llm_tool_call_get_id (call)));
      graphbit_json_writer_string_member (writer, "name", or_empty (graphbit_llm_tool_call_get_name (call)));
      graphbit_json_writer_string_member (writer, "arguments", or_empty (graphbit_llm_tool_call_get_arguments_json (call)));
      write_unknown (writer, call);
      graphbit_json_writer_end_object (writer);
    }
  graphbit_json_writer_end_array (writer);
}

static gboolean
write_message (GraphbitJsonWriter *writer,
               GraphbitLlmMessage *message,
               GError **error)
{
  const char *origin = graphbit_llm_message_peek_origin (message);

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "role",
                                      get_nick (GRAPHBIT_TYPE_LLM_ROLE, (int) graphbit_llm_message_get_role (message)));
  graphbit_json_writer_string_member (writer, "content", graphbit_llm_message_get_content (message));
  write_text (writer, "reasoning", graphbit_llm_message_get_reasoning (message));
  if (!write_parts (writer, message, error))
    return FALSE;
  write_tool_calls (writer, message);
  write_text (writer, "tool-call-id", graphbit_llm_message_get_tool_call_id (message));
  write_text (writer, "provider", origin);
  if (origin != NULL)
    write_text (writer, "native", graphbit_llm_message_peek_native (message, origin));
  write_unknown (writer, message);
  graphbit_json_writer_end_object (writer);
  return TRUE;
}

char *
graphbit_conversation_file_write (GraphbitConversation *self,
                                  GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_messages = g_list_model_get_n_items (G_LIST_MODEL (self));
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "format", FORMAT);
  graphbit_json_writer_int64_member (&writer, "version", VERSION);
  write_text (&writer, "system-prompt", self->system_prompt);
  graphbit_json_writer_double_member (&writer, "calibration", self->calibration);
  graphbit_json_writer_name (&writer, "messages");
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (!write_message (&writer, message, error))
        return NULL;
    }
  graphbit_json_writer_end_array (&writer);
  write_unknown (&writer, self);
  graphbit_json_writer_end_object (&writer);

  if (text->len > GRAPHBIT_CONVERSATION_FILE_MAX_SIZE)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                   _("The conversation has more than %u MiB with its images and documents, and could not be read again; save a fork with fewer messages"),
                   (guint) (GRAPHBIT_CONVERSATION_FILE_MAX_SIZE / (1024 * 1024)));
      return NULL;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Reading */

static gboolean
fail (GraphbitFileCursor *self,
      const char *reason,
      GError **error)
{
  return graphbit_file_cursor_fail (self, NULL, error, GRAPHBIT_ERROR_PARSE, "%s", reason);
}

static gboolean
fail_missing (GraphbitFileCursor *self,
              const char *name,
              GError **error)
{
  return graphbit_file_cursor_fail (self, NULL, error, GRAPHBIT_ERROR_PARSE, _("The member “%s” is missing"), name);
}

/* A member that is no text. FALSE without an error: nobody knows it. */
typedef gboolean (*ReadMember) (GraphbitFileCursor *self, const char *name, gpointer data, GError **error);

static int
find_name (const char *const *names,
           const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

/* The object at hand: members that are texts, in the order of the names; others are `read`'s, or kept. */
static gboolean
read_object (GraphbitFileCursor *self,
             const char *const *names,
             char **texts,
             ReadMember read,
             gpointer data,
             GString *unknown,
             GError **error)
{
  guint scope = graphbit_json_reader_enter_object (&self->json);

  if (scope == 0)
    return graphbit_file_cursor_fail_value (self, _("an object is expected here"), error);

  while (graphbit_json_reader_next_member (&self->json, scope))
    {
      g_autofree char *name = graphbit_json_reader_dup_member_name (&self->json);
      GraphbitFileMark mark = graphbit_file_cursor_push_member (self, name);
      g_autoptr (GError) local_error = NULL;
      int i = find_name (names, name);

      if (i >= 0)
        {
          texts[i] = graphbit_json_reader_read_string (&self->json);
          if (texts[i] == NULL)
            return graphbit_file_cursor_fail_value (self, _("a text is expected here"), error);
        }
      else if (read == NULL || !read (self, name, data, &local_error))
        {
          if (local_error != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&local_error));
              return FALSE;
            }
          graphbit_file_cursor_keep (self, name, unknown);
        }
      graphbit_file_cursor_pop (self, mark);
    }
  return TRUE;
}

/* The array at hand. */
static gboolean
read_array (GraphbitFileCursor *self,
            gboolean (*read) (GraphbitFileCursor *self, gpointer data, GError **error),
            gpointer data,
            GError **error)
{
  guint scope = graphbit_json_reader_enter_array (&self->json);

  if (scope == 0)
    return graphbit_file_cursor_fail_value (self, _("an array is expected here"), error);

  for (guint i = 0; graphbit_json_reader_next_element (&self->json, scope); i++)
    {
      GraphbitFileMark mark = graphbit_file_cursor_push_element (self, i);

      if (!read (self, data, error))
        return FALSE;
      graphbit_file_cursor_pop (self, mark);
    }
  return TRUE;
}

/* Fails for a nick that is none. */
static gboolean
read_nick (GraphbitFileCursor *self,
           const char *name,
           const char *nick,
           GType type,
           int *value,
           GError **error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  g_autofree char *pointer = g_strconcat ("/", name, NULL);
  g_autofree char *shown = NULL;
  const GEnumValue *found;

  if (nick == NULL)
    return fail_missing (self, name, error);

  found = g_enum_get_value_by_nick (klass, nick);
  if (found == NULL)
    {
      shown = graphbit_file_shorten (nick);
      return graphbit_file_cursor_fail (self, pointer, error, GRAPHBIT_ERROR_PARSE,
                                        _("“%s” is none of the values that there are"), shown);
    }
  *value = found->value;
  return TRUE;
}

static void
free_texts (char **texts,
            gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_clear_pointer (&texts[i], g_free);
}

static gboolean
read_bytes (GraphbitFileCursor *self,
            const char *name,
            gpointer data,
            GError **error)
{
  g_autoptr (GByteArray) array = NULL;
  GBytes **bytes = data;

  if (!g_str_equal (name, "bytes"))
    return FALSE;

  array = g_byte_array_new ();
  if (!graphbit_json_reader_read_base64 (&self->json, array) || array->len == 0)
    return graphbit_file_cursor_fail_value (self, _("base64 is expected here"), error);
  *bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  return TRUE;
}

static gboolean
read_part (GraphbitFileCursor *self,
           gpointer message,
           GError **error)
{
  enum
  {
    KIND,
    TEXT,
    URI,
    MIME_TYPE,
    NAME,
    N_TEXTS
  };
  static const char *const names[] = { "kind", "text", "uri", "mime-type", "name", NULL };
  char *texts[N_TEXTS] = { NULL };
  g_autoptr (GString) unknown = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GraphbitContentPart) part = NULL;
  int kind = 0;

  if (read_object (self, names, texts, read_bytes, &bytes, unknown, error) &&
      read_nick (self, "kind", texts[KIND], GRAPHBIT_TYPE_CONTENT_KIND, &kind, error))
    {
      gboolean is_text = kind == GRAPHBIT_CONTENT_KIND_TEXT;

      if ((texts[TEXT] != NULL) != is_text || (texts[URI] != NULL) + (bytes != NULL) != !is_text)
        {
          fail (self, _("A text has “text”, and an image or a document either “uri” or “bytes”"), error);
        }
      else
        {
          if (bytes != NULL && texts[NAME] != NULL)
            {
              g_autofree char *escaped = g_uri_escape_string (texts[NAME], NULL, FALSE);
              g_autofree char *uri = g_strconcat (NAME_SCHEME, escaped, NULL);

              file = g_file_new_for_uri (uri);
            }
          part = g_object_new (GRAPHBIT_TYPE_CONTENT_PART, "kind", kind, "text", texts[TEXT], "uri", texts[URI],
                               "bytes", bytes, "mime-type", texts[MIME_TYPE], "file", file, NULL);
          graphbit_file_set_unknown (part, unknown);
          graphbit_llm_message_add_part (message, part);
        }
    }
  free_texts (texts, N_TEXTS);
  return part != NULL;
}

static gboolean
read_tool_call (GraphbitFileCursor *self,
                gpointer message,
                GError **error)
{
  enum
  {
    ID,
    NAME,
    ARGUMENTS,
    N_TEXTS
  };
  static const char *const names[] = { "id", "name", "arguments", NULL };
  char *texts[N_TEXTS] = { NULL };
  g_autoptr (GString) unknown = g_string_new (NULL);
  g_autoptr (GraphbitLlmToolCall) call = NULL;

  if (read_object (self, names, texts, NULL, NULL, unknown, error))
    {
      guint i = 0;

      while (i < N_TEXTS && texts[i] != NULL)
        i++;
      if (i < N_TEXTS)
        fail_missing (self, names[i], error);
      else
        call = graphbit_llm_tool_call_new (texts[ID], texts[NAME], texts[ARGUMENTS]);
    }
  if (call != NULL)
    {
      graphbit_file_set_unknown (call, unknown);
      graphbit_llm_message_add_tool_call (message, call);
    }
  free_texts (texts, N_TEXTS);
  return call != NULL;
}

/* The lists of a message wait until it is made. */
typedef struct
{
  GraphbitJsonReader parts;
  GraphbitJsonReader tool_calls;
} Lists;

static gboolean
find_list (GraphbitFileCursor *self,
           const char *name,
           gpointer data,
           GError **error)
{
  Lists *lists = data;

  if (g_str_equal (name, "parts"))
    lists->parts = self->json;
  else if (g_str_equal (name, "tool-calls"))
    lists->tool_calls = self->json;
  else
    return FALSE;

  return TRUE;
}

static gboolean
read_list (GraphbitFileCursor *self,
           const char *name,
           GraphbitJsonReader *place,
           gboolean (*read) (GraphbitFileCursor *self, gpointer data, GError **error),
           GraphbitLlmMessage *message,
           GError **error)
{
  GraphbitJsonReader rest = self->json;
  GraphbitFileMark mark;

  if (place->start == NULL)
    return TRUE;

  self->json = *place;
  mark = graphbit_file_cursor_push_member (self, name);
  if (!read_array (self, read, message, error))
    return FALSE;
  graphbit_file_cursor_pop (self, mark);
  self->json = rest;
  return TRUE;
}

/* It goes into requests as it is, or what is between its brackets does. */
static gboolean
strip_json (char *text)
{
  GraphbitJsonReader reader;

  g_strstrip (text);
  graphbit_json_reader_init (&reader, text, strlen (text));
  graphbit_json_reader_skip (&reader);
  return graphbit_json_reader_finish (&reader);
}

static gboolean
read_message (GraphbitFileCursor *self,
              gpointer messages,
              GError **error)
{
  enum
  {
    ROLE,
    CONTENT,
    REASONING,
    TOOL_CALL_ID,
    PROVIDER,
    NATIVE,
    N_TEXTS
  };
  static const char *const names[] = { "role", "content", "reasoning", "tool-call-id", "provider", "native", NULL };
  char *texts[N_TEXTS] = { NULL };
  Lists lists = { 0 };
  g_autoptr (GString) unknown = g_string_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = NULL;
  gboolean is_read = FALSE;
  int role = 0;

  if (read_object (self, names, texts, find_list, &lists, unknown, error) &&
      read_nick (self, "role", texts[ROLE], GRAPHBIT_TYPE_LLM_ROLE, &role, error))
    {
      if (texts[CONTENT] == NULL)
        fail_missing (self, "content", error);
      else if (role == GRAPHBIT_LLM_ROLE_TOOL && texts[TOOL_CALL_ID] == NULL)
        fail_missing (self, "tool-call-id", error);
      else if (texts[NATIVE] != NULL && (texts[PROVIDER] == NULL || !strip_json (texts[NATIVE])))
        graphbit_file_cursor_fail (self, "/native", error, GRAPHBIT_ERROR_PARSE,
                                   _("What only a provider understands needs the provider's name, and must be JSON"));
      else
        {
          message = g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE, "role", role, "content", texts[CONTENT],
                                  "reasoning", texts[REASONING], "tool-call-id", texts[TOOL_CALL_ID], NULL);
          is_read = read_list (self, "parts", &lists.parts, read_part, message, error) &&
                    read_list (self, "tool-calls", &lists.tool_calls, read_tool_call, message, error);
        }
    }
  if (is_read)
    {
      g_autoptr (GRefString) native = texts[NATIVE] != NULL ? g_ref_string_new (texts[NATIVE]) : NULL;

      if (texts[PROVIDER] != NULL)
        graphbit_llm_message_set_origin (message, texts[PROVIDER], native);
      graphbit_file_set_unknown (message, unknown);
      g_ptr_array_add (messages, g_steal_pointer (&message));
    }
  free_texts (texts, N_TEXTS);
  return is_read;
}

typedef struct
{
  GPtrArray *messages;
  double calibration;
} Rest;

static gboolean
read_rest (GraphbitFileCursor *self,
           const char *name,
           gpointer data,
           GError **error)
{
  Rest *rest = data;

  if (g_str_equal (name, "messages"))
    return read_array (self, read_message, rest->messages, error);
  if (g_str_equal (name, "calibration"))
    return (graphbit_json_reader_read_double (&self->json, &rest->calibration) &&
            rest->calibration >= GRAPHBIT_CONVERSATION_MIN_CALIBRATION &&
            rest->calibration <= GRAPHBIT_CONVERSATION_MAX_CALIBRATION) ||
           graphbit_file_cursor_fail_value (self, _("a number from 0.1 to 10 is expected here"), error);
  return g_str_equal (name, "format") || g_str_equal (name, "version");
}

GraphbitConversation *
graphbit_conversation_file_read (const char *text,
                                 gsize length,
                                 GraphbitLlmClient *client,
                                 GError **error)
{
  static const char *const names[] = { "system-prompt", NULL };
  g_autofree char *system_prompt = NULL;
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) unknown = g_string_new (NULL);
  Rest rest = { messages, 1.0 };
  GraphbitConversation *conversation = NULL;
  GraphbitFileCursor cursor;

  if (graphbit_file_cursor_init (&cursor, text, length, GRAPHBIT_CONVERSATION_FILE_MAX_SIZE, error) &&
      graphbit_file_cursor_check_format (&cursor, FORMAT, VERSION, TRUE, GRAPHBIT_ERROR_PARSE, error) &&
      read_object (&cursor, names, &system_prompt, read_rest, &rest, unknown, error))
    {
      conversation = graphbit_conversation_new_for_messages (client, system_prompt, rest.calibration,
                                                             g_steal_pointer (&messages));
      graphbit_file_set_unknown (conversation, unknown);
    }
  graphbit_file_cursor_clear (&cursor);
  return conversation;
}
