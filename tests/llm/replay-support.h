/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-private.h"
#include "graphbit-llm-response.h"

/* The recordings: where they are, and what an answer must be. Skips the test and returns FALSE where they are not. */
gboolean replay_has_fixtures (void);
char *replay_get_path (const char *id, const char *suffix);
JsonNode *replay_load_json (const char *id, const char *suffix); /* NULL: there is none */
char *replay_load_body (const char *id, gsize *length);

/* Who of ours answers for the provider of a recording in chat completions: its own row, where there is one. */
const char *replay_get_chat_vendor (JsonNode *entry);

const char *replay_get_text (JsonNode *node, const char *name);
gint64 replay_get_number (JsonNode *node, const char *name);

/* Each difference is told with its `label`, counted, and fails the test, which goes on. */
guint replay_count_differences (void);
void replay_check_text (const char *label, const char *what, const char *got, const char *wanted);
void replay_check_number (const char *label, const char *what, gint64 got, gint64 wanted);
gboolean replay_wants_error (JsonNode *expected);
void replay_check_response (const char *label, GraphbitLlmResponse *response, JsonNode *expected);
