/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "graphbit-http-fetch-private.h"
#include "test-http.h"

/* Which addresses are anybody's */

static void
test_addresses (void)
{
  static const char *const refused[] = {
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9",
    "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff::1",
    "2001:db8::1", "2002:7f00:1::", "2002:0808:0808::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1",
    "febf::1", "fec0::1", "ff02::1", "4000::1", "1fff::1",
  };
  static const char *const passed[] = {
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2000::1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111", "3ffe::1", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused) + G_N_ELEMENTS (passed); i++)
    {
      gboolean is_refused = i < G_N_ELEMENTS (refused);
      const char *text = is_refused ? refused[i] : passed[i - G_N_ELEMENTS (refused)];
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

      g_test_message ("%s", text);
      g_assert_nonnull (address);
      g_assert_cmpint (graphbit_http_address_is_public (address), ==, !is_refused);
    }
}

static void
test_urls (void)
{
  static const char *const malformed[] = {
    "", "x", "/path", "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "http:", "http://", "http:///x",
    "https://:80/", "http://user@example.com/", "http://user:secret@example.com/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://127.0.0.0x1/", "http://127.000.0.1/", "http://1.2.3.256/",
    "http://1.2.3/", "http://example.com:0/", "http://exa%20mple.com/", "http://a%2fb/", "http://a\\b/", "http://[::1/",
    "http://[::1%25lo]/", "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.1/", "http://example.com..\x01/", "data:text/plain,x",
    "http+unix://%2Frun%2Fsocket/", "http://..", "http://\xff/", "http://example.com%3A80/", "http://example.com%2Eevil%3A@x/",
  };
  static const char *const fine[][3] = {
    { "http://example.com", "example.com", "http://example.com/" },
    { "HTTPS://Example.COM:443/a?b=c#d", "example.com", "https://example.com/a?b=c" },
    { "http://127.0.0.1:8080/x", "127.0.0.1", "http://127.0.0.1:8080/x" },
    { "http://[::1]:8080/x", "::1", "http://[::1]:8080/x" },
    { "http://[2001:DB8:0::1]/x", "2001:db8:0::1", "http://[2001:db8:0::1]/x" },
    { "http://example.com./x", "example.com", "http://example.com/x" },
    { "http://b\xc3\xbc" "cher.example/", "xn--bcher-kva.example", "http://xn--bcher-kva.example/" },
    { "http://example.com/%2e%2e/%20", "example.com", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (GraphbitFailure) failure = NULL;
      g_autoptr (GUri) uri = graphbit_http_address_parse (malformed[i], NULL, &failure);
      g_autoptr (GError) error = NULL;

      g_assert_null (uri);
      error = graphbit_failure_to_error (failure, NULL);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_null (strstr (error->message, "secret"));
    }

  for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
    {
      g_autoptr (GraphbitFailure) failure = NULL;
      g_autoptr (GUri) uri = graphbit_http_address_parse (fine[i][0], NULL, &failure);
      g_autofree char *text = NULL;

      g_test_message ("%s", fine[i][0]);
      g_assert_nonnull (uri);
      g_assert_cmpstr (g_uri_get_host (uri), ==, fine[i][1]);
      g_assert_null (g_uri_get_fragment (uri));
      text = g_uri_to_string (uri);
      if (fine[i][2] != NULL)
        g_assert_cmpstr (text, ==, fine[i][2]);
    }
}

static void
test_names (void)
{
  static const char *const names[] = { "localhost", "Intern.Example.", "127.0.0.1", "b\xc3\xbc" "cher.example", NULL };
  static const struct
  {
    const char *url;
    gboolean is_named;
  } cases[] = {
    { "http://LOCALHOST:3000/", TRUE },
    { "http://localhost./", TRUE },
    { "http://intern.example/", TRUE },
    { "http://127.0.0.1/", TRUE },
    { "http://xn--bcher-kva.example/", TRUE },
    { "http://127.0.0.2/", FALSE },
    { "http://sub.localhost/", FALSE },
    { "http://localhost.example.com/", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitFailure) failure = NULL;
      g_autoptr (GUri) uri = graphbit_http_address_parse (cases[i].url, NULL, &failure);

      g_test_message ("%s", cases[i].url);
      g_assert_nonnull (uri);
      g_assert_cmpint (graphbit_http_address_is_named (uri, names), ==, cases[i].is_named);
      g_assert_false (graphbit_http_address_is_named (uri, NULL));
    }
}

/* A resolver that says what the test wants, another thing each time */

typedef struct
{
  GResolver parent_instance;
} ScriptedResolver;
typedef GResolverClass ScriptedResolverClass;
GType scripted_resolver_get_type (void);
G_DEFINE_TYPE (ScriptedResolver, scripted_resolver, G_TYPE_RESOLVER)

static pthread_mutex_t script_mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *const *script; /* an answer each, addresses with blanks between; the last stays */
static guint n_lookups;           /* of IPv4 addresses */

static void
scripted_lookup_async (GResolver *resolver,
                       const char *hostname,
                       GResolverNameLookupFlags flags,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GList *found = NULL;

  pthread_mutex_lock (&script_mutex);
  if (flags != G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY && script != NULL)
    {
      g_auto (GStrv) words = g_strsplit (script[0], " ", -1);

      for (guint i = 0; words[i] != NULL; i++)
        found = g_list_append (found, g_inet_address_new_from_string (words[i]));
      n_lookups++;
      if (script[1] != NULL)
        script++;
    }
  pthread_mutex_unlock (&script_mutex);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_resolver_free_addresses);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such host");
}

static GList *
scripted_lookup_finish (GResolver *resolver,
                        GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
scripted_resolver_class_init (ScriptedResolverClass *klass)
{
  klass->lookup_by_name_with_flags_async = scripted_lookup_async;
  klass->lookup_by_name_with_flags_finish = scripted_lookup_finish;
}

static void
scripted_resolver_init (ScriptedResolver *self)
{
}

static void
set_script (const char *const *answers)
{
  pthread_mutex_lock (&script_mutex);
  script = answers;
  n_lookups = 0;
  pthread_mutex_unlock (&script_mutex);
}

static guint
get_n_lookups (void)
{
  guint n;

  pthread_mutex_lock (&script_mutex);
  n = n_lookups;
  pthread_mutex_unlock (&script_mutex);
  return n;
}

/* A fetch, and the operation that it is for */

typedef struct
{
  GraphbitOperation operation;
  char *text;
  GError *error;
  gboolean is_done;
} Fetcher;

static void
fetcher_interrupted (GraphbitOperation *operation,
                     GraphbitInterruption interruption)
{
}

static void
fetcher_free (GraphbitOperation *operation)
{
  Fetcher *self = (Fetcher *) operation;

  g_free (self->text);
  g_clear_error (&self->error);
  g_free (self);
}

static const GraphbitOperationClass fetcher_class = { fetcher_interrupted, fetcher_free };

static Fetcher *
fetcher_new (void)
{
  Fetcher *self = g_new0 (Fetcher, 1);
  g_autoptr (GError) error = NULL;

  graphbit_operation_init (&self->operation, &fetcher_class, NULL, &error);
  g_assert_no_error (error);
  return self;
}

static void
fetcher_unref (Fetcher *self)
{
  graphbit_operation_complete (self);
  graphbit_operation_unref (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetcher, fetcher_unref)

static void
on_done (GraphbitOperation *operation,
         gpointer data,
         char *text,
         GError *error)
{
  Fetcher *self = data;

  g_assert_true (operation == &self->operation);
  g_assert_false (self->is_done);
  g_assert_true ((text == NULL) != (error == NULL));
  self->is_done = TRUE;
  self->text = text;
  self->error = error;
}

static gboolean
is_first_loopback (GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);

  return strcmp (text, "127.0.0.1") == 0;
}

static void
wait_done (Fetcher *self)
{
  while (!self->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
fetch (Fetcher *self,
       GraphbitHttpRequest *request,
       GraphbitHttpGuard guard,
       const char *const *allowed_hosts)
{
  g_assert_nonnull (graphbit_http_fetch_start (self, request, guard, allowed_hosts, on_done, self));
  wait_done (self);
}

static char *
make_url (GraphbitMockServer *server,
          const char *host,
          const char *path)
{
  return g_strdup_printf ("%s://%s:%u%s", graphbit_mock_server_get_use_tls (server) ? "https" : "http", host,
                          graphbit_mock_server_get_port (server), path);
}

static Fetcher *
get (GraphbitMockServer *server,
     const char *host,
     GraphbitHttpGuard guard)
{
  Fetcher *self = fetcher_new ();
  g_autofree char *url = make_url (server, host, "/data");

  fetch (self, graphbit_http_request_new ("GET", url), guard, NULL);
  return self;
}

static void
assert_refused (const Fetcher *self)
{
  g_assert_error (self->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION);
  g_assert_nonnull (strstr (self->error->message, "allowed-hosts"));
}

/* A name that leads home. */
static void
test_refused_names (void)
{
  static const char *const home[] = { "127.0.0.1 10.0.0.1 169.254.169.254", NULL };
  static const char *const hosts[] = { "home.example", "localhost", "127.0.0.1" };
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);

  set_script (home);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      /* often, for it must not open the breaker */
      for (guint j = 0; j < 12; j++)
        {
          g_autoptr (Fetcher) fetcher = get (server, hosts[i], graphbit_http_address_is_public);

          assert_refused (fetcher);
        }
    }
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 0);
}

/* Refused addresses are left out, others used; the server sees the name. */
static void
test_mixed_names (void)
{
  static const char *const mixed[] = { "127.0.0.2 127.0.0.1 127.0.0.3", NULL };
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"here\"}");
  g_autoptr (Fetcher) fetcher = NULL;
  g_autofree char *requests = NULL;
  g_autofree char *host = g_strdup_printf ("mixed.example:%u", graphbit_mock_server_get_port (server));

  set_script (mixed);
  fetcher = get (server, "mixed.example", is_first_loopback);
  g_assert_no_error (fetcher->error);
  g_assert_cmpstr (fetcher->text, ==, "here");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, host));
}

