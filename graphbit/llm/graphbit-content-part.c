/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-content-part-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-error.h"

#define MAX_FILE_SIZE (32 * 1024 * 1024)

/**
 * GraphbitContentPart:
 *
 * A part of a [class@LlmMessage] that has more than one: text, an image, a
 * document. It never changes.
 *
 * Files are read when a request is made from the message, by blocking; one that
 * cannot be read makes the request fail.
 *
 * Since: 1.0
 */
struct _GraphbitContentPart
{
  GObject parent_instance;

  GraphbitContentKind kind;
  char *text;
  GBytes *bytes;
  char *mime_type;
  GFile *file;
  char *uri;
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_TEXT,
  PROP_BYTES,
  PROP_MIME_TYPE,
  PROP_FILE,
  PROP_URI,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitContentPart, graphbit_content_part, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_content_part_finalize (GObject *object)
{
  GraphbitContentPart *self = GRAPHBIT_CONTENT_PART (object);

  g_free (self->text);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->mime_type);
  g_clear_object (&self->file);
  g_free (self->uri);

  G_OBJECT_CLASS (graphbit_content_part_parent_class)->finalize (object);
}

static void
graphbit_content_part_get_property (GObject *object,
                                    guint property,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitContentPart *self = GRAPHBIT_CONTENT_PART (object);

  switch (property)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_BYTES:
      g_value_set_boxed (value, self->bytes);
      break;
    case PROP_MIME_TYPE:
      g_value_set_string (value, self->mime_type);
      break;
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_content_part_set_property (GObject *object,
                                    guint property,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitContentPart *self = GRAPHBIT_CONTENT_PART (object);

  switch (property)
    {
    case PROP_KIND:
      self->kind = (GraphbitContentKind) g_value_get_enum (value);
      break;
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      break;
    case PROP_BYTES:
      self->bytes = g_value_dup_boxed (value);
      break;
    case PROP_MIME_TYPE:
      self->mime_type = g_value_dup_string (value);
      break;
    case PROP_FILE:
      self->file = g_value_dup_object (value);
      break;
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_content_part_class_init (GraphbitContentPartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_content_part_finalize;
  object_class->get_property = graphbit_content_part_get_property;
  object_class->set_property = graphbit_content_part_set_property;

  /**
   * GraphbitContentPart:kind: (getter get_kind)
   *
   * What the part is.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, GRAPHBIT_TYPE_CONTENT_KIND, GRAPHBIT_CONTENT_KIND_TEXT, flags);

  /**
   * GraphbitContentPart:text: (getter get_text)
   *
   * The text, of a part that is text.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL, flags);

  /**
   * GraphbitContentPart:bytes: (getter get_bytes)
   *
   * The image or document itself.
   *
   * Since: 1.0
   */
  properties[PROP_BYTES] =
    g_param_spec_boxed ("bytes", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * GraphbitContentPart:mime-type: (getter get_mime_type)
   *
   * What kind of image or document it is, such as `image/png`. %NULL: it is
   * found out from the bytes and the file's name.
   *
   * Since: 1.0
   */
  properties[PROP_MIME_TYPE] =
    g_param_spec_string ("mime-type", NULL, NULL, NULL, flags);

  /**
   * GraphbitContentPart:file: (getter get_file)
   *
   * Where the image or document is.
   *
   * Since: 1.0
   */
  properties[PROP_FILE] =
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, flags);

  /**
   * GraphbitContentPart:uri: (getter get_uri)
   *
   * Where the provider can fetch the image or document; or a `data:` URI.
   *
   * Since: 1.0
   */
  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_content_part_init (GraphbitContentPart *self)
{
}

/* The kinds that providers take are told by their first bytes; anything else by what the system knows. */
static char *
guess_mime_type (GFile *file,
                 GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *name = NULL;
  g_autofree char *content_type = NULL;

  if (length >= 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return g_strdup ("image/png");
  if (length >= 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return g_strdup ("image/jpeg");
  if (length >= 6 && (memcmp (data, "GIF87a", 6) == 0 || memcmp (data, "GIF89a", 6) == 0))
    return g_strdup ("image/gif");
  if (length >= 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return g_strdup ("image/webp");
  if (length >= 5 && memcmp (data, "%PDF-", 5) == 0)
    return g_strdup ("application/pdf");

  name = file != NULL ? g_file_get_basename (file) : NULL;
  content_type = g_content_type_guess (name, (const guchar *) data, MIN (length, 4096), NULL);

  return g_content_type_get_mime_type (content_type);
}

GBytes *
graphbit_content_part_load (GraphbitContentPart *self,
                            char **mime_type,
                            GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) file_error = NULL;
  g_autofree char *found = NULL;

  if (self->bytes != NULL)
    bytes = g_bytes_ref (self->bytes);
  else if (self->file != NULL)
    bytes = g_file_load_bytes (self->file, NULL, NULL, &file_error);
  else
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A part of a message has neither text nor bytes, file or address"));
      return NULL;
    }

  if (bytes == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (self->file);

      g_set_error (error, GRAPHBIT_ERROR,
                   g_error_matches (file_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                     ? GRAPHBIT_ERROR_NOT_FOUND
                     : GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The file “%s” cannot be read: %s"), name, file_error->message);
      return NULL;
    }
  if (g_bytes_get_size (bytes) == 0 || g_bytes_get_size (bytes) > MAX_FILE_SIZE)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("An image or file in a message must have between 1 byte and 32 MiB"));
      return NULL;
    }

  found = self->mime_type != NULL ? g_strdup (self->mime_type) : guess_mime_type (self->file, bytes);
  if (found == NULL || strchr (found, '/') == NULL || strpbrk (found, " ;,\"\r\n") != NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("“%s” is no media type; an example is “image/png”"), found != NULL ? found : "");
      return NULL;
    }
  if (self->kind == GRAPHBIT_CONTENT_KIND_IMAGE && !g_str_has_prefix (found, "image/"))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("An image in a message is of the type “%s”, which is no image"), found);
      return NULL;
    }

  *mime_type = g_steal_pointer (&found);

  return g_steal_pointer (&bytes);
}

/**
 * graphbit_content_part_new_for_text:
 * @text: the text
 *
 * Creates a part that is text.
 *
 * Returns: (transfer full): the new part
 *
 * Since: 1.0
 */
GraphbitContentPart *
graphbit_content_part_new_for_text (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", GRAPHBIT_CONTENT_KIND_TEXT,
                       "text", text,
                       NULL);
}

/**
 * graphbit_content_part_new_for_image_bytes:
 * @bytes: the image
 * @mime_type: (nullable): its kind, such as `image/png`; %NULL: it is found out
 *
 * Creates a part that is an image.
 *
 * Returns: (transfer full): the new part
 *
 * Since: 1.0
 */
GraphbitContentPart *
graphbit_content_part_new_for_image_bytes (GBytes *bytes,
                                           const char *mime_type)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", GRAPHBIT_CONTENT_KIND_IMAGE,
                       "bytes", bytes,
                       "mime-type", mime_type,
                       NULL);
}

