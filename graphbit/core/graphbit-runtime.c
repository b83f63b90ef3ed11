/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-runtime-private.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <stdlib.h>

#include "graphbit-clock-private.h"
#include "graphbit-error.h"

#define MAX_SERVICES 8

/* How long the end of the process waits for the I/O thread. */
#define EXIT_WAIT (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GSource parent;
  GraphbitIo *io;
} IoSource;

struct _GraphbitIo
{
  GThread *thread;
  GMainContext *context;
  GSource *source;
  GraphbitJob *queue; /* atomic stack, newest first; CLOSED after the end */
  GraphbitTimers timers;
  gpointer states[MAX_SERVICES];
  gboolean has_state[MAX_SERVICES];
  gboolean is_quitting; /* on the thread */
  GraphbitJob quit;

  pthread_mutex_t mutex;
  pthread_cond_t finished;
  gboolean is_finished; /* under the mutex */
};

struct _GraphbitRuntime
{
  int ref_count;
  pthread_mutex_t mutex;
  gboolean has_ended;  /* all under the mutex */
  GList *operations;
  GraphbitIo *io;      /* atomic; NULL until something is submitted */
  GThreadPool *pool;
};

/* What the queue of a thread that has ended holds. */
static GraphbitJob closed_job;
#define CLOSED (&closed_job)

static pthread_mutex_t current_mutex = PTHREAD_MUTEX_INITIALIZER;
static GraphbitRuntime *current;
static int is_forked; /* atomic: this process is the child of one that had a runtime */

static const GraphbitService *services[MAX_SERVICES];
static int n_services; /* atomic */

/* The I/O thread */

static gboolean
io_source_prepare (GSource *source,
                   int *timeout)
{
  GraphbitIo *self = ((IoSource *) source)->io;
  gint64 next;

  *timeout = -1;
  if (__atomic_load_n (&self->queue, __ATOMIC_ACQUIRE) != NULL)
    return TRUE;

  next = graphbit_timers_get_next (&self->timers);
  if (next >= 0)
    {
      gint64 rest = next - graphbit_clock_now ();

      if (rest <= 0)
        return TRUE;
      *timeout = (int) MIN ((rest + 999) / 1000, G_MAXINT);
    }
  return FALSE;
}

static gboolean
io_source_check (GSource *source)
{
  int timeout;

  return io_source_prepare (source, &timeout);
}

