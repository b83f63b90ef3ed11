/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <float.h>
#include <math.h>

#include "graphbit-json-schema-node-private.h"
#include "graphbit-problem-private.h"

#define MAX_STEPS 2000000
#define PATTERN_STEPS 100 /* what looking for a pattern costs of these, so that a document has 20,000 texts with one */
#define MAX_DEPTH 512 /* a document of 128 levels, each behind a $ref and an anyOf */
#define MAX_PROBLEMS 32
#define MAX_VALUES_SHOWN 20
#define MAX_CHARACTERS_SHOWN 60

typedef struct
{
  GPtrArray *problems; /* NULL: only yes or no */
  GString *path;
  guint steps;
  gboolean is_exhausted;
} Check;

static gboolean check_node (Check *check, const Schema *schema, JsonNode *node, guint depth);

/* FALSE when that was too much: neither a hostile schema nor a hostile document may hang. */
static gboolean
spend (Check *check,
       gsize steps)
{
  if (steps > MAX_STEPS - check->steps)
    check->is_exhausted = TRUE;
  else
    check->steps += (guint) steps;

  return !check->is_exhausted;
}

static GraphbitProblem *
make_problem (const char *path,
              const char *message)
{
  return graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, path, NULL, message, NULL);
}

G_GNUC_PRINTF (2, 3)
static gboolean
report (Check *check,
        const char *format,
        ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  if (check->problems == NULL || check->problems->len >= MAX_PROBLEMS)
    return FALSE;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_ptr_array_add (check->problems, make_problem (check->path->str, message));
  return FALSE;
}

static gsize
enter (Check *check,
       const char *token)
{
  gsize length = check->path->len;

  g_string_append_c (check->path, '/');
  for (; *token != '\0'; token++)
    {
      if (*token == '~')
        g_string_append (check->path, "~0");
      else if (*token == '/')
        g_string_append (check->path, "~1");
      else
        g_string_append_c (check->path, *token);
    }

  return length;
}

static void
leave (Check *check,
       gsize length)
{
  g_string_truncate (check->path, length);
}

static gboolean
check_member (Check *check,
              const Schema *schema,
              JsonNode *node,
              const char *token,
              guint depth)
{
  gsize length = enter (check, token);
  gboolean fits = check_node (check, schema, node, depth);

  leave (check, length);
  return fits;
}

static char *
shorten (const char *text)
{
  if (g_utf8_strlen (text, -1) <= MAX_CHARACTERS_SHOWN)
    return g_strdup (text);

  return g_strdup_printf ("%.*s…", (int) (g_utf8_offset_to_pointer (text, MAX_CHARACTERS_SHOWN) - text), text);
}

static char *
join_shortened (GPtrArray *texts)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < texts->len && i < MAX_VALUES_SHOWN; i++)
    {
      g_autofree char *text = shorten (g_ptr_array_index (texts, i));

      g_string_append_printf (string, "%s%s", i > 0 ? ", " : "", text);
    }
  if (texts->len > MAX_VALUES_SHOWN)
    g_string_append (string, ", …");

  return g_string_free (string, FALSE);
}

/* A number is an integer too if it has no fraction. */
static Types
types_of (JsonNode *node)
{
  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      return TYPE_OBJECT;
    case GRAPHBIT_JSON_KIND_ARRAY:
      return TYPE_ARRAY;
    case GRAPHBIT_JSON_KIND_STRING:
      return TYPE_STRING;
    case GRAPHBIT_JSON_KIND_NUMBER:
      {
        double number;

        /* beyond gint64 a double has no fraction any more */
        if (graphbit_json_is_integer (node) ||
            (graphbit_json_get_double (node, NULL, &number) && fabs (number) >= 9007199254740992.0))
          return TYPE_INTEGER | TYPE_NUMBER;
        return TYPE_NUMBER;
      }
    case GRAPHBIT_JSON_KIND_BOOLEAN:
      return TYPE_BOOLEAN;
    case GRAPHBIT_JSON_KIND_NONE:
    case GRAPHBIT_JSON_KIND_NULL:
    default:
      return TYPE_NULL;
    }
}

