"""A worker in which numpy cannot be imported."""

import sys

sys.modules["numpy"] = None


def describe(value):
    return (type(value).__name__, value.format, list(value.shape), list(value.strides), value.readonly)


def listed(value):
    return value.tolist()


def identity(value):
    return value


def shared():
    from dspex_worker import arrays

    result = arrays.zeros((2, 3), "int32")
    result[1, 2] = 7
    return result
