"""Swift tools as Python functions.

    from dspex_worker import tools

    tools.lookup(city="Bern")

A tool is a real function: it has a signature, annotations and documentation, so that `help()`, `inspect` and
`dspy.Tool` read it, and `schema`, the JSON Schema of its parameters. What the host registers, replaces and removes is
seen at the next look; no worker is restarted.
"""

import builtins
import datetime
import decimal
import inspect
import threading
import uuid
from collections.abc import Callable
from typing import Any, Literal, NoReturn, Union

try:
    from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12
except ImportError:
    from typing import TypedDict

__all__ = ["ToolError", "UnknownTool", "get", "names"]


class ToolError(Exception):
    """A Swift tool or closure threw an error.

    When the tool named a built-in exception class, what is raised is an instance of that class, too: it can be caught
    as either. An error that leaves the call unchanged is thrown by it in Swift as the error that it was.
    """

    def __init__(self, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = details or {}

    @property
    def code(self) -> str:
        """The kind of failure, such as `out_of_stock`; `host` for an error that names none."""
        return self.details.get("code", "host")

    @property
    def swift_type(self) -> str:
        """The Swift type of the error, with its module."""
        return self.details.get("type", "")

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownTool(ToolError, LookupError):
    """The host has no tool of this name (any more)."""


_lock = threading.Lock()
_functions: dict[str, Callable[..., Any]] = {}
_descriptions: dict[str, dict[str, Any]] = {}
_version: int | None = None


def get(name: str) -> Callable[..., Any]:
    """The tool of this name. Raises `UnknownTool`, which names those that there are."""
    function = _current().get(name)
    if function is None:
        known = ", ".join(names()) or "none"
        raise UnknownTool(f"the host has no tool named {name!r}; it has: {known}", {"code": "unknown_tool"})
    return function


def names() -> list[str]:
    """The names of all tools, sorted."""
    return sorted(_current())


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return get(name)
    except UnknownTool as error:
        raise AttributeError(str(error), name=name) from None


def __dir__() -> list[str]:
    return sorted({*__all__, *names()})


def _current() -> dict[str, Callable[..., Any]]:
    global _functions, _descriptions, _version
    import _dspex

    version = _dspex.tools_version()
    if version == _version:
        return _functions
    # Asked for without the lock: the host may take its time. What it tells is never older than the version read before.
    told = {tool["name"]: tool for tool in _dspex.upcall("dspex.tools", None)}
    with _lock:
        # A tool that did not change stays the function that it was.
        _functions = {
            name: _functions[name] if _descriptions.get(name) == tool else _function(tool)
            for name, tool in told.items()
        }
        _descriptions = told
        _version = version
        return _functions


# Functions


def _function(tool: dict[str, Any]) -> Callable[..., Any]:
    """A function with the tool's signature.

    It is compiled, as `collections.namedtuple` and dataclasses compile theirs: Python then checks the arguments itself,
    says what is wrong with them in its own words, and does so at full speed.
    """
    import _dspex

    name, schema = tool["name"], tool["schema"]
    properties, defaults = schema["properties"], tool["defaults"]
    checks = {parameter: _check(_resolved(kind, schema)) for parameter, kind in properties.items()}
    scope: dict[str, Any] = {
        "_upcall": _dspex.upcall,
        "_failed": _dspex.UpcallError,
        "_error": error,
        "_checks": checks,
        "_kinds": properties,
        "_wrong": _wrong,
        "__name__": __name__,
    }
    # Of what has a default that only the host knows, None is not sent.
    omissible = {name for name, value in defaults.items() if value is None and "default" not in properties[name]}
    entries = ", ".join(f"{parameter!r}: {parameter}" for parameter in properties if parameter not in omissible)
    lines = [f"def {name}({', '.join(properties)}):", f"    _arguments = {{{entries}}}"]
    for parameter in properties:
        indent = "    "
        if parameter in omissible:
            lines += [f"    if {parameter} is not None:", f"        _arguments[{parameter!r}] = {parameter}"]
            indent = "        "
        if checks[parameter] is not None:
            arguments = f"{name!r}, {parameter!r}, _kinds[{parameter!r}], {parameter}"
            lines.append(f"{indent}if not _checks[{parameter!r}]({parameter}): _wrong({arguments})")
    lines += [
        "    try:",
        f"        return _upcall({'tool:' + name!r}, _arguments)",
        "    except _failed as failure:",
        f"        raised = _error(failure, {name!r})",
        "    raise raised",
    ]
    exec(compile("\n".join(lines), f"<tool {name}>", "exec"), scope)  # names were checked by the host to be identifiers
    function = scope[name]
    function.__module__ = __name__
    function.__doc__ = _documentation(tool)
    function.__defaults__ = tuple(defaults[parameter] for parameter in properties if parameter in defaults) or None
    annotations = {parameter: _type(kind, schema, _title(parameter)) for parameter, kind in properties.items()}
    if tool["returns"] is not None:
        annotations["return"] = _type(tool["returns"], tool["returns"], f"{_title(name)}Result")
    function.__annotations__ = annotations
    function.__signature__ = inspect.signature(function)
    function.schema = schema
    return function


def _documentation(tool: dict[str, Any]) -> str:
    described = [
        f"    {name}: {kind['description']}"
        for name, kind in tool["schema"]["properties"].items()
        if kind.get("description")
    ]
    parts = [tool["description"]] if tool["description"] else []
    if described:
        parts.append("\n".join(["Args:", *described]))
    return "\n\n".join(parts)


def error(failure: Exception, function: str) -> Exception:
    """What to raise for an `UpcallError`."""
    details = failure.args[0] if failure.args and isinstance(failure.args[0], dict) else {}
    message, code = str(details.get("message", "")), details.get("code")
    if code == "argument":
        return TypeError(f"{function}(): {message}")
    if code == "unknown_upcall":
        return UnknownTool(f"{function}() is not there any more: the host has taken it away", details)
    named = getattr(builtins, str(details.get("raises", "")), None)
    if isinstance(named, type) and issubclass(named, Exception):
        try:
            return _both(named)(message, details)
        except TypeError:  # a class that is made of more than a message
            pass
    return ToolError(message, details)


_both_classes: dict[type, type[ToolError]] = {}


def _both(named: type[Exception]) -> type[ToolError]:
    if named not in _both_classes:
        # Called as the class that it stands in for, and described by `failures` as an error of this package.
        _both_classes[named] = type(named.__name__, (ToolError, named), {"__module__": __name__})
    return _both_classes[named]


# Schemas


def _resolved(kind: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    reference = kind.get("$ref")
    if reference is None:
        return kind
    return root.get("$defs", {}).get(reference.rpartition("/")[2], {})


def _is_integer(value: object) -> bool:
    return type(value) is int or (hasattr(type(value), "__index__") and not isinstance(value, bool))


def _is_number(value: object) -> bool:
    return type(value) is float or _is_integer(value) or (hasattr(type(value), "__float__") and not _is_flag(value))


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


_CHECKS: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": _is_number,
    "boolean": _is_flag,
    "array": lambda value: isinstance(value, (list, tuple, set, frozenset, bytes)) or hasattr(type(value), "__array__"),
    "null": lambda value: value is None,
}


def _check(kind: dict[str, Any]) -> Callable[[object], bool] | None:
    """What tells a value of the wrong type apart; None where only the host can. It checks the parts of containers."""
    if "enum" in kind:
        allowed = kind["enum"]
        return lambda value: value in allowed or hasattr(value, "value") and value.value in allowed
    if "anyOf" in kind:
        checks = [_check(option) for option in kind["anyOf"]]
        if None in checks:
            return None
        return lambda value: any(check(value) for check in checks)
    if kind.get("format"):  # a type of its own, such as a timedelta
        return None
    return _CHECKS.get(kind.get("type", ""))


def _wrong(function: str, parameter: str, kind: dict[str, Any], value: object) -> NoReturn:
    expected = f"one of {kind['enum']}" if "enum" in kind else _name(kind)
    raise TypeError(f"{function}(): the argument {parameter!r} must be {expected}, not {type(value).__name__}")


_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "null": None,
}

