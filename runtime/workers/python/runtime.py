"""Worker for handlers in Python: see docs/worker-protocol.md and docs/handlers.md.

On the standard library, for Python 3.9 and later; knative_lambda_constants.py stands beside it.
"""

import contextvars
import importlib.util
import inspect
import io
import json
import os
import re
import select
import signal
import socket
import struct
import sys
from _thread import start_new_thread
from collections import deque
from threading import RLock
from time import monotonic, sleep, time

FRAME_LIMIT = (64 << 20) + 1024
INVOKE, DRAIN, PING, READY, RESULT, ERROR, LOG, FAILED, PONG = 1, 2, 3, 16, 17, 18, 19, 20, 21
NO_DATA, JSON, TEXT, BYTES = 0, 1, 2, 3
HEADER = struct.Struct(">IBQ")
INVOKE_HEADER = struct.Struct(">BI")
LINE_LIMIT = 64 << 10
MESSAGE_LIMIT = 4 << 10
STACK_LIMIT = 16 << 10
EXIT_SECONDS = 5


def import_file(name, file):
    """The module in a file, whatever is on the path."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
# What user code imports: names of the catalogue, and the errors below.
own = import_file("knative_lambda", os.path.join(OWN_FOLDER, "knative_lambda_constants.py"))
ErrorClass, Variable = own.ErrorClass, own.Variable
CHOSEN = (ErrorClass.VALIDATION_ERROR, ErrorClass.TRANSIENT_ERROR)


class ValidationError(Exception):
    """The event is wrong: it is not delivered again."""


class TransientError(Exception):
    """The handler may succeed later: the event is delivered again, after `retry_after` seconds where given."""

    def __init__(self, message="", retry_after=None):
        super().__init__(message)
        self.retry_after = retry_after


for error in (ValidationError, TransientError):
    error.__module__ = own.__name__
    setattr(own, error.__name__, error)

# The call whose code runs, for what it prints. A sequential worker sets `only` instead, which its threads see too.
current = contextvars.ContextVar("lambda_call", default=0)


class Connection:
    """The socket to the runtime. Frames are written whole, from any thread."""

    def __init__(self, path):
        plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        plain.connect(path)
        self.socket = high(plain)
        self.lock = RLock()
        self.writing = False
        self.waiting = deque()
        self.forked = False
        self.only = 0
        self.rest = bytearray()
        self.needed = 0
        os.register_at_fork(after_in_child=self.after_fork)
        start_new_thread(self.watch, ())

    def after_fork(self):
        # A child has no part in the conversation: what it prints goes to the descriptors.
        self.forked = True
        self.socket.close()

    def watch(self):
        # A handler that runs must not outlive the runtime.
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        while not poll.poll():
            pass
        os._exit(0)

    def call(self):
        return current.get() or self.only

    def send(self, kind, call, payload):
        frame = HEADER.pack(len(payload) + 9, kind, call) + payload
        with self.lock:
            if self.writing:  # a signal handler of the user prints while this thread writes
                self.waiting.append(frame)
                return
            self.writing = True
            try:
                self.socket.sendall(frame)
                while self.waiting:
                    self.socket.sendall(self.waiting.popleft())
            except (BrokenPipeError, ConnectionResetError):
                os._exit(0)
            except OSError:  # the handler has closed the descriptor
                os._exit(1)
            finally:
                self.writing = False

    def log(self, level, message, stream=None, fields=None):
        if self.forked:
            write_descriptor(1 if stream == "stdout" else 2, (message + "\n").encode("utf-8", "backslashreplace"))
            return
        line = {"level": level, "message": cut(message, LINE_LIMIT)}
        if stream:
            line["stream"] = stream
        if fields:
            line["fields"] = fields
        self.send(LOG, self.call(), to_lenient_json(line))

    def frames(self, chunk):
        """Yields kind, call and payload of each frame that `chunk` completes."""
        if self.rest:
            self.rest += chunk
            if len(self.rest) < self.needed:
                return
            chunk, self.rest = self.rest, bytearray()
        view = memoryview(chunk)
        position, end = 0, len(chunk)
        self.needed = 13
        while end - position >= 13:
            length, kind, call = HEADER.unpack_from(view, position)
            if not 9 <= length <= FRAME_LIMIT:
                os._exit(1)
            stop = position + 4 + length
            if stop > end:
                self.needed = 4 + length
                break
            yield kind, call, view[position + 13 : stop]
            position = stop
        if position < end:
            self.rest = bytearray(view[position:])


def high(plain):
    """Moves the socket to a descriptor that handlers which close ranges of them hardly reach."""
    import fcntl

    try:
        descriptor = fcntl.fcntl(plain.fileno(), fcntl.F_DUPFD_CLOEXEC, 1000)
    except OSError:  # the limit of descriptors is lower
        return plain
    plain.close()
    return socket.socket(fileno=descriptor)


class Stream(io.BufferedIOBase):
    """Replaces a standard stream: each line becomes a log frame of the call that prints it."""

    def __init__(self, connection, name, descriptor):
        super().__init__()
        self.connection = connection
        self.label = name
        self.descriptor = descriptor
        self.partial = {}

    def writable(self):
        return True

    def fileno(self):
        return self.descriptor

    def close(self):
        """Does nothing: the next call prints too."""

    @property
    def closed(self):
        return False

    def write(self, data):
        data = bytes(data)
        if self.connection.forked:
            write_descriptor(self.descriptor, data)
            return len(data)
        call = self.connection.call()
        *lines, rest = (self.partial.pop(call, b"") + data).split(b"\n")
        for line in lines:
            self.emit(*pieces(line))
        *full, rest = pieces(rest)
        self.emit(*full)
        if rest:
            self.partial[call] = rest
        return len(data)

    def emit(self, *lines):
        level = "error" if self.descriptor == 2 else "info"
        for line in lines:
            self.connection.log(level, line.decode("utf-8", "replace"), self.label)

    def end(self, call):
        """Sends what the call has printed without a newline."""
        rest = self.partial.pop(call, None)
        if rest is not None and not self.connection.forked:
            self.emit(rest)


def pieces(line):
    """The line in pieces of at most LINE_LIMIT bytes, no character torn."""
    start = 0
    while len(line) - start > LINE_LIMIT:
        end = start + LINE_LIMIT
        while line[end] & 0xC0 == 0x80 and end > start + LINE_LIMIT - 4:
            end -= 1
        yield line[start:end]
        start = end
    yield line[start:]


def write_descriptor(descriptor, data):
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass


def replace_streams(connection):
    streams = []
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = Stream(connection, name, descriptor)
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
        setattr(sys, name, text)
        setattr(sys, "__" + name + "__", text)
        streams.append(stream)
    return streams


class Context:
    """What a handler may know about its call beside the data of the event."""

    __slots__ = ("_json", "_values", "_started", "logger")

    def __init__(self, text, logger):
        self._json = text
        self._values = None
        self._started = monotonic()
        self.logger = logger

    def _get(self, name):
        if self._values is None:
            self._values = json.loads(self._json)
        return self._values.get(name)

    @property
    def invocation_id(self):
        """Identifies the call."""
        return self._get("invocationId")

    @property
    def correlation_id(self):
        """Ties the events of one piece of work together, or None."""
        return self._get("correlationId")

    @property
    def attempt(self):
        """1 for the first delivery of the event."""
        return self._get("attempt")

    @property
    def deadline(self):
        """Time (aware, UTC) at which the worker is killed; an upper bound where calls wait."""
        from datetime import datetime, timedelta, timezone

        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=self._get("deadline"))

    def remaining_ms(self):
        """Milliseconds left to the call, 0 at least."""
        left = self._get("deadline") - time() * 1000
        timeout = self._get("timeout")
        if timeout is not None:
            left = min(left, timeout - (monotonic() - self._started) * 1000)
        return max(0, int(left))

    @property
    def traceparent(self):
        """W3C trace parent of the call, or None."""
        return self._get("traceparent")

    @property
    def tracestate(self):
        """W3C trace state of the call, or None."""
        return self._get("tracestate")

    @property
    def attributes(self):
        """All attributes of the event, extensions among them."""
        return self._get("attributes") or {}


def cut(text, limit):
    """At most `limit` bytes of UTF-8, without lone surrogates."""
    data = text.encode("utf-8", "backslashreplace")
    return (data if len(data) <= limit else data[: limit - 3] + b"...").decode("utf-8", "ignore")


def cut_middle(text, limit):
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > limit:
        half = limit // 2 - 8
        data = data[:half] + b"\n  ...\n" + data[-half:]
    return data.decode("utf-8", "ignore")


to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def to_lenient_json(value):
    """JSON of a log line or an error, whatever is in its fields."""
    try:
        return json.dumps(value, allow_nan=False, default=str, ensure_ascii=False).encode("utf-8", "replace")
    except Exception:  # texts are made by the handler's objects
        fields = value.get("fields") or {}
        value = {**value, "fields": {str(name): printable(field) for name, field in fields.items()}}
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def printable(field):
    """The field as JSON has it, or else its text."""
    try:
        return json.loads(json.dumps(field, allow_nan=False, default=str))
    except Exception:
        pass
    try:
        return cut(repr(field), MESSAGE_LIMIT)
    except Exception:
        return "a value whose text cannot be made"


def describe(error):
    """The error as the protocol has it."""
    if isinstance(error, Refused):
        return {"class": ErrorClass.RUNTIME_ERROR, "message": cut(str(error), MESSAGE_LIMIT)}
    names = {base.__name__ for base in type(error).__mro__}
    chosen = next((name for name in CHOSEN if name in names), None)
    try:
        text = str(error)
    except BaseException:
        text = "(its text cannot be made)"
    if chosen:
        message = text or chosen
    else:
        message = type(error).__name__ + (": " + text if text else "")
    answer = {"class": chosen or ErrorClass.RUNTIME_ERROR, "message": cut(message, MESSAGE_LIMIT)}
    stack = stack_of(error)
    if stack:
        answer["stackTrace"] = cut_middle(stack, STACK_LIMIT)
    if chosen == ErrorClass.TRANSIENT_ERROR:
        after = getattr(error, "retry_after", None)
        if isinstance(after, (int, float)) and 0 <= after < float("inf"):
            answer["retryAfter"] = after
    return answer


def stack_of(error):
    """The trace without the frames of this file and of the import system before the user's code."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename in OWN_FILES:
        frames = frames.tb_next
    try:
        import traceback

        return "".join(traceback.format_exception(type(error), error, frames)).rstrip()
    except BaseException:
        return None


