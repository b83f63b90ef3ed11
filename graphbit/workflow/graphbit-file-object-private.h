/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-file-cursor-private.h"
#include "graphbit-registry-private.h"
#include "graphbit-workflow.h"

G_BEGIN_DECLS

/*
 * Objects out of a file: members become properties by the types of their
 * values, and what is no property is kept as it is.
 */
typedef struct
{
  GraphbitFileCursor cursor;
  GraphbitRegistry *registry; /* or NULL */
  guint depth;
} GraphbitFileReader;

/* What an object consists of, before it can be made. */
typedef struct
{
  GPtrArray *names;      /* of properties; borrowed */
  GArray *values;        /* of GValue */
  GPtrArray *list_names; /* of properties that are lists; borrowed */
  GPtrArray *lists;      /* of GPtrArray: what goes into them */
  GString *unknown;      /* members */
} GraphbitFileMembers;

void graphbit_file_members_init (GraphbitFileMembers *self);
void graphbit_file_members_clear (GraphbitFileMembers *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraphbitFileMembers, graphbit_file_members_clear)

/* The object at hand, of this class; of a node all but its kind. */
gboolean graphbit_file_reader_read_members (GraphbitFileReader *self, GType type, GraphbitFileMembers *members, GError **error);
/* The member at hand, of an object of this class. */
gboolean graphbit_file_reader_read_property (GraphbitFileReader *self,
                                             GObjectClass *klass,
                                             const char *name,
                                             GraphbitFileMembers *members,
                                             GError **error);
/* (transfer full) */
gpointer graphbit_file_members_make (GType type, const GraphbitFileMembers *members);

/* The value at hand: text; any JSON, as text. */
gboolean graphbit_file_reader_read_text (GraphbitFileReader *self, char **text, GError **error);
gboolean graphbit_file_reader_read_json (GraphbitFileReader *self, char **text, GError **error);
/* Always FALSE. */
gboolean graphbit_file_reader_fail_type (GraphbitFileReader *self, const char *expected, GError **error);

/* A workflow in a property. */
GraphbitWorkflow *graphbit_file_reader_read_workflow (GraphbitFileReader *self, GError **error);

G_END_DECLS
