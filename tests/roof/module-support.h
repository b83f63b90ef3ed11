/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "config.h"

#include <graphbit/graphbit.h>
#include <pthread.h>

#include "graphbit-mock-server.h"

/* How long a test waits for what has to come. */
#define PATIENCE_MS 20000

/* Members of what the module's functions return; they have to be there. */
gint64 module_number (GVariant *dictionary, const char *name);
gboolean module_truth (GVariant *dictionary, const char *name);
char *module_text (GVariant *dictionary, const char *name);

/* The same of what they return now. */
gint64 module_info_number (const char *name);
gboolean module_info_truth (const char *name);
gboolean module_health_truth (const char *name);

/* The threads of this name that the kernel knows. */
guint module_count_threads (const char *name);

/* What has to work, what has to be refused, and back to the beginning. */
void module_configure (int worker_threads, int max_blocking_threads, int thread_stack_size_mb);
void module_refuse (int worker_threads,
                    int max_blocking_threads,
                    int thread_stack_size_mb,
                    GraphbitError code,
                    const char *named);
void module_init (void);
void module_reset (void);

/* Long work that ends when it is told to. */
typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint n_running; /* all under the mutex */
  guint most;
  guint n_done;
  gboolean may_end;
} Hold;

void hold_init (Hold *self);
void hold_clear (Hold *self);
void hold (gpointer self, gpointer unused); /* the work */
void hold_wait (Hold *self, guint n);       /* until so many run at once */
void hold_end (Hold *self);

/* A scripted server, and a client of it. */
#define FIXTURE_KEY "sk-marker"
typedef struct
{
  GraphbitMockServer *server;
  GraphbitLlmClient *client;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
void fixture_step (Fixture *fixture, const char *json);
