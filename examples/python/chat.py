# SPDX-License-Identifier: LGPL-2.1-or-later
"""A chat that goes on where it ended: each line of the standard input is said, and FILE keeps it.

chat.py FILE
"""

import os
import sys

from graphbit import Conversation, LlmClient, LlmConfig

if len(sys.argv) != 2:
    sys.exit("chat.py FILE")
path = sys.argv[1]
client = LlmClient(LlmConfig.openai(os.getenv("OPENAI_API_KEY")))
if os.path.exists(path):
    conversation = Conversation.load(path, client)
else:
    conversation = Conversation(client, "Answer in one sentence.")
conversation.set_max_prompt_tokens(4000)

for line in sys.stdin:
    for piece in conversation.stream(line.strip()):
        print(piece, end="", flush=True)
    print()
    conversation.save(path)
