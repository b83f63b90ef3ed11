/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* HTTP/1.1 on non-blocking sockets, written out by hand: a response can be cut, held or reset
 * at any byte, which no HTTP library's server allows. Plain sockets sit in one epoll set, so
 * that thousands of parked connections cost nothing; TLS uses GIO's pollable streams. */

#define READ_SIZE (64 * 1024)
#define DRAIN_POLL_US 200

typedef struct
{
  MockLoop *loop;
  GList link;
  guint64 id;
  int fd;
  guint32 events; /* in the epoll set */
  GSocket *socket; /* of TLS only, as the next three; it owns @fd then */
  GIOStream *tls;
  GSource *in_source;
  GSource *out_source;
  gboolean closed;
  gboolean ignored;

  MockReader reader;

  /* before the first request, for a step on the connection itself */
  MockStep *connect_step;

  /* answering */
  MockRequest *request;
  MockStep *step;
  MockPlan plan;
  guint segment;
  gsize segment_offset;
  guint64 offset; /* of the whole response */
  gsize write_size; /* of the write that is to be tried again */
  GRand *random;
  gboolean is_control;
  gboolean stalled;
  gboolean paused; /* the delay before this write has passed */

  gint64 due; /* of its timer; 0 when there is none */
} Connection;

struct _MockLoop
{
  GraphbitMockServer *server;
  GSocket *listener;
  GTlsCertificate *certificate;
  GSource *source;
  int epoll;
  GQueue connections;
  GPtrArray *dead; /* closed in this turn; events for them may still be in hand */
  GTree *timers;
  char buffer[READ_SIZE];
};

typedef struct
{
  GSource parent;
  MockLoop *loop;
} LoopSource;

/* Timers: one per connection, ordered by when they are due */

static int
compare_timers (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  const Connection *left = a;
  const Connection *right = b;

  if (left->due != right->due)
    return left->due < right->due ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static void
arm_source (MockLoop *loop)
{
  GTreeNode *first = g_tree_node_first (loop->timers);

  if (loop->dead->len > 0)
    g_source_set_ready_time (loop->source, 0);
  else if (first != NULL)
    g_source_set_ready_time (loop->source, ((Connection *) g_tree_node_key (first))->due);
  else
    g_source_set_ready_time (loop->source, -1);
}

static void
clear_timer (Connection *self)
{
  if (self->due == 0)
    return;
  g_tree_remove (self->loop->timers, self);
  self->due = 0;
}

static void
set_timer (Connection *self,
           gint64      delay_us)
{
  clear_timer (self);
  self->due = g_get_monotonic_time () + delay_us;
  g_tree_insert (self->loop->timers, self, self);
  arm_source (self->loop);
}

/* The socket */

static void
watch (Connection *self,
       guint32     events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };

  if (self->tls != NULL || self->closed || self->events == events)
    return;
  epoll_ctl (self->loop->epoll, self->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, self->fd, &event);
  self->events = events;
}

static void
clear_response (Connection *self)
{
  g_array_set_size (self->plan.segments, 0);
  self->segment = 0;
  self->segment_offset = 0;
  self->offset = 0;
  self->write_size = 0;
  self->paused = FALSE;
  if (self->stalled)
    {
      self->stalled = FALSE;
      mock_server_count_stalled (self->loop->server, -1);
    }
  clear_timer (self);
  g_clear_pointer (&self->step, mock_step_unref);
  g_clear_pointer (&self->random, g_rand_free);
  g_clear_pointer (&self->request, mock_request_unref);
}

