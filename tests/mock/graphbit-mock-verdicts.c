/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* What the client made of its misfortunes, judged from the requests on record. */

/* A timer of the client's may be this much early. */
#define TOLERANCE_US 2000

/* The same request again within this time of a failure that named no delay, more than once, is no pause. */
#define PAUSE_US 200000

/* More often than this nobody should ask the same. */
#define MAX_REPEATS 10

typedef struct
{
  guint n_told; /* a delay was named, and the request came again */
  guint n_early;
  guint n_failed; /* repeated after a failure without a named delay */
  guint n_hasty;
  guint n_repeats; /* of the most repeated request */
  guint n_cut;
  guint n_trusted;
} Findings;

static gboolean
is_same (MockRequest *a,
         MockRequest *b)
{
  return g_str_equal (a->target, b->target) && g_bytes_get_size (a->body) > 0 && g_bytes_equal (a->body, b->body);
}

static gboolean
is_failure (MockRequest *request)
{
  return request->status >= 400 || request->outcome == MOCK_OUTCOME_RESET || request->outcome == MOCK_OUTCOME_CLOSED;
}

/* Microseconds; −1 for none. */
static gint64
get_named_delay (MockRequest *request)
{
  gint64 delay = -1;

  for (guint i = 0; request->step != NULL && i + 1 < request->step->headers->len; i += 2)
    {
      const char *name = g_ptr_array_index (request->step->headers, i);
      const char *value = g_ptr_array_index (request->step->headers, i + 1);

      if (g_ascii_strcasecmp (name, "retry-after-ms") == 0)
        return g_ascii_strtoll (value, NULL, 10) * 1000;
      if (g_ascii_strcasecmp (name, "retry-after") == 0 && g_ascii_isdigit (*value))
        delay = g_ascii_strtoll (value, NULL, 10) * G_USEC_PER_SEC;
    }
  return delay;
}

/* An answer that broke off, or ended without saying so. */
static gboolean
is_cut (MockRequest *request)
{
  const MockStep *step = request->step;

  if (step == NULL || request->outcome == MOCK_OUTCOME_PENDING || request->status >= 400)
    return FALSE;
  return step->omit_done || step->reset.place == MOCK_AT_BODY_BYTES || step->close.place == MOCK_AT_BODY_BYTES;
}

static JsonNode *
dup_messages (MockRequest *request)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length;
  const char *body = g_bytes_get_data (request->body, &length);
  JsonNode *root;
  JsonNode *messages;

  if (length == 0 || !json_parser_load_from_data (parser, body, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  messages = json_object_get_member (json_node_get_object (root), "messages");
  return messages != NULL && JSON_NODE_HOLDS_ARRAY (messages) ? json_node_ref (messages) : NULL;
}

/* The conversation went on with what had come, as if that had been the answer. */
static gboolean
goes_on_from (MockRequest *later,
              JsonNode    *messages)
{
  g_autoptr (JsonNode) node = dup_messages (later);
  JsonArray *before = json_node_get_array (messages);
  JsonArray *after = node != NULL ? json_node_get_array (node) : NULL;
  guint n = json_array_get_length (before);
  JsonNode *answer;

  if (after == NULL || json_array_get_length (after) <= n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (!json_node_equal (json_array_get_element (before, i), json_array_get_element (after, i)))
        return FALSE;
    }
  answer = json_array_get_element (after, n);
  return JSON_NODE_HOLDS_OBJECT (answer) &&
         g_strcmp0 (json_object_get_string_member_with_default (json_node_get_object (answer), "role", NULL),
                    "assistant") == 0;
}

static void
judge_again (Findings    *findings,
             MockRequest *request,
             MockRequest *again)
{
  gint64 delay = get_named_delay (request);
  gint64 pause = again->time_us - request->end_us;

  if (!is_failure (request))
    return;
  if (delay >= 0)
    {
      findings->n_told++;
      findings->n_early += pause < delay - TOLERANCE_US;
    }
  else
    {
      findings->n_failed++;
      findings->n_hasty += pause < PAUSE_US;
    }
}

static void
judge (Findings *findings,
       GQueue   *records)
{
  for (GList *link = records->head; link != NULL; link = link->next)
    {
      MockRequest *request = link->data;
      g_autoptr (JsonNode) messages = NULL;
      gboolean trusted = FALSE;
      guint n_same = 0;

      if (is_cut (request))
        {
          findings->n_cut++;
          messages = dup_messages (request);
        }
      for (GList *later = link->next; later != NULL; later = later->next)
        {
          if (is_same (request, later->data))
            {
              if (n_same++ == 0 && request->outcome != MOCK_OUTCOME_PENDING)
                judge_again (findings, request, later->data);
            }
          else if (messages != NULL && !trusted)
            trusted = goes_on_from (later->data, messages);
        }
      findings->n_trusted += trusted;
      findings->n_repeats = MAX (findings->n_repeats, n_same);
    }
}

static void
append_verdict (GString    *out,
                const char *name,
                gboolean    was_tried,
                gboolean    verdict)
{
  g_string_append_printf (out, "\"%s\":%s,", name, !was_tried ? "null" : verdict ? "true" : "false");
}

char *
mock_verdicts_to_json (GQueue *records,
                       guint   n_open,
                       guint   n_in_flight,
                       guint   n_peak)
{
  Findings findings = { 0, };
  GString *out = g_string_new ("{");
  guint n_idle = n_open - MIN (n_open, n_in_flight);

  judge (&findings, records);
  append_verdict (out, "waited", findings.n_told > 0, findings.n_early == 0);
  append_verdict (out, "stormed", records->length > 0,
                  findings.n_repeats > MAX_REPEATS || findings.n_hasty > MAX (1, findings.n_failed / 4));
  append_verdict (out, "trusted_cut_stream", findings.n_cut > 0, findings.n_trusted > 0);
  append_verdict (out, "leaked_connections", records->length > 0, n_idle > MAX (n_peak, 1));
  g_string_append_printf (out,
                          "\"delays_named\":%u,\"retries_too_early\":%u,\"retries_without_pause\":%u,"
                          "\"most_repeats\":%u,\"cut_answers\":%u,\"cut_answers_trusted\":%u,\"idle_connections\":%u}",
                          findings.n_told, findings.n_early, findings.n_hasty, findings.n_repeats, findings.n_cut,
                          findings.n_trusted, n_idle);
  return g_string_free (out, FALSE);
}