static gboolean
report_type (Check *check,
             Types expected,
             Types found)
{
  g_autoptr (GString) string = NULL;
  const char *found_phrase = NULL;

  if (check->problems == NULL)
    return FALSE;

  string = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if (expected & type_names[i].type)
        g_string_append_printf (string, "%s%s", string->len > 0 ? " or " : "", type_names[i].phrase);
      if (found_phrase == NULL && (found & type_names[i].type) != 0)
        found_phrase = type_names[i].type == TYPE_BOOLEAN ? "a boolean" : type_names[i].phrase;
    }

  return report (check, "must be %s, not %s", string->str, found_phrase);
}

static gboolean
check_values (Check *check,
              const Schema *schema,
              JsonNode *node)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (schema->values == NULL && schema->constant == NULL)
    return TRUE;

  text = graphbit_json_to_canonical_text (node);
  if (!spend (check, strlen (text) / 16 + (schema->values != NULL ? schema->values->len / 4 : 0)))
    return FALSE;
  if (check->problems != NULL)
    shown = shorten (text);

  if (schema->constant != NULL && strcmp (schema->constant, text) != 0)
    {
      g_autofree char *constant = shorten (schema->constant);

      return report (check, "must be %s, not %s", constant, shown);
    }

  if (schema->values != NULL && !g_ptr_array_find_with_equal_func (schema->values, text, g_str_equal, NULL))
    {
      g_autofree char *values = check->problems != NULL ? join_shortened (schema->values) : NULL;

      return report (check, "must be one of %s, not %s", values, shown);
    }

  return TRUE;
}

static int
compare_numbers (JsonNode *a,
                 JsonNode *b)
{
  gint64 integer_a, integer_b;
  double number_a = 0, number_b = 0;

  if (graphbit_json_get_int64 (a, NULL, &integer_a) && graphbit_json_get_int64 (b, NULL, &integer_b))
    return (integer_a > integer_b) - (integer_a < integer_b);

  graphbit_json_get_double (a, NULL, &number_a);
  graphbit_json_get_double (b, NULL, &number_b);
  return (number_a > number_b) - (number_a < number_b);
}

static gboolean
is_multiple (JsonNode *node,
             JsonNode *of)
{
  gint64 integer, divisor;
  double number = 0, step = 1, quotient;

  if (graphbit_json_get_int64 (node, NULL, &integer) && graphbit_json_get_int64 (of, NULL, &divisor))
    return integer % divisor == 0;

  graphbit_json_get_double (node, NULL, &number);
  graphbit_json_get_double (of, NULL, &step);
  if (fmod (number, step) == 0)
    return TRUE;

  /* 0.3 is a multiple of 0.1, though not to the last bits; a whole step has no such excuse */
  quotient = number / step;
  return trunc (step) != step && fabs (quotient - round (quotient)) <= 4 * DBL_EPSILON * fabs (quotient) &&
         fabs (quotient) < 1e12;
}

static gboolean
report_number (Check *check,
               const char *relation,
               JsonNode *bound,
               JsonNode *node)
{
  g_autofree char *bound_text = NULL;
  g_autofree char *text = NULL;

  if (check->problems == NULL)
    return FALSE;

  bound_text = graphbit_json_to_canonical_text (bound);
  text = graphbit_json_to_canonical_text (node);
  return report (check, "must be %s %s, not %s", relation, bound_text, text);
}

