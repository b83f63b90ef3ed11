#!/usr/bin/env python3
# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small MCP server that misbehaves on command.

mcp-double.py stdio|http [--revision R] [--newest] [--pages] [--deaf] [--mute] [--silent] [--late] [--fragile] [--stubborn]
    [--ends] [--endless] [--many N]

What a tool does is in its name. Over HTTP the first line of the output is the port. With --newest it has no handshake.
"""

import argparse
import base64
import http.server
import json
import os
import select
import signal
import socket
import sys
import threading

HUGE = 17 * 1024 * 1024
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nno picture").decode()
TEXT_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
ANY_SCHEMA = {"type": "object"}
NEWEST = "2026-07-28"
META = "io.modelcontextprotocol/"
MARKED_SCHEMA = {"type": "object", "properties": {
    "text": {"type": "string", "x-mcp-header": "Text"}, "inner": {"type": "object", "properties": {
        "a/b": {"type": "integer", "x-mcp-header": "Number"}, "sure": {"type": "boolean", "x-mcp-header": "Sure"}}}}}
CROWDED_SCHEMA = {"type": "object", "properties": {
    f"p{i}": {"type": "string", "x-mcp-header": f"P{i}"} for i in range(101)}}
WRONG_SCHEMA = {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "string", "x-mcp-header": "No"}}}}

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
NEWEST_TOOLS = TOOLS + [
    {"name": "marked", "description": "Its arguments are headers.", "inputSchema": MARKED_SCHEMA},
    {"name": "crowded", "description": "More marks than any server takes.", "inputSchema": CROWDED_SCHEMA},
    {"name": "wrong", "description": "A mark where none may be.", "inputSchema": WRONG_SCHEMA}]

history = []
subscribed = {}  # URI → the id of the request that listens
listening = [None]
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
        history.append("in slow")
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
    if name == "touch":
        for uri, listener in sorted(subscribed.items()):
            say("notifications/resources/updated", {"uri": uri, **mark(listener)})
        return text_result("touched")
    if name == "input":
        return {"resultType": "input_required", "inputRequests": {"a": {"method": "elicitation/create", "params": {}}}}
    if name == "hologram":
        return {"resultType": "hologram"}
    if name == "half":
        wire.write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","te' % id)
        return None
    if name == "flood":
        for _ in range(2000):
            sys.stderr.write("x" * 4095 + "\n")
        sys.stderr.write("y" * HUGE)
        sys.stderr.flush()
        return text_result("flooded")
    if name == "reveal":
        raise ValueError(f"wrong key {os.environ.get('DOUBLE_KEY')} or {options.token}")
    if name == "pester":
        for i in range(60000):
            wire.write(b'{"jsonrpc":"2.0","id":"%d","method":"ping"}\n' % i)
        wire.write(json.dumps({"jsonrpc": "2.0", "id": "x" * 2000, "method": "ping"}).encode() + b"\n")
        return text_result("pestered")
    if name == "shout":
        for i in range(3000):
            say("notifications/tools/list_changed", None)
            say("notifications/message", {"level": "info", "data": "a" * 20000})
            say("notifications/resources/updated", {"uri": "double://one"})
        return text_result("shouted")
    if name == "mute":
        muted.append(name)
        return text_result("the next to open over HTTP has no answer")
    if name == "forget-once":
        return text_result("remembered")
    if name == "marked":
        return text_result(json.dumps(arguments, sort_keys=True))
    if name == "stderr":
        sys.stderr.write("complaint\n" * 3)
        sys.stderr.flush()
        return text_result("complained")
    raise ValueError(f"Unknown tool: {name}")


def mark(listener):
    return {} if listener is None else {"_meta": {META + "subscriptionId": listener}}


def listen(params, id):
    """What the acknowledgment says."""
    wanted = params["notifications"]
    subscribed.clear()
    subscribed.update((uri, id) for uri in wanted.get("resourceSubscriptions", []) if uri != "double://two")
    listening[0] = id
    agreed = {**{name: value for name, value in wanted.items() if name != "resourceSubscriptions"},
              **({"resourceSubscriptions": sorted(subscribed)} if subscribed else {})}
    return {**mark(id), "notifications": agreed}


def page(items, params):
    if options.endless:
        return {"all": items, "nextCursor": "again"}
    if not options.pages:
        return {"all": items}
    start = int(params.get("cursor", 0))
    return {"all": items[start:start + 2], **({"nextCursor": str(start + 2)} if start + 2 < len(items) else {})}


def listing(member, items, params):
    found = page(items, params)
    return {member: found.pop("all"), **found}


def answer(method, params, id, say, ask):
    """The result of a request. None: there will be none."""
    offered = {"tools": {"listChanged": True}, "resources": {"subscribe": True}, "prompts": {}, "logging": {}}
    if options.newest and method in ("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"):
        raise NotImplementedError(method)
    if method == "server/discover" and options.newest:
        return {"supportedVersions": [NEWEST], "capabilities": offered, "instructions": "Be nice.",
                "_meta": {META + "serverInfo": {"name": "double", "version": "8"}}}
    if method in ("resources/subscribe", "resources/unsubscribe"):
        if params["uri"] == "double://none":
            raise KeyError("no such resource")
        subscribed.pop(params["uri"], None)
        if method == "resources/subscribe":
            subscribed[params["uri"]] = None
        return {}
    if method == "initialize":
        return {"protocolVersion": options.revision or params["protocolVersion"],
                "capabilities": offered,
                "serverInfo": {"name": "double", "version": "7"}, "instructions": "Be nice."}
    if method in ("ping", "logging/setLevel"):
        return {}
    if method == "tools/list":
        return listing("tools", [{"name": "n" * 70}] * options.many or (NEWEST_TOOLS if options.newest else TOOLS), params)
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
    params = message.get("params", {})
    meta = params.get("_meta", {})
    if options.newest and (meta.get(META + "protocolVersion") != NEWEST or meta.get(META + "clientCapabilities") != {}):
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": "the request does not say what it must"}}
    try:
        result = answer(message["method"], params, id, say, ask)
        if options.newest and result is not None:
            result = {"resultType": "complete", **result}
    except NotImplementedError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": f"no method {error}"}}
    except KeyError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32602 if options.newest else -32002, "message": str(error)}}
    except ValueError as error:
        return {"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": str(error)}}
    return None if result is None else {"jsonrpc": "2.0", "id": id, "result": result}


def note(message):
    what = message.get("method", "answer")
    level = message.get("params", {}).get("_meta", {}).get(META + "logLevel")
    history.append(f"{what} {message['params'].get('requestId')}" if what == "notifications/cancelled" else
                   f"{what} at {level}" if level else what)


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
        first = len(history) == 1 and message["method"] == "server/discover"
        if first and options.fragile:
            os._exit(6)
        if options.mute or "id" not in message or (first and (options.silent or options.late)):
            continue
        if options.newest and message["method"] == "subscriptions/listen":
            say("notifications/subscriptions/acknowledged", listen(message["params"], message["id"]))
            continue
        reply = respond(message, say, ask)
        if reply is not None:
            write(reply)
        wire.flush()
    while options.deaf:
        signal.pause()


# HTTP

sessions = set()
forgotten = []
muted = []
cut = {}  # the id of an event → the message that its stream was for
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

    def send_error_message(self, status, id, code, message):
        self.send_whole(status, "application/json", json.dumps(
            {"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).encode())

    def find_mismatch(self, message):
        """What headers say must be what the message says."""
        params = message.get("params", {})
        expected = {"MCP-Protocol-Version": NEWEST, "Mcp-Method": message["method"]}
        if message["method"] in ("tools/call", "prompts/get", "resources/read"):
            expected["Mcp-Name"] = params.get("name", params.get("uri"))
        if params.get("name") == "marked":
            arguments = params["arguments"]
            inner = arguments.get("inner", {})
            expected.update({"Mcp-Param-Text": arguments.get("text"), "Mcp-Param-Number": inner.get("a/b"),
                             "Mcp-Param-Sure": inner.get("sure")})
        for name, value in expected.items():
            found = self.headers.get(name)
            if found is not None and found.startswith("=?base64?"):
                found = base64.b64decode(found[9:-2]).decode()
            if found != (None if value is None else json.dumps(value) if isinstance(value, (int, bool)) else value):
                return name
        return None

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
        if options.mute or (muted and message.get("method") in ("server/discover", "initialize")):
            history.append("muted " + message["method"])
            muted.clear()
            self.wait_for_hang_up()
            return
        if options.newest:
            self.answer_newest(message)
            return
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
        if name == "forget" or (name == "forget-once" and not forgotten):
            sessions.clear()
            subscribed.clear()
            forgotten.append(name)
            self.send_whole(404)
        elif name == "half":
            self.begin_half()
        elif name in ("cut", "lost"):
            cut[f"{message['id']}-1"] = message
            self.begin_events()
            self.send_cut_event(message, 1)
        elif name == "batch":
            self.send_whole(200, "application/json", b"not JSON at all")
        elif name == "exit":
            os._exit(3)
        elif name in ("progress", "ask", "slow", "log"):
            self.answer_in_events(message)
        else:
            self.send_whole(200, "application/json", json.dumps(respond(message, self.say_elsewhere, None)).encode())

    def send_cut_event(self, message, n):
        token = message["params"]["_meta"]["progressToken"]
        self.wfile.write(f"id: {message['id']}-{n}\nretry: 1\ndata:\n\n".encode())
        self.wfile.write(b"data: " + json.dumps({
            "jsonrpc": "2.0", "method": "notifications/progress",
            "params": {"progressToken": token, "progress": n, "total": 2, "message": f"part {n}"}}).encode() + b"\n\n")

    def answer_newest(self, message):
        if "id" not in message:
            self.send_whole(202)
            return
        mismatch = self.find_mismatch(message)
        if message["method"] == "initialize":
            self.send_error_message(400, message["id"], -32601, "this server has no handshake")
        elif mismatch is not None:
            self.send_error_message(400, message["id"], -32020, f"{mismatch} does not fit")
        elif message["method"] == "subscriptions/listen":
            self.begin_events()
            self.send_event({"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
                             "params": listen(message["params"], message["id"])})
            with changed:
                listeners[:] = [self]
                changed.notify_all()
                changed.wait_for(lambda: listeners != [self])
        elif message.get("params", {}).get("name") in ("progress", "slow", "log"):
            self.answer_in_events(message)
        elif message.get("params", {}).get("name") == "half":
            self.begin_half()
        else:
            reply = respond(message, self.say_elsewhere, None)
            status = 404 if reply.get("error", {}).get("code") == -32601 else 200
            self.send_whole(status, "application/json", json.dumps(reply).encode())

    def begin_half(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b'{"jsonrpc":"2.0",')
        history.append("half")
        self.wait_for_hang_up()

    def wait_for_hang_up(self):
        self.close_connection = True
        try:
            while not select.select([self.connection], [], [], 20)[0] or self.connection.recv(1, socket.MSG_PEEK):
                pass
        except OSError:
            pass
        history.append("hung up")

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
        if reply is None and options.newest:
            self.wait_for_hang_up()
        elif reply is None:
            with changed:
                changed.wait_for(lambda: any(h.startswith("notifications/cancelled") for h in history), 20)
        else:
            self.send_event(reply)

    def say_elsewhere(self, method, params):
        with changed:
            changed.wait_for(lambda: listeners)
            for listener in list(listeners):
                try:
                    listener.send_event({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})
                except OSError:
                    listeners.remove(listener)

    def do_GET(self):
        last = self.headers.get("Last-Event-ID")
        history.append("GET" if last is None else f"GET after {last}")
        if options.newest:
            self.send_whole(405)
            return
        if self.is_refused():
            return
        if last in cut:
            message = cut.pop(last)
            if message["params"]["name"] == "lost":
                self.send_whole(400)
                return
            self.begin_events()
            if last.endswith("-1"):
                cut[f"{message['id']}-2"] = message
                self.send_cut_event(message, 2)
            else:
                self.send_event({"jsonrpc": "2.0", "id": message["id"], "result": text_result("whole")})
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
    parser.add_argument("--many", type=int, default=0)
    for name in ("newest", "pages", "deaf", "mute", "silent", "late", "fragile", "stubborn", "ends", "endless"):
        parser.add_argument("--" + name, action="store_true")
    options = parser.parse_args()
    if "DOUBLE_PID_FILE" in os.environ:
        with open(os.environ["DOUBLE_PID_FILE"], "w", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
    options.mute = options.mute or options.stubborn or "DOUBLE_MUTE" in os.environ
    options.deaf = options.deaf or options.stubborn
    if options.ends:
        sys.exit(5)
    if options.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    run_stdio() if options.wire == "stdio" else run_http()


main()
