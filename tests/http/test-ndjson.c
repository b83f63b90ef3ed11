/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-framing-private.h"

/* Each line is recorded as "data;", with NUL shown as \0. */
static gboolean
record (gpointer user_data,
        const char *event,
        const char *data,
        gsize length)
{
  GString *log = user_data;

  g_assert_cmpstr (event, ==, "");
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
feed (GraphbitFraming *framing,
      const char *data,
      gsize length,
      GString *log)
{
  g_autofree char *copy = g_memdup2 (data, length);

  g_assert_null (graphbit_framing_feed (framing, copy, length, record, log));
}

static void
check_pieces (const char *data,
              gsize length,
              gsize first,
              gsize piece,
              const char *expected)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitFraming framing;
  gsize position = first;

  graphbit_framing_init (&framing, GRAPHBIT_FRAMING_NDJSON);
  feed (&framing, data, first, log);
  while (position < length)
    {
      gsize n = MIN (piece, length - position);

      feed (&framing, data + position, n, log);
      position += n;
    }
  graphbit_framing_end (&framing, record, log);
  graphbit_framing_clear (&framing);

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
  VECTOR ("{\"a\":1}\n", "{\"a\":1};"),
  VECTOR ("{\"a\":1}\r\n{\"a\":2}\r\n", "{\"a\":1};{\"a\":2};"),
  VECTOR ("\n\r\n  \n\t\r\n{}\n\n\n{}\n", "{};{};"),
  /* only a line feed ends a line */
  VECTOR ("{\"a\":\r1}\n", "{\"a\":\r1};"),
  VECTOR ("{\"a\":\"\xe2\x80\xa8\xc2\x85\x0b\"}\n", "{\"a\":\"\xe2\x80\xa8\xc2\x85\x0b\"};"),
  VECTOR ("{\"a\":\"caf\xc3\xa9 \xf0\x9f\x98\x80\"}\n", "{\"a\":\"caf\xc3\xa9 \xf0\x9f\x98\x80\"};"),
  /* malformed UTF-8 is replaced, and the rest kept */
  VECTOR ("{\"a\":\"\xff\xc3\"}\n{}\n", "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\"};{};"),
  VECTOR ("\0\n", "\\0;"),
  /* what is no JSON is for the reader to refuse */
  VECTOR ("<html>\n", "<html>;"),
  VECTOR ("data: {}\n", "data: {};"),
  /* the end of the stream: what is complete in itself counts, the rest does not */
  VECTOR ("{}\n{\"done\":true}", "{};{\"done\":true};"),
  VECTOR ("{\"done\":true}\r", "{\"done\":true};"),
  VECTOR ("{}\n{\"done\":tr", "{};"),
  VECTOR ("{}\n{}}", "{};"),
  VECTOR ("{}\n  \r", "{};"),
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
test_stop_and_reset (void)
{
  static const char text[] = "1\n2\n3\n";
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitFraming framing;

  graphbit_framing_init (&framing, GRAPHBIT_FRAMING_NDJSON);
  g_assert_null (graphbit_framing_feed (&framing, text, strlen (text), stop_at_two, log));
  g_assert_cmpstr (log->str, ==, "1;2;");

  feed (&framing, "{\"lost\":", 8, log);
  graphbit_framing_reset (&framing);
  feed (&framing, "4\n", 2, log);
  g_assert_cmpstr (log->str, ==, "1;2;4;");
  graphbit_framing_clear (&framing);
  graphbit_framing_clear (&framing);
}

static void
check_limit (const char *data,
             gsize piece,
             gboolean is_refused)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitFailure *failure = NULL;
  GraphbitFraming framing;
  gsize length = strlen (data);

  graphbit_framing_init (&framing, GRAPHBIT_FRAMING_NDJSON);
  g_assert_cmpuint (framing.of.ndjson.limit, ==, 32 * 1024 * 1024);
  framing.of.ndjson.limit = 8;
  for (gsize position = 0; position < length && failure == NULL; position += piece)
    failure = graphbit_framing_feed (&framing, data + position, MIN (piece, length - position), record, log);
  graphbit_framing_clear (&framing);

  g_assert_true ((failure != NULL) == is_refused);
  if (failure != NULL)
    {
      g_assert_cmpint (failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
      graphbit_failure_free (failure);
      g_assert_cmpstr (log->str, ==, "");
    }
}

static void
test_limit (void)
{
  for (gsize piece = 1; piece <= 32; piece++)
    {
      check_limit ("12345678\n12345678\n12345678", piece, FALSE);
      check_limit ("123456789\n", piece, TRUE);
      check_limit ("123456789", piece, TRUE);
    }
}

/* Where a line lies in one piece, it is handed out where it lies. */
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
  static const char text[] = "\n{}\n";
  const char *place = NULL;
  GraphbitFraming framing;

  graphbit_framing_init (&framing, GRAPHBIT_FRAMING_NDJSON);
  g_assert_null (graphbit_framing_feed (&framing, text, strlen (text), note_place, &place));
  g_assert_true (place == text + 1);
  graphbit_framing_clear (&framing);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ndjson/vectors", test_vectors);
  g_test_add_func ("/ndjson/stop-and-reset", test_stop_and_reset);
  g_test_add_func ("/ndjson/limit", test_limit);
  g_test_add_func ("/ndjson/no-copy", test_no_copy);

  return g_test_run ();
}
