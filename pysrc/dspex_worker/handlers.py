"""A pool's handler: a class of the user's whose public methods are operations of that pool.

The host names the class by its path (`pools.<name>.handler` of its configuration). Each worker makes one instance of it,
with no arguments, when the first operation comes; what `__init__` loads is there for all later ones.
"""

import importlib
import inspect
import threading
from typing import Any

_instances: dict[str, Any] = {}
_lock = threading.Lock()


class HandlerError(ValueError):
    """The class cannot be found or made, or has no such operation. `details` has `handler` and `operation`."""

    def __init__(self, path: str, problem: str, operation: str | None = None) -> None:
        super().__init__(f"handler {path}: {problem}")
        self.details = {"code": "invalid_handler", "handler": path, "operation": operation}


def describe(path: str) -> list[dict[str, Any]]:
    """The operations of the class: `{"name", "doc", "parameters": [{"name", "required"}, …]}`, in alphabetical order.

    The class is imported, and no instance made.
    """
    found = []
    for name, function in inspect.getmembers(_class(path), callable):
        if name.startswith("_"):
            continue
        parameters = [
            {"name": parameter.name, "required": parameter.default is parameter.empty}
            for parameter in _parameters(function)
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) and parameter.name != "self"
        ]
        doc = inspect.getdoc(function) or ""
        found.append({"name": name, "doc": doc.partition("\n\n")[0], "parameters": parameters})
    return found


def call(path: str, operation: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call an operation. Raises `HandlerError` for a name that is none, and whatever the operation raises."""
    instance = _instance(path)
    method = None if operation.startswith("_") else getattr(instance, operation, None)
    if not callable(method):
        known = ", ".join(entry["name"] for entry in describe(path)) or "none"
        raise HandlerError(path, f"there is no operation {operation!r}; there are {known}", operation)
    return method(*args, **kwargs)


def _class(path: str) -> type:
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise HandlerError(path, f"cannot be imported: {error}") from error
    if not inspect.isclass(found):
        raise HandlerError(path, "is no class")
    return found


def _instance(path: str) -> Any:
    with _lock:
        if path not in _instances:
            _instances[path] = _class(path)()
        return _instances[path]


def _parameters(function: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some of C's have none
        return []
