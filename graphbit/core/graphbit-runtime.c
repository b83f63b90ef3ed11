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
#include "graphbit-log-private.h"
#include "graphbit-thread-private.h"

#define MAX_SERVICES 8

/* How long the end of the process waits for the threads. */
#define EXIT_WAIT (100 * G_TIME_SPAN_MILLISECOND)

/* How long a thread may take to answer a question about its health. */
#define PROBE_WAIT (2 * G_TIME_SPAN_SECOND)

/* How long work may wait for a thread of the pool before that counts as too long. */
#define POOL_WAIT G_TIME_SPAN_SECOND

#define DEFAULT_IO_THREADS 1
#define MAX_IO_THREADS 256
#define MAX_POOL_THREADS 1024
#define MAX_STACK_MB 1024
#define MEGABYTE ((gsize) 1024 * 1024)

typedef struct
{
  GSource parent;
  GraphbitIo *io;
} IoSource;

struct _GraphbitIo
{
  pthread_t thread;
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

/* What graphbit_configure_runtime () asks for. 0: the default. */
typedef struct
{
  guint n_io_threads;
  guint max_pool_threads;
  gsize stack_size;
} Setup;

struct _GraphbitRuntime
{
  int ref_count;
  Setup setup;    /* without any 0 but the stack's, which is the system's default */
  gint64 started;
  pthread_mutex_t mutex;
  gboolean has_ended; /* all under the mutex */
  GList *operations;
  GraphbitIo **ios;   /* atomic; NULL until something is submitted, whole from then on */
  guint n_ios;        /* at least 1 where there are any, at most the set-up's */
  GraphbitPool *pool;
};

/* What the queue of a thread that has ended holds. */
static GraphbitJob closed_job;
#define CLOSED (&closed_job)

static pthread_mutex_t current_mutex = PTHREAD_MUTEX_INITIALIZER;
static GraphbitRuntime *current;
static Setup next_setup; /* under the mutex as well */
static GraphbitRuntime *volatile left_behind; /* to the threads that still run when the process ends; nobody reads it */
static int is_forked; /* atomic: this process is the child of one that had a runtime before */

static const GraphbitService *services[MAX_SERVICES];
static int n_services; /* atomic */

static _Thread_local GraphbitIo *own_io; /* on an I/O thread, that one */

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

