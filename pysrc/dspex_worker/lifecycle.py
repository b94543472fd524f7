"""Hooks that modules register at import for the two moments of a process's life: just before it becomes the frozen
zygote, and right after a worker was forked from it."""

from collections.abc import Callable
from typing import TypeVar

Hook = TypeVar("Hook", bound=Callable[[], object])

_zygote_hooks: list[Callable[[], object]] = []
_worker_hooks: list[Callable[[], object]] = []
_worker_started = False


def at_zygote(hook: Hook) -> Hook:
    """Have `hook` called once in the zygote, after the preload list is imported and before the heap is frozen.

    It runs in the only thread and must leave no other, nor an open descriptor: every worker inherits what it leaves.
    A module that is imported first in a worker has missed that moment, and its hook is never called.
    """
    if hook not in _zygote_hooks:
        _zygote_hooks.append(hook)
    return hook


def at_worker(hook: Hook) -> Hook:
    """Have `hook` called in every worker before it serves its first request; at once when that has passed."""
    if _worker_started:
        hook()
    elif hook not in _worker_hooks:
        _worker_hooks.append(hook)
    return hook


def run_zygote_hooks() -> None:
    """Call the zygote hooks in the order of their registration. The first that raises ends the zygote's start."""
    for hook in list(_zygote_hooks):
        hook()


def run_worker_hooks() -> None:
    """Call the worker hooks in the order of their registration, once in the life of a process."""
    global _worker_started
    if _worker_started:
        return
    _worker_started = True
    for hook in list(_worker_hooks):
        hook()
