/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-failure-private.h"

#include <glib/gi18n-lib.h>

GraphbitFailure *
graphbit_failure_new (GraphbitError code,
                      const char *format,
                      ...)
{
  GraphbitFailure *self = g_new0 (GraphbitFailure, 1);
  const char *argument;
  va_list arguments;

  self->code = code;
  self->format = format;
  self->retry_after_ms = -1;

  va_start (arguments, format);
  for (guint i = 0; i < G_N_ELEMENTS (self->arguments) && (argument = va_arg (arguments, const char *)) != NULL; i++)
    self->arguments[i] = g_strdup (argument);
  va_end (arguments);

  return self;
}

GraphbitFailure *
graphbit_failure_new_cancelled (void)
{
  GraphbitFailure *self = g_new0 (GraphbitFailure, 1);

  self->is_cancelled = TRUE;
  self->retry_after_ms = -1;
  return self;
}

GraphbitFailure *
graphbit_failure_copy (const GraphbitFailure *self)
{
  GraphbitFailure *copy = g_new (GraphbitFailure, 1);

  *copy = *self;
  for (guint i = 0; i < G_N_ELEMENTS (self->arguments); i++)
    copy->arguments[i] = g_strdup (self->arguments[i]);
  copy->provider_code = g_strdup (self->provider_code);
  copy->provider_message = g_strdup (self->provider_message);
  copy->request_id = g_strdup (self->request_id);
  return copy;
}

void
graphbit_failure_free (GraphbitFailure *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->arguments); i++)
    g_free (self->arguments[i]);
  g_free (self->provider_code);
  g_free (self->provider_message);
  g_free (self->request_id);
  g_free (self);
}

GError *
graphbit_failure_to_error (const GraphbitFailure *self,
                           GObject *partial_response)
{
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autofree char *message = NULL;
  GError *error;

  if (self->is_cancelled)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The operation was cancelled"));

  /* The format is one of ours and takes texts only; printf leaves arguments over as it pleases. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  message = g_strdup_printf (_(self->format),
                             self->arguments[0], self->arguments[1],
                             self->arguments[2], self->arguments[3]);
#pragma GCC diagnostic pop

  error = g_error_new_literal (GRAPHBIT_ERROR, (int) self->code, message);
  details = graphbit_error_details_new (self, partial_response);
  graphbit_error_set_details (error, details);
  return error;
}

GTask *
graphbit_task_new (gpointer source,
                   gpointer source_tag,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}
