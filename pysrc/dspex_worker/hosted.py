"""Closures and sequences of the host as Python objects."""

from collections.abc import Iterator
from typing import Any, NoReturn

from dspex_worker import converters, tools


class _Hosted:
    """An object that the host keeps for as long as this one lives."""

    __slots__ = ("__weakref__", "_id")
    _kind = ""

    def __init__(self, id: int) -> None:
        import _dspex

        self._id = id
        _dspex.hold(id)

    def __del__(self) -> None:
        try:
            import _dspex

            _dspex.drop(self._id)
        except (ImportError, AttributeError):  # the interpreter is ending, or `__init__` did not get that far
            pass

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._id == self._id

    def __hash__(self) -> int:
        return hash((self._kind, self._id))

    def __repr__(self) -> str:
        return f"<{self._kind} #{self._id} of the host>"

    def __copy__(self) -> "_Hosted":
        return self

    def __deepcopy__(self, memo: dict) -> "_Hosted":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {self._kind} of the host cannot be pickled: it belongs to this process")


class Callable(_Hosted):
    """A Swift closure. Its errors are raised as `dspex_worker.tools.ToolError`."""

    __slots__ = ()
    _kind = "callable"
    __name__ = "callable"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        import _dspex

        try:
            return _dspex.upcall(f"callable:{self._id}", (args, kwargs))
        except _dspex.UpcallError as failure:
            raised = tools.error(failure, "callable")
        raise raised


class Iterable(_Hosted):
    """A Swift sequence. Each `iter()` begins it anew, if it can be."""

    __slots__ = ()
    _kind = "iterator"

    def __iter__(self) -> Iterator[Any]:
        return _items(self)


def _items(source: Iterable) -> Iterator[Any]:
    """Iterates; leaving it, however that is done, ends the host's work on it."""
    import _dspex

    stream = _dspex.open_stream(f"iterator:{source._id}", None)
    try:
        while True:
            more, item = _dspex.next_item(stream)
            if not more:
                return
            yield item
    except _dspex.UpcallError as failure:
        raised = tools.error(failure, "iterator")
    finally:
        _dspex.close_stream(stream)
    raise raised


def install() -> None:
    """Let closures and sequences arrive in this worker."""
    for kind in (Callable, Iterable):
        converters.register(kind._kind, kind, lambda hosted: hosted._id, kind)
