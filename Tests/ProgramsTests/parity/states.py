"""Programs that real DSPy saves and loads: the side that the Swift code's states are compared with.

Use:
    python states.py save FOLDER     writes programs as DSPy saves them, and `cases.json` beside them
    python states.py load FOLDER     loads every `NAME.swift.json` into the program that `NAME.json` is of, saves it
                                     again as `NAME.again.json`, and fails when DSPy does not load it

`cases.json` is `{"programs": {name: {"module", "signature", "instructions"}}, "prefixes": {field name: DSPy's prefix},
"metrics": [{"expected", "actual", "em", "f1"}]}`.
"""

import contextlib
import io
import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("DSPY_CACHEDIR", tempfile.mkdtemp(prefix="parity-"))
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

import dspy  # noqa: E402
from dspy.evaluate.metrics import EM, f1_score  # noqa: E402
from dspy.signatures.signature import infer_prefix  # noqa: E402

NAMES = [
    "question", "camelCaseText", "snake_case_text", "text2number", "HTMLParser", "parseHTML", "aB", "ABcDe",
    "x1y2z3", "a__b", "QAPair", "answer_1", "é", "ÉtéFini", "naïveAnswer", "URL2Text", "iOSVersion", "X",
    "a1B2", "HTML5Page", "größe", "straßeNr", "ID", "userIDs", "B2B", "thisIsALongName", "with_2_parts", "ﬁne",
    "ǆ", "a٣b",
]  # fmt: skip

TEXTS = [
    ("Paris", "paris"), ("Paris", "Paris, France"), ("The Eiffel Tower", "eiffel tower!"),
    ("an apple a day", "apple day"),
    ("à la carte", "A LA CARTE"), ("Ångström", "angstrom"), ("3.14", "314"), ("yes", "no"), ("", ""), ("", "the"),
    ("the the the", "a"), ("don't", "dont"), ("a.b.c", "abc"), ("x_y", "xy"), ("one two two", "two two three"),
    ("$5", "5"),
    ("Straße", "STRASSE"), ("naïve", "naïve"), ("theatre", "atre"), ("a-an", "aan"), ("A β a", "β"),
    ("tea\tcup\n", " tea  cup"),
    ("the\u00a0end", "end"), ("“quoted”", "quoted"), ("an\u0301 x", "x"),
]  # fmt: skip


def predict(signature, instructions=None, demos=()):
    module = dspy.Predict(dspy.Signature(signature, instructions))
    module.demos = list(demos)
    return module


def thought(signature, instructions=None, demos=()):
    module = dspy.ChainOfThought(dspy.Signature(signature, instructions))
    module.predict.demos = list(demos)
    return module


def lookup(city: str):
    """The weather in a city."""
    return city


def described():
    class Described(dspy.Signature):
        """Answer.

        In two
            indented lines — with “quotes”, a tab\tand 🎈.
        """

        question: str = dspy.InputField(desc="What is asked.")
        passages: list[str] = dspy.InputField()
        answer: str = dspy.OutputField(desc="")
        score: float = dspy.OutputField(desc="0 to 1", prefix="How sure:")

    return Described


DEMOS = [
    dspy.Example(question="1+1", reasoning="two ones", answer=2, augmented=True),
    {"question": 'quotes " \\ / \b \f \x00 \x7f \u2028 é 🎈', "answer": -7, "extra": [1, 2.5, None, {"a": []}]},
]
NUMBERS = [
    0.1, 1e-5, 1.25e-5, 1e-6, 1e-7, 1.5e16, 1e22, 1e100, 3.0, -0.0, 5e-324, 1.7976931348623157e308, 123456789.123,
]  # fmt: skip

PROGRAMS = {
    "plain": (predict, "question -> answer", None, []),
    "instructed": (
        predict, "text -> count: int", "Extract the number in the text.", [{"text": "We saw 42.", "count": 42}],
    ),
    "numbers": (predict, "x: float -> y: float", None, [{"x": number, "y": -number} for number in NUMBERS]),
    "thought": (thought, "question -> answer: int", "Add.", DEMOS),
    "typed": (
        predict,
        "when: datetime.date, tags: set[str], pair: tuple[int, str] -> kind: Literal['a', 'b'], by: dict[str, int]",
        None,
        [{"when": "2024-02-29", "tags": ["x"], "pair": [1, "z"], "kind": "a", "by": {"k": 1}}],
    ),
    "several": (
        thought, "a, b: list[int] -> c: Optional[str], d: bool", None, [{"a": "x", "b": [1], "c": None, "d": True}],
    ),
}  # fmt: skip


def build(name):
    make, signature, instructions, demos = PROGRAMS[name]
    return make(signature, instructions, demos)


def save(folder):
    described_module = dspy.Predict(described())
    described_module.save(folder / "described.json")
    dspy.ReAct("question -> answer", tools=[lookup]).save(folder / "react.json")
    dspy.MultiChainComparison("question -> answer", M=2).save(folder / "compare.json")
    for name in PROGRAMS:
        build(name).save(folder / f"{name}.json")
    programs = {
        name: {
            "module": "ChainOfThought" if make is thought else "Predict",
            "signature": signature,
            "instructions": instructions,
        }
        for name, (make, signature, instructions, _) in PROGRAMS.items()
    }
    with contextlib.redirect_stdout(io.StringIO()):  # DSPy prints its doubts about empty answers
        metrics = [{"expected": a, "actual": b, "em": bool(EM(b, [a])), "f1": float(f1_score(b, a))} for a, b in TEXTS]
    cases = {
        "programs": programs,
        "prefixes": {name: infer_prefix(name) + ":" for name in NAMES},
        "metrics": metrics,
    }
    (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=True))


def load(folder):
    for name in PROGRAMS:
        module = build(name)
        for predictor in module.predictors():
            predictor.demos = []
        module.load(folder / f"{name}.swift.json")
        module.save(folder / f"{name}.again.json")


{"save": save, "load": load}[sys.argv[1]](Path(sys.argv[2]))
