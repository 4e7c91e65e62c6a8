"""Ends the worker while it is loaded, as long as the file `broken` stands beside it."""

import os

if os.path.exists(os.path.join(os.path.dirname(__file__), "broken")):
    os._exit(7)


def handler(event):
    return {"pid": os.getpid()}
