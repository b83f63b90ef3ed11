/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

/*
 * A target without libFuzzer: runs it over the seeds in git, among which is
 * every input that once broke it, so that each build and every memory checker
 * sees them.
 */
static void
run_seed (gconstpointer user_data)
{
  g_autofree char *text = NULL;
  g_autofree guint8 *exact = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (user_data, &text, &length, &error);
  g_assert_no_error (error);
  /* not terminated, so that a look beyond the end is noticed */
  exact = g_memdup2 (text, length);

  g_assert_cmpint (LLVMFuzzerTestOneInput (exact, length), ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n_seeds = 0;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_strconcat ("/seeds/", name, NULL);

      g_test_add_data_func_full (path, g_build_filename (argv[1], name, NULL), run_seed, g_free);
      n_seeds++;
    }
  g_assert_cmpuint (n_seeds, >, 0);

  return g_test_run ();
}
