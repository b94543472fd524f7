"""The state of programs against what DSPy itself saves and loads."""

import copy
import json

import dspy
import pytest
from scripts import Closure, fields, system_message
from specs import QA, options

from dspex_worker import modules, state
from dspex_worker.signatures import make_signature
from dspex_worker.state import StateError

TOOL = {"tool": Closure(lambda **given: given), "name": "look", "description": "Looks.", "parameters": {}}
TARGETS = {
    "dspy.Predict": {"path": "dspy.Predict", "signature": QA},
    "dspy.ChainOfThought": {"path": "dspy.ChainOfThought", "signature": QA},
    "dspy.ReAct": {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [TOOL]}},
    "dspy.Flex": {"path": "dspy.Flex", "signature": QA},
    "dspy.BestOfN": {
        "path": "dspy.BestOfN",
        "args": {
            "module": {"module": {"path": "dspy.ChainOfThought", "signature": QA}},
            "N": 2,
            "reward_fn": Closure(lambda *_: 1),
            "threshold": 1,
        },
    },
}
NAMES = {
    "dspy.Predict": ["traces", "train", "demos", "signature", "lm"],
    "dspy.ChainOfThought": ["predict"],
    "dspy.ReAct": ["react", "extract.predict"],
    "dspy.Flex": ["module_src", "lm"],
    "dspy.BestOfN": ["module.predict"],
}
THOUGHT = TARGETS["dspy.ChainOfThought"]


@pytest.fixture
def saved():
    """A program that somebody has optimised, as DSPy saved it."""
    program = dspy.ChainOfThought(make_signature(QA).cls)
    predictor = program.predict
    predictor.signature = predictor.signature.with_instructions("Answer in German.")
    predictor.signature = predictor.signature.with_updated_fields("answer", desc="one word")
    predictor.demos = [dspy.Example(question="1+1", reasoning="two", answer="zwei", augmented=True)]
    content = program.dump_state()
    content["metadata"] = {"dependency_versions": {"python": "3.11", "dspy": dspy.__version__, "cloudpickle": "3.1"}}
    return json.loads(json.dumps(content))


