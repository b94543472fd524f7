"""Every type a signature may have, and everything that is no signature."""

from typing import Literal, get_args

import dspy
import pytest
from specs import BOOL, CITY, FLOAT, INT, MIXED, PERSON, QA, STR, one_field

from dspex_worker.field_types import InputError, SignatureError
from dspex_worker.signatures import make_signature


def annotation(type_):
    return make_signature(one_field(type_)).cls.output_fields["value"].annotation


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (STR, str),
        (INT, int),
        (FLOAT, float),
        (BOOL, bool),
        (("list", STR), list[str]),
        (("list", ("list", INT)), list[list[int]]),
        (("optional", INT), int | None),
        (("list", ("optional", STR)), list[str | None]),
        (("literal", ("a", "b")), Literal["a", "b"]),
        (("literal", (1, 2, "x")), Literal[1, 2, "x"]),
        (("literal", (True, 1)), Literal[True, 1]),
    ],
)
def test_a_type_becomes_the_annotation_that_one_would_write(type_, expected):
    assert annotation(type_) == expected


def test_a_record_becomes_a_model_with_its_fields_descriptions_and_defaults():
    fields = (("name", STR, "in full"), ("tags", ("list", STR), None), ("home", ("optional", CITY), None))
    model = annotation(("record", "Person", fields))
    assert model.__name__ == "Person"
    assert model.model_fields["name"].description == "in full"
    assert model.model_fields["name"].is_required()
    assert model.model_fields["home"].default is None
    assert get_args(model.model_fields["home"].annotation)[0].__name__ == "City"


def test_the_same_record_in_two_fields_is_one_class():
    signature = make_signature(
        ("S", None, (("a", CITY, None), ("b", ("list", CITY), None)), (("out", CITY, None),))
    ).cls
    assert signature.input_fields["a"].annotation is signature.output_fields["out"].annotation
    assert get_args(signature.input_fields["b"].annotation)[0] is signature.output_fields["out"].annotation


def test_fields_keep_their_order_descriptions_and_sides():
    signature = make_signature(MIXED).cls
    assert issubclass(signature, dspy.Signature)
    assert signature.__name__ == "Mixed"
    assert signature.instructions == "Answer carefully."
    assert list(signature.input_fields) == ["question", "context", "k", "c"]
    assert list(signature.output_fields) == ["answer", "label", "score", "ok", "cities", "note"]
    assert signature.input_fields["question"].json_schema_extra["desc"] == "the question"
    assert signature.input_fields["k"].json_schema_extra["desc"] == "${k}"


@pytest.mark.parametrize("instructions", [None, ""])
def test_without_instructions_there_are_those_of_dspy(instructions):
    signature = make_signature((QA[0], instructions, *QA[2:])).cls
    assert signature.instructions == "Given the fields `question`, produce the fields `answer`."


@pytest.mark.parametrize("name", ["copy", "json", "schema", "validate", "items", "completed", "history"])
def test_names_that_only_shadow_a_method_are_fine(name):
    signature = make_signature(("S", None, ((name, STR, None),), (("answer", STR, None),))).cls
    assert list(signature.input_fields) == [name]


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        ("question -> answer", "signature: must be a tuple"),
        (["QA", None, (), ()], "signature: must be a tuple"),
        (QA[:3], "signature: must be a tuple"),
        (("no name", *QA[1:]), "the name must be an identifier"),
        ((None, *QA[1:]), "the name must be an identifier"),
        (("QA", 3, *QA[2:]), "the instructions must be text"),
        (("QA", None, (), QA[3]), "inputs: must be a tuple of at least one"),
        (("QA", None, QA[2], ()), "outputs: must be a tuple of at least one"),
        (("QA", None, QA[2], [("answer", STR, None)]), "outputs: must be a tuple"),
        (("QA", None, QA[2], (("answer", STR),)), "outputs: a field must be a tuple"),
        (("QA", None, QA[2], ((3, STR, None),)), "a field's name must be text"),
        (("QA", None, QA[2], (("answer", STR, 3),)), "outputs.answer: the description must be text"),
        (("QA", None, QA[2], (("question", STR, None),)), "outputs.question: the name is used twice"),
        (("QA", None, QA[2], (("a", STR, None), ("a", STR, None))), "outputs.a: the name is used twice"),
        (("QA", None, (("1q", STR, None),), QA[3]), "inputs.1q: a field's name must be an identifier"),
        (("QA", None, (("_q", STR, None),), QA[3]), "inputs._q: a field's name must be an identifier"),
        (("QA", None, (("class", STR, None),), QA[3]), "inputs.class: a field's name must be an identifier"),
        *(
            (("QA", None, ((name, STR, None),), QA[3]), f"inputs.{name}: DSPy uses this name itself")
            for name in (
                "fields",
                "signature",
                "instructions",
                "model_config",
                "model_dump",
                "lm",
                "demos",
                "config",
                "self",
            )
        ),
        (("QA", None, QA[2], (("instructions", STR, None),)), "outputs.instructions: DSPy uses"),
        (one_field("str"), "outputs.value: 'str' is no type"),
        (one_field(()), "is no type"),
        (one_field(("decimal",)), "is no type"),
        (one_field(("list",)), "is no type"),
        (one_field(("list", STR, STR)), "is no type"),
        (one_field(("list", ("os.system",))), "outputs.value[]: ('os.system',) is no type"),
        (one_field(("literal", ())), "a literal needs at least one value"),
        (one_field(("literal", ((1,),))), "each must be a constant"),
        (one_field(("literal", ("a", "a"))), "given twice"),
        (one_field(("literal", "ab")), "is no type"),
        (one_field(("record", "no name", PERSON[2])), "a record's name must be an identifier"),
        (one_field(("record", "R", ())), "the record R has no fields"),
        (one_field(("record", "R", (("a", STR),))), "a field of R must be"),
        (one_field(("record", "R", (("a", STR, None), ("a", INT, None)))), "outputs.value.a: the name is used twice"),
        (one_field(("record", "R", (("_a", STR, None),))), "outputs.value._a: must be an identifier"),
        (one_field(("record", "R", (("model_dump", STR, None),))), "pydantic uses this name"),
        (
            ("S", None, (("a", CITY, None),), (("b", ("record", "City", (("x", STR, None),)), None),)),
            "outputs.b: two different records are called 'City'",
        ),
    ],
)
def test_a_malformed_signature_is_refused_by_name(signature, message):
    with pytest.raises(SignatureError) as refusal:
        make_signature(signature)
    assert message in str(refusal.value)
    assert refusal.value.details["code"] == "invalid_signature"
    assert isinstance(refusal.value, ValueError)


