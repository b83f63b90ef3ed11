/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "server-support.h"

/* Every event of runs in which everything happens, held against the published description. */

static JsonNode *schema_root;

static JsonObject *
get_schema (void)
{
  if (schema_root == NULL)
    schema_root = json_from_string (graphbit_executor_get_stream_event_schema (), NULL);
  return json_node_get_object (schema_root);
}

static JsonObject *
find_event (const char *name)
{
  JsonArray *events = json_object_get_array_member (get_schema (), "events");

  for (guint i = 0; i < json_array_get_length (events); i++)
    if (g_str_equal (json_object_get_string_member (json_array_get_object_element (events, i), "event"), name))
      return json_array_get_object_element (events, i);
  g_error ("%s is not in the schema", name);
}

static void
check_member (JsonObject *object,
              GVariant *payload,
              JsonObject *field)
{
  const char *name = json_object_get_string_member (field, "name");
  JsonNode *member = json_object_get_member (object, name);
  g_autoptr (GVariant) value = g_variant_lookup_value (payload, name, NULL);

  if (member == NULL || value == NULL)
    g_error ("%s is missing", name);
  g_assert_cmpuint (strlen (json_object_get_string_member (field, "description")), >, 0);
  if (g_str_equal (json_object_get_string_member (field, "type"), "integer"))
    {
      g_assert_true (json_node_get_value_type (member) == G_TYPE_INT64);
      g_assert_true (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64));
      g_assert_cmpint (g_variant_get_int64 (value), ==, json_node_get_int (member));
    }
  else
    {
      g_assert_cmpstr (json_object_get_string_member (field, "type"), ==, "string");
      if (json_node_get_value_type (member) != G_TYPE_STRING)
        g_error ("%s is no text", name);
      g_assert_cmpstr (g_variant_get_string (value, NULL), ==, json_node_get_string (member));
    }
}

/* Exactly the fields of the description, in JSON and in the variant; the getters say the same. */
static void
check_event (GraphbitEvent *event)
{
  JsonObject *row = find_event (graphbit_event_get_event (event));
  JsonArray *fields = json_object_get_array_member (row, "fields");
  g_autofree char *text = graphbit_event_to_json (event);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (root);
  g_autoptr (GVariant) payload = graphbit_event_get_payload (event);
  g_autoptr (GDateTime) time = NULL;

  for (guint i = 0; i < json_array_get_length (fields); i++)
    check_member (object, payload, json_array_get_object_element (fields, i));
  /* The name of the event is the one that the fields do not list. */
  g_assert_cmpuint (json_object_get_size (object), ==, json_array_get_length (fields) + 1);
  g_assert_cmpuint (g_variant_n_children (payload), ==, json_array_get_length (fields) + 1);

  g_assert_cmpstr (json_object_get_string_member (object, "event"), ==, graphbit_event_get_event (event));
  g_assert_cmpstr (json_object_get_string_member (object, "category"), ==, json_object_get_string_member (row, "category_value"));
  g_assert_cmpstr (json_object_get_string_member (object, "phase"), ==, json_object_get_string_member (row, "phase_value"));
  g_assert_cmpstr (json_object_get_string_member (object, "run_id"), ==, graphbit_event_get_run_id (event));
  g_assert_cmpint (json_object_get_int_member (object, "sequence"), ==, graphbit_event_get_sequence (event));
  time = g_date_time_new_from_iso8601 (json_object_get_string_member (object, "time"), NULL);
  g_assert_cmpint (g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time), ==,
                   graphbit_event_get_time (event));
  if (json_object_has_member (object, "node_id"))
    {
      g_assert_cmpstr (json_object_get_string_member (object, "node_id"), ==, graphbit_event_get_node_id (event));
      g_assert_true (g_str_has_suffix (graphbit_event_get_path (event), graphbit_event_get_node_id (event)));
    }
  else
    g_assert_cmpstr (graphbit_event_get_path (event), ==, "");
}

static char *
say (GraphbitToolCall *call,
     gpointer data,
     GError **error)
{
  if (data != NULL)
    return g_strdup (data);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED, "It broke");
  return NULL;
}

/* An agent with two tools, one of them broken, beside what the scene has. */
static void
add_agent (Scene *scene)
{
  GraphbitAgentNode *agent = server_add_agent (scene->workflow, "agent", "What now?");

  server_add_tool (agent, "ask", say, (gpointer) "nothing");
  server_add_tool (agent, "break", say, NULL);
}

typedef enum
{
  END_BY_ITSELF,
  END_CANCELLED
} End;

static const struct
{
  const char *scene;
  End end;
} scenes[] = {
  /* a retry, a branch that is not taken, a failure that is allowed */
  { "A!1 ?B=C C D E!c A>B B>C B>D C>E", END_BY_ITSELF },
  { "A B! C A>B B>C", END_BY_ITSELF },
  { "A B* C A>B B>C", END_CANCELLED },
};

