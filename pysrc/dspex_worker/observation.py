"""What can be seen of a program that runs for long: its scores, its questions to models, and what it prints."""

import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from dspy.utils.callback import BaseCallback

Progress = Callable[[dict[str, Any]], Any]

_LINES = 2_000
_LINE_LENGTH = 2_000
# What DSPy's log puts before a message, and what it colours with.
_PREFIX = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ([A-Z]+) [\w.]+: |\x1b\[[0-9;]*m")


class Observer(BaseCallback):
    """Counts, keeps the log, and tells the host. Safe from many threads; the host is told one thing at a time.

    The host's `progress` is called with `{"event", "phase", "step", "total", "score", "candidate", "candidate_score",
    "best", "lm_calls", "line"}`. The event is `metric` (an example was scored: `score`), `evaluation` (a candidate was,
    on some examples: `candidate_score`, in percent) or `log` (a `line` was printed). `step` counts the examples scored
    in this phase, of `total` where that is known; `candidate` counts its evaluations, and `best` is the best of their
    scores. Optimisers evaluate candidates on more examples and fewer, so `best` is a hint; what an optimiser does not
    evaluate as a whole is not seen.
    """

    def __init__(self, progress: Progress | None) -> None:
        self.lm_calls = 0
        self.metric_calls = 0
        self.errors: list[Exception] = []
        self._progress = progress
        self._log: deque[str] = deque(maxlen=_LINES)
        self._partial: dict[int, str] = {}
        self._lock = threading.RLock()
        self.begin("")

    def begin(self, phase: str, total: int | None = None) -> None:
        """A part of the work begins, and its counts with it."""
        with self._lock:
            self.total = total
            self._phase = phase
            self._step = 0
            self._score: float | None = None
            self._candidate = 0
            self._candidate_score: float | None = None
            self._best: float | None = None

    @property
    def log(self) -> list[str]:
        """The last lines."""
        with self._lock:
            return [*self._log, *(line for line in self._partial.values() if line.strip())]

    @property
    def calls(self) -> dict[str, int]:
        """How often the metric and the models were asked."""
        return {"metric": self.metric_calls, "lm": self.lm_calls}

    def scored(self, example: Any, score: float | None, error: Exception | None) -> None:
        """The metric was asked."""
        with self._lock:
            self.metric_calls += 1
            self._step += 1
            if error is not None:
                self.failed(error)
                self._add(f"ERROR the metric failed: {type(error).__name__}: {error}")
                return
            self._score = score
            self._tell("metric")

    def failed(self, error: Exception) -> None:
        """Something failed that DSPy will survive."""
        with self._lock:
            if len(self.errors) < 100:
                self.errors.append(error)

    def write(self, text: str) -> None:
        """Something was printed."""
        with self._lock:
            *lines, rest = (self._partial.pop(threading.get_ident(), "") + text).split("\n")
            if rest:
                self._partial[threading.get_ident()] = rest[-_LINE_LENGTH:]
            for line in lines:
                self._add(_PREFIX.sub(_level, line.rstrip()))

    def _add(self, line: str) -> None:
        if line.strip():
            self._log.append(line[:_LINE_LENGTH])
            self._tell("log", self._log[-1])

    def _tell(self, event: str, line: str | None = None) -> None:
        if self._progress is not None:
            self._progress({
                "event": event,
                "phase": self._phase,
                "step": self._step,
                "total": self.total,
                "score": self._score,
                "candidate": self._candidate,
                "candidate_score": self._candidate_score,
                "best": self._best,
                "lm_calls": self.lm_calls,
                "line": line,
            })  # fmt: skip

    # What DSPy calls.

    def on_lm_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
        """A model is asked, once for each answer that is wanted."""
        given = inputs.get("kwargs")
        several = {**getattr(instance, "kwargs", {}), **(given if isinstance(given, dict) else {})}.get("n")
        with self._lock:
            self.lm_calls += several if isinstance(several, int) else 1

    def on_evaluate_end(self, call_id: str, outputs: Any, exception: Exception | None = None) -> None:
        """A candidate was evaluated."""
        score = getattr(outputs, "score", None)
        if score is None:
            return
        with self._lock:
            self._candidate += 1
            self._candidate_score = float(score)
            self._best = max(self._candidate_score, self._best if self._best is not None else self._candidate_score)
            self._tell("evaluation")


def _level(prefix: re.Match[str]) -> str:
    return f"{prefix[1]} " if prefix[1] not in (None, "INFO") else ""