# Strings in JSON, types of their own in Python: whoever reads the annotation, as DSPy and pydantic do, makes one of the other.
_FORMATS: dict[str, Any] = {
    "date-time": datetime.datetime,
    "duration": datetime.timedelta,
    "decimal": decimal.Decimal,
    "uuid": uuid.UUID,
    "binary": bytes,
}


def _name(kind: dict[str, Any]) -> str:
    if "anyOf" in kind:
        return " or ".join(_name(option) for option in kind["anyOf"])
    names = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "null": "None"}
    return names.get(kind.get("type", ""), kind.get("type", "of another type"))


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _type(kind: dict[str, Any], root: dict[str, Any], title: str, depth: int = 0) -> Any:
    """The annotation that says the same as a schema, as far as annotations can."""
    kind = _resolved(kind, root)
    if depth > 8:  # a type that contains itself
        return Any
    if "enum" in kind:
        return Literal[tuple(kind["enum"])]
    if "anyOf" in kind:
        return Union[tuple(_type(option, root, title, depth + 1) for option in kind["anyOf"])]  # noqa: UP007
    match kind.get("type"):
        case "array":
            items = _type(kind.get("items", {}), root, title, depth + 1)
            return set[items] if kind.get("uniqueItems") else list[items]
        case "object" if "properties" in kind:
            required = kind.get("required", [])
            fields = {
                name: _type(field, root, title + _title(name), depth + 1) for name, field in kind["properties"].items()
            }
            return TypedDict(title, fields, total=all(name in required for name in fields))
        case "object":
            return dict[str, _type(kind.get("additionalProperties") or {}, root, title, depth + 1)]
        case name:
            return _FORMATS.get(kind.get("format", "")) or _TYPES.get(name or "", Any)
