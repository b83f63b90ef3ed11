/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-dialect-private.h"
#include "replay-support.h"

/*
 * Every recorded answer of every style, from its bytes to what the dialect
 * makes of them, in one piece, byte by byte, and split at random places.
 */

typedef enum
{
  SPLIT_NONE,
  SPLIT_BYTES,
  SPLIT_RANDOM
} Split;

typedef struct
{
  const char *name; /* as the recordings call it */
  const char *vendor; /* NULL: the recording's own */
  GraphbitWire wire;
  const char *const *ends; /* what the event that ends a stream has in it, in one of these spellings */
} Style;

static const char *const chat_ends[] = { "\"finish_reason\":\"", "\"finish_reason\": \"", NULL };
static const char *const anthropic_ends[] = { "\"message_stop\"}", "\"message_stop\" ", NULL };
static const char *const responses_ends[] = { "\"response.completed\"", NULL };
static const char *const gemini_ends[] = { "\"finishReason\":", NULL };
static const char *const ollama_ends[] = { "\"done\":true", NULL };
static const char *const cohere_ends[] = { "\"message-end\"", NULL };
static const char *const replicate_ends[] = { "event: done", NULL };

static const Style styles[] = {
  { "chat", NULL, GRAPHBIT_WIRE_CHAT, chat_ends },
  { "responses", "openai_compatible", GRAPHBIT_WIRE_RESPONSES, responses_ends },
  { "anthropic", "anthropic", GRAPHBIT_WIRE_ANTHROPIC, anthropic_ends },
  { "ollama", "ollama", GRAPHBIT_WIRE_OLLAMA, ollama_ends },
  { "gemini", "gemini", GRAPHBIT_WIRE_GEMINI, gemini_ends },
  { "cohere", "cohere", GRAPHBIT_WIRE_COHERE, cohere_ends },
  { "replicate", "replicate", GRAPHBIT_WIRE_REPLICATE, replicate_ends },
};

typedef struct
{
  GraphbitFraming framing;
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  GraphbitLlmAssembler assembler;
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;
  guint n_events;
} Replay;

static void
replay_init (Replay *replay,
             const Style *style,
             JsonNode *entry,
             gboolean wants_chunks,
             gboolean keeps_raw)
{
  replay->vendor = graphbit_vendor_lookup (style->vendor != NULL ? style->vendor : replay_get_chat_vendor (entry));
  replay->dialect = graphbit_llm_dialect_for (style->wire);
  graphbit_framing_init (&replay->framing, replay->dialect->framing);
  graphbit_llm_assembler_init (&replay->assembler, wants_chunks, keeps_raw);
}

static gboolean
take_event (gpointer data,
            const char *event,
            const char *text,
            gsize length)
{
  Replay *replay = data;

  replay->n_events++;
  replay->failure = replay->dialect->event (replay->vendor, &replay->assembler, event, text, length, &replay->verdict);

  return replay->failure == NULL;
}

static void
feed (Replay *replay,
      const char *body,
      gsize length,
      Split split,
      GRand *chance)
{
  gsize position = 0;

  while (position < length && replay->failure == NULL)
    {
      gsize piece = length - position;

      if (split == SPLIT_BYTES)
        piece = 1;
      else if (split == SPLIT_RANDOM)
        {
          gsize some = (gsize) g_rand_int_range (chance, 1, 200);

          piece = MIN (piece, some);
        }

      /* From a copy of just that length, so that a look beyond its end is noticed. */
      {
        g_autofree char *copy = g_memdup2 (body + position, piece);

        g_assert_null (graphbit_framing_feed (&replay->framing, copy, piece, take_event, replay));
      }
      position += piece;
    }

  if (replay->failure == NULL)
    graphbit_framing_end (&replay->framing, take_event, replay);
}

