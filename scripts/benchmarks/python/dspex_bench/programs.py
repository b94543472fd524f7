"""The peer of `scripts/bench programs` and `signatures`: DSPy in a process of its own, with a model that answers at once.

usage: python -m dspex_bench.programs plain|lean CASES

CASES is the JSON text of {name: {"kind", "signature", "adapter", "schema", "inputs", "demos", "answer", "outputs"}}. Says `ready`, then
answers every line `run N DO CASE` with {"cpu", "wall"}: the nanoseconds that each of N took on average. DO is `predict`, or one step of
it alone: `signature` makes the class from the string, `format` writes the messages, `parse` reads the answer.

`plain` is DSPy as it is installed, with every default but the cache of answers: a hit would leave the call out, and a miss costs more
than none. `lean` keeps no history and no trace and does not compare the types of inputs. Neither knows `dspex_worker`.
"""

import json
import sys
import time

import dspy
from dspy.lm15 import Message, Response, Usage

WARM_UP = 20
ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter}
# What `dspex_worker` sets for its workers, as a user could.
LEAN_SETTINGS = {"disable_history": True, "max_trace_size": 0, "warn_on_type_mismatch": False}


class InstantEngine:
    """One text for every question."""

    supported_params = frozenset({"response_format", "temperature", "max_tokens"})

    def __init__(self, text, schema):
        self.supports_response_schema = schema
        self._text = text

    def complete(self, request):
        usage = Usage(input_tokens=10, output_tokens=5, total_tokens=15)
        return Response("bench", request.model, Message.assistant(self._text), "stop", usage)


class Case:
    """A program, and what it is called with."""

    def __init__(self, case, settings):
        self._given = case
        self._adapter = ADAPTERS[case["adapter"]]()
        self._program = getattr(dspy, case["kind"])(case["signature"])
        self._program.set_lm(
            dspy.LM("bench/instant", engine=InstantEngine(case["answer"], case["schema"]), cache=False)
        )
        for predictor in self._program.predictors():
            predictor.demos = [dspy.Example(**demo).with_inputs(*case["inputs"]) for demo in case["demos"]]
        self._settings = settings
        self._asked = self._program.predictors()[0].signature
        self._checked = False

    def predict(self):
        """What calls the program once."""
        inputs, program = self._given["inputs"], self._program
        if not self._checked:
            with self.context():
                outputs = program(**inputs).toDict()
            if outputs != self._given["outputs"]:
                raise AssertionError(f"DSPy answers {outputs} and not {self._given['outputs']}")
            self._checked = True
        return lambda: program(**inputs)

    def signature(self):
        text = self._given["signature"]
        return lambda: dspy.Signature(text)

    def format(self):
        adapter, signature, inputs = self._adapter, self._asked, self._given["inputs"]
        demos = self._program.predictors()[0].demos
        return lambda: adapter.format(signature, demos, inputs)

    def parse(self):
        adapter, signature, answer = self._adapter, self._asked, self._given["answer"]
        return lambda: adapter.parse(signature, answer)

    def context(self):
        return dspy.context(adapter=self._adapter, **self._settings)

    def measure(self, step, count):
        """The mean of `count` calls, in nanoseconds of the processor and of the clock on the wall."""
        call = getattr(self, step)()
        # Entered once for all: a user configures DSPy at the start of the program.
        with self.context():
            cpu, wall = time.process_time_ns(), time.perf_counter_ns()
            for _ in range(count):
                call()
            cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
        return {"cpu": cpu / count, "wall": wall / count}


def main(settings, cases):
    """Measure until the harness says `stop`."""
    settings = {"plain": {}, "lean": LEAN_SETTINGS}[settings]
    cases = {name: Case(case, settings) for name, case in json.loads(cases).items()}
    for case in cases.values():
        case.measure("predict", WARM_UP)
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "stop\n":
            return
        _, count, step, name = line.split()
        print(json.dumps(cases[name].measure(step, int(count))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
