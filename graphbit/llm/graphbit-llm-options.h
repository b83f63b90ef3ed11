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
 * GraphbitTristate:
 * @GRAPHBIT_TRISTATE_UNSET: nobody has said; the default holds
 * @GRAPHBIT_TRISTATE_FALSE: no
 * @GRAPHBIT_TRISTATE_TRUE: yes
 *
 * Yes, no, or nothing said. The first two are what booleans are in every
 * language, so that a plain true or false may be handed in.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_TRISTATE_UNSET = -1,
  GRAPHBIT_TRISTATE_FALSE = 0,
  GRAPHBIT_TRISTATE_TRUE = 1
} GraphbitTristate;

/**
 * GraphbitToolChoice:
 * @GRAPHBIT_TOOL_CHOICE_UNSET: nothing is sent; with tools, providers then act as with @GRAPHBIT_TOOL_CHOICE_AUTO
 * @GRAPHBIT_TOOL_CHOICE_AUTO: the model decides
 * @GRAPHBIT_TOOL_CHOICE_NONE: no tool is called
 * @GRAPHBIT_TOOL_CHOICE_REQUIRED: at least one tool is called
 * @GRAPHBIT_TOOL_CHOICE_NAMED: the tool of [property@LlmOptions:tool-choice-name] is called
 *
 * Whether the model may or must call tools.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_TOOL_CHOICE_UNSET,
  GRAPHBIT_TOOL_CHOICE_AUTO,
  GRAPHBIT_TOOL_CHOICE_NONE,
  GRAPHBIT_TOOL_CHOICE_REQUIRED,
  GRAPHBIT_TOOL_CHOICE_NAMED
} GraphbitToolChoice;

/**
 * GraphbitReasoningEffort:
 * @GRAPHBIT_REASONING_EFFORT_UNSET: nothing is sent
 * @GRAPHBIT_REASONING_EFFORT_NONE: none
 * @GRAPHBIT_REASONING_EFFORT_MINIMAL: as little as possible
 * @GRAPHBIT_REASONING_EFFORT_LOW: low
 * @GRAPHBIT_REASONING_EFFORT_MEDIUM: medium
 * @GRAPHBIT_REASONING_EFFORT_HIGH: high
 * @GRAPHBIT_REASONING_EFFORT_XHIGH: higher than high, where the model has it
 * @GRAPHBIT_REASONING_EFFORT_MAX: the most the model has
 *
 * How much a model thinks before it answers. Each model knows some of these.
 * This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_REASONING_EFFORT_UNSET,
  GRAPHBIT_REASONING_EFFORT_NONE,
  GRAPHBIT_REASONING_EFFORT_MINIMAL,
  GRAPHBIT_REASONING_EFFORT_LOW,
  GRAPHBIT_REASONING_EFFORT_MEDIUM,
  GRAPHBIT_REASONING_EFFORT_HIGH,
  GRAPHBIT_REASONING_EFFORT_XHIGH,
  GRAPHBIT_REASONING_EFFORT_MAX
} GraphbitReasoningEffort;

#define GRAPHBIT_TYPE_LLM_OPTIONS (graphbit_llm_options_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmOptions, graphbit_llm_options, GRAPHBIT, LLM_OPTIONS, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmOptions *graphbit_llm_options_new (void);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_options_get_max_tokens (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_max_tokens (GraphbitLlmOptions *self, guint max_tokens);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_llm_options_get_temperature (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_temperature (GraphbitLlmOptions *self, gdouble temperature);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_llm_options_get_top_p (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_top_p (GraphbitLlmOptions *self, gdouble top_p);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_options_get_seed (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_seed (GraphbitLlmOptions *self, gint64 seed);
GRAPHBIT_AVAILABLE_IN_ALL
const char *const *graphbit_llm_options_get_stop (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_stop (GraphbitLlmOptions *self, const char *const *stop);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_options_get_response_schema (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_response_schema (GraphbitLlmOptions *self, const char *response_schema);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_llm_options_get_metadata (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_metadata (GraphbitLlmOptions *self, GVariant *metadata);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitReasoningEffort graphbit_llm_options_get_reasoning_effort (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_reasoning_effort (GraphbitLlmOptions *self, GraphbitReasoningEffort reasoning_effort);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolChoice graphbit_llm_options_get_tool_choice (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_tool_choice (GraphbitLlmOptions *self, GraphbitToolChoice tool_choice);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_options_get_tool_choice_name (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_tool_choice_name (GraphbitLlmOptions *self, const char *tool_choice_name);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTristate graphbit_llm_options_get_parallel_tool_calls (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_parallel_tool_calls (GraphbitLlmOptions *self, GraphbitTristate parallel_tool_calls);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTristate graphbit_llm_options_get_enable_prompt_caching (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_enable_prompt_caching (GraphbitLlmOptions *self, GraphbitTristate enable_prompt_caching);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_options_get_timeout_ms (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_timeout_ms (GraphbitLlmOptions *self, guint timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_options_get_first_byte_timeout_ms (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_first_byte_timeout_ms (GraphbitLlmOptions *self, guint first_byte_timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_options_get_idle_timeout_ms (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_idle_timeout_ms (GraphbitLlmOptions *self, guint idle_timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_options_get_max_wait_ms (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_max_wait_ms (GraphbitLlmOptions *self, guint max_wait_ms);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTristate graphbit_llm_options_get_keep_raw (GraphbitLlmOptions *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_options_set_keep_raw (GraphbitLlmOptions *self, GraphbitTristate keep_raw);

G_END_DECLS