/* What a reader of the chunks sees is what the response says. */
static void
check_chunks (const char *label,
              GraphbitLlmAssembler *assembler,
              GraphbitLlmResponse *response)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) reasoning = g_string_new (NULL);
  GraphbitLlmChunkKind last = GRAPHBIT_LLM_CHUNK_KIND_CONTENT;
  guint n_calls = 0;

  for (GList *l = assembler->chunks.head; l != NULL; l = l->next)
    {
      GraphbitLlmChunk *chunk = l->data;

      last = graphbit_llm_chunk_get_kind (chunk);
      if (last == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        g_string_append (text, graphbit_llm_chunk_get_text (chunk));
      else if (last == GRAPHBIT_LLM_CHUNK_KIND_REASONING)
        g_string_append (reasoning, graphbit_llm_chunk_get_text (chunk));
      else if (last == GRAPHBIT_LLM_CHUNK_KIND_TOOL_CALL)
        n_calls = MAX (n_calls, (guint) graphbit_llm_chunk_get_index (chunk) + 1);
    }

  replay_check_text (label, "the chunks' text", text->str, graphbit_llm_response_get_text (response));
  replay_check_text (label, "the chunks' reasoning", reasoning->str, graphbit_llm_response_get_reasoning (response));
  replay_check_number (label, "the chunks' calls", n_calls,
                       g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (response)));
  replay_check_number (label, "the last chunk", last, GRAPHBIT_LLM_CHUNK_KIND_FINISH);
}

static void
check_response (const char *id,
                Split split,
                Replay *replay,
                JsonNode *expected)
{
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autofree char *label = g_strdup_printf ("%s, split %d", id, split);

  if ((replay->failure != NULL) != replay_wants_error (expected))
    {
      g_test_message ("%s: error: %s", label, replay->failure != NULL ? replay->failure->format : "none");
      g_test_fail ();
      return;
    }

  response = graphbit_llm_assembler_make_response (&replay->assembler, "test", 1, 1);
  replay_check_response (label, response, expected);
  if (replay->assembler.wants_chunks && replay->failure == NULL)
    check_chunks (label, &replay->assembler, response);
}

static void
replay_case (const Style *style,
             JsonNode *entry,
             const char *id,
             const char *body,
             gsize length,
             JsonNode *expected,
             gboolean is_stream,
             Split split,
             GRand *chance)
{
  Replay replay = { .failure = NULL };
  gboolean is_framed;

  replay_init (&replay, style, entry, is_stream, !is_stream);

  /* A server may answer a stream's request with a whole document. */
  is_framed = is_stream && (replay.dialect->framing == GRAPHBIT_FRAMING_NDJSON || body[strspn (body, " \t\r\n")] != '{');
  if (is_framed)
    feed (&replay, body, length, split, chance);
  else
    replay.failure = replay.dialect->parse (replay.vendor, &replay.assembler, body, length, &replay.verdict);
  if (replay.failure == NULL)
    replay.failure = graphbit_llm_assembler_finish (&replay.assembler, is_framed);

  check_response (id, split, &replay, expected);

  g_clear_pointer (&replay.failure, graphbit_failure_free);
  graphbit_llm_assembler_clear (&replay.assembler);
  graphbit_framing_clear (&replay.framing);
}

static void
replay_all (const Style *style,
            gboolean is_stream)
{
  g_autoptr (JsonNode) index = NULL;
  g_autoptr (GRand) chance = g_rand_new_with_seed (20260509);
  /* Valgrind takes one case of each provider through all the splits. */
  gboolean is_slow = g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0 && g_getenv ("ASAN_OPTIONS") == NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_cases = 0;

  if (!replay_has_fixtures ())
    return;

  index = replay_load_json ("index", ".json");
  g_assert_nonnull (index);
  for (guint i = 0; i < graphbit_json_get_size (index); i++)
    {
      JsonNode *entry = graphbit_json_get_element (index, i);
      const char *id = replay_get_text (entry, "id");
      g_autoptr (JsonNode) expected = NULL;
      g_autofree char *body = NULL;
      gsize length;

      if (g_strcmp0 (replay_get_text (entry, "kind"), is_stream ? "stream" : "plain") != 0)
        continue;
      expected = replay_load_json (id, ".expect.json");
      if (expected == NULL || g_strcmp0 (replay_get_text (expected, "style"), style->name) != 0)
        continue;

      n_cases++;
      body = replay_load_body (id, &length);
      replay_case (style, entry, id, body, length, expected, is_stream, SPLIT_NONE, chance);
      if (is_stream && (!is_slow || g_hash_table_add (seen, g_strdup (replay_get_text (entry, "provider")))))
        {
          replay_case (style, entry, id, body, length, expected, TRUE, SPLIT_BYTES, chance);
          for (guint round = 0; round < 3; round++)
            replay_case (style, entry, id, body, length, expected, TRUE, SPLIT_RANDOM, chance);
        }
    }

  g_test_message ("%u cases", n_cases);
  g_assert_cmpuint (n_cases, >, 0);
}

