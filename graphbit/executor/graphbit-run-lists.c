/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-run-lists-private.h"

#include "graphbit-nest-private.h"
#include "graphbit-run-private.h"

struct _GraphbitNodeRunList
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  GraphbitNodeRun **items;      /* NULL where nobody has asked yet */
};

static guint
node_run_list_get_n_items (GListModel *model)
{
  return GRAPHBIT_NODE_RUN_LIST (model)->scheduler->n_nodes;
}

static gpointer
node_run_list_get_item (GListModel *model,
                        guint position)
{
  GraphbitNodeRunList *self = GRAPHBIT_NODE_RUN_LIST (model);

  if (position >= self->scheduler->n_nodes)
    return NULL;

  if (self->items[position] == NULL)
    self->items[position] = graphbit_node_run_new (self->scheduler, position);
  return g_object_ref (self->items[position]);
}

static GType
node_run_list_get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_NODE_RUN;
}

static void
node_run_list_iface_init (GListModelInterface *iface)
{
  iface->get_n_items = node_run_list_get_n_items;
  iface->get_item = node_run_list_get_item;
  iface->get_item_type = node_run_list_get_item_type;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitNodeRunList, graphbit_node_run_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, node_run_list_iface_init))

static void
graphbit_node_run_list_finalize (GObject *object)
{
  GraphbitNodeRunList *self = GRAPHBIT_NODE_RUN_LIST (object);

  for (guint i = 0; i < self->scheduler->n_nodes; i++)
    g_clear_object (&self->items[i]);
  g_free (self->items);
  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_node_run_list_parent_class)->finalize (object);
}

static void
graphbit_node_run_list_class_init (GraphbitNodeRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_node_run_list_finalize;
}

static void
graphbit_node_run_list_init (GraphbitNodeRunList *self)
{
}

GraphbitNodeRunList *
graphbit_node_run_list_new (GraphbitScheduler *scheduler)
{
  GraphbitNodeRunList *self = g_object_new (GRAPHBIT_TYPE_NODE_RUN_LIST, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->items = g_new0 (GraphbitNodeRun *, scheduler->n_nodes);
  if (!scheduler->is_ended && scheduler->changed == NULL)
    scheduler->changed = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

void
graphbit_node_run_list_update (GraphbitNodeRunList *self)
{
  g_autoptr (GArray) changed = NULL;

  /* Only those that have nests can have changed in what is inside. */
  if (self->scheduler->nesting != NULL)
    {
      for (guint i = 0; i < self->scheduler->n_nodes; i++)
        if (self->items[i] != NULL)
          graphbit_node_run_update (self->items[i]);
      if (self->scheduler->changed != NULL)
        g_array_set_size (self->scheduler->changed, 0);
      return;
    }

  if (self->scheduler->changed == NULL || self->scheduler->changed->len == 0)
    return;

  changed = g_steal_pointer (&self->scheduler->changed);
  self->scheduler->changed = self->scheduler->is_ended ? NULL : g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < changed->len; i++)
    {
      GraphbitNodeRun *item = self->items[g_array_index (changed, guint, i)];

      if (item != NULL)
        graphbit_node_run_update (item);
    }
}

struct _GraphbitInnerList
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  guint node;
  GraphbitNest *nest; /* that it shows; NULL: none yet */
  GPtrArray *items;   /* of GraphbitNodeRun, NULL where nobody has asked yet */
};

/* The run whose nodes are the items. NULL: the items are runs. */
static GraphbitScheduler *
get_single_run (GraphbitInnerList *self)
{
  if (self->node == GRAPHBIT_EVENT_NO_NODE)
    return self->scheduler;
  if (self->nest != NULL && self->nest->kind == GRAPHBIT_NODE_KIND_WORKFLOW && self->nest->runs->len > 0)
    return self->nest->runs->pdata[0];
  return NULL;
}

static guint
count_inside (GraphbitInnerList *self)
{
  GraphbitScheduler *single = get_single_run (self);

  if (single != NULL)
    return single->n_nodes;
  return self->nest != NULL ? self->nest->runs->len : 0;
}