static gboolean
check_number (Check *check,
              const Schema *schema,
              JsonNode *node)
{
  gboolean fits = TRUE;

  if (schema->minimum != NULL && compare_numbers (node, schema->minimum) < 0)
    fits = report_number (check, "at least", schema->minimum, node);
  if (schema->maximum != NULL && compare_numbers (node, schema->maximum) > 0)
    fits = report_number (check, "at most", schema->maximum, node);
  if (schema->exclusive_minimum != NULL && compare_numbers (node, schema->exclusive_minimum) <= 0)
    fits = report_number (check, "greater than", schema->exclusive_minimum, node);
  if (schema->exclusive_maximum != NULL && compare_numbers (node, schema->exclusive_maximum) >= 0)
    fits = report_number (check, "less than", schema->exclusive_maximum, node);
  if (schema->multiple_of != NULL && !is_multiple (node, schema->multiple_of))
    fits = report_number (check, "a multiple of", schema->multiple_of, node);

  return fits;
}

static gboolean
check_count (Check *check,
             gint64 count,
             gint64 minimum,
             gint64 maximum,
             const char *unit)
{
  gboolean is_low = count < minimum;
  gint64 bound = is_low ? minimum : maximum;

  if (!is_low && (maximum < 0 || count <= maximum))
    return TRUE;

  return report (check, "must have at %s %" G_GINT64_FORMAT " %s%s, has %" G_GINT64_FORMAT,
                 is_low ? "least" : "most", bound, unit, bound == 1 ? "" : "s", count);
}

static gboolean
check_length (Check *check,
              const Schema *schema,
              const char *text)
{
  gint64 length = 0;

  if (schema->min_length < 0 && schema->max_length < 0)
    return TRUE;

  for (; *text != '\0'; text++)
    length += ((guchar) *text & 0xc0) != 0x80;
  if (!spend (check, (gsize) length / 64))
    return FALSE;

  return check_count (check, length, schema->min_length, schema->max_length, "character");
}

static gboolean
check_pattern (Check *check,
               const Schema *schema,
               const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  gsize length, steps = PATTERN_STEPS;

  if (schema->pattern == NULL)
    return TRUE;

  length = strlen (text);
  if (schema->pattern_max_length < G_MAXSIZE)
    steps += length * MIN (length, MAX_PATTERN_STEPS) / (schema->pattern_max_length / 64 + 1);
  if (spend (check, steps) &&
      g_regex_match_full (schema->pattern, text, (gssize) length, 0, 0, NULL, &error))
    return TRUE;

  if (error != NULL)
    check->is_exhausted = TRUE;
  if (check->is_exhausted)
    return report (check, "too long to be checked against the pattern %s", schema->pattern_text);
  if (check->problems != NULL)
    shown = shorten (text);
  return report (check, "must match the pattern %s, not be \"%s\"", schema->pattern_text, shown);
}

static gboolean
check_string (Check *check,
              const Schema *schema,
              JsonNode *node)
{
  const char *text = "";
  g_autofree char *shown = NULL;
  gboolean fits;

  graphbit_json_get_string (node, NULL, &text);
  fits = check_length (check, schema, text);
  fits = check_pattern (check, schema, text) && fits;
  if (schema->format == NULL || schema->format->fits (text))
    return fits;

  if (check->problems != NULL)
    shown = shorten (text);
  return report (check, "must be %s, not \"%s\"", schema->format->phrase, shown);
}

