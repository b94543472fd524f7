"""Signatures as the host sends them, and the options that go with them."""

from typing import Any

STR, INT, FLOAT, BOOL = ("str",), ("int",), ("float",), ("bool",)

PERSON = ("record", "Person", (("name", STR, None), ("age", INT, None), ("city", STR, None)))
CITY = ("record", "City", (("name", STR, None), ("population", ("optional", INT), None)))

QA = ("QA", None, (("question", STR, None),), (("answer", STR, None),))

# The signature of the research's prompt dumps, but for its dictionary, which a host's signature cannot have.
MIXED = (
    "Mixed",
    "Answer carefully.",
    (
        ("question", STR, "the question"),
        ("context", ("list", STR), None),
        ("k", INT, None),
        ("c", CITY, None),
    ),
    (
        ("answer", STR, "short answer"),
        ("label", ("literal", ("a", "b")), None),
        ("score", FLOAT, None),
        ("ok", BOOL, None),
        ("cities", ("list", CITY), None),
        ("note", ("optional", STR), None),
    ),
)
MIXED_INPUTS = {
    "question": "Where?",
    "context": ["doc one", "doc two"],
    "k": 2,
    "c": {"name": "Paris", "population": 2},
}
MIXED_DEMOS = [
    {
        "question": "Q1",
        "context": ["d"],
        "k": 1,
        "c": {"name": "Z"},
        "answer": "A1",
        "label": "b",
        "score": 0.1,
        "ok": False,
        "cities": [{"name": "Y"}],
        "note": "n",
    },
    {"question": "partial", "answer": "pa"},
]
MIXED_ANSWER = """
{"answer": "A", "label": "a", "score": 0.5, "ok": true, "cities": [{"name": "Rome", "population": 3}], "note": null}
"""


def options(adapter: str = "compact_json", schema: bool = True, **more: Any) -> dict[str, Any]:
    """The options of a request."""
    return {
        "model": "smollm2-135m-instruct",
        "adapter": adapter,
        "capabilities": {"response_schema": schema, "function_calling": False, "reasoning": False},
        **more,
    }


def one_field(type_: Any, side: str = "outputs") -> tuple:
    """A signature with one field of that type."""
    field = (("value", type_, None),)
    other = (("text", STR, None),)
    return ("One", "Do it.", other, field) if side == "outputs" else ("One", "Do it.", field, other)
