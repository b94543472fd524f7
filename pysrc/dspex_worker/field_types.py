"""The types that a signature's fields may have: the annotation that DSPy sees, and the check of a value against it."""

import collections
import datetime
import decimal
import enum
import fractions
import keyword
import pathlib
import typing
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union

import dspy
import pydantic

from dspy.adapters.utils import get_annotation_name

from dspex_worker import markers

# Checks the value found at a path (for the error) and returns it as DSPy takes it.
Admit = Callable[[Any, str], Any]

_DEPTH_LIMIT = 32


class SignatureError(ValueError):
    """The description of a signature is wrong. `details["field"]` says where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.details = {"code": "invalid_signature", "field": path}


class InputError(ValueError):
    """A value does not fit the signature. `details` has `field`, `expected` and `actual`."""

    def __init__(self, path: str, expected: str, value: object) -> None:
        actual = type(value).__name__ if isinstance(value, str | bytes | list | tuple | dict | set) else repr(value)
        self._describe(path, expected, actual, f"{path}: expected {expected}, got {actual}")

    @classmethod
    def missing(cls, names: list[str], within: str = "") -> "InputError":
        """Fields that must be there are not."""
        error = cls.__new__(cls)
        paths = _paths(names, within)
        error._describe(paths, "a value", "nothing", f"{paths}: not given, and not optional")
        return error

    @classmethod
    def unknown(cls, names: list[object], known: Iterable[str], within: str = "") -> "InputError":
        """There are fields that the signature does not have."""
        error = cls.__new__(cls)
        paths, expected = _paths(names, within), f"one of {', '.join(known)}"
        error._describe(paths, expected, "an unknown field", f"{paths}: no such field; expected {expected}")
        return error

    def _describe(self, field: str, expected: str, actual: str, message: str) -> None:
        ValueError.__init__(self, message)
        self.details = {"code": "invalid_input", "field": field, "expected": expected, "actual": actual}


@dataclass(frozen=True, slots=True)
class BuiltType:
    """A field's type: what DSPy is told, and how a value is checked."""

    annotation: Any
    admit: Admit
    name: str
    optional: bool = False


class RecordTypes:
    """The record types of one signature: one class for each, whose name must mean one thing."""

    def __init__(self) -> None:
        self._by_name: dict[str, tuple[object, BuiltType]] = {}

    def get(self, name: str, fields: object, path: str, make: Callable[[], BuiltType]) -> BuiltType:
        """The type of the record `name`; two records of one name must have the same fields."""
        if name not in self._by_name:
            self._by_name[name] = (repr(fields), make())
        known_fields, built = self._by_name[name]
        if known_fields != repr(fields):
            raise SignatureError(path, f"two different records are called {name!r}")
        return built


# The modules' own names, as signature strings write them. No other module is ever looked into.
_STANDARD: dict[str, type] = {
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    "datetime.time": datetime.time,
    "datetime.timedelta": datetime.timedelta,
    "decimal.Decimal": decimal.Decimal,
    "fractions.Fraction": fractions.Fraction,
    "uuid.UUID": uuid.UUID,
    "pathlib.Path": pathlib.Path,
}

_ALIASES: dict[str, Any] = {
    **{name: getattr(typing, name) for name in ("Sequence", "Iterable", "MutableSequence", "AbstractSet")},
    **{name: getattr(typing, name) for name in ("MutableSet", "Mapping", "MutableMapping")},
    **{f"collections.{name}": getattr(collections, name) for name in ("deque", "OrderedDict", "defaultdict", "Counter")},
}

_DSPY: dict[str, type] = {
    name: getattr(dspy, name)
    for name in ("Image", "Audio", "File", "History", "Tool", "ToolCalls", "Code", "Reasoning")
}

_COLLECTIONS: dict[str, Any] = {"set": set, "frozenset": frozenset, "dict": dict}


