"""The charts. Each is drawn once as SVG and once as PNG."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from dspex_report.proof import LINES, Standing, about
from dspex_report.results import Result, Results

OURS, PEER, FLOOR = "#f05138", "#b8bfc9", "#1f6feb"
HOLDS, FAILS, TEXT, QUIET, GRID = "#1a7f4b", "#c62828", "#1f2328", "#6b7280", "#e8eaed"

_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": TEXT,
    "axes.edgecolor": GRID,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "dspex",  # the same numbers make the same file
}
_ROW, _HEAD, _FOOT, _WIDTH = 0.40, 0.95, 0.55, 9.6
# What stands at the left of the bars, and what is kept free at their right for numbers and standings.
_LABELS, _NUMBERS = 0.25, 0.34


@dataclass(frozen=True)
class Bar:
    """One bar. `ours` is coloured."""

    label: str
    value: float
    p99: float | None = None
    ours: bool = False
    note: str = ""
    standing: Standing | None = None


@dataclass(frozen=True)
class Chart:
    """One picture and what it is called."""

    name: str
    title: str
    says: str
    draw: Callable[[], Figure]

    def save(self, folder: Path) -> None:
        """Write `name.svg` and `name.png`."""
        with matplotlib.rc_context(_STYLE):
            figure = self.draw()
            figure.savefig(folder / f"{self.name}.svg", metadata={"Date": None})
            figure.savefig(folder / f"{self.name}.png", dpi=160)
            pyplot.close(figure)


def number(value: float) -> str:
    """Three digits that say something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def quantity(value: float, unit: str) -> str:
    """A number with the unit that suits its size."""
    for small, large in (("µs", "ms"), ("ms", "s"), ("MB", "GB")):
        if unit == small and value >= 1000:
            return quantity(value / 1000, large)
    return f"{number(value)} {unit}" if unit != "×" else f"{number(value)}×"


def bars(title: str, says: str, rows: list[Bar], unit: str, floor: tuple[str, float] | None = None) -> Figure:
    """Horizontal bars on a logarithmic scale, the shortest first, with thin lines to the p99."""
    rows = sorted(rows, key=lambda row: row.value)
    figure, axes = _canvas(title, says, len(rows), legend=floor is not None)
    values = [row.value for row in rows] + ([floor[1]] if floor else [])
    left = min(values) / 2.2
    axes.set_xscale("log")
    axes.set_xlim(left, max([*values, *(row.p99 or 0 for row in rows)]) * 1.15)
    for index, row in enumerate(rows):
        axes.barh(index, row.value - left, left=left, height=0.62, color=OURS if row.ours else PEER, zorder=2)
        if row.p99 is not None and row.p99 > row.value:
            axes.plot([row.value, row.p99], [index, index], color=QUIET, linewidth=1, zorder=3)
            axes.plot([row.p99], [index], marker="|", color=QUIET, markersize=6, zorder=3)
        _right(axes, index, quantity(row.value, unit), row.note, row.standing)
    if floor:
        axes.axvline(floor[1], color=FLOOR, linewidth=1.4, linestyle=(0, (4, 3)), zorder=4)
        axes.annotate(
            f"{floor[0]}: {quantity(floor[1], unit)}", (floor[1], 1), xycoords=("data", "axes fraction"),
            xytext=(4, 3), textcoords="offset points", color=FLOOR, fontsize=8.5,
        )  # fmt: skip
    _rows(axes, [row.label for row in rows], [row.ours for row in rows])
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if high / low > 1000 else (1, 2, 5) if high / low < 20 else (1, 3)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit)))
    return figure