/* The name leads elsewhere after the first look: what is connected to was looked up once, and each connection looks. */
static void
test_rebinding (void)
{
  static const char *const rebound[] = { "127.0.0.1", "127.0.0.2", NULL };
  static const char *const bound_late[] = { "127.0.0.2", "127.0.0.1", NULL };
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"first\",\"connection\":\"close\"}");
  g_autoptr (Fetcher) first = NULL;
  g_autoptr (Fetcher) second = NULL;
  g_autoptr (Fetcher) third = NULL;

  set_script (rebound);
  first = get (server, "rebound.example", is_first_loopback);
  g_assert_no_error (first->error);
  g_assert_cmpstr (first->text, ==, "first");
  g_assert_cmpuint (get_n_lookups (), ==, 1);

  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  second = get (server, "rebound.example", is_first_loopback);
  assert_refused (second);
  g_assert_cmpuint (get_n_lookups (), ==, 2);

  set_script (bound_late);
  third = get (server, "late.example", is_first_loopback);
  assert_refused (third);
  g_assert_cmpuint (get_n_lookups (), ==, 1);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
}

/* A connection that a trusted client has open is not one that a guarded fetch may use, nor the other way round. */
static void
test_no_shared_connection (void)
{
  static const char *const first[] = { "127.0.0.1", NULL };
  static const char *const names[] = { "shared.example", NULL };
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"times\":-1}");
  g_autofree char *url = make_url (server, "shared.example", "/data");

  set_script (first);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      fetch (fetcher, graphbit_http_request_new ("GET", url), is_first_loopback, i % 2 == 0 ? names : NULL);
      g_assert_no_error (fetcher->error);
    }
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);

  {
    g_autoptr (Fetcher) fetcher = get (server, "shared.example", graphbit_http_address_is_public);

    assert_refused (fetcher);
  }
}

