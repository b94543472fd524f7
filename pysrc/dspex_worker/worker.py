"""The first Python code of every worker, called right after the fork."""

import functools
import gc
import os
import sys

from dspex_worker import hosted, lifecycle, logs


def settle(variables: dict[str, str], folder: str | None) -> list[str]:
    """Make the worker at home: set `variables`, and have `folder`, when there is one, be its home and its place for
    temporary files. Returns the folders in which its packages lie, which it goes on reading when all else is hidden.

    Called before anything is taken away, and before any hook: what loads a GPU's library must find its variables set.
    """
    if folder is not None:
        variables = {"HOME": folder, "TMPDIR": folder, **variables}
        tempfile = sys.modules.get("tempfile")
        if tempfile is not None:
            tempfile.tempdir = None  # somebody may have asked in the zygote, and the answer is kept
    os.environ.update(variables)
    return [place for place in dict.fromkeys([*sys.path, sys.prefix, sys.base_prefix + "/lib"]) if place]


def connect() -> None:
    """Have what is said here heard by the host, its closures and sequences arrive, and its cancellations too where they hit a finalizer.
    Called before `start`.
    """
    import _dspex

    logs.connect()
    hosted.install()
    sys.unraisablehook = functools.partial(_dspex.unraisable, sys.unraisablehook)


def start() -> None:
    """Make the forked copy an interpreter of its own: collector on again, random numbers of its own, hooks run.

    Python reseeds `random` at the fork by itself; numpy's global generator it does not know, and two workers would
    otherwise draw the same numbers.
    """
    gc.enable()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    lifecycle.run_worker_hooks()
