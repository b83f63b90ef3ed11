/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Runs of workflows without a model, for tests/bench/run-instructions, which
 * counts the instructions inside of measure ():
 *
 *   bench-engine count FIGURE RUNS
 *   bench-engine parked MODE   10,000 runs, balanced or lightweight, that wait in their second node: one JSON line
 *   bench-engine turns SHAPE   a chain, fan-out or map of 10,000: one JSON line
 */

#include <dirent.h>
#include <graphbit/graphbit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FEW 3
#define MANY 103
#define PARKED 10000

typedef struct
{
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
  GMainLoop *loop;
  guint n_left;
  guint n_events;
  guint n_bytes; /* that the getters gave */
  gboolean with_payload;
  gboolean is_listed;
  GraphbitRun *run;
} Bench;

typedef void (*Work) (Bench *self);

static char *
echo (GraphbitWorkflowContext *context,
      gpointer data,
      GError **error)
{
  return g_strdup ("What the node said.");
}

static char *
pass_on (GraphbitWorkflowContext *context,
         gpointer data,
         GError **error)
{
  char *input = graphbit_workflow_context_get_input (context);

  return input != NULL ? input : g_strdup ("What the node said.");
}

static GraphbitWorkflow *
make_workflow (guint n_nodes,
               GraphbitNodeFunc func,
               gboolean is_chain)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("chain");
  g_autofree char *previous = NULL; /* of a fan, the first one stays it */
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_nodes; i++)
    {
      g_autofree char *name = g_strdup_printf ("node %u", i);
      g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new (name, func, NULL, NULL);

      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
      g_assert_no_error (error);
      if (previous != NULL)
        graphbit_workflow_connect_nodes (workflow, previous, name, &error);
      g_assert_no_error (error);
      if (previous == NULL || is_chain)
        {
          g_free (previous);
          previous = g_steal_pointer (&name);
        }
    }
  return workflow;
}

static GraphbitWorkflow *
make_chain (guint n_nodes,
            GraphbitNodeFunc func)
{
  return make_workflow (n_nodes, func, TRUE);
}

static char *
list_numbers (GraphbitWorkflowContext *context,
              gpointer data,
              GError **error)
{
  return g_strdup (data);
}

static char *
make_list (guint n)
{
  GString *text = g_string_new ("[0");

  for (guint i = 1; i < n; i++)
    g_string_append_printf (text, ",%u", i);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* A workflow of one node, for each element of a list. */
static GraphbitWorkflow *
make_map (guint n_elements)
{
  g_autoptr (GraphbitWorkflow) inner = make_chain (1, echo);
  GraphbitWorkflow *workflow = graphbit_workflow_new ("map");
  g_autoptr (GraphbitFunctionNode) list = graphbit_function_node_new ("list", list_numbers, make_list (n_elements), g_free);
  g_autoptr (GraphbitMapNode) map = graphbit_map_node_new ("map", inner);
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (list), &error);
  g_assert_no_error (error);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (map), &error);
  g_assert_no_error (error);
  graphbit_workflow_connect_nodes (workflow, "list", "map", &error);
  g_assert_no_error (error);
  return workflow;
}

/* A program with a main loop that starts the next run when the last one has ended. */

static void
on_executed (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  Bench *self = data;
  g_autoptr (GraphbitWorkflowResult) got = graphbit_executor_execute_finish (self->executor, result, NULL);

  g_assert_true (graphbit_workflow_result_is_success (got));
  if (--self->n_left > 0)
    graphbit_executor_execute_async (self->executor, self->workflow, NULL, NULL, on_executed, self);
  else
    g_main_loop_quit (self->loop);
}

static void
execute_async (Bench *self)
{
  graphbit_executor_execute_async (self->executor, self->workflow, NULL, NULL, on_executed, self);
  g_main_loop_run (self->loop);
}

