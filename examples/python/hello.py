# SPDX-License-Identifier: LGPL-2.1-or-later
import os
from graphbit import LlmConfig, LlmClient
config = LlmConfig.openai(os.getenv("OPENAI_API_KEY"))
client = LlmClient(config)
print(client.complete("Hello, world!"))
