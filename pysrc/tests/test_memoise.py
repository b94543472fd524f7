"""What DSPy produces with its functions replaced is what it produces without, to the byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def prompts(*arguments: str) -> list:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONHASHSEED": "0"}
    process = subprocess.run(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("prompt_dump.py")), *arguments],
        check=True, capture_output=True, text=True, timeout=60, env=environment,
    )  # fmt: skip
    return json.loads(process.stdout)


@pytest.mark.slow
def test_prompts_schemas_and_parsed_values_are_the_same_to_the_byte():
    without, with_memory = prompts(), prompts("memoise")
    assert len(without) == len(with_memory) > 400
    for index, (expected, actual) in enumerate(zip(without, with_memory, strict=True)):
        assert json.dumps(actual) == json.dumps(expected), index


def test_the_work_is_done_once():
    import dspy

    from dspex_worker import memoise

    memoise.install()
    signature = dspy.Signature("question -> answer: list[int]", "Do it once.")
    adapter = dspy.JSONAdapter()
    assert adapter.format_system_message(signature) is adapter.format_system_message(signature)
    format_of = dspy.adapters.json_adapter._get_structured_outputs_response_format
    assert format_of(signature) is format_of(signature, True)
    assert dspy.adapters.utils.TypeAdapter(list[int]) is dspy.adapters.utils.TypeAdapter(list[int])


def test_what_is_remembered_is_bounded():
    from dspex_worker.bounded import BoundedCache

    cache = BoundedCache(3)
    for number in range(10):
        assert cache.get(number, lambda number=number: -number) == -number
    assert len(cache) == 3
    assert cache.get(9, lambda: "made again") == -9
    assert cache.get(0, lambda: "made again") == "made again"
    with pytest.raises(ZeroDivisionError):
        cache.get("bad", lambda: 1 / 0)
    assert cache.get("bad", lambda: "good") == "good"