def overview(results: Results) -> Figure:
    """Every line against its bar."""
    lines = [line for line in LINES if line.standing(results) is not Standing.OPEN]
    says = "What was needed, as a part of what is allowed. Left of the line is better than asked for."
    figure, axes = _canvas("What the numbers prove", says, len(lines), legend=True, labels=0.48, numbers=0.25)
    shares = [line.share(results) or 1 for line in lines]
    axes.set_xscale("log")
    axes.set_xlim(min([*shares, 0.5]) / 1.6, max([*shares, 2]) * 1.3)
    for index, (line, share) in enumerate(zip(lines, shares, strict=True)):
        color = HOLDS if share <= 1 else FAILS
        axes.plot([1, share], [index, index], color=color, linewidth=2.2, alpha=0.35, solid_capstyle="round", zorder=2)
        axes.plot([share], [index], marker="o", markersize=7.5, color=color, zorder=3)
        sign = "≥" if line.at_least else "≤"
        value = quantity(line.value(results) or 0, line.unit)
        _right(axes, index, value, f"{sign} {quantity(line.bar, line.unit)}", line.standing(results))
    axes.axvline(1, color=TEXT, linewidth=1.1, zorder=1)
    axes.annotate(
        "the bar", (1, 1), xycoords=("data", "axes fraction"), xytext=(0, 4), textcoords="offset points",
        ha="center", fontsize=8.5, color=TEXT,
    )  # fmt: skip
    _rows(axes, [line.says for line in lines], [False] * len(lines), size=8.8)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    return figure


def charts(results: Results) -> list[Chart]:
    """The charts for which there are numbers."""
    found = [Chart("overview", "What the numbers prove", "Every line against its bar.", lambda: overview(results))]
    if not any(line.share(results) for line in LINES):
        found = []

    def add(name: str, title: str, says: str, entries: list[tuple[str, str]], floor: str | None = None) -> None:
        rows = [_bar(results, key, label) for key, label in entries if key in results.values]
        if not any(row.ours for row in rows):
            return
        unit = next(results.values[key].unit for key, _ in entries if key in results.values)
        at = results.values.get(floor) if floor else None
        line = (f"floor, {floor}", at.p50) if at else None
        found.append(Chart(name, title, says, lambda: bars(title, says, rows, unit, line)))

    add(
        "calls", "A call and its answer", "One small value there and back, p50 and (thin) p99. Shorter is better.",
        [
            ("echo.spin", "spinning"), ("echo.blocking", "blocking"), ("echo.async", "async"),
            ("upcall", "upcall: Python asks Swift"), ("Pipe", "multiprocessing.Pipe"),
            ("ProcessPoolExecutor", "ProcessPoolExecutor"), ("grpc-json", "gRPC + JSON"),
        ],
        floor="eventfd",
    )  # fmt: skip
    add(
        "pool", "64 calls in flight on one worker", "Time for each call of the whole. Shorter is better.",
        [
            ("echo.64", "tasks on the pool's executor"), ("echo.64.elsewhere", "tasks anywhere"),
            ("echo.64/Pipe", "Pipe, one by one"), ("echo.64/grpc-json", "gRPC + JSON, 64 in flight"),
        ],
    )  # fmt: skip
    add(
        "stream", "A stream of small items", "Python generator → Swift, time for each item. Shorter is better.",
        [("stream.item", "stream"), ("stream.item/Pipe", "multiprocessing.Pipe")],
    )  # fmt: skip
    for name, value in (("rows", "3,000 rows"), ("small", "one small value"), ("floats", "100,000 floats")):
        for direction, arrow in (("toPython", "bytes → Python objects"), ("fromPython", "Python objects → bytes")):
            add(
                f"marshal-{name}-{direction}", f"{value}: {arrow}",
                "In one worker, same values, same collector. Shorter is better.",
                [
                    (f"{name}.{direction}/{peer}", "wire form" if peer == "dspex" else peer)
                    for peer in ("dspex", "msgspec", "orjson", "marshal", "pickle")
                ],
            )  # fmt: skip
    for size in ("1", "64"):
        add(
            f"arrays-{size}", f"{size} MB of float32 to numpy, the sum back",
            "What it takes beyond the adding itself. Shorter is better.",
            [
                (f"array-{size}.spin", "SharedArray, spinning"), (f"array-{size}.shared", "SharedArray"),
                (f"array-{size}.async", "SharedArray, async"), (f"array-{size}.bytes", "bytes"),
                (f"array-{size}/eventfd", "bare eventfd"),
                (f"array-{size}/pickle", "pickle over a Pipe"), (f"array-{size}/grpc-bytes", "gRPC bytes"),
            ],
        )  # fmt: skip
    for case, title in (("simple", "one input and one output"), ("mixed", "three inputs and four typed outputs")):
        add(
            f"programs-{case}", f"Predict of {title}, without the model",
            "Processor time of one call, all processes together. Shorter is better.",
            [
                (f"native.{case}.cpu", "Swift"), (f"worker.{case}.cpu", "DSPy in a worker"),
                (f"dspy.{case}.cpu", "DSPy"), (f"dspy-lean.{case}.cpu", "DSPy, lean settings"),
            ],
        )  # fmt: skip
    counts = ("1", "8", "100", "1000")
    add(
        "start", "Until all DSPy workers are ready", "Workers forked from a warm zygote against new Python processes.",
        [(f"start.ready-{count}", f"{int(count):,} worker{'s' * (count != '1')}") for count in counts]
        + [(f"process.ready-{count}", f"{count} process{'es' * (count != '1')}") for count in counts],
    )  # fmt: skip
    add(
        "memory", "Private memory of one idle DSPy worker", "What it shares with nobody. Shorter is better.",
        [("memory.idle-worker", "worker"), ("memory.process-8", "process of its own")],
    )  # fmt: skip
    return found


