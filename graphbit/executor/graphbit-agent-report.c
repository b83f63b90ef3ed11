/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-agent-report-private.h"

#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec.h"

static void
step_clear (gpointer data)
{
  GraphbitAgentStep *step = data;

  g_free (step->id);
  g_free (step->name);
  g_free (step->provider);
  g_free (step->input);
  g_free (step->output);
  g_free (step->tool_calls);
  g_free (step->finish_reason);
  g_free (step->error);
}

GraphbitAgentReport *
graphbit_agent_report_new (const GraphbitAgentSetup *setup)
{
  static const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;
  GraphbitAgentReport *self = g_new0 (GraphbitAgentReport, 1);
  guint n_tools = setup->tools != NULL ? setup->tools->len : 0;

  self->prompt = g_strdup (setup->prompt);
  self->system_prompt = g_strdup (setup->system_prompt);
  self->provider = g_strdup (setup->provider);
  self->model = g_strdup (setup->model);
  self->options = setup->options != NULL ? g_object_ref (setup->options) : NULL;
  self->tools = g_new0 (char *, n_tools + 1);
  for (guint i = 0; i < n_tools; i++)
    self->tools[i] = g_strdup (graphbit_llm_tool_spec_get_name (setup->tools->pdata[i]));
  self->messages = g_ptr_array_ref (setup->messages);
  self->max_iterations = setup->max_iterations;
  self->usage = nothing;
  self->steps = g_array_new (FALSE, FALSE, sizeof (GraphbitAgentStep));
  g_array_set_clear_func (self->steps, step_clear);
  return self;
}

void
graphbit_agent_report_free (GraphbitAgentReport *self)
{
  g_free (self->prompt);
  g_free (self->system_prompt);
  g_free (self->provider);
  g_free (self->model);
  g_clear_object (&self->options);
  g_ptr_array_unref (self->messages);
  g_strfreev (self->tools);
  g_free (self->exit_reason);
  g_array_unref (self->steps);
  g_free (self);
}

void
graphbit_agent_report_add (GraphbitAgentReport *self,
                           const GraphbitAgentStep *step)
{
  g_array_append_val (self->steps, *step);
  if (step->is_tool)
    self->n_tool_calls++;
  else
    graphbit_usage_counts_add (&self->usage, &step->usage);
}

static void
add_count (gint64 *count,
           gint64 other)
{
  if (other >= 0)
    *count = MAX (*count, 0) + other;
}

void
graphbit_usage_counts_add (GraphbitLlmUsageCounts *self,
                           const GraphbitLlmUsageCounts *other)
{
  add_count (&self->prompt, other->prompt);
  add_count (&self->completion, other->completion);
  add_count (&self->total, other->total);
  add_count (&self->cached, other->cached);
  add_count (&self->cache_write, other->cache_write);
  add_count (&self->reasoning, other->reasoning);
}

void
graphbit_usage_counts_read (GraphbitLlmUsageCounts *self,
                            GraphbitLlmUsage *usage)
{
  static const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;

  *self = nothing;
  if (usage == NULL)
    return;

  self->prompt = graphbit_llm_usage_get_prompt_tokens (usage);
  self->completion = graphbit_llm_usage_get_completion_tokens (usage);
  self->total = graphbit_llm_usage_get_total_tokens (usage);
  self->cached = graphbit_llm_usage_get_cached_tokens (usage);
  self->cache_write = graphbit_llm_usage_get_cache_write_tokens (usage);
  self->reasoning = graphbit_llm_usage_get_reasoning_tokens (usage);
}

static void
write_count (GraphbitJsonWriter *writer,
             const char *name,
             gint64 count)
{
  graphbit_json_writer_name (writer, name);
  if (count >= 0)
    graphbit_json_writer_int64 (writer, count);
  else
    graphbit_json_writer_null (writer);
}

void
graphbit_usage_counts_write (const GraphbitLlmUsageCounts *self,
                             GraphbitJsonWriter *writer)
{
  graphbit_json_writer_begin_object (writer);
  write_count (writer, "prompt_tokens", self->prompt);
  write_count (writer, "completion_tokens", self->completion);
  write_count (writer, "total_tokens", self->total);
  graphbit_json_writer_name (writer, "prompt_tokens_details");
  graphbit_json_writer_begin_object (writer);
  write_count (writer, "cached_tokens", self->cached);
  write_count (writer, "cache_creation_tokens", self->cache_write);
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_name (writer, "completion_tokens_details");
  graphbit_json_writer_begin_object (writer);
  write_count (writer, "reasoning_tokens", self->reasoning);
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);
}

char *
graphbit_time_to_text (gint64 wall)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (wall / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%06" G_GINT64_FORMAT "Z", text, wall % G_USEC_PER_SEC);
}

void
graphbit_time_member (GraphbitJsonWriter *writer,
                      const char *name,
                      gint64 wall)
{
  g_autofree char *text = graphbit_time_to_text (wall);

  graphbit_json_writer_string_member (writer, name, text);
}

void
graphbit_tool_calls_write (GListModel *calls,
                           GraphbitJsonWriter *writer)
{
  guint n = g_list_model_get_n_items (calls);

  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "id", graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_string_member (writer, "parameters", graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (writer);
    }
  graphbit_json_writer_end_array (writer);
}

static void
write_message (GraphbitLlmMessage *message,
               GraphbitJsonWriter *writer)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool" };
  guint n_tool_calls = graphbit_llm_message_count_tool_calls (message);
  const char *id = graphbit_llm_message_get_tool_call_id (message);

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "role", roles[graphbit_llm_message_get_role (message)]);
  graphbit_json_writer_string_member (writer, "content", graphbit_llm_message_get_content (message));
  if (id != NULL)
    graphbit_json_writer_string_member (writer, "tool_call_id", id);
  if (n_tool_calls > 0)
    {
      graphbit_json_writer_name (writer, "tool_calls");
      graphbit_tool_calls_write (graphbit_llm_message_get_tool_calls (message), writer);
    }
  graphbit_json_writer_end_object (writer);
}

