/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-reader-private.h"
#include "graphbit-llm-assembler-private.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/*
 * What one JSON document of an answer brings: a whole answer, or one event of
 * a stream. Text goes to the assembler at once, so that nothing is copied
 * twice, but counts only when the document turns out to be whole; everything
 * else waits for that here.
 */

typedef struct
{
  int index; /* the wire's; -1: none */
  char *id;
  char *name;
  GString *arguments; /* NULL: none yet */
} GraphbitLlmFragment;

typedef struct
{
  const GraphbitVendor *vendor;
  GraphbitLlmAssembler *assembler;
  gboolean is_stream;

  gsize text_length; /* before it */
  gsize reasoning_length;
  gsize refusal_length;
  guint n_blocks;

  GArray *fragments; /* of GraphbitLlmFragment, made when there is one */
  GraphbitLlmUsageCounts usage;
  char *finish; /* as the provider said it */
  char *id;
  char *model;
  gboolean finishes_later; /* the reason alone is no end: the stream must say is_end */
  gboolean is_end;
  gboolean has_answer;     /* what the wire calls one */
  gboolean has_error;      /* the document is one */
  const char *error;       /* an error within, borrowed from the document */
  gsize error_length;
  char *problem;           /* why it is no JSON; NULL while all is well */
} GraphbitLlmDocument;

/* A value within the document, as it is written; NULL: it is not there. For parts that are first found and then read. */
typedef struct
{
  const char *text;
  gsize length;
} GraphbitLlmSlice;

/* Reads all that it knows; what it leaves is skipped and checked. */
typedef void (*GraphbitLlmDocumentFunc) (GraphbitLlmDocument *self, GraphbitJsonReader *reader);

/* A whole answer, kept raw where the assembler wants it. What is no JSON or no answer is PROTOCOL. */
GraphbitFailure *graphbit_llm_document_take_whole (const GraphbitVendor *vendor,
                                                   GraphbitLlmAssembler *assembler,
                                                   const char *body,
                                                   gsize length,
                                                   GraphbitLlmDocumentFunc func,
                                                   GraphbitHttpVerdict *verdict);
/* An event. Empty ones are passed over, and up to four in a row that are no JSON. */
GraphbitFailure *graphbit_llm_document_take_event (const GraphbitVendor *vendor,
                                                   GraphbitLlmAssembler *assembler,
                                                   const char *event,
                                                   const char *data,
                                                   gsize length,
                                                   GraphbitLlmDocumentFunc func,
                                                   GraphbitHttpVerdict *verdict);

/* The end of a reader over an inner part: what is wrong with the part is wrong with the document. */
void graphbit_llm_document_check (GraphbitLlmDocument *self, GraphbitJsonReader *reader);

/* Fields that are made when something comes. */
GString *graphbit_llm_document_get_string (GString **field);
/* A string that is not empty. */
void graphbit_llm_document_append_text (GraphbitJsonReader *reader, GString **field);
/* Leaves a word that is not empty. Only the first one counts. */
void graphbit_llm_document_read_word (GraphbitJsonReader *reader, char **word);
/* Only a value of that kind. */
void graphbit_llm_document_read_slice (GraphbitJsonReader *reader, GraphbitJsonKind kind, GraphbitLlmSlice *slice);
/* A string's text; nothing for an empty one. */
void graphbit_llm_document_append_slice (GraphbitLlmDocument *self, const GraphbitLlmSlice *slice, GString **field);
GraphbitLlmFragment *graphbit_llm_document_add_fragment (GraphbitLlmDocument *self, int index);
/* The arguments of a call, which are a text on some wires and an object on others. */
void graphbit_llm_document_read_arguments (GraphbitJsonReader *reader, GString **arguments);
/* An object with name and arguments. */
void graphbit_llm_document_read_function (GraphbitJsonReader *reader, GraphbitLlmFragment *fragment);

GraphbitLlmFinishReason graphbit_llm_normalise_finish (const char *text);

G_END_DECLS
