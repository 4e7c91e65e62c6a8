"""Adds up an order.

    lambda-runtime invoke main.py --data '{"items": [{"name": "pen", "price": 2.5, "count": 4}]}'

answers `response.success` with `{"total": 10.0, "items": 4}`. What is raised for a wrong event is a ValidationError: the
event is not delivered again.
"""

from knative_lambda import ValidationError


def handler(event: dict) -> dict:
    items = event.get("items")
    if not items:
        raise ValidationError("an order has at least one item")
    for item in items:
        if item["count"] < 1:
            raise ValidationError(f"{item['name']}: the count is {item['count']}")
    return {
        "total": sum(item["price"] * item["count"] for item in items),
        "items": sum(item["count"] for item in items),
    }
