/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-transform-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-output-private.h"
#include "graphbit-pattern-private.h"

/* On the way to a match. An ordinary search takes one or two for each character. */
#define MAX_STEPS 50000000

typedef struct
{
  const GraphbitPlanTransform *settings;
  const char *text; /* all inputs */
  const char *const *inputs;
  guint n_inputs;
} Task;

typedef enum
{
  ARGUMENT_NONE,
  ARGUMENT_OPTIONAL,
  ARGUMENT_REQUIRED
} ArgumentUse;

typedef struct
{
  GraphbitTransformation transformation;
  ArgumentUse argument;
  gboolean has_replacement;
  void (*build) (GraphbitPlanTransform *settings, GraphbitReport *report); /* NULL: nothing to prepare */
  char *(*apply) (const Task *task, GError **error);
} TransformInfo;

static char *
apply_uppercase (const Task *task,
                 GError **error)
{
  return g_utf8_strup (task->text, -1);
}

static char *
apply_lowercase (const Task *task,
                 GError **error)
{
  return g_utf8_strdown (task->text, -1);
}

static char *
trim (const char *text)
{
  const char *end = text + strlen (text);

  while (text < end && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);

      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      end = last;
    }

  return g_strndup (text, (gsize) (end - text));
}

static char *
apply_trim (const Task *task,
            GError **error)
{
  return trim (task->text);
}

static void
build_template (GraphbitPlanTransform *settings,
                GraphbitReport *report)
{
  settings->template_ = graphbit_template_new (settings->argument);
}

static void
build_json_pointer (GraphbitPlanTransform *settings,
                    GraphbitReport *report)
{
  gboolean is_valid = settings->argument[0] == '\0' || settings->argument[0] == '/';

  for (const char *p = strchr (settings->argument, '~'); p != NULL; p = strchr (p + 1, '~'))
    is_valid = is_valid && (p[1] == '0' || p[1] == '1');

  if (!is_valid)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "argument",
                         _("write it like /path/to/0/field"),
                         _("The argument of the transform “%s” is no JSON pointer: %s"),
                         graphbit_node_get_name (report->node), settings->argument);
}

static char *
apply_json_pointer (const Task *task,
                    GError **error)
{
  g_autoptr (JsonNode) root = graphbit_json_parse (task->text, -1, error);
  JsonNode *node;

  if (root == NULL)
    return NULL;

  node = graphbit_json_lookup_pointer (root, task->settings->argument);
  if (node == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                   _("The JSON pointer “%s” leads nowhere in the input"), task->settings->argument);
      return NULL;
    }

  return graphbit_output_from_json (node);
}

static void
build_regex (GraphbitPlanTransform *settings,
             GraphbitReport *report)
{
  const char *name = graphbit_node_get_name (report->node);
  g_autoptr (GError) error = NULL;

  settings->regex = graphbit_pattern_new (settings->argument, 0, MAX_STEPS, &error);
  if (settings->regex == NULL)
    {
      graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "argument", NULL,
                           _("The regular expression of the transform “%s” is wrong: %s"), name, error->message);
      return;
    }

  if (settings->transformation == GRAPHBIT_TRANSFORMATION_REGEX_REPLACE &&
      !g_regex_check_replacement (settings->replacement, NULL, &error))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "replacement", NULL,
                         _("The replacement of the transform “%s” is wrong: %s"), name, error->message);
}

/* A pattern that goes back and forth too often. */
static void
set_regex_error (const Task *task,
                 GError **error)
{
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
               _("The regular expression “%s” was given up after too many steps; use a simpler one, or a shorter input"),
               task->settings->argument);
}

static char *
apply_regex_extract (const Task *task,
                     GError **error)
{
  GRegex *regex = task->settings->regex;
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) local_error = NULL;
  char *text;

  if (!g_regex_match_full (regex, task->text, -1, 0, 0, &match, &local_error))
    {
      if (local_error != NULL)
        set_regex_error (task, error);
      else
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                     _("The regular expression “%s” matches nothing in the input"), task->settings->argument);
      return NULL;
    }

  text = g_match_info_fetch (match, g_regex_get_capture_count (regex) > 0 ? 1 : 0);

  /* a group that took no part in the match */
  return text != NULL ? text : g_strdup ("");
}

static char *
apply_regex_replace (const Task *task,
                     GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *text;

  text = g_regex_replace (task->settings->regex, task->text, -1, 0, task->settings->replacement, 0, &local_error);
  if (text == NULL)
    set_regex_error (task, error);

  return text;
}

static char *
apply_split (const Task *task,
             GError **error)
{
  return graphbit_output_split (task->text, task->settings->argument);
}

static char *
apply_join (const Task *task,
            GError **error)
{
  const char *separator = task->settings->argument[0] != '\0' ? task->settings->argument : "\n";
  g_autoptr (JsonNode) root = NULL;
  GString *text;

  if (task->n_inputs == 1)
    root = graphbit_json_parse (task->text, -1, NULL);
  if (graphbit_json_get_kind (root) != GRAPHBIT_JSON_KIND_ARRAY)
    return graphbit_output_join_with (task->inputs, task->n_inputs, separator);

  text = g_string_new (NULL);
  for (guint i = 0; i < graphbit_json_get_size (root); i++)
    {
      g_autofree char *element = graphbit_output_from_json (graphbit_json_get_element (root, i));

      if (i > 0)
        g_string_append (text, separator);
      g_string_append (text, element);
    }

  return g_string_free (text, FALSE);
}

