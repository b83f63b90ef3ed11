/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-mock-server.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Where in a response something happens; counted in bytes of the body, before chunk framing. */
typedef enum
{
  MOCK_AT_NEVER,
  MOCK_AT_BEFORE_STATUS,
  MOCK_AT_AFTER_STATUS,
  MOCK_AT_AFTER_HEADERS,
  MOCK_AT_BODY_BYTES,
  MOCK_AT_AFTER_BODY
} MockPlace;

typedef struct
{
  MockPlace place;
  guint64 n_bytes;
} MockPosition;

typedef enum
{
  MOCK_FRAMING_AUTO,
  MOCK_FRAMING_LENGTH,
  MOCK_FRAMING_CHUNKED,
  MOCK_FRAMING_CLOSE
} MockFraming;

#define MOCK_SPLIT_RANDOM G_MAXSIZE

typedef struct
{
  char *id;
  char *name;
  char *arguments;
} MockToolCall;

/* One scripted step. Everything but the two counters at its end is immutable once it was parsed. */
typedef struct
{
  gatomicrefcount ref_count;

  gboolean on_connect;
  char *match;

  guint status;
  char *content_type;
  GPtrArray *headers; /* name, value, name, value … */
  GPtrArray *body;    /* (nullable) of GBytes: the pieces of a literal body */
  GBytes *raw;        /* (nullable) the whole response, head included */
  MockFraming framing;
  gboolean connection_close;

  gboolean has_answer; /* any of the fields down to call_tools was given */
  char *text;
  char **pieces;
  char *reasoning;
  char *refusal;
  char *finish_reason;
  char *model;
  GPtrArray *tool_calls; /* (nullable) of MockToolCall */
  JsonNode *usage;       /* (nullable) */
  gboolean omit_usage;
  gboolean omit_done;
  gboolean call_tools;
  GPtrArray *events; /* (nullable) of char *: data lines after the answer's content */
  guint looks;       /* that find an answer which is made apart still being made */

  gboolean garbage;
  gboolean garbage_body;
  guint64 huge_bytes;

  guint delay_ms;
  guint chunk_delay_ms;
  guint drip_ms;
  gsize split;
  guint32 seed;
  MockPosition stall;
  MockPosition reset;
  MockPosition close;

  gint64 times; /* left; −1 for always; the server's lock */
} MockStep;

GPtrArray *mock_steps_parse (const char  *json,
                             gssize       length,
                             GError     **error);
MockStep  *mock_step_ref    (MockStep    *step);
void       mock_step_unref  (MockStep    *step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockStep, mock_step_unref)

typedef enum
{
  MOCK_OUTCOME_PENDING,
  MOCK_OUTCOME_COMPLETE, /* every byte of the response was written */
  MOCK_OUTCOME_ABORTED,  /* the client went away before that */
  MOCK_OUTCOME_RESET,    /* the script reset the connection */
  MOCK_OUTCOME_CLOSED,   /* the script closed the connection early */
  MOCK_OUTCOME_STOPPED   /* the server was stopped */
} MockOutcome;

/* What one request was. The last four fields change under the server's lock. */
typedef struct
{
  gatomicrefcount ref_count;

  guint generation; /* of the server's record, which clear () starts anew */
  guint64 index;
  guint64 connection;
  gint64 time_us;
  char *method;
  char *target;
  GPtrArray *headers; /* name, value, name, value … */
  GBytes *body;

  MockStep *step; /* (nullable) what answers it */
  MockOutcome outcome;
  guint status;
  gint64 end_us;
} MockRequest;

MockRequest *mock_request_new        (void);
MockRequest *mock_request_ref        (MockRequest *request);
void         mock_request_unref      (MockRequest *request);
const char  *mock_request_get_header (MockRequest *request,
                                      const char  *name);
gboolean     mock_request_has_token  (MockRequest *request,
                                      const char  *name,
                                      const char  *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockRequest, mock_request_unref)

#define MOCK_MAX_BODY (256 * 1024 * 1024)

typedef struct
{
  GString *in; /* read and not yet taken */
  gsize head_length; /* of the request being read; 0 before its end was seen */
  gsize chunk_position; /* 0 for a body of a known length */
  GByteArray *chunked_body;
  guint64 content_length;
  MockRequest *incoming;
  gboolean wants_continue;
  gboolean last; /* the client wants no further request on the connection */
} MockReader;