  own_io = self;
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

static void
io_free (GraphbitIo *self)
{
  g_source_unref (self->source);
  g_main_context_unref (self->context);
  pthread_cond_destroy (&self->finished);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

/* NULL: the system starts no such thread. */
static GraphbitIo *
io_new (gsize stack_size)
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
  if (!graphbit_thread_start (&self->thread, "graphbit-io", stack_size, io_main, self))
    {
      graphbit_timers_clear (&self->timers);
      io_free (self);
      return NULL;
    }
  return self;
}

gboolean
graphbit_io_is_current (GraphbitIo *self)
{
  return own_io == self;
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

gboolean
graphbit_runtime_push_work (GraphbitRuntime *self,
                            GFunc func,
                            gpointer data)
{
  gboolean has_ended;
  gboolean is_pushed = FALSE;

  pthread_mutex_lock (&self->mutex);
  has_ended = self->has_ended;
  if (!has_ended)
    {
      if (self->pool == NULL)
        self->pool = graphbit_pool_new (self->setup.max_pool_threads, self->setup.stack_size);
      is_pushed = graphbit_pool_push (self->pool, func, data);
    }
  pthread_mutex_unlock (&self->mutex);

  /* Slow is better than not at all. */
  if (!has_ended && !is_pushed)
    func (data, NULL);
  return !has_ended;
}

/* Under the mutex. */
static void
start_ios (GraphbitRuntime *self)
{
  GraphbitIo **ios = g_new0 (GraphbitIo *, self->setup.n_io_threads);
  guint n = 0;

  while (n < self->setup.n_io_threads && (ios[n] = io_new (self->setup.stack_size)) != NULL)
    n++;
  if (n == 0)
    {
      ios[0] = io_new (0);
      if (ios[0] == NULL)
        g_error ("The system starts no thread");
      n = 1;
    }
  self->n_ios = n;
  __atomic_store_n (&self->ios, ios, __ATOMIC_RELEASE);
}

GraphbitIo *
graphbit_runtime_get_io (GraphbitRuntime *self,
                         guint hash)
{
  GraphbitIo **ios = __atomic_load_n (&self->ios, __ATOMIC_ACQUIRE);

  if (ios == NULL)
    {
      gboolean is_first = FALSE;

      pthread_mutex_lock (&self->mutex);
      if (self->ios == NULL && !self->has_ended)
        {
          start_ios (self);
          is_first = TRUE;
        }
      ios = self->ios;
      pthread_mutex_unlock (&self->mutex);

      if (is_first && self->n_ios < self->setup.n_io_threads)
        graphbit_log (GRAPHBIT_LOG_LEVEL_WARN, "runtime: the system starts only %u of %u I/O threads",
                      self->n_ios, self->setup.n_io_threads);
      if (is_first)
        graphbit_log (GRAPHBIT_LOG_LEVEL_INFO, "runtime: I/O threads started: %u", self->n_ios);
    }
  return ios != NULL ? ios[hash % self->n_ios] : NULL;
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

  for (guint i = 0; i < self->n_ios; i++)
    io_free (self->ios[i]);
  g_free (self->ios);
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

static gboolean
io_wait (GraphbitIo *self,
         const struct timespec *until)
{
  gboolean is_finished;

  pthread_mutex_lock (&self->mutex);
  while (!self->is_finished && pthread_cond_timedwait (&self->finished, &self->mutex, until) == 0)
    ;
  is_finished = self->is_finished;
  pthread_mutex_unlock (&self->mutex);

  if (is_finished)
    pthread_join (self->thread, NULL);
  return is_finished;
}

static void
at_exit (void)
{
  GraphbitRuntime *self;
  struct timespec until;
  gboolean is_finished = TRUE;

  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE) || own_io != NULL)
    return;
  self = steal_current ();
  if (self == NULL)
    return;

  pthread_mutex_lock (&self->mutex);
  self->has_ended = TRUE;
  pthread_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_ios; i++)
    graphbit_io_submit (self->ios[i], &self->ios[i]->quit);
  graphbit_thread_deadline (&until, EXIT_WAIT);
  for (guint i = 0; i < self->n_ios; i++)
    is_finished = io_wait (self->ios[i], &until) && is_finished;
  if (self->pool != NULL)
    is_finished = graphbit_pool_abandon (self->pool, &until) && is_finished;

  if (is_finished)
    graphbit_runtime_unref (self);
  else
    left_behind = self;
}

/* Also after a shutdown: GIO has threads of its own, which the child lacks, and would wait for them for ever. */
static void
in_forked_child (void)
{
  __atomic_store_n (&is_forked, TRUE, __ATOMIC_RELEASE);
}

static Setup
effective (Setup setup)
{
  if (setup.n_io_threads == 0)
    setup.n_io_threads = DEFAULT_IO_THREADS;
  if (setup.max_pool_threads == 0)
    setup.max_pool_threads = g_get_num_processors ();
  return setup;
}

/* FALSE: this process is the child of one that had a runtime. */
static gboolean
check_fork (GError **error)
{
  if (!__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    return TRUE;

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                       _("graphbit was in use before this process was forked and cannot be used in the child; "
                         "fork first, or run a program instead"));
  return FALSE;
}

GraphbitRuntime *
graphbit_runtime_get (GError **error)
{
  static gboolean is_watching;
  GraphbitRuntime *self;

  if (!check_fork (error))
    return NULL;

  pthread_mutex_lock (&current_mutex);
  if (current == NULL)
    {
      current = g_new0 (GraphbitRuntime, 1);
      current->ref_count = 1;
      current->started = graphbit_clock_now ();
      current->setup = effective (next_setup);
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
  GraphbitPool *pool;

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

  for (guint i = 0; i < self->n_ios; i++)
    graphbit_io_submit (self->ios[i], &self->ios[i]->quit);
  for (guint i = 0; i < self->n_ios; i++)
    pthread_join (self->ios[i]->thread, NULL);
  if (pool != NULL)
    graphbit_pool_finish (pool);
  graphbit_log (GRAPHBIT_LOG_LEVEL_INFO, "runtime: shut down");

  graphbit_runtime_unref (self);
}

/* Set-up, state and health */

static gpointer
do_nothing (gpointer data)
{
  return NULL;
}

static gboolean
check_number (const char *name,
              int value,
              int max,
              GError **error)
{
  if (value >= 0 && value <= max)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("%s is %d; it can be 1 to %d, or 0 for the default"), name, value, max);
  return FALSE;
}

