/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-conversation-file-private.h"
#include "graphbit/graphbit.h"

/* A file is taken or refused with its place. What is written of one that is taken reads as the same again. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitConversation) conversation = graphbit_conversation_file_read ((const char *) data, size, NULL, &error);
  g_autoptr (GraphbitConversation) copy = NULL;
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;

  if (conversation == NULL)
    {
      g_assert_true (error->domain == GRAPHBIT_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "Line "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), >=, 0);
  graphbit_conversation_set_max_prompt_tokens (conversation, 1);
  json = graphbit_conversation_to_json (conversation, &error);
  if (json == NULL)
    {
      /* a media type that is none */
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      return 0;
    }

  copy = graphbit_conversation_file_read (json, strlen (json), NULL, &error);
  g_assert_no_error (error);
  again = graphbit_conversation_to_json (copy, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, json);
  g_assert_true (graphbit_conversation_trim (conversation, &error));

  return 0;
}
