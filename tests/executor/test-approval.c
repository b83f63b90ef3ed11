/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* Nodes that ask a person. */

static GraphbitNode *
add_question (GraphbitWorkflow *workflow,
              const char *name,
              const char *question)
{
  GraphbitNode *node = GRAPHBIT_NODE (graphbit_approval_node_new (name, question));
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  g_object_unref (node);
  return node;
}

static void
join_up (GraphbitWorkflow *workflow,
         const char *source,
         const char *target,
         GraphbitEdgeKind kind)
{
  g_autoptr (GError) error = NULL;

  graphbit_workflow_connect_nodes_full (workflow, source, target, kind, NULL, &error);
  g_assert_no_error (error);
}

/* A, then the question, then B with its answer and E with its error; C aside. */
static Scene *
scene_with_question (void)
{
  Scene *scene = scene_new ("A B");

  add_question (scene->workflow, "ask", "May “{{node.A}}” go on?");
  join_up (scene->workflow, "A", "ask", GRAPHBIT_EDGE_KIND_DATA);
  join_up (scene->workflow, "ask", "B", GRAPHBIT_EDGE_KIND_DATA);
  return scene;
}

static GraphbitRun *
start (GraphbitWorkflow *workflow)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitRun *run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_UPDATES, &error);

  g_assert_no_error (error);
  support_turns (5);
  return run;
}

static guint
count_approvals (GraphbitRun *run)
{
  return g_list_model_get_n_items (graphbit_run_get_approvals (run));
}

static GraphbitApproval *
get_approval (GraphbitRun *run,
              guint position)
{
  return g_list_model_get_item (graphbit_run_get_approvals (run), position);
}

static GError *
get_cause (GraphbitRun *run)
{
  return graphbit_workflow_result_get_node_error (graphbit_run_get_result (run), "ask");
}

static void
test_allowed (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) scene = scene_with_question ();
      g_autoptr (GraphbitRun) run = start (scene->workflow);
      g_autoptr (GraphbitApproval) approval = get_approval (run, 0);
      g_autofree char *events = NULL;

      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
      g_assert_cmpuint (count_approvals (run), ==, 1);
      g_assert_true (g_list_model_get_item_type (graphbit_run_get_approvals (run)) == GRAPHBIT_TYPE_APPROVAL);
      g_assert_null (graphbit_approval_get_tool_call (approval));
      g_assert_cmpstr (graphbit_approval_get_question (approval), ==, "May “a” go on?");
      g_assert_cmpstr (graphbit_approval_get_node_name (approval), ==, "ask");
      g_assert_cmpstr (graphbit_approval_get_path (approval), ==, graphbit_approval_get_node_id (approval));
      g_assert_cmpint (graphbit_approval_get_state (approval), ==, GRAPHBIT_APPROVAL_STATE_WAITING);
      g_assert_false (graphbit_call_get_is_answered (GRAPHBIT_CALL (approval)));

      g_assert_true (i == 0 ? graphbit_approval_allow (approval) : graphbit_approval_allow_always (approval));
      g_assert_true (graphbit_call_get_is_answered (GRAPHBIT_CALL (approval)));
      g_assert_false (graphbit_approval_deny (approval, "too late"));
      g_assert_false (graphbit_approval_allow (approval));
      g_assert_cmpint (graphbit_approval_get_state (approval), ==, GRAPHBIT_APPROVAL_STATE_WAITING);

      support_turns (5);
      g_assert_cmpint (graphbit_approval_get_state (approval), ==, GRAPHBIT_APPROVAL_STATE_ALLOWED);
      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_COMPLETED);
      g_assert_cmpuint (count_approvals (run), ==, 0);
      g_assert_cmpstr (scene->log->str, ==, "A() B(a)");
      events = support_list_events (run);
      g_assert_cmpstr (events, ==,
                       "workflow_started node_started:A node_completed:A node_started:ask approval_requested:ask "
                       "node_completed:ask node_started:B node_completed:B workflow_completed");
    }
}

static void
test_denied (void)
{
  static const char *const reasons[] = { "it is late", NULL, "" };

  for (guint i = 0; i < G_N_ELEMENTS (reasons) + 1; i++)
    {
      g_autoptr (Scene) scene = scene_with_question ();
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitApproval) approval = NULL;
      g_autoptr (GError) cause = NULL;

      /* what was denied is not asked again */
      graphbit_node_set_max_retries (graphbit_workflow_get_node (scene->workflow, "ask"), 3);
      run = start (scene->workflow);
      approval = get_approval (run, 0);
      if (i < G_N_ELEMENTS (reasons))
        g_assert_true (graphbit_approval_deny (approval, reasons[i]));
      else
        g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (approval), "nobody is there"));
      support_turns (5);
      g_assert_cmpint (graphbit_approval_get_state (approval), ==, GRAPHBIT_APPROVAL_STATE_DENIED);
      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_FAILED);
      cause = get_cause (run);
      g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_DENIED);
      g_assert_cmpstr (cause->message, ==,
                       i == 0 ? "It was denied: it is late" : i == 3 ? "nobody is there" : "It was denied");
      g_assert_cmpstr (scene->log->str, ==, "A()");
    }
}

