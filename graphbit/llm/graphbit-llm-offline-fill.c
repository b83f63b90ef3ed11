/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-offline-private.h"

#include <string.h>

#include "graphbit-json-private.h"

#define MAX_DEPTH 16

typedef enum
{
  CANDIDATE_NUMBER,
  CANDIDATE_QUOTED,
  CANDIDATE_NAME /* words that begin with a capital letter */
} CandidateKind;

typedef struct
{
  CandidateKind kind;
  gsize start;
  gsize end;
  char *text;
  double number;
  gboolean is_integer;
  gboolean begins_sentence;
  gboolean is_used;
} Candidate;

typedef struct
{
  const char *request;
  const char *material;
  char *lower; /* the request; as long as it */
  GArray *candidates;
  gboolean is_lenient;
} Fill;

static gboolean fill_value (Fill *self, JsonNode *schema, const char *name, gboolean is_required,
                            guint depth, GraphbitJsonWriter *writer);

static void
candidate_clear (gpointer data)
{
  g_free (((Candidate *) data)->text);
}

static void
add_candidate (Fill *self,
               CandidateKind kind,
               gsize start,
               gsize end)
{
  Candidate candidate = { kind, start, end, g_strndup (self->request + start, end - start), 0, FALSE, FALSE, FALSE };

  if (kind == CANDIDATE_NUMBER)
    {
      g_autofree char *digits = g_strdup (candidate.text);
      char *to = digits;

      /* 1,000 is one number */
      for (const char *from = digits; *from != '\0'; from++)
        if (*from != ',')
          *to++ = *from;
      *to = '\0';
      candidate.number = g_ascii_strtod (digits, NULL);
      candidate.is_integer = strchr (digits, '.') == NULL && strlen (digits) < 16;
    }

  g_array_append_val (self->candidates, candidate);
}

static gboolean
is_word (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static gsize
skip_number (const char *text,
             gsize i)
{
  if (text[i] == '-')
    i++;
  while (g_ascii_isdigit (text[i]) ||
         ((text[i] == '.' || (text[i] == ',' && g_ascii_isdigit (text[i + 1]) && g_ascii_isdigit (text[i + 2]) &&
                              g_ascii_isdigit (text[i + 3]))) &&
          g_ascii_isdigit (text[i + 1])))
    i++;
  return i;
}

static const char *
closing_quote (const char *open)
{
  gunichar c = g_utf8_get_char (open);
  const char *end;
  const char *next = g_utf8_next_char (open);

  if (c == '"')
    end = strchr (next, '"');
  else if (c == 0x201c || c == 0x201e) /* “ and „ */
    {
      end = strstr (next, "”");
      if (end == NULL)
        end = strstr (next, "“");
    }
  else if (c == 0xab) /* « */
    end = strstr (next, "»");
  else
    return NULL;

  /* a quotation is not that long, nor does it go over lines */
  if (end == NULL || end - next > 300 || memchr (next, '\n', (gsize) (end - next)) != NULL)
    return NULL;
  return end;
}

static void
find_candidates (Fill *self)
{
  const char *text = self->request;
  gunichar before = ' ';
  gboolean begins_sentence = TRUE;

  for (const char *p = text; *p != '\0';)
    {
      gunichar c = g_utf8_get_char (p);
      const char *end = closing_quote (p);
      gsize at = (gsize) (p - text);

      if (end != NULL)
        {
          add_candidate (self, CANDIDATE_QUOTED, (gsize) (g_utf8_next_char (p) - text), (gsize) (end - text));
          p = end;
        }
      else if (!is_word (before) && (g_ascii_isdigit (*p) || (*p == '-' && g_ascii_isdigit (p[1]) && !g_ascii_isdigit ((char) before))))
        {
          gsize number_end = skip_number (text, at);

          add_candidate (self, CANDIDATE_NUMBER, at, number_end);
          p = text + number_end;
          before = '0';
          begins_sentence = FALSE;
          continue;
        }
      else if (g_unichar_isupper (c) && !is_word (before))
        {
          const char *name_end = p;
          Candidate *candidate;

          /* New York is one name */
          do
            {
              while (is_word (g_utf8_get_char (name_end)) || *name_end == '-' || *name_end == '\'')
                name_end = g_utf8_next_char (name_end);
            }
          while (*name_end == ' ' && g_unichar_isupper (g_utf8_get_char (name_end + 1)) && name_end++);

          add_candidate (self, CANDIDATE_NAME, at, (gsize) (name_end - text));
          candidate = &g_array_index (self->candidates, Candidate, self->candidates->len - 1);
          candidate->begins_sentence = begins_sentence;
          p = name_end;
          before = 'a';
          begins_sentence = FALSE;
          continue;
        }

      if (strchr (".!?:\n", *p) != NULL && *p != '\0')
        begins_sentence = TRUE;
      else if (!g_unichar_isspace (c))
        begins_sentence = FALSE;
      before = g_utf8_get_char (p);
      p = g_utf8_next_char (p);
    }
}

static char *
lower_ascii (const char *text)
{
  return g_ascii_strdown (text, -1);
}

/* `from-city`, `fromCity`, `from_city` → `from city` */
static char *
spell_name (const char *name)
{
  GString *words = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '_' || *p == '-')
        g_string_append_c (words, ' ');
      else
        {
          if (g_ascii_isupper (*p) && p > name && g_ascii_islower (p[-1]))
            g_string_append_c (words, ' ');
          g_string_append_c (words, g_ascii_tolower (*p));
        }
    }
  return g_string_free (words, FALSE);
}

