/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-retry-private.h"
#include "graphbit-json-private.h"
#include "graphbit-vendor-private.h"

/*
 * One extractor for the error bodies of all vendors. What went wrong is
 * decided by codes, types and the status, never by the words of a message.
 */

#define MAX_RAW_MESSAGE 500
#define MAX_MESSAGE 2000

typedef struct
{
  int status; /* 0: none known */
  char *code;
  char *type;
  char *message;
  char *request_id;
  const char *reason; /* another machine-readable word, borrowed from the tree */
  gboolean is_moderated;
  gboolean is_spent;
  gint64 retry_after_ms;
} ErrorParts;

static void
error_parts_clear (ErrorParts *parts)
{
  g_free (parts->code);
  g_free (parts->type);
  g_free (parts->message);
  g_free (parts->request_id);
}

/* Codes that say more than a status does. */
static const struct
{
  const char *word;
  GraphbitError code;
} specific_codes[] = {
  { "insufficient_quota", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "billing_error", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "billing_hard_limit_reached", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "billing_not_active", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "insufficient_balance", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "insufficient_credits", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "AccountOverdueError", GRAPHBIT_ERROR_QUOTA_EXCEEDED },
  { "QuotaExceeded", GRAPHBIT_ERROR_QUOTA_EXCEEDED },

  { "context_length_exceeded", GRAPHBIT_ERROR_CONTEXT_LENGTH },
  { "exceed_context_size_error", GRAPHBIT_ERROR_CONTEXT_LENGTH },
  { "model_context_window_exceeded", GRAPHBIT_ERROR_CONTEXT_LENGTH },
  { "too_many_prompt_tokens", GRAPHBIT_ERROR_CONTEXT_LENGTH },
  { "TOO_MANY_TOKENS", GRAPHBIT_ERROR_CONTEXT_LENGTH },

  { "content_filter", GRAPHBIT_ERROR_CONTENT_FILTERED },
  { "content_filtered", GRAPHBIT_ERROR_CONTENT_FILTERED },
  { "content_policy_violation", GRAPHBIT_ERROR_CONTENT_FILTERED },
  { "moderation_blocked", GRAPHBIT_ERROR_CONTENT_FILTERED },
  { "ResponsibleAIPolicyViolation", GRAPHBIT_ERROR_CONTENT_FILTERED },
  { "SensitiveContentDetected", GRAPHBIT_ERROR_CONTENT_FILTERED },

  { "invalid_api_key", GRAPHBIT_ERROR_AUTHENTICATION },
  { "authentication_error", GRAPHBIT_ERROR_AUTHENTICATION },
  { "AuthenticationError", GRAPHBIT_ERROR_AUTHENTICATION },
  { "API_KEY_INVALID", GRAPHBIT_ERROR_AUTHENTICATION },
  { "UNAUTHENTICATED", GRAPHBIT_ERROR_AUTHENTICATION },

  { "model_not_found", GRAPHBIT_ERROR_NOT_FOUND },
  { "model_decommissioned", GRAPHBIT_ERROR_NOT_FOUND },
  { "InvalidEndpointOrModel", GRAPHBIT_ERROR_NOT_FOUND },
  { "DeploymentNotFound", GRAPHBIT_ERROR_NOT_FOUND },
};

