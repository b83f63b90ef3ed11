/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_ERROR_DETAILS (graphbit_error_details_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitErrorDetails, graphbit_error_details, GRAPHBIT, ERROR_DETAILS, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitErrorDetails *graphbit_error_details_from_error (const GError *error);

GRAPHBIT_AVAILABLE_IN_ALL
int graphbit_error_details_get_http_status (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_error_details_get_provider_code (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_error_details_get_provider_message (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_error_details_get_request_id (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_error_details_get_retry_after_ms (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_error_details_get_attempts (GraphbitErrorDetails *self);
GRAPHBIT_AVAILABLE_IN_ALL
GObject *graphbit_error_details_get_partial_response (GraphbitErrorDetails *self);

G_END_DECLS
