/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* From an answer and a step to the bytes on the wire, and to the bytes at which something happens. */

#define FILLER_SIZE (64 * 1024)
#define MERGE_SIZE (16 * 1024)
#define GARBAGE_SIZE 256

typedef struct
{
  MockPlan *plan;
  MockStep *step; /* (nullable) */
  GString *pending;
  guint pending_delay;
  guint64 wire;    /* length so far, pending included */
  guint64 payload; /* of it, bytes of the body */
} Layout;

static void
clear_segment (gpointer data)
{
  g_bytes_unref (((MockSegment *) data)->bytes);
}

void
mock_plan_init (MockPlan *plan)
{
  plan->segments = g_array_new (FALSE, FALSE, sizeof (MockSegment));
  g_array_set_clear_func (plan->segments, clear_segment);
  plan->stall_at = plan->reset_at = plan->close_at = MOCK_NEVER;
}

void
mock_plan_clear (MockPlan *plan)
{
  g_array_unref (plan->segments);
}

static void
layout_flush (Layout *layout)
{
  MockSegment segment;

  if (layout->pending->len == 0)
    return;
  segment.bytes = g_bytes_new (layout->pending->str, layout->pending->len);
  segment.delay_ms = layout->pending_delay;
  g_array_append_val (layout->plan->segments, segment);
  g_string_truncate (layout->pending, 0);
  layout->pending_delay = 0;
}

static void
layout_append (Layout     *layout,
               const void *data,
               gsize       length)
{
  g_string_append_len (layout->pending, data, (gssize) length);
  layout->wire += length;
}

/* Small pieces share a write, large ones are not copied. */
static void
layout_append_bytes (Layout *layout,
                     GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  MockSegment segment;

  if (layout->pending->len + length <= MERGE_SIZE)
    {
      layout_append (layout, data, length);
      return;
    }
  layout_flush (layout);
  segment.bytes = g_bytes_ref (bytes);
  segment.delay_ms = layout->pending_delay;
  layout->pending_delay = 0;
  g_array_append_val (layout->plan->segments, segment);
  layout->wire += length;
}

static void
layout_places (Layout    *layout,
               MockPlace  place)
{
  if (layout->step == NULL)
    return;
  if (layout->step->stall.place == place)
    layout->plan->stall_at = layout->wire;
  if (layout->step->reset.place == place)
    layout->plan->reset_at = layout->wire;
  if (layout->step->close.place == place)
    layout->plan->close_at = layout->wire;
}

/* Where the position falls into the piece that comes next, its end included */
static void
place_in_piece (Layout             *layout,
                guint64            *at,
                const MockPosition *position,
                gsize               length)
{
  if (position->place == MOCK_AT_BODY_BYTES && *at == MOCK_NEVER && position->n_bytes <= layout->payload + length)
    *at = layout->wire + (position->n_bytes - layout->payload);
}

static void
layout_piece (Layout      *layout,
              GBytes      *piece,
              MockFraming  framing)
{
  gsize length = g_bytes_get_size (piece);

  if (length == 0)
    return;

  if (layout->payload > 0 && layout->step != NULL && layout->step->chunk_delay_ms > 0)
    {
      layout_flush (layout);
      layout->pending_delay = layout->step->chunk_delay_ms;
    }

  if (framing == MOCK_FRAMING_CHUNKED)
    {
      char size[32];

      g_snprintf (size, sizeof size, "%" G_GSIZE_MODIFIER "x\r\n", length);
      layout_append (layout, size, strlen (size));
    }
  if (layout->step != NULL)
    {
      place_in_piece (layout, &layout->plan->stall_at, &layout->step->stall, length);
      place_in_piece (layout, &layout->plan->reset_at, &layout->step->reset, length);
      place_in_piece (layout, &layout->plan->close_at, &layout->step->close, length);
    }
  layout_append_bytes (layout, piece);
  layout->payload += length;
  if (framing == MOCK_FRAMING_CHUNKED)
    layout_append (layout, "\r\n", 2);
}

static GBytes *
random_bytes (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (GARBAGE_SIZE);

  for (gsize i = 0; i < GARBAGE_SIZE; i++)
    data[i] = (guint8) g_rand_int_range (random, 0x80, 0x100);
  return g_bytes_new_take (data, GARBAGE_SIZE);
}

/* An answer of that many bytes, well formed where it is not a stream: one endless line then. */
static void
make_huge (MockResponse *response,
           guint64       n_bytes)
{
  g_autoptr (GBytes) filler = g_bytes_new_take (memset (g_malloc (FILLER_SIZE), 'a', FILLER_SIZE), FILLER_SIZE);
  const char *prefix, *suffix;
  guint64 left;

  if (response->streamed)
    {
      prefix = "data: ";
      suffix = "";
    }
  else if (response->status >= 400)
    {
      prefix = "{\"error\":{\"type\":\"server_error\",\"message\":\"";
      suffix = "\"}}";
    }
  else
    {
      prefix = "{\"id\":\"chatcmpl-huge\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"mock-model\","
               "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"";
      suffix = "\"}}]}";
    }

  g_ptr_array_set_size (response->pieces, 0);
  g_ptr_array_add (response->pieces, g_bytes_new_static (prefix, strlen (prefix)));
  left = n_bytes - MIN (n_bytes, strlen (prefix) + strlen (suffix));
  for (; left >= FILLER_SIZE; left -= FILLER_SIZE)
    g_ptr_array_add (response->pieces, g_bytes_ref (filler));
  if (left > 0)
    g_ptr_array_add (response->pieces, g_bytes_new_from_bytes (filler, 0, (gsize) left));
  g_ptr_array_add (response->pieces, g_bytes_new_static (suffix, strlen (suffix)));
}

