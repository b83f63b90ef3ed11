/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-http-breaker-private.h"

/*
 * A script is words: g, b and u are attempts that end well, badly and unknown;
 * take opens one that is settled later by late-g, late-b or late-u; +N lets N ms
 * go by; closed, refuses and left-N say what must be the case.
 */
static void
run (const char *script)
{
  g_auto (GStrv) words = g_strsplit (script, " ", -1);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (GraphbitHttpBreakerTicket));
  GraphbitHttpBreaker breaker = { 0 };
  GraphbitHttpBreakerTicket ticket;
  gint64 now = G_GINT64_CONSTANT (1000000) * G_USEC_PER_SEC;
  gint64 left;

  g_test_message ("%s", script);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];
      static const char outcomes[] = "gbu"; /* in the order of the enumeration */
      const char *outcome = strlen (word) == 1 ? strchr (outcomes, *word) : NULL;

      if (*word == '+')
        {
          now += g_ascii_strtoll (word + 1, NULL, 10) * 1000;
        }
      else if (outcome != NULL || strcmp (word, "take") == 0)
        {
          g_assert_false (graphbit_http_breaker_is_open (&breaker, now, &left));
          graphbit_http_breaker_take (&breaker, now, &ticket);
          if (outcome != NULL)
            graphbit_http_breaker_settle (&breaker, now, &ticket, (GraphbitHttpOutcome) (outcome - outcomes));
          else
            g_array_append_val (taken, ticket);
        }
      else if (g_str_has_prefix (word, "late-"))
        {
          ticket = g_array_index (taken, GraphbitHttpBreakerTicket, 0);
          g_array_remove_index (taken, 0);
          graphbit_http_breaker_settle (&breaker, now, &ticket, (GraphbitHttpOutcome) (strchr (outcomes, word[5]) - outcomes));
        }
      else if (strcmp (word, "closed") == 0)
        {
          g_assert_false (graphbit_http_breaker_is_open (&breaker, now, &left));
          g_assert_cmpint (breaker.state, ==, GRAPHBIT_BREAKER_STATE_CLOSED);
        }
      else if (strcmp (word, "refuses") == 0)
        {
          g_assert_true (graphbit_http_breaker_is_open (&breaker, now, &left));
        }
      else if (g_str_has_prefix (word, "left-"))
        {
          g_assert_true (graphbit_http_breaker_is_open (&breaker, now, &left));
          g_assert_cmpint (left, ==, g_ascii_strtoll (word + 5, NULL, 10) * 1000);
        }
      else
        {
          g_error ("no word: %s", word);
        }
    }
  g_assert_cmpuint (breaker.n_tickets, ==, taken->len);
}

static void
test_consecutive (void)
{
  run ("b b b b closed");
  run ("b b b b b refuses");
  run ("b b b b g b b b b closed");
  run ("b b b b u closed b refuses");
  /* they need not lie within a minute */
  run ("b +100000 b +100000 b +100000 b +100000 closed b refuses");
}

static void
test_rate (void)
{
  run ("g b g b g b g b g closed b refuses");   /* 5 of 10 */
  run ("g g g b g b g b g b closed");           /* 4 of 10 */
  run ("b g b g b g b g b closed");             /* 5 of 9 */
  run ("g g g b g b g b g b g b g b closed b closed b refuses"); /* 6 of 14, 7 of 15, 8 of 16 */
}

static void
test_window (void)
{
  run ("g b g b g b g b +59999 g closed b refuses");
  run ("g b g b g b g b +60000 g b closed");
  run ("+59500 g b g b g b g b +60000 g b g b g b g b closed g b refuses");
}

static void
test_open (void)
{
  run ("b b b b b left-30000 +29999 left-1 +1 take refuses");
  /* twice as long each time, up to five minutes */
  run ("b b b b b left-30000 +30000 b left-60000 +60000 b left-120000 +120000 b left-240000 +240000 b left-300000 "
       "+300000 b left-300000 +300000 g closed");
  /* and from the beginning once it was well */
  run ("b b b b b +30000 b left-60000 +60000 g closed b b b b closed b left-30000");
  /* what was counted before is forgotten */
  run ("g b g b g b g b g b left-30000 +30000 g closed b b b b closed");
}

static void
test_probe (void)
{
  /* one, and the others are refused without a time */
  run ("b b b b b +30000 take left-0 refuses late-g closed");
  run ("b b b b b +30000 take left-0 late-b left-60000");
  /* one that was cancelled says nothing: the next one is it */
  run ("b b b b b +30000 take late-u take refuses late-g closed");
  run ("b b b b b +30000 u u u b left-60000");
}

/* What began before the breaker opened or closed has nothing more to say. */
static void
test_late (void)
{
  run ("take take take b b b b b left-30000 late-g late-b late-u left-30000");
  run ("take b b b b b +30000 take late-b refuses late-g closed");
  run ("take take take take take b b b b b +30000 g closed late-b late-b late-b late-b late-b closed");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/breaker/consecutive", test_consecutive);
  g_test_add_func ("/http/breaker/rate", test_rate);
  g_test_add_func ("/http/breaker/window", test_window);
  g_test_add_func ("/http/breaker/open", test_open);
  g_test_add_func ("/http/breaker/probe", test_probe);
  g_test_add_func ("/http/breaker/late", test_late);

  return g_test_run ();
}
