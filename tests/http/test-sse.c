/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-sse-private.h"

/* Each event is recorded as "type|data;", with NUL shown as \0. */
static gboolean
record (gpointer user_data,
        const char *event,
        const char *data,
        gsize length)
{
  GString *log = user_data;

  g_string_append_printf (log, "%s|", event);
  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\0')
        g_string_append (log, "\\0");
      else
        g_string_append_c (log, data[i]);
    }
  g_string_append_c (log, ';');

  return TRUE;
}

/* A copy that ends where the bytes end, so that a sanitizer sees what reads on. */
static void
feed (GraphbitSse *sse,
      const char *data,
      gsize length,
      GString *log)
{
  g_autofree char *copy = g_memdup2 (data, length);

  g_assert_null (graphbit_sse_feed (sse, copy, length, record, log));
}

static void
check_pieces (const char *data,
              gsize length,
              gsize first,
              gsize piece,
              const char *expected)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitSse sse;
  gsize position = first;

  graphbit_sse_init (&sse);
  feed (&sse, data, first, log);
  while (position < length)
    {
      gsize n = MIN (piece, length - position);

      feed (&sse, data + position, n, log);
      position += n;
    }
  graphbit_sse_end (&sse, record, log);
  graphbit_sse_clear (&sse);

  g_assert_cmpstr (log->str, ==, expected);
}

/* Whole, byte for byte, cut in two at every place, and in pieces of every small size. */
static void
check (const char *data,
       gsize length,
       const char *expected)
{
  check_pieces (data, length, 0, length, expected);
  for (gsize cut = 0; cut <= length; cut++)
    check_pieces (data, length, cut, length, expected);
  for (gsize piece = 1; piece <= 7; piece++)
    check_pieces (data, length, 0, piece, expected);
}

typedef struct
{
  const char *data;
  gsize length;
  const char *expected;
} Vector;

#define VECTOR(data, expected) { data, sizeof (data) - 1, expected }

static const Vector vectors[] = {
  VECTOR ("", ""),
  VECTOR ("data: a\n\n", "|a;"),
  VECTOR ("data:a\r\n\r\n", "|a;"),
  VECTOR ("data: a\r\r", "|a;"),
  VECTOR ("data: a\r\n\n", "|a;"),
  VECTOR ("data: a\n\r\n", "|a;"),
  VECTOR ("data: a\r\n\r", "|a;"),
  VECTOR ("data: a\ndata: b\n\n", "|a\nb;"),
  VECTOR ("data: a\rdata: b\r\ndata: c\n\r", "|a\nb\nc;"),
  VECTOR ("data: a\n\n\n\ndata: b\n\n", "|a;|b;"),
  VECTOR ("data:  a\n\n", "| a;"),
  VECTOR ("data:\ta\n\n", "|\ta;"),
  VECTOR ("data\n\n", "|;"),
  VECTOR ("data:\n\n", "|;"),
  VECTOR ("data\ndata\n\n", "|\n;"),
  VECTOR ("data:\ndata:\n\n", "|\n;"),
  VECTOR (":c\n\n", ""),
  VECTOR (": OPENROUTER PROCESSING\n\ndata: 1\n\n", "|1;"),
  VECTOR ("event: ping\n\n", ""),
  VECTOR ("event: ping\n\ndata: 1\n\n", "|1;"),
  VECTOR ("event: a\ndata: 1\n\ndata: 2\n\n", "a|1;|2;"),
  VECTOR ("event: a\nevent: b\ndata: 1\n\n", "b|1;"),
  VECTOR ("event\ndata: 1\n\n", "|1;"),
  VECTOR ("data: 1\nevent:late\n\n", "late|1;"),
  VECTOR ("data:1\n:comment\ndata:2\n\n", "|1\n2;"),
  VECTOR ("Data: 1\n data: 2\ndata : 3\ndat: 4\ndatas: 5\n\n", ""),
  VECTOR ("retry: 10x\nretry: -1\nretry: \nid: a\0b\nid: 7\n\n", ""),
  VECTOR ("data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
          "|\\0\n 2\n1\n3\n\n4;"),
  /* one mark at the start goes, a second belongs to the name of the field */
  VECTOR ("\xef\xbb\xbf" "data: x\n\n", "|x;"),
  VECTOR ("\xef\xbb\xbf\xef\xbb\xbf" "data:1\n\ndata:2\n\n", "|2;"),
  VECTOR ("\xef\xbb" "data: x\n\ndata: y\n\n", "|y;"),
  VECTOR ("\xef\n\ndata: y\n\n", "|y;"),
  VECTOR ("data: x\n\n\xef\xbb\xbf" "data: y\n\n", "|x;"),
  /* no line ends, whatever a text library thinks */
  VECTOR ("data: a\xe2\x80\xa8" "b\xe2\x80\xa9" "c\xc2\x85" "d\x0b" "e\x0c" "f\n\n", "|a\xe2\x80\xa8" "b\xe2\x80\xa9" "c\xc2\x85" "d\x0b" "e\x0c" "f;"),
  VECTOR ("data: caf\xc3\xa9 \xf0\x9f\x98\x80\n\n", "|caf\xc3\xa9 \xf0\x9f\x98\x80;"),
  /* malformed UTF-8 is replaced, and the rest kept */
  VECTOR ("data: a\xff" "b\xc3\n\n", "|a\xef\xbf\xbd" "b\xef\xbf\xbd;"),
  VECTOR ("data: \0\xff\n\n", "|\\0\xef\xbf\xbd;"),
  VECTOR ("data: a\xff\ndata: b\n\n", "|a\xef\xbf\xbd\nb;"),
  /* the end of the stream: what is complete in itself counts, the rest does not */
  VECTOR ("data: x", ""),
  VECTOR ("data: x\n", ""),
  VECTOR ("data: {\"a\":1}", "|{\"a\":1};"),
  VECTOR ("data: {\"a\":1}\n", "|{\"a\":1};"),
  VECTOR ("data: {\"a\":1}\r", "|{\"a\":1};"),
  VECTOR ("data: {\"a\":1}\r\n", "|{\"a\":1};"),
  VECTOR ("data: {\"a\":\ndata: 1}", "|{\"a\":\n1};"),
  VECTOR ("data: {\"a\":1", ""),
  VECTOR ("data: {\"a\":1}}", ""),
  VECTOR ("data: [DONE]", "|[DONE];"),
  VECTOR ("data: 1\n\ndata:  [DONE] \n", "|1;| [DONE] ;"),
  VECTOR ("event: done\ndata: {}", "done|{};"),
  VECTOR ("data:", ""),
  VECTOR ("data: 1\n\ndata", "|1;"),
};

