/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define GRAPHBIT_INSIDE

#include "graphbit-types.h"
#include "graphbit-version-macros.h"

#include "graphbit-agent-node.h"
#include "graphbit-batch-item.h"
#include "graphbit-batch-run.h"
#include "graphbit-budget.h"
#include "graphbit-call.h"
#include "graphbit-condition-node.h"
#include "graphbit-content-part.h"
#include "graphbit-context-pump.h"
#include "graphbit-edge.h"
#include "graphbit-endpoint.h"
#include "graphbit-endpoint-lane.h"
#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-error-details.h"
#include "graphbit-event.h"
#include "graphbit-executor.h"
#include "graphbit-function-node.h"
#include "graphbit-key-call.h"
#include "graphbit-llm-capabilities.h"
#include "graphbit-llm-chunk.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-provider.h"
#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-stream.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec.h"
#include "graphbit-llm-usage.h"
#include "graphbit-mcp-client.h"
#include "graphbit-mcp-prompt.h"
#include "graphbit-mcp-resource.h"
#include "graphbit-mcp-result.h"
#include "graphbit-model-info.h"
#include "graphbit-module.h"
#include "graphbit-node.h"
#include "graphbit-node-call.h"
#include "graphbit-node-run.h"
#include "graphbit-problem.h"
#include "graphbit-provider-call.h"
#include "graphbit-response-cache.h"
#include "graphbit-run.h"
#include "graphbit-tool.h"
#include "graphbit-tool-call.h"
#include "graphbit-transform-node.h"
#include "graphbit-workflow.h"
#include "graphbit-workflow-context.h"
#include "graphbit-workflow-result.h"

#undef GRAPHBIT_INSIDE
