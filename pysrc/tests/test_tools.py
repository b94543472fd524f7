"""Swift tools as Python functions, at the border to the host."""

import inspect
import sys
import typing

import pytest
from host_stand_in import UpcallError

from dspex_worker import tools


def tool(name, properties, required=(), defaults=None, returns=None, description="", **schema):
    return {
        "name": name,
        "description": description,
        "schema": {"type": "object", "properties": properties, "required": list(required), **schema},
        "defaults": defaults or {},
        "returns": returns,
    }


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(tools, "_functions", {})
    monkeypatch.setattr(tools, "_descriptions", {})
    monkeypatch.setattr(tools, "_version", None)


def offer(host, *offered):
    host.tools = list(offered)
    host.version += 1
    for each in offered:
        host.answers[f"tool:{each['name']}"] = lambda payload: payload


def test_a_tool_is_a_function_with_a_signature(host):
    city = {"type": "string", "description": "The name."}
    properties = {"city": city, "days": {"type": "integer"}}
    offer(host, tool("lookup", properties, ["city"], {"days": 1}, description="Weather."))
    assert tools.lookup("Bern") == {"city": "Bern", "days": 1}
    assert host.called == [("tool:lookup", {"city": "Bern", "days": 1})]
    assert str(inspect.signature(tools.lookup)) == "(city: str, days: int = 1)"
    assert tools.lookup.__doc__ == "Weather.\n\nArgs:\n    city: The name."
    assert typing.get_type_hints(tools.lookup) == {"city": str, "days": int}
    assert tools.names() == ["lookup"]


def test_a_tool_that_did_not_change_stays_the_same_function(host):
    offer(host, tool("one", {}), tool("two", {}))
    one, two = tools.one, tools.two
    offer(host, tool("one", {}), tool("two", {}, description="changed"))
    assert tools.one is one
    assert tools.two is not two


def test_an_unknown_tool_is_named_with_those_that_there_are(host):
    offer(host, tool("one", {}), tool("two", {}))
    with pytest.raises(tools.UnknownTool, match="'three'; it has: one, two"):
        tools.get("three")
    with pytest.raises(AttributeError, match="three"):
        _ = tools.three
    assert not hasattr(tools, "__wrapped__")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"type": "string"}, str),
        ({"type": "number"}, float),
        ({"type": "boolean"}, bool),
        ({"type": "array", "items": {"type": "integer"}}, list[int]),
        ({"type": "object", "additionalProperties": {"type": "number"}}, dict[str, float]),
        ({"type": "object"}, dict[str, typing.Any]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, typing.Optional[str]),
        ({"anyOf": [{"type": "null"}, {"type": "null"}]}, type(None)),
        ({"enum": ["a", "b"]}, typing.Literal["a", "b"]),
        ({}, typing.Any),
        ({"type": "unheard of"}, typing.Any),
    ],
)
def test_schemas_are_read_as_annotations(host, kind, expected):
    offer(host, tool("t", {"value": kind}))
    assert typing.get_type_hints(tools.t)["value"] == expected


def test_records_are_read_as_typed_dicts_even_when_they_contain_themselves(host):
    fields = {"next": {"$ref": "#/$defs/Node"}, "name": {"type": "string"}}
    node = {"type": "object", "properties": fields, "required": ["name"]}
    offer(host, tool("walk", {"start": {"$ref": "#/$defs/Node"}}, **{"$defs": {"Node": node}}))
    hint = typing.get_type_hints(tools.walk)["start"]
    assert set(hint.__annotations__) == {"next", "name"}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ({"type": "string"}, ["", "a"], [1, b"", None, ["a"]]),
        ({"type": "integer"}, [0, -1, 2**70], [True, 1.0, "1", None]),
        ({"type": "number"}, [0, 1.5, float("nan")], [True, "1", None, [1.0]]),
        ({"type": "boolean"}, [True], [0, "yes", None]),
        ({"type": "array"}, [[], (1,), {1}], ["ab", 1, None, {}]),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, [1, None], ["1", 1.0]),
        ({"enum": ["a", 1]}, ["a", 1], ["b", None]),
    ],
)
def test_types_are_checked_before_the_host_is_asked(host, kind, good, bad):
    offer(host, tool("t", {"value": kind}))
    host.answers["tool:t"] = lambda payload: None
    for value in good:
        tools.t(value)
    asked = len(host.called)
    for value in bad:
        with pytest.raises(TypeError, match=r"t\(\): the argument 'value' must be"):
            tools.t(value)
    assert len(host.called) == asked


def test_numpy_numbers_are_numbers(host):
    numpy = pytest.importorskip("numpy")
    offer(host, tool("t", {"whole": {"type": "integer"}, "real": {"type": "number"}, "flag": {"type": "boolean"}}))
    seen = []

    def upcall(name, payload):  # the stand-in's wire knows no numpy
        return seen.append(payload) if name == "tool:t" else host.upcall(name, payload)

    sys.modules["_dspex"].upcall = upcall
    tools.t(numpy.int64(1), numpy.float32(1), numpy.bool_(True))
    assert len(seen) == 1
    with pytest.raises(TypeError):
        tools.t(numpy.float64(1), 1, True)


@pytest.mark.parametrize("raises", ["ValueError", "KeyError", "OSError", "SyntaxError", "StopAsyncIteration"])
def test_an_error_can_be_caught_as_the_class_that_it_names(raises):
    made = tools.error(UpcallError({"message": "no", "code": "python", "raises": raises}), "t")
    assert isinstance(made, tools.ToolError)
    assert type(made).__name__ == raises
    assert str(made) == "no"


@pytest.mark.parametrize("raises", ["UnicodeDecodeError", "ExceptionGroup", "SystemExit", "print", "", "no.Such", 3])
def test_an_error_that_names_no_fit_class_is_a_tool_error(raises):
    made = tools.error(UpcallError({"message": "no", "raises": raises}), "t")
    assert type(made) is tools.ToolError
    assert (str(made), made.code) == ("no", "host")


def test_a_failure_without_details_is_still_an_error():
    assert str(tools.error(UpcallError("odd"), "t")) == ""
