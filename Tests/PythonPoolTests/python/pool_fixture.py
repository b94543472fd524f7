"""What the tests of the pool call: each function does the one thing that its name says."""

import asyncio
import ctypes
import gc
import itertools
import os
import pathlib
import subprocess
import sys
import threading
import time

import _dspex


def echo(value):
    return value


def describe(value):
    return type(value).__name__, repr(value)


def raise_value_error(message):
    raise ValueError(message)


def return_thing(kind):
    return {"object": object(), "nested": {"rows": [1, {"when": object()}]}, "module": sys, "surrogate": "a\ud800"}[kind]


def nest(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def leave(code):
    os._exit(code)


def leave_over(array):
    """Ends the process over an array whose sum is more than nothing."""
    if array.sum() > 0:
        os._exit(3)
    return True


def crash():
    ctypes.string_at(0)


def stop_self():
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)
    return "continued"


def shout():
    print("on standard output", flush=True)
    return "said"


def spin():
    while True:
        pass


def announce_and_spin(name):
    _dspex.upcall(name, None)
    spin()


def spin_deaf(flag):
    """Survives a cancellation, and goes on."""
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def sleep_in_c(seconds):
    """Holds the interpreter lock the whole time."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def pid():
    return os.getpid()


def remember(value):
    global remembered
    remembered = value


def recall():
    return globals().get("remembered")


def ask(name, payload):
    return _dspex.upcall(name, payload)


def ask_and_name_error(name, payload):
    try:
        return _dspex.upcall(name, payload)
    except _dspex.UpcallError as error:
        return error.args[0]


def ask_from_threads(name, count):
    answers = [None] * count

    def one(index):
        answers[index] = _dspex.upcall(name, index)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def listen(name, payload, most=None):
    stream = _dspex.open_stream(name, payload)
    items = []
    try:
        while most is None or len(items) < most:
            more, item = _dspex.next_item(stream)
            if not more:
                break
            items.append(item)
    finally:
        _dspex.close_stream(stream)
    return items


def start_grandchild(own_session):
    """A process that outlives its parent unless somebody ends it."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=own_session, close_fds=True
    )
    return process.pid


def facts():
    return {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "group": os.getpgid(0),
        "prefix": sys.prefix,
        "executable": sys.executable,
        "isolated": sys.flags.isolated,
        "threads": sorted(os.listdir("/proc/self/task")),
        "descriptors": sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")),
        "environment": dict(os.environ),
        "random": __import__("random").random(),
    }


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents


_dspex.register_converter("money", Money, lambda money: money.cents, Money)


def pay(cents):
    return Money(cents)


def is_money(value):
    return isinstance(value, Money), value.cents


def roundtrip_in_python(value):
    return _dspex.decode(_dspex.encode(value)) == value


def decode(data):
    return _dspex.decode(data)


def numpy_scalars():
    import numpy

    return [numpy.int64(3), numpy.float32(0.5), numpy.bool_(True), numpy.float64(2.5)]


def slow_then(seconds, value):
    time.sleep(seconds)
    return value


class Counter:
    total = 0

    @classmethod
    def add(cls, amount):
        cls.total += amount
        return cls.total


def count_to(limit):
    for number in range(limit):
        yield number
    return "counted"


def count_and_fail(limit):
    yield from range(limit)
    raise ValueError(f"no more than {limit}")


def count_for_ever(name):
    """Tells the host, by an upcall of this name, when it is ended."""
    try:
        number = 0
        while True:
            yield number
            number += 1
    finally:
        _dspex.upcall(name, number)


def announce_each(name, limit):
    """Waits for the host before each item."""
    for number in range(limit):
        _dspex.upcall(name, number)
        yield number


def large_chunks(count, size):
    for _ in range(count):
        yield bytes(size)


async def count_slowly(limit):
    import asyncio

    for number in range(limit):
        await asyncio.sleep(0)
        yield number


later = []


