"""What the files of `scripts/bench --json` say, put together."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ResultsError(ValueError):
    """A file that is no result of `scripts/bench`."""


@dataclass(frozen=True)
class Result:
    """One measured thing."""

    name: str
    unit: str
    p50: float
    p99: float
    n: int


@dataclass(frozen=True)
class Run:
    """One run of one subject."""

    subject: str
    machine: dict[str, Any]


@dataclass
class Results:
    """All runs; where two measured the same thing, the later file counts."""

    runs: list[Run] = field(default_factory=list)
    values: dict[str, Result] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)

    @classmethod
    def load(cls, files: list[Path]) -> "Results":
        """Read the files in their order. Raises `ResultsError` that names the file and what is wrong with it."""
        results = cls()
        for file in files:
            try:
                content = json.loads(file.read_text())
                results.runs.append(Run(content["subject"], dict(content["machine"])))
                for entry in content["results"]:
                    result = Result(
                        entry["name"], entry["unit"], float(entry["p50"]), float(entry["p99"]), int(entry["n"])
                    )
                    results.values[result.name] = result
                for entry in content["ratios"]:
                    results.ratios[entry["name"]] = float(entry["value"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise ResultsError(f"{file} is no result of `scripts/bench --json`: {error!r}") from error
        return results
