"""The wire form of instances of classes that say themselves what they consist of: enums, named tuples, dataclasses, pydantic models.

A payload begins with the class: (module, qualified name) for one that can be imported; for any other (made in a function, or since
replaced) also the process and number under which that process remembers it.
"""

import copyreg
import dataclasses
import enum
import importlib
import itertools
import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

ClassKey = tuple[str, str] | tuple[str, str, int, int]
Converter = tuple[str, Callable[[Any], object], bool]

_numbers = itertools.count(1)
_nameless: "weakref.WeakValueDictionary[ClassKey, type]" = weakref.WeakValueDictionary()


def key_of(cls: type) -> ClassKey:
    """What stands for a class on the wire. Ask once and keep it."""
    key = (cls.__module__, cls.__qualname__)
    if _find(sys.modules.get(key[0]), key[1]) is cls:
        return key
    numbered = (*key, os.getpid(), next(_numbers))
    _nameless[numbered] = cls
    return numbered


def class_of(key: Any) -> type:
    """The class that stands for a key. Raises LookupError when this process does not have it, ImportError when its module fails."""
    try:
        # The common case: a class at the top of a module that is there.
        module, name = key
        cls = getattr(sys.modules[module], name)
    except (AttributeError, KeyError, TypeError, ValueError):
        cls = _find_class(key)
    if not isinstance(cls, type):
        raise LookupError(f"{'.'.join(map(str, key[:2]))} is no class")
    return cls


def _find_class(key: Any) -> object:
    if type(key) is not tuple or len(key) not in (2, 4) or not all(isinstance(part, str) for part in key[:2]):
        raise TypeError(f"a class is (module, name) on the wire, not {key!r}")
    cls = _nameless.get(key) if len(key) == 4 else _find(importlib.import_module(key[0]), key[1])
    if cls is None:
        raise LookupError(
            f"there is no class {key[0]}.{key[1]} here"
            + (", and it cannot be imported: it was made while some other worker ran, or has ended" if len(key) == 4 else "")
        )
    return cls


def import_path(path: str) -> type:
    """The class of `module.Class`."""
    module, _, name = path.rpartition(".")
    cls = getattr(importlib.import_module(module), name) if module else None
    if not isinstance(cls, type):
        raise TypeError(f"{path!r} is no class: write it as module.Class")
    return cls


def _find(module: object, qualified_name: str) -> object:
    found = module
    for part in qualified_name.split("."):
        found = getattr(found, part, None)
    return found


def converter_of(cls: type) -> Converter | None:
    """The converter for instances of a class, made for this class; None when it does not say what they consist of."""
    if issubclass(cls, enum.Enum):
        return _enum_converter(cls)
    pydantic = sys.modules.get("pydantic.main")  # who has a model has imported it
    if pydantic is not None and issubclass(cls, pydantic.BaseModel):
        return _pydantic_converter(cls, pydantic.BaseModel)
    if issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple):
        return _namedtuple_converter(cls)
    # One that also is an exception, a list … has state that its fields do not tell.
    if dataclasses.is_dataclass(cls) and all(base is object or _is_made_in_python(base) for base in cls.__mro__):
        return _dataclass_converter(cls)
    return None


def _is_made_in_python(cls: type) -> bool:
    return bool(cls.__flags__ & 1 << 9)  # Py_TPFLAGS_HEAPTYPE


# --- Enums: (class, name), of a flag (class, value), as a combination has no name ----------------------------------------------------


def _enum_converter(cls: type[enum.Enum]) -> Converter:
    key = key_of(cls)
    if issubclass(cls, enum.Flag):
        return "enum", lambda member: (key, member._value_), True
    return "enum", lambda member: (key, member._name_), True


def _enum_member(payload: Any) -> enum.Enum:
    key, member = payload
    cls = class_of(key)
    if not issubclass(cls, enum.Enum):
        raise TypeError(f"{cls.__qualname__} is no enum")
    if issubclass(cls, enum.Flag):
        return cls(member)
    try:
        return cls.__members__[member]
    except KeyError:
        raise ValueError(f"the enum {cls.__qualname__} has no member {member!r}") from None


# --- Named tuples: (class, {field: value}), with other attributes of the instance third, where it has any -----------------------------


def _namedtuple_converter(cls: type) -> Converter:
    key = key_of(cls)
    names = cls._fields

    def to_payload(record: Any) -> object:
        fields = dict(zip(names, record, strict=True))
        others = getattr(record, "__dict__", None)
        return (key, fields, dict(others)) if others else (key, fields)

    return "namedtuple", to_payload, False


