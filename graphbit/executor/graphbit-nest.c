/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-nest-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-clock-private.h"
#include "graphbit-error-details.h"
#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-reader-private.h"
#include "graphbit-json-writer-private.h"
#include "graphbit-nested-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-output-private.h"

void
graphbit_nest_free (GraphbitNest *self)
{
  while (self != NULL)
    {
      GraphbitNest *previous = self->previous;

      g_strfreev (self->items);
      g_clear_error (&self->error);
      if (self->array != NULL)
        g_string_free (self->array, TRUE);
      g_ptr_array_unref (self->runs);
      g_free (self);
      self = previous;
    }
}

void
graphbit_nest_withdraw (GraphbitNest *self)
{
  GraphbitNesting *nesting = self->parent->root->nesting;

  if (nesting != NULL)
    __atomic_sub_fetch (&nesting->progress, self->told, __ATOMIC_RELAXED);
  self->told = 0;
}

/* The node has ended. */
static void
end (GraphbitNest *self,
     char *output,
     GError *error,
     gboolean is_providers)
{
  graphbit_scheduler_end_nesting_node (self->parent, self->node, output, error, is_providers);
}

/* Stops what is still going on inside, and ends the node. Takes the error over. */
static void
fail (GraphbitNest *self,
      GError *error)
{
  graphbit_nest_stop (self->parent, self->node);
  end (self, NULL, error, self->is_providers);
}

/* The beginning. */

/* The elements of a JSON array: strings as they are meant, all else as it is written. */
static char **
read_list (const char *text,
           const char *name,
           GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, text, strlen (text));
  scope = graphbit_json_reader_enter_array (&reader);
  while (graphbit_json_reader_next_element (&reader, scope))
    {
      const char *raw;
      gsize length;
      char *item = NULL;

      if (graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_STRING)
        item = graphbit_json_reader_read_string (&reader);
      else if (graphbit_json_reader_read_raw (&reader, &raw, &length))
        item = g_strndup (raw, length);
      if (item != NULL)
        g_ptr_array_add (items, item);
    }

  if (!graphbit_json_reader_finish (&reader))
    {
      g_autofree char *problem = graphbit_json_reader_dup_error (&reader);

      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE,
                   _("The map “%s” needs a JSON array, and what came is no JSON: %s; a split node before it makes a list of a text"), name, problem);
      return NULL;
    }
  if (scope == 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                   _("The map “%s” needs a JSON array, and what came is something else; pick the array out with a transform before it"), name);
      return NULL;
    }
  g_ptr_array_add (items, NULL);
  return (char **) g_ptr_array_steal (items, NULL);
}

static char **
collect_inputs (GraphbitScheduler *scheduler,
                const GraphbitPlanNode *node)
{
  GPtrArray *inputs = g_ptr_array_new ();

  for (guint32 i = 0; i < node->n_in; i++)
    {
      const char *input = graphbit_scheduler_get_input (scheduler, node->in[i]);

      if (input != NULL)
        g_ptr_array_add (inputs, g_strdup (input));
    }
  g_ptr_array_add (inputs, NULL);
  return (char **) g_ptr_array_free (inputs, FALSE);
}

/* One text of all that came. */
static char **
join_inputs (char **inputs)
{
  char **joined = g_new0 (char *, 2);

  joined[0] = graphbit_output_join ((const char *const *) inputs, g_strv_length (inputs));
  g_strfreev (inputs);
  return joined;
}

static char **
read_items (GraphbitScheduler *scheduler,
            const GraphbitPlanNode *node,
            GError **error)
{
  char **inputs = collect_inputs (scheduler, node);
  g_auto (GStrv) owned = NULL;

  if (node->kind != GRAPHBIT_NODE_KIND_MAP)
    return join_inputs (inputs);
  if (node->n_in != 1)
    return inputs;

  owned = inputs;
  return read_list (owned[0] != NULL ? owned[0] : "", node->name, error);
}

/* Of those that are declared only what is. */
static guint
find_given (GraphbitNodeKind kind,
            GraphbitPlan *plan)
{
  guint given = graphbit_nested_get_given (kind);

  for (guint i = 0; i < GRAPHBIT_N_GIVEN && graphbit_plan_get_n_inputs (plan) > 0; i++)
    if (graphbit_plan_find_input (plan, graphbit_given_names[i]) < 0)
      given &= ~(1u << i);
  return given;
}

