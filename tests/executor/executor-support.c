/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "executor-support.h"

#include <string.h>

typedef struct
{
  Scene *scene;
  char *name;
  char *choice; /* of a condition */
  gboolean fails;
  guint fails_first;
} Actor;

static void
actor_free (gpointer data)
{
  Actor *actor = data;

  g_free (actor->name);
  g_free (actor->choice);
  g_free (actor);
}

static char *
act (GraphbitWorkflowContext *context,
     gpointer data,
     GError **error)
{
  Actor *actor = data;
  g_autofree char *input = graphbit_workflow_context_get_input (context);

  g_string_append_printf (actor->scene->log, "%s%s(%s)", actor->scene->log->len > 0 ? " " : "", actor->name, input != NULL ? input : "");
  if (actor->fails_first > 0 || actor->fails)
    {
      if (!actor->fails)
        actor->fails_first--;
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED, "%s broke", actor->name);
      return NULL;
    }
  return actor->choice != NULL ? g_strdup (actor->choice) : g_ascii_strdown (actor->name, -1);
}

static gboolean
keep_call (GObject *node,
           GraphbitNodeCall *call,
           gpointer data)
{
  Scene *scene = data;

  g_string_append_printf (scene->log, "%s%s*", scene->log->len > 0 ? " " : "",
                          graphbit_node_get_name (GRAPHBIT_NODE (node)));
  g_ptr_array_add (scene->calls, g_object_ref (call));
  return TRUE;
}

static void
add_node (Scene *self,
          const char *word)
{
  gboolean is_expression = word[0] == '%';
  gboolean is_condition = word[0] == '?' || is_expression;
  g_autofree char *text = g_strdup (word + (is_condition ? 1 : 0));
  char *choice = strchr (text, is_expression ? ':' : '=');
  char *mark;
  GraphbitNode *node;
  Actor *actor = g_new0 (Actor, 1);
  g_autoptr (GError) error = NULL;

  if (choice != NULL)
    {
      *choice = '\0';
      actor->choice = g_strdup (choice + 1);
    }
  mark = strpbrk (text, "!*");
  actor->scene = self;
  actor->name = g_strndup (text, mark != NULL ? (gsize) (mark - text) : strlen (text));
  if (mark != NULL && mark[0] == '!')
    {
      if (g_ascii_isdigit (mark[1]))
        actor->fails_first = (guint) (mark[1] - '0');
      else
        actor->fails = TRUE;
    }

  if (mark != NULL && mark[0] == '*')
    {
      node = GRAPHBIT_NODE (graphbit_function_node_new (actor->name, NULL, NULL, NULL));
      g_signal_connect (node, "call", G_CALLBACK (keep_call), self);
      actor_free (actor);
    }
  else if (is_expression)
    {
      node = GRAPHBIT_NODE (graphbit_condition_node_new_for_expression (actor->name, actor->choice, &error));
      g_assert_no_error (error);
      actor_free (actor);
    }
  else if (is_condition)
    node = GRAPHBIT_NODE (graphbit_condition_node_new (actor->name, act, actor, actor_free));
  else
    node = GRAPHBIT_NODE (graphbit_function_node_new (actor->name, act, actor, actor_free));

  if (mark != NULL && mark[0] == '!')
    {
      if (mark[1] == 'c')
        graphbit_node_set_on_error (node, GRAPHBIT_ON_ERROR_CONTINUE);
      else if (mark[1] == 'f')
        {
          graphbit_node_set_on_error (node, GRAPHBIT_ON_ERROR_FALLBACK);
          graphbit_node_set_fallback (node, mark[2] != '\0' ? mark + 2 : "f");
        }
      else if (g_ascii_isdigit (mark[1]))
        graphbit_node_set_max_retries (node, 2);
    }
  g_assert_nonnull (graphbit_workflow_add_node (self->workflow, node, &error));
  g_assert_no_error (error);
  g_object_unref (node);
}

Scene *
scene_new (const char *text)
{
  Scene *self = g_new0 (Scene, 1);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GError) error = NULL;

  self->workflow = graphbit_workflow_new ("scene");
  self->log = g_string_new (NULL);
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *middle;

      if (words[i][0] == '\0')
        continue;
      middle = words[i][0] != '%' ? strpbrk (words[i] + 1, ">~?") : NULL;
      if (middle == NULL)
        add_node (self, words[i]);
      else
        {
          GraphbitEdgeKind kind = *middle == '>'   ? GRAPHBIT_EDGE_KIND_DATA
                                  : *middle == '~' ? GRAPHBIT_EDGE_KIND_ERROR
                                                   : GRAPHBIT_EDGE_KIND_CONDITIONAL;
          char *condition = kind == GRAPHBIT_EDGE_KIND_CONDITIONAL ? strchr (middle, ':') : NULL;

          *middle = '\0';
          if (condition != NULL)
            *condition++ = '\0';
          graphbit_workflow_connect_nodes_full (self->workflow, words[i], middle + 1, kind, condition, &error);
          g_assert_no_error (error);
        }
    }
  return self;
}

void
scene_free (Scene *self)
{
  g_object_unref (self->workflow);
  g_string_free (self->log, TRUE);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

char *
scene_describe (GraphbitWorkflowResult *result,
                Scene *self)
{
  g_autofree char *json = graphbit_workflow_result_to_json (result);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *nodes = json_object_get_array_member (json_node_get_object (root), "nodes");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (nodes); i++)
    {
      JsonObject *node = json_array_get_object_element (nodes, i);

      g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "",
                              json_object_get_string_member (node, "node_name"),
                              json_object_get_string_member (node, "state"));
    }
  return g_string_free (text, FALSE);
}

