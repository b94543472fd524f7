"""What the tests of the log call: each function says something."""

import logging
import sys
import threading
import time
import warnings

log = logging.getLogger("fixture.log")


def levels():
    logging.getLogger().setLevel(1)
    for level in (5, 10, 20, 25, 30, 40, 50):
        log.log(level, "at %d", level)


def failing():
    try:
        raise ValueError("too bad")
    except ValueError:
        log.exception("it failed", extra={"attempt": 3, "city": "Bern"})


def warn():
    warnings.warn("this is old", stacklevel=1)


def prints():
    print("a line")
    print("two", "parts", sep="-")
    print("first\nsecond")
    print("to standard error", file=sys.stderr)
    print("", end="")
    print()
    sys.stdout.buffer.write("grüezi\n".encode())
    sys.stdout.write("no end")


def partial():
    print("one", end=" ")
    print("line", end="")
    print(" flushed", end="", flush=True)
    print("left", end="")


def huge(size):
    print("x" * size)
    log.info("y" * size)
    print("z" * (size // 2), end="")
    print("z" * (size // 2))


def flood(lines):
    for number in range(lines):
        print("line", number)
    return lines


def timed_flood(lines):
    begun = time.monotonic()
    flood(lines)
    return time.monotonic() - begun


def odd_texts():
    print("snow ☃ and 😀")
    print("a lone \ud800 surrogate")
    log.warning("also \udcff here", extra={"and": "in \ud800"})
    sys.stdout.buffer.write(b"bad \xff byte\n")
    sys.stdout.buffer.write("ü".encode()[:1])
    sys.stdout.buffer.write("ü".encode()[1:] + b"\n")
    print("with \0 and \x1b[31m")


def from_threads(count):
    def say(index):
        print("thread", index, end="")
        print(" says so")
        log.info("logged by %d", index)

    threads = [threading.Thread(target=say, args=(index,), name=f"sayer-{index}") for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Broken:
    def __str__(self):
        raise RuntimeError("no text")


class Chatty:
    def __str__(self):
        log.info("formatting")
        return "chatty"


class Endless:
    def __str__(self):
        log.info("again %s", self)
        return "endless"


def broken():
    log.info("%s", Broken())
    log.info("%d", "word")
    log.info(Broken())
    log.info("%s", Chatty())


def endless():
    log.info("%s", Endless())
    return "survived"


def own_handler():
    import io

    text = io.StringIO()
    handler = logging.StreamHandler(text)
    log.addHandler(handler)
    try:
        log.warning("for both")
    finally:
        log.removeHandler(handler)
    return text.getvalue()


def streams():
    return {
        "isatty": sys.stdout.isatty(),
        "encoding": sys.stdout.encoding,
        "fileno": [sys.stdout.fileno(), sys.stderr.fileno()],
        "writable": sys.stdout.writable(),
        "name": sys.stdout.name,
        "real": sys.__stdout__ is not sys.stdout,
    }


def fork_and_print():
    import os

    child = os.fork()
    if child == 0:
        try:
            print("from a fork")
            log.warning("from a fork")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return "parent"


def fork_and_return():
    import os

    child = os.fork()
    if child == 0:
        return "the child must not answer"
    os.waitpid(child, 0)
    return "parent"


def speak_later(seconds):
    def speak():
        time.sleep(seconds)
        print("after the call")

    threading.Thread(target=speak).start()
