/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-closure-private.h"
#include "graphbit-edge.h"
#include "graphbit-expression-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-node.h"
#include "graphbit-template-private.h"
#include "graphbit-workflow.h"

G_BEGIN_DECLS

/*
 * What a run runs: an immutable picture of a workflow at one revision. Nodes
 * and edges are indices, in the order in which they were added; settings are
 * copied, templates parsed, closures referenced. The executor reads this and
 * never a Node.
 *
 * Counted atomically, but the last reference must go at home: what it frees
 * holds functions and objects of the application. A run lets its plan go when
 * it completes, which happens there; a workflow when it changes or dies.
 */
typedef struct _GraphbitPlan GraphbitPlan;

#define GRAPHBIT_PLAN_NO_CONDITION G_MAXUINT32

typedef struct
{
  guint32 source;
  guint32 target;
  GraphbitEdgeKind kind;
  guint32 condition; /* its place among the plan's conditions, or NO_CONDITION */
} GraphbitPlanEdge;

typedef struct
{
  const char *id; /* owned by the plan, as all texts */
  const char *name;
  GraphbitNodeKind kind;
  GraphbitOnError on_error;
  guint timeout_ms;  /* 0: none of its own */
  guint max_retries;
  const char *fallback;    /* never NULL: "" if none was given */
  const char *output_name; /* NULL: none */

  guint32 n_in, n_out;
  const guint32 *in;   /* indices of edges, in the order of connection */
  const guint32 *out;

  gconstpointer settings; /* of the kind: one of the structures below */
} GraphbitPlanNode;

typedef struct
{
  GraphbitTemplate *prompt;
  GraphbitTemplate *context;       /* NULL: none */
  GraphbitTemplate *system_prompt; /* NULL: none */
  GraphbitLlmConfig *config;       /* NULL: the executor's. The node's own object: to be read at start */
  GraphbitLlmOptions *options;     /* a private copy, with the agent's schema, or NULL */
  GPtrArray *tools;                /* of GraphbitTool, their names all different; or NULL */
  guint max_iterations;
  int include_inputs;              /* GraphbitIncludeInputs */
  gboolean fail_run_on_tool_error;
  const char *agent_id;            /* NULL: none */
} GraphbitPlanAgent;

typedef struct
{
  GraphbitClosure *closure; /* NULL: the node's `call` signal answers */
  GraphbitNode *node;       /* only for graphbit_node_emit_call () */
} GraphbitPlanFunction;

typedef struct
{
  GraphbitPlanFunction function;
  GraphbitExpression *expression; /* NULL: the function chooses */
} GraphbitPlanCondition;

typedef struct
{
  int transformation;         /* GraphbitTransformation */
  GraphbitTemplate *template_; /* NULL for all but the template */
  const char *argument;       /* never NULL, nor is the replacement */
  const char *replacement;
  GRegex *regex;              /* NULL for all but the two with a pattern */
} GraphbitPlanTransform;

typedef struct
{
  GraphbitPlan *plan; /* of the workflow inside; NULL only while it is checked */
  guint max_concurrency; /* maps; 0: no limit */
  guint max_iterations;  /* loops */
  GraphbitExpression *condition; /* loops */
} GraphbitPlanNested;    /* map, loop and workflow nodes */

typedef struct
{
  const char *separator; /* NULL: line ends, and an array stays as it is */
} GraphbitPlanSplit;

typedef struct
{
  int mode;                    /* GraphbitJoinMode */
  const char *separator;       /* never NULL */
  GraphbitTemplate *template_; /* NULL for all but the template */
} GraphbitPlanJoin;

typedef struct
{
  guint delay_ms;
} GraphbitPlanDelay;

typedef struct
{
  const char *name;
  GraphbitTemplate *value;
} GraphbitPlanHeader;

typedef struct
{
  GraphbitTemplate *url;
  const char *method;          /* constant */
  GraphbitPlanHeader *headers; /* NULL at 0 */
  guint n_headers;
  GraphbitTemplate *body;      /* NULL: none */
  char **allowed_hosts;        /* NULL: none */
} GraphbitPlanHttp;

