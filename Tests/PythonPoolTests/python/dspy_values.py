"""Records of DSPy, made by Hypothesis, and whether they come back as they went."""

import _dspex
import dspy
import hypothesis
from hypothesis import strategies as st

from values_fixture import same
from values_properties import atoms, names


def example(fields, inputs, demos):
    made = dspy.Example(**fields)
    if inputs is not None:
        made = made.with_inputs(*inputs)
    if demos:
        made._demos = demos
    return made


def prediction(rows, usage):
    made = dspy.Prediction.from_completions(rows)
    if usage:
        made.set_lm_usage({"model": {"total_tokens": usage}})
    return made


def records(inner):
    fields = st.dictionaries(names, inner, max_size=3)
    rows = st.dictionaries(names, atoms, min_size=1, max_size=3).map(lambda row: [row, {key: None for key in row}])
    return st.one_of(
        st.builds(example, fields, st.none() | st.lists(names, max_size=2), st.lists(inner, max_size=1)),
        fields.map(lambda row: dspy.Prediction(**row)),
        st.builds(prediction, rows, st.integers(0, 5)),
        st.lists(inner, max_size=2),
    )


values = st.recursive(atoms, records, max_leaves=6)
EXAMPLES = [
    example({"question": "q", "answer": [2]}, ["question"], []),
    dspy.Prediction(answer="a", score=0.5),
    prediction([{"answer": "x"}, {"answer": "y"}], 3),
    dspy.Prediction(best=example({}, None, [dspy.Example(a=1)])),
]


def examples():
    return EXAMPLES


def are_examples(back):
    return same(EXAMPLES, back)


def random_records_come_back(count):
    tried = 0

    @hypothesis.seed(1)
    @hypothesis.settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=False
    )
    @hypothesis.given(values)
    def comes_back(value):
        nonlocal tried
        tried += 1
        back = _dspex.decode(_dspex.encode(value))
        assert same(value, back), (value, back)

    comes_back()
    return tried
