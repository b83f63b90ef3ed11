/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "graphbit-json-reader-private.h"

static GRand *source;

/* From a copy of just its size, so that a byte read beyond its end is seen. */
static GArray *
read_all (const char *text)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (float));
  g_autofree char *copy = g_memdup2 (text, strlen (text));
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, copy, strlen (text));
  if (!graphbit_json_reader_read_floats (&reader, values) || !graphbit_json_reader_finish (&reader))
    return NULL;
  return g_steal_pointer (&values);
}

static void
check_number (const char *text)
{
  g_autofree char *array = g_strdup_printf ("[%s]", text);
  g_autoptr (GArray) values = read_all (array);
  float wanted = strtof (text, NULL);

  if (isinf (wanted))
    {
      g_assert_null (values);
      return;
    }
  g_assert_nonnull (values);
  g_assert_cmpuint (values->len, ==, 1);
  if (memcmp (values->data, &wanted, sizeof wanted) != 0)
    g_error ("%s is read as %.9g, not as %.9g", text, (double) g_array_index (values, float, 0), (double) wanted);
}

static guint
scale (guint n)
{
  const char *divisor = g_getenv ("GRAPHBIT_TEST_DIVISOR");

  return divisor != NULL ? n / (guint) atoi (divisor) + 1 : n;
}

/* To the last bit, with as many digits as anybody writes. */
static void
test_rounding (void)
{
  static const char *const texts[] = {
    "0", "-0", "0.0", "1", "-1", "0.1", "16777216", "16777217", "16777219", "33554433", "9007199254740993",
    "3.4028234663852886e38", "3.4028235677973366e38", "3.402823567797336616e38", "3.5e38", "1e39", "-1e39", "1e400",
    "1.17549435e-38", "1.1754942e-38", "1.4e-45", "7e-46", "7.1e-46", "1e-60", "1e-400", "1e-99999999999",
    "0.00000000000000000000000000000000000012345678901234567890", "123456789012345678901234567890",
    "0.30000001192092896", "0.300000026822090148925781250", "0.300000026822090148925781251", "1E+2", "1e02", "5e-1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check_number (texts[i]);

  for (guint i = 0; i < scale (200000); i++)
    {
      static const char *const formats[] = { "%.9g", "%.6f", "%.17g", "%.20e", "%.18f", "%.3g" };
      char text[64];
      guint32 bits = g_rand_int (source);
      float value;

      memcpy (&value, &bits, sizeof value);
      if (i % 4 == 0 || !isfinite (value))
        value = (float) g_rand_double_range (source, -0.1, 0.1);
      g_ascii_formatd (text, sizeof text, formats[i % G_N_ELEMENTS (formats)], (double) value);
      check_number (text);

      /* the middle between two floats, and a little to either side of it */
      g_ascii_formatd (text, sizeof text, "%.18e", ((double) value + (double) nextafterf (value, 1)) / 2);
      check_number (text);
    }
}

static void
test_arrays (void)
{
  GArray *values = read_all ("[]");

  g_assert_cmpuint (values->len, ==, 0);
  g_array_unref (values);
  values = read_all (" [ 1 , -2.5\n,\t3e0 ] ");
  g_assert_cmpuint (values->len, ==, 3);
  g_assert_cmpfloat (g_array_index (values, float, 1), ==, -2.5f);
  g_array_unref (values);

  for (guint n = 1; n < 5000; n = 3 * n + 1)
    {
      g_autoptr (GString) text = g_string_new ("[");

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s%u", i > 0 ? "," : "", i);
      g_string_append_c (text, ']');
      values = read_all (text->str);
      g_assert_cmpuint (values->len, ==, n);
      g_assert_cmpfloat (g_array_index (values, float, n - 1), ==, (float) (n - 1));
      g_array_unref (values);
    }
}

/* What is no array of numbers is still there for whoever reads it. */
static void
test_others (void)
{
  static const char *const broken[] = {
    "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[01]", "[1.]", "[.1]", "[+1]", "[1e]", "[1e+]", "[-]", "[--1]", "[0x1]",
    "[NaN]", "[Infinity]", "[1,2}", "[1]]", "[1]x", "[1,2", "[-", "[1.5e", "[00.1]", "[1,,2]",
  };
  static const char *const others[] = { "\"text\"", "null", "1", "{}", "[\"a\"]", "[1,null]", "[[1]]", "[true]", "[1,{}]" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    if (read_all (broken[i]) != NULL)
      g_error ("%s was read", broken[i]);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (float));
      GraphbitJsonReader reader;
      const char *text;
      gsize length;

      graphbit_json_reader_init (&reader, others[i], strlen (others[i]));
      g_assert_false (graphbit_json_reader_read_floats (&reader, values));
      g_assert_true (graphbit_json_reader_read_raw (&reader, &text, &length));
      g_assert_cmpmem (text, (int) length, others[i], (int) strlen (others[i]));
      g_assert_true (graphbit_json_reader_finish (&reader));
    }
}

static void
test_locale (void)
{
  g_autoptr (GArray) values = NULL;

  /* skipped silently where no such locale is installed: the rounding test has the C locale */
  setlocale (LC_NUMERIC, "de_DE.UTF-8");
  values = read_all ("[0.50000000000000000000000000000001]");
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpfloat (g_array_index (values, float, 0), ==, 0.5f);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  source = g_rand_new_with_seed (5);

  g_test_add_func ("/json-floats/rounding", test_rounding);
  g_test_add_func ("/json-floats/arrays", test_arrays);
  g_test_add_func ("/json-floats/others", test_others);
  g_test_add_func ("/json-floats/locale", test_locale);

  status = g_test_run ();
  g_rand_free (source);
  return status;
}
