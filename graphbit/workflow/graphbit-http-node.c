/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-http-address-private.h"
#include "graphbit-http-fetch-private.h"
#include "graphbit-json-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitHttpNode:
 *
 * A node that sends one HTTP request; its output is the body of the answer, as
 * text.
 *
 * A status of 400 or more fails the node, with the status in its
 * [class@ErrorDetails]. Redirects are followed, ten at most.
 * [property@Node:max-retries] says how often the request is sent again after a
 * failure that may pass, such as a status of 503 or a broken connection, with the
 * same delays as for models; the default is never, since not every request may be
 * sent twice. All attempts together have [property@Node:timeout-ms], and at most
 * the time that the run has left. An answer of more than 64 MiB fails.
 *
 * URLs that come out of a workflow may be anybody's, so this machine, private
 * networks, link-local and multicast addresses and the metadata services of
 * clouds are refused with %GRAPHBIT_ERROR_PERMISSION, also where a name or a
 * redirect leads there. What is meant to be reached is named in
 * [property@HttpNode:allowed-hosts]. No proxy is used, and no cookies are kept.
 *
 * The page [Workflows](workflows.html#fetch) says more.
 *
 * Since: 1.0
 */
struct _GraphbitHttpNode
{
  GraphbitNode parent_instance;

  char *url;
  char *method;
  GVariant *headers;
  char *body;
  char **allowed_hosts;
};

G_DEFINE_FINAL_TYPE (GraphbitHttpNode, graphbit_http_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_URL,
  PROP_METHOD,
  PROP_HEADERS,
  PROP_BODY,
  PROP_ALLOWED_HOSTS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_http_node_finalize (GObject *object)
{
  GraphbitHttpNode *self = GRAPHBIT_HTTP_NODE (object);

  g_free (self->url);
  g_free (self->method);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_free (self->body);
  g_strfreev (self->allowed_hosts);

  G_OBJECT_CLASS (graphbit_http_node_parent_class)->finalize (object);
}

static void
graphbit_http_node_get_property (GObject *object,
                                 guint property_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitHttpNode *self = GRAPHBIT_HTTP_NODE (object);

  switch (property_id)
    {
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_METHOD:
      g_value_set_string (value, graphbit_http_node_get_method (self));
      break;
    case PROP_HEADERS:
      g_value_set_variant (value, self->headers);
      break;
    case PROP_BODY:
      g_value_set_string (value, self->body);
      break;
    case PROP_ALLOWED_HOSTS:
      g_value_set_boxed (value, self->allowed_hosts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_http_node_set_property (GObject *object,
                                 guint property_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitHttpNode *self = GRAPHBIT_HTTP_NODE (object);

  switch (property_id)
    {
    case PROP_URL:
      self->url = g_value_dup_string (value);
      break;
    case PROP_METHOD:
      graphbit_http_node_set_method (self, g_value_get_string (value));
      break;
    case PROP_HEADERS:
      graphbit_http_node_set_headers (self, g_value_get_variant (value));
      break;
    case PROP_BODY:
      graphbit_http_node_set_body (self, g_value_get_string (value));
      break;
    case PROP_ALLOWED_HOSTS:
      graphbit_http_node_set_allowed_hosts (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_http_node_class_init (GraphbitHttpNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_http_node_finalize;
  object_class->get_property = graphbit_http_node_get_property;
  object_class->set_property = graphbit_http_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_HTTP);

  /**
   * GraphbitHttpNode:url: (getter get_url)
   *
   * Where the request goes, a template. Not empty. What is put in for a reference is
   * escaped, so that it stays within its part of the URL; only one at the very
   * beginning is put in as it is.
   *
   * Since: 1.0
   */
  properties[PROP_URL] =
    g_param_spec_string ("url", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitHttpNode:method: (getter get_method) (setter set_method)
   *
   * What is asked: `GET`, the default, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` or
   * `OPTIONS`.
   *
   * Since: 1.0
   */
  properties[PROP_METHOD] =
    g_param_spec_string ("method", NULL, NULL, "GET",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitHttpNode:headers: (getter get_headers) (setter set_headers)
   *
   * Headers that are sent with the request, an `a{ss}` whose values are
   * templates. %NULL, the default: none. Keys belong here, and not into inputs of
   * the run, which its result shows. They are not sent on to another host by a
   * redirect. What the library has to set itself, such as `Host` and `User-Agent`,
   * is refused.
   *
   * [method@Workflow.to_json] leaves a header out whose name suggests a credential,
   * such as `Authorization` or `X-Api-Key`, unless its value is nothing but a
   * reference (`{key}`, `Bearer {key}`). Set it again after reading.
   *
   * Since: 1.0
   */
  properties[PROP_HEADERS] =
    g_param_spec_variant ("headers", NULL, NULL, G_VARIANT_TYPE ("a{ss}"), NULL,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS | GRAPHBIT_PARAM_HEADERS);

  /**
   * GraphbitHttpNode:body: (getter get_body) (setter set_body)
   *
   * What is sent along, a template. %NULL, the default: nothing. Without a
   * `Content-Type` among the headers it is sent as `application/json` if it is a
   * JSON document, and else as `text/plain; charset=utf-8`.
   *
   * Since: 1.0
   */
  properties[PROP_BODY] =
    g_param_spec_string ("body", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitHttpNode:allowed-hosts: (getter get_allowed_hosts) (setter set_allowed_hosts)
   *
   * The hosts that may be reached wherever their addresses are: names or addresses
   * as they stand in URLs, without ports. %NULL, the default: none. A host that
   * comes of a redirect counts as one in the URL does.
   *
   * Since: 1.0
   */
  properties[PROP_ALLOWED_HOSTS] =
    g_param_spec_boxed ("allowed-hosts", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_http_node_init (GraphbitHttpNode *self)
{
}

/**
 * graphbit_http_node_new:
 * @name: what it is called
 * @url: the URL, a template
 *
 * Makes a node that sends a request.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitHttpNode *
graphbit_http_node_new (const char *name,
                        const char *url)
{
  return g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", name, "url", url, NULL);
}

static void
build_headers (GraphbitHttpNode *self,
               GraphbitPlanHttp *http,
               GStringChunk *texts,
               GraphbitReport *report)
{
  const char *node_name = graphbit_node_get_name (GRAPHBIT_NODE (self));
  GVariantIter iter;
  const char *name, *value;

  http->headers = g_new0 (GraphbitPlanHeader, g_variant_iter_init (&iter, self->headers));
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      GraphbitHttpHeaderVerdict verdict = graphbit_http_fetch_judge_header (name);
      g_autofree char *shown = g_strescape (name, NULL);

      http->headers[http->n_headers].name = graphbit_node_copy_text (texts, name);
      http->headers[http->n_headers++].value = graphbit_node_parse_template (value);

      /* never the value */
      if (verdict == GRAPHBIT_HTTP_HEADER_RESERVED)
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "headers",
                             _("leave it out"),
                             _("The header “%s” of the node “%s” cannot be chosen"), shown, node_name);
      else if (verdict == GRAPHBIT_HTTP_HEADER_MALFORMED || !graphbit_http_fetch_is_header_value (value))
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "headers",
                             _("write it in one line, with letters, digits and hyphens in its name"),
                             _("The header “%s” of the node “%s” is malformed"), shown, node_name);
    }
}

/* What can be told of the URL before there is anything to put in. */
static void
check_url (GraphbitHttpNode *self,
           GraphbitPlanHttp *http,
           GraphbitReport *report)
{
  const char *name = graphbit_node_get_name (GRAPHBIT_NODE (self));
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  if (graphbit_text_is_blank (self->url))
    {
      graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "url",
                           _("say where the request goes"),
                           _("The URL of the node “%s” is empty"), name);
      return;
    }
  if (graphbit_template_get_n_references (http->url) > 0)
    return;

  uri = graphbit_http_address_parse (self->url, NULL, &failure);
  if (uri != NULL && !graphbit_http_address_is_named (uri, (const char *const *) self->allowed_hosts))
    failure = graphbit_http_address_check (uri, graphbit_http_address_is_public);
  if (failure == NULL)
    return;

  error = graphbit_failure_to_error (failure, NULL);
  graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "url", NULL,
                       _("The node “%s” cannot send its request: %s"), name, error->message);
}

void
graphbit_http_node_build (GraphbitNode *node,
                          gpointer settings,
                          GStringChunk *texts,
                          GraphbitReport *report)
{
  GraphbitHttpNode *self = GRAPHBIT_HTTP_NODE (node);
  GraphbitPlanHttp *http = settings;

  http->url = graphbit_node_parse_template (self->url);
  http->body = graphbit_node_parse_template (self->body);
  http->allowed_hosts = g_strdupv (self->allowed_hosts);
  http->method = graphbit_http_fetch_find_method (graphbit_http_node_get_method (self));
  check_url (self, http, report);
  if (self->headers != NULL)
    build_headers (self, http, texts, report);

  if (http->method == NULL)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "method",
                         _("set it to GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS"),
                         _("The method of the node “%s” is not known"), graphbit_node_get_name (node));

  if (self->body != NULL &&
      (g_strcmp0 (http->method, "GET") == 0 || g_strcmp0 (http->method, "HEAD") == 0))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "body",
                         _("leave the body out, or set the method to POST"),
                         _("The node “%s” sends a body along with %s, which servers do not expect"),
                         graphbit_node_get_name (node), http->method);
}

/**
 * graphbit_http_node_get_url: (get-property url)
 * @self: a node
 *
 * Gets where the request goes.
 *
 * Returns: (nullable): the URL, or %NULL if the node was made without one, which
 *   no workflow takes
 *
 * Since: 1.0
 */
const char *
graphbit_http_node_get_url (GraphbitHttpNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_HTTP_NODE (self), NULL);

  return self->url;
}

/**
 * graphbit_http_node_get_method: (get-property method)
 * @self: a node
 *
 * Gets what is asked.
 *
 * Returns: the method
 *
 * Since: 1.0
 */
const char *
graphbit_http_node_get_method (GraphbitHttpNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_HTTP_NODE (self), NULL);

  return self->method != NULL ? self->method : "GET";
}

/**
 * graphbit_http_node_set_method: (set-property method)
 * @self: a node
 * @method: (nullable): the method; %NULL: `GET`
 *
 * Sets what is asked.
 *
 * Since: 1.0
 */
void
graphbit_http_node_set_method (GraphbitHttpNode *self,
                               const char *method)
{
  g_return_if_fail (GRAPHBIT_IS_HTTP_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->method, method, properties[PROP_METHOD]);
}

/**
 * graphbit_http_node_get_headers: (get-property headers)
 * @self: a node
 *
 * Gets the headers.
 *
 * Returns: (transfer none) (nullable): an `a{ss}`, or %NULL
 *
 * Since: 1.0
 */
GVariant *
graphbit_http_node_get_headers (GraphbitHttpNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_HTTP_NODE (self), NULL);

  return self->headers;
}

/**
 * graphbit_http_node_set_headers: (set-property headers)
 * @self: a node
 * @headers: (nullable): an `a{ss}`, or %NULL; a floating one is taken over
 *
 * Sets the headers.
 *
 * Since: 1.0
 */
void
graphbit_http_node_set_headers (GraphbitHttpNode *self,
                                GVariant *headers)
{
  g_autoptr (GVariant) taken = headers != NULL ? g_variant_ref_sink (headers) : NULL;

  g_return_if_fail (GRAPHBIT_IS_HTTP_NODE (self));
  g_return_if_fail (headers == NULL || g_variant_is_of_type (headers, G_VARIANT_TYPE ("a{ss}")));

  if (self->headers == headers || (self->headers != NULL && headers != NULL && g_variant_equal (self->headers, headers)))
    return;

  g_clear_pointer (&self->headers, g_variant_unref);
  self->headers = g_steal_pointer (&taken);
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADERS]);
}

/**
 * graphbit_http_node_get_body: (get-property body)
 * @self: a node
 *
 * Gets what is sent along.
 *
 * Returns: (nullable): the body, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_http_node_get_body (GraphbitHttpNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_HTTP_NODE (self), NULL);

  return self->body;
}

/**
 * graphbit_http_node_set_body: (set-property body)
 * @self: a node
 * @body: (nullable): the body, a template; %NULL: none
 *
 * Sets what is sent along.
 *
 * Since: 1.0
 */
void
graphbit_http_node_set_body (GraphbitHttpNode *self,
                             const char *body)
{
  g_return_if_fail (GRAPHBIT_IS_HTTP_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->body, body, properties[PROP_BODY]);
}

/**
 * graphbit_http_node_get_allowed_hosts: (get-property allowed-hosts)
 * @self: a node
 *
 * Gets the hosts that may be reached wherever they are.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): hosts, or %NULL
 *
 * Since: 1.0
 */
const char *const *
graphbit_http_node_get_allowed_hosts (GraphbitHttpNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_HTTP_NODE (self), NULL);

  return (const char *const *) self->allowed_hosts;
}

/**
 * graphbit_http_node_set_allowed_hosts: (set-property allowed-hosts)
 * @self: a node
 * @allowed_hosts: (array zero-terminated=1) (nullable): hosts, or %NULL for none
 *
 * Sets the hosts that may be reached wherever they are.
 *
 * Since: 1.0
 */
void
graphbit_http_node_set_allowed_hosts (GraphbitHttpNode *self,
                                      const char *const *allowed_hosts)
{
  g_return_if_fail (GRAPHBIT_IS_HTTP_NODE (self));

  if ((const char *const *) self->allowed_hosts == allowed_hosts ||
      (self->allowed_hosts != NULL && allowed_hosts != NULL && g_strv_equal ((const char *const *) self->allowed_hosts, allowed_hosts)))
    return;

  g_strfreev (self->allowed_hosts);
  self->allowed_hosts = g_strdupv ((char **) allowed_hosts);
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALLOWED_HOSTS]);
}
