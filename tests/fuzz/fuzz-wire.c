/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-model-info.h"

/*
 * What a server may send: as a whole answer, as a stream cut anywhere, as an
 * error, as a list of models. With FUZZ_WIRE on one wire only, else on all.
 */

typedef struct
{
  GraphbitWire wire;
  const char *vendor;
} Target;

/* One for each wire, and those that read it in a way of their own. */
static const Target targets[] = {
  { GRAPHBIT_WIRE_CHAT, "openai" },
  { GRAPHBIT_WIRE_CHAT, "openai_compatible" },
  { GRAPHBIT_WIRE_RESPONSES, "openai" },
  { GRAPHBIT_WIRE_ANTHROPIC, "anthropic" },
  { GRAPHBIT_WIRE_OLLAMA, "ollama" },
  { GRAPHBIT_WIRE_GEMINI, "gemini" },
  { GRAPHBIT_WIRE_COHERE, "cohere" },
  { GRAPHBIT_WIRE_REPLICATE, "replicate" },
};

typedef struct
{
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  GraphbitLlmAssembler assembler;
  GraphbitHttpVerdict verdict;
  GraphbitFailure *failure;
} Answer;

static void
answer_init (Answer *answer,
             const GraphbitVendor *vendor,
             const GraphbitLlmDialect *dialect,
             FuzzChance *chance)
{
  *answer = (Answer){ 0 };
  answer->vendor = vendor;
  answer->dialect = dialect;
  answer->verdict.retry_after_ms = -1;
  graphbit_llm_assembler_init (&answer->assembler, fuzz_chance_next (chance, 2) == 0, fuzz_chance_next (chance, 2) == 0);
}

/* What an application would see of it: everything is text. */
static void
check_failure (const GraphbitFailure *failure)
{
  g_autoptr (GError) error = failure != NULL ? graphbit_failure_to_error (failure, NULL) : NULL;

  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
}

static void
answer_end (Answer *answer,
            gboolean is_stream)
{
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitFailure) ended = NULL;
  GListModel *calls;

  if (answer->failure == NULL)
    ended = graphbit_llm_assembler_finish (&answer->assembler, is_stream);
  check_failure (answer->failure);
  check_failure (ended);

  response = graphbit_llm_assembler_make_response (&answer->assembler, answer->vendor->name, 1, 1);
  g_assert_true (g_utf8_validate (graphbit_llm_response_get_text (response), -1, NULL));
  calls = graphbit_llm_response_get_tool_calls (response);
  for (guint i = 0; calls != NULL && i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GObject) call = g_list_model_get_item (calls, i);

      g_assert_nonnull (call);
    }

  g_clear_pointer (&answer->failure, graphbit_failure_free);
  graphbit_llm_assembler_clear (&answer->assembler);
}

static gboolean
take_event (gpointer user_data,
            const char *event,
            const char *data,
            gsize length)
{
  Answer *answer = user_data;

  answer->failure = answer->dialect->event (answer->vendor, &answer->assembler, event, data, length, &answer->verdict);
  return answer->failure == NULL;
}

static void
check_models (const GraphbitVendor *vendor,
              const GraphbitLlmDialect *dialect,
              const char *data,
              gsize size)
{
  g_autoptr (GListStore) models = g_list_store_new (GRAPHBIT_TYPE_MODEL_INFO);
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autofree char *after = NULL;

  if (dialect->parse_models != NULL)
    failure = dialect->parse_models (vendor, data, size, models, &after);
  check_failure (failure);
  g_assert_true (after == NULL || g_utf8_validate (after, -1, NULL));
}

static void
check_target (const Target *target,
              const guint8 *data,
              gsize size,
              FuzzChance *chance)
{
  static const int statuses[] = { 0, 200, 400, 401, 403, 404, 429, 500, 503 };
  const GraphbitVendor *vendor = graphbit_vendor_lookup (target->vendor);
  const GraphbitLlmDialect *dialect = graphbit_llm_dialect_for (target->wire);
  GraphbitHttpVerdict verdict = { .retry_after_ms = -1 };
  g_autoptr (GraphbitFailure) explained = NULL;
  Answer answer;
  GraphbitFraming framing;
  gsize position = 0;

  answer_init (&answer, vendor, dialect, chance);
  answer.failure = dialect->parse (vendor, &answer.assembler, (const char *) data, size, &answer.verdict);
  answer_end (&answer, FALSE);

  answer_init (&answer, vendor, dialect, chance);
  graphbit_framing_init (&framing, dialect->framing);
  while (position < size && answer.failure == NULL)
    {
      gsize piece = 1 + fuzz_chance_next (chance, 1000);
      g_autofree char *copy = NULL;

      piece = MIN (piece, size - position);
      copy = g_memdup2 (data + position, piece);
      g_assert_null (graphbit_framing_feed (&framing, copy, piece, take_event, &answer));
      position += piece;
    }
  if (answer.failure == NULL)
    graphbit_framing_end (&framing, take_event, &answer);
  graphbit_framing_clear (&framing);
  /* the rest of it, where that is told apart */
  if (answer.failure == NULL && dialect->stop_path != NULL)
    answer.failure = dialect->parse (vendor, &answer.assembler, (const char *) data, size, &answer.verdict);
  answer_end (&answer, TRUE);

  explained = graphbit_vendor_explain_body (vendor, statuses[fuzz_chance_next (chance, G_N_ELEMENTS (statuses))],
                                            (const char *) data, size, &verdict);
  check_failure (explained);
  check_models (vendor, dialect, (const char *) data, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  FuzzChance chance = fuzz_chance_new (data, size);

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
#ifdef FUZZ_WIRE
      if (targets[i].wire != FUZZ_WIRE)
        continue;
#endif
      check_target (&targets[i], data, size, &chance);
    }

  return 0;
}