static gboolean
on_minute (gpointer data)
{
  g_error ("a test stood still for a minute");
  return G_SOURCE_REMOVE;
}

void
support_run_until (gboolean *done)
{
  guint id = g_timeout_add_seconds (60, on_minute, NULL);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

void
support_add (GraphbitWorkflow *workflow,
             gpointer node)
{
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  g_object_unref (node);
}

void
support_connect (GraphbitWorkflow *workflow,
                 const char *source,
                 const char *target)
{
  g_autoptr (GError) error = NULL;

  graphbit_workflow_connect_nodes (workflow, source, target, &error);
  g_assert_no_error (error);
}

void
support_turns (guint n)
{
  for (guint i = 0; i < n; i++)
    g_main_context_iteration (NULL, FALSE);
}

typedef struct
{
  GAsyncResult *result;
  gboolean done;
} Ready;

static void
on_ready (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Ready *ready = data;

  ready->result = g_object_ref (result);
  ready->done = TRUE;
}

GraphbitWorkflowResult *
support_execute (GraphbitExecutor *executor,
                 GraphbitWorkflow *workflow,
                 GVariant *inputs,
                 GCancellable *cancellable,
                 GError **error)
{
  Ready ready = { NULL };
  GraphbitWorkflowResult *result;

  graphbit_executor_execute_async (executor, workflow, inputs, cancellable, on_ready, &ready);
  g_assert_false (ready.done);
  support_run_until (&ready.done);
  result = graphbit_executor_execute_finish (executor, ready.result, error);
  g_object_unref (ready.result);
  return result;
}

GraphbitWorkflowResult *
support_wait (GraphbitRun *run)
{
  Ready ready = { NULL };
  g_autoptr (GError) error = NULL;
  GraphbitWorkflowResult *result;

  graphbit_run_wait_async (run, NULL, on_ready, &ready);
  support_run_until (&ready.done);
  result = graphbit_run_wait_finish (run, ready.result, &error);
  g_assert_no_error (error);
  g_object_unref (ready.result);
  return result;
}

void
support_append_event (GString *log,
                      GraphbitEvent *event)
{
  const char *name = graphbit_event_get_tool_name (event);

  if (name == NULL)
    name = graphbit_event_get_node_name (event);
  g_string_append_printf (log, "%s%s%s%s", log->len > 0 ? " " : "", graphbit_event_get_event (event),
                          name != NULL ? ":" : "", name != NULL ? name : "");
}

char *
support_read_events (GraphbitRun *run)
{
  GString *log = g_string_new (NULL);
  gint64 sequence = 0;

  while (TRUE)
    {
      Ready ready = { NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitEvent) event = NULL;

      graphbit_run_next_event_async (run, NULL, on_ready, &ready);
      support_run_until (&ready.done);
      event = graphbit_run_next_event_finish (run, ready.result, &error);
      g_assert_no_error (error);
      g_object_unref (ready.result);
      if (event == NULL)
        break;
      g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++sequence);
      support_append_event (log, event);
    }
  return g_string_free (log, FALSE);
}

char *
support_list_events (GraphbitRun *run)
{
  GListModel *events = graphbit_run_get_events (run);
  GString *log = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);

      support_append_event (log, event);
    }
  return g_string_free (log, FALSE);
}

typedef struct
{
  ModelFunc func;
  gpointer data;
} Model;

static gboolean
on_request (GraphbitLlmProvider *provider,
            GraphbitProviderCall *call,
            gpointer data)
{
  Model *model = data;

  return model->func (call, model->data);
}

static void
free_model (gpointer data,
            GClosure *closure)
{
  g_free (data);
}

GraphbitLlmConfig *
support_model_new (ModelFunc func,
                   gpointer data)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  Model *model = g_new0 (Model, 1);

  model->func = func;
  model->data = data;
  g_signal_connect_data (provider, "request", G_CALLBACK (on_request), model, free_model, 0);
  return graphbit_llm_config_new_custom (provider);
}

guint
support_n_messages (GraphbitProviderCall *call)
{
  return g_list_model_get_n_items (graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call)));
}

char *
support_last_message (GraphbitProviderCall *call)
{
  GListModel *messages = graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call));
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, g_list_model_get_n_items (messages) - 1);

  return g_strdup (graphbit_llm_message_get_content (message));
}

GraphbitLlmResponse *
support_answer (const char *text)
{
  g_autoptr (GraphbitLlmUsage) usage = graphbit_llm_usage_new (10, 2);

  return g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "text", text, "usage", usage,
                       "finish-reason", GRAPHBIT_LLM_FINISH_REASON_STOP, NULL);
}

GraphbitLlmResponse *
support_tool_calls (const char *text,
                    ...)
{
  g_autoptr (GListStore) calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
  g_autoptr (GraphbitLlmUsage) usage = graphbit_llm_usage_new (10, 2);
  va_list list;
  const char *word;
  guint n = 0;

  va_start (list, text);
  while ((word = va_arg (list, const char *)) != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (word, " ", 2);
      g_autofree char *id = g_strdup_printf ("call-%u", ++n);
      g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new (id, parts[0], parts[1] != NULL ? parts[1] : "");

      g_list_store_append (calls, call);
    }
  va_end (list);
  return g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "text", text, "tool-calls", calls, "usage", usage,
                       "finish-reason", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS, NULL);
}
