/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-stream-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-failure-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-chunk.h"
#include "graphbit-llm-response.h"
#include "graphbit-sync-private.h"

/**
 * GraphbitLlmStream:
 *
 * An answer that is read while it is being made.
 *
 * Read it piece by piece with [method@LlmStream.next_chunk], everything that
 * waits at a time with [method@LlmStream.next_chunks], or to its end with
 * [method@LlmStream.collect]. There can be one read at a time. [property@LlmStream:text]
 * and [property@LlmStream:state] follow the reads: they change, and notify,
 * when a read is finished, in the reader's main context.
 *
 * A reader that is slow slows the provider down; nothing is lost. A stream that
 * is dropped before its end is cancelled, and so is one whose request's
 * cancellable is cancelled.
 *
 * The page [Streams](streams.html) says more.
 *
 * Since: 1.0
 */

typedef enum
{
  READ_CHUNK,
  READ_CHUNKS,
  READ_COLLECT
} ReadKind;

/* What a read brings back for the handle, which only its finish touches. */
typedef struct
{
  ReadKind kind;
  GString *text; /* collect only */
  gboolean is_end;
  GraphbitLlmStreamState state;
  GraphbitLlmResponse *response;
} Read;

/*
 * What the stream is, apart from its handle: that one may be dropped in any
 * thread, this is touched at home only.
 */
typedef struct
{
  int ref_count;    /* atomic: the handle's and the call's */
  int is_cancelled; /* atomic */
  GMainContext *context;
  GraphbitLlmCall *call;

  GTask *opening;
  GTask *pending;
  GSource *pending_cancelled;

  gboolean is_done;
  GraphbitLlmResponse *response;
  GError *error;
} Reader;

struct _GraphbitLlmStream
{
  GObject parent_instance;

  Reader *reader;
  int is_reading; /* atomic */

  GString *text;
  GraphbitLlmStreamState state;
  GraphbitLlmResponse *response;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_STATE,
  PROP_RESPONSE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitLlmStream, graphbit_llm_stream, G_TYPE_OBJECT)

/* Reads */

static void
read_free (gpointer data)
{
  Read *self = data;

  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_clear_object (&self->response);
  g_free (self);
}

static void
reader_unref (gpointer data)
{
  Reader *self = data;

  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_clear_object (&self->response);
  g_clear_error (&self->error);
  g_clear_pointer (&self->call, graphbit_operation_unref);
  g_main_context_unref (self->context);
  g_free (self);
}

/* A task can call back at once, and start the next read from there. */
static void
read_return (GTask *task,
             gpointer result,
             GDestroyNotify result_free,
             GError *error)
{
  GraphbitLlmStream *stream = g_task_get_source_object (task);

  __atomic_store_n (&stream->is_reading, FALSE, __ATOMIC_RELEASE);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, result_free);
  g_object_unref (task);
}

static GError *
make_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The operation was cancelled"));
}

/* The end of the stream, as far as it concerns this read. */
static void
reader_return_end (Reader *self,
                   GTask *task,
                   Read *read)
{
  gpointer result = NULL;
  GDestroyNotify result_free = NULL;
  GError *error = NULL;

  read->is_end = TRUE;
  if (__atomic_load_n (&self->is_cancelled, __ATOMIC_ACQUIRE))
    error = make_cancelled_error ();
  else if (self->error != NULL)
    error = g_error_copy (self->error);

  if (error == NULL)
    {
      read->state = GRAPHBIT_LLM_STREAM_STATE_COMPLETED;
      read->response = g_object_ref (self->response);
      if (read->kind == READ_COLLECT)
        {
          result = g_object_ref (self->response);
          result_free = g_object_unref;
        }
      else if (read->kind == READ_CHUNKS)
        {
          result = g_ptr_array_new_with_free_func ((GDestroyNotify) graphbit_llm_chunk_unref);
          result_free = (GDestroyNotify) g_ptr_array_unref;
        }
    }
  else
    read->state = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? GRAPHBIT_LLM_STREAM_STATE_CANCELLED
                                                                            : GRAPHBIT_LLM_STREAM_STATE_FAILED;

  read_return (task, result, result_free, error);
}