static void
test_proxy (void)
{
  static const char *const first[] = { "127.0.0.1", NULL };
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"direct\"}");
  g_autoptr (Fetcher) fetcher = NULL;

  /* main () has set a proxy that nothing answers at */
  set_script (first);
  fetcher = get (server, "proxied.example", is_first_loopback);
  g_assert_no_error (fetcher->error);
  g_assert_cmpstr (fetcher->text, ==, "direct");
}

/* TLS is with the name, though it is this class that connects. */
static void
test_tls (void)
{
  static const char *const first[] = { "127.0.0.1", NULL };
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const hosts[] = { "127.0.0.1", "other.example" };

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  server = graphbit_mock_server_new_tls (NULL, NULL);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  test_server_script (server, "{\"body\":\"secure\",\"times\":-1}");
  database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);

  set_script (first);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (Fetcher) fetcher = fetcher_new ();
      g_autofree char *url = make_url (server, hosts[i], "/data");
      GraphbitHttpRequest *request = graphbit_http_request_new ("GET", url);

      request->tls_database = g_object_ref (database);
      fetch (fetcher, request, is_first_loopback, NULL);
      if (i == 0)
        {
          g_assert_no_error (fetcher->error);
          g_assert_cmpstr (fetcher->text, ==, "secure");
        }
      else
        {
          /* the certificate is not that name's */
          g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
          g_assert_nonnull (strstr (fetcher->error->message, "belongs to another host"));
        }
    }
}

