"""What DSPy 3.4.1 makes of the cases of the parity corpus: the side that the Swift code is compared with.

Use:
    python reference.py < CASES > RESULTS    one case a line in, one result a line out, in the same order
    python reference.py OUTPUT               every case of `corpus.py` with its result under "expected", a line each

Cases (JSON objects; "id" is any text that names the case, unknown keys are ignored)
    {"id", "kind": "signature", "signature": text, "instructions": text or null}
    {"id", "kind": "prompt", "signature", "instructions", "adapter": "chat" | "json" | "xml",
     "inputs": object, "demos": list of objects, "history": list of objects or null}
    {"id", "kind": "parse", "signature", "instructions", "adapter", "text": text}
A case may carry "deviation": the reason why the Swift side refuses, or may read otherwise, what DSPy takes.

Results (without "id" in the file OUTPUT, where the case itself has it)
    signature   {"accepted": true, "instructions", "fields": [{"name", "side": "input" | "output", "type"}]},
                inputs first, types as `get_annotation_name` spells them; or {"accepted": false, "error": class}
    prompt      {"messages": […]} as `adapter.format` returns them; or {"error": class}
    parse       {"fields": {…}} with every output in the signature's order; or {"error": class}, which is
                "AdapterParseError" for what DSPy itself calls one, and another class where an exception slips through

How JSON becomes what a user would pass (values of inputs, demos and turns alike)
    A value is converted if its field's type mentions a class of DSPy or of the module `datetime`, and passes as it is
    otherwise: so 3.0 in a field of `int` prints "3.0", as it does when a Python user passes it. The conversion is
    `pydantic.TypeAdapter(type).validate_python`, and a value that it refuses passes as it is too. Before it, in any
    depth of lists, dictionaries and unions: text for a `dspy.Image` is its address, a list for a `dspy.History` is its
    messages, and {"name", "desc"?, "args"?} for a `dspy.Tool` is a tool of that name, description and arguments.
    "history" becomes `dspy.History(messages=…)` in the signature's input of that type; without one it is ignored.

How typed outputs become JSON
    Records as pydantic's JSON mode dumps them: a `dspy.Code` and a `dspy.Reasoning` are texts, an `Image`, an `Audio`
    and a `File` the text with DSPy's custom-type markers, `ToolCalls` an object. Dates, times and UUIDs are ISO text,
    a timedelta an ISO duration, a Decimal, a Path and a complex number text, bytes the text they encode. Tuples and
    deques are lists; sets are lists too, in the order of the numbers if all are numbers and of the elements' JSON text
    otherwise, since Python's order is none. Keys of dictionaries are the texts that pydantic's JSON mode makes of
    them; their order is kept. Numbers are Python's: 3.0 is not 3, integers have any size, NaN and Infinity are bare
    words. Everything is written with ASCII escapes, so that no reader splits a line at U+2028.
"""

import functools
import importlib
import inspect
import json
import logging
import os
import re
import sys
import tempfile
import types
import typing
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any, Union, get_args, get_origin

# DSPy opens its disk cache when it is imported; nothing here asks a model, so an empty folder does.
os.environ.setdefault("DSPY_CACHEDIR", tempfile.mkdtemp(prefix="parity-"))
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import dspy  # noqa: E402
import pydantic  # noqa: E402
import pydantic_core  # noqa: E402
from dspy.adapters.utils import get_annotation_name  # noqa: E402
from dspy.signatures import signature as dspy_signature  # noqa: E402

ADAPTERS = {"chat": dspy.ChatAdapter(), "json": dspy.JSONAdapter(), "xml": dspy.XMLAdapter()}

# DSPy imports whatever module a type names. A corpus is data, so only these are: any other is an unknown name, which
# DSPy refuses like a module that is not installed.
IMPORTABLE = {
    *("array", "builtins", "collections", "collections.abc", "datetime", "decimal", "dspy", "enum", "fractions"),
    *("ipaddress", "json", "numbers", "pathlib", "re", "string", "typing", "uuid"),
}


def _import_module(name: str) -> types.ModuleType:
    if name not in IMPORTABLE:
        raise ImportError(name)
    return importlib.import_module(name)


dspy_signature.importlib = types.SimpleNamespace(import_module=_import_module)


# --- Signatures


@functools.cache
def signature(text: str, instructions: str | None) -> type[dspy.Signature]:
    """The signature as a script with `import dspy`, and no names of its own, gets it.

    DSPy looks for the types that follow a colon in its callers' frames, and gives up `NoneType` when it finds one.
    What it would find is given here, so that the names of this program are not. And `typing` remembers what it has
    built by equality, in which the order of a union does not count: `Optional[str | int]` would come out as the
    `Optional[int | str]` of an earlier case, so it is made to forget.
    """
    for forget in typing._cleanups:
        forget()
    custom_types = {"dspy": dspy} if re.search(r":\s*dspy\b", text) else {}
    return dspy.Signature(text, instructions, custom_types=custom_types)


