/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-config-private.h"

G_BEGIN_DECLS

/* What a configuration consists of, for the files of the class alone. */
struct _GraphbitLlmConfig
{
  GObject parent_instance;

  char *provider;
  const GraphbitVendor *vendor;
  char *model;
  char *base_url;
  char *good_base_url; /* the last one that was checked */
  GraphbitLlmApi api;
  char *organization;
  char *site_url;
  char *site_name;
  char *api_version;
  char *version;
  GVariant *headers;
  char *extra_body;
  JsonNode *extra_body_node; /* parsed when it is first needed */
  guint requests_per_minute;
  guint tokens_per_minute;
  char **replies;
  GraphbitLlmCapabilities capabilities;
  gboolean has_capabilities; /* set, and not the vendor's */
  GraphbitLlmProvider *llm_provider; /* custom's */
  GraphbitLlmProvider *built_in;

  GraphbitSecret *secret;
  GraphbitKeyFunc key_func;
  gpointer key_data;
  GDestroyNotify key_notify;
};

G_END_DECLS