/* Redirects */

static void
redirect (GraphbitMockServer *server,
          const char *match,
          int status,
          const char *location)
{
  g_autofree char *step = g_strdup_printf ("{\"match\":\"%s\",\"status\":%d,\"headers\":{\"Location\":\"%s\"},\"body\":\"moved\"}",
                                           match, status, location);

  test_server_script (server, step);
}

static GraphbitHttpRequest *
request_new (GraphbitMockServer *server,
             const char *method,
             const char *path)
{
  g_autofree char *url = make_url (server, "127.0.0.1", path);
  GraphbitHttpRequest *request = graphbit_http_request_new (method, url);

  graphbit_http_request_add_header (request, "X-Api-Key", "marker-key");
  if (strcmp (method, "GET") != 0)
    {
      request->body = g_bytes_new_static ("{}", 2);
      graphbit_http_request_add_header (request, "Content-Type", "application/json");
    }
  return request;
}

static char *
dup_request_line (GraphbitMockServer *server,
                  guint index)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *requests = json_node_get_array (root);
  JsonObject *request;
  g_autofree char *whole = NULL;

  g_assert_cmpuint (json_array_get_length (requests), >, index);
  request = json_array_get_object_element (requests, index);
  {
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), request);

    whole = json_to_string (node, FALSE);
  }
  return g_strdup_printf ("%s %s%s%s", json_object_get_string_member (request, "method"),
                          json_object_get_string_member (request, "path"),
                          strstr (whole, "marker-key") != NULL ? " key" : "",
                          strstr (whole, "application/json") != NULL ? " body" : "");
}

