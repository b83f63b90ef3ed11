/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-key-source-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-key-call-private.h"
#include "graphbit-vendor-environment-private.h"

#define SIGNAL "key-required"

typedef char *(*KeyFunc) (gpointer config, gpointer user_data, GError **error);

/* Counted, for it may set another one while it runs. */
struct _GraphbitKeyClosure
{
  GCallback func;
  gpointer data;
  GDestroyNotify notify;
};

static void
clear_func (gpointer data)
{
  GraphbitKeyClosure *self = data;

  if (self->notify != NULL)
    self->notify (self->data);
}

static void
release_func (GraphbitKeyClosure *self)
{
  g_atomic_rc_box_release_full (self, clear_func);
}

void
graphbit_key_source_add_signal (GType type)
{
  g_signal_new (SIGNAL, type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                G_TYPE_BOOLEAN, 1, GRAPHBIT_TYPE_KEY_CALL);
}

static guint
get_signal (GraphbitKeySource *self)
{
  return g_signal_lookup (SIGNAL, G_OBJECT_TYPE (self->config));
}

void
graphbit_key_source_dispose (GraphbitKeySource *self)
{
  g_clear_pointer (&self->func, release_func);
}

void
graphbit_key_source_clear (GraphbitKeySource *self)
{
  g_clear_pointer (&self->secret, graphbit_secret_unref);
}

gboolean
graphbit_key_source_set_key (GraphbitKeySource *self,
                             const char *key,
                             GError **error)
{
  GraphbitSecret *secret = key != NULL ? graphbit_vendor_make_secret (key, NULL, error) : NULL;

  if (key != NULL && secret == NULL)
    return FALSE;

  g_clear_pointer (&self->secret, graphbit_secret_unref);
  self->secret = secret;
  return TRUE;
}

void
graphbit_key_source_set_func (GraphbitKeySource *self,
                              GCallback func,
                              gpointer data,
                              GDestroyNotify notify)
{
  GraphbitKeyClosure *old = g_steal_pointer (&self->func);

  if (func != NULL)
    {
      self->func = g_atomic_rc_box_new0 (GraphbitKeyClosure);
      self->func->func = func;
      self->func->data = data;
      self->func->notify = notify;
    }
  else if (notify != NULL)
    notify (data);
  if (old != NULL)
    release_func (old);
}

gboolean
graphbit_key_source_has_key (GraphbitKeySource *self)
{
  return self->secret != NULL || self->func != NULL ||
         (self->vendor != NULL &&
          graphbit_vendor_find_variable ((const char *const *) self->vendor->key_variables, NULL) != NULL);
}

gboolean
graphbit_key_source_has_handler (GraphbitKeySource *self)
{
  return g_signal_has_handler_pending (self->config, get_signal (self), 0, FALSE);
}

gboolean
graphbit_key_source_can_ask (GraphbitKeySource *self)
{
  return self->func != NULL || graphbit_key_source_has_handler (self);
}

GError *
graphbit_key_source_make_error (GraphbitKeySource *self)
{
  if (self->vendor != NULL)
    return graphbit_vendor_make_key_error (self->vendor);

  return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                      _("There is no API key for %s; give one"), self->provider);
}

gboolean
graphbit_key_source_check (GraphbitKeySource *self,
                           GError **error)
{
  if ((self->vendor != NULL && (self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0) ||
      graphbit_key_source_has_key (self) || graphbit_key_source_has_handler (self))
    return TRUE;

  g_propagate_error (error, graphbit_key_source_make_error (self));
  return FALSE;
}

static const char *
peek_key (GraphbitKeySource *self)
{
  return self->secret != NULL ? graphbit_secret_peek (self->secret) : NULL;
}

static gboolean
is_same_func (const GraphbitKeyClosure *a,
              const GraphbitKeyClosure *b)
{
  return a == b || (a != NULL && b != NULL && a->func == b->func && a->data == b->data);
}

gboolean
graphbit_key_source_equal (GraphbitKeySource *a,
                           GraphbitKeySource *b)
{
  return is_same_func (a->func, b->func) && g_strcmp0 (peek_key (a), peek_key (b)) == 0;
}

GraphbitSecret *
graphbit_key_source_dup_secret (GraphbitKeySource *self,
                                GError **error)
{
  if (self->secret != NULL)
    return graphbit_secret_ref (self->secret);

  return self->vendor != NULL ? graphbit_vendor_find_secret (self->vendor, error) : NULL;
}

GraphbitSecret *
graphbit_key_source_call_func (GraphbitKeySource *self,
                               GError **error)
{
  g_autoptr (GError) func_error = NULL;
  GraphbitKeyClosure *func = g_atomic_rc_box_acquire (self->func);
  char *key = ((KeyFunc) func->func) (self->config, func->data, &func_error);
  GraphbitSecret *secret;

  release_func (func);

  if (key == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                   _("The key function for %s gave no API key: %s"),
                   self->vendor != NULL ? self->vendor->title : self->provider,
                   func_error != NULL ? func_error->message : _("it did not say why"));
      return NULL;
    }

  secret = graphbit_vendor_make_secret (key, NULL, error);
  explicit_bzero (key, strlen (key));
  g_free (key);

  return secret;
}

GraphbitKeyAnswer
graphbit_key_source_ask (GraphbitKeySource *self,
                         gpointer operation,
                         gint64 deadline,
                         GraphbitCallTicket **ticket,
                         GraphbitCallAnswered answered,
                         GraphbitSecret **secret,
                         GError **error)
{
  g_autoptr (GObject) config = g_object_ref (self->config);
  g_autoptr (GraphbitKeyCall) call = NULL;
  gboolean is_taken = FALSE;

  if (self->func != NULL)
    {
      g_autoptr (GraphbitSecret) found = graphbit_key_source_call_func (self, error);

      if (graphbit_operation_is_complete (operation))
        {
          g_clear_error (error);
          return GRAPHBIT_KEY_ASKED;
        }
      *secret = g_steal_pointer (&found);
      return *secret != NULL ? GRAPHBIT_KEY_FOUND : GRAPHBIT_KEY_FAILED;
    }

  if (!graphbit_key_source_has_handler (self))
    return GRAPHBIT_KEY_NOWHERE;

  call = graphbit_key_call_new ();
  *ticket = graphbit_call_open (GRAPHBIT_CALL (call), operation, answered, NULL, GRAPHBIT_ERROR_AUTHENTICATION, deadline);
  g_signal_emit (config, get_signal (self), 0, call, &is_taken);
  if (graphbit_operation_is_complete (operation))
    return GRAPHBIT_KEY_ASKED;
  if (is_taken || graphbit_call_get_is_answered (GRAPHBIT_CALL (call)))
    return GRAPHBIT_KEY_ASKED;

  graphbit_call_close (ticket, FALSE);
  return GRAPHBIT_KEY_NOWHERE;
}
