/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-endpoint-private.h"
#include "graphbit-operation-private.h"

/*
 * The list and what watches the I/O thread for it. The latter is an operation,
 * so that news reach the list in its home; it holds the list weakly.
 */
typedef struct
{
  GraphbitOperation operation;
  GraphbitHttpWatch watch; /* the I/O thread's, with a reference while it is linked there */
  GraphbitJob stop_job;
  GWeakRef list;
} EndpointWatch;

#define WATCH(member, pointer) ((EndpointWatch *) ((char *) (pointer) - G_STRUCT_OFFSET (EndpointWatch, member)))

#define GRAPHBIT_TYPE_ENDPOINT_LIST (graphbit_endpoint_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitEndpointList, graphbit_endpoint_list, GRAPHBIT, ENDPOINT_LIST, GObject)

struct _GraphbitEndpointList
{
  GObject parent_instance;

  GPtrArray *items; /* of GraphbitEndpoint, in the order of their numbers */
  EndpointWatch *watch;
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
  EndpointWatch *watch = self->watch;

  /* maybe in a collector's thread */
  if (watch != NULL)
    {
      GraphbitIo *io = graphbit_runtime_get_io (watch->operation.runtime, 0);

      graphbit_operation_ref (watch);
      if (io == NULL || !graphbit_io_submit (io, &watch->stop_job))
        graphbit_operation_unref (watch);

      if (graphbit_operation_is_home (watch))
        graphbit_operation_complete (watch);
      else
        graphbit_operation_invoke (watch, watch_end, NULL, NULL);
      graphbit_operation_unref (watch);
    }
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
}

/* Both are in the order of their numbers; some go, and new ones come last. */
static void
endpoint_list_update (GraphbitEndpointList *self,
                      GPtrArray *infos)
{
  guint position = 0;

  for (guint i = 0; i < infos->len; i++)
    {
      const GraphbitHttpEndpointInfo *info = infos->pdata[i];

      while (position < self->items->len && graphbit_endpoint_get_number (self->items->pdata[position]) < info->id)
        {
          g_ptr_array_remove_index (self->items, position);
          g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
        }

      if (position < self->items->len)
        {
          graphbit_endpoint_update (self->items->pdata[position], info);
        }
      else
        {
          g_ptr_array_add (self->items, graphbit_endpoint_new (info));
          g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
        }
      position++;
    }

  while (position < self->items->len)
    {
      g_ptr_array_remove_index (self->items, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
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
  g_autoptr (GPtrArray) infos = news->infos;

  if (operation != NULL)
    {
      g_autoptr (GraphbitEndpointList) list = g_weak_ref_get (&((EndpointWatch *) operation)->list);

      if (list != NULL)
        endpoint_list_update (list, infos);
    }
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
  g_autoptr (GraphbitEndpointList) list = g_weak_ref_get (&((EndpointWatch *) operation)->list);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  graphbit_operation_complete (operation);
  if (list != NULL)
    endpoint_list_update (list, nothing);
}

static void
watch_free (GraphbitOperation *operation)
{
  EndpointWatch *self = (EndpointWatch *) operation;

  g_weak_ref_clear (&self->list);
  g_free (self);
}

static const GraphbitOperationClass watch_class = {
  watch_interrupted,
  watch_free,
};

typedef struct
{
  EndpointWatch *watch;
  GPtrArray *infos;
} Beginning;

static void
watch_begin (GraphbitIo *io,
             gpointer data)
{
  Beginning *beginning = data;
  EndpointWatch *self = beginning->watch;
  GraphbitHttpThread *thread = graphbit_http_thread_get (io);

  if (thread == NULL)
    return;

  graphbit_operation_ref (self);
  self->watch.link.data = &self->watch;
  g_queue_push_tail_link (&thread->watches, &self->watch.link);
  beginning->infos = graphbit_http_info_collect (thread);
}

GListModel *
graphbit_endpoint_list_new (void)
{
  GraphbitEndpointList *self = g_object_new (GRAPHBIT_TYPE_ENDPOINT_LIST, NULL);
  EndpointWatch *watch = g_new0 (EndpointWatch, 1);
  Beginning beginning = { watch, NULL };
  GraphbitIo *io;

  watch->watch.changed = watch_changed;
  watch->watch.stopped = watch_stopped;
  watch->stop_job.run = watch_run_stop;
  g_weak_ref_init (&watch->list, self);
  if (!graphbit_operation_init (&watch->operation, &watch_class, NULL, NULL))
    {
      /* the child of a fork has none of its own */
      watch_free (&watch->operation);
      return G_LIST_MODEL (self);
    }
  self->watch = watch;

  io = graphbit_runtime_get_io (watch->operation.runtime, 0);
  if (io != NULL)
    graphbit_io_call (io, watch_begin, &beginning);
  if (beginning.infos != NULL)
    {
      endpoint_list_update (self, beginning.infos);
      g_ptr_array_unref (beginning.infos);
    }

  return G_LIST_MODEL (self);
}
