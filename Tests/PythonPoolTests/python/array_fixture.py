"""What the array tests call."""

import array
import ctypes
import mmap
import os

import _dspex
import numpy

from dspex_worker import arrays

kept = {}


def describe(value):
    return (type(value).__name__, str(value.dtype), list(value.shape), list(value.strides), bool(value.flags.writeable))


def identity(value):
    return value


def copied(value):
    return value.copy()


def keep(name, value):
    kept[name] = value


def drop(name):
    kept.pop(name, None)


def kept_value(name):
    return kept[name]


def total(name):
    return float(kept[name].sum())


def add(value, number):
    value += number


def add_and_keep(value, number):
    value += number
    kept["written"] = value


def step(value, start, stop, by):
    return value[start:stop:by]


def turned(value):
    return value.T


def made(dtype, shape, start=0):
    count = int(numpy.prod(shape, dtype=numpy.int64))
    return (numpy.arange(count) + start).astype(dtype).reshape(shape)


def shared(dtype, shape, value):
    result = arrays.empty(shape, dtype)
    result.fill(value)
    return result


def zeros(dtype, shape):
    return arrays.zeros(shape, dtype)


def buffers():
    numbers = (ctypes.c_double * 3)(1, 2, 3)
    memory = mmap.mmap(-1, 4096)
    memory[:4] = b"abcd"
    return {
        "array": array.array("i", [1, 2, 3]),
        "ctypes": numbers,
        "mmap": memory,
        "memoryview of floats": memoryview(array.array("f", [1.5, 2.5])),
        "memoryview of bytes": memoryview(b"xyz"),
        "memoryview with gaps": memoryview(b"a-b-c")[::2],
        "bytes": b"xyz",
        "scalar": numpy.float32(1.5),
        "broadcast": numpy.broadcast_to(numpy.float32(2), (10, 10)),
        "windows": numpy.lib.stride_tricks.sliding_window_view(numpy.arange(10000, dtype="int64"), 3),
        "no dimension": numpy.array(7, dtype="int16"),
        "bool": numpy.array([True, False]),
        "text": numpy.array([b"ab", b"cde"]),
        "complex": numpy.array([1 + 2j]),
    }


def without_value_form(kind):
    return {
        "objects": lambda: numpy.array([object()]),
        "dates": lambda: numpy.array(["2020-01-01"], dtype="datetime64[D]"),
        "text": lambda: numpy.array(["ab"]),
        "records": lambda: numpy.zeros(2, dtype=[("x", "i4"), ("y", "f8")]),
        "masked": lambda: numpy.ma.masked_array([1, 2], [True, False]),
        "other byte order": lambda: numpy.array([1.0], dtype=">f8"),
        "longdouble": lambda: numpy.array([1.0], dtype="longdouble"),
    }[kind]()


def stream_of(count, size):
    for number in range(count):
        yield numpy.full(size, number, dtype="float32")


def ask(value):
    return _dspex.upcall("double", value)


def large(megabytes):
    return numpy.zeros(megabytes << 20, dtype="uint8")


def twice(size):
    rows = numpy.arange(float(size))
    return {0: rows, "again": rows}


def twice_in_list(size):
    return list(twice(size).values())


def is_one(rows):
    return rows[0] is rows["again"]


def memory_of(pid="self"):
    """Descriptors and mappings of shared memory of ours."""
    descriptors = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            descriptors += os.readlink(f"/proc/{pid}/fd/{name}").startswith("/memfd:dspex-")
        except OSError:
            pass
    with open(f"/proc/{pid}/maps") as maps:
        mappings = sum("/memfd:dspex-" in line for line in maps)
    return descriptors, mappings


class Tensor:
    """What describes itself as numpy's arrays do."""

    def __init__(self, value):
        self.value = value
        self.__array_interface__ = value.__array_interface__

    __array_interface__ = None


def tensor():
    return Tensor(numpy.arange(6, dtype="int32").reshape(2, 3))
