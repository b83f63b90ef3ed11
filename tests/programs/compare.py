# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs in each language against a scripted server, and holds their logs against logs/NAME.log, byte for byte.

compare.py MOCK LANGUAGE=COMMAND… ; the words of a command are separated by tabs. Each program is a name that all of them
know; what the server says is in steps.json. With --update the first language writes the logs. To add a program: a
function in each language's file, its steps, --update, and a look at the log.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LOGS = HERE / "logs"
STEPS = json.loads((HERE / "steps.json").read_text())
TIMEOUT = 60
# Programs whose logs are the same whatever the model's protocol is.
DIALECTS = {"six-tools": ("openai", "responses", "anthropic", "gemini", "ollama", "cohere")}
KEYS = {f"{vendor}_API_KEY": "key" for vendor in ("OPENAI", "ANTHROPIC", "GEMINI", "COHERE")}


def run(mock, command, name, dialect="openai"):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as script:
        json.dump(STEPS.get(name, []), script)
        script.flush()
        server = subprocess.Popen([mock, "--script", script.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            url = server.stdout.readline().strip()
            environment = {**os.environ, **KEYS, "GRAPHBIT_PROGRAM_URL": url, "GRAPHBIT_PROGRAM_DIALECT": dialect}
            return subprocess.run([*command, name], env=environment, capture_output=True, timeout=TIMEOUT)
        finally:
            server.stdin.close()  # ends it
            server.wait(TIMEOUT)
            server.stdout.close()


def explain(done, expected):
    if done.returncode != 0:
        return f"ended with {done.returncode}\n{done.stderr.decode()}"
    if done.stdout != expected:
        return f"said\n{done.stdout.decode()}instead of\n{expected.decode()}"
    return None


def main(mock, *languages):
    languages = {name: command.split("\t") for name, command in (language.split("=", 1) for language in languages)}
    names = sorted(path.stem for path in LOGS.glob("*.log"))
    tests = [
        (name, language, dialect)
        for name in names
        for language in languages
        for dialect in DIALECTS.get(name, ("openai",))
    ]
    is_bad = False

    print(f"1..{len(tests)}")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, mock, languages[language], name, dialect) for name, language, dialect in tests]
        for number, ((name, language, dialect), done) in enumerate(zip(tests, runs), 1):
            try:
                trouble = explain(done.result(), (LOGS / f"{name}.log").read_bytes())
            except subprocess.TimeoutExpired as error:
                trouble = str(error)
            print(f"{'not ok' if trouble else 'ok'} {number} {name} {language} {dialect}", flush=True)
            if trouble:
                is_bad = True
                print(f"{name} in {language} over {dialect} {trouble}", file=sys.stderr)
    sys.exit(is_bad)


def update(mock, language, *names):
    command = language.split("=", 1)[1].split("\t")
    for name in names or sorted(path.stem for path in LOGS.glob("*.log")):
        done = run(mock, command, name)
        assert done.returncode == 0, done.stderr.decode()
        (LOGS / f"{name}.log").write_bytes(done.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "--update":
        update(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
