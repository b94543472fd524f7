"""Python's logging, warnings, standard output and standard error, on their way to the host's log."""

import codecs
import io
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

# A line is cut after so many characters.
LINE_LIMIT = 16 * 1024

# Between INFO and WARNING: what swift-log calls "notice".
NOTICE = 25

# What every record has; anything else was given as `extra`.
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_emitting = threading.local()


# Whether the host hears: what is said in the zygote goes where it always went.
_is_connected = False


def install() -> None:
    """Put the way to the host in place. In the zygote, as it touches every logger: workers share what it leaves."""
    level = int(os.environ.get("DSPEX_LOG_LEVEL", logging.INFO))
    logging.addLevelName(NOTICE, "NOTICE")
    root = logging.getLogger()
    handler = HostHandler(level)
    root.addHandler(handler)
    if root.level > level:
        root.setLevel(level)
    logging.captureWarnings(True)
    before = sys.stdout, sys.stderr
    sys.stdout = HostStream("stdout", logging.INFO, before[0], level)
    sys.stderr = HostStream("stderr", NOTICE, before[1], level)
    _redirect_handlers(before)
    os.register_at_fork(after_in_child=_restore(before, handler))


def connect() -> None:
    """Send lines to the host from here on: the first word of a worker."""
    global _is_connected
    import _dspex

    _dspex.log_rate(int(os.environ.get("DSPEX_LOG_RATE", 1000)))
    _is_connected = True


def _redirect_handlers(before: tuple[TextIO, TextIO]) -> None:
    """Handlers that were made in the zygote have its streams."""
    loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):
            stream = getattr(handler, "stream", None)
            if stream is not None and stream is before[0]:
                handler.stream = sys.stdout
            elif stream is not None and stream is before[1]:
                handler.stream = sys.stderr


def _restore(before: tuple[TextIO, TextIO], handler: logging.Handler) -> Callable[[], None]:
    """What a process does that Python code forks from a worker: the way to the host is not its own."""

    def restore() -> None:
        if not _is_connected:
            return  # the child is a worker to be
        import _dspex

        _dspex.leave()
        logging.getLogger().removeHandler(handler)
        if isinstance(sys.stdout, HostStream):
            sys.stdout = before[0]
        if isinstance(sys.stderr, HostStream):
            sys.stderr = before[1]

    return restore


def _send(level: int, logger: str, message: str, details: dict[str, Any]) -> bool:
    """Never raises; False when the line was dropped."""
    try:
        import _dspex

        plain = {_text(key): _text(value) if isinstance(value, str) else value for key, value in details.items()}
        return _dspex.log(level, _text(logger), _text(message), plain)
    except Exception:
        return False  # the interpreter is ending


def _cut(text: str) -> str:
    if len(text) <= LINE_LIMIT:
        return text
    return f"{text[:LINE_LIMIT]} … {len(text) - LINE_LIMIT} characters left out"


def _text(text: str) -> str:
    """The text, with an escape in place of each lone surrogate, as which nobody else could read it."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


# Logging


class HostHandler(logging.Handler):
    """Sends records to the host. It has no lock: sending needs none, and never waits."""

    def createLock(self) -> None:
        """Have none."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record. Never raises, whatever is wrong with it."""
        if not _is_connected:
            if logging.lastResort is not None and record.levelno >= logging.lastResort.level:
                logging.lastResort.handle(record)
            return
        depth = getattr(_emitting, "depth", 0)
        _emitting.depth = depth + 1
        try:
            # Something in the message that logs itself as it is formatted: the inner ones are sent as they are.
            message = self._message(record) if depth < 4 else str(record.msg)
            _send(record.levelno, record.name, _cut(message), self._details(record))
        except Exception as error:
            _send(record.levelno, record.name, f"<a record that could not be read: {type(error).__name__}>", {})
        finally:
            _emitting.depth = depth

    def _message(self, record: logging.LogRecord) -> str:
        try:
            return record.getMessage()
        except Exception as error:
            text = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
            return f"{text} <its arguments could not be formatted: {type(error).__name__}: {_safe(error)}>"

    def _details(self, record: logging.LogRecord) -> dict[str, Any]:
        details: dict[str, Any] = {"source": f"{record.pathname}:{record.lineno}"}
        if record.threadName and not record.threadName.startswith(("MainThread", "Dummy-")):
            details["thread"] = record.threadName
        if record.exc_info and record.exc_info[0] is not None:
            try:
                details["traceback"] = _cut(logging.Formatter().formatException(record.exc_info))
            except Exception as error:
                details["traceback"] = f"<the traceback could not be formatted: {type(error).__name__}>"
        elif record.exc_text:
            details["traceback"] = _cut(record.exc_text)
        if record.stack_info:
            details["stack"] = _cut(record.stack_info)
        for key in vars(record).keys() - _KNOWN:
            value = vars(record)[key]
            details[str(key)] = value if type(value) in (int, float, bool) else _cut(_safe(value))
        return details


