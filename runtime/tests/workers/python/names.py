from knative_lambda import ErrorClass, EventType, Extension, Variable


def handler(event):
    kinds = (EventType, ErrorClass, Extension, Variable)
    return {kind.__name__: {name: value for name, value in vars(kind).items() if name[0] != "_"} for kind in kinds}
