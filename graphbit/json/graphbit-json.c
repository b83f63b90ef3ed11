/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"

#define MAX_ALIKE 100

void
graphbit_json_locate (const char *text,
                      gsize offset,
                      guint *line,
                      guint *column)
{
  *line = 1;
  *column = 1;

  for (gsize i = 0; i < offset; i++)
    {
      if (text[i] == '\n')
        {
          (*line)++;
          *column = 1;
        }
      else if (((guchar) text[i] & 0xc0) != 0x80)
        {
          (*column)++;
        }
    }
}

/* A string, number, boolean or null; NULL after an error. */
static JsonNode *
read_scalar (GraphbitJsonReader *reader)
{
  JsonNode *node = NULL;
  g_autofree char *text = NULL;
  gint64 integer;
  double number;
  gboolean flag;

  switch (graphbit_json_reader_get_kind (reader))
    {
    case GRAPHBIT_JSON_KIND_STRING:
      text = graphbit_json_reader_read_string (reader);
      if (text != NULL)
        node = json_node_init_string (json_node_alloc (), text);
      break;

    case GRAPHBIT_JSON_KIND_NUMBER:
      switch (graphbit_json_reader_read_number (reader, &integer, &number))
        {
        case GRAPHBIT_JSON_NUMBER_INTEGER:
          node = json_node_init_int (json_node_alloc (), integer);
          break;
        case GRAPHBIT_JSON_NUMBER_DOUBLE:
          node = json_node_init_double (json_node_alloc (), number);
          break;
        case GRAPHBIT_JSON_NUMBER_NONE:
        default:
          break;
        }
      break;

    case GRAPHBIT_JSON_KIND_BOOLEAN:
      if (graphbit_json_reader_read_boolean (reader, &flag))
        node = json_node_init_boolean (json_node_alloc (), flag);
      break;

    case GRAPHBIT_JSON_KIND_NULL:
      graphbit_json_reader_skip (reader);
      if (graphbit_json_reader_get_error (reader, NULL) == NULL)
        node = json_node_init_null (json_node_alloc ());
      break;

    case GRAPHBIT_JSON_KIND_NONE:
    case GRAPHBIT_JSON_KIND_OBJECT:
    case GRAPHBIT_JSON_KIND_ARRAY:
    default:
      break;
    }

  return node;
}

/* Iterative: the open containers stand in an array, not on the stack. */
static int
compare_hashes (gconstpointer a,
                gconstpointer b)
{
  guint first = *(const guint *) a, second = *(const guint *) b;

  return (first > second) - (first < second);
}

/* Names that are made to have one hash make each look at an object one at all of them: looked for now and then. */
static gboolean
is_crowded (JsonObject *object,
            guint n_read)
{
  g_autoptr (GArray) hashes = NULL;
  JsonObjectIter iter;
  const char *name;

  if (n_read <= MAX_ALIKE || (n_read & (n_read - 1)) != 0)
    return FALSE;

  hashes = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_read);
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      guint hash = g_str_hash (name);

      g_array_append_val (hashes, hash);
    }
  g_array_sort (hashes, compare_hashes);
  for (guint i = MAX_ALIKE; i < hashes->len; i++)
    {
      if (g_array_index (hashes, guint, i) == g_array_index (hashes, guint, i - MAX_ALIKE))
        return TRUE;
    }
  return FALSE;
}