def build_type(spec: object, path: str, records: RecordTypes, depth: int = 0) -> BuiltType:
    """Build the type of `spec`, found at `path` of the signature.

    Types are `("str",)`, `("int",)`, `("float",)`, `("bool",)`, `("bytes",)`, `("complex",)`, `("none",)`, `("any",)`,
    `("standard", "datetime.date")`, `("list", T)`, `("set", T)`, `("frozenset", T)`, `("dict", K, V)`,
    `("tuple", (T, …))`, `("variadic_tuple", T)`, `("alias", "Sequence", (T, …))`, `("optional", T)`,
    `("union", (T, …))`, `("literal", (value, …))`, `("enum", name, ((member, value), …))`,
    `("record", name, (field, …))`, `("dspy", "Image")`, `("dspy", "Code", "python")` and
    `("annotated", T, ((keyword, value), …))`; `("unspecified",)` is the element of a collection that says none.

    Records become pydantic models, so prompts and schemas are those that DSPy makes of a model written by hand; an
    optional field of a record is None when it is left out. Values of types that are not checked here one by one are
    checked as pydantic does it.
    """
    if depth > _DEPTH_LIMIT:
        raise SignatureError(path, f"types are nested deeper than {_DEPTH_LIMIT}")

    def inner(spec: object, where: str = path) -> BuiltType:
        return build_type(spec, where, records, depth + 1)

    match spec:
        case ("str" | "int" | "float" | "bool" as name,):
            return _SCALARS[name]
        case ("bytes" | "complex" | "none" | "any" | "unspecified" as name,):
            return _by_pydantic(_PLAIN[name])
        case ("standard", str() as name) if name in _STANDARD:
            return _by_pydantic(_STANDARD[name])
        case ("list", ("unspecified",)):
            return _by_pydantic(list)
        case ("list", item):
            return _list(inner(item, f"{path}[]"))
        case ("set" | "frozenset" | "dict" as name, ("unspecified",), *_):
            return _by_pydantic(_COLLECTIONS[name])
        case ("set" | "frozenset" | "dict" as name, *items):
            return _by_pydantic(_COLLECTIONS[name][tuple(inner(item, f"{path}[]").annotation for item in items)])
        case ("variadic_tuple", ("unspecified",)):
            return _by_pydantic(tuple)
        case ("variadic_tuple", item):
            return _by_pydantic(tuple[inner(item, f"{path}[]").annotation, ...])
        case ("tuple", tuple() as items):
            annotations = tuple(inner(item, f"{path}[{index}]").annotation for index, item in enumerate(items))
            return _by_pydantic(tuple[annotations] if annotations else tuple[()])
        case ("alias", str() as name, tuple() as items) if name in _ALIASES:
            arguments = tuple(inner(item, f"{path}[]").annotation for item in items)
            return _by_pydantic(_ALIASES[name][arguments] if arguments else _ALIASES[name])
        case ("optional", wrapped):
            return _optional(inner(wrapped))
        case ("union", tuple() as members) if members:
            return _union([inner(member) for member in members])
        case ("literal", tuple() as values):
            return _literal(values, path)
        case ("enum", str() as name, tuple() as members):
            return records.get(name, members, path, lambda: _enumeration(name, members, path))
        case ("record", str() as name, tuple() as fields):
            return records.get(name, fields, path, lambda: _record(name, fields, path, records, depth + 1))
        case ("dspy", "Code", str() as language):
            return _by_pydantic(dspy.Code[language])
        case ("dspy", str() as name) if name in _DSPY:
            return _by_pydantic(_DSPY[name])
        case ("annotated", base, tuple() as constraints):
            built = inner(base)
            return _by_pydantic(Annotated[built.annotation, pydantic.Field(**dict(constraints))])
    raise SignatureError(path, f"{spec!r} is no type")


_PLAIN: dict[str, Any] = {"bytes": bytes, "complex": complex, "none": None, "any": Any, "unspecified": Any}


def _by_pydantic(annotation: Any) -> BuiltType:
    """A type whose values pydantic checks, and turns into the type's own objects."""
    name = get_annotation_name(annotation)
    adapter = None

    def admit(value: Any, path: str) -> Any:
        nonlocal adapter
        if adapter is None:
            adapter = pydantic.TypeAdapter(annotation)
        try:
            return adapter.validate_python(_without_markers(value))
        except pydantic.ValidationError as error:
            raise InputError(path, name, value) from error

    return BuiltType(annotation, admit, name, optional=annotation is None)


def _without_markers(value: Any) -> Any:
    match value:
        case str():
            return markers.strip(value)
        case list():
            return [_without_markers(element) for element in value]
        case tuple():
            return tuple(_without_markers(element) for element in value)
        case dict():
            return {_without_markers(key): _without_markers(element) for key, element in value.items()}
    return value


def _union(members: list[BuiltType]) -> BuiltType:
    annotation = Union[tuple(member.annotation for member in members)]  # noqa: UP007  `|` would not take None first
    built = _by_pydantic(annotation)
    optional = any(member.optional or member.annotation is None for member in members)
    return BuiltType(annotation, built.admit, built.name, optional)


def _enumeration(name: str, members: tuple[Any, ...], path: str) -> BuiltType:
    try:
        annotation = enum.Enum(name, dict(members))
    except (TypeError, ValueError) as error:
        raise SignatureError(path, f"the members of {name} make no enumeration: {error}") from error
    return _by_pydantic(annotation)