gboolean
graphbit_runtime_configure (int n_io_threads,
                            int max_pool_threads,
                            int stack_size_mb,
                            GError **error)
{
  Setup setup = { (guint) n_io_threads, (guint) max_pool_threads, (gsize) stack_size_mb * MEGABYTE };
  gboolean is_running;
  pthread_t thread;

  if (!check_number ("worker_threads", n_io_threads, MAX_IO_THREADS, error) ||
      !check_number ("max_blocking_threads", max_pool_threads, MAX_POOL_THREADS, error) ||
      !check_number ("thread_stack_size_mb", stack_size_mb, MAX_STACK_MB, error) ||
      !check_fork (error))
    return FALSE;

  if (setup.stack_size > 0)
    {
      if (!graphbit_thread_start (&thread, "graphbit-try", setup.stack_size, do_nothing, NULL))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The system starts no thread with a stack of %d MB: ask for less"), stack_size_mb);
          return FALSE;
        }
      pthread_join (thread, NULL);
    }

  pthread_mutex_lock (&current_mutex);
  is_running = current != NULL;
  if (!is_running)
    next_setup = setup;
  pthread_mutex_unlock (&current_mutex);
  if (is_running)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                         _("The runtime can only be configured while it does not run: "
                           "before the library is first used, or after it was shut down"));
  return !is_running;
}

/* The current generation with a reference, or NULL; starts none. */
static GraphbitRuntime *
peek_current (Setup *setup)
{
  GraphbitRuntime *self = NULL;

  /* In a forked child the mutex may be locked for ever. */
  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    {
      if (setup != NULL)
        *setup = effective (next_setup);
      return NULL;
    }

  pthread_mutex_lock (&current_mutex);
  if (current != NULL)
    self = graphbit_runtime_ref (current);
  if (setup != NULL)
    *setup = self != NULL ? self->setup : effective (next_setup);
  pthread_mutex_unlock (&current_mutex);
  return self;
}

static gsize
get_default_stack_size (void)
{
  pthread_attr_t attributes;
  gsize size = 0;

  if (pthread_attr_init (&attributes) == 0)
    {
      pthread_attr_getstacksize (&attributes, &size);
      pthread_attr_destroy (&attributes);
    }
  return size;
}

void
graphbit_runtime_get_info (GraphbitRuntimeInfo *info)
{
  Setup setup;
  GraphbitRuntime *self = peek_current (&setup);

  *info = (GraphbitRuntimeInfo) { 0 };
  info->max_pool_threads = setup.max_pool_threads;
  info->stack_size = setup.stack_size != 0 ? setup.stack_size : get_default_stack_size ();
  if (self == NULL)
    return;

  pthread_mutex_lock (&self->mutex);
  if (!self->has_ended)
    {
      info->is_running = TRUE;
      info->uptime = graphbit_clock_now () - self->started;
      info->n_io_threads = self->n_ios;
      if (self->pool != NULL)
        info->n_pool_threads = graphbit_pool_get_n_threads (self->pool);
      if (self->n_ios > 0)
        {
          pthread_attr_t attributes;

          /* what the thread has, not what was asked for */
          if (pthread_getattr_np (self->ios[0]->thread, &attributes) == 0)
            {
              pthread_attr_getstacksize (&attributes, &info->stack_size);
              pthread_attr_destroy (&attributes);
            }
        }
    }
  pthread_mutex_unlock (&self->mutex);
  graphbit_runtime_unref (self);
}

/* One question to all I/O threads. Whoever comes last frees it, which may be a thread that answers too late. */
typedef struct _Probe Probe;

