/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-wire-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-json-writer-private.h"

/* Where a provider names no limit of items, this is what goes well with servers of any size. */
#define USUAL_ITEMS 100

static const GraphbitEmbeddingWire wires[] = {
  {
    .provider = "openai",
    .vendor = "openai",
    .path = "/embeddings",
    .default_model = "text-embedding-3-small",
    .max_items = 2048,
    .max_tokens = 300000,
    .dimensions_name = "dimensions",
    .has_base64 = TRUE,
  },
  {
    .provider = "azure",
    .vendor = "azurellm",
    .path = "/embeddings",
    .max_items = 2048,
    .max_tokens = 300000,
    .dimensions_name = "dimensions",
    .has_base64 = TRUE,
  },
  {
    .provider = "mistralai",
    .vendor = "mistralai",
    .path = "/embeddings",
    .default_model = "mistral-embed",
    .max_items = USUAL_ITEMS,
    .dimensions_name = "output_dimension",
  },
  {
    .provider = "cohere",
    .vendor = "cohere",
    .style = GRAPHBIT_EMBEDDING_WIRE_COHERE,
    .path = "/v2/embed",
    .default_model = "embed-v4.0",
    .max_items = 96,
    .dimensions_name = "output_dimension",
    .type_name = "input_type",
    .types = { "search_document", "search_query", "search_document", NULL, "classification", "clustering" },
  },
  {
    .provider = "gemini",
    .vendor = "gemini",
    .style = GRAPHBIT_EMBEDDING_WIRE_GEMINI,
    .path = "/models/%s:batchEmbedContents",
    .default_model = "gemini-embedding-001",
    .max_items = 100,
    .dimensions_name = "outputDimensionality",
    .type_name = "taskType",
    .types = { NULL, "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING" },
  },
  {
    .provider = "ollama",
    .vendor = "ollama",
    .path = "/api/embed",
    .default_model = "nomic-embed-text",
    .max_items = USUAL_ITEMS,
    .dimensions_name = "dimensions",
  },
  {
    .provider = "voyage",
    .vendor = "voyage",
    .path = "/embeddings",
    .default_model = "voyage-3.5",
    .max_items = 1000,
    .max_tokens = 120000,
    .dimensions_name = "output_dimension",
    .type_name = "input_type",
    .types = { NULL, "query", "document", NULL, NULL, NULL },
    .has_base64 = TRUE,
  },
  {
    .provider = "huggingface",
    .vendor = "huggingface",
    .style = GRAPHBIT_EMBEDDING_WIRE_INPUTS,
    .path = "/models/%s/pipeline/feature-extraction",
    .base_url = "https://router.huggingface.co/hf-inference",
    .default_model = "sentence-transformers/all-MiniLM-L6-v2",
    .max_items = USUAL_ITEMS,
  },
  {
    .provider = "openai_compatible",
    .vendor = "openai_compatible",
    .path = "/embeddings",
    .max_items = USUAL_ITEMS,
    .dimensions_name = "dimensions",
  },
  {
    .provider = "litellm",
    .vendor = "litellm",
    .path = "/embeddings",
    .default_model = "text-embedding-3-small",
    .max_items = USUAL_ITEMS,
    .dimensions_name = "dimensions",
  },
  {
    .provider = "offline",
    .vendor = "offline",
    .style = GRAPHBIT_EMBEDDING_WIRE_OFFLINE,
    .default_model = "offline",
    .dimensions_name = "dimensions",
  },
};

const GraphbitEmbeddingWire *
graphbit_embedding_wire_lookup (const char *provider)
{
  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    if (strcmp (wires[i].provider, provider) == 0)
      return &wires[i];
  return NULL;
}

char *
graphbit_embedding_wire_make_path (const GraphbitEmbeddingWire *self,
                                   const char *model)
{
  const char *place = strstr (self->path, "%s");
  g_autofree char *escaped = NULL;
  GString *path;

  if (place == NULL)
    return g_strdup (self->path);

  /* a name with an owner in front of it is two parts of the path */
  escaped = g_uri_escape_string (model, "/", FALSE);
  path = g_string_new_len (self->path, place - self->path);
  g_string_append (path, escaped);
  g_string_append (path, place + strlen ("%s"));
  return g_string_free (path, FALSE);
}

