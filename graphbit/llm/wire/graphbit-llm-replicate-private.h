/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-dialect-private.h"

G_BEGIN_DECLS

/* The request's half of graphbit_llm_dialect_replicate. */
gboolean graphbit_llm_replicate_build (const GraphbitVendor *vendor,
                                    GraphbitLlmConfig *config,
                                    GraphbitLlmRequest *request,
                                    gboolean is_stream,
                                    GString *body,
                                    GError **error);

/* A model's name in its parts. FALSE: it is none. */
typedef struct
{
  char *owner;
  char *name;
  char *version; /* NULL: none */
  gboolean is_deployment;
} GraphbitLlmReplicateModel;

gboolean graphbit_llm_replicate_parse_model (const char *model, GraphbitLlmReplicateModel *parts);
void graphbit_llm_replicate_model_clear (GraphbitLlmReplicateModel *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraphbitLlmReplicateModel, graphbit_llm_replicate_model_clear)

G_END_DECLS
