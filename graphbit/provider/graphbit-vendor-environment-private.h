/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "graphbit-secret-private.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* What every configuration needs of a vendor: its environment variables, and the checks of what was given. All at home. */

/* The first that is set to something, or NULL; `name` (may be NULL) is told which. The list ends with NULL. */
const char *graphbit_vendor_find_variable (const char *const *variables, const char **name);

gboolean graphbit_vendor_has_control_character (const char *text);
/* INVALID_ARGUMENT, all three. A NULL model is missing. */
gboolean graphbit_vendor_check_api_version (const char *api_version, GError **error);
gboolean graphbit_vendor_check_model (const char *model, GError **error);
gboolean graphbit_vendor_check_base_url (const char *base_url, GError **error);
/* Given (or NULL), or the vendor's variable, or the vendor's own; not checked. INVALID_ARGUMENT: none of them. */
char *graphbit_vendor_choose_base_url (const GraphbitVendor *self, const char *given, GError **error);
/* One that was checked: with the vendor's end, without a slash behind it. */
char *graphbit_vendor_complete_base_url (const GraphbitVendor *self, const char *base_url);

/* What is to be written into the body of each request: INVALID_ARGUMENT unless it is a JSON object. */
JsonNode *graphbit_vendor_parse_extra_body (const char *extra_body, GError **error);

/* Empty text or a control character: INVALID_ARGUMENT. `origin` (NULL: a value) says where the key came from. */
GraphbitSecret *graphbit_vendor_make_secret (const char *key, const char *origin, GError **error);
/* The variable's. NULL without an error: it is not set. */
GraphbitSecret *graphbit_vendor_find_secret (const GraphbitVendor *self, GError **error);
GError *graphbit_vendor_make_key_error (const GraphbitVendor *self); /* AUTHENTICATION, naming the variable */

G_END_DECLS
