/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-dialect-private.h"

const GraphbitLlmDialect *
graphbit_llm_dialect_for (GraphbitWire wire)
{
  switch (wire)
    {
    case GRAPHBIT_WIRE_CHAT:
      return &graphbit_llm_dialect_chat;
    case GRAPHBIT_WIRE_RESPONSES:
      return &graphbit_llm_dialect_responses;
    case GRAPHBIT_WIRE_ANTHROPIC:
      return &graphbit_llm_dialect_anthropic;
    case GRAPHBIT_WIRE_OLLAMA:
      return &graphbit_llm_dialect_ollama;
    case GRAPHBIT_WIRE_GEMINI:
      return &graphbit_llm_dialect_gemini;
    case GRAPHBIT_WIRE_COHERE:
      return &graphbit_llm_dialect_cohere;
    case GRAPHBIT_WIRE_REPLICATE:
      return &graphbit_llm_dialect_replicate;
    case GRAPHBIT_WIRE_CUSTOM:
      return NULL;
    default:
      g_return_val_if_reached (NULL);
    }
}