/* The place behind a whole word or phrase; 0: it is not there. */
static gsize
find_phrase (const char *lower,
             const char *phrase,
             gsize from)
{
  gsize length = strlen (phrase);

  if (length == 0)
    return 0;
  for (const char *p = strstr (lower + from, phrase); p != NULL; p = strstr (p + 1, phrase))
    if ((p == lower || !is_word ((guchar) p[-1])) && !is_word ((guchar) p[length]))
      return (gsize) (p - lower) + length;
  return 0;
}

static gsize
find_name (Fill *self,
           const char *name)
{
  g_autofree char *phrase = spell_name (name);
  g_autofree char *plain = lower_ascii (name);
  gsize end = find_phrase (self->lower, plain, 0);
  const char *last;

  if (end == 0)
    end = find_phrase (self->lower, phrase, 0);
  last = strrchr (phrase, ' ');
  if (end == 0 && last != NULL)
    end = find_phrase (self->lower, last + 1, 0);
  return end;
}

/* Behind `name:`, `name =`, `name is`; 0: none of these stands there. */
static gsize
skip_label (Fill *self,
            gsize at)
{
  static const char *const words[] = { "is ", "are ", "was ", "of ", "as " };
  const char *text = self->lower;

  while (text[at] == ' ' || text[at] == '"' || text[at] == '*')
    at++;
  if (text[at] == ':' || text[at] == '=')
    {
      at++;
    }
  else
    {
      gboolean is_label = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (words) && !is_label; i++)
        if (g_str_has_prefix (text + at, words[i]))
          {
            at += strlen (words[i]);
            is_label = TRUE;
          }
      if (!is_label)
        return 0;
    }
  while (text[at] == ' ')
    at++;
  return at;
}

static Candidate *
next_candidate (Fill *self,
                CandidateKind kind,
                gsize from,
                gsize max_gap)
{
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *candidate = &g_array_index (self->candidates, Candidate, i);

      if (candidate->kind == kind && !candidate->is_used && candidate->start >= from && candidate->start - from <= max_gap)
        return candidate;
    }
  return NULL;
}

static gboolean
number_fits (JsonNode *schema,
             const Candidate *candidate,
             gboolean wants_integer)
{
  double limit;

  if (wants_integer && !candidate->is_integer)
    return FALSE;
  if (graphbit_json_get_double (schema, "minimum", &limit) && candidate->number < limit)
    return FALSE;
  if (graphbit_json_get_double (schema, "maximum", &limit) && candidate->number > limit)
    return FALSE;
  return TRUE;
}

