/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-log-private.h"

int graphbit_log_level;

static const struct
{
  const char *name;
  GLogLevelFlags flags;
} levels[] = {
  [GRAPHBIT_LOG_LEVEL_ERROR] = { "error", G_LOG_LEVEL_CRITICAL },
  [GRAPHBIT_LOG_LEVEL_WARN] = { "warn", G_LOG_LEVEL_WARNING },
  [GRAPHBIT_LOG_LEVEL_INFO] = { "info", G_LOG_LEVEL_INFO },
  [GRAPHBIT_LOG_LEVEL_DEBUG] = { "debug", G_LOG_LEVEL_DEBUG },
  [GRAPHBIT_LOG_LEVEL_TRACE] = { "trace", G_LOG_LEVEL_DEBUG },
};

gboolean
graphbit_log_level_from_name (const char *name,
                              GraphbitLogLevel *level)
{
  for (guint i = GRAPHBIT_LOG_LEVEL_ERROR; i < G_N_ELEMENTS (levels); i++)
    if (g_ascii_strcasecmp (name, levels[i].name) == 0)
      {
        *level = (GraphbitLogLevel) i;
        return TRUE;
      }
  return FALSE;
}

int
graphbit_log_decide_level (void)
{
  int level = g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN) ? GRAPHBIT_LOG_LEVEL_WARN
                                                                               : GRAPHBIT_LOG_LEVEL_DEBUG;
  int undecided = 0;

  if (!__atomic_compare_exchange_n (&graphbit_log_level, &undecided, level, FALSE, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    level = undecided;
  return level;
}

void
graphbit_log_set_level (GraphbitLogLevel level)
{
  __atomic_store_n (&graphbit_log_level, (int) level, __ATOMIC_RELAXED);
  if (level >= GRAPHBIT_LOG_LEVEL_INFO && g_log_writer_default_would_drop (levels[level].flags, G_LOG_DOMAIN))
    g_log_set_debug_enabled (TRUE);
}

void
graphbit_log_write (GraphbitLogLevel level,
                    const char *format,
                    ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_log_structured (G_LOG_DOMAIN, levels[level].flags,
                    "GRAPHBIT_LEVEL", levels[level].name,
                    "MESSAGE", "%s", message);
}
