"""DSPy's optimisers against a scripted host, which answers rightly when it is told how."""

import collections
import contextlib
import importlib.util
import itertools
import json
import logging
import re
import threading

import dspy
import pytest
from host_stand_in import HostCancelled, over_the_wire
from scripts import Closure, by_payload, fields, last_message, system_message
from specs import QA, STR, options

from dspex_worker import modules, optimisers, programs
from dspex_worker.arguments import TargetError
from dspex_worker.catalog import UnknownPath
from dspex_worker.evaluation import EvaluationError
from dspex_worker.field_types import InputError
from dspex_worker.optimisers import OptimiserError

SIGNATURE = ("QA", "Answer.", (("question", STR, None),), (("answer", STR, None),))
STUDENT = {"path": "dspy.ChainOfThought", "signature": SIGNATURE}
DATA = [{"question": f"q{number}", "answer": "gold"} for number in range(12)]
HINT = "Say gold."


@pytest.fixture
def scripted(host):
    """Right when it is told how, at every third question, and at the one after it at every second time: so that some
    demos are found, and the same question is answered well and badly."""
    asked = collections.Counter()
    lock = threading.Lock()

    def answer(payload):
        schema = payload["request"].get("config", {}).get("response_format", {}).get("schema", {})
        names = list(schema.get("properties", ()))
        if "answer" in names:
            number = int(re.findall(r"\bq(\d+)", last_message(payload))[-1])
            with lock:
                asked[number] += 1
                lucky = number % 3 == 0 or (number % 3 == 1 and asked[number] % 2 == 0)
            told = HINT in json.dumps(payload["request"])
            return fields(**dict.fromkeys(names, "gold" if told or lucky else "lead"))
        if names:
            return fields(**dict.fromkeys(names, HINT))
        # Asked without a schema: by what each optimiser looks for.
        known = ("proposed_instruction", "new_instruction", "improved_instruction", "discussion")
        advice = {"module_advice": {"predict": HINT}}
        return json.dumps({**dict.fromkeys(known, f"```\n{HINT}\n```"), **advice})

    by_payload(host, answer)
    return host


def right():
    return Closure(lambda example, prediction, trace: prediction.get("answer") == example["answer"])


def optimise(path, args=None, metric=None, **more):
    optimiser = {"path": path, "args": args or {}, **more.pop("optimiser", {})}
    given = options("json", num_threads=3, **more.pop("options", {}))
    return optimisers.optimise(
        optimiser, more.pop("student", STUDENT), more.pop("data", DATA), metric or right(), given, **more
    )


EMBEDDER = {
    "object": {
        "path": "dspy.Embedder",
        "args": {"model": Closure(lambda texts: [[float(len(text)), 1.0] for text in texts]), "caching": False},
    }
}
needs_optuna = pytest.mark.skipif(importlib.util.find_spec("optuna") is None, reason="optuna is not installed")


@pytest.mark.parametrize(
    ("path", "args", "compiled", "demos", "instructions"),
    [
        ("dspy.LabeledFewShot", {"k": 2}, {}, 2, "Answer."),
        ("dspy.BootstrapFewShot", {"max_bootstrapped_demos": 2, "max_labeled_demos": 2}, {}, 2, "Answer."),
        ("dspy.BootstrapRS", {"num_candidate_programs": 2, "max_labeled_demos": 2}, {}, None, "Answer."),
        ("dspy.COPRO", {"breadth": 3, "depth": 2}, {}, 0, HINT),
        ("dspy.InferRules", {"num_candidates": 1, "max_bootstrapped_demos": 1}, {}, None, HINT),
        ("dspy.SIMBA", {"bsize": 6, "max_steps": 2, "num_candidates": 2, "max_demos": 0}, {}, 0, HINT),
        ("dspy.GEPA", {"max_metric_calls": 40}, {}, 0, HINT),
        pytest.param(
            "dspy.MIPROv2",
            {"auto": None, "num_candidates": 2, "max_bootstrapped_demos": 0, "max_labeled_demos": 0},
            {"num_trials": 3, "minibatch": False},
            0,
            HINT,
            marks=needs_optuna,
        ),
        pytest.param(
            "dspy.BootstrapFewShotWithOptuna", {"num_candidate_programs": 2}, {"max_demos": 2}, 1, "Answer.",
            marks=needs_optuna,
        ),
        (
            "dspy.BetterTogether",
            {"p": {"object": {"path": "dspy.BootstrapFewShot", "args": {"metric": right(), "max_labeled_demos": 0}}}},
            {"strategy": "p"},
            None,
            "Answer.",
        ),
    ],
)  # fmt: skip
def test_every_optimiser_makes_a_state_of_the_student(scripted, path, args, compiled, demos, instructions):
    progress = []
    result = optimise(path, args, optimiser={"compile": compiled}, valset=DATA[:5], progress=progress.append)
    assert over_the_wire(result) == result
    predictor = result["state"]["predict"]
    assert predictor["signature"]["instructions"].endswith(instructions)
    assert demos is None or len(predictor["demos"]) == demos
    assert result["baseline"] == 40.0
    if instructions == HINT:
        assert result["score"] == 100.0
    assert result["score"] >= result["baseline"]
    assert result["calls"]["lm"] == len(scripted.payloads)
    assert result["warnings"] == []
    assert {"baseline", "result"} <= {event["phase"] for event in progress}
    # The student becomes the result, anywhere, and is what it was itself.
    modules.run({**STUDENT, "state": result["state"]}, {"question": "q1"}, options("json"))
    assert (HINT in system_message(scripted.payloads[-1])) == (instructions == HINT)
    modules.run(STUDENT, {"question": "q1"}, options("json"))
    assert HINT not in system_message(scripted.payloads[-1])
    assert programs.host_lm("smollm2-135m-instruct", True).kwargs.keys() == {"temperature", "max_tokens"}


