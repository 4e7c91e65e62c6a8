"""Asks several places for their weather at the same time.

    CONCURRENCY=10 lambda-runtime run weather.py

An `async` handler runs as many calls at a time as CONCURRENCY says. The context knows how long this one may still take; a
place that does not answer in half of that time is a TransientError, and the event comes back in ten seconds.
"""

import asyncio

from knative_lambda import TransientError, ValidationError


async def ask(place: str) -> float:
    """Stands for a request to a service: the longer the name, the warmer."""
    await asyncio.sleep(0.01)
    return float(len(place))


async def handler(event: dict, context) -> dict:
    places = event.get("places")
    if not isinstance(places, list):
        raise ValidationError("places must be a list")
    context.logger.info("asking %d places", len(places))
    try:
        degrees = await asyncio.wait_for(asyncio.gather(*map(ask, places)), context.remaining_ms() / 2000)
    except asyncio.TimeoutError:
        raise TransientError("the weather service does not answer", retry_after=10)
    return dict(zip(places, degrees))
