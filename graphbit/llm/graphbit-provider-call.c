/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-provider-call-private.h"

#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"

/**
 * GraphbitProviderCall:
 *
 * A request that your provider is to answer: see [signal@LlmProvider::request].
 *
 * Answer it at once or later, from any thread: whole with
 * [method@ProviderCall.respond], or in pieces with
 * [method@ProviderCall.send_text] and a [method@ProviderCall.respond] at their
 * end, or with [method@Call.fail].
 *
 * Since: 1.0
 */
struct _GraphbitProviderCall
{
  GraphbitCall parent_instance;

  GraphbitLlmRequest *request;
  gboolean is_streaming;

  GraphbitOperation *operation;
  GraphbitProviderCallText text;
};

typedef struct
{
  GraphbitEnvelope envelope;
  GraphbitProviderCallText func;
  gsize length;
  char text[];
} Piece;

enum
{
  PROP_0,
  PROP_REQUEST,
  PROP_IS_STREAMING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitProviderCall, graphbit_provider_call, GRAPHBIT_TYPE_CALL)

static void
graphbit_provider_call_finalize (GObject *object)
{
  GraphbitProviderCall *self = GRAPHBIT_PROVIDER_CALL (object);

  g_clear_object (&self->request);
  g_clear_pointer (&self->operation, graphbit_operation_unref);

  G_OBJECT_CLASS (graphbit_provider_call_parent_class)->finalize (object);
}

static void
graphbit_provider_call_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitProviderCall *self = GRAPHBIT_PROVIDER_CALL (object);

  switch (property_id)
    {
    case PROP_REQUEST:
      g_value_set_object (value, self->request);
      break;

    case PROP_IS_STREAMING:
      g_value_set_boolean (value, self->is_streaming);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_provider_call_class_init (GraphbitProviderCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_provider_call_finalize;
  object_class->get_property = graphbit_provider_call_get_property;

  /**
   * GraphbitProviderCall:request: (getter get_request)
   *
   * What is to be answered.
   *
   * Since: 1.0
   */
  properties[PROP_REQUEST] = g_param_spec_object ("request", NULL, NULL, GRAPHBIT_TYPE_LLM_REQUEST, flags);

  /**
   * GraphbitProviderCall:is-streaming: (getter get_is_streaming)
   *
   * Whether the answer is read while it is being made.
   *
   * Since: 1.0
   */
  properties[PROP_IS_STREAMING] = g_param_spec_boolean ("is-streaming", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_provider_call_init (GraphbitProviderCall *self)
{
}

GraphbitProviderCall *
graphbit_provider_call_new (GraphbitLlmRequest *request,
                            gboolean is_streaming,
                            gpointer operation,
                            GraphbitProviderCallText text)
{
  GraphbitProviderCall *self = g_object_new (GRAPHBIT_TYPE_PROVIDER_CALL, NULL);

  self->request = g_object_ref (request);
  self->is_streaming = is_streaming;
  self->operation = graphbit_operation_ref (operation);
  self->text = text;
  return self;
}

/**
 * graphbit_provider_call_get_request: (get-property request)
 * @self: a call
 *
 * Gets what is to be answered.
 *
 * Returns: (transfer none): the request
 *
 * Since: 1.0
 */
GraphbitLlmRequest *
graphbit_provider_call_get_request (GraphbitProviderCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROVIDER_CALL (self), NULL);

  return self->request;
}

/**
 * graphbit_provider_call_get_is_streaming: (get-property is-streaming)
 * @self: a call
 *
 * Gets whether the answer is read while it is being made, so that sending it
 * in pieces makes sense. Pieces are taken in any case.
 *
 * Returns: whether somebody reads pieces
 *
 * Since: 1.0
 */
gboolean
graphbit_provider_call_get_is_streaming (GraphbitProviderCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROVIDER_CALL (self), FALSE);

  return self->is_streaming;
}

static void
deliver_piece (GraphbitOperation *operation,
               GraphbitEnvelope *envelope)
{
  Piece *piece = (Piece *) envelope;

  if (operation != NULL)
    piece->func (operation, piece->text, piece->length);
  g_free (piece);
}

/**
 * graphbit_provider_call_send_text:
 * @self: a call
 * @text: a piece of the answer
 *
 * Sends the next piece of the answer's text. The end is
 * [method@ProviderCall.respond] with %NULL.
 *
 * May be called from any thread, but from one at a time.
 *
 * Returns: %TRUE if the answer was still open, %FALSE if the piece came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_provider_call_send_text (GraphbitProviderCall *self,
                                  const char *text)
{
  gsize length;
  Piece *piece;

  g_return_val_if_fail (GRAPHBIT_IS_PROVIDER_CALL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (graphbit_call_get_is_answered (GRAPHBIT_CALL (self)))
    return FALSE;

  length = strlen (text);
  if (length == 0)
    return TRUE;

  piece = g_malloc (sizeof *piece + length + 1);
  piece->envelope.deliver = deliver_piece;
  piece->func = self->text;
  piece->length = length;
  memcpy (piece->text, text, length + 1);
  graphbit_operation_post (self->operation, &piece->envelope);
  return TRUE;
}

/**
 * graphbit_provider_call_respond:
 * @self: a call
 * @response: (nullable): the answer, or %NULL when the text that was sent is all of it
 *
 * Gives the answer, or ends one that was sent in pieces. A response's text
 * counts only where none was sent; its tool calls, reasoning, usage, model and
 * the reason of its end always do.
 *
 * May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_provider_call_respond (GraphbitProviderCall *self,
                                GraphbitLlmResponse *response)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROVIDER_CALL (self), FALSE);
  g_return_val_if_fail (response == NULL || GRAPHBIT_IS_LLM_RESPONSE (response), FALSE);

  return graphbit_call_answer (GRAPHBIT_CALL (self),
                               response != NULL ? g_object_ref (response) : graphbit_llm_response_new (""),
                               g_object_unref);
}
