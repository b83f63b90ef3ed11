/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-client.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-mcp-client-private.h"
#include "graphbit-sync-private.h"

/**
 * GraphbitMcpClient:
 *
 * The way to a server that speaks the Model Context Protocol: its tools,
 * resources and prompts.
 *
 * The server is a process that the client starts, [ctor@McpClient.new_stdio], or
 * has an address, [ctor@McpClient.new_http]. [method@McpClient.open] connects,
 * [method@McpClient.list_tools] gives tools that work in any agent.
 *
 * When the server ends or cannot be reached any more, what is under way fails
 * with %GRAPHBIT_ERROR_CONNECTION, [property@McpClient:state] is
 * %GRAPHBIT_MCP_STATE_CLOSED and [signal@McpClient::closed] tells why; the client
 * may then be opened again, and the tools that it gave work again.
 *
 * Signals come in the main context that was the thread default when the client
 * was opened, or from within blocking methods that are called there.
 *
 * The page [MCP servers](mcp.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitMcpClient
{
  GObject parent_instance;

  GStrv command;
  char *uri;
  char *working_directory;
  char *tool_prefix;
  char *log_level;
  guint timeout_ms;
  guint close_timeout_ms;
  GHashTable *environment; /* name → GraphbitSecret, or NULL: unset */
  GHashTable *headers;     /* name → text; replaced, never changed */
  const char *secret_header;
  const char *secret_prefix;
  GraphbitSecret *secret;

  pthread_mutex_t mutex;
  GraphbitMcpLink *link; /* under the mutex */
  GraphbitMcpState state;
  GraphbitMcpCapabilities capabilities;
  char *protocol_version;
  char *server_name;
  char *server_version;
  char *instructions;
};

enum
{
  PROP_0,
  PROP_COMMAND,
  PROP_URI,
  PROP_WORKING_DIRECTORY,
  PROP_TOOL_PREFIX,
  PROP_LOG_LEVEL,
  PROP_TIMEOUT_MS,
  PROP_CLOSE_TIMEOUT_MS,
  PROP_STATE,
  PROP_CAPABILITIES,
  PROP_PROTOCOL_VERSION,
  PROP_SERVER_NAME,
  PROP_SERVER_VERSION,
  PROP_INSTRUCTIONS,
  N_PROPS
};

enum
{
  TOOLS_CHANGED,
  RESOURCES_CHANGED,
  PROMPTS_CHANGED,
  RESOURCE_UPDATED,
  LOG_MESSAGE,
  PROGRESS,
  CLOSED,
  N_SIGNALS
};

#define MAX_TIMEOUT_MS 86400000
#define DEFAULT_TIMEOUT_MS 60000
#define DEFAULT_CLOSE_TIMEOUT_MS 2000

/* The revisions of the protocol that begin with a handshake, the newest first: that is what the server is asked for. */
static const char *const protocol_versions[] = { "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05" };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraphbitMcpClient, graphbit_mcp_client, G_TYPE_OBJECT)

/* A reference, or NULL. Any thread. */
static GraphbitMcpLink *
dup_link (GraphbitMcpClient *self)
{
  GraphbitMcpLink *link;

  pthread_mutex_lock (&self->mutex);
  link = self->link != NULL ? graphbit_operation_ref (self->link) : NULL;
  pthread_mutex_unlock (&self->mutex);
  return link;
}

/* Takes the link over. */
static void
set_link (GraphbitMcpClient *self,
          GraphbitMcpLink *link)
{
  GraphbitMcpLink *old;

  pthread_mutex_lock (&self->mutex);
  old = self->link;
  self->link = link;
  pthread_mutex_unlock (&self->mutex);
  if (old != NULL)
    graphbit_operation_unref (old);
}

static void
graphbit_mcp_client_dispose (GObject *object)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (object);
  GraphbitMcpLink *link = dup_link (self);

  if (link != NULL)
    {
      graphbit_mcp_link_close (link);
      graphbit_operation_unref (link);
      set_link (self, NULL);
    }

  G_OBJECT_CLASS (graphbit_mcp_client_parent_class)->dispose (object);
}

static void
graphbit_mcp_client_finalize (GObject *object)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (object);

  g_strfreev (self->command);
  g_free (self->uri);
  g_free (self->working_directory);
  g_free (self->tool_prefix);
  g_free (self->log_level);
  g_hash_table_unref (self->environment);
  g_hash_table_unref (self->headers);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  pthread_mutex_destroy (&self->mutex);
  g_free (self->protocol_version);
  g_free (self->server_name);
  g_free (self->server_version);
  g_free (self->instructions);

  G_OBJECT_CLASS (graphbit_mcp_client_parent_class)->finalize (object);
}