static void
connection_close (Connection  *self,
                  MockOutcome  outcome)
{
  MockLoop *loop = self->loop;

  if (self->closed)
    return;

  /* noted before the client can see it */
  if (self->request != NULL && !self->is_control)
    mock_server_end_request (loop->server, self->request, outcome);

  if (outcome == MOCK_OUTCOME_RESET)
    {
      const struct linger linger = { .l_onoff = 1, .l_linger = 0 };

      setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }

  if (self->in_source != NULL)
    g_source_destroy (self->in_source);
  g_clear_pointer (&self->in_source, g_source_unref);
  if (self->out_source != NULL)
    g_source_destroy (self->out_source);
  g_clear_pointer (&self->out_source, g_source_unref);

  /* only a complete response says good-bye; everything else is a truncation */
  if (self->tls != NULL && outcome == MOCK_OUTCOME_COMPLETE)
    g_io_stream_close (self->tls, NULL, NULL);
  /* closing is not enough where a child of fork () has the socket, too: its events would still come, for one that is freed */
  if (self->events != 0)
    epoll_ctl (loop->epoll, EPOLL_CTL_DEL, self->fd, NULL);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  else
    close (self->fd);
  self->closed = TRUE;

  clear_response (self);
  if (!self->ignored)
    mock_server_connection_closed (loop->server);

  g_queue_unlink (&loop->connections, &self->link);
  g_ptr_array_add (loop->dead, self);
  arm_source (loop);
}

static void
connection_free (Connection *self)
{
  g_clear_object (&self->tls);
  g_clear_object (&self->socket);
  mock_reader_clear (&self->reader);
  mock_plan_clear (&self->plan);
  g_clear_pointer (&self->connect_step, mock_step_unref);
  g_free (self);
}

static gboolean on_tls_ready (GObject  *stream,
                              gpointer  user_data);

/* The bytes moved, 0 at the end, −1 to wait, −2 when the connection is gone */
static gssize
socket_read (Connection *self,
             char       *buffer,
             gsize       size)
{
  gssize n;

  if (self->tls != NULL)
    {
      g_autoptr (GError) error = NULL;
      GInputStream *input = g_io_stream_get_input_stream (self->tls);

      n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, size, NULL, &error);
      if (n >= 0)
        return n;
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? -1 : -2;
    }

  do
    n = recv (self->fd, buffer, size, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n >= 0)
    return n;
  return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : -2;
}

static gssize
socket_write (Connection *self,
              const char *data,
              gsize       size)
{
  gssize n;

  if (self->tls != NULL)
    {
      g_autoptr (GError) error = NULL;
      GOutputStream *output = g_io_stream_get_output_stream (self->tls);

      n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), data, size, NULL, &error);
      if (n >= 0)
        return n;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return -2;
      if (self->out_source == NULL)
        {
          self->out_source = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
          g_source_set_callback (self->out_source, (GSourceFunc) (GCallback) on_tls_ready, self, NULL);
          g_source_attach (self->out_source, g_source_get_context (self->loop->source));
        }
      return -1;
    }

  do
    n = send (self->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n >= 0)
    return n;
  if (errno != EAGAIN && errno != EWOULDBLOCK)
    return -2;
  watch (self, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
  return -1;
}

/* Whether everything written went out as segments of its own */
static gboolean
socket_is_drained (Connection *self)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  return getsockopt (self->fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 || info.tcpi_notsent_bytes == 0;
}

/* Requests */

static void
refuse (Connection *self,
        guint       status)
{
  g_autofree char *text =
    g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status, mock_reason_phrase (status));

  socket_write (self, text, strlen (text));
  connection_close (self, MOCK_OUTCOME_COMPLETE);
}

/* Takes the next whole request from what was read. */
static MockRequest *
take_request (Connection *self)
{
  MockReader *reader = &self->reader;
  MockRequest *request = NULL;
  guint refusal = mock_reader_next (reader, &request);

  if (refusal != 0)
    {
      refuse (self, refusal);
      return NULL;
    }
  if (reader->wants_continue)
    {
      static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

      reader->wants_continue = FALSE;
      socket_write (self, go_on, strlen (go_on));
    }
  if (request != NULL)
    {
      request->connection = self->id;
      self->plan.close_after = reader->last;
    }
  return request;
}

/* Answering */

