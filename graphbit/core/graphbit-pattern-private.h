/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Compiles a regular expression to search with, which gives up, with a
 * G_REGEX_ERROR, after so many steps on the way to the next match, or 64 MiB of
 * ways that it might go back.
 */
GRegex *graphbit_pattern_new (const char *pattern, GRegexCompileFlags flags, guint max_steps, GError **error);

G_END_DECLS
