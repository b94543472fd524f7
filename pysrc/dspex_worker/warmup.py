"""Pays DSPy's first-use costs ahead: most of them in the zygote, where all workers share them, the rest before a
worker says that it is ready."""

import importlib
import importlib.util

import dspy
from dspy.lm15 import Request, Response

from dspex_worker import hot_code, lifecycle, lm15_serde
from dspex_worker.engine import PREFIX, HostEngine
from dspex_worker.program_cache import ADAPTERS, LEAN_SETTINGS, program_for

# DSPy imports these when a path is first taken. Importing them starts nothing; taking the paths (streaming,
# asynchronous calls, Parallel) would leave threads behind. Those that are not installed are left out.
_LAZY_IMPORTS = (
    "anyio._backends._asyncio",
    "cachetools",
    "concurrent.futures.thread",
    "dspy.adapters.baml_adapter",
    "dspy.clients.call_result",
    "dspy.clients.costs",
    "dspy.clients.engines.streaming",
    "dspy.clients.execution",
    "jiter",
    "multiprocessing",
    "sqlite3",
    "tqdm",
)

# XML is left out: few workers ever speak it, and a round of it adds a third to what all of them wait for.
_ADAPTERS = ("compact_json", "json", "chat")
_SIGNATURE = (
    "WarmUp",
    "Answer the question.",
    (("question", ("str",), None), ("passages", ("list", ("str",)), "Best first.")),
    (("answer", ("str",), None), ("score", ("float",), None)),
)
_INPUTS = {"question": "Is it warm?", "passages": ["It is."]}
_DEMOS = [{**_INPUTS, "answer": "yes", "score": 1.0}]
_VALUES = {"reasoning": "It says so.", "answer": "yes", "score": "1.0"}


class WarmUpEngine(HostEngine):
    """Answers at once, without a host, going the same way through the dictionaries as a real answer does."""

    def __init__(self, adapter: str) -> None:
        super().__init__(response_schema=True)
        if adapter == "chat":
            self._text = "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in _VALUES.items())
        else:
            self._text = "{" + ", ".join(f'"{name}": "{value}"' for name, value in _VALUES.items()) + "}"

    def complete(self, request: Request) -> Response:
        """The same answer to everything."""
        asked = lm15_serde.request_to_dict(request)
        return lm15_serde.response_from_dict({
            "id": "warm-up",
            "model": asked["model"],
            "finish_reason": "stop",
            "message": {"role": "assistant", "parts": [{"type": "text", "text": self._text}]},
            "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2},
        })  # fmt: skip


def run(adapter: str, kind: str) -> None:
    """One prediction, which `WarmUpEngine` answers."""
    engine = WarmUpEngine(adapter)
    lm = dspy.LM(f"{PREFIX}warm-up", engine=engine, cache=False, num_retries=0)
    program = program_for(kind, _SIGNATURE)
    program.run(lm, ADAPTERS[adapter], _INPUTS, _DEMOS, {"temperature": 0.0, "max_tokens": 1})


def register() -> None:
    """Hook the zygote's and the worker's start."""
    lifecycle.at_zygote(prepare_zygote)
    lifecycle.at_worker(prepare_worker)


def prepare_zygote() -> None:
    """Configure DSPy for good, in the one thread that may, and take the paths of the common adapters once."""
    for name in _LAZY_IMPORTS:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    # Before anything can touch `dspy.cache`, which would open 48 descriptors that workers must not share.
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    dspy.configure(**LEAN_SETTINGS)
    _take_common_paths()
    hot_code.lay_together(_take_common_paths)


def _take_common_paths() -> None:
    for adapter in _ADAPTERS:
        for kind in ("Predict", "ChainOfThought"):
            run(adapter, kind)


def prepare_worker() -> None:
    """Touch the memory that a prediction writes to: after the fork each page has to be copied once."""
    run("compact_json", "ChainOfThought")