def run_signature(case: dict[str, Any]) -> dict[str, Any]:
    """Whether DSPy takes a signature, and what it reads in it."""
    try:
        built = signature(case["signature"], case.get("instructions"))
    except Exception as error:
        return {"accepted": False, "error": type(error).__name__}
    fields = [
        {
            "name": name,
            "side": "input" if name in built.input_fields else "output",
            "type": get_annotation_name(field.annotation),
        }
        for name, field in built.fields.items()
    ]
    return {"accepted": True, "instructions": built.instructions, "fields": fields}


# --- Prompts


def run_prompt(case: dict[str, Any]) -> dict[str, Any]:
    """The messages of a call."""
    try:
        built = signature(case["signature"], case.get("instructions"))
        inputs = _typed_values(built, case["inputs"])
        demos = [_typed_values(built, demo) for demo in case.get("demos") or []]
        if (turns := case.get("history")) is not None:
            inputs |= _history_input(built, turns)
        return {"messages": ADAPTERS[case["adapter"]].format(built, demos, inputs)}
    except Exception as error:
        return {"error": type(error).__name__}


def _history_input(built: type[dspy.Signature], turns: list[Any]) -> dict[str, Any]:
    for name, field in built.input_fields.items():
        if field.annotation is dspy.History:
            return {name: _typed(field.annotation, {"messages": [_typed_turn(built, turn) for turn in turns]})}
    return {}


def _typed_turn(built: type[dspy.Signature], turn: Any) -> Any:
    return _typed_values(built, turn) if isinstance(turn, dict) else turn


def _typed_values(built: type[dspy.Signature], values: dict[str, Any]) -> dict[str, Any]:
    fields = built.fields
    return {name: _typed(fields[name].annotation, value) if name in fields else value for name, value in values.items()}


def _typed(annotation: Any, value: Any) -> Any:
    if value is None or not _is_converted(annotation):
        return value
    try:
        return pydantic.TypeAdapter(annotation).validate_python(_spelled_out(annotation, value))
    except Exception:
        return value


def _is_converted(annotation: Any) -> bool:
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return annotation.__module__.partition(".")[0] in ("dspy", "datetime")
    return any(_is_converted(argument) for argument in get_args(annotation))


def _spelled_out(annotation: Any, value: Any) -> Any:
    """The value with the short forms that a constructor takes, and pydantic does not, written in full."""
    if annotation is dspy.Image and isinstance(value, str):
        return {"url": value}
    if annotation is dspy.History and isinstance(value, list):
        return {"messages": value}
    if annotation is dspy.Tool and isinstance(value, dict) and isinstance(value.get("name"), str):
        return _tool(value)
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        changed = (_spelled_out(argument, value) for argument in arguments)
        return next((other for other in changed if other is not value), value)
    if isinstance(value, list) and arguments:
        return [_spelled_out(arguments[0], item) for item in value]
    if isinstance(value, dict) and len(arguments) == 2:
        return {key: _spelled_out(arguments[1], item) for key, item in value.items()}
    return value


def _tool(description: dict[str, Any]) -> dspy.Tool:
    def function() -> None:
        pass

    arguments = description.get("args") or {}
    return dspy.Tool(function, description["name"], description.get("desc"), arguments, {})


# --- Answers


def run_parse(case: dict[str, Any]) -> dict[str, Any]:
    """The typed fields of a model's text."""
    try:
        built = signature(case["signature"], case.get("instructions"))
        return {"fields": plain(ADAPTERS[case["adapter"]].parse(built, case["text"]))}
    except Exception as error:
        return {"error": type(error).__name__}


def plain(value: Any) -> Any:
    """A typed value as what `json.dumps` writes, by the rules at the head of this file."""
    if isinstance(value, pydantic.BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return _in_order([plain(item) for item in value])
    return pydantic_core.to_jsonable_python(value)


def _key(key: Any) -> str:
    return next(iter(pydantic_core.to_jsonable_python({key: None})))


def _in_order(items: list[Any]) -> list[Any]:
    if all(isinstance(item, Real) for item in items):
        return sorted(items)
    return sorted(items, key=lambda item: json.dumps(item, ensure_ascii=False))


# --- The program

RUNS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "signature": run_signature,
    "prompt": run_prompt,
    "parse": run_parse,
}


def run(case: dict[str, Any]) -> dict[str, Any]:
    """The result of a case of any kind."""
    return RUNS[case["kind"]](case)


def answer(lines: Iterable[str]) -> Iterable[str]:
    """A line of JSON for each line of JSON."""
    for line in lines:
        if line.strip():
            case = json.loads(line)
            yield json.dumps({"id": case.get("id"), **run(case)})


def main(arguments: list[str]) -> None:
    """Writes the whole corpus to the file that is named, or answers the standard input."""
    if arguments:
        from corpus import cases

        with open(arguments[0], "w", encoding="ascii", newline="\n") as file:
            for case in cases():
                file.write(json.dumps({**case, "expected": run(case)}) + "\n")
    else:
        # Only a line feed ends a case: text mode would split at a carriage return too.
        lines = (line.decode() for line in sys.stdin.buffer)
        for line in answer(lines):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
