/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-call.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The owner's end of a call. The owner keeps this, never the call itself, so
 * that a call which nobody holds any more can be noticed.
 */
typedef struct _GraphbitCallTicket GraphbitCallTicket;

/* At home, once, unless the ticket was closed. Exactly one of value and error. `value` is what the subclass answered
 * with; the callee takes both over. */
typedef void (*GraphbitCallAnswered) (GraphbitOperation *operation, gpointer data, gpointer value, GError *error);

/* Before the call is shown to anybody. `failure` is the code of graphbit_call_fail (). `deadline` is
 * graphbit_clock_now ()'s; 0: none of its own (the owner watches it, not the call). */
GraphbitCallTicket *graphbit_call_open (GraphbitCall *self,
                                        gpointer operation,
                                        GraphbitCallAnswered func,
                                        gpointer data,
                                        int failure,
                                        gint64 deadline);
/* At home. No answer is delivered from here on; a late one returns FALSE. `cancel` also triggers the call's cancellable. */
void graphbit_call_close (GraphbitCallTicket **ticket, gboolean cancel);
/* At home, after the call was shown: an answer that is there already, which is not delivered then. FALSE: there is none yet. */
gboolean graphbit_call_take (GraphbitCallTicket **ticket, gpointer *value, GError **error);

/* What the call belongs to, while it is open: what is started for its sake is told where that is. */
GraphbitOperation *graphbit_call_get_operation (GraphbitCall *self);

/* Subclasses: the first answer counts. Takes `value` over (frees it when late). Any thread. */
gboolean graphbit_call_answer (GraphbitCall *self, gpointer value, GDestroyNotify value_free);
/* The same with an error, taken over. */
gboolean graphbit_call_answer_error (GraphbitCall *self, GError *error);

G_END_DECLS
