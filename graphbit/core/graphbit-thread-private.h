/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <pthread.h>

G_BEGIN_DECLS

/*
 * Threads with a stack of a given size, which GThread does not offer, and the
 * bounded pool of them for work that would hold up a loop.
 */

/* `stack_size` in bytes, 0: the system's. FALSE: the system starts no such thread. */
gboolean graphbit_thread_start (pthread_t *thread,
                                const char *name,
                                gsize stack_size,
                                gpointer (*func) (gpointer data),
                                gpointer data);

/* For pthread_cond_timedwait (): this many microseconds from now. */
void graphbit_thread_deadline (struct timespec *until, gint64 wait);

typedef struct _GraphbitPool GraphbitPool;
GraphbitPool *graphbit_pool_new (guint max_threads, gsize stack_size);
/* `func` (data, NULL) runs in one of the pool's threads. FALSE: the system starts none at all. */
gboolean graphbit_pool_push (GraphbitPool *self, GFunc func, gpointer data);
/* Since when the oldest work waits for a thread, -1: none does. */
gint64 graphbit_pool_get_waiting_since (GraphbitPool *self);
guint graphbit_pool_get_n_threads (GraphbitPool *self);
/* Frees the pool when everything pushed has run. */
void graphbit_pool_finish (GraphbitPool *self);
/* The process ends: what waits is left. FALSE: something still ran at that time, and the pool is left to it. */
gboolean graphbit_pool_abandon (GraphbitPool *self, const struct timespec *until);

G_END_DECLS
