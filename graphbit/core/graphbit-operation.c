/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-operation-private.h"

#include <pthread.h>

#include "graphbit-clock-private.h"
#include "graphbit-runtime-private.h"

/*
 * A context's dispatcher. It outlives its context where an operation still
 * refers to it; then `context` is NULL and what is posted is dropped.
 * pthread's mutex and not GLib's, so that the thread sanitizer sees it.
 */
typedef struct
{
  GSource parent;
  GraphbitHome *home; /* a reference */
} HomeSource;

struct _GraphbitHome
{
  int ref_count;
  pthread_mutex_t mutex;
  GMainContext *context;     /* under the mutex; no reference */
  GSource *source;           /* alive as long as the context is; no reference */
  guint n_holders;           /* under the mutex; who refers to the context: operations, and what is lent */
  GraphbitOperation *queue;  /* atomic stack of operations with something in their inbox */
  GraphbitOperation *ready;  /* home only: taken from the queue, in order */
  GraphbitOperation *lodger; /* home only: lent to this context by a sync twin */
};

static pthread_mutex_t homes_mutex = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *homes; /* GMainContext → GraphbitHome; neither referenced */

static GraphbitHome *
home_ref (GraphbitHome *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
graphbit_home_unref (GraphbitHome *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

/* The context is gone: nothing that was posted will be delivered. */
static void
home_drop_all (GraphbitHome *self)
{
  GraphbitOperation *operation = __atomic_exchange_n (&self->queue, NULL, __ATOMIC_ACQ_REL);

  while (operation != NULL)
    {
      GraphbitOperation *next = operation->next_ready;

      __atomic_store_n (&operation->is_queued, FALSE, __ATOMIC_SEQ_CST);
      graphbit_operation_unref (operation);
      operation = next;
    }
}

static void
home_hold (GraphbitHome *self)
{
  pthread_mutex_lock (&self->mutex);
  self->n_holders++;
  pthread_mutex_unlock (&self->mutex);
}

/* Before the reference to the context goes. */
static void
home_release (GraphbitHome *self)
{
  pthread_mutex_lock (&self->mutex);
  self->n_holders--;
  pthread_mutex_unlock (&self->mutex);
}

/* A post took place: the context must look. */
static void
home_wake (GraphbitHome *self)
{
  gboolean has_context;

  pthread_mutex_lock (&self->mutex);
  has_context = self->context != NULL;
  /* In its owner's thread the next turn looks by itself. */
  if (has_context && !g_main_context_is_owner (self->context))
    {
      if (self->n_holders > 0)
        g_main_context_wakeup (self->context);
      else
        /* The context may be at its end, which waits for the mutex in home_lose_context (), and g_main_context_wakeup ()
         * wants one that somebody holds. This costs a further turn. */
        g_source_set_ready_time (self->source, 0);
    }
  pthread_mutex_unlock (&self->mutex);

  if (!has_context)
    home_drop_all (self);
}

static GraphbitEnvelope *
reverse (GraphbitEnvelope *newest)
{
  GraphbitEnvelope *oldest = NULL;

  while (newest != NULL)
    {
      GraphbitEnvelope *next = newest->next;

      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
  return oldest;
}

static void
take_inbox (GraphbitOperation *operation)
{
  GraphbitEnvelope *taken = __atomic_exchange_n (&operation->inbox, NULL, __ATOMIC_SEQ_CST);
  GraphbitEnvelope **end = &operation->undelivered;

  if (taken == NULL)
    return;

  while (*end != NULL)
    end = &(*end)->next;
  *end = reverse (taken);
}

static void schedule (GraphbitOperation *operation);

static inline gboolean
is_part (const GraphbitOperation *operation)
{
  return operation->klass == NULL;
}

static void
deliver_all (GraphbitOperation *operation)
{
  take_inbox (operation);
  while (operation->undelivered != NULL)
    {
      GraphbitEnvelope *envelope = operation->undelivered;

      operation->undelivered = envelope->next;
      /* A callback may run this context again, which must find the rest. */
      if (operation->undelivered != NULL)
        schedule (operation);
      envelope->deliver (operation->is_complete ? NULL : operation, envelope);
    }
}

static gboolean
lodger_has_mail (GraphbitHome *self)
{
  return self->lodger != NULL &&
         (self->lodger->undelivered != NULL || __atomic_load_n (&self->lodger->inbox, __ATOMIC_SEQ_CST) != NULL);
}

static gboolean
home_source_prepare (GSource *source,
                     int *timeout)
{
  GraphbitHome *self = ((HomeSource *) source)->home;

  *timeout = -1;
  return self->ready != NULL || __atomic_load_n (&self->queue, __ATOMIC_ACQUIRE) != NULL || lodger_has_mail (self);
}

static gboolean
home_source_check (GSource *source)
{
  int timeout;

  return home_source_prepare (source, &timeout);
}

static gboolean
home_source_dispatch (GSource *source,
                      GSourceFunc callback,
                      gpointer user_data)
{
  GraphbitHome *self = home_ref (((HomeSource *) source)->home);
  GraphbitOperation *taken;
  GraphbitOperation *oldest = NULL;
  GraphbitOperation **end = &self->ready;

  /* Before the look: who posts after it sets the time again. */
  if (g_source_get_ready_time (source) != -1)
    g_source_set_ready_time (source, -1);
  taken = __atomic_exchange_n (&self->queue, NULL, __ATOMIC_ACQ_REL);
  while (taken != NULL)
    {
      GraphbitOperation *next = taken->next_ready;

      taken->next_ready = oldest;
      oldest = taken;
      taken = next;
    }
  while (*end != NULL)
    end = &(*end)->next_ready;
  *end = oldest;

  /* One at a time off the list, for a callback may run this context again. */
  while (self->ready != NULL)
    {
      GraphbitOperation *operation = self->ready;

      self->ready = operation->next_ready;
      __atomic_store_n (&operation->is_queued, FALSE, __ATOMIC_SEQ_CST);
      if (__atomic_load_n (&operation->delivery, __ATOMIC_SEQ_CST) == self)
        deliver_all (operation);
      graphbit_operation_unref (operation);
    }

  if (lodger_has_mail (self))
    {
      GraphbitOperation *lodger = graphbit_operation_ref (self->lodger);

      deliver_all (lodger);
      graphbit_operation_unref (lodger);
    }

  graphbit_home_unref (self);
  return G_SOURCE_CONTINUE;
}

static void
home_source_finalize (GSource *source)
{
  graphbit_home_unref (((HomeSource *) source)->home);
}

static GSourceFuncs home_source_funcs = {
  home_source_prepare,
  home_source_check,
  home_source_dispatch,
  home_source_finalize,
  NULL,
  NULL
};

/* The destroy notify of the source's callback: the last moment at which its context is still whole. */
static void
home_lose_context (gpointer data)
{
  GraphbitHome *self = data;

  pthread_mutex_lock (&homes_mutex);
  if (homes != NULL && g_hash_table_lookup (homes, self->context) == self)
    g_hash_table_remove (homes, self->context);
  pthread_mutex_unlock (&homes_mutex);

  pthread_mutex_lock (&self->mutex);
  self->context = NULL;
  pthread_mutex_unlock (&self->mutex);
  home_drop_all (self);
}

static gboolean
never_called (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

GraphbitHome *
graphbit_home_get (GMainContext *context)
{
  GraphbitHome *self;
  GSource *source;

  pthread_mutex_lock (&homes_mutex);
  if (homes == NULL)
    homes = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (homes, context);
  if (self != NULL)
    {
      home_ref (self);
      pthread_mutex_unlock (&homes_mutex);
      return self;
    }

  self = g_new0 (GraphbitHome, 1);
  self->ref_count = 2; /* the source's and the caller's */
  pthread_mutex_init (&self->mutex, NULL);
  source = g_source_new (&home_source_funcs, sizeof (HomeSource));
  ((HomeSource *) source)->home = self;
  self->context = context;
  self->source = source;
  g_hash_table_insert (homes, context, self);

  g_source_set_static_name (source, "graphbit dispatcher");
  /* A callback may run its context, for a dialog for instance, and graphbit goes on meanwhile. */
  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, never_called, self, home_lose_context);
  g_source_attach (source, context);
  g_source_unref (source);
  pthread_mutex_unlock (&homes_mutex);
  return self;
}

static void
home_enqueue (GraphbitHome *self,
              GraphbitOperation *operation)
{
  GraphbitOperation *head;

  if (__atomic_exchange_n (&operation->is_queued, TRUE, __ATOMIC_SEQ_CST))
    return;

  graphbit_operation_ref (operation);
  head = __atomic_load_n (&self->queue, __ATOMIC_RELAXED);
  do
    operation->next_ready = head;
  while (!__atomic_compare_exchange_n (&self->queue, &head, operation, TRUE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));

  if (head == NULL)
    home_wake (self);
}

/* The operation has something in its inbox: whoever delivers it must look. */
static void
schedule (GraphbitOperation *operation)
{
  GraphbitHome *home = operation->home;
  GraphbitHome *delivery;

  if (operation->parent != NULL)
    {
      if (!__atomic_exchange_n (&operation->is_queued, TRUE, __ATOMIC_SEQ_CST))
        {
          /* A part is held by who delivers the whole; a reference in the inbox of what it holds would never go. */
          if (!is_part (operation))
            graphbit_operation_ref (operation);
          graphbit_operation_post (operation->parent, &operation->relay);
        }
      return;
    }

  /* Not before the push: whoever changes it afterwards looks into the inbox. */
  delivery = __atomic_load_n (&operation->delivery, __ATOMIC_SEQ_CST);
  if (G_UNLIKELY (delivery != home))
    {
      /* The private home of a sync twin cannot go while the operation is lent to it, but that may end now. */
      pthread_mutex_lock (&homes_mutex);
      delivery = __atomic_load_n (&operation->delivery, __ATOMIC_SEQ_CST);
      if (delivery != home)
        home_ref (delivery);
      pthread_mutex_unlock (&homes_mutex);
      if (delivery != home)
        {
          home_wake (delivery);
          graphbit_home_unref (delivery);
          return;
        }
    }
  home_enqueue (home, operation);
}

void
graphbit_operation_post (gpointer self,
                         GraphbitEnvelope *envelope)
{
  GraphbitOperation *operation = self;
  GraphbitEnvelope *head;

  head = __atomic_load_n (&operation->inbox, __ATOMIC_RELAXED);
  do
    envelope->next = head;
  while (!__atomic_compare_exchange_n (&operation->inbox, &head, envelope, TRUE, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));

  schedule (operation);
}

gboolean
graphbit_operation_lend (gpointer self,
                         GraphbitHome *to)
{
  GraphbitOperation *operation = self;

  g_assert (to->lodger == NULL);

  /* First whether it is home: nobody else may look at the rest. */
  if (!graphbit_operation_is_home (operation) || operation->context == NULL || operation->delivery != operation->home)
    return FALSE;
  /* Nobody else may run the home meanwhile. */
  if (!g_main_context_acquire (operation->context))
    return FALSE;

  g_main_context_ref (operation->context);
  home_hold (operation->home);
  home_hold (to);
  to->lodger = operation;
  __atomic_store_n (&operation->delivery, to, __ATOMIC_SEQ_CST);
  return TRUE;
}

void
graphbit_operation_give_back (gpointer self,
                              GraphbitHome *from)
{
  GraphbitOperation *operation = self;
  GMainContext *context;

  g_assert (from->lodger == operation);

  pthread_mutex_lock (&homes_mutex);
  __atomic_store_n (&operation->delivery, operation->home, __ATOMIC_SEQ_CST);
  pthread_mutex_unlock (&homes_mutex);
  from->lodger = NULL;

  if (operation->undelivered != NULL || __atomic_load_n (&operation->inbox, __ATOMIC_SEQ_CST) != NULL)
    home_enqueue (operation->home, operation);

  /* The operation may have completed meanwhile, but its home's context was kept. */
  pthread_mutex_lock (&operation->home->mutex);
  context = operation->home->context;
  pthread_mutex_unlock (&operation->home->mutex);
  home_release (from);
  home_release (operation->home);
  g_main_context_release (context);
  g_main_context_unref (context);
}

void
graphbit_operation_interrupt (GraphbitOperation *self,
                              GraphbitInterruption interruption)
{
  int none = 0;

  if (__atomic_compare_exchange_n (&self->interruption, &none, (int) interruption + 1, FALSE,
                                   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    graphbit_operation_post (self, &self->interrupt_envelope);
}

static void
deliver_interruption (GraphbitOperation *operation,
                      GraphbitEnvelope *envelope)
{
  if (operation != NULL)
    operation->klass->interrupted (operation, (GraphbitInterruption) (operation->interruption - 1));
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer data)
{
  graphbit_operation_interrupt (data, GRAPHBIT_INTERRUPTION_CANCELLED);
}

gboolean
graphbit_operation_init_at (GraphbitOperation *self,
                            const GraphbitOperationClass *klass,
                            GMainContext *context,
                            GCancellable *cancellable,
                            GError **error)
{
  self->klass = klass;
  self->ref_count = 1;
  self->home_thread = g_thread_self ();
  self->interrupt_envelope.deliver = deliver_interruption;
  self->runtime_link.data = self;

  do
    {
      g_clear_pointer (&self->runtime, graphbit_runtime_unref);
      self->runtime = graphbit_runtime_get (error);
      if (self->runtime == NULL)
        return FALSE;
    }
  while (!graphbit_runtime_add_operation (self->runtime, self));

  self->context = g_main_context_ref (context);
  self->home = graphbit_home_get (context);
  home_hold (self->home);
  self->delivery = self->home;

  if (cancellable != NULL)
    {
      self->cancellable = g_object_ref (cancellable);
      self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                                  graphbit_operation_ref (self), graphbit_operation_unref);
    }
  return TRUE;
}

/* Also when the parent has completed: its children tell their own end. */
static void
deliver_relay (GraphbitOperation *parent,
               GraphbitEnvelope *envelope)
{
  GraphbitOperation *self = (GraphbitOperation *) ((char *) envelope - G_STRUCT_OFFSET (GraphbitOperation, relay));

  __atomic_store_n (&self->is_queued, FALSE, __ATOMIC_SEQ_CST);
  deliver_all (self);
  if (!is_part (self))
    graphbit_operation_unref (self);
}

void
graphbit_operation_init_part (GraphbitOperation *self,
                              gpointer whole)
{
  GraphbitOperation *operation = whole;

  self->parent = operation;
  self->relay.deliver = deliver_relay;
  self->home = operation->home;
  self->delivery = operation->home;
  self->home_thread = operation->home_thread;
  self->runtime = operation->runtime;
}

gboolean
graphbit_operation_init_child (GraphbitOperation *self,
                               const GraphbitOperationClass *klass,
                               gpointer parent,
                               GCancellable *cancellable,
                               GError **error)
{
  GraphbitOperation *parent_operation = parent;

  g_assert (parent_operation->context != NULL);

  self->parent = graphbit_operation_ref (parent);
  self->relay.deliver = deliver_relay;
  if (graphbit_operation_init_at (self, klass, parent_operation->context, cancellable, error))
    return TRUE;

  g_clear_pointer (&self->parent, graphbit_operation_unref);
  return FALSE;
}

gboolean
graphbit_operation_init (GraphbitOperation *self,
                         const GraphbitOperationClass *klass,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  return graphbit_operation_init_at (self, klass, context, cancellable, error);
}

static inline GraphbitOperation *
get_whole (GraphbitOperation *operation)
{
  return G_LIKELY (!is_part (operation)) ? operation : operation->parent;
}

gpointer
graphbit_operation_ref (gpointer self)
{
  GraphbitOperation *operation = get_whole (self);

  g_atomic_int_inc (&operation->ref_count);
  return self;
}

void
graphbit_operation_unref (gpointer self)
{
  GraphbitOperation *operation = get_whole (self);

  if (!g_atomic_int_dec_and_test (&operation->ref_count))
    return;

  /* Only where init failed is there anything of the application's left. */
  take_inbox (operation);
  while (operation->undelivered != NULL)
    {
      GraphbitEnvelope *envelope = operation->undelivered;

      operation->undelivered = envelope->next;
      envelope->deliver (NULL, envelope);
    }
  g_clear_pointer (&operation->parent, graphbit_operation_unref);
  g_clear_pointer (&operation->home, graphbit_home_unref);
  g_clear_pointer (&operation->runtime, graphbit_runtime_unref);
  operation->klass->free (operation);
}

gboolean
graphbit_operation_complete (gpointer self)
{
  GraphbitOperation *operation = self;

  if (operation->is_complete)
    return FALSE;
  __atomic_store_n (&operation->is_complete, TRUE, __ATOMIC_RELEASE);
  if (is_part (operation))
    return TRUE;

  graphbit_runtime_remove_operation (operation->runtime, operation);
  if (operation->cancelled_id != 0)
    {
      /* Not g_cancellable_disconnect (), which waits: the handler holds a reference of its own and only posts. */
      g_signal_handler_disconnect (operation->cancellable, operation->cancelled_id);
      operation->cancelled_id = 0;
    }
  g_clear_object (&operation->cancellable);
  home_release (operation->home);
  g_clear_pointer (&operation->context, g_main_context_unref);
  return TRUE;
}

void
graphbit_operation_deliver_late (gpointer self)
{
  g_assert (((GraphbitOperation *) self)->is_complete);

  deliver_all (self);
}

gboolean
graphbit_operation_is_complete (gpointer self)
{
  GraphbitOperation *operation = self;

  return __atomic_load_n (&operation->is_complete, __ATOMIC_ACQUIRE);
}

gboolean
graphbit_operation_is_home (gpointer self)
{
  GraphbitOperation *operation = self;
  gboolean is_home = FALSE;

  /* A context that nobody runs at the moment is at home where it was started. */
  pthread_mutex_lock (&operation->home->mutex);
  if (operation->home->context != NULL)
    {
      if (g_main_context_is_owner (operation->home->context))
        is_home = TRUE;
      else if (operation->home_thread == g_thread_self () && g_main_context_acquire (operation->home->context))
        {
          g_main_context_release (operation->home->context);
          is_home = TRUE;
        }
    }
  pthread_mutex_unlock (&operation->home->mutex);
  return is_home;
}

gboolean
graphbit_operation_is_home_context (gpointer self,
                                    GMainContext *context)
{
  GraphbitOperation *operation = self;
  gboolean is_home_context;

  pthread_mutex_lock (&operation->home->mutex);
  is_home_context = operation->home->context == context;
  pthread_mutex_unlock (&operation->home->mutex);
  return is_home_context;
}

typedef struct
{
  GraphbitEnvelope envelope;
  GraphbitOperationFunc func;
  gpointer data;
  GDestroyNotify notify;
} Invocation;

static void
deliver_invocation (GraphbitOperation *operation,
                    GraphbitEnvelope *envelope)
{
  Invocation *invocation = (Invocation *) envelope;

  if (operation != NULL)
    invocation->func (operation, invocation->data);
  if (invocation->notify != NULL)
    invocation->notify (invocation->data);
  g_free (invocation);
}

void
graphbit_operation_invoke (gpointer self,
                           GraphbitOperationFunc func,
                           gpointer data,
                           GDestroyNotify notify)
{
  Invocation *invocation = g_new (Invocation, 1);

  invocation->envelope.deliver = deliver_invocation;
  invocation->func = func;
  invocation->data = data;
  invocation->notify = notify;
  graphbit_operation_post (self, &invocation->envelope);
}

/* Its three parts live in two threads: each job and the armed timer hold a reference. */
struct _GraphbitTimeout
{
  GraphbitTimer timer;
  GraphbitJob arm;
  GraphbitJob disarm;
  GraphbitEnvelope expired;
  int ref_count;
  guint is_armed : 1;   /* home only, as the next one */
  guint is_cleared : 1;

  GraphbitOperation *operation;
  GraphbitOperationFunc func;
  gpointer data;
};

static void
timeout_unref (GraphbitTimeout *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  graphbit_operation_unref (self->operation);
  g_free (self);
}

static void
timeout_deliver (GraphbitOperation *operation,
                 GraphbitEnvelope *envelope)
{
  GraphbitTimeout *self = (GraphbitTimeout *) ((char *) envelope - G_STRUCT_OFFSET (GraphbitTimeout, expired));

  if (operation != NULL && !self->is_cleared)
    self->func (operation, self->data);
  timeout_unref (self);
}

static void
timeout_expired (GraphbitTimer *timer)
{
  GraphbitTimeout *self = (GraphbitTimeout *) timer;

  graphbit_operation_post (self->operation, &self->expired);
}

static void
timeout_arm (GraphbitIo *io,
             GraphbitJob *job)
{
  GraphbitTimeout *self = (GraphbitTimeout *) ((char *) job - G_STRUCT_OFFSET (GraphbitTimeout, arm));

  graphbit_timer_arm (io, &self->timer, self->timer.when);
}

static void
timeout_disarm (GraphbitIo *io,
                GraphbitJob *job)
{
  GraphbitTimeout *self = (GraphbitTimeout *) ((char *) job - G_STRUCT_OFFSET (GraphbitTimeout, disarm));

  if (graphbit_timer_is_armed (&self->timer))
    {
      graphbit_timer_disarm (io, &self->timer);
      timeout_unref (self);
    }
  timeout_unref (self);
}

GraphbitTimeout *
graphbit_timeout_new (gpointer operation,
                      gint64 when,
                      GraphbitOperationFunc func,
                      gpointer data)
{
  GraphbitTimeout *self = g_new0 (GraphbitTimeout, 1);
  GraphbitIo *io;

  self->ref_count = 2; /* the handle's and the armed timer's */
  self->timer.when = when;
  self->timer.expired = timeout_expired;
  self->arm.run = timeout_arm;
  self->disarm.run = timeout_disarm;
  self->expired.deliver = timeout_deliver;
  self->operation = graphbit_operation_ref (operation);
  self->func = func;
  self->data = data;
  io = graphbit_runtime_get_io (self->operation->runtime, 0);

  /* After the generation's end the operation is being cancelled anyway. */
  self->is_armed = io != NULL && graphbit_io_submit (io, &self->arm);
  if (!self->is_armed)
    self->ref_count = 1;
  return self;
}

void
graphbit_timeout_clear (GraphbitTimeout **timeout)
{
  GraphbitTimeout *self = g_steal_pointer (timeout);

  if (self == NULL)
    return;

  self->is_cleared = TRUE;
  if (!self->is_armed || !graphbit_io_submit (graphbit_runtime_get_io (self->operation->runtime, 0), &self->disarm))
    timeout_unref (self);
}
