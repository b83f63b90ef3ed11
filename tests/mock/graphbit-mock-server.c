/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

/**
 * GraphbitMockServer:
 *
 * A language model provider for tests that does what a script tells it.
 *
 * Without a script it speaks the OpenAI chat wire properly, plain and streamed,
 * with answers computed from the request. A queue of steps, one for each request,
 * makes it answer, fail or misbehave otherwise, and it records what the client did.
 * `tests/mock/README.md` describes the steps and the control requests.
 *
 * It listens on the loopback interface only, and serves from one thread of its own.
 * One thread starts and stops it; the other methods may be called from any thread.
 * Those that wait block their caller.
 *
 * Since: 1.0
 */
struct _GraphbitMockServer
{
  GObject parent_instance;

  gboolean use_tls;
  char *certificate_file;
  char *key_file;
  char *ca_file;

  /* the owner's */
  char *base_url;
  GThread *thread;
  GMainContext *context;
  GMainLoop *main_loop;
  GSocket *listener;
  MockLoop *loop; /* used on the thread alone while it runs */

  /* not GMutex and GCond: ThreadSanitizer cannot see those */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  /* under the mutex from here on */
  guint port;
  guint record_limit;
  gboolean require_authorization;
  GQueue steps;   /* of MockStep */
  GQueue records; /* of MockRequest */
  MockChaos *chaos; /* (nullable) */
  guint64 n_faults; /* of it */
  guint64 n_unanswered; /* whose connection the script ended before the first byte */
  gint64 start_us;
  guint generation;
  guint64 n_requests;
  guint64 n_finished;
  guint64 n_connections; /* since clear () */
  guint64 connection_id;
  guint n_open;
  guint n_in_flight;
  guint n_peak;
  guint n_stalled;
};

G_DEFINE_FINAL_TYPE (GraphbitMockServer, graphbit_mock_server, G_TYPE_OBJECT)

enum
{
  PROP_BASE_URL = 1,
  PROP_PORT,
  PROP_USE_TLS,
  PROP_CERTIFICATE_FILE,
  PROP_KEY_FILE,
  PROP_CA_FILE,
  PROP_REQUIRE_AUTHORIZATION,
  PROP_RECORD_LIMIT,
  LAST_PROPERTY
};

static GParamSpec *properties[LAST_PROPERTY];

typedef pthread_mutex_t MockLocker;

static MockLocker *
mock_locker_new (pthread_mutex_t *mutex)
{
  pthread_mutex_lock (mutex);
  return mutex;
}

static void
mock_locker_free (MockLocker *locker)
{
  pthread_mutex_unlock (locker);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockLocker, mock_locker_free)

/* What the loop reports; called on the server's thread */

static MockStep *
take_step (GraphbitMockServer *self,
           MockRequest        *request)
{
  for (GList *link = self->steps.head; link != NULL; link = link->next)
    {
      MockStep *step = link->data;

      if (step->on_connect != (request == NULL))
        continue;
      if (step->match != NULL && request != NULL && strstr (request->target, step->match) == NULL)
        {
          gsize length;
          gconstpointer data = g_bytes_get_data (request->body, &length);

          if (length == 0 || memmem (data, length, step->match, strlen (step->match)) == NULL)
            continue;
        }

      mock_step_ref (step);
      if (step->times > 0 && --step->times == 0)
        {
          g_queue_delete_link (&self->steps, link);
          mock_step_unref (step);
        }
      return step;
    }
  return NULL;
}

MockStep *
mock_server_take_connect_step (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  return take_step (self, NULL);
}

static void
drop_old_records (GraphbitMockServer *self)
{
  while (self->records.length > self->record_limit)
    mock_request_unref (g_queue_pop_head (&self->records));
}

MockStep *
mock_server_begin_request (GraphbitMockServer *self,
                           MockRequest        *request)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);
  MockStep *step;

  request->generation = self->generation;
  request->index = self->n_requests++;
  request->time_us = g_get_monotonic_time () - self->start_us;
  self->n_in_flight++;
  self->n_peak = MAX (self->n_peak, self->n_in_flight);
  g_queue_push_tail (&self->records, mock_request_ref (request));
  drop_old_records (self);
  pthread_cond_broadcast (&self->changed);
  step = take_step (self, request);
  if (step == NULL && self->chaos != NULL)
    {
      step = mock_chaos_pick (self->chaos);
      self->n_faults += step != NULL;
    }
  request->step = step != NULL ? mock_step_ref (step) : NULL;
  return step;
}

void
mock_server_set_status (GraphbitMockServer *self,
                        MockRequest        *request,
                        guint               status)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  request->status = status;
}