static void
test_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_test_message ("vector %" G_GSIZE_FORMAT, i);
      check (vectors[i].data, vectors[i].length, vectors[i].expected);
    }
}

/* Every mixture of line ends over the same four lines. */
static void
test_line_ends (void)
{
  static const char *ends[] = { "\n", "\r\n", "\r" };
  static const char *lines[] = { "event: a", "data: 1", "", "data: 2", "" };

  for (guint mixture = 0; mixture < 3 * 3 * 3 * 3 * 3; mixture++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint rest = mixture;
      gboolean is_ambiguous = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        {
          /* a lone CR before an empty line that ends with a lone LF is one CRLF */
          if (*lines[i] == '\0' && *ends[rest % 3] == '\n' && g_str_has_suffix (text->str, "\r"))
            is_ambiguous = TRUE;
          g_string_append (text, lines[i]);
          g_string_append (text, ends[rest % 3]);
          rest /= 3;
        }

      if (!is_ambiguous)
        check (text->str, text->len, "a|1;|2;");
    }
}

static gboolean
stop_at_two (gpointer user_data,
             const char *event,
             const char *data,
             gsize length)
{
  record (user_data, event, data, length);

  return *data != '2';
}

static void
test_stop (void)
{
  static const char text[] = "data: 1\n\ndata: 2\n\ndata: 3\n\n";
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitSse sse;

  graphbit_sse_init (&sse);
  g_assert_null (graphbit_sse_feed (&sse, text, strlen (text), stop_at_two, log));
  g_assert_cmpstr (log->str, ==, "|1;|2;");

  graphbit_sse_reset (&sse);
  g_assert_null (graphbit_sse_feed (&sse, text, strlen (text), record, log));
  g_assert_cmpstr (log->str, ==, "|1;|2;|1;|2;|3;");
  graphbit_sse_clear (&sse);
  graphbit_sse_clear (&sse);
}

static void
test_reset (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitSse sse;

  graphbit_sse_init (&sse);
  feed (&sse, "event: x\ndata: lost\nda", 22, log);
  graphbit_sse_reset (&sse);
  feed (&sse, "\xef\xbb\xbf" "data: 1\n\n", 12, log);
  g_assert_cmpstr (log->str, ==, "|1;");

  feed (&sse, "data: 2\r", 8, log);
  graphbit_sse_reset (&sse);
  feed (&sse, "\ndata: 3\n\n", 10, log);
  g_assert_cmpstr (log->str, ==, "|1;|3;");
  graphbit_sse_clear (&sse);
}

