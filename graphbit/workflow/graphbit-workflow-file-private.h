/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-registry-private.h"
#include "graphbit-workflow.h"

G_BEGIN_DECLS

/*
 * Workflows as files:
 *
 *   { "format": "graphbit-workflow", "version": 1,
 *     "id": …, "name": …, "description": …,
 *     "inputs": [ { "name": …, "schema": … } ],
 *     "variables": [ { "name": …, "value": … } ],
 *     "nodes": [ { "kind": …, and the properties of the kind's class } ],
 *     "edges": [ { "source": …, "target": …, "kind": …, "condition": … } ] }
 *
 * Objects are written by their classes' properties: what is writable and not at
 * its default. A workflow in a property stands there without format and
 * version. Members that nobody knows stay with the object they came with, and
 * are written again.
 */
#define GRAPHBIT_WORKFLOW_FILE_FORMAT "graphbit-workflow"
#define GRAPHBIT_WORKFLOW_FILE_VERSION 1
/* Workflows in workflows; each is several levels of JSON, and a call deeper here. */
#define GRAPHBIT_WORKFLOW_FILE_MAX_DEPTH 16

char *graphbit_workflow_file_write (GraphbitWorkflow *workflow, GError **error);
GraphbitWorkflow *graphbit_workflow_file_read (const char *text, gsize length, GraphbitRegistry *registry, GError **error);

G_END_DECLS
