/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-conversation.h"

G_BEGIN_DECLS

/*
 * Conversations as files:
 *
 *   { "format": "graphbit-conversation", "version": 1,
 *     "system-prompt": …, "calibration": 1.25,
 *     "messages": [ { "role": "assistant", "content": …, "reasoning": …,
 *                     "parts": [ { "kind": "image", "mime-type": …, "bytes": base64 } ],
 *                     "tool-calls": [ { "id": …, "name": …, "arguments": JSON as text } ],
 *                     "tool-call-id": …, "provider": …, "native": JSON as text } ] }
 *
 * A part has a kind and one of text, uri and bytes. Documents in files become
 * bytes, so that a file never makes the reader open another one. Members that
 * nobody knows stay with the object they came with, and are written again.
 */

/* Images are in it, as base64. */
#define GRAPHBIT_CONVERSATION_FILE_MAX_SIZE (128 * 1024 * 1024)

/* FAILED_PRECONDITION: it is too large. Reads the files of parts, by blocking. */
char *graphbit_conversation_file_write (GraphbitConversation *self, GError **error);
/* `client` may be NULL. PARSE, UNSUPPORTED. */
GraphbitConversation *graphbit_conversation_file_read (const char *text,
                                                       gsize length,
                                                       GraphbitLlmClient *client,
                                                       GError **error);

G_END_DECLS
