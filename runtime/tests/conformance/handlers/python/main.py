"""The handler of the conformance suite: does what the data of its event ask for."""

import base64
import ctypes
import datetime
import logging
import os
import signal
import subprocess
import sys
import time

from knative_lambda import TransientError, ValidationError

calls = 0


def handler(event, context):
    global calls
    calls += 1
    asked = event
    for name in ("payload", "parameters"):
        asked = asked.get(name, asked) if isinstance(asked, dict) else {}
    do = asked.get("do", "tell") if isinstance(asked, dict) else "tell"
    return globals()["do_" + do](event, asked, context)


def do_tell(event, asked, context):
    kind = "absent" if event is None else {str: "text", bytes: "bytes"}.get(type(event), "json")
    value = base64.b64encode(event).decode() if isinstance(event, bytes) else event
    return {"kind": kind, "value": value, "attributes": context.attributes}


def do_context(event, asked, context):
    return {
        "invocationId": context.invocation_id,
        "correlationId": context.correlation_id,
        "attempt": context.attempt,
        "traceparent": context.traceparent,
        "tracestate": context.tracestate,
        "remaining": context.remaining_ms(),
    }


def do_return(event, asked, context):
    return asked.get("value")


def do_fail(event, asked, context):
    message = asked.get("message", "")
    if asked["class"] == "ValidationError":
        raise ValidationError(message)
    if asked["class"] == "TransientError":
        raise TransientError(message, retry_after=asked.get("after"))
    raise RuntimeError(message)


def do_panic(event, asked, context):
    return [][1]


def do_recurse(event, asked, context):
    return do_recurse(event, asked, context)


def do_sleep(event, asked, context):
    time.sleep(asked["seconds"])
    return "slept"


def do_spin(event, asked, context):
    while True:
        pass


def do_block(event, asked, context):
    ctypes.CDLL(None).sleep(600)


def do_ignore(event, asked, context):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass


def do_child(event, asked, context):
    subprocess.Popen(["sh", "-c", asked["command"]], start_new_session=True)
    time.sleep(600)


def do_exit(event, asked, context):
    sys.stderr.write("last words\n")
    os._exit(asked["status"])


def do_crash(event, asked, context):
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(600)


def do_nan(event, asked, context):
    return {"a": float("nan")}


def do_unprintable(event, asked, context):
    return {"a": do_unprintable}


def do_large(event, asked, context):
    return "a" * asked["length"]


def do_nest(event, asked, context):
    nested = 1
    for _ in range(asked["depth"]):
        nested = [nested]
    return nested


def do_print(event, asked, context):
    stream = sys.stderr if asked.get("stream") == "stderr" else sys.stdout
    stream.write(asked["text"])
    return "printed"


def do_log(event, asked, context):
    odd = {"odd": float("nan"), "at": datetime.date(2018, 4, 5)} if "odd" in asked else {}
    context.logger.log(getattr(logging, asked["level"].upper()), asked["text"], extra={**asked["fields"], **odd})
    return "logged"


class Mute:
    def __repr__(self):
        raise RuntimeError("no text")


def do_mislog(event, asked, context):
    for number, odd in enumerate(["\ud800", Mute(), {1: [Mute()]}], 1):
        context.logger.warning(f"{asked['text']} {number}", extra={"odd": odd})
    return "logged"


def do_count(event, asked, context):
    time.sleep(asked.get("seconds", 0))
    return calls
