/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-demands-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"

typedef struct
{
  gboolean has_tools; /* and they may be called */
  gboolean has_images;
  gboolean has_documents;
} Demands;

static void
look_at_parts (Demands *self,
               GraphbitLlmRequest *request)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);
      guint n_parts = graphbit_llm_message_count_parts (message);

      for (guint j = 0; j < n_parts; j++)
        {
          g_autoptr (GraphbitContentPart) part = g_list_model_get_item (graphbit_llm_message_get_parts (message), j);

          self->has_images |= graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_IMAGE;
          self->has_documents |= graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_FILE;
        }
    }
}

static gboolean
check_capabilities (const Demands *self,
                    GraphbitLlmConfig *config,
                    GraphbitLlmOptions *options,
                    gboolean is_stream,
                    GError **error)
{
  GraphbitLlmCapabilities capabilities = graphbit_llm_config_get_capabilities (config);
  gboolean sees_documents = (graphbit_llm_config_get_vendor (config)->quirks & GRAPHBIT_QUIRK_TEXT_DOCUMENTS) == 0;
  const struct
  {
    GraphbitLlmCapabilities capability;
    gboolean is_asked;
    const char *what;
  } cases[] = {
    { GRAPHBIT_LLM_CAPABILITIES_STREAMING, is_stream, N_("streams") },
    { GRAPHBIT_LLM_CAPABILITIES_TOOLS, self->has_tools, N_("tools") },
    { GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS,
      self->has_tools && options != NULL && graphbit_llm_options_get_parallel_tool_calls (options) == GRAPHBIT_TRISTATE_TRUE,
      N_("the option “parallel-tool-calls”") },
    { GRAPHBIT_LLM_CAPABILITIES_IMAGES, self->has_images || (self->has_documents && sees_documents), N_("images or files") },
    { GRAPHBIT_LLM_CAPABILITIES_REASONING,
      options != NULL && graphbit_llm_options_get_reasoning_effort (options) != GRAPHBIT_REASONING_EFFORT_UNSET,
      N_("the option “reasoning-effort”") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (!cases[i].is_asked || (capabilities & cases[i].capability) != 0)
        continue;
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s does not take %s with the model “%s”; ask without, ask another model, or set the configuration's "
                     "capabilities if this one does"),
                   graphbit_llm_config_get_vendor (config)->title, _(cases[i].what), graphbit_llm_config_resolve_model (config));
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_options (const Demands *self,
               GraphbitLlmConfig *config,
               GraphbitLlmOptions *options,
               GError **error)
{
  const GraphbitVendor *vendor = graphbit_llm_config_get_vendor (config);
  JsonNode *given = graphbit_llm_config_peek_extra_body (config);
  GraphbitToolChoice choice = graphbit_llm_options_get_tool_choice (options);
  const char *const *stop = graphbit_llm_options_get_stop (options);
  double temperature = graphbit_llm_options_get_temperature (options);
  double top_p = graphbit_llm_options_get_top_p (options);
  gboolean has_temperature = temperature >= 0.0 && graphbit_json_get_member (given, "temperature") == NULL;
  gboolean has_top_p = top_p >= 0.0 && graphbit_json_get_member (given, "top_p") == NULL;
  GraphbitLack of_model = graphbit_llm_config_get_model_lacks (config);
  GraphbitLack of_vendor = vendor->lacks;
  const struct
  {
    GraphbitLack lack;
    gboolean is_asked;
    const char *name;
    const char *member; /* of the body: who writes it himself knows better; NULL: never */
  } cases[] = {
    { GRAPHBIT_LACK_SEED, graphbit_llm_options_get_seed (options) >= 0, "seed", "seed" },
    { GRAPHBIT_LACK_METADATA, graphbit_llm_options_get_metadata (options) != NULL, "metadata", "metadata" },
    { GRAPHBIT_LACK_EFFORT, graphbit_llm_options_get_reasoning_effort (options) != GRAPHBIT_REASONING_EFFORT_UNSET,
      "reasoning-effort", "reasoning_effort" },
    { GRAPHBIT_LACK_PARALLEL,
      self->has_tools && graphbit_llm_options_get_parallel_tool_calls (options) == GRAPHBIT_TRISTATE_FALSE, "parallel-tool-calls",
      "parallel_tool_calls" },
    { GRAPHBIT_LACK_CHOICE,
      self->has_tools && (choice == GRAPHBIT_TOOL_CHOICE_REQUIRED || choice == GRAPHBIT_TOOL_CHOICE_NAMED), "tool-choice",
      "tool_choice" },
    { GRAPHBIT_LACK_NAMED_CHOICE, self->has_tools && choice == GRAPHBIT_TOOL_CHOICE_NAMED, "tool-choice-name", "tool_choice" },
    { GRAPHBIT_LACK_STOP, stop != NULL && stop[0] != NULL, "stop", "stop" },
    { GRAPHBIT_LACK_SAMPLING, has_temperature && temperature != 1.0, "temperature", NULL },
    { GRAPHBIT_LACK_SAMPLING, has_top_p && top_p != 1.0, "top-p", NULL },
    { GRAPHBIT_LACK_BOTH_SAMPLINGS, has_temperature && has_top_p, "top-p” beside “temperature", NULL },
  };

  if ((of_model & GRAPHBIT_LACK_UNLESS_IDLE) != 0 &&
      graphbit_llm_options_get_reasoning_effort (options) == GRAPHBIT_REASONING_EFFORT_NONE)
    of_model &= ~(guint) GRAPHBIT_LACK_SAMPLING;
  if (vendor->wire == GRAPHBIT_WIRE_REPLICATE)
    given = graphbit_json_get_member (given, "input");
  if (graphbit_llm_config_get_wire (config) == GRAPHBIT_WIRE_RESPONSES)
    of_vendor |= GRAPHBIT_LACK_SEED | GRAPHBIT_LACK_STOP;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (!cases[i].is_asked || ((of_vendor | of_model) & cases[i].lack) == 0 ||
          (cases[i].member != NULL && graphbit_json_get_member (given, cases[i].member) != NULL))
        continue;

      if (vendor->wire == GRAPHBIT_WIRE_REPLICATE)
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                     _("The models of %s have no common input for “%s”; set this one's in the “input” of the extra-body"),
                     vendor->title, cases[i].name);
      else if ((of_vendor & cases[i].lack) != 0)
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                     _("%s does not know the option “%s” here; leave it unset, or write what is meant into the configuration's extra-body"),
                     vendor->title, cases[i].name);
      else
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                     _("%s does not take the option “%s” with the model “%s”; leave it unset, or set the configuration's capabilities "
                       "if it does, for graphbit's list of models is not asked then"),
                     vendor->title, cases[i].name, graphbit_llm_config_resolve_model (config));
      return FALSE;
    }

  return TRUE;
}

gboolean
graphbit_llm_demands_check (GraphbitLlmConfig *config,
                            GraphbitLlmRequest *request,
                            gboolean is_stream,
                            GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const GraphbitVendor *vendor = graphbit_llm_config_get_vendor (config);
  Demands self = { FALSE };

  /* what is not offered is not called */
  self.has_tools = graphbit_llm_request_count_tools (request) > 0 &&
                   (options == NULL || graphbit_llm_options_get_tool_choice (options) != GRAPHBIT_TOOL_CHOICE_NONE);
  look_at_parts (&self, request);

  /* what no capabilities change */
  if (self.has_tools && (vendor->lacks & GRAPHBIT_LACK_TOOLS) != 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has no way to call tools; ask another provider, or leave the tools out"), vendor->title);
      return FALSE;
    }
  if (self.has_documents && (vendor->lacks & GRAPHBIT_LACK_DOCUMENTS) != 0 &&
      graphbit_llm_config_get_wire (config) != GRAPHBIT_WIRE_RESPONSES)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s takes no files that are documents; put the document's text into the message"), vendor->title);
      return FALSE;
    }
  if (!check_capabilities (&self, config, options, is_stream, error))
    return FALSE;

  return options == NULL || check_options (&self, config, options, error);
}
