/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-call-private.h"
#include "graphbit-error.h"

#define TEST_TYPE_CALL (test_call_get_type ())
G_DECLARE_FINAL_TYPE (TestCall, test_call, TEST, CALL, GraphbitCall)
struct _TestCall
{
  GraphbitCall parent_instance;
};
G_DEFINE_FINAL_TYPE (TestCall, test_call, GRAPHBIT_TYPE_CALL)

static void
test_call_class_init (TestCallClass *klass)
{
}

static void
test_call_init (TestCall *self)
{
}

typedef struct
{
  GraphbitOperation operation;
  char *value;
  GError *error;
  guint n_answers;
} Owner;

static void
owner_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  graphbit_operation_complete (operation);
}

static void
owner_free (GraphbitOperation *operation)
{
  Owner *self = (Owner *) operation;

  g_free (self->value);
  g_clear_error (&self->error);
  g_free (self);
}

static const GraphbitOperationClass owner_class = { owner_interrupted, owner_free };

static void
answered (GraphbitOperation *operation,
          gpointer data,
          gpointer value,
          GError *error)
{
  Owner *self = (Owner *) operation;

  g_assert_true ((value == NULL) != (error == NULL));
  self->n_answers++;
  self->value = value;
  self->error = error;
}

static Owner *
owner_new (void)
{
  Owner *self = g_new0 (Owner, 1);

  g_assert_true (graphbit_operation_init (&self->operation, &owner_class, NULL, NULL));
  return self;
}

static void
owner_done (Owner *self)
{
  graphbit_operation_complete (self);
  graphbit_operation_unref (self);
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gpointer
answer_elsewhere (gpointer data)
{
  g_assert_true (graphbit_call_answer (data, g_strdup ("from afar"), g_free));
  return NULL;
}

static void
test_answer (void)
{
  g_autoptr (GraphbitCall) call = g_object_new (TEST_TYPE_CALL, NULL);
  Owner *owner = owner_new ();
  GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 5);

  g_assert_false (graphbit_call_get_is_answered (call));
  g_assert_cmpint (graphbit_call_get_deadline (call), ==, 5);
  g_thread_join (g_thread_new ("answer", answer_elsewhere, call));
  g_assert_true (graphbit_call_get_is_answered (call));
  g_assert_cmpuint (owner->n_answers, ==, 0);
  g_assert_false (graphbit_call_answer (call, g_strdup ("late"), g_free));
  g_assert_false (graphbit_call_fail (call, "late"));
  turn ();
  g_assert_cmpuint (owner->n_answers, ==, 1);
  g_assert_cmpstr (owner->value, ==, "from afar");
  graphbit_call_close (&ticket, FALSE);
  owner_done (owner);
}

static void
test_fail (void)
{
  g_autoptr (GraphbitCall) call = g_object_new (TEST_TYPE_CALL, NULL);
  Owner *owner = owner_new ();
  GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);

  g_assert_true (graphbit_call_fail (call, "no bananas"));
  turn ();
  g_assert_error (owner->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED);
  g_assert_cmpstr (owner->error->message, ==, "no bananas");
  graphbit_call_close (&ticket, FALSE);
  owner_done (owner);
}

/* An answer that the owner takes is delivered no more. */
static void
test_take (void)
{
  g_autoptr (GraphbitCall) call = g_object_new (TEST_TYPE_CALL, NULL);
  Owner *owner = owner_new ();
  GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);
  g_autofree char *value = NULL;
  g_autoptr (GraphbitCall) other = g_object_new (TEST_TYPE_CALL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_call_take (&ticket, (gpointer *) &value, &error));
  g_assert_nonnull (ticket);
  g_assert_true (graphbit_call_answer (call, g_strdup ("at once"), g_free));
  g_assert_true (graphbit_call_take (&ticket, (gpointer *) &value, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, "at once");
  g_assert_null (ticket);
  g_assert_false (graphbit_call_take (&ticket, (gpointer *) &value, &error));
  g_assert_false (graphbit_call_fail (call, "late"));

  ticket = graphbit_call_open (other, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);
  g_assert_true (graphbit_call_fail (other, "no bananas"));
  g_clear_pointer (&value, g_free);
  g_assert_true (graphbit_call_take (&ticket, (gpointer *) &value, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED);
  g_assert_null (value);
  turn ();
  g_assert_cmpuint (owner->n_answers, ==, 0);
  owner_done (owner);
}

static gpointer
drop_elsewhere (gpointer data)
{
  g_object_unref (data);
  return NULL;
}

/* As a collector does it: in some thread, at some time. */
static void
test_dropped (void)
{
  GraphbitCall *call = g_object_new (TEST_TYPE_CALL, NULL);
  Owner *owner = owner_new ();
  GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_NODE_FAILED, 0);

  g_thread_join (g_thread_new ("collector", drop_elsewhere, call));
  g_assert_cmpuint (owner->n_answers, ==, 0);
  turn ();
  g_assert_error (owner->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  graphbit_call_close (&ticket, FALSE);
  owner_done (owner);
}

static void
test_closed (void)
{
  g_autoptr (GraphbitCall) call = g_object_new (TEST_TYPE_CALL, NULL);
  g_autoptr (GraphbitCall) never_asked = g_object_new (TEST_TYPE_CALL, NULL);
  Owner *owner = owner_new ();
  GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);
  GraphbitCallTicket *other = graphbit_call_open (never_asked, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);
  GCancellable *cancellable = graphbit_call_get_cancellable (call);

  /* answered, but closed before the answer got home */
  g_assert_true (graphbit_call_answer (call, g_strdup ("in between"), g_free));
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  graphbit_call_close (&ticket, TRUE);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  turn ();
  g_assert_cmpuint (owner->n_answers, ==, 0);

  graphbit_call_close (&other, TRUE);
  g_assert_false (graphbit_call_answer (never_asked, g_strdup ("late"), g_free));
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (never_asked)));
  owner_done (owner);
}

static gpointer
race_to_answer (gpointer data)
{
  return GINT_TO_POINTER (graphbit_call_answer (data, g_strdup ("x"), g_free));
}

static void
test_race (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (GraphbitCall) call = g_object_new (TEST_TYPE_CALL, NULL);
      Owner *owner = owner_new ();
      GraphbitCallTicket *ticket = graphbit_call_open (call, owner, answered, NULL, GRAPHBIT_ERROR_TOOL_FAILED, 0);
      GThread *threads[2];
      int n_first = 0;

      for (int j = 0; j < 2; j++)
        threads[j] = g_thread_new ("answer", race_to_answer, call);
      for (int j = 0; j < 2; j++)
        n_first += GPOINTER_TO_INT (g_thread_join (threads[j]));
      g_assert_cmpint (n_first, ==, 1);
      turn ();
      g_assert_cmpuint (owner->n_answers, ==, 1);
      graphbit_call_close (&ticket, FALSE);
      owner_done (owner);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/answer", test_answer);
  g_test_add_func ("/call/fail", test_fail);
  g_test_add_func ("/call/take", test_take);
  g_test_add_func ("/call/dropped", test_dropped);
  g_test_add_func ("/call/closed", test_closed);
  g_test_add_func ("/call/race", test_race);

  return g_test_run ();
}
