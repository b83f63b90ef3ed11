/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Arithmetic over vectors of float32, with the widest instructions of the
 * machine, chosen when first used. Sums are kept in 32 lanes of float32, which
 * are added up in float64: a sum of n products is off by no more than
 * (n / 32 + 2) · 2⁻²⁴ · Σ|aᵢ·bᵢ| (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd edition, § 3.1, with the products of one lane as the terms).
 */
typedef enum
{
  GRAPHBIT_VECTOR_LEVEL_PORTABLE, /* whatever the compiler makes of it for any machine */
  GRAPHBIT_VECTOR_LEVEL_V2,       /* x86-64-v2: SSE4.1 and POPCNT */
  GRAPHBIT_VECTOR_LEVEL_V3,       /* x86-64-v3: AVX2 and FMA */
  GRAPHBIT_VECTOR_LEVEL_V4,       /* x86-64-v4: AVX-512 */
  GRAPHBIT_VECTOR_N_LEVELS
} GraphbitVectorLevel;

/* Any thread; no need for alignment beyond that of a float. */
double graphbit_vector_dot (const float *a, const float *b, gsize n);
double graphbit_vector_squared_distance (const float *a, const float *b, gsize n);
gboolean graphbit_vector_is_finite (const float *a, gsize n);

/* −1 to 1; 0 if either is zero. Both finite. */
double graphbit_vector_cosine (const float *a, const float *b, gsize n);
/* What users hand in. FALSE and INVALID_ARGUMENT: empty ones, unequal lengths, NaN and infinities. */
gboolean graphbit_vector_check (const float *a, gsize n_a, const float *b, gsize n_b, GError **error);
/* The cosine, with the same errors and 0. */
double graphbit_vector_similarity (const float *a, gsize n_a, const float *b, gsize n_b, GError **error);

/* Whole numbers, the same at every level. `query` from −4095 to 4095, `code` from −127 to 127. */
gint64 graphbit_vector_dot_int8 (const gint8 *code, const gint16 *query, gsize n);
/* Σ queryᵢ · bitᵢ of so many words, where the query is in planes: for each word of bits the words of its lowest bits,
 * of the next ones, and last of the signs, as in two's complement. */
#define GRAPHBIT_VECTOR_N_PLANES 4
gint64 graphbit_vector_dot_bits (const guint8 *code, const guint64 *planes, gsize n_words);

/* For tests: what the machine can do, and which of it is used. Not while another thread is in here. */
GraphbitVectorLevel graphbit_vector_get_best_level (void);
void graphbit_vector_set_level (GraphbitVectorLevel level);

G_END_DECLS