static void
test_denied_where_it_may (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Scene) scene = scene_new ("A B E");
      GraphbitNode *ask = add_question (scene->workflow, "ask", "Go on?");
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitApproval) approval = NULL;

      join_up (scene->workflow, "A", "ask", GRAPHBIT_EDGE_KIND_DATA);
      join_up (scene->workflow, "ask", "B", GRAPHBIT_EDGE_KIND_DATA);
      if (i == 0)
        join_up (scene->workflow, "ask", "E", GRAPHBIT_EDGE_KIND_ERROR);
      else
        graphbit_node_set_on_error (ask, i == 1 ? GRAPHBIT_ON_ERROR_CONTINUE : GRAPHBIT_ON_ERROR_FALLBACK);
      graphbit_node_set_fallback (ask, i == 2 ? "instead" : NULL);
      run = start (scene->workflow);
      approval = get_approval (run, 0);
      g_assert_true (graphbit_approval_deny (approval, "no"));
      support_turns (5);
      g_assert_true (graphbit_workflow_result_is_success (graphbit_run_get_result (run)));
      g_assert_true (graphbit_workflow_result_has_warnings (graphbit_run_get_result (run)));
      g_assert_cmpstr (scene->log->str, ==,
                       i == 0 ? "A() E(It was denied: no)" : i == 1 ? "A() E() B()" : "A() E() B(instead)");
    }
}

/* What the application sees, in which order. */

typedef struct
{
  GraphbitRun *run;
  GString *log;
} Watch;

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer data)
{
  g_string_append_printf (((Watch *) data)->log, " %u-%u+%u", position, removed, added);
}

static void
on_state (GraphbitRun *run,
          GParamSpec *pspec,
          gpointer data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (GRAPHBIT_TYPE_RUN_STATE);

  g_string_append_printf (((Watch *) data)->log, " %s", g_enum_get_value (klass, graphbit_run_get_state (run))->value_nick);
}

static void
on_approval_state (GraphbitApproval *approval,
                   GParamSpec *pspec,
                   gpointer data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (GRAPHBIT_TYPE_APPROVAL_STATE);

  g_string_append_printf (((Watch *) data)->log, " %s:%s", graphbit_approval_get_node_name (approval),
                          g_enum_get_value (klass, (int) graphbit_approval_get_state (approval))->value_nick);
}

static void
expect (Watch *watch,
        const char *log)
{
  g_assert_cmpstr (watch->log->str, ==, log);
  g_string_set_size (watch->log, 0);
}

/* Several at once, answered in any order; the rest goes on. */
static void
test_several (void)
{
  g_autoptr (Scene) scene = scene_new ("A C*");
  g_autoptr (GPtrArray) approvals = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GError) error = NULL;
  Watch watch = { NULL, g_string_new (NULL) };

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      add_question (scene->workflow, name, "Go on?");
      join_up (scene->workflow, "A", name, GRAPHBIT_EDGE_KIND_DATA);
    }
  run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
  g_assert_no_error (error);
  g_signal_connect (graphbit_run_get_approvals (run), "items-changed", G_CALLBACK (on_items_changed), &watch);
  g_signal_connect (run, "notify::state", G_CALLBACK (on_state), &watch);
  support_turns (5);
  /* all of a turn at once; and C still runs */
  expect (&watch, " 0-0+4 running");
  for (guint i = 0; i < 4; i++)
    {
      g_ptr_array_add (approvals, get_approval (run, i));
      g_signal_connect (approvals->pdata[i], "notify::state", G_CALLBACK (on_approval_state), &watch);
    }

  graphbit_approval_allow (approvals->pdata[2]);
  support_turns (5);
  expect (&watch, " 2:allowed 2-1+0");
  graphbit_node_call_respond (scene->calls->pdata[0], "c");
  support_turns (5);
  expect (&watch, " waiting");
  graphbit_approval_allow (approvals->pdata[0]);
  graphbit_approval_allow (approvals->pdata[3]);
  support_turns (5);
  expect (&watch, " 0:allowed 0-1+0 3:allowed 1-1+0");
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  graphbit_approval_allow (approvals->pdata[1]);
  support_turns (5);
  expect (&watch, " 1:allowed 0-1+0 completed");
  g_assert_true (graphbit_workflow_result_is_success (graphbit_run_get_result (run)));
  g_string_free (watch.log, TRUE);
}

