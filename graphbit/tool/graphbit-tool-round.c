/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-round-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-approval-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-error.h"

struct _GraphbitToolRound
{
  int ref_count; /* a function or callback may release the round that called it */
  GraphbitOperation *operation;
  guint *depth;
  const GraphbitToolRoundFuncs *funcs; /* NULL: released */
  gpointer data;

  guint n_slots;
  guint n_running;
  guint n_asking;
  guint n_ended;
  guint first; /* those before it have ended */
  gboolean is_exclusive; /* what runs must run alone */
  gboolean is_advancing;
  GraphbitToolRoundLimits limits;
  gboolean is_stopped; /* by an error */
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
      g_clear_object (&slot->call);
      g_free (slot->output);
      g_clear_pointer (&slot->parts, g_ptr_array_unref);
      g_clear_error (&slot->error);
    }
  g_free (self);
}

/* It asks no more; from here on it waits for nobody. */
static void
close_approval (GraphbitToolSlot *slot,
                const GraphbitToolRoundFuncs *funcs,
                GraphbitApprovalState state,
                gboolean is_always)
{
  GraphbitToolRound *self = slot->round;
  g_autoptr (GraphbitApproval) approval = g_steal_pointer (&slot->approval);

  graphbit_call_close (&slot->ticket, state == GRAPHBIT_APPROVAL_STATE_EXPIRED);
  self->n_asking--;
  funcs->approval_changed (self->data, slot, approval, state, is_always);
}

void
graphbit_tool_round_release (GraphbitToolRound **round)
{
  GraphbitToolRound *self = g_steal_pointer (round);
  const GraphbitToolRoundFuncs *funcs;

  if (self == NULL)
    return;

  funcs = g_steal_pointer (&self->funcs);
  for (guint i = 0; i < self->n_slots; i++)
    {
      GraphbitToolSlot *slot = &self->slots[i];

      graphbit_timeout_clear (&slot->timeout);
      if (slot->approval != NULL)
        close_approval (slot, funcs, GRAPHBIT_APPROVAL_STATE_EXPIRED, FALSE);
      else if (slot->ticket != NULL)
        graphbit_call_close (&slot->ticket, TRUE);
    }
  round_unref (self);
}