void  mock_reader_init  (MockReader   *self);
void  mock_reader_clear (MockReader   *self);
guint mock_reader_next  (MockReader   *self,
                         MockRequest **request);

typedef struct
{
  guint status;
  char *content_type;
  GPtrArray *headers; /* name, value, name, value … */
  GPtrArray *pieces;  /* of GBytes */
  gboolean streamed;
} MockResponse;

MockResponse *mock_response_new       (guint         status,
                                       const char   *content_type);
void          mock_response_free      (MockResponse *response);
void          mock_response_take_text (MockResponse *response,
                                       GString      *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockResponse, mock_response_free)

/* graphbit-mock-openai.c: what is answered, as content */
MockResponse *mock_openai_answer      (MockRequest *request,
                                       MockStep    *step,
                                       gboolean     require_authorization);
MockResponse *mock_openai_error       (guint        status,
                                       const char  *type,
                                       const char  *code,
                                       const char  *message);
const char   *mock_reason_phrase      (guint        status);
void          mock_json_append_string (GString     *out,
                                       const char  *text,
                                       gssize       length);

typedef enum
{
  MOCK_WIRE_OPENAI,
  MOCK_WIRE_ANTHROPIC,
  MOCK_WIRE_OLLAMA,
  MOCK_WIRE_GEMINI,
  MOCK_WIRE_RESPONSES,
  MOCK_WIRE_COHERE,
  MOCK_WIRE_REPLICATE
} MockWire;

typedef struct
{
  MockWire wire;
  JsonObject *body;
  JsonArray *tools;
  const char *model;
  char *named; /* what @model points to when the address has it */
  gboolean stream;
  gboolean include_usage;
  guint prompt_words;
  GString *user_text; /* of the last user message */
  GString *tool_text; /* (nullable) of the tools' results that the history ends with */
} MockChatRequest;

void mock_chat_request_clear (MockChatRequest *chat);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MockChatRequest, mock_chat_request_clear)

/* The answer before it takes its plain or its streamed form */
typedef struct
{
  MockRequest *request;
  MockStep *step; /* (nullable) */
  MockChatRequest *chat;
  const char *text;  /* (nullable) */
  char *joined;      /* what @text points to when it is ours */
  const char *finish_reason;
  const char *model;
  GPtrArray *tool_calls; /* (nullable) (owned) of MockToolCall (not owned) or of our own */
  guint n_blocks;        /* of Anthropic's that have begun */
} MockAnswer;

void  mock_answer_clear        (MockAnswer *answer);
void  mock_answer_decide       (MockAnswer *answer);
guint mock_answer_count_tokens (MockAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MockAnswer, mock_answer_clear)

const char *mock_member_string  (JsonObject *object,
                                 const char *name);
JsonArray  *mock_member_array   (JsonObject *object,
                                 const char *name);
JsonObject *mock_member_object  (JsonObject *object,
                                 const char *name);
gboolean    mock_member_true    (JsonObject *object,
                                 const char *name);
JsonObject *mock_element_object (JsonArray  *array,
                                 guint       i);
void        mock_append_member  (GString    *out,
                                 const char *name,
                                 const char *text);
guint       mock_count_words    (const char *text);

/* graphbit-mock-embeddings.c: (nullable) something else was asked for */
MockResponse *mock_embeddings_answer (MockRequest *request,
                                      const char  *path,
                                      MockWire     wire);

/* graphbit-mock-wires.c: the same in Anthropic's, in Ollama's and in Gemini's words */
MockResponse *mock_wire_error           (MockWire     wire,
                                         guint        status,
                                         const char  *type,
                                         const char  *code,
                                         const char  *message);
MockResponse *mock_wire_error_of_status (MockWire     wire,
                                         guint        status);
void          mock_for_each_piece       (MockResponse *response,
                                         MockAnswer   *answer,
                                         const char   *text,
                                         char        **pieces,
                                         void        (*func) (MockResponse *response,
                                                              MockAnswer   *answer,
                                                              const char   *piece,
                                                              gsize         length));
void          mock_add_events           (MockResponse *response,
                                         MockAnswer   *answer,
                                         const char   *prefix,
                                         const char   *suffix);
