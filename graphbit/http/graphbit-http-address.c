/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-address-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

/* Networks by their first bits. */
typedef struct
{
  guint8 bytes[16];
  guint length;
} Network;

/* IANA's special-purpose IPv4 networks, and multicast. */
static const Network special_ipv4[] = {
  { { 0 }, 8 },              /* this network */
  { { 10 }, 8 },             /* private */
  { { 100, 64 }, 10 },       /* shared by a provider's customers */
  { { 127 }, 8 },            /* this machine */
  { { 169, 254 }, 16 },      /* link-local, and with it the metadata service of clouds */
  { { 172, 16 }, 12 },       /* private */
  { { 192, 0, 0 }, 24 },     /* protocols */
  { { 192, 0, 2 }, 24 },     /* documentation */
  { { 192, 88, 99 }, 24 },   /* 6to4 relays */
  { { 192, 168 }, 16 },      /* private */
  { { 198, 18 }, 15 },       /* benchmarks */
  { { 198, 51, 100 }, 24 },  /* documentation */
  { { 203, 0, 113 }, 24 },   /* documentation */
  { { 224 }, 4 },            /* multicast */
  { { 240 }, 4 },            /* reserved, and broadcast */
};

/* In IPv6 only this network is anybody's in public … */
static const Network global_ipv6 = { { 0x20 }, 3 };

/* … but for these parts of it. */
static const Network special_ipv6[] = {
  { { 0x20, 0x01 }, 23 },             /* protocols, among them Teredo, which carries IPv4 addresses */
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
  { { 0x20, 0x02 }, 16 },             /* 6to4, which carries IPv4 addresses */
  { { 0x3f, 0xff }, 20 },             /* documentation */
};

/* Behind these stands an IPv4 address, which counts: mapped, and translated by the network (RFC 6052). */
static const Network ipv4_in_ipv6[] = {
  { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 },
  { { 0x00, 0x64, 0xff, 0x9b }, 96 },
};

static gboolean
is_in (const guint8 *bytes,
       const Network *network)
{
  guint whole = network->length / 8;
  guint rest = network->length % 8;

  return memcmp (bytes, network->bytes, whole) == 0 &&
         (rest == 0 || (bytes[whole] ^ network->bytes[whole]) >> (8 - rest) == 0);
}

static gboolean
is_in_any (const guint8 *bytes,
           const Network *networks,
           guint n_networks)
{
  for (guint i = 0; i < n_networks; i++)
    {
      if (is_in (bytes, &networks[i]))
        return TRUE;
    }

  return FALSE;
}

gboolean
graphbit_http_address_is_public (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);
  gboolean is_ipv4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;

  if (!is_ipv4 && is_in_any (bytes, ipv4_in_ipv6, G_N_ELEMENTS (ipv4_in_ipv6)))
    {
      bytes += 12;
      is_ipv4 = TRUE;
    }

  if (is_ipv4)
    return !is_in_any (bytes, special_ipv4, G_N_ELEMENTS (special_ipv4));
  return is_in (bytes, &global_ipv6) && !is_in_any (bytes, special_ipv6, G_N_ELEMENTS (special_ipv6));
}

GraphbitFailure *
graphbit_http_address_failure (const char *host)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_PERMISSION,
                               N_ ("%s is this machine, or in a network that is not public, where workflows may not go: if it is meant, name the host in allowed-hosts"),
                               host, NULL);
}

/* As resolvers see it: in ASCII, without the dot of the root. */
static char *
dup_plain_host (const char *host)
{
  char *plain = g_hostname_to_ascii (host);
  gsize length;

  if (plain == NULL)
    return NULL;

  length = strlen (plain);
  if (length > 0 && plain[length - 1] == '.')
    plain[length - 1] = '\0';
  return plain;
}

/* 2130706433, 0x7f.1 and 0177.0.0.1 are the same machine to some, and something else to others. */
static gboolean
is_in_disguise (const char *host)
{
  const char *last = strrchr (host, '.');
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autofree char *written = NULL;
  gboolean is_number;

  /* with a colon it is IPv6, however that is written */
  if (strchr (host, ':') != NULL)
    return address == NULL;

  last = last != NULL ? last + 1 : host;
  is_number = strspn (last, "0123456789") == strlen (last);
  if (g_ascii_strncasecmp (last, "0x", 2) == 0)
    is_number = is_number || strspn (last + 2, "0123456789abcdefABCDEF") == strlen (last + 2);
  if (!is_number)
    return FALSE;

  written = address != NULL ? g_inet_address_to_string (address) : NULL;
  return g_strcmp0 (written, host) != 0;
}

static gboolean
has_strange_character (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if ((guchar) *p <= ' ' || *p == 0x7f || strchr ("\\%/?#@<>^|[]", *p) != NULL)
        return TRUE;
    }

  return FALSE;
}

GUri *
graphbit_http_address_parse (const char *text,
                             GUri *base,
                             GraphbitFailure **failure)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *plain = NULL;
  const char *host;

  uri = g_utf8_validate (text, -1, NULL) ? g_uri_parse_relative (base, text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  if (uri == NULL || (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0))
    {
      *failure = graphbit_failure_new (GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                       N_ ("The URL is none of http or https with a host; an example is “https://example.com/data”"),
                                       NULL);
      return NULL;
    }

  if (g_uri_get_userinfo (uri) != NULL)
    {
      *failure = graphbit_failure_new (GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                       N_ ("The URL has a user or a password in it; give what the server wants to know as a header"),
                                       NULL);
      return NULL;
    }

  host = g_uri_get_host (uri);
  plain = host != NULL && *host != '\0' && !has_strange_character (host) ? dup_plain_host (host) : NULL;
  if (plain == NULL || *plain == '\0' || g_uri_get_port (uri) == 0 || is_in_disguise (plain))
    {
      *failure = graphbit_failure_new (GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                       N_ ("The host in the URL is malformed: write a name, or an address as in 192.0.2.1 or [2001:db8::1]"),
                                       NULL);
      return NULL;
    }

  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, plain, g_uri_get_port (uri),
                      g_uri_get_path (uri), g_uri_get_query (uri), NULL);
}