/* What the conversation had more than in the exchange before; `input` is the new words as one text. */
static void
write_messages (const GraphbitAgentReport *self,
                guint first,
                guint end,
                GraphbitJsonWriter *writer)
{
  g_autoptr (GString) input = g_string_new (NULL);

  graphbit_json_writer_name (writer, "messages");
  graphbit_json_writer_begin_array (writer);
  for (guint i = first; i < end; i++)
    {
      GraphbitLlmMessage *message = self->messages->pdata[i];
      GraphbitLlmRole role = graphbit_llm_message_get_role (message);

      write_message (message, writer);
      if (role != GRAPHBIT_LLM_ROLE_USER && role != GRAPHBIT_LLM_ROLE_TOOL)
        continue;
      if (input->len > 0)
        g_string_append (input, "\n\n");
      g_string_append (input, graphbit_llm_message_get_content (message));
    }
  graphbit_json_writer_end_array (writer);
  graphbit_json_writer_string_member (writer, "input", input->str);
}

static void
write_retries (guint n_retries,
               GraphbitJsonWriter *writer)
{
  graphbit_json_writer_name (writer, "retries");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_retries; i++)
    {
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_int64_member (writer, "attempt", i + 2);
      graphbit_json_writer_end_object (writer);
    }
  graphbit_json_writer_end_array (writer);
}

/* `n_seen` messages of the conversation belong to the exchanges before. */
static void
write_step (const GraphbitAgentReport *self,
            const GraphbitAgentStep *step,
            guint n_seen,
            GraphbitJsonWriter *writer,
            gint64 offset)
{
  gint64 duration_ms = (step->ended - step->started) / 1000;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "type", step->is_tool ? "tool_call" : "llm_call");
  graphbit_json_writer_string_member (writer, "id", step->id);
  if (step->is_tool)
    {
      graphbit_json_writer_string_member (writer, "tool_name", step->name);
      graphbit_json_writer_string_member (writer, "parameters", step->input);
    }
  else
    {
      graphbit_json_writer_string_member (writer, "model", step->name);
      graphbit_json_writer_string_member (writer, "provider", step->provider);
      write_messages (self, n_seen, step->n_messages, writer);
    }
  graphbit_json_writer_string_member (writer, "output", step->output);
  if (!step->is_tool)
    {
      graphbit_json_writer_string_member (writer, "finish_reason", step->finish_reason);
      graphbit_json_writer_raw_member (writer, "tool_calls", step->tool_calls != NULL ? step->tool_calls : "[]", -1);
    }
  graphbit_json_writer_boolean_member (writer, "success", step->error == NULL);
  graphbit_json_writer_string_member (writer, "error", step->error);
  graphbit_time_member (writer, "start_time", step->started + offset);
  graphbit_time_member (writer, "end_time", step->ended + offset);
  if (step->is_tool)
    graphbit_json_writer_int64_member (writer, "latency_ms", duration_ms);
  else
    {
      graphbit_json_writer_int64_member (writer, "duration_ms", duration_ms);
      graphbit_json_writer_name (writer, "usage");
      graphbit_usage_counts_write (&step->usage, writer);
    }
  write_retries (step->n_retries, writer);
  graphbit_json_writer_end_object (writer);
}

void
graphbit_agent_report_write (const GraphbitAgentReport *self,
                             GraphbitJsonWriter *writer,
                             gint64 offset)
{
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_retries = 0, n_seen = 0;

  graphbit_json_writer_string_member (writer, "user_input", self->prompt);
  graphbit_json_writer_string_member (writer, "system_prompt", self->system_prompt);
  graphbit_json_writer_string_member (writer, "provider", self->provider);
  graphbit_json_writer_string_member (writer, "model", self->model);
  graphbit_json_writer_name (writer, "options");
  graphbit_llm_options_write (self->options, writer);

  graphbit_json_writer_name (writer, "tools_available");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; self->tools[i] != NULL; i++)
    graphbit_json_writer_string (writer, self->tools[i]);
  graphbit_json_writer_end_array (writer);
  graphbit_json_writer_int64_member (writer, "total_tools_available", g_strv_length (self->tools));

  /* GraphBit counts the rounds after the first one. */
  graphbit_json_writer_int64_member (writer, "total_iterations", self->iterations > 0 ? self->iterations - 1 : 0);
  graphbit_json_writer_int64_member (writer, "max_iterations", self->max_iterations);
  graphbit_json_writer_string_member (writer, "exit_reason", self->exit_reason);

  graphbit_json_writer_name (writer, "total_usage");
  graphbit_usage_counts_write (&self->usage, writer);
  graphbit_json_writer_int64_member (writer, "total_tool_calls", self->n_tool_calls);

  graphbit_json_writer_name (writer, "tools_used");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const GraphbitAgentStep *step = &g_array_index (self->steps, GraphbitAgentStep, i);

      if (step->is_tool && g_hash_table_add (used, step->name))
        graphbit_json_writer_string (writer, step->name);
      n_retries += step->n_retries;
    }
  graphbit_json_writer_end_array (writer);
  graphbit_json_writer_int64_member (writer, "total_retries", n_retries);

  graphbit_json_writer_name (writer, "executions");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const GraphbitAgentStep *step = &g_array_index (self->steps, GraphbitAgentStep, i);

      write_step (self, step, n_seen, writer, offset);
      if (!step->is_tool)
        n_seen = step->n_messages;
    }
  graphbit_json_writer_end_array (writer);
}
