"""The CloudEvents SDK for Python as a client of a function, and as a receiver of its events: see sdk.rs."""

import json
import sys
import urllib.request

from cloudevents.core.bindings.http import (
    HTTPMessage,
    from_http_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent


def send(to_message, correlation):
    attributes = {
        "specversion": "1.0",
        "id": "sdk",
        "source": "/sdk",
        "type": "com.example.thing",
        "datacontenttype": "application/json",
        "correlationid": correlation,
    }
    message = to_message(CloudEvent(attributes, {"do": "return", "value": "größer"}))
    request = urllib.request.Request(sys.argv[1], message.body, dict(message.headers), method="POST")
    with urllib.request.urlopen(request) as answer:
        return read({name.lower(): value for name, value in answer.headers.items()}, answer.read())


def read(headers, body):
    event = from_http_event(HTTPMessage(headers, body))
    return json.loads(JSONFormat().write(event))


replies = [send(to_binary_event, "of the sdk"), send(to_structured_event, "plain")]
received = [read(message["headers"], message["body"].encode()) for message in json.load(sys.stdin)]
json.dump({"replies": replies, "received": received}, sys.stdout)
