/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-client.h"

#include <string.h>

#include "graphbit-enum-types.h"
#include "graphbit-mcp-client-private.h"
#include "graphbit-mcp-values-private.h"

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

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraphbitMcpClient, graphbit_mcp_client, G_TYPE_OBJECT)

static void
graphbit_mcp_client_dispose (GObject *object)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (object);
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (link != NULL)
    {
      graphbit_mcp_link_close (link);
      graphbit_mcp_client_set_link (self, NULL);
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
  g_hash_table_unref (self->subscriptions);
  g_hash_table_unref (self->tool_headers);
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
   * A resource has changed: read it again. Servers tell that of those that
   * [method@McpClient.subscribe_resource] named. When a thousand wait, or a
   * mebibyte of them, further ones are dropped.
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
   * The server has logged something. When a thousand wait, or a mebibyte of
   * them, further ones are dropped.
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
   * A call has come further. When a thousand wait, or a mebibyte of them, further
   * ones are dropped.
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
   * for when the client is opened, if the server can log, or with each request.
   * %NULL: the server decides.
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
   * The revision of the protocol that was agreed on, such as `2026-07-28`; %NULL
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
  self->tool_headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  for (const char *p = value != NULL ? value : ""; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p) && *p != '\t')
        return FALSE;
    }
  return graphbit_mcp_is_header_name (name);
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

void
graphbit_mcp_client_set_state (GraphbitMcpClient *self,
                               GraphbitMcpState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_text (char **place,
          const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* NULL: of none. */
void
graphbit_mcp_client_set_server (GraphbitMcpClient *self,
                                const GraphbitMcpServer *server)
{
  static const GraphbitMcpServer none = { NULL };
  static const guint changed[] = { PROP_PROTOCOL_VERSION, PROP_SERVER_NAME, PROP_SERVER_VERSION, PROP_INSTRUCTIONS, PROP_CAPABILITIES };

  if (server == NULL)
    server = &none;

  g_object_freeze_notify (G_OBJECT (self));
  set_text (&self->protocol_version, server->protocol_version);
  set_text (&self->server_name, server->name);
  set_text (&self->server_version, server->version);
  set_text (&self->instructions, server->instructions);
  self->capabilities = server->capabilities;
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[changed[i]]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
graphbit_mcp_client_emit (GraphbitMcpClient *self,
                          const GraphbitMcpEvent *event)
{
  switch (event->kind)
    {
    case GRAPHBIT_MCP_EVENT_TOOLS_CHANGED:
      g_signal_emit (self, signals[TOOLS_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_RESOURCES_CHANGED:
      g_signal_emit (self, signals[RESOURCES_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED:
      g_signal_emit (self, signals[PROMPTS_CHANGED], 0);
      break;

    case GRAPHBIT_MCP_EVENT_RESOURCE_UPDATED:
      g_signal_emit (self, signals[RESOURCE_UPDATED], 0, event->name);
      break;

    case GRAPHBIT_MCP_EVENT_LOG:
      g_signal_emit (self, signals[LOG_MESSAGE], 0, event->name, event->logger, event->text);
      break;

    case GRAPHBIT_MCP_EVENT_PROGRESS:
      g_signal_emit (self, signals[PROGRESS], 0, event->name, event->progress, event->total, event->text);
      break;

    case GRAPHBIT_MCP_EVENT_RENEWED:
    case GRAPHBIT_MCP_EVENT_NOISE:
    default:
      g_assert_not_reached ();
    }
}

void
graphbit_mcp_client_emit_closed (GraphbitMcpClient *self,
                                 const GError *error)
{
  g_signal_emit (self, signals[CLOSED], 0, error);
}
