/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <pthread.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-call-private.h"
#include "graphbit-mock-server.h"
#include "graphbit-runtime-private.h"

G_BEGIN_DECLS

/* Long enough for a machine under valgrind; a test that waits so long has failed. */
#define PATIENCE 60000

/* A call with a handler that writes down what it is told. The fields are for after a wait, or under the lock. */
typedef struct _TestCall TestCall;
struct _TestCall
{
  pthread_mutex_t mutex; /* not GLib's, which the thread sanitizer does not see */
  pthread_cond_t changed;
  GraphbitHttpCall *call;

  guint n_begins;
  guint n_heads;
  guint n_bytes;  /* how often bytes came */
  guint n_drained;
  guint n_finishes;
  guint n_classified;
  guint n_ends;
  GString *body;  /* of the last attempt */
  gsize error_length;
  int status;
  char *header;   /* X-Test of the head */
  GraphbitFailure *failure;
  guint attempts;

  /* what it does */
  gboolean commits;
  guint pauses_at;      /* pauses when bytes come for the so-manyth time; 0: never */
  gboolean pauses_drained; /* pauses the first time that a turn's bytes were read */
  gboolean fails_bytes; /* returns a failure */
  gboolean fails_finish;
  gboolean retries_finish; /* and says that it may be sent again */
  gboolean forbids_retry;  /* corrects the verdict on an error */
  gint64 tokens;           /* that its answer says were used */
  GString *order;          /* its name is appended when it begins; shared, under order_mutex */
  char name;
  TestCall *next;          /* is started from its end, in this generation */
  GraphbitHttpRequest *next_request;
  GraphbitRuntime *next_runtime;
};

void test_call_init (TestCall *self);
void test_call_clear (TestCall *self);
void test_call_start (TestCall *self, GraphbitHttpRequest *request);

guint test_call_count (TestCall *self, const guint *count);
/* Until the count is at least so high. */
void test_call_wait (TestCall *self, const guint *count, guint value);
/* And lets go of the call. */
void test_call_wait_end (TestCall *self);
/* The failure's English text. */
char *test_call_dup_message (TestCall *self);

#define assert_succeeded(self) \
  G_STMT_START \
    { \
      g_autofree char *message_ = test_call_dup_message (self); \
      g_assert_cmpstr (message_, ==, "no failure"); \
    } \
  G_STMT_END

#define assert_failed(self, expected_code, text) \
  G_STMT_START \
    { \
      g_autofree char *message_ = test_call_dup_message (self); \
      g_assert_nonnull ((self)->failure); \
      g_assert_false ((self)->failure->is_cancelled); \
      g_test_message ("%s", message_); \
      g_assert_cmpint ((self)->failure->code, ==, expected_code); \
      if (strstr (message_, text) == NULL) \
        g_assert_cmpstr (message_, ==, text); \
    } \
  G_STMT_END

#define assert_cancelled(self) \
  G_STMT_START \
    { \
      g_assert_nonnull ((self)->failure); \
      g_assert_true ((self)->failure->is_cancelled); \
      g_assert_cmpuint ((self)->n_ends, ==, 1); \
    } \
  G_STMT_END

/* Lets the I/O thread come to the end of what it is doing. */
void test_settle (void);
void test_advance_ms (gint64 ms);

GraphbitMockServer *test_server_new (const char *steps);
void test_server_script (GraphbitMockServer *server, const char *steps);
GraphbitHttpRequest *test_request_new (GraphbitMockServer *server);

/* A port where connecting hangs, and the sockets that make it so. */
typedef struct
{
  GSocket *listener;
  GPtrArray *fillers;
  guint16 port;
} TestHole;

void test_hole_init (TestHole *self);
void test_hole_clear (TestHole *self);

/* A resolver that says “direct” and lets the test wait until it was asked. */
GProxyResolver *test_resolver_new (void);
void test_resolver_wait (GProxyResolver *resolver);

G_END_DECLS