static void
execute_sync (Bench *self)
{
  for (; self->n_left > 0; self->n_left--)
    {
      g_autoptr (GraphbitWorkflowResult) result =
        graphbit_executor_execute (self->executor, self->workflow, NULL, NULL, NULL);

      g_assert_true (graphbit_workflow_result_is_success (result));
    }
}

/* A program that reads what happens. */

static void start_read (Bench *self);

static void
use_event (Bench *self,
           GraphbitEvent *event)
{
  const char *name = graphbit_event_get_node_name (event);
  const char *output = graphbit_event_get_output (event);

  self->n_events++;
  self->n_bytes += (guint) graphbit_event_get_kind (event) + (guint) graphbit_event_get_sequence (event) +
                   (name != NULL ? (guint) name[0] : 0) + (output != NULL ? (guint) output[0] : 0);
  if (self->with_payload)
    g_variant_unref (graphbit_event_get_payload (event));
}

static void
on_event (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Bench *self = data;
  g_autoptr (GraphbitEvent) event = graphbit_run_next_event_finish (self->run, result, NULL);

  if (event != NULL)
    {
      use_event (self, event);
      graphbit_run_next_event_async (self->run, NULL, on_event, self);
      return;
    }

  g_clear_object (&self->run);
  if (--self->n_left > 0)
    start_read (self);
  else
    g_main_loop_quit (self->loop);
}

