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

/*
 * How long a text may be, in bytes, for the search to end within seconds: what
 * passes over many characters in one step makes the time grow with the square of
 * the length. That is possessive and large counted repetition, atomic groups,
 * lookahead, recursion and references back. G_MAXSIZE for a pattern without.
 */
gsize graphbit_pattern_get_max_length (const char *pattern);

G_END_DECLS
