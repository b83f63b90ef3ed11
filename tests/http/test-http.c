/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "test-http.h"

#include <string.h>

static pthread_mutex_t order_mutex = PTHREAD_MUTEX_INITIALIZER;

void
test_call_init (TestCall *self)
{
  memset (self, 0, sizeof *self);
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  self->body = g_string_new (NULL);
}

void
test_call_clear (TestCall *self)
{
  g_assert_null (self->call);
  g_string_free (self->body, TRUE);
  g_free (self->header);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
}

static void
count (TestCall *self,
       guint *counter)
{
  pthread_mutex_lock (&self->mutex);
  (*counter)++;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

guint
test_call_count (TestCall *self,
                 const guint *counter)
{
  guint value;

  pthread_mutex_lock (&self->mutex);
  value = *counter;
  pthread_mutex_unlock (&self->mutex);

  return value;
}

/* The first bytes can be here before graphbit_http_call_start () has returned. */
static GraphbitHttpCall *
get_call (TestCall *self)
{
  GraphbitHttpCall *call;

  pthread_mutex_lock (&self->mutex);
  call = self->call;
  pthread_mutex_unlock (&self->mutex);

  return call;
}

static void
on_begin (gpointer state)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  g_string_truncate (self->body, 0);
  if (self->order != NULL)
    {
      pthread_mutex_lock (&order_mutex);
      g_string_append_c (self->order, self->name);
      pthread_mutex_unlock (&order_mutex);
    }
  count (self, &self->n_begins);
}

static void
on_head (gpointer state,
         const GraphbitHttpHead *head)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  self->status = graphbit_http_head_get_status (head);
  g_free (self->header);
  self->header = g_strdup (graphbit_http_head_get (head, "x-test"));
  count (self, &self->n_heads);
}

static GraphbitFailure *
on_bytes (gpointer state,
          const char *data,
          gsize length,
          GraphbitHttpVerdict *verdict)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  g_assert_cmpuint (self->n_heads, >, 0);
  g_assert_false (verdict->may_retry);

  pthread_mutex_lock (&self->mutex);
  g_string_append_len (self->body, data, (gssize) length);
  pthread_mutex_unlock (&self->mutex);
  if (self->commits)
    graphbit_http_call_commit (get_call (self));
  if (self->n_bytes + 1 == self->pauses_at)
    graphbit_http_call_pause (get_call (self));
  count (self, &self->n_bytes);

  if (self->fails_bytes)
    return graphbit_failure_new (GRAPHBIT_ERROR_PARSE, "these bytes are wrong", NULL);

  return NULL;
}

static void
on_drained (gpointer state)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  g_assert_cmpuint (self->n_bytes, >, 0);
  if (self->pauses_drained && self->n_drained == 0)
    graphbit_http_call_pause (get_call (self));
  count (self, &self->n_drained);
}

static GraphbitFailure *
on_finish (gpointer state,
           GraphbitHttpVerdict *verdict)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  count (self, &self->n_finishes);
  verdict->tokens = self->tokens;

  if (self->fails_finish)
    {
      verdict->may_retry = self->retries_finish;
      return graphbit_failure_new (GRAPHBIT_ERROR_UNAVAILABLE, "an error inside of a 200", NULL);
    }

  return NULL;
}

static GraphbitFailure *
on_classify (gpointer state,
             const GraphbitHttpHead *head,
             const char *body,
             gsize length,
             GraphbitHttpVerdict *verdict)
{
  TestCall *self = state;

  g_assert_cmpuint (self->n_ends, ==, 0);
  self->status = graphbit_http_head_get_status (head);
  self->error_length = length;
  if (self->forbids_retry)
    verdict->may_retry = FALSE;
  count (self, &self->n_classified);

  return graphbit_failure_new (GRAPHBIT_ERROR_UNAVAILABLE, "status says no", NULL);
}

static const GraphbitHttpHandler handler;

static void
on_end (gpointer state,
        GraphbitFailure *failure,
        guint attempts)
{
  TestCall *self = state;

  self->failure = failure;
  self->attempts = attempts;
  if (self->next != NULL)
    self->next->call = graphbit_http_call_start (self->next_runtime, self->next_request, &handler, self->next);
  count (self, &self->n_ends);
}

static const GraphbitHttpHandler handler = {
  .begin = on_begin,
  .head = on_head,
  .bytes = on_bytes,
  .drained = on_drained,
  .finish = on_finish,
  .classify = on_classify,
  .end = on_end,
};