static void
begin_response (Connection  *self,
                MockRequest *request)
{
  MockLoop *loop = self->loop;
  g_autoptr (MockResponse) response = NULL;
  MockStep *step = NULL;

  self->request = request;
  self->is_control = g_str_has_prefix (request->target, "/control/");
  if (self->is_control)
    {
      if (!self->ignored)
        mock_server_connection_ignored (loop->server);
      self->ignored = TRUE;
      response = mock_server_control (loop->server, request);
    }
  else
    {
      self->step = step = mock_server_begin_request (loop->server, request);
      if (step == NULL || step->raw == NULL)
        {
          response = mock_openai_answer (request, step, mock_server_wants_key (loop->server));
          if (step != NULL && step->status != 0 && response->status == 200)
            response->status = step->status;
          mock_server_set_status (loop->server, request, response->status);
        }
    }

  mock_plan_lay_out (&self->plan, request, response, step);
  if (step != NULL)
    {
      self->random = g_rand_new_with_seed (step->seed);
      if (step->delay_ms > 0)
        set_timer (self, (gint64) step->delay_ms * 1000);
    }
}

/* How much to write at once: up to the next place where something happens */
static gsize
next_write_size (Connection *self,
                 gsize       left)
{
  const guint64 stops[] = { self->plan.stall_at, self->plan.reset_at, self->plan.close_at };
  gsize split = self->step != NULL ? self->step->split : 0;
  gsize size = left;

  if (split == MOCK_SPLIT_RANDOM)
    split = (gsize) g_rand_int_range (self->random, 1, 48);
  if (split > 0)
    size = MIN (size, split);
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      if (stops[i] != MOCK_NEVER && stops[i] > self->offset)
        size = (gsize) MIN (size, stops[i] - self->offset);
    }
  return size;
}

/* TRUE when the response, or the connection, is through; FALSE while it waits for something */
static gboolean
write_response (Connection *self)
{
  if (self->stalled || self->due != 0)
    return FALSE;

  for (;;)
    {
      MockSegment *segment = NULL;
      const char *data;
      gsize size;
      gssize n;

      if (self->plan.stall_at == self->offset)
        {
          self->stalled = TRUE;
          mock_server_count_stalled (self->loop->server, 1);
          return FALSE;
        }

      if (self->segment < self->plan.segments->len)
        {
          segment = &g_array_index (self->plan.segments, MockSegment, self->segment);
          if (self->segment_offset == 0 && segment->delay_ms > 0 && !self->paused)
            {
              self->paused = TRUE;
              set_timer (self, (gint64) segment->delay_ms * 1000);
              return FALSE;
            }
        }

      if (self->plan.reset_at == self->offset)
        {
          connection_close (self, MOCK_OUTCOME_RESET);
          return TRUE;
        }
      if (self->plan.close_at == self->offset)
        {
          connection_close (self, MOCK_OUTCOME_CLOSED);
          return TRUE;
        }
      if (self->segment == self->plan.segments->len)
        return TRUE;

      if (self->step != NULL && self->step->split > 0 && !socket_is_drained (self))
        {
          set_timer (self, DRAIN_POLL_US);
          return FALSE;
        }

      data = g_bytes_get_data (segment->bytes, &size);
      data += self->segment_offset;
      size -= self->segment_offset;
      if (self->write_size == 0)
        self->write_size = next_write_size (self, size);

      n = socket_write (self, data, self->write_size);
      if (n == -1)
        return FALSE;
      if (n < 0)
        {
          connection_close (self, MOCK_OUTCOME_ABORTED);
          return TRUE;
        }

      self->write_size = 0;
      self->offset += (guint64) n;
      self->segment_offset += (gsize) n;
      if (self->segment_offset == g_bytes_get_size (segment->bytes))
        {
          self->segment++;
          self->segment_offset = 0;
          self->paused = FALSE;
        }

      if (self->step != NULL && self->step->split > 0)
        {
          /* even without a pause the reader gets its turn between two writes */
          set_timer (self, (gint64) self->step->drip_ms * 1000);
          return FALSE;
        }
    }
}

