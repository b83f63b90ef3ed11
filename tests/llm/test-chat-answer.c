/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-tool-call.h"

/* The rules of the chat style that the recordings hold rarely or not at all. */

typedef struct
{
  GraphbitLlmAssembler assembler;
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;
  GraphbitLlmResponse *response;
} Answer;

static void
answer_clear (Answer *self)
{
  graphbit_llm_assembler_clear (&self->assembler);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_clear_object (&self->response);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static const char *vendor_name = "openai_compatible";

static void
parse (Answer *self,
       const char *body)
{
  const GraphbitVendor *vendor = graphbit_vendor_lookup (vendor_name);

  graphbit_llm_assembler_init (&self->assembler, FALSE, TRUE);
  self->verdict.retry_after_ms = -1;
  self->failure = graphbit_llm_dialect_chat.parse (vendor, &self->assembler, body, strlen (body), &self->verdict);
  if (self->failure == NULL)
    self->failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  self->response = graphbit_llm_assembler_make_response (&self->assembler, "test", 5, 1);
}

/* The events are handed over without a terminating NUL, as the framing does. */
static GraphbitFailure *
send_event (Answer *self,
            const char *event,
            const char *data)
{
  g_autofree char *copy = g_memdup2 (data, strlen (data));

  return graphbit_llm_dialect_chat.event (graphbit_vendor_lookup (vendor_name), &self->assembler, event,
                                          copy, strlen (data), &self->verdict);
}

static void
stream (Answer *self,
        const char *const *events)
{
  graphbit_llm_assembler_init (&self->assembler, TRUE, FALSE);
  self->verdict.retry_after_ms = -1;
  for (guint i = 0; events[i] != NULL && self->failure == NULL; i++)
    self->failure = send_event (self, "", events[i]);
  if (self->failure == NULL)
    self->failure = graphbit_llm_assembler_finish (&self->assembler, TRUE);
  self->response = graphbit_llm_assembler_make_response (&self->assembler, "test", 5, 1);
}

static void
expect_call (Answer *self,
             guint position,
             const char *id,
             const char *name,
             const char *arguments)
{
  GListModel *calls = graphbit_llm_response_get_tool_calls (self->response);
  g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, position);

  g_assert_nonnull (call);
  if (id != NULL)
    g_assert_cmpstr (graphbit_llm_tool_call_get_id (call), ==, id);
  else
    g_assert_true (g_str_has_prefix (graphbit_llm_tool_call_get_id (call), "call_"));
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, name);
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, arguments);
}

static guint
count_calls (Answer *self)
{
  return g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (self->response));
}

#define CALL(fields) "{\"choices\":[{\"delta\":{\"tool_calls\":[" fields "]}}]}"

static void
test_calls_by_index (void)
{
  const char *const events[] = {
    CALL ("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"mul\",\"arguments\":\"\"}}"),
    CALL ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\"\"}},"
          "{\"index\":1,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"{}\"}}"),
    CALL ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"add\",\"arguments\":\":1}\"}}"),
    "[DONE]", NULL
  };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_assert_null (answer.failure);
  g_assert_cmpuint (count_calls (&answer), ==, 2);
  expect_call (&answer, 0, "b", "mul", "{}");
  expect_call (&answer, 1, "a", "add", "{\"a\":1}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
}

/* No index: the id decides, and no id means the last call. */
static void
test_calls_by_id (void)
{
  const char *const events[] = {
    CALL ("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}"),
    CALL ("{\"function\":{\"arguments\":\"1}\"}}"),
    CALL ("{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}"),
    CALL ("{\"id\":\"b\",\"function\":{\"arguments\":\"}\"}}"),
    "[DONE]", NULL
  };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_assert_cmpuint (count_calls (&answer), ==, 2);
  expect_call (&answer, 0, "a", "f", "{\"x\":1}");
  expect_call (&answer, 1, "b", "g", "{}");
}

