"""What the tests of workers with several slots call."""

import asyncio
import contextvars
import ctypes
import logging
import os
import sys
import threading
import time

import _dspex
from dspex_worker import request

logger = logging.getLogger("slots")
lock = threading.Lock()
barriers = {}
said = contextvars.ContextVar("said", default=None)
endings = {}
inside = 0
most = 0


def meet(parties):
    """Returns once so many calls are in here at the same time; the worker and the thread."""
    with lock:
        barrier = barriers.setdefault(parties, threading.Barrier(parties))
    barrier.wait(60)
    return os.getpid(), threading.get_ident()


def overlap():
    """The most calls that were in here at once."""
    global inside, most
    with lock:
        inside += 1
        most = max(most, inside)
    time.sleep(0.002)
    with lock:
        inside -= 1
    return most


pipes = {}


def pipe(number):
    with lock:
        return pipes.setdefault(number, os.pipe())


def pass_on(number):
    """Waits, in a system call, for what the call of the next lower number writes."""
    token = os.read(pipe(number)[0], 1)
    os.write(pipe(number + 1)[1], token)
    return number


def pass_first():
    os.write(pipe(0)[1], b"x")


def twice(value):
    return value, threading.get_ident(), value


def count_together(parties, base, limit):
    meet(parties)
    for number in range(limit):
        yield base + number
    return base


def ask_together(parties, name, value):
    meet(parties)
    return _dspex.upcall(name, value)


def asks_where(parties, name):
    """Whether what the host calls meanwhile runs on this thread."""
    meet(parties)
    same = _dspex.upcall(name, None) == threading.get_ident()
    meet(parties)
    return same


def talk_together(parties, text):
    meet(parties)
    logger.warning("logged %s", text)
    print(f"printed {text}")
    meet(parties)
    return request.id()


def remember_together(parties, value):
    """What the context variable was, and is when all have set it."""
    before = said.get()
    said.set(value)
    meet(parties)
    return before, said.get(), request.id(), request.deadline()


def nested_said(name, value):
    said.set(value)
    return _dspex.upcall(name, None), said.get()


def say_more(more):
    said.set(said.get() + more)
    return said.get()


def whisper():
    return said.get()


def spin_and_note(name):
    """Spins until it is ended, and notes by what."""
    number = request.id()
    try:
        _dspex.upcall(name, number)
        while True:
            pass
    except BaseException as error:
        endings[number] = [type(error).__name__, isinstance(error, Exception), request.id()]
        raise


def ending(number):
    return endings.get(number)


def note_all(name, number):
    """Counts how often it is interrupted, in its last words too."""
    interrupts = 0
    stream = _dspex.open_stream(name, None)
    _dspex.next_item(stream)
    try:
        _dspex.upcall("begun", None)
        while True:
            pass
    except BaseException:
        interrupts += 1
        try:
            for _ in range(200_000):
                pass
        except BaseException:
            interrupts += 1
    endings[number] = interrupts


def work(rounds):
    total = 0
    for number in range(rounds):
        total += number
    return total


def swallow(rounds):
    """Survives its cancellation, and ends at about the same time."""
    try:
        return work(rounds)
    except BaseException:
        return -1


def announce_and_sleep(name):
    """Waits where no exception reaches it, and lets the others run. It survives the one that comes before it gets there."""
    try:
        _dspex.upcall(name, None)
        time.sleep(60)
    except BaseException:
        time.sleep(60)


def announce_and_hold(name):
    """Holds the interpreter lock."""
    _dspex.upcall(name, None)
    ctypes.PyDLL(None).usleep(60_000_000)


def sleep_in(worker, name):
    """In this worker it sleeps for long; in another one it says where it is."""
    if os.getpid() == worker:
        announce_and_sleep(name)
    return os.getpid()


def wait_in(worker, parties, name):
    """In this worker it meets the others, and waits for what does not come; in another one it says where it is."""
    if os.getpid() == worker:
        meet(parties)
        _dspex.upcall(name, None)
    return os.getpid()


def meet_and_die(parties, signal):
    meet(parties)
    os.kill(os.getpid(), signal)
    time.sleep(60)


def gate(name, value):
    return os.getpid(), _dspex.upcall(name, value)


def hold(megabytes):
    global kept
    kept = bytearray(b"x") * (megabytes << 20)
    return os.getpid()


def await_import():
    """Returns once some thread waits for another one's import."""

    def waits(code):
        return "importlib" in code.co_filename and code.co_name == "acquire"

    while not any(waits(frame.f_code) for frame in sys._current_frames().values()):
        time.sleep(0.001)


begun = threading.Semaphore(0)


def await_begun():
    begun.acquire()


def find_logger():
    """Passes logging's lock all the time."""
    begun.release()
    while True:
        logging.getLogger("slots")


def is_logging_free():
    """Whether a thread that has not had logging's lock can get it."""
    got = []

    def take():
        if logging._lock.acquire(timeout=10):
            logging._lock.release()
            got.append(True)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return bool(got)


async def run_callbacks():
    """Keeps an event loop busy with what is no task."""
    begun.release()
    while True:
        for _ in range(20_000):
            asyncio.get_running_loop().call_soon(int)
        await asyncio.sleep(0)


async def compute_in_callbacks():
    """Has what is no task compute."""
    begun.release()
    while True:
        for _ in range(10):
            asyncio.get_running_loop().call_soon(work, 20_000)
        await asyncio.sleep(0)


def wait_in_turns():
    begun.release()
    while not threading.Event().wait(0.01):
        pass


class Finalized:
    def __del__(self):
        work(2_000)


def finalize():
    """Computes half the time where no exception can be raised."""
    begun.release()
    while True:
        Finalized()
        work(2_000)


may_end = False


def end_import():
    """Lets `half_imported` be imported to its end, once the host has had the time to interrupt that."""
    global may_end
    time.sleep(0.02)
    may_end = True


def import_and_spin():
    """Imports, and spins until it is ended."""
    import half_imported

    while True:
        half_imported.answer()


def hurry():
    """Has the threads pass the interpreter lock on whenever they can, and one that interrupts another ask for its loop."""
    import dspex_worker.streams

    sys.setswitchinterval(1e-6)
