/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-call-private.h"
#include "graphbit-condition-node.h"
#include "graphbit-error.h"
#include "graphbit-function-node.h"
#include "graphbit-node-call-private.h"
#include "graphbit-node-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-transform-node.h"
#include "graphbit-workflow-context-private.h"

/* A run's state, as far as a context needs one: three nodes before the one that looks. */
typedef struct
{
  int ref_count;
  GraphbitPlan *plan;
  const char *outputs[4];
  GHashTable *variables;
} State;

static gpointer
state_ref (gpointer data)
{
  State *state = data;

  state->ref_count++;
  return state;
}

static void
state_unref (gpointer data)
{
  State *state = data;

  state->ref_count--;
}

static GraphbitPlan *
state_get_plan (gpointer data)
{
  return ((State *) data)->plan;
}

static const char *
state_get_output (gpointer data,
                  guint node)
{
  return ((State *) data)->outputs[node];
}

static const char *
state_get_input (gpointer data,
                 guint edge)
{
  State *state = data;

  return state->outputs[graphbit_plan_get_edge (state->plan, edge)->source];
}

static const char *
state_get_variable (gpointer data,
                    const char *name)
{
  return g_hash_table_lookup (((State *) data)->variables, name);
}

static void
state_set_variable (gpointer data,
                    const char *name,
                    const char *value)
{
  g_hash_table_insert (((State *) data)->variables, g_strdup (name), g_strdup (value));
}

static void
state_foreach_variable (gpointer data,
                        GraphbitVariableFunc func,
                        gpointer func_data)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, ((State *) data)->variables);
  while (g_hash_table_iter_next (&iter, &name, &value))
    func (name, value, func_data);
}

static const GraphbitWorkflowContextFuncs funcs = {
  state_ref,
  state_unref,
  state_get_plan,
  state_get_output,
  state_get_input,
  state_get_variable,
  state_set_variable,
  state_foreach_variable,
};

static void
state_init (State *state)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  static const char *const names[] = { "a", "My node", "b", "looks" };
  static const char *const ids[] = { "id-a", "id-m", "id-b", "id-l" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GraphbitNode) node =
        g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", names[i], "id", ids[i], NULL);

      graphbit_workflow_add_node (workflow, node, &error);
      g_assert_no_error (error);
    }
  for (guint i = 3; i > 0; i--)
    g_assert_true (graphbit_workflow_connect_nodes (workflow, ids[i - 1], "looks", NULL));

  memset (state, 0, sizeof *state);
  state->plan = graphbit_workflow_dup_plan (workflow, &error);
  g_assert_no_error (error);
  state->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
state_clear (State *state)
{
  g_assert_cmpint (state->ref_count, ==, 0);
  g_clear_pointer (&state->plan, graphbit_plan_unref);
  g_clear_pointer (&state->variables, g_hash_table_unref);
}

#define assert_text(expression, expected) \
  G_STMT_START \
  { \
    g_autofree char *text_ = (expression); \
    g_assert_cmpstr (text_, ==, (expected)); \
  } \
  G_STMT_END

static void
test_inputs (void)
{
  GraphbitWorkflowContext *context;
  g_autoptr (GVariant) inputs = NULL;
  g_autoptr (GVariant) expected = NULL;
  State state;

  state_init (&state);
  context = graphbit_workflow_context_new (&funcs, &state, 3);
  g_assert_cmpint (state.ref_count, ==, 1);

  assert_text (graphbit_workflow_context_get_input (context), NULL);

  state.outputs[0] = "from a";
  assert_text (graphbit_workflow_context_get_input (context), "from a");

  /* in the order of connection; one that was skipped does not count */
  state.outputs[2] = "from b\xff";
  assert_text (graphbit_workflow_context_get_input (context), "from b\xff\n\nfrom a");

  inputs = graphbit_workflow_context_get_inputs (context);
  expected = g_variant_ref_sink (g_variant_new_parsed ("{'b': %s, 'a': 'from a'}", "from b\xef\xbf\xbd"));
  g_assert_cmpvariant (inputs, expected);

  graphbit_workflow_context_set_node (context, &state, 0);
  assert_text (graphbit_workflow_context_get_input (context), NULL);

  g_object_unref (context);
  state_clear (&state);
}

static void
test_outputs (void)
{
  GraphbitWorkflowContext *context;
  State state;

  state_init (&state);
  context = graphbit_workflow_context_new (&funcs, &state, 3);
  state.outputs[0] = "{\"list\": [{\"x\": \"deep\"}, 5, null, {\"y\": [true]}]}";
  state.outputs[1] = "plain";

  assert_text (graphbit_workflow_context_get_node_output (context, "a"), state.outputs[0]);
  assert_text (graphbit_workflow_context_get_node_output (context, "id-m"), "plain");
  assert_text (graphbit_workflow_context_get_node_output (context, "b"), NULL);
  assert_text (graphbit_workflow_context_get_node_output (context, "x"), NULL);

  assert_text (graphbit_workflow_context_get_nested_output (context, "a"), state.outputs[0]);
  assert_text (graphbit_workflow_context_get_nested_output (context, "a.list[0].x"), "deep");
  assert_text (graphbit_workflow_context_get_nested_output (context, "id-a.list[1]"), "5");
  assert_text (graphbit_workflow_context_get_nested_output (context, "a.list[3]"), "{\"y\":[true]}");
  assert_text (graphbit_workflow_context_get_nested_output (context, "\"My node\""), "plain");
  assert_text (graphbit_workflow_context_get_nested_output (context, "My node"), "plain");
  assert_text (graphbit_workflow_context_get_nested_output (context, "\"a\".list[2]"), "null");
  assert_text (graphbit_workflow_context_get_nested_output (context, "a.list[4]"), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, "a.list[0].x.y"), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, "\"My node\".x"), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, "\"My node"), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, ""), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, "b.x"), NULL);

  /* a run that has ended lets its plan go */
  g_clear_pointer (&state.plan, graphbit_plan_unref);
  assert_text (graphbit_workflow_context_get_node_output (context, "a"), NULL);
  assert_text (graphbit_workflow_context_get_input (context), NULL);

  g_object_unref (context);
  state_clear (&state);
}

