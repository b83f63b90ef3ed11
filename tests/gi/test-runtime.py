# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module's own functions, in both faces: what is told is true, and what is asked for takes effect."""

import os
import signal
import traceback

import tap

import graphbit
from gi.repository import Gio, GLib, Graphbit

Code = Graphbit.Error


def count_threads(name):
    return sum(open(f"/proc/self/task/{task}/comm").read().strip() == name for task in os.listdir("/proc/self/task"))


def test_info(server):
    graphbit.shutdown()
    for face in Graphbit, graphbit:
        info = face.get_system_info()
        assert info["version"] == graphbit.__version__
        assert info["cpu_count"] == len(os.sched_getaffinity(0))
        assert GLib.check_version(*map(int, info["glib_version"].split("."))) is None
        assert info["memory_allocator"] == "glibc" or "LD_PRELOAD" in os.environ, info
        assert info["build_target"].endswith("-linux")
        assert info["runtime_initialized"] is False and info["runtime_worker_threads"] == 0
    server.client().complete("Hello")
    assert Graphbit.get_system_info()["runtime_initialized"] is True
    assert Graphbit.get_system_info()["runtime_worker_threads"] == count_threads("graphbit-io") == 1

    # what only GraphBit has
    assert graphbit.get_system_info()["python_binding_version"] == graphbit.__version__
    assert graphbit.get_system_info()["memory_allocator_verified"] is True


def test_health(server):
    server.client().complete("Hello")
    for face in Graphbit, graphbit:
        health = face.health_check()
        assert health["runtime_healthy"] and health["worker_threads_ok"] and health["blocking_threads_ok"]
        assert health["tls_available"] is Gio.TlsBackend.get_default().supports_tls()
        assert 0 < health["available_memory_mb"] <= health["total_memory_mb"]
        assert health["overall_healthy"] is (health["tls_available"] and health["memory_healthy"])
    assert graphbit.health_check()["runtime_uptime_ok"] is True
    graphbit.shutdown()
    assert graphbit.health_check()["runtime_stats_available"] is False
    assert graphbit.health_check()["runtime_healthy"] is True


def test_configure(server):
    for face in Graphbit, graphbit:
        face.shutdown()
        face.configure_runtime(worker_threads=3, thread_stack_size_mb=16, max_blocking_threads=None)
        face.init()
        info = face.get_system_info()
        assert info["runtime_worker_threads"] == count_threads("graphbit-io") == 3
        assert info["runtime_thread_stack_size_mb"] == 16
        assert info["runtime_max_blocking_threads"] == info["cpu_count"]
        tap.raises(RuntimeError, face.configure_runtime, 2, code=Code.FAILED_PRECONDITION)
        face.shutdown()
        tap.raises(ValueError, face.configure_runtime, worker_threads=-1, code=Code.INVALID_ARGUMENT)
        tap.raises(TypeError, face.configure_runtime, 1, 2, 3, 4)
        tap.raises(TypeError, face.configure_runtime, threads=1)
        face.configure_runtime(0, 0, 0)
        face.init()
        assert face.get_system_info()["runtime_worker_threads"] == 1


def test_init(server):
    for face in Graphbit, graphbit:
        face.init()
        face.init(log_level="warn", enable_tracing=False, debug=None)
        tap.raises(ValueError, face.init, "loud", code=Code.INVALID_ARGUMENT, text="loud")
        tap.raises(ValueError, face.init, log_level="", code=Code.INVALID_ARGUMENT)


async def test_shutdown_and_reuse(server):
    server.step(stall=True)
    client = server.client()
    answer = tap.asyncio.ensure_future(client.complete_async("x"))
    await tap.asyncio.get_running_loop().run_in_executor(None, server.wait_for_stalled, 1, tap.PATIENCE_MS)
    Graphbit.shutdown()
    error = await tap.araises(GLib.Error, answer)
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)
    assert client.complete("Hello") == "You said: Hello"
    assert await client.complete_async("Hello") == "You said: Hello"


def test_fork(server):
    client = server.client()
    client.complete("Hello")
    child = os.fork()
    if child == 0:
        signal.alarm(tap.PATIENCE_MS // 1000)  # so that what hangs fails
        try:
            tap.raises(RuntimeError, client.complete, "Hello", code=Code.FAILED_PRECONDITION, text="fork")
            tap.raises(RuntimeError, graphbit.init, code=Code.FAILED_PRECONDITION)
            assert not graphbit.health_check()["overall_healthy"]
            graphbit.shutdown()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert client.complete("Hello") == "You said: Hello"


tap.main(globals())