/* What it takes to go on with a stream that broke off. */
static void
test_place (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autofree char *long_id = g_strnfill (4097, 'x');
  g_autofree char *long_line = g_strdup_printf ("id: %s\ndata: 6\n\n", long_id);
  GraphbitSse sse;

  graphbit_sse_init (&sse);
  g_assert_null (sse.last_id);
  g_assert_cmpint (sse.retry_ms, ==, -1);
  feed (&sse, "id: a\nretry: 1500\ndata\n\n", 24, log);
  g_assert_cmpstr (sse.last_id, ==, "a");
  g_assert_cmpint (sse.retry_ms, ==, 1500);
  /* It keeps its place until the event is whole. */
  feed (&sse, "id: b\ndata: 2\n", 14, log);
  g_assert_cmpstr (sse.last_id, ==, "a");
  feed (&sse, "\n", 1, log);
  g_assert_cmpstr (sse.last_id, ==, "b");
  feed (&sse, "data: 3\nretry: soon\nretry:\nretry: 1234567890\n\n", 46, log);
  g_assert_cmpstr (sse.last_id, ==, "b");
  g_assert_cmpint (sse.retry_ms, ==, 1500);
  feed (&sse, "id: c\0d\ndata: 4\n\n", 17, log);
  g_assert_cmpstr (sse.last_id, ==, "b");
  feed (&sse, long_line, strlen (long_line), log);
  g_assert_cmpstr (sse.last_id, ==, "b");
  feed (&sse, "id\ndata: 5\n\n", 12, log);
  g_assert_cmpstr (sse.last_id, ==, "");
  g_assert_cmpstr (log->str, ==, "|;|2;|3;|4;|6;|5;");
  graphbit_sse_reset (&sse);
  g_assert_null (sse.last_id);
  g_assert_cmpint (sse.retry_ms, ==, -1);
  graphbit_sse_clear (&sse);
}

static void
check_limit (const char *data,
             gsize length,
             gsize piece,
             gboolean is_refused)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitFailure *failure = NULL;
  GraphbitSse sse;

  graphbit_sse_init (&sse);
  g_assert_cmpuint (sse.limit, ==, 32 * 1024 * 1024);
  sse.limit = 16;
  for (gsize position = 0; position < length && failure == NULL; position += piece)
    failure = graphbit_sse_feed (&sse, data + position, MIN (piece, length - position), record, log);
  graphbit_sse_clear (&sse);

  if (is_refused)
    {
      g_assert_nonnull (failure);
      g_assert_cmpint (failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
      graphbit_failure_free (failure);
      g_assert_cmpstr (log->str, ==, "");
    }
  else
    {
      g_assert_null (failure);
    }
}

static void
test_limit (void)
{
  static const char fits[] = "data: 0123456789\n\ndata: 0123456789\n\n";
  static const char *too_long[] = {
    "data: 0123456789a\n\n",
    "data: 0123456\ndata: 0123456\n\n",
    "data: 0\n:23456789abcdefgh",
    "event: 0123456789abcdef\n",
    "0123456789abcdefg",
  };

  for (gsize piece = 1; piece <= 64; piece++)
    {
      check_limit (fits, strlen (fits), piece, FALSE);
      for (gsize i = 0; i < G_N_ELEMENTS (too_long); i++)
        check_limit (too_long[i], strlen (too_long[i]), piece, TRUE);
    }
}

/* Where an event lies in one piece, it is handed out where it lies. */
static gboolean
note_place (gpointer user_data,
            const char *event,
            const char *data,
            gsize length)
{
  *(const char **) user_data = data;

  return TRUE;
}

static void
test_no_copy (void)
{
  static const char text[] = "event: x\ndata: 1\n\n";
  const char *place = NULL;
  GraphbitSse sse;

  graphbit_sse_init (&sse);
  g_assert_null (graphbit_sse_feed (&sse, text, strlen (text), note_place, &place));
  g_assert_true (place == text + strlen ("event: x\ndata: "));
  graphbit_sse_clear (&sse);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sse/vectors", test_vectors);
  g_test_add_func ("/sse/line-ends", test_line_ends);
  g_test_add_func ("/sse/stop", test_stop);
  g_test_add_func ("/sse/reset", test_reset);
  g_test_add_func ("/sse/place", test_place);
  g_test_add_func ("/sse/limit", test_limit);
  g_test_add_func ("/sse/no-copy", test_no_copy);

  return g_test_run ();
}
