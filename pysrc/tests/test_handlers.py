"""A pool's handler: what it offers, and how its operations are called."""

import pytest

from dspex_worker import handlers


class Counting:
    """Counts."""

    made = 0

    def __init__(self) -> None:
        Counting.made += 1
        self.total = 0

    def add(self, number: int, twice: bool = False) -> int:
        """Add a number.

        More about it.
        """
        self.total += number * (1 + twice)
        return self.total

    def fail(self):
        raise KeyError("gone")

    def _secret(self):
        return "secret"


PATH = f"{__name__}.Counting"


def test_operations_are_described_without_an_instance():
    before = Counting.made
    assert handlers.describe(PATH) == [
        {
            "name": "add",
            "doc": "Add a number.",
            "parameters": [{"name": "number", "required": True}, {"name": "twice", "required": False}],
        },
        {"name": "fail", "doc": "", "parameters": []},
    ]
    assert Counting.made == before


def test_one_instance_serves_every_call():
    first = handlers.call(PATH, "add", [1], {})
    assert handlers.call(PATH, "add", [], {"number": 2, "twice": True}) == first + 4


def test_what_an_operation_raises_comes_through():
    with pytest.raises(KeyError):
        handlers.call(PATH, "fail", [], {})


@pytest.mark.parametrize(
    ("path", "operation", "message"),
    [
        (PATH, "subtract", "there is no operation 'subtract'; there are add, fail"),
        (PATH, "_secret", "there is no operation '_secret'"),
        (PATH, "total", "there is no operation 'total'"),
        ("no.such.Handler", "add", "cannot be imported"),
        ("nothing", "add", "cannot be imported"),
        (f"{__name__}.PATH", "add", "is no class"),
    ],
)
def test_what_is_no_operation_is_refused(path, operation, message):
    with pytest.raises(handlers.HandlerError, match=message) as refusal:
        handlers.call(path, operation, [], {})
    assert refusal.value.details["handler"] == path
