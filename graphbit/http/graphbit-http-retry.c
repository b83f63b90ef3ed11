/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-retry-private.h"

#include <libsoup/soup.h>
#include <math.h>

#define BACKOFF_BASE_MS 500.0
#define BACKOFF_LIMIT_MS 8000.0
#define BACKOFF_JITTER 0.25

gboolean
graphbit_http_retry_is_status_retryable (int status)
{
  switch (status)
    {
    case 408:
    case 409:
    case 425:
    case 429:
    case 498: /* Groq: no capacity */
    case 500:
    case 502:
    case 503:
    case 504:
    case 529: /* Anthropic: overloaded */
      return TRUE;

    default:
      return status >= 520 && status <= 524; /* Cloudflare */
    }
}

/* Also with a fraction. FALSE: it is no number. */
static gboolean
parse_number (const char *text,
              double *value)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;

  return end != text && *end == '\0' && isfinite (*value);
}

static gint64
clamp_milliseconds (double ms)
{
  if (ms < 1.0)
    return -1;

  return ms < (double) (G_MAXINT64 / 2) ? (gint64) ms : G_MAXINT64 / 2;
}

gint64
graphbit_http_retry_parse_after (const char *text,
                                 gint64 wall)
{
  g_autoptr (GDateTime) date = NULL;
  double seconds;

  if (text == NULL)
    return -1;

  if (parse_number (text, &seconds))
    return clamp_milliseconds (seconds * 1000.0);

  date = soup_date_time_new_from_http_string (text);
  if (date == NULL)
    return -1;

  return clamp_milliseconds ((double) g_date_time_to_unix (date) * 1000.0 - (double) wall / 1000.0);
}

static gint64
parse_after_ms (const char *text)
{
  double ms;

  return text != NULL && parse_number (text, &ms) ? clamp_milliseconds (ms) : -1;
}

void
graphbit_http_retry_judge (const GraphbitHttpHead *head,
                           gint64 wall,
                           GraphbitHttpVerdict *verdict)
{
  int status = graphbit_http_head_get_status (head);
  const char *should_retry = graphbit_http_head_get (head, "x-should-retry");

  verdict->may_retry = graphbit_http_retry_is_status_retryable (status);
  verdict->is_server_fault = status >= 500 && status != 501;
  verdict->retry_after_ms = -1;
  verdict->tokens = 0;

  if (should_retry != NULL && g_ascii_strcasecmp (should_retry, "true") == 0)
    verdict->may_retry = TRUE;
  else if (should_retry != NULL && g_ascii_strcasecmp (should_retry, "false") == 0)
    verdict->may_retry = FALSE;

  /* some vendors send it with success, too, where it means nothing */
  if (verdict->may_retry)
    {
      verdict->retry_after_ms = parse_after_ms (graphbit_http_head_get (head, "retry-after-ms"));
      if (verdict->retry_after_ms < 0)
        verdict->retry_after_ms = graphbit_http_retry_parse_after (graphbit_http_head_get (head, "retry-after"), wall);
    }
}

gint64
graphbit_http_retry_decide (const GraphbitHttpVerdict *verdict,
                            const GraphbitHttpRetryState *state,
                            double random)
{
  gint64 delay;

  if (!verdict->may_retry || state->is_committed || state->retries >= state->max_retries)
    return -1;

  /* a server on the user's own machine says 500 to what it cannot do */
  if (state->is_local && state->status == 500 && state->retries >= 1)
    return -1;

  if (verdict->retry_after_ms > GRAPHBIT_HTTP_RETRY_AFTER_LIMIT_MS)
    return -1;

  if (verdict->retry_after_ms >= 0)
    delay = verdict->retry_after_ms;
  else
    delay = (gint64) (MIN (ldexp (BACKOFF_BASE_MS, (int) MIN (state->retries, 16)), BACKOFF_LIMIT_MS) *
                      (1.0 - BACKOFF_JITTER * random));

  /* there would be no time left for an answer */
  return delay < state->time_left_ms ? delay : -1;
}