OWN_FILES = (__file__, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")


class Refused(Exception):
    """The worker's own verdict on the handler or its result; the text says it all."""


def load(path, code):
    """The handler's function and its module."""
    match = re.fullmatch(r"((?:[A-Za-z_][A-Za-z0-9_]*/)*)(?:([A-Za-z_][A-Za-z0-9_]*)\.)?([A-Za-z_][A-Za-z0-9_]*)", path)
    if not match or (match[1] and not match[2]):
        form = "function, module.function or dir/module.function"
        raise Refused(f"{Variable.HANDLER} {path!r} is not of the form {form}")
    folders, name, function = match[1], match[2] or "main", match[3]
    file = os.path.join(code, folders, name + ".py")
    if not os.path.isfile(file):
        raise Refused(f"{Variable.HANDLER} {path!r} needs the file {folders}{name}.py, which is not in {code}")
    add_paths(code)
    module_name = (folders + name).replace("/", ".")
    if module_name.split(".")[0] in {*sys.modules, *getattr(sys, "stdlib_module_names", ())}:
        module_name = "lambda_code." + module_name  # both it and the module of that name can be imported
    module = import_file(module_name, file)
    handler = getattr(module, function, None)
    if handler is None:
        raise Refused(f"{folders}{name}.py has no function {function!r}, which {Variable.HANDLER} {path!r} names")
    if not callable(handler):
        raise Refused(f"{function!r} in {folders}{name}.py is {type(handler).__name__}, not a function")
    return handler, module


def add_paths(code):
    """User modules come after the standard library, which they must not replace, and before installed packages."""
    sys.path[:] = [entry for entry in sys.path if entry and os.path.abspath(entry) != OWN_FOLDER]
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    vendored = ("site-packages", f".venv/lib/{version}/site-packages", f"lib/{version}/site-packages")
    at = next((i for i, entry in enumerate(sys.path) if entry.endswith("-packages")), len(sys.path))
    sys.path[at:at] = [code] + [p for p in (os.path.join(code, v) for v in vendored) if os.path.isdir(p)]


def wants_context(handler):
    """Whether the handler takes a second argument: one without default, or one named context."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):  # written in C
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if not positional and not any(p.kind == p.VAR_POSITIONAL for p in parameters):
        raise Refused("the handler takes no argument; it must take the event")
    if sum(p.default is p.empty for p in positional) > 2:
        raise Refused("the handler needs more than two arguments; it gets the event and the context")
    if len(positional) < 2:
        return False
    return positional[1].default is inspect.Parameter.empty or positional[1].name in ("context", "ctx")


def is_async(handler):
    call = getattr(type(handler), "__call__", None)
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call)


def set_up_logging(connection):
    """Makes records of `logging` log frames, unless the user has configured it."""
    import logging

    levels = {"trace": 1, "debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "warning": logging.WARNING}
    plain = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    class Frames(logging.Handler):
        def emit(self, record):
            level = "debug info warn error error".split()[max(0, min(4, record.levelno // 10 - 1))]
            fields = {name: value for name, value in vars(record).items() if name not in plain}
            if record.name not in ("root", "handler"):
                fields["logger"] = record.name
            try:
                connection.log(level, self.format(record), None, fields)
            except Exception:
                self.handleError(record)

    if not logging.root.handlers:
        logging.root.addHandler(Frames())
        logging.root.setLevel(levels.get(os.environ.get(Variable.LOG_LEVEL, "info").lower(), logging.ERROR))
    return logging.getLogger("handler")


class Worker:
    def __init__(self, connection, streams, handler, module, concurrency, limit):
        self.connection = connection
        self.streams = streams
        self.handler = handler
        self.module = module
        self.concurrency = concurrency
        self.limit = limit
        self.with_context = wants_context(handler)
        self.logger = None
        if self.with_context or "logging" in sys.modules:
            self.logger = set_up_logging(connection)
        self.scan = json.JSONDecoder().scan_once
        self.loop = None

    def arguments(self, payload):
        """The arguments of the handler from an invoke frame."""
        kind, length = INVOKE_HEADER.unpack_from(payload)
        data = payload[5 + length :]
        try:
            if kind == JSON:
                text = str(data, "utf-8")
                try:
                    event, _ = self.scan(text, 0)
                except StopIteration:  # white space before it
                    event = json.loads(text)
            elif kind == TEXT:
                event = str(data, "utf-8")
            else:
                event = bytes(data) if kind == BYTES else None
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"the data of the event cannot be read: {error}") from None
        if self.with_context:
            return event, Context(bytes(payload[5 : 5 + length]), self.logger)
        return (event,)

    def result(self, value):
        try:
            data = to_json(value).encode()
        except (TypeError, ValueError, RecursionError) as error:
            if inspect.isawaitable(value):  # a plain function that returns a coroutine
                return self.result(self.finish(value))
            raise Refused(f"the result is not JSON: {error}") from None
        if len(data) > self.limit:
            raise Refused(f"the result has {len(data)} bytes, more than the {self.limit} that are allowed")
        return data

    def end(self, call, kind, payload):
        """Sends the outcome of a call, after what it has printed."""
        if self.connection.forked:  # a child that has returned from the handler
            os._exit(0 if kind == RESULT else 1)
        for stream in self.streams:
            if stream.partial:
                stream.end(call)
        self.connection.send(kind, call, payload)

    def run(self):
        connection = self.connection
        receive = connection.socket.recv
        while True:
            try:
                chunk = receive(1 << 18)
            except OSError:
                os._exit(1)
            except BaseException as error:  # of a signal handler of the user
                connection.log("error", describe(error)["message"])
                continue
            if not chunk:
                os._exit(0)
            for kind, call, payload in connection.frames(chunk):
                if kind == INVOKE:
                    self.invoke(call, payload)
                elif kind == PING:
                    connection.send(PONG, 0, b"")
                elif kind == DRAIN:
                    return
                else:
                    os._exit(1)

    def invoke(self, call, payload):
        self.connection.only = call
        try:
            kind, answer = RESULT, self.result(self.handler(*self.arguments(payload)))
        except BaseException as error:
            kind, answer = ERROR, to_lenient_json(describe(error))
        self.end(call, kind, answer)
        self.connection.only = 0

    def finish(self, awaitable):
        import asyncio

        if not self.loop:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(awaitable)

    def shut_down(self):
        """Calls the function `shutdown` of the user's module, if there is one."""
        hook = getattr(self.module, "shutdown", None)
        if callable(hook):
            try:
                value = hook()
                if inspect.isawaitable(value):
                    self.finish(value)
            except BaseException as error:
                self.connection.log("error", "shutdown: " + describe(error)["message"])
        for stream in self.streams:
            stream.end(0)


class AsyncWorker(Worker):
    """Runs up to `concurrency` calls at the same time on one event loop."""

    def run(self):
        import asyncio

        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.queue = deque()
        self.running = set()
        self.draining = self.pinged = False
        self.loop.add_reader(self.connection.socket, self.read)
        while not (self.draining and not self.queue and not self.running):
            try:
                self.loop.run_forever()
            except BaseException as error:  # of a task of the user
                self.connection.log("error", describe(error)["message"])

    def read(self):
        try:
            chunk = self.connection.socket.recv(1 << 18)
        except OSError:
            os._exit(1)
        if not chunk:
            os._exit(0)
        for kind, call, payload in self.connection.frames(chunk):
            if kind == INVOKE:
                self.queue.append((call, payload))
            elif kind == PING:
                self.pinged = True
            elif kind == DRAIN:
                self.draining = True
            else:
                os._exit(1)
        self.start()

    def start(self):
        while self.queue and len(self.running) < self.concurrency:
            call, payload = self.queue.popleft()
            context = contextvars.copy_context()
            context.run(current.set, call)
            task = context.run(self.loop.create_task, self.invoke(call, payload))
            self.running.add(task)
            task.add_done_callback(self.ended)
        if self.pinged and not self.running:
            self.pinged = False
            self.connection.send(PONG, 0, b"")
        if self.draining and not self.running:
            self.loop.stop()

    def ended(self, task):
        self.running.discard(task)
        self.start()

    async def invoke(self, call, payload):
        try:
            kind, answer = RESULT, self.result(await self.handler(*self.arguments(payload)))
        except BaseException as error:
            kind, answer = ERROR, to_lenient_json(describe(error))
        self.end(call, kind, answer)


def give_up():
    """Ends the worker when functions that run at its exit wait for ever, as for processes of a pool."""
    sleep(EXIT_SECONDS)
    os._exit(0)


def main():
    environment = os.environ
    # An interrupt of the terminal is for the runtime; a function, as children would inherit that it is ignored.
    signal.signal(signal.SIGINT, lambda *_: None)
    connection = Connection(environment["LAMBDA_SOCKET"])
    streams = replace_streams(connection)
    try:
        code = os.path.abspath(environment["LAMBDA_CODE"])
        handler, module = load(environment[Variable.HANDLER], code)
        kind = AsyncWorker if is_async(handler) else Worker
        concurrency = int(environment.get("LAMBDA_CONCURRENCY", 1)) if kind is AsyncWorker else 1
        limit = int(environment.get("LAMBDA_RESULT_LIMIT", FRAME_LIMIT))
        worker = kind(connection, streams, handler, module, concurrency, limit)
    except BaseException as error:
        answer = describe(error)
        if isinstance(error, ModuleNotFoundError):
            answer["message"] += " (is it in requirements.txt?)"
        if connection.forked:
            os._exit(1)
        for stream in streams:
            stream.end(0)
        connection.send(FAILED, 0, to_lenient_json(answer))
        os._exit(1)
    for stream in streams:
        stream.end(0)
    version = ".".join(map(str, sys.version_info[:3]))
    connection.send(READY, 0, to_lenient_json({"language": "python", "version": version, "concurrency": concurrency}))
    worker.run()
    worker.shut_down()
    import atexit

    start_new_thread(give_up, ())
    atexit._run_exitfuncs()  # without waiting for threads that the handler has left
    os._exit(0)


if __name__ == "__main__":
    main()