void
test_call_start (TestCall *self,
                 GraphbitHttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime = graphbit_runtime_get (&error);

  g_assert_no_error (error);
  pthread_mutex_lock (&self->mutex);
  self->call = graphbit_http_call_start (runtime, request, &handler, self);
  pthread_mutex_unlock (&self->mutex);
  g_assert_nonnull (self->call);
  graphbit_runtime_unref (runtime);
}

void
test_call_wait (TestCall *self,
                const guint *counter,
                guint value)
{
  pthread_mutex_lock (&self->mutex);
  while (*counter < value)
    pthread_cond_wait (&self->changed, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}

void
test_call_wait_end (TestCall *self)
{
  test_call_wait (self, &self->n_ends, 1);
  g_clear_pointer (&self->call, graphbit_http_call_unref);
  test_settle ();
  g_assert_cmpuint (self->n_ends, ==, 1);
  if (self->failure != NULL)
    g_assert_cmpuint (self->failure->attempts, ==, self->attempts);
}

char *
test_call_dup_message (TestCall *self)
{
  g_autoptr (GError) error = self->failure != NULL ? graphbit_failure_to_error (self->failure, NULL) : NULL;

  return g_strdup (error != NULL ? error->message : "no failure");
}

void
test_settle (void)
{
  graphbit_runtime_run_timers ();
}

void
test_advance_ms (gint64 ms)
{
  test_settle ();
  graphbit_clock_advance (ms * 1000);
  test_settle ();
}

GraphbitMockServer *
test_server_new (const char *steps)
{
  g_autoptr (GraphbitMockServer) server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_set_require_authorization (server, FALSE);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  if (steps != NULL)
    test_server_script (server, steps);

  return g_steal_pointer (&server);
}

void
test_server_script (GraphbitMockServer *server,
                    const char *steps)
{
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (server, steps, &error);
  g_assert_no_error (error);
}

GraphbitHttpRequest *
test_request_new (GraphbitMockServer *server)
{
  static const char body[] = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
  const char *base_uri = graphbit_mock_server_get_base_url (server);
  g_autofree char *uri = g_strconcat (base_uri, "/chat/completions", NULL);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", uri);

  request->base_uri = g_strdup (base_uri);
  request->lane = g_strdup ("m");
  request->body = g_bytes_new_static (body, strlen (body));
  request->content_type = "application/json";

  return request;
}

void
test_hole_init (TestHole *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->listener, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 1);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (self->listener, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));

  /* nobody accepts: when the queue is full, the kernel answers no more */
  self->fillers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GError) pending = NULL;
      GSocket *filler = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      g_socket_set_blocking (filler, FALSE);
      g_socket_connect (filler, address, NULL, &pending);
      g_ptr_array_add (self->fillers, filler);
    }
}

void
test_hole_clear (TestHole *self)
{
  g_ptr_array_unref (self->fillers);
  g_object_unref (self->listener);
}

typedef struct
{
  GObject parent;
  pthread_mutex_t mutex;
  pthread_cond_t asked;
  gboolean was_asked;
} TestResolver;

typedef GObjectClass TestResolverClass;

static void test_resolver_iface_init (GProxyResolverInterface *iface);
GType test_resolver_get_type (void);

G_DEFINE_TYPE_WITH_CODE (TestResolver, test_resolver, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_resolver_iface_init))

static void
test_resolver_class_init (TestResolverClass *klass)
{
}

static void
test_resolver_init (TestResolver *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->asked, NULL);
}

static void
test_resolver_lookup_async (GProxyResolver *resolver,
                            const char *uri,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  static const char *direct[] = { "direct://", NULL };
  TestResolver *self = (TestResolver *) resolver;
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  pthread_mutex_lock (&self->mutex);
  self->was_asked = TRUE;
  pthread_cond_broadcast (&self->asked);
  pthread_mutex_unlock (&self->mutex);

  g_task_return_pointer (task, g_strdupv ((char **) direct), (GDestroyNotify) g_strfreev);
}

static char **
test_resolver_lookup_finish (GProxyResolver *resolver,
                             GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->lookup_async = test_resolver_lookup_async;
  iface->lookup_finish = test_resolver_lookup_finish;
}

#ifdef __SANITIZE_THREAD__
/* GLib locks its types unseen, and unlocks them in the name of the caller. */
const char *__tsan_default_suppressions (void);

const char *
__tsan_default_suppressions (void)
{
  return "mutex:test_resolver_get_type_once\n";
}
#endif

GProxyResolver *
test_resolver_new (void)
{
  return g_object_new (test_resolver_get_type (), NULL);
}

void
test_resolver_wait (GProxyResolver *resolver)
{
  TestResolver *self = (TestResolver *) resolver;

  pthread_mutex_lock (&self->mutex);
  while (!self->was_asked)
    pthread_cond_wait (&self->asked, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}
