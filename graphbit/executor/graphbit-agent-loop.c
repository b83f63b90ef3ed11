/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-agent-loop-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-agent-node.h"
#include "graphbit-agent-report-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-error-details.h"
#include "graphbit-event-table-private.h"
#include "graphbit-executor-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-nest-private.h"
#include "graphbit-runner-private.h"
#include "graphbit-tool-private.h"
#include "graphbit-tool-round-private.h"

struct _GraphbitAgentLoop
{
  GraphbitScheduler *scheduler; /* outlives it */
  guint node;
  const GraphbitPlanAgent *agent; /* the plan's */
  GraphbitLlmClient *client;
  GPtrArray *messages; /* the conversation so far */
  guint iteration;     /* of the call that is under way, counted from 1 */
  GString *added;      /* to the conversation since the last call; NULL: not kept */

  GraphbitLlmCall *call;
  char *call_id;
  gint64 call_started;
  GraphbitToolRound *round;

  GList waiting_link; /* in the models' waiting */
  GList stalled_link; /* in their stalled_streams */
  gboolean is_waiting;
  gboolean is_stalled;
};

static void on_call_done (GraphbitLlmCall *call, GraphbitLlmResponse *response, GError *error, gpointer data);
static void on_call_readable (GraphbitLlmCall *call, gpointer data);

static GraphbitAgentReport *
get_report (GraphbitAgentLoop *self)
{
  return self->scheduler->metadata != NULL ? self->scheduler->metadata[self->node].report : NULL;
}

static void
agent_loop_free (GraphbitAgentLoop *self)
{
  GraphbitScheduler *scheduler = self->scheduler;
  GraphbitLlmCall *call = self->call;

  if (self->is_waiting)
    g_queue_unlink (&scheduler->models->waiting, &self->waiting_link);
  if (self->is_stalled)
    g_queue_unlink (&scheduler->models->stalled_streams, &self->stalled_link);
  if (call != NULL)
    scheduler->models->n_calls--;
  graphbit_tool_round_release (&self->round);
  g_clear_object (&self->client);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  if (self->added != NULL)
    g_string_free (self->added, TRUE);
  g_free (self->call_id);
  g_free (self);

  /* last, for it tells who listens to a budget */
  if (call != NULL)
    {
      graphbit_llm_call_detach (call);
      graphbit_operation_unref (call);
    }
}

/* Takes both over. */
static void
end (GraphbitAgentLoop *self,
     const char *exit_reason,
     char *output,
     GError *error,
     gboolean is_providers)
{
  GraphbitScheduler *scheduler = self->scheduler;
  GraphbitAgentReport *report = get_report (self);
  guint node = self->node;

  if (report != NULL)
    {
      report->iterations = self->iteration;
      g_free (report->exit_reason);
      report->exit_reason = g_strdup (exit_reason);
    }
  scheduler->records[node].work = NULL;
  agent_loop_free (self);
  graphbit_scheduler_end_node (scheduler, node, output, error, is_providers);
}

/* Asking the model. */

static GraphbitLlmRequest *
make_request (GraphbitAgentLoop *self)
{
  GraphbitLlmRequest *request = graphbit_llm_request_new_for_messages (self->messages, self->agent->options);

  for (guint i = 0; self->agent->tools != NULL && i < self->agent->tools->len; i++)
    graphbit_llm_request_add_tool (request, self->agent->tools->pdata[i]);
  return request;
}

static const char *
get_model (GraphbitAgentLoop *self)
{
  return graphbit_llm_config_get_model (graphbit_llm_client_get_config (self->client));
}

