/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-round-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-tool-private.h"

struct _GraphbitToolRound
{
  int ref_count; /* a function or callback may release the round that called it */
  GraphbitOperation *operation;
  guint *depth;
  const GraphbitToolRoundFuncs *funcs; /* NULL: released */
  gpointer data;

  guint n_slots;
  guint n_started;
  guint n_ended;
  gboolean is_exclusive; /* what runs must run alone */
  gboolean is_advancing;
  GraphbitToolSlot slots[];
};

static void advance (GraphbitToolRound *self);

static GraphbitTool *
find_tool (GPtrArray *tools,
           const char *name)
{
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    {
      GraphbitTool *tool = tools->pdata[i];

      if (g_strcmp0 (graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool)), name) == 0)
        return tool;
    }
  return NULL;
}

static char *
describe_unknown_tool (GPtrArray *tools,
                       const char *name)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "There is no tool “%s”.", name);
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? " There are: " : ", ",
                            graphbit_llm_tool_spec_get_name (tools->pdata[i]));
  return g_string_free (text, FALSE);
}

GraphbitToolRound *
graphbit_tool_round_new (GraphbitOperation *operation,
                         GPtrArray *tools,
                         GListModel *calls,
                         guint *depth,
                         const GraphbitToolRoundFuncs *funcs,
                         gpointer data)
{
  guint n = g_list_model_get_n_items (calls);
  GraphbitToolRound *self = g_malloc0 (sizeof (GraphbitToolRound) + n * sizeof (GraphbitToolSlot));

  self->ref_count = 1;
  self->operation = operation;
  self->depth = depth;
  self->funcs = funcs;
  self->data = data;
  self->n_slots = n;
  for (guint i = 0; i < n; i++)
    {
      GraphbitToolSlot *slot = &self->slots[i];
      const char *name;

      slot->round = self;
      slot->request = g_list_model_get_item (calls, i);
      name = graphbit_llm_tool_call_get_name (slot->request);
      slot->tool = find_tool (tools, name);
      if (slot->tool != NULL)
        g_object_ref (slot->tool);
      else
        slot->output = describe_unknown_tool (tools, name);
    }
  return self;
}

static void
round_unref (GraphbitToolRound *self)
{
  if (--self->ref_count > 0)
    return;

  for (guint i = 0; i < self->n_slots; i++)
    {
      GraphbitToolSlot *slot = &self->slots[i];

      g_object_unref (slot->request);
      g_clear_object (&slot->tool);
      g_free (slot->output);
      g_clear_error (&slot->error);
    }
  g_free (self);
}

void
graphbit_tool_round_release (GraphbitToolRound **round)
{
  GraphbitToolRound *self = g_steal_pointer (round);

  if (self == NULL)
    return;

  self->funcs = NULL;
  for (guint i = 0; i < self->n_slots; i++)
    {
      graphbit_timeout_clear (&self->slots[i].timeout);
      if (self->slots[i].ticket != NULL)
        graphbit_call_close (&self->slots[i].ticket, TRUE);
    }
  round_unref (self);
}

guint
graphbit_tool_round_get_n_slots (GraphbitToolRound *self)
{
  return self->n_slots;
}

const GraphbitToolSlot *
graphbit_tool_round_get_slot (GraphbitToolRound *self,
                              guint index)
{
  return &self->slots[index];
}

/* Takes output and error over. The model is told the error's text if there is no other. */
static void
end_slot (GraphbitToolSlot *slot,
          char *output,
          GError *error)
{
  GraphbitToolRound *self = slot->round;

  g_assert (slot->state == GRAPHBIT_TOOL_SLOT_RUNNING);

  if (output == NULL)
    output = g_strdup_printf ("The tool failed: %s", error->message);
  slot->output = slot->tool != NULL ? graphbit_tool_limit_output (slot->tool, output) : output;
  slot->error = error;
  slot->ended = graphbit_clock_now ();
  slot->state = GRAPHBIT_TOOL_SLOT_ENDED;

  self->n_ended++;
  if (self->n_ended == self->n_started)
    self->is_exclusive = FALSE;
  self->funcs->ended (self->data, slot);
}

static void
on_timeout (GraphbitOperation *operation,
            gpointer data)
{
  GraphbitToolSlot *slot = data;
  GraphbitToolRound *self = slot->round;
  guint timeout_ms = graphbit_tool_get_timeout_ms (slot->tool);

  graphbit_timeout_clear (&slot->timeout);
  graphbit_call_close (&slot->ticket, TRUE);
  self->ref_count++;
  end_slot (slot,
            g_strdup_printf ("The tool gave no result within %u ms and was stopped.", timeout_ms),
            g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                         _("The tool “%s” gave no result within %u ms"),
                         graphbit_llm_tool_call_get_name (slot->request), timeout_ms));
  advance (self);
  round_unref (self);
}

