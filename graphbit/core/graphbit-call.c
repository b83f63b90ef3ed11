/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-call-private.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>

#include "graphbit-error.h"

/**
 * GraphbitCall:
 *
 * Something that the library asks of your code and that may be answered
 * later, from any thread.
 *
 * Subclasses have methods to answer with what they ask for; every one can be
 * failed. The first answer counts: a later one returns %FALSE and does
 * nothing. A call that nobody holds any more fails by itself when the
 * language's collector notices; every call has a deadline besides.
 *
 * The page [Home: threads and main contexts](home.html) says more.
 *
 * Since: 1.0
 */

typedef enum
{
  STATE_OPEN,
  STATE_ANSWERING, /* somebody was first, and is at it */
  STATE_ANSWERED,
  STATE_CLOSED
} State;

struct _GraphbitCallTicket
{
  GraphbitEnvelope envelope;
  int ref_count;
  int state; /* atomic State */

  GraphbitOperation *operation;
  GraphbitCallAnswered func;
  gpointer data;
  int failure;
  gboolean is_cancelled;
  GCancellable *cancellable; /* both under the mutex; made when asked for */
  gint64 deadline;

  gpointer answer; /* once answered; for home */
  GDestroyNotify answer_free; /* of an error free_error () */
};

/* One for all: it is only held to look for a cancellable. */
static pthread_mutex_t cancellable_mutex = PTHREAD_MUTEX_INITIALIZER;

typedef struct
{
  GraphbitCallTicket *ticket;
} GraphbitCallPrivate;

enum
{
  PROP_0,
  PROP_CANCELLABLE,
  PROP_DEADLINE,
  PROP_IS_ANSWERED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GraphbitCall, graphbit_call, G_TYPE_OBJECT)

static void
free_error (gpointer error)
{
  g_error_free (error);
}

/* Exactly one of the two, if it was answered. */
static gpointer
ticket_take_answer (GraphbitCallTicket *self,
                    GError **error)
{
  gpointer answer = g_steal_pointer (&self->answer);

  *error = NULL;
  if (self->answer_free != free_error)
    return answer;

  *error = answer;
  return NULL;
}

static void
ticket_unref (GraphbitCallTicket *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  if (self->answer != NULL && self->answer_free != NULL)
    self->answer_free (self->answer);
  g_clear_object (&self->cancellable);
  graphbit_operation_unref (self->operation);
  g_free (self);
}

static void
ticket_deliver (GraphbitOperation *operation,
                GraphbitEnvelope *envelope)
{
  GraphbitCallTicket *self = (GraphbitCallTicket *) envelope;

  if (operation != NULL && __atomic_load_n (&self->state, __ATOMIC_ACQUIRE) == STATE_ANSWERED)
    {
      GError *error;
      gpointer value = ticket_take_answer (self, &error);

      self->func (operation, self->data, value, error);
    }
  ticket_unref (self);
}

