"""The parity corpus of native programs: every case, in a fixed order, with its name.

    python corpus.py                  how many cases there are of each kind and group
    python reference.py OUTPUT        the cases with what DSPy makes of them (see there for the format)

`signature_cases`, `prompt_cases` and `parse_cases` hold what was thought of by hand, `random_cases` what a seeded
generator adds; `hypothesis_cases.py` prints more of the latter from any seed. No case names a path of a machine, a
module that is not Python's or DSPy's own, or an address that is fetched.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import parse_cases
import prompt_cases
import random_cases
import signature_cases
from deviations import deviation

SEED = 4
RANDOM_COUNT = 900


def cases() -> Iterator[dict[str, Any]]:
    """Every case of the corpus."""
    yield from named(signature_cases.cases())
    yield from named(prompt_cases.cases())
    yield from named(parse_cases.cases())
    yield from named(random_cases.cases(Random(SEED), RANDOM_COUNT), prefix="random/")


def named(unnamed: Iterator[dict[str, Any]], prefix: str = "") -> Iterator[dict[str, Any]]:
    """The cases with a name each, those that came before left out, and with the deviation that is expected."""
    numbers: Counter[str] = Counter()
    seen: set[str] = set()
    for case in unnamed:
        # `repr`, for equality would take 1 for True and no NaN for another.
        if (written := repr(case)) in seen:
            continue
        seen.add(written)
        path = "/".join(filter(None, (case["kind"], case.get("adapter"), case["group"])))
        numbers[path] += 1
        named_case = {"id": f"{prefix}{path}/{numbers[path]}", **{key: case[key] for key in case if key != "group"}}
        if reason := deviation(case["signature"]):
            named_case["deviation"] = reason
        yield named_case


def main() -> None:
    """Prints how many cases there are."""
    counts = Counter(case["id"].rpartition("/")[0] for case in cases())
    for path, count in sorted(counts.items()):
        print(f"{count:6} {path}")
    print(f"{sum(counts.values()):6} in all")


if __name__ == "__main__":
    sys.exit(main())
