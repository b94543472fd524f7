"""Turns an exception into plain values that can cross to the host. Never raises, and never imports DSPy."""

import sys
import traceback
from types import ModuleType

_TEXT_LIMIT = 64 * 1024

_LM_ATTRIBUTES = ("code", "status", "retry_after", "provider", "provider_code", "request_id", "model")


# Longer chains of classes are cut here: nobody writes them by hand.
_MOST_CLASSES = 64


def describe(exc: BaseException) -> tuple[str, str, str, dict[str, object], list[str]]:
    """Return `(qualified type, message, formatted traceback, details, classes)`.

    Types of `builtins` are named without it, as Python's own tracebacks do. Texts are cut at 64 Ki characters in their
    middle. `details` holds what the kind of error knows besides its text: for DSPy's language-model errors those of
    `code`, `status`, `retry_after`, `provider`, `provider_code`, `request_id` and `model` that are set; for an answer
    that an adapter could not parse `code`, `adapter`, `lm_response`, `expected` and `parsed`; for a failed upcall what
    the host said; for the errors of this package their own `details`. `classes` are the type and all that it derives from, but `object`,
    in the order in which Python looks through them.
    """
    return _qualified_type(type(exc)), _message(exc), _traceback(exc), _details(exc), _classes(exc)


def _qualified_type(kind: type) -> str:
    try:
        return _text(kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}")
    except Exception:
        return "Exception"


def _classes(exc: BaseException) -> list[str]:
    # A class may say anything of itself; what `type` knows of it is true.
    order = type.__dict__["__mro__"].__get__(type(exc))
    return [_qualified_type(kind) for kind in order[:_MOST_CLASSES] if kind is not object]


def _message(exc: BaseException) -> str:
    try:
        return _text(str(exc))
    except Exception as error:
        return f"<the message could not be formatted: {type(error).__name__}>"


def _traceback(exc: BaseException) -> str:
    try:
        return _text("".join(traceback.format_exception(exc)))
    except Exception as error:
        return f"<the traceback could not be formatted: {type(error).__name__}>"


def _details(exc: BaseException) -> dict[str, object]:
    try:
        dspy_errors = sys.modules.get("dspy.utils.exceptions")
        if _is_a(exc, dspy_errors, "AdapterParseError"):
            return _parse_details(exc)
        if _is_a(exc, dspy_errors, "DSPyError") or _is_a(exc, sys.modules.get("dspy.lm15"), "LM15Error"):
            return _attributes(exc, _LM_ATTRIBUTES)
        if _is_a(exc, sys.modules.get("_dspex"), "UpcallError"):
            return _plain_items(exc.args[0] if exc.args else None)
        if type(exc).__module__.partition(".")[0] == "dspex_worker":
            return _plain_items(getattr(exc, "details", None))
    except Exception:
        return {}
    return {}


def _is_a(exc: BaseException, module: ModuleType | None, name: str) -> bool:
    kind = getattr(module, name, None)
    return isinstance(kind, type) and isinstance(exc, kind)


def _parse_details(exc: BaseException) -> dict[str, object]:
    parsed = getattr(exc, "parsed_result", None)
    signature = getattr(exc, "signature", None)
    return {
        "code": "adapter_parse_error",
        "adapter": _text(getattr(exc, "adapter_name", "")),
        "lm_response": _text(getattr(exc, "lm_response", "")),
        "expected": [_text(name) for name in getattr(signature, "output_fields", ())],
        "parsed": [_text(name) for name in parsed] if isinstance(parsed, dict) else [],
    }


def _attributes(exc: BaseException, names: tuple[str, ...]) -> dict[str, object]:
    found = ((name, _plain(getattr(exc, name, None))) for name in names)
    return {name: value for name, value in found if value is not None}


def _plain_items(items: object) -> dict[str, object]:
    if not isinstance(items, dict):
        return {}
    return {_text(key): _plain(value) for key, value in items.items()}


def _plain(value: object) -> object:
    """The value when it certainly has a wire form, else its text."""
    if value is None or type(value) in (bool, int, float):
        return value
    return _text(value)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    if len(text) > _TEXT_LIMIT:
        half = _TEXT_LIMIT // 2
        text = f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
    # A lone surrogate has no UTF-8; it is shown as its escape.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