def test_what_no_state_can_say_is_said(scripted):
    neighbours = optimise("dspy.KNNFewShot", {"k": 2, "vectorizer": EMBEDDER})
    assert neighbours["state"] is None
    assert "no part of a state" in neighbours["warnings"][0]
    args = {"size": 1, "reduce_fn": {"object": {"path": "dspy.majority"}}}
    compiled = {"programs": [{"module": STUDENT}]}
    ensemble = optimise("dspy.Ensemble", args, optimiser={"compile": compiled})
    assert ensemble["state"] is None
    assert "EnsembledProgram" in ensemble["warnings"][0]
    assert ensemble["score"] >= ensemble["baseline"]


def test_progress_counts_each_phase_and_is_told_the_budget(scripted, monkeypatch):
    monkeypatch.setattr(logging.getLogger("dspy"), "level", logging.INFO)
    logging.getLogger("dspy")._cache.clear()
    progress = []
    result = optimise("dspy.GEPA", {"max_metric_calls": 30}, valset=DATA[:5], progress=progress.append)
    phases = {phase: list(events) for phase, events in itertools.groupby(progress, lambda event: event["phase"])}
    assert list(phases) == ["baseline", "optimisation", "result"]
    baseline = [event for event in phases["baseline"] if event["event"] != "log"]
    assert [event["step"] for event in baseline] == [1, 2, 3, 4, 5, 5]
    assert {event["total"] for event in baseline} == {5}
    assert baseline[-1]["event"] == "evaluation"
    assert (baseline[-1]["candidate_score"], baseline[-1]["best"]) == (40.0, 40.0)
    assert {event["total"] for event in phases["optimisation"]} == {30}
    assert phases["optimisation"][-1]["best"] == 100.0
    assert phases["optimisation"][-1]["candidate"] > 2
    assert phases["result"][-1]["lm_calls"] == result["calls"]["lm"]
    lines = [event["line"] for event in progress if event["event"] == "log"]
    assert lines == result["log"]
    assert any(line.startswith("Running GEPA for approx 30 metric calls") for line in lines)
    assert not any("it/s" in line or "\r" in line or "\x1b" in line for line in lines)


def test_what_is_printed_goes_into_the_log_and_nowhere_else(scripted, capsys):
    threads = set(threading.enumerate())
    result = optimise("dspy.BootstrapRS", {"num_candidate_programs": 1})
    assert any(line.startswith("Bootstrapped ") for line in result["log"])
    assert any(line.startswith("Scores so far: ") for line in result["log"])
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""
    assert not [thread for thread in set(threading.enumerate()) - threads if "ThreadPool" not in thread.name]


def test_feedback_reaches_the_optimiser_that_asks_for_it(scripted):
    told = Closure(lambda example, prediction, trace: {"score": 0.5, "feedback": "Mind the colour of it."})
    optimise("dspy.GEPA", {"max_metric_calls": 30}, told, valset=DATA[:5], optimiser={"measure": False})
    assert any("Mind the colour of it." in json.dumps(payload["request"]) for payload in scripted.payloads)
    assert {type(example) for (example, _, _), _ in told.calls} == {dict}
    assert {trace for (*_, trace), _ in told.calls} == {True, False}


def test_a_score_of_nothing_makes_no_demo_though_it_has_feedback(scripted):
    nothing = Closure(lambda example, prediction, trace: {"score": 0, "feedback": "no"})
    result = optimise("dspy.BootstrapFewShot", {"max_labeled_demos": 0}, nothing)
    assert result["state"]["predict"]["demos"] == []
    assert result["score"] == result["baseline"] == 0.0


def test_without_measuring_nothing_is_asked_that_the_optimiser_does_not_ask(scripted):
    result = optimise("dspy.LabeledFewShot", optimiser={"measure": False})
    assert (result["score"], result["baseline"], result["calls"]) == (None, None, {"metric": 0, "lm": 0})
    assert not scripted.payloads
    reported = optimise("dspy.COPRO", {"breadth": 2, "depth": 1}, optimiser={"measure": False})
    assert reported["reported"] == 100.0