static gboolean
check_unique (Check *check,
              JsonNode *node)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < graphbit_json_get_size (node); i++)
    {
      char *text = graphbit_json_to_canonical_text (graphbit_json_get_element (node, i));
      gsize length = strlen (text);

      if (!g_hash_table_add (seen, text))
        return report (check, "must not hold the same item twice, item %u repeats an earlier one", i);
      if (!spend (check, 1 + length / 16))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_array (Check *check,
             const Schema *schema,
             JsonNode *node,
             guint depth)
{
  guint n = graphbit_json_get_size (node);
  guint n_prefix = schema->prefix != NULL ? schema->prefix->len : 0;
  gboolean fits = check_count (check, n, schema->min_items, schema->max_items, "item");

  if (schema->is_unique)
    fits = check_unique (check, node) && fits;

  if (n_prefix == 0 && schema->items == NULL)
    return fits;

  for (guint i = 0; i < n && (fits || check->problems != NULL) && !check->is_exhausted; i++)
    {
      const Schema *item = i < n_prefix ? g_ptr_array_index (schema->prefix, i) : schema->items;
      char token[12];

      if (item == NULL)
        break;
      g_snprintf (token, sizeof token, "%u", i);
      fits = check_member (check, item, graphbit_json_get_element (node, i), token, depth) && fits;
    }

  return fits;
}

static gboolean
report_unknown_member (Check *check,
                       const Schema *schema,
                       const char *name)
{
  g_autofree char *names = NULL;
  gsize length;

  if (check->problems == NULL)
    return FALSE;

  if (schema->names != NULL && schema->names->len > 0)
    names = join_shortened (schema->names);

  length = enter (check, name);
  if (names != NULL)
    report (check, "not allowed; leave it out (allowed here: %s)", names);
  else
    report (check, "not allowed; leave it out");
  leave (check, length);

  return FALSE;
}

static gboolean
check_object (Check *check,
              const Schema *schema,
              JsonNode *node,
              guint depth)
{
  gboolean fits = TRUE;
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;

  if (schema->required != NULL)
    {
      if (!spend (check, schema->required->len))
        return FALSE;

      for (guint i = 0; i < schema->required->len; i++)
        {
          const char *required = g_ptr_array_index (schema->required, i);

          if (graphbit_json_get_member (node, required) == NULL)
            {
              gsize length = enter (check, required);

              fits = report (check, "required but missing");
              leave (check, length);
            }
        }
    }

  fits = check_count (check, graphbit_json_get_size (node), schema->min_properties, schema->max_properties, "member") && fits;
  if (schema->properties == NULL && schema->additional == NULL)
    return fits;

  graphbit_json_members_init (&members, node);
  while ((fits || check->problems != NULL) && !check->is_exhausted &&
         graphbit_json_members_next (&members, &name, &value))
    {
      const Schema *member = NULL;

      if (schema->properties != NULL)
        member = g_hash_table_lookup (schema->properties, name);

      if (member != NULL)
        fits = check_member (check, member, value, name, depth) && fits;
      else if (schema->additional == NULL)
        spend (check, 1);
      else if (schema->additional->is_false)
        fits = report_unknown_member (check, schema, name);
      else
        fits = check_member (check, schema->additional, value, name, depth) && fits;
    }

  return fits;
}

/* How many of them fit, but at most `enough`. */
static guint
count_fitting (Check *check,
               GPtrArray *schemas,
               JsonNode *node,
               guint enough,
               guint depth)
{
  GPtrArray *problems = g_steal_pointer (&check->problems);
  guint n = 0;

  for (guint i = 0; i < schemas->len && n < enough && !check->is_exhausted; i++)
    if (check_node (check, g_ptr_array_index (schemas, i), node, depth))
      n++;

  check->problems = problems;
  return n;
}

/* Says what each alternative misses first. */
static gboolean
report_alternatives (Check *check,
                     GPtrArray *schemas,
                     JsonNode *node,
                     guint depth)
{
  g_autoptr (GString) string = NULL;
  GPtrArray *problems = check->problems;

  if (problems == NULL)
    return FALSE;

  string = g_string_new (NULL);
  for (guint i = 0; i < schemas->len && i < MAX_VALUES_SHOWN && !check->is_exhausted; i++)
    {
      g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_object_unref);
      g_autofree char *line = NULL;
      GraphbitProblem *first;
      gboolean is_here;

      check->problems = own;
      check_node (check, g_ptr_array_index (schemas, i), node, depth);
      check->problems = problems;
      if (own->len == 0)
        continue;

      first = g_ptr_array_index (own, 0);
      is_here = strcmp (graphbit_problem_get_path (first), check->path->str) == 0;
      line = is_here ? NULL : graphbit_problem_to_line (first);
      g_string_append_printf (string, "%s%s", string->len > 0 ? "; or " : "",
                              is_here ? graphbit_problem_get_message (first) : line);
    }

  return report (check, "fits none of the %u alternatives: %s", schemas->len, string->str);
}

