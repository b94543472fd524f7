"""The peer of `scripts/bench programs`: DSPy with a model that answers at once."""

import json
import subprocess
import sys

import pytest

from dspex_bench.programs import LEAN_SETTINGS, Case

SIMPLE = {
    "kind": "Predict", "signature": "question -> answer", "adapter": "chat", "schema": False,
    "inputs": {"question": "Who wrote Dune?"}, "demos": [{"question": "Who wrote It?", "answer": "Stephen King"}],
    "answer": "[[ ## answer ## ]]\nFrank Herbert", "outputs": {"answer": "Frank Herbert"},
}  # fmt: skip
TYPED = {
    "kind": "ChainOfThought", "signature": "context: list[str], k: int -> sources: list[int]", "adapter": "json",
    "schema": True, "inputs": {"context": ["a", "b"], "k": 3}, "demos": [],
    "answer": '{"reasoning": "so", "sources": [1, 2]}', "outputs": {"reasoning": "so", "sources": [1, 2]},
}  # fmt: skip


@pytest.mark.parametrize("settings", [{}, LEAN_SETTINGS])
@pytest.mark.parametrize("case", [SIMPLE, TYPED])
@pytest.mark.parametrize("step", ["predict", "signature", "format", "parse"])
def test_every_step_is_measured(case, step, settings):
    spent = Case(case, settings).measure(step, 2)
    assert spent["cpu"] > 0
    assert spent["wall"] > 0


def test_another_answer_than_the_expected_one_is_no_measurement():
    with pytest.raises(AssertionError, match="Frank Herbert"):
        Case({**SIMPLE, "outputs": {"answer": "Nobody"}}, {}).measure("predict", 1)


def test_the_demos_are_in_the_prompt():
    messages = Case(SIMPLE, {}).format()()
    assert "Stephen King" in json.dumps(messages)


def test_it_answers_line_by_line_until_it_is_stopped():
    peer = [sys.executable, "-m", "dspex_bench.programs", "plain", json.dumps({"simple": SIMPLE})]
    lines = "run 2 predict simple\nrun 3 parse simple\nstop\n"
    answers = subprocess.run(peer, input=lines, capture_output=True, text=True, check=True, timeout=100).stdout.split("\n")
    assert answers[0] == "ready"
    assert [sorted(json.loads(answer)) for answer in answers[1:3]] == [["cpu", "wall"]] * 2


def test_the_peer_knows_nothing_of_ours():
    program = "import sys, dspex_bench.programs; print([name for name in sys.modules if name.startswith('dspex')])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=100)
    assert loaded.stdout.strip() == "['dspex_bench', 'dspex_bench.programs']"
