/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Writes compact JSON at the end of a GString, commas by itself. The caller
 * keeps begin and end, names and values in order; that is not checked.
 *
 *   GraphbitJsonWriter writer;
 *
 *   graphbit_json_writer_init (&writer, string);
 *   graphbit_json_writer_begin_object (&writer);
 *   graphbit_json_writer_string_member (&writer, "model", model);
 *   graphbit_json_writer_name (&writer, "messages");
 *   graphbit_json_writer_begin_array (&writer);
 *   …
 */
typedef struct
{
  /*< private >*/
  GString *string;
  gboolean needs_comma;
} GraphbitJsonWriter;

void graphbit_json_writer_init (GraphbitJsonWriter *self, GString *string);

void graphbit_json_writer_begin_object (GraphbitJsonWriter *self);
void graphbit_json_writer_end_object (GraphbitJsonWriter *self);
void graphbit_json_writer_begin_array (GraphbitJsonWriter *self);
void graphbit_json_writer_end_array (GraphbitJsonWriter *self);

void graphbit_json_writer_name (GraphbitJsonWriter *self, const char *name);

/* NULL is written as null, bytes that are no UTF-8 as U+FFFD. */
void graphbit_json_writer_string (GraphbitJsonWriter *self, const char *value);
void graphbit_json_writer_string_len (GraphbitJsonWriter *self, const char *value, gsize length);
void graphbit_json_writer_int64 (GraphbitJsonWriter *self, gint64 value);
/* The shortest text that reads back as the same number; null for what is not finite. */
void graphbit_json_writer_double (GraphbitJsonWriter *self, double value);
void graphbit_json_writer_boolean (GraphbitJsonWriter *self, gboolean value);
void graphbit_json_writer_null (GraphbitJsonWriter *self);
/* One value that is JSON already; length -1 for a NUL-terminated text. */
void graphbit_json_writer_raw (GraphbitJsonWriter *self, const char *json, gssize length);

static inline void
graphbit_json_writer_string_member (GraphbitJsonWriter *self,
                                    const char *name,
                                    const char *value)
{
  graphbit_json_writer_name (self, name);
  graphbit_json_writer_string (self, value);
}

static inline void
graphbit_json_writer_int64_member (GraphbitJsonWriter *self,
                                   const char *name,
                                   gint64 value)
{
  graphbit_json_writer_name (self, name);
  graphbit_json_writer_int64 (self, value);
}

static inline void
graphbit_json_writer_double_member (GraphbitJsonWriter *self,
                                    const char *name,
                                    double value)
{
  graphbit_json_writer_name (self, name);
  graphbit_json_writer_double (self, value);
}

static inline void
graphbit_json_writer_boolean_member (GraphbitJsonWriter *self,
                                     const char *name,
                                     gboolean value)
{
  graphbit_json_writer_name (self, name);
  graphbit_json_writer_boolean (self, value);
}

static inline void
graphbit_json_writer_raw_member (GraphbitJsonWriter *self,
                                 const char *name,
                                 const char *json,
                                 gssize length)
{
  graphbit_json_writer_name (self, name);
  graphbit_json_writer_raw (self, json, length);
}

G_END_DECLS