static void
finish_response (Connection *self)
{
  if (self->plan.close_after)
    {
      connection_close (self, MOCK_OUTCOME_COMPLETE);
      return;
    }

  if (!self->is_control)
    mock_server_end_request (self->loop->server, self->request, MOCK_OUTCOME_COMPLETE);
  clear_response (self);
  watch (self, EPOLLIN | EPOLLRDHUP);
}

/* Takes the connection as far as it goes without waiting. */
static void
connection_run (Connection *self)
{
  while (!self->closed)
    {
      if (self->request == NULL)
        {
          MockRequest *request = take_request (self);

          if (request == NULL)
            return;
          begin_response (self, request);
        }
      if (!write_response (self))
        return;
      if (!self->closed)
        finish_response (self);
    }
}

static void
connection_read (Connection *self)
{
  gssize n;

  do
    {
      n = socket_read (self, self->loop->buffer, READ_SIZE);
      if (n > 0)
        g_string_append_len (self->reader.in, self->loop->buffer, n);
    }
  while (n == READ_SIZE && self->reader.in->len < MOCK_MAX_BODY);

  /* a request that is whole is noted before the connection's end is */
  if (n == 0 || n == -2)
    {
      if (self->request == NULL && self->reader.in->len > 0)
        connection_run (self);
      connection_close (self, MOCK_OUTCOME_ABORTED);
      return;
    }
  if (self->request == NULL)
    connection_run (self);
}

static gboolean
on_tls_ready (GObject  *stream,
              gpointer  user_data)
{
  Connection *self = user_data;

  if (G_IS_INPUT_STREAM (stream))
    {
      connection_read (self);
      return !self->closed;
    }

  if (self->out_source != NULL)
    g_source_destroy (self->out_source);
  g_clear_pointer (&self->out_source, g_source_unref);
  connection_run (self);
  return G_SOURCE_REMOVE;
}

/* Connections */

static void
start_tls (Connection *self)
{
  g_autoptr (GSocketConnection) base = NULL;
  GInputStream *input;

  if (self->events != 0)
    epoll_ctl (self->loop->epoll, EPOLL_CTL_DEL, self->fd, NULL);
  self->events = 0;

  base = g_socket_connection_factory_create_connection (self->socket);
  self->tls = g_tls_server_connection_new (G_IO_STREAM (base), self->loop->certificate, NULL);
  if (self->tls == NULL)
    {
      connection_close (self, MOCK_OUTCOME_ABORTED);
      return;
    }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->tls), FALSE);

  input = g_io_stream_get_input_stream (self->tls);
  self->in_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (self->in_source, (GSourceFunc) (GCallback) on_tls_ready, self, NULL);
  g_source_attach (self->in_source, g_source_get_context (self->loop->source));
  connection_read (self);
}

static void
start_connection (Connection *self)
{
  g_clear_pointer (&self->connect_step, mock_step_unref);
  if (self->loop->certificate != NULL)
    start_tls (self);
  else
    watch (self, EPOLLIN | EPOLLRDHUP);
}

static void
add_connection (MockLoop *loop,
                int       fd)
{
  Connection *self = g_new0 (Connection, 1);
  const int on = 1;
  MockStep *step;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  self->loop = loop;
  self->fd = fd;
  self->id = mock_server_connection_opened (loop->server);
  mock_reader_init (&self->reader);
  mock_plan_init (&self->plan);
  self->link.data = self;
  g_queue_push_tail_link (&loop->connections, &self->link);
  if (loop->certificate != NULL)
    self->socket = g_socket_new_from_fd (fd, NULL);

  step = mock_server_take_connect_step (loop->server);
  if (step == NULL)
    {
      start_connection (self);
      return;
    }

  self->connect_step = step;
  if (step->reset.place != MOCK_AT_NEVER)
    connection_close (self, MOCK_OUTCOME_RESET);
  else if (step->close.place != MOCK_AT_NEVER)
    connection_close (self, MOCK_OUTCOME_CLOSED);
  else
    {
      watch (self, EPOLLRDHUP);
      if (step->stall.place != MOCK_AT_NEVER)
        {
          self->stalled = TRUE;
          mock_server_count_stalled (loop->server, 1);
        }
      else
        set_timer (self, (gint64) step->delay_ms * 1000);
    }
}