static gboolean
start_call (GraphbitAgentLoop *self,
            GError **error)
{
  GraphbitScheduler *scheduler = self->scheduler;
  g_autoptr (GraphbitLlmRequest) request = make_request (self);
  g_autofree char *path = NULL;
  gboolean has_tokens = (scheduler->root->log.modes & GRAPHBIT_STREAM_MODES_MESSAGES) != 0;
  GraphbitLlmCallSetup setup = {
    .parent = &scheduler->root->operation,
    .budget = scheduler->models->budget,
    .deadline = graphbit_scheduler_get_deadline (scheduler),
    .deadline_ms = (guint64) scheduler->settings.timeout_seconds * 1000,
    .is_stream = graphbit_scheduler_wants (scheduler, GRAPHBIT_EVENT_KIND_TOKEN),
    .readable = has_tokens ? on_call_readable : NULL, /* chunks that nobody can want are not made */
    .done = on_call_done,
    .data = self,
  };

  self->iteration++;
  g_free (self->call_id);
  path = graphbit_scheduler_dup_path (scheduler, self->node);
  self->call_id = g_strdup_printf ("%s-llm-%u", path, self->iteration);
  self->call_started = graphbit_clock_now ();
  if (graphbit_scheduler_wants (scheduler, GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED))
    {
      const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };

      texts[GRAPHBIT_EVENT_TEXT_LLM_CALL_ID] = self->call_id;
      texts[GRAPHBIT_EVENT_TEXT_MODEL] = get_model (self);
      graphbit_scheduler_emit (scheduler, GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED, self->node,
                               graphbit_event_detail_new (texts, self->iteration, 0));
    }

  self->call = graphbit_llm_call_start (self->client, request, &setup, error);
  if (self->call == NULL)
    return FALSE;

  scheduler->models->n_calls++;
  return TRUE;
}

/* Now, or when a call in flight has ended. FALSE: it could not be started. */
static gboolean
ask (GraphbitAgentLoop *self,
     GError **error)
{
  GraphbitScheduler *scheduler = self->scheduler;
  guint limit = scheduler->settings.max_concurrency;

  if (limit == 0 || scheduler->models->n_calls < limit)
    return start_call (self, error);

  self->is_waiting = TRUE;
  g_queue_push_tail_link (&scheduler->models->waiting, &self->waiting_link);
  return TRUE;
}

static void
ask_or_end (GraphbitAgentLoop *self)
{
  GError *error = NULL;

  if (!ask (self, &error))
    end (self, "error", NULL, error, TRUE);
}

void
graphbit_agent_loop_ask_waiting (GraphbitScheduler *scheduler)
{
  while (!scheduler->root->is_ended && scheduler->models->n_calls < scheduler->settings.max_concurrency)
    {
      GList *link = g_queue_pop_head_link (&scheduler->models->waiting);
      GraphbitAgentLoop *self;
      GError *error = NULL;

      if (link == NULL)
        break;

      self = link->data;
      self->is_waiting = FALSE;
      if (!start_call (self, &error))
        end (self, "error", NULL, error, TRUE);
    }
}

static void
take_chunks (GraphbitAgentLoop *self)
{
  GraphbitScheduler *scheduler = self->scheduler;
  g_autoptr (GPtrArray) chunks = graphbit_llm_call_take_chunks (self->call);

  for (guint i = 0; i < chunks->len; i++)
    {
      GraphbitLlmChunk *chunk = chunks->pdata[i];
      const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };

      if (graphbit_llm_chunk_get_kind (chunk) != GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        continue;
      texts[GRAPHBIT_EVENT_TEXT_LLM_CALL_ID] = self->call_id;
      texts[GRAPHBIT_EVENT_TEXT_CONTENT] = graphbit_llm_chunk_get_text (chunk);
      graphbit_scheduler_emit (scheduler, GRAPHBIT_EVENT_KIND_TOKEN, self->node,
                               graphbit_event_detail_new (texts, self->iteration, 0));
    }
}

static void
on_call_readable (GraphbitLlmCall *call,
                  gpointer data)
{
  GraphbitAgentLoop *self = data;
  GraphbitScheduler *scheduler = self->scheduler;

  if (self->is_stalled)
    return;
  if (graphbit_scheduler_pause (scheduler))
    {
      /* What is not taken pauses the socket. */
      self->is_stalled = TRUE;
      g_queue_push_tail_link (&scheduler->models->stalled_streams, &self->stalled_link);
      return;
    }
  take_chunks (self);
  graphbit_scheduler_flush (scheduler);
}

