"""How what a function returned is iterated for the host: generators, iterables, asynchronous generators."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")

_loops = threading.local()

# The loops that run, by the thread of each.
_running: dict[int, asyncio.AbstractEventLoop] = {}


def run(coroutine: Awaitable[Result]) -> Result:
    """Run a coroutine to its end on this thread's own event loop, which stays open for the next one.

    Connections that a library keeps between calls are bound to a loop, and so live as long as the thread. What the host calls while a
    coroutine waits for it has a loop of its own.
    """
    loop, outer = _loop(), asyncio._get_running_loop()
    task = asyncio.ensure_future(coroutine, loop=loop)
    asyncio._set_running_loop(None)
    _running[threading.get_ident()] = loop
    try:
        return loop.run_until_complete(task)
    except BaseException:
        # The call may have been cancelled as it waited: its `finally` blocks run now, and nothing of it under the loop's next call, which the
        # callback that stops the loop at the end of this one would end.
        if not task.done():
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
        loop.call_soon(loop.stop)
        loop.run_forever()
        raise
    finally:
        asyncio._set_running_loop(outer)
        if outer is None:
            del _running[threading.get_ident()]
        else:
            _running[threading.get_ident()] = outer


def wake(thread: int) -> None:
    """Wake the loop of a thread that is to be interrupted: while it waits it would not see an exception."""
    loop = _running.get(thread)
    if loop is not None:
        loop.call_soon_threadsafe(int)


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
    end = getattr(source, "aclose", None)
    try:
        while True:
            try:
                item = run(anext(source))
            except StopAsyncIteration:
                return
            yield item
    finally:
        if end is not None:
            try:
                run(end())
            except BaseException:
                # A cancellation, of which there is one, may have come before the first step; what has been closed already stays so.
                run(end())
                raise


def _loop() -> asyncio.AbstractEventLoop:
    """The first of this thread's loops that does not run."""
    loops: list[asyncio.AbstractEventLoop] = _loops.__dict__.setdefault("all", [])
    for index, loop in enumerate(loops):
        if loop.is_closed():
            loops[index] = asyncio.new_event_loop()
        if not loops[index].is_running():
            return loops[index]
    loops.append(asyncio.new_event_loop())
    return loops[-1]