gboolean
graphbit_tool_round_is_asking (GraphbitToolRound *self)
{
  return self->n_asking > 0 && self->n_asking + self->n_ended == self->n_slots;
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

/* Takes both over. The model is told the error's text if there is no other. */
static void
end_slot (GraphbitToolSlot *slot,
          GraphbitToolAnswer *answer,
          GError *error)
{
  GraphbitToolRound *self = slot->round;

  if (answer == NULL)
    answer = graphbit_tool_answer_new (g_strdup_printf ("The tool failed: %s", error->message), NULL);
  if (slot->tool != NULL)
    graphbit_tool_limit_answer (slot->tool, answer);
  g_free (slot->output);
  slot->output = g_steal_pointer (&answer->text);
  slot->parts = g_steal_pointer (&answer->parts);
  graphbit_tool_answer_free (answer);
  slot->error = error;
  slot->ended = graphbit_clock_now ();
  if (slot->state == GRAPHBIT_TOOL_SLOT_RUNNING && --self->n_running == 0)
    self->is_exclusive = FALSE;
  if (error != NULL && self->limits.stops_on_error)
    self->is_stopped = TRUE;
  slot->state = GRAPHBIT_TOOL_SLOT_ENDED;
  g_clear_object (&slot->call);
  self->n_ended++;
  self->funcs->ended (self->data, slot);
}

/* The model's own mistake, or a person's word. Takes both over. */
static void
refuse (GraphbitToolSlot *slot,
        char *output,
        GError *error)
{
  slot->is_refused = TRUE;
  end_slot (slot, graphbit_tool_answer_new (output, NULL), error);
}

static void
on_timeout (GraphbitOperation *operation,
            gpointer data)
{
  GraphbitToolSlot *slot = data;
  GraphbitToolRound *self = slot->round;
  guint timeout_ms = graphbit_tool_get_timeout_ms (slot->tool);

  graphbit_timeout_clear (&slot->timeout);
  self->ref_count++;
  graphbit_call_close (&slot->ticket, TRUE); /* code of the application, which cannot end the run from here */
  end_slot (slot,
            graphbit_tool_answer_new (g_strdup_printf ("The tool gave no result within %u ms and was stopped.", timeout_ms),
                                      NULL),
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
run_slot (GraphbitToolSlot *slot)
{
  GraphbitToolRound *self = slot->round;
  const char *name = graphbit_llm_tool_call_get_name (slot->request);
  GraphbitToolAnswer *answer = NULL;
  /* Who is to answer keeps it: one that is dropped fails. */
  g_autoptr (GraphbitToolCall) call = g_steal_pointer (&slot->call);
  GError *error = NULL;
  gint64 deadline;
  gboolean is_answered, will_answer;

  slot->state = GRAPHBIT_TOOL_SLOT_RUNNING;
  slot->started = graphbit_clock_now ();
  self->n_running++;
  self->is_exclusive = !graphbit_tool_get_is_parallel_safe (slot->tool);
  deadline = slot->started + (gint64) graphbit_tool_get_timeout_ms (slot->tool) * 1000;
  slot->ticket = graphbit_call_open (GRAPHBIT_CALL (call), self->operation, on_answered, slot,
                                     GRAPHBIT_ERROR_TOOL_FAILED, deadline);

  (*self->depth)++;
  is_answered = graphbit_tool_invoke (slot->tool, call, &answer, &error);
  will_answer = !is_answered && graphbit_tool_emit_call (slot->tool, call);
  (*self->depth)--;

  /* The first answer counts, whatever is returned after it. */
  if (self->funcs != NULL && graphbit_call_get_is_answered (GRAPHBIT_CALL (call)))
    {
      g_clear_pointer (&answer, graphbit_tool_answer_free);
      g_clear_error (&error);
      will_answer = TRUE;
    }

  if (will_answer)
    {
      /* Answered at once it goes on at once, as after a function. */
      if (self->funcs != NULL && graphbit_call_take (&slot->ticket, (gpointer *) &answer, &error))
        {
          end_slot (slot, answer, error);
          return;
        }
      if (self->funcs != NULL && slot->ticket != NULL)
        slot->timeout = graphbit_timeout_new (self->operation, deadline, on_timeout, slot);
      return;
    }
  if (!is_answered)
    error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED,
                         _("Nothing answers calls of the tool “%s”; give it a function, or connect a handler to its “call” "
                           "signal that returns TRUE and answers the call"),
                         name);

  if (self->funcs == NULL)
    {
      /* The run ended while the function ran. */
      g_clear_pointer (&answer, graphbit_tool_answer_free);
      g_clear_error (&error);
      return;
    }
  graphbit_call_close (&slot->ticket, FALSE);
  end_slot (slot, answer, error);
}

static void
on_approval_answered (GraphbitOperation *operation,
                      gpointer data,
                      gpointer value,
                      GError *error)
{
  GraphbitToolSlot *slot = data;
  GraphbitToolRound *self = slot->round;

  self->ref_count++;
  if (error == NULL)
    {
      slot->state = GRAPHBIT_TOOL_SLOT_ALLOWED;
      close_approval (slot, self->funcs, GRAPHBIT_APPROVAL_STATE_ALLOWED,
                      GPOINTER_TO_INT (value) == GRAPHBIT_APPROVAL_ANSWER_ALWAYS);
    }
  else
    {
      close_approval (slot, self->funcs, GRAPHBIT_APPROVAL_STATE_DENIED, FALSE);
      refuse (slot, g_strdup_printf ("A person was asked and did not allow this call: %s", error->message), error);
    }
  advance (self);
  round_unref (self);
}

/* FALSE: a person must allow it first, or it has ended. */
static gboolean
check_approval (GraphbitToolSlot *slot)
{
  GraphbitToolRound *self = slot->round;
  GError *error = NULL;
  gint64 deadline = 0;
  GraphbitApproval *approval = self->funcs->make_approval (self->data, slot, slot->call, &deadline, &error);

  if (error != NULL)
    {
      refuse (slot, g_strdup_printf ("The call was not allowed: %s", error->message), error);
      return FALSE;
    }
  if (approval == NULL)
    return TRUE;

  slot->state = GRAPHBIT_TOOL_SLOT_ASKING;
  slot->approval = approval;
  slot->ticket = graphbit_call_open (GRAPHBIT_CALL (approval), self->operation, on_approval_answered, slot,
                                     GRAPHBIT_ERROR_TOOL_DENIED, deadline);
  self->n_asking++;
  self->funcs->approval_changed (self->data, slot, approval, GRAPHBIT_APPROVAL_STATE_WAITING, FALSE);
  return FALSE;
}

/* Why it is not called at all; NULL: it may be. */
static GError *
check_limits (GraphbitToolSlot *slot)
{
  GraphbitToolRound *self = slot->round;
  const char *name = graphbit_llm_tool_call_get_name (slot->request);

  if (self->limits.max_calls > 0 && slot - self->slots >= (gssize) self->limits.max_calls)
    return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                        _("The tool “%s” was not called: %u calls are the most at a time; raise max-tool-calls"),
                        name, self->limits.max_calls);
  if (self->limits.deadline > 0 && graphbit_clock_now () >= self->limits.deadline)
    return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                        _("The tool “%s” was not called: the time for all calls was over"), name);
  if (self->is_stopped)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                        _("The tool “%s” was not called, since a call before it failed; set continue-on-error to go on"),
                        name);
  return NULL;
}