/* One index for all: a second id begins a second call, and fragments find back. */
static void
test_calls_same_index (void)
{
  const char *const events[] = {
    CALL ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}"),
    CALL ("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"y\\\":\"}}"),
    CALL ("{\"index\":0,\"function\":{\"arguments\":\"2}\"}}"),
    CALL ("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"1}\"}}"),
    "[DONE]", NULL
  };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_assert_cmpuint (count_calls (&answer), ==, 2);
  expect_call (&answer, 0, "a", "f", "{\"x\":1}");
  expect_call (&answer, 1, "b", "g", "{\"y\":2}");
}

/* Neither index nor id: whole calls are calls of their own. */
static void
test_calls_without_id (void)
{
  const char *const events[] = {
    CALL ("{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}}"),
    "[DONE]", NULL
  };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_assert_cmpuint (count_calls (&answer), ==, 2);
  expect_call (&answer, 0, NULL, "f", "{\"x\":1}");
  expect_call (&answer, 1, NULL, "f", "{\"x\":2}");
}

/* Two calls of one id could not be told apart by their results. */
static void
test_calls_of_one_id (void)
{
  const char *const events[] = {
    CALL ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
          "{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}},"
          "{\"index\":2,\"id\":\"b\",\"function\":{\"name\":\"h\",\"arguments\":\"{}\"}}"),
    "[DONE]", NULL
  };
  g_auto (Answer) answer = { 0 };
  g_autoptr (GraphbitLlmToolCall) second = NULL;

  stream (&answer, events);
  g_assert_cmpuint (count_calls (&answer), ==, 3);
  expect_call (&answer, 0, "a", "f", "{}");
  expect_call (&answer, 1, NULL, "g", "{}");
  expect_call (&answer, 2, "b", "h", "{}");
  second = g_list_model_get_item (graphbit_llm_response_get_tool_calls (answer.response), 1);
  g_assert_true (g_str_has_prefix (graphbit_llm_tool_call_get_id (second), "call_"));
}

static void
test_arguments (void)
{
  static const struct
  {
    const char *sent; /* as a JSON value */
    const char *wanted;
  } cases[] = {
    { "\"\"", "{}" },
    { "\" \\n\"", "{}" },
    { "null", "{}" },
    { "\"null\"", "{}" },
    { "\" null\"", "{}" },
    { "[1, 2]", "[1,2]" },
    { "7", "7" },
    { "{\"a\": [1, 2]}", "{\"a\":[1,2]}" },
    { "\"{}{\\\"location\\\": \\\"Paris\\\"}\"", "{\"location\": \"Paris\"}" },
    { "\"{\\\"a\\\":\\\"}{\\\"}\"", "{\"a\":\"}{\"}" },
    { "\"{\\\"a\\\": \\\"cut\"", "{\"a\": \"cut" },
    { "\"{}{\\\"a\\\": \"", "{}{\"a\": " },
    { "\"plain words\"", "plain words" },
    { "\"[1]\"", "[1]" },
    { "\"}}}{{\"", "}}}{{" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_autofree char *body =
        g_strdup_printf ("{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\","
                         "\"arguments\":%s}}]},\"finish_reason\":\"stop\"}]}", cases[i].sent);

      parse (&answer, body);
      g_assert_null (answer.failure);
      expect_call (&answer, 0, "a", "f", cases[i].wanted);
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
      g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, "stop");
      g_assert_cmpstr (graphbit_llm_response_get_raw_json (answer.response), ==, body);
    }
}

