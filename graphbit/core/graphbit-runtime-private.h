/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The runtime: one generation of I/O threads and pool, from the first use to
 * graphbit_shutdown (). Its I/O threads start, all of them, when something is
 * first submitted; those of the pool when there is work for them.
 */

typedef struct _GraphbitIo GraphbitIo;
typedef struct _GraphbitJob GraphbitJob;
typedef struct _GraphbitTimer GraphbitTimer;

/* Embedded at the start of what is submitted. `run` owns the job. */
struct _GraphbitJob
{
  GraphbitJob *next;
  void (*run) (GraphbitIo *io, GraphbitJob *job);
};

/* The current generation, with a reference; NULL and FAILED_PRECONDITION in a forked child of a used runtime. */
GraphbitRuntime *graphbit_runtime_get (GError **error);
GraphbitRuntime *graphbit_runtime_ref (GraphbitRuntime *self);
void graphbit_runtime_unref (GraphbitRuntime *self);

/* The I/O thread that owns everything whose key hashes to `hash`. Starts it if need be. NULL after shutdown. */
GraphbitIo *graphbit_runtime_get_io (GraphbitRuntime *self, guint hash);
/* How many of them there are; 0 before the first is asked for. */
guint graphbit_runtime_get_n_ios (GraphbitRuntime *self);

/* Any thread, in order per submitting thread. FALSE: the generation has ended and the job was not taken. */
gboolean graphbit_io_submit (GraphbitIo *self, GraphbitJob *job);
gboolean graphbit_io_is_current (GraphbitIo *self);
GMainContext *graphbit_io_get_context (GraphbitIo *self); /* for sources on the I/O thread */
/* Runs `func` there and waits for it, a turn of the thread at most. From any other thread. FALSE as above. */
gboolean graphbit_io_call (GraphbitIo *self, void (*func) (GraphbitIo *io, gpointer data), gpointer data);
/* The same on each of the current generation, one after the other; starts none, and leaves out the calling thread. */
void graphbit_runtime_call_ios (void (*func) (GraphbitIo *io, gpointer data), gpointer data);

/* CPU work away from every loop, bounded. `func` runs in a pool thread, or here if the system starts none.
 * FALSE: not taken, the generation has ended. */
gboolean graphbit_runtime_push_work (GraphbitRuntime *self, GFunc func, gpointer data);

/* What is waiting, per I/O thread; graphbit-timer.c */
typedef struct
{
  GPtrArray *heap; /* of GraphbitTimer; NULL at 0 */
} GraphbitTimers;
void graphbit_timers_init (GraphbitTimers *self);
void graphbit_timers_clear (GraphbitTimers *self); /* the thread's end: what is still armed expires, and arms no more */
gint64 graphbit_timers_get_next (GraphbitTimers *self); /* -1: none */
void graphbit_timers_run (GraphbitTimers *self);
GraphbitTimers *graphbit_io_get_timers (GraphbitIo *self);

/* Timers: only on the I/O thread that owns them. Embedded in what waits; zeroed before its first use. */
struct _GraphbitTimer
{
  gint64 when;
  void (*expired) (GraphbitTimer *timer);
  guint position; /* in the heap, 1 the root; 0: not armed */
};
void graphbit_timer_arm (GraphbitIo *io, GraphbitTimer *timer, gint64 when); /* again: moves it */
void graphbit_timer_disarm (GraphbitIo *io, GraphbitTimer *timer);
static inline gboolean
graphbit_timer_is_armed (const GraphbitTimer *timer)
{
  return timer->position != 0;
}

/*
 * A floor that owns something on the I/O threads registers it once. `start` runs on each I/O thread before
 * the first use of its state there, `stop` on the same thread after its last job.
 */
typedef struct
{
  const char *name;
  gpointer (*start) (GraphbitIo *io);
  void (*stop) (GraphbitIo *io, gpointer state);
} GraphbitService;
guint graphbit_runtime_register (const GraphbitService *service); /* an index, for life */
gpointer graphbit_io_get_state (GraphbitIo *self, guint service);

/* Operations only. */
gboolean graphbit_runtime_add_operation (GraphbitRuntime *self, GraphbitOperation *operation); /* FALSE: ended */
void graphbit_runtime_remove_operation (GraphbitRuntime *self, GraphbitOperation *operation);

/* Ends the generation: what is pending is cancelled in its home, later. Waits for the I/O threads, for no home. */
void graphbit_runtime_shutdown (void);

/* While no generation is there. Numbers as of graphbit_configure_runtime (). */
gboolean graphbit_runtime_configure (int n_io_threads, int max_pool_threads, int stack_size_mb, GError **error);

/* Neither of these starts anything, and both may be asked in a forked child. */
typedef struct
{
  gboolean is_running;
  gint64 uptime; /* microseconds */
  guint n_io_threads; /* that there are, as the next */
  guint n_pool_threads;
  guint max_pool_threads;
  gsize stack_size; /* bytes: the running threads', or what the next ones get */
} GraphbitRuntimeInfo;
void graphbit_runtime_get_info (GraphbitRuntimeInfo *info);

typedef struct
{
  gboolean is_well;         /* can be used in this process, and each thread's timers go */
  gboolean has_all_threads; /* as many as asked for, and each takes jobs */
  gboolean has_free_pool;   /* no work has waited long for a thread */
} GraphbitRuntimeHealth;
void graphbit_runtime_check (GraphbitRuntimeHealth *health); /* waits up to two seconds for threads that are stuck */

/* Clock only: lets each I/O thread look at its timers, and waits for that. */
void graphbit_runtime_run_timers (void);

G_END_DECLS