static void
collect_chunks (GPtrArray *chunks,
                Read *read)
{
  if (read->text == NULL)
    read->text = g_string_new (NULL);
  for (guint i = 0; i < chunks->len; i++)
    if (graphbit_llm_chunk_get_kind (chunks->pdata[i]) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
      g_string_append (read->text, graphbit_llm_chunk_get_text (chunks->pdata[i]));
}

/* FALSE: nothing to return yet. Takes the task over otherwise. */
static gboolean
reader_serve (Reader *self,
              GTask *task)
{
  Read *read = g_task_get_task_data (task);

  if (__atomic_load_n (&self->is_cancelled, __ATOMIC_ACQUIRE))
    {
      g_ptr_array_unref (graphbit_llm_call_take_chunks (self->call));
    }
  else if (read->kind == READ_CHUNK)
    {
      GraphbitLlmChunk *chunk = graphbit_llm_call_take_chunk (self->call);

      if (chunk != NULL)
        {
          read_return (task, chunk, (GDestroyNotify) graphbit_llm_chunk_unref, NULL);
          return TRUE;
        }
    }
  else
    {
      GPtrArray *chunks = graphbit_llm_call_take_chunks (self->call);

      if (read->kind == READ_CHUNKS && chunks->len > 0)
        {
          read_return (task, chunks, (GDestroyNotify) g_ptr_array_unref, NULL);
          return TRUE;
        }
      if (read->kind == READ_COLLECT)
        collect_chunks (chunks, read);
      g_ptr_array_unref (chunks);
    }

  if (!self->is_done)
    return FALSE;

  reader_return_end (self, task, read);
  return TRUE;
}

static void
reader_serve_pending (Reader *self)
{
  GTask *task = g_steal_pointer (&self->pending);
  GSource *cancelled = g_steal_pointer (&self->pending_cancelled);

  if (task == NULL)
    return;

  if (!reader_serve (self, task))
    {
      self->pending = task;
      self->pending_cancelled = cancelled;
    }
  else if (cancelled != NULL)
    {
      g_source_destroy (cancelled);
      g_source_unref (cancelled);
    }
}

static gboolean
on_read_cancelled (GCancellable *cancellable,
                   gpointer data)
{
  Reader *self = data;
  GTask *task;

  /* that read is served, and its callback runs the context */
  if (self->pending_cancelled != g_main_current_source ())
    return G_SOURCE_REMOVE;

  task = g_steal_pointer (&self->pending);
  g_clear_pointer (&self->pending_cancelled, g_source_unref);
  read_return (task, NULL, NULL, make_cancelled_error ());

  return G_SOURCE_REMOVE;
}

/* At home. Takes the task over. */
static void
reader_start (Reader *self,
              GTask *task,
              GMainContext *context)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (g_cancellable_is_cancelled (cancellable))
    {
      read_return (task, NULL, NULL, make_cancelled_error ());
      return;
    }
  if (reader_serve (self, task))
    return;

  self->pending = task;
  if (cancellable != NULL)
    {
      self->pending_cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->pending_cancelled, G_SOURCE_FUNC (on_read_cancelled), self, NULL);
      g_source_attach (self->pending_cancelled, context);
    }
}

/* A read of another thread waits for the home to run. */
static gboolean
start_foreign (gpointer data)
{
  GTask *task = data;
  GraphbitLlmStream *stream = g_task_get_source_object (task);

  (void) __atomic_load_n (&stream->is_reading, __ATOMIC_ACQUIRE);
  reader_start (stream->reader, g_object_ref (task), stream->reader->context);
  return G_SOURCE_REMOVE;
}

static void
stream_read_async (GraphbitLlmStream *self,
                   ReadKind kind,
                   gpointer source_tag,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = graphbit_task_new (self, source_tag, cancellable, callback, user_data);
  Read *read = g_new0 (Read, 1);

  read->kind = kind;
  g_task_set_task_data (task, read, read_free);

  if (__atomic_exchange_n (&self->is_reading, TRUE, __ATOMIC_ACQ_REL))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               _("The stream is being read already; wait for that read"));
      g_object_unref (task);
    }
  else if (graphbit_operation_is_home (self->reader->call))
    reader_start (self->reader, task, g_task_get_context (task));
  else
    {
      GSource *source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, start_foreign, task, g_object_unref);
      g_source_attach (source, self->reader->context);
      g_source_unref (source);
    }
}

