/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A prompt template, parsed once and immutable from then on:
 *
 *   {{node.NAME}}  {{node.NAME.path.to[0].field}}  {{node."Any name".path}}
 *   {{input.NAME}}  {{input.NAME.path}}
 *   {name}
 *
 * NAME is made of letters, digits, _ and -, as are the parts of a path; a quoted
 * name may hold anything but quotation marks and line ends; `name` is an
 * identifier. Everything else is text as it stands: {{{, lone braces, JSON.
 */
typedef struct _GraphbitTemplate GraphbitTemplate;

typedef enum
{
  GRAPHBIT_TEMPLATE_NODE, /* {{node.…}} */
  GRAPHBIT_TEMPLATE_INPUT, /* {{input.…}} */
  GRAPHBIT_TEMPLATE_VARIABLE /* {name}: a run-time input or a variable */
} GraphbitTemplateKind;

typedef struct
{
  GraphbitTemplateKind kind;
  char *name;
  char *path; /* as path.to[0].field or [0].field; NULL without one */
  char *source; /* as it stands in the template */
} GraphbitTemplateReference;

/*
 * Reads node.… or input.… at the beginning of the text into all but `source` of a
 * zeroed reference; returns what is behind it, or NULL if it is neither.
 */
const char *graphbit_template_reference_read (GraphbitTemplateReference *self, const char *text);
/* Behind the path that begins here, which may be empty; NULL if it is none. */
const char *graphbit_template_skip_path (const char *text);
void graphbit_template_reference_clear (GraphbitTemplateReference *self);

/* Never fails. */
GraphbitTemplate *graphbit_template_new (const char *text);
GraphbitTemplate *graphbit_template_ref (GraphbitTemplate *self);
void graphbit_template_unref (GraphbitTemplate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitTemplate, graphbit_template_unref)

const char *graphbit_template_get_text (GraphbitTemplate *self);

/* In their order, one entry for each place. */
guint graphbit_template_get_n_references (GraphbitTemplate *self);
const GraphbitTemplateReference *graphbit_template_get_reference (GraphbitTemplate *self, guint index);

/* The text for a reference, or NULL if there is none. */
typedef char *(*GraphbitTemplateResolver) (const GraphbitTemplateReference *reference, gpointer user_data);

/*
 * NULL if a reference could not be resolved; `unresolved` (may be NULL) then has
 * the sources of all that could not, each once, transfer full. What is inserted
 * is not expanded again.
 */
char *graphbit_template_expand (GraphbitTemplate *self,
                                GraphbitTemplateResolver resolver,
                                gpointer user_data,
                                GPtrArray **unresolved);

G_END_DECLS
