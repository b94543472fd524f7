"""Evaluations with metrics of the host and of DSPy, and what stands below them: metrics, captures, threads."""

import contextvars
import itertools
import sys
import threading
import time

import dspy
import pytest
from host_stand_in import HostCancelled, over_the_wire
from scripts import Closure, by_payload, fields, last_message
from specs import PERSON, QA, STR, options

from dspex_worker import capture, evaluation, quiet
from dspex_worker.arguments import TargetError
from dspex_worker.evaluation import EvaluationError
from dspex_worker.field_types import InputError
from dspex_worker.metrics import Metric, MetricError, Score, examples
from dspex_worker.signatures import make_signature

TARGET = {"path": "dspy.Predict", "signature": QA}
DATA = [{"question": f"q{number}", "answer": f"a{number}", "note": "kept"} for number in range(4)]


def answer_with(host, wrong=(), broken=()):
    def answer(payload):
        number = last_message(payload).split("q")[-1].split()[0]
        if number in broken:
            return "no answer"
        return fields(answer="wrong" if number in wrong else f"a{number}")

    by_payload(host, answer)


def same():
    return Closure(lambda example, prediction, trace: prediction["answer"] == example["answer"])


def test_each_example_has_its_result_in_its_place(host):
    answer_with(host, wrong=("1",))
    metric, progress = same(), []
    result = evaluation.evaluate(TARGET, DATA, metric, options(num_threads=3), progress.append)
    assert over_the_wire(result) == {
        "score": 75.0,
        "results": [
            {"outputs": {"answer": answer}, "score": float(answer != "wrong"), "feedback": None, "error": None}
            for answer in ("a0", "wrong", "a2", "a3")
        ],
        "usage": {"prompt_tokens": 40, "completion_tokens": 20, "total_tokens": 60},
        "calls": {"metric": 4, "lm": 4},
    }  # fmt: skip
    given = sorted(metric.calls, key=lambda call: call[0][0]["question"])
    assert given[1] == ((DATA[1], {"answer": "wrong"}, False), {})
    steps = [(event["step"], event["total"]) for event in progress if event["event"] == "metric"]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {event["phase"] for event in progress} == {"evaluation"}


def test_feedback_and_failures_stay_with_their_examples(host):
    answer_with(host, broken=("2",))

    def metric(example, prediction, trace):
        if example["question"] == "q0":
            raise ValueError("not this one")
        return {"score": 0.5, "feedback": f"about {example['question']}"}

    result = evaluation.evaluate(TARGET, DATA, Closure(metric), options(num_threads=2))
    assert [item["score"] for item in result["results"]] == [0.0, 0.5, 0.0, 0.5]
    assert [item["feedback"] for item in result["results"]] == [None, "about q1", None, "about q3"]
    assert result["results"][0]["error"] == {"type": "ValueError", "message": "not this one"}
    assert result["results"][2]["error"]["type"] == "AdapterParseError"
    assert result["results"][2]["outputs"] is None
    assert result["score"] == 25.0


def test_too_many_failures_end_it_with_the_first(host):
    host.fail("rate_limit", "slow down")
    with pytest.raises(EvaluationError, match="slow down") as failure:
        evaluation.evaluate(TARGET, DATA, same(), options(max_errors=2, num_threads=1))
    assert failure.value.details["code"] == "too_many_errors"
    assert failure.value.details["errors"] == 2
    assert len(host.payloads) == 2


@pytest.mark.parametrize("path", ["dspy.evaluate.answer_exact_match", "dspy.evaluate.SemanticF1"])
def test_metrics_of_dspy(host, path):
    def answer(payload):
        if "recall" in str(payload["request"]["config"]):
            return fields(reasoning="r", precision=1.0, recall=1.0)
        return fields(response="a1", answer="a1")

    by_payload(host, answer)
    signature = ("RAG", None, (("question", STR, None),), (("response", STR, None), ("answer", STR, None)))
    data = [{"question": "q", "response": "a1", "answer": "a1"}]
    metric = {"object": {"path": path}}
    result = evaluation.evaluate({"path": "dspy.Predict", "signature": signature}, data, metric, options())
    assert result["score"] == 100.0
    assert result["results"][0]["outputs"] == {"response": "a1", "answer": "a1"}


def test_a_program_with_parts_is_evaluated_by_the_signature_of_its_part(host):
    answer_with(host)
    args = {"module": {"module": TARGET}, "N": 1, "reward_fn": Closure(lambda *_: 1), "threshold": 1.0}
    result = evaluation.evaluate({"path": "dspy.BestOfN", "args": args}, DATA, same(), options())
    assert result["score"] == 100.0


