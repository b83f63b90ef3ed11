/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "graphbit-error.h"

/* Beyond these a square may leave the range of float32 on its way; then everything is done in float64. */
#define SMALLEST_SQUARE 1e-24
#define LARGEST_SQUARE 1e36

/* One register of AVX-512, two of AVX2, four of SSE or NEON: the compiler splits it. */
#define LANES 16
typedef float Lanes __attribute__ ((vector_size (4 * LANES), aligned (4), may_alias));
typedef double DoubleLanes __attribute__ ((vector_size (8 * LANES)));
typedef gint32 IntegerLanes __attribute__ ((vector_size (4 * LANES), aligned (4), may_alias));

#define LOAD(array, i) (*(const Lanes *) ((array) + (i)))

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
} Functions;

#define ALWAYS_INLINE static inline __attribute__ ((always_inline))

ALWAYS_INLINE double
add_up (const Lanes *first,
        const Lanes *second)
{
  DoubleLanes lanes = __builtin_convertvector (*first, DoubleLanes) + __builtin_convertvector (*second, DoubleLanes);
  double sums[4] = { 0 };

  for (guint i = 0; i < LANES; i++)
    sums[i % 4] += lanes[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

ALWAYS_INLINE double
dot (const float *a,
     const float *b,
     gsize n)
{
  Lanes first = { 0 }, second = { 0 };
  double rest = 0;
  gsize i = 0;

  for (; i + 2 * LANES <= n; i += 2 * LANES)
    {
      first += LOAD (a, i) * LOAD (b, i);
      second += LOAD (a, i + LANES) * LOAD (b, i + LANES);
    }
  for (; i < n; i++)
    rest += (double) a[i] * (double) b[i];
  return add_up (&first, &second) + rest;
}

/* The three in one go, for memory is slower than arithmetic. */
ALWAYS_INLINE void
dots (const float *a,
      const float *b,
      gsize n,
      Dots *result)
{
  Lanes ab = { 0 }, aa = { 0 }, bb = { 0 }, second_ab = { 0 }, second_aa = { 0 }, second_bb = { 0 };
  Dots rest = { 0 };
  gsize i = 0;

  for (; i + 2 * LANES <= n; i += 2 * LANES)
    {
      Lanes x = LOAD (a, i), y = LOAD (b, i);
      Lanes second_x = LOAD (a, i + LANES), second_y = LOAD (b, i + LANES);

      ab += x * y;
      aa += x * x;
      bb += y * y;
      second_ab += second_x * second_y;
      second_aa += second_x * second_x;
      second_bb += second_y * second_y;
    }
  for (; i < n; i++)
    {
      rest.ab += (double) a[i] * (double) b[i];
      rest.aa += (double) a[i] * (double) a[i];
      rest.bb += (double) b[i] * (double) b[i];
    }
  result->ab = add_up (&ab, &second_ab) + rest.ab;
  result->aa = add_up (&aa, &second_aa) + rest.aa;
  result->bb = add_up (&bb, &second_bb) + rest.bb;
}

ALWAYS_INLINE double
squared_distance (const float *a,
                  const float *b,
                  gsize n)
{
  Lanes first = { 0 }, second = { 0 };
  double rest = 0;
  gsize i = 0;

  for (; i + 2 * LANES <= n; i += 2 * LANES)
    {
      Lanes difference = LOAD (a, i) - LOAD (b, i);
      Lanes other_difference = LOAD (a, i + LANES) - LOAD (b, i + LANES);

      first += difference * difference;
      second += other_difference * other_difference;
    }
  for (; i < n; i++)
    {
      double difference = (double) a[i] - (double) b[i];

      rest += difference * difference;
    }
  return add_up (&first, &second) + rest;
}

/* A float whose exponent is all ones is a NaN or an infinity. */
ALWAYS_INLINE gboolean
is_finite (const float *a,
           gsize n)
{
  const gint32 exponent = 0x7f800000;
  IntegerLanes found = { 0 };
  gsize i = 0;

  for (; i + LANES <= n; i += LANES)
    found |= (*(const IntegerLanes *) (a + i) & exponent) == exponent;
  for (guint lane = 0; lane < LANES; lane++)
    if (found[lane] != 0)
      return FALSE;
  for (; i < n; i++)
    if (!isfinite (a[i]))
      return FALSE;
  return TRUE;
}

#define DEFINE_FUNCTIONS(level, attribute)                                       \
  attribute static double                                                        \
  dot_##level (const float *a, const float *b, gsize n)                          \
  {                                                                              \
    return dot (a, b, n);                                                        \
  }                                                                              \
  attribute static double                                                        \
  squared_distance_##level (const float *a, const float *b, gsize n)             \
  {                                                                              \
    return squared_distance (a, b, n);                                           \
  }                                                                              \
  attribute static void                                                          \
  dots_##level (const float *a, const float *b, gsize n, Dots *result)           \
  {                                                                              \
    dots (a, b, n, result);                                                      \
  }                                                                              \
  attribute static gboolean                                                      \
  is_finite_##level (const float *a, gsize n)                                    \
  {                                                                              \
    return is_finite (a, n);                                                     \
  }

#define FUNCTIONS(level) { dot_##level, squared_distance_##level, dots_##level, is_finite_##level }

DEFINE_FUNCTIONS (portable, )
#ifdef __x86_64__
DEFINE_FUNCTIONS (v3, __attribute__ ((target ("avx2,fma"))))
DEFINE_FUNCTIONS (v4, __attribute__ ((target ("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))))
#endif

static const Functions functions[] = {
  FUNCTIONS (portable),
#ifdef __x86_64__
  FUNCTIONS (v3),
  FUNCTIONS (v4),
#endif
};

static const Functions *chosen; /* atomic; NULL: not yet */

GraphbitVectorLevel
graphbit_vector_get_best_level (void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    {
      if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
          __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
        return GRAPHBIT_VECTOR_LEVEL_V4;
      return GRAPHBIT_VECTOR_LEVEL_V3;
    }
#endif
  return GRAPHBIT_VECTOR_LEVEL_PORTABLE;
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

double
graphbit_vector_similarity (const float *a,
                            gsize n_a,
                            const float *b,
                            gsize n_b,
                            GError **error)
{
  double cosine;

  if (n_a == 0 || n_b == 0)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("An empty vector is similar to nothing: compare two embeddings"));
  else if (n_a != n_b)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("One vector has %" G_GSIZE_FORMAT " dimensions and the other %" G_GSIZE_FORMAT
                   ": compare embeddings of one model only"), n_a, n_b);
  else if (try_cosine (a, b, n_a, &cosine))
    return cosine;
  else if (!graphbit_vector_is_finite (a, n_a) || !graphbit_vector_is_finite (b, n_b))
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("A vector with NaN or an infinity in it cannot be compared"));
  else
    return cosine_precise (a, b, n_a);

  return 0;
}