/**
 * graphbit_content_part_new_for_image_file:
 * @file: where the image is
 *
 * Creates a part that is an image in a file.
 *
 * Returns: (transfer full): the new part
 *
 * Since: 1.0
 */
GraphbitContentPart *
graphbit_content_part_new_for_image_file (GFile *file)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", GRAPHBIT_CONTENT_KIND_IMAGE,
                       "file", file,
                       NULL);
}

/**
 * graphbit_content_part_new_for_image_uri:
 * @uri: an `http:`, `https:` or `data:` URI
 *
 * Creates a part that is an image which the provider fetches.
 *
 * Returns: (transfer full): the new part
 *
 * Since: 1.0
 */
GraphbitContentPart *
graphbit_content_part_new_for_image_uri (const char *uri)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", GRAPHBIT_CONTENT_KIND_IMAGE,
                       "uri", uri,
                       NULL);
}

/**
 * graphbit_content_part_new_for_file:
 * @file: where the document is
 *
 * Creates a part that is a document, such as a PDF. What lies in the network
 * (`https:`, `http:`) is not read but fetched by the provider, if it does so.
 *
 * OpenAI, Azure, OpenRouter, Mistral, Anthropic (PDF and text), Gemini, Cohere
 * (text, not from the network) and the responses of [property@LlmConfig:api]
 * take documents; with others a request that has one fails with
 * %GRAPHBIT_ERROR_UNSUPPORTED.
 *
 * Returns: (transfer full): the new part
 *
 * Since: 1.0
 */
