/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-retry-private.h"
#include "graphbit-http-transport-private.h"
#include "graphbit-json-private.h"
#include "graphbit-vendor-private.h"

static const char *
get_header (gconstpointer headers,
            const char *name)
{
  const char *const *pairs = headers;

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
    {
      if (g_ascii_strcasecmp (pairs[i], name) == 0)
        return pairs[i + 1];
    }

  return NULL;
}

static GraphbitFailure *
explain (const char *vendor,
         int status,
         const char *const *headers,
         const char *body,
         gsize length,
         GraphbitHttpVerdict *verdict)
{
  GraphbitHttpHead head = { status, get_header, headers };

  graphbit_http_retry_judge (&head, graphbit_clock_wall (), verdict);

  return graphbit_vendor_explain (graphbit_vendor_lookup (vendor), &head, body, length, verdict);
}

static void
test_rows (void)
{
  const GraphbitVendor *openai = graphbit_vendor_lookup ("openai");
  const GraphbitVendor *compatible = graphbit_vendor_lookup ("openai_compatible");

  g_assert_cmpstr (openai->base_url, ==, "https://api.openai.com/v1");
  g_assert_cmpstr (openai->key_variables[0], ==, "OPENAI_API_KEY");
  g_assert_cmpstr (openai->base_url_variables[0], ==, "OPENAI_BASE_URL");
  g_assert_cmpint (openai->wire, ==, GRAPHBIT_WIRE_CHAT);

  /* OpenAI's key and address are not for other servers. */
  g_assert_null (compatible->key_variables[0]);
  g_assert_null (compatible->base_url_variables[0]);
  g_assert_null (compatible->base_url);

  g_assert_cmpint (graphbit_vendor_lookup ("offline")->wire, ==, GRAPHBIT_WIRE_CUSTOM);
  g_assert_cmpint (graphbit_vendor_lookup ("scripted")->wire, ==, GRAPHBIT_WIRE_CUSTOM);
  g_assert_cmpint (graphbit_vendor_lookup ("custom")->wire, ==, GRAPHBIT_WIRE_CUSTOM);
  g_assert_null (graphbit_vendor_lookup ("OpenAI"));
  g_assert_null (graphbit_vendor_lookup (""));
}