static gboolean
fill_number (Fill *self,
             JsonNode *schema,
             const char *name,
             gboolean is_integer,
             gboolean is_required,
             GraphbitJsonWriter *writer)
{
  gsize at = name != NULL ? find_name (self, name) : 0;
  Candidate *candidate = NULL;

  /* the one that follows the name closely, else what comes first */
  if (at > 0)
    candidate = next_candidate (self, CANDIDATE_NUMBER, at, 24);
  if (candidate != NULL && !number_fits (schema, candidate, is_integer))
    candidate = NULL;
  for (guint i = 0; candidate == NULL && is_required && i < self->candidates->len; i++)
    {
      Candidate *other = &g_array_index (self->candidates, Candidate, i);

      if (other->kind == CANDIDATE_NUMBER && !other->is_used && number_fits (schema, other, is_integer))
        candidate = other;
    }

  if (candidate == NULL)
    {
      if (!is_required || !self->is_lenient)
        return FALSE;
      graphbit_json_writer_int64 (writer, 0);
      return TRUE;
    }

  candidate->is_used = TRUE;
  if (candidate->is_integer)
    graphbit_json_writer_int64 (writer, (gint64) candidate->number);
  else
    graphbit_json_writer_double (writer, candidate->number);
  return TRUE;
}

static gboolean
fill_boolean (Fill *self,
              const char *name,
              gboolean is_required,
              GraphbitJsonWriter *writer)
{
  static const char *const negations[] = { "no", "not", "without", "don't", "never" };
  gsize end = name != NULL ? find_name (self, name) : 0;
  gboolean value = TRUE;

  if (end == 0)
    {
      if (!is_required || !self->is_lenient)
        return FALSE;
      value = FALSE;
    }
  else
    {
      gsize start = end > 28 ? end - 28 : 0;
      gsize after = skip_label (self, end);
      g_autofree char *near = g_strndup (self->lower + start, end - start);

      if (after > 0)
        value = !g_str_has_prefix (self->lower + after, "no") && !g_str_has_prefix (self->lower + after, "false") &&
                !g_str_has_prefix (self->lower + after, "off");
      for (guint i = 0; i < G_N_ELEMENTS (negations) && value; i++)
        value = find_phrase (near, negations[i], 0) == 0;
    }

  graphbit_json_writer_boolean (writer, value);
  return TRUE;
}

static gboolean
fill_enumeration (Fill *self,
                  JsonNode *values,
                  const char *name,
                  gboolean is_required,
                  GraphbitJsonWriter *writer)
{
  gsize from = name != NULL ? find_name (self, name) : 0;
  g_autofree char *material = lower_ascii (self->material);
  JsonNode *best = NULL;
  gsize best_at = G_MAXSIZE;

  /* the one that is named behind the property's name, else the one that is named first */
  for (guint pass = from > 0 ? 0 : 1; best == NULL && pass < 3; pass++)
    for (guint i = 0; i < graphbit_json_get_size (values); i++)
      {
        JsonNode *node = graphbit_json_get_element (values, i);
        g_autofree char *plain = NULL;
        g_autofree char *phrase = NULL;
        const char *text, *where = pass == 2 ? material : self->lower;
        gsize at;

        if (!graphbit_json_get_string (node, NULL, &text))
          continue;
        plain = lower_ascii (text);
        phrase = spell_name (text);
        at = find_phrase (where, plain, pass == 0 ? from : 0);
        if (at == 0)
          at = find_phrase (where, phrase, pass == 0 ? from : 0);
        if (at > 0 && at < best_at)
          {
            best = node;
            best_at = at;
          }
      }

  if (best == NULL && is_required && self->is_lenient)
    best = graphbit_json_get_element (values, 0);
  if (best == NULL)
    return FALSE;

  graphbit_json_write_node (writer, best);
  return TRUE;
}

