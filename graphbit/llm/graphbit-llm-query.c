/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-query-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-failure-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-response.h"
#include "graphbit-model-info.h"

/* A list that goes on longer than this goes round in a circle. */
#define MAX_PAGES 100

/* Takes the task over. */
static void
return_error (GTask *task,
              GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* NULL: the task was returned. */
static GraphbitLlmConfig *
get_checked_config (GraphbitLlmClient *client,
                    GTask *task)
{
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  GError *error = NULL;

  if (config == NULL)
    error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                 _("The client has no configuration; give it one when it is made"));
  else if (graphbit_llm_config_check (config, &error))
    return config;

  return_error (task, error);
  return NULL;
}

/* FALSE: `done` will not be called, and the task was returned. */
static gboolean
start_query (GraphbitLlmClient *client,
             const char *method,
             const char *path,
             GraphbitLlmCallDone done,
             GTask *task,
             gpointer data)
{
  const GraphbitLlmQuery query = { method, path };
  const GraphbitLlmCallSetup setup = {
    .context = g_task_get_context (task),
    .cancellable = g_task_get_cancellable (task),
    .query = &query,
    .done = done,
    .data = data,
  };
  GError *error = NULL;
  GraphbitLlmCall *call = graphbit_llm_call_start (client, NULL, &setup, &error);

  if (call == NULL)
    {
      return_error (task, error);
      return FALSE;
    }

  graphbit_operation_unref (call);
  return TRUE;
}

/* The list of models */

typedef struct
{
  GTask *task;
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  GListStore *models;
  guint n_pages;
} Listing;

static void
listing_free (Listing *self)
{
  g_object_unref (self->models);
  g_free (self);
}

static void page_done (GraphbitLlmCall *call, GraphbitLlmResponse *response, GError *error, gpointer data);

static void
listing_ask (Listing *self,
             const char *after)
{
  GraphbitLlmClient *client = g_task_get_source_object (self->task);
  g_autofree char *path = self->dialect->models_path (self->vendor, after);

  self->n_pages++;
  if (!start_query (client, "GET", path, page_done, self->task, self))
    listing_free (self);
}

static void
page_done (GraphbitLlmCall *call,
           GraphbitLlmResponse *response,
           GError *error,
           gpointer data)
{
  Listing *self = data;
  g_autoptr (GraphbitLlmResponse) taken = response;
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autofree char *after = NULL;

  if (error == NULL)
    {
      const char *body = graphbit_llm_response_get_raw_json (response);

      failure = self->dialect->parse_models (self->vendor, body, strlen (body), self->models, &after);
      if (failure != NULL)
        {
          failure->attempts = graphbit_llm_response_get_attempts (response);
          graphbit_llm_call_redact (call, graphbit_llm_client_get_config (g_task_get_source_object (self->task)), failure);
          error = graphbit_failure_to_error (failure, NULL);
        }
    }

  if (error == NULL && after != NULL && self->n_pages < MAX_PAGES)
    {
      listing_ask (self, after);
      return;
    }

  if (error != NULL)
    return_error (self->task, error);
  else
    {
      g_task_return_pointer (self->task, g_object_ref (self->models), g_object_unref);
      g_object_unref (self->task);
    }
  listing_free (self);
}

/* What answers in the application has one model, but an application's own provider does not tell. */
static GListStore *
list_built_in (GraphbitLlmConfig *config)
{
  GListStore *models = g_list_store_new (GRAPHBIT_TYPE_MODEL_INFO);
  g_autoptr (GraphbitModelInfo) info = graphbit_model_info_new (graphbit_llm_config_resolve_model (config));

  g_list_store_append (models, info);
  return models;
}

void
graphbit_llm_query_list_models (GraphbitLlmClient *client,
                                GTask *task)
{
  GraphbitLlmConfig *config = get_checked_config (client, task);
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  Listing *self;

  if (config == NULL)
    return;

  vendor = graphbit_llm_config_get_vendor (config);
  dialect = graphbit_llm_dialect_for (vendor->wire);
  if (dialect == NULL && graphbit_llm_config_get_llm_provider (config) == NULL)
    {
      g_task_return_pointer (task, list_built_in (config), g_object_unref);
      g_object_unref (task);
      return;
    }
  if (dialect == NULL || dialect->models_path == NULL)
    {
      return_error (task, g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                                       _("%s has no list of models; set the model by the name that it documents"),
                                       vendor->title));
      return;
    }

  self = g_new0 (Listing, 1);
  self->task = task;
  self->vendor = vendor;
  self->dialect = dialect;
  self->models = g_list_store_new (GRAPHBIT_TYPE_MODEL_INFO);
  listing_ask (self, NULL);
}

/* The first connection */

/* Whoever refuses this request, for it is none of those it knows, can be reached all the same. */
static gboolean
is_beside_the_point (const GError *error)
{
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
  int status = details != NULL ? graphbit_error_details_get_http_status (details) : 0;

  return status >= 400 && status < 500 && status != 407 && status != 429 &&
         !g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

static void
warm_up_done (GraphbitLlmCall *call,
              GraphbitLlmResponse *response,
              GError *error,
              gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error == NULL || is_beside_the_point (error))
    {
      g_task_return_boolean (task, TRUE);
      g_clear_error (&error);
    }
  else
    g_task_return_error (task, error);
  g_clear_object (&response);
}

void
graphbit_llm_query_warm_up (GraphbitLlmClient *client,
                            GTask *task)
{
  GraphbitLlmConfig *config = get_checked_config (client, task);
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  g_autofree char *path = NULL;

  if (config == NULL)
    return;

  vendor = graphbit_llm_config_get_vendor (config);
  dialect = graphbit_llm_dialect_for (vendor->wire);
  if (dialect == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  /* the list of models is what costs nothing and needs the key; its head is enough */
  path = dialect->models_path != NULL ? dialect->models_path (vendor, NULL) : g_strdup ("");
  start_query (client, "HEAD", path, warm_up_done, task, task);
}