gboolean
graphbit_http_address_is_named (GUri *uri,
                                const char *const *names)
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *plain = dup_plain_host (names[i]);

      if (plain != NULL && g_ascii_strcasecmp (plain, g_uri_get_host (uri)) == 0)
        return TRUE;
    }

  return FALSE;
}

GraphbitFailure *
graphbit_http_address_check (GUri *uri,
                             GraphbitHttpGuard guard)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL && !guard (address) ? graphbit_http_address_failure (host) : NULL;
}

/* The addresses of a host, without those that are refused. */
typedef struct
{
  GSocketAddressEnumerator parent_instance;
  GSocketAddressEnumerator *all;
  GraphbitHttpGuard guard;
  guint n_passed;
  guint n_refused;
} GuardedEnumerator;

typedef GSocketAddressEnumeratorClass GuardedEnumeratorClass;

GType graphbit_http_guarded_enumerator_get_type (void);
G_DEFINE_TYPE (GuardedEnumerator, graphbit_http_guarded_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static void
guarded_enumerator_finalize (GObject *object)
{
  GuardedEnumerator *self = (GuardedEnumerator *) object;

  g_object_unref (self->all);

  G_OBJECT_CLASS (graphbit_http_guarded_enumerator_parent_class)->finalize (object);
}

static gboolean
passes (GuardedEnumerator *self,
        GSocketAddress *address)
{
  return G_IS_INET_SOCKET_ADDRESS (address) &&
         self->guard (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
on_next (GObject *all,
         GAsyncResult *result,
         gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GuardedEnumerator *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GSocketAddress) address =
    g_socket_address_enumerator_next_finish (G_SOCKET_ADDRESS_ENUMERATOR (all), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (address == NULL && self->n_passed == 0 && self->n_refused > 0)
    g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION, "the addresses are refused");
  else if (address == NULL || passes (self, address))
    {
      self->n_passed++;
      g_task_return_pointer (task, g_steal_pointer (&address), g_object_unref);
    }
  else
    {
      self->n_refused++;
      g_socket_address_enumerator_next_async (self->all, g_task_get_cancellable (task), on_next, g_object_ref (task));
    }
}

static void
guarded_enumerator_next_async (GSocketAddressEnumerator *enumerator,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GuardedEnumerator *self = (GuardedEnumerator *) enumerator;
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, guarded_enumerator_next_async);
  g_socket_address_enumerator_next_async (self->all, cancellable, on_next, task);
}

static GSocketAddress *
guarded_enumerator_next_finish (GSocketAddressEnumerator *enumerator,
                                GAsyncResult *result,
                                GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
graphbit_http_guarded_enumerator_class_init (GuardedEnumeratorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = guarded_enumerator_finalize;
  klass->next_async = guarded_enumerator_next_async;
  klass->next_finish = guarded_enumerator_next_finish;
}

static void
graphbit_http_guarded_enumerator_init (GuardedEnumerator *self)
{
}

/* A network address to TLS, which takes the name for its checks from it. */
typedef struct
{
  GNetworkAddress parent_instance;
  GraphbitHttpGuard guard;
} GuardedAddress;

typedef GNetworkAddressClass GuardedAddressClass;

GType graphbit_http_guarded_address_get_type (void);
static void guarded_address_iface_init (GSocketConnectableIface *iface);
G_DEFINE_TYPE_WITH_CODE (GuardedAddress, graphbit_http_guarded_address, G_TYPE_NETWORK_ADDRESS,
                         G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, guarded_address_iface_init))

static GSocketAddressEnumerator *
guarded_address_enumerate (GSocketConnectable *connectable)
{
  GNetworkAddress *address = G_NETWORK_ADDRESS (connectable);
  GuardedEnumerator *self = g_object_new (graphbit_http_guarded_enumerator_get_type (), NULL);
  /* a new one each time, for it keeps what it has found */
  g_autoptr (GSocketConnectable) plain =
    g_network_address_new (g_network_address_get_hostname (address), g_network_address_get_port (address));

  self->all = g_socket_connectable_enumerate (plain);
  self->guard = ((GuardedAddress *) connectable)->guard;
  return G_SOCKET_ADDRESS_ENUMERATOR (self);
}

static void
guarded_address_iface_init (GSocketConnectableIface *iface)
{
  iface->enumerate = guarded_address_enumerate;
  iface->proxy_enumerate = guarded_address_enumerate;
}

static void
graphbit_http_guarded_address_class_init (GuardedAddressClass *klass)
{
}

static void
graphbit_http_guarded_address_init (GuardedAddress *self)
{
}

GSocketConnectable *
graphbit_http_address_new_guarded (const char *host,
                                   guint16 port,
                                   GraphbitHttpGuard guard)
{
  GuardedAddress *self =
    g_object_new (graphbit_http_guarded_address_get_type (), "hostname", host, "port", (guint) port, NULL);

  self->guard = guard;
  return G_SOCKET_CONNECTABLE (self);
}
