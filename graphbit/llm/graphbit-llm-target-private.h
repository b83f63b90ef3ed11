/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-config.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-request.h"
#include "graphbit-secret-private.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* Something else than a completion is asked. */
typedef struct
{
  const char *method; /* constant */
  const char *path;   /* below the base URL */
} GraphbitLlmQuery;

/* Who is asked, and with what: made at the start, for the application may change its request afterwards. */
typedef struct
{
  GraphbitLlmConfig *config;
  GraphbitLlmRequest *request; /* for a provider in the application */

  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect; /* NULL: a provider in the application */
  const char *query_method;          /* NULL: it is a completion */
  char *uri;
  char *base_uri;
  char *model;
  char *path_model; /* as the wire's path has it */
  GBytes *body;

  GraphbitSecret *secret;
  gboolean is_key_refused; /* and asked for once more */

  GError *error; /* a fallback that cannot do what the request asks for */
} GraphbitLlmTarget;

/* Of request and query one is NULL. Everything that can be said at once to be wrong, and what will be sent. The structure is zeroed memory, to be cleared
 * in either case. `error` is never NULL. */
gboolean graphbit_llm_target_init (GraphbitLlmTarget *self,
                                   GraphbitLlmConfig *config,
                                   GraphbitLlmRequest *request,
                                   const GraphbitLlmQuery *query,
                                   gboolean is_stream,
                                   GError **error);
void graphbit_llm_target_clear (GraphbitLlmTarget *self);
void graphbit_llm_target_free (gpointer data);
/* Needs no key, and nobody has one for it. */
gboolean graphbit_llm_target_is_keyless (const GraphbitLlmTarget *self);

G_END_DECLS
