/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/*
 * A pull reader over bytes: strict RFC 8259, iterative, no tree, and no
 * allocation but the strings asked for. The bytes must outlive it.
 *
 *   GraphbitJsonReader reader;
 *   guint root;
 *
 *   graphbit_json_reader_init (&reader, data, length);
 *   root = graphbit_json_reader_enter_object (&reader);
 *   while (graphbit_json_reader_next_member (&reader, root))
 *     {
 *       if (graphbit_json_reader_member_is (&reader, "id"))
 *         id = graphbit_json_reader_read_string (&reader);
 *       else if (graphbit_json_reader_member_is (&reader, "choices"))
 *         {
 *           guint choices = graphbit_json_reader_enter_array (&reader);
 *           while (graphbit_json_reader_next_element (&reader, choices))
 *             …
 *         }
 *     }
 *   if (!graphbit_json_reader_finish (&reader))
 *     …
 *
 * What is not read is skipped by the next call, and checked all the same; so
 * is the rest of an object or array that was left early. A value of another
 * kind than the one asked for is no error: the call returns FALSE, NULL or the
 * scope 0 (over which next_… ends at once) and the value is still there. Broken
 * JSON is an error; it sticks, every later call returns FALSE, and finish ()
 * tells, once, at the end.
 *
 * member_is () speaks of the member handed out last, also after an inner one.
 * A member that comes twice is handed out twice. A lone half of a surrogate
 * pair becomes U+FFFD; a string with \u0000 in it is refused when it is read.
 */

#define GRAPHBIT_JSON_MAX_DEPTH 128

typedef enum
{
  GRAPHBIT_JSON_KIND_NONE, /* no value is at hand, or an error stands */
  GRAPHBIT_JSON_KIND_OBJECT,
  GRAPHBIT_JSON_KIND_ARRAY,
  GRAPHBIT_JSON_KIND_STRING,
  GRAPHBIT_JSON_KIND_NUMBER,
  GRAPHBIT_JSON_KIND_BOOLEAN,
  GRAPHBIT_JSON_KIND_NULL
} GraphbitJsonKind;

typedef struct
{
  /*< private >*/
  const char *start;
  const char *cursor;
  const char *end;

  const char *name; /* of the member at hand, as written */
  gsize name_length;

  const char *error; /* NULL while all is well; then the cursor stays where it went wrong */

  guint64 objects[GRAPHBIT_JSON_MAX_DEPTH / 64]; /* which of the open containers are objects */
  guint depth;
  guint is_at_value : 1;
  guint is_fresh : 1; /* the innermost container was just opened */
  guint is_name_escaped : 1;
} GraphbitJsonReader;

/* Blank lines and a byte order mark before the document are passed over. */
void graphbit_json_reader_init (GraphbitJsonReader *self, const char *data, gsize length);

GraphbitJsonKind graphbit_json_reader_get_kind (GraphbitJsonReader *self);

/* A scope for next_…; 0 if the value at hand is nothing to enter. */
guint graphbit_json_reader_enter_object (GraphbitJsonReader *self);
guint graphbit_json_reader_enter_array (GraphbitJsonReader *self);
gboolean graphbit_json_reader_next_member (GraphbitJsonReader *self, guint scope);
gboolean graphbit_json_reader_next_element (GraphbitJsonReader *self, guint scope);

gboolean graphbit_json_reader_member_equals (GraphbitJsonReader *self, const char *name, gsize length);
char *graphbit_json_reader_dup_member_name (GraphbitJsonReader *self);

/* Does not consume the value. */
gboolean graphbit_json_reader_string_is (GraphbitJsonReader *self, const char *text);

char *graphbit_json_reader_read_string (GraphbitJsonReader *self);
gboolean graphbit_json_reader_append_string (GraphbitJsonReader *self, GString *string);

/* Fractions are cut off, what is out of range becomes the nearest end of it. */
gboolean graphbit_json_reader_read_int64 (GraphbitJsonReader *self, gint64 *value);
/* 1e400 is an error, never an infinity. */
gboolean graphbit_json_reader_read_double (GraphbitJsonReader *self, double *value);
gboolean graphbit_json_reader_read_boolean (GraphbitJsonReader *self, gboolean *value);

/* The array at hand, if it has nothing but numbers: appended as float32, each rounded correctly. What was appended before
 * FALSE does not count. A number beyond the range of float32 is none; graphbit-json-floats.c */
gboolean graphbit_json_reader_read_floats (GraphbitJsonReader *self, GArray *values);
/* The string at hand, if it is base64: instead of what was in `bytes`; graphbit-json-base64.c */
gboolean graphbit_json_reader_read_base64 (GraphbitJsonReader *self, GByteArray *bytes);

/* Any value, as it is written; checked. */
gboolean graphbit_json_reader_read_raw (GraphbitJsonReader *self, const char **text, gsize *length);
void graphbit_json_reader_skip (GraphbitJsonReader *self);

/* Reads what is left, which must be the end of one document. */
gboolean graphbit_json_reader_finish (GraphbitJsonReader *self);

/* The byte at which the value at hand begins. */
gsize graphbit_json_reader_get_offset (GraphbitJsonReader *self);

/* NULL if all is well; else a text marked for translation, and the byte where it went wrong. */
const char *graphbit_json_reader_get_error (GraphbitJsonReader *self, gsize *offset);
/* The same as one English text with the place, for logs and GraphbitFailure. */
char *graphbit_json_reader_dup_error (GraphbitJsonReader *self);

/* For trees, which keep integers and doubles apart. */
typedef enum
{
  GRAPHBIT_JSON_NUMBER_NONE, /* no number, or not a right one */
  GRAPHBIT_JSON_NUMBER_INTEGER, /* fits into gint64 */
  GRAPHBIT_JSON_NUMBER_DOUBLE
} GraphbitJsonNumber;

GraphbitJsonNumber graphbit_json_reader_read_number (GraphbitJsonReader *self, gint64 *integer, double *number);

static inline gboolean
graphbit_json_reader_member_is (GraphbitJsonReader *self,
                                const char *name)
{
  /* the length of a literal is known to the compiler */
  gsize length = strlen (name);

  if (G_LIKELY (!self->is_name_escaped))
    return self->name_length == length && memcmp (self->name, name, length) == 0;

  return graphbit_json_reader_member_equals (self, name, length);
}

G_END_DECLS