/* A run that was waiting and has something to do again says so. */
static void
test_states (void)
{
  g_autoptr (Scene) scene = scene_new ("D*");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitApproval) approval = NULL;

  add_question (scene->workflow, "ask", "Go on?");
  join_up (scene->workflow, "ask", "D", GRAPHBIT_EDGE_KIND_DATA);
  run = start (scene->workflow);
  approval = get_approval (run, 0);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  graphbit_approval_allow (approval);
  support_turns (5);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  graphbit_node_call_respond (scene->calls->pdata[0], "d");
  support_turns (5);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_COMPLETED);
}

static void
test_event (void)
{
  g_autoptr (Scene) scene = scene_with_question ();
  g_autoptr (GraphbitRun) run = start (scene->workflow);
  g_autoptr (GraphbitEvent) event = g_list_model_get_item (graphbit_run_get_events (run), 4);
  g_autofree char *json = graphbit_event_to_json (event);
  g_autofree char *expected = NULL;

  g_assert_cmpint (graphbit_event_get_kind (event), ==, GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED);
  g_assert_cmpstr (graphbit_event_get_event (event), ==, "approval_requested");
  g_assert_cmpstr (graphbit_event_get_category (event), ==, "approval");
  g_assert_cmpstr (graphbit_event_get_phase (event), ==, "requested");
  g_assert_cmpstr (graphbit_event_get_question (event), ==, "May “a” go on?");
  expected = g_strdup_printf ("\"node_id\":\"%s\",\"node_name\":\"ask\",\"question\":\"May “a” go on?\"}",
                              graphbit_event_get_node_id (event));
  g_assert_nonnull (strstr (json, expected));
  g_assert_nonnull (strstr (graphbit_executor_get_stream_event_schema (), "\"approval\":[\"approval_requested\"]"));
  graphbit_run_cancel (run);
  support_turns (5);
}

/* The time is up, the run is cancelled, something else fails: an answer comes too late then. */
static void
test_expired (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Scene) scene = scene_new (i == 3 ? "C* D! C>D" : "A");
      GraphbitNode *ask = add_question (scene->workflow, "ask", "Go on?");
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitApproval) approval = NULL;
      g_autoptr (GError) cause = NULL;
      Watch watch = { NULL, g_string_new (NULL) };

      graphbit_clock_set_virtual (TRUE);
      if (i == 0)
        graphbit_node_set_timeout_ms (ask, 2000);
      run = start (scene->workflow);
      approval = get_approval (run, 0);
      g_assert_cmpint (graphbit_call_get_deadline (GRAPHBIT_CALL (approval)), ==,
                       graphbit_clock_now () + (i == 0 ? 2 : 300) * G_USEC_PER_SEC);
      g_signal_connect (approval, "notify::state", G_CALLBACK (on_approval_state), &watch);
      g_signal_connect (graphbit_run_get_approvals (run), "items-changed", G_CALLBACK (on_items_changed), &watch);
      switch (i)
        {
        case 0:
          graphbit_clock_advance (2000 * 1000);
          break;
        case 1:
          graphbit_clock_advance (300 * G_USEC_PER_SEC);
          break;
        case 2:
          graphbit_run_cancel (run);
          break;
        default:
          graphbit_node_call_respond (scene->calls->pdata[0], "go");
        }
      support_turns (5);
      expect (&watch, " ask:expired 0-1+0");
      g_assert_true (graphbit_call_get_is_answered (GRAPHBIT_CALL (approval)));
      g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (approval))));
      g_assert_false (graphbit_approval_allow (approval));
      g_assert_false (graphbit_approval_deny (approval, NULL));
      g_assert_cmpint (graphbit_run_get_state (run), ==, i == 2 ? GRAPHBIT_RUN_STATE_CANCELLED : GRAPHBIT_RUN_STATE_FAILED);
      cause = get_cause (run);
      if (i == 0)
        g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      else
        g_assert_error (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      support_turns (5);
      expect (&watch, "");
      graphbit_clock_set_virtual (FALSE);
      g_string_free (watch.log, TRUE);
    }
}

/* Answers from other threads, of which one counts. */

typedef struct
{
  GraphbitApproval *approval;
  gboolean allows;
  gboolean was_first;
} Answer;