static gboolean
check_combinations (Check *check,
                    const Schema *schema,
                    JsonNode *node,
                    guint depth)
{
  gboolean fits = TRUE;

  if (schema->ref != NULL)
    fits = check_node (check, schema->ref, node, depth);

  if (schema->all_of != NULL)
    for (guint i = 0; i < schema->all_of->len && (fits || check->problems != NULL) && !check->is_exhausted; i++)
      fits = check_node (check, g_ptr_array_index (schema->all_of, i), node, depth) && fits;

  if (schema->any_of != NULL && count_fitting (check, schema->any_of, node, 1, depth) == 0)
    fits = report_alternatives (check, schema->any_of, node, depth);

  if (schema->one_of != NULL)
    {
      guint n = count_fitting (check, schema->one_of, node, 2, depth);

      if (n == 0)
        fits = report_alternatives (check, schema->one_of, node, depth);
      else if (n > 1)
        fits = report (check, "fits more than one of the %u alternatives, must fit exactly one", schema->one_of->len);
    }

  if (schema->negated != NULL)
    {
      GPtrArray *problems = g_steal_pointer (&check->problems);
      gboolean is_forbidden = check_node (check, schema->negated, node, depth);

      check->problems = problems;
      if (is_forbidden)
        fits = report (check, "has a form that is not allowed");
    }

  return fits;
}

static gboolean
check_node (Check *check,
            const Schema *schema,
            JsonNode *node,
            guint depth)
{
  Types types;
  gboolean fits;

  if (depth >= MAX_DEPTH)
    check->is_exhausted = TRUE;
  if (!spend (check, 1))
    return FALSE;

  if (schema->is_false)
    return report (check, "not allowed");

  types = types_of (node);
  /* the rest would only say it again in other words */
  if (schema->types != 0 && (schema->types & types) == 0)
    return report_type (check, schema->types, types);

  fits = check_values (check, schema, node);
  if (!fits && check->problems == NULL)
    return FALSE;

  if (types & TYPE_OBJECT)
    fits = check_object (check, schema, node, depth + 1) && fits;
  else if (types & TYPE_ARRAY)
    fits = check_array (check, schema, node, depth + 1) && fits;
  else if (types & TYPE_STRING)
    fits = check_string (check, schema, node) && fits;
  else if (types & TYPE_NUMBER)
    fits = check_number (check, schema, node) && fits;
  if (!fits && check->problems == NULL)
    return FALSE;

  return check_combinations (check, schema, node, depth + 1) && fits;
}

gboolean
graphbit_json_schema_check (GraphbitJsonSchema *self,
                            JsonNode *node,
                            GPtrArray **problems)
{
  g_autoptr (GString) path = NULL;
  Check check = { 0 };
  gboolean fits;

  g_return_val_if_fail (self->error == NULL, FALSE);
  g_return_val_if_fail (node != NULL, FALSE);

  check.path = path = g_string_new (NULL);
  if (problems != NULL)
    check.problems = g_ptr_array_new_with_free_func (g_object_unref);

  fits = check_node (&check, self->root, node, 0);

  /* also when `not` made a yes of what was cut short */
  if (check.is_exhausted)
    {
      fits = FALSE;
      if (check.problems != NULL)
        {
          g_ptr_array_set_size (check.problems, MIN (check.problems->len, MAX_PROBLEMS - 1));
          g_ptr_array_add (check.problems, make_problem ("", "too large or too deep to be checked"));
        }
    }

  if (fits)
    g_clear_pointer (&check.problems, g_ptr_array_unref);
  if (problems != NULL)
    *problems = check.problems;

  return fits;
}
