/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-config.h"

#include <glib/gi18n-lib.h>

#ifdef HAVE_LIBSECRET
# include <libsecret/secret.h>
#endif

#include "graphbit-error.h"
#include "graphbit-key-call.h"

#ifdef HAVE_LIBSECRET
static void
looked_up (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GraphbitKeyCall) call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  char *key = secret_password_lookup_nonpageable_finish (result, &error);

  if (key != NULL)
    {
      graphbit_key_call_respond (call, key);
      secret_password_free (key); /* overwrites it */
      return;
    }

  if (error != NULL)
    message = g_strdup_printf (_("The keyring cannot be read: %s"), error->message);
  graphbit_call_fail (GRAPHBIT_CALL (call),
                      message != NULL
                        ? message
                        : _("The keyring has no key with these attributes; store one, as with “secret-tool store --label=Key service openai”"));
}

static gboolean
on_key_required (GraphbitLlmConfig *config,
                 GraphbitKeyCall *call,
                 gpointer attributes)
{
  secret_password_lookupv (NULL, attributes, graphbit_call_get_cancellable (GRAPHBIT_CALL (call)), looked_up, g_object_ref (call));

  return TRUE;
}

static void
free_attributes (gpointer data,
                 GClosure *closure)
{
  g_hash_table_unref (data);
}
#endif

/**
 * graphbit_llm_config_use_keyring:
 * @self: a configuration
 * @attributes: (nullable): what the key was stored with, an `a{ss}` that is not empty; a floating one is taken over.
 *   %NULL: `service` is [property@LlmConfig:provider]
 * @error: return location for an error
 *
 * Looks the key up in the user's keyring (of the Secret Service, such as GNOME's)
 * when a request needs it and it is neither given, nor in the environment, nor
 * known to a key function. The main loop goes on meanwhile, and the keyring may
 * ask the user to unlock it; the request waits for that until its deadline, and
 * fails with %GRAPHBIT_ERROR_AUTHENTICATION if the key is not there.
 *
 * It is stored with `secret-tool store --label="OpenAI" service openai`, or by
 * any application. The key is not kept here: each request that needs it looks.
 * A second call takes the place of the first one. Other handlers of
 * [signal@LlmConfig::key-required] that were connected before are asked before.
 *
 * Fails with %GRAPHBIT_ERROR_UNSUPPORTED, and changes nothing, if this graphbit
 * was built without libsecret.
 *
 * Returns: %TRUE if keys will be looked up
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_config_use_keyring (GraphbitLlmConfig *self,
                                 GVariant *attributes,
                                 GError **error)
{
  g_autoptr (GVariant) taken = attributes != NULL ? g_variant_ref_sink (attributes) : NULL;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), FALSE);
  g_return_val_if_fail (attributes == NULL || g_variant_is_of_type (attributes, G_VARIANT_TYPE ("a{ss}")), FALSE);
  g_return_val_if_fail (attributes == NULL || g_variant_n_children (attributes) > 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

#ifdef HAVE_LIBSECRET
  {
    GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    GVariantIter iter;
    char *name, *value;

    if (taken != NULL)
      g_variant_iter_init (&iter, taken);
    while (taken != NULL && g_variant_iter_next (&iter, "{ss}", &name, &value))
      g_hash_table_replace (table, name, value);
    if (taken == NULL)
      g_hash_table_replace (table, g_strdup ("service"), g_strdup (graphbit_llm_config_get_provider (self)));

    g_signal_handlers_disconnect_matched (self, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_key_required, NULL);
    g_signal_connect_data (self, "key-required", G_CALLBACK (on_key_required), table, free_attributes, 0);
    return TRUE;
  }
#else
  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                       _("This graphbit was built without libsecret and cannot read keyrings; set a key function, or build it with "
                         "“-Dlibsecret=enabled”"));
  return FALSE;
#endif
}
