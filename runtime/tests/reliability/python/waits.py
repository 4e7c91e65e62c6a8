"""Runs several calls at once; one of them keeps the event loop."""

import asyncio


async def handler(event):
    if event["do"] == "spin":
        while True:
            pass
    await asyncio.sleep(event["seconds"])
    return "done"