/* How much of a call's arguments goes into the next of their events */
gsize         mock_measure_fragment     (const char *text);
/* One of those that have their type in them */
GString      *mock_begin_event          (const char   *type);
void          mock_end_event            (MockResponse *response,
                                         GString      *out);
MockToolCall *mock_answer_get_call      (MockAnswer *answer,
                                         guint       i);
MockResponse *mock_anthropic_answer     (MockAnswer  *answer);
MockResponse *mock_anthropic_models     (MockRequest *request);
MockResponse *mock_ollama_answer        (MockAnswer  *answer);
MockResponse *mock_ollama_tags          (void);
MockResponse *mock_responses_answer     (MockAnswer  *answer);
MockResponse *mock_gemini_read_contents (MockChatRequest *chat,
                                         MockRequest *request);
MockResponse *mock_gemini_answer        (MockAnswer  *answer);
MockResponse *mock_gemini_models        (MockRequest *request);

/* graphbit-mock-refusals.c: (nullable) what the provider says to a request that it would not take */
MockResponse *mock_refuse (MockRequest     *request,
                           MockChatRequest *chat);

/* graphbit-mock-cohere.c */
MockResponse *mock_cohere_refuse        (MockChatRequest *chat);
MockResponse *mock_cohere_answer        (MockAnswer  *answer);
MockResponse *mock_cohere_models        (MockRequest *request);

/* graphbit-mock-replicate.c */
MockResponse *mock_replicate_answer     (MockRequest *request,
                                         MockStep    *step);

/* graphbit-mock-chaos.c */
typedef struct _MockChaos MockChaos;

MockChaos *mock_chaos_new  (double             rate,
                            guint32            seed,
                            const char *const *kinds,
                            GError           **error);
void       mock_chaos_free (MockChaos         *self);
MockStep  *mock_chaos_pick (MockChaos         *self);

/* graphbit-mock-verdicts.c */
char *mock_verdicts_to_json (GQueue *records,
                             guint   n_open,
                             guint   n_in_flight,
                             guint   n_peak);

/* graphbit-mock-layout.c: its bytes, and where among them something happens */
#define MOCK_NEVER G_MAXUINT64

typedef struct
{
  GBytes *bytes;
  guint delay_ms; /* before it */
} MockSegment;

typedef struct
{
  GArray *segments; /* of MockSegment */
  guint64 stall_at; /* offsets in the whole response */
  guint64 reset_at;
  guint64 close_at;
  gboolean close_after;
} MockPlan;

void mock_plan_init    (MockPlan     *plan);
void mock_plan_clear   (MockPlan     *plan);
void mock_plan_lay_out (MockPlan     *plan,
                        MockRequest  *request,
                        MockResponse *response,
                        MockStep     *step);

/* graphbit-mock-connection.c: how they get onto the wire; everything on the server's thread */
typedef struct _MockLoop MockLoop;

MockLoop *mock_loop_new     (GraphbitMockServer *server,
                             GSocket            *listener,
                             GTlsCertificate    *certificate);
GSource  *mock_loop_source  (MockLoop           *loop);
void      mock_loop_release (MockLoop           *loop);
void      mock_loop_free    (MockLoop           *loop);

/* graphbit-mock-server.c: what the loop tells and asks the server; any of them takes the lock */
MockStep     *mock_server_take_connect_step  (GraphbitMockServer *self);
MockStep     *mock_server_begin_request      (GraphbitMockServer *self,
                                              MockRequest        *request);
void          mock_server_set_status         (GraphbitMockServer *self,
                                              MockRequest        *request,
                                              guint               status);
void          mock_server_end_request        (GraphbitMockServer *self,
                                              MockRequest        *request,
                                              MockOutcome         outcome);
void          mock_server_count_stalled      (GraphbitMockServer *self,
                                              int                 change);
guint64       mock_server_connection_opened  (GraphbitMockServer *self);
void          mock_server_connection_closed  (GraphbitMockServer *self);
void          mock_server_connection_ignored (GraphbitMockServer *self);
MockResponse *mock_server_control            (GraphbitMockServer *self,
                                              MockRequest        *request);
gboolean      mock_server_wants_key          (GraphbitMockServer *self);

G_END_DECLS
