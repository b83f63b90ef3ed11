/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What graphbit-vector.c includes for each level, with LEVEL, the name of it,
 * WIDTH, the floats in one of its registers, and TARGET, an attribute; where the
 * level has instructions for it also WIDEN (bytes), a register of int16 made of
 * int8, and ADD_PAIRS (a, b), the products of two such, added up in pairs. It
 * does away with them in the end.
 */
#define JOIN(name, level) name##_##level
#define NAME_OF(name, level) JOIN (name, level)
#define NAME(name) NAME_OF (name, LEVEL)
#define Lanes NAME (Lanes)
#define IntegerLanes NAME (IntegerLanes)
#define Registers NAME (Registers)
#define N_REGISTERS (N_SUMS / WIDTH)
#define LOAD(array, i, r) (*(const Lanes *) ((array) + (i) + (r) * WIDTH))
#define EACH_REGISTER(r) _Pragma ("GCC unroll 8") for (guint r = 0; r < N_REGISTERS; r++)
#define EACH_PLANE(plane) _Pragma ("GCC unroll 8") for (guint plane = 0; plane < GRAPHBIT_VECTOR_N_PLANES; plane++)

typedef float Lanes __attribute__ ((vector_size (4 * WIDTH), aligned (4), may_alias));
typedef gint32 IntegerLanes __attribute__ ((vector_size (4 * WIDTH), aligned (4), may_alias));
typedef long long Registers __attribute__ ((vector_size (4 * WIDTH), aligned (2), may_alias)); /* as intrinsics want them */

TARGET static inline double
NAME (add_up) (const Lanes *sums)
{
  const float *values = (const float *) sums;
  double parts[4] = { 0 };

  for (guint i = 0; i < N_SUMS; i++)
    parts[i % 4] += (double) values[i];
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

TARGET static double
NAME (dot) (const float *a,
            const float *b,
            gsize n)
{
  Lanes sums[N_REGISTERS] = { 0 };
  double rest = 0;
  gsize i = 0;

  for (; i + N_SUMS <= n; i += N_SUMS)
    EACH_REGISTER (r)
      sums[r] += LOAD (a, i, r) * LOAD (b, i, r);
  for (; i < n; i++)
    rest += (double) a[i] * (double) b[i];
  return NAME (add_up) (sums) + rest;
}

TARGET static double
NAME (squared_distance) (const float *a,
                         const float *b,
                         gsize n)
{
  Lanes sums[N_REGISTERS] = { 0 };
  double rest = 0;
  gsize i = 0;

  for (; i + N_SUMS <= n; i += N_SUMS)
    EACH_REGISTER (r)
      {
        Lanes difference = LOAD (a, i, r) - LOAD (b, i, r);

        sums[r] += difference * difference;
      }
  for (; i < n; i++)
    {
      double difference = (double) a[i] - (double) b[i];

      rest += difference * difference;
    }
  return NAME (add_up) (sums) + rest;
}

/* The three in one go, for memory is slower than arithmetic. */
TARGET static void
NAME (dots) (const float *a,
             const float *b,
             gsize n,
             Dots *result)
{
  Lanes ab[N_REGISTERS] = { 0 }, aa[N_REGISTERS] = { 0 }, bb[N_REGISTERS] = { 0 };
  Dots rest = { 0 };
  gsize i = 0;

  for (; i + N_SUMS <= n; i += N_SUMS)
    EACH_REGISTER (r)
      {
        Lanes x = LOAD (a, i, r), y = LOAD (b, i, r);

        ab[r] += x * y;
        aa[r] += x * x;
        bb[r] += y * y;
      }
  for (; i < n; i++)
    {
      rest.ab += (double) a[i] * (double) b[i];
      rest.aa += (double) a[i] * (double) a[i];
      rest.bb += (double) b[i] * (double) b[i];
    }
  result->ab = NAME (add_up) (ab) + rest.ab;
  result->aa = NAME (add_up) (aa) + rest.aa;
  result->bb = NAME (add_up) (bb) + rest.bb;
}

/* A float whose exponent is all ones is a NaN or an infinity. */
TARGET static gboolean
NAME (is_finite) (const float *a,
                  gsize n)
{
  const gint32 exponent = 0x7f800000;
  IntegerLanes found = { 0 };
  gsize i = 0;

  for (; i + WIDTH <= n; i += WIDTH)
    found |= (*(const IntegerLanes *) (a + i) & exponent) == exponent;
  for (guint lane = 0; lane < WIDTH; lane++)
    if (found[lane] != 0)
      return FALSE;
  for (; i < n; i++)
    if (!isfinite (a[i]))
      return FALSE;
  return TRUE;
}

TARGET static gint32
NAME (dot_int8) (const gint8 *code,
                 const gint16 *query,
                 gsize n)
{
  gint32 sum = 0;
  gsize i = 0;

#ifdef WIDEN
  IntegerLanes sums[2] = { 0 };

  for (; i + 4 * WIDTH <= n; i += 4 * WIDTH)
    for (guint r = 0; r < 2; r++)
      sums[r] += (IntegerLanes) ADD_PAIRS (WIDEN (code + i + r * 2 * WIDTH),
                                           *(const Registers *) (query + i + r * 2 * WIDTH));
  sums[0] += sums[1];
  for (guint lane = 0; lane < WIDTH; lane++)
    sum += sums[0][lane];
#endif
  for (; i < n; i++)
    sum += code[i] * query[i];
  return sum;
}

TARGET static gint64
NAME (dot_bits) (const guint8 *code,
                 const guint64 *planes,
                 gsize n_words)
{
  gint64 counts[GRAPHBIT_VECTOR_N_PLANES] = { 0 };
  gint64 sum = 0;

  for (gsize i = 0; i < n_words; i++)
    {
      guint64 word;

      memcpy (&word, code + i * sizeof word, sizeof word);
      EACH_PLANE (plane)
        counts[plane] += __builtin_popcountll (word & planes[i * GRAPHBIT_VECTOR_N_PLANES + plane]);
    }
  EACH_PLANE (plane)
    sum += plane == GRAPHBIT_VECTOR_N_PLANES - 1 ? -counts[plane] * (1 << plane) : counts[plane] * (1 << plane);
  return sum;
}

#undef JOIN
#undef NAME_OF
#undef NAME
#undef Lanes
#undef IntegerLanes
#undef Registers
#undef N_REGISTERS
#undef LOAD
#undef EACH_REGISTER
#undef EACH_PLANE
#undef LEVEL
#undef WIDTH
#undef TARGET
#undef WIDEN
#undef ADD_PAIRS