/* What is known by its shape. */
static const struct
{
  const char *key; /* in the property's name or format */
  const char *pattern;
} shapes[] = {
  { "email", "[\\w.+-]+@[\\w-]+\\.[\\w.-]+\\w" },
  { "uri", "https?://[^\\s\"<>]+[^\\s\"<>.,;:!?)]" },
  { "url", "https?://[^\\s\"<>]+[^\\s\"<>.,;:!?)]" },
  { "date", "\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d{2}:\\d{2})?)?" },
  { "time", "\\d{1,2}:\\d{2}(?::\\d{2})?" },
  { "expression", "[(\\d][\\d\\s.()]*(?:[-+*/^×÷]\\s*[\\d.()][\\d\\s.()]*)+" },
  { "formula", "[(\\d][\\d\\s.()]*(?:[-+*/^×÷]\\s*[\\d.()][\\d\\s.()]*)+" },
};

static char *
find_shape (const char *text,
            const char *key)
{
  g_autofree char *lower = lower_ascii (key);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (GRegex) regex = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      if (strstr (lower, shapes[i].key) == NULL)
        continue;
      regex = g_regex_new (shapes[i].pattern, 0, 0, NULL);
      if (g_regex_match (regex, text, 0, &match))
        return g_strstrip (g_match_info_fetch (match, 0));
    }
  return NULL;
}

/* Properties that take whatever is being talked about. */
static gboolean
is_about_text (const char *name)
{
  static const char *const names[] = {
    "text", "content", "input", "query", "question", "message", "prompt", "topic", "subject", "document", "body",
    "sentence", "search", "keywords", "q", "data", "task", "request", "summary", "description", "answer", "note", "words"
  };
  g_autofree char *phrase = spell_name (name);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (find_phrase (phrase, names[i], 0) > 0)
      return TRUE;
  return FALSE;
}

static char *
use_candidate (Candidate *candidate)
{
  candidate->is_used = TRUE;
  return g_strdup (candidate->text);
}

static char *
text_behind_label (Fill *self,
                   gsize at)
{
  const char *start = self->request + at;
  const char *end = start;
  Candidate *quoted = next_candidate (self, CANDIDATE_QUOTED, at, 3);

  if (quoted != NULL)
    return use_candidate (quoted);

  while (*end != '\0' && strchr (",;\n", *end) == NULL &&
         !((*end == '.' || *end == '!' || *end == '?') && (end[1] == '\0' || g_ascii_isspace (end[1]))) &&
         !g_str_has_prefix (end, " and "))
    end++;
  return g_strstrip (g_strndup (start, (gsize) (end - start)));
}

static char *
find_text (Fill *self,
           JsonNode *schema,
           const char *name,
           gboolean is_required)
{
  const char *format = NULL;
  Candidate *candidate;
  gsize at = name != NULL ? find_name (self, name) : 0;
  char *text = NULL;

  graphbit_json_get_string (schema, "format", &format);
  if (format != NULL)
    text = find_shape (self->request, format);
  if (text == NULL && name != NULL)
    text = find_shape (self->request, name);
  if (text != NULL)
    return text;

  if (at > 0)
    {
      gsize value = skip_label (self, at);

      if (value > 0)
        text = text_behind_label (self, value);
      if (text != NULL && *text != '\0')
        return text;
      g_clear_pointer (&text, g_free);

      /* from Oslo, city Oslo */
      if ((candidate = next_candidate (self, CANDIDATE_QUOTED, at, 3)) != NULL ||
          (candidate = next_candidate (self, CANDIDATE_NAME, at, 1)) != NULL)
        return use_candidate (candidate);
    }

  if (!is_required)
    return NULL;

  if ((candidate = next_candidate (self, CANDIDATE_QUOTED, 0, G_MAXSIZE)) != NULL)
    return use_candidate (candidate);

  if (name == NULL || is_about_text (name))
    {
      const char *colon;

      if (*self->material != '\0')
        {
          g_autoptr (GPtrArray) best = NULL;

          if (!self->is_lenient)
            return g_strdup (self->material);
          best = graphbit_offline_rank_sentences (self->material, self->request, 2);
          g_ptr_array_add (best, NULL);
          return g_strjoinv (" ", (char **) best->pdata);
        }
      /* Count the words of this text: … */
      colon = strstr (self->request, ": ");
      return g_strstrip (g_strdup (colon != NULL && colon[2] != '\0' ? colon + 2 : self->request));
    }

  /* a name that no capital letter of a sentence's beginning explains */
  for (guint i = 0; i < self->candidates->len; i++)
    {
      candidate = &g_array_index (self->candidates, Candidate, i);
      if (candidate->kind == CANDIDATE_NAME && !candidate->is_used && !candidate->begins_sentence &&
          strcmp (candidate->text, "I") != 0)
        return use_candidate (candidate);
    }

  if (self->is_lenient)
    {
      g_autofree char *question = g_strconcat (self->request, " ", name, NULL);
      g_autoptr (GPtrArray) best =
          graphbit_offline_rank_sentences (*self->material != '\0' ? self->material : self->request, question, 1);

      return g_strdup (best->len > 0 ? best->pdata[0] : "");
    }
  return NULL;
}

