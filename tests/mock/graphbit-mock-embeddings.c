/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/*
 * Embeddings in everybody's words. The vector of a text is made of its hash, so
 * it is the same whoever asks for it. Limits are those that the providers have.
 */

#define USUAL_DIMENSIONS 8

typedef struct
{
  const char *path_end;
  const char *texts; /* the member with them */
  const char *dimensions;
  guint max_items;
  guint status;        /* of more than that */
  const char *opening; /* of the answer, before the vectors … */
  const char *closing; /* … after them, up to the number of words … */
  const char *end;     /* … and behind that; NULL: it is not told */
} Style;

static const Style styles[] = {
  { ":batchEmbedContents", "requests", "outputDimensionality", 100, 400, "{\"embeddings\":[", "]}", NULL },
  { "/pipeline/feature-extraction", "inputs", NULL, 32, 413, "[", "]", NULL },
  { "/api/embed", "input", "dimensions", 2048, 400, "{\"model\":\"m\",\"embeddings\":[", "],\"prompt_eval_count\":", "}" },
  { "/v2/embed", "texts", "output_dimension", 96, 400, "{\"id\":\"1\",\"embeddings\":{\"float\":[",
    "]},\"meta\":{\"billed_units\":{\"input_tokens\":", "}},\"response_type\":\"embeddings_by_type\"}" },
  { "/embeddings", "input", "dimensions", 2048, 400, "{\"object\":\"list\",\"data\":[",
    "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":", "}}" },
};

static const Style *
find_style (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_has_suffix (path, styles[i].path_end))
      return &styles[i];
  return NULL;
}

/* (nullable) */
static const char *
get_text (JsonNode *element)
{
  JsonArray *parts;
  JsonObject *content;

  if (JSON_NODE_HOLDS_VALUE (element))
    return json_node_get_string (element);
  content = JSON_NODE_HOLDS_OBJECT (element) ? mock_member_object (json_node_get_object (element), "content") : NULL;
  parts = content != NULL ? mock_member_array (content, "parts") : NULL;
  return parts != NULL && json_array_get_length (parts) > 0 ? mock_member_string (mock_element_object (parts, 0), "text") : NULL;
}

static float *
make_vector (const char *text,
             guint       dimensions)
{
  float *vector = g_new (float, dimensions);
  guint32 state = g_str_hash (text);

  for (guint i = 0; i < dimensions; i++)
    {
      state = state * 1664525 + 1013904223;
      vector[i] = ((float) (state >> 8 & 1023) - 511.5f) / 512.0f;
    }
  return vector;
}

static void
append_numbers (GString     *out,
                const float *vector,
                guint        dimensions)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (out, '[');
  for (guint i = 0; i < dimensions; i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      g_string_append (out, g_ascii_formatd (number, sizeof number, "%.9g", (double) vector[i]));
    }
  g_string_append_c (out, ']');
}

/* Last first: the order is the index's. */
static void
append_object (GString     *out,
               const float *vector,
               guint        dimensions,
               guint        index,
               gboolean     wants_base64)
{
  g_string_append_printf (out, "{\"object\":\"embedding\",\"index\":%u,\"embedding\":", index);
  if (wants_base64)
    {
      g_autofree guint32 *words = g_memdup2 (vector, dimensions * sizeof (float));
      g_autofree char *text = NULL;

      for (guint i = 0; i < dimensions; i++)
        words[i] = GUINT32_TO_LE (words[i]);
      text = g_base64_encode ((const guchar *) words, dimensions * sizeof (float));
      g_string_append_printf (out, "\"%s\"", text);
    }
  else
    append_numbers (out, vector, dimensions);
  g_string_append_c (out, '}');
}

static guint
get_dimensions (const Style *style,
                JsonObject  *body)
{
  static const char *const names[] = { "dimensions", "output_dimension", "outputDimensionality" };
  JsonArray *requests = mock_member_array (body, "requests");
  gint64 dimensions = 0;

  if (requests != NULL && json_array_get_length (requests) > 0)
    body = mock_element_object (requests, 0);
  for (gsize i = 0; style->dimensions != NULL && i < G_N_ELEMENTS (names) && dimensions == 0; i++)
    dimensions = json_object_get_int_member_with_default (body, names[i], 0);
  return dimensions > 0 && dimensions <= 10000 ? (guint) dimensions : USUAL_DIMENSIONS;
}

static MockResponse *
refuse (MockWire    wire,
        guint       status,
        const char *message)
{
  return mock_wire_error (wire, status, "invalid_request_error", NULL, message);
}

/* (nullable) Something else was asked for. */
MockResponse *
mock_embeddings_answer (MockRequest *request,
                        const char  *path,
                        MockWire     wire)
{
  const Style *style = find_style (path);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (MockResponse) response = NULL;
  JsonObject *body;
  JsonArray *texts;
  GString *out;
  guint n_words = 0, n_texts, dimensions;
  gboolean wants_base64;

  if (style == NULL || !g_str_equal (request->method, "POST"))
    return NULL;
  if (!json_parser_load_from_data (parser, g_bytes_get_data (request->body, NULL), (gssize) g_bytes_get_size (request->body), NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return refuse (wire, 400, "We could not parse the JSON body of your request.");

  body = json_node_get_object (json_parser_get_root (parser));
  texts = mock_member_array (body, style->texts);
  n_texts = texts != NULL ? json_array_get_length (texts) : 0;
  if (n_texts == 0)
    return refuse (wire, 400, "There is nothing to embed.");
  if (n_texts > style->max_items)
    return refuse (wire, style->status, "There are too many texts in one request.");
  if (g_str_equal (style->path_end, "/v2/embed") && mock_member_string (body, "input_type") == NULL)
    return refuse (wire, 400, "invalid request: valid input_type must be provided with the provided model");

  dimensions = get_dimensions (style, body);
  wants_base64 = g_strcmp0 (mock_member_string (body, "encoding_format"), "base64") == 0;
  out = g_string_new (style->opening);
  for (guint i = 0; i < n_texts; i++)
    {
      guint index = wire == MOCK_WIRE_OPENAI && g_str_equal (style->path_end, "/embeddings") ? n_texts - 1 - i : i;
      const char *text = get_text (json_array_get_element (texts, index));
      g_autofree float *vector = NULL;

      if (text == NULL || *text == '\0')
        {
          g_string_free (out, TRUE);
          return refuse (wire, 400, "'input' cannot be an empty string.");
        }
      vector = make_vector (text, dimensions);
      n_words += mock_count_words (text);
      g_string_append (out, i > 0 ? "," : "");
      if (g_str_equal (style->path_end, "/embeddings"))
        append_object (out, vector, dimensions, index, wants_base64);
      else if (g_str_equal (style->texts, "requests"))
        {
          g_string_append (out, "{\"values\":");
          append_numbers (out, vector, dimensions);
          g_string_append_c (out, '}');
        }
      else
        append_numbers (out, vector, dimensions);
    }
  g_string_append (out, style->closing);
  if (style->end != NULL)
    g_string_append_printf (out, "%u%s", n_words, style->end);
  response = mock_response_new (200, "application/json");
  mock_response_take_text (response, out);
  return g_steal_pointer (&response);
}