/* Types that a status outranks; they count where there is none, in streams. `status` is the one they stand for. */
static const struct
{
  const char *word;
  int status;
} general_types[] = {
  { "invalid_request_error", 400 },
  { "BadRequestError", 400 },
  { "invalid-argument", 400 },
  { "InvalidParameter", 400 },
  { "MissingParameter", 400 },
  { "invalid_argument", 400 },
  { "INVALID_ARGUMENT", 400 },
  { "tool_use_failed", 400 },
  { "invalid_prompt", 400 },
  { "permission_error", 403 },
  { "PERMISSION_DENIED", 403 },
  { "AccessDenied", 403 },
  { "not_found_error", 404 },
  { "NOT_FOUND", 404 },
  { "request_too_large", 413 },
  { "validation", 422 },
  { "generation", 424 },
  { "rate_limit_error", 429 },
  { "rate_limit_exceeded", 429 },
  { "RESOURCE_EXHAUSTED", 429 },
  { "RateLimitReached", 429 },
  { "RateLimitExceeded", 429 },
  { "ServerOverloaded", 429 },
  { "api_error", 500 },
  { "server_error", 500 },
  { "internal_error", 500 },
  { "internal_server_error", 500 },
  { "InternalServerError", 500 },
  { "INTERNAL", 500 },
  { "InternalServiceError", 500 },
  { "incomplete_generation", 500 },
  { "not_supported_error", 501 },
  { "unavailable_error", 503 },
  { "service_unavailable", 503 },
  { "overloaded", 503 },
  { "UNAVAILABLE", 503 },
  { "timeout_error", 504 },
  { "DEADLINE_EXCEEDED", 504 },
  { "overloaded_error", 529 },
};

/* ByteDance goes into particulars behind a dot: “RateLimitExceeded.EndpointTPMExceeded”. */
static gboolean
is_word (const char *word,
         const char *known)
{
  gsize length = strlen (known);

  return strncmp (word, known, length) == 0 && (word[length] == '\0' || word[length] == '.');
}

static gboolean
lookup_specific (const char *word,
                 GraphbitError *code)
{
  if (word == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (specific_codes); i++)
    {
      if (is_word (word, specific_codes[i].word))
        {
          *code = specific_codes[i].code;
          return TRUE;
        }
    }

  return FALSE;
}

static int
lookup_general (const char *word)
{
  if (word == NULL)
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (general_types); i++)
    {
      if (is_word (word, general_types[i].word))
        return general_types[i].status;
    }

  return 0;
}

static GraphbitError
code_for_status (int status)
{
  switch (status)
    {
    case 401:
      return GRAPHBIT_ERROR_AUTHENTICATION;
    case 402:
      return GRAPHBIT_ERROR_QUOTA_EXCEEDED;
    case 403:
      return GRAPHBIT_ERROR_PERMISSION;
    case 404:
    case 410:
      return GRAPHBIT_ERROR_NOT_FOUND;
    case 408:
    case 409:
    case 424:
    case 499:
      return GRAPHBIT_ERROR_UNAVAILABLE;
    case 425:
    case 429:
    case 498:
      return GRAPHBIT_ERROR_RATE_LIMITED;
    case 501:
      return GRAPHBIT_ERROR_UNSUPPORTED;
    default:
      if (status >= 400 && status < 500)
        return GRAPHBIT_ERROR_INVALID_REQUEST;
      return GRAPHBIT_ERROR_UNAVAILABLE;
    }
}

/* Texts as they are, numbers as digits. */
static char *
dup_word (JsonNode *node,
          const char *name)
{
  const char *text;
  gint64 number;

  if (graphbit_json_get_string (node, name, &text))
    return *text != '\0' ? g_strdup (text) : NULL;
  if (graphbit_json_get_int64 (node, name, &number))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return NULL;
}

static char *
dup_text (JsonNode *node,
          const char *name)
{
  const char *text;

  if (graphbit_json_get_string (node, name, &text) && *text != '\0')
    return g_strdup (text);

  return NULL;
}

/* "34.4s" */
static gint64
parse_seconds (const char *text)
{
  char *end;
  double seconds = g_ascii_strtod (text, &end);

  if (end == text || strcmp (end, "s") != 0 || !(seconds >= 0.0 && seconds < 1e9))
    return -1;

  return (gint64) (seconds * 1000.0 + 0.999);
}

