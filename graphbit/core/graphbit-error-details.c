/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-error-details.h"

#include "graphbit-failure-private.h"

/**
 * GraphbitErrorDetails:
 *
 * What else is known about an error: the provider's own words, its request
 * id, how often it was tried.
 *
 * Get it with [func@ErrorDetails.from_error]. It never changes.
 *
 * The page [Errors](errors.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitErrorDetails
{
  GObject parent_instance;

  int http_status;
  char *provider_code;
  char *provider_message;
  char *request_id;
  gint64 retry_after_ms;
  guint attempts;
  GObject *partial_response;
};

enum
{
  PROP_0,
  PROP_HTTP_STATUS,
  PROP_PROVIDER_CODE,
  PROP_PROVIDER_MESSAGE,
  PROP_REQUEST_ID,
  PROP_RETRY_AFTER_MS,
  PROP_ATTEMPTS,
  PROP_PARTIAL_RESPONSE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitErrorDetails, graphbit_error_details, G_TYPE_OBJECT)

static void
graphbit_error_details_finalize (GObject *object)
{
  GraphbitErrorDetails *self = GRAPHBIT_ERROR_DETAILS (object);

  g_free (self->provider_code);
  g_free (self->provider_message);
  g_free (self->request_id);
  g_clear_object (&self->partial_response);

  G_OBJECT_CLASS (graphbit_error_details_parent_class)->finalize (object);
}

static void
graphbit_error_details_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitErrorDetails *self = GRAPHBIT_ERROR_DETAILS (object);

  switch (property_id)
    {
    case PROP_HTTP_STATUS:
      g_value_set_int (value, self->http_status);
      break;

    case PROP_PROVIDER_CODE:
      g_value_set_string (value, self->provider_code);
      break;

    case PROP_PROVIDER_MESSAGE:
      g_value_set_string (value, self->provider_message);
      break;

    case PROP_REQUEST_ID:
      g_value_set_string (value, self->request_id);
      break;

    case PROP_RETRY_AFTER_MS:
      g_value_set_int64 (value, self->retry_after_ms);
      break;

    case PROP_ATTEMPTS:
      g_value_set_uint (value, self->attempts);
      break;

    case PROP_PARTIAL_RESPONSE:
      g_value_set_object (value, self->partial_response);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_error_details_class_init (GraphbitErrorDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_error_details_finalize;
  object_class->get_property = graphbit_error_details_get_property;

  /**
   * GraphbitErrorDetails:http-status: (getter get_http_status)
   *
   * The HTTP status of the last answer, or 0 if there was none.
   *
   * Since: 1.0
   */
  properties[PROP_HTTP_STATUS] = g_param_spec_int ("http-status", NULL, NULL, 0, 999, 0, flags);

  /**
   * GraphbitErrorDetails:provider-code: (getter get_provider_code)
   *
   * The provider's own code or type of the error, as it came.
   *
   * Since: 1.0
   */
  properties[PROP_PROVIDER_CODE] = g_param_spec_string ("provider-code", NULL, NULL, NULL, flags);

  /**
   * GraphbitErrorDetails:provider-message: (getter get_provider_message)
   *
   * The provider's own message, as it came.
   *
   * Since: 1.0
   */
  properties[PROP_PROVIDER_MESSAGE] = g_param_spec_string ("provider-message", NULL, NULL, NULL, flags);

  /**
   * GraphbitErrorDetails:request-id: (getter get_request_id)
   *
   * The provider's id of the request: what its support will ask for.
   *
   * Since: 1.0
   */
  properties[PROP_REQUEST_ID] = g_param_spec_string ("request-id", NULL, NULL, NULL, flags);

  /**
   * GraphbitErrorDetails:retry-after-ms: (getter get_retry_after_ms)
   *
   * How long the provider asks to wait, in milliseconds, or -1 if it did not say.
   *
   * Since: 1.0
   */
  properties[PROP_RETRY_AFTER_MS] = g_param_spec_int64 ("retry-after-ms", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * GraphbitErrorDetails:attempts: (getter get_attempts)
   *
   * How often the request was sent.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPTS] = g_param_spec_uint ("attempts", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitErrorDetails:partial-response: (getter get_partial_response)
   *
   * The part of an answer that had come before it broke off, or the last one
   * that did not fit its schema, with what all of them used; an `LlmResponse`.
   *
   * Since: 1.0
   */
  properties[PROP_PARTIAL_RESPONSE] = g_param_spec_object ("partial-response", NULL, NULL, G_TYPE_OBJECT, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_error_details_init (GraphbitErrorDetails *self)
{
  self->retry_after_ms = -1;
}

GraphbitErrorDetails *
graphbit_error_details_new (const GraphbitFailure *failure,
                            GObject *partial_response)
{
  GraphbitErrorDetails *self = g_object_new (GRAPHBIT_TYPE_ERROR_DETAILS, NULL);

  self->http_status = failure->http_status;
  self->provider_code = g_strdup (failure->provider_code);
  self->provider_message = g_strdup (failure->provider_message);
  self->request_id = g_strdup (failure->request_id);
  self->retry_after_ms = failure->retry_after_ms;
  self->attempts = failure->attempts;
  g_set_object (&self->partial_response, partial_response);
  return self;
}

void
graphbit_error_details_set_partial_response (GraphbitErrorDetails *self,
                                             GObject *partial_response)
{
  g_set_object (&self->partial_response, partial_response);
}

/**
 * graphbit_error_details_get_http_status: (get-property http-status)
 * @self: the details
 *
 * Gets the HTTP status of the last answer.
 *
 * Returns: the status, or 0 if there was no answer
 *
 * Since: 1.0
 */
int
graphbit_error_details_get_http_status (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), 0);

  return self->http_status;
}

/**
 * graphbit_error_details_get_provider_code: (get-property provider-code)
 * @self: the details
 *
 * Gets the provider's own code or type of the error.
 *
 * Returns: (nullable): the code as it came, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_error_details_get_provider_code (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), NULL);

  return self->provider_code;
}

/**
 * graphbit_error_details_get_provider_message: (get-property provider-message)
 * @self: the details
 *
 * Gets the provider's own message.
 *
 * Returns: (nullable): the message as it came, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_error_details_get_provider_message (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), NULL);

  return self->provider_message;
}

/**
 * graphbit_error_details_get_request_id: (get-property request-id)
 * @self: the details
 *
 * Gets the provider's id of the request.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_error_details_get_request_id (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), NULL);

  return self->request_id;
}

/**
 * graphbit_error_details_get_retry_after_ms: (get-property retry-after-ms)
 * @self: the details
 *
 * Gets how long the provider asks to wait.
 *
 * Returns: milliseconds, or -1 if it did not say
 *
 * Since: 1.0
 */
gint64
graphbit_error_details_get_retry_after_ms (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), -1);

  return self->retry_after_ms;
}

/**
 * graphbit_error_details_get_attempts: (get-property attempts)
 * @self: the details
 *
 * Gets how often the request was sent.
 *
 * Returns: the number of attempts
 *
 * Since: 1.0
 */
guint
graphbit_error_details_get_attempts (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), 0);

  return self->attempts;
}

/**
 * graphbit_error_details_get_partial_response: (get-property partial-response)
 * @self: the details
 *
 * Gets the part of an answer that had come before it broke off.
 *
 * Returns: (transfer none) (nullable): an `LlmResponse`, or %NULL
 *
 * Since: 1.0
 */
GObject *
graphbit_error_details_get_partial_response (GraphbitErrorDetails *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ERROR_DETAILS (self), NULL);

  return self->partial_response;
}
