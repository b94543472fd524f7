"""The wire form of types that have none of their own, such as `decimal.Decimal` or a user's dataclass."""

from collections.abc import Callable
from typing import Any


def register(name: str, type: type, to_payload: Callable[[Any], object], from_payload: Callable[[Any], object]) -> None:
    """Let objects of exactly `type` cross to the host and back under `name`.

    `to_payload` turns one into a value that has a wire form (None, bool, int, float, str, bytes, list, tuple, set,
    frozenset, dict, or again a registered type) and `from_payload` turns it back. Subclasses are not matched: they may
    carry state that the payload would lose. Raises RuntimeError outside of a worker process.
    """
    try:
        import _dspex
    except ImportError as error:
        raise RuntimeError("converters can be registered in a DSPex worker process only") from error
    _dspex.register_converter(name, type, to_payload, from_payload)
