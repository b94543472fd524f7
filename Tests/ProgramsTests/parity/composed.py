"""What DSPy's composed programs ask a model, request by request, and what they give: what Swift is held against.

Use:
    python composed.py OUTPUT

Writes a JSON object a line for each case of `composed_cases.py`:
    {"id", "answers", "requests", "result", …}
`answers` is what the scripted model says to each request, in order: text, or {"error": code}. `requests` is what it was
asked: {"messages": [{"role", "content"}], "temperature", "response_format"}, the last of which is null, "json_object"
or "json_schema". `result` is what the program gave, as JSON, or {"error": class}. A case may add what Swift cannot
know, such as the source of a module.
"""

import json
import logging
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DSPY_CACHEDIR", tempfile.mkdtemp(prefix="parity-"))
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import dspy  # noqa: E402
from dspy import lm15  # noqa: E402
from dspy.predict import react  # noqa: E402

Answer = str | dict[str, str]


def _without_frames(error: BaseException, *, traceback_frames: int = 0) -> str:
    """DSPy's text of an error without the frames of its traceback, which no other process has."""
    return "\n" + "".join(traceback.format_exception_only(type(error), error)).strip()


react.format_error_for_lm = _without_frames


class ScriptedEngine:
    """Says what it was given, in order, and remembers what it was asked."""

    supports_response_schema = True
    supports_function_calling = True
    supports_reasoning = False
    supported_params = frozenset({"temperature", "max_tokens", "response_format", "tools", "tool_choice"})

    def __init__(self, answers: list[Answer]) -> None:
        self._answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "ScriptedEngine":
        return self

    def complete(self, request: lm15.Request) -> lm15.Response:
        self.requests.append(_plain(request))
        answer = self._answers.pop(0)
        if isinstance(answer, dict):
            raise lm15.ContextLengthError(answer["error"])
        return lm15.Response(
            id="r",
            model="scripted",
            message=lm15.Message(role="assistant", parts=(lm15.TextPart(text=answer),)),
            finish_reason="stop",
            usage=lm15.Usage(input_tokens=10, output_tokens=1, total_tokens=11),
        )

    def close(self) -> None:
        """Nothing to release."""


def _plain(request: lm15.Request) -> dict[str, Any]:
    system = request.system if isinstance(request.system, str) else _text(request.system or ())
    messages = [{"role": "system", "content": system}]
    messages += [{"role": message.role, "content": _text(message.parts)} for message in request.messages]
    form = request.config.response_format
    kind = form.get("type") if isinstance(form, dict) else None if form is None else "json_schema"
    return {"messages": messages, "temperature": request.config.temperature, "response_format": kind}


def _text(parts: Any) -> str:
    return "".join(part.text for part in parts)


ADAPTERS: dict[str, Callable[[], dspy.Adapter]] = {
    "chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter,
}  # fmt: skip


def run(case: dict[str, Any]) -> dict[str, Any]:
    """One case, and what came of it."""
    engine = ScriptedEngine(case.get("answers", []))
    lm = dspy.LM("host/scripted", engine=engine, cache=False, num_retries=0)
    program = case.pop("run")
    with dspy.context(lm=lm, adapter=ADAPTERS[case.get("adapter", "chat")](), trace=[]):
        sys.stdout, kept = open(os.devnull, "w"), sys.stdout  # BestOfN prints what fails
        try:
            result = program()
        except Exception as error:
            result = {"error": type(error).__name__}
        finally:
            sys.stdout = kept
    return {**case, "requests": engine.requests, "result": plain(result)}


def plain(value: Any) -> Any:
    """A result as JSON: predictions as dictionaries."""
    if isinstance(value, dspy.Prediction):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, Exception):
        return {"error": type(value).__name__}
    return value


def main(output: str) -> None:
    """Run every case."""
    from composed_cases import cases

    with open(output, "w", encoding="utf-8") as file:
        for case in cases():
            file.write(json.dumps(run(case), ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
