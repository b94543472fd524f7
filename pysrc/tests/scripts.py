"""Answers of a scripted host, by what it is asked for."""

import json
from collections.abc import Callable
from typing import Any

from host_stand_in import Host, response


def fields(**values: Any) -> str:
    """An answer as the JSON adapters read it."""
    return json.dumps(values)


def last_message(payload: dict[str, Any]) -> str:
    """The text that the model was sent last."""
    return "".join(part.get("text", "") for part in payload["request"]["messages"][-1]["parts"])


def system_message(payload: dict[str, Any]) -> str:
    """The system message."""
    return payload["request"].get("system", "")


def by_payload(host: Host, answer: Callable[[dict[str, Any]], str]) -> None:
    """Answer each request with what `answer` makes of it."""
    host.complete = lambda payload: response(answer(payload))


class Closure:
    """A closure of the host: callable, and no Python function."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.calls: list[tuple[tuple, dict]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append((args, kwargs))
        return self._call(*args, **kwargs)
