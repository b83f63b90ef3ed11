/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-endpoint-private.h"
#include "graphbit-operation-private.h"

/*
 * The list and what watches each I/O thread for it. The latter are operations,
 * so that news reach the list in its home; they hold the list weakly.
 */
typedef struct
{
  GraphbitOperation operation;
  GraphbitHttpWatch watch; /* the I/O thread's, with a reference while it is linked there */
  GraphbitJob stop_job;
  GWeakRef list;
  GPtrArray *infos; /* the home's: what there is on that thread */
} EndpointWatch;

#define WATCH(member, pointer) ((EndpointWatch *) ((char *) (pointer) - G_STRUCT_OFFSET (EndpointWatch, member)))

#define GRAPHBIT_TYPE_ENDPOINT_LIST (graphbit_endpoint_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitEndpointList, graphbit_endpoint_list, GRAPHBIT, ENDPOINT_LIST, GObject)

struct _GraphbitEndpointList
{
  GObject parent_instance;

  GPtrArray *items; /* of GraphbitEndpoint, in the order of their numbers */
  GPtrArray *watches; /* of EndpointWatch, one for each I/O thread */
  gboolean is_updating;
  gboolean is_stale; /* news came meanwhile */
};

static GType
endpoint_list_get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_ENDPOINT;
}

static guint
endpoint_list_get_n_items (GListModel *model)
{
  return GRAPHBIT_ENDPOINT_LIST (model)->items->len;
}

static gpointer
endpoint_list_get_item (GListModel *model,
                        guint position)
{
  GraphbitEndpointList *self = GRAPHBIT_ENDPOINT_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
endpoint_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = endpoint_list_get_item_type;
  iface->get_n_items = endpoint_list_get_n_items;
  iface->get_item = endpoint_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitEndpointList, graphbit_endpoint_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, endpoint_list_iface_init))

static void
watch_end (GraphbitOperation *operation,
           gpointer data)
{
  graphbit_operation_complete (operation);
}

static void
graphbit_endpoint_list_finalize (GObject *object)
{
  GraphbitEndpointList *self = GRAPHBIT_ENDPOINT_LIST (object);

  /* maybe in a collector's thread */
  for (guint i = 0; i < self->watches->len; i++)
    {
      EndpointWatch *watch = self->watches->pdata[i];
      GraphbitIo *io = graphbit_runtime_get_io (watch->operation.runtime, i);

      graphbit_operation_ref (watch);
      if (io == NULL || !graphbit_io_submit (io, &watch->stop_job))
        graphbit_operation_unref (watch);

      if (graphbit_operation_is_home (watch))
        graphbit_operation_complete (watch);
      else
        graphbit_operation_invoke (watch, watch_end, NULL, NULL);
      graphbit_operation_unref (watch);
    }
  g_ptr_array_unref (self->watches);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (graphbit_endpoint_list_parent_class)->finalize (object);
}

static void
graphbit_endpoint_list_class_init (GraphbitEndpointListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_endpoint_list_finalize;
}

static void
graphbit_endpoint_list_init (GraphbitEndpointList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->watches = g_ptr_array_new ();
}

static int
compare_infos (gconstpointer a,
               gconstpointer b)
{
  const GraphbitHttpEndpointInfo *first = *(GraphbitHttpEndpointInfo *const *) a;
  const GraphbitHttpEndpointInfo *second = *(GraphbitHttpEndpointInfo *const *) b;

  return first->id < second->id ? -1 : first->id > second->id;
}

