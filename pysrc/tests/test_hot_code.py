"""Code that was laid together does what it did, and lies together."""

import os
import sys
from types import CodeType, FunctionType

import pytest

from dspex_worker import hot_code

PAGE = os.sysconf("SC_PAGE_SIZE")


def pages(codes: list[CodeType]) -> set[int]:
    return {id(code) // PAGE for code in codes}


def scattered(count: int) -> tuple[list[FunctionType], list[object]]:
    """Functions whose code lies far apart, and what keeps it so."""
    functions, between = [], []
    for number in range(count):
        names: dict[str, FunctionType] = {}
        exec(compile(f"def f(x):\n    return x + {number}", f"file_{number}.py", "exec"), names)
        functions.append(names["f"])
        between.append([bytes(size) for size in range(100, 480) for _ in range(2)])
    return functions, between


def test_functions_do_what_they_did_from_fewer_pages():
    functions, _between = scattered(100)
    before = [function.__code__ for function in functions]
    hot_code.lay_together(lambda: [function(1) for function in functions])
    after = [function.__code__ for function in functions]
    assert all(new is not old for new, old in zip(after, before, strict=True))
    assert len(pages(after)) * 2 < len(pages(before))
    assert [function(1) for function in functions] == [1 + number for number in range(100)]


def test_code_that_differs_in_its_file_alone_keeps_its_file():
    functions = []
    for name in ("one.py", "two.py"):
        names: dict[str, FunctionType] = {}
        exec(compile("def f():\n    return 1", name, "exec"), names)
        functions.append(names["f"])
    assert functions[0].__code__ == functions[1].__code__
    hot_code.lay_together(lambda: [function() for function in functions])
    assert [function.__code__.co_filename for function in functions] == ["one.py", "two.py"]


def test_functions_that_share_code_still_share_it():
    def make(n):
        def add(x=1):
            return x + n

        return add

    one, two = make(1), make(2)
    old = one.__code__
    hot_code.lay_together(lambda: one())
    assert one.__code__ is two.__code__ is not old
    assert (one(), two(), one(5), make(3)()) == (2, 3, 6, 4)


def test_generators_and_methods_go_on():
    class Counter:
        def __init__(self):
            self.count = 0

        def items(self):
            for _ in range(3):
                self.count += 1
                yield self.count

    counter = Counter()
    running = counter.items()
    assert next(running) == 1
    hot_code.lay_together(lambda: list(Counter().items()))
    assert list(running) == [2, 3]
    assert list(Counter().items()) == [1, 2, 3]


def test_what_the_path_raises_comes_through_and_the_profiler_is_put_back():
    def fail():
        raise LookupError("no")

    with pytest.raises(LookupError):
        hot_code.lay_together(fail)
    assert sys.getprofile() is None