static gpointer
answer (gpointer data)
{
  Answer *self = data;

  self->was_first = self->allows ? graphbit_approval_allow (self->approval) : graphbit_approval_deny (self->approval, "thread");
  return NULL;
}

static void
test_threads (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (Scene) scene = scene_with_question ();
      g_autoptr (GraphbitRun) run = start (scene->workflow);
      g_autoptr (GraphbitApproval) approval = get_approval (run, 0);
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      Answer answers[4];
      GThread *threads[4];
      guint n_first = 0;
      gboolean is_allowed = FALSE;

      for (guint i = 0; i < 4; i++)
        {
          answers[i] = (Answer) { approval, i % 2 == 0, FALSE };
          threads[i] = g_thread_new ("answer", answer, &answers[i]);
        }
      for (guint i = 0; i < 4; i++)
        {
          g_thread_join (threads[i]);
          n_first += answers[i].was_first;
          if (answers[i].was_first)
            is_allowed = answers[i].allows;
        }
      g_assert_cmpuint (n_first, ==, 1);
      result = support_wait (run);
      g_assert_cmpint (graphbit_workflow_result_is_success (result), ==, is_allowed);
    }
}

/* A script without a loop: the answer comes while it waits. */
static void
allow_first (GListModel *approvals,
             guint position,
             guint removed,
             guint added,
             gpointer data)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GraphbitApproval) approval = g_list_model_get_item (approvals, position + i);

      graphbit_approval_allow (approval);
    }
}

static void
test_sync (void)
{
  g_autoptr (Scene) scene = scene_with_question ();
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run =
    graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  g_signal_connect (graphbit_run_get_approvals (run), "items-changed", G_CALLBACK (allow_first), NULL);
  result = graphbit_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (scene->log->str, ==, "A() B(a)");
}

/* Nobody could answer. */
static void
test_executed (void)
{
  g_autoptr (Scene) scene = scene_with_question ();
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) later = NULL;

  g_assert_null (graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_assert_null (support_execute (executor, scene->workflow, NULL, NULL, &later));
  g_assert_error (later, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_assert_cmpstr (scene->log->str, ==, "");
}

/* The handle may be gone, and the approval outlive the run. */
static void
test_handles (void)
{
  g_autoptr (Scene) scene = scene_with_question ();
  g_autoptr (GraphbitApproval) approval = NULL;
  g_autoptr (GListModel) approvals = NULL;
  GraphbitRun *run = start (scene->workflow);

  approvals = g_object_ref (graphbit_run_get_approvals (run));
  approval = get_approval (run, 0);
  g_object_unref (run);
  support_turns (5);
  g_assert_true (graphbit_approval_allow (approval));
  support_turns (5);
  g_assert_cmpstr (scene->log->str, ==, "A() B(a)");
  g_assert_cmpint (graphbit_approval_get_state (approval), ==, GRAPHBIT_APPROVAL_STATE_ALLOWED);
  g_assert_false (graphbit_approval_allow (approval));
}

/* The run is held up by nobody who asks it to wait from inside. */
static void
wait_inside (GraphbitApproval *approval,
             GParamSpec *pspec,
             gpointer data)
{
  Watch *watch = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_run_wait (watch->run, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  graphbit_run_cancel (watch->run);
  g_string_append (watch->log, "inside");
}

static void
test_inside (void)
{
  g_autoptr (Scene) scene = scene_with_question ();
  g_autoptr (GraphbitRun) run = start (scene->workflow);
  g_autoptr (GraphbitApproval) approval = get_approval (run, 0);
  Watch watch = { run, g_string_new (NULL) };

  g_signal_connect (approval, "notify::state", G_CALLBACK (wait_inside), &watch);
  graphbit_approval_allow (approval);
  support_turns (5);
  expect (&watch, "inside");
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_CANCELLED);
  g_string_free (watch.log, TRUE);
}

static void
put_nest (GraphbitWorkflow *workflow,
          GType type,
          const char *id,
          GraphbitWorkflow *inner)
{
  support_add (workflow, g_object_new (type, "id", id, "name", id, "workflow", inner, NULL));
}

/* What comes to a node. */
static void
feed (GraphbitWorkflow *workflow,
      const char *text,
      const char *node)
{
  support_add (workflow, g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "food", "transformation",
                                       GRAPHBIT_TRANSFORMATION_TEMPLATE, "argument", text, NULL));
  join_up (workflow, "food", node, GRAPHBIT_EDGE_KIND_DATA);
}

static void
put_map (GraphbitWorkflow *workflow,
         GraphbitWorkflow *inner)
{
  put_nest (workflow, GRAPHBIT_TYPE_MAP_NODE, "map", inner);
  feed (workflow, "[\"x\",\"y\"]", "map");
}

