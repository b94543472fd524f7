"""A cache with a bound, read without a lock: what the bridge keeps between requests must not grow with them."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Keeps the `limit` values that were made last. Safe from any thread.

    A hit is one dictionary look-up, without the bookkeeping of an LRU: the keys here (signatures, types, models) are
    few, and the bound is there for the program that makes new ones forever. Two threads that miss at the same time may
    both make the value; the first one stored is the one that both get.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[Hashable, Value] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made by `make` when it is not there. What `make` raises is not kept."""
        try:
            return self._values[key]
        except KeyError:
            pass
        value = make()
        with self._lock:
            value = self._values.setdefault(key, value)
            while len(self._values) > self._limit:
                del self._values[next(iter(self._values))]
        return value

    def find(self, key: Hashable) -> Value | None:
        """The value of `key`, if it is there."""
        return self._values.get(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)
