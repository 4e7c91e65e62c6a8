"""A handler that misbehaves in the way that `do` names."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

leaked = []


def handler(event):
    return globals()[event["do"]](event)


def hello(event):
    return {"pid": os.getpid()}


def echo(event):
    return event["text"]


def nap(event):
    time.sleep(event["seconds"])
    return {"pid": os.getpid()}


def leak(event):
    leaked.append(bytearray(event["bytes"]))
    return {"pid": os.getpid()}


def spin(event):
    while True:
        pass


def ignore(event):
    """Ignores what can be ignored, and catches what can be caught."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass


def block_in_c(event):
    """Never gives the interpreter's lock back."""
    ctypes.PyDLL(None).pause()


def block_in_read(event):
    os.read(os.pipe()[0], 1)


def child_stays(event):
    """The child goes on for ever; the parent answers."""
    if os.fork() == 0:
        spin(event)
    return {"pid": os.getpid()}


def child_returns(event):
    """Parent and child return."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return {"pid": os.getpid()}


def families(event):
    """Children, their children, and an orphan in a session of its own that has another environment; then spins."""
    for _ in range(5):
        if os.fork() == 0:
            os.fork()
            spin_quietly()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            spin_quietly()
        os._exit(0)
    subprocess.run(["sh", "-c", f"env -i setsid sleep {event['marker']} &"])
    spin(event)


def spin_quietly():
    while True:
        time.sleep(1)


def chatter(event):
    line = event.get("line", "x" * 1023) + "\n"
    for _ in range(event["lines"]):
        sys.stdout.write(line)
    return {"pid": os.getpid()}


def babble(event):
    while True:
        print("x" * 10)


def babble_past_the_worker(event):
    subprocess.run(["yes"])


def close_all(event):
    os.closerange(3, 900)
    return {"pid": os.getpid()}


def close_really_all(event):
    os.closerange(0, 70000)
    return {"pid": os.getpid()}


def replace_streams(event):
    os.close(1)
    os.close(2)
    sys.stdout = open(os.devnull, "w")
    sys.stderr = None
    return {"pid": os.getpid()}


def leave(event):
    os._exit(3)


def crash(event):
    ctypes.string_at(0)


def be_killed(event):
    """As the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def out_of_memory(event):
    resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
    return len(bytearray(1 << 30))


def stop(event):
    os.kill(os.getpid(), signal.SIGSTOP)


class TransientError(Exception):
    pass


def postpone(event):
    raise TransientError("not now")
