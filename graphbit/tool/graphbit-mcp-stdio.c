/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-link-private.h"

#include <errno.h>
#include <gio/gfiledescriptorbased.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "graphbit-clock-private.h"
#include "graphbit-framing-private.h"
#include "graphbit-json-private.h"

#define BUFFER_SIZE (64 * 1024)
#define MAX_LAST_READS 32
#define ABORT_WAIT_MS 50

/* How far the end has come. Each step has the link's time limit. */
typedef enum
{
  STEP_RUNNING,
  STEP_HUNG_UP,    /* its standard input was closed, which asks it to go */
  STEP_TERMINATED, /* SIGTERM */
  STEP_KILLED      /* SIGKILL */
} Step;

typedef struct
{
  GraphbitMcpLink *link; /* whose this is */
  GSubprocess *process;
  int input; /* its three streams, as we see them; the streams own them */
  int output;
  int errors;
  GSource *writable;
  GSource *readable;
  GSource *errors_readable;
  GQueue messages; /* of GBytes, to be written */
  gsize n_written; /* of the first */
  GraphbitFraming framing;
  GraphbitFraming errors_framing;
  GraphbitTimer timer;
  Step step;
  GCancellable *waiting;
  gboolean has_waited;
  char buffer[BUFFER_SIZE];
} Wire;

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
wire_free (gpointer data)
{
  Wire *self = data;

  clear_source (&self->writable);
  clear_source (&self->readable);
  clear_source (&self->errors_readable);
  if (!self->has_waited)
    g_subprocess_force_exit (self->process);
  g_queue_clear_full (&self->messages, (GDestroyNotify) g_bytes_unref);
  graphbit_framing_clear (&self->framing);
  graphbit_framing_clear (&self->errors_framing);
  g_clear_object (&self->waiting);
  g_clear_object (&self->process);
  g_free (self);
}

static void
watch (Wire *self,
       GSource **source,
       int descriptor,
       GIOCondition condition,
       GUnixFDSourceFunc func)
{
  *source = g_unix_fd_source_new (descriptor, condition);
  g_source_set_callback (*source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (*source, graphbit_io_get_context (self->link->io));
}

/* Writing */

static void
hang_up (Wire *self)
{
  clear_source (&self->writable);
  g_queue_clear_full (&self->messages, (GDestroyNotify) g_bytes_unref);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
}

/* FALSE: the pipe is full, or broken. */
static gboolean
write_some (Wire *self)
{
  while (!g_queue_is_empty (&self->messages))
    {
      gsize length;
      const char *data = g_bytes_get_data (g_queue_peek_head (&self->messages), &length);
      gssize n = write (self->input, data + self->n_written, length - self->n_written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          /* When it reads no more it is about to end, and its end says more than this. */
          if (errno != EAGAIN)
            g_queue_clear_full (&self->messages, (GDestroyNotify) g_bytes_unref);
          return FALSE;
        }

      self->n_written += (gsize) n;
      if (self->n_written == length)
        {
          g_bytes_unref (g_queue_pop_head (&self->messages));
          self->n_written = 0;
        }
    }
  return TRUE;
}

static gboolean
on_writable (int descriptor,
             GIOCondition condition,
             gpointer data)
{
  Wire *self = data;

  write_some (self);
  if (!g_queue_is_empty (&self->messages))
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->writable, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
stdio_send (GraphbitMcpLink *link,
            GBytes *message,
            GraphbitMcpRequest *request)
{
  Wire *self = link->wire;

  if (self->step == STEP_RUNNING)
    {
      g_queue_push_tail (&self->messages, g_bytes_ref (message));
      g_queue_push_tail (&self->messages, g_bytes_new_static ("\n", 1));
      if (self->writable == NULL && !write_some (self) && !g_queue_is_empty (&self->messages))
        watch (self, &self->writable, self->input, G_IO_OUT, on_writable);
    }
  if (request != NULL && request->kind == GRAPHBIT_MCP_REQUEST_NOTIFICATION)
    graphbit_mcp_link_answer (link, request, NULL, NULL);
}

static gboolean
stdio_is_full (GraphbitMcpLink *link)
{
  return g_queue_get_length (&((Wire *) link->wire)->messages) > GRAPHBIT_MCP_MAX_UNSENT;
}

/* Ending */

static void
arm (Wire *self,
     Step step)
{
  self->step = step;
  graphbit_timer_arm (self->link->io, &self->timer,
                      graphbit_clock_now () + (gint64) self->link->close_timeout_ms * 1000);
}

static void
on_overdue (GraphbitTimer *timer)
{
  Wire *self = (Wire *) ((char *) timer - G_STRUCT_OFFSET (Wire, timer));

  switch (self->step)
    {
    case STEP_HUNG_UP:
      g_subprocess_send_signal (self->process, SIGTERM);
      arm (self, STEP_TERMINATED);
      break;

    case STEP_TERMINATED:
      g_subprocess_force_exit (self->process);
      self->step = STEP_KILLED;
      break;

    case STEP_RUNNING:
    case STEP_KILLED:
    default:
      g_assert_not_reached ();
    }
}

static void
stdio_close (GraphbitMcpLink *link)
{
  Wire *self = link->wire;

  if (self->step != STEP_RUNNING || self->has_waited)
    return;

  hang_up (self);
  arm (self, STEP_HUNG_UP);
}

/* Reading */

static gboolean
take_line (gpointer data,
           const char *event,
           const char *line,
           gsize length)
{
  graphbit_mcp_link_receive (((Wire *) data)->link, line, length);
  return TRUE;
}

static gboolean
take_error_line (gpointer data,
                 const char *event,
                 const char *line,
                 gsize length)
{
  graphbit_mcp_link_tell_noise (((Wire *) data)->link, "stderr", line, length);
  return TRUE;
}

/* FALSE: there is nothing more to come. */
static gboolean
read_some (Wire *self)
{
  g_autoptr (GraphbitFailure) failure = NULL;
  gssize n = read (self->output, self->buffer, BUFFER_SIZE);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  if (n == 0)
    return FALSE;

  failure = graphbit_framing_feed (&self->framing, self->buffer, (gsize) n, take_line, self);
  if (failure == NULL)
    return TRUE;

  graphbit_mcp_link_fail (self->link,
                          graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                                N_ ("The MCP server “%s” sent a message that is longer than the library takes, and was stopped: make it answer in smaller parts"),
                                                self->link->name, NULL));
  return FALSE;
}

static gboolean
on_readable (int descriptor,
             GIOCondition condition,
             gpointer data)
{
  Wire *self = data;

  if (read_some (self))
    return G_SOURCE_CONTINUE;

  /* Whoever says nothing more has ended, or is made to; its exit tells the rest. */
  g_clear_pointer (&self->readable, g_source_unref);
  stdio_close (self->link);
  return G_SOURCE_REMOVE;
}

/* What read () says. */
static gssize
read_errors (Wire *self)
{
  gssize n = read (self->errors, self->buffer, BUFFER_SIZE);
  g_autoptr (GraphbitFailure) failure = NULL;

  if (n > 0)
    failure = graphbit_framing_feed (&self->errors_framing, self->buffer, (gsize) n, take_error_line, self);
  if (failure != NULL)
    graphbit_framing_reset (&self->errors_framing);
  return n;
}

static gboolean
on_errors_readable (int descriptor,
                    GIOCondition condition,
                    gpointer data)
{
  Wire *self = data;
  gssize n = read_errors (self);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->errors_readable, g_source_unref);
  return G_SOURCE_REMOVE;
}