/* “Please try again in 1m2.5s.”; no guess at what is wrong, but the only place where some say when to come back. */
static gint64
parse_sentence (const char *message)
{
  static const struct
  {
    const char *unit;
    double ms;
  } units[] = { { "ms", 1.0 }, { "s", 1000.0 }, { "m", 60000.0 }, { "h", 3600000.0 } };
  const char *text = message != NULL ? strstr (message, "try again in ") : NULL;
  double delay = 0.0;
  gboolean goes_on = text != NULL;

  if (text != NULL)
    text += strlen ("try again in ");
  while (goes_on)
    {
      char *end;
      double number = g_ascii_isdigit (*text) ? g_ascii_strtod (text, &end) : 0.0;

      goes_on = FALSE;
      for (guint i = 0; g_ascii_isdigit (*text) && i < G_N_ELEMENTS (units) && !goes_on; i++)
        {
          gsize length = strlen (units[i].unit);

          goes_on = strncmp (end, units[i].unit, length) == 0 && !g_ascii_isalpha (end[length]);
          if (goes_on)
            {
              delay += number * units[i].ms;
              text = end + length;
            }
        }
    }

  return delay > 0.0 && delay < 1e12 ? (gint64) (delay + 0.999) : -1;
}

/* Whether what is used up is the day's share, and does not come back in a minute. */
static gboolean
is_spent (JsonNode *violations)
{
  const char *quota;

  for (guint i = 0; graphbit_json_get_kind (violations) == GRAPHBIT_JSON_KIND_ARRAY && i < graphbit_json_get_size (violations); i++)
    {
      if (graphbit_json_get_string (graphbit_json_get_element (violations, i), "quotaId", &quota) &&
          strstr (quota, "PerDay") != NULL)
        return TRUE;
    }

  return FALSE;
}

/* google.rpc.Status: what is wrong, and when to come back. */
static void
read_details (JsonNode *error,
              ErrorParts *parts)
{
  JsonNode *details = graphbit_json_get_member (error, "details");

  for (guint i = 0; graphbit_json_get_kind (details) == GRAPHBIT_JSON_KIND_ARRAY && i < graphbit_json_get_size (details); i++)
    {
      JsonNode *detail = graphbit_json_get_element (details, i);
      const char *type, *text;

      if (!graphbit_json_get_string (detail, "@type", &type))
        continue;
      if (g_str_has_suffix (type, "google.rpc.RetryInfo") && graphbit_json_get_string (detail, "retryDelay", &text))
        parts->retry_after_ms = parse_seconds (text);
      else if (g_str_has_suffix (type, "google.rpc.ErrorInfo") && graphbit_json_get_string (detail, "reason", &text))
        parts->reason = text;
      else if (g_str_has_suffix (type, "google.rpc.QuotaFailure"))
        parts->is_spent |= is_spent (graphbit_json_get_member (detail, "violations"));
    }
}

/* Gemini: a prompt that is not answered, and why. */
static void
read_block_reason (JsonNode *error,
                   ErrorParts *parts)
{
  char *reason = dup_word (error, "blockReason");

  if (reason == NULL)
    return;

  parts->is_moderated = TRUE;
  if (parts->message == NULL)
    parts->message = dup_text (error, "blockReasonMessage");
  if (parts->message == NULL)
    parts->message = g_strdup (reason);
  g_free (parts->code);
  parts->code = reason;
}

/* OpenRouter: the words of the one behind it, and when its limit starts anew. */
static void
read_metadata (JsonNode *error,
               ErrorParts *parts)
{
  JsonNode *metadata = graphbit_json_get_member (error, "metadata");
  JsonNode *headers = graphbit_json_get_member (metadata, "headers");
  const char *raw, *name, *text;

  if (graphbit_json_get_array (metadata, "reasons") != NULL)
    parts->is_moderated = TRUE;

  if (graphbit_json_get_string (metadata, "raw", &raw) && *raw != '\0')
    {
      char *message = parts->message;

      if (!graphbit_json_get_string (metadata, "provider_name", &name))
        name = NULL;
      parts->message = g_strdup_printf ("%s (%s%s%s)",
                                        message != NULL ? message : "",
                                        name != NULL ? name : "", name != NULL ? ": " : "",
                                        raw);
      g_free (message);
    }

  if (graphbit_json_get_string (headers, "X-RateLimit-Reset", &text))
    {
      gint64 reset_ms = g_ascii_strtoll (text, NULL, 10);
      gint64 now_ms = graphbit_clock_wall () / 1000;

      if (reset_ms > now_ms)
        parts->retry_after_ms = reset_ms - now_ms;
    }
}