static void
test_redirects (void)
{
  static const struct
  {
    const char *method;
    int status;
    const char *expected;
  } cases[] = {
    { "GET", 301, "GET /b key" },
    { "GET", 302, "GET /b key" },
    { "GET", 303, "GET /b key" },
    { "GET", 307, "GET /b key" },
    { "GET", 308, "GET /b key" },
    { "POST", 301, "GET /b key" },
    { "POST", 302, "GET /b key" },
    { "POST", 303, "GET /b key" },
    { "POST", 307, "POST /b key body" },
    { "POST", 308, "POST /b key body" },
    { "PUT", 302, "PUT /b key body" },
    { "PUT", 303, "GET /b key" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
      g_autoptr (Fetcher) fetcher = fetcher_new ();
      g_autofree char *line = NULL;

      redirect (server, "/a", cases[i].status, "/b");
      test_server_script (server, "{\"match\":\"/b\",\"body\":\"there\"}");
      fetch (fetcher, request_new (server, cases[i].method, "/a"), is_first_loopback, NULL);
      g_test_message ("%s %d", cases[i].method, cases[i].status);
      g_assert_no_error (fetcher->error);
      g_assert_cmpstr (fetcher->text, ==, "there");
      line = dup_request_line (server, 1);
      g_assert_cmpstr (line, ==, cases[i].expected);
    }
}

static void
test_redirects_elsewhere (void)
{
  static const char *const refused[] = {
    "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "//127.0.0.2/x",
  };
  static const char *const malformed[] = {
    "file:///etc/passwd", "http://a:b@127.0.0.1/", "http://0x7f.1/", "gopher://127.0.0.1/", "http://[",
  };
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  g_autoptr (GraphbitMockServer) other = test_server_new ("{\"body\":\"other\",\"times\":-1}");
  g_autofree char *there = make_url (other, "127.0.0.1", "/c");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      redirect (server, "/a", 302, refused[i]);
      fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
      assert_refused (fetcher);
    }

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      redirect (server, "/a", 302, malformed[i]);
      fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
      g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
    }

  /* another port is another server: no key, no body */
  {
    g_autoptr (Fetcher) fetcher = fetcher_new ();
    g_autofree char *line = NULL;

    redirect (server, "/a", 302, there);
    fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
    g_assert_no_error (fetcher->error);
    g_assert_cmpstr (fetcher->text, ==, "other");
    line = dup_request_line (other, 0);
    g_assert_cmpstr (line, ==, "GET /c");
  }
  {
    g_autoptr (Fetcher) fetcher = fetcher_new ();

    redirect (server, "/a", 307, there);
    fetch (fetcher, request_new (server, "POST", "/a"), is_first_loopback, NULL);
    g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION);
    g_assert_cmpuint (graphbit_mock_server_get_request_count (other), ==, 1);
  }
}

static void
test_redirects_for_ever (void)
{
  g_autoptr (GraphbitMockServer) server =
    test_server_new ("{\"status\":302,\"headers\":{\"Location\":\"/a\"},\"body\":\"\",\"times\":-1}");
  g_autoptr (Fetcher) fetcher = fetcher_new ();

  fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
  g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, GRAPHBIT_HTTP_MAX_REDIRECTS + 1);
}

/* Answers */

static void
test_statuses (void)
{
  static const struct
  {
    int status;
    GraphbitError code;
  } cases[] = {
    { 400, GRAPHBIT_ERROR_INVALID_REQUEST },
    { 401, GRAPHBIT_ERROR_AUTHENTICATION },
    { 403, GRAPHBIT_ERROR_PERMISSION },
    { 404, GRAPHBIT_ERROR_NOT_FOUND },
    { 410, GRAPHBIT_ERROR_NOT_FOUND },
    { 418, GRAPHBIT_ERROR_INVALID_REQUEST },
    { 429, GRAPHBIT_ERROR_RATE_LIMITED },
    { 500, GRAPHBIT_ERROR_UNAVAILABLE },
    { 501, GRAPHBIT_ERROR_UNSUPPORTED },
    { 503, GRAPHBIT_ERROR_UNAVAILABLE },
    { 304, GRAPHBIT_ERROR_NOT_FOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"status\":%d,\"body\":\"marker-key\"}", cases[i].status);
      g_autoptr (GraphbitMockServer) server = test_server_new (step);
      g_autoptr (Fetcher) fetcher = fetcher_new ();
      g_autoptr (GraphbitErrorDetails) details = NULL;

      fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
      g_test_message ("%d", cases[i].status);
      g_assert_error (fetcher->error, GRAPHBIT_ERROR, (int) cases[i].code);
      g_assert_null (strstr (fetcher->error->message, "marker-key"));
      details = graphbit_error_details_from_error (fetcher->error);
      g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, cases[i].status);
      g_assert_null (graphbit_error_details_get_provider_message (details));
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
    }
}

