"""How what a function returned is iterated for the host: generators, iterables, asynchronous generators."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")

_loops = threading.local()

# What runs, by thread: a loop, and the task that is cancelled rather than interrupted. The worker looks threads up in here.
running: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[Any] | None]] = {}


def run(coroutine: Awaitable[Result], steps: bool = False) -> Result:
    """Run a coroutine to its end on this thread's own event loop, which stays open for the next one.

    Connections that a library keeps between calls are bound to a loop, and so live as long as the thread. What the host calls while a
    coroutine waits for it has a loop of its own. A step of a generator is cancelled and never interrupted: a generator whose step is lost in
    between can neither go on nor be closed.
    """
    loop, outer = _loop(), asyncio._get_running_loop()
    task = asyncio.ensure_future(coroutine, loop=loop)
    asyncio._set_running_loop(None)
    thread = threading.get_ident()
    before = running.get(thread)
    running[thread] = (loop, task if steps else None)
    try:
        return loop.run_until_complete(task)
    except BaseException:
        # The call may have been cancelled as it waited: its `finally` blocks run now, and nothing of it under the loop's next call, which the
        # callback that stops the loop at the end of this one would end. No interrupt breaks that off.
        running[thread] = (loop, task)
        if not task.done():
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
        loop.call_soon(loop.stop)
        loop.run_forever()
        raise
    finally:
        asyncio._set_running_loop(outer)
        if before is None:
            del running[thread]
        else:
            running[thread] = before


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a loop does with an exception of a callback."""
    import _dspex

    if not _dspex.cancel_again(context.get("exception")):
        loop.default_exception_handler(context)


def tell(loop: asyncio.AbstractEventLoop, task: asyncio.Future[Any] | None) -> None:
    """Cancel what a loop runs; without a task wake it: its thread has been interrupted, and would not see that while it waits."""
    loop.call_soon_threadsafe(task.cancel if task is not None else int)


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
                item = run(anext(source), steps=True)
            except StopAsyncIteration:
                return
            yield item
    finally:
        if end is not None:
            try:
                run(end(), steps=True)
            except BaseException:
                # A cancellation, of which there is one, may have come before the first step; what has been closed already stays so.
                run(end(), steps=True)
                raise


def _loop() -> asyncio.AbstractEventLoop:
    """The first of this thread's loops that does not run."""
    loops: list[asyncio.AbstractEventLoop] = _loops.__dict__.setdefault("all", [])
    for index, loop in enumerate(loops):
        if loop.is_closed():
            loops[index] = _new_loop()
        if not loops[index].is_running():
            return loops[index]
    loops.append(_new_loop())
    return loops[-1]


def _new_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(_report)
    return loop
