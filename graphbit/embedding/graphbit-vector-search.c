/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-search-private.h"

#include <math.h>

#include "graphbit-embedding-match-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-vector-code-private.h"
#include "graphbit-vector-private.h"

/* A part of fewer bytes than this is not worth a thread. */
#define MIN_PART_SIZE (1024 * 1024)
/* With a filter, so many more than asked for are looked at first, and this many times more in each further round. */
#define FIRST_SURPLUS 64
#define GROWTH 8

typedef struct
{
  double score; /* more is nearer, for every metric */
  guint row;
} Candidate;

typedef struct
{
  struct _Search *search;
  guint first_row;
  guint end_row;
  guint n_candidates;
  Candidate *candidates; /* a heap with the farthest at its root */
} Part;

typedef struct _Search
{
  GraphbitOperation operation;

  /* Until completion. */
  GTask *task;
  GraphbitVectorFilter *filter;

  GraphbitVectorStore store; /* a snapshot */
  GraphbitEmbeddingMetric metric;
  float *query;
  double query_norm;
  GraphbitVectorQuery code_query; /* where the store has codes */
  gsize code_size;
  gsize row_size; /* of what is looked at in each row */
  guint k;
  guint n_needed;  /* candidates that pass the filter */
  GArray *chosen;  /* those that have passed, the nearest first */
  guint n_wanted;  /* candidates of this round */
  guint n_judged;  /* of those before, by the filter */
  int is_stopped;  /* atomic */
  int n_unfinished; /* atomic: parts of this round */
  guint n_parts;
  Part parts[];
} Search;

GraphbitVectorFilter *
graphbit_vector_filter_new (GraphbitEmbeddingFilterFunc func,
                            gpointer user_data,
                            GDestroyNotify notify)
{
  GraphbitVectorFilter *self = g_new (GraphbitVectorFilter, 1);

  *self = (GraphbitVectorFilter) { 1, func, user_data, notify };
  return self;
}

