"""A host that lives in this process: it stands in for the native module `_dspex`, which only a worker has, so that
answers, failures, streams and cancellation can be scripted at the border between Python and the host."""

import itertools
import marshal
import threading
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any


class UpcallError(Exception):
    """As the native module has it: one argument, a dictionary with at least `code` and `message`."""


class HostCancelled(BaseException):
    """The call that the upcall belongs to was given up by the host."""


class EncodeError(TypeError):
    """A value without a wire form."""


def over_the_wire(value: Any) -> Any:
    """What arrives when `value` is sent. `marshal` knows exactly the types that have a wire form, and no subclasses."""
    try:
        return marshal.loads(marshal.dumps(value))
    except ValueError as error:
        raise EncodeError(f"no wire form: {value!r}") from error


class Host:
    """The scripted host. Set `complete` and `stream` to functions of the payload; look at `payloads`, `closed`."""

    def __init__(self) -> None:
        self.complete: Callable[[dict], Any] = self._unscripted
        self.stream: Callable[[dict], Iterable[Any]] = self._unscripted
        self.payloads: list[dict] = []
        self.closed: list[int] = []
        self.closing = threading.Event()
        self.converters: dict[str, tuple] = {}
        self.readers: dict[str, tuple] = {}
        self.tools: list[dict] = []
        self.version = 0
        self.called: list[tuple[str, Any]] = []
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.lines: list[tuple[int, str, str, dict]] = []
        self.ends: list[Callable[[], None]] = []
        self.held: list[int] = []
        self.left = False
        self._streams: dict[int, Iterator[Any]] = {}
        self._ids = itertools.count(1)

    def _unscripted(self, payload: dict) -> Any:
        raise AssertionError(f"the test did not expect an upcall: {payload}")

    def answer(self, *texts: str) -> None:
        """Answer with these texts in turn, the last one forever."""
        script = iter(texts)
        last = texts[-1]
        lock = threading.Lock()

        def complete(payload: dict) -> dict:
            with lock:
                text = next(script, last)
            return response(text)

        self.complete = complete

    def fail(self, code: str, message: str = "it broke", **details: Any) -> None:
        """Answer with this error."""

        def complete(payload: dict) -> dict:
            raise UpcallError({"code": code, "message": message, **details})

        self.complete = complete

    def prompts(self) -> list[dict]:
        """The requests that were made."""
        return [payload["request"] for payload in self.payloads]

    # What the native module does.

    def upcall(self, name: str, payload: Any) -> Any:
        if name == "dspex.tools":
            return over_the_wire(self.tools)
        if name in self.answers:
            self.called.append((name, over_the_wire(payload)))
            return self.answers[name](payload)
        assert name == "lm.complete"
        self.payloads.append(over_the_wire(payload))
        return over_the_wire(self.complete(payload))

    def open_stream(self, name: str, payload: Any) -> int:
        assert name == "lm.stream"
        self.payloads.append(over_the_wire(payload))
        stream = next(self._ids)
        self._streams[stream] = iter(self.stream(payload))
        return stream

    def next_item(self, stream: int) -> tuple[bool, Any]:
        try:
            return True, over_the_wire(next(self._streams[stream]))
        except StopIteration:
            return False, None

    def close_stream(self, stream: int) -> None:
        self.closed.append(stream)
        self.closing.set()

    def register_converter(
        self, name: str, type: type, to_payload: Callable, from_payload: Callable, immutable: bool = False
    ) -> None:
        self.converters[name] = (type, to_payload, from_payload)

    def register_reader(self, name: str, *functions: Callable) -> None:
        self.readers[name] = functions

    def set_converter_resolver(self, resolve: Callable) -> None:
        self.resolve = resolve
    def tools_version(self) -> int:
        return self.version

    def log(self, level: int, logger: str, message: str, details: dict) -> bool:
        try:
            for text in (logger, message, *details, *(value for value in details.values() if isinstance(value, str))):
                text.encode()
        except UnicodeEncodeError as error:
            raise ValueError("no wire form") from error
        self.lines.append((level, logger, message, details))
        return True

    def log_rate(self, rate: int) -> None:
        self.rate = rate

    def at_call_end(self, function: Callable[[], None]) -> bool:
        self.ends.append(function)
        return True

    def call_id(self) -> int:
        return 0

    def call_deadline(self) -> float | None:
        return None

    def hold(self, id: int) -> None:
        self.held.append(id)

    def drop(self, id: int) -> None:
        if id in self.held:  # what a test has left behind is dropped in a later one
            self.held.remove(id)

    def leave(self) -> None:
        self.left = True

    def module(self) -> ModuleType:
        """This host as the module `_dspex`."""
        module = ModuleType("_dspex")
        module.version = "0.1.0"
        module.UpcallError, module.HostCancelled, module.EncodeError = UpcallError, HostCancelled, EncodeError
        UpcallError.__module__ = HostCancelled.__module__ = "_dspex"
        functions = ("upcall", "open_stream", "next_item", "close_stream", "tools_version", "log")
        registries = ("register_converter", "register_reader", "set_converter_resolver")
        others = ("log_rate", "at_call_end", "call_id", "call_deadline", "hold", "drop", "leave")
        for name in (*functions, *registries, *others):
            setattr(module, name, getattr(self, name))
        return module


def response(text: str, finish_reason: str = "stop", model: str = "model-of-today") -> dict:
    """A complete answer as the host sends it."""
    return {
        "id": "resp_1",
        "model": model,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "parts": [{"type": "text", "text": text}]},
        "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15},
    }


def events(*texts: str) -> list[dict]:
    """A whole stream as the host sends it."""
    return [
        {"type": "start", "id": "resp_1", "model": "model-of-today"},
        *({"type": "delta", "delta": {"type": "text", "part_index": 0, "text": text}} for text in texts),
        {
            "type": "end",
            "finish_reason": "stop",
            "usage": {"input_tokens": 3, "output_tokens": len(texts), "total_tokens": 3 + len(texts)},
        },
    ]
