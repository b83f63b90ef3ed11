/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-error.h"
#include "graphbit-error-details.h"

G_BEGIN_DECLS

/*
 * What went wrong, as plain data: made in any thread, turned into a translated
 * GError at home. `format` is a constant marked with N_ () and takes its
 * arguments as %s or %1$s, all of them text.
 */
typedef struct
{
  GraphbitError code;
  gboolean is_cancelled; /* then code, format and arguments do not count */
  const char *format;
  char *arguments[4];

  int http_status;
  char *provider_code;
  char *provider_message;
  char *request_id;
  gint64 retry_after_ms; /* -1: none known */
  guint attempts;
} GraphbitFailure;

/* The arguments are copied and end with NULL. */
GraphbitFailure *graphbit_failure_new (GraphbitError code, const char *format, ...) G_GNUC_NULL_TERMINATED;
GraphbitFailure *graphbit_failure_new_cancelled (void);
GraphbitFailure *graphbit_failure_copy (const GraphbitFailure *self);
void graphbit_failure_free (GraphbitFailure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitFailure, graphbit_failure_free)

/* At home. `partial_response` may be NULL. */
GError *graphbit_failure_to_error (const GraphbitFailure *self, GObject *partial_response);

/* For failures that arise at home. The details may be NULL; they are taken from nowhere else. */
void graphbit_error_set_details (GError *error, GraphbitErrorDetails *details);
/* What came of the answer before it failed. */
void graphbit_error_set_partial_response (GError *error, GObject *partial_response);
void graphbit_error_details_set_partial_response (GraphbitErrorDetails *self, GObject *partial_response);
GraphbitErrorDetails *graphbit_error_details_new (const GraphbitFailure *failure, GObject *partial_response);

/*
 * Every error that leaves the library through a _finish or a sync twin passes
 * here: PyGObject drops an extended error's data, so the last one of each
 * thread is remembered for ErrorDetails.from_error (). Accepts NULL and *NULL.
 */
void graphbit_error_hand_out (GError **error);

/* g_task_propagate_… with the above. */
gpointer graphbit_task_propagate_pointer (gpointer task, GError **error);
gboolean graphbit_task_propagate_boolean (gpointer task, GError **error);

/* A task of an operation, which looks at the cancellable itself and whose outcome is the one that counts. */
GTask *graphbit_task_new (gpointer source,
                          gpointer source_tag,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

G_END_DECLS