static void
accept_connections (MockLoop *loop)
{
  int fd;

  for (;;)
    {
      fd = accept4 (g_socket_get_fd (loop->listener), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0)
        add_connection (loop, fd);
      else if (errno != EINTR && errno != ECONNABORTED)
        return;
    }
}

/* The loop */

static void
run_timers (MockLoop *loop)
{
  gint64 now = g_get_monotonic_time ();
  GTreeNode *first;

  while ((first = g_tree_node_first (loop->timers)) != NULL)
    {
      Connection *connection = g_tree_node_key (first);

      if (connection->due > now)
        break;
      clear_timer (connection);
      if (connection->connect_step != NULL)
        start_connection (connection);
      else
        connection_run (connection);
    }
}

static void
on_events (Connection *self,
           guint32     events)
{
  if (self->closed)
    return;

  if (self->connect_step != NULL)
    {
      /* held before its first byte: only its end is of interest */
      if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        connection_close (self, MOCK_OUTCOME_ABORTED);
      return;
    }
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    connection_read (self);
  if ((events & EPOLLOUT) && !self->closed)
    {
      watch (self, EPOLLIN | EPOLLRDHUP);
      connection_run (self);
    }
}

static gboolean
loop_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  MockLoop *loop = ((LoopSource *) source)->loop;
  struct epoll_event events[256];
  int n;

  run_timers (loop);
  n = epoll_wait (loop->epoll, events, G_N_ELEMENTS (events), 0);
  for (int i = 0; i < n; i++)
    {
      if (events[i].data.ptr == loop)
        accept_connections (loop);
      else
        on_events (events[i].data.ptr, events[i].events);
    }
  g_ptr_array_set_size (loop->dead, 0);
  arm_source (loop);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_funcs = {
  .dispatch = loop_dispatch,
};

MockLoop *
mock_loop_new (GraphbitMockServer *server,
               GSocket            *listener,
               GTlsCertificate    *certificate)
{
  MockLoop *loop = g_new0 (MockLoop, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = loop };

  loop->server = server;
  loop->listener = g_object_ref (listener);
  g_set_object (&loop->certificate, certificate);
  g_queue_init (&loop->connections);
  loop->dead = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  loop->timers = g_tree_new_full (compare_timers, NULL, NULL, NULL);
  loop->epoll = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (loop->epoll, EPOLL_CTL_ADD, g_socket_get_fd (listener), &event);

  loop->source = g_source_new (&loop_funcs, sizeof (LoopSource));
  ((LoopSource *) loop->source)->loop = loop;
  g_source_add_unix_fd (loop->source, loop->epoll, G_IO_IN);
  g_source_set_static_name (loop->source, "graphbit-mock");
  return loop;
}

GSource *
mock_loop_source (MockLoop *loop)
{
  return loop->source;
}

/* Lets everything that stalls go on. */
void
mock_loop_release (MockLoop *loop)
{
  GList *next;

  for (GList *link = loop->connections.head; link != NULL; link = next)
    {
      Connection *connection = link->data;

      next = link->next;
      if (!connection->stalled)
        continue;
      connection->stalled = FALSE;
      mock_server_count_stalled (loop->server, -1);
      connection->plan.stall_at = MOCK_NEVER;
      if (connection->connect_step != NULL)
        start_connection (connection);
      else
        connection_run (connection);
    }
}

void
mock_loop_free (MockLoop *loop)
{
  while (loop->connections.head != NULL)
    connection_close (loop->connections.head->data, MOCK_OUTCOME_STOPPED);

  g_source_destroy (loop->source);
  g_source_unref (loop->source);
  g_ptr_array_unref (loop->dead);
  g_tree_unref (loop->timers);
  close (loop->epoll);
  g_clear_object (&loop->certificate);
  g_object_unref (loop->listener);
  g_free (loop);
}
