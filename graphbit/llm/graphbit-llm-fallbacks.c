/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-fallbacks-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

gboolean
graphbit_llm_fallbacks_init (GraphbitLlmFallbacks *self,
                             GListModel *configs,
                             GraphbitLlmRequest *request,
                             gboolean is_stream,
                             GError **error)
{
  guint n_configs = g_list_model_get_n_items (configs);

  self->targets = g_ptr_array_new_full (n_configs, graphbit_llm_target_free);
  for (guint i = 0; i < n_configs; i++)
    {
      g_autoptr (GObject) config = g_list_model_get_item (configs, i);
      GraphbitLlmTarget *target;

      /* an application made this list */
      if (!GRAPHBIT_IS_LLM_CONFIG (config))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("Fallback number %u is no LlmConfig; put only configurations into the list of fallbacks"), i + 1);
          return FALSE;
        }

      target = g_new0 (GraphbitLlmTarget, 1);
      g_ptr_array_add (self->targets, target);
      if (graphbit_llm_target_init (target, GRAPHBIT_LLM_CONFIG (config), request, NULL, is_stream, &target->error))
        continue;
      if (!g_error_matches (target->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&target->error), _("Fallback number %u: "), i + 1);
          return FALSE;
        }
    }

  return TRUE;
}

void
graphbit_llm_fallbacks_clear (GraphbitLlmFallbacks *self)
{
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  if (self->reasons != NULL)
    g_string_free (self->reasons, TRUE);
  self->reasons = NULL;
}

gboolean
graphbit_llm_fallbacks_may_help (const GError *error)
{
  if (error->domain != GRAPHBIT_ERROR)
    return FALSE;

  switch ((GraphbitError) error->code)
    {
    case GRAPHBIT_ERROR_AUTHENTICATION:
    case GRAPHBIT_ERROR_RATE_LIMITED:
    case GRAPHBIT_ERROR_QUOTA_EXCEEDED:
    case GRAPHBIT_ERROR_UNAVAILABLE:
    case GRAPHBIT_ERROR_CONNECTION:
    case GRAPHBIT_ERROR_TIMEOUT:
    case GRAPHBIT_ERROR_CIRCUIT_OPEN:
      return TRUE;

    default:
      return FALSE;
    }
}

static void
add_reason (GraphbitLlmFallbacks *self,
            const GraphbitLlmTarget *target,
            const GError *error)
{
  if (self->reasons == NULL)
    self->reasons = g_string_new (NULL);
  else
    g_string_append (self->reasons, "; ");
  g_string_append (self->reasons, target->vendor->title);
  if (target->model != NULL)
    g_string_append_printf (self->reasons, ", %s", target->model);
  g_string_append_printf (self->reasons, ": %s", error->message);
}

gboolean
graphbit_llm_fallbacks_advance (GraphbitLlmFallbacks *self,
                                GraphbitLlmTarget *target,
                                const GError *error)
{
  guint n_unable;
  GraphbitLlmTarget *next;

  for (n_unable = 0; n_unable < self->targets->len; n_unable++)
    if (((GraphbitLlmTarget *) self->targets->pdata[n_unable])->error == NULL)
      break;
  if (n_unable < self->targets->len)
    add_reason (self, target, error);
  for (guint i = 0; i < n_unable; i++)
    {
      GraphbitLlmTarget *unable = self->targets->pdata[i];

      add_reason (self, unable, unable->error);
    }
  if (n_unable == self->targets->len)
    return FALSE;

  next = g_ptr_array_steal_index (self->targets, n_unable);
  if (n_unable > 0)
    g_ptr_array_remove_range (self->targets, 0, n_unable);
  graphbit_llm_target_clear (target);
  *target = *next;
  g_free (next);

  self->n_passed += n_unable + 1;
  return TRUE;
}