typedef struct
{
  GraphbitTemplate *question;
} GraphbitPlanApproval;

typedef struct
{
  const char *name;
  GraphbitJsonSchema *schema; /* NULL: any value */
  const char *unknown;        /* in the workflow: members of its file; NULL: none */
} GraphbitPlanInput;

typedef struct
{
  const char *name;
  const char *value;   /* when a run starts; NULL: there is none yet */
  const char *unknown; /* as above */
} GraphbitPlanVariable;

/* Which problems are looked for. */
typedef enum
{
  GRAPHBIT_CHECK_FIRST, /* the errors of the first rule that is broken */
  GRAPHBIT_CHECK_ALL,   /* with warnings */
  GRAPHBIT_CHECK_SHAPE  /* likewise, but only of rules that files must obey as well */
} GraphbitCheckScope;

/* The workflow's current plan, cached by its revision. NULL and INVALID_WORKFLOW: the first problem. Any thread,
 * as long as no other one changes the workflow meanwhile. */
GraphbitPlan *graphbit_workflow_dup_plan (GraphbitWorkflow *workflow, GError **error);
GraphbitPlan *graphbit_plan_ref (GraphbitPlan *self);
void graphbit_plan_unref (GraphbitPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitPlan, graphbit_plan_unref)

guint graphbit_plan_get_n_nodes (GraphbitPlan *self);
const GraphbitPlanNode *graphbit_plan_get_node (GraphbitPlan *self, guint index);
/* Both arrays whole, for the scheduler's loops. */
const GraphbitPlanNode *graphbit_plan_get_nodes (GraphbitPlan *self);
gboolean graphbit_plan_has_kind (GraphbitPlan *self, GraphbitNodeKind kind);
guint graphbit_plan_get_n_edges (GraphbitPlan *self);
const GraphbitPlanEdge *graphbit_plan_get_edge (GraphbitPlan *self, guint index);
const GraphbitPlanEdge *graphbit_plan_get_edges (GraphbitPlan *self);

/* What conditional edges ask, each a boolean. */
guint graphbit_plan_get_n_conditions (GraphbitPlan *self);
GraphbitExpression *graphbit_plan_get_condition (GraphbitPlan *self, guint condition);

/* The declared inputs, in their order. None: any input is taken. */
guint graphbit_plan_get_n_inputs (GraphbitPlan *self);
const GraphbitPlanInput *graphbit_plan_get_input (GraphbitPlan *self, guint index);
int graphbit_plan_find_input (GraphbitPlan *self, const char *name); /* -1: none */

/* What a higher floor makes of the plan once, and keeps with it until its end: `func` makes it. Any thread. */
gpointer graphbit_plan_get_companion (GraphbitPlan *self, gpointer (*func) (GraphbitPlan *plan), GDestroyNotify notify);

/* The declared variables, in their order. */
guint graphbit_plan_get_n_variables (GraphbitPlan *self);
const GraphbitPlanVariable *graphbit_plan_get_variable (GraphbitPlan *self, guint index);
/* What the workflow has, and those inside of it. */
guint graphbit_plan_get_depth (GraphbitPlan *self); /* 1: none is inside */
gboolean graphbit_plan_has_nested (GraphbitPlan *self);
/* The path by names of the first agent without a config of its own, or NULL. */
const char *graphbit_plan_get_agent_without_config (GraphbitPlan *self);
/* FALSE: the workflow, or one inside of it, has changed since. Any thread. */
gboolean graphbit_plan_is_current (GraphbitPlan *self);

const char *graphbit_plan_get_workflow_id (GraphbitPlan *self);
const char *graphbit_plan_get_workflow_name (GraphbitPlan *self);

/* By id, else by unique name. -1: none, or a name that several nodes have. */
int graphbit_plan_find (GraphbitPlan *self, const char *id_or_name);

/* What a condition chose: the index of the edge to its data successor of that name or id, blanks around it left out.
 * -1 and NODE_FAILED, which lists the valid names. */
int graphbit_plan_find_choice (GraphbitPlan *self, guint node, const char *id_or_name, GError **error);

G_END_DECLS
