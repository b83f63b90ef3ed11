/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-job.h"

#include <glib/gi18n-lib.h>

#include "graphbit-embedding-call-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-sync-private.h"

/**
 * GraphbitEmbeddingJob:
 *
 * Many texts to be embedded, for whoever wants to show how far that is: what
 * [method@EmbeddingClient.embed_many] does, with a
 * [property@EmbeddingJob:progress].
 *
 * A job belongs to one thread: that in which it is run. It is stopped by the
 * cancellable it is run with.
 *
 * Since: 1.0
 */
struct _GraphbitEmbeddingJob
{
  GObject parent_instance;

  GraphbitEmbeddingClient *client;
  char **texts; /* never NULL once constructed */
  guint n_texts;
  guint n_done;
  GTask *running; /* no reference */
};

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_TEXTS,
  PROP_PROGRESS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitEmbeddingJob, graphbit_embedding_job, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_embedding_job_finalize (GObject *object)
{
  GraphbitEmbeddingJob *self = GRAPHBIT_EMBEDDING_JOB (object);

  g_clear_object (&self->client);
  g_strfreev (self->texts);

  G_OBJECT_CLASS (graphbit_embedding_job_parent_class)->finalize (object);
}

static void
graphbit_embedding_job_get_property (GObject *object,
                                     guint property,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitEmbeddingJob *self = GRAPHBIT_EMBEDDING_JOB (object);

  switch (property)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_TEXTS:
      g_value_set_boxed (value, self->texts);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, graphbit_embedding_job_get_progress (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_job_set_property (GObject *object,
                                     guint property,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitEmbeddingJob *self = GRAPHBIT_EMBEDDING_JOB (object);

  switch (property)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_TEXTS:
      self->texts = g_value_get_boxed (value) != NULL ? g_value_dup_boxed (value) : g_new0 (char *, 1);
      self->n_texts = g_strv_length (self->texts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_job_class_init (GraphbitEmbeddingJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_embedding_job_finalize;
  object_class->get_property = graphbit_embedding_job_get_property;
  object_class->set_property = graphbit_embedding_job_set_property;

  /**
   * GraphbitEmbeddingJob:client: (getter get_client)
   *
   * Who does it.
   *
   * Since: 1.0
   */
  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, GRAPHBIT_TYPE_EMBEDDING_CLIENT, construct_only);
  /**
   * GraphbitEmbeddingJob:texts: (getter get_texts)
   *
   * What is embedded.
   *
   * Since: 1.0
   */
  properties[PROP_TEXTS] = g_param_spec_boxed ("texts", NULL, NULL, G_TYPE_STRV, construct_only);
  /**
   * GraphbitEmbeddingJob:progress: (getter get_progress)
   *
   * How many of the texts have their vector or have failed, from 0 to 1. It
   * grows while the job runs, and notifies in the main context in which it is run.
   *
   * Since: 1.0
   */
  properties[PROP_PROGRESS] =
    g_param_spec_double ("progress", NULL, NULL, 0.0, 1.0, 0.0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_embedding_job_init (GraphbitEmbeddingJob *self)
{
}

/**
 * graphbit_embedding_job_new:
 * @client: who does it
 * @texts: (array zero-terminated=1): what to embed
 *
 * Makes a job. Nothing is sent yet.
 *
 * Returns: (transfer full): a new job
 *
 * Since: 1.0
 */
GraphbitEmbeddingJob *
graphbit_embedding_job_new (GraphbitEmbeddingClient *client,
                            const char *const *texts)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (client), NULL);
  g_return_val_if_fail (texts != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_EMBEDDING_JOB, "client", client, "texts", texts, NULL);
}

/**
 * graphbit_embedding_job_get_client: (get-property client)
 * @self: a job
 *
 * Gets who does it.
 *
 * Returns: (transfer none) (nullable): the client, %NULL where the job was made without one
 *
 * Since: 1.0
 */
GraphbitEmbeddingClient *
graphbit_embedding_job_get_client (GraphbitEmbeddingJob *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self), NULL);

  return self->client;
}

/**
 * graphbit_embedding_job_get_texts: (get-property texts)
 * @self: a job
 *
 * Gets what is embedded.
 *
 * Returns: (transfer none) (array zero-terminated=1): the texts
 *
 * Since: 1.0
 */
const char *const *
graphbit_embedding_job_get_texts (GraphbitEmbeddingJob *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self), NULL);

  return (const char *const *) self->texts;
}

/**
 * graphbit_embedding_job_get_progress: (get-property progress)
 * @self: a job
 *
 * Gets how many of the texts have their vector or have failed.
 *
 * Returns: from 0 to 1
 *
 * Since: 1.0
 */
gdouble
graphbit_embedding_job_get_progress (GraphbitEmbeddingJob *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self), 0.0);

  return self->n_texts > 0 ? self->n_done / (double) self->n_texts : 1.0;
}

static void
set_done (GraphbitEmbeddingJob *self,
          guint n_done)
{
  if (self->n_done == n_done)
    return;

  self->n_done = n_done;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
on_progress (GTask *task,
             guint n_done)
{
  set_done (g_task_get_source_object (task), n_done);
}

static void
forget_running (GraphbitEmbeddingJob *self,
                gpointer task)
{
  if (self->running == task)
    self->running = NULL;
}

/* Also where nobody asks for the result. */
static void
on_ended (GTask *task,
          GParamSpec *pspec,
          gpointer data)
{
  forget_running (g_task_get_source_object (task), task);
}

/**
 * graphbit_embedding_job_run_async:
 * @self: a job
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Has the texts embedded, as [method@EmbeddingClient.embed_many_async] does. A
 * job may be run again when it has ended; its progress then begins at 0.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@EmbeddingJob.run_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_embedding_job_run_async (GraphbitEmbeddingJob *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task;

  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_embedding_job_run_async, cancellable, callback, user_data);
  if (self->client == NULL || self->running != NULL)
    {
      if (self->client == NULL)
        g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT, "%s",
                                 _("The job has no client; give it one when it is made"));
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "%s", _("The job is being run already; wait for its end"));
      g_object_unref (task);
      return;
    }

  self->running = task;
  self->n_done = 0;
  g_signal_connect (task, "notify::completed", G_CALLBACK (on_ended), NULL);
  graphbit_embedding_call_start (self->client, GRAPHBIT_EMBEDDING_WISH_MANY, (const char *const *) self->texts, self->n_texts,
                                 on_progress, task);
}

/**
 * graphbit_embedding_job_run_finish:
 * @self: a job
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@EmbeddingJob.run_async] began.
 *
 * Fails as [method@EmbeddingClient.embed_many_finish] does, and with
 * %G_IO_ERROR_PENDING if the job was being run already.
 *
 * Returns: (transfer container) (element-type GraphbitEmbedding): an embedding for each text
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_job_run_finish (GraphbitEmbeddingJob *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_job_run_async), NULL);

  forget_running (self, result);
  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_embedding_job_run:
 * @self: a job
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Has the texts embedded and blocks until all have ended. Your main context does
 * not run meanwhile, but the progress notifies. Errors are those of
 * [method@EmbeddingJob.run_finish].
 *
 * Returns: (transfer container) (element-type GraphbitEmbedding): an embedding for each text
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_job_run (GraphbitEmbeddingJob *self,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_JOB (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_embedding_job_run_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_job_run_finish (self, graphbit_sync_wait (&sync), error);
}
