# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every code block of the manual, of README.md and of the documentation comments does what it says.

blocks.py MOCK GIR PAGE…

A block in one of the four languages is a whole program: it is compiled if need be, and run against the
scripted server, which is what OPENAI_BASE_URL, ANTHROPIC_BASE_URL and OLLAMA_HOST name; its
program graphbit-mock is in the path. A comment line of its own before a block changes that:

<!-- fragment -->   statements. In C and Vala they are compiled, in Python and JavaScript run. The names of
                    PRELUDES are there, made with the offline provider; what the fragment does not define itself
                    it takes from there
<!-- functions -->  likewise, but functions: nothing calls them
<!-- output -->     a block of text: what every program since the last such block, or the last “## ” heading, prints

Blocks of JSON have to be JSON; blocks of text and shell are not looked at. Code in documentation
comments is a fragment.
"""

import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

TIMEOUT = 120
BLOCK = re.compile(r"(?:^<!-- (?P<note>[^\n]+) -->\n+)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SUFFIXES = {"c": ".c", "python": ".py", "js": ".js", "vala": ".vala"}
UNCHECKED = ("text", "sh")
NOTES = ("fragment", "functions", "output")

# What a fragment may take for granted. A value may use the names before it.
PRELUDES = {
    "c": {
        "config": "static GraphbitLlmConfig *config;",
        "options": "static GraphbitLlmOptions *options;",
        "client": "static GraphbitLlmClient *client;",
        "request": "static GraphbitLlmRequest *request;",
        "response": "static GraphbitLlmResponse *response;",
        "stream": "static GraphbitLlmStream *stream;",
        "tool": "static GraphbitTool *tool;",
        "agent": "static GraphbitAgentNode *agent;",
        "reader": "static GraphbitAgentNode *reader;",
        "writer": "static GraphbitAgentNode *writer;",
        "workflow": "static GraphbitWorkflow *workflow;",
        "executor": "static GraphbitExecutor *executor;",
        "run": "static GraphbitRun *run;",
        "result": "static GraphbitWorkflowResult *result;",
        "cancellable": "static GCancellable *cancellable;",
        "error": "static GError *error;",
        "self": "static gpointer self;",
    },
    "vala": {
        "config": "Graphbit.LlmConfig config;",
        "options": "Graphbit.LlmOptions options;",
        "client": "Graphbit.LlmClient client;",
        "request": "Graphbit.LlmRequest request;",
        "response": "Graphbit.LlmResponse response;",
        "stream": "Graphbit.LlmStream stream;",
        "tool": "Graphbit.Tool tool;",
        "agent": "Graphbit.AgentNode agent;",
        "workflow": "Graphbit.Workflow workflow;",
        "executor": "Graphbit.Executor executor;",
        "run": "Graphbit.Run run;",
        "result": "Graphbit.WorkflowResult result;",
        "cancellable": "Cancellable cancellable;",
    },
    "python": {
        "config": "config = Graphbit.LlmConfig.offline()",
        "options": "options = Graphbit.LlmOptions()",
        "client": "client = Graphbit.LlmClient(config)",
        "request": "request = Graphbit.LlmRequest()\nrequest.add_message(Graphbit.LlmMessage.new_user('Hello!'))",
        "response": "response = client.chat(request)",
        "stream": "stream = client.complete_stream('Tell me of the tides.')",
        "tool": "tool = Graphbit.Tool.new('lookup', 'Looks it up.', None, lambda call: 'found')",
        "agent": "agent = Graphbit.AgentNode('agent', 'Say hello.')",
        "workflow": "workflow = Graphbit.Workflow('test')\nworkflow.add_node(agent)",
        "executor": "executor = Graphbit.Executor(config)",
        "run": "run = executor.start(workflow)",
        "result": "result = executor.execute(workflow)",
        "cancellable": "cancellable = Gio.Cancellable()",
    },
    "js": {
        "config": "const config = Graphbit.LlmConfig.offline();",
        "options": "const options = new Graphbit.LlmOptions();",
        "client": "const client = new Graphbit.LlmClient({config});",
        "request": "const request = new Graphbit.LlmRequest();\nrequest.add_message(Graphbit.LlmMessage.new_user('Hello!'));",
        "response": "const response = client.chat(request, null);",
        "stream": "const stream = client.complete_stream('Tell me of the tides.');",
        "tool": "const tool = Graphbit.Tool.new('lookup', 'Looks it up.', null, () => 'found');",
        "agent": "const agent = new Graphbit.AgentNode({name: 'agent', prompt: 'Say hello.'});",
        "workflow": "const workflow = new Graphbit.Workflow({name: 'test'});\nworkflow.add_node(agent);",
        "executor": "const executor = new Graphbit.Executor({config});",
        "run": "const run = executor.start(workflow);",
        "result": "const result = executor.execute(workflow);",
        "cancellable": "const cancellable = new Gio.Cancellable();",
    },
}
C_FRAGMENT = "#include <graphbit/graphbit.h>\n%s\nvoid fragment (void);\nvoid\nfragment (void)\n{\n%s}\n"
C_FUNCTIONS = "#include <graphbit/graphbit.h>\n%s\n%s"
VALA_FRAGMENT = "class Fragment : Object {\n%s\npublic async void fragment () throws GLib.Error {\n%s}\n}\n"
VALA_FUNCTIONS = "class Fragment : Object {\n%s\n%s}\n"
PYTHON = """import asyncio, json, os, sys
import gi
gi.require_version("Graphbit", "1.0")
from gi.repository import Gio, GLib, Graphbit
%s
"""
JS = """import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';
import System from 'system';
%s
{
%s}
"""


class Block:
    def __init__(self, page, number, language, note, code):
        self.name = f"{page}:{number} {language}"
        self.language, self.note, self.code = language, note, code
        self.output = None  # what it has to print, if the page says so


def blocks_of_text(name, text, default_note=None):
    """The blocks of a page, and what is wrong with how they are marked."""
    blocks, problems, programs, end = [], [], [], 0
    for match in BLOCK.finditer(text):
        if re.search(r"^## ", text[end:match.start()], re.MULTILINE):
            programs = []
        end = match.end()
        number = text.count("\n", 0, match.start("code"))
        language, note = match["language"], match["note"] or default_note
        block = Block(name, number, language, note, match["code"])
        if note and note not in NOTES and not note.startswith("examples/"):
            note = block.note = None  # a comment about something else
        if note == "output":
            if not programs:
                problems.append(f"{block.name}: no program before this output")
            for program in programs:
                program.output = block.code
            programs = []
        elif language in SUFFIXES or language == "json":
            blocks.append(block)
            if note not in ("fragment", "functions") and language != "json":
                programs.append(block)
        elif language not in UNCHECKED:
            problems.append(f"{block.name}: say which language this is")
    return blocks, problems


def blocks_of_gir(gir):
    """The blocks of the documentation comments."""
    blocks, problems = [], []
    for doc in ElementTree.parse(gir).iter("{http://www.gtk.org/introspection/core/1.0}doc"):
        found, wrong = blocks_of_text(f"{os.path.basename(doc.get('filename'))}:{doc.get('line')}", doc.text or "", "fragment")
        blocks += found
        problems += wrong
    return blocks, problems


def prelude(language, code):
    """The definitions of the names that the code uses, and of those that these use."""
    lines = PRELUDES[language]
    used = set()

    def use(text):
        for name in lines:
            if name not in used and re.search(rf"\b{name}\b", text):
                used.add(name)
                use(lines[name].split("=", 1)[-1])

    use(code)
    return "\n".join(line for name, line in lines.items() if name in used)


def is_coroutine(code):
    """Whether the code awaits outside of functions."""
    try:
        compile(code, "fragment", "exec")
        return False
    except SyntaxError:
        return True


def source(block):
    """The whole program for a block."""
    if block.note not in ("fragment", "functions"):
        return block.code
    before = prelude(block.language, block.code)
    if block.language == "c":
        return (C_FRAGMENT if block.note == "fragment" else C_FUNCTIONS) % (before, block.code)
    if block.language == "vala":
        return (VALA_FRAGMENT if block.note == "fragment" else VALA_FUNCTIONS) % (before, block.code)
    if block.language == "js":
        return JS % (before, block.code)
    if not is_coroutine(block.code):
        return PYTHON % before + block.code
    inner = "".join(f"    {line}\n" if line else "\n" for line in (before + "\n" + block.code).split("\n"))
    return PYTHON % "" + f"async def fragment():\n{inner}\nasyncio.run(fragment())\n"


def flags():
    return shlex.split(subprocess.run(
        ["pkg-config", "--cflags", "--libs", "graphbit-1.0"], check=True, stdout=subprocess.PIPE, text=True).stdout)


def commands(block, path, out):
    """What compiles a block, and what runs it; None for what is not done."""
    runs = block.note not in ("fragment", "functions")
    if block.language == "c":
        warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"]
        if not runs:
            warnings += ["-Wno-unused-variable", "-Wno-unused-function", "-Wno-unused-but-set-variable", "-fsyntax-only"]
        compiler = shlex.split(os.environ.get("CC", "cc"))
        return [*compiler, *warnings, path, "-o", out, *flags()], [out] if runs else None
    if block.language == "vala":
        how = ["--output", out, "-X", "-w"] if runs else ["--ccode"]
        folder = os.path.dirname(path)
        return ["valac", "--quiet", "--pkg", "graphbit-1.0", "--directory", folder, *how, path], [out] if runs else None
    return None, [sys.executable, path] if block.language == "python" else ["gjs", "-m", path]


def tools(language):
    return {"c": ["cc", "pkg-config"], "vala": ["valac", "cc", "pkg-config"], "js": ["gjs"]}.get(language, [])


def check(block, environment):
    """The problems of one block; None: a compiler is missing here."""
    if block.language == "json":
        try:
            json.loads(block.code)
            return ""
        except ValueError as error:
            return f"not JSON: {error}"
    if not all(shutil.which(tool) for tool in tools(block.language)):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "block" + SUFFIXES[block.language])
        with open(path, "w", encoding="utf-8") as file:
            file.write(source(block))
        for command in commands(block, path, os.path.join(folder, "block")):
            if command is None:
                continue
            done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
            if done.returncode != 0:
                return f"{command[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            said = done.stderr if command[0] != "valac" else ""
            if said:
                return f"{command[0]} complained\n{said}"
    if block.output is not None and done.stdout != block.output:
        return f"printed\n{done.stdout}instead of\n{block.output}"
    return ""


class Server:
    """The scripted server, and the environment in which programs find it."""

    def __init__(self, mock):
        self.process = subprocess.Popen([mock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        kept = {key: value for key, value in os.environ.items() if not key.endswith(("_API_KEY", "_BASE_URL", "_MODEL"))}
        base_url = self.process.stdout.readline().strip()
        self.environment = {
            **kept, "OPENAI_API_KEY": "key", "OPENAI_BASE_URL": base_url, "ANTHROPIC_API_KEY": "key",
            "ANTHROPIC_BASE_URL": base_url, "OLLAMA_HOST": base_url.removesuffix("/v1"),
            "PATH": os.path.dirname(os.path.abspath(mock)) + os.pathsep + os.environ["PATH"],
        }

    def __enter__(self):
        return self.environment

    def __exit__(self, *_):
        self.process.stdin.close()  # ends it
        self.process.wait(TIMEOUT)
        self.process.stdout.close()


def main(mock, gir, *pages):
    blocks, problems = blocks_of_gir(gir)
    for page in pages:
        with open(page, encoding="utf-8") as file:
            found, wrong = blocks_of_text(os.path.basename(page), file.read())
        blocks += found
        problems += wrong
    failed = len(problems)
    print(f"1..{len(blocks) + len(problems)}", flush=True)
    for number, problem in enumerate(problems, 1):
        print(f"not ok {number} {problem}", flush=True)
    with Server(mock) as environment, concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda block: check(block, environment), blocks)
        for number, (block, said) in enumerate(zip(blocks, results), len(problems) + 1):
            print("not ok" if said else "ok", number, block.name, "# SKIP no compiler here" if said is None else "", flush=True)
            if said:
                failed += 1
                print(f"{block.name} {said}", file=sys.stderr, flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