/* FastAPI's: a sentence, or what is wrong with which member. */
static char *
dup_detail (JsonNode *node)
{
  JsonNode *detail = graphbit_json_get_member (node, "detail");
  char *text = dup_text (node, "detail");

  if (text == NULL)
    text = dup_text (graphbit_json_get_element (detail, 0), "msg");
  if (text == NULL)
    text = dup_text (detail, "message");

  return text;
}

static void
read_tree (JsonNode *root,
           ErrorParts *parts)
{
  JsonNode *error;
  JsonNode *inner;
  gint64 status;
  double seconds;
  const char *text;

  if (graphbit_json_get_kind (root) == GRAPHBIT_JSON_KIND_ARRAY && graphbit_json_get_size (root) == 1)
    root = graphbit_json_get_element (root, 0);

  error = graphbit_json_get_member (root, "error");
  if (graphbit_json_get_kind (error) != GRAPHBIT_JSON_KIND_OBJECT)
    error = NULL;

  parts->message = dup_text (error, "message");
  if (parts->message == NULL)
    parts->message = dup_text (root, "error");
  if (parts->message == NULL)
    parts->message = dup_text (root, "message");
  if (parts->message == NULL)
    parts->message = dup_detail (root);
  if (parts->message == NULL) /* Mistral's */
    parts->message = dup_detail (graphbit_json_get_member (root, "message"));
  if (parts->message == NULL && /* Hugging Face's */
      graphbit_json_get_string (graphbit_json_get_element (graphbit_json_get_member (root, "error"), 0), NULL, &text))
    parts->message = g_strdup (text);
  if (parts->message == NULL)
    parts->message = dup_text (root, "title");

  parts->code = dup_word (error, "code");
  if (parts->code == NULL)
    parts->code = dup_word (root, "code");

  parts->type = dup_word (error, "type");
  if (parts->type == NULL)
    parts->type = dup_word (error, "status");
  if (parts->type == NULL)
    parts->type = dup_word (root, "error_type");
  if (parts->type == NULL && error == NULL)
    parts->type = dup_word (root, "type");

  parts->request_id = dup_text (root, "request_id");
  /* Inside of an answer it is the answer's. */
  if (parts->request_id == NULL && parts->status != 0)
    parts->request_id = dup_text (root, "id");
  if (parts->request_id == NULL)
    parts->request_id = dup_text (graphbit_json_get_member (root, "x_groq"), "id");

  /* Azure says why in here. */
  inner = graphbit_json_get_member (error, "innererror");
  if (graphbit_json_get_string (inner, "code", &text))
    parts->reason = text;

  read_details (error, parts);
  read_metadata (error, parts);
  /* until a model of Hugging Face's is loaded */
  if (parts->retry_after_ms < 0 && graphbit_json_get_double (root, "estimated_time", &seconds) &&
      seconds > 0.0 && seconds < 1e9)
    parts->retry_after_ms = (gint64) (seconds * 1000.0 + 0.999);
  read_block_reason (error, parts);

  /* Inside of an answer the status is the error's own. */
  if (parts->status == 0)
    {
      if (!graphbit_json_get_int64 (error, "status_code", &status) &&
          !graphbit_json_get_int64 (error, "code", &status) &&
          !graphbit_json_get_int64 (error, "status", &status) &&
          !graphbit_json_get_int64 (root, "raw_status_code", &status) &&
          !graphbit_json_get_int64 (root, "code", &status))
        status = parts->code != NULL && strlen (parts->code) == 3 ? g_ascii_strtoll (parts->code, NULL, 10) : 0;
      if (status >= 400 && status < 600)
        parts->status = (int) status;
    }
}

