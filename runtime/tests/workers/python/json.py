import json
import vendored_part


def handler(event):
    return [__name__, json.dumps(event), vendored_part.NAME]
