/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-provider-private.h"

#include "graphbit-llm-offline-private.h"
#include "graphbit-llm-response.h"
#include "graphbit-provider-call.h"

/**
 * GraphbitLlmProvider:
 *
 * A provider of your own: a model in your process, a protocol that the library
 * does not speak, or a stand-in for tests. Hand it to
 * [ctor@LlmConfig.new_custom], and every client, agent and workflow can use it.
 *
 * Connect to [signal@LlmProvider::request], or derive and override it. Answers
 * may take as long as the request's time limit allows; nothing is retried.
 *
 * Since: 1.0
 */

enum
{
  REQUEST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (GraphbitLlmProvider, graphbit_llm_provider, G_TYPE_OBJECT)

static void
graphbit_llm_provider_class_init (GraphbitLlmProviderClass *klass)
{
  /**
   * GraphbitLlmProvider::request:
   * @self: a provider
   * @call: what is to be answered
   *
   * A request arrived. Emitted in the main context in which the request was
   * started. Keep @call until you have answered it.
   *
   * Returns: %TRUE if it is answered or will be, %FALSE to leave it to the next
   *   handler; when nobody takes it, it fails with
   *   %GRAPHBIT_ERROR_FAILED_PRECONDITION
   *
   * Since: 1.0
   */
  signals[REQUEST] = g_signal_new ("request",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   G_STRUCT_OFFSET (GraphbitLlmProviderClass, request),
                                   g_signal_accumulator_true_handled, NULL,
                                   NULL,
                                   G_TYPE_BOOLEAN,
                                   1, GRAPHBIT_TYPE_PROVIDER_CALL);
}

static void
graphbit_llm_provider_init (GraphbitLlmProvider *self)
{
}

gboolean
graphbit_llm_provider_emit_request (GraphbitLlmProvider *self,
                                    GraphbitProviderCall *call)
{
  gboolean is_taken = FALSE;

  g_signal_emit (self, signals[REQUEST], 0, call, &is_taken);
  return is_taken;
}

void
graphbit_llm_provider_respond_in_words (GraphbitProviderCall *call,
                                        GraphbitLlmResponse *response)
{
  const char *text = graphbit_llm_response_get_text (response);

  if (graphbit_provider_call_get_is_streaming (call) && text != NULL)
    {
      g_autoptr (GPtrArray) words = graphbit_offline_split_words (text);

      for (guint i = 0; i < words->len; i++)
        graphbit_provider_call_send_text (call, words->pdata[i]);
    }
  graphbit_provider_call_respond (call, response);
}

/**
 * graphbit_llm_provider_new:
 *
 * Makes a provider that answers through handlers of its
 * [signal@LlmProvider::request] signal.
 *
 * Returns: (transfer full): a new provider
 *
 * Since: 1.0
 */
GraphbitLlmProvider *
graphbit_llm_provider_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_LLM_PROVIDER, NULL);
}