static JsonNode *
read_tree (GraphbitJsonReader *reader)
{
  JsonNode *open[GRAPHBIT_JSON_MAX_DEPTH];
  guint n_read[GRAPHBIT_JSON_MAX_DEPTH]; /* members of the open ones */
  guint depth = 0;
  g_autoptr (JsonNode) root = NULL;

  for (;;)
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);
      g_autofree char *name = NULL;
      JsonNode *node;
      gboolean is_container = FALSE;

      if (depth > 0 && JSON_NODE_HOLDS_OBJECT (open[depth - 1]))
        {
          name = graphbit_json_reader_dup_member_name (reader);
          if (name == NULL)
            return NULL;
        }

      if (kind == GRAPHBIT_JSON_KIND_OBJECT && graphbit_json_reader_enter_object (reader) != 0)
        {
          node = json_node_new (JSON_NODE_OBJECT);
          json_node_take_object (node, json_object_new ());
          is_container = TRUE;
        }
      else if (kind == GRAPHBIT_JSON_KIND_ARRAY && graphbit_json_reader_enter_array (reader) != 0)
        {
          node = json_node_new (JSON_NODE_ARRAY);
          json_node_take_array (node, json_array_new ());
          is_container = TRUE;
        }
      else
        {
          node = read_scalar (reader);
          if (node == NULL)
            return NULL;
        }

      if (depth == 0)
        root = node;
      else if (name != NULL)
        {
          JsonObject *object = json_node_get_object (open[depth - 1]);

          json_object_set_member (object, name, node);
          if (is_crowded (object, ++n_read[depth - 1]))
            {
              reader->error = N_ ("too many members of the object have names of the same hash");
              return NULL;
            }
        }
      else
        json_array_add_element (json_node_get_array (open[depth - 1]), node);

      if (is_container)
        {
          n_read[depth] = 0;
          open[depth++] = node;
        }

      while (depth > 0)
        {
          gboolean has_next = JSON_NODE_HOLDS_OBJECT (open[depth - 1])
                                ? graphbit_json_reader_next_member (reader, depth)
                                : graphbit_json_reader_next_element (reader, depth);

          if (has_next)
            break;
          if (graphbit_json_reader_get_error (reader, NULL) != NULL)
            return NULL;
          depth--;
        }

      if (depth == 0)
        return g_steal_pointer (&root);
    }
}

JsonNode *
graphbit_json_parse (const char *text,
                     gssize length,
                     GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autoptr (JsonNode) root = NULL;
  GraphbitJsonReader reader;
  const char *reason;
  gsize offset;
  guint line, column;

  if (size > GRAPHBIT_JSON_MAX_SIZE)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE,
                           _("The JSON is larger than 16 MiB; split it up"));
      return NULL;
    }

  graphbit_json_reader_init (&reader, text, size);
  root = read_tree (&reader);
  if (root != NULL && graphbit_json_reader_finish (&reader))
    return g_steal_pointer (&root);

  reason = graphbit_json_reader_get_error (&reader, &offset);
  graphbit_json_locate (text, offset, &line, &column);
  /* Translators: the last one says what is wrong there, as "a colon is expected here" */
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE,
               _("The JSON is broken in line %u, column %u: %s"), line, column, _(reason));
  return NULL;
}

GraphbitJsonKind
graphbit_json_get_kind (JsonNode *node)
{
  if (node == NULL)
    return GRAPHBIT_JSON_KIND_NONE;

  switch (JSON_NODE_TYPE (node))
    {
    case JSON_NODE_OBJECT:
      return json_node_get_object (node) != NULL ? GRAPHBIT_JSON_KIND_OBJECT : GRAPHBIT_JSON_KIND_NULL;

    case JSON_NODE_ARRAY:
      return json_node_get_array (node) != NULL ? GRAPHBIT_JSON_KIND_ARRAY : GRAPHBIT_JSON_KIND_NULL;

    case JSON_NODE_VALUE:
      switch (json_node_get_value_type (node))
        {
        case G_TYPE_STRING:
          return json_node_get_string (node) != NULL ? GRAPHBIT_JSON_KIND_STRING : GRAPHBIT_JSON_KIND_NULL;
        case G_TYPE_BOOLEAN:
          return GRAPHBIT_JSON_KIND_BOOLEAN;
        case G_TYPE_INT64:
        case G_TYPE_DOUBLE:
          return GRAPHBIT_JSON_KIND_NUMBER;
        default:
          return GRAPHBIT_JSON_KIND_NULL;
        }

    case JSON_NODE_NULL:
    default:
      return GRAPHBIT_JSON_KIND_NULL;
    }
}

