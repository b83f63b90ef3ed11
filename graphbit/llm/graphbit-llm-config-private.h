/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-key-source-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* All at home. NULL: the provider is unknown (graphbit_llm_config_check () says so). */
const GraphbitVendor *graphbit_llm_config_get_vendor (GraphbitLlmConfig *self);
/* The vendor's, or the one of several that the configuration wants. After its check. */
GraphbitWire graphbit_llm_config_get_wire (GraphbitLlmConfig *self);

/* Arguments of constructors: INVALID_ARGUMENT. */
GraphbitLlmConfig *graphbit_llm_config_new_for_vendor (const char *provider,
                                                       const char *api_key,
                                                       const char *model,
                                                       GError **error);

/* At use: everything that construction from properties could not refuse. INVALID_ARGUMENT, UNSUPPORTED. */
gboolean graphbit_llm_config_check (GraphbitLlmConfig *self, GError **error);

/* Given, or the vendor's variable, or the vendor's own; checked, without a slash at its end. INVALID_ARGUMENT. NULL without
 * an error: a vendor without an address. */
char *graphbit_llm_config_resolve_base_url (GraphbitLlmConfig *self, GError **error);
/* Given, or the vendor's variable, or its default. */
const char *graphbit_llm_config_resolve_model (GraphbitLlmConfig *self);
/* That, with its version behind a colon where there is one. */
char *graphbit_llm_config_dup_path_model (GraphbitLlmConfig *self);

GraphbitKeySource *graphbit_llm_config_peek_keys (GraphbitLlmConfig *self);

/* Organization, LlmConfig:headers, and the vendor's own. A header that carries a key among them: the key itself is not to be
 * sent. */
void graphbit_llm_config_add_headers (GraphbitLlmConfig *self, GraphbitHttpRequest *request);
/* Whether there is such a header. */
gboolean graphbit_llm_config_has_key_header (GraphbitLlmConfig *self);
/* Takes out of it what the headers have in the place of a key. */
void graphbit_llm_config_redact (GraphbitLlmConfig *self, GraphbitFailure *failure);
/* LlmConfig:extra-body, parsed once; NULL: none (or a broken one: graphbit_llm_config_check () says so). */
JsonNode *graphbit_llm_config_peek_extra_body (GraphbitLlmConfig *self);

/* The built-in providers of offline and scripted, made when they are first needed and kept here: the first one of two
 * that are made at the same time, which is returned. */
GraphbitLlmProvider *graphbit_llm_config_peek_llm_provider (GraphbitLlmConfig *self);
GraphbitLlmProvider *graphbit_llm_config_keep_llm_provider (GraphbitLlmConfig *self, GraphbitLlmProvider *llm_provider);

/* What the model lacks of what its vendor takes. Nothing if LlmConfig:capabilities was set, which is believed before any list
 * of models. */
GraphbitLack graphbit_llm_config_get_model_lacks (GraphbitLlmConfig *self);

/* Whether two would talk to the same thing in the same way with the same key. */
guint graphbit_llm_config_hash (gconstpointer self);
gboolean graphbit_llm_config_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