static void
allow (GraphbitRun *run,
       guint position,
       const char *path,
       const char *question)
{
  g_autoptr (GraphbitApproval) approval = get_approval (run, position);

  g_assert_cmpstr (graphbit_approval_get_path (approval), ==, path);
  g_assert_cmpstr (graphbit_approval_get_question (approval), ==, question);
  g_assert_true (graphbit_approval_allow (approval));
  support_turns (5);
}

/* In a map of loops of workflows, with something that works beside it: the run waits when only persons hold it up. */
static void
test_nested (void)
{
  g_autoptr (Scene) scene = scene_new ("W*");
  g_autoptr (GraphbitWorkflow) asking = graphbit_workflow_new ("asking");
  g_autoptr (GraphbitWorkflow) once = graphbit_workflow_new ("once");
  g_autoptr (GraphbitWorkflow) again = graphbit_workflow_new ("again");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  support_add (asking, g_object_new (GRAPHBIT_TYPE_APPROVAL_NODE, "id", "q", "name", "q", "question", "Go on with {input}?", NULL));
  feed (asking, "{input}", "q");
  put_nest (once, GRAPHBIT_TYPE_WORKFLOW_NODE, "once", asking);
  feed (once, "{input}", "once");
  support_add (again, g_object_new (GRAPHBIT_TYPE_LOOP_NODE, "id", "loop", "name", "loop", "workflow", once,
                                    "condition", "iteration == 2", "max-iterations", 3, NULL));
  feed (again, "{item}", "loop");
  put_map (scene->workflow, again);

  run = start (scene->workflow);
  g_assert_cmpuint (count_approvals (run), ==, 2);
  /* W works */
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  graphbit_node_call_respond (scene->calls->pdata[0], "w");
  support_turns (5);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  allow (run, 0, "map/0/loop/1/once/q", "Go on with x?");
  /* the next round of the same element asks, behind the other element's */
  g_assert_cmpuint (count_approvals (run), ==, 2);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  allow (run, 1, "map/0/loop/2/once/q", "Go on with x?");
  g_assert_cmpuint (count_approvals (run), ==, 1);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  allow (run, 0, "map/1/loop/1/once/q", "Go on with y?");
  allow (run, 0, "map/1/loop/2/once/q", "Go on with y?");
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_COMPLETED);
  result = support_wait (run);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "map"), ==, "[\"x\",\"y\"]");
}

/* One that is denied inside fails what is around it, and the others expire. */
static void
test_nested_denied (void)
{
  g_autoptr (Scene) scene = scene_new ("");
  g_autoptr (GraphbitWorkflow) asking = graphbit_workflow_new ("asking");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitApproval) first = NULL;
  g_autoptr (GraphbitApproval) second = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  support_add (asking, graphbit_approval_node_new ("q", "{item}?"));
  put_map (scene->workflow, asking);
  run = start (scene->workflow);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_WAITING);
  first = get_approval (run, 0);
  second = get_approval (run, 1);
  g_assert_true (graphbit_approval_deny (second, "not this one"));
  support_turns (5);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_FAILED);
  g_assert_cmpint (graphbit_approval_get_state (first), ==, GRAPHBIT_APPROVAL_STATE_EXPIRED);
  g_assert_cmpint (graphbit_approval_get_state (second), ==, GRAPHBIT_APPROVAL_STATE_DENIED);
  g_assert_cmpuint (count_approvals (run), ==, 0);
  result = support_wait (run);
  error = graphbit_workflow_result_get_node_error (result, "map");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_DENIED);
  g_assert_nonnull (strstr (error->message, "Element 1"));
  g_assert_nonnull (strstr (error->message, "not this one"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/approval/allowed", test_allowed);
  g_test_add_func ("/executor/approval/denied", test_denied);
  g_test_add_func ("/executor/approval/denied-where-it-may", test_denied_where_it_may);
  g_test_add_func ("/executor/approval/several", test_several);
  g_test_add_func ("/executor/approval/states", test_states);
  g_test_add_func ("/executor/approval/event", test_event);
  g_test_add_func ("/executor/approval/expired", test_expired);
  g_test_add_func ("/executor/approval/threads", test_threads);
  g_test_add_func ("/executor/approval/sync", test_sync);
  g_test_add_func ("/executor/approval/executed", test_executed);
  g_test_add_func ("/executor/approval/handles", test_handles);
  g_test_add_func ("/executor/approval/inside", test_inside);
  g_test_add_func ("/executor/approval/nested", test_nested);
  g_test_add_func ("/executor/approval/nested-denied", test_nested_denied);

  return g_test_run ();
}
