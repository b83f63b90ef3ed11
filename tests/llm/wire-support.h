/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <graphbit/graphbit.h>

#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-request-private.h"

/* Requests: from objects to the bytes of a body. */
char *wire_build (GraphbitLlmConfig *config, GraphbitLlmRequest *request, gboolean is_stream, GError **error);
void wire_expect_body (GraphbitLlmConfig *config, GraphbitLlmRequest *request, gboolean is_stream, const char *wanted);
void wire_expect_error (GraphbitLlmConfig *config, GraphbitLlmRequest *request, GraphbitError code, const char *words);

void wire_add (GraphbitLlmRequest *request, GraphbitLlmMessage *message); /* takes the message over */
void wire_add_tool (GraphbitLlmRequest *request, const char *name, const char *description, const char *parameters);
void wire_add_call (GraphbitLlmMessage *message, const char *id, const char *name, const char *arguments);
void wire_add_text (GraphbitLlmMessage *message, const char *text);
void wire_add_image (GraphbitLlmMessage *message, const char *bytes, const char *mime_type);
void wire_add_image_uri (GraphbitLlmMessage *message, const char *uri);
void wire_add_file (GraphbitLlmMessage *message, const char *directory, const char *name, const char *content);
void wire_add_document_uri (GraphbitLlmMessage *message, const char *uri, const char *mime_type);
void wire_remove_files (const char *directory);

/* Answers: from bytes to what the dialect makes of them. */
typedef struct
{
  GraphbitLlmAssembler assembler;
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;
  GraphbitLlmResponse *response; /* also of a failed answer */
} WireAnswer;

void wire_answer_clear (WireAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WireAnswer, wire_answer_clear)

void wire_parse (WireAnswer *self, const char *provider, const char *body);
void wire_stream (WireAnswer *self, const char *provider, const char *const *events);
guint wire_count_calls (WireAnswer *self);
/* `id` NULL: an invented one. */
void wire_expect_call (WireAnswer *self, guint position, const char *id, const char *name, const char *arguments);
void wire_expect_usage (WireAnswer *self, gint64 prompt, gint64 completion, gint64 cached, gint64 cache_write, gint64 reasoning);