/* A sync read at home runs the stream itself; elsewhere it waits for the home to run. */
static void
stream_read_begin (GraphbitLlmStream *self,
                   GraphbitSync *sync)
{
  gboolean is_home = graphbit_operation_is_home (self->reader->call);

  graphbit_sync_begin (sync);
  if (is_home)
    graphbit_sync_adopt (sync, self->reader->call);
}

static void
stream_append (GraphbitLlmStream *self,
               const char *text)
{
  if (*text == '\0')
    return;

  g_string_append (self->text, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
stream_append_chunk (GraphbitLlmStream *self,
                     GraphbitLlmChunk *chunk)
{
  if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
    stream_append (self, graphbit_llm_chunk_get_text (chunk));
}

/* In the reader's context: from here the handle is what was read. */
static gpointer
stream_read_finish (GraphbitLlmStream *self,
                    GAsyncResult *result,
                    GError **error)
{
  Read *read = g_task_get_task_data (G_TASK (result));
  gpointer value;

  /* sees what the home wrote, where that is another thread */
  (void) __atomic_load_n (&self->is_reading, __ATOMIC_ACQUIRE);
  value = graphbit_task_propagate_pointer (result, error);

  if (read->text != NULL)
    stream_append (self, read->text->str);
  if (value != NULL && read->kind == READ_CHUNK)
    stream_append_chunk (self, value);
  else if (value != NULL && read->kind == READ_CHUNKS)
    {
      GPtrArray *chunks = value;

      g_object_freeze_notify (G_OBJECT (self));
      for (guint i = 0; i < chunks->len; i++)
        stream_append_chunk (self, chunks->pdata[i]);
      g_object_thaw_notify (G_OBJECT (self));
    }

  if (read->is_end && self->state == GRAPHBIT_LLM_STREAM_STATE_ACTIVE)
    {
      g_set_object (&self->response, read->response);
      self->state = read->state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
      if (self->response != NULL)
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESPONSE]);
    }

  return value;
}

/* The call's side */

static void
reader_open (Reader *self,
             GraphbitLlmCall *call)
{
  GraphbitLlmStream *stream = g_object_new (GRAPHBIT_TYPE_LLM_STREAM, NULL);
  g_autoptr (GTask) task = g_steal_pointer (&self->opening);

  /* not before, for the home may be run by another thread than the one that is still starting */
  self->call = graphbit_operation_ref (call);
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  stream->reader = self;
  g_task_return_pointer (task, stream, g_object_unref);
}

static void
on_readable (GraphbitLlmCall *call,
             gpointer data)
{
  Reader *self = data;

  if (self->opening != NULL)
    reader_open (self, call);
  else
    reader_serve_pending (self);
}

static void
on_done (GraphbitLlmCall *call,
         GraphbitLlmResponse *response,
         GError *error,
         gpointer data)
{
  Reader *self = data;

  self->is_done = TRUE;
  self->response = response;
  self->error = error;

  if (self->opening == NULL)
    reader_serve_pending (self);
  else if (error == NULL)
    reader_open (self, call);
  else
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->opening);

      g_task_return_error (task, g_steal_pointer (&self->error));
    }
}

GraphbitOperation *
graphbit_llm_stream_open (GraphbitLlmClient *client,
                          GraphbitLlmRequest *request,
                          GMainContext *context,
                          GTask *task)
{
  Reader *self = g_new0 (Reader, 1);
  GraphbitLlmCallSetup setup = {
    .context = context,
    .cancellable = g_task_get_cancellable (task),
    .is_stream = TRUE,
    .readable = on_readable,
    .done = on_done,
    .data = self,
    .notify = reader_unref,
  };
  GraphbitLlmCall *call;
  GError *error = NULL;

  self->ref_count = 1;
  self->context = context != NULL ? g_main_context_ref (context) : g_main_context_ref_thread_default ();
  self->opening = task;
  call = graphbit_llm_call_start (client, request, &setup, &error);
  if (call == NULL)
    {
      reader_unref (self);
      g_task_return_error (task, error);
      g_object_unref (task);
      return NULL;
    }

  return graphbit_llm_call_get_operation (call);
}

