/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-batch-private.h"

#include "graphbit-error-details.h"
#include "graphbit-llm-response.h"

/**
 * GraphbitBatchItem:
 *
 * One prompt of a batch, and what became of it: either
 * [property@BatchItem:response] or [property@BatchItem:error] is set once it has
 * ended, and it never changes again.
 *
 * Since: 1.0
 */
struct _GraphbitBatchItem
{
  GObject parent_instance;

  guint index;
  GraphbitLlmResponse *response;
  GError *error;
};

enum
{
  PROP_0,
  PROP_INDEX,
  PROP_TEXT,
  PROP_RESPONSE,
  PROP_ERROR,
  PROP_ERROR_DETAILS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitBatchItem, graphbit_batch_item, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_batch_item_finalize (GObject *object)
{
  GraphbitBatchItem *self = GRAPHBIT_BATCH_ITEM (object);

  g_clear_object (&self->response);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (graphbit_batch_item_parent_class)->finalize (object);
}

static void
graphbit_batch_item_get_property (GObject *object,
                                  guint property,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitBatchItem *self = GRAPHBIT_BATCH_ITEM (object);

  switch (property)
    {
    case PROP_INDEX:
      g_value_set_uint (value, self->index);
      break;
    case PROP_TEXT:
      g_value_set_string (value, graphbit_batch_item_get_text (self));
      break;
    case PROP_RESPONSE:
      g_value_set_object (value, self->response);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_ERROR_DETAILS:
      g_value_take_object (value, graphbit_batch_item_get_error_details (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_batch_item_class_init (GraphbitBatchItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_batch_item_finalize;
  object_class->get_property = graphbit_batch_item_get_property;

  /**
   * GraphbitBatchItem:index: (getter get_index)
   *
   * The prompt's position among the prompts, from 0.
   *
   * Since: 1.0
   */
  properties[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * GraphbitBatchItem:text: (getter get_text)
   *
   * The answer's text. %NULL: there is no answer, or none yet.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  /**
   * GraphbitBatchItem:response: (getter get_response)
   *
   * The answer. %NULL: there is none, or none yet.
   *
   * Since: 1.0
   */
  properties[PROP_RESPONSE] =
    g_param_spec_object ("response", NULL, NULL, GRAPHBIT_TYPE_LLM_RESPONSE, flags);
  /**
   * GraphbitBatchItem:error: (getter get_error)
   *
   * Why there is no answer, if it failed or was cancelled.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  /**
   * GraphbitBatchItem:error-details: (getter get_error_details)
   *
   * What a provider said about the error, if one did.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR_DETAILS] =
    g_param_spec_object ("error-details", NULL, NULL, GRAPHBIT_TYPE_ERROR_DETAILS, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_batch_item_init (GraphbitBatchItem *self)
{
}

GraphbitBatchItem *
graphbit_batch_item_new (guint index)
{
  GraphbitBatchItem *self = g_object_new (GRAPHBIT_TYPE_BATCH_ITEM, NULL);

  self->index = index;
  return self;
}

gboolean
graphbit_batch_item_is_settled (GraphbitBatchItem *self)
{
  return self->response != NULL || self->error != NULL;
}

void
graphbit_batch_item_settle (GraphbitBatchItem *self,
                            GraphbitLlmResponse *response,
                            GError *error)
{
  GObject *object = G_OBJECT (self);

  self->response = response;
  self->error = error;

  g_object_freeze_notify (object);
  g_object_notify_by_pspec (object, properties[response != NULL ? PROP_RESPONSE : PROP_ERROR]);
  g_object_notify_by_pspec (object, properties[response != NULL ? PROP_TEXT : PROP_ERROR_DETAILS]);
  g_object_thaw_notify (object);
}

/**
 * graphbit_batch_item_get_index: (get-property index)
 * @self: an item
 *
 * Gets the prompt's position among the prompts.
 *
 * Returns: the position, from 0
 *
 * Since: 1.0
 */
guint
graphbit_batch_item_get_index (GraphbitBatchItem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_ITEM (self), 0);

  return self->index;
}

/**
 * graphbit_batch_item_get_text: (get-property text)
 * @self: an item
 *
 * Gets the answer's text.
 *
 * Returns: (nullable): the text, empty when the model said nothing; %NULL if
 *   there is no answer, or none yet
 *
 * Since: 1.0
 */
const char *
graphbit_batch_item_get_text (GraphbitBatchItem *self)
{
  const char *text;

  g_return_val_if_fail (GRAPHBIT_IS_BATCH_ITEM (self), NULL);

  if (self->response == NULL)
    return NULL;

  text = graphbit_llm_response_get_text (self->response);
  return text != NULL ? text : "";
}

/**
 * graphbit_batch_item_get_response: (get-property response)
 * @self: an item
 *
 * Gets the answer, with everything that is known about it.
 *
 * Returns: (transfer none) (nullable): the answer; %NULL if there is none, or none yet
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_batch_item_get_response (GraphbitBatchItem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_ITEM (self), NULL);

  return self->response;
}

/**
 * graphbit_batch_item_get_error: (get-property error)
 * @self: an item
 *
 * Gets why there is no answer. Errors are those that [class@LlmClient] lists.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL
 *
 * Since: 1.0
 */
GError *
graphbit_batch_item_get_error (GraphbitBatchItem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_ITEM (self), NULL);

  return self->error != NULL ? g_error_copy (self->error) : NULL;
}

/**
 * graphbit_batch_item_get_error_details: (get-property error-details)
 * @self: an item
 *
 * Gets what a provider said about the error.
 *
 * Returns: (transfer full) (nullable): the details, or %NULL if there are none
 *
 * Since: 1.0
 */
GraphbitErrorDetails *
graphbit_batch_item_get_error_details (GraphbitBatchItem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_ITEM (self), NULL);

  return self->error != NULL ? graphbit_error_details_from_error (self->error) : NULL;
}
