/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-graph-private.h"

#include "graphbit-json-writer-private.h"

typedef struct
{
  const char *dot;
  const char *mermaid[2]; /* around the name */
} Shape;

static const Shape shapes[] = {
  [GRAPHBIT_GRAPH_SHAPE_BOX] = { "shape=box", { "[", "]" } },
  [GRAPHBIT_GRAPH_SHAPE_ROUND] = { "shape=box, style=\"rounded,filled\"", { "(", ")" } },
  [GRAPHBIT_GRAPH_SHAPE_DIAMOND] = { "shape=diamond", { "{", "}" } },
  [GRAPHBIT_GRAPH_SHAPE_SLANTED] = { "shape=parallelogram", { "[/", "/]" } },
  [GRAPHBIT_GRAPH_SHAPE_DOUBLE] = { "shape=box, peripheries=2", { "[[", "]]" } },
};

typedef struct
{
  const char *name;
  const char *fill;
  const char *line;
} State;

static const State states[] = {
  [GRAPHBIT_GRAPH_STATE_PENDING] = { "pending", "#ffffff", "#5e5c64" },
  [GRAPHBIT_GRAPH_STATE_RUNNING] = { "running", "#99c1f1", "#1a5fb4" },
  [GRAPHBIT_GRAPH_STATE_COMPLETED] = { "completed", "#8ff0a4", "#26a269" },
  [GRAPHBIT_GRAPH_STATE_FAILED] = { "failed", "#f9a09b", "#a51d2d" },
  [GRAPHBIT_GRAPH_STATE_SKIPPED] = { "skipped", "#deddda", "#9a9996" },
  [GRAPHBIT_GRAPH_STATE_CANCELLED] = { "cancelled", "#ffbe6f", "#c64600" },
};

GraphbitGraph *
graphbit_graph_new (const char *title)
{
  GraphbitGraph *self = g_new (GraphbitGraph, 1);

  self->title = title;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (GraphbitGraphNode));
  self->edges = g_array_new (FALSE, FALSE, sizeof (GraphbitGraphEdge));

  return self;
}

void
graphbit_graph_free (GraphbitGraph *self)
{
  g_array_unref (self->nodes);
  g_array_unref (self->edges);
  g_free (self);
}

static const State *
get_state (const GraphbitGraphNode *node)
{
  return node->state != GRAPHBIT_GRAPH_STATE_NONE ? &states[node->state] : NULL;
}

static const char *
get_label (const GraphbitGraphEdge *edge)
{
  if (edge->kind == GRAPHBIT_EDGE_KIND_ERROR)
    return "error";

  return edge->label;
}

typedef void (*AppendCharacter) (GString *text, gunichar c);

static void
append_text (GString *text,
             const char *plain,
             AppendCharacter append)
{
  g_autofree char *valid = g_utf8_make_valid (plain, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* what is not seen could break a line, or turn it round */
      if (c != '\n' && (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT))
        append (text, ' ');
      else
        append (text, c);
    }
}

/* Within quotation marks. Graphviz resolves HTML's entities and its own escapes. */
static void
append_dot_character (GString *text,
                      gunichar c)
{
  switch (c)
    {
    case '"':
      g_string_append (text, "\\\"");
      break;
    case '\\':
      g_string_append (text, "\\\\");
      break;
    case '&':
      g_string_append (text, "&amp;");
      break;
    case '\n':
      g_string_append (text, "\\n");
      break;
    default:
      g_string_append_unichar (text, c);
    }
}

static void
append_dot_text (GString *text,
                 const char *plain)
{
  g_string_append_c (text, '"');
  append_text (text, plain, append_dot_character);
  g_string_append_c (text, '"');
}