static gboolean
fill_array (Fill *self,
            JsonNode *schema,
            const char *name,
            gboolean is_required,
            guint depth,
            GraphbitJsonWriter *writer)
{
  JsonNode *items = graphbit_json_get_member (schema, "items");
  const char *type = "string";
  gint64 max = 20;
  guint n = 0;

  if (!is_required && (name == NULL || find_name (self, name) == 0))
    return FALSE;

  graphbit_json_get_string (items, "type", &type);
  graphbit_json_get_int64 (schema, "maxItems", &max);

  graphbit_json_writer_begin_array (writer);
  if (strcmp (type, "number") == 0 || strcmp (type, "integer") == 0)
    {
      while (n < max && fill_number (self, items, NULL, strcmp (type, "integer") == 0,
                                     next_candidate (self, CANDIDATE_NUMBER, 0, G_MAXSIZE) != NULL, writer))
        n++;
    }
  else if (strcmp (type, "string") == 0)
    {
      for (guint i = 0; i < self->candidates->len && n < max; i++)
        {
          Candidate *candidate = &g_array_index (self->candidates, Candidate, i);

          if (candidate->is_used || candidate->kind == CANDIDATE_NUMBER || candidate->begins_sentence)
            continue;
          candidate->is_used = TRUE;
          graphbit_json_writer_string (writer, candidate->text);
          n++;
        }
      if (n == 0 && self->is_lenient)
        {
          g_autoptr (GPtrArray) best = graphbit_offline_rank_sentences (self->material, self->request,
                                                                        (guint) MIN (MAX (max, 0), 3));

          for (; n < best->len; n++)
            graphbit_json_writer_string (writer, best->pdata[n]);
        }
    }
  else if (fill_value (self, items, NULL, TRUE, depth + 1, writer))
    {
      n++;
    }
  graphbit_json_writer_end_array (writer);

  return n > 0 || self->is_lenient;
}

static gboolean
is_required_member (JsonNode *schema,
                    const char *name)
{
  JsonNode *required = graphbit_json_get_member (schema, "required");
  const char *text;

  for (guint i = 0; i < graphbit_json_get_size (required); i++)
    if (graphbit_json_get_string (graphbit_json_get_element (required, i), NULL, &text) && strcmp (text, name) == 0)
      return TRUE;
  return FALSE;
}

/* Which values go where is decided in the schema's order: what is required first takes first. */
static gboolean
fill_object (Fill *self,
             JsonNode *schema,
             guint depth,
             GraphbitJsonWriter *writer)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *property;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_members_init (&members, graphbit_json_get_member (schema, "properties"));
  while (graphbit_json_members_next (&members, &name, &property))
    {
      gboolean is_required = is_required_member (schema, name);
      GString *value = g_string_new (NULL);
      GraphbitJsonWriter value_writer;
      gboolean is_filled;

      graphbit_json_writer_init (&value_writer, value);
      is_filled = fill_value (self, property, name, is_required, depth + 1, &value_writer);
      if (is_filled)
        graphbit_json_writer_raw_member (writer, name, value->str, (gssize) value->len);
      g_string_free (value, TRUE);
      if (!is_filled && is_required)
        return FALSE;
    }
  graphbit_json_writer_end_object (writer);
  return TRUE;
}

