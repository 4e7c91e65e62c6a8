"""Takes longer to be loaded than anybody waits."""

import time

time.sleep(3600)


def handler(event):
    return None