static void
io_run_jobs (GraphbitIo *self,
             GraphbitJob *newest)
{
  GraphbitJob *oldest = NULL;

  while (newest != NULL)
    {
      GraphbitJob *next = newest->next;

      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
  while (oldest != NULL)
    {
      GraphbitJob *next = oldest->next;

      oldest->run (self, oldest);
      oldest = next;
    }
}

static gboolean
io_source_dispatch (GSource *source,
                    GSourceFunc callback,
                    gpointer user_data)
{
  GraphbitIo *self = ((IoSource *) source)->io;

  io_run_jobs (self, __atomic_exchange_n (&self->queue, NULL, __ATOMIC_ACQ_REL));
  graphbit_timers_run (&self->timers);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs io_source_funcs = {
  io_source_prepare,
  io_source_check,
  io_source_dispatch,
  NULL,
  NULL,
  NULL
};

static void
io_quit (GraphbitIo *self,
         GraphbitJob *job)
{
  self->is_quitting = TRUE;
}

static gpointer
io_main (gpointer data)
{
  GraphbitIo *self = data;

  g_main_context_push_thread_default (self->context);
  while (!self->is_quitting)
    g_main_context_iteration (self->context, TRUE);

  for (int i = MAX_SERVICES - 1; i >= 0; i--)
    if (self->has_state[i])
      services[i]->stop (self, self->states[i]);

  /* What the floors cancelled calls back now. */
  while (g_main_context_iteration (self->context, FALSE))
    ;

  graphbit_timers_clear (&self->timers);
  g_source_destroy (self->source);
  for (;;)
    {
      GraphbitJob *none = NULL;
      GraphbitJob *jobs;

      if (__atomic_compare_exchange_n (&self->queue, &none, CLOSED, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        break;
      jobs = __atomic_exchange_n (&self->queue, NULL, __ATOMIC_ACQ_REL);
      io_run_jobs (self, jobs);
    }
  g_main_context_pop_thread_default (self->context);

  pthread_mutex_lock (&self->mutex);
  self->is_finished = TRUE;
  pthread_cond_broadcast (&self->finished);
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

static GraphbitIo *
io_new (void)
{
  GraphbitIo *self = g_new0 (GraphbitIo, 1);

  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->finished, NULL);
  self->quit.run = io_quit;
  self->context = g_main_context_new ();
  graphbit_timers_init (&self->timers);
  self->source = g_source_new (&io_source_funcs, sizeof (IoSource));
  ((IoSource *) self->source)->io = self;
  g_source_set_static_name (self->source, "graphbit I/O");
  g_source_attach (self->source, self->context);
  self->thread = g_thread_new ("graphbit-io", io_main, self);
  return self;
}

static void
io_free (GraphbitIo *self)
{
  g_source_unref (self->source);
  g_main_context_unref (self->context);
  pthread_cond_destroy (&self->finished);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

gboolean
graphbit_io_is_current (GraphbitIo *self)
{
  return self->thread == g_thread_self ();
}

gboolean
graphbit_io_submit (GraphbitIo *self,
                    GraphbitJob *job)
{
  GraphbitJob *head = __atomic_load_n (&self->queue, __ATOMIC_RELAXED);

  do
    {
      if (head == CLOSED)
        return FALSE;
      job->next = head;
    }
  while (!__atomic_compare_exchange_n (&self->queue, &head, job, TRUE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));

  if (head == NULL && !graphbit_io_is_current (self))
    g_main_context_wakeup (self->context);
  return TRUE;
}

GMainContext *
graphbit_io_get_context (GraphbitIo *self)
{
  return self->context;
}

GraphbitTimers *
graphbit_io_get_timers (GraphbitIo *self)
{
  return &self->timers;
}

guint
graphbit_runtime_register (const GraphbitService *service)
{
  int index;

  pthread_mutex_lock (&current_mutex);
  index = n_services;
  g_assert (index < MAX_SERVICES);
  services[index] = service;
  __atomic_store_n (&n_services, index + 1, __ATOMIC_RELEASE);
  pthread_mutex_unlock (&current_mutex);
  return (guint) index;
}

gpointer
graphbit_io_get_state (GraphbitIo *self,
                       guint service)
{
  g_assert (graphbit_io_is_current (self));

  if (!self->has_state[service])
    {
      self->states[service] = services[service]->start (self);
      self->has_state[service] = TRUE;
    }
  return self->states[service];
}

/* The generation */

typedef struct
{
  GFunc func;
  gpointer data;
} Work;

static void
do_work (gpointer data,
         gpointer pool)
{
  g_autofree Work *work = data;

  work->func (work->data, NULL);
}

gboolean
graphbit_runtime_push_work (GraphbitRuntime *self,
                            GFunc func,
                            gpointer data)
{
  gboolean is_taken = FALSE;

  pthread_mutex_lock (&self->mutex);
  if (!self->has_ended)
    {
      Work *work = g_new (Work, 1);

      work->func = func;
      work->data = data;
      if (self->pool == NULL)
        self->pool = g_thread_pool_new (do_work, NULL, (int) g_get_num_processors (), FALSE, NULL);
      g_thread_pool_push (self->pool, work, NULL);
      is_taken = TRUE;
    }
  pthread_mutex_unlock (&self->mutex);
  return is_taken;
}

GraphbitIo *
graphbit_runtime_get_io (GraphbitRuntime *self,
                         guint hash)
{
  GraphbitIo *io = __atomic_load_n (&self->io, __ATOMIC_ACQUIRE);

  if (io != NULL)
    return io;

  pthread_mutex_lock (&self->mutex);
  if (self->io == NULL && !self->has_ended)
    __atomic_store_n (&self->io, io_new (), __ATOMIC_RELEASE);
  io = self->io;
  pthread_mutex_unlock (&self->mutex);
  return io;
}

gboolean
graphbit_runtime_add_operation (GraphbitRuntime *self,
                                GraphbitOperation *operation)
{
  gboolean is_added = FALSE;

  pthread_mutex_lock (&self->mutex);
  if (!self->has_ended)
    {
      GList *link = &operation->runtime_link;

      link->prev = NULL;
      link->next = self->operations;
      if (link->next != NULL)
        link->next->prev = link;
      self->operations = link;
      is_added = TRUE;
    }
  pthread_mutex_unlock (&self->mutex);
  return is_added;
}

void
graphbit_runtime_remove_operation (GraphbitRuntime *self,
                                   GraphbitOperation *operation)
{
  pthread_mutex_lock (&self->mutex);
  self->operations = g_list_remove_link (self->operations, &operation->runtime_link);
  pthread_mutex_unlock (&self->mutex);
}

GraphbitRuntime *
graphbit_runtime_ref (GraphbitRuntime *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
graphbit_runtime_unref (GraphbitRuntime *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->io, io_free);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

/* Takes the current generation away, so that nothing new begins in it. */
static GraphbitRuntime *
steal_current (void)
{
  GraphbitRuntime *self;

  pthread_mutex_lock (&current_mutex);
  self = g_steal_pointer (&current);
  pthread_mutex_unlock (&current_mutex);
  return self;
}

static void
at_exit (void)
{
  GraphbitRuntime *self;
  struct timespec until;
  gboolean is_finished;
  gint64 time;

  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    return;
  self = steal_current ();
  if (self == NULL)
    return;
  if (self->io == NULL)
    {
      graphbit_runtime_unref (self);
      return;
    }
  if (graphbit_io_is_current (self->io))
    return;
  if (!graphbit_io_submit (self->io, &self->io->quit))
    return;

  time = g_get_real_time () + EXIT_WAIT;
  until.tv_sec = time / G_USEC_PER_SEC;
  until.tv_nsec = time % G_USEC_PER_SEC * 1000;
  pthread_mutex_lock (&self->io->mutex);
  while (!self->io->is_finished && pthread_cond_timedwait (&self->io->finished, &self->io->mutex, &until) == 0)
    ;
  is_finished = self->io->is_finished;
  pthread_mutex_unlock (&self->io->mutex);

  if (is_finished)
    {
      g_thread_join (self->io->thread);
      graphbit_runtime_unref (self);
    }
}

static void
in_forked_child (void)
{
  if (current != NULL)
    __atomic_store_n (&is_forked, TRUE, __ATOMIC_RELEASE);
}

GraphbitRuntime *
graphbit_runtime_get (GError **error)
{
  static gboolean is_watching;
  GraphbitRuntime *self;

  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                           _("graphbit was in use before this process was forked and cannot be used in the child; "
                             "fork first, or run a program instead"));
      return NULL;
    }

  pthread_mutex_lock (&current_mutex);
  if (current == NULL)
    {
      current = g_new0 (GraphbitRuntime, 1);
      current->ref_count = 1;
      pthread_mutex_init (&current->mutex, NULL);
      if (!is_watching)
        {
          is_watching = TRUE;
          pthread_atfork (NULL, NULL, in_forked_child);
          atexit (at_exit);
        }
    }
  self = graphbit_runtime_ref (current);
  pthread_mutex_unlock (&current_mutex);
  return self;
}

void
graphbit_runtime_shutdown (void)
{
  GraphbitRuntime *self;
  GThreadPool *pool;

  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    return;
  self = steal_current ();
  if (self == NULL)
    return;

  /* First, so that what the floors below end afterwards comes too late. */
  pthread_mutex_lock (&self->mutex);
  self->has_ended = TRUE;
  for (GList *link = self->operations; link != NULL; link = link->next)
    graphbit_operation_interrupt (link->data, GRAPHBIT_INTERRUPTION_SHUTDOWN);
  pool = g_steal_pointer (&self->pool);
  pthread_mutex_unlock (&self->mutex);

  if (self->io != NULL && graphbit_io_submit (self->io, &self->io->quit))
    g_thread_join (self->io->thread);
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);

  graphbit_runtime_unref (self);
}

typedef struct
{
  GraphbitJob job;
  void (*func) (GraphbitIo *io, gpointer data);
  gpointer data;
  pthread_mutex_t mutex;
  pthread_cond_t done;
  gboolean is_done;
} AwaitedJob;

static void
run_awaited (GraphbitIo *io,
             GraphbitJob *job)
{
  AwaitedJob *self = (AwaitedJob *) job;

  self->func (io, self->data);
  pthread_mutex_lock (&self->mutex);
  self->is_done = TRUE;
  pthread_cond_signal (&self->done);
  pthread_mutex_unlock (&self->mutex);
}

gboolean
graphbit_io_call (GraphbitIo *self,
                  void (*func) (GraphbitIo *io, gpointer data),
                  gpointer data)
{
  AwaitedJob job = { .job.run = run_awaited, .func = func, .data = data };
  gboolean is_taken;

  g_assert (!graphbit_io_is_current (self));

  pthread_mutex_init (&job.mutex, NULL);
  pthread_cond_init (&job.done, NULL);
  is_taken = graphbit_io_submit (self, &job.job);
  if (is_taken)
    {
      pthread_mutex_lock (&job.mutex);
      while (!job.is_done)
        pthread_cond_wait (&job.done, &job.mutex);
      pthread_mutex_unlock (&job.mutex);
    }
  pthread_cond_destroy (&job.done);
  pthread_mutex_destroy (&job.mutex);
  return is_taken;
}

GraphbitIo *
graphbit_runtime_peek_io (GraphbitRuntime **runtime)
{
  GraphbitRuntime *self = NULL;
  GraphbitIo *io = NULL;

  pthread_mutex_lock (&current_mutex);
  if (current != NULL)
    self = graphbit_runtime_ref (current);
  pthread_mutex_unlock (&current_mutex);

  if (self != NULL && !__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    io = __atomic_load_n (&self->io, __ATOMIC_ACQUIRE);
  if (io == NULL)
    g_clear_pointer (&self, graphbit_runtime_unref);
  *runtime = self;
  return io;
}

static void
run_timers (GraphbitIo *io,
            gpointer data)
{
  graphbit_timers_run (&io->timers);
}

void
graphbit_runtime_run_timers (void)
{
  GraphbitRuntime *self;
  GraphbitIo *io = graphbit_runtime_peek_io (&self);

  if (io == NULL)
    return;

  if (!graphbit_io_is_current (io))
    graphbit_io_call (io, run_timers, NULL);
  graphbit_runtime_unref (self);
}