/* Hugging Face says how long a model takes to load; a header says it better. */
static void
test_loading (void)
{
  static const char body[] = "{\"error\":\"Model m is currently loading\",\"estimated_time\":20.5}";
  static const char *const headers[] = { "retry-after", "3", NULL };
  GraphbitHttpVerdict verdict;
  g_autoptr (GraphbitFailure) failure = explain ("huggingface", 503, NULL, body, strlen (body), &verdict);
  g_autoptr (GraphbitFailure) told = NULL;

  g_assert_cmpint (failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_true (verdict.may_retry);
  g_assert_cmpint (failure->retry_after_ms, ==, 20500);

  told = explain ("huggingface", 503, headers, body, strlen (body), &verdict);
  g_assert_cmpint (told->retry_after_ms, ==, 3000);
}

/* A delay that only the message tells. */
static void
test_sentences (void)
{
  static const struct
  {
    int status;
    const char *message;
    gint64 wanted;
  } cases[] = {
    { 429, "Rate limit reached. Please try again in 1.5s. Visit the site", 1500 },
    { 429, "Please try again in 7m12s.", 432000 },
    { 429, "Please try again in 1h2m3.25s", 3723250 },
    { 429, "Please try again in 86ms.", 86 },
    { 429, "Please try again in 3 seconds", -1 },
    { 429, "Please try again in 3months", -1 },
    { 429, "Please try again in a while", -1 },
    { 429, "Please try again in 0s", -1 },
    { 429, "try again in ", -1 },
    { 429, "Please try again in 9e99s", -1 },
    { 503, "Please try again in 1.5s", -1 },
    { 400, "Please try again in 1.5s", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"error\":{\"message\":\"%s\"}}", cases[i].message);
      GraphbitHttpVerdict verdict;
      g_autoptr (GraphbitFailure) failure = explain ("groq", cases[i].status, NULL, body, strlen (body), &verdict);

      g_assert_cmpint (failure->retry_after_ms, ==, cases[i].wanted);
    }
}

/* Where Azure has what, by the end of the address. */
static void
test_routes (void)
{
  static const struct
  {
    const char *vendor;
    const char *base_url;
    const char *model; /* NULL: none is asked */
    const char *version;
    const char *path;
    const char *wanted;
    GraphbitWire wire;
  } cases[] = {
    { "azurellm", "https://r.openai.azure.com", "dep", NULL, "/chat/completions",
      "https://r.openai.azure.com/openai/deployments/dep/chat/completions?api-version=2024-10-21" },
    { "azurellm", "https://r.openai.azure.com", "a/b?c d", "2025-01-01-preview", "/chat/completions",
      "https://r.openai.azure.com/openai/deployments/a%2Fb%3Fc%20d/chat/completions?api-version=2025-01-01-preview" },
    { "azurellm", "https://r.openai.azure.com", NULL, "a&b", "/models",
      "https://r.openai.azure.com/openai/models?api-version=a%26b" },
    { "azurellm", "https://r.openai.azure.com/openai/v1", "dep", NULL, "/chat/completions",
      "https://r.openai.azure.com/openai/v1/chat/completions" },
    { "azurellm", "https://r.openai.azure.com/openai/v1", "dep", "preview", "/chat/completions",
      "https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview" },
    { "azurellm", "https://r.services.ai.azure.com/models", "grok-4", NULL, "/chat/completions",
      "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview" },
    { "azurellm", "https://r.openai.azure.com", "dep", NULL, "/responses",
      "https://r.openai.azure.com/openai/responses?api-version=2025-03-01-preview", GRAPHBIT_WIRE_RESPONSES },
    { "azurellm", "https://r.openai.azure.com", "dep", "2026-01-01", "/responses",
      "https://r.openai.azure.com/openai/responses?api-version=2026-01-01", GRAPHBIT_WIRE_RESPONSES },
    { "azurellm", "https://r.openai.azure.com/openai/v1", "dep", NULL, "/responses",
      "https://r.openai.azure.com/openai/v1/responses", GRAPHBIT_WIRE_RESPONSES },
    { "openai", "https://h/v1", "m", "2024-10-21", "/chat/completions", "https://h/v1/chat/completions" },
  };

  g_unsetenv ("AZURELLM_API_VERSION");
  g_unsetenv ("OPENAI_API_VERSION");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uri = graphbit_vendor_make_uri (graphbit_vendor_lookup (cases[i].vendor), cases[i].wire, cases[i].base_url,
                                                       cases[i].model, cases[i].path, cases[i].version);

      g_assert_cmpstr (uri, ==, cases[i].wanted);
    }

  /* the environment's version is for addresses that have one */
  g_setenv ("OPENAI_API_VERSION", "2024-02-01", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uri = graphbit_vendor_make_uri (graphbit_vendor_lookup (cases[i].vendor), cases[i].wire, cases[i].base_url,
                                                       cases[i].model, cases[i].path, cases[i].version);

      if (i == 0 || i == 5 || i == 6)
        g_assert_true (g_str_has_suffix (uri, "?api-version=2024-02-01"));
      else
        g_assert_cmpstr (uri, ==, cases[i].wanted);
    }
  g_unsetenv ("OPENAI_API_VERSION");
}

