"""Formats the prompts and schemas of many signatures, several times over, and prints them as JSON.

Run as a program: with `memoise` in its arguments, DSPy's functions are replaced first.
"""

import json
import sys
from typing import Annotated, Literal, Optional, Union

import dspy
import pydantic
from dspy.adapters import json_adapter, utils
from dspy.adapters.baml_adapter import BAMLAdapter

from dspex_worker.adapters import CompactJSONAdapter


class City(pydantic.BaseModel):
    """A record."""

    name: str
    population: Optional[int] = None  # noqa: UP045  as many write it


class Mixed(dspy.Signature):
    """Answer carefully."""

    question: str = dspy.InputField(desc="the question")
    context: list[str] = dspy.InputField()
    k: int = dspy.InputField()
    c: City = dspy.InputField()
    answer: str = dspy.OutputField(desc="short answer")
    label: Literal["a", "b"] = dspy.OutputField()
    score: float = dspy.OutputField(ge=0, le=1)
    ok: bool = dspy.OutputField()
    cities: list[City] = dspy.OutputField()
    meta: dict[str, int] = dspy.OutputField()
    note: Optional[str] = dspy.OutputField()  # noqa: UP045


class Shouting(dspy.ChatAdapter):
    """An adapter whose system message depends on more than the signature."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def format_task_description(self, signature):
        """Ends in the adapter's own word."""
        return super().format_task_description(signature).upper() + self.word


def two_fields(input_type, output_type, name="a"):
    """A signature of one input and the output `b`."""
    return dspy.Signature({name: (input_type, dspy.InputField()), "b": (output_type, dspy.OutputField())}, "Do.")


CLOSED = Mixed.delete("meta")
SIGNATURES = [
    Mixed,
    CLOSED,
    Mixed.with_instructions("Otherwise."),
    Mixed.with_updated_fields("answer", desc="long answer"),
    dspy.Signature("question -> answer"),
    dspy.Signature("question -> answer", "Same fields."),
    two_fields(int | str, int | str),
    two_fields(str | int, str | int),
    two_fields(Literal[1, 2], Literal[True, False]),
    two_fields(str, Literal[1, 0]),
    two_fields(dspy.History, Union[City, int], "h"),  # noqa: UP007
    two_fields(str, Annotated[list[City], "many"]),
]
INPUTS = {
    "question": "Where?",
    "context": ["doc one", "doc two"],
    "k": 2,
    "c": City(name="Paris", population=2),
    "a": 1,
    "h": dspy.History(messages=[{"b": City(name="B")}]),
}
DEMOS = [
    {
        "question": "Q1",
        "context": ["d"],
        "k": 1,
        "c": City(name="Z"),
        "answer": "A1",
        "label": "b",
        "score": 0.1,
        "ok": False,
        "cities": [City(name="Y")],
        "meta": {},
        "note": "n",
    },
    {"question": "partial", "answer": "pa"},
]
VALUES = {
    "answer": "x",
    "label": "'a'",
    "score": "0.5",
    "ok": "yes",
    "cities": '[{"name": "Q"}]',
    "meta": "{a: 1}",
    "note": "null",
    "b": "1",
}
ANNOTATIONS = [int | str, str | int, list[int | str], list[str | int], float, Annotated[list, []]]


def outcome(function, *arguments):
    """What the function returns, or the text of its refusal."""
    try:
        return repr(function(*arguments))
    except ValueError as error:
        return str(error)


def schema(signature):
    """The schema of a structured answer."""
    return json_adapter._get_structured_outputs_response_format(signature).model_json_schema()


def dump() -> list:
    """Everything, three times, with fields and instructions edited in place in between."""
    adapters = [
        *(dspy.ChatAdapter(), dspy.JSONAdapter(), CompactJSONAdapter(), BAMLAdapter(), dspy.XMLAdapter()),
        *(Shouting("!"), Shouting("?")),
    ]
    lines = []
    for _ in range(3):
        for signature in SIGNATURES:
            given = {name: value for name, value in INPUTS.items() if name in signature.input_fields}
            for adapter in adapters:
                lines.append(adapter.format_system_message(signature))
                lines.append(adapter.format(signature, DEMOS, given))
            lines.append(outcome(schema, signature))
            for name, field in signature.output_fields.items():
                lines.append(outcome(utils.parse_value, VALUES[name], field.annotation))
        Mixed.instructions = Mixed.instructions + " Again."
        CLOSED.output_fields["answer"].json_schema_extra["desc"] += "!"
    for annotation in ANNOTATIONS:
        for value in ("1", 1, [1], ["1"]):
            lines.append(outcome(utils.parse_value, value, annotation))
    return lines


if __name__ == "__main__":
    if "memoise" in sys.argv:
        from dspex_worker import memoise

        memoise.install()
        memoise.install()
    print(json.dumps(dump(), default=str))
