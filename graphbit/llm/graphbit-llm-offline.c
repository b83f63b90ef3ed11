/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-provider-private.h"

#include <string.h>

#include "graphbit-content-part.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-offline-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec.h"
#include "graphbit-llm-usage.h"
#include "graphbit-provider-call.h"

/*
 * The provider that needs no network. It is no language model and says so: it
 * answers with the sentences of the request that have most to do with what is
 * asked, fills the arguments of tools and schemas from the words that are
 * there, and repeats what tools gave it. The same request gives the same answer.
 */

#define MODEL "graphbit-offline"

#define GRAPHBIT_TYPE_LLM_OFFLINE (graphbit_llm_offline_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitLlmOffline, graphbit_llm_offline, GRAPHBIT, LLM_OFFLINE, GraphbitLlmProvider)

struct _GraphbitLlmOffline
{
  GraphbitLlmProvider parent_instance;
};

G_DEFINE_FINAL_TYPE (GraphbitLlmOffline, graphbit_llm_offline, GRAPHBIT_TYPE_LLM_PROVIDER)

/* What the request comes down to. */
typedef struct
{
  char *question;    /* what the last user message asks for: its last paragraph, or what precedes a colon */
  char *material;    /* the rest of that message */
  GString *said;     /* everything else that was said before, to fall back on */
  GPtrArray *called; /* names of the tools that were called since the last user message */
  GPtrArray *found;  /* their results, each as one text */
} Task;

static void
task_clear (Task *self)
{
  g_free (self->question);
  g_free (self->material);
  g_string_free (self->said, TRUE);
  g_ptr_array_unref (self->called);
  g_ptr_array_unref (self->found);
}

static char *
get_message_text (GraphbitLlmMessage *message)
{
  const char *content = graphbit_llm_message_get_content (message);
  GListModel *parts = graphbit_llm_message_get_parts (message);
  GString *text = g_string_new (content);

  for (guint i = 0; parts != NULL && i < g_list_model_get_n_items (parts); i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (parts, i);
      const char *part_text = graphbit_content_part_get_text (part);

      if (part_text != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", part_text);
    }
  return g_string_free (text, FALSE);
}

/* One paragraph: “Summarise this: …” has both; a text of several sentences asks with the one that ends in a question
 * mark, or with its last. */
static void
split_paragraph (const char *text,
                 char **question,
                 char **material)
{
  const char *colon = strstr (text, ": ");
  g_autoptr (GPtrArray) sentences = NULL;
  GString *rest;
  guint asked;

  if (colon != NULL && graphbit_offline_count_tokens (colon + 2) >= 8 && (gsize) (colon - text) < 200)
    {
      *question = g_strndup (text, (gsize) (colon - text));
      *material = g_strstrip (g_strdup (colon + 2));
      return;
    }

  sentences = graphbit_offline_split_sentences (text);
  if (sentences->len < 2)
    {
      *question = g_strstrip (g_strdup (text));
      *material = g_strdup ("");
      return;
    }

  asked = sentences->len - 1;
  for (guint i = 0; i < sentences->len; i++)
    if (g_str_has_suffix (sentences->pdata[i], "?"))
      asked = i;
  rest = g_string_new (NULL);
  for (guint i = 0; i < sentences->len; i++)
    if (i != asked)
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? " " : "", (char *) sentences->pdata[i]);
  *question = g_strdup (sentences->pdata[asked]);
  *material = g_string_free (rest, FALSE);
}

/* Context and the outputs of other nodes come first in an agent's prompt, the author's own text is its last paragraph. */
static void
split_text (const char *text,
            char **question,
            char **material)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  char *last = g_strrstr (stripped, "\n\n");

  if (last == NULL)
    {
      split_paragraph (stripped, question, material);
      return;
    }

  *last = '\0';
  *question = g_strstrip (g_strdup (last + 2));
  *material = g_strdup (g_strchomp (stripped));
  /* “Summarise this:” and then the text */
  if (g_str_has_suffix (stripped, ":") && strstr (stripped, "\n\n") == NULL)
    {
      char *swap = *question;

      *question = *material;
      *material = swap;
    }
}

