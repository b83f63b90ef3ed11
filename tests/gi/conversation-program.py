# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""conversation.py runs it: a picture, two rounds of tools, and what came of it, for each provider."""

import sys

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import GLib, Graphbit  # noqa: E402


def new_request():
    request = Graphbit.LlmRequest()
    user = Graphbit.LlmMessage.new_user("Where is this, and how is the weather there?")
    user.add_part(Graphbit.ContentPart.new_for_image_bytes(GLib.Bytes.new(b"\x89PNG"), "image/png"))
    request.add_message(Graphbit.LlmMessage.new_system("Be brief."))
    request.add_message(user)
    schema = '{"type":"object","properties":{"city":{"type":"string"}}}'
    request.add_tool(Graphbit.LlmToolSpec.new("weather", "Tells the weather", schema))
    return request


def log_response(request, response):
    text, reasoning = response.get_text(), response.get_reasoning() or ""
    print(f"text “{text}”, reasoning “{reasoning}”, finish {int(response.get_finish_reason())}")
    request.add_message(response.make_message())
    for call in response.get_tool_calls() or []:
        print("call", call.get_name(), call.get_arguments_json())
        request.add_message(Graphbit.LlmMessage.new_tool(call.get_id(), "seen: " + call.get_arguments_json()))


def converse(name, provider, base_url):
    api = Graphbit.LlmApi.RESPONSES if name == "responses" else Graphbit.LlmApi.AUTO
    config = Graphbit.LlmConfig(provider=provider, model="m", base_url=base_url, api=api)
    client = Graphbit.LlmClient(config)
    request = new_request()
    print("==", name)
    config.set_api_key("sk-marker")
    for thing in config, client:
        assert "sk-marker" not in repr(thing) + str(thing) + config.to_json()
    log_response(request, client.chat(request))
    log_response(request, client.chat_stream(request).collect())
    log_response(request, client.chat(request))


for words in sys.argv[2:]:
    name, provider, path = words.split("=", 2)
    try:
        converse(name, provider, sys.argv[1] + path)
    except GLib.Error as error:
        print("error:", error.message)