static gboolean
is_double (JsonNode *node)
{
  return json_node_get_value_type (node) == G_TYPE_DOUBLE;
}

gboolean
graphbit_json_is_integer (JsonNode *node)
{
  double number;

  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_NUMBER)
    return FALSE;
  if (!is_double (node))
    return TRUE;

  /* 2⁶³ itself does not fit */
  number = json_node_get_double (node);
  return number >= -9223372036854775808.0 && number < 9223372036854775808.0 && trunc (number) == number;
}

static JsonNode *
find (JsonNode *node,
      const char *name)
{
  return name != NULL ? graphbit_json_get_member (node, name) : node;
}

gboolean
graphbit_json_get_string (JsonNode *node,
                          const char *name,
                          const char **value)
{
  JsonNode *found = find (node, name);

  if (graphbit_json_get_kind (found) != GRAPHBIT_JSON_KIND_STRING)
    return FALSE;

  *value = json_node_get_string (found);
  return TRUE;
}

gboolean
graphbit_json_get_int64 (JsonNode *node,
                         const char *name,
                         gint64 *value)
{
  JsonNode *found = find (node, name);

  if (!graphbit_json_is_integer (found))
    return FALSE;

  *value = is_double (found) ? (gint64) json_node_get_double (found) : json_node_get_int (found);
  return TRUE;
}

gboolean
graphbit_json_get_double (JsonNode *node,
                          const char *name,
                          double *value)
{
  JsonNode *found = find (node, name);

  if (graphbit_json_get_kind (found) != GRAPHBIT_JSON_KIND_NUMBER)
    return FALSE;

  *value = is_double (found) ? json_node_get_double (found) : (double) json_node_get_int (found);
  return TRUE;
}

gboolean
graphbit_json_get_boolean (JsonNode *node,
                           const char *name,
                           gboolean *value)
{
  JsonNode *found = find (node, name);

  if (graphbit_json_get_kind (found) != GRAPHBIT_JSON_KIND_BOOLEAN)
    return FALSE;

  *value = json_node_get_boolean (found);
  return TRUE;
}

JsonObject *
graphbit_json_get_object (JsonNode *node,
                          const char *name)
{
  JsonNode *found = find (node, name);

  return graphbit_json_get_kind (found) == GRAPHBIT_JSON_KIND_OBJECT ? json_node_get_object (found) : NULL;
}

JsonArray *
graphbit_json_get_array (JsonNode *node,
                         const char *name)
{
  JsonNode *found = find (node, name);

  return graphbit_json_get_kind (found) == GRAPHBIT_JSON_KIND_ARRAY ? json_node_get_array (found) : NULL;
}

JsonNode *
graphbit_json_get_member (JsonNode *node,
                          const char *name)
{
  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_OBJECT)
    return NULL;

  return json_object_get_member (json_node_get_object (node), name);
}

JsonNode *
graphbit_json_get_element (JsonNode *node,
                           guint index)
{
  JsonArray *array;

  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_ARRAY)
    return NULL;

  array = json_node_get_array (node);
  return index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
}

guint
graphbit_json_get_size (JsonNode *node)
{
  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      return json_object_get_size (json_node_get_object (node));
    case GRAPHBIT_JSON_KIND_ARRAY:
      return json_array_get_length (json_node_get_array (node));
    case GRAPHBIT_JSON_KIND_NONE:
    case GRAPHBIT_JSON_KIND_STRING:
    case GRAPHBIT_JSON_KIND_NUMBER:
    case GRAPHBIT_JSON_KIND_BOOLEAN:
    case GRAPHBIT_JSON_KIND_NULL:
    default:
      return 0;
    }
}

void
graphbit_json_members_init (GraphbitJsonMembers *self,
                            JsonNode *node)
{
  self->is_object = graphbit_json_get_kind (node) == GRAPHBIT_JSON_KIND_OBJECT;
  if (self->is_object)
    json_object_iter_init_ordered (&self->iter, json_node_get_object (node));
}