static gboolean
has_header (MockStep   *step,
            const char *name)
{
  for (guint i = 0; step != NULL && i < step->headers->len; i += 2)
    {
      if (g_ascii_strcasecmp (g_ptr_array_index (step->headers, i), name) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
append_headers (GString   *head,
                GPtrArray *headers)
{
  for (guint i = 0; i < headers->len; i += 2)
    g_string_append_printf (head, "%s: %s\r\n",
                            (const char *) g_ptr_array_index (headers, i),
                            (const char *) g_ptr_array_index (headers, i + 1));
}

static void
lay_out_http (Layout       *layout,
              MockRequest  *request,
              MockResponse *response)
{
  MockStep *step = layout->step;
  g_autoptr (GString) head = g_string_sized_new (256);
  gboolean no_body = response->status == 204 || response->status == 304 || g_str_equal (request->method, "HEAD");
  gboolean own_framing = has_header (step, "Content-Length") || has_header (step, "Transfer-Encoding");
  MockFraming framing = step != NULL ? step->framing : MOCK_FRAMING_AUTO;
  const char *content_type = step != NULL && step->content_type != NULL ? step->content_type : response->content_type;
  gsize length = 0;

  if (framing == MOCK_FRAMING_AUTO)
    framing = response->streamed && !own_framing ? MOCK_FRAMING_CHUNKED : MOCK_FRAMING_LENGTH;
  if (framing == MOCK_FRAMING_CLOSE)
    layout->plan->close_after = TRUE;

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", response->status, mock_reason_phrase (response->status));
  layout_append (layout, head->str, head->len);
  layout_places (layout, MOCK_AT_AFTER_STATUS);
  g_string_truncate (head, 0);

  if (content_type != NULL && *content_type != '\0' && !has_header (step, "Content-Type"))
    g_string_append_printf (head, "Content-Type: %s\r\n", content_type);
  if (!has_header (step, "x-request-id"))
    g_string_append_printf (head, "x-request-id: req_mock_%" G_GUINT64_FORMAT "\r\n", request->index + 1);
  append_headers (head, response->headers);
  if (step != NULL)
    append_headers (head, step->headers);
  if (!own_framing && framing == MOCK_FRAMING_CHUNKED && !no_body)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  else if (!own_framing && framing == MOCK_FRAMING_LENGTH && response->status != 204)
    {
      for (guint i = 0; i < response->pieces->len; i++)
        length += g_bytes_get_size (g_ptr_array_index (response->pieces, i));
      g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
    }
  if (layout->plan->close_after)
    g_string_append (head, "Connection: close\r\n");
  g_string_append (head, "\r\n");
  layout_append (layout, head->str, head->len);
  layout_places (layout, MOCK_AT_AFTER_HEADERS);

  if (!no_body)
    {
      for (guint i = 0; i < response->pieces->len; i++)
        layout_piece (layout, g_ptr_array_index (response->pieces, i), framing);
      if (framing == MOCK_FRAMING_CHUNKED)
        layout_append (layout, "0\r\n\r\n", 5);
    }
  layout_places (layout, MOCK_AT_AFTER_BODY);
}

/* Bytes that are no answer at all, or one that was written out by hand */
static void
lay_out_bytes (Layout *layout,
               GBytes *bytes)
{
  layout_places (layout, MOCK_AT_AFTER_STATUS);
  layout_places (layout, MOCK_AT_AFTER_HEADERS);
  layout_piece (layout, bytes, MOCK_FRAMING_CLOSE);
  layout_places (layout, MOCK_AT_AFTER_BODY);
}

/* @response is %NULL for a step that brings its own bytes. */
void
mock_plan_lay_out (MockPlan     *plan,
                   MockRequest  *request,
                   MockResponse *response,
                   MockStep     *step)
{
  Layout layout = { .plan = plan, .step = step, .pending = g_string_sized_new (1024) };

  g_array_set_size (plan->segments, 0);
  plan->stall_at = plan->reset_at = plan->close_at = MOCK_NEVER;
  layout_places (&layout, MOCK_AT_BEFORE_STATUS);

  if (step != NULL && step->connection_close)
    plan->close_after = TRUE;

  if (response != NULL && step != NULL)
    {
      if (step->huge_bytes > 0)
        make_huge (response, step->huge_bytes);
      if (step->garbage_body)
        {
          g_ptr_array_set_size (response->pieces, 0);
          g_ptr_array_add (response->pieces, random_bytes (step->seed));
        }
    }

  if (step != NULL && step->garbage)
    {
      g_autoptr (GBytes) bytes = random_bytes (step->seed);

      lay_out_bytes (&layout, bytes);
      plan->close_after = TRUE;
    }
  else if (response == NULL)
    lay_out_bytes (&layout, step->raw);
  else
    lay_out_http (&layout, request, response);

  layout_flush (&layout);
  g_string_free (layout.pending, TRUE);
}
