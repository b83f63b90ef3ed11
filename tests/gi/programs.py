# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the example programs as a user does: each a process of its own, against the scripted server or offline.

programs.py MOCK NAME=COMMAND… ; the words of a command are separated by tabs.
"""

import json
import os
import subprocess
import sys
import tempfile

TIMEOUT = 120

HELLO = [{"match": "Hello", "text": "Hello to you — from afar."}]

ASYNC_HELLO = [
    {"match": "Hello, async world!", "text": "Hello to you."},
    {"match": "Stream this!", "stream": ["one ", "piece"], "times": 2},
]

EVENTS = [{"match": "tides", "text": "They follow the moon."}]
EVENT_LOG = """\
workflow_started -
node_started first
llm_call_started first
llm_call_completed first
node_completed first
node_started loud
node_completed loud
workflow_completed -
THEY FOLLOW THE MOON.
"""

CHAT = [
    {"match": "I am Ada", "text": "Hello, Ada."},
    {"match": "Where is Lisbon?", "text": "In Portugal."},
    {"match": "Hello, Ada.", "text": "You are Ada."},
]

QUICKSTART = [
    {"match": "Answer in two sentences", "text": "Lisbon lies on seven hills. Dinner starts late."},
    {"match": "get_weather", "tool_calls": [{"id": "c1", "name": "get_weather", "arguments": {"city": "Lisbon"}}]},
]


def environment(**variables):
    kept = {key: value for key, value in os.environ.items() if not key.endswith(("_API_KEY", "_BASE_URL", "_MODEL"))}
    return {**kept, **variables}


def run(command, env, text=""):
    """With this as its standard input."""
    return subprocess.run(
        command, env=env, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT
    )


def openai(base_url, key):
    return {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": base_url}


def anthropic(base_url, key):
    return {"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": base_url}


def ollama(base_url, key):
    return {"OLLAMA_HOST": base_url.split("/")[2]}


def against_server(mock, steps, command, key="key", provider=openai, text=""):
    """The finished program, for which the server is this provider."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as script:
        json.dump(steps, script)
        script.flush()
        command_line = [mock, "--script", script.name]
        server = subprocess.Popen(command_line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        base_url = server.stdout.readline().strip()
        try:
            return run(command, environment(**provider(base_url, key)), text)
        finally:
            server.stdin.close()  # ends it
            server.wait(TIMEOUT)
            server.stdout.close()


def check(done, expected):
    assert done.returncode == 0, f"{done.args} ended with {done.returncode}:\n{done.stderr}"
    assert done.stdout == expected, f"{done.args} printed\n{done.stdout}\ninstead of\n{expected}"


def goes_on_where_it_ended(mock, command):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "talk.json")
        command = [*command, path]
        done = against_server(mock, CHAT[:2], command, text="I am Ada\nWhere is Lisbon?\n")
        check(done, "Hello, Ada.\nIn Portugal.\n")
        # a server that answers only who was told all of it
        done = against_server(mock, CHAT[2:], command, text="Who am I?\n")
        check(done, "You are Ada.\n")
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        assert [message["content"] for message in saved["messages"]][-2:] == ["Who am I?", "You are Ada."], saved
        assert saved["system-prompt"] == "Answer in one sentence."


def chat_fails_with_a_wrong_key(mock, command):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "talk.json")
        done = against_server(mock, [], [*command, path], key="wrong", text="Hello\n")
        assert done.returncode != 0 and "does not accept the key" in done.stdout + done.stderr, (done.stdout, done.stderr)
        assert not os.path.exists(path)


