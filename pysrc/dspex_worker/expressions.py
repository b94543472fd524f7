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
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from dspex_worker import tools

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


def enter(program: list[tuple[Any, ...]]) -> tuple[object, object] | Awaitable[tuple[object, object]]:
    """Enter the context manager that is the value of the last step: the manager, and what `as` would name.

    One with `__aenter__` is entered as `async with` does, also if it has `__enter__`: libraries keep that beside the other to refuse it.
    """
    manager: Any = _run(program)[-1]
    if hasattr(type(manager), "__aenter__"):
        return _enter_asynchronously(manager)
    return manager, type(manager).__enter__(manager)


async def _enter_asynchronously(manager: Any) -> tuple[object, object]:
    return manager, await type(manager).__aenter__(manager)


def leave(manager: Any, failure: dict[str, object] | None) -> bool | Awaitable[bool]:
    """Leave a context manager as it was entered, with an exception when the host's block threw one; whether it was swallowed.

    The exception is made as that of a tool is: what Python had raised in the block is of its own class where that is a built-in one.
    """
    error = None if failure is None else tools.error(Exception(failure), "with")
    kind = None if error is None else type(error)
    if hasattr(type(manager), "__aenter__"):
        return _leave_asynchronously(manager, kind, error)
    return bool(type(manager).__exit__(manager, kind, error, None))


async def _leave_asynchronously(manager: Any, kind: type | None, error: BaseException | None) -> bool:
    return bool(await type(manager).__aexit__(manager, kind, error, None))


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
    """As Python reads the path after an import: an attribute goes before a module of the same name within its package."""
    first, *names = path.split(".")
    try:
        found: Any = importlib.import_module(first)
    except ModuleNotFoundError as error:
        if error.name != first or not hasattr(builtins, first):
            raise
        found = getattr(builtins, first)
    for name in names:
        found = _member(found, name)
    return found


def _member(found: object, name: str) -> object:
    try:
        return getattr(found, name)
    except AttributeError:
        if not isinstance(found, ModuleType):
            raise
        inner = f"{found.__name__}.{name}"
        try:
            return importlib.import_module(inner)
        except ModuleNotFoundError as error:
            # Only "there is no module of this name" means that it is the attribute that is missing.
            if error.name != inner:
                raise
        raise


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
