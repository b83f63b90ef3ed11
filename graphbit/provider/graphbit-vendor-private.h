/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-failure-private.h"
#include "graphbit-http-call-private.h"
#include "graphbit-llm-capabilities.h"

G_BEGIN_DECLS

typedef enum
{
  GRAPHBIT_WIRE_CHAT,      /* OpenAI chat completions */
  GRAPHBIT_WIRE_RESPONSES, /* OpenAI responses, beside chat completions */
  GRAPHBIT_WIRE_ANTHROPIC, /* Anthropic messages */
  GRAPHBIT_WIRE_OLLAMA,    /* Ollama's own */
  GRAPHBIT_WIRE_GEMINI,    /* Gemini's generateContent */
  GRAPHBIT_WIRE_COHERE,    /* Cohere's chat, version 2 */
  GRAPHBIT_WIRE_REPLICATE, /* Replicate's predictions */
  GRAPHBIT_WIRE_CUSTOM     /* no wire: an LlmProvider answers */
} GraphbitWire;

/* How a vendor's dialect of a wire differs, as data. */
typedef enum
{
  GRAPHBIT_QUIRK_NONE = 0,
  GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS = 1 << 0, /* and not max_tokens */
  GRAPHBIT_QUIRK_STREAM_USAGE = 1 << 1,          /* asks for usage with stream_options */
  GRAPHBIT_QUIRK_NO_KEY = 1 << 2,                /* works without one */
  GRAPHBIT_QUIRK_LOCAL = 1 << 3,                 /* usually the user's own machine */
  GRAPHBIT_QUIRK_PLAIN_CALL_IDS = 1 << 4,        /* ids of tool calls of letters, digits, _ and - only */
  GRAPHBIT_QUIRK_HOST_VARIABLE = 1 << 5,         /* the variable for the base URL may be a host, with a port or none */
  GRAPHBIT_QUIRK_SHORT_CALL_IDS = 1 << 6,        /* ids of tool calls of just max_call_id letters and digits */
  GRAPHBIT_QUIRK_JSON_OBJECT = 1 << 7,           /* where it takes no schema, it can be held to some JSON object */
  GRAPHBIT_QUIRK_REASONING_BACK = 1 << 8,        /* wants what was thought before a tool call back with it */
  GRAPHBIT_QUIRK_REASONING_DETAILS = 1 << 9,     /* tells what was thought in a list that goes back as it came */
  GRAPHBIT_QUIRK_OPENAI_MODELS = 1 << 10,        /* MAX_COMPLETION_TOKENS holds for models with a name like OpenAI's only */
  GRAPHBIT_QUIRK_ANY_VERSION = 1 << 11,          /* no base_url_end after a base URL that has some version in it */
  GRAPHBIT_QUIRK_DENIED_TOKENS = 1 << 12,        /* 498: something that is said is on its list of what must not be */
  GRAPHBIT_QUIRK_RESPONSES = 1 << 20,            /* speaks the responses, too */
  GRAPHBIT_QUIRK_DOCUMENT_URLS = 1 << 23,        /* documents are addresses, as images are */
  GRAPHBIT_QUIRK_TEXT_DOCUMENTS = 1 << 25,       /* documents are texts, which every model reads */
  GRAPHBIT_QUIRK_CACHE_MARKS = 1 << 24,          /* takes Anthropic's marks for the cache within texts */
  GRAPHBIT_QUIRK_EXTRA_CONTENT = 1 << 22,        /* signs calls in members that go back with them (Gemini, through its other door) */
  GRAPHBIT_QUIRK_FINAL_500 = 1 << 21             /* 500 is what a mistake in the request is answered with */
} GraphbitQuirk;

/* Options that a vendor refuses or passes over: asking for one is an error before it is sent. */
typedef enum
{
  GRAPHBIT_LACK_NOTHING = 0,
  GRAPHBIT_LACK_SEED = 1 << 0,
  GRAPHBIT_LACK_METADATA = 1 << 1,
  GRAPHBIT_LACK_EFFORT = 1 << 2,
  GRAPHBIT_LACK_PARALLEL = 1 << 3, /* parallel-tool-calls */
  GRAPHBIT_LACK_CHOICE = 1 << 4,   /* a tool-choice: none can force a call, and what must not be called is not offered */
  GRAPHBIT_LACK_STOP = 1 << 8,
  GRAPHBIT_LACK_SAMPLING = 1 << 9,        /* temperature and top-p; 1, which is what they are by themselves, is let pass */
  GRAPHBIT_LACK_BOTH_SAMPLINGS = 1 << 10, /* temperature and top-p together */
  GRAPHBIT_LACK_UNLESS_IDLE = 1 << 11,    /* SAMPLING holds unless the model is told not to think */
  GRAPHBIT_LACK_DOCUMENTS = 1 << 12,      /* files that are no images */
  GRAPHBIT_LACK_NAMED_CHOICE = 1 << 13,   /* a tool-choice of one tool */
  GRAPHBIT_LACK_TOOLS = 1 << 14           /* it has no place for tools, whatever the model */
} GraphbitLack;

