/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-runner-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-http-fetch-private.h"
#include "graphbit-json-private.h"

static void
on_fetched (GraphbitOperation *operation,
            gpointer data,
            char *text,
            GError *error)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);

  scheduler->records[node].work = NULL;
  /* it was sent again already, as often as the node says */
  graphbit_scheduler_end_node (scheduler, node, text, error, TRUE);
}

typedef struct
{
  GraphbitScheduler *scheduler;
  const GraphbitTemplateReference *start; /* of the URL; NULL: it begins with text */
} UrlResolver;

/* What is put into a URL stays within its place; only what the URL begins with is the author's to trust. */
static char *
resolve_for_url (const GraphbitTemplateReference *reference,
                 gpointer data)
{
  const UrlResolver *self = data;
  g_autofree char *value = graphbit_scheduler_resolve (reference, self->scheduler);

  if (value == NULL || reference == self->start)
    return g_steal_pointer (&value);
  return g_uri_escape_string (value, NULL, FALSE);
}

static char *
expand_url (GraphbitScheduler *scheduler,
            guint node,
            GraphbitTemplate *url,
            GError **error)
{
  UrlResolver resolver = { scheduler, NULL };
  g_autoptr (GPtrArray) unresolved = NULL;
  char *expanded;

  if (graphbit_template_get_n_references (url) > 0 &&
      g_str_has_prefix (graphbit_template_get_text (url), graphbit_template_get_reference (url, 0)->source))
    resolver.start = graphbit_template_get_reference (url, 0);

  expanded = graphbit_template_expand (url, resolve_for_url, &resolver, &unresolved);
  if (expanded == NULL)
    graphbit_scheduler_set_unresolved (scheduler, node, unresolved, error);
  return expanded;
}

static gboolean
add_headers (GraphbitScheduler *scheduler,
             guint node,
             const GraphbitPlanHttp *http,
             GraphbitHttpRequest *request,
             gboolean *has_type,
             GError **error)
{
  for (guint i = 0; i < http->n_headers; i++)
    {
      const GraphbitPlanHeader *header = &http->headers[i];
      g_autofree char *value = graphbit_scheduler_expand (scheduler, node, header->value, error);

      if (value == NULL)
        return FALSE;
      if (!graphbit_http_fetch_is_header_value (value))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                       _("The header “%s” of the node “%s” would have a line break or another control character in it"),
                       header->name, scheduler->nodes[node].name);
          return FALSE;
        }
      graphbit_http_request_add_header (request, header->name, value);
      *has_type |= g_ascii_strcasecmp (header->name, "Content-Type") == 0;
    }

  return TRUE;
}

static const char *
guess_type (const char *body)
{
  g_autoptr (JsonNode) root = graphbit_json_parse (body, -1, NULL);

  return root != NULL ? "application/json" : "text/plain; charset=utf-8";
}

gboolean
graphbit_runner_run_http (GraphbitScheduler *scheduler,
                          guint node,
                          char **output,
                          GError **error)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];
  const GraphbitPlanHttp *http = plan_node->settings;
  g_autofree char *url = expand_url (scheduler, node, http->url, error);
  g_autoptr (GraphbitHttpRequest) request = NULL;
  gboolean has_type = FALSE;

  if (url == NULL)
    return TRUE;

  request = graphbit_http_request_new (http->method, url);
  if (!add_headers (scheduler, node, http, request, &has_type, error))
    return TRUE;
  if (http->body != NULL)
    {
      char *body = graphbit_scheduler_expand (scheduler, node, http->body, error);

      if (body == NULL)
        return TRUE;
      request->content_type = has_type ? NULL : guess_type (body);
      request->body = g_bytes_new_take (body, strlen (body));
    }
  request->max_retries = plan_node->max_retries;
  request->deadline = graphbit_scheduler_get_deadline (scheduler);
  request->deadline_kind = GRAPHBIT_HTTP_DEADLINE_RUN;
  request->deadline_ms = (guint64) scheduler->root->settings.timeout_seconds * 1000;

  scheduler->records[node].work =
    graphbit_http_fetch_start (scheduler, g_steal_pointer (&request), graphbit_http_address_is_public,
                               (const char *const *) http->allowed_hosts, on_fetched, GUINT_TO_POINTER (node));
  return FALSE;
}

void
graphbit_runner_stop_http (GraphbitScheduler *scheduler,
                           guint node)
{
  GraphbitHttpFetch *fetch = g_steal_pointer (&scheduler->records[node].work);

  graphbit_http_fetch_cancel (&fetch);
}