void
graphbit_agent_loop_resume_all (GraphbitScheduler *scheduler)
{
  while (!scheduler->root->is_ended && !graphbit_scheduler_pause (scheduler))
    {
      GList *link = g_queue_pop_head_link (&scheduler->models->stalled_streams);
      GraphbitAgentLoop *self;

      if (link == NULL)
        break;

      self = link->data;
      self->is_stalled = FALSE;
      if (self->call != NULL)
        take_chunks (self);
    }
}

/* What the model said. */

static char *
tool_calls_to_json (GraphbitLlmResponse *response)
{
  GListModel *calls;
  GString *text;
  GraphbitJsonWriter writer;
  guint n = graphbit_llm_response_count_tool_calls (response);

  if (n == 0)
    return NULL;

  calls = graphbit_llm_response_get_tool_calls (response);
  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (&writer);
      graphbit_json_writer_string_member (&writer, "id", graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_string_member (&writer, "parameters", graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&writer);
    }
  graphbit_json_writer_end_array (&writer);
  return g_string_free (text, FALSE);
}

static const char *
finish_reason_to_text (GraphbitLlmResponse *response)
{
  const char *text = graphbit_llm_response_get_finish_reason_text (response);

  if (text != NULL)
    return text;

  switch (graphbit_llm_response_get_finish_reason (response))
    {
    case GRAPHBIT_LLM_FINISH_REASON_STOP:
      return "stop";
    case GRAPHBIT_LLM_FINISH_REASON_LENGTH:
      return "length";
    case GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS:
      return "tool_calls";
    case GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER:
      return "content_filter";
    case GRAPHBIT_LLM_FINISH_REASON_ERROR:
      return "error";
    case GRAPHBIT_LLM_FINISH_REASON_UNKNOWN:
    case GRAPHBIT_LLM_FINISH_REASON_OTHER:
    default:
      return "unknown";
    }
}

/* Counts and reports an exchange that has ended; `response` may be what came of a failed one. */
static void
report_call (GraphbitAgentLoop *self,
             GraphbitLlmResponse *response,
             const GError *error)
{
  GraphbitScheduler *scheduler = self->scheduler;
  GraphbitAgentReport *report = get_report (self);
  g_autofree char *tool_calls = NULL;
  const char *model = get_model (self);
  gint64 now = graphbit_clock_now ();
  GraphbitLlmUsageCounts usage;

  graphbit_usage_counts_read (&usage, response != NULL ? graphbit_llm_response_get_usage (response) : NULL);
  graphbit_usage_counts_add (&scheduler->models->usage, &usage);

  if (response != NULL)
    {
      tool_calls = tool_calls_to_json (response);
      if (graphbit_llm_response_get_model (response) != NULL)
        model = graphbit_llm_response_get_model (response);
    }

  if (error == NULL && graphbit_scheduler_wants (scheduler, GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED))
    {
      const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };
      const char *text = graphbit_llm_response_get_text (response);
      g_autofree char *output = NULL;

      if (tool_calls != NULL)
        output = g_strdup_printf ("%s%s[tool_calls] %s", text, *text != '\0' ? "\n" : "", tool_calls);
      texts[GRAPHBIT_EVENT_TEXT_LLM_CALL_ID] = self->call_id;
      texts[GRAPHBIT_EVENT_TEXT_MODEL] = model;
      texts[GRAPHBIT_EVENT_TEXT_FINISH_REASON] = finish_reason_to_text (response);
      texts[GRAPHBIT_EVENT_TEXT_OUTPUT] = output != NULL ? output : text;
      graphbit_scheduler_emit (scheduler, GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED, self->node,
                               graphbit_event_detail_new (texts, self->iteration, (now - self->call_started) / 1000));
    }

  if (report != NULL)
    {
      GraphbitAgentStep step = {
        .id = g_strdup (self->call_id),
        .name = g_strdup (model),
        .provider = g_strdup (graphbit_llm_config_get_provider (graphbit_llm_client_get_config (self->client))),
        .input = g_strdup (self->added->str),
        .output = response != NULL ? g_strdup (graphbit_llm_response_get_text (response)) : NULL,
        .tool_calls = g_steal_pointer (&tool_calls),
        .finish_reason = response != NULL ? g_strdup (finish_reason_to_text (response)) : NULL,
        .error = error != NULL ? g_strdup (error->message) : NULL,
        .started = self->call_started,
        .ended = now,
        .usage = usage,
      };
      guint attempts = response != NULL ? graphbit_llm_response_get_attempts (response) : 0;

      if (error != NULL)
        {
          g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);

          attempts = details != NULL ? graphbit_error_details_get_attempts (details) : 0;
        }
      step.n_retries = attempts > 1 ? attempts - 1 : 0;
      graphbit_agent_report_add (report, &step);
      g_string_truncate (self->added, 0);
    }
}

