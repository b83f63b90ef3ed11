/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-offline-private.h"

#include <math.h>
#include <string.h>

#define GROUP 3            /* characters */
#define LONG_WORD 8        /* characters; longer ones say no more */
#define GROUP_WEIGHT 0.25f /* of a word's */

/* FNV-1a, with a last step that spreads what came last over all bits. */
static guint64
hash_bytes (const char *data,
            gsize length,
            guint64 hash)
{
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8) data[i]) * G_GUINT64_CONSTANT (1099511628211);
  hash ^= hash >> 32;
  return hash * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

static void
add_feature (float *vector,
             guint dimensions,
             const char *data,
             gsize length,
             guint64 kind,
             float weight)
{
  guint64 hash = hash_bytes (data, length, G_GUINT64_CONSTANT (14695981039346656037) + kind);

  vector[(hash >> 1) % dimensions] += (hash >> 63) != 0 ? weight : -weight;
}

/* Short words are mostly those that every text has. */
static void
add_word (float *vector,
          guint dimensions,
          const char *word,
          gsize length)
{
  glong n_characters = g_utf8_strlen (word, (gssize) length);
  float weight = (float) MIN (n_characters, LONG_WORD) / LONG_WORD;
  const char *end = word + length;

  weight *= weight;
  add_feature (vector, dimensions, word, length, 0, weight);
  for (const char *p = word; n_characters >= GROUP; p = g_utf8_next_char (p), n_characters--)
    {
      const char *q = g_utf8_offset_to_pointer (p, GROUP);

      add_feature (vector, dimensions, p, (gsize) (MIN (q, end) - p), 1, weight * GROUP_WEIGHT);
    }
}

static void
embed (float *vector,
       guint dimensions,
       const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *normal = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  const char *words = normal != NULL ? normal : folded;
  const char *start = NULL;
  double sum = 0.0;
  float norm;

  for (const char *p = words;; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);
      gboolean is_inside = *p != '\0' && (g_unichar_isalnum (character) || g_unichar_ismark (character));

      if (is_inside && start == NULL)
        start = p;
      else if (!is_inside && start != NULL)
        {
          add_word (vector, dimensions, start, (gsize) (p - start));
          start = NULL;
        }
      if (*p == '\0')
        break;
    }

  /* what a text says ten times it does not mean ten times as much */
  for (guint i = 0; i < dimensions; i++)
    {
      vector[i] = copysignf (sqrtf (fabsf (vector[i])), vector[i]);
      sum += (double) vector[i] * (double) vector[i];
    }
  if (sum <= 0.0)
    {
      /* no words, or, next to never, such that cancel each other out */
      memset (vector, 0, dimensions * sizeof (float));
      add_feature (vector, dimensions, text, strlen (text), 2, 1.0f);
      sum = 1.0;
    }
  norm = (float) sqrt (sum);
  for (guint i = 0; i < dimensions; i++)
    vector[i] /= norm;
}

void
graphbit_embedding_offline_answer (GraphbitEmbeddingAnswer *answer,
                                   const char *const *texts,
                                   guint n_texts,
                                   guint dimensions)
{
  answer->dimensions = dimensions;
  answer->values = g_new0 (float, (gsize) n_texts * dimensions);
  answer->n_found = n_texts;
  for (guint i = 0; i < n_texts; i++)
    {
      answer->has[i] = TRUE;
      embed (answer->values + (gsize) i * dimensions, dimensions, texts[i]);
    }
}
