"""A worker that breaks its own channel, or lies to its host."""

import mmap
import os
import struct

# The layout of a channel's memory, as RingLayout in Ring.swift tells it.
CONTROL, DATA, CAPACITY = 512, 4096, 128 << 10
TO_WORKER, TO_HOST = 0, 1


def channel():
    """The descriptor of the channel's memory."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("/memfd:dspex-channel"):
                return int(name)
        except OSError:
            pass
    raise RuntimeError("this worker has no channel")


def shared_memory():
    return mmap.mmap(channel(), DATA + 2 * CAPACITY)


def move_index(direction, field, by):
    """Moves an index of the ring and returns as if nothing were."""
    position = direction * CONTROL + {"head": 0, "tail": 128}[field]
    with shared_memory() as memory:
        value = struct.unpack_from("<Q", memory, position)[0]
        struct.pack_into("<Q", memory, position, (value + by) % 2**64)
    return os.getpid()


def close_descriptors():
    """Closes what is not its own, as a careless library does before it starts a program."""
    os.closerange(3, 4096)
    return os.getpid()