static void
start_slot (GraphbitToolSlot *slot)
{
  GraphbitToolRound *self = slot->round;
  const char *name = graphbit_llm_tool_call_get_name (slot->request);
  const char *arguments_json = graphbit_llm_tool_call_get_arguments_json (slot->request);
  g_autoptr (JsonNode) arguments = NULL;
  GError *error = check_limits (slot);
  char *problem = NULL;

  slot->started = graphbit_clock_now ();
  self->funcs->started (self->data, slot);
  if (error != NULL)
    {
      refuse (slot, g_strdup (error->message), error);
      return;
    }

  if (slot->tool == NULL)
    {
      refuse (slot, g_steal_pointer (&slot->output),
              g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND,
                           _("The model called a tool “%s”, which there is not"), name));
      return;
    }

  arguments = graphbit_tool_parse_arguments (slot->tool, arguments_json, &problem);
  if (arguments == NULL)
    {
      refuse (slot, problem,
              g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                           _("The model called the tool “%s” with arguments that it does not take"), name));
      return;
    }

  slot->call = graphbit_tool_call_new (graphbit_llm_tool_call_get_id (slot->request), name,
                                       *arguments_json != '\0' ? arguments_json : "{}", arguments);
  if (check_approval (slot))
    run_slot (slot);
}

static gboolean
may_start (GraphbitToolRound *self,
           GraphbitToolSlot *slot)
{
  if (self->n_running == 0)
    return TRUE;
  if (self->limits.max_concurrency > 0 && self->n_running >= self->limits.max_concurrency)
    return FALSE;

  return !self->is_exclusive && (slot->tool == NULL || graphbit_tool_get_is_parallel_safe (slot->tool));
}

/* The first one whose turn it is; what is asked about is passed over. */
static GraphbitToolSlot *
find_next (GraphbitToolRound *self)
{
  while (self->first < self->n_slots && self->slots[self->first].state == GRAPHBIT_TOOL_SLOT_ENDED)
    self->first++;
  for (guint i = self->first; i < self->n_slots; i++)
    {
      GraphbitToolSlot *slot = &self->slots[i];

      if (slot->state == GRAPHBIT_TOOL_SLOT_WAITING || slot->state == GRAPHBIT_TOOL_SLOT_ALLOWED)
        return may_start (self, slot) ? slot : NULL;
    }
  return NULL;
}

static void
advance (GraphbitToolRound *self)
{
  GraphbitToolSlot *slot;

  /* A call that ends at once comes back here from inside the loop. */
  if (self->is_advancing || self->funcs == NULL)
    return;

  self->ref_count++;
  self->is_advancing = TRUE;
  while (self->funcs != NULL && !self->funcs->is_cancelled (self->data) && (slot = find_next (self)) != NULL)
    {
      if (slot->state == GRAPHBIT_TOOL_SLOT_ALLOWED)
        run_slot (slot);
      else
        start_slot (slot);
    }
  self->is_advancing = FALSE;

  if (self->funcs != NULL && self->n_ended == self->n_slots && !self->funcs->is_cancelled (self->data))
    self->funcs->done (self->data);
  round_unref (self);
}

void
graphbit_tool_round_set_limits (GraphbitToolRound *self,
                                const GraphbitToolRoundLimits *limits)
{
  self->limits = *limits;
}

void
graphbit_tool_round_start (GraphbitToolRound *self)
{
  advance (self);
}