/* The object */

static void
call_dropped (GraphbitOperation *operation,
              gpointer data)
{
  graphbit_llm_call_detach ((GraphbitLlmCall *) operation);
}

/* In any thread: the language's collector may run it. No read is pending, for that would hold the stream. */
static void
graphbit_llm_stream_finalize (GObject *object)
{
  GraphbitLlmStream *self = GRAPHBIT_LLM_STREAM (object);

  if (self->reader != NULL)
    {
      if (!graphbit_operation_is_complete (self->reader->call))
        graphbit_operation_invoke (self->reader->call, call_dropped, NULL, NULL);
      reader_unref (self->reader);
    }
  g_string_free (self->text, TRUE);
  g_clear_object (&self->response);

  G_OBJECT_CLASS (graphbit_llm_stream_parent_class)->finalize (object);
}

static void
graphbit_llm_stream_get_property (GObject *object,
                                  guint property_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitLlmStream *self = GRAPHBIT_LLM_STREAM (object);

  switch (property_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_RESPONSE:
      g_value_set_object (value, self->response);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_llm_stream_class_init (GraphbitLlmStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_stream_finalize;
  object_class->get_property = graphbit_llm_stream_get_property;

  /**
   * GraphbitLlmStream:text: (getter get_text)
   *
   * The answer's text as far as it was read.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);

  /**
   * GraphbitLlmStream:state: (getter get_state)
   *
   * How far the reader has come.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL,
                                              GRAPHBIT_TYPE_LLM_STREAM_STATE, GRAPHBIT_LLM_STREAM_STATE_ACTIVE,
                                              flags);

  /**
   * GraphbitLlmStream:response: (getter get_response)
   *
   * The whole answer, once its end was read.
   *
   * Since: 1.0
   */
  properties[PROP_RESPONSE] = g_param_spec_object ("response", NULL, NULL, GRAPHBIT_TYPE_LLM_RESPONSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_stream_init (GraphbitLlmStream *self)
{
  self->text = g_string_new (NULL);
}

/**
 * graphbit_llm_stream_next_chunk_async:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads the next piece, waiting for it if need be.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmStream.next_chunk_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_stream_next_chunk_async (GraphbitLlmStream *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  stream_read_async (self, READ_CHUNK, graphbit_llm_stream_next_chunk_async, cancellable, callback, user_data);
}

/**
 * graphbit_llm_stream_next_chunk_finish:
 * @self: a stream
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmStream.next_chunk_async] began.
 *
 * Fails with %G_IO_ERROR_PENDING while another read is under way,
 * with %G_IO_ERROR_CANCELLED when the read or the stream was
 * cancelled, and with what went wrong when the answer broke off; the error's
 * [class@ErrorDetails] then have what had come. Every read after the end gives
 * the same.
 *
 * Returns: (transfer full) (nullable): the next piece, or %NULL at the end
 *
 * Since: 1.0
 */
GraphbitLlmChunk *
graphbit_llm_stream_next_chunk_finish (GraphbitLlmStream *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_stream_next_chunk_async), NULL);

  return stream_read_finish (self, result, error);
}

/**
 * graphbit_llm_stream_next_chunk:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @error: where to put an error
 *
 * Reads the next piece and blocks until it is there. Your main context does not
 * run meanwhile, but the stream does. Errors are those of
 * [method@LlmStream.next_chunk_finish].
 *
 * Returns: (transfer full) (nullable): the next piece, or %NULL at the end
 *
 * Since: 1.0
 */
GraphbitLlmChunk *
graphbit_llm_stream_next_chunk (GraphbitLlmStream *self,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  stream_read_begin (self, &sync);
  graphbit_llm_stream_next_chunk_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_stream_next_chunk_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_stream_next_chunks_async:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads every piece that waits, and waits for one if there is none. Cheaper
 * than [method@LlmStream.next_chunk_async] where pieces come fast.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmStream.next_chunks_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_stream_next_chunks_async (GraphbitLlmStream *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  stream_read_async (self, READ_CHUNKS, graphbit_llm_stream_next_chunks_async, cancellable, callback, user_data);
}

/**
 * graphbit_llm_stream_next_chunks_finish:
 * @self: a stream
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmStream.next_chunks_async] began. Errors are those of
 * [method@LlmStream.next_chunk_finish].
 *
 * Returns: (transfer container) (element-type GraphbitLlmChunk): the pieces in
 *   their order; none at the end
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_llm_stream_next_chunks_finish (GraphbitLlmStream *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_stream_next_chunks_async), NULL);

  return stream_read_finish (self, result, error);
}

/**
 * graphbit_llm_stream_next_chunks:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @error: where to put an error
 *
 * Reads every piece that waits, and blocks until there is one. Your main
 * context does not run meanwhile, but the stream does. Errors are those of
 * [method@LlmStream.next_chunk_finish].
 *
 * Returns: (transfer container) (element-type GraphbitLlmChunk): the pieces in
 *   their order; none at the end
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_llm_stream_next_chunks (GraphbitLlmStream *self,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  stream_read_begin (self, &sync);
  graphbit_llm_stream_next_chunks_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_stream_next_chunks_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_stream_collect_async:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads to the end. The answer is whole, also where a part of it was read
 * before.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmStream.collect_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_stream_collect_async (GraphbitLlmStream *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  stream_read_async (self, READ_COLLECT, graphbit_llm_stream_collect_async, cancellable, callback, user_data);
}

/**
 * graphbit_llm_stream_collect_finish:
 * @self: a stream
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmStream.collect_async] began. Errors are those of
 * [method@LlmStream.next_chunk_finish].
 *
 * Returns: (transfer full): the whole answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_stream_collect_finish (GraphbitLlmStream *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_stream_collect_async), NULL);

  return stream_read_finish (self, result, error);
}

/**
 * graphbit_llm_stream_collect:
 * @self: a stream
 * @cancellable: (nullable): ends this wait only; the stream stays readable
 * @error: where to put an error
 *
 * Reads to the end and blocks until it is reached. Your main context does not
 * run meanwhile, but the stream does. Errors are those of
 * [method@LlmStream.next_chunk_finish].
 *
 * Returns: (transfer full): the whole answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_stream_collect (GraphbitLlmStream *self,
                             GCancellable *cancellable,
                             GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  stream_read_begin (self, &sync);
  graphbit_llm_stream_collect_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_stream_collect_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_stream_cancel:
 * @self: a stream
 *
 * Stops the answer: the connection is closed, and the read that is under way
 * or comes next fails with %G_IO_ERROR_CANCELLED. Pieces that were
 * not read are dropped. May be called from any thread, and more than once; after
 * the end was read it does nothing that can be seen.
 *
 * Since: 1.0
 */
void
graphbit_llm_stream_cancel (GraphbitLlmStream *self)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_STREAM (self) && self->reader != NULL);

  if (__atomic_exchange_n (&self->reader->is_cancelled, TRUE, __ATOMIC_ACQ_REL))
    return;
  if (!graphbit_operation_is_complete (self->reader->call))
    graphbit_llm_call_cancel (self->reader->call);
}

/**
 * graphbit_llm_stream_get_text: (get-property text)
 * @self: a stream
 *
 * Gets the answer's text as far as it was read.
 *
 * Returns: (transfer none): the text, valid until the next read is finished
 *
 * Since: 1.0
 */
const char *
graphbit_llm_stream_get_text (GraphbitLlmStream *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), NULL);

  return self->text->str;
}

/**
 * graphbit_llm_stream_get_state: (get-property state)
 * @self: a stream
 *
 * Gets how far the reader has come.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
GraphbitLlmStreamState
graphbit_llm_stream_get_state (GraphbitLlmStream *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), GRAPHBIT_LLM_STREAM_STATE_FAILED);

  return self->state;
}

/**
 * graphbit_llm_stream_get_response: (get-property response)
 * @self: a stream
 *
 * Gets the whole answer, once its end was read.
 *
 * Returns: (transfer none) (nullable): the answer, or %NULL before the end or after a failure
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_stream_get_response (GraphbitLlmStream *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_STREAM (self), NULL);

  return self->response;
}