gboolean
graphbit_nest_run (GraphbitScheduler *scheduler,
                   guint node,
                   char **output,
                   GError **error)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];
  const GraphbitPlanNested *settings = plan_node->settings;
  GraphbitNodeRecord *record = &scheduler->records[node];
  char **items = read_items (scheduler, plan_node, error);
  GraphbitNest *self;

  if (items == NULL)
    return TRUE;

  self = g_new0 (GraphbitNest, 1);
  self->parent = scheduler;
  self->node = node;
  self->kind = plan_node->kind;
  self->settings = settings;
  self->items = items;
  self->n_planned = self->kind == GRAPHBIT_NODE_KIND_MAP    ? g_strv_length (items) :
                    self->kind == GRAPHBIT_NODE_KIND_LOOP ? settings->max_iterations :
                                                              1;
  self->runs = g_ptr_array_new ();
  self->given = find_given (self->kind, settings->plan);
  self->names = graphbit_scheduler_get_inner_names (scheduler, settings->plan);
  self->deadline = graphbit_scheduler_get_limit (scheduler);
  if (plan_node->timeout_ms > 0)
    self->deadline = MIN (self->deadline, graphbit_clock_now () + (gint64) plan_node->timeout_ms * 1000);
  self->previous = record->work;
  record->work = self;

  if (self->n_planned == 0)
    {
      *output = g_strdup ("[]");
      return TRUE;
    }
  graphbit_scheduler_add_ready (scheduler, node);
  return FALSE;
}

/* Runs inside. */

static gboolean
may_start (GraphbitNest *self)
{
  if (self->error != NULL || self->runs->len >= self->n_planned)
    return FALSE;
  if (self->kind == GRAPHBIT_NODE_KIND_MAP)
    return self->settings->max_concurrency == 0 || self->n_running < self->settings->max_concurrency;
  return self->n_running == 0;
}

const char *
graphbit_inner_run_find_given (GraphbitInnerRun *run,
                               const char *name)
{
  for (guint i = 0; i < GRAPHBIT_N_GIVEN; i++)
    if ((run->nest->given & 1u << i) != 0 && g_str_equal (graphbit_given_names[i], name))
      return graphbit_inner_run_get_given (run, i);
  return NULL;
}

const char *
graphbit_inner_run_get_given (GraphbitInnerRun *run,
                              guint given)
{
  GraphbitNest *self = run->nest;

  if ((self->given & 1u << given) == 0)
    return NULL;

  switch ((GraphbitGiven) given)
    {
    case GRAPHBIT_GIVEN_INDEX:
    case GRAPHBIT_GIVEN_ITERATION:
      if (run->digits[0] == '\0')
        g_snprintf (run->digits, sizeof run->digits, "%u", run->number);
      return run->digits;

    case GRAPHBIT_GIVEN_INPUT:
      if (self->kind == GRAPHBIT_NODE_KIND_LOOP && run->number > 1)
        return graphbit_inner_run_get_output (self->runs->pdata[run->number - 2]);
      break;

    default:
      break;
    }
  return self->items[self->kind == GRAPHBIT_NODE_KIND_MAP ? run->number : 0];
}

/* What one that is declared gets from outside. */
static const char *
get_outer (GraphbitNest *self,
           const char *name)
{
  const char *value = graphbit_scheduler_get_variable (self->parent, name);
  int node;

  if (value != NULL)
    return value;

  node = graphbit_plan_find (self->parent->plan, name);
  return node >= 0 ? graphbit_scheduler_get_output (self->parent, (guint) node) : NULL;
}

/* What it declares: that must fit, and what it is not given must come from outside. */
static gboolean
read_inputs (GraphbitInnerRun *run,
             GError **error)
{
  GraphbitNest *self = run->nest;
  GraphbitPlan *plan = self->settings->plan;

  for (guint i = 0; i < graphbit_plan_get_n_inputs (plan); i++)
    {
      const GraphbitPlanInput *declared = graphbit_plan_get_input (plan, i);
      const char *given = graphbit_inner_run_find_given (run, declared->name);
      const char *value = given != NULL ? given : get_outer (self, declared->name);

      if (value == NULL)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The workflow “%s” needs “%s”, and there is no variable, input or output of that name"),
                       graphbit_plan_get_workflow_name (plan), declared->name);
          return FALSE;
        }
      if (!graphbit_variables_check_input (declared, value, error))
        return FALSE;
      if (given == NULL)
        graphbit_variables_set (&run->scheduler.inputs, declared->name, value);
    }
  return TRUE;
}

