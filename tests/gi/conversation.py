# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same conversation with each provider, in each language: a picture, and two rounds of tools. The logs are the same.

conversation.py NAME=COMMAND… ; the words of a command are separated by tabs.
"""

import difflib
import json
import subprocess
import sys

import tap

# name, provider, base URL
PROVIDERS = [
    ("openai", "openai", "/as/openai/v1"),
    ("responses", "openai", "/as/responses/v1"),
    *[
        (name, name, "/as/" + name)
        for name in (
            "azurellm anthropic gemini ollama openai_compatible mistralai fireworks togetherai xai huggingface openrouter"
            " bytedance groq litellm cohere llamacpp vllm lmstudio deepseek ai21 perplexity replicate"
        ).split()
    ],
]

# Who cannot do this says so, in the same words in each language, and sends nothing.
REFUSALS = {"deepseek": "images", "ai21": "images", "perplexity": "tools", "replicate": "tools"}
refused = {}

OSLO, ROME, BERN = ({"city": city} for city in ("Oslo", "Rome — “once”", "Bern"))

STEPS = [
    {
        "tool_calls": [
            {"id": "a1B2c3D4e", "name": "weather", "arguments": OSLO},
            {"id": "f5G6h7I8j", "name": "weather", "arguments": ROME},
        ],
    },
    {"reasoning": "not yet", "tool_calls": [{"id": "k9L0m1N2o", "name": "weather", "arguments": BERN}]},
]


def text_of(arguments):
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


ANSWERED = f"""\
text “”, reasoning “”, finish {int(tap.Graphbit.LlmFinishReason.TOOL_CALLS)}
call weather {text_of(OSLO)}
call weather {text_of(ROME)}
text “”, reasoning “not yet”, finish {int(tap.Graphbit.LlmFinishReason.TOOL_CALLS)}
call weather {text_of(BERN)}
text “The tool said: seen: {text_of(BERN)}”, reasoning “”, finish {int(tap.Graphbit.LlmFinishReason.STOP)}
"""


def converse(server, command):
    for name, _, path in PROVIDERS:
        for step in STEPS if name not in REFUSALS else []:
            server.step(match=path + "/", **step)
    root = server.props.base_url[: -len("/v1")]
    done = subprocess.run(
        [*command, root, *map("=".join, PROVIDERS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=100,
    )
    assert done.returncode == 0 and not done.stderr, (done.returncode, done.stderr)
    for part in done.stdout.split("== "):
        name, _, line = part.partition("\n")
        if name in REFUSALS:
            assert line.startswith("error: ") and REFUSALS[name] in line, line
            refused.setdefault(name, line)
    expected = "".join(f"== {name}\n" + refused.get(name, ANSWERED) for name, _, _ in PROVIDERS)
    differences = difflib.unified_diff(expected.splitlines(), done.stdout.splitlines(), lineterm="", n=1)
    assert done.stdout == expected, "\n".join(differences)
    assert server.get_step_count() == 0
    assert server.get_request_count() == 3 * (len(PROVIDERS) - len(REFUSALS))


def tests(programs):
    for program in programs:
        name, command = program.split("=", 1)
        yield f"test_{name}", lambda server, command=command: converse(server, command.split("\t"))


tap.main(dict(tests(sys.argv[1:])))
