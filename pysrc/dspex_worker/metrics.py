"""Metrics of the host as DSPy's optimisers and evaluations call them, and the examples that they are given."""

import math
from collections.abc import Callable
from typing import Any

import dspy

from dspex_worker.field_types import InputError
from dspex_worker.host_functions import HostFunction
from dspex_worker.plain import plain
from dspex_worker.signatures import BuiltSignature

# An input that DSPy is not told of: the example's place in its data set.
INDEX = "dspex_index"


class MetricError(TypeError):
    """A metric returned what is no score."""

    def __init__(self, value: object) -> None:
        shown = repr(value)
        super().__init__(f"a metric returns a number or {{'score', 'feedback'}}, not {shown[:200]}")
        self.details = {"code": "invalid_score", "actual": shown[:200]}


class Score(dspy.Prediction):
    """A score with feedback. True when it is not 0, as a score without is."""

    def __bool__(self) -> bool:
        return bool(self.score)


class Metric:
    """A metric, called as any of DSPy's callers likes: with two arguments, three, or GEPA's five.

    One of the host takes `(example, prediction, trace)`: two dictionaries, and whether it is asked in order to make
    demos, when it should be strict. It returns a number, a truth value, or `{"score", "feedback"}`. A function or
    module of DSPy is called as it is. `seen` is told each score and each error, with the example.
    """

    def __init__(
        self, metric: Callable[..., Any], seen: Callable[[Any, float | None, Exception | None], None] | None = None
    ) -> None:
        self._native = getattr(metric, "__module__", "").startswith("dspy.") or isinstance(metric, dspy.Module)
        self._metric = metric if self._native else HostFunction(metric)
        self._seen = seen

    def __call__(
        self, example: Any, prediction: Any, trace: Any = None, pred_name: str | None = None, pred_trace: Any = None
    ) -> float | Score:
        """The score of one prediction."""
        try:
            score = _score(self._value(example, prediction, trace))
        except Exception as error:
            if self._seen is not None:
                self._seen(example, None, error)
            raise
        if self._seen is not None:
            self._seen(example, float(score), None)
        return score

    def _value(self, example: Any, prediction: Any, trace: Any) -> Any:
        if self._native:
            return self._metric(example, prediction, trace)
        fields = {name: value for name, value in plain(example).items() if name != INDEX}
        # A program may have failed to predict.
        return self._metric(fields, plain(prediction) if prediction is not None else {}, trace is not None)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Metric":
        return self


def _score(value: Any) -> float | Score:
    if isinstance(value, dspy.Prediction) and "score" in value:
        value = {**value}
    feedback = None
    if isinstance(value, dict) and "score" in value and value.keys() <= {"score", "feedback"}:
        value, feedback = value["score"], value.get("feedback")
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise MetricError(value)
    return Score(score=float(value), feedback=str(feedback)) if feedback is not None else float(value)


def examples(items: object, signature: BuiltSignature, name: str, *, numbered: bool = False) -> list[dspy.Example]:
    """Examples of the signature: dictionaries of its inputs and of whatever a metric compares with.

    Fields of the signature are checked against it. Raises `InputError`.
    """
    if not isinstance(items, list | tuple) or not items:
        raise InputError(name, "a list of at least one dictionary", items)
    made = []
    for index, item in enumerate(items):
        path = f"{name}[{index}]"
        if not isinstance(item, dict) or not all(isinstance(key, str) for key in item):
            raise InputError(path, "a dictionary of fields", item)
        missing = [key for key in signature.inputs if key not in item and key not in signature.optional_inputs]
        if missing:
            raise InputError.missing(missing, within=path)
        known = {**signature.inputs, **signature.outputs}
        fields = {
            key: known[key](value, f"{path}.{key}") if key in known and value is not None else value
            for key, value in item.items()
        }
        given = [key for key in signature.inputs if key in item]
        if numbered:
            fields[INDEX] = index
            given.append(INDEX)
        made.append(dspy.Example(**fields).with_inputs(*given))
    return made