char *
graphbit_graph_to_dot (GraphbitGraph *self)
{
  GString *text = g_string_new ("digraph ");

  append_dot_text (text, self->title != NULL ? self->title : "");
  g_string_append (text,
                   " {\n"
                   "  charset=\"UTF-8\";\n"
                   "  node [style=filled, fillcolor=\"#ffffff\", fontname=\"sans-serif\"];\n"
                   "  edge [fontname=\"sans-serif\"];\n");

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const GraphbitGraphNode *node = &g_array_index (self->nodes, GraphbitGraphNode, i);
      const State *state = get_state (node);
      g_autofree char *label = g_strconcat (node->name, state != NULL ? "\n" : NULL, state != NULL ? state->name : NULL, NULL);

      g_string_append_printf (text, "  n%u [label=", i);
      append_dot_text (text, label);
      g_string_append_printf (text, ", %s", shapes[node->shape].dot);
      if (state != NULL)
        g_string_append_printf (text, ", fillcolor=\"%s\", color=\"%s\"", state->fill, state->line);
      g_string_append (text, "];\n");
    }

  for (guint i = 0; i < self->edges->len; i++)
    {
      const GraphbitGraphEdge *edge = &g_array_index (self->edges, GraphbitGraphEdge, i);
      const char *label = get_label (edge);

      g_string_append_printf (text, "  n%u -> n%u", edge->source, edge->target);
      if (label != NULL)
        {
          g_string_append (text, " [label=");
          append_dot_text (text, label);
          g_string_append (text, edge->kind == GRAPHBIT_EDGE_KIND_ERROR ? ", style=dashed, color=\"#a51d2d\"]" : "]");
        }
      g_string_append (text, ";\n");
    }

  g_string_append (text, "}\n");

  return g_string_free (text, FALSE);
}

/* Within quotation marks, where # begins an entity, a grave accent Markdown, and < HTML. */
static void
append_mermaid_character (GString *text,
                          gunichar c)
{
  if (c == '\n')
    g_string_append (text, "<br/>");
  else if (c >= 0x80 || g_ascii_isalnum ((char) c) || c == ' ')
    g_string_append_unichar (text, c);
  else
    g_string_append_printf (text, "#%u;", c);
}

static void
append_mermaid_text (GString *text,
                     const char *plain)
{
  g_string_append_c (text, '"');
  /* an empty one would be an error */
  append_text (text, *plain != '\0' ? plain : " ", append_mermaid_character);
  g_string_append_c (text, '"');
}

static void
append_mermaid_classes (GraphbitGraph *self,
                        GString *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      gboolean is_used = FALSE;

      for (guint j = 0; j < self->nodes->len; j++)
        {
          if (g_array_index (self->nodes, GraphbitGraphNode, j).state != i)
            continue;

          if (!is_used)
            g_string_append_printf (text, "  classDef %s fill:%s,stroke:%s,color:#241f31\n  class n%u",
                                    states[i].name, states[i].fill, states[i].line, j);
          else
            g_string_append_printf (text, ",n%u", j);
          is_used = TRUE;
        }

      if (is_used)
        g_string_append_printf (text, " %s\n", states[i].name);
    }
}

char *
graphbit_graph_to_mermaid (GraphbitGraph *self)
{
  GString *text = g_string_new (NULL);

  if (self->title != NULL && *self->title != '\0')
    {
      GraphbitJsonWriter writer;

      /* a JSON string is one of YAML's, too */
      g_string_append (text, "---\ntitle: ");
      graphbit_json_writer_init (&writer, text);
      graphbit_json_writer_string (&writer, self->title);
      g_string_append (text, "\n---\n");
    }

  g_string_append (text, "flowchart TD\n");

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const GraphbitGraphNode *node = &g_array_index (self->nodes, GraphbitGraphNode, i);
      const State *state = get_state (node);
      g_autofree char *label = g_strconcat (node->name, state != NULL ? "\n" : NULL, state != NULL ? state->name : NULL, NULL);

      g_string_append_printf (text, "  n%u%s", i, shapes[node->shape].mermaid[0]);
      append_mermaid_text (text, label);
      g_string_append_printf (text, "%s\n", shapes[node->shape].mermaid[1]);
    }

  for (guint i = 0; i < self->edges->len; i++)
    {
      const GraphbitGraphEdge *edge = &g_array_index (self->edges, GraphbitGraphEdge, i);
      const char *label = get_label (edge);

      g_string_append_printf (text, "  n%u %s", edge->source, edge->kind == GRAPHBIT_EDGE_KIND_ERROR ? "-.->" : "-->");
      if (label != NULL)
        {
          g_string_append_c (text, '|');
          append_mermaid_text (text, label);
          g_string_append_c (text, '|');
        }
      g_string_append_printf (text, " n%u\n", edge->target);
    }

  append_mermaid_classes (self, text);

  return g_string_free (text, FALSE);
}
