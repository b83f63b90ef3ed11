/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-inner-run-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-clock-private.h"
#include "graphbit-json-writer-private.h"
#include "graphbit-nest-private.h"
#include "graphbit-output-private.h"

/* What is nearest to an end goes first, so that the fewest are under way at a time. */
void
graphbit_inner_run_make_busy (GraphbitInnerRun *run)
{
  GQueue *busy = &run->scheduler.root->nesting->busy;

  if (run->is_busy)
    g_queue_unlink (busy, &run->busy_link);
  run->is_busy = TRUE;
  g_queue_push_head_link (busy, &run->busy_link);
}

static void
make_idle (GraphbitInnerRun *run)
{
  if (!run->is_busy)
    return;

  run->is_busy = FALSE;
  g_queue_unlink (&run->scheduler.root->nesting->busy, &run->busy_link);
}

/* Nodes that run, on all levels, but for those that only wait for what is inside of them. */
guint
graphbit_scheduler_count_running (GraphbitScheduler *self)
{
  g_autoptr (GHashTable) nests = g_hash_table_new (NULL, NULL);
  guint n = self->n_running;

  for (guint i = 0; self->nesting != NULL && i < self->nesting->runs->len; i++)
    {
      GraphbitInnerRun *run = self->nesting->runs->pdata[i];

      if (run->scheduler.is_ended)
        continue;
      n += run->scheduler.n_running;
      if (g_hash_table_add (nests, run->nest))
        n--;
    }
  return n;
}

/* The output of the nodes after which none ran. */
static void
find_output (GraphbitInnerRun *run)
{
  GraphbitScheduler *self = &run->scheduler;
  g_autoptr (GArray) last = NULL;
  GraphbitJsonWriter writer;
  GString *text;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      const GraphbitPlanNode *node = &self->nodes[i];
      gboolean is_last = self->records[i].state != GRAPHBIT_NODE_STATE_SKIPPED;

      for (guint32 j = 0; j < node->n_out && is_last; j++)
        is_last = self->records[self->edges[node->out[j]].target].state == GRAPHBIT_NODE_STATE_SKIPPED;
      if (!is_last)
        continue;

      if (run->last_node < 0)
        run->last_node = (int) i;
      else
        {
          if (last == NULL)
            {
              last = g_array_new (FALSE, FALSE, sizeof (guint));
              g_array_append_val (last, run->last_node);
            }
          g_array_append_val (last, i);
        }
    }
  if (last == NULL)
    return;

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  for (guint i = 0; i < last->len; i++)
    {
      guint node = g_array_index (last, guint, i);
      const char *name = self->nodes[node].name;

      graphbit_json_writer_name (&writer, graphbit_plan_find (self->plan, name) == (int) node ? name : self->nodes[node].id);
      graphbit_output_write_json (&writer, graphbit_scheduler_get_output (self, node));
    }
  graphbit_json_writer_end_object (&writer);
  run->last_node = -1;
  run->output = g_string_free (text, FALSE);
}

const char *
graphbit_inner_run_get_output (GraphbitInnerRun *run)
{
  const char *output = run->output;

  if (output == NULL && run->last_node >= 0)
    output = graphbit_scheduler_get_output (&run->scheduler, (guint) run->last_node);
  return output != NULL ? output : "";
}

/* Takes the error over. */
static void
end_inner (GraphbitInnerRun *run,
           GraphbitRunState state,
           GError *error,
           gint64 now)
{
  GraphbitScheduler *self = &run->scheduler;
  g_autoptr (GraphbitPlan) plan = NULL;

  if (self->is_ended)
    {
      g_clear_error (&error);
      return;
    }
  self->is_ended = TRUE;
  self->ended = now;
  make_idle (run);
  if (error != NULL)
    {
      g_clear_error (&self->error);
      self->error = error;
    }
  if (self->n_settled < self->n_nodes)
    graphbit_scheduler_end_all_nodes (self, state == GRAPHBIT_RUN_STATE_CANCELLED, now);
  if (state == GRAPHBIT_RUN_STATE_COMPLETED)
    find_output (run);

  plan = g_steal_pointer (&self->plan);
  self->nodes = NULL;
  self->edges = NULL;
  __atomic_store_n (&self->state, state, __ATOMIC_RELEASE);
  graphbit_operation_complete (self);
  if (state != GRAPHBIT_RUN_STATE_CANCELLED)
    graphbit_nest_run_ended (run);
}

