# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A little TAP: each function of a module whose name begins with test_ is a test, with a scripted server of its own."""

import asyncio
import contextlib
import inspect
import json
import logging
import os
import sys
import traceback

import gi

gi.require_version("Graphbit", "1.0")
gi.require_version("GraphbitMock", "1.0")
from gi.repository import Graphbit, GraphbitMock  # noqa: E402

PATIENCE_MS = 20000


class Server(GraphbitMock.Server):
    __gtype__ = GraphbitMock.Server.__gtype__

    def step(self, **members):
        self.add_step(json.dumps(members))

    def requests(self):
        return [json.loads(record["body"]) for record in json.loads(self.dup_requests_json())]

    def config(self):
        config = Graphbit.LlmConfig.openai("key", "gpt-4o-mini")
        config.set_base_url(self.props.base_url)
        return config

    def client(self, **properties):
        return Graphbit.LlmClient(self.config(), **properties)


def raises(cls, function, *args, code=None, text="", **kwargs):
    """The exception of this class, with this code and text, that the call has to raise."""
    try:
        function(*args, **kwargs)
    except cls as error:
        assert code is None or error.code == code, error.code
        assert text in str(error), str(error)
        return error
    raise AssertionError(f"{cls.__name__} was not raised")


async def araises(cls, awaitable, code=None):
    try:
        await awaitable
    except cls as error:
        assert code is None or error.code == code, error.code
        return error
    raise AssertionError(f"{cls.__name__} was not raised")


@contextlib.contextmanager
def logged(name):
    """What is logged meanwhile."""
    lines = []
    logger = logging.getLogger(name)
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


def main(members):
    tests = [(name, member) for name, member in members.items() if name.startswith("test_")]
    failed = False
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        server = Server()
        server.start()
        os.environ.update(OPENAI_BASE_URL=server.props.base_url, OPENAI_API_KEY="key")
        try:
            if inspect.iscoroutinefunction(test):
                asyncio.run(test(server))
            else:
                test(server)
            print(f"ok {number} {name}", flush=True)
        except BaseException:
            failed = True
            print(f"not ok {number} {name}", flush=True)
            traceback.print_exc()
        server.stop()
    sys.exit(failed)