def test_what_is_wrong_is_said_before_anything_is_asked(host):
    with pytest.raises(TargetError, match="has no signature"):
        evaluation.evaluate({"path": "dspy.Parallel"}, DATA, same(), options())
    with pytest.raises(TargetError, match="metric: must be a function"):
        evaluation.evaluate(TARGET, DATA, 3, options())
    with pytest.raises(InputError, match=r"devset\[0\].question: expected str"):
        evaluation.evaluate(TARGET, [{"question": 3}], same(), options())
    with pytest.raises(InputError, match="devset: expected a list"):
        evaluation.evaluate(TARGET, [], same(), options())
    assert not host.payloads


@pytest.mark.parametrize("threads", [1, 3])
def test_cancelling_ends_it(host, threads):
    answer_with(host)
    metric = Closure(lambda *_: (_ for _ in ()).throw(HostCancelled("given up")))
    with pytest.raises(HostCancelled):
        evaluation.evaluate(TARGET, DATA * 20, metric, options(num_threads=threads))
    assert len(host.payloads) < 20


# Metrics and examples


@pytest.mark.parametrize("value", ["1", None, {"points": 1}, {"score": "high"}, float("nan"), [1]])
def test_what_is_no_score_is_refused(value):
    seen = []
    metric = Metric(Closure(lambda *_: value), lambda *what: seen.append(what))
    with pytest.raises(MetricError, match="a metric returns a number") as failure:
        metric(dspy.Example(a=1), dspy.Prediction(b=2))
    assert failure.value.details["code"] == "invalid_score"
    assert seen[0][1:] == (None, failure.value)


def test_scores_are_numbers_with_feedback_or_without():
    assert Metric(Closure(lambda *_: True))({}, None) == 1.0
    assert Metric(Closure(lambda *_: {"score": 0.25}))({}, None) == 0.25
    score = Metric(Closure(lambda *_: {"score": 0, "feedback": "no"}))({}, None, [], "predict", [])
    assert isinstance(score, Score)
    assert not score
    assert score.feedback == "no"
    assert sum([score, Score(score=0.5, feedback="")]) == 0.5


def test_examples_are_checked_and_their_records_become_models():
    signature = make_signature(("S", None, (("who", PERSON, None),), QA[3]))
    person = {"name": "Tom", "age": 25, "city": "London"}
    [example] = examples([{"who": person, "answer": None, "more": [1]}], signature, "data")
    assert example.inputs().keys() == ["who"]
    assert example.who.age == 25
    assert example.more == [1]
    metric = Closure(lambda *_: 1)
    Metric(metric)(example, dspy.Prediction(answer="a"))
    assert metric.calls[0][0][0] == {"who": person, "answer": None, "more": [1]}
    with pytest.raises(InputError, match=r"data\[0\].who.age: expected int"):
        examples([{"who": {**person, "age": "old"}}], signature, "data")


# Captures and threads


def test_a_capture_is_of_its_own_context():
    before = sys.stdout
    caught, other = [], []
    ready, done = threading.Event(), threading.Event()

    def elsewhere():
        ready.wait(5)
        with capture.capture(other.append):
            print("there")
        done.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with capture.capture(caught.append):
        print("here")
        ready.set()
        assert done.wait(5)
        print("again", file=sys.stderr)
        inner = threading.Thread(target=contextvars.copy_context().run, args=(print, "copied"))
        inner.start()
        inner.join()
    thread.join()
    assert "".join(caught) == "here\nagain\ncopied\n"
    assert "".join(other) == "there\n"
    assert sys.stdout is before


def test_bounded_text_keeps_both_ends():
    text = capture.BoundedText(10)
    for character in "abcdefghijklmnopqrstuvwxyz":
        text.write(character)
    assert text.text() == "abcde\n… 16 characters left out …\nvwxyz"
    assert capture.cut("short", 10) == "short"


def test_threads_of_dspy_have_the_context_of_their_caller(host):
    quiet.install()
    variable = contextvars.ContextVar("variable", default="none")
    variable.set("mine")
    seen = []
    executor = dspy.utils.parallelizer.ParallelExecutor(num_threads=2, disable_progress_bar=True)
    assert executor.execute(lambda item: seen.append(variable.get()) or item, [1, 2, 3]) == [1, 2, 3]
    assert seen == ["mine"] * 3


def test_what_takes_long_is_not_asked_again(host, monkeypatch):
    hours = itertools.count(1000, 500)
    monkeypatch.setattr(time, "time", lambda: float(next(hours)))
    answer_with(host)
    complete = host.complete
    host.complete = lambda payload: (threading.Event().wait(1.2), complete(payload))[1]
    result = evaluation.evaluate(TARGET, DATA[:1], same(), options(num_threads=2))
    assert result["calls"] == {"metric": 1, "lm": 1}