static void start_tools (GraphbitAgentLoop *self, GraphbitLlmResponse *response);

static void
take_response (GraphbitAgentLoop *self,
               GraphbitLlmResponse *response)
{
  const char *text = graphbit_llm_response_get_text (response);
  const char *name = self->scheduler->nodes[self->node].name;

  if (graphbit_llm_response_count_tool_calls (response) == 0)
    {
      /* A refusal without a word is no answer. */
      if (*text == '\0' &&
          graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER)
        end (self, finish_reason_to_text (response), NULL,
             g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTENT_FILTERED,
                          _("The provider's filter left nothing of the answer to “%s”"), name),
             TRUE);
      else
        end (self, finish_reason_to_text (response), g_strdup (text), NULL, FALSE);
    }
  else if (self->iteration < self->agent->max_iterations)
    start_tools (self, response);
  else if (*text != '\0')
    end (self, "max_iterations", g_strdup (text), NULL, FALSE);
  else
    end (self, "max_iterations", NULL,
         g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                      ngettext ("“%s” still wanted tools after %u round and had said nothing; raise its max-iterations",
                                "“%s” still wanted tools after %u rounds and had said nothing; raise its max-iterations",
                                self->agent->max_iterations),
                      name, self->agent->max_iterations),
         FALSE);
}

static void
on_call_done (GraphbitLlmCall *call,
              GraphbitLlmResponse *response,
              GError *error,
              gpointer data)
{
  GraphbitAgentLoop *self = data;
  GraphbitScheduler *scheduler = graphbit_operation_ref (self->scheduler);
  g_autoptr (GraphbitLlmResponse) owned = response;

  /* The last chunks, even if the reader is behind: nothing comes after them. */
  if (graphbit_scheduler_wants (scheduler, GRAPHBIT_EVENT_KIND_TOKEN))
    take_chunks (self);
  if (self->is_stalled)
    {
      g_queue_unlink (&scheduler->models->stalled_streams, &self->stalled_link);
      self->is_stalled = FALSE;
    }
  graphbit_operation_unref (g_steal_pointer (&self->call));
  scheduler->models->n_calls--;

  if (error != NULL)
    {
      g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
      GObject *partial = details != NULL ? graphbit_error_details_get_partial_response (details) : NULL;

      report_call (self, GRAPHBIT_IS_LLM_RESPONSE (partial) ? GRAPHBIT_LLM_RESPONSE (partial) : NULL, error);
      end (self, "error", NULL, error, TRUE);
    }
  else
    {
      report_call (self, response, NULL);
      take_response (self, response);
    }

  graphbit_agent_loop_ask_waiting (scheduler);
  if (!scheduler->root->is_ended)
    graphbit_scheduler_flush (scheduler);
  graphbit_operation_unref (scheduler);
}

/* The tools. */