def check_quickstart(done, notes):
    """Both agents side by side, the tool, the condition, the branch not taken, and a plan made of all of it."""
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    starts = {name: lines.index(f"  ▶ {name}") for name in ("summary", "weather", "light", "plan")}
    ends = [i for i, line in enumerate(lines) if line.startswith("  ✔ ")]
    assert starts["summary"] < ends[0] and starts["weather"] < ends[0], "the agents do not run side by side"
    assert '    weather calls get_weather {"city":"Lisbon"}' in lines, done.stdout
    assert "    get_weather answers: It is 24 degrees in Lisbon." in lines
    assert "  ✔ warm?: light" in lines and "  – coat is not needed" in lines
    plan = done.stdout.split("\nThe plan:\n")[1]
    assert "24 degrees" in plan and "light clothes" in plan, plan
    assert any(sentence in plan for sentence in notes), plan
    assert lines[-1].endswith("tokens out")


def main(mock, *programs):
    programs = [program.split("=", 1) for program in programs]
    tests = [(name, command.split("\t"), test) for name, command in programs for test in TESTS[name.split("-")[0]]]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, command, test) in enumerate(tests, 1):
        try:
            test(mock, command)
            print(f"ok {number} {name} {test.__name__}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"not ok {number} {name} {test.__name__}", flush=True)
            print(error, file=sys.stderr)
    sys.exit(failed > 0)


def greets(mock, command):
    check(against_server(mock, HELLO, command), "Hello to you — from afar.\n")


def streams(mock, command):
    check(against_server(mock, ASYNC_HELLO, command), "Hello to you.\none piece\none piece")


def logs_the_same_events(mock, command):
    check(against_server(mock, EVENTS, command), EVENT_LOG)


def fails_with_a_wrong_key(mock, command):
    done = against_server(mock, [], command, key="wrong")
    assert done.returncode != 0 and "does not accept the key" in done.stdout + done.stderr, (done.stdout, done.stderr)


def fails_the_run_with_a_wrong_key(mock, command):
    done = against_server(mock, [], command, key="wrong")
    assert done.returncode != 0, done.stdout
    assert "node_failed first\n" in done.stdout and "workflow_failed -\n" in done.stdout, done.stdout


def runs_over_http(mock, command):
    for provider, name in (openai, "OpenAI"), (anthropic, "Anthropic"), (ollama, "Ollama"):
        done = against_server(mock, QUICKSTART, command, provider=provider)
        check_quickstart(done, ["Lisbon lies on seven hills. Dinner starts late."])
        assert f"Provider: {name}" in done.stdout


def runs_offline(mock, command):
    # a port that nobody listens on: no Ollama of this machine takes part
    done = run(command, environment(OLLAMA_HOST="127.0.0.1:1"))
    check_quickstart(done, ["seven hills", "three hours", "museums", "Alfama", "before eight"])
    assert "Provider: offline" in done.stdout


def find(command, question):
    manual = os.path.join(os.path.dirname(__file__), "..", "..", "graphbit", "manual")
    done = run([*command, manual, question], environment())
    assert done.returncode == 0, done.stderr
    note, *found = done.stdout.splitlines()
    assert "offline provider is no model" in note and len(found) == 3, done.stdout
    return [line.split(" ", 1)[1] for line in found]


def finds_sections(mock, command):
    assert find(command, "a budget of tokens")[0] == "requests.md: Budgets"


def finds_other_sections(mock, command):
    assert find(command, "cancel a run")[0] == "cancellation.md: Stop something"


def says_what_it_takes(mock, command):
    done = run(command, environment())
    assert done.returncode != 0 and not done.stdout, (done.returncode, done.stdout)
    assert done.stderr.count("\n") == 1 and done.stderr.endswith((" FILE\n", " FOLDER QUESTION\n")), done.stderr


TESTS = {
    "hello": (greets, fails_with_a_wrong_key),
    "asyncio": (streams, fails_with_a_wrong_key),
    "search": (finds_sections, finds_other_sections, says_what_it_takes),
    "chat": (goes_on_where_it_ended, chat_fails_with_a_wrong_key, says_what_it_takes),
    "events": (logs_the_same_events, fails_the_run_with_a_wrong_key),
    "quickstart": (runs_offline, runs_over_http),
}

if __name__ == "__main__":
    main(*sys.argv[1:])