static void
graphbit_mcp_client_get_property (GObject *object,
                                  guint prop_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (object);

  switch (prop_id)
    {
    case PROP_COMMAND:
      g_value_set_boxed (value, self->command);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_WORKING_DIRECTORY:
      g_value_set_string (value, self->working_directory);
      break;
    case PROP_TOOL_PREFIX:
      g_value_set_string (value, self->tool_prefix);
      break;
    case PROP_LOG_LEVEL:
      g_value_set_string (value, self->log_level);
      break;
    case PROP_TIMEOUT_MS:
      g_value_set_uint (value, self->timeout_ms);
      break;
    case PROP_CLOSE_TIMEOUT_MS:
      g_value_set_uint (value, self->close_timeout_ms);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_CAPABILITIES:
      g_value_set_flags (value, self->capabilities);
      break;
    case PROP_PROTOCOL_VERSION:
      g_value_set_string (value, self->protocol_version);
      break;
    case PROP_SERVER_NAME:
      g_value_set_string (value, self->server_name);
      break;
    case PROP_SERVER_VERSION:
      g_value_set_string (value, self->server_version);
      break;
    case PROP_INSTRUCTIONS:
      g_value_set_string (value, self->instructions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_client_set_property (GObject *object,
                                  guint prop_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (object);

  switch (prop_id)
    {
    case PROP_COMMAND:
      self->command = g_value_dup_boxed (value);
      break;
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case PROP_WORKING_DIRECTORY:
      graphbit_mcp_client_set_working_directory (self, g_value_get_string (value));
      break;
    case PROP_TOOL_PREFIX:
      graphbit_mcp_client_set_tool_prefix (self, g_value_get_string (value));
      break;
    case PROP_LOG_LEVEL:
      graphbit_mcp_client_set_log_level (self, g_value_get_string (value));
      break;
    case PROP_TIMEOUT_MS:
      graphbit_mcp_client_set_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_CLOSE_TIMEOUT_MS:
      graphbit_mcp_client_set_close_timeout_ms (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_signals (GType type)
{
  /**
   * GraphbitMcpClient::tools-changed:
   * @self: the client
   *
   * The server has other tools now: list them again.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[TOOLS_CHANGED] =
    g_signal_new ("tools-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  /**
   * GraphbitMcpClient::resources-changed:
   * @self: the client
   *
   * The server has other resources now: list them again.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[RESOURCES_CHANGED] =
    g_signal_new ("resources-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  /**
   * GraphbitMcpClient::prompts-changed:
   * @self: the client
   *
   * The server has other prompts now: list them again.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[PROMPTS_CHANGED] =
    g_signal_new ("prompts-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  /**
   * GraphbitMcpClient::resource-updated:
   * @self: the client
   * @uri: which
   *
   * The server says that a resource has changed.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[RESOURCE_UPDATED] =
    g_signal_new ("resource-updated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GraphbitMcpClient::log-message:
   * @self: the client
   * @level: how bad it is: `debug`, `info`, `notice`, `warning`, `error`,
   *   `critical`, `alert` or `emergency`
   * @logger: (nullable): what part of the server it comes from; %NULL: it does
   *   not say
   * @text: the message; where it is no text, its JSON
   *
   * The server has logged something. When more than a thousand wait, further
   * ones are dropped.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[LOG_MESSAGE] =
    g_signal_new ("log-message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GraphbitMcpClient::progress:
   * @self: the client
   * @tool_name: the tool that is called, as the server names it
   * @progress: how far it has come
   * @total: how far there is to go, 0 if that is not known
   * @text: (nullable): what it is doing; %NULL: it does not say
   *
   * A call has come further. When more than a thousand wait, further ones are
   * dropped.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[PROGRESS] =
    g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING);
  /**
   * GraphbitMcpClient::closed:
   * @self: the client
   * @error: (nullable): why, or %NULL after [method@McpClient.close]
   *
   * A connection that was open has ended. [property@McpClient:state] is
   * %GRAPHBIT_MCP_STATE_CLOSED already.
   *
   * Emitted in the main context in which the client was opened.
   *
   * Since: 1.0
   */
  signals[CLOSED] =
    g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
graphbit_mcp_client_class_init (GraphbitMcpClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = graphbit_mcp_client_dispose;
  object_class->finalize = graphbit_mcp_client_finalize;
  object_class->get_property = graphbit_mcp_client_get_property;
  object_class->set_property = graphbit_mcp_client_set_property;

  /**
   * GraphbitMcpClient:command: (getter get_command)
   *
   * The program of a server that is a process, and its arguments. The program is
   * looked for as a shell does.
   *
   * Since: 1.0
   */
  properties[PROP_COMMAND] =
    g_param_spec_boxed ("command", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:uri: (getter get_uri)
   *
   * The address of a server that speaks HTTP.
   *
   * Since: 1.0
   */
  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:working-directory: (getter get_working_directory) (setter set_working_directory)
   *
   * Where the process is started. %NULL: where this one is.
   *
   * Since: 1.0
   */
  properties[PROP_WORKING_DIRECTORY] =
    g_param_spec_string ("working-directory", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:tool-prefix: (getter get_tool_prefix) (setter set_tool_prefix)
   *
   * What [method@McpClient.list_tools] puts before the name of each tool, so that
   * two servers may have tools of the same name. %NULL: nothing.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_PREFIX] =
    g_param_spec_string ("tool-prefix", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:log-level: (getter get_log_level) (setter set_log_level)
   *
   * From which level on the server shall send log messages: `debug`, `info`,
   * `notice`, `warning`, `error`, `critical`, `alert` or `emergency`. It is asked
   * for when the client is opened, if the server can log. %NULL: the server decides.
   *
   * Since: 1.0
   */
  properties[PROP_LOG_LEVEL] =
    g_param_spec_string ("log-level", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:timeout-ms: (getter get_timeout_ms) (setter set_timeout_ms)
   *
   * How long the server may take for one answer, in milliseconds; 1 to
   * 86,400,000. The default is 60,000. For calls by a model each tool's
   * [property@Tool:timeout-ms] counts instead.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT_MS] =
    g_param_spec_uint ("timeout-ms", NULL, NULL,
                       1, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:close-timeout-ms: (getter get_close_timeout_ms) (setter set_close_timeout_ms)
   *
   * How long each step of closing may take, in milliseconds; 1 to 86,400,000. The
   * default is 2,000. See [method@McpClient.close].
   *
   * Since: 1.0
   */
  properties[PROP_CLOSE_TIMEOUT_MS] =
    g_param_spec_uint ("close-timeout-ms", NULL, NULL,
                       1, MAX_TIMEOUT_MS, DEFAULT_CLOSE_TIMEOUT_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:state: (getter get_state)
   *
   * What the client is doing.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL,
                       GRAPHBIT_TYPE_MCP_STATE, GRAPHBIT_MCP_STATE_CLOSED,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:capabilities: (getter get_capabilities)
   *
   * What the server offers; nothing before it is open.
   *
   * Since: 1.0
   */
  properties[PROP_CAPABILITIES] =
    g_param_spec_flags ("capabilities", NULL, NULL,
                        GRAPHBIT_TYPE_MCP_CAPABILITIES, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:protocol-version: (getter get_protocol_version)
   *
   * The revision of the protocol that was agreed on, such as `2025-11-25`; %NULL
   * before the client is open.
   *
   * Since: 1.0
   */
  properties[PROP_PROTOCOL_VERSION] =
    g_param_spec_string ("protocol-version", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:server-name: (getter get_server_name)
   *
   * What the server calls itself; %NULL before the client is open.
   *
   * Since: 1.0
   */
  properties[PROP_SERVER_NAME] =
    g_param_spec_string ("server-name", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:server-version: (getter get_server_version)
   *
   * Which version the server says it is; %NULL before the client is open.
   *
   * Since: 1.0
   */
  properties[PROP_SERVER_VERSION] =
    g_param_spec_string ("server-version", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitMcpClient:instructions: (getter get_instructions)
   *
   * What the server says on how to use it, for the system prompt of a model; %NULL:
   * nothing.
   *
   * Since: 1.0
   */
  properties[PROP_INSTRUCTIONS] =
    g_param_spec_string ("instructions", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
free_secret (gpointer secret)
{
  if (secret != NULL)
    graphbit_secret_unref (secret);
}

static GHashTable *
make_headers (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
graphbit_mcp_client_init (GraphbitMcpClient *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
  self->close_timeout_ms = DEFAULT_CLOSE_TIMEOUT_MS;
  self->environment = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_secret);
  self->headers = make_headers ();
}

/**
 * graphbit_mcp_client_new_stdio:
 * @command: (array zero-terminated=1): the program and its arguments
 *
 * Creates a client of a server that is a process, with which it talks by its
 * standard input and output. Nothing is started before
 * [method@McpClient.open].
 *
 * Returns: (transfer full): a new client
 *
 * Since: 1.0
 */
GraphbitMcpClient *
graphbit_mcp_client_new_stdio (const char *const *command)
{
  g_return_val_if_fail (command != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_MCP_CLIENT, "command", command, NULL);
}

/**
 * graphbit_mcp_client_new_http:
 * @uri: the address of the server's MCP endpoint
 *
 * Creates a client of a server that speaks streamable HTTP. The address is
 * trusted: it may be a local one.
 *
 * Returns: (transfer full): a new client
 *
 * Since: 1.0
 */
GraphbitMcpClient *
graphbit_mcp_client_new_http (const char *uri)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_MCP_CLIENT, "uri", uri, NULL);
}

/* What was set */

/**
 * graphbit_mcp_client_get_command: (get-property command)
 * @self: a client
 *
 * Gets the program and its arguments.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the command, or %NULL
 *
 * Since: 1.0
 */
const char *const *
graphbit_mcp_client_get_command (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return (const char *const *) self->command;
}

/**
 * graphbit_mcp_client_get_uri: (get-property uri)
 * @self: a client
 *
 * Gets the address.
 *
 * Returns: (nullable): the address, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_uri (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->uri;
}

/**
 * graphbit_mcp_client_get_working_directory: (get-property working-directory)
 * @self: a client
 *
 * Gets where the process is started.
 *
 * Returns: (nullable): a path, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_working_directory (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->working_directory;
}

/**
 * graphbit_mcp_client_set_working_directory: (set-property working-directory)
 * @self: a client
 * @working_directory: (nullable): a path; %NULL: where this process is
 *
 * Sets where the process is started, from the next [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_working_directory (GraphbitMcpClient *self,
                                           const char *working_directory)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));

  if (g_strcmp0 (self->working_directory, working_directory) == 0)
    return;

  g_free (self->working_directory);
  self->working_directory = g_strdup (working_directory);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKING_DIRECTORY]);
}

/**
 * graphbit_mcp_client_get_tool_prefix: (get-property tool-prefix)
 * @self: a client
 *
 * Gets what is put before the names of tools.
 *
 * Returns: (nullable): the prefix, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_tool_prefix (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->tool_prefix;
}

/**
 * graphbit_mcp_client_set_tool_prefix: (set-property tool-prefix)
 * @self: a client
 * @tool_prefix: (nullable): letters, digits, `_` and `-`; %NULL: nothing
 *
 * Sets what is put before the names of tools.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_tool_prefix (GraphbitMcpClient *self,
                                     const char *tool_prefix)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));

  if (g_strcmp0 (self->tool_prefix, tool_prefix) == 0)
    return;

  g_free (self->tool_prefix);
  self->tool_prefix = g_strdup (tool_prefix);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOOL_PREFIX]);
}

/**
 * graphbit_mcp_client_get_log_level: (get-property log-level)
 * @self: a client
 *
 * Gets from which level on the server shall log.
 *
 * Returns: (nullable): the level, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_log_level (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->log_level;
}

/**
 * graphbit_mcp_client_set_log_level: (set-property log-level)
 * @self: a client
 * @log_level: (nullable): the level; %NULL: the server decides
 *
 * Sets from which level on the server shall log, from the next
 * [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_log_level (GraphbitMcpClient *self,
                                   const char *log_level)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));

  if (g_strcmp0 (self->log_level, log_level) == 0)
    return;

  g_free (self->log_level);
  self->log_level = g_strdup (log_level);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOG_LEVEL]);
}

/**
 * graphbit_mcp_client_get_timeout_ms: (get-property timeout-ms)
 * @self: a client
 *
 * Gets how long the server may take for one answer.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
graphbit_mcp_client_get_timeout_ms (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), 0);

  return self->timeout_ms;
}

/**
 * graphbit_mcp_client_set_timeout_ms: (set-property timeout-ms)
 * @self: a client
 * @timeout_ms: milliseconds, 1 to 86,400,000
 *
 * Sets how long the server may take for one answer.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_timeout_ms (GraphbitMcpClient *self,
                                    guint timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (timeout_ms >= 1 && timeout_ms <= MAX_TIMEOUT_MS);

  if (self->timeout_ms == timeout_ms)
    return;

  self->timeout_ms = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_MS]);
}

/**
 * graphbit_mcp_client_get_close_timeout_ms: (get-property close-timeout-ms)
 * @self: a client
 *
 * Gets how long each step of closing may take.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
graphbit_mcp_client_get_close_timeout_ms (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), 0);

  return self->close_timeout_ms;
}

/**
 * graphbit_mcp_client_set_close_timeout_ms: (set-property close-timeout-ms)
 * @self: a client
 * @close_timeout_ms: milliseconds, 1 to 86,400,000
 *
 * Sets how long each step of closing may take, from the next
 * [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_close_timeout_ms (GraphbitMcpClient *self,
                                          guint close_timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (close_timeout_ms >= 1 && close_timeout_ms <= MAX_TIMEOUT_MS);

  if (self->close_timeout_ms == close_timeout_ms)
    return;

  self->close_timeout_ms = close_timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLOSE_TIMEOUT_MS]);
}

/**
 * graphbit_mcp_client_get_state: (get-property state)
 * @self: a client
 *
 * Gets what the client is doing.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
GraphbitMcpState
graphbit_mcp_client_get_state (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), GRAPHBIT_MCP_STATE_CLOSED);

  return self->state;
}

/**
 * graphbit_mcp_client_get_capabilities: (get-property capabilities)
 * @self: a client
 *
 * Gets what the server offers.
 *
 * Returns: the capabilities
 *
 * Since: 1.0
 */
GraphbitMcpCapabilities
graphbit_mcp_client_get_capabilities (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), 0);

  return self->capabilities;
}

/**
 * graphbit_mcp_client_get_protocol_version: (get-property protocol-version)
 * @self: a client
 *
 * Gets the revision of the protocol that was agreed on.
 *
 * Returns: (nullable): the revision, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_protocol_version (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->protocol_version;
}

/**
 * graphbit_mcp_client_get_server_name: (get-property server-name)
 * @self: a client
 *
 * Gets what the server calls itself.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_server_name (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->server_name;
}

/**
 * graphbit_mcp_client_get_server_version: (get-property server-version)
 * @self: a client
 *
 * Gets which version the server says it is.
 *
 * Returns: (nullable): the version, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_server_version (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->server_version;
}

/**
 * graphbit_mcp_client_get_instructions: (get-property instructions)
 * @self: a client
 *
 * Gets what the server says on how to use it.
 *
 * Returns: (nullable): the instructions, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_client_get_instructions (GraphbitMcpClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);

  return self->instructions;
}

/**
 * graphbit_mcp_client_set_environment_variable:
 * @self: a client
 * @name: the variable
 * @value: (nullable): its value; %NULL: the process does not have it
 *
 * Sets a variable of the environment of the process, which otherwise has that of
 * this one. Often it is a key, so it cannot be read again and is never logged.
 * It counts from the next [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_environment_variable (GraphbitMcpClient *self,
                                              const char *name,
                                              const char *value)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (name != NULL && *name != '\0' && strchr (name, '=') == NULL);

  g_hash_table_replace (self->environment, g_strdup (name), value != NULL ? graphbit_secret_new (value) : NULL);
}

/* A name or value with a line end in it would be another header. */
static gboolean
is_header (const char *name,
           const char *value)
{
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
        return FALSE;
    }
  for (const char *p = value != NULL ? value : ""; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p) && *p != '\t')
        return FALSE;
    }
  return *name != '\0';
}

/**
 * graphbit_mcp_client_set_header:
 * @self: a client
 * @name: the header
 * @value: (nullable): its value, without control characters; %NULL: none
 *
 * Sets a header of every HTTP request, for what is no secret. It counts from
 * the next [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_header (GraphbitMcpClient *self,
                                const char *name,
                                const char *value)
{
  g_autoptr (GHashTable) old = NULL;
  GHashTableIter iter;
  gpointer key, text;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (name != NULL && is_header (name, value));

  /* A connection reads the one that it was opened with. */
  old = g_steal_pointer (&self->headers);
  self->headers = make_headers ();
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &key, &text))
    {
      if (g_ascii_strcasecmp (key, name) != 0)
        g_hash_table_insert (self->headers, g_strdup (key), g_strdup (text));
    }
  if (value != NULL)
    g_hash_table_insert (self->headers, g_strdup (name), g_strdup (value));
}

static void
set_secret (GraphbitMcpClient *self,
            const char *header,
            const char *prefix,
            const char *value)
{
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  self->secret_header = header;
  self->secret_prefix = prefix;
  if (value != NULL)
    self->secret = graphbit_secret_new (value);
}

/**
 * graphbit_mcp_client_set_secret_header:
 * @self: a client
 * @name: the header, such as `X-Api-Key`
 * @value: (nullable): the key, without control characters; %NULL: none
 *
 * Sets the header of every HTTP request that tells who you are, in place of
 * [method@McpClient.set_bearer_token]. It cannot be read again and is never
 * logged. It counts from the next [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_secret_header (GraphbitMcpClient *self,
                                       const char *name,
                                       const char *value)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (name != NULL && is_header (name, value));

  set_secret (self, g_intern_string (name), "", value);
}

/**
 * graphbit_mcp_client_set_bearer_token:
 * @self: a client
 * @token: (nullable): the token, without control characters; %NULL: none
 *
 * Sets the token that every HTTP request carries. It cannot be read again and is
 * never logged. It counts from the next [method@McpClient.open] on.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_set_bearer_token (GraphbitMcpClient *self,
                                      const char *token)
{
  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (is_header ("Authorization", token));

  set_secret (self, "Authorization", "Bearer ", token);
}

/* What the connection tells, at home */

static void
set_state (GraphbitMcpClient *self,
           GraphbitMcpState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
on_event (GObject *client,
          const GraphbitMcpEvent *event)
{
  switch (event->kind)
    {
    case GRAPHBIT_MCP_EVENT_TOOLS_CHANGED:
      g_signal_emit (client, signals[TOOLS_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_RESOURCES_CHANGED:
      g_signal_emit (client, signals[RESOURCES_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED:
      g_signal_emit (client, signals[PROMPTS_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_RESOURCE_UPDATED:
      g_signal_emit (client, signals[RESOURCE_UPDATED], 0, event->name);
      break;

    case GRAPHBIT_MCP_EVENT_LOG:
      g_signal_emit (client, signals[LOG_MESSAGE], 0, event->name, event->logger, event->text);
      break;

    case GRAPHBIT_MCP_EVENT_PROGRESS:
      g_signal_emit (client, signals[PROGRESS], 0, event->name, event->progress, event->total, event->text);
      break;

    case GRAPHBIT_MCP_EVENT_NOISE:
    default:
      g_assert_not_reached ();
    }
}

static void
on_ended (GObject *client,
          GraphbitMcpLink *link,
          const GError *error)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (client);
  gboolean was_open = self->state != GRAPHBIT_MCP_STATE_OPENING;
  g_autoptr (GraphbitMcpLink) current = dup_link (self);

  /* While it is opened, that fails, and tells. One that was given up is nobody's concern. */
  if (current != link || !was_open)
    return;

  set_link (self, NULL);
  set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  g_signal_emit (self, signals[CLOSED], 0, error);
}

static const GraphbitMcpLinkFuncs link_funcs = {
  .event = on_event,
  .ended = on_ended,
};

/* Blocking methods hear what the connection tells, if they are called at its home. */
void
graphbit_mcp_client_adopt_link (GraphbitMcpClient *self,
                                GraphbitSync *sync)
{
  g_autoptr (GraphbitMcpLink) link = dup_link (self);

  if (link != NULL)
    graphbit_sync_adopt (sync, link);
}

/* Requests */

/* FALSE: the task was returned. */
gboolean
graphbit_mcp_client_request (GraphbitMcpClient *self,
                             GTask *task,
                             GraphbitMcpRequestKind kind,
                             const char *method,
                             const char *params,
                             const char *progress_name,
                             GraphbitMcpDone done,
                             gpointer data)
{
  g_autoptr (GraphbitMcpLink) link = dup_link (self);
  const GraphbitMcpRequestSetup setup = {
    .kind = kind,
    .method = method,
    .params = params,
    .progress_name = progress_name,
    .timeout_ms = kind != GRAPHBIT_MCP_REQUEST_CLOSE ? self->timeout_ms : 0,
    .cancellable = g_task_get_cancellable (task),
    .context = g_task_get_context (task),
    .done = done,
    .data = data,
  };
  GError *error = NULL;

  if (link == NULL)
    error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                                 _("The MCP client is not open; open it first"));
  else if (graphbit_mcp_link_request (link, &setup, &error))
    return TRUE;

  g_task_return_error (task, error);
  return FALSE;
}

/* Opening */

static void
forget_server (GraphbitMcpClient *self)
{
  GObject *object = G_OBJECT (self);

  g_object_freeze_notify (object);
  g_clear_pointer (&self->protocol_version, g_free);
  g_clear_pointer (&self->server_name, g_free);
  g_clear_pointer (&self->server_version, g_free);
  g_clear_pointer (&self->instructions, g_free);
  self->capabilities = 0;
  g_object_notify_by_pspec (object, properties[PROP_PROTOCOL_VERSION]);
  g_object_notify_by_pspec (object, properties[PROP_SERVER_NAME]);
  g_object_notify_by_pspec (object, properties[PROP_SERVER_VERSION]);
  g_object_notify_by_pspec (object, properties[PROP_INSTRUCTIONS]);
  g_object_notify_by_pspec (object, properties[PROP_CAPABILITIES]);
  g_object_thaw_notify (object);
}

/* Takes both over. */
static void
fail_open (GTask *task,
           GError *error)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autoptr (GraphbitMcpLink) link = dup_link (self);

  if (link != NULL)
    {
      graphbit_mcp_link_close (link);
      set_link (self, NULL);
    }
  set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
open_done (JsonNode *result,
           GError *error,
           gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);

  if (error != NULL)
    {
      fail_open (task, error);
      return;
    }

  set_state (self, GRAPHBIT_MCP_STATE_OPEN);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

char *
graphbit_mcp_write_member (const char *name,
                           const char *value)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, name, value);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

/* The request fails, or the task is failed here. */
static void
request_for_open (GTask *task,
                  GraphbitMcpRequestKind kind,
                  const char *method,
                  const char *params,
                  GraphbitMcpDone done)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);

  if (graphbit_mcp_client_request (self, task, kind, method, params, NULL, done, task))
    return;

  set_link (self, NULL);
  set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  g_object_unref (task);
}

static void
greeted (JsonNode *result,
         GError *error,
         gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autofree char *params = NULL;

  if (error != NULL || self->log_level == NULL || !(self->capabilities & GRAPHBIT_MCP_CAPABILITIES_LOGGING))
    {
      open_done (NULL, error, task);
      return;
    }

  params = graphbit_mcp_write_member ("level", self->log_level);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_CALL, "logging/setLevel", params, open_done);
}

static const char *
find_version (const char *version)
{
  for (guint i = 0; i < G_N_ELEMENTS (protocol_versions); i++)
    {
      if (strcmp (protocol_versions[i], version) == 0)
        return protocol_versions[i];
    }
  return NULL;
}

static void
read_server (GraphbitMcpClient *self,
             JsonNode *result,
             const char *version)
{
  static const struct
  {
    const char *name;
    GraphbitMcpCapabilities flag;
  } capabilities[] = {
    { "tools", GRAPHBIT_MCP_CAPABILITIES_TOOLS },
    { "resources", GRAPHBIT_MCP_CAPABILITIES_RESOURCES },
    { "prompts", GRAPHBIT_MCP_CAPABILITIES_PROMPTS },
    { "logging", GRAPHBIT_MCP_CAPABILITIES_LOGGING },
  };
  JsonNode *info = graphbit_json_get_member (result, "serverInfo");
  JsonNode *offered = graphbit_json_get_member (result, "capabilities");
  const char *name = NULL, *server_version = NULL, *instructions = NULL;

  graphbit_json_get_string (info, "name", &name);
  graphbit_json_get_string (info, "version", &server_version);
  graphbit_json_get_string (result, "instructions", &instructions);

  g_object_freeze_notify (G_OBJECT (self));
  forget_server (self);
  self->protocol_version = g_strdup (version);
  self->server_name = g_strdup (name);
  self->server_version = g_strdup (server_version);
  self->instructions = g_strdup (instructions);
  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      if (graphbit_json_get_member (offered, capabilities[i].name) != NULL)
        self->capabilities |= capabilities[i].flag;
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
initialized (JsonNode *result,
             GError *error,
             gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autoptr (GraphbitMcpLink) link = dup_link (self);
  const char *named = NULL, *version;

  if (error == NULL && !graphbit_json_get_string (result, "protocolVersion", &named))
    error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL,
                                 _("The MCP server does not say which revision of the protocol it speaks: look for an update of it"));
  version = error == NULL ? find_version (named) : NULL;
  if (error == NULL && version == NULL)
    error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                         _("The MCP server speaks revision “%s” of the protocol, and the library speaks 2024-11-05 to %s with a handshake: use another version of the server"),
                         named, protocol_versions[0]);
  if (error != NULL)
    {
      fail_open (task, error);
      return;
    }

  read_server (self, result, version);
  graphbit_mcp_link_set_protocol_version (link, version);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_NOTIFICATION, "notifications/initialized", NULL, greeted);
}

static GraphbitMcpLink *
make_link (GraphbitMcpClient *self,
           GMainContext *home,
           GError **error)
{
  const GraphbitMcpLinkSetup setup = {
    .home = home,
    .client = G_OBJECT (self),
    .funcs = &link_funcs,
    .close_timeout_ms = self->close_timeout_ms,
  };
  const GraphbitMcpStdioSetup stdio = {
    .command = (const char *const *) self->command,
    .working_directory = self->working_directory,
    .environment = self->environment,
  };
  const GraphbitMcpHttpSetup http = {
    .uri = self->uri,
    .headers = self->headers,
    .secret_header = self->secret_header,
    .secret_prefix = self->secret_prefix,
    .secret = self->secret,
  };

  if (self->uri != NULL && self->command == NULL)
    return graphbit_mcp_http_open (&setup, &http, error);
  if (self->uri == NULL && self->command != NULL && self->command[0] != NULL && *self->command[0] != '\0')
    return graphbit_mcp_stdio_open (&setup, &stdio, error);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("An MCP client needs either the command of a server or the uri of one; give it one of them when it is made"));
  return NULL;
}

static void
open_in (GraphbitMcpClient *self,
         GMainContext *home,
         GTask *task)
{
  static const char params_format[] =
      "{\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"graphbit\",\"version\":\"%s\"}}";
  g_autofree char *params = g_strdup_printf (params_format, protocol_versions[0], GRAPHBIT_VERSION_TEXT);
  GraphbitMcpLink *link;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != GRAPHBIT_MCP_STATE_CLOSED)
    {
      g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                               _("The MCP client is open already, or about to be opened or closed; close it first, and wait for that"));
      return;
    }

  link = make_link (self, home, &error);
  if (link == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  set_link (self, link);
  set_state (self, GRAPHBIT_MCP_STATE_OPENING);
  request_for_open (g_object_ref (task), GRAPHBIT_MCP_REQUEST_CALL, "initialize", params, initialized);
}

/* Closing */

static void
close_done (JsonNode *result,
            GError *error,
            gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
close_link (GraphbitMcpClient *self,
            GTask *task)
{
  g_autoptr (GraphbitMcpLink) link = dup_link (self);

  if (link == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (self->state == GRAPHBIT_MCP_STATE_OPEN)
    set_state (self, GRAPHBIT_MCP_STATE_CLOSING);
  if (graphbit_mcp_client_request (self, task, GRAPHBIT_MCP_REQUEST_CLOSE, "close", NULL, NULL, close_done, task))
    g_object_ref (task);
}

/* For the tools */

gboolean
graphbit_mcp_client_call_for_model (GraphbitMcpClient *self,
                                    GraphbitOperation *operation,
                                    const char *name,
                                    const char *arguments_json,
                                    GCancellable *cancellable,
                                    GraphbitMcpDone done,
                                    gpointer data,
                                    GError **error)
{
  g_autoptr (GraphbitMcpLink) link = dup_link (self);
  g_autofree char *params = graphbit_mcp_client_write_call (name, arguments_json);
  const GraphbitMcpRequestSetup setup = {
    .kind = GRAPHBIT_MCP_REQUEST_CALL,
    .method = "tools/call",
    .params = params,
    .progress_name = name,
    .cancellable = cancellable,
    .parent = operation,
    .done = done,
    .data = data,
  };

  if (link != NULL)
    return graphbit_mcp_link_request (link, &setup, error);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION,
                       _("The MCP server of this tool is not connected; open its client again"));
  return FALSE;
}

/* The methods */

/**
 * graphbit_mcp_client_open_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Connects to the server: starts its process if it is one, agrees on a revision of
 * the protocol and reads what the server says of itself. Its signals come in the
 * main context that is the thread default now.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.open_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_open_async (GraphbitMcpClient *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_open_async, cancellable, callback, user_data);
  open_in (self, g_task_get_context (task), task);
}

/**
 * graphbit_mcp_client_open_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.open_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if the client is open,
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT if it has neither command nor address,
 * %GRAPHBIT_ERROR_NOT_FOUND or %GRAPHBIT_ERROR_PERMISSION if the command cannot be
 * run, %GRAPHBIT_ERROR_CONNECTION if the server ends or cannot be reached,
 * %GRAPHBIT_ERROR_TIMEOUT if it does not answer,
 * %GRAPHBIT_ERROR_AUTHENTICATION if it wants a token, and
 * %GRAPHBIT_ERROR_UNSUPPORTED if it speaks no revision of the protocol that the
 * library knows. The client may be opened again after each.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_open_finish (GraphbitMcpClient *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_open_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_open:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Connects to the server: starts its process if it is one, agrees on a revision of
 * the protocol and reads what the server says of itself. Its signals come in the
 * main context that is the thread default now.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.open_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_open (GraphbitMcpClient *self,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GMainContext) home = g_main_context_ref_thread_default ();
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  task = graphbit_task_new (self, graphbit_mcp_client_open_async, cancellable, graphbit_sync_ready, &sync);
  open_in (self, home, task);
  graphbit_mcp_client_adopt_link (self, &sync);
  return graphbit_mcp_client_open_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_close_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Ends the connection. What is under way fails with %GRAPHBIT_ERROR_CONNECTION. A
 * process is asked to go by the end of its input, after
 * [property@McpClient:close-timeout-ms] by SIGTERM, after the same time again by
 * SIGKILL; this ends when it has gone. A client that is not open is left alone.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.close_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_close_async (GraphbitMcpClient *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_close_async, cancellable, callback, user_data);
  close_link (self, task);
}

/**
 * graphbit_mcp_client_close_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.close_async] began.
 *
 * Fails with %G_IO_ERROR_CANCELLED only; the connection is then closed all the same.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_close_finish (GraphbitMcpClient *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_close_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_close:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Ends the connection. What is under way fails with %GRAPHBIT_ERROR_CONNECTION. A
 * process is asked to go by the end of its input, after
 * [property@McpClient:close-timeout-ms] by SIGTERM, after the same time again by
 * SIGKILL; this ends when it has gone. A client that is not open is left alone.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.close_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_close (GraphbitMcpClient *self,
                           GCancellable *cancellable,
                           GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_close_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_close_finish (self, graphbit_sync_wait (&sync), error);
}
