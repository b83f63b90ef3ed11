/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-call-private.h"
#include "graphbit-secret-private.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

typedef struct _GraphbitKeyClosure GraphbitKeyClosure;

/*
 * Where a configuration has its key from, in the order in which it is looked
 * for: given, the vendor's environment variable, the function, the signal
 * “key-required”, and then the error. A refused key is looked for again from
 * the function on. A part of the configuration; everything is at home.
 */
typedef struct
{
  gpointer config;              /* no reference */
  const char *provider;         /* the configuration's */
  const GraphbitVendor *vendor; /* NULL: unknown */
  GraphbitSecret *secret;       /* given, or NULL */
  GraphbitKeyClosure *func;     /* or NULL */
} GraphbitKeySource;

void graphbit_key_source_add_signal (GType type); /* of configurations: once, when the class is made */

void graphbit_key_source_dispose (GraphbitKeySource *self); /* lets the application's code go */
void graphbit_key_source_clear (GraphbitKeySource *self);
gboolean graphbit_key_source_set_key (GraphbitKeySource *self, const char *key, GError **error); /* NULL: none; INVALID_ARGUMENT */
/* char * (*) (config, data, error); NULL: none */
void graphbit_key_source_set_func (GraphbitKeySource *self, GCallback func, gpointer data, GDestroyNotify notify);

gboolean graphbit_key_source_has_key (GraphbitKeySource *self); /* a function may have one */
gboolean graphbit_key_source_has_handler (GraphbitKeySource *self);
gboolean graphbit_key_source_can_ask (GraphbitKeySource *self); /* a function or a handler */
/* AUTHENTICATION: nobody can have one, and the vendor does not work without it. */
gboolean graphbit_key_source_check (GraphbitKeySource *self, GError **error);
GError *graphbit_key_source_make_error (GraphbitKeySource *self);
gboolean graphbit_key_source_equal (GraphbitKeySource *a, GraphbitKeySource *b);

/* Given or the variable's. NULL without an error: neither. */
GraphbitSecret *graphbit_key_source_dup_secret (GraphbitKeySource *self, GError **error);

/* What the function gives. AUTHENTICATION, INVALID_ARGUMENT. */
GraphbitSecret *graphbit_key_source_call_func (GraphbitKeySource *self, GError **error);

typedef enum
{
  GRAPHBIT_KEY_NOWHERE, /* nobody knows one */
  GRAPHBIT_KEY_FOUND,
  GRAPHBIT_KEY_FAILED,
  GRAPHBIT_KEY_ASKED /* `answered` follows with a GraphbitSecret, or the operation has ended */
} GraphbitKeyAnswer;

/* From the dispatcher, for it runs the application's code: the function, or else the signal. */
GraphbitKeyAnswer graphbit_key_source_ask (GraphbitKeySource *self,
                                           gpointer operation,
                                           gint64 deadline,
                                           GraphbitCallTicket **ticket,
                                           GraphbitCallAnswered answered,
                                           GraphbitSecret **secret,
                                           GError **error);

G_END_DECLS
