"""The types that a signature's fields may have: the annotation that DSPy sees, and the check of a value against it."""

import keyword
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pydantic

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


def build_type(spec: object, path: str, records: RecordTypes, depth: int = 0) -> BuiltType:
    """Build the type of `spec`, found at `path` of the signature.

    Types are `("str",)`, `("int",)`, `("float",)`, `("bool",)`, `("list", T)`, `("optional", T)`,
    `("literal", (value, …))` of str, int and bool, and `("record", name, ((field, T, description or None), …))`.
    Records become pydantic models, so prompts and schemas are those that DSPy makes of a model written by hand; an
    optional field of a record is None when it is left out.
    """
    if depth > _DEPTH_LIMIT:
        raise SignatureError(path, f"types are nested deeper than {_DEPTH_LIMIT}")
    match spec:
        case ("str" | "int" | "float" | "bool" as name,):
            return _SCALARS[name]
        case ("list", item):
            return _list(build_type(item, f"{path}[]", records, depth + 1))
        case ("optional", wrapped):
            return _optional(build_type(wrapped, path, records, depth + 1))
        case ("literal", tuple() as values):
            return _literal(values, path)
        case ("record", str() as name, tuple() as fields):
            return records.get(name, fields, path, lambda: _record(name, fields, path, records, depth + 1))
    raise SignatureError(path, f"{spec!r} is no type")


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
    if not values or any(type(value) not in (str, int, bool) for value in values):
        raise SignatureError(path, "a literal needs at least one value, and each must be a str, an int or a bool")
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
        match spec:
            case (str() as field, type_, (None | str()) as description):
                pass
            case _:
                raise SignatureError(path, f"a field of {name} must be (name, type, description), not {spec!r}")
        where = f"{path}.{field}"
        if not field.isidentifier() or keyword.iskeyword(field) or field.startswith("_"):
            raise SignatureError(where, "must be an identifier that does not begin with an underscore")
        if field.startswith("model_") and hasattr(pydantic.BaseModel, field):
            raise SignatureError(where, "pydantic uses this name itself; choose another")
        if field in members:
            raise SignatureError(where, "the name is used twice")
        member = members[field] = build_type(type_, where, records, depth)
        default = None if member.optional else ...
        definitions[field] = (member.annotation, pydantic.Field(default, description=description))
    model = pydantic.create_model(name, **definitions)
    required = [field for field, member in members.items() if not member.optional]

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


def _paths(names: list[Any], within: str) -> str:
    return ", ".join(f"{within}.{name}" if within else str(name) for name in names)
