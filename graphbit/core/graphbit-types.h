/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "graphbit-version-macros.h"

G_BEGIN_DECLS

/* Every public class, declared here once, so that no header needs another class's. */

typedef struct _GraphbitCall GraphbitCall;
typedef struct _GraphbitContextPump GraphbitContextPump;
typedef struct _GraphbitErrorDetails GraphbitErrorDetails;
typedef struct _GraphbitProblem GraphbitProblem;

typedef struct _GraphbitJsonSchema GraphbitJsonSchema;

typedef struct _GraphbitBatchItem GraphbitBatchItem;
typedef struct _GraphbitEndpoint GraphbitEndpoint;
typedef struct _GraphbitEndpointLane GraphbitEndpointLane;

typedef struct _GraphbitBatchItem GraphbitBatchItem;
typedef struct _GraphbitBatchRun GraphbitBatchRun;
typedef struct _GraphbitContentPart GraphbitContentPart;
typedef struct _GraphbitConversation GraphbitConversation;
typedef struct _GraphbitKeyCall GraphbitKeyCall;
typedef struct _GraphbitLlmChunk GraphbitLlmChunk;
typedef struct _GraphbitLlmClient GraphbitLlmClient;
typedef struct _GraphbitLlmConfig GraphbitLlmConfig;
typedef struct _GraphbitLlmMessage GraphbitLlmMessage;
typedef struct _GraphbitLlmOptions GraphbitLlmOptions;
typedef struct _GraphbitLlmProvider GraphbitLlmProvider;
typedef struct _GraphbitLlmRequest GraphbitLlmRequest;
typedef struct _GraphbitLlmResponse GraphbitLlmResponse;
typedef struct _GraphbitLlmStream GraphbitLlmStream;
typedef struct _GraphbitLlmToolCall GraphbitLlmToolCall;
typedef struct _GraphbitLlmToolSpec GraphbitLlmToolSpec;
typedef struct _GraphbitLlmUsage GraphbitLlmUsage;
typedef struct _GraphbitModelInfo GraphbitModelInfo;
typedef struct _GraphbitProviderCall GraphbitProviderCall;

typedef struct _GraphbitApproval GraphbitApproval;
typedef struct _GraphbitMcpClient GraphbitMcpClient;
typedef struct _GraphbitMcpPrompt GraphbitMcpPrompt;
typedef struct _GraphbitMcpResource GraphbitMcpResource;
typedef struct _GraphbitMcpResult GraphbitMcpResult;
typedef struct _GraphbitTool GraphbitTool;
typedef struct _GraphbitToolCall GraphbitToolCall;

typedef struct _GraphbitAgentNode GraphbitAgentNode;
typedef struct _GraphbitApprovalNode GraphbitApprovalNode;
typedef struct _GraphbitConditionNode GraphbitConditionNode;
typedef struct _GraphbitDelayNode GraphbitDelayNode;
typedef struct _GraphbitEdge GraphbitEdge;
typedef struct _GraphbitFunctionNode GraphbitFunctionNode;
typedef struct _GraphbitHttpNode GraphbitHttpNode;
typedef struct _GraphbitJoinNode GraphbitJoinNode;
typedef struct _GraphbitLoopNode GraphbitLoopNode;
typedef struct _GraphbitMapNode GraphbitMapNode;
typedef struct _GraphbitNode GraphbitNode;
typedef struct _GraphbitNodeCall GraphbitNodeCall;
typedef struct _GraphbitRegistry GraphbitRegistry;
typedef struct _GraphbitSplitNode GraphbitSplitNode;
typedef struct _GraphbitTransformNode GraphbitTransformNode;
typedef struct _GraphbitWorkflow GraphbitWorkflow;
typedef struct _GraphbitWorkflowContext GraphbitWorkflowContext;
typedef struct _GraphbitWorkflowNode GraphbitWorkflowNode;

typedef struct _GraphbitEvent GraphbitEvent;
typedef struct _GraphbitExecutor GraphbitExecutor;
typedef struct _GraphbitNodeRun GraphbitNodeRun;
typedef struct _GraphbitRun GraphbitRun;
typedef struct _GraphbitWorkflowResult GraphbitWorkflowResult;

G_END_DECLS