def test_another_model_proposes(scripted):
    args = {"breadth": 2, "depth": 1, "prompt_model": {"model": "teacher", "capabilities": {"response_schema": True}}}
    optimise("dspy.COPRO", args)
    asked = {payload["model"] for payload in scripted.payloads if "answer" not in last_message(payload)}
    assert "teacher" in asked
    teacher = {"teacher": {"module": {**STUDENT, "signature": SIGNATURE}}}
    settings = {"teacher_settings": {"lm": {"model": "teacher", "capabilities": {"response_schema": True}}}}
    scripted.payloads.clear()
    optimise("dspy.BootstrapFewShot", settings, optimiser={"compile": teacher, "measure": False})
    assert {payload["model"] for payload in scripted.payloads} == {"teacher"}


def test_a_student_goes_on_from_its_state(scripted):
    first = optimise("dspy.COPRO", {"breadth": 2, "depth": 1}, optimiser={"measure": False})
    second = optimise("dspy.LabeledFewShot", {"k": 1}, student={**STUDENT, "state": first["state"]})
    assert second["state"]["predict"]["signature"]["instructions"] == HINT
    assert len(second["state"]["predict"]["demos"]) == 1
    assert second["baseline"] == 100.0


def test_metrics_and_data_that_fail_are_said(scripted):
    broken = Closure(lambda *_: {"points": 1})
    with pytest.raises(EvaluationError, match="MetricError: a metric returns a number") as failure:
        optimise("dspy.BootstrapFewShot", metric=broken, options={"max_errors": 3})
    assert failure.value.details["code"] == "too_many_errors"
    with pytest.raises(OptimiserError, match="Execution cancelled due to errors") as failure:
        optimise("dspy.BootstrapRS", metric=broken, options={"max_errors": 3}, optimiser={"measure": False})
    assert "MetricError" in failure.value.details["first"]
    with pytest.raises(OptimiserError, match="Teacher is not supported"):
        optimise("dspy.GEPA", {"max_metric_calls": 3}, optimiser={"compile": {"teacher": {"module": STUDENT}}})
    with pytest.raises(InputError, match=r"trainset\[1\].question: not given"):
        optimise("dspy.LabeledFewShot", data=[*DATA[:1], {"answer": "a"}])
    with pytest.raises(InputError, match=r"valset\[0\].question: expected str"):
        optimise("dspy.LabeledFewShot", valset=[{"question": 1}])
    for data in ([], "text", None, [3]):
        with pytest.raises(InputError, match="trainset"):
            optimise("dspy.LabeledFewShot", data=data)


@pytest.mark.parametrize(
    ("path", "args", "more", "error", "message"),
    [
        ("dspy.Predict", {}, {}, TargetError, "is no optimiser"),
        ("dspy.Nothing", {}, {}, UnknownPath, "nothing of this path"),
        ("dspy.LabeledFewShot", {"n": 1}, {}, TargetError, "there is no n; expected k"),
        ("dspy.LabeledFewShot", [], {"optimiser": {"args": [1]}}, TargetError, "must be a dictionary"),
        ("dspy.LabeledFewShot", {}, {"optimiser": {"compile": {"more": 1}}}, TargetError, "there is no more"),
        ("dspy.LabeledFewShot", {}, {"optimiser": {"more": 1}}, TargetError, "must be a dictionary of"),
        ("dspy.COPRO", {"breadth": 1}, {}, TargetError, "Breadth must be greater than 1"),
        ("dspy.LabeledFewShot", {}, {"student": {"path": "dspy.Parallel"}}, TargetError, "a program with a signature"),
        ("dspy.LabeledFewShot", {}, {"metric": {"value": 1}}, TargetError, "metric: must be a function"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(host, path, args, more, error, message):
    with pytest.raises(error, match=message):
        optimise(path, args, optimiser={"measure": False, **more.pop("optimiser", {})}, **more)
    assert not host.payloads


@pytest.mark.parametrize("path", ["dspy.BootstrapRS", "dspy.GEPA", "dspy.SIMBA"])
@pytest.mark.parametrize("place", ["metric", "model", "progress"])
def test_cancelling_ends_it_wherever_it_is(scripted, path, place):
    calls = itertools.count()

    def cancel(*_, **__):
        if next(calls) > 15:
            raise HostCancelled("given up")
        return 0.0

    args = {"dspy.GEPA": {"max_metric_calls": 500}, "dspy.SIMBA": {"bsize": 6}}.get(path, {})
    answer = scripted.complete
    if place == "model":
        scripted.complete = lambda payload: (cancel(), answer(payload))[1]
    with pytest.raises(HostCancelled):
        optimise(
            path, args, Closure(cancel) if place == "metric" else None, progress=cancel if place == "progress" else None
        )
    asked = len(scripted.payloads)
    assert asked < 60
    with contextlib.suppress(AssertionError):
        threading.Event().wait(0.3)
    assert len(scripted.payloads) - asked <= 3


def test_a_bare_predictor_is_a_student_too(scripted):
    student = {"path": "dspy.Predict", "signature": QA}
    result = optimise("dspy.LabeledFewShot", {"k": 1}, student=student)
    assert len(result["state"]["demos"]) == 1
    modules.run({**student, "state": result["state"]}, {"question": "q1"}, options("json"))
    assert isinstance(modules.build(student).value, dspy.Predict)
