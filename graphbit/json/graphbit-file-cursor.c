/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-file-cursor-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

#define MAX_SHOWN 60
#define MAX_PATH_SHOWN 200

char *
graphbit_file_shorten (const char *text)
{
  GString *shown = g_string_new (NULL);
  guint n_characters = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (n_characters++ == MAX_SHOWN)
        {
          g_string_append (shown, "…");
          break;
        }
      g_string_append_unichar (shown, g_unichar_isprint (g_utf8_get_char (p)) ? g_utf8_get_char (p) : 0xfffd);
    }

  return g_string_free (shown, FALSE);
}

static void
append_member (GString *path,
               const char *name)
{
  gboolean is_plain = *name != '\0';

  for (const char *p = name; *p != '\0' && is_plain; p++)
    is_plain = g_ascii_isalnum (*p) || *p == '_' || *p == '-';

  if (is_plain && strlen (name) <= MAX_SHOWN)
    {
      g_string_append_printf (path, ".%s", name);
    }
  else
    {
      g_autofree char *shown = graphbit_file_shorten (name);
      GraphbitJsonWriter writer;

      g_string_append_c (path, '[');
      graphbit_json_writer_init (&writer, path);
      graphbit_json_writer_string (&writer, shown);
      g_string_append_c (path, ']');
    }
}

static GraphbitFileMark
mark_place (GraphbitFileCursor *self)
{
  GraphbitFileMark mark = { self->path->len, self->offset };

  self->offset = graphbit_json_reader_get_offset (&self->json);
  return mark;
}

GraphbitFileMark
graphbit_file_cursor_push_member (GraphbitFileCursor *self,
                                  const char *name)
{
  GraphbitFileMark mark = mark_place (self);

  append_member (self->path, name);
  return mark;
}

GraphbitFileMark
graphbit_file_cursor_push_element (GraphbitFileCursor *self,
                                   guint index)
{
  GraphbitFileMark mark = mark_place (self);

  g_string_append_printf (self->path, "[%u]", index);
  return mark;
}

void
graphbit_file_cursor_pop (GraphbitFileCursor *self,
                          GraphbitFileMark mark)
{
  g_string_truncate (self->path, mark.path_length);
  self->offset = mark.offset;
}

GraphbitJsonReader
graphbit_file_cursor_look_ahead (GraphbitFileCursor *self)
{
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, self->text + self->offset, self->length - self->offset);
  return reader;
}

static void
set_error (GraphbitFileCursor *self,
           gsize offset,
           GError **error,
           int code,
           const char *message)
{
  guint line, column;

  graphbit_json_locate (self->text, offset, &line, &column);
  if (self->path->len > MAX_PATH_SHOWN)
    {
      gsize end = MAX_PATH_SHOWN;

      while (end > 0 && ((guchar) self->path->str[end] & 0xc0) == 0x80)
        end--;
      g_string_truncate (self->path, end);
      g_string_append (self->path, "…");
    }
  /* Translators: a line, a column, a path as $.nodes[3].prompt, and what is wrong there */
  g_set_error (error, GRAPHBIT_ERROR, code, _("Line %u, column %u, %s: %s"), line, column, self->path->str, message);
}

/* As far as the pointer leads. */
static gsize
follow (GraphbitFileCursor *self,
        const char *pointer)
{
  GraphbitJsonReader reader = graphbit_file_cursor_look_ahead (self);
  g_auto (GStrv) parts = g_strsplit (pointer, "/", -1);
  gsize offset = self->offset;

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      guint scope = graphbit_json_reader_enter_object (&reader);
      gboolean is_found = FALSE;

      while (!is_found && scope != 0 && graphbit_json_reader_next_member (&reader, scope))
        is_found = graphbit_json_reader_member_equals (&reader, parts[i], strlen (parts[i]));

      if (scope == 0 && (scope = graphbit_json_reader_enter_array (&reader)) != 0)
        {
          guint64 index = g_ascii_strtoull (parts[i], NULL, 10);

          for (guint64 j = 0; j <= index && (is_found = graphbit_json_reader_next_element (&reader, scope)); j++)
            ;
          if (is_found)
            g_string_append_printf (self->path, "[%s]", parts[i]);
        }
      else if (is_found)
        {
          append_member (self->path, parts[i]);
        }

      if (!is_found)
        break;
      offset = self->offset + graphbit_json_reader_get_offset (&reader);
    }

  return offset;
}

gboolean
graphbit_file_cursor_fail (GraphbitFileCursor *self,
                           const char *pointer,
                           GError **error,
                           int code,
                           const char *format,
                           ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  set_error (self, pointer != NULL ? follow (self, pointer) : self->offset, error, code, message);
  return FALSE;
}

gboolean
graphbit_file_cursor_fail_value (GraphbitFileCursor *self,
                                 const char *expected,
                                 GError **error)
{
  gsize offset = self->offset;
  const char *reason = graphbit_json_reader_get_error (&self->json, &offset);

  set_error (self, offset, error, GRAPHBIT_ERROR_PARSE, reason != NULL ? _(reason) : expected);
  return FALSE;
}