static void
remove_item (GraphbitEndpointList *self,
             guint position)
{
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Items and infos are in the order of their numbers. */
static void
endpoint_list_take_infos (GraphbitEndpointList *self)
{
  /* the watches may get others under a listener */
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();
  guint position = 0;

  for (guint i = 0; i < self->watches->len; i++)
    {
      GPtrArray *there = ((EndpointWatch *) self->watches->pdata[i])->infos;

      if (there == NULL)
        continue;
      g_ptr_array_add (kept, g_ptr_array_ref (there));
      for (guint j = 0; j < there->len; j++)
        g_ptr_array_add (infos, there->pdata[j]);
    }
  g_ptr_array_sort (infos, compare_infos);

  for (guint i = 0; i < infos->len; i++)
    {
      const GraphbitHttpEndpointInfo *info = infos->pdata[i];

      while (position < self->items->len && graphbit_endpoint_get_number (self->items->pdata[position]) < info->id)
        remove_item (self, position);

      if (position < self->items->len && graphbit_endpoint_get_number (self->items->pdata[position]) == info->id)
        {
          graphbit_endpoint_update (self->items->pdata[position], info);
        }
      else
        {
          g_ptr_array_insert (self->items, (int) position, graphbit_endpoint_new (info));
          g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
        }
      position++;
    }

  while (position < self->items->len)
    remove_item (self, position);
}

/* A listener may run the context, where more news come in: the update below it takes them. */
static void
endpoint_list_update (GraphbitEndpointList *self)
{
  self->is_stale = TRUE;
  if (self->is_updating)
    return;

  self->is_updating = TRUE;
  while (self->is_stale)
    {
      self->is_stale = FALSE;
      endpoint_list_take_infos (self);
    }
  self->is_updating = FALSE;
}

static void
watch_set_infos (EndpointWatch *self,
                 GPtrArray *infos)
{
  g_autoptr (GraphbitEndpointList) list = g_weak_ref_get (&self->list);

  g_clear_pointer (&self->infos, g_ptr_array_unref);
  self->infos = infos;
  if (list != NULL)
    endpoint_list_update (list);
}

/* The watch */

typedef struct
{
  GraphbitEnvelope envelope;
  GPtrArray *infos;
} News;

static void
news_deliver (GraphbitOperation *operation,
              GraphbitEnvelope *envelope)
{
  g_autofree News *news = (News *) envelope;

  if (operation != NULL)
    watch_set_infos ((EndpointWatch *) operation, news->infos);
  else
    g_ptr_array_unref (news->infos);
}

static void
watch_changed (GraphbitHttpWatch *watch,
               GraphbitHttpThread *thread)
{
  News *news = g_new0 (News, 1);

  news->envelope.deliver = news_deliver;
  news->infos = graphbit_http_info_collect (thread);
  graphbit_operation_post (WATCH (watch, watch), &news->envelope);
}

static void
watch_stopped (GraphbitHttpWatch *watch)
{
  graphbit_operation_unref (WATCH (watch, watch));
}

static void
watch_run_stop (GraphbitIo *io,
                GraphbitJob *job)
{
  EndpointWatch *self = WATCH (stop_job, job);
  GraphbitHttpThread *thread = graphbit_http_thread_get (io);

  if (thread != NULL && self->watch.link.data != NULL)
    {
      g_queue_unlink (&thread->watches, &self->watch.link);
      self->watch.link.data = NULL;
      graphbit_operation_unref (self);
    }
  graphbit_operation_unref (self);
}

/* The generation has ended, and its endpoints with it. */
static void
watch_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  graphbit_operation_complete (operation);
  watch_set_infos ((EndpointWatch *) operation, NULL);
}

static void
watch_free (GraphbitOperation *operation)
{
  EndpointWatch *self = (EndpointWatch *) operation;

  g_weak_ref_clear (&self->list);
  g_clear_pointer (&self->infos, g_ptr_array_unref);
  g_free (self);
}

static const GraphbitOperationClass watch_class = {
  watch_interrupted,
  watch_free,
};

static void
watch_begin (GraphbitIo *io,
             gpointer data)
{
  EndpointWatch *self = data;
  GraphbitHttpThread *thread = graphbit_http_thread_get (io);

  if (thread == NULL)
    return;

  graphbit_operation_ref (self);
  self->watch.link.data = &self->watch;
  g_queue_push_tail_link (&thread->watches, &self->watch.link);
  self->infos = graphbit_http_info_collect (thread); /* the home waits */
}

/* NULL: there is no such thread. */
static EndpointWatch *
watch_new (GraphbitEndpointList *list,
           guint index)
{
  EndpointWatch *self = g_new0 (EndpointWatch, 1);
  GraphbitIo *io;

  self->watch.changed = watch_changed;
  self->watch.stopped = watch_stopped;
  self->stop_job.run = watch_run_stop;
  g_weak_ref_init (&self->list, list);
  if (!graphbit_operation_init (&self->operation, &watch_class, NULL, NULL))
    {
      /* the child of a fork has none of its own */
      watch_free (&self->operation);
      return NULL;
    }

  io = graphbit_runtime_get_io (self->operation.runtime, index);
  if (io == NULL || index >= graphbit_runtime_get_n_ios (self->operation.runtime) ||
      !graphbit_io_call (io, watch_begin, self))
    {
      graphbit_operation_complete (self);
      graphbit_operation_unref (self);
      return NULL;
    }

  return self;
}

GListModel *
graphbit_endpoint_list_new (void)
{
  GraphbitEndpointList *self = g_object_new (GRAPHBIT_TYPE_ENDPOINT_LIST, NULL);
  EndpointWatch *watch;

  while ((watch = watch_new (self, self->watches->len)) != NULL)
    g_ptr_array_add (self->watches, watch);
  endpoint_list_update (self);

  return G_LIST_MODEL (self);
}
