/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/* Keys from a keyring: against a Secret Service of the test's own, on a message bus of the test's own. */

#ifdef HAVE_LIBSECRET
# ifdef __SANITIZE_ADDRESS__
/* What GLib allocates for others is only told with all of its callers, by which libsecret's leak is left out. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}
# endif

static const char interface_xml[] =
  "<node>"
  "  <interface name='org.freedesktop.Secret.Service'>"
  "    <property name='Collections' type='ao' access='read'/>"
  "    <method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
  "      <arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
  "    <method name='SearchItems'><arg type='a{ss}' direction='in'/>"
  "      <arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
  "    <method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>"
  "      <arg type='a{o(oayays)}' direction='out'/></method>"
  "  </interface>"
  "</node>";

typedef struct
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GDBusConnection *connection;
  char *address;
  int is_up;
  int n_searches;
  int is_silent; /* nothing is answered */
} Keyring;

static GVariant *
make_secret (const char *key)
{
  GVariantBuilder secrets;

  g_variant_builder_init (&secrets, G_VARIANT_TYPE ("a{o(oayays)}"));
  g_variant_builder_add (&secrets, "{o@(oayays)}", "/org/freedesktop/secrets/collection/login/1",
                         g_variant_new ("(o@ay@ays)", "/org/freedesktop/secrets/session/1", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1),
                                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key, strlen (key), 1), "text/plain"));
  return g_variant_new ("(a{o(oayays)})", &secrets);
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  Keyring *self = data;
  static const char *const item[] = { "/org/freedesktop/secrets/collection/login/1", NULL };
  static const char *const nothing[] = { NULL };

  if (strcmp (method, "OpenSession") == 0)
    {
      const char *algorithm;

      g_variant_get (parameters, "(&sv)", &algorithm, NULL);
      if (strcmp (algorithm, "plain") != 0)
        g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.NotSupported", "plain only");
      else
        g_dbus_method_invocation_return_value (invocation, g_variant_new ("(vo)", g_variant_new_string (""),
                                                                          "/org/freedesktop/secrets/session/1"));
    }
  else if (strcmp (method, "SearchItems") == 0)
    {
      g_autoptr (GVariant) attributes = g_variant_get_child_value (parameters, 0);
      const char *service = NULL, *user = NULL;
      gboolean is_there = g_variant_lookup (attributes, "service", "&s", &service) &&
                          (strcmp (service, "openai") == 0 ||
                           (strcmp (service, "work") == 0 && g_variant_lookup (attributes, "user", "&s", &user)));

      __atomic_add_fetch (&self->n_searches, 1, __ATOMIC_SEQ_CST);
      if (__atomic_load_n (&self->is_silent, __ATOMIC_SEQ_CST))
        g_object_unref (invocation);
      else
        g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^ao^ao)", is_there ? item : nothing, nothing));
    }
  else
    g_dbus_method_invocation_return_value (invocation, make_secret ("sk-from-keyring"));
}

static GVariant *
on_property (GDBusConnection *connection,
             const char *sender,
             const char *path,
             const char *interface,
             const char *property,
             GError **error,
             gpointer data)
{
  static const char *const nothing[] = { NULL };

  return g_variant_new ("^ao", nothing);
}