static void
test_finish (void)
{
  static const struct
  {
    const char *word;
    GraphbitLlmFinishReason reason;
  } cases[] = {
    { "stop", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "eos", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "model_length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "tool_calls", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "function_call", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "content_filter", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "error", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "insufficient_system_resource", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "something_new", GRAPHBIT_LLM_FINISH_REASON_OTHER },
  };
  g_auto (Answer) none = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_autofree char *body =
        g_strdup_printf ("{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"%s\"}]}", cases[i].word);

      parse (&answer, body);
      g_assert_null (answer.failure);
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, cases[i].reason);
      g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, cases[i].word);
    }

  parse (&none, "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":null}]}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (none.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
  g_assert_null (graphbit_llm_response_get_finish_reason_text (none.response));
}

static void
test_content (void)
{
  static const struct
  {
    const char *message;
    const char *text;
    const char *reasoning;
    const char *refusal;
  } cases[] = {
    { "{\"content\":\"a\"}", "a", NULL, NULL },
    { "{\"content\":null}", "", NULL, NULL },
    { "{}", "", NULL, NULL },
    { "{\"content\":null,\"refusal\":\"No.\"}", "", NULL, "No." },
    { "{\"content\":\"a\",\"reasoning_content\":\"r\",\"reasoning\":\"r\"}", "a", "r", NULL },
    { "{\"content\":\"a\",\"reasoning_content\":\"\",\"reasoning\":\"r\"}", "a", "r", NULL },
    { "{\"content\":\"a\",\"reasoning\":{\"odd\":1}}", "a", NULL, NULL },
    { "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"r1\"},{\"type\":\"text\",\"text\":\"r2\"}],"
      "\"closed\":true},{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"reference\",\"reference_ids\":[1]},{\"type\":\"text\",\"text\":\"b\"}]}",
      "ab", "r1r2", NULL },
    { "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"r\"}]}", "", "r", NULL },
    { "{\"content\":[\"odd\",7,null,[]]}", "", NULL, NULL },
    { "{\"content\":{\"odd\":true},\"tool_calls\":{},\"refusal\":7}", "", NULL, NULL },
    { "{\"content\":\"<think>r</think>a\"}", "<think>r</think>a", NULL, NULL },
    { "{\"content\":\"\\ud83d\\ude00 \\u00e9\"}", "😀 é", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_auto (Answer) streamed = { 0 };
      g_autofree char *body = g_strdup_printf ("{\"choices\":[{\"index\":0,\"message\":%s}]}", cases[i].message);
      g_autofree char *event = g_strdup_printf ("{\"choices\":[{\"delta\":%s,\"index\":0}]}", cases[i].message);
      const char *const events[] = { event, "[DONE]", NULL };

      parse (&answer, body);
      g_assert_null (answer.failure);
      g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, cases[i].text);
      g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer.response), ==, cases[i].reasoning);
      g_assert_cmpstr (graphbit_llm_response_get_refusal (answer.response), ==, cases[i].refusal);

      stream (&streamed, events);
      g_assert_null (streamed.failure);
      g_assert_cmpstr (graphbit_llm_response_get_text (streamed.response), ==, cases[i].text);
      g_assert_cmpstr (graphbit_llm_response_get_reasoning (streamed.response), ==, cases[i].reasoning);
      g_assert_cmpstr (graphbit_llm_response_get_refusal (streamed.response), ==, cases[i].refusal);
    }
}

/* Of several answers only the first is read, wherever its number stands. */
static void
test_choices (void)
{
  const char *const events[] = {
    "{\"choices\":[{\"delta\":{\"content\":\"no\",\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\"}}]},"
    "\"finish_reason\":\"length\",\"index\":1},{\"index\":0,\"delta\":{\"content\":\"yes\"}}]}",
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
    NULL
  };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_assert_null (answer.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "yes");
  g_assert_cmpuint (count_calls (&answer), ==, 0);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
}