gboolean
graphbit_embedding_wire_has_int8 (const char *model)
{
  /* Perplexity's, wherever they are served */
  return strstr (model, "pplx-embed") != NULL;
}

gboolean
graphbit_embedding_wire_check (const GraphbitEmbeddingWire *self,
                               const GraphbitVendor *vendor,
                               guint dimensions,
                               GraphbitEmbeddingInputType type,
                               GError **error)
{
  if (dimensions > 0 && self->dimensions_name == NULL)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                 _("%s cannot be asked for a number of dimensions; leave it at 0"), vendor->title);
  else if (type != GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET && self->types[type] == NULL)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                 _("%s has no such input type; leave it unset"), vendor->title);
  else
    return TRUE;

  return FALSE;
}

static void
write_texts (GraphbitJsonWriter *writer,
             const char *name,
             const char *const *texts,
             guint n_texts)
{
  graphbit_json_writer_name (writer, name);
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_texts; i++)
    graphbit_json_writer_string (writer, texts[i]);
  graphbit_json_writer_end_array (writer);
}

static void
write_settings (const GraphbitEmbeddingWire *self,
                GraphbitJsonWriter *writer,
                guint dimensions,
                GraphbitEmbeddingInputType type)
{
  if (self->types[type] != NULL)
    graphbit_json_writer_string_member (writer, self->type_name, self->types[type]);
  if (dimensions > 0)
    graphbit_json_writer_int64_member (writer, self->dimensions_name, dimensions);
}

static void
write_gemini_requests (const GraphbitEmbeddingWire *self,
                       GraphbitJsonWriter *writer,
                       const char *model,
                       const char *const *texts,
                       guint n_texts,
                       guint dimensions,
                       GraphbitEmbeddingInputType type)
{
  g_autofree char *full_name = g_strconcat ("models/", model, NULL);

  graphbit_json_writer_name (writer, "requests");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_texts; i++)
    {
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "model", full_name);
      graphbit_json_writer_name (writer, "content");
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_name (writer, "parts");
      graphbit_json_writer_begin_array (writer);
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "text", texts[i]);
      graphbit_json_writer_end_object (writer);
      graphbit_json_writer_end_array (writer);
      graphbit_json_writer_end_object (writer);
      write_settings (self, writer, dimensions, type);
      graphbit_json_writer_end_object (writer);
    }
  graphbit_json_writer_end_array (writer);
}

GString *
graphbit_embedding_wire_build (const GraphbitEmbeddingWire *self,
                               const char *model,
                               const char *const *texts,
                               guint n_texts,
                               guint dimensions,
                               GraphbitEmbeddingInputType type)
{
  GString *body = g_string_sized_new (1024);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, body);
  graphbit_json_writer_begin_object (&writer);
  switch (self->style)
    {
    case GRAPHBIT_EMBEDDING_WIRE_GEMINI:
      write_gemini_requests (self, &writer, model, texts, n_texts, dimensions, type);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_INPUTS:
      write_texts (&writer, "inputs", texts, n_texts);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_COHERE:
      graphbit_json_writer_string_member (&writer, "model", model);
      write_texts (&writer, "texts", texts, n_texts);
      write_settings (self, &writer, dimensions, type);
      graphbit_json_writer_name (&writer, "embedding_types");
      graphbit_json_writer_begin_array (&writer);
      graphbit_json_writer_string (&writer, "float");
      graphbit_json_writer_end_array (&writer);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_OPENAI:
    case GRAPHBIT_EMBEDDING_WIRE_OFFLINE:
    default:
      graphbit_json_writer_string_member (&writer, "model", model);
      write_texts (&writer, "input", texts, n_texts);
      write_settings (self, &writer, dimensions, type);
      if (self->has_base64)
        graphbit_json_writer_string_member (&writer, "encoding_format", "base64");
      break;
    }
  graphbit_json_writer_end_object (&writer);
  return body;
}