void
graphbit_nest_go_on (GraphbitScheduler *scheduler,
                     guint node)
{
  GraphbitNest *self = scheduler->records[node].work;
  GError *error = NULL;
  GraphbitInnerRun *run;

  if (!may_start (self))
    return;

  run = graphbit_scheduler_start_inner (scheduler, self->settings->plan);
  run->nest = self;
  run->scheduler.names = self->names;
  run->number = self->kind == GRAPHBIT_NODE_KIND_LOOP ? self->runs->len + 1 : self->runs->len;
  run->unit = graphbit_scheduler_get_unit (scheduler) / self->n_planned / run->scheduler.n_nodes;
  g_ptr_array_add (self->runs, run);
  self->n_running++;
  if (!read_inputs (run, &error))
    {
      fail (self, error);
      return;
    }
  graphbit_scheduler_start_variables (&run->scheduler, self->settings->plan);
  if (may_start (self))
    graphbit_scheduler_add_ready (scheduler, node);
}

void
graphbit_nest_stop (GraphbitScheduler *scheduler,
                    guint node)
{
  GraphbitNest *self = scheduler->records[node].work;

  /* One that ends may be told to its neighbours. */
  self->n_planned = 0;
  for (guint i = 0; i < self->runs->len && self->n_running > 0; i++)
    {
      GraphbitInnerRun *run = self->runs->pdata[i];

      if (run->scheduler.is_ended)
        continue;
      self->n_running--;
      graphbit_scheduler_stop_inner (run);
      self->told += run->told;
    }
}

/* Their ends. */

static GError *
make_error (GraphbitNest *self,
            GraphbitInnerRun *run)
{
  GraphbitScheduler *inner = &run->scheduler;
  const GError *cause = inner->failed_node >= 0 ? inner->records[inner->failed_node].error : inner->error;
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (cause);
  GError *error;

  /* The code is that of the cause: it tells more than that a node failed. */
  if (self->kind == GRAPHBIT_NODE_KIND_MAP)
    /* Translators: the number of an element of a list, and why it failed */
    error = g_error_new (cause->domain, cause->code, _("Element %u: %s"), run->number, inner->error->message);
  else if (self->kind == GRAPHBIT_NODE_KIND_LOOP)
    /* Translators: the number of a loop's round, and why it failed */
    error = g_error_new (cause->domain, cause->code, _("Round %u: %s"), run->number, inner->error->message);
  else
    error = g_error_new_literal (cause->domain, cause->code, inner->error->message);
  if (details != NULL)
    graphbit_error_set_details (error, details);
  return error;
}

/* In the order of the elements, as far as they have ended; so no turn has all of them to write. */
static void
write_outputs (GraphbitNest *self)
{
  GraphbitJsonWriter writer;

  if (self->array == NULL)
    self->array = g_string_new ("[");
  graphbit_json_writer_init (&writer, self->array);
  for (; self->n_written < self->runs->len; self->n_written++)
    {
      GraphbitInnerRun *run = self->runs->pdata[self->n_written];

      if (!run->scheduler.is_ended)
        break;
      if (self->n_written > 0)
        g_string_append_c (self->array, ',');
      writer.needs_comma = FALSE;
      graphbit_output_write_json (&writer, graphbit_inner_run_get_output (run));
    }
}

/* What a loop's condition knows: the round, and what the node knows. */
static void
resolve_value (const GraphbitTemplateReference *reference,
               gboolean wants_list,
               GraphbitExpressionValue *value,
               gpointer data)
{
  GraphbitInnerRun *run = data;
  char number[16];

  if (!graphbit_nested_tells (reference))
    graphbit_scheduler_resolve_value (reference, wants_list, value, run->nest->parent);
  else if (g_str_equal (reference->name, "output"))
    graphbit_output_to_value (graphbit_inner_run_get_output (run), reference->path, wants_list, value);
  else
    {
      g_snprintf (number, sizeof number, "%u", run->number);
      graphbit_output_to_value (number, reference->path, wants_list, value);
    }
}

/* TRUE: it is over, with an output or an error. */
static gboolean
judge_round (GraphbitNest *self,
             GraphbitInnerRun *run,
             char **output,
             GError **error)
{
  gboolean holds = FALSE;

  if (!graphbit_expression_test (self->settings->condition, resolve_value, run, &holds, error))
    {
      g_prefix_error (error, _("The condition after round %u: "), run->number);
      return TRUE;
    }
  if (holds)
    *output = g_strdup (graphbit_inner_run_get_output (run));
  else if (self->runs->len >= self->n_planned)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                 ngettext ("The condition of the loop “%s” does not hold after %u round; raise its max-iterations",
                           "The condition of the loop “%s” does not hold after %u rounds; raise its max-iterations",
                           self->n_planned),
                 self->parent->nodes[self->node].name, self->n_planned);
  else
    return FALSE;
  return TRUE;
}

