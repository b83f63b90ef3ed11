/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-private.h"

#ifdef __x86_64__
# include <cpuid.h>
# include <immintrin.h>
#endif
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "graphbit-error.h"

/* Beyond these a square may leave the range of float32 on its way; then everything is done in float64. */
#define SMALLEST_SQUARE 1e-24
#define LARGEST_SQUARE 1e36

/* So many products of codes fit in int32. */
#define MAX_CODES 4096

/* Sums of 32 products, in as many registers as they need: the compiler is told the size of one, for where it has to
 * split larger ones it keeps them in memory. */
#define N_SUMS 32

/* What a cosine is made of. */
typedef struct
{
  double ab, aa, bb;
} Dots;

typedef struct
{
  double (*dot) (const float *a, const float *b, gsize n);
  double (*squared_distance) (const float *a, const float *b, gsize n);
  void (*dots) (const float *a, const float *b, gsize n, Dots *dots);
  gboolean (*is_finite) (const float *a, gsize n);
  gint32 (*dot_int8) (const gint8 *code, const gint16 *query, gsize n);
  gint64 (*dot_bits) (const guint8 *code, const guint64 *planes, gsize n_words);
} Functions;

#define LEVEL portable
#define WIDTH 4
#define TARGET
#include "graphbit-vector-level-private.h"

#ifdef __x86_64__
# define LEVEL v2
# define WIDTH 4
# define TARGET __attribute__ ((target ("sse4.1,popcnt")))
# define WIDEN(bytes) _mm_cvtepi8_epi16 (_mm_loadl_epi64 ((const __m128i *) (bytes)))
# define ADD_PAIRS(a, b) _mm_madd_epi16 (a, b)
# include "graphbit-vector-level-private.h"

# define LEVEL v3
# define WIDTH 8
# define TARGET __attribute__ ((target ("avx2,fma,popcnt")))
# define WIDEN(bytes) _mm256_cvtepi8_epi16 (_mm_loadu_si128 ((const __m128i *) (bytes)))
# define ADD_PAIRS(a, b) _mm256_madd_epi16 (a, b)
# include "graphbit-vector-level-private.h"

# define LEVEL v4
# define WIDTH 16
# define TARGET __attribute__ ((target ("avx2,fma,popcnt,avx512f,avx512bw,avx512dq,avx512vl")))
# define WIDEN(bytes) _mm512_cvtepi8_epi16 (_mm256_loadu_si256 ((const __m256i *) (bytes)))
# define ADD_PAIRS(a, b) _mm512_madd_epi16 (a, b)
# include "graphbit-vector-level-private.h"
#endif

#define FUNCTIONS(level) \
  { dot_##level, squared_distance_##level, dots_##level, is_finite_##level, dot_int8_##level, dot_bits_##level }

static const Functions functions[] = {
  FUNCTIONS (portable),
#ifdef __x86_64__
  FUNCTIONS (v2),
  FUNCTIONS (v3),
  FUNCTIONS (v4),
#endif
};

static const Functions *chosen; /* atomic; NULL: not yet */

/* Asked of the processor itself: the compiler's own way would run code when the library is loaded. */
GraphbitVectorLevel
graphbit_vector_get_best_level (void)
{
#ifdef __x86_64__
  const guint wide = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
  guint a, b, c, d, kept, also_kept;

  if (!__get_cpuid (1, &a, &b, &c, &d) || (c & bit_SSE4_1) == 0 || (c & bit_POPCNT) == 0)
    return GRAPHBIT_VECTOR_LEVEL_PORTABLE;
  if ((c & bit_OSXSAVE) == 0 || (c & bit_FMA) == 0)
    return GRAPHBIT_VECTOR_LEVEL_V2;

  /* which registers the system keeps for each thread: bits 1 and 2 those of AVX, 5 to 7 those of AVX-512 */
  __asm__ ("xgetbv" : "=a" (kept), "=d" (also_kept) : "c" (0));
  if ((kept & 0x06) != 0x06 || !__get_cpuid_count (7, 0, &a, &b, &c, &d) || (b & bit_AVX2) == 0)
    return GRAPHBIT_VECTOR_LEVEL_V2;
  return (kept & 0xe0) == 0xe0 && (b & wide) == wide ? GRAPHBIT_VECTOR_LEVEL_V4 : GRAPHBIT_VECTOR_LEVEL_V3;
#else
  return GRAPHBIT_VECTOR_LEVEL_PORTABLE;
#endif
}

void
graphbit_vector_set_level (GraphbitVectorLevel level)
{
  g_assert (level <= graphbit_vector_get_best_level ());

  __atomic_store_n (&chosen, &functions[level], __ATOMIC_RELAXED);
}

static inline const Functions *
get_functions (void)
{
  const Functions *current = __atomic_load_n (&chosen, __ATOMIC_RELAXED);

  if (G_UNLIKELY (current == NULL))
    {
      current = &functions[graphbit_vector_get_best_level ()];
      __atomic_store_n (&chosen, current, __ATOMIC_RELAXED);
    }
  return current;
}

static double
dot_precise (const float *a,
             const float *b,
             gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) a[i] * (double) b[i];
  return sum;
}

