"""Programs of steps: every kind of step, and what goes wrong in one."""

import asyncio
import math

import pytest

from dspex_worker import expressions, tools


def value(content):
    return (False, content)


def step(position):
    return (True, position)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ([("value", value(3))], 3),
        ([("module", "math.pi")], math.pi),
        ([("module", "builtins"), ("get", step(0), "len"), ("call", step(1), [value([1, 2])], {})], 2),
        ([("module", "len"), ("call", step(0), [value("abc")], {})], 3),
        ([("module", "sorted"), ("call", step(0), [value([1, 3, 2])], {"reverse": value(True)})], [3, 2, 1]),
        ([("value", value({"a": [1, 2]})), ("item", step(0), value("a")), ("item", step(1), value(1))], 2),
        ([("value", value([1, 2])), ("setitem", step(0), value(0), value(9)), ("value", step(0))], [9, 2]),
        ([("value", value([1, 2])), ("delitem", step(0), value(0)), ("value", step(0))], [2]),
        ([("value", value(6)), ("apply", "mul", [step(0), step(0)])], 36),
        ([("apply", "isinstance", [value(True), value(1)])], TypeError),
        ([("module", "xml.etree.ElementTree.Element"), ("call", step(0), [value("a")], {}), ("get", step(1), "tag")], "a"),
        ([("module", "no_such_module.at_all")], ModuleNotFoundError),
        ([("module", "math.no_such_name")], AttributeError),
        ([("value", value(1)), ("get", step(0), "no_such_name")], AttributeError),
    ],
)
def test_a_program_gives_the_value_of_its_last_step(program, expected):
    if isinstance(expected, type):
        with pytest.raises(expected):
            expressions.run(program)
    else:
        assert expressions.run(program) == expected


def test_an_attribute_goes_before_a_module_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "namesake").mkdir()
    (tmp_path / "namesake" / "__init__.py").write_text("from .twin import twin\n")
    (tmp_path / "namesake" / "twin.py").write_text("def twin(): return 1\n")
    (tmp_path / "namesake" / "lone.py").write_text("import no_such_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert expressions.run([("module", "namesake.twin"), ("call", step(0), [], {})]) == 1
    assert expressions.run([("module", "namesake.twin.__name__")]) == "twin"
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        expressions.run([("module", "namesake.lone.x")])
    with pytest.raises(AttributeError, match="no attribute 'missing'"):
        expressions.run([("module", "namesake.missing.x")])


def test_attributes_are_set_and_deleted():
    class Box:
        pass

    box = Box()
    expressions.run([("value", value(box)), ("set", step(0), "content", value(3))])
    assert box.content == 3
    expressions.run([("value", value(box)), ("delete", step(0), "content")])
    assert not hasattr(box, "content")


def test_several_values_are_asked_for_at_once():
    program = [("value", value(2)), ("apply", "add", [step(0), step(0)]), ("apply", "mul", [step(1), step(1)])]
    assert expressions.run_all(program, [2, 0]) == [16, 2]


def test_a_module_that_misses_another_one_fails_for_good(tmp_path, monkeypatch):
    (tmp_path / "needs_more.py").write_text("import module_that_is_missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="module_that_is_missing"):
        expressions.run([("module", "needs_more.thing")])


def test_a_context_manager_is_entered_and_left():
    events = []

    class Manager:
        def __enter__(self):
            events.append("enter")
            return "entered"

        def __exit__(self, kind, error, traceback):
            events.append(str(error))
            return error is not None

    manager, entered = expressions.enter([("value", value(Manager()))])
    assert entered == "entered"
    assert expressions.leave(manager, None) is False
    assert expressions.leave(manager, {"message": "boom"}) is True
    assert events == ["enter", "None", "boom"]


def test_an_asynchronous_context_manager_is_entered_and_left():
    events = []

    class Manager:
        def __enter__(self):
            raise TypeError("use async with")

        async def __aenter__(self):
            events.append("enter")
            return "entered"

        async def __aexit__(self, kind, error, traceback):
            events.append((kind, str(error)))
            return 1 if error else None

    manager, entered = asyncio.run(expressions.enter([("value", value(Manager()))]))
    assert entered == "entered"
    assert asyncio.run(expressions.leave(manager, None)) is False
    assert asyncio.run(expressions.leave(manager, {"message": "boom"})) is True
    assert events == ["enter", (None, "None"), (tools.ToolError, "boom")]


def test_introspection_tells_documentation_and_parameters():
    def greet(name: str, *names: str, times: int = 1) -> str:
        """Says hello."""
        return name * times

    facts = expressions.describe([("value", value(greet))])
    assert facts["doc"] == "Says hello."
    assert facts["callable"] is True
    assert [(each["name"], each["required"], each["default"]) for each in facts["parameters"]] == [
        ("name", True, None),
        ("names", False, None),
        ("times", False, "1"),
    ]
    assert expressions.describe([("value", value(3))])["classes"] == ["int", "object"]


def test_what_is_iterated_may_be_asynchronous():
    async def numbers():
        yield 1

    assert hasattr(expressions.iterate([("value", value(numbers()))]), "__aiter__")
    assert list(expressions.iterate([("value", value([1, 2]))])) == [1, 2]
    with pytest.raises(TypeError):
        expressions.iterate([("value", value(3))])
