#!/usr/bin/env python3
# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small MCP server that misbehaves on command.

mcp-double.py stdio|http [--revision R] [--pages] [--deaf] [--mute] [--ends]

What a tool does is in its name. Over HTTP the first line of the output is the port.
"""

import argparse
import base64
import http.server
import json
import os
import signal
import sys
import threading

HUGE = 17 * 1024 * 1024
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nno picture").decode()
TEXT_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
ANY_SCHEMA = {"type": "object"}

TOOLS = [
    {"name": "echo", "description": "Says it again.", "inputSchema": TEXT_SCHEMA},
    {"name": "add", "title": "Adds.", "inputSchema": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}},
    {"name": "odd.name/1", "description": "A name that no provider takes.", "inputSchema": ANY_SCHEMA},
    {"name": "odd_name.1", "description": "One that looks the same then.", "inputSchema": ANY_SCHEMA},
    {"name": "unchecked", "description": "A schema beyond us.",
     "inputSchema": {"type": "object", "patternProperties": {"^x": {"type": "string"}}}},
] + [{"name": name, "description": name, "inputSchema": ANY_SCHEMA} for name in (
    "fail", "image", "slow", "progress", "exit", "killed", "garbage", "ask", "huge", "change", "log", "environment",
    "directory", "history", "forget", "nothing", "batch", "stderr")]

history = []
options = None
wire = None


class Gone(Exception):
    """The session is not known."""


def text_result(text, **more):
    return {"content": [{"type": "text", "text": text}], **more}


def call_tool(name, arguments, id, token, say, ask):
    if name == "echo" or name == "unchecked":
        return text_result(arguments.get("text", json.dumps(arguments)))
    if name == "add":
        return {"content": [], "structuredContent": {"sum": arguments["a"] + arguments["b"]}}
    if name.startswith("odd"):
        return text_result(name)
    if name == "fail":
        return text_result("it cannot be done", isError=True)
    if name == "image":
        return {"content": [
            {"type": "text", "text": "Look:"}, {"type": "image", "data": PNG, "mimeType": "image/png"},
            {"type": "audio", "data": PNG, "mimeType": "audio/wav"},
            {"type": "resource", "resource": {"uri": "double://one", "text": "inside"}},
            {"type": "resource_link", "uri": "double://two", "name": "two"}, {"type": "hologram"}]}
    if name == "slow":
        return None
    if name == "progress":
        for i in range(1, 4):
            say("notifications/progress", {"progressToken": token, "progress": i, "total": 3, "message": f"step {i}"})
        say("notifications/progress", {"progressToken": 999999, "progress": 1})
        return text_result("done")
    if name == "exit":
        os._exit(3)
    if name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "garbage":
        wire.write(b"this is no JSON\n\n[1, 2]\n\"text\"\n{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}\n"
                   b"{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{}}\n{\"method\":5}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/no\"}\n\xff\xfe\n")
        return text_result("survived")
    if name == "ask":
        answers = [ask(method) for method in ("ping", "sampling/createMessage", "roots/list", "elicitation/create")]
        return text_result(json.dumps([a["error"]["code"] if "error" in a else a["result"] for a in answers]))
    if name == "huge":
        wire.write(b"x" * HUGE + b"\n")
        return text_result("sent")
    if name == "change":
        for kind in ("tools", "resources", "prompts"):
            say(f"notifications/{kind}/list_changed", None)
        say("notifications/resources/updated", {"uri": "double://one"})
        return text_result("changed")
    if name == "log":
        say("notifications/message", {"level": "warning", "logger": "double", "data": "beware"})
        say("notifications/message", {"level": "info", "data": {"a": 1}})
        return text_result("logged")
    if name == "environment":
        return text_result(json.dumps([os.environ.get("DOUBLE_KEY"), os.environ.get("DOUBLE_GONE"), os.getpid()]))
    if name == "directory":
        return text_result(os.getcwd())
    if name == "history":
        return text_result(json.dumps(history))
    if name == "nothing":
        return {"content": []}
    if name == "batch":
        wire.write(json.dumps([{"jsonrpc": "2.0", "id": id, "result": text_result("in a batch")}]).encode() + b"\n")
        return None
    if name == "stderr":
        sys.stderr.write("complaint\n" * 3)
        sys.stderr.flush()
        return text_result("complained")
    raise ValueError(f"Unknown tool: {name}")


def page(items, params):
    if not options.pages:
        return {"all": items}
    start = int(params.get("cursor", 0))
    return {"all": items[start:start + 2], **({"nextCursor": str(start + 2)} if start + 2 < len(items) else {})}


def listing(member, items, params):
    found = page(items, params)
    return {member: found.pop("all"), **found}


def answer(method, params, id, say, ask):
    """The result of a request. None: there will be none."""
    if method == "initialize":
        return {"protocolVersion": options.revision or params["protocolVersion"],
                "capabilities": {"tools": {"listChanged": True}, "resources": {}, "prompts": {}, "logging": {}},
                "serverInfo": {"name": "double", "version": "7"}, "instructions": "Be nice."}
    if method in ("ping", "logging/setLevel"):
        return {}
    if method == "tools/list":
        return listing("tools", TOOLS, params)
    if method == "tools/call":
        return call_tool(params["name"], params.get("arguments", {}), id, params.get("_meta", {}).get("progressToken"), say, ask)
    if method == "resources/list":
        return listing("resources", [
            {"uri": "double://one", "name": "one", "title": "One", "mimeType": "text/plain", "size": 3, "description": "the first"},
            {"uri": "double://two", "name": "two"}, {"name": "no address"}], params)
    if method == "resources/templates/list":
        return listing("resourceTemplates", [{"uriTemplate": "double://{n}", "name": "many"}], params)
    if method == "resources/read":
        if params["uri"] == "double://one":
            return {"contents": [{"uri": params["uri"], "mimeType": "text/plain", "text": "one"},
                                 {"uri": params["uri"], "mimeType": "image/png", "blob": PNG}]}
        raise KeyError("no such resource")
    if method == "prompts/list":
        return listing("prompts", [{"name": "greet", "title": "Greets", "description": "A greeting.",
                                    "arguments": [{"name": "who", "required": True}]}, {"name": "plain"}], params)
    if method == "prompts/get":
        who = params.get("arguments", {}).get("who", "you")
        return {"messages": [{"role": "user", "content": {"type": "text", "text": f"Greet {who}."}},
                             {"role": "assistant", "content": {"type": "text", "text": "Hello."}},
                             {"role": "user", "content": {"type": "image", "data": PNG, "mimeType": "image/png"}}]}
    raise NotImplementedError(method)


def respond(message, say, ask):
    """The message that answers a request, or None."""
    id = message["id"]
    try:
        result = answer(message["method"], message.get("params", {}), id, say, ask)
    except NotImplementedError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": f"no method {error}"}}
    except KeyError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32002, "message": str(error)}}
    except ValueError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": str(error)}}
    return None if result is None else {"jsonrpc": "2.0", "id": id, "result": result}


def note(message):
    what = message.get("method", "answer")
    history.append(f"{what} {message['params'].get('requestId')}" if what == "notifications/cancelled" else what)


# stdio

def write(message):
    wire.write(json.dumps(message).encode() + b"\n")
    wire.flush()


def run_stdio():
    global wire
    wire = os.fdopen(1, "wb")

    def say(method, params):
        write({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})

    def ask(method):
        write({"jsonrpc": "2.0", "id": method, "method": method, "params": {}})
        return json.loads(sys.stdin.readline())

    for line in sys.stdin:
        message = json.loads(line)
        note(message)
        if options.mute or "id" not in message:
            continue
        reply = respond(message, say, ask)
        if reply is not None:
            write(reply)
        wire.flush()
    while options.deaf:
        signal.pause()


# HTTP

sessions = set()
listeners = []
replies = {}
changed = threading.Condition()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def send_whole(self, status, content_type=None, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin_events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def send_event(self, message):
        self.wfile.write(b": a comment\nid: 1\nevent: message\ndata: " + json.dumps(message).encode() + b"\n\n")
        self.wfile.flush()

    def is_refused(self):
        if options.token and self.headers.get("Authorization") != "Bearer " + options.token:
            self.send_whole(401)
        elif self.headers.get("Mcp-Session-Id") not in sessions:
            self.send_whole(404)
        elif self.headers.get("MCP-Protocol-Version") not in ("2025-11-25", options.revision):
            self.send_whole(400)
        else:
            return False
        return True

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        note(message)
        if message.get("method") == "initialize":
            if options.token and self.headers.get("Authorization") != "Bearer " + options.token:
                self.send_whole(401)
                return
            session = f"session-{len(history)}"
            sessions.add(session)
            reply = json.dumps(respond(message, None, None)).encode()
            self.send_whole(200, "application/json", reply, [("Mcp-Session-Id", session)])
            return
        if self.is_refused():
            return
        history.append("extra " + str(self.headers.get("X-Extra")))
        if "method" not in message:
            with changed:
                replies[message["id"]] = message
                changed.notify_all()
        if "method" not in message or "id" not in message:
            self.send_whole(202)
            return

        name = message.get("params", {}).get("name")
        if name == "forget":
            sessions.clear()
            self.send_whole(404)
        elif name == "batch":
            self.send_whole(200, "application/json", b"not JSON at all")
        elif name == "exit":
            os._exit(3)
        elif name in ("progress", "ask", "slow", "log"):
            self.answer_in_events(message)
        else:
            self.send_whole(200, "application/json", json.dumps(respond(message, self.say_elsewhere, None)).encode())

    def answer_in_events(self, message):
        self.begin_events()

        def say(method, params):
            self.send_event({"jsonrpc": "2.0", "method": method, "params": params})

        def ask(method):
            self.send_event({"jsonrpc": "2.0", "id": method, "method": method, "params": {}})
            with changed:
                changed.wait_for(lambda: method in replies)
                return replies.pop(method)

        reply = respond(message, say, ask)
        if reply is None:
            with changed:
                changed.wait_for(lambda: any(h.startswith("notifications/cancelled") for h in history), 20)
        else:
            self.send_event(reply)

    def say_elsewhere(self, method, params):
        with changed:
            changed.wait_for(lambda: listeners)
            for listener in listeners:
                listener.send_event({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})

    def do_GET(self):
        history.append("GET")
        if self.is_refused():
            return
        self.begin_events()
        with changed:
            listeners.append(self)
            changed.notify_all()
            changed.wait_for(lambda: False)

    def do_DELETE(self):
        history.append("DELETE")
        if not self.is_refused():
            sessions.discard(self.headers["Mcp-Session-Id"])
            self.send_whole(200)


def run_http():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()  # whoever started it has gone
    print(server.server_port, flush=True)
    server.serve_forever()


def main():
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("wire", choices=["stdio", "http"])
    parser.add_argument("--revision")
    parser.add_argument("--token")
    for name in ("pages", "deaf", "mute", "ends"):
        parser.add_argument("--" + name, action="store_true")
    options = parser.parse_args()
    if options.ends:
        sys.exit(5)
    if options.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    run_stdio() if options.wire == "stdio" else run_http()


main()
