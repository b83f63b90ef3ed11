/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-answer-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-json-reader-private.h"
#include "graphbit-vector-private.h"

/* What is wrong with an answer that is JSON; the reader knows what is wrong with other JSON. */
typedef enum
{
  FAULT_NONE,
  FAULT_NO_VECTOR,
  FAULT_LENGTH,
  FAULT_INDEX,
  FAULT_NUMBER
} Fault;

static const char *const faults[] = {
  [FAULT_NO_VECTOR] = "an embedding is no list of numbers",
  [FAULT_LENGTH] = "embeddings have different lengths",
  [FAULT_INDEX] = "an embedding has a wrong or a repeated index",
  [FAULT_NUMBER] = "an embedding has a number that is not finite",
};

void
graphbit_embedding_answer_init (GraphbitEmbeddingAnswer *self,
                                guint n_wanted)
{
  *self = (GraphbitEmbeddingAnswer) { .n_wanted = n_wanted, .prompt_tokens = -1 };
  self->has = g_new0 (guint8, n_wanted);
  self->scratch = g_array_new (FALSE, FALSE, sizeof (float));
  self->bytes = g_byte_array_new ();
}

void
graphbit_embedding_answer_clear (GraphbitEmbeddingAnswer *self)
{
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->has, g_free);
  g_clear_pointer (&self->scratch, g_array_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

/* The vector in scratch. */
static Fault
add_vector (GraphbitEmbeddingAnswer *self,
            gint64 index)
{
  const float *vector = (const float *) self->scratch->data;
  guint n = self->scratch->len;

  if (n == 0)
    return FAULT_NO_VECTOR;
  if (index < 0 || index >= self->n_wanted || self->has[index])
    return FAULT_INDEX;
  if (self->dimensions == 0)
    {
      /* a value is written in more than a byte: so many do not fit into what came */
      if ((guint64) n * self->n_wanted > self->length)
        return FAULT_LENGTH;
      self->dimensions = n;
      self->values = g_new (float, (gsize) n * self->n_wanted);
    }
  if (n != self->dimensions)
    return FAULT_LENGTH;
  if (!graphbit_vector_is_finite (vector, n))
    return FAULT_NUMBER;

  memcpy (self->values + (gsize) index * n, vector, n * sizeof (float));
  self->has[index] = TRUE;
  self->n_found++;
  return FAULT_NONE;
}

/* float32, little-endian; or int8 */
static Fault
read_base64 (GraphbitEmbeddingAnswer *self,
             GraphbitJsonReader *reader)
{
  const guint8 *bytes;
  float *values;
  guint n;

  if (!graphbit_json_reader_read_base64 (reader, self->bytes))
    return graphbit_json_reader_get_error (reader, NULL) == NULL ? FAULT_NO_VECTOR : FAULT_NONE; /* the reader knows */
  if (self->bytes->len == 0 || (!self->has_int8 && self->bytes->len % sizeof (float) != 0))
    return FAULT_NO_VECTOR;

  n = self->has_int8 ? self->bytes->len : self->bytes->len / (guint) sizeof (float);
  g_array_set_size (self->scratch, n);
  bytes = self->bytes->data;
  values = (float *) self->scratch->data;
  if (self->has_int8)
    {
      for (guint i = 0; i < n; i++)
        values[i] = (float) (gint8) bytes[i];
      return FAULT_NONE;
    }
  memcpy (values, bytes, n * sizeof (float));
#if G_BYTE_ORDER != G_LITTLE_ENDIAN
  for (guint i = 0; i < n; i++)
    ((guint32 *) values)[i] = GUINT32_FROM_LE (((guint32 *) values)[i]);
#endif
  return FAULT_NONE;
}

/* A vector for each token of a text: their mean. */
static Fault
read_tokens (GraphbitEmbeddingAnswer *self,
             GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_array (reader);
  g_autofree double *sums = NULL;
  guint n_tokens = 0, n = 0;

  while (graphbit_json_reader_next_element (reader, scope))
    {
      g_array_set_size (self->scratch, 0);
      if (!graphbit_json_reader_read_floats (reader, self->scratch))
        return FAULT_NO_VECTOR;
      if (n_tokens++ == 0)
        {
          n = self->scratch->len;
          sums = g_new0 (double, MAX (n, 1));
        }
      if (self->scratch->len != n)
        return FAULT_LENGTH;
      for (guint i = 0; i < n; i++)
        sums[i] += (double) g_array_index (self->scratch, float, i);
    }

  g_array_set_size (self->scratch, n);
  for (guint i = 0; i < n; i++)
    g_array_index (self->scratch, float, i) = (float) (sums[i] / n_tokens);
  return FAULT_NONE;
}

/* Into scratch. */
static Fault
read_vector (GraphbitEmbeddingAnswer *self,
             GraphbitJsonReader *reader)
{
  g_array_set_size (self->scratch, 0);
  switch (graphbit_json_reader_get_kind (reader))
    {
    case GRAPHBIT_JSON_KIND_ARRAY:
      return graphbit_json_reader_read_floats (reader, self->scratch) ? FAULT_NONE : read_tokens (self, reader);

    case GRAPHBIT_JSON_KIND_STRING:
      return read_base64 (self, reader);

    case GRAPHBIT_JSON_KIND_NONE:
      return FAULT_NONE; /* the reader knows */

    default:
      return FAULT_NO_VECTOR;
    }
}

/* {"index":0,"embedding":…} or {"values":…} */
static Fault
read_item (GraphbitEmbeddingAnswer *self,
           GraphbitJsonReader *reader,
           gint64 index)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  gboolean has_vector = FALSE;
  Fault fault;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "index"))
        {
          graphbit_json_reader_read_int64 (reader, &index);
        }
      else if (graphbit_json_reader_member_is (reader, "embedding") || graphbit_json_reader_member_is (reader, "values"))
        {
          fault = read_vector (self, reader);
          if (fault != FAULT_NONE)
            return fault;
          has_vector = TRUE;
        }
    }
  return has_vector ? add_vector (self, index) : FAULT_NO_VECTOR;
}