static GraphbitFailure *
describe_end (Wire *self)
{
  g_autofree char *number = NULL;

  if (g_subprocess_get_if_exited (self->process))
    {
      number = g_strdup_printf ("%d", g_subprocess_get_exit_status (self->process));
      if (__atomic_load_n (&self->link->protocol_version, __ATOMIC_ACQUIRE) == NULL)
        return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                     N_ ("The MCP server “%s” ended with status %s before it was connected: check its command; what it wrote to its standard error is in the log at level debug"),
                                     self->link->name, number, NULL);
      return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                   N_ ("The MCP server “%s” ended with status %s: open it again; what it wrote to its standard error is in the log at level debug"),
                                   self->link->name, number, NULL);
    }

  number = g_strdup_printf ("%d", g_subprocess_get_term_sig (self->process));
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The MCP server “%s” was ended by signal %s: open it again; what it wrote to its standard error is in the log at level debug"),
                               self->link->name, number, NULL);
}

/* Answers may still lie in the pipe; it holds no more than these reads take, but others may go on to fill it. */
static void
drain (Wire *self)
{
  guint n_left = MAX_LAST_READS;
  gssize n;

  while (self->readable != NULL && n_left-- > 0 && (n = read (self->output, self->buffer, BUFFER_SIZE)) > 0)
    {
      g_autoptr (GraphbitFailure) failure = graphbit_framing_feed (&self->framing, self->buffer, (gsize) n, take_line, self);

      if (failure != NULL)
        break;
    }
  n_left = MAX_LAST_READS;
  while (self->errors_readable != NULL && n_left-- > 0 && read_errors (self) > 0)
    ;
}

static void
release (Wire *self)
{
  graphbit_timer_disarm (self->link->io, &self->timer);
  clear_source (&self->readable);
  clear_source (&self->errors_readable);
  hang_up (self);
  g_input_stream_close (g_subprocess_get_stdout_pipe (self->process), NULL, NULL);
  g_input_stream_close (g_subprocess_get_stderr_pipe (self->process), NULL, NULL);
}