/* What stands in the first code fence, or NULL. */
static char *
find_fenced (const char *text)
{
  const char *start = strstr (text, "```");
  const char *end;

  start = start != NULL ? strchr (start, '\n') : NULL;
  end = start != NULL ? strstr (start, "```") : NULL;

  return end != NULL ? g_strndup (start, (gsize) (end - start)) : NULL;
}

static char *
apply_parse_json (const Task *task,
                  GError **error)
{
  g_autofree char *fenced = find_fenced (task->text);
  g_autoptr (JsonNode) root = NULL;

  root = graphbit_json_parse (task->text, -1, fenced == NULL ? error : NULL);
  if (root != NULL)
    return trim (task->text);
  if (fenced == NULL)
    return NULL;

  root = graphbit_json_parse (fenced, -1, error);

  return root != NULL ? trim (fenced) : NULL;
}

static char *
apply_to_json (const Task *task,
               GError **error)
{
  GString *json = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, json);
  if (task->n_inputs <= 1)
    {
      graphbit_json_writer_string (&writer, task->text);
    }
  else
    {
      graphbit_json_writer_begin_array (&writer);
      for (guint i = 0; i < task->n_inputs; i++)
        graphbit_json_writer_string (&writer, task->inputs[i]);
      graphbit_json_writer_end_array (&writer);
    }

  return g_string_free (json, FALSE);
}

/* In the order of GraphbitTransformation. The template is filled in by its caller's resolver. */
static const TransformInfo transforms[] = {
  { GRAPHBIT_TRANSFORMATION_UPPERCASE, ARGUMENT_NONE, FALSE, NULL, apply_uppercase },
  { GRAPHBIT_TRANSFORMATION_LOWERCASE, ARGUMENT_NONE, FALSE, NULL, apply_lowercase },
  { GRAPHBIT_TRANSFORMATION_TRIM, ARGUMENT_NONE, FALSE, NULL, apply_trim },
  { GRAPHBIT_TRANSFORMATION_TEMPLATE, ARGUMENT_REQUIRED, FALSE, build_template, NULL },
  { GRAPHBIT_TRANSFORMATION_JSON_POINTER, ARGUMENT_OPTIONAL, FALSE, build_json_pointer, apply_json_pointer },
  { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, ARGUMENT_REQUIRED, FALSE, build_regex, apply_regex_extract },
  { GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, ARGUMENT_REQUIRED, TRUE, build_regex, apply_regex_replace },
  { GRAPHBIT_TRANSFORMATION_SPLIT, ARGUMENT_OPTIONAL, FALSE, NULL, apply_split },
  { GRAPHBIT_TRANSFORMATION_JOIN, ARGUMENT_OPTIONAL, FALSE, NULL, apply_join },
  { GRAPHBIT_TRANSFORMATION_PARSE_JSON, ARGUMENT_NONE, FALSE, NULL, apply_parse_json },
  { GRAPHBIT_TRANSFORMATION_TO_JSON, ARGUMENT_NONE, FALSE, NULL, apply_to_json },
};

static const TransformInfo *
get_info (int transformation)
{
  g_assert ((guint) transformation < G_N_ELEMENTS (transforms) &&
            (int) transforms[transformation].transformation == transformation);

  return &transforms[transformation];
}

void
graphbit_transform_build (GraphbitTransformation transformation,
                          const char *argument,
                          const char *replacement,
                          GraphbitPlanTransform *settings,
                          GStringChunk *texts,
                          GraphbitReport *report)
{
  const TransformInfo *info = get_info (transformation);
  const char *name = graphbit_node_get_name (report->node);

  settings->transformation = transformation;
  settings->argument = g_string_chunk_insert (texts, argument != NULL ? argument : "");
  settings->replacement = g_string_chunk_insert (texts, replacement != NULL ? replacement : "");

  if (info->argument == ARGUMENT_REQUIRED && settings->argument[0] == '\0')
    {
      graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "argument",
                           _("set the template or the regular expression"),
                           _("The transform “%s” has no argument"), name);
      return;
    }

  if (info->argument == ARGUMENT_NONE && argument != NULL)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "argument",
                         _("leave it out, or choose another transformation"),
                         _("The transform “%s” makes no use of its argument"), name);

  if (!info->has_replacement && replacement != NULL)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "replacement",
                         _("leave it out, or choose another transformation"),
                         _("The transform “%s” makes no use of its replacement"), name);

  if (info->build != NULL)
    info->build (settings, report);
}

char *
graphbit_transform_apply (const GraphbitPlanTransform *settings,
                          const char *const *inputs,
                          guint n_inputs,
                          GraphbitTemplateResolver resolver,
                          gpointer resolver_data,
                          GPtrArray **unresolved,
                          GError **error)
{
  const TransformInfo *info = get_info (settings->transformation);
  g_autofree char *text = NULL;

  if (settings->template_ != NULL)
    return graphbit_template_expand (settings->template_, resolver, resolver_data, unresolved);

  text = graphbit_output_join (inputs, n_inputs);

  /* a function in C may have returned anything */
  if (!g_utf8_validate (text, -1, NULL))
    {
      char *valid = g_utf8_make_valid (text, -1);

      g_free (text);
      text = valid;
    }

  return info->apply (&(Task) { settings, text, inputs, n_inputs }, error);
}
