/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-failure-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* An answer that must fit a JSON Schema, and what was asked for it so far. Zeroed: any answer will do. */
typedef struct
{
  GraphbitJsonSchema *schema;
  GraphbitLlmRequest *asked; /* as it stands, with the answers that did not fit */
  GraphbitLlmUsage *spent;   /* on those; NULL: nothing that was told */
  GraphbitLlmResponse *rejected; /* the last of them */
  guint n_asked_again;
} GraphbitLlmAnswer;

/* Of the request's options. What is asked again may not have been changed meanwhile, so it is a copy. */
gboolean graphbit_llm_answer_init (GraphbitLlmAnswer *self, GraphbitLlmRequest *request, GError **error);
void graphbit_llm_answer_clear (GraphbitLlmAnswer *self);

/* Where there is a schema. TRUE: it fits, and the response's text is the JSON alone, or it is no answer yet. FALSE with what
 * does not fit, a line each. */
gboolean graphbit_llm_answer_accepts (const GraphbitLlmAnswer *self, GraphbitLlmResponse *response, char **problems);
/* What was asked, with that answer and what is wrong with it at its end. NULL: it is not asked again. */
GraphbitLlmRequest *graphbit_llm_answer_ask_again (const GraphbitLlmAnswer *self,
                                                   GraphbitLlmResponse *response,
                                                   const char *problems);
/* It is, with that request, since that response did not fit. */
void graphbit_llm_answer_count (GraphbitLlmAnswer *self, GraphbitLlmRequest *request, GraphbitLlmResponse *response);
/* Puts what was spent into the last response. NULL: nothing came after those that did not fit, and the last of them goes
 * with the error. */
void graphbit_llm_answer_take_spent (GraphbitLlmAnswer *self, GraphbitLlmResponse *response, GError *error);
/* SCHEMA_MISMATCH: there will be no answer that fits. */
GraphbitFailure *graphbit_llm_answer_make_failure (GraphbitLlmResponse *response,
                                                   const GraphbitVendor *vendor,
                                                   const char *problems);

G_END_DECLS