/* What a person can use of a body that is no JSON: its beginning, on one line. */
static char *
dup_raw_message (const char *body,
                 gsize length)
{
  g_autofree char *text = NULL;
  g_autofree char *valid = g_utf8_make_valid (body, (gssize) MIN (length, MAX_RAW_MESSAGE));

  text = g_strdelimit (g_steal_pointer (&valid), "\r\n\t", ' ');
  g_strstrip (text);

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static char *
shorten (char *message)
{
  if (message != NULL && strlen (message) > MAX_MESSAGE)
    {
      char *end = g_utf8_find_prev_char (message, message + MAX_MESSAGE);

      *end = '\0';
    }

  return message;
}

static GraphbitError
classify (const GraphbitVendor *self,
          const ErrorParts *parts,
          gboolean *is_specific,
          int *status)
{
  GraphbitError code;

  *is_specific = TRUE;
  *status = parts->status;
  if (parts->is_moderated)
    return GRAPHBIT_ERROR_CONTENT_FILTERED;
  if (parts->is_spent)
    return GRAPHBIT_ERROR_QUOTA_EXCEEDED;
  if (lookup_specific (parts->reason, &code) ||
      lookup_specific (parts->code, &code) ||
      lookup_specific (parts->type, &code))
    return code;

  *is_specific = *status == 500 && (self->quirks & GRAPHBIT_QUIRK_FINAL_500) != 0;
  if (*is_specific)
    return GRAPHBIT_ERROR_INVALID_REQUEST;
  *is_specific = *status == 498 && (self->quirks & GRAPHBIT_QUIRK_DENIED_TOKENS) != 0;
  if (*is_specific)
    return GRAPHBIT_ERROR_CONTENT_FILTERED;

  if (*status == 0)
    *status = lookup_general (parts->code);
  if (*status == 0)
    *status = lookup_general (parts->type);

  return code_for_status (*status);
}

static GraphbitFailure *
make_failure (const GraphbitVendor *self,
              GraphbitError code,
              const char *message)
{
  const char *title = self->title;

  /* Authentication shows no words of the provider: some echo the key. */
  switch ((int) code)
    {
    case GRAPHBIT_ERROR_AUTHENTICATION:
      if (self->key_variables[0] != NULL)
        return graphbit_failure_new (code, N_("%s does not accept the key; check %s"), title, self->key_variables[0], NULL);
      return graphbit_failure_new (code, N_("%s does not accept the key, or wants one; check the API key"), title, NULL);

    case GRAPHBIT_ERROR_PERMISSION:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s does not allow this to the key: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s does not allow this to the key; check what the account may do"), title, NULL);

    case GRAPHBIT_ERROR_NOT_FOUND:
      if (message != NULL && self->missing_model != NULL)
        return graphbit_failure_new (code, self->missing_model, title, message, NULL);
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s does not have this model or address; check both: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s does not have this model or address; check both"), title, NULL);

    case GRAPHBIT_ERROR_RATE_LIMITED:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s gets too many requests; wait before the next: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s gets too many requests; wait before the next"), title, NULL);

    case GRAPHBIT_ERROR_QUOTA_EXCEEDED:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s has no credit left for the account; check its plan: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s has no credit left for the account; check its plan"), title, NULL);

    case GRAPHBIT_ERROR_CONTEXT_LENGTH:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s cannot take an input of this length; shorten it: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s cannot take an input of this length; shorten it"), title, NULL);

    case GRAPHBIT_ERROR_CONTENT_FILTERED:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s refuses this content: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s refuses this content"), title, NULL);

    case GRAPHBIT_ERROR_UNSUPPORTED:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s cannot do this: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s cannot do this"), title, NULL);

    case GRAPHBIT_ERROR_INVALID_REQUEST:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s does not accept the request: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s does not accept the request"), title, NULL);

    default:
      if (message != NULL)
        return graphbit_failure_new (code, N_("%s is overloaded or out of order; try again later: %s"), title, message, NULL);
      return graphbit_failure_new (code, N_("%s is overloaded or out of order; try again later"), title, NULL);
    }
}

static GraphbitFailure *
explain (const GraphbitVendor *self,
         int http_status,
         const char *request_id,
         const char *body,
         gsize length,
         GraphbitHttpVerdict *verdict)
{
  ErrorParts parts = { .status = http_status >= 300 ? http_status : 0, .retry_after_ms = -1 };
  g_autoptr (JsonNode) root = length > 0 ? graphbit_json_parse (body, (gssize) length, NULL) : NULL;
  GraphbitJsonKind kind = graphbit_json_get_kind (root);
  g_autofree char *sentence = NULL; /* the message on one line */
  GraphbitFailure *failure;
  GraphbitError code;
  gboolean is_specific;
  int status;

  if (kind == GRAPHBIT_JSON_KIND_OBJECT || kind == GRAPHBIT_JSON_KIND_ARRAY)
    read_tree (root, &parts);
  if (parts.message == NULL && kind == GRAPHBIT_JSON_KIND_NONE)
    parts.message = dup_raw_message (body, length);
  parts.message = shorten (parts.message);
  sentence = g_strdup (parts.message);
  if (sentence != NULL)
    g_strdelimit (sentence, "\r\n", ' ');

  code = classify (self, &parts, &is_specific, &status);

  if (status == 0 && !is_specific)
    failure = graphbit_failure_new (code, N_("%s answered with an error: %s"),
                                    self->title, sentence != NULL ? sentence : "", NULL);
  else
    failure = make_failure (self, code, sentence);

  if (http_status < 300)
    {
      /* http/ saw a good answer. */
      verdict->may_retry = !is_specific && graphbit_http_retry_is_status_retryable (status);
      verdict->is_server_fault = !is_specific && status >= 500 && status != 501;
    }
  else if (is_specific)
    {
      verdict->may_retry = FALSE;
      verdict->is_server_fault = FALSE;
    }
  else if (status >= 500 && lookup_general (parts.type) >= 400 && lookup_general (parts.type) < 500)
    {
      /* A mistake of ours, whatever the status says. */
      verdict->is_server_fault = FALSE;
    }
  if (parts.retry_after_ms < 0 && code == GRAPHBIT_ERROR_RATE_LIMITED)
    parts.retry_after_ms = parse_sentence (parts.message);
  if (verdict->may_retry && verdict->retry_after_ms < 0)
    verdict->retry_after_ms = parts.retry_after_ms;

  failure->http_status = http_status >= 300 ? http_status : (status != 0 ? status : http_status);
  failure->provider_code = g_strdup (parts.code != NULL ? parts.code : parts.type);
  failure->provider_message = g_strdup (parts.message);
  failure->request_id = g_strdup (request_id != NULL ? request_id : parts.request_id);
  failure->retry_after_ms = verdict->may_retry ? verdict->retry_after_ms : -1;

  error_parts_clear (&parts);

  return failure;
}

const char *
graphbit_vendor_request_id (const GraphbitHttpHead *head)
{
  static const char *const names[] = {
    "x-request-id", "request-id", "apim-request-id", "mistral-correlation-id", "x-kong-request-id", "cf-ray"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = graphbit_http_head_get (head, names[i]);

      if (value != NULL && *value != '\0')
        return value;
    }

  return NULL;
}

GraphbitFailure *
graphbit_vendor_explain (const GraphbitVendor *self,
                         const GraphbitHttpHead *head,
                         const char *body,
                         gsize length,
                         GraphbitHttpVerdict *verdict)
{
  return explain (self,
                  graphbit_http_head_get_status (head),
                  graphbit_vendor_request_id (head),
                  body, length, verdict);
}

GraphbitFailure *
graphbit_vendor_explain_body (const GraphbitVendor *self,
                              int status,
                              const char *body,
                              gsize length,
                              GraphbitHttpVerdict *verdict)
{
  return explain (self, status, NULL, body, length, verdict);
}

void
graphbit_vendor_redact (GraphbitFailure *failure,
                        const GraphbitSecret *secret)
{
  if (failure == NULL || secret == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (failure->arguments); i++)
    failure->arguments[i] = graphbit_secret_redact (secret, failure->arguments[i]);
  failure->provider_code = graphbit_secret_redact (secret, failure->provider_code);
  failure->provider_message = graphbit_secret_redact (secret, failure->provider_message);
  failure->request_id = graphbit_secret_redact (secret, failure->request_id);
}