static double
squared_distance_precise (const float *a,
                          const float *b,
                          gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      double difference = (double) a[i] - (double) b[i];

      sum += difference * difference;
    }
  return sum;
}

double
graphbit_vector_dot (const float *a,
                     const float *b,
                     gsize n)
{
  double sum = get_functions ()->dot (a, b, n);

  /* too large for the lanes, which may even have become NaN */
  return G_LIKELY (isfinite (sum)) ? sum : dot_precise (a, b, n);
}

double
graphbit_vector_squared_distance (const float *a,
                                  const float *b,
                                  gsize n)
{
  double sum = get_functions ()->squared_distance (a, b, n);

  return G_LIKELY (isfinite (sum)) ? sum : squared_distance_precise (a, b, n);
}

gboolean
graphbit_vector_is_finite (const float *a,
                           gsize n)
{
  return get_functions ()->is_finite (a, n);
}

gint64
graphbit_vector_dot_int8 (const gint8 *code,
                          const gint16 *query,
                          gsize n)
{
  const Functions *current = get_functions ();
  gint64 sum = 0;

  for (gsize i = 0; i < n; i += MAX_CODES)
    sum += current->dot_int8 (code + i, query + i, MIN (n - i, MAX_CODES));
  return sum;
}

gint64
graphbit_vector_dot_bits (const guint8 *code,
                          const guint64 *planes,
                          gsize n_words)
{
  return get_functions ()->dot_bits (code, planes, n_words);
}

static gboolean
is_in_range (double square)
{
  return square >= SMALLEST_SQUARE && square <= LARGEST_SQUARE;
}

/* FALSE: float32 is not enough, or has even met a NaN or an infinity. */
static gboolean
try_cosine (const float *a,
            const float *b,
            gsize n,
            double *cosine)
{
  Dots sums;

  get_functions ()->dots (a, b, n, &sums);
  if (G_UNLIKELY (!is_in_range (sums.aa) || !is_in_range (sums.bb)))
    return FALSE;

  *cosine = sums.ab / (sqrt (sums.aa) * sqrt (sums.bb));
  *cosine = CLAMP (*cosine, -1, 1);
  return TRUE;
}

static double
cosine_precise (const float *a,
                const float *b,
                gsize n)
{
  double square_a = dot_precise (a, a, n);
  double square_b = dot_precise (b, b, n);
  double cosine;

  if (square_a == 0 || square_b == 0)
    return 0;

  cosine = dot_precise (a, b, n) / (sqrt (square_a) * sqrt (square_b));
  return CLAMP (cosine, -1, 1);
}

double
graphbit_vector_cosine (const float *a,
                        const float *b,
                        gsize n)
{
  double cosine;

  return try_cosine (a, b, n, &cosine) ? cosine : cosine_precise (a, b, n);
}

static gboolean
check_lengths (gsize n_a,
               gsize n_b,
               GError **error)
{
  if (n_a == 0 || n_b == 0)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("An empty vector is similar to nothing: compare two embeddings"));
  else if (n_a != n_b)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("One vector has %" G_GSIZE_FORMAT " dimensions and the other %" G_GSIZE_FORMAT
                   ": compare embeddings of one model only"), n_a, n_b);
  else
    return TRUE;

  return FALSE;
}

gboolean
graphbit_vector_check (const float *a,
                       gsize n_a,
                       const float *b,
                       gsize n_b,
                       GError **error)
{
  if (!check_lengths (n_a, n_b, error))
    return FALSE;
  if (graphbit_vector_is_finite (a, n_a) && graphbit_vector_is_finite (b, n_b))
    return TRUE;

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("A vector with NaN or an infinity in it cannot be compared"));
  return FALSE;
}

double
graphbit_vector_similarity (const float *a,
                            gsize n_a,
                            const float *b,
                            gsize n_b,
                            GError **error)
{
  double cosine;

  if (!check_lengths (n_a, n_b, error))
    return 0;
  /* what this gives is finite, and so is all that it was made of */
  if (try_cosine (a, b, n_a, &cosine))
    return cosine;
  return graphbit_vector_check (a, n_a, b, n_b, error) ? cosine_precise (a, b, n_a) : 0;
}
