"""The wire form of types that are not built in: the standard ones, every dataclass and the like, and what users register."""

import sys
from collections.abc import Callable, Sequence
from operator import attrgetter
from types import ModuleType
from typing import Any

from dspex_worker import class_converters, standard_converters

ToPayload = Callable[[Any], object]
FromPayload = Callable[[Any], object]

# Base class → what travels for objects of classes derived from it.
_for_subclasses: dict[type, tuple[str, ToPayload, bool]] = {}


def register(
    name: str,
    type: type,
    to_payload: ToPayload,
    from_payload: FromPayload,
    *,
    subclasses: bool = False,
    immutable: bool = False,
) -> None:
    """Let objects of `type` cross to the host and back under `name`.

    `to_payload` turns one into a value that has a wire form itself (None, bool, int, float, str, bytes, list, tuple, set,
    dict … or again a type with a converter), and `from_payload` turns it back. A later converter of the same name or type
    replaces an earlier one, the standard ones included.

    Objects of derived classes are matched with `subclasses=True` only: they may carry state that the payload would lose,
    so `to_payload` then has to say which class it was. An object that occurs twice arrives as one object; with
    `immutable=True` it may arrive as two equal ones, which is cheaper.

    Raises RuntimeError outside of a worker process.
    """
    native = _native()
    if subclasses:
        _for_subclasses[type] = (name, to_payload, immutable)
    else:
        _for_subclasses.pop(type, None)
    native.register_converter(name, type, to_payload, from_payload, immutable)


def register_class(name: str, class_path: str, fields: Sequence[str]) -> None:
    """Let objects of the class at `class_path` (`module.Class`) cross under `name` as a dict of these attributes.

    They are made by calling the class with the dict as keyword arguments. This is how the host registers the classes
    that its own types stand for. Raises ImportError, AttributeError or TypeError when there is no such class.
    """
    cls = class_converters.import_path(class_path)
    names = tuple(fields)
    if len(names) == 1:
        only = names[0]
        register(name, cls, lambda value: {only: getattr(value, only)}, lambda payload: cls(**payload))
    else:
        # attrgetter of several names gives a tuple.
        read = attrgetter(*names) if names else lambda value: ()
        register(name, cls, lambda value: dict(zip(names, read(value), strict=True)), lambda payload: cls(**payload))


def are_of_use() -> bool:
    """Whether this process is a zygote or worker, and not one that only uses their modules."""
    return "_dspex" in sys.modules


def install() -> None:
    """Register what every worker knows. Called once, in the zygote, before anything of the user's is imported."""
    native = _native()
    for name, type, to_payload, from_payload, immutable in standard_converters.CONVERTERS:
        native.register_converter(name, type, to_payload, from_payload, immutable)
    for name, reader in class_converters.READERS.items():
        native.register_reader(name, *reader)
    native.set_converter_resolver(_resolve)


def _resolve(cls: type) -> tuple[str, ToPayload, bool] | None:
    """What travels for objects of a class without a converter of its own. Asked once for each class."""
    for base in cls.__mro__[1:]:
        found = _for_subclasses.get(base)
        if found is not None:
            return found
    return class_converters.converter_of(cls)


def _native() -> ModuleType:
    try:
        import _dspex
    except ImportError as error:
        raise RuntimeError("converters can be registered in a DSPex worker process only") from error
    return _dspex