static void
test_retries (void)
{
  g_autoptr (GraphbitMockServer) server =
    test_server_new ("{\"status\":503,\"headers\":{\"Retry-After\":\"0\"},\"body\":\"\",\"times\":2}");
  g_autoptr (Fetcher) fetcher = fetcher_new ();
  GraphbitHttpRequest *request = request_new (server, "GET", "/a");

  test_server_script (server, "{\"body\":\"at last\"}");
  request->max_retries = 2;
  g_assert_nonnull (graphbit_http_fetch_start (fetcher, request, is_first_loopback, NULL, on_done, fetcher));
  while (!fetcher->is_done)
    {
      test_advance_ms (100);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_no_error (fetcher->error);
  g_assert_cmpstr (fetcher->text, ==, "at last");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
}

static void
test_texts (void)
{
  static const char *const cases[][2] = {
    { "{\"body\":\"\"}", "" },
    { "{\"body\":\"b\xc3\xbc" "cher\"}", "b\xc3\xbc" "cher" },
    { "{\"body\":\"\xef\xbb\xbf{}\"}", "{}" },
    { "{\"raw\":\"HTTP/1.1 204 No Content\\r\\n\\r\\n\"}", "" },
    { "{\"body\":\"b\xc3\xbc\",\"content_type\":\"text/plain; charset=iso-8859-1\"}", "b\xc3\x83\xc2\xbc" },
    { "{\"body\":\"x\",\"content_type\":\"text/plain; charset=\\\"UTF-8\\\"\"}", "x" },
    { "{\"body\":\"x\",\"content_type\":\"text/plain; charset=no-such-set\"}", "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (cases[i][0]);
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      g_test_message ("%s", cases[i][0]);
      fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
      g_assert_no_error (fetcher->error);
      g_assert_cmpstr (fetcher->text, ==, cases[i][1]);
    }
}

static void
test_bad_answers (void)
{
  static const char *const cases[] = {
    "{\"body\":\"x\",\"headers\":{\"Content-Encoding\":\"gzip\"}}",
    "{\"garbage\":true}",
    "{\"huge_bytes\":68000000}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (cases[i]);
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      g_test_message ("%s", cases[i]);
      fetch (fetcher, test_request_new (server), is_first_loopback, NULL);
      g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
    }
}

/* A head without an end. */
static void
test_endless_head (void)
{
  GString *step = g_string_new ("{\"raw\":\"HTTP/1.1 200 OK\\r\\nX-Long: ");
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (Fetcher) fetcher = fetcher_new ();

  for (guint i = 0; i < 1024 * 1024; i++)
    g_string_append_c (step, 'x');
  g_string_append (step, "\\r\\n\\r\\nbody\"}");
  server = test_server_new (step->str);
  g_string_free (step, TRUE);
  fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
  g_assert_error (fetcher->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_nonnull (strstr (fetcher->error->message, "too big"));
}

static void
test_cookies (void)
{
  g_autoptr (GraphbitMockServer) server =
    test_server_new ("{\"body\":\"x\",\"headers\":{\"Set-Cookie\":\"a=marker-cookie\"},\"times\":-1}");
  g_autofree char *requests = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Fetcher) fetcher = fetcher_new ();

      fetch (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL);
      g_assert_no_error (fetcher->error);
    }
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_null (strstr (requests, "marker-cookie"));
}

/* In each phase. Nothing is told afterwards, and the connection is gone. */
static void
test_cancel (void)
{
  static const char *const cases[] = { "{\"stall\":true}", "{\"stall\":\"after-headers\",\"body\":\"abc\"}",
                                       "{\"stall\":\"after-1-bytes\",\"body\":\"abc\"}" };

  for (guint i = 0; i <= G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (i > 0 ? cases[i - 1] : NULL);
      Fetcher *fetcher = fetcher_new ();
      GraphbitHttpFetch *under_way =
        graphbit_http_fetch_start (fetcher, request_new (server, "GET", "/a"), is_first_loopback, NULL, on_done, fetcher);

      if (i > 0)
        g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
      graphbit_http_fetch_cancel (&under_way);
      g_assert_null (under_way);
      /* the first may have its answer already, and then keeps the connection for the next */
      if (i > 0)
        g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
      for (guint j = 0; j < 10; j++)
        {
          test_settle ();
          g_main_context_iteration (NULL, FALSE);
        }
      g_assert_false (fetcher->is_done);
      fetcher_unref (fetcher);
    }

  /* one that is refused is told later, and may be cancelled before */
  {
    Fetcher *fetcher = fetcher_new ();
    GraphbitHttpFetch *under_way =
      graphbit_http_fetch_start (fetcher, graphbit_http_request_new ("GET", "http://10.0.0.1/"),
                                 graphbit_http_address_is_public, NULL, on_done, fetcher);

    graphbit_http_fetch_cancel (&under_way);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_false (fetcher->is_done);
    fetcher_unref (fetcher);
  }
}

static void
test_headers (void)
{
  g_assert_cmpint (graphbit_http_fetch_judge_header ("X-Api-Key"), ==, GRAPHBIT_HTTP_HEADER_FINE);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("content-type"), ==, GRAPHBIT_HTTP_HEADER_FINE);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("HOST"), ==, GRAPHBIT_HTTP_HEADER_RESERVED);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("Transfer-Encoding"), ==, GRAPHBIT_HTTP_HEADER_RESERVED);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("Proxy-Authorization"), ==, GRAPHBIT_HTTP_HEADER_RESERVED);
  g_assert_cmpint (graphbit_http_fetch_judge_header (""), ==, GRAPHBIT_HTTP_HEADER_MALFORMED);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("a b"), ==, GRAPHBIT_HTTP_HEADER_MALFORMED);
  g_assert_cmpint (graphbit_http_fetch_judge_header ("a\r\nb"), ==, GRAPHBIT_HTTP_HEADER_MALFORMED);
  g_assert_true (graphbit_http_fetch_is_header_value ("Bearer x\ty"));
  g_assert_false (graphbit_http_fetch_is_header_value ("a\r\nb: c"));
  g_assert_cmpstr (graphbit_http_fetch_find_method ("PATCH"), ==, "PATCH");
  g_assert_null (graphbit_http_fetch_find_method ("get"));
  g_assert_null (graphbit_http_fetch_find_method ("CONNECT"));
}

