# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server made with the protocol's own Python library, which speaks revision 2026-07-28.

mcp-python-server.py stdio | http PORT
"""

import asyncio
import sys

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("python", version="3")


@server.tool()
def echo(text: str) -> str:
    return "Echo: " + text


@server.tool()
async def count(steps: int, context: Context) -> str:
    for step in range(1, steps + 1):
        await context.report_progress(step, steps, f"step {step}")
        await asyncio.sleep(0.05)
    return "done"


@server.resource("python://one")
def one() -> str:
    return "one"


@server.prompt()
def greet(who: str) -> str:
    return f"Greet {who}."


if sys.argv[1] == "http":
    server.run("streamable-http", port=int(sys.argv[2]))
else:
    server.run("stdio")