void
mock_server_end_request (GraphbitMockServer *self,
                         MockRequest        *request,
                         MockOutcome         outcome)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  request->outcome = outcome;
  request->end_us = g_get_monotonic_time () - self->start_us;
  self->n_in_flight--;
  if (request->generation == self->generation)
    {
      self->n_finished++;
      if (request->step != NULL &&
          ((outcome == MOCK_OUTCOME_RESET && request->step->reset.place == MOCK_AT_BEFORE_STATUS) ||
           (outcome == MOCK_OUTCOME_CLOSED && request->step->close.place == MOCK_AT_BEFORE_STATUS)))
        self->n_unanswered++;
    }
  pthread_cond_broadcast (&self->changed);
}

void
mock_server_count_stalled (GraphbitMockServer *self,
                           int                 change)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  self->n_stalled += change;
  pthread_cond_broadcast (&self->changed);
}

guint64
mock_server_connection_opened (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  self->n_connections++;
  self->n_open++;
  pthread_cond_broadcast (&self->changed);
  return ++self->connection_id;
}

void
mock_server_connection_closed (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  self->n_open--;
  pthread_cond_broadcast (&self->changed);
}

/* A connection that brings a control request is none of the client's. */
void
mock_server_connection_ignored (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);

  if (self->n_connections > 0)
    self->n_connections--;
  self->n_open--;
  pthread_cond_broadcast (&self->changed);
}

gboolean
mock_server_wants_key (GraphbitMockServer *self)
{
  return graphbit_mock_server_get_require_authorization (self);
}

static gboolean
set_chaos_from_json (GraphbitMockServer *self,
                     GBytes             *body,
                     GError            **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  JsonNode *node;
  JsonObject *root;
  JsonArray *names = NULL;
  double rate;
  gint64 seed;

  if (!json_parser_load_from_data (parser, length > 0 ? data : "", (gssize) length, error))
    return FALSE;
  node = json_parser_get_root (parser);
  root = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  rate = root != NULL ? json_object_get_double_member_with_default (root, "rate", -1) : -1;
  seed = root != NULL ? json_object_get_int_member_with_default (root, "seed", 1) : 0;
  node = root != NULL ? json_object_get_member (root, "kinds") : NULL;
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    names = json_node_get_array (node);
  if (!(rate >= 0 && rate <= 1) || (node != NULL && names == NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "Chaos is an object with “rate” from 0 to 1, and perhaps “seed” and a list “kinds”.");
      return FALSE;
    }
  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      JsonNode *name = json_array_get_element (names, i);

      g_ptr_array_add (kinds, (gpointer) (JSON_NODE_HOLDS_VALUE (name) && json_node_get_string (name) != NULL
                                              ? json_node_get_string (name)
                                              : "?"));
    }
  g_ptr_array_add (kinds, NULL);
  return graphbit_mock_server_set_chaos (self, rate, (guint) seed, (const char *const *) kinds->pdata, error);
}

MockResponse *
mock_server_control (GraphbitMockServer *self,
                     MockRequest        *request)
{
  const char *what = request->target + strlen ("/control/");
  gboolean post = g_str_equal (request->method, "POST");
  MockResponse *response;
  char *text;

  if (post && g_str_equal (what, "steps"))
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *json = g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));

      if (!graphbit_mock_server_add_step (self, json, &error))
        return mock_openai_error (400, "invalid_request_error", NULL, error->message);
      text = graphbit_mock_server_dup_stats_json (self);
    }
  else if (post && g_str_equal (what, "clear"))
    {
      graphbit_mock_server_clear (self);
      text = graphbit_mock_server_dup_stats_json (self);
    }
  else if (post && g_str_equal (what, "release"))
    {
      graphbit_mock_server_release (self);
      text = graphbit_mock_server_dup_stats_json (self);
    }
  else if (post && g_str_equal (what, "chaos"))
    {
      g_autoptr (GError) error = NULL;

      if (!set_chaos_from_json (self, request->body, &error))
        return mock_openai_error (400, "invalid_request_error", NULL, error->message);
      text = graphbit_mock_server_dup_stats_json (self);
    }
  else if (!post && g_str_equal (what, "verdicts"))
    text = graphbit_mock_server_dup_verdicts_json (self);
  else if (!post && g_str_equal (what, "requests"))
    text = graphbit_mock_server_dup_requests_json (self);
  else if (!post && g_str_equal (what, "stats"))
    text = graphbit_mock_server_dup_stats_json (self);
  else
    return mock_openai_error (404, "invalid_request_error", "unknown_url", "There is no such control request.");

  response = mock_response_new (200, "application/json");
  g_ptr_array_add (response->pieces, g_bytes_new_take (text, strlen (text)));
  return response;
}

/* The thread */