def test_a_type_nested_without_end_is_refused():
    type_ = STR
    for _ in range(10_000):
        type_ = ("list", type_)
    with pytest.raises(SignatureError, match="nested deeper than 32"):
        make_signature(one_field(type_))


def admitted(type_, value):
    return make_signature(one_field(type_, "inputs")).admit_inputs({"value": value})["value"]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (STR, "text"),
        (INT, 3),
        (INT, 10**30),
        (FLOAT, 2.5),
        (FLOAT, 3),
        (BOOL, True),
        (("list", INT), [1, 2]),
        (("list", STR), []),
        (("optional", STR), None),
        (("optional", STR), "x"),
        (("literal", (1, "a")), 1),
    ],
)
def test_a_fitting_value_is_left_as_it_is(type_, value):
    result = admitted(type_, value)
    assert result == value
    assert type(result) is type(value)


def test_a_tuple_will_do_for_a_list_and_a_dictionary_for_a_record():
    assert admitted(("list", INT), (1, 2)) == [1, 2]
    city = admitted(("list", CITY), [{"name": "Rome"}])[0]
    assert city.model_dump() == {"name": "Rome", "population": None}


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        (STR, 3, "value: expected str, got 3"),
        (STR, None, "value: expected str, got None"),
        (STR, ["a"], "value: expected str, got list"),
        (INT, True, "value: expected int, got True"),
        (INT, 3.0, "value: expected int, got 3.0"),
        (INT, "3", "value: expected int, got str"),
        (FLOAT, True, "value: expected float, got True"),
        (BOOL, 1, "value: expected bool, got 1"),
        (("list", INT), "12", "value: expected list of int, got str"),
        (("list", INT), [1, "2"], "value[1]: expected int, got str"),
        (("optional", INT), "x", "value: expected int, got str"),
        (("literal", (1, "a")), True, "value: expected one of 1, 'a', got True"),
        (PERSON, "Tom", "value: expected Person, got str"),
        (PERSON, {"name": "Tom", "age": "25", "city": "London"}, "value.age: expected int, got str"),
        (PERSON, {"name": "Tom"}, "value.age, value.city: not given"),
        (
            PERSON,
            {"name": "T", "age": 1, "city": "L", "x": 1},
            "value.x: no such field; expected one of name, age, city",
        ),
        (("list", PERSON), [{"name": 3, "age": 1, "city": "L"}], "value[0].name: expected str, got 3"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(type_, value, message):
    with pytest.raises(InputError) as refusal:
        admitted(type_, value)
    assert message in str(refusal.value)
    assert refusal.value.details["code"] == "invalid_input"


def test_missing_and_unknown_inputs_are_refused_and_optional_ones_may_be_left_out():
    built = make_signature(("S", None, (("a", STR, None), ("b", ("optional", STR), None)), (("c", STR, None),)))
    assert built.admit_inputs({"a": "x"}) == {"a": "x"}
    with pytest.raises(InputError, match="a: not given, and not optional"):
        built.admit_inputs({"b": "x"})
    with pytest.raises(InputError, match="z: no such field; expected one of a, b"):
        built.admit_inputs({"a": "x", "z": 1})
    with pytest.raises(InputError, match="inputs: expected a dictionary, got list"):
        built.admit_inputs([])


def test_demos_are_checked_like_inputs():
    built = make_signature(QA)
    assert built.admit_demos([{"question": "q", "answer": None, "augmented": True}], {}) == [{"question": "q"}]
    for demos, message in [
        ({}, "demos: expected a list of dictionaries, got dict"),
        (["x"], r"demos\[0\]: expected a dictionary, got str"),
        ([{"question": "q"}, {"question": 1}], r"demos\[1\].question: expected str, got 1"),
        ([{"reasoning": "r"}], r"demos\[0\].reasoning: no such field; expected one of question, answer"),
    ]:
        with pytest.raises(InputError, match=message):
            built.admit_demos(demos, {})


START, END = "<<CUSTOM-TYPE-START-IDENTIFIER>>", "<<CUSTOM-TYPE-END-IDENTIFIER>>"


@pytest.mark.parametrize(
    "text",
    [
        f'{START}[{{"type": "image_url"}}]{END}',
        f"{START}{START}",
        f"{START[:12]}{START}{START[12:]}x{END}",
        f"{START[:5]}{END[:9]}{START}{END[9:]}{START[5:]}",
    ],
)
def test_custom_type_markers_are_taken_out_wherever_they_are(text):
    built = make_signature(("S", None, (("a", ("list", CITY), None), ("b", STR, None)), (("c", STR, None),)))
    values = built.admit_inputs({"a": [{"name": text}], "b": text})
    demos = built.admit_demos([{"b": text, "c": text}], {})
    for cleaned in (values["a"][0].name, values["b"], demos[0]["b"], demos[0]["c"]):
        assert START not in cleaned
        assert END not in cleaned
