"""The wire form of DSPy's own records, `Example` and `Prediction`: (fields, the state beside them that is not as in a new one)."""

from collections.abc import Callable
from typing import Any

import dspy
from dspy.primitives.prediction import Completions

from dspex_worker import converters


def register() -> None:
    """Register them, in a process that has somebody to send them to."""
    if not converters.are_of_use():
        return
    _register("dspy.Example", dspy.Example, lambda: {"_demos": [], "_input_keys": None})
    _register("dspy.Prediction", dspy.Prediction, lambda: {"_completions": None, "_lm_usage": None})
    converters.register("dspy.Completions", Completions, lambda completions: completions._completions, Completions)


def _register(name: str, cls: type, fresh: Callable[[], dict[str, Any]]) -> None:
    usual = fresh()

    def to_payload(record: Any) -> object:
        state = dict(record.__dict__)
        fields = state.pop("_store")
        return fields, {key: value for key, value in state.items() if key not in usual or value != usual[key]}

    def from_payload(payload: Any) -> object:
        fields, state = payload
        record = cls.__new__(cls)
        # Attributes set one by one would become fields.
        record.__dict__.update({"_store": fields, **fresh(), **state})
        return record

    converters.register(name, cls, to_payload, from_payload)