def _bar(results: Results, key: str, label: str) -> Bar:
    result: Result = results.values[key]
    ours = not (
        key.startswith(("process.", "memory.process", "dspy.", "dspy-lean."))
        or key.split("/")[-1] in ("msgspec", "orjson", "marshal", "pickle", "grpc-bytes", "grpc-json", "Pipe")
        or key in ("Pipe", "ProcessPoolExecutor", "eventfd")
        or key.startswith("grpc-json")
    )
    name = key.removesuffix("/dspex")
    lines = about(name) if ours else []
    known = [line for line in lines if line.standing(results) is not Standing.OPEN]
    note, standing = "", None
    if known:
        broken = [line for line in known if line.standing(results) is Standing.FAILS]
        line = (broken or known)[0]
        standing = line.standing(results)
        note = _against(line.name, line.value(results) or 0, line.bar, line.unit, line.at_least)
    return Bar(label, result.p50, result.p99 if result.n > 1 else None, ours, note, standing)


def _against(name: str, value: float, bar: float, unit: str, at_least: bool) -> str:
    sign = "≥" if at_least else "≤"
    if unit != "×":
        return f"{sign} {quantity(bar, unit)}"
    return f"{quantity(value, unit)} {name.split('/')[-1]} {sign} {quantity(bar, unit)}"


def _canvas(
    title: str, says: str, rows: int, legend: bool = False, labels: float = _LABELS, numbers: float = _NUMBERS
) -> tuple[Figure, Axes]:
    head = _HEAD + (0.22 if legend else 0)
    height = head + rows * _ROW + _FOOT
    figure = pyplot.figure(figsize=(_WIDTH, height))
    axes = figure.add_axes((labels, _FOOT / height, 1 - labels - numbers, rows * _ROW / height))
    figure.text(0.022, 1 - 0.28 / height, title, fontsize=14, fontweight="bold", va="center")
    figure.text(0.022, 1 - 0.57 / height, says, fontsize=9.5, color=QUIET, va="center")
    return figure, axes


def _rows(axes: Axes, labels: list[str], ours: list[bool], size: float = 10) -> None:
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    for text, is_ours in zip(axes.get_yticklabels(), ours, strict=True):
        text.set_fontweight("bold" if is_ours else "normal")
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.tick_params(axis="x", length=0, labelsize=8.5)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", color=GRID, linewidth=0.9, zorder=0)
    axes.set_axisbelow(True)


def _right(axes: Axes, row: int, value: str, note: str, standing: Standing | None) -> None:
    """The number at the right of a row, and under it which bar it keeps."""
    mark = {Standing.HOLDS: ("✔", HOLDS), Standing.FAILS: ("✘", FAILS)}.get(standing, ("", TEXT))
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    axes.annotate(value, (1, row), xytext=(66, 0), ha="right", fontweight="bold", fontsize=9.5, **place)
    if note:
        axes.annotate(f"{mark[0]} {note}", (1, row), xytext=(74, 0), ha="left", fontsize=8, color=mark[1], **place)
