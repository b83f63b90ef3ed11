/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-template-private.h"

typedef struct
{
  gsize begin; /* in the text */
  gsize end;
  GraphbitTemplateReference reference;
} Place;

struct _GraphbitTemplate
{
  gatomicrefcount ref_count;
  char *text;
  gsize length;
  GArray *places; /* of Place, in their order; NULL if there are none */
};

void
graphbit_template_reference_clear (GraphbitTemplateReference *self)
{
  g_free (self->name);
  g_free (self->path);
  g_free (self->source);
}

static void
place_clear (gpointer data)
{
  Place *place = data;

  graphbit_template_reference_clear (&place->reference);
}

static gboolean
is_name_character (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

static const char *
skip_name (const char *p)
{
  while (is_name_character (*p))
    p++;

  return p;
}

const char *
graphbit_template_skip_path (const char *text)
{
  const char *p = text;

  for (;;)
    {
      const char *begin = p + 1;

      if (*p == '.')
        {
          p = skip_name (begin);
          if (p == begin)
            return NULL;
        }
      else if (*p == '[')
        {
          p = begin + strspn (begin, "0123456789");
          if (p == begin || *p != ']')
            return NULL;
          p++;
        }
      else
        {
          return p;
        }
    }
}

const char *
graphbit_template_reference_read (GraphbitTemplateReference *self,
                                  const char *text)
{
  const char *p = text;
  const char *name, *name_end, *path, *path_end;

  if (g_str_has_prefix (p, "node."))
    {
      self->kind = GRAPHBIT_TEMPLATE_NODE;
      p += strlen ("node.");
    }
  else if (g_str_has_prefix (p, "input."))
    {
      self->kind = GRAPHBIT_TEMPLATE_INPUT;
      p += strlen ("input.");
    }
  else
    {
      return NULL;
    }

  if (*p == '"' && self->kind == GRAPHBIT_TEMPLATE_NODE)
    {
      name = p + 1;
      name_end = name + strcspn (name, "\"\r\n");
      if (*name_end != '"')
        return NULL;
      path = name_end + 1;
    }
  else
    {
      name = p;
      path = name_end = skip_name (name);
    }
  if (name == name_end)
    return NULL;

  path_end = graphbit_template_skip_path (path);
  if (path_end == NULL)
    return NULL;

  self->name = g_strndup (name, (gsize) (name_end - name));
  if (path_end > path)
    {
      if (*path == '.')
        path++;
      self->path = g_strndup (path, (gsize) (path_end - path));
    }

  return path_end;
}

/* {{node.…}} and {{input.…}}: from behind the braces to behind the closing ones; NULL if it is neither. */
static const char *
parse_double (const char *p,
              GraphbitTemplateReference *reference)
{
  const char *end = graphbit_template_reference_read (reference, p);

  if (end == NULL)
    return NULL;
  if (end[0] == '}' && end[1] == '}')
    return end + 2;

  graphbit_template_reference_clear (reference);
  return NULL;
}

/* {name}: from behind the brace to behind the closing one; NULL if it is not that. */
static const char *
parse_single (const char *p,
              GraphbitTemplateReference *reference)
{
  const char *end = p;

  if (!g_ascii_isalpha (*p) && *p != '_')
    return NULL;
  while (g_ascii_isalnum (*end) || *end == '_')
    end++;
  if (*end != '}')
    return NULL;

  reference->kind = GRAPHBIT_TEMPLATE_VARIABLE;
  reference->name = g_strndup (p, (gsize) (end - p));
  return end + 1;
}

GraphbitTemplate *
graphbit_template_new (const char *text)
{
  GraphbitTemplate *self;
  const char *p;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (GraphbitTemplate, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->length = strlen (text);
  self->text = g_strndup (text, self->length);

  for (p = self->text; (p = strchr (p, '{')) != NULL;)
    {
      gsize n_braces = strspn (p, "{");
      Place place = { .begin = (gsize) (p - self->text) };
      const char *behind = NULL;

      if (n_braces == 1)
        behind = parse_single (p + 1, &place.reference);
      else if (n_braces == 2)
        behind = parse_double (p + 2, &place.reference);

      if (behind == NULL)
        {
          p += n_braces;
          continue;
        }

      place.end = (gsize) (behind - self->text);
      place.reference.source = g_strndup (p, (gsize) (behind - p));
      if (self->places == NULL)
        {
          self->places = g_array_new (FALSE, FALSE, sizeof (Place));
          g_array_set_clear_func (self->places, place_clear);
        }
      g_array_append_val (self->places, place);
      p = behind;
    }

  return self;
}

GraphbitTemplate *
graphbit_template_ref (GraphbitTemplate *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
graphbit_template_unref (GraphbitTemplate *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->places, g_array_unref);
  g_free (self->text);
  g_free (self);
}

const char *
graphbit_template_get_text (GraphbitTemplate *self)
{
  return self->text;
}

guint
graphbit_template_get_n_references (GraphbitTemplate *self)
{
  return self->places != NULL ? self->places->len : 0;
}

const GraphbitTemplateReference *
graphbit_template_get_reference (GraphbitTemplate *self,
                                 guint index)
{
  g_return_val_if_fail (index < graphbit_template_get_n_references (self), NULL);

  return &g_array_index (self->places, Place, index).reference;
}

char *
graphbit_template_expand (GraphbitTemplate *self,
                          GraphbitTemplateResolver resolver,
                          gpointer user_data,
                          GPtrArray **unresolved)
{
  g_autoptr (GPtrArray) missing = NULL;
  GString *result;
  gsize position = 0;

  if (unresolved != NULL)
    *unresolved = NULL;

  if (self->places == NULL)
    return g_strndup (self->text, self->length);

  result = g_string_sized_new (self->length);
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      g_autofree char *value = resolver (&place->reference, user_data);

      if (value == NULL)
        {
          if (missing == NULL)
            missing = g_ptr_array_new_with_free_func (g_free);
          if (!g_ptr_array_find_with_equal_func (missing, place->reference.source, g_str_equal, NULL))
            g_ptr_array_add (missing, g_strdup (place->reference.source));
          continue;
        }

      g_string_append_len (result, self->text + position, (gssize) (place->begin - position));
      g_string_append (result, value);
      position = place->end;
    }

  if (missing != NULL)
    {
      if (unresolved != NULL)
        *unresolved = g_steal_pointer (&missing);
      g_string_free (result, TRUE);
      return NULL;
    }

  g_string_append_len (result, self->text + position, (gssize) (self->length - position));
  return g_string_free (result, FALSE);
}
