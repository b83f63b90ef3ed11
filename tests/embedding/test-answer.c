/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-embedding-answer-private.h"
#include "graphbit-embedding-wire-private.h"

static GraphbitFailure *
read_answer (GraphbitEmbeddingAnswer *answer,
             const char *body,
             guint n_wanted)
{
  /* just its size, so that a byte read beyond its end is seen */
  g_autofree char *copy = g_memdup2 (body, strlen (body));
  GraphbitHttpVerdict verdict = { 0 };

  graphbit_embedding_answer_init (answer, n_wanted);
  return graphbit_embedding_answer_read (answer, graphbit_vendor_lookup ("openai"), copy, strlen (body), &verdict);
}

static void
check_answer (const char *body,
              guint n_wanted,
              guint dimensions,
              gint64 prompt_tokens,
              const float *values)
{
  GraphbitEmbeddingAnswer answer;
  g_autoptr (GraphbitFailure) failure = read_answer (&answer, body, n_wanted);

  g_assert_null (failure);
  g_assert_cmpuint (answer.dimensions, ==, dimensions);
  g_assert_cmpint (answer.prompt_tokens, ==, prompt_tokens);
  g_assert_cmpmem (answer.values, (int) (n_wanted * dimensions * sizeof (float)),
                   values, (int) (n_wanted * dimensions * sizeof (float)));
  graphbit_embedding_answer_clear (&answer);
}

static void
check_failure (const char *body,
               guint n_wanted,
               GraphbitError code)
{
  GraphbitEmbeddingAnswer answer;
  g_autoptr (GraphbitFailure) failure = read_answer (&answer, body, n_wanted);

  if (failure == NULL)
    g_error ("%s was read", body);
  g_assert_cmpint (failure->code, ==, code);
  graphbit_embedding_answer_clear (&answer);
}

static void
test_shapes (void)
{
  static const float two[] = { 1, -0.5f, 3, 4 };

  check_answer ("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,-0.5]},"
                "{\"index\":1,\"embedding\":[3,4]}],\"model\":\"m\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":3}}",
                2, 2, 2, two);
  /* out of order; the length of the text is before the vector, and Voyage tells a total only */
  check_answer ("{\"data\":[{\"embedding\":[3,4],\"index\":1},{\"embedding\":[1,-5e-1],\"index\":0}],"
                "\"usage\":{\"total_tokens\":7}}", 2, 2, 7, two);
  /* base64, also with a slash that is escaped, and with the text of both paddings */
  check_answer ("{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAL8=\"},{\"index\":1,\"embedding\":\"AABAQAAAgEA=\"}]}",
                2, 2, -1, two);
  check_answer ("{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAL8=\"},{\"index\":1,\"embedding\":[3.0,4.0]}]}",
                2, 2, -1, two);
  check_answer ("{\"id\":\"x\",\"embeddings\":{\"float\":[[1,-0.5],[3,4]]},\"texts\":[\"a\",\"b\"],"
                "\"meta\":{\"api_version\":{\"version\":\"2\"},\"billed_units\":{\"input_tokens\":208}}}", 2, 2, 208, two);
  check_answer ("{\"embeddings\":[[1,-0.5],[3,4]],\"prompt_eval_count\":5}", 2, 2, 5, two);
  check_answer ("{\"embeddings\":[{\"values\":[1,-0.5]},{\"values\":[3,4]}],\"usageMetadata\":{\"promptTokenCount\":9}}",
                2, 2, 9, two);
  check_answer ("[[1,-0.5],[3,4]]", 2, 2, -1, two);
  /* of single texts */
  check_answer ("{\"embedding\":{\"values\":[1,-0.5]}}", 1, 2, -1, two);
  check_answer ("{\"embedding\":[1,-0.5]}", 1, 2, -1, two);
  check_answer ("[1,-0.5]", 1, 2, -1, two);
  check_answer ("[[1,-0.5]]", 1, 2, -1, two);
  /* of tokens: the mean */
  check_answer ("[[[0,0],[2,-1]],[[3,4]]]", 2, 2, -1, two);
}

