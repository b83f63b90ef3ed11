/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-batch-item.h"
#include "graphbit-batch-run.h"
#include "graphbit-llm-client.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The work of a batch: an operation whose children are the completions that are
 * under way, as many as may be at once. What has not begun is a text, what is
 * under way an LlmCall, what has ended its BatchItem.
 */
typedef struct
{
  GraphbitOperation operation;

  /* The application's: until completion. */
  GraphbitLlmClient *client;
  GraphbitLlmOptions *options; /* a copy nobody touches, or NULL */
  GTask *task;                 /* of complete_batch, or NULL */
  GQueue waiters;              /* of start_batch */
  GPtrArray *items;            /* of GraphbitBatchItem; the handle has a reference, too */

  guint n_items;
  char **prompts;    /* each NULL once it is under way */
  guint n_next;
  guint limit;
  GQueue running;
  int n_done;        /* atomic: what the handle shows */
  int is_cancelled;  /* atomic: the end is on its way home */
  int is_ended;      /* atomic; then the handle's items are there for any thread */

  GWeakRef handle;
  gboolean has_handle;
  gboolean is_update_pending;
} GraphbitBatch;

/* The home is the thread's default context. Exactly one of task (taken over if it is started) and handle, which is made. FALSE
 * and error: nothing was started. */
gboolean graphbit_batch_start (GraphbitLlmClient *client,
                               const char *const *prompts,
                               GraphbitLlmOptions *options,
                               guint max_concurrency,
                               GTask *task,
                               GraphbitBatchRun **handle,
                               GError **error);
GraphbitBatchRun *graphbit_batch_run_new (GraphbitBatch *batch);
/* Any thread. */
void graphbit_batch_cancel (GraphbitBatch *self);
/* For who waited, (transfer container). */
GPtrArray *graphbit_batch_copy_items (GPtrArray *items);

/* For the batch, at home. */
void graphbit_batch_run_update (GraphbitBatchRun *self);
void graphbit_batch_run_serve_waiters (GraphbitBatch *batch);

GraphbitBatchItem *graphbit_batch_item_new (guint index);
gboolean graphbit_batch_item_is_settled (GraphbitBatchItem *self);
/* Once. Takes over the one that is not NULL. */
void graphbit_batch_item_settle (GraphbitBatchItem *self, GraphbitLlmResponse *response, GError *error);

G_END_DECLS