/* What a family of models has less than its vendor's protocol. */
typedef struct
{
  const char *vendors; /* names between blanks; NULL: whoever serves it */
  const char *models;  /* patterns between blanks, of the name in small letters */
  GraphbitLlmCapabilities without;
  GraphbitLack lacks;
  gboolean thinks; /* unasked */
  gboolean has_schema_value; /* a schema is the value of a response_format of json_object */
} GraphbitModelFamily;

/* Where a vendor with several kinds of address has what: the first row whose `base_end` the base URL ends with holds. */
typedef struct
{
  const char *base_end;      /* NULL: every base URL */
  const char *model_prefix;  /* before the path of what a model is asked; %s: its name, escaped */
  const char *other_prefix;  /* before that of everything else */
  const char *version;       /* of the API, told in the query, unless the configuration has one; NULL: none */
  const char *responses_version; /* the same for the responses, which no path names the model of; NULL: none */
  gboolean lacks_responses;
} GraphbitRoute;

/* One row per vendor. */
typedef struct
{
  const char *name;  /* what LlmConfig:provider says */
  const char *title; /* what messages say */
  GraphbitWire wire;
  GraphbitQuirk quirks;
  GraphbitLack lacks;
  GraphbitLlmCapabilities capabilities; /* of its protocol; a model may have less */
  const char *base_url;
  const char *base_url_end; /* what a base URL ends with, also where it was given without; NULL: nothing */
  const char *base_url_cut; /* what is taken away at its end, for the wire's paths begin with it; NULL: nothing */
  const char *base_url_variables[3];
  const char *key_variables[3];
  const char *model_variables[3];
  const char *version_variables[3];
  const char *secret_header;
  const char *secret_prefix;
  const char *headers[3]; /* name and value of one that each request has, unless the configuration has it */
  const char *organization_header; /* these three carry properties of the configuration; NULL: not sent */
  const char *organization_variable; /* the header's, where the configuration has none */
  const char *project_header;        /* carries a variable only */
  const char *project_variable;
  const char *site_url_header;
  const char *site_name_header;
  const char *default_model;
  const char *models_path; /* below the base URL, if it is not the wire's usual one */
  const char *seed_name;   /* NULL: the wire's usual one */
  const GraphbitRoute *routes; /* the last has no base_end; NULL: all paths are just below the base URL */
  const char *missing_model; /* what to do about 404 (title, the provider's words), translatable; NULL: the usual */
  guint max_call_id; /* the longest id of a tool call that it takes; 0: any */
  const char *own_hosts[3]; /* with all that is below them: where answers may send a client to with its key */
} GraphbitVendor;

const GraphbitVendor *graphbit_vendor_lookup (const char *name); /* NULL: unknown */

/* One without anything missing where the model is not listed. */
const GraphbitModelFamily *graphbit_vendor_find_family (const GraphbitVendor *self, const char *model);

/* Whether the responses are spoken there. */
gboolean graphbit_vendor_has_responses (const GraphbitVendor *self, const char *base_url);
/* The address of a path of the wire's. `model` is NULL where none is asked; `version` is the configuration's, or NULL. */
char *graphbit_vendor_make_uri (const GraphbitVendor *self,
                                GraphbitWire wire,
                                const char *base_url,
                                const char *model,
                                const char *path,
                                const char *version);
char *graphbit_vendor_dup_origin (const char *uri); /* of an address that has one */
/* Whether the key may go to an address that an answer names: the base URL's origin, or https at one of the vendor's hosts. */
gboolean graphbit_vendor_owns_uri (const GraphbitVendor *self, const char *base_url, const char *uri);
/* Whether the model counts its answer's limit in max_completion_tokens. */
gboolean graphbit_vendor_has_completion_limit (const GraphbitVendor *self, const char *model);

/* An error body in any vendor's shape → the failure with code, provider message, request id; corrects the verdict. */
GraphbitFailure *graphbit_vendor_explain (const GraphbitVendor *self,
                                          const GraphbitHttpHead *head,
                                          const char *body,
                                          gsize length,
                                          GraphbitHttpVerdict *verdict);
/* The same for an error object inside a 200 answer or stream. `status` 0: unknown. */
GraphbitFailure *graphbit_vendor_explain_body (const GraphbitVendor *self,
                                               int status,
                                               const char *body,
                                               gsize length,
                                               GraphbitHttpVerdict *verdict);
/* Some providers echo the key they refuse: takes it out of everything that `failure` says. Accepts NULL. */
void graphbit_vendor_redact (GraphbitFailure *failure, const GraphbitSecret *secret);
const char *graphbit_vendor_request_id (const GraphbitHttpHead *head); /* the known headers; or NULL */

G_END_DECLS
