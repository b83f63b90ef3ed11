/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-histogram-private.h"

G_BEGIN_DECLS

typedef enum
{
  GRAPHBIT_OUTCOME_SUCCESS,
  GRAPHBIT_OUTCOME_FAILURE,
  GRAPHBIT_OUTCOME_CANCELLED
} GraphbitOutcome;
#define GRAPHBIT_N_OUTCOMES 3

/* What one client did: exact counters, written from any thread without a lock. Times in microseconds. */
typedef struct
{
  guint64 outcomes[GRAPHBIT_N_OUTCOMES];
  guint64 retries;
  guint64 prompt_tokens;
  guint64 completion_tokens;
  GraphbitHistogram response_times; /* of the successful ones */
  GraphbitHistogram first_tokens;   /* of the streams */
  gint64 since;                     /* graphbit_clock_now ()'s; set at first */
} GraphbitStatistics;

void graphbit_statistics_init (GraphbitStatistics *self);
void graphbit_statistics_reset (GraphbitStatistics *self); /* `since` stays */
void graphbit_statistics_add_outcome (GraphbitStatistics *self, GraphbitOutcome outcome, guint attempts, gint64 duration);
/* Negative: not told. */
void graphbit_statistics_add_tokens (GraphbitStatistics *self, gint64 prompt, gint64 completion);
void graphbit_statistics_add_first_token (GraphbitStatistics *self, gint64 duration);
void graphbit_statistics_describe (GraphbitStatistics *self, GVariantBuilder *builder); /* of an a{sv} */

G_END_DECLS