static void
emit_tool (GraphbitAgentLoop *self,
           GraphbitEventKind kind,
           const GraphbitToolSlot *slot)
{
  const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };

  if (!graphbit_scheduler_wants (self->scheduler, kind))
    return;

  texts[GRAPHBIT_EVENT_TEXT_TOOL_NAME] = graphbit_llm_tool_call_get_name (slot->request);
  texts[GRAPHBIT_EVENT_TEXT_TOOL_CALL_ID] = graphbit_llm_tool_call_get_id (slot->request);
  texts[GRAPHBIT_EVENT_TEXT_PARAMETERS] = graphbit_llm_tool_call_get_arguments_json (slot->request);
  if (kind == GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED)
    texts[GRAPHBIT_EVENT_TEXT_OUTPUT] = slot->output;
  else if (kind == GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED)
    {
      texts[GRAPHBIT_EVENT_TEXT_ERROR] = slot->error->message;
      texts[GRAPHBIT_EVENT_TEXT_ERROR_TYPE] = graphbit_event_error_type (slot->error);
    }
  graphbit_scheduler_emit (self->scheduler, kind, self->node,
                           graphbit_event_detail_new (texts, self->iteration, (slot->ended - slot->started) / 1000));
}

static void
on_tool_started (gpointer data,
                 const GraphbitToolSlot *slot)
{
  emit_tool (data, GRAPHBIT_EVENT_KIND_TOOL_CALL_STARTED, slot);
}

static void
on_tool_ended (gpointer data,
               const GraphbitToolSlot *slot)
{
  GraphbitAgentLoop *self = data;
  GraphbitScheduler *scheduler = self->scheduler;
  GraphbitAgentReport *report = get_report (self);
  const char *name = graphbit_llm_tool_call_get_name (slot->request);

  emit_tool (self,
             slot->error == NULL ? GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED : GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED,
             slot);
  if (report != NULL)
    {
      GraphbitAgentStep step = {
        .is_tool = TRUE,
        .id = g_strdup (graphbit_llm_tool_call_get_id (slot->request)),
        .name = g_strdup (name),
        .input = g_strdup (graphbit_llm_tool_call_get_arguments_json (slot->request)),
        .output = g_strdup (slot->output),
        .error = slot->error != NULL ? g_strdup (slot->error->message) : NULL,
        .started = slot->started,
        .ended = slot->ended,
      };

      graphbit_agent_report_add (report, &step);
    }

  if (slot->error != NULL && !slot->is_refused && self->agent->fail_run_on_tool_error)
    {
      end (self, "tool_error", NULL,
           g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED,
                        _("The tool “%s” failed: %s"), name, slot->error->message),
           FALSE);
      return;
    }
  graphbit_scheduler_flush (scheduler);
}

static void
on_tools_done (gpointer data)
{
  GraphbitAgentLoop *self = data;
  GraphbitScheduler *scheduler = graphbit_operation_ref (self->scheduler);

  for (guint i = 0; i < graphbit_tool_round_get_n_slots (self->round); i++)
    {
      const GraphbitToolSlot *slot = graphbit_tool_round_get_slot (self->round, i);

      g_ptr_array_add (self->messages,
                       graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (slot->request), slot->output));
      if (self->added != NULL)
        g_string_append_printf (self->added, "%s%s: %s", self->added->len > 0 ? "\n" : "",
                                graphbit_llm_tool_call_get_name (slot->request), slot->output);
    }
  graphbit_tool_round_release (&self->round);
  ask_or_end (self);
  if (!scheduler->root->is_ended)
    graphbit_scheduler_flush (scheduler);
  graphbit_operation_unref (scheduler);
}

static const GraphbitToolRoundFuncs round_funcs = {
  on_tool_started,
  on_tool_ended,
  on_tools_done
};

static void
start_tools (GraphbitAgentLoop *self,
             GraphbitLlmResponse *response)
{
  g_ptr_array_add (self->messages, graphbit_llm_response_make_message (response));
  self->round = graphbit_tool_round_new (&self->scheduler->operation, self->agent->tools,
                                         graphbit_llm_response_get_tool_calls (response),
                                         &self->scheduler->root->user_depth, &round_funcs, self);
  /* It may end, and this loop with it, before the call returns. */
  graphbit_tool_round_start (self->round);
}

/* The beginning. */

static void
append_paragraph (GString *text,
                  const char *paragraph)
{
  if (paragraph == NULL || *paragraph == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, "\n\n");
  g_string_append (text, paragraph);
}