GraphbitContentPart *
graphbit_content_part_new_for_file (GFile *file)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", GRAPHBIT_CONTENT_KIND_FILE,
                       "file", file,
                       NULL);
}

/**
 * graphbit_content_part_get_kind: (get-property kind)
 * @self: a part
 *
 * Gets what the part is.
 *
 * Returns: its kind
 *
 * Since: 1.0
 */
GraphbitContentKind
graphbit_content_part_get_kind (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), GRAPHBIT_CONTENT_KIND_TEXT);

  return self->kind;
}

/**
 * graphbit_content_part_get_text: (get-property text)
 * @self: a part
 *
 * Gets the text.
 *
 * Returns: (nullable): the text, or %NULL if the part is none
 *
 * Since: 1.0
 */
const char *
graphbit_content_part_get_text (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), NULL);

  return self->text;
}

/**
 * graphbit_content_part_get_bytes: (get-property bytes)
 * @self: a part
 *
 * Gets the image or document itself.
 *
 * Returns: (transfer none) (nullable): the bytes, or %NULL if they are elsewhere
 *
 * Since: 1.0
 */
GBytes *
graphbit_content_part_get_bytes (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), NULL);

  return self->bytes;
}

/**
 * graphbit_content_part_get_mime_type: (get-property mime-type)
 * @self: a part
 *
 * Gets what kind of image or document it is.
 *
 * Returns: (nullable): a media type, or %NULL if none was given
 *
 * Since: 1.0
 */
const char *
graphbit_content_part_get_mime_type (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), NULL);

  return self->mime_type;
}

/**
 * graphbit_content_part_get_file: (get-property file)
 * @self: a part
 *
 * Gets where the image or document is.
 *
 * Returns: (transfer none) (nullable): the file, or %NULL
 *
 * Since: 1.0
 */
GFile *
graphbit_content_part_get_file (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), NULL);

  return self->file;
}

/**
 * graphbit_content_part_get_uri: (get-property uri)
 * @self: a part
 *
 * Gets where the provider can fetch the image.
 *
 * Returns: (nullable): a URI, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_content_part_get_uri (GraphbitContentPart *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTENT_PART (self), NULL);

  return self->uri;
}

char *
graphbit_content_part_describe (GraphbitContentPart *self)
{
  g_autofree char *name = NULL;

  switch (self->kind)
    {
    case GRAPHBIT_CONTENT_KIND_TEXT:
      return g_strdup (self->text != NULL ? self->text : "");
    case GRAPHBIT_CONTENT_KIND_IMAGE:
      return g_strdup_printf ("[an image%s%s, which cannot be shown here]",
                              self->mime_type != NULL ? ", " : "", self->mime_type != NULL ? self->mime_type : "");
    case GRAPHBIT_CONTENT_KIND_FILE:
    default:
      name = self->file != NULL ? g_file_get_basename (self->file) : NULL;
      return g_strdup_printf ("[a file%s%s, which cannot be shown here]", name != NULL ? ", " : "", name != NULL ? name : "");
    }
}

char *
graphbit_content_parts_to_text (GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      g_autofree char *part = graphbit_content_part_describe (parts->pdata[i]);

      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, part);
    }
  return g_string_free (text, FALSE);
}