def _scalar(annotation: type, expected: str, accepted: tuple[type, ...]) -> BuiltType:
    def admit(value: Any, path: str) -> Any:
        if type(value) not in accepted:
            raise InputError(path, expected, value)
        return value

    return BuiltType(annotation, admit, expected)


def _admit_str(value: Any, path: str) -> str:
    if type(value) is not str:
        raise InputError(path, "str", value)
    return markers.strip(value)


TEXT = BuiltType(str, _admit_str, "str")

_SCALARS = {
    "str": TEXT,
    "int": _scalar(int, "int", (int,)),
    "float": _scalar(float, "float", (float, int)),
    "bool": _scalar(bool, "bool", (bool,)),
}


def _list(item: BuiltType) -> BuiltType:
    name = f"list of {item.name}"

    def admit(value: Any, path: str) -> list[Any]:
        if type(value) not in (list, tuple):
            raise InputError(path, name, value)
        return [item.admit(element, f"{path}[{index}]") for index, element in enumerate(value)]

    return BuiltType(list[item.annotation], admit, name)


def _optional(wrapped: BuiltType) -> BuiltType:
    def admit(value: Any, path: str) -> Any:
        return None if value is None else wrapped.admit(value, path)

    return BuiltType(wrapped.annotation | None, admit, f"{wrapped.name} or None", optional=True)


def _literal(values: tuple[Any, ...], path: str) -> BuiltType:
    if not values or any(type(value) not in (str, int, bool, float, bytes, type(None)) for value in values):
        raise SignatureError(path, "a literal needs at least one value, and each must be a constant")
    if len({(type(value), value) for value in values}) != len(values):
        raise SignatureError(path, "a value of the literal is given twice")
    name = "one of " + ", ".join(map(repr, values))

    def admit(value: Any, path: str) -> Any:
        if not any(type(value) is type(allowed) and value == allowed for allowed in values):
            raise InputError(path, name, value)
        return value

    return BuiltType(Literal[values], admit, name)


def _record(name: str, fields: tuple[Any, ...], path: str, records: RecordTypes, depth: int) -> BuiltType:
    if not name.isidentifier():
        raise SignatureError(path, f"a record's name must be an identifier, not {name!r}")
    if not fields:
        raise SignatureError(path, f"the record {name} has no fields")
    definitions: dict[str, Any] = {}
    members: dict[str, BuiltType] = {}
    for spec in fields:
        if not isinstance(spec, tuple) or len(spec) < 3:
            raise SignatureError(path, f"a field of {name} must be (name, type, description), not {spec!r}")
        field, type_, arguments = field_parts(spec, path)
        where = f"{path}.{field}"
        if not field.isidentifier() or keyword.iskeyword(field) or field.startswith("_"):
            raise SignatureError(where, "must be an identifier that does not begin with an underscore")
        if field.startswith("model_") and hasattr(pydantic.BaseModel, field):
            raise SignatureError(where, "pydantic uses this name itself; choose another")
        if field in members:
            raise SignatureError(where, "the name is used twice")
        member = members[field] = build_type(type_, where, records, depth)
        arguments.setdefault("default", None if member.optional else ...)
        definitions[field] = (member.annotation, pydantic.Field(**arguments))
    model = pydantic.create_model(name, **definitions)
    required = [field for field, (_, info) in definitions.items() if info.is_required()]

    def admit(value: Any, path: str) -> pydantic.BaseModel:
        if not isinstance(value, dict):
            raise InputError(path, name, value)
        unknown = [field for field in value if field not in members]
        if unknown:
            raise InputError.unknown(unknown, members, within=path)
        missing = [field for field in required if field not in value]
        if missing:
            raise InputError.missing(missing, within=path)
        return model.model_construct(**{f: members[f].admit(v, f"{path}.{f}") for f, v in value.items()})

    return BuiltType(model, admit, name)


def field_parts(spec: tuple[Any, ...], path: str) -> tuple[str, object, dict[str, Any]]:
    """Name, type and pydantic's keywords of `(name, type, description or None[, (default,) or None, constraints])`."""
    match spec:
        case (str() as name, type_, (None | str()) as description, *rest):
            pass
        case _:
            raise SignatureError(path, f"a field must be (name, type, description), not {spec!r}")
    arguments: dict[str, Any] = {"description": description} if description else {}
    match rest:
        case []:
            pass
        case [None | (_,) as default, tuple() as constraints]:
            if default is not None:
                arguments["default"] = default[0]
            arguments |= dict(constraints)
        case _:
            raise SignatureError(f"{path}.{name}", f"must end in a default and constraints, not in {rest!r}")
    return name, type_, arguments


def _paths(names: list[Any], within: str) -> str:
    return ", ".join(f"{within}.{name}" if within else str(name) for name in names)