static void
test_usage (void)
{
  static const struct
  {
    const char *usage;
    gint64 prompt, completion, total, cached, cache_write, reasoning;
  } cases[] = {
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}", 10, 5, 15, 0, 0, 0 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5}", 10, 5, 15, 0, 0, 0 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":3},"
      "\"completion_tokens_details\":{\"reasoning_tokens\":2}}", 10, 5, 15, 4, 3, 2 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":22,\"completion_tokens_details\":{\"reasoning_tokens\":7}}",
      10, 12, 22, 0, 0, 7 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":30,\"completion_tokens_details\":{\"reasoning_tokens\":7}}",
      10, 5, 30, 0, 0, 7 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"cached_tokens\":6}", 10, 5, 15, 6, 0, 0 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_cache_hit_tokens\":8,\"prompt_cache_miss_tokens\":2}", 10, 5, 15, 8, 0, 0 },
    { "{\"prompt_tokens\":10,\"completion_tokens\":5,\"num_cached_tokens\":9,\"prompt_tokens_details\":null}", 10, 5, 15, 9, 0, 0 },
    { "{\"prompt_tokens\":10.0,\"completion_tokens\":null,\"total_tokens\":\"x\"}", 10, 0, 10, 0, 0, 0 },
    { "{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":5}", G_MAXINT64, 5, G_MAXINT64, 0, 0, 0 },
  };
  const char *const rising[] = {
    "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}",
    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
    "{\"choices\":[],\"usage\":null}",
    "{\"choices\":[],\"usage\":{}}",
    "{\"choices\":[],\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":3}}}",
    "[DONE]", NULL
  };
  g_auto (Answer) last = { 0 };
  g_auto (Answer) none = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_autofree char *body = g_strdup_printf ("{\"choices\":[{\"message\":{}}],\"usage\":%s}", cases[i].usage);
      GraphbitLlmUsage *usage;

      parse (&answer, body);
      usage = graphbit_llm_response_get_usage (answer.response);
      g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, cases[i].prompt);
      g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (usage), ==, cases[i].completion);
      g_assert_cmpint (graphbit_llm_usage_get_total_tokens (usage), ==, cases[i].total);
      g_assert_cmpint (graphbit_llm_usage_get_cached_tokens (usage), ==, cases[i].cached);
      g_assert_cmpint (graphbit_llm_usage_get_cache_write_tokens (usage), ==, cases[i].cache_write);
      g_assert_cmpint (graphbit_llm_usage_get_reasoning_tokens (usage), ==, cases[i].reasoning);
    }

  stream (&last, rising);
  g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (graphbit_llm_response_get_usage (last.response)), ==, 3);

  parse (&none, "{\"choices\":[{\"message\":{}}],\"usage\":null}");
  g_assert_null (graphbit_llm_response_get_usage (none.response));
}