gboolean
graphbit_file_cursor_check_format (GraphbitFileCursor *self,
                                   const char *format,
                                   int version,
                                   gboolean is_required,
                                   int code,
                                   GError **error)
{
  GraphbitJsonReader reader = graphbit_file_cursor_look_ahead (self);
  guint scope = graphbit_json_reader_enter_object (&reader);
  gboolean is_ours = !is_required, is_known = !is_required, has_version = FALSE;

  while (graphbit_json_reader_next_member (&reader, scope))
    {
      gint64 found = 0;
      double number;

      if (graphbit_json_reader_member_is (&reader, "format"))
        {
          is_ours = graphbit_json_reader_string_is (&reader, format);
        }
      else if (graphbit_json_reader_member_is (&reader, "version"))
        {
          has_version = TRUE;
          is_known = graphbit_json_reader_read_number (&reader, &found, &number) == GRAPHBIT_JSON_NUMBER_INTEGER &&
                     found == version;
        }
    }

  if (!is_ours)
    return graphbit_file_cursor_fail (self, "/format", error, code,
                                      _("This is another kind of file; the member “format” must be “%s”"), format);
  if (!is_known && !has_version)
    return graphbit_file_cursor_fail (self, NULL, error, code,
                                      _("The member “version” is missing; this version of graphbit reads %d"), version);
  if (!is_known)
    return graphbit_file_cursor_fail (self, "/version", error, GRAPHBIT_ERROR_UNSUPPORTED,
                                      _("The file has another version than %d, which this version of graphbit reads; use a newer graphbit"),
                                      version);
  return TRUE;
}

void
graphbit_file_cursor_keep (GraphbitFileCursor *self,
                           const char *name,
                           GString *unknown)
{
  GraphbitJsonWriter writer;
  const char *text;
  gsize length;

  graphbit_json_reader_read_raw (&self->json, &text, &length);
  if (unknown->len > 0)
    g_string_append_c (unknown, ',');
  graphbit_json_writer_init (&writer, unknown);
  graphbit_json_writer_raw_member (&writer, name, text, (gssize) length);
}

static GQuark
unknown_quark (void)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("graphbit-unknown-members");
  return quark;
}

void
graphbit_file_set_unknown (gpointer object,
                           const GString *unknown)
{
  if (unknown->len > 0)
    g_object_set_qdata_full (object, unknown_quark (), g_strdup (unknown->str), g_free);
}

const char *
graphbit_file_peek_unknown (gpointer object)
{
  return g_object_get_qdata (object, unknown_quark ());
}

/* A container that is open while the text is gone over. */
typedef struct
{
  GraphbitFileMark mark;
  GTree *names; /* of an object's members, as no choice of them makes it slow; NULL: an array */
  guint scope;
  guint n_elements;
} Level;

static void
level_clear (gpointer data)
{
  Level *self = data;

  g_clear_pointer (&self->names, g_tree_unref);
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer data)
{
  return strcmp (a, b);
}

static gboolean
next_value (GraphbitFileCursor *self,
            Level *level)
{
  return level->names != NULL ? graphbit_json_reader_next_member (&self->json, level->scope)
                              : graphbit_json_reader_next_element (&self->json, level->scope);
}

/* Opens the container at hand, or reads over what is none. */
static void
open_value (GraphbitFileCursor *self,
            GArray *levels,
            GraphbitFileMark mark)
{
  Level level = { mark, NULL, 0, 0 };
  gboolean is_object = graphbit_json_reader_get_kind (&self->json) == GRAPHBIT_JSON_KIND_OBJECT;

  level.scope = is_object ? graphbit_json_reader_enter_object (&self->json)
                          : graphbit_json_reader_enter_array (&self->json);
  if (level.scope == 0)
    {
      graphbit_json_reader_skip (&self->json);
      if (graphbit_json_reader_get_error (&self->json, NULL) == NULL)
        graphbit_file_cursor_pop (self, mark);
      return;
    }

  if (is_object)
    level.names = g_tree_new_full (compare_names, NULL, g_free, NULL);
  g_array_append_val (levels, level);
}

static gboolean
check (GraphbitFileCursor *self,
       GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));

  g_array_set_clear_func (levels, level_clear);
  open_value (self, levels, mark_place (self));

  while (levels->len > 0)
    {
      Level *level = &g_array_index (levels, Level, levels->len - 1);
      GraphbitFileMark mark;

      if (!next_value (self, level))
        {
          if (graphbit_json_reader_get_error (&self->json, NULL) != NULL)
            break;
          graphbit_file_cursor_pop (self, level->mark);
          g_array_set_size (levels, levels->len - 1);
          continue;
        }

      if (level->names != NULL)
        {
          g_autofree char *name = graphbit_json_reader_dup_member_name (&self->json);

          if (name == NULL)
            break;
          mark = graphbit_file_cursor_push_member (self, name);
          if (g_tree_lookup_extended (level->names, name, NULL, NULL))
            return graphbit_file_cursor_fail (self, NULL, error, GRAPHBIT_ERROR_PARSE,
                                              _("The object has this member twice; remove one of the two"));
          g_tree_insert (level->names, g_steal_pointer (&name), NULL);
        }
      else
        {
          mark = graphbit_file_cursor_push_element (self, level->n_elements++);
        }

      open_value (self, levels, mark);
    }

  return graphbit_json_reader_finish (&self->json) || graphbit_file_cursor_fail_value (self, "", error);
}

gboolean
graphbit_file_cursor_init (GraphbitFileCursor *self,
                           const char *text,
                           gsize length,
                           gsize max_size,
                           GError **error)
{
  *self = (GraphbitFileCursor) { .text = text, .length = length, .path = g_string_new ("$") };

  if (length > max_size)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE, _("The JSON is larger than %u MiB; split it up"),
                   (guint) (max_size / (1024 * 1024)));
      return FALSE;
    }

  graphbit_json_reader_init (&self->json, text, length);
  if (!check (self, error))
    return FALSE;

  graphbit_json_reader_init (&self->json, text, length);
  g_string_assign (self->path, "$");
  self->offset = graphbit_json_reader_get_offset (&self->json);
  return TRUE;
}

void
graphbit_file_cursor_clear (GraphbitFileCursor *self)
{
  g_string_free (self->path, TRUE);
}