static guint
inner_list_get_n_items (GListModel *model)
{
  return GRAPHBIT_INNER_LIST (model)->items->len;
}

static gpointer
inner_list_get_item (GListModel *model,
                     guint position)
{
  GraphbitInnerList *self = GRAPHBIT_INNER_LIST (model);
  GraphbitScheduler *single = get_single_run (self);

  if (position >= self->items->len)
    return NULL;

  if (self->items->pdata[position] == NULL)
    self->items->pdata[position] = single != NULL
                                     ? graphbit_node_run_new (single, position)
                                     : graphbit_node_run_new (self->nest->runs->pdata[position], GRAPHBIT_EVENT_NO_NODE);
  return g_object_ref (self->items->pdata[position]);
}

static void
inner_list_iface_init (GListModelInterface *iface)
{
  iface->get_n_items = inner_list_get_n_items;
  iface->get_item = inner_list_get_item;
  iface->get_item_type = node_run_list_get_item_type;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitInnerList, graphbit_inner_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, inner_list_iface_init))

static void
graphbit_inner_list_finalize (GObject *object)
{
  GraphbitInnerList *self = GRAPHBIT_INNER_LIST (object);

  g_ptr_array_unref (self->items);
  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_inner_list_parent_class)->finalize (object);
}

static void
graphbit_inner_list_class_init (GraphbitInnerListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_inner_list_finalize;
}

static void
item_unref (gpointer item)
{
  if (item != NULL)
    g_object_unref (item);
}

static void
graphbit_inner_list_init (GraphbitInnerList *self)
{
  self->items = g_ptr_array_new_with_free_func (item_unref);
}

GraphbitInnerList *
graphbit_inner_list_new (GraphbitScheduler *scheduler,
                         guint node)
{
  GraphbitInnerList *self = g_object_new (GRAPHBIT_TYPE_INNER_LIST, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->node = node;
  if (node != GRAPHBIT_EVENT_NO_NODE)
    self->nest = graphbit_scheduler_get_nest (scheduler, node);
  g_ptr_array_set_size (self->items, (int) count_inside (self));
  return self;
}

void
graphbit_inner_list_update (GraphbitInnerList *self)
{
  GraphbitNest *nest = self->node != GRAPHBIT_EVENT_NO_NODE ? graphbit_scheduler_get_nest (self->scheduler, self->node) : NULL;
  guint n_old = self->items->len, n_new;
  guint n_kept = n_old;

  /* A node that is tried again begins with nothing. */
  if (nest != self->nest)
    {
      self->nest = nest;
      g_ptr_array_set_size (self->items, 0);
      n_kept = 0;
    }
  n_new = count_inside (self);
  g_ptr_array_set_size (self->items, (int) n_new);
  if (n_new != n_kept || n_old != n_kept)
    g_list_model_items_changed (G_LIST_MODEL (self), n_kept, n_old - n_kept, n_new - n_kept);

  /* Handlers may run the loop, and the items be other ones then. */
  for (guint i = 0; i < self->items->len; i++)
    if (self->items->pdata[i] != NULL)
      {
        g_autoptr (GraphbitNodeRun) item = g_object_ref (self->items->pdata[i]);

        graphbit_node_run_update (item);
      }
}

struct _GraphbitEventList
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  gint64 first;                 /* what it shows, in sequences */
  gint64 end;
};

static guint
event_list_get_n_items (GListModel *model)
{
  GraphbitEventList *self = GRAPHBIT_EVENT_LIST (model);

  return (guint) (self->end - self->first);
}

static gpointer
event_list_get_item (GListModel *model,
                     guint position)
{
  GraphbitEventList *self = GRAPHBIT_EVENT_LIST (model);
  gint64 sequence = self->first + position;

  if (sequence >= self->end)
    return NULL;

  return graphbit_event_new (self->scheduler, sequence, graphbit_event_log_get (&self->scheduler->log, sequence));
}

static GType
event_list_get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_EVENT;
}