/* Errors that come with 200. */
static void
test_errors (void)
{
  const char *const before[] = { "{\"error\":{\"message\":\"m\",\"code\":502},\"user_id\":\"u\"}", NULL };
  const char *const within[] = {
    "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"error\":{\"code\":400,\"message\":\"m\"}}",
    "{\"choices\":[{\"delta\":{\"content\":\"c\"}}]}", NULL
  };
  const char *const of_choice[] = {
    "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"error\":{\"code\":\"insufficient_quota\",\"message\":\"m\"}}]}", NULL
  };
  const char *const harmless[] = {
    "{\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"},\"error\":null}]}", "{\"error\":\"\"}", "[DONE]", NULL
  };
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };
  g_auto (Answer) third = { 0 };
  g_auto (Answer) fourth = { 0 };
  g_auto (Answer) named = { 0 };
  g_auto (Answer) body = { 0 };
  g_auto (Answer) choice = { 0 };

  stream (&first, before);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_true (first.verdict.may_retry);

  stream (&second, within);
  g_assert_cmpint (second.failure->code, ==, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (second.failure->provider_message, ==, "m");
  g_assert_cmpstr (graphbit_llm_response_get_text (second.response), ==, "ab");

  stream (&third, of_choice);
  g_assert_cmpint (third.failure->code, ==, GRAPHBIT_ERROR_QUOTA_EXCEEDED);

  stream (&fourth, harmless);
  g_assert_null (fourth.failure);

  graphbit_llm_assembler_init (&named.assembler, TRUE, FALSE);
  named.failure = send_event (&named, "error",
                              "{\"error\":{\"message\":\"m\",\"code\":\"tool_use_failed\",\"failed_generation\":\"x\",\"status_code\":400}}");
  g_assert_cmpint (named.failure->code, ==, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (named.failure->provider_code, ==, "tool_use_failed");

  parse (&body, "{\"error\":\"Unexpected endpoint or method. (POST /v2)\"}");
  g_assert_cmpint (body.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (body.failure->provider_message, ==, "Unexpected endpoint or method. (POST /v2)");

  parse (&choice, "{\"choices\":[{\"error\":{\"code\":429,\"message\":\"m\"},\"finish_reason\":\"error\",\"message\":{\"content\":\"a\"}}]}");
  g_assert_cmpint (choice.failure->code, ==, GRAPHBIT_ERROR_RATE_LIMITED);
}

static void
test_ends (void)
{
  const char *const done[] = { "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", " [DONE] ", NULL };
  const char *const reason[] = { "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", NULL };
  const char *const cut[] = { "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", NULL };
  const char *const nothing[] = { NULL };
  const char *const whole[] = {
    "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", NULL
  };
  const char *const both[] = {
    "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"message\":{\"content\":\"a\"}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"message\":{\"content\":\"ab\"}}]}",
    "{\"choices\":[{\"message\":{\"content\":\"ab\"},\"finish_reason\":\"stop\"}]}", NULL
  };
  g_auto (Answer) a = { 0 };
  g_auto (Answer) b = { 0 };
  g_auto (Answer) c = { 0 };
  g_auto (Answer) d = { 0 };
  g_auto (Answer) e = { 0 };
  g_auto (Answer) f = { 0 };

  stream (&a, done);
  g_assert_null (a.failure);
  g_assert_true (a.assembler.is_terminated);
  stream (&b, reason);
  g_assert_null (b.failure);
  g_assert_true (b.assembler.is_terminated);
  stream (&c, cut);
  g_assert_cmpint (c.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (c.failure->format, "ended early"));
  g_assert_cmpstr (graphbit_llm_response_get_text (c.response), ==, "a");
  stream (&d, nothing);
  g_assert_cmpint (d.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
  stream (&e, whole);
  g_assert_null (e.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (e.response), ==, "a");
  stream (&f, both);
  g_assert_null (f.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (f.response), ==, "ab");
}

/* Pieces that are no JSON are passed over, but not five in a row; nothing of them stays. */
static void
test_bad_lines (void)
{
#define BAD "{\"choices\":[{\"delta\":{\"content\":\"no\",\"reasoning\":\"no\",\"tool_calls\":[{\"index\":0,\"id\":\"x\"}]}}],\"usage\":{\"prompt_tokens\":9},\"id\":\"bad\""
#define GOOD "{\"id\":\"good\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"
  const char *const some[] = { BAD, BAD, BAD, BAD, GOOD, BAD, BAD, BAD, BAD, "null", "7", "[]", "\"x\"", "", "[DONE]", NULL };
  const char *const many[] = { GOOD, BAD, "junk", "{\"choices\":[{\"delta\":{\"content\":\"\\u0000\"}}]}", BAD, BAD, GOOD, NULL };
  g_auto (Answer) good = { 0 };
  g_auto (Answer) bad = { 0 };
  guint n_contents = 0;

  stream (&good, some);
  g_assert_null (good.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (good.response), ==, "a");
  g_assert_null (graphbit_llm_response_get_usage (good.response));
  g_assert_cmpuint (count_calls (&good), ==, 0);
  g_assert_cmpstr (graphbit_llm_response_get_id (good.response), ==, "good");
  for (GList *l = good.assembler.chunks.head; l != NULL; l = l->next)
    n_contents += graphbit_llm_chunk_get_kind (l->data) != GRAPHBIT_LLM_CHUNK_KIND_FINISH;
  g_assert_cmpuint (n_contents, ==, 1);

  stream (&bad, many);
  g_assert_cmpint (bad.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
  g_assert_cmpstr (graphbit_llm_response_get_text (bad.response), ==, "a");
}

static void
test_hostile (void)
{
  static const char *const bodies[] = {
    "", " ", "<html>502</html>", "null", "[]", "7", "{", "{}", "{\"choices\":[]}", "{\"choices\":{}}", "{\"choices\":[7]}",
    "{\"choices\":[{\"message\":{\"content\":\"a\"}}]} trailing", "{\"choices\":[{\"message\":{\"content\":\"\\u0000\"}}]}",
    "{\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}",
  };
  g_autoptr (GString) deep = g_string_new ("{\"choices\":");
  g_auto (Answer) nested = { 0 };
  g_auto (Answer) blank = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_auto (Answer) answer = { .verdict = { TRUE, FALSE, -1 } };

      parse (&answer, bodies[i]);
      g_assert_nonnull (answer.failure);
      g_assert_cmpint (answer.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
      g_assert_false (answer.verdict.may_retry);
      g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "");
    }

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "[");
  parse (&nested, deep->str);
  g_assert_cmpint (nested.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);

  /* Some keep a connection alive with blank lines before the answer. */
  parse (&blank, "\n\n \n{\"choices\":[{\"message\":{\"content\":\"a\"}}]}");
  g_assert_null (blank.failure);
}

static void
test_reset (void)
{
  const char *const events[] = { "{\"id\":\"one\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"a\",\"reasoning\":\"r\","
                                 "\"refusal\":\"x\",\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}}],\"usage\":{\"prompt_tokens\":1}}", NULL };
  g_auto (Answer) answer = { 0 };

  stream (&answer, events);
  g_clear_object (&answer.response);
  g_clear_pointer (&answer.failure, graphbit_failure_free);

  graphbit_llm_assembler_reset (&answer.assembler);
  g_assert_null (send_event (&answer, "", "{\"id\":\"two\",\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}"));
  g_assert_null (graphbit_llm_assembler_finish (&answer.assembler, TRUE));
  answer.response = graphbit_llm_assembler_make_response (&answer.assembler, "test", 5, 2);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "b");
  g_assert_cmpstr (graphbit_llm_response_get_id (answer.response), ==, "two");
  g_assert_null (graphbit_llm_response_get_model (answer.response));
  g_assert_null (graphbit_llm_response_get_reasoning (answer.response));
  g_assert_null (graphbit_llm_response_get_refusal (answer.response));
  g_assert_null (graphbit_llm_response_get_usage (answer.response));
  g_assert_cmpuint (count_calls (&answer), ==, 0);
  g_assert_cmpuint (g_queue_get_length (&answer.assembler.chunks), ==, 2);
}

/* The old form of a single call, streamed and whole. */
static void
test_function_call (void)
{
  const char *const events[] = {
    "{\"choices\":[{\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}}]}",
    "{\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":\"{\\\"a\\\":\"}}}]}",
    "{\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":\"1}\"}}}]}",
    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"function_call\"}]}", NULL
  };
  g_auto (Answer) streamed = { 0 };
  g_auto (Answer) whole = { 0 };

  stream (&streamed, events);
  g_assert_cmpuint (count_calls (&streamed), ==, 1);
  expect_call (&streamed, 0, NULL, "f", "{\"a\":1}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (streamed.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);

  parse (&whole, "{\"choices\":[{\"message\":{\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},\"finish_reason\":\"function_call\"}]}");
  expect_call (&whole, 0, NULL, "f", "{}");
}

/* OpenRouter's details of what was thought are kept for the way back, and nobody else's are. */
static void
test_reasoning_details (void)
{
  static const char first[] = "{\"type\":\"reasoning.text\",\"text\":\"Hm \",\"index\":0}";
  static const char second[] = "{ \"type\":\"reasoning.encrypted\", \"data\":\"x\" }";
  g_autofree char *body = g_strdup_printf ("{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning\":\"Hm \","
                                           "\"reasoning_details\":[%s,%s]}}]}", first, second);
  g_autofree char *one = g_strdup_printf ("{\"choices\":[{\"delta\":{\"content\":\"\",\"reasoning\":\"Hm \","
                                          "\"reasoning_details\":[%s]}}]}", first);
  g_autofree char *other = g_strdup_printf ("{\"choices\":[{\"delta\":{\"content\":\"a\",\"reasoning_details\":[%s]},"
                                            "\"finish_reason\":\"stop\"}]}", second);
  g_autofree char *wanted = g_strdup_printf ("{\"reasoning_details\":[%s,%s]}", first, second);
  const char *const events[] = {
    one, "{\"choices\":[{\"delta\":{\"reasoning_details\":[]}}]}", other,
    "{\"choices\":[{\"delta\":{\"reasoning_details\":null}}]}", "[DONE]", NULL
  };

  vendor_name = "deepseek";
  {
    /* blank lines while it waits */
    g_auto (Answer) late = { .failure = NULL };

    parse (&late, "\n\n\r\n \n{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning_content\":\"Hm\"}}]}\n");
    g_assert_null (late.failure);
    g_assert_cmpstr (graphbit_llm_response_get_text (late.response), ==, "a");
    g_assert_cmpstr (graphbit_llm_response_get_reasoning (late.response), ==, "Hm");
  }

  vendor_name = "openrouter";
  {
    g_auto (Answer) whole = { .failure = NULL };
    g_auto (Answer) streamed = { .failure = NULL };
    g_auto (Answer) plain = { .failure = NULL };

    parse (&whole, body);
    g_assert_null (whole.failure);
    g_assert_cmpstr (whole.assembler.native, ==, wanted);
    g_assert_cmpstr (graphbit_llm_response_get_reasoning (whole.response), ==, "Hm ");
    stream (&streamed, events);
    g_assert_null (streamed.failure);
    g_assert_cmpstr (streamed.assembler.native, ==, wanted);
    parse (&plain, "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}");
    g_assert_null (plain.assembler.native);
  }

  vendor_name = "openai_compatible";
  {
    g_auto (Answer) whole = { .failure = NULL };

    parse (&whole, body);
    g_assert_null (whole.assembler.native);
  }
}

/* What Gemini signs through its other door is kept where it stood, also where several calls have the same index. */
static void
test_extra_content (void)
{
#define SIGNED(text) "\"extra_content\":{\"google\":{\"thought_signature\":\"" text "\"}}"
  static const char *const events[] = {
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
    "\"arguments\":\"{}\"}," SIGNED ("s1") "}]}}]}",
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0," SIGNED ("s2") ",\"id\":\"c\\\"2\",\"function\":{\"name\":\"g\","
    "\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
    "[DONE]", NULL
  };
  g_auto (Answer) streamed = { .failure = NULL };
  g_auto (Answer) whole = { .failure = NULL };
  g_auto (Answer) foreign = { .failure = NULL };

  vendor_name = "openai_compatible";
  stream (&streamed, events);
  g_assert_null (streamed.failure);
  g_assert_cmpstr (streamed.assembler.native, ==,
                   "{\"extra_content\":{\"c1\":{\"google\":{\"thought_signature\":\"s1\"}},"
                   "\"c\\\"2\":{\"google\":{\"thought_signature\":\"s2\"}}}}");
  parse (&whole, "{\"choices\":[{\"message\":{\"content\":\"a\"," SIGNED ("s") "}}]}");
  g_assert_null (whole.failure);
  g_assert_cmpstr (whole.assembler.native, ==, "{\"extra_content\":{\"\":{\"google\":{\"thought_signature\":\"s\"}}}}");

  vendor_name = "openai";
  stream (&foreign, events);
  g_assert_null (foreign.assembler.native);
  vendor_name = "openai_compatible";
}

/* Errors within a 200, in the places where some have them. */
static void
test_errors_elsewhere (void)
{
  static const struct
  {
    const char *body;
    GraphbitError code;
    const char *message;
  } cases[] = {
    { "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "m" },
    { "{\"object\":\"error\",\"message\":\"m\",\"type\":\"t\",\"code\":\"3051\",\"raw_status_code\":400}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "m" },
    { "{\"choices\":[{\"delta\":{},\"finish_reason\":null}],\"x_groq\":{\"id\":\"r\",\"error\":\"over_capacity\"}}",
      GRAPHBIT_ERROR_UNAVAILABLE, "over_capacity" },
    { "{\"error\":{\"message\":\"m\",\"type\":null,\"code\":\"content_filter\",\"status\":400}}",
      GRAPHBIT_ERROR_CONTENT_FILTERED, "m" },
    { "{\"error\":{\"code\":\"ServerOverloaded\",\"message\":\"m\"}}", GRAPHBIT_ERROR_RATE_LIMITED, "m" },
    { "{\"error\":\"m\",\"error_type\":\"overloaded\"}", GRAPHBIT_ERROR_UNAVAILABLE, "m" },
    { "{\"error\":\"Unexpected endpoint or method\"}", GRAPHBIT_ERROR_UNAVAILABLE, "Unexpected endpoint or method" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const events[] = { cases[i].body, NULL };
      g_auto (Answer) whole = { .failure = NULL };
      g_auto (Answer) streamed = { .failure = NULL };

      parse (&whole, cases[i].body);
      g_assert_nonnull (whole.failure);
      g_assert_cmpint (whole.failure->code, ==, cases[i].code);
      g_assert_cmpstr (whole.failure->provider_message, ==, cases[i].message);
      stream (&streamed, events);
      g_assert_nonnull (streamed.failure);
      g_assert_cmpint (streamed.failure->code, ==, cases[i].code);
      g_assert_cmpstr (streamed.failure->provider_message, ==, cases[i].message);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/chat/answer/calls-by-index", test_calls_by_index);
  g_test_add_func ("/llm/chat/answer/calls-by-id", test_calls_by_id);
  g_test_add_func ("/llm/chat/answer/calls-same-index", test_calls_same_index);
  g_test_add_func ("/llm/chat/answer/calls-without-id", test_calls_without_id);
  g_test_add_func ("/llm/chat/answer/calls-of-one-id", test_calls_of_one_id);
  g_test_add_func ("/llm/chat/answer/arguments", test_arguments);
  g_test_add_func ("/llm/chat/answer/finish", test_finish);
  g_test_add_func ("/llm/chat/answer/content", test_content);
  g_test_add_func ("/llm/chat/answer/choices", test_choices);
  g_test_add_func ("/llm/chat/answer/usage", test_usage);
  g_test_add_func ("/llm/chat/answer/errors", test_errors);
  g_test_add_func ("/llm/chat/answer/ends", test_ends);
  g_test_add_func ("/llm/chat/answer/bad-lines", test_bad_lines);
  g_test_add_func ("/llm/chat/answer/hostile", test_hostile);
  g_test_add_func ("/llm/chat/answer/reset", test_reset);
  g_test_add_func ("/llm/chat/answer/function-call", test_function_call);
  g_test_add_func ("/llm/chat/answer/extra-content", test_extra_content);
  g_test_add_func ("/llm/chat/answer/reasoning-details", test_reasoning_details);
  g_test_add_func ("/llm/chat/answer/errors-elsewhere", test_errors_elsewhere);

  return g_test_run ();
}