def _namedtuple(payload: Any) -> object:
    key, fields, *others = payload
    cls = class_of(key)
    names = getattr(cls, "_fields", None)
    if not issubclass(cls, tuple) or names is None or fields.keys() != set(names):
        raise TypeError(f"these are not the fields of the named tuple {cls.__qualname__}: {sorted(map(str, fields))}")
    record = tuple.__new__(cls, [fields[name] for name in names])
    for attributes in others:
        record.__dict__.update(attributes)
    return record


# --- Dataclasses: likewise; made without running __init__, so that frozen ones and those with other arguments come back as they were ---


def _dataclass_converter(cls: type) -> Converter:
    key = key_of(cls)
    fields = tuple(field.name for field in dataclasses.fields(cls))
    known = frozenset(fields)
    slots = tuple(name for name in copyreg._slotnames(cls) if name not in known)

    def to_payload(record: Any) -> object:
        try:
            values = {name: getattr(record, name) for name in fields}
        except AttributeError:  # some were never set, or deleted
            values = {name: getattr(record, name) for name in fields if hasattr(record, name)}
        attributes = getattr(record, "__dict__", None)
        others = {name: getattr(record, name) for name in slots if hasattr(record, name)} if slots else {}
        if attributes and not attributes.keys() <= known:
            # What `typing` leaves on an instance of Box[int] is no part of its state.
            others.update((name, value) for name, value in attributes.items() if name not in known and name != "__orig_class__")
        return (key, values, others) if others else (key, values)

    return "dataclass", to_payload, False


def _empty_dataclass(key: Any) -> object:
    cls = class_of(key)
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls.__qualname__} is no dataclass")
    return object.__new__(cls)


def _fill_dataclass(record: Any, payload: Any) -> None:
    put = object.__setattr__
    fields = payload[1]
    for name, value in fields.items():
        put(record, name, value)
    for others in payload[2:]:
        for name, value in others.items():
            put(record, name, value)
    if fields.keys() != record.__dataclass_fields__.keys():
        _fill_in_defaults(record, fields)


def _fill_in_defaults(record: Any, fields: dict[str, object]) -> None:
    """A record that was made by hand may leave out what has a default."""
    declared = {field.name: field for field in dataclasses.fields(record)}
    unknown = fields.keys() - declared.keys()
    if unknown:
        raise TypeError(f"the dataclass {type(record).__qualname__} has no fields {sorted(unknown)}")
    for name, field in declared.items():
        if name in fields:
            continue
        if field.default is not dataclasses.MISSING:
            object.__setattr__(record, name, field.default)
        elif field.default_factory is not dataclasses.MISSING:
            object.__setattr__(record, name, field.default_factory())
        elif field.init:
            raise TypeError(f"the dataclass {type(record).__qualname__} needs the field {name!r}")


def _dataclass(payload: Any) -> object:
    record = _empty_dataclass(payload[0])
    _fill_dataclass(record, payload)
    return record


# --- Pydantic models: (class, {field: value}, the names of the fields that were set, extra fields, private attributes) -----------------


def _pydantic_converter(cls: type, base: Any) -> Converter:
    key = key_of(cls)
    state_of = base.__getstate__

    def to_payload(model: Any) -> object:
        state = state_of(model)
        return (
            key,
            dict(state["__dict__"]),
            state["__pydantic_fields_set__"],
            state["__pydantic_extra__"],
            state["__pydantic_private__"],
        )

    return "pydantic", to_payload, False


def _empty_model(key: Any) -> object:
    cls = class_of(key)
    pydantic = sys.modules.get("pydantic.main")
    if pydantic is None or not issubclass(cls, pydantic.BaseModel):
        raise TypeError(f"{cls.__qualname__} is no pydantic model")
    return cls.__new__(cls)


def _fill_model(model: Any, payload: Any) -> None:
    base = sys.modules["pydantic.main"].BaseModel
    if len(payload) == 2:
        # Made by hand: as if the class had been called, validation included.
        base.__setstate__(model, base.__getstate__(type(model).model_validate(payload[1])))
        return
    _, values, names, extra, private = payload
    base.__setstate__(
        model,
        {
            "__dict__": values,
            "__pydantic_fields_set__": set(names),
            "__pydantic_extra__": extra,
            "__pydantic_private__": private,
        },
    )


def _model(payload: Any) -> object:
    model = _empty_model(payload[0])
    _fill_model(model, payload)
    return model


# Name → what makes an object of a payload; and for those that may contain themselves, what makes an empty one and what fills it.
READERS: dict[str, tuple[Callable[..., object], ...]] = {
    "enum": (_enum_member,),
    "namedtuple": (_namedtuple,),
    "dataclass": (_dataclass, _empty_dataclass, _fill_dataclass),
    "pydantic": (_model, _empty_model, _fill_model),
}