static void
test_slashes (void)
{
  float value;
  GraphbitEmbeddingAnswer answer;
  g_autoptr (GraphbitFailure) failure = NULL;
  const guint8 bytes[] = { 0xff, 0xff, 0x7f, 0x3f }; /* "//9/Pw==" */

  memcpy (&value, bytes, sizeof value);
  failure = read_answer (&answer, "{\"data\":[{\"embedding\":\"\\/\\/9\\/Pw==\"}]}", 1);
  g_assert_null (failure);
  g_assert_cmpuint (answer.dimensions, ==, 1);
  g_assert_cmpmem (answer.values, 4, bytes, 4);
  graphbit_embedding_answer_clear (&answer);
}

static void
test_faults (void)
{
  static const char *const bodies[] = {
    "", "{", "null", "\"text\"", "{}", "[]", "{\"data\":[]}", "{\"data\":{}}", "{\"data\":null}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}",                                            /* one of two */
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,2]}]}",          /* twice */
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":2,\"embedding\":[1,2]}]}",          /* beyond */
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":-1,\"embedding\":[1,2]}]}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2,3]}]}",        /* length */
    "{\"data\":[{\"index\":0,\"embedding\":[]},{\"index\":1,\"embedding\":[]}]}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1}]}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,\"2\"]},{\"index\":1,\"embedding\":[1,2]}]}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":\"AACA\"}]}",       /* no whole value */
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":\"AACAPwAA!!8=\"}]}", /* no base64 */
    "{\"data\":[{\"index\":0,\"embedding\":\"AADAfw==\"},{\"index\":1,\"embedding\":\"AADAfw==\"}]}", /* NaN */
    "{\"data\":[{\"index\":0,\"embedding\":[1e39]},{\"index\":1,\"embedding\":[1]}]}",
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]}]",           /* cut off */
    "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]}]} x",
    "{\"data\":[{\"index\":0,\"embedding\":\"\"},{\"index\":1,\"embedding\":\"\"}]}",
    "[\"\",\"\"]", "[[1,2],[3]]", "[[1,2],[3,4],[5,6]]", "[[[1,2],[3]],[[1,2]]]", "[[[]],[[]]]", "[1,2]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    check_failure (bodies[i], 2, GRAPHBIT_ERROR_PROTOCOL);
  check_failure ("{\"error\":{\"message\":\"Rate limit\",\"type\":\"rate_limit_error\",\"code\":\"rate_limit_exceeded\"}}", 1,
                 GRAPHBIT_ERROR_RATE_LIMITED);
}

/* One long vector where very many were asked for: no room is made for what cannot be there. */
static void
test_long_vector (void)
{
  g_autoptr (GString) body = g_string_new ("[[0");

  for (guint i = 0; i < 100000; i++)
    g_string_append (body, ",0");
  g_string_append (body, "]]");
  check_failure (body->str, 1000000, GRAPHBIT_ERROR_PROTOCOL);
}

/* Every byte of it gone, and everything behind it: a failure, or what was there. */
static void
test_cut_off (void)
{
  const char *body = "{\"data\":[{\"index\":0,\"embedding\":[1,-0.5e0]},{\"index\":1,\"embedding\":\"AABAQAAAgEA=\"}]}";

  for (gsize length = 0; length < strlen (body); length++)
    {
      g_autofree char *cut = g_strndup (body, length);

      check_failure (cut, 2, GRAPHBIT_ERROR_PROTOCOL);
    }
}

static void
check_body (const char *provider,
            guint dimensions,
            GraphbitEmbeddingInputType type,
            const char *wanted)
{
  static const char *const texts[] = { "a", "“b”\n" };
  const GraphbitEmbeddingWire *wire = graphbit_embedding_wire_lookup (provider);
  g_autoptr (GString) body = NULL;

  g_assert_nonnull (wire);
  body = graphbit_embedding_wire_build (wire, "m", texts, 2, dimensions, type, NULL);
  g_assert_cmpstr (body->str, ==, wanted);
}

