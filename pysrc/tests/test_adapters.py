"""The compact adapter's prompts, to the byte, and the form of answer that it asks for."""

import pytest
from specs import FLOAT, INT, MIXED, MIXED_ANSWER, MIXED_DEMOS, MIXED_INPUTS, STR, options

from dspex_worker import programs
from dspex_worker.adapters import CompactJSONAdapter


def messages(request):
    turns = [(message["role"], "".join(part["text"] for part in message["parts"])) for message in request["messages"]]
    return [("system", request["system"]), *turns]


def test_a_simple_prompt_is_two_short_messages(host):
    signature = ("Count", "Extract the number in the text.", (("text", STR, None),), (("count", INT, None),))
    host.answer('{"count": 7}')
    programs.predict("Predict", signature, {"text": "There are 7 apples."}, options())
    assert messages(host.prompts()[0]) == [
        ("system", "Extract the number in the text. Reply with a JSON object with: count."),
        ("user", "Text: There are 7 apples."),
    ]


def test_descriptions_of_outputs_are_told_and_demos_become_turns(host):
    host.answer(MIXED_ANSWER)
    programs.predict("Predict", MIXED, MIXED_INPUTS, options(demos=MIXED_DEMOS))
    assert messages(host.prompts()[0]) == [
        (
            "system",
            "Answer carefully. Reply with a JSON object with: answer (short answer), label, score, ok, cities, note.",
        ),
        (
            "user",
            "This is an example of the task, though some input or output fields are not supplied.\nQuestion: partial",
        ),
        (
            "assistant",
            '{"answer": "pa", "label": "Not supplied for this particular example. ", '
            '"score": "Not supplied for this particular example. ", '
            '"ok": "Not supplied for this particular example. ", '
            '"cities": "Not supplied for this particular example. ", '
            '"note": "Not supplied for this particular example. "}',
        ),
        ("user", 'Question: Q1\nContext: ["d"]\nK: 1\nC: {"name": "Z", "population": null}'),
        (
            "assistant",
            '{"answer": "A1", "label": "b", "score": 0.1, "ok": false, "cities": [{"name": "Y", "population": null}], '
            '"note": "n"}',
        ),
        ("user", 'Question: Where?\nContext: ["doc one", "doc two"]\nK: 2\nC: {"name": "Paris", "population": 2}'),
    ]


def test_names_of_several_words_and_text_beyond_ascii_are_kept_readable(host):
    signature = ("S", "Do.", (("customer_name", STR, None), ("unit_price", FLOAT, None)), (("answer", STR, None),))
    host.answer('{"answer": "x"}')
    demo = {"customer_name": "Zoë", "unit_price": 2.5, "answer": "ja, schön"}
    programs.predict("Predict", signature, {"customer_name": "Émile", "unit_price": 3}, options(demos=[demo]))
    assert messages(host.prompts()[0])[1:] == [
        ("user", "Customer name: Zoë\nUnit price: 2.5"),
        ("assistant", '{"answer": "ja, schön"}'),
        ("user", "Customer name: Émile\nUnit price: 3"),
    ]


def closed_objects(schema):
    """Every object schema in `schema`."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from closed_objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from closed_objects(value)


@pytest.mark.parametrize("adapter", ["compact_json", "json"])
def test_the_schema_of_the_answer_is_closed_at_every_level(host, adapter):
    host.answer(MIXED_ANSWER)
    programs.predict("Predict", MIXED, MIXED_INPUTS, options(adapter))
    format_ = host.prompts()[0]["config"]["response_format"]
    assert (format_["type"], format_["strict"]) == ("json_schema", True)
    objects = list(closed_objects(format_["schema"]))
    assert len(objects) >= 2
    for object_ in objects:
        assert object_["additionalProperties"] is False
        assert object_["required"] == list(object_["properties"])
    assert list(format_["schema"]["properties"]) == ["answer", "label", "score", "ok", "cities", "note"]


def test_without_the_capability_only_json_is_asked_for(host):
    host.answer(MIXED_ANSWER)
    programs.predict("Predict", MIXED, MIXED_INPUTS, options("json", schema=False))
    assert host.prompts()[0]["config"]["response_format"] == {"type": "json_object"}


def test_the_stream_listener_of_dspy_knows_the_adapter_by_name():
    from dspy.streaming.streaming_listener import StreamListener

    assert CompactJSONAdapter.__name__ in StreamListener("answer").adapter_identifiers
