/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

/* Faults of all kinds, for requests that no step answers. A fault is a step, and has a name to be chosen by. */

static const struct
{
  const char *name;
  const char *step;
} faults[] = {
  { "server-error", "{\"status\":500,\"headers\":{\"Retry-After\":\"0\"}}" },
  { "unavailable", "{\"status\":503,\"headers\":{\"Retry-After\":\"0\"}}" },
  { "overloaded", "{\"status\":529,\"headers\":{\"retry-after-ms\":\"5\"}}" },
  { "rate-limit", "{\"status\":429,\"headers\":{\"retry-after-ms\":\"5\"}}" },
  { "bad-request", "{\"status\":400}" },
  { "reset", "{\"reset\":\"before-status\"}" },
  { "hang-up", "{\"close\":\"before-status\"}" },
  { "reset-inside", "{\"reset\":\"after-40-bytes\"}" },
  { "cut", "{\"close\":\"after-40-bytes\"}" },
  { "cut-stream", "{\"done\":false,\"finish_reason\":\"\"}" },
  { "no-http", "{\"garbage\":true}" },
  { "garbage", "{\"garbage\":\"body\"}" },
  { "web-page", "{\"content_type\":\"text/html\",\"body\":\"<html><body>Sign in to the hotel</body></html>\"}" },
  { "late", "{\"delay_ms\":20}" },
  { "drip", "{\"split\":\"random\",\"drip_ms\":1}" },
  { "bytes", "{\"split\":\"byte\"}" },
  /* only when it is named: a client without time limits would wait for ever */
  { "stall", "{\"stall\":\"before-status\"}" },
  { "stall-inside", "{\"stall\":\"after-40-bytes\"}" },
};
#define N_UNNAMED (G_N_ELEMENTS (faults) - 2)

struct _MockChaos
{
  double rate;
  GRand *random;
  GPtrArray *steps; /* of MockStep */
};

static MockStep *
parse_fault (guint index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) steps = mock_steps_parse (faults[index].step, -1, &error);

  g_assert_no_error (error);
  return mock_step_ref (g_ptr_array_index (steps, 0));
}

static gboolean
add_named (GPtrArray  *steps,
           const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      if (g_strcmp0 (name, faults[i].name) == 0)
        {
          g_ptr_array_add (steps, parse_fault (i));
          return TRUE;
        }
    }
  return FALSE;
}

MockChaos *
mock_chaos_new (double             rate,
                guint32            seed,
                const char *const *kinds,
                GError           **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_step_unref);
  MockChaos *self;

  for (guint i = 0; kinds != NULL && kinds[i] != NULL; i++)
    {
      if (!add_named (steps, kinds[i]))
        {
          g_autoptr (GString) known = g_string_new (NULL);

          for (guint j = 0; j < G_N_ELEMENTS (faults); j++)
            g_string_append_printf (known, "%s%s", j > 0 ? ", " : "", faults[j].name);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "There is no fault “%s”; the faults are %s.", kinds[i], known->str);
          return NULL;
        }
    }
  for (guint i = 0; i < N_UNNAMED && (kinds == NULL || kinds[0] == NULL); i++)
    g_ptr_array_add (steps, parse_fault (i));

  self = g_new0 (MockChaos, 1);
  self->rate = rate;
  self->random = g_rand_new_with_seed (seed);
  self->steps = g_steal_pointer (&steps);
  return self;
}

void
mock_chaos_free (MockChaos *self)
{
  g_rand_free (self->random);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

/* NULL: this one is answered well. */
MockStep *
mock_chaos_pick (MockChaos *self)
{
  if (g_rand_double (self->random) >= self->rate)
    return NULL;
  return mock_step_ref (g_ptr_array_index (self->steps, (guint) g_rand_int_range (self->random, 0, (int) self->steps->len)));
}
