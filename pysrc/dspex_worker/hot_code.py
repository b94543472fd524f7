"""Lays the code that every request runs side by side in memory, so that a worker copies fewer pages of the zygote's.

A call writes to the code it runs: references are counted there. After the fork each page that is written to has to be
copied once, and a few hundred functions, as their modules were imported, lie on nearly as many pages. Copies of their
code that are made one after the other lie on a quarter of these.
"""

import gc
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType

# A small object goes where one of its size was freed last, which may be anywhere. So many are made first, and kept,
# that the places which are left over are few.
_SMALLEST, _STEP, _LARGEST_SMALL, _LARGEST = 48, 16, 512, 4096
_BYTES_OF_A_SIZE = 64 << 10
_LARGE_OF_A_SIZE = 4

# How often a path has to be run until the interpreter has adapted all of its code: it writes to it meanwhile.
_ADAPTING_RUNS = 20

_kept: list[object] = []


def lay_together(path: Callable[[], object]) -> None:
    """Have the functions that `path` calls use copies of their code, and run it until these are adapted.

    For the zygote, which has one thread, before its heap is frozen. What the functions do stays the same; a function
    that only comes into being as `path` runs keeps its code.
    """
    codes = _called(path)
    _kept.append(_fill_gaps())
    # The old code stays, or its memory would be the next gap.
    _kept.append(codes)
    functions = _functions(codes)
    for code in codes:
        moved = code.replace()
        for function in functions[id(code)]:
            function.__code__ = moved
    for _ in range(_ADAPTING_RUNS):
        path()


def _called(path: Callable[[], object]) -> list[CodeType]:
    """The code of all calls, in the order of the first one of each."""
    # By identity: code that only differs in its file is equal, and its tracebacks must name that file.
    codes: dict[int, CodeType] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            codes.setdefault(id(frame.f_code), frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        path()
    finally:
        sys.setprofile(before)
    return list(codes.values())


def _functions(codes: list[CodeType]) -> dict[int, list[FunctionType]]:
    """Which functions have each code, by its identity."""
    found: dict[int, list[FunctionType]] = {id(code): [] for code in codes}
    for item in gc.get_objects():
        if type(item) is FunctionType and (functions := found.get(id(item.__code__))) is not None:
            functions.append(item)
    return found


def _fill_gaps() -> list[bytes]:
    own = sys.getsizeof(b"")
    small = range(_SMALLEST, _LARGEST_SMALL + 1, _STEP)
    large = range(_LARGEST_SMALL + _STEP, _LARGEST, _STEP)
    filling = [bytes(size - own) for size in small for _ in range(_BYTES_OF_A_SIZE // size)]
    filling += [bytes(size - own) for size in large for _ in range(_LARGE_OF_A_SIZE)]
    return filling
