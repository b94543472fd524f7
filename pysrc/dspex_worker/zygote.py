"""Makes the zygote: an interpreter with everything imported, nothing running and its heap frozen."""

import contextlib
import faulthandler  # noqa: F401
import gc
import importlib
import importlib.metadata
import os
import platform
import sys

import dspex_worker

# Every worker needs `faulthandler` and the others at once; imported here, they are there when it is forked.
from dspex_worker import converters, failures, lifecycle, logs, sources, worker  # noqa: F401

# Read by libraries when they load, so they are set before the preload list is imported. A value that the pool's own
# environment gives is kept.
_ENVIRONMENT = {
    # OpenBLAS starts a thread for every core when numpy loads it; the zygote may have only one.
    "OPENBLAS_NUM_THREADS": "1",
    # libgomp's threads spin at barriers by default, which costs llama.cpp a factor of ten on busy cores.
    "OMP_WAIT_POLICY": "passive",
}

# What must be loaded along with a library so that it is set up for workers.
_BRIDGES = {"dspy": "dspex_worker.programs"}


class PreloadError(ImportError):
    """A name of the preload list cannot be imported, or its import is not fit for a zygote."""


def prepare(preload: list[str]) -> dict[str, object]:
    """Import `preload`, run the zygote hooks and freeze the heap. Call it once, in the only thread.

    The collector stays off from here on: a pass over a heap that is shared with forked children would copy its pages
    into each of them (`worker.start` turns it on again, when everything older is frozen). Naming `dspy` brings its
    bridge, `dspex_worker.programs`, with it.

    Returns the versions: `{"python", "dspex_worker", "packages": {top-level name: version}, "modules": count}`, and as
    `"sources"` where the code comes from (`sources.folders`).
    Raises `PreloadError` when a name cannot be imported or its import leaves a thread running.
    """
    gc.disable()
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if converters.are_of_use():
        converters.install()
    packages: dict[str, str] = {}
    for name in preload:
        top_level = name.partition(".")[0]
        _load(name)
        if top_level in _BRIDGES:
            _load(_BRIDGES[top_level])
        packages[top_level] = _version(top_level)
    lifecycle.run_zygote_hooks()
    _require_one_thread("the zygote hooks")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # there is none, or nobody reads it
            stream.flush()  # what is left in a buffer would be written again by every worker
    logs.install()
    folders = sources.folders()
    gc.collect()
    gc.freeze()
    return {
        "python": platform.python_version(),
        "dspex_worker": dspex_worker.__version__,
        "packages": packages,
        "modules": len(sys.modules),
        "sources": folders,
    }


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception as error:
        raise PreloadError(
            f"cannot preload {name!r}: {type(error).__name__}: {error}. Install it into the worker's venv, or take it "
            "from the pool's preload list.",
            name=name,
        ) from error
    _require_one_thread(f"importing {name!r}")


def _require_one_thread(cause: str) -> None:
    threads = os.listdir("/proc/self/task")
    if len(threads) > 1:
        raise PreloadError(
            f"{cause} left {len(threads) - 1} more thread(s) running, and a thread does not survive the fork. "
            "Take the package from the pool's preload list (workers then import it on first use), or turn its threads "
            "off in the pool's environment."
        )


def _version(top_level: str) -> str:
    version = getattr(sys.modules[top_level], "__version__", None)
    if isinstance(version, str):
        return version
    try:
        return importlib.metadata.version(top_level)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
