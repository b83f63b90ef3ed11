/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <gio/gio.h>

#include "graphbit-json-schema-node-private.h"

/*
 * The formats of texts that a schema can ask for (JSON Schema Validation, draft
 * 2020-12, § 7.3). All take time in proportion to the length of the text.
 */

/* Two digits, from `least` to `most`; moves on. */
static gboolean
take_two (const char **text,
          int least,
          int most,
          int *value)
{
  const char *p = *text;

  if (!g_ascii_isdigit (p[0]) || !g_ascii_isdigit (p[1]))
    return FALSE;

  *value = 10 * (p[0] - '0') + (p[1] - '0');
  *text = p + 2;
  return *value >= least && *value <= most;
}

static gboolean
take (const char **text,
      char c)
{
  if (**text != c)
    return FALSE;

  (*text)++;
  return TRUE;
}

/* RFC 3339, § 5.6 */
static gboolean
take_date (const char **text)
{
  int century, year, month, day;

  return take_two (text, 0, 99, &century) && take_two (text, 0, 99, &year) && take (text, '-') &&
         take_two (text, 1, 12, &month) && take (text, '-') && take_two (text, 1, 31, &day) &&
         day <= g_date_get_days_in_month ((GDateMonth) month, (GDateYear) MAX (100 * century + year, 4));
}

static gboolean
take_time (const char **text)
{
  int hour, minute, second, offset_hour = 0, offset_minute = 0;
  gboolean is_behind;

  if (!take_two (text, 0, 23, &hour) || !take (text, ':') || !take_two (text, 0, 59, &minute) || !take (text, ':') ||
      !take_two (text, 0, 60, &second))
    return FALSE;
  if (take (text, '.'))
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      while (g_ascii_isdigit (**text))
        (*text)++;
    }
  if (take (text, 'Z') || take (text, 'z'))
    is_behind = FALSE;
  else
    {
      is_behind = **text == '-';
      if ((!take (text, '+') && !take (text, '-')) || !take_two (text, 0, 23, &offset_hour) || !take (text, ':') ||
          !take_two (text, 0, 59, &offset_minute))
        return FALSE;
    }

  /* a leap second is the last of a day in UTC */
  if (second == 60)
    {
      int offset = 60 * offset_hour + offset_minute;
      int minutes = 60 * hour + minute + (is_behind ? offset : -offset);

      return (minutes + 24 * 60) % (24 * 60) == 23 * 60 + 59;
    }
  return TRUE;
}

static gboolean
is_date (const char *text)
{
  return take_date (&text) && *text == '\0';
}

static gboolean
is_time (const char *text)
{
  return take_time (&text) && *text == '\0';
}

static gboolean
is_date_time (const char *text)
{
  return take_date (&text) && (take (&text, 'T') || take (&text, 't')) && take_time (&text) &&
         *text == '\0';
}

/* RFC 3339, appendix A: weeks, or any of the others in this order, of which only seconds have a fraction */
static gboolean
is_duration (const char *text)
{
  const char *units = "YMWD";
  gboolean has_weeks = FALSE;
  guint n = 0;

  if (!take (&text, 'P'))
    return FALSE;
  while (*text != '\0')
    {
      const char *digits = text;
      const char *unit;

      if (*text == 'T' && strchr (units, 'S') == NULL)
        {
          units = "HMS";
          text++;
          if (*text == '\0')
            return FALSE;
          continue;
        }
      while (g_ascii_isdigit (*text))
        text++;
      if (text == digits)
        return FALSE;
      if (*text == '.')
        {
          digits = ++text;
          while (g_ascii_isdigit (*text))
            text++;
          if (text == digits || *text != 'S')
            return FALSE;
        }
      unit = *text != '\0' ? strchr (units, *text) : NULL;
      if (unit == NULL)
        return FALSE;
      has_weeks = has_weeks || *text == 'W';
      units = unit + 1;
      text++;
      n++;
    }

  return n > 0 && (!has_weeks || n == 1);
}

/* RFC 6901 */
static gboolean
is_json_pointer (const char *text)
{
  if (*text != '\0' && *text != '/')
    return FALSE;
  for (; *text != '\0'; text++)
    if (*text == '~' && text[1] != '0' && text[1] != '1')
      return FALSE;
  return TRUE;
}

static gboolean
is_uuid (const char *text)
{
  guint i;

  for (i = 0; text[i] != '\0' && i < 36; i++)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
      return FALSE;
  return i == 36 && text[i] == '\0';
}

static gboolean
is_ip (const char *text,
       GSocketFamily family)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  return address != NULL && g_inet_address_get_family (address) == family;
}

static gboolean
is_ipv4 (const char *text)
{
  return is_ip (text, G_SOCKET_FAMILY_IPV4);
}

static gboolean
is_ipv6 (const char *text)
{
  return is_ip (text, G_SOCKET_FAMILY_IPV6);
}

/* RFC 1123, § 2.1: labels of at most 63 letters, digits and hyphens within them */
static gboolean
is_hostname (const char *text)
{
  gsize label = 0, length = 0;

  for (; text[length] != '\0'; length++)
    {
      char c = text[length];

      if (c == '.')
        {
          if (label == 0 || text[length - 1] == '-')
            return FALSE;
          label = 0;
          continue;
        }
      if ((!g_ascii_isalnum (c) && c != '-') || (c == '-' && label == 0) || ++label > 63)
        return FALSE;
    }
  return label > 0 && length <= 253 && text[length - 1] != '-';
}

/* RFC 5321, § 4.1.2, without quoted names and addresses of numbers */
static gboolean
is_email (const char *text)
{
  const char *at = strrchr (text, '@');

  if (at == NULL || at == text || at - text > 64 || text[0] == '.' || at[-1] == '.')
    return FALSE;
  for (const char *p = text; p < at; p++)
    if ((!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-/=?^_`{|}~.", *p) == NULL) || (*p == '.' && p[1] == '.'))
      return FALSE;
  return is_hostname (at + 1);
}

static gboolean
is_uri (const char *text)
{
  return g_uri_is_valid (text, G_URI_FLAGS_NONE, NULL);
}

static gboolean
is_uri_reference (const char *text)
{
  g_autofree char *whole = NULL;

  if (is_uri (text))
    return TRUE;

  whole = g_uri_resolve_relative ("http://localhost/", text, G_URI_FLAGS_NONE, NULL);
  return whole != NULL && g_uri_is_valid (whole, G_URI_FLAGS_NONE, NULL);
}

static const Format formats[] = {
  { "date-time", "a date and time such as 2024-05-06T07:08:09Z", is_date_time },
  { "date", "a date such as 2024-05-06", is_date },
  { "time", "a time such as 07:08:09Z", is_time },
  { "duration", "a duration such as P3DT12H", is_duration },
  { "email", "an email address", is_email },
  { "uuid", "a UUID", is_uuid },
  { "uri", "an absolute URI", is_uri },
  { "uri-reference", "a URI, absolute or relative", is_uri_reference },
  { "hostname", "the name of a host", is_hostname },
  { "ipv4", "an IPv4 address", is_ipv4 },
  { "ipv6", "an IPv6 address", is_ipv6 },
  { "json-pointer", "a JSON pointer", is_json_pointer },
};

const Format *
graphbit_json_format_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return &formats[i];
  return NULL;
}
