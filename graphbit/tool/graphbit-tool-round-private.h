/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-approval.h"
#include "graphbit-call-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-operation-private.h"
#include "graphbit-tool-private.h"

G_BEGIN_DECLS

/*
 * The tool calls of one answer, run together: in parallel where the tools
 * allow it, each with its own time limit, every one ending with a text for the
 * model. Everything here is at home.
 */
typedef struct _GraphbitToolRound GraphbitToolRound;

typedef enum
{
  GRAPHBIT_TOOL_SLOT_WAITING,
  GRAPHBIT_TOOL_SLOT_ASKING,  /* a person is asked; nothing else waits for that */
  GRAPHBIT_TOOL_SLOT_ALLOWED, /* and waits for its turn */
  GRAPHBIT_TOOL_SLOT_RUNNING,
  GRAPHBIT_TOOL_SLOT_ENDED
} GraphbitToolSlotState;

typedef struct
{
  GraphbitLlmToolCall *request;
  GraphbitTool *tool;  /* NULL: the model asked for one that there is not */
  GraphbitToolSlotState state;
  gboolean is_refused; /* the model's own mistake, or a person's word: nothing was called */
  char *output;        /* what the model is told */
  GPtrArray *parts;    /* of GraphbitContentPart: the same with images; NULL: there are none */
  GError *error;       /* NULL: it succeeded */
  gint64 started;      /* since when it runs, without the time for a person */
  gint64 ended;

  /*< private >*/
  GraphbitToolRound *round;
  GraphbitToolCall *call;
  GraphbitApproval *approval;
  GraphbitCallTicket *ticket; /* the approval's while it asks, then the call's */
  GraphbitTimeout *timeout;
} GraphbitToolSlot;

typedef struct
{
  void (*started) (gpointer data, const GraphbitToolSlot *slot);
  void (*ended) (gpointer data, const GraphbitToolSlot *slot);
  /* Once, when every call has ended; maybe from inside start. The round may be released here. */
  void (*done) (gpointer data);
  /* Whether it is about to be released: nothing more is called, and it is not done. */
  gboolean (*is_cancelled) (gpointer data);

  /* Whether a person must be asked first: then with what, until when (by the clock). NULL and `error`: nobody can be
   * asked. NULL alone: it may be called. */
  GraphbitApproval *(*make_approval) (gpointer data,
                                      const GraphbitToolSlot *slot,
                                      GraphbitToolCall *call,
                                      gint64 *deadline,
                                      GError **error);
  /* WAITING: it is to be shown; else it is no more. Also from inside release. */
  void (*approval_changed) (gpointer data,
                            const GraphbitToolSlot *slot,
                            GraphbitApproval *approval,
                            GraphbitApprovalState state,
                            gboolean is_always);
} GraphbitToolRoundFuncs;

typedef struct
{
  guint max_calls;        /* what is beyond is not called; 0: no limit */
  guint max_concurrency;  /* at a time; 0: no limit */
  gint64 deadline;        /* what has not begun by then, on the clock, is not called; 0: none */
  gboolean stops_on_error; /* what has not begun when one fails is not called */
} GraphbitToolRoundLimits;

/* `tools`: of GraphbitTool, or NULL; `calls`: of GraphbitLlmToolCall. The operation must outlive the round, and with
 * it `depth`, which counts the functions of the application that are on the stack. */
GraphbitToolRound *graphbit_tool_round_new (GraphbitOperation *operation,
                                            GPtrArray *tools,
                                            GListModel *calls,
                                            guint *depth,
                                            const GraphbitToolRoundFuncs *funcs,
                                            gpointer data);
/* Before it starts. */
void graphbit_tool_round_set_limits (GraphbitToolRound *self, const GraphbitToolRoundLimits *limits);
void graphbit_tool_round_start (GraphbitToolRound *self);
guint graphbit_tool_round_get_n_slots (GraphbitToolRound *self);
const GraphbitToolSlot *graphbit_tool_round_get_slot (GraphbitToolRound *self, guint index);
/* Whether it waits for persons and for nothing else. */
gboolean graphbit_tool_round_is_asking (GraphbitToolRound *self);
/* No more callbacks but for what is asked; what still runs is cancelled and its answers are dropped. Accepts *NULL. */
void graphbit_tool_round_release (GraphbitToolRound **self);

G_END_DECLS
