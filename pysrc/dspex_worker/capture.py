"""Catches what is printed, for the code that prints it alone: other threads of the worker print as before."""

import contextlib
import contextvars
import io
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TextIO

_sink: contextvars.ContextVar[Callable[[str], object] | None] = contextvars.ContextVar("dspex_output", default=None)


class _Router(io.TextIOBase):
    """Stands for a standard stream, and gives what is written to whoever has asked for it in the current context."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        sink = _sink.get()
        if sink is None:
            return self.stream.write(text)
        sink(text)
        return len(text)

    def flush(self) -> None:
        self.stream.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


_lock = threading.Lock()
_captures = 0


@contextlib.contextmanager
def capture(sink: Callable[[str], object]) -> Iterator[None]:
    """Give `sink` what this context, and those that are copied from it, write to standard output and error."""
    _add(1)
    token = _sink.set(sink)
    try:
        yield
    finally:
        _sink.reset(token)
        _add(-1)


def _add(number: int) -> None:
    """Have routers in place for as long as anybody captures."""
    global _captures
    with _lock:
        _captures += number
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if _captures and not isinstance(stream, _Router):
                setattr(sys, name, _Router(stream))
            elif not _captures and isinstance(stream, _Router):
                setattr(sys, name, stream.stream)


class BoundedText:
    """Keeps the beginning and the end of what is written to it, each at most half of `limit` characters."""

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head: list[str] = []
        self._room = self._half
        self._tail: deque[str] = deque()
        self._length = 0
        self._dropped = 0

    def write(self, text: str) -> None:
        """Add text."""
        if self._room:
            self._head.append(text[: self._room])
            text = text[self._room :]
            self._room -= len(self._head[-1])
        if not text:
            return
        self._tail.append(text)
        self._length += len(text)
        # Whole pieces only: it is cut to length when it is asked for.
        while self._length - len(self._tail[0]) >= self._half:
            piece = self._tail.popleft()
            self._length -= len(piece)
            self._dropped += len(piece)

    def text(self) -> str:
        """What was kept, with a note of what was not."""
        tail = "".join(self._tail)
        over = max(len(tail) - self._half, 0)
        left_out = self._dropped + over
        note = f"\n… {left_out} characters left out …\n" if left_out else ""
        return "".join(self._head) + note + tail[over:]


def cut(text: str, limit: int) -> str:
    """The text, its middle left out when it is longer than `limit`."""
    bounded = BoundedText(limit)
    bounded.write(text)
    return bounded.text()
