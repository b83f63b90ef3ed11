/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <graphbit/graphbit.h>

#include "graphbit-mock-server.h"

/* A server that runs the steps (NULL: answers everything). */
GraphbitMockServer *support_server_new (const char *steps);
/* Anthropic, Gemini and Ollama find their addresses below the server's root; “responses” is OpenAI's other protocol. */
GraphbitLlmClient *support_client_new_for_provider (GraphbitMockServer *server, const char *provider);
/* Of `openai_compatible`, with a key. */
GraphbitLlmClient *support_client_new (GraphbitMockServer *server);
GraphbitLlmClient *support_client_new_for_url (const char *base_url, const char *key);

/* What an asynchronous call brought. Iterates the thread's own context only. */
typedef struct
{
  GAsyncResult *result;
  guint n_calls;
  GThread *thread;
} SupportResult;

void support_ready (GObject *object, GAsyncResult *result, gpointer data);
GAsyncResult *support_wait (SupportResult *self);
/* Iterates until it holds, at most two minutes (under valgrind). */
void support_wait_until (gboolean (*func) (gpointer data), gpointer data);
/* The same for what may come about without anything happening in the context. */
void support_look_until (gboolean (*func) (gpointer data), gpointer data);
/* Moves the virtual clock until it is there: by so much for each look. */
GAsyncResult *support_wait_with_clock (SupportResult *self, guint step_ms);
/* Iterates until the server has had as many. */
void support_wait_for_requests (GraphbitMockServer *server, guint n_requests);
void support_result_clear (SupportResult *self);

char *support_complete (GraphbitLlmClient *client, const char *prompt, GCancellable *cancellable, GError **error);
GraphbitLlmStream *support_open (GraphbitLlmClient *client, const char *prompt, GCancellable *cancellable, GError **error);
GraphbitLlmChunk *support_next (GraphbitLlmStream *stream, GCancellable *cancellable, GError **error);
GraphbitLlmResponse *support_collect (GraphbitLlmStream *stream, GError **error);

gint64 support_stat (GraphbitLlmClient *client, const char *name);
double support_stat_double (GraphbitLlmClient *client, const char *name);

/* Nothing is left running: sockets closed, then memory is the caller's affair. */
void support_assert_closed (GraphbitMockServer *server);
