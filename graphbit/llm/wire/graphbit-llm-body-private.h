/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-content-part.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-tool-spec.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* The body of a request: what the wires have in common in saying one. */
typedef struct
{
  GraphbitJsonWriter writer;
  GString *body;
  const GraphbitVendor *vendor;
  GraphbitLlmCapabilities capabilities; /* the configuration's */
  JsonNode *overrides; /* LlmConfig:extra-body */
} GraphbitLlmBody;

/* Opens the object, and names the model. */
void graphbit_llm_body_begin (GraphbitLlmBody *self, const GraphbitVendor *vendor, GraphbitLlmConfig *config, GString *body);
/* The same on wires where the address names it. */
void graphbit_llm_body_begin_unnamed (GraphbitLlmBody *self, const GraphbitVendor *vendor, GraphbitLlmConfig *config,
                                      GString *body);
/* Names the next member, unless the configuration has one of that name. */
gboolean graphbit_llm_body_begin_member (GraphbitLlmBody *self, const char *name);
/* The configuration's member of that name, for the wire to merge: an object, NULL, or a JSON null, with which nothing is
 * written. INVALID_ARGUMENT. */
gboolean graphbit_llm_body_get_given (GraphbitLlmBody *self, const char *name, JsonNode **given, GError **error);
/* Names the next member within such an object, unless `given` has it. */
gboolean graphbit_llm_body_begin_inner (GraphbitLlmBody *self, JsonNode *given, const char *name);
/* The configuration's members (but `except`, which the wire has merged itself; or NULL), and the object's end. */
void graphbit_llm_body_end (GraphbitLlmBody *self, const char *except);
/* The members of an object; those that are null are left out. */
void graphbit_llm_body_write_members (GraphbitLlmBody *self, JsonNode *object, const char *except);

/* An image or document, ready to be said. */
typedef struct
{
  const char *uri;    /* http:, https: or data:; NULL: it is `bytes` */
  char *address;      /* behind `uri` of a GFile in the network; else NULL */
  const char *base64; /* what a data: address holds, borrowed; else NULL */
  char *mime_type;    /* NULL where an address does not tell */
  GBytes *bytes;
} GraphbitLlmMedia;

void graphbit_llm_media_clear (GraphbitLlmMedia *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraphbitLlmMedia, graphbit_llm_media_clear)
/* Reads a file where it is one, by blocking. INVALID_ARGUMENT, NOT_FOUND. */
gboolean graphbit_llm_media_load (GraphbitLlmMedia *self, GraphbitContentPart *part, GError **error);
/* As a string; of those that have no address but data:. */
void graphbit_llm_body_write_base64 (GraphbitLlmBody *self, const GraphbitLlmMedia *media);
/* What a document is called; never empty. */
char *graphbit_llm_media_dup_name (const GraphbitLlmMedia *self, GraphbitContentPart *part);
/* What it says; NULL: it is not here, or no text in UTF-8. A PDF is none, also where its bytes happen to be. */
const char *graphbit_llm_media_peek_text (const GraphbitLlmMedia *self, gsize *length);
/* Whether somebody has to fetch it. */
gboolean graphbit_llm_media_is_link (const GraphbitLlmMedia *self);
/* As a string: the address, or data:MIME;base64,… */
void graphbit_llm_body_write_media_uri (GraphbitLlmBody *self, const GraphbitLlmMedia *media);
/* data:MIME;base64,… */
void graphbit_llm_body_write_data_uri (GraphbitLlmBody *self, const GraphbitLlmMedia *media);

/*
 * The parts of a message in their order, its text first, the empty ones left out: either `text` or `media_part` is there.
 * FALSE: stop, with an error.
 */
typedef gboolean (*GraphbitLlmPartFunc) (GraphbitLlmBody *self, const char *text, GraphbitContentPart *media_part, GError **error);

/* UNSUPPORTED for images and files of a role that is not among `media_roles` (1 << GraphbitLlmRole); of a tool's, func
 * gets a text that tells of them. */
gboolean graphbit_llm_body_walk_parts (GraphbitLlmBody *self,
                                       GraphbitLlmMessage *message,
                                       guint media_roles,
                                       GraphbitLlmPartFunc func,
                                       GError **error);

/* An id that the vendor takes, made of one that another may have invented: always the same of the same. */
void graphbit_llm_body_write_call_id (GraphbitLlmBody *self, const char *id);
/* What a model left unfinished goes back as a value that is JSON: some read it, and some refuse what is none. */
void graphbit_llm_body_write_arguments_text (GraphbitLlmBody *self, const char *arguments);
void graphbit_llm_body_write_arguments_object (GraphbitLlmBody *self, const char *arguments);

/* What a tool said, where that must be an object: in one, if it is none. */
void graphbit_llm_body_write_result_object (GraphbitLlmBody *self, const char *result);
/* Which tool a result is of, where the id does not say it. NULL: no call before it has that id. */
char *graphbit_llm_body_find_tool_name (GListModel *messages, guint before, const char *id);

/* The word JSON must be among what is said to those that are held to some object. */
char *graphbit_llm_body_make_schema_words (const char *schema);
/* The schema for models that cannot be held to one (NULL: they can, or none is asked for), for a message of the system's. */
char *graphbit_llm_body_dup_schema_words (GraphbitLlmBody *self, GraphbitLlmOptions *options);

/* {"role":"system","content":…} */
void graphbit_llm_body_write_system (GraphbitLlmBody *self, const char *content);

/* As it was given: without the blanks, but with its members in their order. */
void graphbit_llm_body_write_schema (GraphbitLlmBody *self, const char *schema);
/* A tool's parameters, which always are of an object and say so. */
void graphbit_llm_body_write_parameters (GraphbitLlmBody *self, GraphbitLlmToolSpec *tool);
/* As most describe one: {"type":"function","function":{…}}. */
void graphbit_llm_body_write_function_tool (GraphbitLlmBody *self, GraphbitLlmToolSpec *tool);
/* What the provider signed goes back where it stood: of what was kept of a message (or NULL), by the id of a call, "" for itself. */
void graphbit_llm_body_write_extra_content (GraphbitLlmBody *self, JsonNode *native, const char *id);
/* The calls of an assistant's message in the same shape, as an array; with what was signed of them, if something was kept. */
void graphbit_llm_body_write_function_calls (GraphbitLlmBody *self, GraphbitLlmMessage *message, JsonNode *native);
void graphbit_llm_body_write_texts (GraphbitLlmBody *self, const char *const *texts);
void graphbit_llm_body_write_metadata (GraphbitLlmBody *self, GVariant *metadata);

/* Whether every object of a schema is closed and requires all its properties, and nothing but the common words is in it:
 * the subset that a provider can hold a model to while it writes. */
gboolean graphbit_llm_is_strict_schema (JsonNode *schema);

G_END_DECLS