static void
append_json (GString *text,
             const char *name,
             JsonNode *node,
             guint depth)
{
  const char *string;

  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      {
        GraphbitJsonMembers members;
        const char *member;
        JsonNode *value;

        graphbit_json_members_init (&members, node);
        while (depth < 8 && graphbit_json_members_next (&members, &member, &value))
          append_json (text, member, value, depth + 1);
        break;
      }

    case GRAPHBIT_JSON_KIND_ARRAY:
      for (guint i = 0; depth < 8 && i < graphbit_json_get_size (node); i++)
        append_json (text, i == 0 ? name : NULL, graphbit_json_get_element (node, i), depth + 1);
      break;

    default:
      {
        g_autofree char *value = graphbit_json_to_text (node);

        if (graphbit_json_get_string (node, NULL, &string))
          {
            g_free (value);
            value = g_strdup (string);
          }
        if (text->len > 0)
          g_string_append (text, ", ");
        if (name != NULL)
          g_string_append_printf (text, "%s ", name);
        g_string_append (text, value);
      }
    }
}

/* `{"temperature": 4, "sky": "grey"}` → temperature 4, sky grey */
static char *
say_result (const char *content)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (content, -1, NULL);
  GString *text;

  if (node == NULL)
    return g_strstrip (g_strdup (content));

  text = g_string_new (NULL);
  append_json (text, NULL, node, 0);
  return g_string_free (text, FALSE);
}

static void
task_init (Task *self,
           GraphbitLlmRequest *request)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n = g_list_model_get_n_items (messages);
  guint last_user = n;

  self->said = g_string_new (NULL);
  self->called = g_ptr_array_new_with_free_func (g_free);
  self->found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_USER)
        last_user = i;
    }

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);
      g_autofree char *text = get_message_text (message);
      GListModel *calls = graphbit_llm_message_get_tool_calls (message);

      if (i == last_user)
        {
          split_text (text, &self->question, &self->material);
          continue;
        }

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_TOOL)
        {
          if (i > last_user || last_user == n)
            g_ptr_array_add (self->found, say_result (text));
        }
      else if (graphbit_llm_message_get_role (message) != GRAPHBIT_LLM_ROLE_SYSTEM && *text != '\0')
        {
          g_string_append_printf (self->said, "%s\n\n", text);
        }

      for (guint j = 0; i > last_user && calls != NULL && j < g_list_model_get_n_items (calls); j++)
        {
          g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, j);

          g_ptr_array_add (self->called, g_strdup (graphbit_llm_tool_call_get_name (call)));
        }
    }

  if (self->question == NULL)
    {
      self->question = g_strdup ("");
      self->material = g_strdup ("");
    }
}

/* Tools */

static char *
fill_arguments (Task *self,
                GraphbitLlmToolSpec *tool)
{
  const char *parameters = graphbit_llm_tool_spec_get_parameters (tool);
  g_autoptr (JsonNode) node = parameters != NULL ? graphbit_json_parse (parameters, -1, NULL) : NULL;
  g_autoptr (GraphbitJsonSchema) schema = NULL;
  g_autoptr (JsonNode) value = NULL;
  g_autofree char *arguments = NULL;

  if (node == NULL)
    return g_strdup ("{}");

  arguments = graphbit_offline_fill_schema (node, self->question, self->material, FALSE);
  if (arguments == NULL && *self->material != '\0')
    {
      g_autofree char *both = g_strconcat (self->question, "\n", self->material, NULL);

      arguments = graphbit_offline_fill_schema (node, both, "", FALSE);
    }
  if (arguments == NULL)
    return NULL;

  /* what does not fit is no call */
  schema = graphbit_json_schema_new_from_json (parameters, NULL);
  value = graphbit_json_parse (arguments, -1, NULL);
  if (schema != NULL && (value == NULL || !graphbit_json_schema_check (schema, value, NULL)))
    return NULL;

  return g_steal_pointer (&arguments);
}

static guint
count_relation (Task *self,
                GraphbitLlmToolSpec *tool)
{
  const char *description = graphbit_llm_tool_spec_get_description (tool);
  g_autofree char *name = g_strdelimit (g_strdup (graphbit_llm_tool_spec_get_name (tool)), "_-", ' ');
  g_autofree char *about = g_strconcat (name, " ", description, NULL);

  return graphbit_offline_count_common (self->question, about);
}

