/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-approval.h"
#include "graphbit-event-log-private.h"
#include "graphbit-executor.h"
#include "graphbit-llm-usage-private.h"
#include "graphbit-node-run.h"
#include "graphbit-operation-private.h"
#include "graphbit-plan-private.h"
#include "graphbit-run-names-private.h"
#include "graphbit-run.h"
#include "graphbit-variables-private.h"
#include "graphbit-workflow-context.h"

G_BEGIN_DECLS

/*
 * A run: its operation, and the state of its nodes in one block with it.
 * Dataflow: a node is ready the moment the last edge into it is settled.
 * Everything is at home unless said otherwise; when the run has ended, nothing
 * changes any more and any thread may read what is left: outputs, errors,
 * times, reports, variables, events.
 */
typedef struct _GraphbitScheduler GraphbitScheduler;
typedef struct _GraphbitAgentReport GraphbitAgentReport;
typedef struct _GraphbitNest GraphbitNest;

/* Thousands of runs may wait at a time: what few of them need is not in here. */
typedef struct
{
  guint8 state;        /* GraphbitNodeState */
  guint8 is_tolerated; /* failed where the workflow's author said that it may */
  guint16 attempts;
  guint32 n_waiting; /* edges into it that are not settled */
  guint32 n_inputs;  /* settled ones that let it run */
  int chosen;        /* conditions: the edge that is taken, or -1 */
  union
  {
    GraphbitTimeout *timeout; /* while it runs */
    char *output;             /* from then on */
  };
  GError *error;
  gpointer work; /* its runner's, while it waits; a GraphbitNest for good */
} GraphbitNodeRecord;

/* What came of a conditional edge's condition when its source had ended. */
typedef struct
{
  gboolean holds;
  GError *error; /* it could not be told: its target fails */
} GraphbitConditionRecord;

typedef struct
{
  gint64 started; /* by the clock; 0: not */
  gint64 ended;
  GraphbitAgentReport *report; /* agents */
} GraphbitNodeMetadata;

/* Model calls in flight, and who waits for one to end. */
typedef struct
{
  GraphbitBudget *budget; /* of this run, until its end; NULL: none */
  GraphbitLlmUsageCounts usage;
  guint n_calls;
  GQueue waiting;         /* of GraphbitAgentLoop */
  GQueue stalled_streams; /* of GraphbitAgentLoop: for the reader to catch up */
  GHashTable *allowed_tools; /* the plan's GraphbitTools that need ask no more; NULL: none */
  gboolean is_tainted;    /* some tool has told what strangers may have written */
} GraphbitModelUse;

/* All that is inside of a run, on whatever level. */
typedef struct
{
  GPtrArray *runs;   /* of GraphbitInnerRun, owned: the first one has the number 1 */
  GHashTable *names; /* GraphbitPlan → GraphbitRunNames, owned */
  GQueue busy;       /* of GraphbitInnerRun that have something to do, the next one first */
  gint64 progress;   /* atomic: what they add to that of the nodes; see GRAPHBIT_PROGRESS_WHOLE */
} GraphbitNesting;

#define GRAPHBIT_PROGRESS_WHOLE (G_GINT64_CONSTANT (1) << 52)

typedef struct
{
  guint max_concurrency;
  guint timeout_seconds : 16; /* an hour at most */
  guint on_failure : 8;       /* GraphbitOnFailure */
  guint is_lightweight : 1;
  guint is_metered : 1;
  guint debug : 1;
  guint guards_sensitive_tools : 1;
  guint can_ask : 1; /* somebody sees the approvals */
} GraphbitRunSettings;

typedef void (*GraphbitSchedulerDone) (GraphbitScheduler *self, gpointer data);

struct _GraphbitScheduler
{
  GraphbitOperation operation;
  GraphbitEnvelope go_on;

  /* Until the end. */
  GraphbitPlan *plan;
  const GraphbitPlanNode *nodes;
  const GraphbitPlanEdge *edges;
  GraphbitExecutor *executor;
  GraphbitWorkflowContext *context; /* the one that function nodes share */
  GraphbitTimeout *timeout;
  GraphbitSchedulerDone done;
  gpointer done_data;

