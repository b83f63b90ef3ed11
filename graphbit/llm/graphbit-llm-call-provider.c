/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-fields-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-llm-config-private.h"
#include "graphbit-llm-provider-private.h"
#include "graphbit-provider-call-private.h"

/* A call's way to a provider in the application. */

static void
call_flush_assembler (GraphbitLlmCall *self)
{
  if (self->assembler.chunks.length > 0)
    graphbit_llm_call_add_chunks (self, &self->assembler.chunks);
}

static void
provider_text (GraphbitOperation *operation,
               const char *text,
               gsize length)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  /* sent while another thread ended the call, and somebody else is asked by now */
  if (self->ticket == NULL)
    return;

  graphbit_llm_assembler_add_text (&self->assembler, text, length);
  call_flush_assembler (self);
}

static void
provider_answered (GraphbitOperation *operation,
                   gpointer data,
                   gpointer value,
                   GError *error)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmResponse) response = value;
  g_autoptr (GraphbitFailure) failure = NULL;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, FALSE);

  if (error != NULL)
    {
      graphbit_llm_call_conclude (self, NULL, error, 1);
      return;
    }

  graphbit_llm_assembler_add_response (&self->assembler, response);
  failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  graphbit_operation_ref (self);
  call_flush_assembler (self);
  if (failure != NULL)
    graphbit_llm_call_conclude_failure (self, failure, NULL);
  else
    graphbit_llm_call_take_answer (self, graphbit_llm_call_make_response (self, &self->assembler, 1), 1);
  graphbit_operation_unref (self);
}

static GraphbitLlmProvider *
call_get_provider (GraphbitLlmCall *self)
{
  GraphbitLlmProvider *provider = graphbit_llm_config_peek_llm_provider (self->target.config);

  if (provider == NULL)
    {
      const char *const *replies = graphbit_llm_config_get_replies (self->target.config);
      g_autoptr (GraphbitLlmProvider) built_in =
          replies != NULL ? graphbit_llm_scripted_new (replies) : graphbit_llm_offline_new ();

      provider = graphbit_llm_config_keep_llm_provider (self->target.config, built_in);
    }

  return g_object_ref (provider);
}

void
graphbit_llm_call_ask_provider (GraphbitOperation *operation,
                                gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmProvider) provider = call_get_provider (self);
  g_autoptr (GraphbitProviderCall) call = NULL;
  gboolean is_taken;

  graphbit_llm_assembler_init (&self->assembler, graphbit_llm_call_wants_chunks (self), FALSE);
  self->has_assembler = TRUE;

  call = graphbit_provider_call_new (self->target.request, self->is_stream, self, provider_text);
  self->ticket = graphbit_call_open (GRAPHBIT_CALL (call), self, provider_answered, NULL,
                                     GRAPHBIT_ERROR_UNAVAILABLE, self->deadline);
  is_taken = graphbit_llm_provider_emit_request (provider, call);

  if (graphbit_operation_is_complete (self) || graphbit_call_get_is_answered (GRAPHBIT_CALL (call)))
    return;
  if (is_taken)
    graphbit_llm_call_watch_deadline (self);
  else
    graphbit_llm_call_conclude (self, NULL,
                                g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                                                     _("The provider did not take the request; connect a handler to its “request” "
                                                       "signal that returns TRUE and answers the call")), 0);
}