static gboolean
was_called (Task *self,
            const char *name)
{
  for (guint i = 0; i < self->called->len; i++)
    if (strcmp (self->called->pdata[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* Each tool that has to do with the question (or is the only one), was not called yet, and whose arguments are there. */
static GListStore *
make_calls (Task *self,
            GraphbitLlmRequest *request)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  GListModel *tools = graphbit_llm_request_get_tools (request);
  guint n = g_list_model_get_n_items (tools);
  GraphbitToolChoice choice = options != NULL ? graphbit_llm_options_get_tool_choice (options) : GRAPHBIT_TOOL_CHOICE_UNSET;
  const char *wanted = choice == GRAPHBIT_TOOL_CHOICE_NAMED ? graphbit_llm_options_get_tool_choice_name (options) : NULL;
  gboolean is_parallel = options == NULL ||
                         graphbit_llm_options_get_parallel_tool_calls (options) != GRAPHBIT_TRISTATE_FALSE;
  GListStore *calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);

  if (choice == GRAPHBIT_TOOL_CHOICE_NONE)
    return calls;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (tools, i);
      g_autoptr (GraphbitLlmToolCall) call = NULL;
      g_autofree char *arguments = NULL;
      g_autofree char *id = NULL;
      const char *name = graphbit_llm_tool_spec_get_name (tool);

      if (wanted != NULL ? g_strcmp0 (name, wanted) != 0
                         : n > 1 && choice != GRAPHBIT_TOOL_CHOICE_REQUIRED && count_relation (self, tool) == 0)
        continue;
      if (was_called (self, name) || (arguments = fill_arguments (self, tool)) == NULL)
        continue;

      id = g_strdup_printf ("call_offline_%u", self->called->len + g_list_model_get_n_items (G_LIST_MODEL (calls)) + 1);
      call = graphbit_llm_tool_call_new (id, name, arguments);
      g_list_store_append (calls, call);
      if (!is_parallel || choice == GRAPHBIT_TOOL_CHOICE_REQUIRED)
        break;
    }
  return calls;
}

/* Answers */

static gboolean
asks_who (const char *question)
{
  static const char *const questions[] = {
    "who are you", "what are you", "which model", "what model", "are you a language model", "are you an ai", "your name"
  };
  g_autofree char *lower = g_utf8_strdown (question, -1);

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    if (strstr (lower, questions[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* How many sentences are asked for; 0: nothing is said. */
static guint
get_wanted_length (const char *question)
{
  static const char *const units[] = { "sentence", "bullet", "point", "line", "item", "fact", "title", "headline" };
  static const char *const numbers[] = { "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten" };
  g_autofree char *lower = g_utf8_strdown (question, -1);

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      const char *unit = strstr (lower, units[i]);
      const char *start;
      g_autofree char *before = NULL;

      if (unit == NULL)
        continue;
      /* three of them; three short facts as bullet points */
      start = unit - lower > 30 ? unit - 30 : lower;
      before = g_strndup (start, (gsize) (unit - start));
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        if (strstr (before, numbers[j]) != NULL)
          return j + 1;
      for (const char *p = before; *p != '\0'; p++)
        if (g_ascii_isdigit (*p))
          return (guint) CLAMP (g_ascii_strtoull (p, NULL, 10), 1, 100);
      if (g_str_has_suffix (before, " a ") || g_str_has_suffix (before, "single "))
        return 1;
    }
  return 0;
}

static gboolean
is_sentence (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && strchr (".!?", text[length - 1]) != NULL && graphbit_offline_count_tokens (text) > 3;
}

static char *
make_answer (Task *self)
{
  const char *material = *self->material != '\0' ? self->material : self->said->str;
  guint n = get_wanted_length (self->question);
  g_autofree char *lower = g_utf8_strdown (self->question, -1);
  gboolean is_list = strstr (lower, "bullet") != NULL || g_str_has_prefix (lower, "list ");
  GString *answer = g_string_new (NULL);
  g_autoptr (GPtrArray) best = NULL;

  if (asks_who (self->question))
    g_string_append (answer, "I am graphbit's offline provider, not a language model: I work with the words I am given.");

  for (guint i = 0; i < self->found->len; i++)
    {
      const char *found = self->found->pdata[i];

      if (answer->len > 0)
        g_string_append_c (answer, '\n');
      /* what is no sentence needs to be said whose it is */
      if (!is_sentence (found) && i < self->called->len)
        g_string_append_printf (answer, "%s: ", (char *) self->called->pdata[i]);
      g_string_append (answer, found);
    }

  if (n == 0)
    {
      g_autoptr (GPtrArray) sentences = graphbit_offline_split_sentences (material);

      /* a question has one answer, anything else is some kind of summary */
      n = g_str_has_suffix (self->question, "?") ? 1 : CLAMP (sentences->len / 3, 1, 6);
    }
  /* with what tools have found, earlier talk does not matter */
  if (self->found->len == 0 || *self->material != '\0')
    best = graphbit_offline_rank_sentences (material, self->question, n);
  for (guint i = 0; best != NULL && i < best->len; i++)
    {
      if (answer->len > 0)
        g_string_append (answer, is_list || i == 0 ? "\n" : " ");
      if (is_list)
        g_string_append (answer, "- ");
      g_string_append (answer, best->pdata[i]);
    }

  if (answer->len == 0)
    g_string_printf (answer,
                     "This is graphbit's offline provider and no language model. It has only your words to work with: %s",
                     self->question);

  return g_string_free (answer, FALSE);
}

static char *
make_json (Task *self,
           const char *schema)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);
  GString *material = g_string_new (*self->material != '\0' ? self->material : self->said->str);
  g_autofree char *request = NULL;
  char *json = NULL;

  for (guint i = 0; i < self->found->len; i++)
    g_string_append_printf (material, "\n%s", (char *) self->found->pdata[i]);
  request = g_strconcat (material->str, "\n\n", self->question, NULL);
  if (node != NULL)
    json = graphbit_offline_fill_schema (node, request, material->str, TRUE);
  g_string_free (material, TRUE);

  return json != NULL ? json : g_strdup ("{}");
}

/* Stop sequences, then the limit. Whether the limit cut something off. */
static gboolean
cut_answer (char *answer,
            GraphbitLlmOptions *options)
{
  const char *const *stop = options != NULL ? graphbit_llm_options_get_stop (options) : NULL;
  guint max_tokens = options != NULL ? graphbit_llm_options_get_max_tokens (options) : 0;
  gsize length;

  for (guint i = 0; stop != NULL && stop[i] != NULL; i++)
    {
      char *at = *stop[i] != '\0' ? strstr (answer, stop[i]) : NULL;

      if (at != NULL)
        *at = '\0';
    }
  if (max_tokens == 0)
    return FALSE;

  length = graphbit_offline_cut_tokens (answer, max_tokens);
  if (answer[length] == '\0')
    return FALSE;
  answer[length] = '\0';
  return TRUE;
}

static guint
count_request (GraphbitLlmRequest *request)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);
      g_autofree char *text = get_message_text (message);

      n += graphbit_offline_count_tokens (text);
    }
  return n;
}

