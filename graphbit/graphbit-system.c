/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-system-private.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define MEGABYTE (1024 * 1024)

#ifdef GRAPHBIT_TESTING
const char *graphbit_system_root;
#endif

static char *
read_text (const char *root,
           const char *path)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  char *text;

  return g_file_get_contents (full, &text, NULL, NULL) ? text : NULL;
}

/* A number in bytes that is all of a file; -1: none, or “max”. */
static gint64
read_number (const char *root,
             const char *group,
             const char *name)
{
  g_autofree char *path = g_build_filename ("sys/fs/cgroup", group, name, NULL);
  g_autofree char *text = read_text (root, path);

  return text != NULL && g_ascii_isdigit (*text) ? g_ascii_strtoll (text, NULL, 10) : -1;
}

/* A line of /proc/meminfo, in bytes; -1: it is not there. */
static gint64
get_line (const char *text,
          const char *name)
{
  const char *line = strstr (text, name);

  return line != NULL ? g_ascii_strtoll (line + strlen (name), NULL, 10) * 1024 : -1;
}

/* What the control groups (version 2) of this process leave of it, the innermost to the outermost. */
static void
limit_by_groups (const char *root,
                 gint64 *total,
                 gint64 *available)
{
  g_autofree char *groups = read_text (root, "proc/self/cgroup");
  g_autofree char *group = NULL;
  const char *own = groups != NULL ? strstr (groups, "0::/") : NULL;

  if (own == NULL)
    return;

  group = g_strndup (own + strlen ("0::"), strcspn (own + strlen ("0::"), "\n"));
  for (;;)
    {
      gint64 limit = read_number (root, group, "memory.max");
      gint64 used = read_number (root, group, "memory.current");
      char *parent;

      if (limit >= 0)
        {
          *total = MIN (*total, limit);
          if (used >= 0)
            *available = MIN (*available, MAX (limit - used, 0));
        }
      if (g_str_equal (group, "/"))
        break;
      parent = g_path_get_dirname (group);
      g_free (group);
      group = parent;
    }
}

gboolean
graphbit_system_get_memory (const char *root,
                            gint64 *total_mb,
                            gint64 *available_mb)
{
  g_autofree char *text = read_text (root, "proc/meminfo");
  gint64 total = text != NULL ? get_line (text, "MemTotal:") : -1;
  gint64 available = text != NULL ? get_line (text, "MemAvailable:") : -1;

  *total_mb = *available_mb = 0;
  if (total <= 0 || available < 0)
    return FALSE;

  limit_by_groups (root, &total, &available);
  *total_mb = total / MEGABYTE;
  *available_mb = available / MEGABYTE;
  return TRUE;
}

char *
graphbit_system_get_allocator (void)
{
  static const char *const functions[] = { "malloc", "calloc", "realloc", "free", "posix_memalign", "malloc_usable_size" };
  Dl_info program = { 0 };
  Dl_info info = { 0 };
  g_autofree char *name = NULL;
  const char *start;

  /* A program that was not built to be relocated has stubs in itself for the functions it points to. */
  dladdr ((gpointer) getauxval (AT_ENTRY), &program);
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      gpointer function = dlsym (RTLD_DEFAULT, functions[i]);

      if (function != NULL && dladdr (function, &info) != 0 && info.dli_fbase != program.dli_fbase)
        break;
    }
  if (info.dli_fname == NULL)
    return g_strdup ("unknown");

  /* libjemalloc.so.2 → jemalloc */
  name = g_path_get_basename (info.dli_fname);
  start = g_str_has_prefix (name, "lib") ? name + strlen ("lib") : name;
#ifdef __GLIBC__
  if (g_str_has_prefix (start, "c.so") || g_str_has_prefix (start, "c-"))
    return g_strdup ("glibc");
#endif
  return g_strndup (start, strcspn (start, "."));
}