def _safe(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


# Standard output and standard error


class _Partial:
    """What a thread has written since its last line end."""

    __slots__ = ("left_out", "length", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.left_out = 0

    def add(self, text: str) -> None:
        room = LINE_LIMIT - self.length
        if len(text) > room:
            self.left_out += len(text) - max(room, 0)
            text = text[: max(room, 0)]
        if text:
            self.parts.append(text)
            self.length += len(text)

    def take(self) -> str:
        text = "".join(self.parts)
        if self.left_out:
            text += f" … {self.left_out} characters left out"
        self.parts, self.length, self.left_out = [], 0, 0
        return text


class HostStream(io.TextIOBase):
    """Standard output or standard error: each line is a line of the host's log.

    What does not end with a line end is sent at `flush()`, or when the call ends. Threads do not mix their lines.
    """

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None
    line_buffering = True
    write_through = False
    mode = "w"

    def __init__(self, name: str, level: int, real: TextIO | None, least: int) -> None:
        self._stream = name
        self._level = level
        self._real = real
        self._is_wanted = level >= least
        self._partials: dict[int, _Partial] = {}
        self.buffer = _HostBuffer(self)

    @property
    def name(self) -> str:
        """As the interpreter's own has it."""
        return f"<{self._stream}>"

    def write(self, text: str) -> int:
        """Take text; never waits and never fails but for what is no text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not _is_connected:
            return len(text) if self._real is None else self._real.write(text)
        if not self._is_wanted or not text:
            return len(text)
        thread = threading.get_ident()
        partial = self._partials.get(thread)
        lines = text.split("\n")
        if partial is None:
            if len(lines) > 1:
                for line in lines[:-1]:
                    self._line(_cut(line))
                if not lines[-1]:
                    return len(text)
                lines = lines[-1:]
            partial = self._partials.setdefault(thread, _Partial())
            _at_call_end()
        for line in lines[:-1]:
            partial.add(line)
            self._line(partial.take())
        partial.add(lines[-1])
        if not partial.length:
            self._partials.pop(thread, None)
        return len(text)

    def flush(self) -> None:
        """Send what this thread has written since its last line end."""
        partial = self._partials.pop(threading.get_ident(), None)
        if partial is not None and partial.length:
            self._line(partial.take())

    def end_of_call(self) -> None:
        """Send this thread's last line, and those of threads that have ended."""
        self.flush()
        if self._partials:
            running = {thread.ident for thread in threading.enumerate()}
            for thread in [thread for thread in list(self._partials) if thread not in running]:
                partial = self._partials.pop(thread, None)
                if partial is not None and partial.length:
                    self._line(partial.take())

    def _line(self, line: str) -> None:
        _send(self._level, "python", line[:-1] if line.endswith("\r") else line, {"stream": self._stream})

    def fileno(self) -> int:
        """The real one's: what is written to it goes where the worker's own words go."""
        if self._real is None:
            raise io.UnsupportedOperation("fileno")
        return self._real.fileno()

    def isatty(self) -> bool:
        """It is none, so that nobody colours lines or draws bars."""
        return False

    def writable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Send what is left; others still write, so that it stays open."""
        self.flush()

    def reconfigure(self, **options: object) -> None:
        """Does nothing: the host's log has its own form."""


def _at_call_end() -> None:
    try:
        import _dspex

        _dspex.at_call_end(_call_ends)
    except Exception:  # the interpreter is ending
        pass


def _call_ends() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, HostStream):
            stream.end_of_call()


class _HostBuffer(io.BufferedIOBase):
    """The bytes beneath a text stream."""

    def __init__(self, stream: HostStream) -> None:
        self._text = stream
        self._local = threading.local()

    @property
    def raw(self) -> "_HostBuffer":
        """There is nothing below."""
        return self

    def write(self, data: Any) -> int:
        """Take bytes of UTF-8; what is none is escaped. A character may come in parts."""
        decoder = getattr(self._local, "decoder", None)
        if decoder is None:
            decoder = self._local.decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        view = memoryview(data)
        self._text.write(decoder.decode(view.tobytes()))
        return view.nbytes

    def flush(self) -> None:
        """As the text stream does."""
        self._text.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The real one's."""
        return self._text.fileno()

    def close(self) -> None:
        """As the text stream does."""
        self._text.flush()