typedef struct
{
  GraphbitJob job;
  GraphbitTimer timer;
  Probe *probe;
} Question;

struct _Probe
{
  int ref_count; /* atomic */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint n_taken; /* under the mutex: jobs that ran */
  guint n_timed; /* and timers that expired */
  Question questions[];
};

static void
probe_unref (Probe *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

static void
probe_count (Probe *self,
             guint *counter)
{
  pthread_mutex_lock (&self->mutex);
  (*counter)++;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

static void
question_expired (GraphbitTimer *timer)
{
  Question *self = (Question *) ((char *) timer - G_STRUCT_OFFSET (Question, timer));

  probe_count (self->probe, &self->probe->n_timed);
  probe_unref (self->probe);
}

static void
question_run (GraphbitIo *io,
              GraphbitJob *job)
{
  Question *self = (Question *) job;

  probe_count (self->probe, &self->probe->n_taken);
  if (io->is_quitting)
    question_expired (&self->timer);
  else
    graphbit_timer_arm (io, &self->timer, graphbit_clock_now ());
}

void
graphbit_runtime_check (GraphbitRuntimeHealth *health)
{
  GraphbitRuntime *self = peek_current (NULL);
  GraphbitIo **ios = self != NULL ? __atomic_load_n (&self->ios, __ATOMIC_ACQUIRE) : NULL;
  gint64 since = -1;
  guint n_asked = 0;
  struct timespec until;
  Probe *probe;

  *health = (GraphbitRuntimeHealth) { .is_well = TRUE, .has_all_threads = TRUE, .has_free_pool = TRUE };
  if (__atomic_load_n (&is_forked, __ATOMIC_ACQUIRE))
    health->is_well = FALSE;
  if (self == NULL)
    return;

  pthread_mutex_lock (&self->mutex);
  if (self->pool != NULL)
    since = graphbit_pool_get_waiting_since (self->pool);
  pthread_mutex_unlock (&self->mutex);
  health->has_free_pool = since < 0 || graphbit_clock_now () - since <= POOL_WAIT;

  if (ios == NULL)
    {
      graphbit_runtime_unref (self);
      return;
    }

  probe = g_malloc0 (sizeof (Probe) + self->n_ios * sizeof (Question));
  probe->ref_count = 1;
  pthread_mutex_init (&probe->mutex, NULL);
  pthread_cond_init (&probe->changed, NULL);
  for (guint i = 0; i < self->n_ios; i++)
    {
      Question *question = &probe->questions[i];

      question->job.run = question_run;
      question->timer.expired = question_expired;
      question->probe = probe;
      __atomic_add_fetch (&probe->ref_count, 1, __ATOMIC_RELAXED);
      if (graphbit_io_submit (ios[i], &question->job))
        n_asked++;
      else
        probe_unref (probe); /* shut down meanwhile */
    }

  graphbit_thread_deadline (&until, PROBE_WAIT);
  pthread_mutex_lock (&probe->mutex);
  while (probe->n_timed < n_asked && pthread_cond_timedwait (&probe->changed, &probe->mutex, &until) == 0)
    ;
  health->is_well = probe->n_timed == n_asked;
  health->has_all_threads = probe->n_taken == n_asked && self->n_ios == self->setup.n_io_threads;
  pthread_mutex_unlock (&probe->mutex);
  probe_unref (probe);
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

void
graphbit_runtime_call_ios (void (*func) (GraphbitIo *io, gpointer data),
                           gpointer data)
{
  GraphbitRuntime *self = peek_current (NULL);
  GraphbitIo **ios;

  if (self == NULL)
    return;

  ios = __atomic_load_n (&self->ios, __ATOMIC_ACQUIRE);
  for (guint i = 0; ios != NULL && i < self->n_ios; i++)
    if (!graphbit_io_is_current (ios[i]))
      graphbit_io_call (ios[i], func, data);
  graphbit_runtime_unref (self);
}

guint
graphbit_runtime_get_n_ios (GraphbitRuntime *self)
{
  return __atomic_load_n (&self->ios, __ATOMIC_ACQUIRE) != NULL ? self->n_ios : 0;
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
  graphbit_runtime_call_ios (run_timers, NULL);
}