static gboolean
append_template (GraphbitScheduler *scheduler,
                 guint node,
                 GraphbitTemplate *paragraph,
                 GString *text,
                 GError **error)
{
  g_autofree char *expanded = NULL;

  if (paragraph == NULL)
    return TRUE;

  expanded = graphbit_scheduler_expand (scheduler, node, paragraph, error);
  if (expanded == NULL)
    return FALSE;

  append_paragraph (text, expanded);
  return TRUE;
}

static char *
make_prompt (GraphbitScheduler *scheduler,
             guint node,
             GError **error)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];
  const GraphbitPlanAgent *agent = plan_node->settings;
  GString *text = g_string_new (NULL);

  if (!append_template (scheduler, node, agent->context, text, error))
    goto fail;

  for (guint32 i = 0; agent->include_inputs != GRAPHBIT_INCLUDE_INPUTS_NONE && i < plan_node->n_in; i++)
    {
      const char *input = graphbit_scheduler_get_input (scheduler, plan_node->in[i]);

      if (input != NULL && agent->include_inputs == GRAPHBIT_INCLUDE_INPUTS_LABELLED)
        {
          g_autofree char *labelled = NULL;

          labelled = g_strdup_printf ("%s:\n%s",
                                      scheduler->nodes[scheduler->edges[plan_node->in[i]].source].name, input);
          append_paragraph (text, labelled);
        }
      else
        append_paragraph (text, input);
    }

  if (append_template (scheduler, node, agent->prompt, text, error))
    return g_string_free (text, FALSE);

fail:
  g_string_free (text, TRUE);
  return NULL;
}

static gboolean
check_tools (GPtrArray *tools,
             GError **error)
{
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    if (!graphbit_tool_check (tools->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
graphbit_runner_run_agent (GraphbitScheduler *scheduler,
                           guint node,
                           char **output,
                           GError **error)
{
  GraphbitNodeRecord *record = &scheduler->records[node];
  const GraphbitPlanAgent *agent = scheduler->nodes[node].settings;
  g_autofree char *prompt = make_prompt (scheduler, node, error);
  g_autofree char *system_prompt = NULL;
  GraphbitAgentLoop *self;

  if (prompt == NULL || !check_tools (agent->tools, error))
    return TRUE;
  if (agent->system_prompt != NULL)
    {
      system_prompt = graphbit_scheduler_expand (scheduler, node, agent->system_prompt, error);
      if (system_prompt == NULL)
        return TRUE;
    }

  self = g_new0 (GraphbitAgentLoop, 1);
  self->scheduler = scheduler;
  self->node = node;
  self->agent = agent;
  self->waiting_link.data = self;
  self->stalled_link.data = self;
  self->client = graphbit_executor_dup_client (scheduler->root->executor, agent->config);
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  if (system_prompt != NULL && *system_prompt != '\0')
    g_ptr_array_add (self->messages, graphbit_llm_message_new_system (system_prompt));
  g_ptr_array_add (self->messages, graphbit_llm_message_new_user (prompt));

  if (scheduler->metadata != NULL)
    {
      GraphbitNodeMetadata *metadata = &scheduler->metadata[node];

      self->added = g_string_new (prompt);
      /* A retried node begins again. */
      g_clear_pointer (&metadata->report, graphbit_agent_report_free);
      metadata->report = graphbit_agent_report_new (prompt, agent->tools, agent->max_iterations);
    }

  record->work = self;
  if (ask (self, error))
    return FALSE;

  record->work = NULL;
  agent_loop_free (self);
  return TRUE;
}

void
graphbit_runner_stop_agent (GraphbitScheduler *scheduler,
                            guint node)
{
  GraphbitAgentLoop *self = g_steal_pointer (&scheduler->records[node].work);
  GraphbitAgentReport *report = scheduler->metadata != NULL ? scheduler->metadata[node].report : NULL;

  if (self == NULL)
    return;

  if (report != NULL)
    {
      report->iterations = self->iteration;
      g_free (report->exit_reason);
      report->exit_reason = g_strdup ("cancelled");
    }
  agent_loop_free (self);
}