  GraphbitRunSettings settings;
  guint n_nodes;
  guint n_conditions;
  guint n_settled; /* atomic for others than home */
  guint n_running;
  int state; /* atomic GraphbitRunState */
  guint8 is_cancel_requested; /* atomic */
  guint8 is_over;             /* atomic: home has told everything, and is through with the run */
  guint16 is_go_on_posted : 1;
  guint16 is_ended : 1; /* as home sees it; the state follows when everything is in its place */
  guint16 is_paused : 1;
  guint16 is_failing : 1;
  guint16 has_new_approvals : 1; /* or fewer, since they were told */
  guint16 has_warnings : 1;
  guint16 has_handle : 1;
  guint n_answered; /* atomic: what was written before a waiter got something is seen by who reads this */
  guint user_depth; /* functions of the application that are on the stack */
  int failed_node;  /* or -1 */
  GError *error;
  gint64 started; /* by the clock */
  gint64 ended;
  gint64 wall_offset; /* from the clock to the wall */

  GraphbitScheduler *root;  /* the outermost run, which has the operation, the events, the readers; itself, mostly */
  GraphbitNesting *nesting; /* atomic, the root's; NULL while nothing is inside */

  char *id; /* atomic; made when asked for */
  GraphbitRunNames *names; /* made when asked for, at the latest at the end */
  GraphbitVariables inputs;
  GraphbitVariables variables;
  GraphbitEventLog log;
  GraphbitModelUse *models; /* one that says none, where there are no agents */

  /* The handle and those who wait. */
  GWeakRef handle;
  GSList *waiters;     /* of GraphbitRunWaiter, the newest first */
  gpointer reader;     /* atomic; a GraphbitRunWaiter, or NULL */
  GPtrArray *approvals; /* of GraphbitApproval, those that wait, in the order in which they were asked; NULL: never one */
  guint n_held;        /* running nodes that nothing but persons hold up */
  GArray *changed;     /* indices of nodes, once somebody watches NodeRuns */

  /* In one block with it. */
  GraphbitNodeRecord *records;
  GraphbitNodeMetadata *metadata; /* NULL: lightweight */
  GraphbitConditionRecord *conditions; /* by their place in the plan; NULL: none */
  guint64 *all_ready;             /* behind the records: ready nodes, and summaries of 64 words each up to this one */
};

/* Checks, builds, and lets the dispatcher run the first node. The executor's settings are read here. `can_ask`: somebody
 * sees the run's approvals. */
GraphbitScheduler *graphbit_scheduler_start (GraphbitExecutor *executor,
                                             GraphbitWorkflow *workflow,
                                             GVariant *inputs,
                                             GraphbitStreamModes modes,
                                             gboolean can_ask,
                                             GCancellable *cancellable,
                                             GError **error);
/* Called once when the run ends, from the dispatcher, unless it has ended. */
void graphbit_scheduler_set_done (GraphbitScheduler *self, GraphbitSchedulerDone done, gpointer data);
/* For a sync twin: a first turn at once. */
void graphbit_scheduler_run_now (GraphbitScheduler *self);
/* Any thread. */
void graphbit_scheduler_cancel (GraphbitScheduler *self);
/* From then on nothing starts, though home hears of it later. */
static inline gboolean
graphbit_scheduler_is_cancel_requested (GraphbitScheduler *self)
{
  return __atomic_load_n (&self->root->is_cancel_requested, __ATOMIC_RELAXED) ||
         graphbit_operation_is_interrupted (&self->root->operation);
}
/* Lets the dispatcher come back. */
void graphbit_scheduler_post_go_on (GraphbitScheduler *self);

/* Any thread. */
static inline GraphbitRunState
graphbit_scheduler_get_state (const GraphbitScheduler *self)
{
  return (GraphbitRunState) __atomic_load_n (&self->state, __ATOMIC_ACQUIRE);
}
/* Any thread. Whoever sees this may read the log of events, one at a time. */
static inline gboolean
graphbit_scheduler_is_over (const GraphbitScheduler *self)
{
  return __atomic_load_n (&self->is_over, __ATOMIC_SEQ_CST);
}
const char *graphbit_scheduler_get_id (GraphbitScheduler *self);
/* After the end from any thread. */
GraphbitRunNames *graphbit_scheduler_get_names (GraphbitScheduler *self);
const char *graphbit_scheduler_get_output (GraphbitScheduler *self, guint node); /* also a fallback; NULL: none */

