/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-offline-private.h"

#include <math.h>
#include <string.h>

static const char *const stop_words[] = {
  "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
  "could", "did", "do", "does", "each", "every", "following", "for", "from", "give", "had", "has", "have", "he", "her",
  "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "more", "most", "my", "no", "not", "of", "on",
  "one", "or", "our", "out", "over", "please", "say", "she", "should", "so", "some", "such", "tell", "than", "that",
  "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "us", "use", "was", "we", "were",
  "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "write", "you", "your", NULL
};

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

/* The end of the token that begins at `text`, which is no white space. */
static const char *
token_end (const char *text)
{
  gunichar c = g_utf8_get_char (text);

  if (!is_word_char (c) || g_unichar_iswide (c))
    return g_utf8_next_char (text);

  do
    {
      text = g_utf8_next_char (text);
      c = g_utf8_get_char (text);
      /* 3.5 and don't are one */
      if ((c == '.' || c == ',' || c == '\'') && is_word_char (g_utf8_get_char (g_utf8_next_char (text))))
        {
          text = g_utf8_next_char (text);
          c = g_utf8_get_char (text);
        }
    }
  while (is_word_char (c) && !g_unichar_iswide (c));

  return text;
}

static const char *
skip_space (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

guint
graphbit_offline_count_tokens (const char *text)
{
  guint n = 0;

  for (text = skip_space (text); *text != '\0'; text = skip_space (token_end (text)))
    n++;
  return n;
}

gsize
graphbit_offline_cut_tokens (const char *text,
                             guint n_tokens)
{
  const char *p = skip_space (text), *end = text;

  while (*p != '\0' && n_tokens-- > 0)
    {
      end = token_end (p);
      p = skip_space (end);
    }
  return (gsize) (*p == '\0' ? p - text : end - text);
}

GPtrArray *
graphbit_offline_split_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  while (*text != '\0')
    {
      const char *end = skip_space (text);

      while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      end = skip_space (end);
      g_ptr_array_add (words, g_strndup (text, (gsize) (end - text)));
      text = end;
    }
  return words;
}

/* Whether a sentence ends before `next`, the character after `c`. */
static gboolean
ends_sentence (gunichar c,
               const char *next)
{
  const char *after;

  if (c == 0x3002 || c == 0xff01 || c == 0xff1f) /* ideographic marks stand without a space */
    return TRUE;
  if (c != '.' && c != '!' && c != '?' && c != 0x2026)
    return FALSE;

  after = skip_space (next);
  if (*after == '\0')
    return TRUE;
  /* not in 3.5, not after e.g. */
  return after != next && !g_unichar_islower (g_utf8_get_char (after));
}

static void
add_sentence (GPtrArray *sentences,
              const char *start,
              const char *end)
{
  g_autofree char *text = g_strndup (start, (gsize) (end - start));
  char *trimmed = g_strstrip (text);

  /* the mark of a list item */
  if ((trimmed[0] == '-' || trimmed[0] == '*') && trimmed[1] == ' ')
    trimmed = g_strchug (trimmed + 1);
  if (graphbit_offline_count_tokens (trimmed) > 0)
    g_ptr_array_add (sentences, g_strdup (trimmed));
}

GPtrArray *
graphbit_offline_split_sentences (const char *text)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);
  const char *start = text;

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char (text);
      const char *next = g_utf8_next_char (text);

      /* what closes a quotation belongs to its sentence */
      while (*next != '\0' && strchr ("\"')]", *next) != NULL && ends_sentence (c, next + 1))
        next++;
      if (ends_sentence (c, next) || c == '\n')
        {
          add_sentence (sentences, start, next);
          start = next;
        }
      text = next;
    }
  add_sentence (sentences, start, text);

  return sentences;
}

/* Words of one stem are nearly always one word; the few errors do no harm. */
static void
strip_ending (char *word)
{
  static const char *const endings[] = { "ing", "ed", "es", "s", "ly" };
  gsize length = strlen (word);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize n = strlen (endings[i]);

      if (length >= n + 3 && strcmp (word + length - n, endings[i]) == 0)
        {
          word[length - n] = '\0';
          length -= n;
          break;
        }
    }
  if (length > 3 && word[length - 1] == 'e')
    word[length - 1] = '\0';
}