#ifdef __SANITIZE_ADDRESS__
/* The leak sanitizer falls over the TLS module's threads; valgrind sees these tests. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

int
main (int argc,
      char *argv[])
{
  g_autoptr (GResolver) resolver = NULL;

  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);
  g_setenv ("http_proxy", "http://127.0.0.1:1", TRUE);
  g_setenv ("https_proxy", "http://127.0.0.1:1", TRUE);
  resolver = g_object_new (scripted_resolver_get_type (), NULL);
  g_resolver_set_default (resolver);

  g_test_add_func ("/http/address/public", test_addresses);
  g_test_add_func ("/http/address/urls", test_urls);
  g_test_add_func ("/http/address/names", test_names);
  g_test_add_func ("/http/fetch/refused-names", test_refused_names);
  g_test_add_func ("/http/fetch/mixed-names", test_mixed_names);
  g_test_add_func ("/http/fetch/rebinding", test_rebinding);
  g_test_add_func ("/http/fetch/no-shared-connection", test_no_shared_connection);
  g_test_add_func ("/http/fetch/proxy", test_proxy);
  g_test_add_func ("/http/fetch/tls", test_tls);
  g_test_add_func ("/http/fetch/redirects", test_redirects);
  g_test_add_func ("/http/fetch/redirects-elsewhere", test_redirects_elsewhere);
  g_test_add_func ("/http/fetch/redirects-for-ever", test_redirects_for_ever);
  g_test_add_func ("/http/fetch/statuses", test_statuses);
  g_test_add_func ("/http/fetch/retries", test_retries);
  g_test_add_func ("/http/fetch/texts", test_texts);
  g_test_add_func ("/http/fetch/bad-answers", test_bad_answers);
  g_test_add_func ("/http/fetch/endless-head", test_endless_head);
  g_test_add_func ("/http/fetch/cookies", test_cookies);
  g_test_add_func ("/http/fetch/cancel", test_cancel);
  g_test_add_func ("/http/fetch/headers", test_headers);

  return g_test_run ();
}
