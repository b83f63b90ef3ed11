/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-error.h"

#include <libintl.h>

#include "graphbit-failure-private.h"

typedef struct
{
  GraphbitErrorDetails *details;
} GraphbitErrorPrivate;

/* Called through GETTEXT_PACKAGE, which see in meson.build. */
const char *graphbit_text_domain (void);

const char *
graphbit_text_domain (void)
{
  static const char domain[] = "graphbit";
  static gsize is_bound = 0;

  if (g_once_init_enter (&is_bound))
    {
      bindtextdomain (domain, LOCALEDIR);
      bind_textdomain_codeset (domain, "UTF-8");
      g_once_init_leave (&is_bound, 1);
    }

  return domain;
}

static void
graphbit_error_private_init (GraphbitErrorPrivate *priv)
{
}

static void
graphbit_error_private_copy (const GraphbitErrorPrivate *source,
                             GraphbitErrorPrivate *target)
{
  g_set_object (&target->details, source->details);
}

static void
graphbit_error_private_clear (GraphbitErrorPrivate *priv)
{
  g_clear_object (&priv->details);
}

/**
 * graphbit_error_quark:
 *
 * Gets the domain of this library's errors, which %GRAPHBIT_ERROR stands for.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_EXTENDED_ERROR (GraphbitError, graphbit_error)

/* The error that this thread handed out last, for the languages that copy only code and message. */
typedef struct
{
  int code;
  char *message;
  GraphbitErrorDetails *details;
} LastError;

static void
last_error_free (gpointer data)
{
  LastError *last = data;

  g_free (last->message);
  g_clear_object (&last->details);
  g_free (last);
}

static GPrivate last_error = G_PRIVATE_INIT (last_error_free);

void
graphbit_error_set_details (GError *error,
                            GraphbitErrorDetails *details)
{
  g_return_if_fail (error != NULL && error->domain == GRAPHBIT_ERROR);

  g_set_object (&graphbit_error_get_private (error)->details, details);
}

void
graphbit_error_set_partial_response (GError *error,
                                     GObject *partial_response)
{
  static const GraphbitFailure nothing = { .retry_after_ms = -1 };
  GraphbitErrorPrivate *priv;

  g_return_if_fail (error != NULL && error->domain == GRAPHBIT_ERROR);

  priv = graphbit_error_get_private (error);
  if (priv->details == NULL)
    priv->details = graphbit_error_details_new (&nothing, NULL);
  graphbit_error_details_set_partial_response (priv->details, partial_response);
}

void
graphbit_error_hand_out (GError **error)
{
  GraphbitErrorDetails *details;
  LastError *last;

  if (error == NULL || *error == NULL || (*error)->domain != GRAPHBIT_ERROR)
    return;

  details = graphbit_error_get_private (*error)->details;
  if (details == NULL)
    {
      g_private_replace (&last_error, NULL);
      return;
    }

  last = g_new0 (LastError, 1);
  last->code = (*error)->code;
  last->message = g_strdup ((*error)->message);
  last->details = g_object_ref (details);
  g_private_replace (&last_error, last);
}

/**
 * graphbit_error_details_from_error:
 * @error: an error
 *
 * Gets what else is known about an error of this library.
 *
 * Bindings that copy only an error's code and message are served too: where
 * @error carries nothing itself, and agrees with the last error that this
 * thread got from a `_finish` function or a blocking call, that one's details
 * are returned. So ask at once, in the same thread.
 *
 * Returns: (transfer full) (nullable): the details, or %NULL if there are none
 *
 * Since: 1.0
 */
GraphbitErrorDetails *
graphbit_error_details_from_error (const GError *error)
{
  GraphbitErrorDetails *details;
  LastError *last;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != GRAPHBIT_ERROR)
    return NULL;

  details = graphbit_error_get_private (error)->details;
  if (details != NULL)
    return g_object_ref (details);

  last = g_private_get (&last_error);
  if (last != NULL && last->code == error->code && g_strcmp0 (last->message, error->message) == 0)
    return g_object_ref (last->details);

  return NULL;
}

gpointer
graphbit_task_propagate_pointer (gpointer task,
                                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gpointer value = g_task_propagate_pointer (task, &local_error);

  graphbit_error_hand_out (&local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return value;
}

gboolean
graphbit_task_propagate_boolean (gpointer task,
                                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean value = g_task_propagate_boolean (task, &local_error);

  graphbit_error_hand_out (&local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return value;
}