/* The set of terms of a text → how often each stands there. */
static GHashTable *
count_terms (const char *text)
{
  GHashTable *terms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (text = skip_space (text); *text != '\0';)
    {
      const char *end = token_end (text);

      if (is_word_char (g_utf8_get_char (text)))
        {
          char *term = g_utf8_strdown (text, end - text);

          if (g_strv_contains (stop_words, term))
            {
              g_free (term);
            }
          else
            {
              guint n;

              strip_ending (term);
              n = GPOINTER_TO_UINT (g_hash_table_lookup (terms, term));
              g_hash_table_replace (terms, term, GUINT_TO_POINTER (n + 1));
            }
        }
      text = skip_space (end);
    }
  return terms;
}

guint
graphbit_offline_count_common (const char *a,
                               const char *b)
{
  g_autoptr (GHashTable) first = count_terms (a);
  g_autoptr (GHashTable) second = count_terms (b);
  GHashTableIter iter;
  gpointer term;
  guint n = 0;

  g_hash_table_iter_init (&iter, first);
  while (g_hash_table_iter_next (&iter, &term, NULL))
    n += g_hash_table_contains (second, term);
  return n;
}

typedef struct
{
  char *text;
  guint position;
  double score;
} Sentence;

static int
by_score (gconstpointer a,
          gconstpointer b)
{
  const Sentence *first = a, *second = b;

  if (first->score != second->score)
    return first->score > second->score ? -1 : 1;
  return (int) first->position - (int) second->position;
}

static int
by_position (gconstpointer a,
             gconstpointer b)
{
  return (int) ((const Sentence *) a)->position - (int) ((const Sentence *) b)->position;
}

/* Terms are added up in the order of the text, so that rounding is the same everywhere. */
static double
score_sentence (const char *text,
                GHashTable *material,
                GHashTable *spread,
                GHashTable *question,
                guint n_sentences)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  double overlap = 0, centrality = 0;
  guint n_terms = 0;

  for (text = skip_space (text); *text != '\0';)
    {
      const char *end = token_end (text);
      char *term = g_utf8_strdown (text, end - text);
      guint n, df;

      text = skip_space (end);
      if (!g_strv_contains (stop_words, term))
        strip_ending (term);
      n = GPOINTER_TO_UINT (g_hash_table_lookup (material, term));
      df = GPOINTER_TO_UINT (g_hash_table_lookup (spread, term));
      if (n == 0 || !g_hash_table_add (seen, g_strdup (term)))
        {
          g_free (term);
          continue;
        }

      n_terms++;
      if (n > 1)
        centrality += log (n);
      if (g_hash_table_contains (question, term))
        overlap += 1 + log ((1.0 + n_sentences) / (1.0 + df));
      g_free (term);
    }

  /* long sentences have more of everything */
  return n_terms > 0 ? (3 * overlap + centrality) / sqrt (n_terms + 2.0) : 0;
}

GPtrArray *
graphbit_offline_rank_sentences (const char *material,
                                 const char *question,
                                 guint n_max)
{
  g_autoptr (GPtrArray) texts = graphbit_offline_split_sentences (material);
  g_autoptr (GHashTable) terms = count_terms (material);
  g_autoptr (GHashTable) wanted = count_terms (question);
  g_autoptr (GHashTable) spread = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) ranked = g_array_sized_new (FALSE, FALSE, sizeof (Sentence), texts->len);
  GPtrArray *best = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (GHashTable) own = count_terms (texts->pdata[i]);
      GHashTableIter iter;
      gpointer term;

      g_hash_table_iter_init (&iter, own);
      while (g_hash_table_iter_next (&iter, &term, NULL))
        {
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (spread, term));

          g_hash_table_replace (spread, g_strdup (term), GUINT_TO_POINTER (n + 1));
        }
    }

  for (guint i = 0; i < texts->len; i++)
    {
      Sentence sentence = {
        texts->pdata[i], i, score_sentence (texts->pdata[i], terms, spread, wanted, texts->len)
      };
      gboolean is_repeated = FALSE;

      for (guint j = 0; j < i && !is_repeated; j++)
        is_repeated = strcmp (texts->pdata[i], texts->pdata[j]) == 0;
      if (!is_repeated)
        g_array_append_val (ranked, sentence);
    }

  g_array_sort (ranked, by_score);
  if (ranked->len > n_max)
    g_array_set_size (ranked, n_max);
  g_array_sort (ranked, by_position);
  for (guint i = 0; i < ranked->len; i++)
    g_ptr_array_add (best, g_strdup (g_array_index (ranked, Sentence, i).text));

  return best;
}
