"""The options of a request that runs any of DSPy's programs: those of a prediction, and what programs need besides."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dspy

from dspex_worker import interpreters, quiet, request_options
from dspex_worker.arguments import Built, Decoder
from dspex_worker.program_cache import ADAPTERS, LEAN_SETTINGS
from dspex_worker.programs import host_lm
from dspex_worker.request_options import Options, OptionsError

_OWN = ("interpreter", "trace", "num_threads", "max_errors")
# What Refine and the optimisers read back of a run. It is gone when the request is.
_TRACE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The checked options of one request."""

    options: Options
    adapter: dspy.Adapter
    interpreter: Callable[..., Any] | None
    trace: bool
    num_threads: int | None
    max_errors: int | None

    def lm(self) -> dspy.LM:
        """The model, with the request's generation settings: a copy, for DSPy writes to those it is given."""
        return host_lm(self.options.model, *self.options.capabilities).copy(**self.options.config)

    @contextlib.contextmanager
    def settings(self, built: Built, **more: Any) -> Iterator[None]:
        """DSPy's settings for the time of the request, and no progress bars."""
        factory: Callable[[], Any] = interpreters.unavailable
        if self.interpreter is not None:
            factory = interpreters.factory(self.interpreter, built.tools)
        settings = {
            **LEAN_SETTINGS,
            "max_trace_size": _TRACE_SIZE,
            "lm": self.lm(),
            "adapter": self.adapter,
            "trace": [],
            "track_usage": True,
            "interpreter_factory": factory,
            **more,
        }
        for name in ("num_threads", "max_errors"):
            if (value := getattr(self, name)) is not None:
                settings[name] = value
        with quiet.quiet(), dspy.context(**settings):
            yield


def parse(options: object, build: Callable[[object, str], Built]) -> RunOptions:
    """Check `options`: those of `request_options.parse`, and

    - `adapter` may also be `{"object": target}`, an adapter of the catalog;
    - `interpreter`: a function that runs code, as `interpreters.HostInterpreter` takes it;
    - `trace`: whether to return what each predictor was given and answered;
    - `num_threads`: how many threads a program that has several may have (8);
    - `max_errors`: after how many errors such a program gives up (10).
    """
    if not isinstance(options, dict):
        raise OptionsError("", f"must be a dictionary, not {type(options).__name__}")
    rest = {name: value for name, value in options.items() if name not in _OWN}
    adapter = rest.get("adapter")
    made = None
    if isinstance(adapter, dict):
        made = Decoder(build).decode(adapter, "options.adapter")
        if not isinstance(made, dspy.Adapter):
            raise OptionsError("adapter", "is no adapter of DSPy")
        rest["adapter"] = "chat"
    parsed = request_options.parse(rest)
    interpreter = options.get("interpreter")
    if interpreter is not None and not callable(interpreter):
        raise OptionsError("interpreter", f"must be a function, not {type(interpreter).__name__}")
    return RunOptions(
        parsed,
        made or ADAPTERS[parsed.adapter],
        interpreter,
        options.get("trace") is True,
        _count(options, "num_threads"),
        _count(options, "max_errors"),
    )


def _count(options: dict[str, Any], name: str) -> int | None:
    value = options.get(name)
    if value is not None and (type(value) is not int or value < 1):
        raise OptionsError(name, f"must be a number of at least 1, not {value!r}")
    return value
