import os
import subprocess
import sys
import threading

from knative_lambda import TransientError, ValidationError


def handler(event, context):
    if not isinstance(event, dict) or "case" not in event:
        return {"type": type(event).__name__, "text": repr(event)}
    return CASES[event["case"]](event, context)


def shutdown():
    print("shutdown was called")


def echo(event, context):
    return event["value"]


def fail(event, context):
    raise KeyError("missing")


def invalid(event, context):
    raise ValidationError("wrong event")


def transient(event, context):
    raise TransientError("not now", retry_after=5)


def foreign(event, context):
    class ValidationError(ValueError):
        """As other libraries have them."""

    raise ValidationError("wrong field")


def leave(event, context):
    sys.exit(3)


def interrupt(event, context):
    raise KeyboardInterrupt


def nan(event, context):
    return {"a": [float("nan")]}


def unserialisable(event, context):
    return {"a": object()}


def long_result(event, context):
    return "x" * event["length"]


def long_message(event, context):
    raise RuntimeError("é" * 10_000)


def deep(event, context):
    return deep(event, context)


def describe_context(event, context):
    return {
        "invocation": context.invocation_id,
        "correlation": context.correlation_id,
        "attempt": context.attempt,
        "traceparent": context.traceparent,
        "type": context.attributes["type"],
        "inTime": 0 < context.remaining_ms() <= 5000 and context.deadline.year > 2000,
    }


def prints(event, context):
    print("first\nsecond")
    print("mistake", file=sys.stderr)
    thread = threading.Thread(target=lambda: print("from a thread"))
    thread.start()
    thread.join()
    print("unfinished", end="")


def logs(event, context):
    context.logger.warning("stored %d rows", 3, extra={"table": "t"})


def long_line(event, context):
    print("é" * 50_000)


def closes(event, context):
    sys.stdout.close()
    sys.stderr = None
    os.closerange(0, 256)
    for _ in range(3):
        os.open("/dev/null", os.O_RDWR)
    os.chdir("/")


def forks(event, context):
    child = os.fork()
    if child == 0:
        return "of the child"
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def starts(event, context):
    return subprocess.run(["sh", "-c", "ls -l /proc/self/fd | awk '/socket/ && $9 > 3' | wc -l"], capture_output=True, text=True).stdout.strip()


def sleeps(event, context):
    threading.Event().wait()


CASES = {name: value for name, value in globals().items() if callable(value)}
