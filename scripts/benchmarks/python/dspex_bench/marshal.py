"""Encode and decode inside a worker: the wire form against the serialisers that Python has.

Runs where the wire form is used, in the same process for everybody: same allocator, same collector (on, with CPython's default
thresholds, as the worker leaves it), same values. One round measures every contestant once, each time a loop of at least 2 ms, in an
order that moves on with every round.
"""

import gc
import marshal
import pickle
import time

import _dspex
import msgspec
import orjson

from dspex_bench.values import MAKERS

SHORTEST_LOOP_NS = 2_000_000


def contestants():
    """Name → (encode, decode). Reusable encoder objects where a library advises them."""
    return {
        "dspex": (_dspex.encode, _dspex.decode),
        "msgspec": (msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder().decode),
        "orjson": (orjson.dumps, orjson.loads),
        "marshal": (marshal.dumps, marshal.loads),
        "pickle": (lambda value: pickle.dumps(value, pickle.HIGHEST_PROTOCOL), pickle.loads),
    }


def run(value_name, rounds, seconds):
    """{"contestant": {"fromPython": [ns per call, one per round], "toPython": […], "bytes": size}}, ended early after `seconds`."""
    gc.enable()
    value = MAKERS[value_name]()
    jobs = []
    report = {}
    for name, (encode, decode) in contestants().items():
        data = encode(value)
        if decode(data) != value:
            raise AssertionError(f"{name} does not give back {value_name}")
        report[name] = {"fromPython": [], "toPython": [], "bytes": len(data)}
        jobs.append((report[name]["fromPython"], encode, value, loop_count(encode, value)))
        jobs.append((report[name]["toPython"], decode, data, loop_count(decode, data)))
    ends = time.monotonic() + seconds
    for round_number in range(rounds):
        if time.monotonic() > ends:
            break
        turn = round_number % len(jobs)
        for samples, function, argument, count in jobs[turn:] + jobs[:turn]:
            samples.append(timed(function, argument, count) / count)
    return report


def timed(function, argument, count):
    repeat = [None] * count
    start = time.perf_counter_ns()
    for _ in repeat:
        function(argument)
    return time.perf_counter_ns() - start


def loop_count(function, argument):
    count = 1
    while (took := timed(function, argument, count)) < SHORTEST_LOOP_NS:
        count = max(2 * count, 1 + int(1.1 * count * SHORTEST_LOOP_NS / max(took, 1)) if took > 100_000 else 10 * count)
    return count