static gboolean
graphbit_llm_offline_request (GraphbitLlmProvider *provider,
                              GraphbitProviderCall *call)
{
  GraphbitLlmRequest *request = graphbit_provider_call_get_request (call);
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;
  g_autoptr (GListStore) calls = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autofree char *answer = NULL;
  GraphbitLlmFinishReason finish = GRAPHBIT_LLM_FINISH_REASON_STOP;
  guint n_tokens = 0;
  Task task = { NULL };

  task_init (&task, request);
  calls = make_calls (&task, request);
  if (g_list_model_get_n_items (G_LIST_MODEL (calls)) > 0)
    {
      finish = GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS;
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (calls)); i++)
        {
          g_autoptr (GraphbitLlmToolCall) tool_call = g_list_model_get_item (G_LIST_MODEL (calls), i);

          n_tokens += graphbit_offline_count_tokens (graphbit_llm_tool_call_get_arguments_json (tool_call));
        }
    }
  else
    {
      answer = schema != NULL ? make_json (&task, schema) : make_answer (&task);
      if (cut_answer (answer, options))
        finish = GRAPHBIT_LLM_FINISH_REASON_LENGTH;
      n_tokens = graphbit_offline_count_tokens (answer);
    }
  task_clear (&task);

  usage = graphbit_llm_usage_new (count_request (request), n_tokens);
  response = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                           "text", answer,
                           "tool-calls", calls,
                           "usage", usage,
                           "model", MODEL,
                           "finish-reason", finish,
                           NULL);
  graphbit_llm_provider_respond_in_words (call, response);

  return TRUE;
}

static void
graphbit_llm_offline_class_init (GraphbitLlmOfflineClass *klass)
{
  GraphbitLlmProviderClass *provider_class = GRAPHBIT_LLM_PROVIDER_CLASS (klass);

  provider_class->request = graphbit_llm_offline_request;
}

static void
graphbit_llm_offline_init (GraphbitLlmOffline *self)
{
}

GraphbitLlmProvider *
graphbit_llm_offline_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_LLM_OFFLINE, NULL);
}
