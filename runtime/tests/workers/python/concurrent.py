import asyncio

waiting = []


async def handler(event):
    """Ends when as many calls run as the event says; says how many."""
    print(f"call {event['name']}")
    mine = asyncio.get_running_loop().create_future()
    waiting.append(mine)
    running = len(waiting)
    if running == event["together"]:
        for other in waiting:
            other.set_result(running)
        waiting.clear()
    return await mine


async def shutdown():
    print("shutdown was called")