/* The first of several types that is not null. */
static const char *
get_type (JsonNode *schema)
{
  JsonNode *types = graphbit_json_get_member (schema, "type");
  const char *type = NULL;

  if (graphbit_json_get_string (types, NULL, &type))
    return type;
  for (guint i = 0; i < graphbit_json_get_size (types); i++)
    if (graphbit_json_get_string (graphbit_json_get_element (types, i), NULL, &type) && strcmp (type, "null") != 0)
      return type;
  return graphbit_json_get_member (schema, "properties") != NULL ? "object" : "string";
}

static gboolean
fill_value (Fill *self,
            JsonNode *schema,
            const char *name,
            gboolean is_required,
            guint depth,
            GraphbitJsonWriter *writer)
{
  JsonNode *special;
  const char *type;

  if (depth > MAX_DEPTH)
    return FALSE;

  if ((special = graphbit_json_get_member (schema, "const")) != NULL)
    {
      graphbit_json_write_node (writer, special);
      return TRUE;
    }
  if ((special = graphbit_json_get_member (schema, "enum")) != NULL)
    {
      if (fill_enumeration (self, special, name, is_required, writer))
        return TRUE;
    }
  else if ((special = graphbit_json_get_member (schema, "anyOf")) != NULL ||
           (special = graphbit_json_get_member (schema, "oneOf")) != NULL)
    {
      for (guint i = 0; i < graphbit_json_get_size (special); i++)
        {
          JsonNode *choice = graphbit_json_get_element (special, i);
          g_autoptr (GString) value = g_string_new (NULL);
          GraphbitJsonWriter value_writer;

          /* what fails half way leaves nothing behind */
          graphbit_json_writer_init (&value_writer, value);
          if (strcmp (get_type (choice), "null") != 0 &&
              fill_value (self, choice, name, is_required, depth + 1, &value_writer))
            {
              graphbit_json_writer_raw (writer, value->str, (gssize) value->len);
              return TRUE;
            }
        }
    }
  else
    {
      type = get_type (schema);
      if (strcmp (type, "object") == 0)
        {
          if (fill_object (self, schema, depth, writer))
            return TRUE;
        }
      else if (strcmp (type, "array") == 0)
        {
          if (fill_array (self, schema, name, is_required, depth, writer))
            return TRUE;
        }
      else if (strcmp (type, "integer") == 0 || strcmp (type, "number") == 0)
        {
          if (fill_number (self, schema, name, strcmp (type, "integer") == 0, is_required, writer))
            return TRUE;
        }
      else if (strcmp (type, "boolean") == 0)
        {
          if (fill_boolean (self, name, is_required, writer))
            return TRUE;
        }
      else if (strcmp (type, "null") == 0)
        {
          graphbit_json_writer_null (writer);
          return TRUE;
        }
      else
        {
          g_autofree char *text = find_text (self, schema, name, is_required);

          if (text != NULL)
            {
              graphbit_json_writer_string (writer, text);
              return TRUE;
            }
        }

      /* half of these may be written */
      if (strcmp (type, "object") == 0 || strcmp (type, "array") == 0)
        return FALSE;
    }

  special = graphbit_json_get_member (schema, "default");
  if (special == NULL || !is_required)
    return FALSE;
  graphbit_json_write_node (writer, special);
  return TRUE;
}

char *
graphbit_offline_fill_schema (JsonNode *schema,
                              const char *request,
                              const char *material,
                              gboolean is_lenient)
{
  g_autofree char *lower = lower_ascii (request);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  Fill fill = { request, material, lower, candidates, is_lenient };
  GString *json = g_string_new (NULL);
  GraphbitJsonWriter writer;

  g_array_set_clear_func (candidates, candidate_clear);
  find_candidates (&fill);

  graphbit_json_writer_init (&writer, json);
  if (!fill_value (&fill, schema, NULL, TRUE, 0, &writer))
    {
      g_string_free (json, TRUE);
      return NULL;
    }
  return g_string_free (json, FALSE);
}
