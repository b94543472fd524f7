"""msgspec's typed structs: what a Swift struct that goes straight to the wire form and back is measured against."""

import functools
import gc

import msgspec

from dspex_bench.marshal import loop_count, timed
from dspex_bench.values import MAKERS


class Row(msgspec.Struct):
    id: int
    text: str
    score: float
    tags: list[str]
    label: str | None
    emb: list[float]


class Small(msgspec.Struct):
    question: str
    context: list[str]
    k: int
    score: float
    flag: bool


TYPES = {"rows": list[Row], "small": Small}
PROTOCOLS = {"msgpack": msgspec.msgpack, "json": msgspec.json}


@functools.cache
def jobs(value_name):
    """[("protocol.direction", function, argument, loops that last at least 2 ms)], with reusable encoders and decoders."""
    gc.enable()
    value = msgspec.convert(MAKERS[value_name](), TYPES[value_name])
    found = []
    for name, protocol in PROTOCOLS.items():
        encode, decode = protocol.Encoder().encode, protocol.Decoder(TYPES[value_name]).decode
        data = encode(value)
        if decode(data) != value:
            raise AssertionError(f"{name} does not give back {value_name}")
        found.append((f"{name}.encode", encode, value, loop_count(encode, value)))
        found.append((f"{name}.decode", decode, data, loop_count(decode, data)))
    return found


def measure(value_name):
    """{"protocol.direction": ns per call}, each measured once."""
    return {name: timed(function, argument, count) / count for name, function, argument, count in jobs(value_name)}
