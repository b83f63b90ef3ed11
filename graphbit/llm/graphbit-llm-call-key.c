/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-fields-private.h"

#include <string.h>

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
  GraphbitKeySource *keys = graphbit_llm_config_peek_keys (self->target.config);
  GraphbitSecret *secret = NULL;
  GError *error = NULL;

  graphbit_operation_ref (operation);
  switch (graphbit_key_source_ask (keys, self, self->deadline, &self->ticket, key_answered, &secret, &error))
    {
    case GRAPHBIT_KEY_FOUND:
      call_use_secret (self, secret);
      break;

    case GRAPHBIT_KEY_FAILED:
      graphbit_llm_call_conclude (self, NULL, error, 0);
      break;

    case GRAPHBIT_KEY_ASKED:
      graphbit_llm_call_watch_deadline (self);
      break;

    case GRAPHBIT_KEY_NOWHERE:
    default:
      if (self->target.is_key_refused)
        call_conclude_refused (self);
      else if ((self->target.vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0)
        graphbit_llm_call_submit (self);
      else
        graphbit_llm_call_conclude (self, NULL, graphbit_key_source_make_error (keys), 0);
    }
  graphbit_operation_unref (operation);
}