GraphbitVectorFilter *
graphbit_vector_filter_ref (GraphbitVectorFilter *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
graphbit_vector_filter_unref (GraphbitVectorFilter *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  if (self->notify != NULL)
    self->notify (self->user_data);
  g_free (self);
}

/* Of two that are equally near, the one that was added first. */
static inline gboolean
is_nearer (const Candidate *a,
           const Candidate *b)
{
  return a->score > b->score || (a->score == b->score && a->row < b->row);
}

static void
sift_down (Candidate *heap,
           guint n,
           guint i)
{
  for (;;)
    {
      guint farthest = i, child = 2 * i + 1;
      Candidate swapped;

      if (child < n && is_nearer (&heap[farthest], &heap[child]))
        farthest = child;
      if (child + 1 < n && is_nearer (&heap[farthest], &heap[child + 1]))
        farthest = child + 1;
      if (farthest == i)
        return;

      swapped = heap[i];
      heap[i] = heap[farthest];
      heap[farthest] = swapped;
      i = farthest;
    }
}

static void
part_offer (Part *self,
            const Candidate *candidate)
{
  guint i;

  if (self->n_candidates == self->search->n_wanted)
    {
      if (!is_nearer (candidate, &self->candidates[0]))
        return;
      self->candidates[0] = *candidate;
      sift_down (self->candidates, self->n_candidates, 0);
      return;
    }

  for (i = self->n_candidates++; i > 0 && is_nearer (&self->candidates[(i - 1) / 2], candidate); i = (i - 1) / 2)
    self->candidates[i] = self->candidates[(i - 1) / 2];
  self->candidates[i] = *candidate;
}

/* `norm`: the length of the vector; 0: not known. */
static double
score_values (const Search *self,
              const float *values,
              float norm)
{
  guint n = self->store.dimensions;
  double norms, cosine;

  switch (self->metric)
    {
    case GRAPHBIT_EMBEDDING_METRIC_DOT:
      return graphbit_vector_dot (self->query, values, n);

    case GRAPHBIT_EMBEDDING_METRIC_EUCLID:
      return -sqrt (graphbit_vector_squared_distance (self->query, values, n));

    case GRAPHBIT_EMBEDDING_METRIC_COSINE:
    default:
      norms = self->query_norm * (double) norm;
      if (G_UNLIKELY (norms <= 1e-24 || norms >= 1e36))
        return graphbit_vector_cosine (self->query, values, n);

      cosine = graphbit_vector_dot (self->query, values, n) / norms;
      return CLAMP (cosine, -1, 1);
    }
}

/* With what the code stands for. */
static double
score_code (const Search *self,
            const guint8 *code,
            float norm,
            float scale)
{
  const GraphbitVectorQuery *query = &self->code_query;
  double dot = (double) graphbit_vector_query_dot (query, code);
  double unit = graphbit_vector_code_get_unit (query->quantization, scale);
  double cosine, length, other_length;

  switch (self->metric)
    {
    case GRAPHBIT_EMBEDDING_METRIC_DOT:
      return dot * query->unit * unit;

    case GRAPHBIT_EMBEDDING_METRIC_EUCLID:
      length = query->norm * query->unit;
      other_length = (double) norm * unit;
      return -sqrt (MAX (length * length + other_length * other_length - 2 * dot * query->unit * unit, 0));

    case GRAPHBIT_EMBEDDING_METRIC_COSINE:
    default:
      if (G_UNLIKELY (norm == 0 || query->norm <= 0))
        return 0;

      cosine = dot / (query->norm * (double) norm);
      return CLAMP (cosine, -1, 1);
    }
}

static double
score_row (const Search *self,
           const GraphbitVectorBlock *block,
           guint slot)
{
  if (block->codes != NULL)
    return score_code (self, block->codes + slot * self->code_size, block->norms[slot], block->scales[slot]);
  return score_values (self, &block->values[(gsize) slot * self->store.dimensions], block->norms[slot]);
}

static void
part_run (Part *self)
{
  Search *search = self->search;

  for (guint row = self->first_row; row < self->end_row; row++)
    {
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (&search->store, row, &slot);
      Candidate candidate = { score_row (search, block, slot), row };

      part_offer (self, &candidate);
      if (slot == GRAPHBIT_VECTOR_BLOCK_ROWS - 1 && __atomic_load_n (&search->is_stopped, __ATOMIC_RELAXED))
        return;
    }
}

static void search_merge (GraphbitOperation *operation, gpointer data);

static void
part_run_in_pool (gpointer data,
                  gpointer user_data)
{
  Part *self = data;
  Search *search = self->search;

  part_run (self);
  if (__atomic_sub_fetch (&search->n_unfinished, 1, __ATOMIC_ACQ_REL) == 0)
    graphbit_operation_invoke (search, search_merge, NULL, NULL);
  graphbit_operation_unref (search);
}

static void
search_free (GraphbitOperation *operation)
{
  Search *self = (Search *) operation;

  for (guint i = 0; i < self->n_parts; i++)
    g_free (self->parts[i].candidates);
  graphbit_vector_store_clear (&self->store);
  graphbit_vector_query_clear (&self->code_query);
  g_array_unref (self->chosen);
  g_free (self->query);
  g_free (self);
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  return is_nearer (a, b) ? -1 : 1;
}

static GPtrArray *
search_make_matches (const Search *self)
{
  guint n = MIN (self->chosen->len, self->k);
  GPtrArray *matches = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      const Candidate *candidate = &g_array_index (self->chosen, Candidate, i);
      double score = self->metric == GRAPHBIT_EMBEDDING_METRIC_EUCLID ? -candidate->score : candidate->score;
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (&self->store, candidate->row, &slot);

      g_ptr_array_add (matches, graphbit_embedding_match_new (block->ids[slot], block->metadata[slot], score));
    }
  return matches;
}

