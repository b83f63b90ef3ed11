/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What the library tells of itself, through GLib's structured log. A message
 * below the level is not even formatted. No secrets, no content, no
 * translation: hosts, names, numbers. Not from the I/O threads, for what
 * writes the log may be the application's.
 */
typedef enum
{
  GRAPHBIT_LOG_LEVEL_ERROR = 1,
  GRAPHBIT_LOG_LEVEL_WARN,
  GRAPHBIT_LOG_LEVEL_INFO,
  GRAPHBIT_LOG_LEVEL_DEBUG,
  GRAPHBIT_LOG_LEVEL_TRACE
} GraphbitLogLevel;

/* FALSE: no level has this name. */
gboolean graphbit_log_level_from_name (const char *name, GraphbitLogLevel *level);

/* Until it is set: `warn`, or `debug` where G_MESSAGES_DEBUG names this library. */
extern int graphbit_log_level; /* atomic; 0: not decided yet */
int graphbit_log_decide_level (void);
static inline GraphbitLogLevel
graphbit_log_get_level (void)
{
  int level = __atomic_load_n (&graphbit_log_level, __ATOMIC_RELAXED);

  return (GraphbitLogLevel) (level != 0 ? level : graphbit_log_decide_level ());
}
/* What GLib leaves out unless it is asked for, it is then asked for. */
void graphbit_log_set_level (GraphbitLogLevel level);

/* Only through the macro. */
void graphbit_log_write (GraphbitLogLevel level, const char *format, ...) G_GNUC_PRINTF (2, 3);

#define graphbit_log(level, ...)                                         \
  G_STMT_START                                                           \
  {                                                                      \
    if (G_UNLIKELY (graphbit_log_get_level () >= (level)))               \
      graphbit_log_write ((level), __VA_ARGS__);                         \
  }                                                                      \
  G_STMT_END

G_END_DECLS