void
graphbit_scheduler_stop_inner (GraphbitInnerRun *run)
{
  end_inner (run, GRAPHBIT_RUN_STATE_CANCELLED,
             g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The run was cancelled")),
             graphbit_clock_now ());
}

/* An inner run that has nothing to do at the moment: whether it has come to its end. */
void
graphbit_inner_run_look_for_end (GraphbitInnerRun *run,
                                 gint64 now)
{
  GraphbitScheduler *self = &run->scheduler;

  make_idle (run);
  if (self->is_failing)
    {
      if (self->settings.on_failure == GRAPHBIT_ON_FAILURE_CANCEL || self->n_running == 0)
        end_inner (run, GRAPHBIT_RUN_STATE_FAILED, g_steal_pointer (&self->error), now);
    }
  else if (self->n_settled == self->n_nodes)
    end_inner (run, GRAPHBIT_RUN_STATE_COMPLETED, NULL, now);
}

static void
inner_run_free (gpointer data)
{
  GraphbitInnerRun *run = data;

  graphbit_scheduler_clear_nodes (&run->scheduler);
  g_free (run->output);
  g_free (run);
}

void
graphbit_nesting_free (GraphbitNesting *self)
{
  g_ptr_array_unref (self->runs);
  g_hash_table_unref (self->names);
  g_free (self);
}

static GraphbitNesting *
get_nesting (GraphbitScheduler *root)
{
  if (root->nesting == NULL)
    {
      GraphbitNesting *nesting = g_new0 (GraphbitNesting, 1);

      nesting->runs = g_ptr_array_new_with_free_func (inner_run_free);
      nesting->names = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) graphbit_run_names_free);
      __atomic_store_n (&root->nesting, nesting, __ATOMIC_RELEASE);
    }
  return root->nesting;
}

GraphbitInnerRun *
graphbit_scheduler_start_inner (GraphbitScheduler *self,
                                GraphbitPlan *plan)
{
  GraphbitScheduler *root = self->root;
  GraphbitNesting *nesting = get_nesting (root);
  GraphbitScheduler *inner = graphbit_scheduler_allocate (sizeof (GraphbitInnerRun), plan, &root->settings, FALSE);
  GraphbitInnerRun *run = (GraphbitInnerRun *) inner;

  graphbit_operation_init_part (&inner->operation, root);
  inner->root = root;
  inner->models = root->models;
  inner->wall_offset = root->wall_offset;
  inner->state = GRAPHBIT_RUN_STATE_RUNNING;
  g_ptr_array_add (nesting->runs, run);
  run->scope = nesting->runs->len;
  run->busy_link.data = run;
  run->last_node = -1;
  graphbit_scheduler_begin (inner, graphbit_plan_ref (plan));
  graphbit_inner_run_make_busy (run);
  return run;
}

GraphbitRunNames *
graphbit_scheduler_get_inner_names (GraphbitScheduler *self,
                                    GraphbitPlan *plan)
{
  GHashTable *all = get_nesting (self->root)->names;
  GraphbitRunNames *names = g_hash_table_lookup (all, plan);

  if (names == NULL)
    {
      names = graphbit_run_names_new (plan);
      g_hash_table_insert (all, plan, names);
    }
  return names;
}

gint64
graphbit_scheduler_get_unit (GraphbitScheduler *self)
{
  return graphbit_scheduler_is_inner (self) ? ((GraphbitInnerRun *) self)->unit : GRAPHBIT_PROGRESS_WHOLE / self->n_nodes;
}

gint64
graphbit_scheduler_get_limit (GraphbitScheduler *self)
{
  return graphbit_scheduler_is_inner (self) ? ((GraphbitInnerRun *) self)->nest->deadline : graphbit_scheduler_get_deadline (self);
}
