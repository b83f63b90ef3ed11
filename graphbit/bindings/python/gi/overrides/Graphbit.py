# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What PyGObject adds to the namespace Graphbit.

Classes are adorned when they are first used, from their introspection data:
foo_async is awaitable, what throws raises one of the exceptions below, a
dictionary is a dict, and functions handed to the library may raise what they
like. Only what cannot be derived is written by hand, at the end.

asyncio, inspect and json are imported when they are needed, so that the import
of the namespace itself costs next to nothing.
"""

import contextlib
import functools
import sys
import weakref

from gi.module import get_introspection_module
from gi.repository import Gio, GLib, GObject

Graphbit = get_introspection_module("Graphbit")

__all__ = ["GraphbitError", "ArgumentError", "AccessError", "NetworkError", "TimeLimitError"]


# Errors


class GraphbitError(GLib.Error):
    """An error of this library (a RuntimeError). `details` is an ErrorDetails or None."""

    details = None

    def __str__(self):
        return self.message


class ArgumentError(GraphbitError, ValueError):
    """What was asked for cannot be: INVALID_ARGUMENT, INVALID_REQUEST, INVALID_WORKFLOW, PARSE, SCHEMA_MISMATCH"""


class AccessError(GraphbitError, PermissionError):
    """AUTHENTICATION, PERMISSION, TOOL_DENIED"""


class NetworkError(GraphbitError, ConnectionError):
    """CONNECTION"""


class TimeLimitError(GraphbitError, TimeoutError):
    """TIMEOUT"""


_CODES = {
    ArgumentError: ("INVALID_ARGUMENT", "INVALID_REQUEST", "INVALID_WORKFLOW", "PARSE", "SCHEMA_MISMATCH"),
    AccessError: ("AUTHENTICATION", "PERMISSION", "TOOL_DENIED"),
    NetworkError: ("CONNECTION",),
    TimeLimitError: ("TIMEOUT",),
}


@functools.lru_cache(maxsize=None)
def _domain():
    return GLib.quark_to_string(Graphbit.error_quark())


@functools.lru_cache(maxsize=None)
def _exception_class(code):
    for cls, names in _CODES.items():
        if code in (getattr(Graphbit.Error, name) for name in names):
            return cls
    return GraphbitError


def convert_error(error):
    """The exception for a GLib.Error of this library; any other comes back as it is."""
    if error is None or isinstance(error, GraphbitError) or error.domain != _domain():
        return error
    converted = _exception_class(error.code)(error.message, error.domain, error.code)
    converted.details = Graphbit.ErrorDetails.from_error(error)
    return converted


def _authentication_error(message):
    return GLib.Error(message, _domain(), int(Graphbit.Error.AUTHENTICATION))


def _describe(error):
    return error.message if isinstance(error, GLib.Error) else f"{type(error).__name__}: {error}"


# asyncio


class _Bridge:
    """Lets an asyncio loop drive a main context: a descriptor to watch, a time to look again."""

    def __init__(self, loop):
        self.loop = weakref.ref(loop)
        self.pump = Graphbit.ContextPump()
        self.context = self.pump.get_context()
        self.timer = None
        loop.add_reader(self.pump.get_fd(), _iterate, weakref.ref(self))

    def __enter__(self):
        self.context.push_thread_default()

    def __exit__(self, *_):
        self.context.pop_thread_default()
        self.iterate_in(0)  # a context that is thread default is not woken by its own thread

    def iterate_in(self, timeout):
        if self.timer is not None:
            self.timer.cancel()
        loop = self.loop()
        self.timer = loop.call_later(timeout / 1000, _iterate, weakref.ref(self)) if timeout >= 0 else None


def _iterate(reference):
    bridge = reference()
    if bridge is not None:
        bridge.iterate_in(bridge.pump.iterate())


_bridges = weakref.WeakKeyDictionary()


def _running_loop():
    events = sys.modules.get("asyncio.events")
    return events._get_running_loop() if events is not None else None


def _bridge():
    """The bridge of the running asyncio loop. None: there is no loop, or it drives GLib itself (PyGObject 3.50)."""
    loop = _running_loop()
    if loop is None or type(loop).__module__.startswith("gi."):
        return None
    bridge = _bridges.get(loop)
    if bridge is None:
        bridge = _bridges[loop] = _Bridge(loop)
    return bridge


def _home():
    """What is started inside this calls back in the running asyncio loop."""
    return _bridge() or contextlib.nullcontext()


_blocked = weakref.WeakSet()


@contextlib.contextmanager
def _starting():
    """The home for a call that may block: the running asyncio loop, if there is one, cannot run tasks meanwhile."""
    loop = _running_loop()
    outermost = loop is not None and loop not in _blocked
    if outermost:
        _blocked.add(loop)
    try:
        with _home():
            yield
    finally:
        if outermost:
            _blocked.discard(loop)


async def _operate(start, finish, cancellable):
    """One operation from its start to its callback. Cancelling the task cancels it, and waits for the callback."""
    import asyncio

    future = asyncio.get_running_loop().create_future()
    cancellable = cancellable or Gio.Cancellable()

    def done(_, result, *__):
        try:
            future.set_result(finish(result))
        except Exception as error:
            future.set_exception(error)

    with _home():
        start(cancellable, done)
    cancelled = False
    while not future.done():
        try:
            await asyncio.wait([future])  # other than awaiting the future, it leaves it alone when it is cancelled
        except asyncio.CancelledError:
            cancelled = True
            cancellable.cancel()
    if cancelled:
        future.exception()
        raise asyncio.CancelledError
    return future.result()


# Functions of the user's


def _text(value):
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def _is_parts(answer):
    return isinstance(answer, (list, tuple)) and any(isinstance(part, Graphbit.ContentPart) for part in answer)


def _respond(call, answer):
    if _is_parts(answer):
        call.respond_parts(answer)
    elif answer is not None:
        call.respond(answer if isinstance(answer, GObject.Object) else _text(answer))
    return call.get_is_answered()


_NOTHING = "The function returned nothing; return a text, which may be empty"
_tasks = set()


def _respond_later(call, coroutine):
    """Answers a call with a coroutine: a task of the running loop, or, if there is none, at once."""
    import asyncio

    async def run():
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        cancellable = call.get_cancellable()
        handler = GObject.Object.connect(cancellable, "cancelled", lambda _: loop.call_soon_threadsafe(task.cancel))
        try:
            if not _respond(call, await coroutine):
                call.fail(_NOTHING)
        except asyncio.CancelledError:
            call.fail("The call was cancelled")
        except Exception as error:
            call.fail(_describe(error))
        finally:
            GObject.Object.disconnect(cancellable, handler)

    if _running_loop() is None:
        asyncio.run(run())
        return
    if _running_loop() in _blocked:
        if hasattr(coroutine, "close"):
            coroutine.close()
        call.fail("An async function cannot run while its loop is blocked: await the async form")
        return
    task = asyncio.ensure_future(run())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _answering(function):
    """A handler of `call` and its kin: what it returns, async or not, is the answer; what it raises fails the call."""

    def handler(instance, call, *data):
        try:
            answer = function(instance, call, *data)
            if hasattr(answer, "__await__"):
                _respond_later(call, answer)
                return True
            return answer if isinstance(answer, bool) else _respond(call, answer)
        except Exception as error:
            call.fail(_describe(error))
            return True

    return handler


# Arguments and results


_VARIANTS = {"attributes": "a{ss}", "headers": "a{ss}", "inputs": "a{sv}", "metadata": "a{ss}", "values": "a{ss}"}
_TEXTS = ("arguments_json", "json", "parameters", "response_schema", "schema")
_FILES = ("directory", "file")
_MODELS = ("calls", "fallbacks")


def _argument(name, value):
    """A dict or list as the library takes it. What is neither text, number nor list of texts goes as JSON text."""
    if isinstance(value, (list, tuple)) and name in _MODELS:
        model = Gio.ListStore(item_type=GObject.Object)
        model.splice(0, 0, value)
        return model
    if name == "embedding" and value is not None and not isinstance(value, GObject.Object):
        return Graphbit.Embedding(value)
    if name in _FILES and (isinstance(value, str) or hasattr(value, "__fspath__")):
        return Gio.File.new_for_path(str(value))
    if not isinstance(value, dict) or name not in _VARIANTS:
        return _text(value) if isinstance(value, dict) and name in _TEXTS else value

    def variant(item):
        for kind, letter in ((bool, "b"), (int, "x"), (float, "d"), (str, "s")):
            if isinstance(item, kind):
                return GLib.Variant(letter, item)
        if isinstance(item, (list, tuple)) and all(isinstance(element, str) for element in item):
            return GLib.Variant("as", item)
        return GLib.Variant("s", _text(item))

    if name == "inputs":
        value = {key: variant(item) for key, item in value.items()}
    return GLib.Variant(_VARIANTS[name], value)


def _names(info):
    """The names of the arguments that Python has, and whether it is a list of texts: the length of an array is none."""
    arguments = info.get_arguments()
    types = [argument.get_type() for argument in arguments]
    lengths = {of_type.get_array_length() for of_type in types if of_type.get_tag_as_string() == "array"}
    return {
        argument.get_name(): of_type.get_tag_as_string() == "array" and of_type.get_param_type(0).get_tag_as_string() == "utf8"
        for position, (argument, of_type) in enumerate(zip(arguments, types))
        if position not in lengths
    }


def _bind(info, names, args, kwargs):
    """The arguments by their names. Keywords that are none of them are options."""
    if len(args) > len(names):
        raise TypeError(f"{info.get_name()}() takes at most {len(names)} arguments")
    arguments = dict(zip(names, args))
    options = {}
    for name, value in kwargs.items():
        if name in arguments:
            raise TypeError(f"{info.get_name()}() got {name} twice")
        if name in names:
            arguments[name] = value
        elif "options" in names:
            options[name] = value
        else:
            raise TypeError(f"{info.get_name()}() got an unexpected keyword argument {name!r}")
    options = {name: value for name, value in options.items() if value is not None}
    if options:
        if arguments.get("options") is not None:
            raise TypeError(f"{info.get_name()}() takes options or keywords, not both")
        arguments["options"] = Graphbit.LlmOptions(**options)
    if "max_concurrency" in names:  # it cannot be null, and neither then can what comes before it be left out
        arguments = {"options": None, "max_concurrency": 0, **arguments}
    for name, value in arguments.items():
        if names[name] and isinstance(value, str):  # PyGObject would take each letter
            raise TypeError(f"{info.get_name()}() takes a list of texts as {name}, not one text")
    return {name: _argument(name, value) for name, value in arguments.items()}


def _result(value):
    if isinstance(value, GLib.Variant):
        return value.unpack()
    return convert_error(value) if isinstance(value, GLib.Error) else value


# Adorning


def _adorned(info, call, methods):
    """A function with errors, dictionaries and options as Python has them; None if there is nothing to do."""
    name = info.get_name()
    names = _names(info)
    takes_self = int(info.is_method())
    stem = name[: -len("_async")] if name.endswith("_async") else name

    if name != stem and stem + "_finish" in methods:
        finish = _adorned(methods[stem + "_finish"], methods[stem + "_finish"], methods)

        def wrapper(*args, **kwargs):
            owner = args[:takes_self]
            arguments = _bind(info, names, args[takes_self:], kwargs)
            if arguments.get("callback") is not None:
                return call(*owner, **arguments)
            return _operate(
                lambda cancellable, done: call(*owner, **{**arguments, "cancellable": cancellable, "callback": done}),
                lambda result: finish(*owner, result),
                arguments.get("cancellable"),
            )

    elif info.can_throw_gerror():
        starts = _starting if name + "_async" in methods or name.startswith("start") else contextlib.nullcontext

        def wrapper(*args, **kwargs):
            try:
                with starts():
                    return _result(call(*args[:takes_self], **_bind(info, names, args[takes_self:], kwargs)))
            except GLib.Error as error:
                raise convert_error(error) from None

    elif _is_converted(info.get_return_type()) or not {*_VARIANTS, *_FILES}.isdisjoint(names) or any(names.values()):

        def wrapper(*args, **kwargs):
            return _result(call(*args[:takes_self], **_bind(info, names, args[takes_self:], kwargs)))

    else:
        return None
    return functools.wraps(info)(wrapper)


def _is_converted(type_info):
    tag = type_info.get_tag_as_string()
    return tag == "error" or tag == "interface" and type_info.get_interface().get_name() == "Variant"


def _adorn_class(cls):
    methods = {info.get_name(): info for info in cls.__info__.get_methods()}
    for name, info in methods.items():
        if name not in cls.__dict__:
            continue
        wrapper = _adorned(info, info if info.is_method() else getattr(cls, name), methods)
        if wrapper is not None:
            setattr(cls, name, wrapper if info.is_method() else staticmethod(wrapper))
    if "new" in methods:
        names = [argument.get_name() for argument in methods["new"].get_arguments()]
        _adorn_init(cls, names)
        if "func" in names:
            _adorn_function(cls, names)
    if cls.__name__ in _BY_HAND:
        _BY_HAND[cls.__name__](cls)


def _adorn_init(cls, names):
    """The arguments of `new` may be given by position to the class, as far as they are properties."""
    init = cls.__init__

    def __init__(self, *args, **kwargs):
        if len(args) > len(names):
            raise TypeError(f"{cls.__name__}() takes at most {len(names)} positional arguments")
        kwargs.update(zip(names, args))
        init(self, **{name: _argument(name, value) for name, value in kwargs.items()})

    cls.__init__ = __init__


def _adorn_factories(cls):
    for info in cls.__info__.get_methods():
        if info.is_constructor() and info.get_name().startswith("new_"):
            _adorn_factory(cls, info)


def _adorn_config(cls):
    _adorn_factories(cls)
    set_key_func = cls.set_key_func

    def guarded(self, func, *data):
        def key(*args):
            try:
                return func(*args)
            except Exception as error:  # PyGObject would print it and hand C a NULL
                raise _authentication_error(_describe(error))

        return set_key_func(self, func and key, *data)

    cls.set_key_func = guarded
    _adorn_connect(cls)


def _adorn_factory(cls, info):
    """openai () and its kin: like new_openai (), but a key that is missing is missed at once."""
    new = getattr(cls, info.get_name())
    needs_key = [argument.get_name() for argument in info.get_arguments()][:1] == ["api_key"]

    def factory(*args, **kwargs):
        config = new(*args, **kwargs)
        if needs_key:
            config.check_api_key()
        return config

    setattr(cls, info.get_name()[4:], staticmethod(functools.wraps(info)(factory)))


def _adorn_connect(cls):
    connect = cls.connect

    def connect_answering(self, signal, handler, *data):
        if signal.partition("::")[0] in ("call", "request", "key-required"):
            handler = _answering(handler)
        return connect(self, signal, handler, *data)

    cls.connect = connect_answering


def _adorn_function(cls, names):
    """new () of what calls a function: the function answers the signal `call`, so it may be async and may raise."""
    new = cls.new
    _adorn_connect(cls)

    def factory(*args, **kwargs):
        properties = {name: kwargs.pop(name) for name in list(kwargs) if name not in names}
        arguments = {**dict(zip(names, args)), **kwargs}
        function = arguments.pop("func", None)
        made = new(**arguments)
        for name, value in properties.items():
            made.set_property(name, value)

        if function is not None:
            made.connect("call", _calling(function, takes_call=cls.__name__ == "Tool"))
        return made

    cls.new = staticmethod(functools.wraps(new)(factory))


def _calling(function, takes_call=False):
    """A handler of `call` that answers with what the function returns."""

    def handler(_, call):
        answer = function(call if takes_call else call.get_context())
        if answer is None and not call.get_is_answered():
            return call.fail(_NOTHING)
        return answer if answer is None or hasattr(answer, "__await__") or _is_parts(answer) else _text(answer)

    return handler


def _adorn_registry(cls):
    """What is added may be async and may raise, as the functions of nodes."""
    _adorn_connect(cls)
    _adorn_add(cls, "add_function")
    _adorn_add(cls, "add_condition")


def _adorn_add(cls, method):
    add = getattr(cls, method)

    def add_answering(self, name, func=None):
        add(self, name)
        if func is not None:
            self.connect(f"call::{name}", _calling(func))

    setattr(cls, method, functools.wraps(add)(add_answering))


class _Reader:
    """Cancels what it reads as soon as its loop is left; an asynchronous generator would be closed turns later."""

    def __init__(self, source, step):
        self._source, self._step = source, step

    def __aiter__(self):
        return self

    async def __anext__(self):
        item = await self._step(self._source)
        if item is None:
            raise StopAsyncIteration
        return item

    async def aclose(self):
        self._source.cancel()  # after the end nothing is left to cancel

    def __del__(self):
        self._source.cancel()


def _adorn_iteration(step):
    def adorn(cls):
        next_one, next_one_async = getattr(cls, step), getattr(cls, step + "_async")

        def __iter__(self):
            try:
                while (item := next_one(self)) is not None:
                    yield item
            finally:
                self.cancel()  # after the end nothing is left to cancel

        cls.__iter__, cls.__aiter__ = __iter__, lambda self: _Reader(self, next_one_async)

    return adorn


def _adorn_workflow(cls):
    connect, connect_nodes = cls.connect, cls.connect_nodes

    def connect_either(self, first, second, *args):
        """Joins two nodes, or connects a signal to a callable."""
        return (connect if callable(second) else connect_nodes)(self, first, second, *args)

    cls.connect = connect_either
    cls.from_json = staticmethod(cls.new_from_json)


def _adorn_conversation(cls):
    cls.from_json = staticmethod(cls.new_from_json)


def _adorn_executor(cls):
    start = cls.start

    def start_with_defaults(self, workflow, inputs=None, mode=None):
        return start(self, workflow, inputs, Graphbit.StreamModes.ALL if mode is None else mode)

    cls.start = functools.wraps(start)(start_with_defaults)


def _adorn_error(cls):
    get_error = cls.get_error

    def get_error_with_details(self):
        error = get_error(self)
        if isinstance(error, GraphbitError):
            error.details = self.get_error_details()
        return error

    cls.get_error = functools.wraps(get_error)(get_error_with_details)


def _vector_address(embedding):
    import ctypes

    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    get_values = ctypes.CDLL("libgraphbit-1.0.so.0").graphbit_embedding_get_values
    get_values.restype, get_values.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_void_p]
    return get_values(get_pointer(embedding.__gpointer__, None), None) or 0


def _vector_buffer(self):
    """The vector as a read-only memoryview of floats, which is not copied and keeps the embedding alive."""
    import ctypes

    if not len(self):
        return memoryview(b"").cast("f")
    values = (ctypes.c_float * len(self)).from_address(_vector_address(self))
    values.embedding = self
    return memoryview(values).toreadonly().cast("B").cast("f")


def _vector_interface(self):
    kind = "<f4" if sys.byteorder == "little" else ">f4"
    return {"version": 3, "shape": (len(self),), "typestr": kind, "data": (_vector_address(self), True)}


def _equals_list(self, other):
    """As a list of its numbers does; two embeddings by their vectors alone."""
    if isinstance(other, Graphbit.Embedding):
        return self.buffer == other.buffer
    return self.buffer.tolist() == other if isinstance(other, list) else NotImplemented


def _adorn_embedding(cls):
    _adorn_error(cls)
    init = cls.__init__

    def __init__(self, values=None, **kwargs):
        """Of any numbers: a list, an array, what numpy has."""
        if values is not None:
            import array

            kwargs["bytes"] = GLib.Bytes.new(array.array("f", values).tobytes())
        init(self, **kwargs)

    cls.__init__ = __init__
    cls.__len__ = cls.get_dimensions
    cls.__getitem__ = lambda self, key: self.buffer[key].tolist() if isinstance(key, slice) else self.buffer[key]
    cls.__iter__ = lambda self: iter(self.buffer)
    cls.__eq__ = _equals_list
    cls.__hash__ = lambda self: hash(tuple(self.buffer))
    cls.buffer = property(_vector_buffer)
    cls.__array_interface__ = property(_vector_interface)


def _adorn_index(cls):
    add = cls.add

    def add_with_metadata(self, id, embedding, metadata=None):
        return add(self, id, embedding, metadata if metadata is None else _text(metadata))

    cls.add = functools.wraps(add)(add_with_metadata)
    cls.__len__ = cls.get_size
    cls.__contains__ = lambda self, id: isinstance(id, str) and self.contains(id)
    cls.__iter__ = lambda self: iter(self.dup_ids())


_BY_HAND = {
    "BatchItem": _adorn_error,
    "Conversation": _adorn_conversation,
    "Embedding": _adorn_embedding,
    "EmbeddingConfig": _adorn_config,
    "EmbeddingIndex": _adorn_index,
    "Executor": _adorn_executor,
    "LlmConfig": _adorn_config,
    "LlmProvider": _adorn_connect,
    "LlmStream": _adorn_iteration("next_chunk"),
    "NodeRun": _adorn_error,
    "Registry": _adorn_registry,
    "Run": _adorn_iteration("next_event"),
    "Workflow": _adorn_workflow,
}


# What may be left out of the namespace's own functions, and None for it.
_DEFAULTS = {
    "init": {"log_level": None, "enable_tracing": False, "debug": False},
    "configure_runtime": {"worker_threads": 0, "max_blocking_threads": 0, "thread_stack_size_mb": 0},
}


def _with_defaults(function, defaults):
    def wrapper(*args, **kwargs):
        if len(args) > len(defaults):
            raise TypeError(f"{function.__name__}() takes at most {len(defaults)} arguments")
        given = {**dict(zip(defaults, args)), **kwargs}
        return function(**{**defaults, **{name: value for name, value in given.items() if value is not None}})

    return functools.wraps(function)(wrapper)


class _AdorningModule(type(Graphbit)):
    """Adorns each class when it is first asked for, also by PyGObject itself for a returned object."""

    def __getattr__(self, name):
        value = super().__getattr__(name)
        if isinstance(value, type):
            if issubclass(value, GObject.Object):
                _adorn_class(value)
        elif hasattr(value, "can_throw_gerror"):
            value = _adorned(value, value, ()) or value
            if name in _DEFAULTS:
                value = _with_defaults(value, _DEFAULTS[name])
            self.__dict__[name] = value
        return value


Graphbit.__class__ = _AdorningModule
