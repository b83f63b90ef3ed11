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

/**
 * GRAPHBIT_ERROR:
 *
 * The error domain of everything in this library. Cancellation is not in it:
 * that is always %G_IO_ERROR_CANCELLED.
 *
 * Since: 1.0
 */
#define GRAPHBIT_ERROR (graphbit_error_quark ())

/**
 * GraphbitError:
 * @GRAPHBIT_ERROR_INVALID_ARGUMENT: a value handed in cannot be used
 * @GRAPHBIT_ERROR_FAILED_PRECONDITION: the call is right, but not now or not here
 * @GRAPHBIT_ERROR_AUTHENTICATION: no key, or one that the provider does not accept
 * @GRAPHBIT_ERROR_PERMISSION: the key may not do this
 * @GRAPHBIT_ERROR_NOT_FOUND: the model, the address or the named thing does not exist
 * @GRAPHBIT_ERROR_RATE_LIMITED: too many requests; the details carry the delay
 * @GRAPHBIT_ERROR_QUOTA_EXCEEDED: the account has no credit left
 * @GRAPHBIT_ERROR_CONTEXT_LENGTH: the input is longer than the model takes
 * @GRAPHBIT_ERROR_CONTENT_FILTERED: the provider refused for the content's sake
 * @GRAPHBIT_ERROR_INVALID_REQUEST: the provider does not accept the request
 * @GRAPHBIT_ERROR_UNAVAILABLE: the provider is overloaded or broken
 * @GRAPHBIT_ERROR_CONNECTION: the server could not be reached, or hung up
 * @GRAPHBIT_ERROR_TIMEOUT: a time limit passed; the message names which
 * @GRAPHBIT_ERROR_CIRCUIT_OPEN: the provider failed so often that it is given a rest
 * @GRAPHBIT_ERROR_PROTOCOL: the answer breaks its own protocol, or a limit of ours
 * @GRAPHBIT_ERROR_PARSE: text is not what it should be, JSON above all
 * @GRAPHBIT_ERROR_SCHEMA_MISMATCH: JSON does not fit its schema
 * @GRAPHBIT_ERROR_INVALID_WORKFLOW: the workflow cannot run as it is
 * @GRAPHBIT_ERROR_NODE_FAILED: a node of a workflow failed
 * @GRAPHBIT_ERROR_TOOL_FAILED: a tool failed
 * @GRAPHBIT_ERROR_TOOL_DENIED: a person denied it
 * @GRAPHBIT_ERROR_BUDGET_EXCEEDED: it would cost more than was allowed
 * @GRAPHBIT_ERROR_UNSUPPORTED: the provider cannot do what was asked
 *
 * What went wrong. The page [Errors](errors.html) says for each code when it
 * comes and what to do. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_ERROR_INVALID_ARGUMENT,
  GRAPHBIT_ERROR_FAILED_PRECONDITION,
  GRAPHBIT_ERROR_AUTHENTICATION,
  GRAPHBIT_ERROR_PERMISSION,
  GRAPHBIT_ERROR_NOT_FOUND,
  GRAPHBIT_ERROR_RATE_LIMITED,
  GRAPHBIT_ERROR_QUOTA_EXCEEDED,
  GRAPHBIT_ERROR_CONTEXT_LENGTH,
  GRAPHBIT_ERROR_CONTENT_FILTERED,
  GRAPHBIT_ERROR_INVALID_REQUEST,
  GRAPHBIT_ERROR_UNAVAILABLE,
  GRAPHBIT_ERROR_CONNECTION,
  GRAPHBIT_ERROR_TIMEOUT,
  GRAPHBIT_ERROR_CIRCUIT_OPEN,
  GRAPHBIT_ERROR_PROTOCOL,
  GRAPHBIT_ERROR_PARSE,
  GRAPHBIT_ERROR_SCHEMA_MISMATCH,
  GRAPHBIT_ERROR_INVALID_WORKFLOW,
  GRAPHBIT_ERROR_NODE_FAILED,
  GRAPHBIT_ERROR_TOOL_FAILED,
  GRAPHBIT_ERROR_TOOL_DENIED,
  GRAPHBIT_ERROR_BUDGET_EXCEEDED,
  GRAPHBIT_ERROR_UNSUPPORTED
} GraphbitError;

GRAPHBIT_AVAILABLE_IN_ALL
GQuark graphbit_error_quark (void);

G_END_DECLS
