"""DSPy's own threads and progress bars here: no bars, contexts that reach every thread, no second attempts."""

import contextlib
import contextvars
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import tqdm.std
from dspy.evaluate import evaluate
from dspy.utils import parallelizer

from dspex_worker.once import once

_quiet: contextvars.ContextVar[bool] = contextvars.ContextVar("dspex_quiet", default=False)


class _ContextExecutor(ThreadPoolExecutor):
    """Threads that work in the context of whoever gave them the work."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        # DSPy leaves what it has not begun to be done all the same, after a cancellation, too.
        super().shutdown(wait, cancel_futures=True)


@once
def install() -> None:
    """Put these in place of what DSPy uses. Further calls do nothing."""
    parallelizer.ThreadPoolExecutor = _ContextExecutor
    # An evaluation cannot be told not to ask again for what takes more than two minutes: the host knows about that.
    evaluate.ParallelExecutor = functools.partial(parallelizer.ParallelExecutor, timeout=0)
    original = tqdm.std.tqdm.__init__

    @functools.wraps(original)
    def silent(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **({**kwargs, "disable": True} if _quiet.get() else kwargs))

    tqdm.std.tqdm.__init__ = silent
    tqdm.std.tqdm.monitor_interval = 0  # a bar that is not shown would start a thread all the same


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars in this context."""
    install()
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)