static Fault
read_list (GraphbitEmbeddingAnswer *self,
           GraphbitJsonReader *reader)
{
  guint scope;
  Fault fault = FAULT_NONE;

  /* a list of numbers is itself the one vector */
  g_array_set_size (self->scratch, 0);
  if (self->n_wanted == 1 && graphbit_json_reader_read_floats (reader, self->scratch))
    return self->scratch->len > 0 ? add_vector (self, 0) : FAULT_NO_VECTOR;

  scope = graphbit_json_reader_enter_array (reader);
  for (gint64 index = 0; fault == FAULT_NONE && graphbit_json_reader_next_element (reader, scope); index++)
    {
      if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
        {
          fault = read_item (self, reader, index);
          continue;
        }
      fault = read_vector (self, reader);
      if (fault == FAULT_NONE)
        fault = add_vector (self, index);
    }
  return fault;
}

/* What "embeddings" and "embedding" are, or what the whole document is. */
static Fault
read_vectors (GraphbitEmbeddingAnswer *self,
              GraphbitJsonReader *reader)
{
  Fault fault = FAULT_NONE;
  guint scope;

  switch (graphbit_json_reader_get_kind (reader))
    {
    case GRAPHBIT_JSON_KIND_ARRAY:
      return read_list (self, reader);

    case GRAPHBIT_JSON_KIND_OBJECT:
      scope = graphbit_json_reader_enter_object (reader);
      while (fault == FAULT_NONE && graphbit_json_reader_next_member (reader, scope))
        if (graphbit_json_reader_member_is (reader, "float"))
          {
            fault = read_list (self, reader);
          }
        else if (graphbit_json_reader_member_is (reader, "values"))
          {
            fault = read_vector (self, reader);
            if (fault == FAULT_NONE)
              fault = add_vector (self, 0);
          }
      return fault;

    case GRAPHBIT_JSON_KIND_NONE:
      return FAULT_NONE;

    default:
      return FAULT_NO_VECTOR;
    }
}

/* The first of these that is there; "billed_units" is inside of "meta". */
static void
read_usage (GraphbitEmbeddingAnswer *self,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "billed_units"))
        read_usage (self, reader);
      else if (graphbit_json_reader_member_is (reader, "prompt_tokens") ||
               graphbit_json_reader_member_is (reader, "promptTokenCount") ||
               graphbit_json_reader_member_is (reader, "input_tokens") ||
               (self->prompt_tokens < 0 && graphbit_json_reader_member_is (reader, "total_tokens")))
        graphbit_json_reader_read_int64 (reader, &self->prompt_tokens);
    }
}

static GraphbitFailure *
protocol_failure (const GraphbitVendor *vendor,
                  const char *what)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                               N_ ("%s answered with something that is no list of embeddings (%s); check the base URL and the model"),
                               vendor->title, what, NULL);
}

GraphbitFailure *
graphbit_embedding_answer_read (GraphbitEmbeddingAnswer *self,
                                const GraphbitVendor *vendor,
                                const char *body,
                                gsize length,
                                GraphbitHttpVerdict *verdict)
{
  GraphbitJsonReader reader;
  Fault fault = FAULT_NONE;
  gboolean has_error = FALSE;
  guint scope;

  verdict->may_retry = FALSE;
  self->length = length;
  graphbit_json_reader_init (&reader, body, length);
  scope = graphbit_json_reader_enter_object (&reader);
  if (scope == 0)
    fault = read_vectors (self, &reader);
  while (fault == FAULT_NONE && graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "data") ||
          graphbit_json_reader_member_is (&reader, "embeddings") ||
          graphbit_json_reader_member_is (&reader, "embedding"))
        fault = read_vectors (self, &reader);
      else if (graphbit_json_reader_member_is (&reader, "usage") ||
               graphbit_json_reader_member_is (&reader, "usageMetadata") ||
               graphbit_json_reader_member_is (&reader, "meta"))
        read_usage (self, &reader);
      else if (graphbit_json_reader_member_is (&reader, "prompt_eval_count"))
        graphbit_json_reader_read_int64 (&reader, &self->prompt_tokens);
      else if (graphbit_json_reader_member_is (&reader, "error"))
        has_error = graphbit_json_reader_get_kind (&reader) != GRAPHBIT_JSON_KIND_NULL;
    }

  if (fault == FAULT_NONE && !graphbit_json_reader_finish (&reader))
    {
      g_autofree char *error = graphbit_json_reader_dup_error (&reader);

      return protocol_failure (vendor, error);
    }
  if (has_error && self->n_found == 0)
    return graphbit_vendor_explain_body (vendor, 200, body, length, verdict);
  if (fault != FAULT_NONE)
    return protocol_failure (vendor, faults[fault]);
  if (self->n_found < self->n_wanted)
    {
      g_autofree char *counts = g_strdup_printf ("%u of %u", self->n_found, self->n_wanted);

      return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL, N_ ("%s answered with only %s embeddings; try again"),
                                   vendor->title, counts, NULL);
    }
  verdict->tokens = MAX (self->prompt_tokens, 0);
  return NULL;
}