static void
test_bodies (void)
{
  g_autofree char *path = NULL;

  check_body ("openai", 0, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
              "{\"model\":\"m\",\"input\":[\"a\",\"“b”\\n\"],\"encoding_format\":\"base64\"}");
  check_body ("azure", 256, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
              "{\"model\":\"m\",\"input\":[\"a\",\"“b”\\n\"],\"dimensions\":256,\"encoding_format\":\"base64\"}");
  check_body ("mistralai", 256, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
              "{\"model\":\"m\",\"input\":[\"a\",\"“b”\\n\"],\"output_dimension\":256}");
  check_body ("voyage", 0, GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY,
              "{\"model\":\"m\",\"input\":[\"a\",\"“b”\\n\"],\"input_type\":\"query\",\"encoding_format\":\"base64\"}");
  check_body ("ollama", 0, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET, "{\"model\":\"m\",\"input\":[\"a\",\"“b”\\n\"]}");
  check_body ("cohere", 0, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
              "{\"model\":\"m\",\"texts\":[\"a\",\"“b”\\n\"],\"input_type\":\"search_document\",\"embedding_types\":[\"float\"]}");
  check_body ("cohere", 64, GRAPHBIT_EMBEDDING_INPUT_TYPE_CLUSTERING,
              "{\"model\":\"m\",\"texts\":[\"a\",\"“b”\\n\"],\"input_type\":\"clustering\",\"output_dimension\":64,"
              "\"embedding_types\":[\"float\"]}");
  check_body ("gemini", 64, GRAPHBIT_EMBEDDING_INPUT_TYPE_SIMILARITY,
              "{\"requests\":[{\"model\":\"models/m\",\"content\":{\"parts\":[{\"text\":\"a\"}]},\"taskType\":\"SEMANTIC_SIMILARITY\","
              "\"outputDimensionality\":64},{\"model\":\"models/m\",\"content\":{\"parts\":[{\"text\":\"“b”\\n\"}]},"
              "\"taskType\":\"SEMANTIC_SIMILARITY\",\"outputDimensionality\":64}]}");
  check_body ("huggingface", 0, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET, "{\"inputs\":[\"a\",\"“b”\\n\"]}");

  path = graphbit_embedding_wire_make_path (graphbit_embedding_wire_lookup ("huggingface"), "some/model name");
  g_assert_cmpstr (path, ==, "/models/some/model%20name/pipeline/feature-extraction");
}

static void
test_refusals (void)
{
  const GraphbitVendor *vendor = graphbit_vendor_lookup ("openai");
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_embedding_wire_check (graphbit_embedding_wire_lookup ("voyage"), vendor, 64,
                                                GRAPHBIT_EMBEDDING_INPUT_TYPE_DOCUMENT, &error));
  g_assert_no_error (error);
  g_assert_false (graphbit_embedding_wire_check (graphbit_embedding_wire_lookup ("huggingface"), vendor, 64,
                                                 GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (graphbit_embedding_wire_check (graphbit_embedding_wire_lookup ("cohere"), vendor, 0,
                                                 GRAPHBIT_EMBEDDING_INPUT_TYPE_SIMILARITY, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedding/answer/shapes", test_shapes);
  g_test_add_func ("/embedding/answer/slashes", test_slashes);
  g_test_add_func ("/embedding/answer/faults", test_faults);
  g_test_add_func ("/embedding/answer/long-vector", test_long_vector);
  g_test_add_func ("/embedding/answer/cut-off", test_cut_off);
  g_test_add_func ("/embedding/wire/bodies", test_bodies);
  g_test_add_func ("/embedding/wire/refusals", test_refusals);

  return g_test_run ();
}
