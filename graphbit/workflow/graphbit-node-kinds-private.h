/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-graph-private.h"
#include "graphbit-plan-private.h"
#include "graphbit-report-private.h"

G_BEGIN_DECLS

/*
 * The table of node kinds: all that the workflow knows about a kind. A new kind
 * is a class, its settings in the plan, and a row here. Files need no more: they
 * have the properties of the class, by the types of their values.
 */
typedef void (*GraphbitTemplateFunc) (GraphbitTemplate *template_, const char *member, gpointer data);
typedef void (*GraphbitExpressionFunc) (GraphbitExpression *expression, const char *member, gpointer data);

typedef struct
{
  GraphbitNodeKind kind;
  const char *name; /* as in events and files */
  GType (*get_type) (void);
  gsize settings_size;
  gboolean is_nested; /* it runs a workflow; the settings are GraphbitPlanNested */
  GraphbitGraphShape shape; /* in drawings */

  /* Copies the node into zeroed settings and reports what is wrong with it by itself. */
  void (*build) (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
  /* Also of settings that were built half. At home. */
  void (*clear) (gpointer settings);
  /* NULL: the kind has no templates. */
  void (*foreach_template) (gconstpointer settings, GraphbitTemplateFunc func, gpointer data);
  /* Likewise for expressions. */
  void (*foreach_expression) (gconstpointer settings, GraphbitExpressionFunc func, gpointer data);
  /* What the kind asks of the edges around it; NULL: nothing. */
  void (*check_edges) (GraphbitPlan *plan, guint index, GraphbitReport *report);
  /* Of a node that was read: finds what its properties name. NULL: they name nothing. */
  gboolean (*resolve) (GraphbitNode *node, GraphbitRegistry *registry, GError **error);
  /* Of a node that is to be written: whether its properties say everything. NULL: they do. */
  gboolean (*check_name) (GraphbitNode *node, GError **error);
} GraphbitNodeKindInfo;

const GraphbitNodeKindInfo *graphbit_node_kind_get_info (GraphbitNodeKind kind);
const char *graphbit_node_kind_get_name (GraphbitNodeKind kind);
/* NULL: there is none; then `*names`, if not NULL, lists those that there are. */
const GraphbitNodeKindInfo *graphbit_node_kind_find (const char *name, char **names);
/* NULL: of a class that is not the library's. */
const GraphbitNodeKindInfo *graphbit_node_get_info (GraphbitNode *node);

/* What every kind has in common. */
void graphbit_node_check (GraphbitNode *node, GraphbitReport *report);

/* For builders: NULL stays NULL. */
const char *graphbit_node_copy_text (GStringChunk *texts, const char *text);
/* NULL for NULL. */
GraphbitTemplate *graphbit_node_parse_template (const char *text);
/* Ranges of properties, which setters do not check, but graphbit_node_check () does. */
#define GRAPHBIT_NODE_MAX_MILLISECONDS 86400000u
#define GRAPHBIT_NODE_MAX_RETRIES 100u
gboolean graphbit_text_is_blank (const char *text); /* NULL is */

void graphbit_agent_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_condition_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_function_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_loop_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_map_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_transform_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_workflow_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_split_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_join_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_delay_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_http_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);
void graphbit_approval_node_build (GraphbitNode *node, gpointer settings, GStringChunk *texts, GraphbitReport *report);

gboolean graphbit_condition_node_resolve (GraphbitNode *node, GraphbitRegistry *registry, GError **error);
gboolean graphbit_condition_node_check_name (GraphbitNode *node, GError **error);
gboolean graphbit_function_node_resolve (GraphbitNode *node, GraphbitRegistry *registry, GError **error);
gboolean graphbit_function_node_check_name (GraphbitNode *node, GError **error);

G_END_DECLS
