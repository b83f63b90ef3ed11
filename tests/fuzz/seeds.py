# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes seeds for the fuzz targets out of the recorded exchanges.

seeds.py FIXTURES FOLDER: writes FOLDER/<target>/<case>; what exists is left alone. Large bodies are left out: a
fuzzer gets on better with small ones, and the replay tests read them all.
"""

import json
import os
import sys

MAX_SIZE = 4 * 1024


def write(folder, target, case, data):
    path = os.path.join(folder, target, case.replace("/", "-"))
    if len(data) <= MAX_SIZE and not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def wire_of(url):
    """Whose answers come from there, as meson.build calls it."""
    places = {
        "/chat/completions": "chat",
        "/responses": "responses",
        "/messages": "anthropic",
        "/api/chat": "ollama",
        "enerateContent": "gemini",
        "cohere.com/v2/chat": "cohere",
        "replicate": "replicate",
    }
    return next((wire for place, wire in places.items() if place in url), None)


def schemas(value):
    """What stands under the names that requests use for a schema, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("parameters", "schema", "input_schema", "response_schema") and isinstance(inner, dict):
                yield inner
            yield from schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas(inner)


def main(fixtures, folder):
    with open(os.path.join(fixtures, "index.json"), encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        name = case["id"]
        try:
            with open(os.path.join(fixtures, name + ".body"), "rb") as file:
                body = file.read()
            with open(os.path.join(fixtures, name + ".json"), encoding="utf-8") as file:
                exchange = json.load(file)
        except OSError:
            continue
        if body.lstrip()[:1] in (b"{", b"["):
            write(folder, "ndjson" if b"}\n{" in body else "json", name, body)
        else:
            write(folder, "sse", name, body)
        wire = wire_of(case["url"])
        if wire is not None:
            write(folder, "wire", name, body)
            write(folder, "wire-" + wire, name, body)
        try:
            request = json.loads(exchange.get("req_body") or "null")
        except ValueError:
            continue
        for number, schema in enumerate(schemas(request)):
            write(folder, "schema", f"{name}-{number}", json.dumps(schema).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
