"""What is registered with the native module; that the values come back is proved in a worker, by the Swift tests."""

import dataclasses
import datetime
import enum

import dspy
import pytest
from dspy.primitives.prediction import Completions

from dspex_worker import class_converters, converters, dspy_converters, standard_converters


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Node:
    name: str


class Base:
    pass


class Derived(Base):
    pass


def test_installing_registers_the_standard_types_and_who_knows_the_others(host):
    converters.install()
    assert {"date", "datetime", "Decimal", "UUID", "Path", "range", "slice", "ellipsis"} <= host.converters.keys()
    assert host.readers.keys() == {"enum", "namedtuple", "dataclass", "pydantic"}
    assert host.resolve(Colour)[0] == "enum"
    assert host.resolve(Node)[0] == "dataclass"
    assert host.resolve(Base) is None
    assert host.resolve(type) is None


def test_derived_classes_are_matched_on_request_only(host):
    converters.install()
    converters.register("base", Base, vars, lambda payload: Base())
    assert host.resolve(Derived) is None
    converters.register("base", Base, vars, lambda payload: Base(), subclasses=True)
    assert host.resolve(Derived) == ("base", vars, False)
    converters.register("base", Base, vars, lambda payload: Base())
    assert host.resolve(Derived) is None


def test_a_class_is_registered_by_its_path(host):
    converters.register_class("delta", "datetime.timedelta", ["days", "seconds"])
    type, to_payload, from_payload = host.converters["delta"]
    assert type is datetime.timedelta
    assert to_payload(datetime.timedelta(1, 2)) == {"days": 1, "seconds": 2}
    assert from_payload({"days": 1, "seconds": 2}) == datetime.timedelta(1, 2)


@pytest.mark.parametrize("path", ["datetime", "", ".x", "datetime.UTC"])
def test_what_is_no_class_is_not_registered(path):
    with pytest.raises((TypeError, ImportError, ValueError)):
        converters.register_class("x", path, [])


@pytest.mark.parametrize("payload", [1, (), ("os",), ("os", 1), ("os", "nothing"), ("os", "path"), ("no_such", "C"), ("a", "b", 1, 2)])
def test_what_names_no_class_says_so(payload):
    with pytest.raises((TypeError, LookupError, ImportError)):
        class_converters.class_of(payload)


def test_the_names_of_the_standard_types_are_fixed():
    assert sorted({name for name, *_ in standard_converters.CONVERTERS}) == [
        "Decimal", "Fraction", "Path", "UUID", "date", "datetime", "ellipsis", "range", "slice", "time", "timedelta", "timezone",
    ]  # fmt: skip


def test_examples_and_predictions_of_dspy_keep_all_they_hold(host):
    dspy_converters.register()

    def over(value):
        for type_, to_payload, from_payload in host.converters.values():
            if type(value) is type_:
                return to_payload(value), from_payload(to_payload(value))
        raise AssertionError(f"no converter of {type(value)}")

    example = dspy.Example(question="q", answer=2).with_inputs("question")
    payload, back = over(example)
    assert payload == ({"question": "q", "answer": 2}, {"_input_keys": {"question"}})
    assert (back.toDict(), back._input_keys, back._demos) == (example.toDict(), {"question"}, [])
    assert back.inputs().toDict() == {"question": "q"}
    assert over(dspy.Example(a=1))[0] == ({"a": 1}, {})

    prediction = dspy.Prediction.from_completions([{"answer": "x"}, {"answer": "y"}])
    prediction.set_lm_usage({"m": {"total_tokens": 3}})
    payload, back = over(prediction)
    assert payload[0] == {"answer": "x"}
    assert back.answer == "x"
    assert back.get_lm_usage() == {"m": {"total_tokens": 3}}
    assert isinstance(back.completions, Completions)
    assert over(prediction.completions)[0] == {"answer": ["x", "y"]}
    assert over(prediction.completions)[1].answer == ["x", "y"]