gboolean
graphbit_json_members_next (GraphbitJsonMembers *self,
                            const char **name,
                            JsonNode **value)
{
  return self->is_object && json_object_iter_next_ordered (&self->iter, name, value);
}

/* Writing */

typedef struct
{
  JsonNode *node;
  GraphbitJsonMembers members; /* of an object, in its order */
  GPtrArray *names; /* of an object, sorted */
  guint index;
} Frame;

static void
frame_clear (gpointer data)
{
  g_clear_pointer (&((Frame *) data)->names, g_ptr_array_unref);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
write_number (GraphbitJsonWriter *writer,
              JsonNode *node,
              gboolean is_canonical)
{
  gint64 integer;

  if (is_double (node) && !(is_canonical && graphbit_json_is_integer (node)))
    graphbit_json_writer_double (writer, json_node_get_double (node));
  else if (graphbit_json_get_int64 (node, NULL, &integer))
    graphbit_json_writer_int64 (writer, integer);
}

/* Writes a scalar; opens a container and puts it on the stack. */
static void
begin_node (GraphbitJsonWriter *writer,
            JsonNode *node,
            gboolean is_canonical,
            GArray *stack)
{
  Frame frame = { .node = node };
  const char *name;
  JsonNode *value;

  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      graphbit_json_writer_begin_object (writer);
      graphbit_json_members_init (&frame.members, node);
      if (is_canonical)
        {
          frame.names = g_ptr_array_new ();
          while (graphbit_json_members_next (&frame.members, &name, &value))
            g_ptr_array_add (frame.names, (gpointer) name);
          g_ptr_array_sort (frame.names, compare_names);
        }
      g_array_append_val (stack, frame);
      break;

    case GRAPHBIT_JSON_KIND_ARRAY:
      graphbit_json_writer_begin_array (writer);
      g_array_append_val (stack, frame);
      break;

    case GRAPHBIT_JSON_KIND_STRING:
      graphbit_json_writer_string (writer, json_node_get_string (node));
      break;

    case GRAPHBIT_JSON_KIND_NUMBER:
      write_number (writer, node, is_canonical);
      break;

    case GRAPHBIT_JSON_KIND_BOOLEAN:
      graphbit_json_writer_boolean (writer, json_node_get_boolean (node));
      break;

    case GRAPHBIT_JSON_KIND_NONE:
    case GRAPHBIT_JSON_KIND_NULL:
    default:
      graphbit_json_writer_null (writer);
    }
}

/* Iterative, as a tree that a program built may be deeper than one we read. */
static void
write_tree (GraphbitJsonWriter *writer,
            JsonNode *root,
            gboolean is_canonical)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Frame));

  g_array_set_clear_func (stack, frame_clear);
  begin_node (writer, root, is_canonical, stack);

  while (stack->len > 0)
    {
      Frame *frame = &g_array_index (stack, Frame, stack->len - 1);
      JsonNode *child = NULL;
      const char *name = NULL;

      if (!frame->members.is_object)
        child = graphbit_json_get_element (frame->node, frame->index++);
      else if (frame->names == NULL)
        graphbit_json_members_next (&frame->members, &name, &child);
      else if (frame->index < frame->names->len)
        {
          name = g_ptr_array_index (frame->names, frame->index++);
          child = graphbit_json_get_member (frame->node, name);
        }

      if (child != NULL)
        {
          if (name != NULL)
            graphbit_json_writer_name (writer, name);
          begin_node (writer, child, is_canonical, stack);
        }
      else
        {
          if (frame->members.is_object)
            graphbit_json_writer_end_object (writer);
          else
            graphbit_json_writer_end_array (writer);
          g_array_set_size (stack, stack->len - 1);
        }
    }
}

void
graphbit_json_write_node (GraphbitJsonWriter *writer,
                          JsonNode *node)
{
  write_tree (writer, node, FALSE);
}

