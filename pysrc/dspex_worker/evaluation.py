"""Evaluates a program on a data set with a metric of the host."""

from collections.abc import Callable
from typing import Any

import dspy

from dspex_worker import capture, modules, run_options
from dspex_worker.arguments import Decoder, TargetError
from dspex_worker.metrics import INDEX, Metric, examples
from dspex_worker.observation import Observer, Progress
from dspex_worker.plain import plain, usage


class EvaluationError(RuntimeError):
    """A program or a metric failed too often. `details` has `errors` (how many there were) and the `first`."""

    def __init__(self, what: str, errors: list[Exception]) -> None:
        first = f"{type(errors[0]).__name__}: {errors[0]}" if errors else "DSPy does not say which"
        super().__init__(f"{what} was given up after {len(errors)} errors, the first of them {first}")
        self.details = {"code": "too_many_errors", "errors": len(errors), "first": first}


def evaluate(
    target: dict[str, Any],
    devset: list[dict[str, Any]],
    metric: Callable[..., Any] | dict[str, Any],
    options: dict[str, Any],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run the program that `target` describes on each example, and score what it predicts.

    `metric` is what `metrics.Metric` takes, or `{"object": target}` for one of DSPy's; `options` are those of
    `run_options.parse`, `progress` is called as `observation.Observer` says. Returns

        {"score": in percent, "results": [{"outputs", "score", "feedback", "error"}, …] in the order of the examples,
         "usage", "calls": {"metric", "lm"}}

    where `outputs` is None and `error` is `{"type", "message"}` for an example that failed, which counts as 0. Raises
    `EvaluationError` when `options.max_errors` examples have failed.
    """
    settings = run_options.parse(options, modules.build)
    built = modules.build(target)
    if built.signature is None:
        raise TargetError("target", "has no signature by which it could be evaluated")
    data = examples(devset, built.signature, "devset", numbered=True)
    observer = Observer(progress)
    errors: dict[int, Exception] = {}

    def scored(example: Any, score: float | None, error: Exception | None) -> None:
        if error is not None:
            errors[example[INDEX]] = error
        observer.scored(example, score, error)

    def program(**inputs: Any) -> Any:
        index = inputs.pop(INDEX)
        try:
            return built.value(**inputs)
        except Exception as error:
            errors[index] = error
            observer.failed(error)
            raise

    with settings.settings(built, callbacks=[observer]), capture.capture(observer.write):
        result = measure(program, data, Metric(decode_metric(metric), scored), observer, "evaluation")
    return {
        "score": result.score,
        "results": [
            _result(prediction, score, errors.get(index)) for index, (_, prediction, score) in enumerate(result.results)
        ],
        "usage": usage([prediction for _, prediction, _ in result.results]),
        "calls": observer.calls,
    }


def decode_metric(metric: object) -> Callable[..., Any]:
    """The metric as a function: one of the host's, or one of DSPy's by `{"object": target}`."""
    decoded = metric if callable(metric) else Decoder(modules.build).decode(metric, "metric")
    if not callable(decoded):
        raise TargetError("metric", f"must be a function, not {type(metric).__name__}")
    return decoded


def measure(
    program: Callable[..., Any], data: list[dspy.Example], metric: Metric, observer: Observer, phase: str
) -> Any:
    """DSPy's `EvaluationResult`, under the settings that hold."""
    observer.begin(phase, len(data))
    try:
        return dspy.Evaluate(devset=data, metric=metric)(program)
    except Exception as error:
        # DSPy has no type for it.
        if type(error) is Exception:
            raise EvaluationError("the evaluation", observer.errors) from (observer.errors or [None])[0]
        raise


def _result(prediction: Any, score: Any, error: Exception | None) -> dict[str, Any]:
    failed = error is not None
    return {
        "outputs": None if failed else plain(prediction),
        "score": float(score),
        "feedback": getattr(score, "feedback", None),
        "error": plain(error),
    }