static gpointer
run_keyring (gpointer data)
{
  static const GDBusInterfaceVTable vtable = { on_call, on_property, NULL, { 0 } };
  Keyring *self = data;
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  self->connection = g_dbus_connection_new_for_address_sync (self->address,
                                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                             G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                             NULL, NULL, &error);
  g_assert_no_error (error);
  node = g_dbus_node_info_new_for_xml (interface_xml, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (self->connection, "/org/freedesktop/secrets", node->interfaces[0], &vtable, self, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  __atomic_store_n (&self->is_up, TRUE, __ATOMIC_SEQ_CST);
  g_main_loop_run (self->loop);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static GTestDBus *bus;
static Keyring keyring;

static void
start_keyring (void)
{
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  keyring.address = g_strdup (g_test_dbus_get_bus_address (bus));
  keyring.context = g_main_context_new ();
  keyring.loop = g_main_loop_new (keyring.context, FALSE);
  keyring.thread = g_thread_new ("keyring", run_keyring, &keyring);
  while (!__atomic_load_n (&keyring.is_up, __ATOMIC_SEQ_CST))
    g_thread_yield ();
}

static void
stop_keyring (void)
{
  GDBusConnection *connection;

  g_main_loop_quit (keyring.loop);
  g_thread_join (keyring.thread);
  g_main_loop_unref (keyring.loop);
  g_main_context_unref (keyring.context);
  g_free (keyring.address);
  /* libsecret's connection lives as long as the process, and so then does what belongs to it */
  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_object_unref (connection);
  g_test_dbus_stop (bus);
}

static GraphbitLlmClient *
make_client (GraphbitMockServer *server,
             GVariant *attributes)
{
  GraphbitLlmClient *client = support_client_new_for_provider (server, "openai");
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  g_autoptr (GError) error = NULL;

  g_object_set (config, "base-url", graphbit_mock_server_get_base_url (server), NULL);
  graphbit_llm_config_set_api_key (config, NULL, NULL);
  g_assert_true (graphbit_llm_config_use_keyring (config, attributes, &error));
  g_assert_no_error (error);
  g_assert_true (graphbit_llm_config_check_api_key (config, NULL));
  return client;
}

/* Within the main loop and by blocking, of both kinds of attributes; it is looked for each time. */
static void
test_found (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) usual = make_client (server, NULL);
  g_autoptr (GraphbitLlmClient) own = make_client (server, g_variant_new_parsed ("{'service': 'work', 'user': 'me'}"));
  GraphbitLlmClient *const clients[] = { usual, own };
  int n_searches = keyring.n_searches;
  g_autofree char *requests = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = support_complete (clients[i], "Hello", NULL, &error);
      g_autofree char *again = NULL;
      g_autofree char *json = graphbit_llm_config_to_json (graphbit_llm_client_get_config (clients[i]));
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;
      SupportResult result = { NULL };
      g_autoptr (GListModel) models = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "You said: Hello");
      again = graphbit_llm_client_complete (clients[i], "Hello", NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (again, ==, "You said: Hello");
      stream = support_open (clients[i], "Hello", NULL, &error);
      g_assert_no_error (error);
      response = support_collect (stream, &error);
      g_assert_no_error (error);
      graphbit_llm_client_list_models_async (clients[i], NULL, support_ready, &result);
      models = graphbit_llm_client_list_models_finish (clients[i], support_wait (&result), &error);
      support_result_clear (&result);
      g_assert_no_error (error);
      g_assert_null (strstr (json, "keyring"));
    }
  g_assert_cmpint (keyring.n_searches - n_searches, ==, 8);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer sk-from-keyring"));
}

static void
test_missing (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server, g_variant_new_parsed ("{'service': 'nowhere'}"));
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "secret-tool store"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

  /* the second call takes the place of the first */
  g_clear_error (&error);
  g_assert_true (graphbit_llm_config_use_keyring (graphbit_llm_client_get_config (client), NULL, &error));
  {
    g_autofree char *text = support_complete (client, "Hello", NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, "You said: Hello");
  }
}

/* Ticks only because the main loop goes on. */
static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
was_searched (gpointer data)
{
  return __atomic_load_n (&keyring.n_searches, __ATOMIC_SEQ_CST) > *(int *) data;
}

/* A keyring that waits for its user holds up nothing but the request, which may be cancelled. */
static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  int n_searches = keyring.n_searches;
  guint tick;

  __atomic_store_n (&keyring.is_silent, TRUE, __ATOMIC_SEQ_CST);
  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  tick = g_timeout_add (1, on_tick, NULL);
  support_wait_until (was_searched, &n_searches);
  g_source_remove (tick);
  g_assert_null (result.result);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  support_result_clear (&result);
  __atomic_store_n (&keyring.is_silent, FALSE, __ATOMIC_SEQ_CST);
}
#else
static void
test_without (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_llm_config_use_keyring (config, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "libsecret"));
  g_clear_error (&error);
  g_assert_false (graphbit_llm_config_check_api_key (config, NULL));
}
#endif

int
main (int argc,
      char *argv[])
{
  int status;

  g_unsetenv ("OPENAI_API_KEY");
  g_unsetenv ("OPENAI_BASE_URL");
  g_test_init (&argc, &argv, NULL);

#ifdef HAVE_LIBSECRET
  {
    g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");

    if (daemon == NULL)
      {
        g_print ("1..0 # SKIP there is no dbus-daemon for a keyring of the test's own\n");
        return 0;
      }
  }
  start_keyring ();
  g_test_add_func ("/llm/keyring/found", test_found);
  g_test_add_func ("/llm/keyring/missing", test_missing);
  g_test_add_func ("/llm/keyring/cancel", test_cancel);
  status = g_test_run ();
  stop_keyring ();
#else
  g_test_add_func ("/llm/keyring/without", test_without);
  status = g_test_run ();
#endif

  return status;
}