static void
test_plain (gconstpointer data)
{
  replay_all (data, FALSE);
}

static void
test_stream (gconstpointer data)
{
  replay_all (data, TRUE);
}

/* A stream that is cut anywhere is never taken for a whole one. */
static void
test_cut (gconstpointer data)
{
  const Style *style = data;
  g_autoptr (JsonNode) index = NULL;
  guint n_cases = 0;

  if (!replay_has_fixtures ())
    return;

  index = replay_load_json ("index", ".json");
  for (guint i = 0; i < graphbit_json_get_size (index) && n_cases < 40; i++)
    {
      JsonNode *entry = graphbit_json_get_element (index, i);
      const char *id = replay_get_text (entry, "id");
      g_autoptr (JsonNode) expected = NULL;
      g_autofree char *body = NULL;
      gsize length;
      const char *end;

      if (g_strcmp0 (replay_get_text (entry, "kind"), "stream") != 0)
        continue;
      expected = replay_load_json (id, ".expect.json");
      if (expected == NULL || g_strcmp0 (replay_get_text (expected, "style"), style->name) != 0)
        continue;
      body = replay_load_body (id, &length);

      /* Before the first end that is told. */
      end = NULL;
      for (guint j = 0; style->ends[j] != NULL && end == NULL; j++)
        end = strstr (body, style->ends[j]);
      if (end == NULL)
        continue;

      n_cases++;
      for (gsize cut = 0; cut < (gsize) (end - body); cut += 97)
        {
          Replay replay = { .failure = NULL };

          replay_init (&replay, style, entry, TRUE, FALSE);
          feed (&replay, body, cut, SPLIT_NONE, NULL);
          g_assert_null (replay.failure);
          replay.failure = graphbit_llm_assembler_finish (&replay.assembler, TRUE);
          if (replay.failure == NULL)
            g_test_message ("%s, cut at %" G_GSIZE_FORMAT, id, cut);
          g_assert_nonnull (replay.failure);
          g_assert_cmpint (replay.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
          graphbit_failure_free (replay.failure);
          graphbit_llm_assembler_clear (&replay.assembler);
          graphbit_framing_clear (&replay.framing);
        }
    }

  g_assert_cmpuint (n_cases, >, 0);
}

/* Predictions as they were recorded: begun, and under way. */
static void
test_predictions (void)
{
  static const char *const ids[] = { "openllmetry/replicate/0000", "openllmetry/replicate/0002" };
  const Style style = { "replicate", "replicate", GRAPHBIT_WIRE_REPLICATE, NULL };
  Replay replay = { .failure = NULL };

  if (!replay_has_fixtures ())
    return;

  replay_init (&replay, &style, NULL, TRUE, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      gsize length;
      g_autofree char *body = replay_load_body (ids[i], &length);

      replay.failure = replay.dialect->parse (replay.vendor, &replay.assembler, body, length, &replay.verdict);
      g_assert_null (replay.failure);
      g_assert_cmpstr (replay.assembler.rest.path, ==, "/predictions/vdcbnszbj37qhlzgoergjj5dsa");
      g_assert_cmpstr (replay.assembler.model, ==, "stability-ai/stable-diffusion");
      g_assert_false (replay.assembler.rest.is_over);
      g_assert_cmpuint (g_bytes_get_size (replay.assembler.raw), ==, length);
    }
  graphbit_llm_assembler_clear (&replay.assembler);
  graphbit_framing_clear (&replay.framing);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      g_autofree char *plain = g_strdup_printf ("/llm/replay/%s/plain", styles[i].name);
      g_autofree char *stream = g_strdup_printf ("/llm/replay/%s/stream", styles[i].name);
      g_autofree char *cut = g_strdup_printf ("/llm/replay/%s/cut", styles[i].name);

      /* none of a language model was recorded */
      if (styles[i].wire != GRAPHBIT_WIRE_REPLICATE)
        g_test_add_data_func (plain, &styles[i], test_plain);
      g_test_add_data_func (stream, &styles[i], test_stream);
      g_test_add_data_func (cut, &styles[i], test_cut);
    }
  g_test_add_func ("/llm/replay/predictions", test_predictions);

  return g_test_run ();
}
