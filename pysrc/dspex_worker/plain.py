"""DSPy's values as the host has them: predictions and examples are dictionaries, models are what they hold."""

from typing import Any

import dspy
import pydantic


def plain(value: Any) -> Any:
    """The value with nothing of DSPy's in it, containers included. What has no such form is left as it is."""
    if isinstance(value, dspy.Example):  # a Prediction is one, too
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, pydantic.BaseModel):
        return value.model_dump(mode="json")
    kind = type(value)
    if kind is list:
        return [plain(item) for item in value]
    if kind is tuple:
        return tuple(plain(item) for item in value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, BaseException):
        return {"type": type(value).__name__, "message": str(value)}
    return value


def usage(result: Any) -> dict[str, int] | None:
    """The tokens that a prediction, or all of a list of them, took; None when the models counted none."""
    counts: dict[str, int] = {}
    for prediction in result if isinstance(result, list | tuple) else [result]:
        by_model = prediction.get_lm_usage() if isinstance(prediction, dspy.Prediction) else None
        for used in (by_model or {}).values():
            for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
                counts[name] = counts.get(name, 0) + (used.get(name) or 0)
    return counts or None
