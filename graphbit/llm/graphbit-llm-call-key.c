/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-fields-private.h"

#include <string.h>

#include "graphbit-key-call-private.h"
#include "graphbit-llm-config-private.h"

/* The key of a call that is neither given nor in the environment, or that was refused: who has it is asked. */

static void
call_conclude_refused (GraphbitLlmCall *self)
{
  graphbit_llm_call_conclude_failure (self, self->exchange->failure, NULL);
}

static void
call_use_secret (GraphbitLlmCall *self,
                 GraphbitSecret *secret)
{
  gboolean is_the_same = self->target.secret != NULL && secret != NULL &&
                         strcmp (graphbit_secret_peek (self->target.secret), graphbit_secret_peek (secret)) == 0;

  g_clear_pointer (&self->target.secret, graphbit_secret_unref);
  self->target.secret = secret;
  if (is_the_same)
    call_conclude_refused (self);
  else
    graphbit_llm_call_submit (self);
}

static void
key_answered (GraphbitOperation *operation,
              gpointer data,
              gpointer value,
              GError *error)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, FALSE);
  if (error != NULL)
    graphbit_llm_call_conclude (self, NULL, error, 0);
  else
    call_use_secret (self, value);
}

void
graphbit_llm_call_resolve_key (GraphbitOperation *operation,
                               gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmConfig) config = g_object_ref (self->target.config);
  g_autoptr (GraphbitKeyCall) key_call = NULL;
  g_autoptr (GError) error = NULL;

  if (graphbit_llm_config_has_key_func (config))
    {
      GraphbitSecret *secret = graphbit_llm_config_call_key_func (config, &error);

      if (graphbit_operation_is_complete (self))
        g_clear_pointer (&secret, graphbit_secret_unref);
      else if (secret != NULL)
        call_use_secret (self, secret);
      else
        graphbit_llm_call_conclude (self, NULL, g_steal_pointer (&error), 0);
      return;
    }

  if (graphbit_llm_config_has_key_handler (config))
    {
      gboolean is_taken;

      key_call = graphbit_key_call_new ();
      self->ticket = graphbit_call_open (GRAPHBIT_CALL (key_call), self, key_answered, NULL,
                                         GRAPHBIT_ERROR_AUTHENTICATION, self->deadline);
      is_taken = graphbit_llm_config_emit_key_required (config, key_call);
      if (graphbit_operation_is_complete (self))
        return;
      if (is_taken || graphbit_call_get_is_answered (GRAPHBIT_CALL (key_call)))
        {
          graphbit_llm_call_watch_deadline (self);
          return;
        }
      graphbit_call_close (&self->ticket, FALSE);
    }

  if (self->target.is_key_refused)
    call_conclude_refused (self);
  else if ((self->target.vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0)
    graphbit_llm_call_submit (self);
  else
    graphbit_llm_call_conclude (self, NULL, graphbit_llm_config_make_key_error (config), 0);
}