static void
event_list_iface_init (GListModelInterface *iface)
{
  iface->get_n_items = event_list_get_n_items;
  iface->get_item = event_list_get_item;
  iface->get_item_type = event_list_get_item_type;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitEventList, graphbit_event_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, event_list_iface_init))

static void
graphbit_event_list_finalize (GObject *object)
{
  GraphbitEventList *self = GRAPHBIT_EVENT_LIST (object);

  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_event_list_parent_class)->finalize (object);
}

static void
graphbit_event_list_class_init (GraphbitEventListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_event_list_finalize;
}

static void
graphbit_event_list_init (GraphbitEventList *self)
{
}

GraphbitEventList *
graphbit_event_list_new (GraphbitScheduler *scheduler)
{
  GraphbitEventList *self = g_object_new (GRAPHBIT_TYPE_EVENT_LIST, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  scheduler->log.is_watched = TRUE;
  self->first = scheduler->log.first;
  self->end = scheduler->log.next;
  return self;
}

void
graphbit_event_list_update (GraphbitEventList *self)
{
  GraphbitEventLog *log = &self->scheduler->log;
  gint64 old_end = self->end;

  if (log->next != self->end)
    {
      self->end = log->next;
      g_list_model_items_changed (G_LIST_MODEL (self), (guint) (old_end - self->first), 0, (guint) (self->end - old_end));
    }

  graphbit_event_log_trim (log);
  if (log->first != self->first)
    {
      guint removed = (guint) (log->first - self->first);

      self->first = log->first;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
    }
}

struct _GraphbitApprovalList
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  GPtrArray *shown;             /* of GraphbitApproval */
};

static guint
approval_list_get_n_items (GListModel *model)
{
  return GRAPHBIT_APPROVAL_LIST (model)->shown->len;
}

static gpointer
approval_list_get_item (GListModel *model,
                        guint position)
{
  GPtrArray *shown = GRAPHBIT_APPROVAL_LIST (model)->shown;

  return position < shown->len ? g_object_ref (shown->pdata[position]) : NULL;
}

static GType
approval_list_get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_APPROVAL;
}

static void
approval_list_iface_init (GListModelInterface *iface)
{
  iface->get_n_items = approval_list_get_n_items;
  iface->get_item = approval_list_get_item;
  iface->get_item_type = approval_list_get_item_type;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitApprovalList, graphbit_approval_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, approval_list_iface_init))

static void
graphbit_approval_list_finalize (GObject *object)
{
  GraphbitApprovalList *self = GRAPHBIT_APPROVAL_LIST (object);

  g_ptr_array_unref (self->shown);
  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_approval_list_parent_class)->finalize (object);
}

static void
graphbit_approval_list_class_init (GraphbitApprovalListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_approval_list_finalize;
}

static void
graphbit_approval_list_init (GraphbitApprovalList *self)
{
}

static GPtrArray *
copy_approvals (GraphbitScheduler *scheduler)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; scheduler->approvals != NULL && i < scheduler->approvals->len; i++)
    g_ptr_array_add (copy, g_object_ref (scheduler->approvals->pdata[i]));
  return copy;
}

GraphbitApprovalList *
graphbit_approval_list_new (GraphbitScheduler *scheduler)
{
  GraphbitApprovalList *self = g_object_new (GRAPHBIT_TYPE_APPROVAL_LIST, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->shown = copy_approvals (scheduler);
  return self;
}

/* Those that are left keep their order, and new ones come last: what differs is one stretch. */
void
graphbit_approval_list_update (GraphbitApprovalList *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->shown);
  guint start = 0, n_same = 0;
  guint removed, added;

  self->shown = copy_approvals (self->scheduler);
  while (start < old->len && start < self->shown->len && old->pdata[start] == self->shown->pdata[start])
    start++;
  while (n_same < old->len - start && n_same < self->shown->len - start &&
         old->pdata[old->len - 1 - n_same] == self->shown->pdata[self->shown->len - 1 - n_same])
    n_same++;

  removed = old->len - start - n_same;
  added = self->shown->len - start - n_same;
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, removed, added);
}
