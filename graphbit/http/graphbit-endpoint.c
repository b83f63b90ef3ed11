/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-endpoint-private.h"

/**
 * GraphbitEndpoint:
 *
 * A server that this process talks to, as one account sees it: an address and a
 * key. [func@get_endpoints] lists them.
 *
 * It shows a snapshot, which is renewed in the main context in which
 * [func@get_endpoints] was called, ten times a second at most. What nobody has
 * used for ten minutes leaves the list.
 *
 * Since: 1.0
 */
struct _GraphbitEndpoint
{
  GObject parent_instance;

  guint64 number;
  char *base_url;
  GListStore *lanes;
  gint64 retry_quota;
};

enum
{
  PROP_0,
  PROP_BASE_URL,
  PROP_LANES,
  PROP_RETRY_QUOTA,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitEndpoint, graphbit_endpoint, G_TYPE_OBJECT)

static void
graphbit_endpoint_finalize (GObject *object)
{
  GraphbitEndpoint *self = GRAPHBIT_ENDPOINT (object);

  g_free (self->base_url);
  g_clear_object (&self->lanes);

  G_OBJECT_CLASS (graphbit_endpoint_parent_class)->finalize (object);
}

static void
graphbit_endpoint_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitEndpoint *self = GRAPHBIT_ENDPOINT (object);

  switch (property_id)
    {
    case PROP_BASE_URL:
      g_value_set_string (value, self->base_url);
      break;
    case PROP_LANES:
      g_value_set_object (value, self->lanes);
      break;
    case PROP_RETRY_QUOTA:
      g_value_set_int64 (value, self->retry_quota);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_endpoint_class_init (GraphbitEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_endpoint_finalize;
  object_class->get_property = graphbit_endpoint_get_property;

  /**
   * GraphbitEndpoint:base-url: (getter get_base_url)
   *
   * Where the server's API begins.
   *
   * Since: 1.0
   */
  properties[PROP_BASE_URL] = g_param_spec_string ("base-url", NULL, NULL, NULL, flags);

  /**
   * GraphbitEndpoint:lanes: (getter get_lanes)
   *
   * The models of it that were used: a list of [class@EndpointLane], in the
   * order in which they were first used.
   *
   * Since: 1.0
   */
  properties[PROP_LANES] = g_param_spec_object ("lanes", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * GraphbitEndpoint:retry-quota: (getter get_retry_quota)
   *
   * How much is left for sending requests again, of 500: each time costs 5, or 10
   * after a timeout, and a success gives back what it cost, or 1. When nothing is
   * left, requests that fail are not sent again.
   *
   * Since: 1.0
   */
  properties[PROP_RETRY_QUOTA] =
    g_param_spec_int64 ("retry-quota", NULL, NULL, 0, GRAPHBIT_HTTP_QUOTA, GRAPHBIT_HTTP_QUOTA, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_endpoint_init (GraphbitEndpoint *self)
{
  self->lanes = g_list_store_new (GRAPHBIT_TYPE_ENDPOINT_LANE);
}

static void
update_lanes (GraphbitEndpoint *self,
              GPtrArray *infos)
{
  /* none ever goes, and the new ones come last */
  for (guint i = 0; i < infos->len; i++)
    {
      g_autoptr (GraphbitEndpointLane) lane = g_list_model_get_item (G_LIST_MODEL (self->lanes), i);

      if (lane != NULL)
        {
          graphbit_endpoint_lane_update (lane, infos->pdata[i]);
          continue;
        }

      lane = graphbit_endpoint_lane_new (infos->pdata[i]);
      g_list_store_append (self->lanes, lane);
    }
}

GraphbitEndpoint *
graphbit_endpoint_new (const GraphbitHttpEndpointInfo *info)
{
  GraphbitEndpoint *self = g_object_new (GRAPHBIT_TYPE_ENDPOINT, NULL);

  self->number = info->id;
  self->base_url = g_strdup (info->base_uri);
  self->retry_quota = info->quota;
  update_lanes (self, info->lanes);
  return self;
}

guint64
graphbit_endpoint_get_number (GraphbitEndpoint *self)
{
  return self->number;
}

void
graphbit_endpoint_update (GraphbitEndpoint *self,
                          const GraphbitHttpEndpointInfo *info)
{
  update_lanes (self, info->lanes);

  if (self->retry_quota == info->quota)
    return;

  self->retry_quota = info->quota;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_QUOTA]);
}

/**
 * graphbit_endpoint_get_base_url: (get-property base-url)
 * @self: an endpoint
 *
 * Gets where the server's API begins.
 *
 * Returns: an address
 *
 * Since: 1.0
 */
const char *
graphbit_endpoint_get_base_url (GraphbitEndpoint *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT (self), NULL);

  return self->base_url;
}

/**
 * graphbit_endpoint_get_lanes: (get-property lanes)
 * @self: an endpoint
 *
 * Gets the models of it that were used.
 *
 * Returns: (transfer none): a list of [class@EndpointLane]
 *
 * Since: 1.0
 */
GListModel *
graphbit_endpoint_get_lanes (GraphbitEndpoint *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT (self), NULL);

  return G_LIST_MODEL (self->lanes);
}

/**
 * graphbit_endpoint_get_retry_quota: (get-property retry-quota)
 * @self: an endpoint
 *
 * Gets how much is left for sending requests again.
 *
 * Returns: the number, at most 500
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_get_retry_quota (GraphbitEndpoint *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT (self), 0);

  return self->retry_quota;
}
