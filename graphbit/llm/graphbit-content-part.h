/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitContentKind:
 * @GRAPHBIT_CONTENT_KIND_TEXT: text
 * @GRAPHBIT_CONTENT_KIND_IMAGE: an image
 * @GRAPHBIT_CONTENT_KIND_FILE: a document, such as a PDF
 *
 * What a part of a message is. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_CONTENT_KIND_TEXT,
  GRAPHBIT_CONTENT_KIND_IMAGE,
  GRAPHBIT_CONTENT_KIND_FILE
} GraphbitContentKind;

#define GRAPHBIT_TYPE_CONTENT_PART (graphbit_content_part_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitContentPart, graphbit_content_part, GRAPHBIT, CONTENT_PART, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentPart *graphbit_content_part_new_for_text (const char *text);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentPart *graphbit_content_part_new_for_image_bytes (GBytes *bytes, const char *mime_type);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentPart *graphbit_content_part_new_for_image_file (GFile *file);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentPart *graphbit_content_part_new_for_image_uri (const char *uri);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentPart *graphbit_content_part_new_for_file (GFile *file);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContentKind graphbit_content_part_get_kind (GraphbitContentPart *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_content_part_get_text (GraphbitContentPart *self);
GRAPHBIT_AVAILABLE_IN_ALL
GBytes *graphbit_content_part_get_bytes (GraphbitContentPart *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_content_part_get_mime_type (GraphbitContentPart *self);
GRAPHBIT_AVAILABLE_IN_ALL
GFile *graphbit_content_part_get_file (GraphbitContentPart *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_content_part_get_uri (GraphbitContentPart *self);

G_END_DECLS