static void
on_answered (GraphbitOperation *operation,
             gpointer data,
             gpointer value,
             GError *error)
{
  GraphbitToolSlot *slot = data;
  GraphbitToolRound *self = slot->round;

  graphbit_timeout_clear (&slot->timeout);
  if (slot->ticket != NULL)
    graphbit_call_close (&slot->ticket, FALSE);
  self->ref_count++;
  end_slot (slot, value, error);
  advance (self);
  round_unref (self);
}

static void
start_slot (GraphbitToolSlot *slot)
{
  GraphbitToolRound *self = slot->round;
  const char *name = graphbit_llm_tool_call_get_name (slot->request);
  const char *arguments_json = graphbit_llm_tool_call_get_arguments_json (slot->request);
  g_autoptr (GraphbitToolCall) call = NULL;
  g_autoptr (JsonNode) arguments = NULL;
  GError *error = NULL;
  char *output = NULL;
  gint64 deadline;
  gboolean is_answered, will_answer;

  slot->state = GRAPHBIT_TOOL_SLOT_RUNNING;
  slot->started = graphbit_clock_now ();
  self->funcs->started (self->data, slot);
  if (self->funcs == NULL)
    return;

  if (slot->tool == NULL)
    {
      slot->is_refused = TRUE;
      end_slot (slot, g_steal_pointer (&slot->output),
                g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND,
                             _("The model called a tool “%s”, which the agent does not have"), name));
      return;
    }

  arguments = graphbit_tool_parse_arguments (slot->tool, arguments_json, &output);
  if (arguments == NULL)
    {
      slot->is_refused = TRUE;
      error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                           _("The model called the tool “%s” with arguments that it does not take"), name);
      end_slot (slot, output, error);
      return;
    }

  call = graphbit_tool_call_new (graphbit_llm_tool_call_get_id (slot->request), name,
                                 *arguments_json != '\0' ? arguments_json : "{}", arguments);
  deadline = slot->started + (gint64) graphbit_tool_get_timeout_ms (slot->tool) * 1000;
  slot->ticket = graphbit_call_open (GRAPHBIT_CALL (call), self->operation, on_answered, slot,
                                     GRAPHBIT_ERROR_TOOL_FAILED, deadline);

  (*self->depth)++;
  is_answered = graphbit_tool_invoke (slot->tool, call, &output, &error);
  will_answer = !is_answered && graphbit_tool_emit_call (slot->tool, call);
  (*self->depth)--;

  if (will_answer)
    {
      /* Answered at once it goes on at once, as after a function. */
      if (self->funcs != NULL && graphbit_call_take (&slot->ticket, (gpointer *) &output, &error))
        {
          end_slot (slot, output, error);
          return;
        }
      if (self->funcs != NULL && slot->ticket != NULL)
        slot->timeout = graphbit_timeout_new (self->operation, deadline, on_timeout, slot);
      return;
    }
  if (!is_answered)
    error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED,
                         _("Nothing answers calls of the tool “%s”; give it a function or connect to its “call” signal"),
                         name);

  if (self->funcs == NULL)
    {
      /* The run ended while the function ran. */
      g_free (output);
      g_clear_error (&error);
      return;
    }
  graphbit_call_close (&slot->ticket, FALSE);
  end_slot (slot, output, error);
}

static gboolean
may_start (GraphbitToolRound *self,
           GraphbitToolSlot *slot)
{
  if (self->n_ended == self->n_started)
    return TRUE;

  return !self->is_exclusive && (slot->tool == NULL || graphbit_tool_get_is_parallel_safe (slot->tool));
}

static void
advance (GraphbitToolRound *self)
{
  /* A call that ends at once comes back here from inside the loop. */
  if (self->is_advancing || self->funcs == NULL)
    return;

  self->ref_count++;
  self->is_advancing = TRUE;
  while (self->funcs != NULL && self->n_started < self->n_slots && may_start (self, &self->slots[self->n_started]))
    {
      GraphbitToolSlot *slot = &self->slots[self->n_started++];

      self->is_exclusive = slot->tool != NULL && !graphbit_tool_get_is_parallel_safe (slot->tool);
      start_slot (slot);
    }
  self->is_advancing = FALSE;

  if (self->funcs != NULL && self->n_ended == self->n_slots)
    self->funcs->done (self->data);
  round_unref (self);
}

void
graphbit_tool_round_start (GraphbitToolRound *self)
{
  advance (self);
}
