"""The first Python code of every worker, called right after the fork."""

import gc
import sys

from dspex_worker import hosted, lifecycle, logs


def start() -> None:
    """Make the forked copy an interpreter of its own: collector on again, random numbers of its own, hooks run.

    Python reseeds `random` at the fork by itself; numpy's global generator it does not know, and two workers would
    otherwise draw the same numbers.
    """
    gc.enable()
    logs.install()
    hosted.install()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    lifecycle.run_worker_hooks()