async def wait_later(path):
    """Waits for ever; the file is there when it does."""
    try:
        while True:
            await asyncio.sleep(0.001)
            pathlib.Path(path).touch()
    except BaseException as error:
        later.append(type(error).__name__)
        raise


async def ask_later(name):
    await asyncio.sleep(0)
    return _dspex.upcall(name, None)


async def count_later(milliseconds):
    try:
        for number in itertools.count():
            yield number
            await asyncio.sleep(milliseconds / 1000)
    finally:
        later.append("count_later")


async def ended_later():
    """What has ended so far of the two above, after time for what should have."""
    await asyncio.sleep(0.05)
    return later


async def add_later(left, right):
    import asyncio

    await asyncio.sleep(0)
    return left + right


def drain_stream(name, payload):
    stream = _dspex.open_stream(name, payload)
    items = []
    while True:
        more, item = _dspex.next_item(stream)
        if not more:
            return items
        items.append(item)


def descend(name, depth):
    """Asks the host, which calls this again."""
    return depth if depth == 0 else _dspex.upcall(name, depth - 1)


def current_thread():
    return threading.get_ident()


def ask_and_compare_threads(name):
    return threading.get_ident() == _dspex.upcall(name, None)


def listen_and_name_error(name, payload):
    """What came of a stream before its error, and the error's code."""
    stream = _dspex.open_stream(name, payload)
    items = []
    try:
        while True:
            items.append(_dspex.next_item(stream)[1])
    except _dspex.UpcallError as error:
        return [items, error.args[0]["code"]]


class Tally:
    living = 0

    def __init__(self, total):
        Tally.living += 1
        self.total = total

    def __del__(self):
        Tally.living -= 1

    def add(self, more=1):
        self.total += more
        return self.total


def living_tallies():
    return Tally.living


def add_to(counter, more):
    return counter.add(more)


def tally_after(name):
    _dspex.upcall(name, None)
    return Tally(1)


def fresh():
    return object()


class Manager:
    def __init__(self, fails=False):
        self.events = []
        self.fails = fails

    def __enter__(self):
        self.events.append("enter")
        return "entered"

    def __exit__(self, kind, error, traceback):
        self.events.append(f"leave {error}")
        if self.fails:
            raise RuntimeError("cannot leave")
        return False


class AsynchronousManager(Manager):
    """Entered and left on one event loop only, as a connection is."""

    def __enter__(self):
        raise TypeError("use async with")

    async def __aenter__(self):
        self.loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        return super().__enter__()

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() is self.loop
        return super().__exit__(kind, error, traceback) or isinstance(error, ZeroDivisionError)


def die_by(signal):
    os.kill(os.getpid(), signal)


def die_unless(path):
    """Dies once: the first process that gets here leaves a mark and is gone."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return os.getpid()
    ctypes.string_at(0)


def tally_unless(path):
    die_unless(path)
    return Tally(1)


def kill_unless(path):
    """As `die_unless`, by a SIGKILL from outside."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return os.getpid()
    os.kill(os.getpid(), 9)
    time.sleep(10)


def announce_and_wait(name):
    return _dspex.upcall(name, None)


def balloon(megabytes):
    """Takes memory, touches it, and waits to be found."""
    global remembered
    remembered = bytearray(b"x") * (megabytes << 20)
    time.sleep(30)


def hold(megabytes):
    """Takes memory, touches it, and returns."""
    global remembered
    remembered = bytearray(b"x") * (megabytes << 20)
    return os.getpid()


def mark_start():
    global started
    started = globals().get("started", 0) + 1


def start_unless_marked():
    if os.path.exists(os.environ["MARK"]):
        raise RuntimeError("not now")


def starts():
    return globals().get("started", 0)


def mark_stop():
    _dspex.upcall("stopped", os.getpid())


def counts_every_reference():
    return hasattr(sys, "gettotalrefcount")


def count_references():
    """All references where CPython counts them, else the blocks of memory that hold objects."""
    gc.collect()
    return sys.gettotalrefcount() if counts_every_reference() else sys.getallocatedblocks()
