"""How what a function returned is iterated for the host: generators, iterables, asynchronous generators."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")

_loops = threading.local()


def run(coroutine: Awaitable[Result]) -> Result:
    """Run a coroutine to its end on this thread's own event loop, which stays open for the next one.

    Connections that a library keeps between calls are bound to a loop, and so live as long as the thread.
    """
    loop = _loop()
    task = asyncio.ensure_future(coroutine, loop=loop)
    try:
        return loop.run_until_complete(task)
    finally:
        if not task.done():
            # The call was cancelled as it waited: its `finally` blocks run now, and nothing of it under the loop's next call.
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))


def iterator(result: object) -> Iterator[object]:
    """An iterator over `result`: a generator itself, anything iterable, an asynchronous generator or anything with
    `__aiter__`.

    Raises TypeError for what cannot be iterated.
    """
    if hasattr(result, "__aiter__"):
        return _synchronous(result.__aiter__())
    return iter(result)


def close(iterator: Iterator[object]) -> None:
    """End a generator before its end: its `finally` blocks run now."""
    end = getattr(iterator, "close", None)
    if end is not None:
        end()


def _synchronous(source: AsyncIterator[object]) -> Iterator[object]:
    try:
        while True:
            try:
                item = run(anext(source))
            except StopAsyncIteration:
                return
            yield item
    finally:
        end = getattr(source, "aclose", None)
        if end is not None:
            run(end())


def _loop() -> asyncio.AbstractEventLoop:
    loop = getattr(_loops, "loop", None)
    if loop is None or loop.is_closed():
        loop = _loops.loop = asyncio.new_event_loop()
    return loop