static char *
to_text (JsonNode *node,
         gboolean is_canonical)
{
  GString *string = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  write_tree (&writer, node, is_canonical);

  return g_string_free (string, FALSE);
}

char *
graphbit_json_to_text (JsonNode *node)
{
  return to_text (node, FALSE);
}

char *
graphbit_json_to_canonical_text (JsonNode *node)
{
  return to_text (node, TRUE);
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
append_line (GString *string,
             guint level)
{
  g_string_append_c (string, '\n');
  for (guint i = 0; i < level; i++)
    g_string_append_len (string, "  ", 2);
}

char *
graphbit_json_to_pretty_text (JsonNode *node)
{
  g_autofree char *compact = to_text (node, FALSE);

  return graphbit_json_indent (compact);
}

char *
graphbit_json_indent (const char *json)
{
  GString *string = g_string_new (NULL);
  guint level = 0;

  for (const char *p = json; *p != '\0'; p++)
    {
      const char *begin = p;

      switch (*p)
        {
        case '"':
          for (p++; *p != '"'; p++)
            if (*p == '\\')
              p++;
          g_string_append_len (string, begin, p + 1 - begin);
          break;

        case '{':
        case '[':
          g_string_append_c (string, *p);
          while (is_space (p[1]))
            p++;
          if (p[1] == '}' || p[1] == ']')
            g_string_append_c (string, *++p);
          else
            append_line (string, ++level);
          break;

        case '}':
        case ']':
          append_line (string, --level);
          g_string_append_c (string, *p);
          break;

        case ',':
          g_string_append_c (string, ',');
          append_line (string, level);
          break;

        case ':':
          g_string_append_len (string, ": ", 2);
          break;

        default:
          if (!is_space (*p))
            g_string_append_c (string, *p);
        }
    }

  return g_string_free (string, FALSE);
}

/* Looking up */

/* Decimal digits without a leading zero, and nothing else. */
static gboolean
parse_index (const char *text,
             gsize length,
             guint *index)
{
  guint value = 0;

  if (length == 0 || length > 9 || (text[0] == '0' && length > 1))
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (guint) (text[i] - '0');
    }

  *index = value;
  return TRUE;
}

JsonNode *
graphbit_json_lookup_pointer (JsonNode *root,
                              const char *pointer)
{
  g_autoptr (GString) token = g_string_new (NULL);
  JsonNode *node = root;
  const char *p = pointer;

  while (node != NULL && *p != '\0')
    {
      guint index;

      if (*p++ != '/')
        return NULL;

      g_string_truncate (token, 0);
      for (; *p != '\0' && *p != '/'; p++)
        {
          if (*p != '~')
            g_string_append_c (token, *p);
          else if (p[1] == '0' || p[1] == '1')
            g_string_append_c (token, *++p == '0' ? '~' : '/');
          else
            return NULL;
        }

      if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_ARRAY)
        node = graphbit_json_get_member (node, token->str);
      else if (parse_index (token->str, token->len, &index))
        node = graphbit_json_get_element (node, index);
      else
        node = NULL;
    }

  return node;
}

JsonNode *
graphbit_json_lookup_path (JsonNode *root,
                           const char *path)
{
  JsonNode *node = root;
  const char *p = path;

  while (node != NULL && *p != '\0')
    {
      if (*p == '[')
        {
          const char *digits = ++p;
          guint index;

          p += strspn (p, "0123456789");
          if (*p != ']' || !parse_index (digits, (gsize) (p - digits), &index))
            return NULL;
          p++;
          node = graphbit_json_get_element (node, index);
        }
      else
        {
          g_autofree char *name = NULL;
          gsize length;

          if (p != path && *p++ != '.')
            return NULL;
          length = strcspn (p, ".[");
          if (length == 0)
            return NULL;
          name = g_strndup (p, length);
          p += length;
          node = graphbit_json_get_member (node, name);
        }
    }

  return node;
}
