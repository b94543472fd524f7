"""What a request says besides its signature and inputs: model, adapter, capabilities, demos, generation settings."""

from dataclasses import dataclass, field
from typing import Any

_ADAPTERS = ("compact_json", "json", "chat", "xml")
_KEYS = ("model", "adapter", "capabilities", "demos", "config")
CAPABILITIES = ("response_schema", "function_calling", "reasoning")
# What can be carried to a model. The rest of what DSPy takes here (its cache, its retries, addresses and keys) is the
# host's to decide; `n` would make several predictions of which one could be returned.
_CONFIG_KEYS = frozenset({
    "temperature", "max_tokens", "top_p", "top_k", "stop", "seed", "frequency_penalty", "presence_penalty", "logprobs",
    "top_logprobs", "logit_bias", "user", "service_tier", "metadata", "reasoning_effort",
})  # fmt: skip


class OptionsError(ValueError):
    """An option is unknown or has the wrong type. `details["field"]` says which."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"options.{name}: {problem}")
        self.details = {"code": "invalid_options", "field": name}


@dataclass(frozen=True, slots=True)
class Options:
    """The checked options of one request."""

    model: str
    adapter: str
    # In the order of CAPABILITIES.
    capabilities: tuple[bool, bool, bool] = (False, False, False)
    demos: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)


def parse(options: object) -> Options:
    """Check `options` as the host sends them. Settings that are None count as not given. Raises `OptionsError`."""
    if not isinstance(options, dict):
        raise OptionsError("", f"must be a dictionary, not {type(options).__name__}")
    _require_known(options, _KEYS, "")
    model = options.get("model")
    if not isinstance(model, str) or not model:
        raise OptionsError("model", f"must name a model, not be {model!r}")
    adapter = options.get("adapter")
    if adapter not in _ADAPTERS:
        raise OptionsError("adapter", f"must be one of {', '.join(_ADAPTERS)}, not {adapter!r}")
    capabilities = _dictionary(options, "capabilities")
    _require_known(capabilities, CAPABILITIES, "capabilities.")
    config = _dictionary(options, "config")
    _require_known(config, sorted(_CONFIG_KEYS), "config.")
    demos = options.get("demos")
    return Options(
        model,
        adapter,
        tuple(capabilities.get(name) is True for name in CAPABILITIES),  # type: ignore[arg-type]
        [] if demos is None else demos,
        {name: value for name, value in config.items() if value is not None},
    )


def _dictionary(options: dict[str, Any], name: str) -> dict[str, Any]:
    value = options.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise OptionsError(name, f"must be a dictionary, not {type(value).__name__}")
    return value


def _require_known(values: dict[Any, Any], known: Any, prefix: str) -> None:
    for name in values:
        if name not in known:
            raise OptionsError(f"{prefix}{name}", f"is no option here; expected one of {', '.join(known)}")
