/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#ifndef GRAPHBIT_MOCK_EXTERN
# define GRAPHBIT_MOCK_EXTERN __attribute__ ((visibility ("default"))) extern
#endif

#define GRAPHBIT_MOCK_TYPE_SERVER (graphbit_mock_server_get_type ())

GRAPHBIT_MOCK_EXTERN
G_DECLARE_FINAL_TYPE (GraphbitMockServer, graphbit_mock_server, GRAPHBIT_MOCK, SERVER, GObject)

GRAPHBIT_MOCK_EXTERN
GraphbitMockServer *graphbit_mock_server_new                       (void);
GRAPHBIT_MOCK_EXTERN
GraphbitMockServer *graphbit_mock_server_new_tls                   (const char          *certificate_file,
                                                                    const char          *key_file);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_start                     (GraphbitMockServer  *self,
                                                                    GError             **error);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_stop                      (GraphbitMockServer  *self);

GRAPHBIT_MOCK_EXTERN
const char         *graphbit_mock_server_get_base_url              (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_port                  (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_set_port                  (GraphbitMockServer  *self,
                                                                    guint                port);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_get_use_tls               (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
const char         *graphbit_mock_server_get_certificate_file      (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
const char         *graphbit_mock_server_get_key_file              (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
const char         *graphbit_mock_server_get_ca_file               (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_get_require_authorization (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_set_require_authorization (GraphbitMockServer  *self,
                                                                    gboolean             require_authorization);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_record_limit          (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_set_record_limit          (GraphbitMockServer  *self,
                                                                    guint                record_limit);

GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_add_step                  (GraphbitMockServer  *self,
                                                                    const char          *json,
                                                                    GError             **error);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_step_count            (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_release                   (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
void                graphbit_mock_server_clear                     (GraphbitMockServer  *self);

GRAPHBIT_MOCK_EXTERN
guint64             graphbit_mock_server_get_request_count         (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
guint64             graphbit_mock_server_get_connection_count      (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_open_connections      (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_in_flight             (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
guint               graphbit_mock_server_get_peak_in_flight        (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
char               *graphbit_mock_server_dup_requests_json         (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
char               *graphbit_mock_server_dup_stats_json            (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
char               *graphbit_mock_server_dup_verdicts_json         (GraphbitMockServer  *self);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_set_chaos                 (GraphbitMockServer  *self,
                                                                    double               rate,
                                                                    guint                seed,
                                                                    const char *const   *kinds,
                                                                    GError             **error);

GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_wait_for_requests         (GraphbitMockServer  *self,
                                                                    guint64              n_requests,
                                                                    guint                timeout_ms);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_wait_for_finished         (GraphbitMockServer  *self,
                                                                    guint64              n_requests,
                                                                    guint                timeout_ms);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_wait_for_stalled          (GraphbitMockServer  *self,
                                                                    guint                n_responses,
                                                                    guint                timeout_ms);
GRAPHBIT_MOCK_EXTERN
gboolean            graphbit_mock_server_wait_for_open_connections (GraphbitMockServer  *self,
                                                                    guint                n_connections,
                                                                    guint                timeout_ms);

G_END_DECLS