static gboolean
ticket_answer (GraphbitCallTicket *self,
               gpointer answer,
               GDestroyNotify answer_free)
{
  int open = STATE_OPEN, answering = STATE_ANSWERING;

  if (self == NULL ||
      !__atomic_compare_exchange_n (&self->state, &open, STATE_ANSWERING, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    {
      if (answer != NULL && answer_free != NULL)
        answer_free (answer);
      return FALSE;
    }

  self->answer = answer;
  self->answer_free = answer_free;
  /* Unless it was closed meanwhile. */
  __atomic_compare_exchange_n (&self->state, &answering, STATE_ANSWERED, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  /* The envelope's, and one that keeps the operation until it was posted to, whoever else lets go of the call. */
  g_atomic_int_add (&self->ref_count, 2);
  graphbit_operation_post (self->operation, &self->envelope);
  ticket_unref (self);
  return TRUE;
}

static void
graphbit_call_dispose (GObject *object)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (GRAPHBIT_CALL (object));

  if (priv->ticket != NULL && __atomic_load_n (&priv->ticket->state, __ATOMIC_ACQUIRE) == STATE_OPEN)
    ticket_answer (priv->ticket,
                   g_error_new_literal (GRAPHBIT_ERROR, priv->ticket->failure,
                                        _("The call was dropped without an answer; keep it until it is answered")),
                   free_error);
  g_clear_pointer (&priv->ticket, ticket_unref);

  G_OBJECT_CLASS (graphbit_call_parent_class)->dispose (object);
}

static void
graphbit_call_get_property (GObject *object,
                            guint property_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  GraphbitCall *self = GRAPHBIT_CALL (object);
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  switch (property_id)
    {
    case PROP_CANCELLABLE:
      /* NULL for one that waits for a person, and was never opened */
      g_value_set_object (value, priv->ticket != NULL ? graphbit_call_get_cancellable (self) : NULL);
      break;

    case PROP_DEADLINE:
      g_value_set_int64 (value, graphbit_call_get_deadline (self));
      break;

    case PROP_IS_ANSWERED:
      g_value_set_boolean (value, graphbit_call_get_is_answered (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_call_class_init (GraphbitCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = graphbit_call_dispose;
  object_class->get_property = graphbit_call_get_property;

  /**
   * GraphbitCall:cancellable: (getter get_cancellable)
   *
   * Is cancelled when the answer is wanted no more: the run was cancelled, or
   * the time is up.
   *
   * Since: 1.0
   */
  properties[PROP_CANCELLABLE] = g_param_spec_object ("cancellable", NULL, NULL, G_TYPE_CANCELLABLE, flags);

  /**
   * GraphbitCall:deadline: (getter get_deadline)
   *
   * When the answer comes too late: microseconds on the clock of
   * [func@GLib.get_monotonic_time], or 0 if only what it belongs to has a limit.
   *
   * Since: 1.0
   */
  properties[PROP_DEADLINE] = g_param_spec_int64 ("deadline", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitCall:is-answered: (getter get_is_answered)
   *
   * Whether an answer was given, or can be given no more. It may change in any
   * thread and does not notify.
   *
   * Since: 1.0
   */
  properties[PROP_IS_ANSWERED] = g_param_spec_boolean ("is-answered", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_call_init (GraphbitCall *self)
{
}

GraphbitCallTicket *
graphbit_call_open (GraphbitCall *self,
                    gpointer operation,
                    GraphbitCallAnswered func,
                    gpointer data,
                    int failure,
                    gint64 deadline)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);
  GraphbitCallTicket *ticket = g_new0 (GraphbitCallTicket, 1);

  g_assert (priv->ticket == NULL);

  ticket->envelope.deliver = ticket_deliver;
  ticket->ref_count = 2; /* the call's and the owner's */
  ticket->operation = graphbit_operation_ref (operation);
  ticket->func = func;
  ticket->data = data;
  ticket->failure = failure;
  ticket->deadline = deadline;
  priv->ticket = ticket;
  return ticket;
}

void
graphbit_call_close (GraphbitCallTicket **ticket,
                     gboolean cancel)
{
  GraphbitCallTicket *self = g_steal_pointer (ticket);

  if (self == NULL)
    return;

  __atomic_store_n (&self->state, STATE_CLOSED, __ATOMIC_RELEASE);
  if (cancel)
    {
      g_autoptr (GCancellable) cancellable = NULL;

      pthread_mutex_lock (&cancellable_mutex);
      self->is_cancelled = TRUE;
      if (self->cancellable != NULL)
        cancellable = g_object_ref (self->cancellable);
      pthread_mutex_unlock (&cancellable_mutex);
      if (cancellable != NULL)
        g_cancellable_cancel (cancellable);
    }
  ticket_unref (self);
}

GraphbitOperation *
graphbit_call_get_operation (GraphbitCall *self)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  return priv->ticket->operation;
}

gboolean
graphbit_call_take (GraphbitCallTicket **ticket,
                    gpointer *value,
                    GError **error)
{
  GraphbitCallTicket *self = *ticket;
  int answered = STATE_ANSWERED;
  GError *local_error;

  /* What was posted finds it closed. */
  if (self == NULL ||
      !__atomic_compare_exchange_n (&self->state, &answered, STATE_CLOSED, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    return FALSE;

  *value = ticket_take_answer (self, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  *ticket = NULL;
  ticket_unref (self);
  return TRUE;
}

gboolean
graphbit_call_answer (GraphbitCall *self,
                      gpointer value,
                      GDestroyNotify value_free)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  return ticket_answer (priv->ticket, value, value_free);
}

gboolean
graphbit_call_answer_error (GraphbitCall *self,
                            GError *error)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  return ticket_answer (priv->ticket, error, free_error);
}

/**
 * graphbit_call_get_cancellable: (get-property cancellable)
 * @self: a call
 *
 * Gets what tells that the answer is wanted no more. Hand it to whatever you
 * start for the answer's sake.
 *
 * Returns: (transfer none): a cancellable that belongs to this call
 *
 * Since: 1.0
 */
GCancellable *
graphbit_call_get_cancellable (GraphbitCall *self)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);
  GraphbitCallTicket *ticket;
  gboolean is_cancelled = FALSE;

  g_return_val_if_fail (GRAPHBIT_IS_CALL (self), NULL);
  g_return_val_if_fail (priv->ticket != NULL, NULL);

  ticket = priv->ticket;
  pthread_mutex_lock (&cancellable_mutex);
  if (ticket->cancellable == NULL)
    {
      ticket->cancellable = g_cancellable_new ();
      is_cancelled = ticket->is_cancelled;
    }
  pthread_mutex_unlock (&cancellable_mutex);
  if (is_cancelled)
    g_cancellable_cancel (ticket->cancellable);
  return ticket->cancellable;
}

/**
 * graphbit_call_get_deadline: (get-property deadline)
 * @self: a call
 *
 * Gets when the answer comes too late.
 *
 * Returns: microseconds on the clock of [func@GLib.get_monotonic_time], or 0
 *
 * Since: 1.0
 */
gint64
graphbit_call_get_deadline (GraphbitCall *self)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_CALL (self), 0);

  return priv->ticket != NULL ? priv->ticket->deadline : 0;
}

/**
 * graphbit_call_get_is_answered: (get-property is-answered)
 * @self: a call
 *
 * Gets whether an answer was given, or can be given no more.
 *
 * Returns: %TRUE if another answer would come too late
 *
 * Since: 1.0
 */
gboolean
graphbit_call_get_is_answered (GraphbitCall *self)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_CALL (self), TRUE);

  return priv->ticket == NULL || __atomic_load_n (&priv->ticket->state, __ATOMIC_ACQUIRE) != STATE_OPEN;
}

/**
 * graphbit_call_fail:
 * @self: a call
 * @message: what went wrong, for people to read
 *
 * Answers that it cannot be done. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_call_fail (GraphbitCall *self,
                    const char *message)
{
  GraphbitCallPrivate *priv = graphbit_call_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_CALL (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  if (priv->ticket == NULL)
    return FALSE;
  return ticket_answer (priv->ticket, g_error_new_literal (GRAPHBIT_ERROR, priv->ticket->failure, message), free_error);
}