/* At home, once. */
static void
search_conclude (Search *self,
                 GError *error)
{
  g_autoptr (GTask) task = NULL;

  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  __atomic_store_n (&self->is_stopped, TRUE, __ATOMIC_RELAXED);
  task = g_steal_pointer (&self->task);
  g_clear_pointer (&self->filter, graphbit_vector_filter_unref);
  if (error == NULL)
    g_task_return_pointer (task, search_make_matches (self), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
  graphbit_operation_unref (self); /* the search's own */
}

static void
search_interrupted (GraphbitOperation *operation,
                    GraphbitInterruption interruption)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  search_conclude ((Search *) operation, graphbit_failure_to_error (failure, NULL));
}

static const GraphbitOperationClass search_class = {
  search_interrupted,
  search_free
};

static void
search_run (GraphbitOperation *operation,
            gpointer data)
{
  Search *self = (Search *) operation;

  /* the interruption is on its way */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->task)))
    return;

  if (self->k == 0)
    {
      search_conclude (self, NULL);
      return;
    }

  self->n_unfinished = (int) self->n_parts;
  for (guint i = 0; i < self->n_parts; i++)
    {
      Part *part = &self->parts[i];

      part->n_candidates = 0;
      part->candidates = g_renew (Candidate, part->candidates, MIN (self->n_wanted, part->end_row - part->first_row));
    }
  if (self->n_parts == 1 && (gsize) self->store.n_rows * self->row_size < MIN_PART_SIZE)
    {
      part_run (&self->parts[0]);
      search_merge (operation, NULL);
      return;
    }

  for (guint i = 0; i < self->n_parts; i++)
    {
      graphbit_operation_ref (self);
      /* not taken: the generation has ended, and its operations are being interrupted */
      if (!graphbit_runtime_push_work (self->operation.runtime, part_run_in_pool, &self->parts[i]))
        graphbit_operation_unref (self);
    }
}

/* Codes have found them; now the vectors decide. */
static void
search_score_again (Search *self)
{
  for (guint i = 0; i < self->chosen->len; i++)
    {
      Candidate *candidate = &g_array_index (self->chosen, Candidate, i);
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (&self->store, candidate->row, &slot);

      candidate->score = score_values (self, &block->values[(gsize) slot * self->store.dimensions], 0);
      if (i % GRAPHBIT_VECTOR_BLOCK_ROWS == 0 && __atomic_load_n (&self->is_stopped, __ATOMIC_RELAXED))
        return;
    }
  g_array_sort (self->chosen, compare_candidates);
}

static void
search_done (GraphbitOperation *operation,
             gpointer data)
{
  search_conclude ((Search *) operation, NULL);
}

static void
search_score_again_in_pool (gpointer data,
                            gpointer user_data)
{
  Search *self = data;

  search_score_again (self);
  graphbit_operation_invoke (self, search_done, NULL, NULL);
  graphbit_operation_unref (self);
}

/* All that are needed have been chosen, or all that there are. */
static void
search_settle (Search *self)
{
  if (self->code_size == 0 || self->store.oversampling == 0)
    {
      search_conclude (self, NULL);
    }
  else if ((gsize) self->chosen->len * self->store.dimensions * sizeof (float) < MIN_PART_SIZE)
    {
      search_score_again (self);
      search_conclude (self, NULL);
    }
  else
    {
      graphbit_operation_ref (self);
      /* as above */
      if (!graphbit_runtime_push_work (self->operation.runtime, search_score_again_in_pool, self))
        graphbit_operation_unref (self);
    }
}

/* FALSE: the filter, or what ran meanwhile, has ended the search. */
static gboolean
search_judge (Search *self,
              const Candidate *candidate)
{
  if (self->filter != NULL)
    {
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (&self->store, candidate->row, &slot);
      /* it may run this context, where the search may be cancelled, and replace itself meanwhile */
      GraphbitVectorFilter *filter = graphbit_vector_filter_ref (self->filter);
      gboolean is_wanted = filter->func (block->ids[slot], block->metadata[slot], filter->user_data);

      graphbit_vector_filter_unref (filter);
      if (graphbit_operation_is_complete (self))
        return FALSE;
      if (!is_wanted)
        return TRUE;
    }

  g_array_append_val (self->chosen, *candidate);
  return TRUE;
}