void
graphbit_nest_run_ended (GraphbitInnerRun *run)
{
  GraphbitNest *self = run->nest;
  char *output = NULL;
  GError *error = NULL;

  self->n_running--;
  self->told += run->told;

  if (graphbit_scheduler_get_state (&run->scheduler) == GRAPHBIT_RUN_STATE_FAILED && self->error == NULL)
    {
      self->error = make_error (self, run);
      self->is_providers = run->is_providers;
    }
  if (self->error != NULL)
    {
      if (self->n_running == 0 || self->parent->settings.on_failure == GRAPHBIT_ON_FAILURE_CANCEL)
        fail (self, g_steal_pointer (&self->error));
      return;
    }

  switch (self->kind)
    {
    case GRAPHBIT_NODE_KIND_MAP:
      write_outputs (self);
      if (self->n_written == self->n_planned)
        {
          end (self, g_string_free (g_string_append_c (g_steal_pointer (&self->array), ']'), FALSE), NULL, FALSE);
          return;
        }
      break;

    case GRAPHBIT_NODE_KIND_LOOP:
      if (judge_round (self, run, &output, &error))
        {
          end (self, output, error, FALSE);
          return;
        }
      break;

    default:
      end (self, g_strdup (graphbit_inner_run_get_output (run)), NULL, FALSE);
      return;
    }

  if (may_start (self))
    graphbit_scheduler_add_ready (self->parent, self->node);
}

/* Finding one's way. */

GraphbitInnerRun *
graphbit_nest_get_run (GraphbitNest *self,
                       guint number)
{
  guint position = self->kind == GRAPHBIT_NODE_KIND_LOOP ? number - 1 : number;

  return position < self->runs->len ? self->runs->pdata[position] : NULL;
}

GraphbitNest *
graphbit_scheduler_get_nest (GraphbitScheduler *self,
                             guint node)
{
  GraphbitNodeKind kind = graphbit_scheduler_get_names (self)->nodes[node].kind;

  return graphbit_node_kind_get_info (kind)->is_nested ? self->records[node].work : NULL;
}

static void
append_path (GraphbitScheduler *self,
             guint32 node,
             GString *path)
{
  if (self != self->root)
    {
      GraphbitInnerRun *run = (GraphbitInnerRun *) self;

      append_path (run->nest->parent, run->nest->node, path);
      if (run->nest->kind != GRAPHBIT_NODE_KIND_WORKFLOW)
        g_string_append_printf (path, "/%u", run->number);
      if (node != GRAPHBIT_EVENT_NO_NODE)
        g_string_append_c (path, '/');
    }
  if (node != GRAPHBIT_EVENT_NO_NODE)
    g_string_append (path, graphbit_scheduler_get_names (self)->nodes[node].id);
}

char *
graphbit_scheduler_dup_path (GraphbitScheduler *self,
                             guint32 node)
{
  GString *path = g_string_new (NULL);

  append_path (self, node, path);
  return g_string_free (path, FALSE);
}

static gboolean
find_inside (GraphbitNest *nest,
             const char *path,
             GraphbitScheduler **scheduler,
             int *node)
{
  GraphbitInnerRun *run;
  guint64 number = 0;

  if (nest->kind != GRAPHBIT_NODE_KIND_WORKFLOW)
    {
      char *end;

      if (!g_ascii_isdigit (*path))
        return FALSE;
      number = g_ascii_strtoull (path, &end, 10);
      if (number > G_MAXUINT || (*end != '\0' && *end != '/'))
        return FALSE;
      path = end;
    }

  run = graphbit_nest_get_run (nest, (guint) number);
  if (run == NULL)
    return FALSE;
  if (*path == '\0' && nest->kind != GRAPHBIT_NODE_KIND_WORKFLOW)
    {
      *scheduler = &run->scheduler;
      *node = -1;
      return TRUE;
    }
  return graphbit_scheduler_find_path (&run->scheduler, *path == '/' ? path + 1 : path, scheduler, node);
}

gboolean
graphbit_scheduler_find_path (GraphbitScheduler *self,
                              const char *path,
                              GraphbitScheduler **scheduler,
                              int *node)
{
  *scheduler = self;
  *node = graphbit_run_names_find (graphbit_scheduler_get_names (self), path);
  if (*node >= 0)
    return TRUE;

  /* An id or a name may have slashes, too. */
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *name = g_strndup (path, (gsize) (slash - path));
      int outer = graphbit_run_names_find (graphbit_scheduler_get_names (self), name);
      GraphbitNest *nest = outer >= 0 ? graphbit_scheduler_get_nest (self, (guint) outer) : NULL;

      if (nest != NULL && find_inside (nest, slash + 1, scheduler, node))
        return TRUE;
    }
  return FALSE;
}
