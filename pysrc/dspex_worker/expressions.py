"""Runs what Swift has written as one expression: many dependent steps in one round trip.

A program is a list of steps, each a tuple whose first element names it; a step's value is known to later ones by its
position. An operand is `(True, position)` for the value of an earlier step, or `(False, value)`.

| step | value |
|---|---|
| `("module", "a.b.c")` | the module or the attribute of one that this path names |
| `("value", operand)` | the operand |
| `("get", operand, name)` | the attribute |
| `("set", operand, name, operand)` | None; the attribute is set |
| `("delete", operand, name)` | None; the attribute is gone |
| `("item", operand, operand)` | `a[b]` |
| `("setitem", operand, operand, operand)` | None; `a[b] = c` |
| `("delitem", operand, operand)` | None; `del a[b]` |
| `("call", operand, [operand …], {name: operand})` | what the call returns |
| `("apply", name, [operand …])` | what the function of `operator` or `builtins` returns |
"""

import builtins
import importlib
import inspect
import operator
from collections.abc import Callable
from typing import Any

Operand = tuple[bool, Any]


def run(program: list[tuple[Any, ...]]) -> object:
    """Run every step and return the value of the last."""
    return _run(program)[-1]


def run_all(program: list[tuple[Any, ...]], wanted: list[int]) -> list[object]:
    """Run every step and return the values at the positions that are wanted."""
    values = _run(program)
    return [values[position] for position in wanted]


def iterate(program: list[tuple[Any, ...]]) -> object:
    """Run every step; the value of the last is what is iterated."""
    value = _run(program)[-1]
    return value if hasattr(value, "__aiter__") else iter(value)  # type: ignore[call-overload]


def enter(program: list[tuple[Any, ...]]) -> tuple[object, object]:
    """Enter the context manager that is the value of the last step: the manager, and what `as` would name."""
    manager = _run(program)[-1]
    return manager, type(manager).__enter__(manager)  # type: ignore[attr-defined]


def leave(manager: Any, failure: str | None) -> bool:
    """Leave a context manager, with an exception when the host's block threw one; whether it was swallowed."""
    error = None if failure is None else HostError(failure)
    return bool(type(manager).__exit__(manager, type(error) if error else None, error, None))


class HostError(Exception):
    """The block of a `with` scope in Swift has thrown."""


def describe(program: list[tuple[Any, ...]]) -> dict[str, object]:
    """What introspection says of the value of the last step: its type, documentation, signature and attributes."""
    value: Any = _run(program)[-1]
    kind = type(value)
    return {
        "type": _qualified(kind),
        "classes": [_qualified(each) for each in kind.__mro__],
        "doc": inspect.getdoc(value),
        "callable": callable(value),
        "parameters": _parameters(value),
        "attributes": [name for name in dir(value) if not name.startswith("_")],
        "repr": repr(value)[:4096],
    }


def _qualified(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _parameters(value: object) -> list[dict[str, object]] | None:
    if not callable(value):
        return None
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    empty = inspect.Parameter.empty
    return [
        {
            "name": parameter.name,
            "kind": parameter.kind.name.lower(),
            "annotation": None if parameter.annotation is empty else inspect.formatannotation(parameter.annotation),
            "default": None if parameter.default is empty else repr(parameter.default),
            "required": parameter.default is empty and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD),
        }
        for parameter in signature.parameters.values()
    ]


def _run(program: list[tuple[Any, ...]]) -> list[object]:
    values: list[Any] = []
    for step in program:
        values.append(_STEPS[step[0]](values, *step[1:]))
    return values


def _of(values: list[Any], operand: Operand) -> Any:
    earlier, value = operand
    return values[value] if earlier else value


def _module(values: list[Any], path: str) -> object:
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        try:
            found = importlib.import_module(name)
        except ModuleNotFoundError as error:
            # Only "there is no module of this name" means that its last part is an attribute.
            if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
                raise
            if count == 1:
                if hasattr(builtins, name):
                    return _attributes(getattr(builtins, name), parts[1:])
                raise
            continue
        return _attributes(found, parts[count:])
    raise ModuleNotFoundError(f"no module named {path!r}", name=path)


def _attributes(value: object, names: list[str]) -> object:
    for name in names:
        value = getattr(value, name)
    return value


def _call(values: list[Any], function: Operand, arguments: list[Operand], keywords: dict[str, Operand]) -> object:
    return _of(values, function)(
        *(_of(values, each) for each in arguments), **{name: _of(values, each) for name, each in keywords.items()}
    )


def _set(values: list[Any], target: Operand, name: str, value: Operand) -> None:
    setattr(_of(values, target), name, _of(values, value))


def _delete(values: list[Any], target: Operand, name: str) -> None:
    delattr(_of(values, target), name)


def _set_item(values: list[Any], target: Operand, key: Operand, value: Operand) -> None:
    _of(values, target)[_of(values, key)] = _of(values, value)


def _delete_item(values: list[Any], target: Operand, key: Operand) -> None:
    del _of(values, target)[_of(values, key)]


def _apply(values: list[Any], name: str, arguments: list[Operand]) -> object:
    function = getattr(operator, name, None) or getattr(builtins, name)
    return function(*(_of(values, each) for each in arguments))


_STEPS: dict[str, Callable[..., object]] = {
    "module": _module,
    "value": _of,
    "get": lambda values, target, name: getattr(_of(values, target), name),
    "set": _set,
    "delete": _delete,
    "item": lambda values, target, key: _of(values, target)[_of(values, key)],
    "setitem": _set_item,
    "delitem": _delete_item,
    "call": _call,
    "apply": _apply,
}