static void
test_variables (void)
{
  GraphbitWorkflowContext *context;
  g_autoptr (GVariant) variables = NULL;
  g_autoptr (GVariant) expected = NULL;
  State state;

  state_init (&state);
  context = graphbit_workflow_context_new (&funcs, &state, 3);

  assert_text (graphbit_workflow_context_get_variable (context, "topic"), NULL);
  graphbit_workflow_context_set_variable (context, "topic", "frogs");
  assert_text (graphbit_workflow_context_get_variable (context, "topic"), "frogs");

  variables = graphbit_workflow_context_get_all_variables (context);
  expected = g_variant_ref_sink (g_variant_new_parsed ("{'topic': 'frogs'}"));
  g_assert_cmpvariant (variables, expected);

  g_object_unref (context);
  state_clear (&state);
}

/* Languages can make one that belongs to no run. */
static void
test_empty (void)
{
  g_autoptr (GraphbitWorkflowContext) context = g_object_new (GRAPHBIT_TYPE_WORKFLOW_CONTEXT, NULL);
  g_autoptr (GVariant) variables = NULL;
  g_autoptr (GVariant) inputs = NULL;

  graphbit_workflow_context_set_variable (context, "a", "b");
  assert_text (graphbit_workflow_context_get_variable (context, "a"), NULL);
  assert_text (graphbit_workflow_context_get_input (context), NULL);
  assert_text (graphbit_workflow_context_get_node_output (context, "a"), NULL);
  assert_text (graphbit_workflow_context_get_nested_output (context, "a.b"), NULL);
  variables = graphbit_workflow_context_get_all_variables (context);
  inputs = graphbit_workflow_context_get_inputs (context);
  g_assert_cmpuint (g_variant_n_children (variables) + g_variant_n_children (inputs), ==, 0);
}

/* A run, as far as a call needs one. */
typedef struct
{
  GraphbitOperation operation;
  char *output;
  GError *error;
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

  g_free (self->output);
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

  self->output = value;
  self->error = error;
}

static gboolean
answer_with_input (GraphbitNode *node,
                   GraphbitNodeCall *call,
                   gpointer data)
{
  g_autoptr (GraphbitWorkflowContext) context = NULL;
  g_autofree char *input = NULL;

  g_object_get (call, "context", &context, NULL);
  g_assert_true (context == graphbit_node_call_get_context (call));
  input = graphbit_workflow_context_get_input (context);
  g_assert_true (graphbit_node_call_respond (call, input));
  g_assert_false (graphbit_node_call_respond (call, "late"));

  return TRUE;
}

static gboolean
answer_with_failure (GraphbitNode *node,
                     GraphbitNodeCall *call,
                     gpointer data)
{
  g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (call), "no idea"));

  return TRUE;
}

static void
emit_call (gpointer node,
           State *state,
           Owner *owner)
{
  g_autoptr (GraphbitWorkflowContext) context = graphbit_workflow_context_new (&funcs, state, 3);
  g_autoptr (GraphbitNodeCall) call = graphbit_node_call_new (context);
  GraphbitCallTicket *ticket =
    graphbit_call_open (GRAPHBIT_CALL (call), owner, answered, NULL, GRAPHBIT_ERROR_NODE_FAILED, 0);

  g_assert_true (graphbit_node_emit_call (node, call));
  while (owner->output == NULL && owner->error == NULL)
    g_main_context_iteration (NULL, TRUE);
  graphbit_call_close (&ticket, FALSE);
}

static void
test_call (void)
{
  g_autoptr (GraphbitFunctionNode) function = graphbit_function_node_new ("f", NULL, NULL, NULL);
  g_autoptr (GraphbitConditionNode) condition = graphbit_condition_node_new ("c", NULL, NULL, NULL);
  Owner *owner = g_new0 (Owner, 1);
  State state;

  state_init (&state);
  state.outputs[0] = "from a";
  g_assert_true (graphbit_operation_init (&owner->operation, &owner_class, NULL, NULL));
  g_signal_connect (function, "call", G_CALLBACK (answer_with_input), NULL);
  g_signal_connect (condition, "call", G_CALLBACK (answer_with_failure), NULL);

  emit_call (function, &state, owner);
  g_assert_no_error (owner->error);
  g_assert_cmpstr (owner->output, ==, "from a");
  g_clear_pointer (&owner->output, g_free);

  emit_call (condition, &state, owner);
  g_assert_error (owner->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (owner->error->message, "no idea"));

  graphbit_operation_complete (owner);
  graphbit_operation_unref (owner);
  state_clear (&state);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/workflow-context/inputs", test_inputs);
  g_test_add_func ("/workflow-context/outputs", test_outputs);
  g_test_add_func ("/workflow-context/variables", test_variables);
  g_test_add_func ("/workflow-context/empty", test_empty);
  g_test_add_func ("/workflow-context/call", test_call);

  return g_test_run ();
}