/* The nearest of all parts, through the filter; another round if that leaves too few. */
static void
search_merge (GraphbitOperation *operation,
              gpointer data)
{
  Search *self = (Search *) operation;
  g_autoptr (GArray) nearest = g_array_new (FALSE, FALSE, sizeof (Candidate));
  guint n;

  for (guint i = 0; i < self->n_parts; i++)
    g_array_append_vals (nearest, self->parts[i].candidates, self->parts[i].n_candidates);
  g_array_sort (nearest, compare_candidates);

  n = MIN (nearest->len, self->n_wanted);
  for (guint i = self->n_judged; i < n && self->chosen->len < self->n_needed; i++)
    if (!search_judge (self, &g_array_index (nearest, Candidate, i)))
      return;

  if (self->chosen->len == self->n_needed || n == self->store.n_rows)
    {
      search_settle (self);
      return;
    }

  self->n_judged = n;
  self->n_wanted = (guint) MIN ((guint64) self->n_wanted * GROWTH, self->store.n_rows);
  search_run (operation, NULL);
}

void
graphbit_vector_search_start (const GraphbitVectorStore *store,
                              GraphbitEmbeddingMetric metric,
                              const float *query,
                              guint k,
                              GraphbitVectorFilter *filter,
                              GTask *task)
{
  gsize code_size = graphbit_vector_code_get_size (store->quantization, store->dimensions);
  gsize row_size = code_size > 0 ? code_size : store->dimensions * sizeof (float);
  GraphbitRuntimeInfo info;
  GError *error = NULL;
  guint n_parts, n_rows;
  Search *self;

  graphbit_runtime_get_info (&info);
  n_parts = (guint) CLAMP (store->n_rows * row_size / MIN_PART_SIZE, 1, info.max_pool_threads);
  self = g_malloc0 (sizeof (Search) + n_parts * sizeof (Part));
  graphbit_vector_store_take_snapshot (store, &self->store);
  self->metric = metric;
  self->query = g_memdup2 (query, store->dimensions * sizeof (float));
  self->query_norm = sqrt (graphbit_vector_dot (query, query, store->dimensions));
  self->code_size = code_size;
  self->row_size = row_size;
  if (code_size > 0)
    graphbit_vector_query_init (&self->code_query, store->quantization, query, store->dimensions);
  self->k = MIN (k, store->n_rows);
  self->n_needed = self->k;
  if (code_size > 0 && store->oversampling > 0)
    self->n_needed = (guint) MIN ((guint64) self->k * store->oversampling, store->n_rows);
  self->chosen = g_array_new (FALSE, FALSE, sizeof (Candidate));
  self->n_wanted = self->n_needed;
  if (filter != NULL)
    self->n_wanted = (guint) MIN ((guint64) self->n_needed * 2 + FIRST_SURPLUS, store->n_rows);
  self->n_parts = n_parts;
  /* whole blocks, so that no two threads read one */
  n_rows = (store->n_rows / n_parts + GRAPHBIT_VECTOR_BLOCK_ROWS) / GRAPHBIT_VECTOR_BLOCK_ROWS * GRAPHBIT_VECTOR_BLOCK_ROWS;
  for (guint i = 0; i < n_parts; i++)
    {
      self->parts[i].search = self;
      self->parts[i].first_row = MIN (i * n_rows, store->n_rows);
      self->parts[i].end_row = MIN ((i + 1) * n_rows, store->n_rows);
    }

  if (!graphbit_operation_init (&self->operation, &search_class, g_task_get_cancellable (task), &error))
    {
      search_free (&self->operation);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  self->task = task;
  if (filter != NULL)
    self->filter = graphbit_vector_filter_ref (filter);
  graphbit_operation_invoke (self, search_run, NULL, NULL);
}
