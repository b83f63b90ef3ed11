/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-workflow-file-private.h"
#include "graphbit/graphbit.h"

/*
 * A file is taken or refused with its place. One that is taken can be drawn and
 * checked, and what is written of it reads as the same again.
 */

static char *
answer (GraphbitWorkflowContext *context,
        gpointer data,
        GError **error)
{
  return g_strdup ("");
}

static GraphbitRegistry *
make_registry (void)
{
  GraphbitRegistry *registry = graphbit_registry_new ();
  g_autoptr (GraphbitTool) tool = graphbit_tool_new ("tool", "A tool.", NULL, NULL, NULL, NULL, NULL);

  graphbit_registry_set_allow_base_urls (registry, TRUE);
  graphbit_registry_add_function (registry, "function", answer, NULL, NULL, NULL);
  graphbit_registry_add_condition (registry, "condition", answer, NULL, NULL, NULL);
  graphbit_registry_add_tool (registry, tool, NULL);

  return registry;
}

static void
check_drawings (GraphbitWorkflow *workflow)
{
  g_autofree char *dot = graphbit_workflow_to_dot (workflow);
  g_autofree char *mermaid = graphbit_workflow_to_mermaid (workflow);
  g_autoptr (GPtrArray) problems = graphbit_workflow_lint (workflow);

  g_assert_true (g_str_has_suffix (dot, "}\n"));
  g_assert_true (g_utf8_validate (mermaid, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GraphbitRegistry) registry = make_registry ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_file_read ((const char *) data, size, registry, &error);
  g_autoptr (GraphbitWorkflow) copy = NULL;
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;

  if (workflow == NULL)
    {
      g_assert_true (error->domain == GRAPHBIT_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "Line "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  check_drawings (workflow);

  json = graphbit_workflow_to_json (workflow, &error);
  if (json == NULL)
    {
      /* indented it can be too deep; an address with a password is not written; there is nothing else */
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
      return 0;
    }

  copy = graphbit_workflow_file_read (json, strlen (json), registry, &error);
  g_assert_no_error (error);
  again = graphbit_workflow_to_json (copy, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, json);

  return 0;
}
