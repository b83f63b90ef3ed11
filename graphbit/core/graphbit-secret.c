/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-secret-private.h"

#include <string.h>

struct _GraphbitSecret
{
  int ref_count;
  gsize length;
  char text[];
};

GraphbitSecret *
graphbit_secret_new (const char *text)
{
  gsize length = strlen (text);
  GraphbitSecret *self = g_malloc (sizeof (GraphbitSecret) + length + 1);

  self->ref_count = 1;
  self->length = length;
  memcpy (self->text, text, length + 1);
  return self;
}

GraphbitSecret *
graphbit_secret_ref (GraphbitSecret *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
graphbit_secret_unref (GraphbitSecret *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  explicit_bzero (self->text, self->length);
  g_free (self);
}

const char *
graphbit_secret_peek (const GraphbitSecret *self)
{
  return self->text;
}

char *
graphbit_secret_redact (const GraphbitSecret *self,
                        char *text)
{
  GString *result;

  if (text == NULL || self->length == 0 || strstr (text, self->text) == NULL)
    return text;

  result = g_string_new (text);
  g_string_replace (result, self->text, "…", 0);
  g_free (text);
  return g_string_free (result, FALSE);
}

gboolean
graphbit_secret_is_header (const char *name)
{
  static const char *const words[] = { "auth", "cookie", "credential", "key", "password", "secret", "signature", "token" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strstr (lower, words[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}
