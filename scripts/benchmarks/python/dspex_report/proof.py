"""The lines that the numbers are to prove, and how each of them stands."""

from dataclasses import dataclass
from enum import Enum

from dspex_report.results import Results


class Standing(Enum):
    """How a line stands."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "not measured"


@dataclass(frozen=True)
class Line:
    """A number and its bar. `name` is a ratio's (`ours/peer`) or a result's."""

    name: str
    says: str
    bar: float
    unit: str = "×"
    at_least: bool = False

    def value(self, results: Results) -> float | None:
        """What was measured; None when it was not."""
        if self.unit == "×":
            return results.ratios.get(self.name)
        result = results.values.get(self.name)
        return None if result is None else result.p50

    def standing(self, results: Results) -> Standing:
        """Whether the bar is kept."""
        share = self.share(results)
        if share is None:
            return Standing.OPEN
        return Standing.HOLDS if share <= 1 else Standing.FAILS

    def share(self, results: Results) -> float | None:
        """The part of what is allowed that was needed: 1 is just as good as the bar, less is better."""
        value = self.value(results)
        if value is None or value <= 0:
            return None
        return self.bar / value if self.at_least else value / self.bar


LINES = (
    Line("echo.blocking/eventfd", "blocking echo against the eventfd floor", 2),
    Line("echo.async/eventfd", "async echo against the eventfd floor", 4),
    Line("echo.spin/eventfd", "blocking echo that spins, against the eventfd floor", 1),
    Line("echo.blocking/ProcessPoolExecutor", "blocking echo against ProcessPoolExecutor: 20 times faster", 0.05),
    Line("echo.blocking/grpc-json", "blocking echo against gRPC + JSON: 60 times faster", 1 / 60),
    Line("upcall/echo.blocking", "Python asks the host, against a blocking echo", 3),
    Line("echo.64/Pipe", "64 calls in flight against a Pipe's ping-pong: 5 times the throughput", 0.2),
    Line("echo.64/grpc-json", "64 in flight against gRPC + JSON with 64: 50 times the throughput", 0.02),
    Line("rows.toPython/msgspec", "3,000 rows: wire → Python against msgspec", 1.1),
    Line("rows.fromPython/msgspec", "3,000 rows: Python → wire against msgspec", 1.1),
    Line("rows.struct.decode/msgspec", "3,000 rows: wire → Swift structs against msgspec's typed decode", 1),
    Line("rows.struct.encode/msgspec", "3,000 rows: Swift structs → wire against msgspec's typed encode", 1),
    Line("array-1.shared", "1 MB float32 to numpy and back, beyond the sum", 100, "µs"),
    Line("array-64.spin", "64 MB float32 to numpy and back, spinning, beyond the sum", 100, "µs"),
    Line("stream.items-per-second", "small items from a generator", 500_000, "1/s", at_least=True),
    Line("start.fork-ready", "fork → ready", 10, "ms"),
    Line("predict.warm", "a DSPy Predict end to end, without the model", 5, "ms"),
    Line("start.ready-8", "8 DSPy workers ready after the zygote", 300, "ms"),
    Line("start.ready-100", "100 DSPy workers ready after the zygote", 2_000, "ms"),
    Line("start.ready-1000", "1,000 DSPy workers ready after the zygote", 15_000, "ms"),
    Line("memory.idle-worker", "private memory of an idle DSPy worker", 5, "MB"),
    Line("memory.total-1000", "1,000 DSPy workers, each after an answer, in all", 8_000, "MB"),
    *(
        line
        for name, program in (
            ("simple", "simple Predict"), ("simple.cot", "simple ChainOfThought"),
            ("mixed", "mixed Predict"), ("mixed.cot", "mixed ChainOfThought"),
        )
        for line in (
            Line(f"native.{name}.cpu/dspy", f"{program} in Swift against DSPy, processor time", 0.1),
            Line(f"worker.{name}.cpu/dspy", f"{program} in a worker against DSPy, processor time", 1),
            Line(f"worker.{name}.wall/dspy", f"{program} in a worker against DSPy, time on the wall", 1),
        )
    ),  # fmt: skip
    Line("signature.parse.simple", "reading a signature of two fields", 5, "µs"),
    Line("signature.parse.mixed", "reading a signature of seven typed fields", 5, "µs"),
    Line("route.decide", "a routing decision", 5, "µs"),
)


def about(name: str) -> list[Line]:
    """The lines that a bar of this name has a part in as ours."""
    own = (name, f"{name}s-per-second")
    return [line for line in LINES if line.name in own or line.name.startswith(name + "/")]