static void
test_schema (gconstpointer data)
{
  GraphbitStreamModes modes = GPOINTER_TO_UINT (data);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *events = json_object_get_array_member (get_schema (), "events");

  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      g_autoptr (GraphbitMockServer) server =
        server_new ("{\"tool_calls\":[{\"id\":\"c1\",\"name\":\"ask\",\"arguments\":{\"city\":\"x\"}},"
                    "{\"id\":\"c2\",\"name\":\"break\",\"arguments\":{}}]}");
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (Scene) scene = scene_new (scenes[i].scene);
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GError) error = NULL;
      gint64 sequence = 0, time = 0;
      GraphbitEventKind kind = GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED;

      add_agent (scene);
      graphbit_executor_set_on_failure (executor, GRAPHBIT_ON_FAILURE_FINISH);
      run = graphbit_executor_start (executor, scene->workflow, NULL, modes, &error);
      g_assert_no_error (error);
      while (TRUE)
        {
          g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

          g_assert_no_error (error);
          if (event == NULL)
            break;
          check_event (event);
          /* The total order. */
          g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++sequence);
          g_assert_cmpint (graphbit_event_get_time (event), >=, time);
          time = graphbit_event_get_time (event);
          kind = graphbit_event_get_kind (event);
          if (scenes[i].end == END_CANCELLED &&
              (kind == GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED || kind == GRAPHBIT_EVENT_KIND_TOKEN))
            graphbit_run_cancel (run);
          g_hash_table_add (seen, g_strdup (graphbit_event_get_event (event)));
        }
      /* One terminal event, the last one. */
      g_assert_cmpint (kind, >=, GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED);
      g_assert_cmpint (kind, <=, GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED);
    }

  /* Each kind that the mode has was there, and no other. */
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *row = json_array_get_object_element (events, i);
      const char *name = json_object_get_string_member (row, "event");
      gboolean is_end = g_str_equal (json_object_get_string_member (row, "category_value"), "workflow") &&
                        !g_str_equal (json_object_get_string_member (row, "phase_value"), "started");
      gboolean is_token = g_str_equal (name, "token");
      gboolean is_wanted = is_end || (modes & (is_token ? GRAPHBIT_STREAM_MODES_MESSAGES : GRAPHBIT_STREAM_MODES_UPDATES)) != 0;

      /* Nobody asks for approval here. */
      if (g_str_equal (name, "approval_requested"))
        continue;
      if (g_hash_table_contains (seen, name) != is_wanted)
        g_error ("%s was %s", name, is_wanted ? "not there" : "there");
    }
}

/* GraphBit's names, and where they stand in the description. */
static void
test_names (void)
{
  static const struct
  {
    const char *event;
    const char *fields;
  } rows[] = {
    { "workflow_started", "workflow_id workflow_name total_nodes" },
    { "node_started", "node_id node_name" },
    { "node_completed", "node_id node_name output" },
    { "node_failed", "node_id node_name error error_type" },
    { "token", "node_id node_name llm_call_id content" },
    { "llm_call_started", "node_id node_name llm_call_id iteration model" },
    { "llm_call_completed", "node_id node_name llm_call_id iteration model finish_reason output duration_ms" },
    { "tool_call_started", "node_id node_name tool_name tool_call_id parameters" },
    { "tool_call_completed", "node_id node_name tool_name tool_call_id parameters output duration_ms" },
    { "tool_call_failed", "node_id node_name tool_name tool_call_id parameters error error_type duration_ms" },
    { "workflow_completed", "result outputs" },
    { "workflow_failed", "error error_type" },
  };
  static const char *const members[] = { "description", "version", "generic_dimensions", "stream_modes", "event_groups", "events" };
  static const char *const first[] = { "time", "category", "phase" };
  JsonObject *groups = json_object_get_object_member (get_schema (), "event_groups");

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    g_assert_true (json_object_has_member (get_schema (), members[i]));
  g_assert_cmpint (json_object_get_int_member (get_schema (), "version"), ==, 1);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      JsonObject *row = find_event (rows[i].event);
      JsonArray *fields = json_object_get_array_member (row, "fields");
      JsonArray *group = json_object_get_array_member (groups, json_object_get_string_member (row, "category_value"));
      g_auto (GStrv) names = g_strsplit (rows[i].fields, " ", -1);
      gboolean is_in_group = FALSE;

      for (guint j = 0; j < G_N_ELEMENTS (first); j++)
        g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (fields, j), "name"), ==, first[j]);
      for (guint j = 0; names[j] != NULL; j++)
        {
          gboolean is_there = FALSE;

          for (guint k = 0; k < json_array_get_length (fields); k++)
            is_there |= g_str_equal (json_object_get_string_member (json_array_get_object_element (fields, k), "name"), names[j]);
          if (!is_there)
            g_error ("%s has no %s", rows[i].event, names[j]);
        }
      for (guint j = 0; j < json_array_get_length (group); j++)
        is_in_group |= g_str_equal (json_array_get_string_element (group, j), rows[i].event);
      g_assert_true (is_in_group);
    }
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/executor/events/schema/updates", GUINT_TO_POINTER (GRAPHBIT_STREAM_MODES_UPDATES), test_schema);
  g_test_add_data_func ("/executor/events/schema/messages", GUINT_TO_POINTER (GRAPHBIT_STREAM_MODES_MESSAGES), test_schema);
  g_test_add_data_func ("/executor/events/schema/all", GUINT_TO_POINTER (GRAPHBIT_STREAM_MODES_ALL), test_schema);
  g_test_add_func ("/executor/events/names", test_names);

  status = g_test_run ();
  g_clear_pointer (&schema_root, json_node_unref);
  return status;
}
