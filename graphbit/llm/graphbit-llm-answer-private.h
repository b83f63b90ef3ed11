/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-schema-private.h"
#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"

G_BEGIN_DECLS

/* Answers that were asked for with a JSON Schema. */

/* TRUE: it fits, and the response's text is the JSON alone; what a model writes around it is left out.
 * FALSE with what does not fit, a line each. */
gboolean graphbit_llm_answer_check (GraphbitJsonSchema *schema, GraphbitLlmResponse *response, char **problems);

/* The same conversation in an object that nobody changes. */
GraphbitLlmRequest *graphbit_llm_answer_copy_request (GraphbitLlmRequest *request);
/* That, with an answer and what is wrong with it at its end. */
GraphbitLlmRequest *graphbit_llm_answer_ask_again (GraphbitLlmRequest *request,
                                                   GraphbitLlmResponse *response,
                                                   const char *problems);

G_END_DECLS
