/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * What the offline provider can do with words. It understands none of them:
 * everything here counts, compares and copies, and gives the same for the same.
 */

/* An estimate: each word, number and punctuation mark is a token, each ideograph too. */
guint graphbit_offline_count_tokens (const char *text);
/* Where `n_tokens` of them end. */
gsize graphbit_offline_cut_tokens (const char *text, guint n_tokens);

/* Each with the white space behind it; together they are the text. */
GPtrArray *graphbit_offline_split_words (const char *text);
/* Trimmed texts. Lines of a list are sentences of their own. */
GPtrArray *graphbit_offline_split_sentences (const char *text);

/* How many words that say something the two have in common. */
guint graphbit_offline_count_common (const char *a, const char *b);

/*
 * The sentences of `material` that have most to do with `question` and with the rest of `material`: at most `n_max`,
 * in their own order. By terms: rare ones that the question has count most, then frequent ones.
 */
GPtrArray *graphbit_offline_rank_sentences (const char *material, const char *question, guint n_max);

/*
 * Fills a JSON schema with what `request` and `material` (may be empty) have: numbers, quotations, names, values of
 * enumerations, what follows a property's name. NULL: a required value is not there. With `is_lenient`, it becomes the
 * empty value of its type, and texts become the sentences that fit best.
 */
char *graphbit_offline_fill_schema (JsonNode *schema, const char *request, const char *material, gboolean is_lenient);

G_END_DECLS
