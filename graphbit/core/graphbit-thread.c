/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-thread-private.h"

#include "graphbit-clock-private.h"

gboolean
graphbit_thread_start (pthread_t *thread,
                       const char *name,
                       gsize stack_size,
                       gpointer (*func) (gpointer data),
                       gpointer data)
{
  pthread_attr_t attributes;
  gboolean is_started;

  if (pthread_attr_init (&attributes) != 0)
    return FALSE;

  is_started = (stack_size == 0 || pthread_attr_setstacksize (&attributes, stack_size) == 0) &&
               pthread_create (thread, &attributes, func, data) == 0;
  pthread_attr_destroy (&attributes);
  if (is_started)
    pthread_setname_np (*thread, name);
  return is_started;
}

void
graphbit_thread_deadline (struct timespec *until,
                          gint64 wait)
{
  gint64 time = g_get_real_time () + wait;

  until->tv_sec = time / G_USEC_PER_SEC;
  until->tv_nsec = time % G_USEC_PER_SEC * 1000;
}

/* The pool */

typedef struct _Work Work;
struct _Work
{
  Work *next;
  GFunc func;
  gpointer data;
  gint64 since;
};

struct _GraphbitPool
{
  guint max_threads;
  gsize stack_size;

  pthread_mutex_t mutex;
  pthread_cond_t changed;
  Work *first; /* all under the mutex */
  Work **end;
  guint n_idle;
  guint n_running; /* threads that have not reached their end */
  gboolean is_ending;
  GArray *threads; /* of pthread_t */
};

static gpointer
pool_main (gpointer data)
{
  GraphbitPool *self = data;

  pthread_mutex_lock (&self->mutex);
  for (;;)
    {
      Work *work = self->first;

      if (work == NULL)
        {
          if (self->is_ending)
            break;
          self->n_idle++;
          pthread_cond_wait (&self->changed, &self->mutex);
          self->n_idle--;
          continue;
        }

      self->first = work->next;
      if (self->first == NULL)
        self->end = &self->first;
      pthread_mutex_unlock (&self->mutex);
      work->func (work->data, NULL);
      g_free (work);
      pthread_mutex_lock (&self->mutex);
    }
  self->n_running--;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

GraphbitPool *
graphbit_pool_new (guint max_threads,
                   gsize stack_size)
{
  GraphbitPool *self = g_new0 (GraphbitPool, 1);

  self->max_threads = max_threads;
  self->stack_size = stack_size;
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  self->end = &self->first;
  self->threads = g_array_new (FALSE, FALSE, sizeof (pthread_t));
  return self;
}

gboolean
graphbit_pool_push (GraphbitPool *self,
                    GFunc func,
                    gpointer data)
{
  gboolean is_taken = TRUE;
  guint n_waiting = 1;

  pthread_mutex_lock (&self->mutex);
  for (Work *work = self->first; work != NULL && n_waiting <= self->n_idle; work = work->next)
    n_waiting++;
  if (n_waiting > self->n_idle && self->threads->len < self->max_threads)
    {
      pthread_t thread;

      if (graphbit_thread_start (&thread, "graphbit-pool", self->stack_size, pool_main, self))
        {
          g_array_append_val (self->threads, thread);
          self->n_running++;
        }
      is_taken = self->threads->len > 0;
    }
  if (is_taken)
    {
      Work *work = g_new (Work, 1);

      work->next = NULL;
      work->func = func;
      work->data = data;
      work->since = graphbit_clock_now ();
      *self->end = work;
      self->end = &work->next;
      pthread_cond_signal (&self->changed);
    }
  pthread_mutex_unlock (&self->mutex);
  return is_taken;
}

gint64
graphbit_pool_get_waiting_since (GraphbitPool *self)
{
  gint64 since;

  pthread_mutex_lock (&self->mutex);
  since = self->first != NULL ? self->first->since : -1;
  pthread_mutex_unlock (&self->mutex);
  return since;
}

guint
graphbit_pool_get_n_threads (GraphbitPool *self)
{
  guint n;

  pthread_mutex_lock (&self->mutex);
  n = self->n_running;
  pthread_mutex_unlock (&self->mutex);
  return n;
}

static void
pool_free (GraphbitPool *self)
{
  for (guint i = 0; i < self->threads->len; i++)
    pthread_join (g_array_index (self->threads, pthread_t, i), NULL);
  g_array_unref (self->threads);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

void
graphbit_pool_finish (GraphbitPool *self)
{
  pthread_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pool_free (self);
}

gboolean
graphbit_pool_abandon (GraphbitPool *self,
                       const struct timespec *until)
{
  Work *left;
  gboolean is_finished;

  pthread_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  left = g_steal_pointer (&self->first);
  self->end = &self->first;
  pthread_cond_broadcast (&self->changed);
  while (self->n_running > 0 && pthread_cond_timedwait (&self->changed, &self->mutex, until) == 0)
    ;
  is_finished = self->n_running == 0;
  pthread_mutex_unlock (&self->mutex);

  while (left != NULL)
    {
      Work *next = left->next;

      g_free (left);
      left = next;
    }
  if (is_finished)
    pool_free (self);
  return is_finished;
}