static gpointer
serve (gpointer data)
{
  GraphbitMockServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_source_attach (mock_loop_source (self->loop), self->context);
  g_main_loop_run (self->main_loop);
  mock_loop_free (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
on_quit (gpointer user_data)
{
  GraphbitMockServer *self = user_data;

  g_main_loop_quit (self->main_loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_release (gpointer user_data)
{
  GraphbitMockServer *self = user_data;

  mock_loop_release (self->loop);
  return G_SOURCE_REMOVE;
}

static void
run_on_thread (GraphbitMockServer *self,
               GSourceFunc         function)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, self, NULL);
  g_source_attach (source, self->context);
}

/* The object */

static void
graphbit_mock_server_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  GraphbitMockServer *self = GRAPHBIT_MOCK_SERVER (object);

  switch (prop_id)
    {
    case PROP_BASE_URL:
      g_value_set_string (value, self->base_url);
      break;
    case PROP_PORT:
      g_value_set_uint (value, graphbit_mock_server_get_port (self));
      break;
    case PROP_USE_TLS:
      g_value_set_boolean (value, self->use_tls);
      break;
    case PROP_CERTIFICATE_FILE:
      g_value_set_string (value, self->certificate_file);
      break;
    case PROP_KEY_FILE:
      g_value_set_string (value, self->key_file);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, self->ca_file);
      break;
    case PROP_REQUIRE_AUTHORIZATION:
      g_value_set_boolean (value, graphbit_mock_server_get_require_authorization (self));
      break;
    case PROP_RECORD_LIMIT:
      g_value_set_uint (value, graphbit_mock_server_get_record_limit (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mock_server_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  GraphbitMockServer *self = GRAPHBIT_MOCK_SERVER (object);

  switch (prop_id)
    {
    case PROP_PORT:
      graphbit_mock_server_set_port (self, g_value_get_uint (value));
      break;
    case PROP_USE_TLS:
      self->use_tls = g_value_get_boolean (value);
      break;
    case PROP_CERTIFICATE_FILE:
      self->certificate_file = g_value_dup_string (value);
      break;
    case PROP_KEY_FILE:
      self->key_file = g_value_dup_string (value);
      break;
    case PROP_REQUIRE_AUTHORIZATION:
      graphbit_mock_server_set_require_authorization (self, g_value_get_boolean (value));
      break;
    case PROP_RECORD_LIMIT:
      graphbit_mock_server_set_record_limit (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mock_server_constructed (GObject *object)
{
  GraphbitMockServer *self = GRAPHBIT_MOCK_SERVER (object);
  const char *folder = g_getenv ("GRAPHBIT_MOCK_TLS_DIR");

  G_OBJECT_CLASS (graphbit_mock_server_parent_class)->constructed (object);

  if (folder == NULL)
    folder = GRAPHBIT_MOCK_TLS_DIR;
  if (self->use_tls && self->certificate_file == NULL)
    {
      self->certificate_file = g_build_filename (folder, "test-server.pem", NULL);
      g_free (self->key_file);
      self->key_file = g_build_filename (folder, "test-server-key.pem", NULL);
    }
  self->ca_file = g_build_filename (folder, "test-ca.pem", NULL);
}

static void
graphbit_mock_server_dispose (GObject *object)
{
  graphbit_mock_server_stop (GRAPHBIT_MOCK_SERVER (object));

  G_OBJECT_CLASS (graphbit_mock_server_parent_class)->dispose (object);
}

static void
graphbit_mock_server_finalize (GObject *object)
{
  GraphbitMockServer *self = GRAPHBIT_MOCK_SERVER (object);

  g_queue_clear_full (&self->steps, (GDestroyNotify) mock_step_unref);
  g_queue_clear_full (&self->records, (GDestroyNotify) mock_request_unref);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self->ca_file);
  g_free (self->base_url);
  g_clear_pointer (&self->chaos, mock_chaos_free);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);

  G_OBJECT_CLASS (graphbit_mock_server_parent_class)->finalize (object);
}

static void
graphbit_mock_server_class_init (GraphbitMockServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = graphbit_mock_server_get_property;
  object_class->set_property = graphbit_mock_server_set_property;
  object_class->constructed = graphbit_mock_server_constructed;
  object_class->dispose = graphbit_mock_server_dispose;
  object_class->finalize = graphbit_mock_server_finalize;

  /**
   * GraphbitMockServer:base-url: (getter get_base_url)
   *
   * What a client takes as its base URL, `http://127.0.0.1:PORT/v1`; %NULL before the first start.
   *
   * Since: 1.0
   */
  properties[PROP_BASE_URL] =
    g_param_spec_string ("base-url", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:port: (getter get_port) (setter set_port)
   *
   * The port to listen on. With 0 a free one is chosen at the first start and kept,
   * so that a server can be stopped and started again at the same place.
   *
   * Since: 1.0
   */
  properties[PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL,
                       0, G_MAXUINT16, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:use-tls: (getter get_use_tls)
   *
   * Whether the server speaks https.
   *
   * Since: 1.0
   */
  properties[PROP_USE_TLS] =
    g_param_spec_boolean ("use-tls", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:certificate-file: (getter get_certificate_file)
   *
   * The PEM file of the https certificate; by default the test certificate for
   * 127.0.0.1 and localhost.
   *
   * Since: 1.0
   */
  properties[PROP_CERTIFICATE_FILE] =
    g_param_spec_string ("certificate-file", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:key-file: (getter get_key_file)
   *
   * The PEM file of the certificate's private key.
   *
   * Since: 1.0
   */
  properties[PROP_KEY_FILE] =
    g_param_spec_string ("key-file", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:ca-file: (getter get_ca_file)
   *
   * The PEM file of the authority that signed the default certificate, for a client's
   * [class@Gio.TlsFileDatabase].
   *
   * Since: 1.0
   */
  properties[PROP_CA_FILE] =
    g_param_spec_string ("ca-file", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:require-authorization: (getter get_require_authorization) (setter set_require_authorization)
   *
   * Whether a request without an Authorization header gets 401 where no step says otherwise.
   *
   * Since: 1.0
   */
  properties[PROP_REQUIRE_AUTHORIZATION] =
    g_param_spec_boolean ("require-authorization", NULL, NULL,
                          TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMockServer:record-limit: (getter get_record_limit) (setter set_record_limit)
   *
   * How many requests are kept for [method@GraphbitMock.Server.dup_requests_json]; the oldest go first.
   * Counting is not limited.
   *
   * Since: 1.0
   */
  properties[PROP_RECORD_LIMIT] =
    g_param_spec_uint ("record-limit", NULL, NULL,
                       0, G_MAXUINT, 10000,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, LAST_PROPERTY, properties);
}

static void
graphbit_mock_server_init (GraphbitMockServer *self)
{
  pthread_condattr_t attributes;

  pthread_mutex_init (&self->mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &attributes);
  pthread_condattr_destroy (&attributes);
  g_queue_init (&self->steps);
  g_queue_init (&self->records);
  self->require_authorization = TRUE;
  self->record_limit = 10000;
}

/**
 * graphbit_mock_server_new:
 *
 * Creates a server for plain http.
 *
 * Returns: (transfer full): a new, stopped server
 *
 * Since: 1.0
 */
GraphbitMockServer *
graphbit_mock_server_new (void)
{
  return g_object_new (GRAPHBIT_MOCK_TYPE_SERVER, NULL);
}

/**
 * graphbit_mock_server_new_tls:
 * @certificate_file: (nullable) (type filename): a PEM file with the certificate, or %NULL for the test certificate
 * @key_file: (nullable) (type filename): a PEM file with its private key
 *
 * Creates a server for https.
 *
 * Returns: (transfer full): a new, stopped server
 *
 * Since: 1.0
 */
GraphbitMockServer *
graphbit_mock_server_new_tls (const char *certificate_file,
                              const char *key_file)
{
  return g_object_new (GRAPHBIT_MOCK_TYPE_SERVER,
                       "use-tls", TRUE,
                       "certificate-file", certificate_file,
                       "key-file", key_file,
                       NULL);
}

/**
 * graphbit_mock_server_start:
 * @self: a [class@GraphbitMock.Server]
 * @error: return location for an error
 *
 * Starts to listen on the loopback interface.
 *
 * Returns: %TRUE when it listens; otherwise the error of [class@Gio.Socket] or [class@Gio.TlsCertificate]
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_start (GraphbitMockServer  *self,
                            GError             **error)
{
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GInetAddress) loopback = NULL;
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->thread == NULL, FALSE);

  if (self->use_tls)
    {
      certificate = g_tls_certificate_new_from_files (self->certificate_file, self->key_file, error);
      if (certificate == NULL)
        return FALSE;
    }

  listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (listener == NULL)
    return FALSE;
  loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  wanted = g_inet_socket_address_new (loopback, (guint16) self->port);
  g_socket_set_blocking (listener, FALSE);
  g_socket_set_listen_backlog (listener, 4096);
  if (!g_socket_bind (listener, wanted, TRUE, error) || !g_socket_listen (listener, error))
    return FALSE;
  bound = g_socket_get_local_address (listener, error);
  if (bound == NULL)
    return FALSE;

  pthread_mutex_lock (&self->mutex);
  self->start_us = g_get_monotonic_time ();
  pthread_mutex_unlock (&self->mutex);
  graphbit_mock_server_set_port (self, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));

  g_free (self->base_url);
  self->base_url = g_strdup_printf ("%s://127.0.0.1:%u/v1", self->use_tls ? "https" : "http",
                                    graphbit_mock_server_get_port (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BASE_URL]);

  self->listener = g_steal_pointer (&listener);
  self->context = g_main_context_new ();
  self->main_loop = g_main_loop_new (self->context, FALSE);
  self->loop = mock_loop_new (self, self->listener, certificate);
  self->thread = g_thread_new ("graphbit-mock", serve, self);
  return TRUE;
}

/**
 * graphbit_mock_server_stop:
 * @self: a [class@GraphbitMock.Server]
 *
 * Closes the port and every connection, and ends the server's thread. The record stays readable.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_stop (GraphbitMockServer *self)
{
  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));

  if (self->thread == NULL)
    return;

  run_on_thread (self, on_quit);
  g_thread_join (g_steal_pointer (&self->thread));
  self->loop = NULL;
  g_socket_close (self->listener, NULL);
  g_clear_object (&self->listener);
  g_clear_pointer (&self->main_loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

/**
 * graphbit_mock_server_get_base_url:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets what a client takes as its base URL.
 *
 * Returns: (nullable): `http://127.0.0.1:PORT/v1`, or %NULL before the first start
 *
 * Since: 1.0
 */
const char *
graphbit_mock_server_get_base_url (GraphbitMockServer *self)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  return self->base_url;
}

/**
 * graphbit_mock_server_get_port:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets the port.
 *
 * Returns: the port, 0 when none was chosen yet
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_port (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->port;
}

/**
 * graphbit_mock_server_set_port:
 * @self: a [class@GraphbitMock.Server]
 * @port: the port for the next start, or 0 for a free one
 *
 * Sets the port to listen on.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_set_port (GraphbitMockServer *self,
                               guint               port)
{
  gboolean changed;

  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));
  g_return_if_fail (port <= G_MAXUINT16);

  pthread_mutex_lock (&self->mutex);
  changed = self->port != port;
  self->port = port;
  pthread_mutex_unlock (&self->mutex);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
}

/**
 * graphbit_mock_server_get_use_tls:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets whether the server speaks https.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_get_use_tls (GraphbitMockServer *self)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  return self->use_tls;
}

/**
 * graphbit_mock_server_get_certificate_file:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets the PEM file of the https certificate.
 *
 * Returns: (nullable): its path, or %NULL when the server speaks plain http
 *
 * Since: 1.0
 */
const char *
graphbit_mock_server_get_certificate_file (GraphbitMockServer *self)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  return self->certificate_file;
}

/**
 * graphbit_mock_server_get_key_file:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets the PEM file of the certificate's private key.
 *
 * Returns: (nullable): its path, or %NULL when the server speaks plain http
 *
 * Since: 1.0
 */
const char *
graphbit_mock_server_get_key_file (GraphbitMockServer *self)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  return self->key_file;
}

/**
 * graphbit_mock_server_get_ca_file:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets the PEM file of the authority that signed the default certificate.
 *
 * Returns: its path
 *
 * Since: 1.0
 */
const char *
graphbit_mock_server_get_ca_file (GraphbitMockServer *self)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  return self->ca_file;
}

/**
 * graphbit_mock_server_get_require_authorization:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets whether a request without a key gets 401.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_get_require_authorization (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  locker = mock_locker_new (&self->mutex);
  return self->require_authorization;
}

/**
 * graphbit_mock_server_set_require_authorization:
 * @self: a [class@GraphbitMock.Server]
 * @require_authorization: whether it shall
 *
 * Sets whether a request without an Authorization header gets 401 where no step says otherwise.
 * A key of `wrong` always gets it.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_set_require_authorization (GraphbitMockServer *self,
                                                gboolean            require_authorization)
{
  gboolean changed;

  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));

  require_authorization = !!require_authorization;
  pthread_mutex_lock (&self->mutex);
  changed = self->require_authorization != require_authorization;
  self->require_authorization = require_authorization;
  pthread_mutex_unlock (&self->mutex);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REQUIRE_AUTHORIZATION]);
}

/**
 * graphbit_mock_server_get_record_limit:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many requests are kept.
 *
 * Returns: the limit
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_record_limit (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->record_limit;
}

/**
 * graphbit_mock_server_set_record_limit:
 * @self: a [class@GraphbitMock.Server]
 * @record_limit: the limit
 *
 * Sets how many requests are kept.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_set_record_limit (GraphbitMockServer *self,
                                       guint               record_limit)
{
  gboolean changed;

  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));

  pthread_mutex_lock (&self->mutex);
  changed = self->record_limit != record_limit;
  self->record_limit = record_limit;
  drop_old_records (self);
  pthread_mutex_unlock (&self->mutex);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD_LIMIT]);
}

/**
 * graphbit_mock_server_add_step:
 * @self: a [class@GraphbitMock.Server]
 * @json: one step, a JSON object, or an array of them
 * @error: return location for an error
 *
 * Appends steps to the script. Each request takes the first step that matches it;
 * when there is none, it is answered as a provider would.
 *
 * A step with an unknown member or a value of the wrong type is %G_IO_ERROR_INVALID_DATA,
 * text that is no JSON an error of Json.ParserError, a recording that cannot be read one
 * of [error@GLib.FileError]; nothing is appended then.
 *
 * Returns: whether the steps were appended
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_add_step (GraphbitMockServer  *self,
                               const char          *json,
                               GError             **error)
{
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);
  g_return_val_if_fail (json != NULL, FALSE);

  steps = mock_steps_parse (json, -1, error);
  if (steps == NULL)
    return FALSE;

  locker = mock_locker_new (&self->mutex);
  for (guint i = 0; i < steps->len; i++)
    g_queue_push_tail (&self->steps, mock_step_ref (g_ptr_array_index (steps, i)));
  return TRUE;
}

/**
 * graphbit_mock_server_get_step_count:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many steps of the script are not used up.
 *
 * Returns: the number of steps left
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_step_count (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->steps.length;
}

/**
 * graphbit_mock_server_release:
 * @self: a [class@GraphbitMock.Server]
 *
 * Lets everything that stalls at this moment go on.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_release (GraphbitMockServer *self)
{
  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));

  if (self->context != NULL)
    run_on_thread (self, on_release);
}

/**
 * graphbit_mock_server_clear:
 * @self: a [class@GraphbitMock.Server]
 *
 * Forgets the script, the record and the counts. What is in flight goes on, and the counts of
 * open connections and of requests in flight stay what they are.
 *
 * Since: 1.0
 */
void
graphbit_mock_server_clear (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_if_fail (GRAPHBIT_MOCK_IS_SERVER (self));

  locker = mock_locker_new (&self->mutex);
  g_queue_clear_full (&self->steps, (GDestroyNotify) mock_step_unref);
  g_queue_clear_full (&self->records, (GDestroyNotify) mock_request_unref);
  self->generation++;
  self->n_requests = 0;
  self->n_finished = 0;
  self->n_connections = 0;
  self->n_faults = 0;
  self->n_unanswered = 0;
  self->n_peak = self->n_in_flight;
}

/**
 * graphbit_mock_server_get_request_count:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many whole requests arrived, control requests aside.
 *
 * Returns: their number since the server was created or cleared
 *
 * Since: 1.0
 */
guint64
graphbit_mock_server_get_request_count (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->n_requests;
}

/**
 * graphbit_mock_server_get_connection_count:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many connections were accepted, those of control requests aside.
 *
 * Returns: their number since the server was created or cleared
 *
 * Since: 1.0
 */
guint64
graphbit_mock_server_get_connection_count (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->n_connections;
}

/**
 * graphbit_mock_server_get_open_connections:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many connections are open, those of control requests aside.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_open_connections (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->n_open;
}

/**
 * graphbit_mock_server_get_in_flight:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many requests have arrived and are not through.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_in_flight (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->n_in_flight;
}

/**
 * graphbit_mock_server_get_peak_in_flight:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets how many requests were in flight at once, at most.
 *
 * Returns: the largest number since the server was created or cleared
 *
 * Since: 1.0
 */
guint
graphbit_mock_server_get_peak_in_flight (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), 0);

  locker = mock_locker_new (&self->mutex);
  return self->n_peak;
}

static void
append_time (GString    *out,
             const char *name,
             gint64      microseconds)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (out, ",\"%s\":%s", name,
                          g_ascii_formatd (buffer, sizeof buffer, "%.3f", (double) microseconds / 1000.0));
}

static void
append_request_headers (GString     *out,
                        MockRequest *request)
{
  GPtrArray *headers = request->headers;

  g_string_append (out, ",\"headers\":{");
  for (guint i = 0; i < headers->len; i += 2)
    {
      const char *name = g_ptr_array_index (headers, i);
      g_autofree char *lower = g_ascii_strdown (name, -1);
      g_autoptr (GString) value = NULL;
      gboolean seen = FALSE;

      for (guint j = 0; j < i && !seen; j += 2)
        seen = g_ascii_strcasecmp (g_ptr_array_index (headers, j), name) == 0;
      if (seen)
        continue;

      /* a repeated header is one with a list */
      value = g_string_new (g_ptr_array_index (headers, i + 1));
      for (guint j = i + 2; j < headers->len; j += 2)
        {
          if (g_ascii_strcasecmp (g_ptr_array_index (headers, j), name) == 0)
            g_string_append_printf (value, ", %s", (const char *) g_ptr_array_index (headers, j + 1));
        }
      if (i > 0)
        g_string_append_c (out, ',');
      mock_json_append_string (out, lower, -1);
      g_string_append_c (out, ':');
      if (g_utf8_validate (value->str, (gssize) value->len, NULL))
        mock_json_append_string (out, value->str, -1);
      else
        {
          g_autofree char *valid = g_utf8_make_valid (value->str, (gssize) value->len);

          mock_json_append_string (out, valid, -1);
        }
    }
  g_string_append_c (out, '}');
}

static void
append_request (GString     *out,
                MockRequest *request)
{
  static const char *const outcomes[] = { "pending", "complete", "aborted", "reset", "closed", "stopped" };
  g_autofree char *target = g_utf8_make_valid (request->target, -1);
  g_autofree char *method = g_utf8_make_valid (request->method, -1);
  gsize length;
  const char *body = g_bytes_get_data (request->body, &length);

  g_string_append_printf (out, "{\"index\":%" G_GUINT64_FORMAT ",\"method\":", request->index);
  mock_json_append_string (out, method, -1);
  g_string_append (out, ",\"path\":");
  mock_json_append_string (out, target, -1);
  append_request_headers (out, request);
  if (g_utf8_validate (body, (gssize) length, NULL))
    {
      g_string_append (out, ",\"body\":");
      mock_json_append_string (out, length > 0 ? body : "", (gssize) length);
    }
  else
    {
      g_autofree char *encoded = g_base64_encode ((const guchar *) body, length);

      g_string_append_printf (out, ",\"body_base64\":\"%s\"", encoded);
    }
  g_string_append_printf (out, ",\"connection\":%" G_GUINT64_FORMAT ",\"status\":%u,\"outcome\":\"%s\",\"aborted\":%s",
                          request->connection, request->status, outcomes[request->outcome],
                          request->outcome == MOCK_OUTCOME_ABORTED ? "true" : "false");
  append_time (out, "time_ms", request->time_us);
  if (request->outcome != MOCK_OUTCOME_PENDING)
    append_time (out, "end_ms", request->end_us);
  g_string_append_c (out, '}');
}

/**
 * graphbit_mock_server_dup_requests_json:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets what the client did, one object for each request in the order of arrival:
 * `index`, `method`, `path`, `headers` (names in lower case), `body` (or `body_base64`),
 * `connection` (its number), `status`, `outcome` (`pending`, `complete`, `aborted`, `reset`,
 * `closed`, `stopped`), `aborted` (the client went away before the response was through),
 * `time_ms` and `end_ms` (since the server's start).
 *
 * Returns: (transfer full): a JSON array
 *
 * Since: 1.0
 */
char *
graphbit_mock_server_dup_requests_json (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;
  GString *out;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  locker = mock_locker_new (&self->mutex);
  out = g_string_new ("[");
  for (GList *link = self->records.head; link != NULL; link = link->next)
    {
      if (link->prev != NULL)
        g_string_append_c (out, ',');
      append_request (out, link->data);
    }
  return g_string_free (g_string_append_c (out, ']'), FALSE);
}

/**
 * graphbit_mock_server_dup_stats_json:
 * @self: a [class@GraphbitMock.Server]
 *
 * Gets all counts at once: `requests`, `finished`, `connections`, `open_connections`, `in_flight`,
 * `peak_in_flight`, `stalled`, `steps`, `faults` (of chaos) and `unanswered` (whose connection was ended on
 * purpose before the first byte of an answer).
 *
 * Returns: (transfer full): a JSON object
 *
 * Since: 1.0
 */
char *
graphbit_mock_server_dup_stats_json (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  locker = mock_locker_new (&self->mutex);
  return g_strdup_printf ("{\"requests\":%" G_GUINT64_FORMAT ",\"finished\":%" G_GUINT64_FORMAT
                          ",\"connections\":%" G_GUINT64_FORMAT ",\"open_connections\":%u,\"in_flight\":%u"
                          ",\"peak_in_flight\":%u,\"stalled\":%u,\"steps\":%u,\"faults\":%" G_GUINT64_FORMAT
                          ",\"unanswered\":%" G_GUINT64_FORMAT "}",
                          self->n_requests, self->n_finished, self->n_connections, self->n_open,
                          self->n_in_flight, self->n_peak, self->n_stalled, self->steps.length, self->n_faults,
                          self->n_unanswered);
}

/**
 * graphbit_mock_server_set_chaos:
 * @self: a [class@GraphbitMock.Server]
 * @rate: how many of the requests that no step answers go wrong, 0 to 1
 * @seed: the same seed makes the same requests go wrong in the same way, as long as they come in the same order
 * @kinds: (nullable) (array zero-terminated=1): names of the faults; %NULL or none for all but the stalls
 * @error: return location for an error
 *
 * Lets requests go wrong at random: with errors that may be tried again and one that may not, resets and
 * closed connections before and inside the answer, streams without an end, nonsense, web pages, slow and
 * chopped answers.
 *
 * Returns: %TRUE, or %FALSE for a @rate or a fault that does not exist
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_set_chaos (GraphbitMockServer *self,
                                double              rate,
                                guint               seed,
                                const char *const  *kinds,
                                GError            **error)
{
  g_autoptr (MockLocker) locker = NULL;
  MockChaos *chaos = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  if (!(rate >= 0 && rate <= 1))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The rate must be a number from 0 to 1.");
      return FALSE;
    }
  chaos = mock_chaos_new (rate, seed, kinds, error);
  if (chaos == NULL)
    return FALSE;

  locker = mock_locker_new (&self->mutex);
  g_clear_pointer (&self->chaos, mock_chaos_free);
  self->chaos = chaos;
  return TRUE;
}

/**
 * graphbit_mock_server_dup_verdicts_json:
 * @self: a [class@GraphbitMock.Server]
 *
 * Judges what the client did, from the requests on record. Each verdict is true, false, or null where nothing
 * put it to the test:
 *
 * `waited`: no request came again before the delay that its failure had named. `stormed`: the same request
 * came more than ten times again, or again and again without a pause after failures that named no delay.
 * `trusted_cut_stream`: a conversation went on with an answer that had broken off. `leaked_connections`: more
 * connections lie open than there ever were requests at once. The counts that they rest on follow.
 *
 * Returns: (transfer full): a JSON object
 *
 * Since: 1.0
 */
char *
graphbit_mock_server_dup_verdicts_json (GraphbitMockServer *self)
{
  g_autoptr (MockLocker) locker = NULL;

  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), NULL);

  locker = mock_locker_new (&self->mutex);
  return mock_verdicts_to_json (&self->records, self->n_open, self->n_in_flight, self->n_peak);
}

typedef gboolean (*Condition) (GraphbitMockServer *self,
                               guint64             wanted);

static gboolean
wait_for (GraphbitMockServer *self,
          Condition           condition,
          guint64             wanted,
          guint               timeout_ms)
{
  g_autoptr (MockLocker) locker G_GNUC_UNUSED = mock_locker_new (&self->mutex);
  struct timespec end;

  clock_gettime (CLOCK_MONOTONIC, &end);
  end.tv_sec += timeout_ms / 1000;
  end.tv_nsec += (long) (timeout_ms % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000)
    {
      end.tv_sec++;
      end.tv_nsec -= 1000000000;
    }

  while (!condition (self, wanted))
    {
      if (pthread_cond_timedwait (&self->changed, &self->mutex, &end) != 0)
        return condition (self, wanted);
    }
  return TRUE;
}

static gboolean
has_requests (GraphbitMockServer *self,
              guint64             wanted)
{
  return self->n_requests >= wanted;
}

static gboolean
has_finished (GraphbitMockServer *self,
              guint64             wanted)
{
  return self->n_finished >= wanted;
}

static gboolean
has_stalled (GraphbitMockServer *self,
             guint64             wanted)
{
  return self->n_stalled >= wanted;
}

static gboolean
has_open (GraphbitMockServer *self,
          guint64             wanted)
{
  return self->n_open == wanted;
}

/**
 * graphbit_mock_server_wait_for_requests:
 * @self: a [class@GraphbitMock.Server]
 * @n_requests: how many
 * @timeout_ms: how long to wait, in milliseconds
 *
 * Waits, blocking, until that many whole requests arrived since the server was created or cleared.
 *
 * Returns: whether they did in time
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_wait_for_requests (GraphbitMockServer *self,
                                        guint64             n_requests,
                                        guint               timeout_ms)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  return wait_for (self, has_requests, n_requests, timeout_ms);
}

/**
 * graphbit_mock_server_wait_for_finished:
 * @self: a [class@GraphbitMock.Server]
 * @n_requests: how many
 * @timeout_ms: how long to wait, in milliseconds
 *
 * Waits, blocking, until that many requests are through in one way or another.
 *
 * Returns: whether they were in time
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_wait_for_finished (GraphbitMockServer *self,
                                        guint64             n_requests,
                                        guint               timeout_ms)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  return wait_for (self, has_finished, n_requests, timeout_ms);
}

/**
 * graphbit_mock_server_wait_for_stalled:
 * @self: a [class@GraphbitMock.Server]
 * @n_responses: how many
 * @timeout_ms: how long to wait, in milliseconds
 *
 * Waits, blocking, until at least that many responses stall at once.
 *
 * Returns: whether they did in time
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_wait_for_stalled (GraphbitMockServer *self,
                                       guint               n_responses,
                                       guint               timeout_ms)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  return wait_for (self, has_stalled, n_responses, timeout_ms);
}

/**
 * graphbit_mock_server_wait_for_open_connections:
 * @self: a [class@GraphbitMock.Server]
 * @n_connections: how many
 * @timeout_ms: how long to wait, in milliseconds
 *
 * Waits, blocking, until exactly that many connections are open.
 *
 * Returns: whether there were in time
 *
 * Since: 1.0
 */
gboolean
graphbit_mock_server_wait_for_open_connections (GraphbitMockServer *self,
                                                guint               n_connections,
                                                guint               timeout_ms)
{
  g_return_val_if_fail (GRAPHBIT_MOCK_IS_SERVER (self), FALSE);

  return wait_for (self, has_open, n_connections, timeout_ms);
}