static void
test_shapes (void)
{
  static const struct
  {
    int status;
    const char *body;
    GraphbitError code;
    const char *provider_code;
    const char *message;
    gboolean may_retry;
  } cases[] = {
    /* codes that say more than the status */
    { 429, "{\"error\":{\"message\":\"m\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
      GRAPHBIT_ERROR_QUOTA_EXCEEDED, "insufficient_quota", "m", FALSE },
    { 429, "{\"error\":{\"message\":\"m\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
      GRAPHBIT_ERROR_RATE_LIMITED, "rate_limit_exceeded", "m", TRUE },
    { 400, "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}",
      GRAPHBIT_ERROR_CONTEXT_LENGTH, "context_length_exceeded", "m", FALSE },
    { 400, "{\"error\":{\"code\":400,\"message\":\"m\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}}",
      GRAPHBIT_ERROR_CONTEXT_LENGTH, "400", "m", FALSE },
    { 400, "{\"error\":{\"message\":\"m\",\"type\":\"too_many_prompt_tokens\",\"code\":400}}",
      GRAPHBIT_ERROR_CONTEXT_LENGTH, "400", "m", FALSE },
    { 400, "{\"error\":{\"message\":\"m\",\"code\":\"content_filter\",\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
      GRAPHBIT_ERROR_CONTENT_FILTERED, "content_filter", "m", FALSE },
    { 400, "{\"error\":{\"message\":\"m\",\"code\":null,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
      GRAPHBIT_ERROR_CONTENT_FILTERED, NULL, "m", FALSE },
    { 403, "{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":{\"reasons\":[\"violence\"]}}}",
      GRAPHBIT_ERROR_CONTENT_FILTERED, "403", "m", FALSE },
    { 400, "{\"error\":{\"code\":\"model_not_found\",\"message\":\"m\"}}",
      GRAPHBIT_ERROR_NOT_FOUND, "model_not_found", "m", FALSE },
    { 400, "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"@type\":"
           "\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}]}}",
      GRAPHBIT_ERROR_AUTHENTICATION, "400", "m", FALSE },

    /* the status, whatever the words */
    { 401, "{\"error\":{\"message\":\"Unauthorized\",\"type\":\"api_error\",\"param\":null,\"code\":null}}",
      GRAPHBIT_ERROR_AUTHENTICATION, "api_error", "Unauthorized", FALSE },
    { 400, "{\"error\":{\"message\":\"rate limit, quota, timeout, context length, invalid key\",\"code\":null}}",
      GRAPHBIT_ERROR_INVALID_REQUEST, NULL, "rate limit, quota, timeout, context length, invalid key", FALSE },
    { 402, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_QUOTA_EXCEEDED, NULL, "m", FALSE },
    { 403, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_PERMISSION, NULL, "m", FALSE },
    { 404, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_NOT_FOUND, NULL, "m", FALSE },
    { 408, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "m", TRUE },
    { 409, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "m", TRUE },
    { 413, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_INVALID_REQUEST, NULL, "m", FALSE },
    { 422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"m\",\"type\":\"t\"}]}", GRAPHBIT_ERROR_INVALID_REQUEST, NULL, "m", FALSE },
    { 425, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_RATE_LIMITED, NULL, "m", TRUE },
    { 498, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_RATE_LIMITED, NULL, "m", TRUE },
    { 500, "{\"error\":{\"message\":\"m\"}}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "m", TRUE },
    { 501, "{\"error\":{\"message\":\"m\",\"code\":501}}", GRAPHBIT_ERROR_UNSUPPORTED, "501", "m", FALSE },
    { 503, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}",
      GRAPHBIT_ERROR_UNAVAILABLE, "503", "Loading model", TRUE },
    { 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"},\"request_id\":\"r\"}",
      GRAPHBIT_ERROR_UNAVAILABLE, "overloaded_error", "m", TRUE },

    /* particulars behind a dot */
    { 404, "{\"error\":{\"code\":\"InvalidEndpointOrModel.NotFound\",\"message\":\"m\",\"param\":\"\",\"type\":\"NotFound\"}}",
      GRAPHBIT_ERROR_NOT_FOUND, "InvalidEndpointOrModel.NotFound", "m", FALSE },
    { 429, "{\"error\":{\"code\":\"RateLimitExceeded.EndpointTPMExceeded\",\"message\":\"m\",\"type\":\"TooManyRequests\"}}",
      GRAPHBIT_ERROR_RATE_LIMITED, "RateLimitExceeded.EndpointTPMExceeded", "m", TRUE },
    { 401, "{\"error\":{\"code\":\"AuthenticationError\",\"message\":\"m\",\"param\":\"\",\"type\":\"Unauthorized\"}}",
      GRAPHBIT_ERROR_AUTHENTICATION, "AuthenticationError", "m", FALSE },
    { 400, "{\"error\":{\"code\":\"SensitiveContentDetected.SevereViolation\",\"message\":\"m\",\"type\":\"BadRequest\"}}",
      GRAPHBIT_ERROR_CONTENT_FILTERED, "SensitiveContentDetected.SevereViolation", "m", FALSE },
    { 403, "{\"error\":{\"code\":\"AccountOverdueError\",\"message\":\"m\",\"type\":\"Forbidden\"}}",
      GRAPHBIT_ERROR_QUOTA_EXCEEDED, "AccountOverdueError", "m", FALSE },
    { 404, "{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"m\"}}",
      GRAPHBIT_ERROR_NOT_FOUND, "DeploymentNotFound", "m", FALSE },
    { 402, "{\"error\":\"m\"}", GRAPHBIT_ERROR_QUOTA_EXCEEDED, NULL, "m", FALSE },
    { 424, "{\"detail\":\"m\"}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "m", FALSE },
    { 422, "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":\"m\"}]},"
           "\"type\":\"invalid_request_error\",\"code\":null,\"raw_status_code\":422}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "invalid_request_error", "m", FALSE },
    { 422, "{\"error\":\"m\",\"error_type\":\"validation\"}", GRAPHBIT_ERROR_INVALID_REQUEST, "validation", "m", FALSE },
    { 400, "{\"error\":[\"m\"]}", GRAPHBIT_ERROR_INVALID_REQUEST, NULL, "m", FALSE },
    { 400, "{\"code\":\"invalid-argument\",\"error\":\"m\"}", GRAPHBIT_ERROR_INVALID_REQUEST, "invalid-argument", "m", FALSE },

    /* every shape there is */
    { 400, "{\"object\":\"error\",\"message\":\"m\",\"type\":\"invalid_request\",\"param\":null,\"code\":\"3051\"}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "3051", "m", FALSE },
    { 400, "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "400", "m", FALSE },
    { 401, "{\"detail\":\"m\"}", GRAPHBIT_ERROR_AUTHENTICATION, NULL, "m", FALSE },
    { 400, "{\"code\":\"invalid-argument\",\"error\":\"m\"}", GRAPHBIT_ERROR_INVALID_REQUEST, "invalid-argument", "m", FALSE },
    { 404, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_NOT_FOUND, NULL, "m", FALSE },
    { 400, "{\"error_type\":\"TOO_MANY_TOKENS\",\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_CONTEXT_LENGTH, "TOO_MANY_TOKENS", "m", FALSE },
    { 402, "{\"title\":\"m\",\"status\":402}", GRAPHBIT_ERROR_QUOTA_EXCEEDED, NULL, "m", FALSE },
    { 503, "{\"error\":\"m\",\"estimated_time\":20.0}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "m", TRUE },
    { 400, "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}]",
      GRAPHBIT_ERROR_INVALID_REQUEST, "400", "m", FALSE },
    { 502, "{\"error\":{\"code\":502,\"message\":\"Provider returned error\",\"metadata\":{\"raw\":\"deep\",\"provider_name\":\"P\"}}}",
      GRAPHBIT_ERROR_UNAVAILABLE, "502", "Provider returned error (P: deep)", TRUE },

    /* what is no JSON, or not what it should be */
    { 404, "Not Found", GRAPHBIT_ERROR_NOT_FOUND, NULL, "Not Found", FALSE },
    { 502, "<html>\r\n<b>Bad Gateway</b></html>", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "<html>  <b>Bad Gateway</b></html>", TRUE },
    { 500, "", GRAPHBIT_ERROR_UNAVAILABLE, NULL, NULL, TRUE },
    { 500, "{\"error\":{\"message\":", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "{\"error\":{\"message\":", TRUE },
    { 500, "null", GRAPHBIT_ERROR_UNAVAILABLE, NULL, NULL, TRUE },
    { 500, "[]", GRAPHBIT_ERROR_UNAVAILABLE, NULL, NULL, TRUE },
    { 500, "{\"error\":[1,2],\"message\":{},\"code\":[],\"detail\":7}", GRAPHBIT_ERROR_UNAVAILABLE, NULL, NULL, TRUE },
    { 500, "\xff\xfe", GRAPHBIT_ERROR_UNAVAILABLE, NULL, "\xef\xbf\xbd\xef\xbf\xbd", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GraphbitHttpVerdict verdict;
      g_autoptr (GraphbitFailure) failure =
        explain ("openai", cases[i].status, NULL, cases[i].body, strlen (cases[i].body), &verdict);
      g_autoptr (GError) error = graphbit_failure_to_error (failure, NULL);
      g_autofree char *shown = g_strescape (cases[i].body, NULL);

      g_test_message ("%d %s: %s", cases[i].status, shown, error->message);
      g_assert_error (error, GRAPHBIT_ERROR, (int) cases[i].code);
      g_assert_cmpint (failure->http_status, ==, cases[i].status);
      g_assert_cmpstr (failure->provider_code, ==, cases[i].provider_code);
      g_assert_cmpstr (failure->provider_message, ==, cases[i].message);
      g_assert_cmpint (verdict.may_retry, ==, cases[i].may_retry);
      g_assert_true (g_str_has_prefix (error->message, "OpenAI "));
    }
}

/* A mistake of ours that a server calls its own does not count against it. */
static void
test_fault (void)
{
  const char *ours = "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"m\"}}";
  const char *theirs = "{\"error\":{\"type\":\"server_error\",\"message\":\"m\"}}";
  GraphbitHttpVerdict verdict;
  g_autoptr (GraphbitFailure) client = NULL;
  g_autoptr (GraphbitFailure) server = NULL;

  client = explain ("openai_compatible", 500, NULL, ours, strlen (ours), &verdict);
  g_assert_false (verdict.is_server_fault);
  server = explain ("openai_compatible", 500, NULL, theirs, strlen (theirs), &verdict);
  g_assert_true (verdict.is_server_fault);
}

/* A minute's share of Gemini's comes back, a day's does not; a wrong key is no wrong request. */
static void
test_google (void)
{
#define DETAILS(type, rest) "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc." type "\"," rest "}]}}"
  static const struct
  {
    int status;
    const char *body;
    GraphbitError code;
    gboolean may_retry;
  } cases[] = {
    { 429, "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\","
      DETAILS ("QuotaFailure", "\"violations\":[{\"quotaId\":\"GenerateRequestsPerMinutePerProjectPerModel\"}]"),
      GRAPHBIT_ERROR_RATE_LIMITED, TRUE },
    { 429, "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\","
      DETAILS ("QuotaFailure", "\"violations\":[7,{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}]"),
      GRAPHBIT_ERROR_QUOTA_EXCEEDED, FALSE },
    { 429, "{\"error\":{\"code\":429,\"message\":\"m\"," DETAILS ("QuotaFailure", "\"violations\":7"), GRAPHBIT_ERROR_RATE_LIMITED, TRUE },
    { 400, "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"," DETAILS ("ErrorInfo", "\"reason\":\"API_KEY_INVALID\""),
      GRAPHBIT_ERROR_AUTHENTICATION, FALSE },
    { 503, "[{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}]", GRAPHBIT_ERROR_UNAVAILABLE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GraphbitHttpVerdict verdict;
      g_autoptr (GraphbitFailure) failure = explain ("gemini", cases[i].status, NULL, cases[i].body, strlen (cases[i].body), &verdict);

      g_assert_cmpint (failure->code, ==, cases[i].code);
      g_assert_cmpint (verdict.may_retry, ==, cases[i].may_retry);
      g_assert_cmpstr (failure->provider_message, ==, "m");
    }
#undef DETAILS
}

/* What a status means that others have for something else. */
static void
test_cohere (void)
{
  static const struct
  {
    int status;
    const char *body;
    GraphbitError code;
    gboolean may_retry;
  } cases[] = {
    { 400, "{\"id\":\"i\",\"message\":\"m\",\"error_type\":\"TOO_MANY_TOKENS\"}", GRAPHBIT_ERROR_CONTEXT_LENGTH, FALSE },
    { 401, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_AUTHENTICATION, FALSE },
    { 402, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_QUOTA_EXCEEDED, FALSE },
    { 404, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_NOT_FOUND, FALSE },
    { 422, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_INVALID_REQUEST, FALSE },
    { 429, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_RATE_LIMITED, TRUE },
    { 498, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_CONTENT_FILTERED, FALSE },
    { 499, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_UNAVAILABLE, FALSE },
    { 501, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_UNSUPPORTED, FALSE },
    { 503, "{\"id\":\"i\",\"message\":\"m\"}", GRAPHBIT_ERROR_UNAVAILABLE, TRUE },
  };
  GraphbitHttpVerdict verdict;
  g_autoptr (GraphbitFailure) groq = explain ("groq", 498, NULL, "{}", 2, &verdict);

  g_assert_cmpint (groq->code, ==, GRAPHBIT_ERROR_RATE_LIMITED);
  g_assert_true (verdict.may_retry);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitFailure) failure = explain ("cohere", cases[i].status, NULL, cases[i].body, strlen (cases[i].body), &verdict);

      g_assert_cmpint (failure->code, ==, cases[i].code);
      g_assert_cmpint (verdict.may_retry, ==, cases[i].may_retry);
      g_assert_cmpstr (failure->provider_message, ==, "m");
      g_assert_cmpstr (failure->request_id, ==, "i");
    }
}

static void
test_delay (void)
{
  const char *const header[] = { "Retry-After", "7", NULL };
  const char *const azure[] = { "retry-after", "1", "retry-after-ms", "1500", NULL };
  const char *info = "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
                     "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34.4s\"}]}}";
  g_autofree char *reset = g_strdup_printf ("{\"error\":{\"message\":\"m\",\"code\":429,\"metadata\":{\"headers\":"
                                            "{\"X-RateLimit-Reset\":\"%" G_GINT64_FORMAT "\"}}}}",
                                            graphbit_clock_wall () / 1000 + 20000);
  const char *past = "{\"error\":{\"message\":\"m\",\"code\":429,\"metadata\":{\"headers\":{\"X-RateLimit-Reset\":\"1754667660000\"}}}}";
  const char *broken = "{\"error\":{\"code\":429,\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
                       "\"retryDelay\":\"1e99s\"},7,{\"@type\":3}]}}";
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;

  failure = explain ("openai", 429, header, "{}", 2, &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, 7000);
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, azure, "{}", 2, &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, 1500);
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, NULL, info, strlen (info), &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, 34400);
  g_assert_cmpint (verdict.retry_after_ms, ==, 34400);
  graphbit_failure_free (failure);

  /* A header is nearer than a body. */
  failure = explain ("openai", 429, header, info, strlen (info), &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, 7000);
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, NULL, reset, strlen (reset), &verdict);
  g_assert_cmpint (failure->retry_after_ms, >, 10000);
  g_assert_cmpint (failure->retry_after_ms, <=, 20000);
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, NULL, past, strlen (past), &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, -1);
  g_assert_true (verdict.may_retry);
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, NULL, broken, strlen (broken), &verdict);
  g_assert_cmpint (failure->retry_after_ms, ==, -1);
  graphbit_failure_free (failure);
}

static void
test_request_id (void)
{
  const char *const both[] = { "cf-ray", "ray", "X-Request-Id", "req", NULL };
  const char *const azure[] = { "apim-request-id", "apim", NULL };
  const char *body = "{\"type\":\"error\",\"error\":{\"message\":\"m\"},\"request_id\":\"inside\"}";
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;

  failure = explain ("openai", 400, both, body, strlen (body), &verdict);
  g_assert_cmpstr (failure->request_id, ==, "req");
  graphbit_failure_free (failure);

  failure = explain ("openai", 400, azure, body, strlen (body), &verdict);
  g_assert_cmpstr (failure->request_id, ==, "apim");
  graphbit_failure_free (failure);

  failure = explain ("openai", 400, NULL, body, strlen (body), &verdict);
  g_assert_cmpstr (failure->request_id, ==, "inside");
  graphbit_failure_free (failure);
}

/* Errors inside of an answer that began with 200. */
static void
test_inside (void)
{
  static const struct
  {
    const char *body;
    GraphbitError code;
    int status;
    gboolean may_retry;
    gboolean is_server_fault;
  } cases[] = {
    { "{\"error\":{\"message\":\"m\",\"code\":502,\"metadata\":{}},\"user_id\":\"u\"}", GRAPHBIT_ERROR_UNAVAILABLE, 502, TRUE, TRUE },
    { "{\"error\":{\"message\":\"m\",\"code\":\"429\"}}", GRAPHBIT_ERROR_RATE_LIMITED, 429, TRUE, FALSE },
    { "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\",\"status_code\":400}}",
      GRAPHBIT_ERROR_INVALID_REQUEST, 400, FALSE, FALSE },
    { "{\"error\":{\"message\":\"m\",\"type\":\"overloaded_error\"}}", GRAPHBIT_ERROR_UNAVAILABLE, 529, TRUE, TRUE },
    { "{\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"code\":null}}", GRAPHBIT_ERROR_UNAVAILABLE, 500, TRUE, TRUE },
    { "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}", GRAPHBIT_ERROR_QUOTA_EXCEEDED, 200, FALSE, FALSE },
    { "{\"error\":\"Unexpected endpoint or method. (GET /x)\"}", GRAPHBIT_ERROR_UNAVAILABLE, 200, FALSE, FALSE },
    { "broken", GRAPHBIT_ERROR_UNAVAILABLE, 200, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };
      g_autoptr (GraphbitFailure) failure =
        graphbit_vendor_explain_body (graphbit_vendor_lookup ("openai"), 200, cases[i].body, strlen (cases[i].body), &verdict);

      g_test_message ("%s", cases[i].body);
      g_assert_cmpint (failure->code, ==, cases[i].code);
      g_assert_cmpint (failure->http_status, ==, cases[i].status);
      g_assert_cmpint (verdict.may_retry, ==, cases[i].may_retry);
      g_assert_cmpint (verdict.is_server_fault, ==, cases[i].is_server_fault);
    }
}

/* What a person reads says what to do, and never the key. */
static void
test_words (void)
{
  const char *body = "{\"error\":{\"message\":\"Incorrect API key provided: sk-marker. Go away, sk-marker\",\"code\":\"invalid_api_key\"}}";
  const char *other = "{\"error\":{\"message\":\"sk-marker is over its limit\",\"code\":\"sk-marker\"}}";
  g_autoptr (GraphbitSecret) secret = graphbit_secret_new ("sk-marker");
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;
  GError *error;

  failure = explain ("openai", 401, NULL, body, strlen (body), &verdict);
  error = graphbit_failure_to_error (failure, NULL);
  g_assert_cmpstr (error->message, ==, "OpenAI does not accept the key; check OPENAI_API_KEY");
  g_error_free (error);
  graphbit_vendor_redact (failure, secret);
  g_assert_cmpstr (failure->provider_message, ==, "Incorrect API key provided: …. Go away, …");
  graphbit_failure_free (failure);

  failure = explain ("openai", 429, NULL, other, strlen (other), &verdict);
  graphbit_vendor_redact (failure, secret);
  error = graphbit_failure_to_error (failure, NULL);
  g_assert_null (strstr (error->message, "marker"));
  g_assert_nonnull (strstr (error->message, "… is over its limit"));
  g_assert_null (strstr (failure->provider_code, "marker"));
  g_error_free (error);
  graphbit_failure_free (failure);

  graphbit_vendor_redact (NULL, secret);
  failure = explain ("openai", 429, NULL, other, strlen (other), &verdict);
  graphbit_vendor_redact (failure, NULL);
  graphbit_failure_free (failure);
}

/* A huge or long message is kept within bounds, and whole characters. */
static void
test_long (void)
{
  g_autoptr (GString) body = g_string_new ("{\"error\":{\"message\":\"");
  GraphbitHttpVerdict verdict;
  g_autoptr (GraphbitFailure) failure = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (body, "ä€");
  g_string_append (body, "\"}}");

  failure = explain ("openai", 400, NULL, body->str, body->len, &verdict);
  g_assert_cmpuint (strlen (failure->provider_message), <=, 2000);
  g_assert_true (g_utf8_validate (failure->provider_message, -1, NULL));
}

static char *fixtures;

static const char *
get_text (JsonNode *node,
          const char *name)
{
  const char *text = NULL;

  graphbit_json_get_string (node, name, &text);

  return text;
}

static JsonNode *
load_json (const char *id)
{
  g_autofree char *name = g_strconcat (id, ".json", NULL);
  g_autofree char *path = g_build_filename (fixtures, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  node = graphbit_json_parse (text, (gssize) length, &error);
  g_assert_no_error (error);

  return node;
}

/* The recorded headers: an object, or a list of pairs. */
static GPtrArray *
load_headers (JsonNode *headers)
{
  GPtrArray *pairs = g_ptr_array_new ();
  GraphbitJsonMembers members;
  const char *name, *value;
  JsonNode *node;

  graphbit_json_members_init (&members, headers);
  while (graphbit_json_members_next (&members, &name, &node))
    {
      if (!graphbit_json_get_string (node, NULL, &value) &&
          !graphbit_json_get_string (graphbit_json_get_element (node, 0), NULL, &value))
        continue;
      g_ptr_array_add (pairs, (gpointer) name);
      g_ptr_array_add (pairs, (gpointer) value);
    }
  g_ptr_array_add (pairs, NULL);

  return pairs;
}

/* What each recorded error must be, by its status and its own words for machines. */
static GraphbitError
get_wanted (gint64 status,
            const char *body)
{
  if (strstr (body, "\"context_length_exceeded\"") != NULL || strstr (body, "\"too_many_prompt_tokens\"") != NULL ||
      strstr (body, "\"TOO_MANY_TOKENS\"") != NULL)
    return GRAPHBIT_ERROR_CONTEXT_LENGTH;
  if (strstr (body, "\"API_KEY_INVALID\"") != NULL)
    return GRAPHBIT_ERROR_AUTHENTICATION;
  if (strstr (body, "\"model_not_found\"") != NULL)
    return GRAPHBIT_ERROR_NOT_FOUND;

  switch (status)
    {
    case 400:
      return GRAPHBIT_ERROR_INVALID_REQUEST;
    case 401:
      return GRAPHBIT_ERROR_AUTHENTICATION;
    case 403:
      return GRAPHBIT_ERROR_PERMISSION;
    case 404:
      return GRAPHBIT_ERROR_NOT_FOUND;
    case 429:
      return GRAPHBIT_ERROR_RATE_LIMITED;
    default:
      g_assert_not_reached ();
    }
}

static void
test_recorded (void)
{
  g_autoptr (JsonNode) index = NULL;
  guint n_cases = 0, n_delays = 0;

  if (!g_file_test (fixtures, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("The recordings are not here; GRAPHBIT_FIXTURES may name their folder");
      return;
    }

  index = load_json ("index");
  for (guint i = 0; i < graphbit_json_get_size (index); i++)
    {
      JsonNode *entry = graphbit_json_get_element (index, i);
      const char *id = get_text (entry, "id");
      g_autoptr (JsonNode) exchange = NULL;
      g_autoptr (JsonNode) body_node = NULL;
      g_autoptr (GPtrArray) headers = NULL;
      g_autofree char *name = NULL;
      g_autofree char *path = NULL;
      g_autofree char *body = NULL;
      g_autoptr (GraphbitFailure) failure = NULL;
      g_autoptr (GError) error = NULL;
      GraphbitHttpVerdict verdict;
      gint64 status = 0;
      gsize length;
      const char *wanted;

      if (g_strcmp0 (get_text (entry, "kind"), "error") != 0)
        continue;

      n_cases++;
      exchange = load_json (id);
      name = g_strconcat (id, ".body", NULL);
      path = g_build_filename (fixtures, name, NULL);
      g_assert_true (g_file_get_contents (path, &body, &length, NULL));
      graphbit_json_get_int64 (entry, "status", &status);
      headers = load_headers (graphbit_json_get_member (exchange, "resp_headers"));

      failure = explain ("openai_compatible", (int) status, (const char *const *) headers->pdata, body, length, &verdict);
      error = graphbit_failure_to_error (failure, NULL);
      g_test_message ("%s %d: %d %s", id, (int) status, error->code, error->message);
      g_assert_error (error, GRAPHBIT_ERROR, (int) get_wanted (status, body));
      g_assert_cmpint (failure->http_status, ==, status);
      g_assert_nonnull (failure->provider_message);

      body_node = graphbit_json_parse (body, (gssize) length, NULL);
      wanted = get_text (graphbit_json_get_member (body_node, "error"), "message");
      if (wanted != NULL && strlen (wanted) < 2000)
        g_assert_true (g_str_has_prefix (failure->provider_message, wanted));

      wanted = get_header (headers->pdata, "x-request-id");
      if (wanted == NULL)
        wanted = get_header (headers->pdata, "request-id");
      if (wanted != NULL)
        g_assert_cmpstr (failure->request_id, ==, wanted);
      g_assert_cmpint (verdict.may_retry, ==, status == 429);
      n_delays += failure->retry_after_ms >= 0;
    }

  g_test_message ("%u cases, %u with a delay", n_cases, n_delays);
  g_assert_cmpuint (n_cases, >, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  if (g_getenv ("GRAPHBIT_FIXTURES") != NULL)
    fixtures = g_strdup (g_getenv ("GRAPHBIT_FIXTURES"));
  else
    fixtures = g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "fixtures", NULL);

  g_test_add_func ("/provider/vendor/rows", test_rows);
  g_test_add_func ("/provider/vendor/loading", test_loading);
  g_test_add_func ("/provider/vendor/sentences", test_sentences);
  g_test_add_func ("/provider/vendor/routes", test_routes);
  g_test_add_func ("/provider/vendor/shapes", test_shapes);
  g_test_add_func ("/provider/vendor/fault", test_fault);
  g_test_add_func ("/provider/vendor/google", test_google);
  g_test_add_func ("/provider/vendor/cohere", test_cohere);
  g_test_add_func ("/provider/vendor/delay", test_delay);
  g_test_add_func ("/provider/vendor/request-id", test_request_id);
  g_test_add_func ("/provider/vendor/inside", test_inside);
  g_test_add_func ("/provider/vendor/words", test_words);
  g_test_add_func ("/provider/vendor/long", test_long);
  g_test_add_func ("/provider/vendor/recorded", test_recorded);

  return g_test_run ();
}
