/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-key-call-private.h"

#include "graphbit-vendor-environment-private.h"

/**
 * GraphbitKeyCall:
 *
 * The question for a key, as the signals [signal@LlmConfig::key-required] and
 * [signal@EmbeddingConfig::key-required] ask it. Answer it at once or later, after a dialog or a look into a keyring,
 * with [method@KeyCall.respond] or [method@Call.fail].
 *
 * The request that needs the key waits meanwhile, at most until
 * [property@Call:deadline].
 *
 * Since: 1.0
 */
struct _GraphbitKeyCall
{
  GraphbitCall parent_instance;
};

G_DEFINE_FINAL_TYPE (GraphbitKeyCall, graphbit_key_call, GRAPHBIT_TYPE_CALL)

static void
graphbit_key_call_class_init (GraphbitKeyCallClass *klass)
{
}

static void
graphbit_key_call_init (GraphbitKeyCall *self)
{
}

GraphbitKeyCall *
graphbit_key_call_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_KEY_CALL, NULL);
}

/**
 * graphbit_key_call_respond:
 * @self: a question for a key
 * @key: the key
 *
 * Gives the key. It is kept for the request that asked, overwritten when that
 * is done, and never shown again. One that is empty or has control
 * characters fails the request with %GRAPHBIT_ERROR_INVALID_ARGUMENT.
 *
 * May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_key_call_respond (GraphbitKeyCall *self,
                           const char *key)
{
  GraphbitSecret *secret;
  GError *error = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_KEY_CALL (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  secret = graphbit_vendor_make_secret (key, NULL, &error);
  if (secret == NULL)
    return graphbit_call_answer_error (GRAPHBIT_CALL (self), error);

  return graphbit_call_answer (GRAPHBIT_CALL (self), secret, (GDestroyNotify) graphbit_secret_unref);
}
