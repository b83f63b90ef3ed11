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
#include "graphbit-json-private.h"
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
    /* Text Embeddings Inference, as it comes */
    .provider = "huggingface",
    .vendor = "huggingface",
    .style = GRAPHBIT_EMBEDDING_WIRE_INPUTS,
    .path = "/embed",
    .base_end = "/embed",
    .is_own_server = TRUE,
    .default_model = "sentence-transformers/all-MiniLM-L6-v2",
    .max_items = 32,
    .dimensions_name = "dimensions",
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

const GraphbitEmbeddingWire *
graphbit_embedding_wire_choose (const GraphbitEmbeddingWire *self,
                                const char *base_url)
{
  for (guint i = 0; base_url != NULL && i < G_N_ELEMENTS (wires); i++)
    {
      const char *end = wires[i].base_end;

      /* a path, and not the name of a host */
      if (end != NULL && strcmp (wires[i].provider, self->provider) == 0 && g_str_has_suffix (base_url, end) &&
          strlen (base_url) > strlen (end) && base_url[strlen (base_url) - strlen (end) - 1] != '/')
        return &wires[i];
    }
  return self;
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

gboolean
graphbit_embedding_wire_check_extra_body (const GraphbitEmbeddingWire *self,
                                          JsonNode *extra_body,
                                          GError **error)
{
  static const char *const names[] = { "input", "texts", "content", "inputs" }; /* by style */
  const char *name = names[self->style];

  if (graphbit_json_get_member (extra_body, name) == NULL)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The extra body must not set “%s”; the texts come from embed and embed_many"), name);
  return FALSE;
}

/* A body being written, in which the application's members take the place of ours. */
typedef struct
{
  const GraphbitEmbeddingWire *wire;
  GraphbitJsonWriter writer;
  JsonNode *extra_body;
  guint dimensions;
  GraphbitEmbeddingInputType type;
} Body;

static void
begin_array (Body *self,
             const char *name)
{
  graphbit_json_writer_name (&self->writer, name);
  graphbit_json_writer_begin_array (&self->writer);
}

static void
write_texts (Body *self,
             const char *name,
             const char *const *texts,
             guint n_texts)
{
  begin_array (self, name);
  for (guint i = 0; i < n_texts; i++)
    graphbit_json_writer_string (&self->writer, texts[i]);
  graphbit_json_writer_end_array (&self->writer);
}

static gboolean
is_given (Body *self,
          const char *name)
{
  return self->extra_body != NULL && graphbit_json_get_member (self->extra_body, name) != NULL;
}

static void
write_member (Body *self,
              const char *name,
              const char *value)
{
  if (!is_given (self, name))
    graphbit_json_writer_string_member (&self->writer, name, value);
}

static void
write_settings (Body *self)
{
  const GraphbitEmbeddingWire *wire = self->wire;

  if (wire->types[self->type] != NULL)
    write_member (self, wire->type_name, wire->types[self->type]);
  if (self->dimensions > 0 && !is_given (self, wire->dimensions_name))
    graphbit_json_writer_int64_member (&self->writer, wire->dimensions_name, self->dimensions);
}

static void
write_extra_body (Body *self)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;

  if (self->extra_body == NULL)
    return;

  graphbit_json_members_init (&members, self->extra_body);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_NULL)
        continue;
      graphbit_json_writer_name (&self->writer, name);
      graphbit_json_write_node (&self->writer, value);
    }
}

static void
write_gemini_requests (Body *self,
                       const char *model,
                       const char *const *texts,
                       guint n_texts)
{
  g_autofree char *full_name = g_strconcat ("models/", model, NULL);

  begin_array (self, "requests");
  for (guint i = 0; i < n_texts; i++)
    {
      graphbit_json_writer_begin_object (&self->writer);
      write_member (self, "model", full_name);
      graphbit_json_writer_name (&self->writer, "content");
      graphbit_json_writer_begin_object (&self->writer);
      begin_array (self, "parts");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "text", texts[i]);
      graphbit_json_writer_end_object (&self->writer);
      graphbit_json_writer_end_array (&self->writer);
      graphbit_json_writer_end_object (&self->writer);
      write_settings (self);
      write_extra_body (self);
      graphbit_json_writer_end_object (&self->writer);
    }
  graphbit_json_writer_end_array (&self->writer);
}

GString *
graphbit_embedding_wire_build (const GraphbitEmbeddingWire *self,
                               const char *model,
                               const char *const *texts,
                               guint n_texts,
                               guint dimensions,
                               GraphbitEmbeddingInputType type,
                               JsonNode *extra_body)
{
  GString *string = g_string_sized_new (1024);
  Body body = { .wire = self, .extra_body = extra_body, .dimensions = dimensions, .type = type };

  graphbit_json_writer_init (&body.writer, string);
  graphbit_json_writer_begin_object (&body.writer);
  switch (self->style)
    {
    case GRAPHBIT_EMBEDDING_WIRE_GEMINI:
      write_gemini_requests (&body, model, texts, n_texts);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_INPUTS:
      write_texts (&body, "inputs", texts, n_texts);
      write_settings (&body);
      write_extra_body (&body);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_COHERE:
      write_member (&body, "model", model);
      write_texts (&body, "texts", texts, n_texts);
      write_settings (&body);
      if (!is_given (&body, "embedding_types"))
        {
          begin_array (&body, "embedding_types");
          graphbit_json_writer_string (&body.writer, "float");
          graphbit_json_writer_end_array (&body.writer);
        }
      write_extra_body (&body);
      break;

    case GRAPHBIT_EMBEDDING_WIRE_OPENAI:
    case GRAPHBIT_EMBEDDING_WIRE_OFFLINE:
    default:
      write_member (&body, "model", model);
      write_texts (&body, "input", texts, n_texts);
      write_settings (&body);
      /* in base64, other types of numbers could be taken for floats */
      if (self->has_base64 && !is_given (&body, "output_dtype"))
        write_member (&body, "encoding_format", "base64");
      write_extra_body (&body);
      break;
    }
  graphbit_json_writer_end_object (&body.writer);
  return string;
}
