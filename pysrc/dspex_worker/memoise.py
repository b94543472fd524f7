"""Keeps what DSPy computes anew on every call although it depends on the signature alone.

About half of DSPy's own time per call goes into three things: building pydantic type adapters, the system message, and
the schema of a structured answer. Each is replaced, in DSPy's own modules, by one that remembers. What DSPy produces
stays the same to the byte.
"""

from collections.abc import Callable
from typing import Any

import dspy
import pydantic
from dspy.adapters import chat_adapter, json_adapter
from dspy.adapters import utils as adapter_utils

from dspex_worker.adapters import CompactJSONAdapter
from dspex_worker.bounded import BoundedCache
from dspex_worker.once import once

_type_adapters: BoundedCache[pydantic.TypeAdapter[Any]] = BoundedCache(2048)
_system_messages: BoundedCache[str] = BoundedCache(512)
_response_formats: BoundedCache[type[pydantic.BaseModel]] = BoundedCache(512)


@once
def install() -> None:
    """Put the remembering functions in place of DSPy's. Further calls do nothing."""
    adapter_utils.TypeAdapter = _type_adapter
    _memoise_system_message(chat_adapter.ChatAdapter)
    _memoise_system_message(CompactJSONAdapter)
    _memoise_response_format()


def _type_adapter(annotation: Any) -> pydantic.TypeAdapter[Any]:
    # `int | str` equals `str | int` and hashes alike, but they do not try their members in the same order; the text of
    # the annotation tells them apart.
    try:
        return _type_adapters.get((annotation, repr(annotation)), lambda: pydantic.TypeAdapter(annotation))
    except TypeError:  # an annotation that cannot be hashed
        return pydantic.TypeAdapter(annotation)


# Adapters whose system message depends on nothing but the signature. A subclass may read its own attributes.
_PURE = frozenset({dspy.ChatAdapter, dspy.JSONAdapter, dspy.XMLAdapter, CompactJSONAdapter})


def _memoise_system_message(adapter_class: type[dspy.Adapter]) -> None:
    # In place and not in a subclass: DSPy's StreamListener knows an adapter by the name of its class.
    original: Callable[[Any, type[dspy.Signature]], str] = adapter_class.format_system_message

    def format_system_message(self: Any, signature: type[dspy.Signature]) -> str:
        kind = type(self)
        if kind not in _PURE:
            return original(self, signature)
        # The class itself is part of the key, so it lives as long as its entry and no other can take its identity.
        # Instructions and descriptions can be assigned to; editing anything else makes a new class.
        key = (kind, signature, signature.__doc__, *map(_description, signature.model_fields.values()))
        return _system_messages.get(key, lambda: original(self, signature))

    adapter_class.format_system_message = format_system_message


def _description(field: Any) -> Any:
    return field.json_schema_extra.get("desc")


def _memoise_response_format() -> None:
    original = json_adapter._get_structured_outputs_response_format

    def response_format(
        signature: type[dspy.Signature], use_native_function_calling: bool = True
    ) -> type[pydantic.BaseModel]:
        return _response_formats.get(
            (signature, use_native_function_calling), lambda: original(signature, use_native_function_calling)
        )

    json_adapter._get_structured_outputs_response_format = response_format