/* What a run inside of another has, too; see GraphbitInnerRun. */
static inline gboolean
graphbit_scheduler_is_inner (const GraphbitScheduler *self)
{
  return self->root != self;
}
/* The structure, of its own size or that of an inner run, and behind it what it needs for its nodes and models. */
GraphbitScheduler *graphbit_scheduler_allocate (gsize size,
                                                GraphbitPlan *plan,
                                                const GraphbitRunSettings *settings,
                                                gboolean has_models);
/* Takes the plan over. */
void graphbit_scheduler_begin (GraphbitScheduler *self, GraphbitPlan *plan);
/* Ends those that run, and skips the others. */
void graphbit_scheduler_end_all_nodes (GraphbitScheduler *self, gboolean is_cancelled, gint64 now);
void graphbit_scheduler_clear_nodes (GraphbitScheduler *self);

/* For what runs workflows inside. */
/* As graphbit_scheduler_end_node (), for the turn that is under way. */
void graphbit_scheduler_end_nesting_node (GraphbitScheduler *self,
                                          guint node,
                                          char *output,
                                          GError *error,
                                          gboolean is_providers);
/* Runs a node once more, which goes on. */
void graphbit_scheduler_add_ready (GraphbitScheduler *self, guint node);

/* Gives the declared variables their first values, when the inputs are there. */
void graphbit_scheduler_start_variables (GraphbitScheduler *self, GraphbitPlan *plan);
/* A variable or an input of this level. */
const char *graphbit_scheduler_get_variable (GraphbitScheduler *self, const char *name);

static inline gint64
graphbit_scheduler_get_deadline (const GraphbitScheduler *self)
{
  return self->root->started + (gint64) self->root->settings.timeout_seconds * G_USEC_PER_SEC;
}
/* The same, or that of a node around it, if it is earlier. */
gint64 graphbit_scheduler_get_limit (GraphbitScheduler *self);

/* For runners. */
const char *graphbit_scheduler_get_input (GraphbitScheduler *self, guint edge); /* NULL: it brings nothing */
/* A context for user code of the node; (transfer full). */
GraphbitWorkflowContext *graphbit_scheduler_make_context (GraphbitScheduler *self, guint node);
/* Fills a template in. NODE_FAILED lists the names that are known. */
char *graphbit_scheduler_expand (GraphbitScheduler *self, guint node, GraphbitTemplate *text, GError **error);
char *graphbit_scheduler_resolve (const GraphbitTemplateReference *reference, gpointer scheduler);
void graphbit_scheduler_resolve_value (const GraphbitTemplateReference *reference,
                                       gboolean wants_list,
                                       GraphbitExpressionValue *value,
                                       gpointer scheduler);
void graphbit_scheduler_set_unresolved (GraphbitScheduler *self, guint node, GPtrArray *unresolved, GError **error);
/* A node that waited has ended; takes both over. `is_providers`: a provider's error, which a node does not retry. */
void graphbit_scheduler_end_node (GraphbitScheduler *self, guint node, char *output, GError *error, gboolean is_providers);
static inline gboolean
graphbit_scheduler_wants (const GraphbitScheduler *self,
                          GraphbitEventKind kind)
{
  return graphbit_event_log_wants (&self->root->log, kind);
}
/* There is more of the node for who watches it. */
void graphbit_scheduler_note_change (GraphbitScheduler *self, guint node);
/* Takes the detail over. */
void graphbit_scheduler_emit (GraphbitScheduler *self, GraphbitEventKind kind, guint32 node, GraphbitEventDetail *detail);
/* A person is asked, and sees it when the turn ends. */
void graphbit_scheduler_add_approval (GraphbitScheduler *self, guint node, GraphbitApproval *approval);
/* It waits no more. Runs code of the application. */
void graphbit_scheduler_end_approval (GraphbitScheduler *self, GraphbitApproval *approval, GraphbitApprovalState state);
/* Whether nothing but persons holds a node up; `is_held` is what was said of it last. */
void graphbit_scheduler_set_held (GraphbitScheduler *self, gboolean *is_held, gboolean value);
/* Whether a reader is too far behind for anything new; what stops for that goes on when it has caught up. */
gboolean graphbit_scheduler_pause (GraphbitScheduler *self);
/* A reader has read. */
void graphbit_scheduler_resume (GraphbitScheduler *self);
/* Tells readers and watchers what is new; may run code of the application. */
void graphbit_scheduler_flush (GraphbitScheduler *self);

G_END_DECLS
