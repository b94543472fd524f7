"""Runs any of DSPy's optimisers over a program, by what their constructors and `compile` take."""

import inspect
from collections.abc import Callable
from typing import Any

import dspy
from dspy.teleprompt.bootstrap_finetune import FinetuneTeleprompter

from dspex_worker import capture, catalog, evaluation, modules, run_options, state
from dspex_worker.arguments import Built, Decoder, TargetError
from dspex_worker.metrics import Metric, examples
from dspex_worker.observation import Observer, Progress

_KEYS = frozenset({"path", "args", "compile", "measure"})
# These demand that a model be set on the predictors.
_WITH_MODEL = (dspy.BetterTogether, FinetuneTeleprompter)


class OptimiserError(RuntimeError):
    """An optimiser gave up. `details` has the `reason`, and the `first` error that it came upon."""

    def __init__(self, path: str, error: Exception, errors: list[Exception]) -> None:
        first = f"{type(errors[0]).__name__}: {errors[0]}" if errors else None
        reason = str(error) or type(error).__name__
        super().__init__(f"{path}: {reason}" + (f" (the first error was {first})" if first else ""))
        self.details = {"code": "optimiser_failed", "path": path, "reason": reason, "first": first}


def optimise(
    optimiser: dict[str, Any],
    student: dict[str, Any],
    trainset: list[dict[str, Any]],
    metric: Callable[..., Any] | dict[str, Any],
    options: dict[str, Any],
    valset: list[dict[str, Any]] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Have `{"path", "args", "compile", "measure"}` optimise the program that `student` describes.

    `args` are the constructor's, `compile` those of `compile`, both in the forms of `arguments` and optional. Data,
    metric, model and number of threads are given to whatever has a parameter for them. `metric` and `progress` are as
    in `evaluation.evaluate`. With `measure` (true unless it is false) the student and the result are evaluated on
    `valset`, or `trainset` where there is none. Returns

        {"state": what `state.load` takes for the same student, or None where `warnings` says why there is none,
         "score", "baseline": in percent, of the result and of the student; None without `measure`,
         "reported": the optimiser's own best score, in its own unit, or None,
         "calls": {"metric", "lm"}, "log": [line, …], "warnings": [text, …]}
    """
    if not isinstance(optimiser, dict) or not optimiser.keys() <= _KEYS:
        raise TargetError("optimiser", f"must be a dictionary of {', '.join(sorted(_KEYS))}")
    entry = catalog.entry(optimiser.get("path"))
    if entry["category"] != "optimization":
        raise TargetError("optimiser.path", f"{entry['path']} is no optimiser")
    kind = catalog.resolve(entry["path"])
    settings = run_options.parse(options, modules.build)
    # Never a program that is kept: some optimisers write to the signature that they are given.
    built = modules.build(student, "student")
    if built.signature is None or not isinstance(built.value, dspy.Module):
        raise TargetError("student", "must be a program with a signature")
    train = examples(trainset, built.signature, "trainset")
    validation = examples(valset, built.signature, "valset") if valset else None
    observer = Observer(progress)
    measured = Metric(evaluation.decode_metric(metric), observer.scored)
    call = _Call(kind, entry, optimiser)
    call.offer(metric=measured, trainset=train, devset=train, valset=validation, num_threads=settings.num_threads)
    measure = optimiser.get("measure") is not False

    with settings.settings(built, callbacks=[observer]), capture.capture(observer.write):
        data = validation or train
        baseline = evaluation.measure(built.value, data, measured, observer, "baseline") if measure else None
        observer.begin("optimisation")
        program = call.run(built, settings, observer)
        result = evaluation.measure(program, data, measured, observer, "result") if measure else None
    content, warnings = _state(program, built)
    return {
        "state": content,
        "score": result.score if result else None,
        "baseline": baseline.score if baseline else None,
        "reported": _reported(program),
        "calls": observer.calls,
        "log": observer.log,
        "warnings": warnings,
    }


class _Call:
    """The arguments of an optimiser and of its `compile`."""

    def __init__(self, kind: type, entry: dict[str, Any], optimiser: dict[str, Any]) -> None:
        self._kind = kind
        self._entry = entry
        self._parameters: list[dict[str, Any]] = entry["parameters"]
        self._compile_parameters: list[dict[str, Any]] = entry["call"]["parameters"]
        decoder = Decoder(modules.build)
        self._args = decoder.arguments(optimiser.get("args"), "optimiser.args")
        self._compile = decoder.arguments(optimiser.get("compile"), "optimiser.compile")

    def offer(self, **values: Any) -> None:
        """Give these to whatever has a parameter for them and was not given one; `compile` comes first."""
        names, takes_more = _constructor_names(self._kind)
        compiled = {parameter["name"] for parameter in self._compile_parameters}
        for name, value in values.items():
            if value is None or name in self._args or name in self._compile:
                continue
            if name in compiled:
                self._compile[name] = value
            # What takes any argument hands them to an optimiser that it makes: that one has a metric.
            elif name in names or (name == "metric" and takes_more):
                self._args[name] = value

    def run(self, student: Built, settings: run_options.RunOptions, observer: Observer) -> Any:
        """Make the optimiser and have it compile the student, under the settings that hold."""
        names = {parameter["name"] for parameter in self._parameters}
        if "reflection_lm" in names and not self._args.keys() & {"reflection_lm", "instruction_proposer"}:
            self._args["reflection_lm"] = settings.lm()
        program = student.value.deepcopy()
        if issubclass(self._kind, _WITH_MODEL):
            program.set_lm(settings.lm())
        if any(parameter["name"] == "student" for parameter in self._compile_parameters):
            self._compile["student"] = program
        modules.require_arguments(self._parameters, self._args, "optimiser.args")
        modules.require_arguments(self._compile_parameters, self._compile, "optimiser.compile")
        path = self._entry["path"]
        try:
            made = self._kind(**self._args)
        except (TypeError, ValueError, AssertionError) as error:
            raise TargetError("optimiser.args", f"{path} refuses them: {error}") from error
        budget = getattr(made, "max_metric_calls", None)
        observer.total = budget if isinstance(budget, int) else None
        try:
            return made.compile(**self._compile)
        except (AssertionError, ImportError, NotImplementedError) as error:
            raise OptimiserError(path, error, observer.errors) from error
        except Exception as error:
            # DSPy has no type for an evaluation that it gave up.
            if type(error) is Exception:
                raise OptimiserError(path, error, observer.errors) from error
            raise


def _constructor_names(kind: type) -> tuple[set[str], bool]:
    """The parameters of a constructor, and of those that it hands the rest to; and whether there is a rest."""
    names: set[str] = set()
    for base in kind.__mro__[:-1]:
        if "__init__" not in base.__dict__:
            continue
        parameters = inspect.signature(base.__init__).parameters.values()
        names.update(parameter.name for parameter in parameters)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return names, base is not kind
    return names, True


def _reported(program: Any) -> float | None:
    candidates = getattr(program, "candidate_programs", None)
    if isinstance(candidates, list) and candidates and all(isinstance(one, dict) for one in candidates):
        scores = [one["score"] for one in candidates if isinstance(one.get("score"), int | float)]
        return float(max(scores)) if scores else None
    details = getattr(program, "detailed_results", None)
    scores = getattr(details, "val_aggregate_scores", None)
    return float(max(scores)) if scores else None


def _state(program: Any, student: Built) -> tuple[dict[str, Any] | None, list[str]]:
    """The state by which the student becomes the result."""
    if not isinstance(program, dspy.Module) or type(program) is not type(student.value):
        return None, [f"the result is a {type(program).__name__}, which no state can make of the student"]
    if "forward" in vars(program):
        return None, ["the result differs from the student by what it does, which is no part of a state"]
    for _, parameter in program.named_parameters():
        parameter.lm = None  # models are the host's
    content = state.dump_module(program)
    state.load(student.value, content)
    return content, []