static void
start_read (Bench *self)
{
  self->run = graphbit_executor_start (self->executor, self->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
  graphbit_run_next_event_async (self->run, NULL, on_event, self);
}

static void
read_async (Bench *self)
{
  start_read (self);
  g_main_loop_run (self->loop);
}

static void
read_sync (Bench *self)
{
  for (; self->n_left > 0; self->n_left--)
    {
      g_autoptr (GraphbitRun) run =
        graphbit_executor_start (self->executor, self->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
      GraphbitEvent *event;

      while ((event = graphbit_run_next_event (run, NULL, NULL)) != NULL)
        {
          use_event (self, event);
          g_object_unref (event);
        }
    }
}

/* Without a reader; `is_listed`: the program looks at the list of events at the end. */

static void start_wait (Bench *self);

static void
on_waited (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Bench *self = data;
  g_autoptr (GraphbitWorkflowResult) got = graphbit_run_wait_finish (self->run, result, NULL);

  g_assert_true (graphbit_workflow_result_is_success (got));
  if (self->is_listed)
    {
      GListModel *events = graphbit_run_get_events (self->run);
      guint n_events = g_list_model_get_n_items (events);

      for (guint i = 0; i < n_events; i++)
        {
          g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);

          use_event (self, event);
        }
    }
  g_clear_object (&self->run);
  if (--self->n_left > 0)
    start_wait (self);
  else
    g_main_loop_quit (self->loop);
}

static void
start_wait (Bench *self)
{
  self->run = graphbit_executor_start (self->executor, self->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
  graphbit_run_wait_async (self->run, NULL, on_waited, self);
}

static void
wait_async (Bench *self)
{
  self->is_listed = FALSE;
  start_wait (self);
  g_main_loop_run (self->loop);
}

static void
list_async (Bench *self)
{
  self->is_listed = TRUE;
  start_wait (self);
  g_main_loop_run (self->loop);
}

/* Callgrind collects inside of this only. */
static void __attribute__ ((noinline))
measure (Bench *self,
         Work work)
{
  work (self);
  __asm__ volatile ("" ::: "memory"); /* no tail call */
}

static gboolean
count (Bench *self,
       const char *name,
       guint n_runs)
{
  static const struct
  {
    const char *name;
    Work work;
    guint n_nodes;
    GraphbitNodeFunc func;
    gboolean is_lightweight;
    gboolean with_payload;
  } figures[] = {
    { "async", execute_async, FEW, echo, FALSE, FALSE },
    { "lightweight", execute_async, FEW, echo, TRUE, FALSE },
    { "lightweight-many", execute_async, MANY, echo, TRUE, FALSE },
    { "sync", execute_sync, FEW, echo, FALSE, FALSE },
    { "sync-lightweight", execute_sync, FEW, echo, TRUE, FALSE },
    { "input", wait_async, FEW, pass_on, FALSE, FALSE },
    { "input-many", wait_async, MANY, pass_on, FALSE, FALSE },
    { "live", wait_async, FEW, echo, FALSE, FALSE },
    { "live-many", wait_async, MANY, echo, FALSE, FALSE },
    { "live-lightweight", wait_async, FEW, echo, TRUE, FALSE },
    { "map", wait_async, FEW, NULL, FALSE, FALSE },
    { "map-many", wait_async, MANY, NULL, FALSE, FALSE },
    { "list", list_async, MANY, echo, FALSE, FALSE },
    { "read", read_async, MANY, echo, FALSE, FALSE },
    { "read-sync", read_sync, MANY, echo, FALSE, FALSE },
    { "read-payload", read_async, MANY, echo, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      if (strcmp (figures[i].name, name) != 0)
        continue;

      self->workflow = figures[i].func != NULL ? make_chain (figures[i].n_nodes, figures[i].func) : make_map (figures[i].n_nodes);
      self->with_payload = figures[i].with_payload;
      graphbit_executor_set_lightweight_mode (self->executor, figures[i].is_lightweight);

      self->n_left = 3; /* the plan is made, the tables and caches of the libraries stand */
      figures[i].work (self);
      self->n_left = n_runs;
      self->n_events = 0;
      measure (self, figures[i].work);
      if (self->n_events > 0)
        g_assert_cmpuint (self->n_events, ==, n_runs * (2 * figures[i].n_nodes + 2));
      g_clear_object (&self->workflow);
      return TRUE;
    }
  return FALSE;
}

/* Runs that wait. */

static gboolean
keep_quiet (GObject *node,
            GraphbitNodeCall *call,
            gpointer data)
{
  g_ptr_array_add (data, g_object_ref (call));
  return TRUE;
}

static gint64
get_resident (void)
{
  glong size = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  g_assert_nonnull (file);
  g_assert_cmpint (fscanf (file, "%ld %ld", &size, &resident), ==, 2);
  fclose (file);
  return (gint64) resident * sysconf (_SC_PAGESIZE);
}

static guint
count_descriptors (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  guint n = 0;

  g_assert_nonnull (folder);
  while (readdir (folder) != NULL)
    n++;
  closedir (folder);
  return n;
}

static void
park (Bench *self,
      gboolean is_lightweight)
{
  /* the application's own, touched before anything is measured */
  g_autoptr (GPtrArray) calls = g_ptr_array_new_full (PARKED + 1, g_object_unref);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_full (PARKED + 1, g_object_unref);
  g_autoptr (GraphbitFunctionNode) waits = graphbit_function_node_new ("waits", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gint64 resident = 0;
  guint n_descriptors = 0;

  memset (calls->pdata, 1, (PARKED + 1) * sizeof (gpointer));
  memset (runs->pdata, 1, (PARKED + 1) * sizeof (gpointer));
  self->workflow = make_chain (1, echo);
  g_signal_connect (waits, "call", G_CALLBACK (keep_quiet), calls);
  graphbit_workflow_add_node (self->workflow, GRAPHBIT_NODE (waits), &error);
  g_assert_no_error (error);
  graphbit_workflow_connect_nodes (self->workflow, "node 0", "waits", &error);
  g_assert_no_error (error);
  graphbit_executor_set_lightweight_mode (self->executor, is_lightweight);

  for (guint i = 0; i <= PARKED; i++)
    {
      if (i == 1) /* the first one started the I/O thread */
        {
          while (calls->len < 1)
            g_main_context_iteration (NULL, TRUE);
          resident = get_resident ();
          n_descriptors = count_descriptors ();
        }
      g_ptr_array_add (runs, graphbit_executor_start (self->executor, self->workflow, NULL,
                                                      is_lightweight ? GRAPHBIT_STREAM_MODES_NONE : GRAPHBIT_STREAM_MODES_ALL, &error));
      g_assert_no_error (error);
    }
  while (calls->len < PARKED + 1)
    g_main_context_iteration (NULL, TRUE);

  g_print ("{\"figure\":\"%u parked runs%s\",\"resident_mb\":%.1f,\"bar\":%d,\"descriptors\":%d}\n",
           PARKED, is_lightweight ? ", lightweight" : "", (double) (get_resident () - resident) / 1e6,
           is_lightweight ? 12 : 20, (int) count_descriptors () - (int) n_descriptors);

  for (guint i = 0; i < calls->len; i++)
    graphbit_node_call_respond (calls->pdata[i], "done");
  for (guint i = 0; i < runs->len; i++)
    while (graphbit_run_get_state (runs->pdata[i]) < GRAPHBIT_RUN_STATE_COMPLETED)
      g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->workflow);
}

/* Big workflows, by the CPU time of this thread. */

static gdouble
get_cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gdouble) time.tv_sec * 1e3 + (gdouble) time.tv_nsec / 1e6;
}

static void
on_big_executed (GObject *object,
                 GAsyncResult *result,
                 gpointer data)
{
  Bench *self = data;
  g_autoptr (GraphbitWorkflowResult) got = graphbit_executor_execute_finish (self->executor, result, NULL);

  g_assert_true (graphbit_workflow_result_is_success (got));
  self->n_left = 0;
}

static void
run_big (Bench *self,
         guint n_nodes,
         gdouble *total,
         gdouble *longest)
{
  gdouble start = get_cpu_ms ();

  self->n_left = 1;
  *longest = 0;
  graphbit_executor_execute_async (self->executor, self->workflow, NULL, NULL, on_big_executed, self);
  while (self->n_left > 0)
    {
      gdouble turn = get_cpu_ms ();

      g_main_context_iteration (NULL, TRUE);
      *longest = MAX (*longest, get_cpu_ms () - turn);
    }
  *total = (get_cpu_ms () - start) * 1e3 / n_nodes;
}

static void
measure_turns (Bench *self,
               const char *shape)
{
  static const guint sizes[] = { 1000, 10000 };
  gdouble per_node[2];
  gdouble longest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gdouble least = G_MAXDOUBLE;
      gdouble longest_of_run;

      self->workflow = g_str_equal (shape, "map") ? make_map (sizes[i]) :
                                                    make_workflow (sizes[i], echo, g_str_equal (shape, "chain"));
      for (guint j = 0; j < 9; j++)
        {
          run_big (self, sizes[i], &per_node[i], &longest_of_run);
          if (j == 0)
            continue; /* it made the plan */
          least = MIN (least, per_node[i]);
          longest = MAX (longest, longest_of_run);
        }
      per_node[i] = least;
      g_clear_object (&self->workflow);
    }
  g_print ("{\"figure\":\"%s of 10,000\",\"us_per_node\":%.3f,\"of_1000\":%.3f,\"longest_turn_ms\":%.2f,\"bar\":5}\n",
           shape, per_node[1], per_node[0], longest);
}

int
main (int argc,
      char **argv)
{
  Bench self = { 0 };

  self.executor = graphbit_executor_new (NULL);
  self.loop = g_main_loop_new (NULL, FALSE);

  if (argc == 4 && strcmp (argv[1], "count") == 0 &&
      count (&self, argv[2], (guint) g_ascii_strtoull (argv[3], NULL, 10)))
    ;
  else if (argc == 3 && strcmp (argv[1], "parked") == 0)
    park (&self, strcmp (argv[2], "lightweight") == 0);
  else if (argc == 3 && strcmp (argv[1], "turns") == 0)
    measure_turns (&self, argv[2]);
  else
    {
      g_printerr ("usage: %s count FIGURE RUNS | parked balanced|lightweight | turns chain|fan-out|map\n", argv[0]);
      return 2;
    }

  g_object_unref (self.executor);
  g_main_loop_unref (self.loop);
  return 0;
}
