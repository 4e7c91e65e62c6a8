from .other import ANSWER


def handler(event):
    return ANSWER


constant = 3


def no_arguments():
    return None
