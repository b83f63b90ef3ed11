/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "graphbit-failure-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-secret-private.h"

G_BEGIN_DECLS

/*
 * The connection to one MCP server, from its start to its end: JSON-RPC over a
 * transport. The connection itself lives on an I/O thread. At home it is an
 * operation, through which its end and the server's notifications come; each
 * request is an operation of its own, so that a sync twin needs only that one.
 */
typedef struct _GraphbitMcpLink GraphbitMcpLink;
typedef struct _GraphbitMcpRequest GraphbitMcpRequest;

static inline void
graphbit_mcp_link_unref (GraphbitMcpLink *self)
{
  graphbit_operation_unref (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitMcpLink, graphbit_mcp_link_unref)

#define GRAPHBIT_MCP_MAX_UNSENT 1000

/* The revision that is asked for first. It has no handshake: each request says all that the server must know. */
#define GRAPHBIT_MCP_NEWEST_VERSION "2026-07-28"
#define GRAPHBIT_MCP_META "io.modelcontextprotocol/"

#define GRAPHBIT_MCP_METHOD_DISCOVER "server/discover"
#define GRAPHBIT_MCP_METHOD_INITIALIZE "initialize"
#define GRAPHBIT_MCP_METHOD_INITIALIZED "notifications/initialized"
#define GRAPHBIT_MCP_METHOD_SET_LEVEL "logging/setLevel"
#define GRAPHBIT_MCP_METHOD_CALL "tools/call"
#define GRAPHBIT_MCP_METHOD_READ "resources/read"
#define GRAPHBIT_MCP_METHOD_SUBSCRIBE "resources/subscribe"
#define GRAPHBIT_MCP_METHOD_LISTEN "subscriptions/listen"

/* What the server tells, for home. */
typedef enum
{
  GRAPHBIT_MCP_EVENT_TOOLS_CHANGED,
  GRAPHBIT_MCP_EVENT_RESOURCES_CHANGED,
  GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED,
  GRAPHBIT_MCP_EVENT_RENEWED,          /* it had forgotten the session, and has a new one */
  GRAPHBIT_MCP_EVENT_RESOURCE_UPDATED, /* name: its URI */
  GRAPHBIT_MCP_EVENT_LOG,              /* name: the level; logger, text */
  GRAPHBIT_MCP_EVENT_PROGRESS,         /* name: the tool; text, progress, total */
  GRAPHBIT_MCP_EVENT_NOISE             /* text: a line for the debug log */
} GraphbitMcpEventKind;

typedef struct
{
  GraphbitEnvelope envelope;
  GraphbitMcpEventKind kind;
  int weight;
  char *name;
  char *logger;
  char *text;
  double progress;
  double total; /* 0: not known */
} GraphbitMcpEvent;

/* At home, while the client lives. */
typedef struct
{
  void (*event) (GObject *client, GraphbitMcpLink *link, const GraphbitMcpEvent *event);
  void (*ended) (GObject *client, GraphbitMcpLink *link, const GError *error); /* NULL: as it was asked to */
} GraphbitMcpLinkFuncs;

/* How messages go to and fro. A row each; all but `free` on the I/O thread. */
typedef struct
{
  gboolean has_streams; /* one for each request, and without a handshake to hang up is to cancel */
  void (*start) (GraphbitMcpLink *link);
  /* `request`, if there is one, is pending, and is answered when that comes or can come no more. */
  void (*send) (GraphbitMcpLink *link, GBytes *message, GraphbitMcpRequest *request);
  /* So much waits to be sent that what the server asks is not answered: it could ask and ask, and never read. */
  gboolean (*is_full) (GraphbitMcpLink *link);
  /* Nobody waits for it any more. May be NULL. */
  void (*forget) (GraphbitMcpLink *link, GraphbitMcpRequest *request);
  /* Leads to graphbit_mcp_link_end (), once. */
  void (*close) (GraphbitMcpLink *link);
  /* The thread ends: nothing is left running when it returns. */
  void (*abort) (GraphbitMcpLink *link);
  void (*free) (gpointer wire);
} GraphbitMcpTransport;

struct _GraphbitMcpLink
{
  GraphbitOperation operation;
  const GraphbitMcpTransport *transport;
  gpointer wire;   /* the transport's, on the I/O thread */
  GraphbitIo *io;
  char *name;      /* of the server, for messages */
  char *log_level; /* NULL: the server decides */
  GPtrArray *secrets; /* of GraphbitSecret: what errors and logs must not show */
  const char *protocol_version; /* atomic; constant; NULL until it is agreed on */
  guint close_timeout_ms;

  GWeakRef client;
  const GraphbitMcpLinkFuncs *funcs;

  GraphbitJob start_job;
  GraphbitJob close_job;
  GraphbitEnvelope ended;
  int last_id;      /* atomic */
  int is_close_asked; /* atomic */
  int weight;         /* atomic: of the events on their way home */
  int changes;        /* atomic: which of the lists' changes are on it, a bit each */

  /* I/O thread */
  GList list_link;
  GHashTable *pending; /* id → GraphbitMcpRequest, a reference */
  int listening_id;    /* of the request that asked to be told of changes; 0: none */
  GPtrArray *closers;  /* of GraphbitMcpRequest, references */
  GraphbitFailure *failure;
  gboolean is_closing;
  gboolean is_ended;
};

/* What every transport needs to know. */
typedef struct
{
  GMainContext *home;
  GObject *client;
  const GraphbitMcpLinkFuncs *funcs;
  const char *log_level;
  GPtrArray *secrets;
  guint close_timeout_ms;
} GraphbitMcpLinkSetup;

/* Takes `wire` over, also when it fails. `hash` chooses the I/O thread. */
GraphbitMcpLink *graphbit_mcp_link_new (const GraphbitMcpLinkSetup *setup,
                                        const char *name,
                                        const GraphbitMcpTransport *transport,
                                        gpointer wire,
                                        guint hash,
                                        GError **error);

typedef struct
{
  const char *const *command;
  const char *working_directory;
  GHashTable *environment; /* name → GraphbitSecret; NULL value: unset */
} GraphbitMcpStdioSetup;
GraphbitMcpLink *graphbit_mcp_stdio_open (const GraphbitMcpLinkSetup *setup,
                                          const GraphbitMcpStdioSetup *stdio,
                                          GError **error);

typedef struct
{
  const char *uri;
  GHashTable *headers;       /* name → text */
  const char *secret_header; /* constant; NULL: none */
  const char *secret_prefix; /* constant */
  GraphbitSecret *secret;
} GraphbitMcpHttpSetup;
GraphbitMcpLink *graphbit_mcp_http_open (const GraphbitMcpLinkSetup *setup,
                                         const GraphbitMcpHttpSetup *http,
                                         GError **error);

static inline void
graphbit_mcp_link_set_protocol_version (GraphbitMcpLink *self,
                                        const char *protocol_version)
{
  __atomic_store_n (&self->protocol_version, protocol_version, __ATOMIC_RELEASE);
}

static inline const char *
graphbit_mcp_link_get_protocol_version (GraphbitMcpLink *self)
{
  return __atomic_load_n (&self->protocol_version, __ATOMIC_ACQUIRE);
}

static inline gboolean
graphbit_mcp_link_has_newest_version (GraphbitMcpLink *self)
{
  return g_strcmp0 (graphbit_mcp_link_get_protocol_version (self), GRAPHBIT_MCP_NEWEST_VERSION) == 0;
}

/* Any thread: ends it in an orderly way, in its own time. */
void graphbit_mcp_link_close (GraphbitMcpLink *self);

/* At home, once. The result is borrowed, the error taken over; exactly one of them is there, for notifications and
 * closing none or an error. */
typedef void (*GraphbitMcpDone) (JsonNode *result, GError *error, gpointer data);

typedef enum
{
  GRAPHBIT_MCP_REQUEST_CALL,
  GRAPHBIT_MCP_REQUEST_NOTIFICATION, /* done when it was handed to the server */
  GRAPHBIT_MCP_REQUEST_LISTEN,       /* done when it is acknowledged, with what is; takes the place of the one before */
  GRAPHBIT_MCP_REQUEST_CLOSE         /* no message: done when the connection has ended */
} GraphbitMcpRequestKind;

typedef struct
{
  GraphbitMcpRequestKind kind;
  const char *method; /* constant */
  const char *params; /* the JSON text of an object; NULL: none */
  const char *subject; /* the tool, prompt or URI that it is about; NULL: none */
  GPtrArray *headers; /* name, value, name, value …; NULL: none */
  guint timeout_ms;   /* 0: another watches it */
  GCancellable *cancellable;
  gpointer parent;    /* an operation for whose sake it is; NULL: `context` counts */
  GMainContext *context;
  GraphbitMcpDone done;
  gpointer data;
} GraphbitMcpRequestSetup;

struct _GraphbitMcpRequest
{
  GraphbitOperation operation;
  GraphbitJob send_job;
  GraphbitJob drop_job;
  GraphbitEnvelope answered;
  GraphbitMcpLink *link;
  GraphbitMcpRequestKind kind;
  const char *method;
  int id;
  GBytes *message;
  char *subject;
  GPtrArray *headers; /* NULL: none */

  guint timeout_ms; /* home, as the next ones */
  GraphbitTimeout *timeout;
  GraphbitMcpDone done;
  gpointer data;

  JsonNode *result; /* handed over by the envelope */
  GraphbitFailure *failure;
};

/* FALSE: `done` is not called. */
gboolean graphbit_mcp_link_request (GraphbitMcpLink *self, const GraphbitMcpRequestSetup *setup, GError **error);

/* The same, at its home, where nobody waits for the answer. */
void graphbit_mcp_link_tell (GraphbitMcpLink *self, GraphbitMcpRequestKind kind, const char *method, const char *params);

/* For the transports, on the I/O thread. */

/* One JSON-RPC message, or a batch. Anything else is noise. */
void graphbit_mcp_link_receive (GraphbitMcpLink *self, const char *data, gsize length);
/* Takes both over; one of them or, for what has no result, neither is there. Does nothing for one that is not pending. */
void graphbit_mcp_link_answer (GraphbitMcpLink *self, GraphbitMcpRequest *request, JsonNode *result, GraphbitFailure *failure);
gboolean graphbit_mcp_link_is_pending (GraphbitMcpLink *self, GraphbitMcpRequest *request);
/* It cannot go on: fails what is pending, and closes. Takes the failure over. */
void graphbit_mcp_link_fail (GraphbitMcpLink *self, GraphbitFailure *failure);
/* Nothing more will come. The failure of before, or this, tells why; NULL: as it was asked to. Takes it over. */
void graphbit_mcp_link_end (GraphbitMcpLink *self, GraphbitFailure *failure);
void graphbit_mcp_event_free (GraphbitMcpEvent *self);
/* For home. Takes the event over. */
void graphbit_mcp_link_post_event (GraphbitMcpLink *self, GraphbitMcpEvent *event);
/* Some servers echo the key that they refuse, or log what they were given. */
char *graphbit_mcp_link_redact (GraphbitMcpLink *self, const char *text);
/* For the debug log: a line of at most a thousand bytes. */
void graphbit_mcp_link_tell_noise (GraphbitMcpLink *self, const char *source, const char *data, gsize length);

/* What is written, each a message. */
GBytes *graphbit_mcp_message_for_request (GraphbitMcpRequest *request, const char *params);
GBytes *graphbit_mcp_message_for_cancelling (int id);

G_END_DECLS
