"""What the chaos calls: honest work, work that harms its own worker, and a worker that lies to its host."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time

import _dspex
from liar_fixture import CAPACITY, CONTROL, DATA, TO_HOST, channel, shared_memory

# --- Honest work


def square(number):
    return number * number


def ask(number):
    return _dspex.upcall("double", number)


def enter(ledger, number):
    """Enters a number in the ledger: the effect of a call, which is never to happen twice."""
    ledger = os.open(ledger, os.O_WRONLY | os.O_APPEND)
    os.write(ledger, b"%d\n" % number)
    os.close(ledger)
    return number


# --- Harm to its own worker


def balloon(megabytes):
    memory = bytearray(b"x") * (megabytes << 20)
    time.sleep(30)
    return len(memory)


def leave_child(pool):
    """Leaves a child behind, in a session of its own, that can be found by the name of the pool."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", pool], start_new_session=True)


# What the kernel refuses a worker, by a limit: descriptors for memory, its size, and its place in the address space.


def answer_large_without(limit, size):
    import resource

    kind = {"memfd_create": resource.RLIMIT_NOFILE, "ftruncate": resource.RLIMIT_FSIZE, "mmap": resource.RLIMIT_AS}[limit]
    value = bytes(size)
    resource.setrlimit(kind, (0, resource.getrlimit(kind)[1]))
    return value


# --- Lies


def truncate_memory():
    """Tries to take the memory away under the host, which its seals are to refuse. Returns how often they did."""
    refused = 0
    for size in (0, 4096, DATA + CAPACITY, 1 << 30):
        try:
            os.ftruncate(channel(), size)
        except PermissionError:
            refused += 1
    return refused


def pass_buffer(sealed):
    """Passes a buffer of its own, names it in a frame, and takes its memory away while the host may be reading it."""
    descriptor = os.memfd_create("chaos", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, 1 << 20)
    if sealed:
        import fcntl

        fcntl.fcntl(descriptor, 1033, 2)  # F_ADD_SEALS, F_SEAL_SHRINK
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                sender = socket.socket(fileno=os.dup(int(name)))
                sender.sendmsg(
                    [struct.pack("<I", 77)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", descriptor))]
                )
        except OSError:
            pass
    note = _dspex.encode(77) + _dspex.encode(1 << 19)
    with shared_memory() as memory:
        head = struct.unpack_from("<Q", memory, TO_HOST * CONTROL)[0]
        frame = struct.pack("<IIQQ", len(note), 2 | 1 << 8, 1 << 60, 0) + note + bytes(-len(note) % 8)
        for index, byte in enumerate(frame):
            memory[DATA + TO_HOST * CAPACITY + (head + index) % CAPACITY] = byte
        struct.pack_into("<Q", memory, TO_HOST * CONTROL, head + len(frame))
    for size in (0, 4096, 0):
        try:
            os.ftruncate(descriptor, size)
        except PermissionError:
            pass
    return sealed


def flip_while_read(size, seconds):
    """Answers with a text of which another process changes bytes for a while, back and forth, wherever it finds them."""
    memory = shared_memory()
    if os.fork() == 0:
        end = time.monotonic() + seconds
        start = DATA + TO_HOST * CAPACITY
        while time.monotonic() < end:
            area = memory[start : start + CAPACITY]
            for old, new in ((b"U" * 64, b"V" * 64), (b"V" * 64, b"U" * 64)):
                place = area.find(old)
                if place >= 0:
                    memory[start + place : start + place + 64] = new
        os._exit(0)
    return b"U" * size


def noise(seconds):
    """Has another process write noise over everything the host reads, while answers are on their way; then the worker is gone."""
    memory = shared_memory()
    if os.fork() == 0:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = DATA + TO_HOST * CAPACITY + int.from_bytes(os.urandom(2), "little") * 2
            memory[start : start + 24] = os.urandom(24)
            if os.urandom(1)[0] < 8:
                struct.pack_into("<Q", memory, TO_HOST * CONTROL, int.from_bytes(os.urandom(3), "little"))
        os._exit(0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _dspex.upcall("double", 1)
    os.kill(os.getpid(), signal.SIGKILL)
