/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <graphbit/graphbit.h>
#include <locale.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, &error);
  g_autoptr (GraphbitLlmClient) client = config ? graphbit_llm_client_new (config) : NULL;
  g_autofree char *text = client ? graphbit_llm_client_complete (client, "Hello, world!", NULL, NULL, &error) : NULL;

  setlocale (LC_ALL, "");
  g_print ("%s\n", text != NULL ? text : error->message);
  return text != NULL ? 0 : 1;
}
