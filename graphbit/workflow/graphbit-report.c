/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-report-private.h"

void
graphbit_report_add (GraphbitReport *self,
                     GraphbitSeverity severity,
                     const char *member,
                     const char *hint,
                     const char *format,
                     ...)
{
  g_autofree char *message = NULL;
  g_autofree char *path = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  if (self->index >= 0)
    path = g_strdup_printf ("/nodes/%d%s%s", self->index, member != NULL ? "/" : "", member != NULL ? member : "");
  else
    path = g_strconcat (member != NULL ? "/" : "", member, NULL);

  g_ptr_array_add (self->problems,
                   graphbit_problem_new (severity, path, graphbit_node_get_id (self->node), message, hint));
}
