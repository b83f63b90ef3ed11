/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit/graphbit.h"

G_BEGIN_DECLS

/*
 * A workflow in one line. Nodes by name, in the order of insertion:
 *
 *   A      a function that returns "a"
 *   A!     one that fails with "A broke"; A!c, A!f: with on-error continue, fallback "f"
 *   A!2    one that fails twice and then returns "a"; max-retries is 2
 *   A*     a node without a function whose call is kept, unanswered
 *   ?A=B   a condition that chooses B; with ! after its name it fails
 *   %A:X   a condition with the expression X, without blanks; %A!cX, …: with on-error
 *
 * and edges: A>B data, A~B error, A?B:X conditional. The functions log "A(input)".
 */
typedef struct
{
  GraphbitWorkflow *workflow;
  GString *log;     /* what ran, in order */
  GPtrArray *calls; /* NodeCalls that wait for an answer */
} Scene;

Scene *scene_new (const char *text);
void scene_free (Scene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* "A:completed B:skipped" */
char *scene_describe (GraphbitWorkflowResult *result, Scene *self);

/* Takes the node over. */
void support_add (GraphbitWorkflow *workflow, gpointer node);
void support_connect (GraphbitWorkflow *workflow, const char *source, const char *target);

/* By the main loop. */
GraphbitWorkflowResult *support_execute (GraphbitExecutor *executor,
                                         GraphbitWorkflow *workflow,
                                         GVariant *inputs,
                                         GCancellable *cancellable,
                                         GError **error);
GraphbitWorkflowResult *support_wait (GraphbitRun *run);

/* "workflow_started node_started:A …": the events, with the node's or tool's name. Sequences are checked. */
void support_append_event (GString *log, GraphbitEvent *event);
char *support_read_events (GraphbitRun *run);
char *support_list_events (GraphbitRun *run);

/* A model in the application. The handler answers, now or later. */
typedef gboolean (*ModelFunc) (GraphbitProviderCall *call, gpointer data);
GraphbitLlmConfig *support_model_new (ModelFunc func, gpointer data);
/* The text of the last message of the request, and its number of messages. */
char *support_last_message (GraphbitProviderCall *call);
guint support_n_messages (GraphbitProviderCall *call);
/* An answer that cost 10 and 2 tokens. */
GraphbitLlmResponse *support_answer (const char *text);
/* One with tool calls: "name {…}" each; ids are call-1, call-2. */
GraphbitLlmResponse *support_tool_calls (const char *text, ...) G_GNUC_NULL_TERMINATED;

/* Turns of the default context until `done`; an idle loop that would block is an error after a real minute. */
void support_run_until (gboolean *done);
void support_turns (guint n);

G_END_DECLS
