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

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_init (const char *log_level, gboolean enable_tracing, gboolean debug, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_version (void);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_get_major_version (void);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_get_minor_version (void);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_get_micro_version (void);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_get_system_info (void);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_health_check (void);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_configure_runtime (int worker_threads,
                                     int max_blocking_threads,
                                     int thread_stack_size_mb,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_get_endpoints (void);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_shutdown (void);

G_END_DECLS
