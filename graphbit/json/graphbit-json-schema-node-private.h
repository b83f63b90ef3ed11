/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"

G_BEGIN_DECLS

/*
 * The compiled form, between the files that know it: one makes it, one checks
 * documents against it, one is the class.
 */

typedef enum
{
  TYPE_OBJECT = 1 << 0,
  TYPE_ARRAY = 1 << 1,
  TYPE_STRING = 1 << 2,
  TYPE_INTEGER = 1 << 3,
  TYPE_NUMBER = 1 << 4,
  TYPE_BOOLEAN = 1 << 5,
  TYPE_NULL = 1 << 6
} Types;

static const struct
{
  Types type;
  const char *name;
  const char *phrase; /* as a problem names it */
} type_names[] = {
  { TYPE_OBJECT, "object", "an object" },
  { TYPE_ARRAY, "array", "an array" },
  { TYPE_STRING, "string", "a string" },
  { TYPE_INTEGER, "integer", "an integer" },
  { TYPE_NUMBER, "number", "a number" },
  { TYPE_BOOLEAN, "boolean", "true or false" },
  { TYPE_NULL, "null", "null" },
};

/* A form of a text that can be told. */
typedef struct
{
  const char *name;
  const char *phrase; /* as a problem names it */
  gboolean (*fits) (const char *text);
} Format;

/* As PCRE has it. */
char *graphbit_json_pattern_translate (const char *pattern);

const Format *graphbit_json_format_lookup (const char *name); /* NULL: an annotation only */

/* Of one text; see also what a match costs in graphbit-json-schema-check.c. */
#define MAX_PATTERN_STEPS 20000

typedef struct _Schema Schema;

struct _Schema
{
  gboolean is_false;
  Types types; /* 0: any */

  GPtrArray *values; /* enum, as canonical texts */
  char *constant; /* likewise */

  GHashTable *properties; /* name → Schema */
  GPtrArray *names; /* of properties, in their order */
  GPtrArray *required; /* names */
  Schema *additional;

  Schema *items;
  GPtrArray *prefix; /* of Schema, as the three below */
  gboolean is_unique;

  GPtrArray *any_of;
  GPtrArray *one_of;
  GPtrArray *all_of;
  Schema *negated;
  Schema *ref;

  /* the schema's own nodes; NULL: none */
  JsonNode *minimum;
  JsonNode *maximum;
  JsonNode *exclusive_minimum;
  JsonNode *exclusive_maximum;
  JsonNode *multiple_of;

  GRegex *pattern; /* NULL: none; likewise the format */
  const char *pattern_text;
  gsize pattern_max_length; /* of a text; G_MAXSIZE: the steps are limit enough */
  const Format *format;

  gint64 min_length; /* -1: none */
  gint64 max_length;
  gint64 min_items;
  gint64 max_items;
  gint64 min_properties;
  gint64 max_properties;
};

struct _GraphbitJsonSchema
{
  GObject parent_instance;

  char *text;     /* compact; as it was given where it is no JSON */
  JsonNode *node; /* NULL likewise */
  GPtrArray *schemas; /* owns them all; they may refer to each other in circles */
  Schema *root;
  GError *error; /* NULL: it can be used */
};

/* Of what `node` holds. */
gboolean graphbit_json_schema_compile (GraphbitJsonSchema *self, GError **error);

G_END_DECLS