static void
on_process_ended (GObject *process,
                  GAsyncResult *result,
                  gpointer data)
{
  GraphbitMcpLink *link = data;
  Wire *self = link->wire;
  gboolean has_exited = g_subprocess_wait_finish (self->process, result, NULL);

  self->has_waited = TRUE;
  if (has_exited && !link->is_ended)
    {
      drain (self);
      release (self);
      graphbit_mcp_link_end (link, link->is_closing ? NULL : describe_end (self));
    }
  graphbit_operation_unref (link);
}

static void
stdio_start (GraphbitMcpLink *link)
{
  Wire *self = link->wire;
  sigset_t broken_pipes;

  /* Otherwise a server that has gone would take the whole program with it. */
  sigemptyset (&broken_pipes);
  sigaddset (&broken_pipes, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &broken_pipes, NULL);

  self->link = link;
  watch (self, &self->readable, self->output, G_IO_IN, on_readable);
  watch (self, &self->errors_readable, self->errors, G_IO_IN, on_errors_readable);
  g_subprocess_wait_async (self->process, self->waiting, on_process_ended, graphbit_operation_ref (link));
}

static gboolean
give_up (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
stdio_abort (GraphbitMcpLink *link)
{
  Wire *self = link->wire;
  GMainContext *context = graphbit_io_get_context (link->io);
  g_autoptr (GSource) source = g_timeout_source_new (ABORT_WAIT_MS);
  gboolean gave_up = FALSE;

  if (self->link == NULL)
    stdio_start (link);
  hang_up (self);
  g_source_set_callback (source, give_up, &gave_up, NULL);
  g_source_attach (source, context);
  while (!self->has_waited && !gave_up)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (source);

  if (self->has_waited)
    return;

  g_subprocess_force_exit (self->process);
  release (self);
  g_cancellable_cancel (self->waiting);
  while (!self->has_waited)
    g_main_context_iteration (context, TRUE);
}

static const GraphbitMcpTransport transport = {
  .start = stdio_start,
  .send = stdio_send,
  .is_full = stdio_is_full,
  .close = stdio_close,
  .abort = stdio_abort,
  .free = wire_free,
};

static void
set_environment (GSubprocessLauncher *launcher,
                 GHashTable *environment)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, environment);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (value != NULL)
        g_subprocess_launcher_setenv (launcher, name, graphbit_secret_peek (value), TRUE);
      else
        g_subprocess_launcher_unsetenv (launcher, name);
    }
}

static int
get_descriptor (gpointer stream)
{
  int descriptor = g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (stream));

  g_unix_set_fd_nonblocking (descriptor, TRUE, NULL);
  return descriptor;
}

GraphbitMcpLink *
graphbit_mcp_stdio_open (const GraphbitMcpLinkSetup *setup,
                         const GraphbitMcpStdioSetup *stdio,
                         GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) spawn_error = NULL;
  g_autofree char *name = g_path_get_basename (stdio->command[0]);
  Wire *self;

  set_environment (launcher, stdio->environment);
  if (stdio->working_directory != NULL)
    g_subprocess_launcher_set_cwd (launcher, stdio->working_directory);
  process = g_subprocess_launcher_spawnv (launcher, stdio->command, &spawn_error);
  if (process == NULL)
    {
      GraphbitError code = g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)   ? GRAPHBIT_ERROR_NOT_FOUND
                           : g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES) ? GRAPHBIT_ERROR_PERMISSION
                                                                                               : GRAPHBIT_ERROR_CONNECTION;

      g_set_error (error, GRAPHBIT_ERROR, (int) code,
                   _("The MCP server “%s” could not be started: %s; check its command and working directory"),
                   name, spawn_error->message);
      return NULL;
    }

  self = g_new0 (Wire, 1);
  self->process = g_steal_pointer (&process);
  self->input = get_descriptor (g_subprocess_get_stdin_pipe (self->process));
  self->output = get_descriptor (g_subprocess_get_stdout_pipe (self->process));
  self->errors = get_descriptor (g_subprocess_get_stderr_pipe (self->process));
  self->waiting = g_cancellable_new ();
  self->timer.expired = on_overdue;
  graphbit_framing_init (&self->framing, GRAPHBIT_FRAMING_NDJSON);
  graphbit_framing_init (&self->errors_framing, GRAPHBIT_FRAMING_NDJSON);
  self->framing.of.ndjson.limit = GRAPHBIT_JSON_MAX_SIZE;
  self->errors_framing.of.ndjson.limit = BUFFER_SIZE;

  return graphbit_mcp_link_new (setup, name, &transport, self, 0, error);
}
