/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * An operation is one piece of work that a caller started: a completion, a
 * stream, a run. It belongs to its home, the thread-default context at its
 * start. Other threads reach it only through its inbox: an envelope posted
 * there is delivered in the home thread, in order, by the one dispatcher
 * source that each context has for all its operations.
 *
 * What belongs to the application (tasks, cancellables, handles, closures) is
 * held by an operation only until it completes, which happens at home; the
 * plain C that is left may then be freed in any thread.
 */
typedef struct _GraphbitOperation GraphbitOperation;
typedef struct _GraphbitEnvelope GraphbitEnvelope;
typedef struct _GraphbitHome GraphbitHome;
typedef struct _GraphbitRuntime GraphbitRuntime;

/* Embedded at the start of whatever is posted. `deliver` owns the envelope.
 * With a NULL operation it comes too late (completed, or the home is gone): only free it. */
typedef void (*GraphbitDeliver) (GraphbitOperation *operation, GraphbitEnvelope *envelope);
struct _GraphbitEnvelope
{
  GraphbitEnvelope *next;
  GraphbitDeliver deliver;
};

typedef enum
{
  GRAPHBIT_INTERRUPTION_CANCELLED, /* the caller's GCancellable */
  GRAPHBIT_INTERRUPTION_SHUTDOWN   /* graphbit_shutdown () ended the runtime's generation */
} GraphbitInterruption;

typedef struct
{
  /* At home, at most once, never after completion, never from inside the start. Must lead to
   * graphbit_operation_complete () within the turn. */
  void (*interrupted) (GraphbitOperation *operation, GraphbitInterruption interruption);
  /* Any thread. Frees the structure. */
  void (*free) (GraphbitOperation *operation);
} GraphbitOperationClass;

struct _GraphbitOperation
{
  const GraphbitOperationClass *klass; /* NULL: a part, which lives and dies with its parent */
  int ref_count;   /* atomic */
  int is_complete; /* atomic */

  GMainContext *context;    /* until completion */
  GraphbitHome *home;
  GraphbitHome *delivery;   /* atomic; the home, or a sync twin's private one */
  GThread *home_thread;
  GraphbitEnvelope *inbox;       /* atomic stack, newest first */
  GraphbitEnvelope *undelivered; /* home only: taken from the inbox, in order */
  GraphbitOperation *next_ready; /* in its home's queue, while is_queued */
  int is_queued;                 /* atomic */
  int interruption;              /* atomic; a GraphbitInterruption + 1, 0: none */
  GraphbitOperation *parent;     /* a reference, but of a part none; or NULL */
  GraphbitEnvelope relay;        /* to the parent: this one has something in its inbox */

  GraphbitRuntime *runtime;
  GList runtime_link;

  GCancellable *cancellable; /* until completion */
  gulong cancelled_id;
  GraphbitEnvelope interrupt_envelope;
};

/*
 * Starts: the home is the thread-default context. FALSE: the runtime cannot be used here (fork).
 * A cancellable that is cancelled already leads to `interrupted` from the dispatcher.
 * The structure is the caller's zeroed memory, with one reference; on failure it is the caller's to free.
 */
gboolean graphbit_operation_init (GraphbitOperation *self,
                                  const GraphbitOperationClass *klass,
                                  GCancellable *cancellable,
                                  GError **error);
/* The same with an explicit home, for operations that another one starts. */
gboolean graphbit_operation_init_at (GraphbitOperation *self,
                                     const GraphbitOperationClass *klass,
                                     GMainContext *context,
                                     GCancellable *cancellable,
                                     GError **error);

/* For what an operation starts for its own sake: is delivered wherever the parent is, at home or in a sync twin. */
gboolean graphbit_operation_init_child (GraphbitOperation *self,
                                        const GraphbitOperationClass *klass,
                                        gpointer parent,
                                        GCancellable *cancellable,
                                        GError **error);

/* A part of a larger operation, with an inbox of its own and nothing else: to hold it is to hold the whole, which frees
 * its structure and tells it of interruptions. At home, while the whole goes on. */
void graphbit_operation_init_part (GraphbitOperation *self, gpointer whole);

gpointer graphbit_operation_ref (gpointer self);
void graphbit_operation_unref (gpointer self);

/* Any thread. The poster needs a reference of its own during the call only. */
void graphbit_operation_post (gpointer self, GraphbitEnvelope *envelope);

/* Runs `func` at home from the dispatcher. Any thread. `notify` frees `data` after it, or instead of it. */
typedef void (*GraphbitOperationFunc) (GraphbitOperation *operation, gpointer data);
void graphbit_operation_invoke (gpointer self, GraphbitOperationFunc func, gpointer data, GDestroyNotify notify);

/* At home. TRUE once: the caller then tells the outcome; whatever is still to come is dropped. */
gboolean graphbit_operation_complete (gpointer self);
gboolean graphbit_operation_is_complete (gpointer self); /* any thread */
/* Whether `interrupted` is on its way. Any thread. */
static inline gboolean
graphbit_operation_is_interrupted (GraphbitOperation *self)
{
  return __atomic_load_n (&self->interruption, __ATOMIC_RELAXED) != 0;
}
/* At home, after that: what has come too late so far is dropped now, not in a later turn. */
void graphbit_operation_deliver_late (gpointer self);

/* Whether the calling thread is the operation's home thread (it may then touch its state). */
gboolean graphbit_operation_is_home (gpointer self);
/* Whether what is posted is delivered in this context, as long as the context lives. Any thread. */
gboolean graphbit_operation_is_home_context (gpointer self, GMainContext *context);

/* For core/: the private home of a sync twin, and the lending of an operation to it. */
GraphbitHome *graphbit_home_get (GMainContext *context); /* a reference */
void graphbit_home_unref (GraphbitHome *self);
gboolean graphbit_operation_lend (gpointer self, GraphbitHome *to);
void graphbit_operation_give_back (gpointer self, GraphbitHome *from);
void graphbit_operation_interrupt (GraphbitOperation *self, GraphbitInterruption interruption); /* any thread */

/*
 * A time limit of something an operation does. The timer lives on the I/O thread; `func` runs at home
 * and never after graphbit_timeout_clear (). Times are graphbit_clock_now ()'s.
 * A short-lived wait that usually ends in the same turn should arm none.
 */
typedef struct _GraphbitTimeout GraphbitTimeout;
GraphbitTimeout *graphbit_timeout_new (gpointer operation, gint64 when, GraphbitOperationFunc func, gpointer data);
void graphbit_timeout_clear (GraphbitTimeout **timeout); /* at home; accepts *NULL */

G_END_DECLS
