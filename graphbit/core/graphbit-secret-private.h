/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A key: immutable, counted atomically, overwritten with zeros when the last reference goes. */
typedef struct _GraphbitSecret GraphbitSecret;

GraphbitSecret *graphbit_secret_new (const char *text);
GraphbitSecret *graphbit_secret_ref (GraphbitSecret *self);
void graphbit_secret_unref (GraphbitSecret *self);
const char *graphbit_secret_peek (const GraphbitSecret *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitSecret, graphbit_secret_unref)

/* Takes a text over, which may be NULL, and gives it back without any occurrence of the key. */
char *graphbit_secret_redact (const GraphbitSecret *self, char *text);

/* Whether a header of that name may carry a credential, which is then not written down. */
gboolean graphbit_secret_is_header (const char *name);

G_END_DECLS
