/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

#define MAX_HEAD (256 * 1024)

/* Requests */

MockRequest *
mock_request_new (void)
{
  MockRequest *request = g_new0 (MockRequest, 1);

  g_atomic_ref_count_init (&request->ref_count);
  request->headers = g_ptr_array_new_with_free_func (g_free);
  return request;
}

MockRequest *
mock_request_ref (MockRequest *request)
{
  g_atomic_ref_count_inc (&request->ref_count);
  return request;
}

void
mock_request_unref (MockRequest *request)
{
  if (!g_atomic_ref_count_dec (&request->ref_count))
    return;

  g_free (request->method);
  g_free (request->target);
  g_ptr_array_unref (request->headers);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->step, mock_step_unref);
  g_free (request);
}

const char *
mock_request_get_header (MockRequest *request,
                         const char  *name)
{
  for (guint i = 0; i < request->headers->len; i += 2)
    {
      if (g_ascii_strcasecmp (g_ptr_array_index (request->headers, i), name) == 0)
        return g_ptr_array_index (request->headers, i + 1);
    }
  return NULL;
}

/* Whether the comma-separated header names the token */
gboolean
mock_request_has_token (MockRequest *request,
                        const char  *name,
                        const char  *token)
{
  const char *value = mock_request_get_header (request, name);
  g_auto (GStrv) tokens = NULL;

  if (value == NULL)
    return FALSE;

  tokens = g_strsplit (value, ",", -1);
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (g_strstrip (tokens[i]), token) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Reading requests from bytes as they come */

void
mock_reader_init (MockReader *self)
{
  self->in = g_string_new (NULL);
  self->chunked_body = g_byte_array_new ();
}

void
mock_reader_clear (MockReader *self)
{
  g_string_free (self->in, TRUE);
  g_byte_array_unref (self->chunked_body);
  g_clear_pointer (&self->incoming, mock_request_unref);
}

static gboolean
parse_head (MockReader *self)
{
  g_autofree char *head = g_strndup (self->in->str, self->head_length - 4);
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", -1);
  const char *length;
  char *length_end;
  MockRequest *request;

  if (g_strv_length (words) != 3 || !g_str_has_prefix (words[2], "HTTP/1."))
    return FALSE;

  self->incoming = request = mock_request_new ();
  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon == NULL || colon == lines[i])
        return FALSE;
      g_ptr_array_add (request->headers, g_strndup (lines[i], colon - lines[i]));
      g_ptr_array_add (request->headers, g_strstrip (g_strdup (colon + 1)));
    }

  self->content_length = 0;
  self->chunk_position = 0;
  g_byte_array_set_size (self->chunked_body, 0);
  if (mock_request_has_token (request, "Transfer-Encoding", "chunked"))
    self->chunk_position = self->head_length;
  else if ((length = mock_request_get_header (request, "Content-Length")) != NULL)
    {
      /* g_ascii_string_to_unsigned () can fail by chance: another thread's first use of the C locale leaves errno set */
      self->content_length = g_ascii_strtoull (length, &length_end, 10);
      if (!g_ascii_isdigit (*length) || *length_end != '\0' || self->content_length > MOCK_MAX_BODY)
        return FALSE;
    }

  self->last = mock_request_has_token (request, "Connection", "close") ||
               (g_str_equal (words[2], "HTTP/1.0") && !mock_request_has_token (request, "Connection", "keep-alive"));

  self->wants_continue = mock_request_has_token (request, "Expect", "100-continue");
  return TRUE;
}

/* 1 when the body is whole, 0 to wait for more, −1 when it is no chunked body */
static int
decode_chunks (MockReader *self)
{
  for (;;)
    {
      const char *start = self->in->str + self->chunk_position;
      gsize left = self->in->len - self->chunk_position;
      const char *line_end = memmem (start, left, "\r\n", 2);
      char *end;
      guint64 size;
      gsize line;

      if (line_end == NULL)
        return left > 1024 ? -1 : 0;

      size = g_ascii_strtoull (start, &end, 16);
      if (end == start || size > MOCK_MAX_BODY)
        return -1;

      line = (gsize) (line_end - start) + 2;
      if (size == 0)
        {
          /* trailers are not kept, only passed over */
          const char *rest = start + line;
          gsize rest_length = left - line;
          const char *trailer_end;

          if (rest_length < 2)
            return 0;
          if (memcmp (rest, "\r\n", 2) == 0)
            self->chunk_position += line + 2;
          else if ((trailer_end = memmem (rest, rest_length, "\r\n\r\n", 4)) != NULL)
            self->chunk_position += line + (gsize) (trailer_end - rest) + 4;
          else
            return 0;
          return 1;
        }

      if (left < line + size + 2)
        return 0;
      if (memcmp (start + line + size, "\r\n", 2) != 0 || self->chunked_body->len + size > MOCK_MAX_BODY)
        return -1;
      g_byte_array_append (self->chunked_body, (const guint8 *) start + line, (guint) size);
      self->chunk_position += line + size + 2;
    }
}

/* Takes the next whole request from what was read. Returns 0, @request staying %NULL while more
 * is needed, or the status to refuse it with. */
guint
mock_reader_next (MockReader   *self,
                  MockRequest **request)
{
  gsize end;

  if (self->head_length == 0)
    {
      const char *head_end;

      /* an empty line before a request is allowed */
      while (self->in->len >= 2 && memcmp (self->in->str, "\r\n", 2) == 0)
        g_string_erase (self->in, 0, 2);

      head_end = memmem (self->in->str, self->in->len, "\r\n\r\n", 4);
      if (head_end == NULL)
        return self->in->len > MAX_HEAD ? 431 : 0;
      self->head_length = (gsize) (head_end - self->in->str) + 4;
      if (!parse_head (self))
        return 400;
    }

  if (self->chunk_position > 0)
    {
      int result = decode_chunks (self);

      if (result <= 0)
        return result < 0 ? 400 : 0;
      self->incoming->body = g_bytes_new (self->chunked_body->data, self->chunked_body->len);
      g_byte_array_set_size (self->chunked_body, 0);
      end = self->chunk_position;
    }
  else
    {
      end = self->head_length + self->content_length;
      if (self->in->len < end)
        return 0;
      self->incoming->body = g_bytes_new (self->in->str + self->head_length, self->content_length);
    }

  g_string_erase (self->in, 0, (gssize) end);
  self->head_length = 0;
  *request = g_steal_pointer (&self->incoming);
  return 0;
}