@pytest.mark.parametrize("path", TARGETS)
def test_the_text_is_that_of_dspy(path, tmp_path):
    modules.build(TARGETS[path]).value.save(tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text()
    assert state.save_text(TARGETS[path]) == text
    assert list(json.loads(text)) == [*NAMES[path], "metadata"]
    assert state.dump(TARGETS[path]) == json.loads(text)


@pytest.mark.parametrize("path", TARGETS)
def test_every_state_goes_back_to_where_it_came_from(path, tmp_path):
    content = state.dump(TARGETS[path])
    assert state.dump(TARGETS[path], content) == content
    assert state.check(TARGETS[path], content)["versions"]["dspy"] == dspy.__version__
    (tmp_path / "x.json").write_text(json.dumps(content))
    modules.build(TARGETS[path]).value.load(tmp_path / "x.json")


def test_a_saved_program_answers_with_its_state(host, saved, tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(saved))
    own = dspy.ChainOfThought(make_signature(QA).cls)
    own.load(tmp_path / "x.json")
    host.answer(fields(reasoning="r", answer="drei"))
    modules.run({**THOUGHT, "state": saved}, {"question": "1+2"}, options())
    prompt = host.prompts()[0]
    assert "Answer in German." in prompt["system"]
    assert "answer (one word)" in prompt["system"]
    assert "zwei" in prompt["messages"][1]["parts"][0]["text"]
    assert state.dump({**THOUGHT, "state": saved}) == saved
    modules.run(THOUGHT, {"question": "1+2"}, options())
    assert "German" not in system_message(host.payloads[1])
    summary = state.check(THOUGHT, saved)["predictors"]["predict"]
    assert (summary["instructions"], summary["demos"]) == ("Answer in German.", 1)
    assert summary["fields"][-1] == {"prefix": "Answer:", "description": "one word"}


def _changed(saved, *path, value=...):
    content = copy.deepcopy(saved)
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        (("predict",), ..., "predict", "not there; the program has predict"),
        (("other",), {}, "other", "no such predictor; it has predict"),
        (("predict",), [], "predict", "must be a dictionary"),
        (("predict", "demos"), ..., "predict.demos", "not there"),
        (("predict", "lm"), ..., "predict.lm", "not there"),
        (("predict", "lm"), {"model": "openai/gpt", "api_base": "http://evil"}, "predict.lm", "models are the host's"),
        (("predict", "signature"), ..., "predict.signature", "not there"),
        (("predict", "forward"), "evil", "predict.forward", "no part of a predictor's state"),
        (("predict", "demos"), {"a": 1}, "predict.demos", "must be a list of dictionaries"),
        (("predict", "demos"), ["a"], "predict.demos", "must be a list of dictionaries"),
        (("predict", "traces"), "a", "predict.traces", "must be a list"),
        (("predict", "fields"), {"answer": {"criteria": 3}}, "", "DSPy refuses it"),
        (("predict", "signature", "instructions"), 3, "predict.signature.instructions", "must be text"),
        (("predict", "signature", "fields"), None, "predict.signature.fields", "must be a list"),
        (("predict", "signature", "fields", 0), ..., "predict.signature.fields", "2 fields, but the program has 3"),
        (("predict", "signature", "fields", 0, "prefix"), ..., "predict.signature.fields[0]", "must have a prefix"),
        (("metadata",), ..., "metadata.dependency_versions.dspy", "unknown which DSPy saved it"),
        (
            ("metadata", "dependency_versions", "dspy"),
            "2.6.27",
            "metadata.dependency_versions.dspy",
            "saved by DSPy 2.6.27",
        ),
    ],
)
def test_a_state_of_something_else_is_refused_whole(saved, path, value, field, reason):
    program = modules.build(THOUGHT).value
    before = program.dump_state()
    content = _changed(saved, *path, value=value)
    with pytest.raises(StateError) as refusal:
        state.load(program, content)
    details = refusal.value.details
    assert (details["code"], details["field"]) == ("invalid_state", field)
    assert reason in details["reason"]
    assert program.dump_state() == before
    with pytest.raises(StateError):
        state.check(THOUGHT, content)
    with pytest.raises(StateError):
        modules.run({**THOUGHT, "state": content}, {"question": "q"}, options())


def test_another_version_is_loaded_when_it_is_wanted(saved):
    old = _changed(saved, "metadata", "dependency_versions", "dspy", value="3.3.0")
    target = {**THOUGHT, "state": old, "allow_version_mismatch": True}
    assert state.dump(target)["predict"] == saved["predict"]
    assert state.dump(THOUGHT, old, allow_version_mismatch=True)["predict"] == saved["predict"]
    assert state.check(THOUGHT, _changed(saved, "metadata"), allow_version_mismatch=True)["versions"] == {}
    patch = _changed(saved, "metadata", "dependency_versions", "dspy", value="3.4.99")
    assert state.dump(THOUGHT, patch)["predict"] == saved["predict"]


def test_code_is_part_of_the_state_of_a_program_that_has_some():
    content = state.dump(TARGETS["dspy.Flex"])
    assert "class" in content["module_src"]
    for changed in (_changed(content, "module_src"), _changed(content, "more", value=1)):
        with pytest.raises(StateError):
            state.load(modules.build(TARGETS["dspy.Flex"]).value, changed)
    with pytest.raises(StateError, match="DSPy refuses it"):
        state.check(TARGETS["dspy.Flex"], _changed(content, "module_src", value="not python ("))


def test_what_has_no_state_says_so():
    for wrong in (None, [], "text"):
        with pytest.raises(StateError, match="must be a dictionary"):
            state.load(modules.build(THOUGHT).value, wrong)
    with pytest.raises(StateError, match="a Parallel has none"):
        state.dump({"path": "dspy.Parallel"})
    with pytest.raises(StateError, match="a function has none"):
        state.save_text({"path": "dspy.majority"})
    unsaved = modules.build(THOUGHT).value
    unsaved.predict.demos = [{"question": object()}]
    with pytest.raises(StateError, match="JSON has no form for"):
        state.dump_module(unsaved)
