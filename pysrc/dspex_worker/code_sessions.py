"""Runs the code that models write, for the modules of DSPy that have them write some.

This side belongs in a worker of its own: one without a network, without secrets, and with limits. Nothing here keeps
code from doing harm. It needs no DSPy.
"""

import ast
import builtins
import json
import keyword
import linecache
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from dspex_worker import capture

# Calls a tool: its name, what it is given by position, what by name.
CallTool = Callable[[str, list[Any], dict[str, Any]], Any]

_TRACEBACK_LIMIT = 8_000
_OWNED = frozenset({"SUBMIT", "__builtins__"})
# With what DSPy's stand-in for itself finds out whether it runs in the memory of the real one. It always may here:
# then it binds itself in the session alone, and not for all of the process.
_DSPY_TOKEN, _DSPY_FACADE = "__dspy_host_token", "dspy.primitives.facade"

_sessions: dict[str, "_Session"] = {}
_lock = threading.Lock()


class _Submission(BaseException):
    """The code has handed in its answer. No Exception: code that survives errors ends all the same."""

    def __init__(self, value: Any) -> None:
        self.value = value


def execute(
    session: str,
    code: str,
    variables: dict[str, Any] | None = None,
    tools: Sequence[str] = (),
    call: CallTool | None = None,
    output_fields: Sequence[dict[str, Any]] | None = None,
    number: int = 0,
    max_output: int = 100_000,
) -> dict[str, Any]:
    """Run code in the namespace of a session, which its first execution (`number` 0) begins.

    `tools` are names that the code can call; each call goes through `call`. `SUBMIT` takes the answer: one value, or
    what `output_fields` name. Returns `{"value", "output", "final", "error"}`: the value of the last expression, what
    was printed, the answer (a dictionary) when one was handed in, and `{"kind", "type", "message", "traceback"}` when
    it failed, whose kind is `syntax`, `code`, or `session` for what no other code could do better. Values are plain:
    what JSON has no form for is its `repr`. Texts longer than `max_output` lose their middle.
    """
    with _lock:
        if number == 0:
            _sessions.setdefault(session, _Session(session))
        found = _sessions.get(session)
    if found is None:
        return _outcome(error=_error("session", "LookupError", "the session has ended, and its variables with it"))
    if not found.running.acquire(blocking=False):
        return _outcome(error=_error("session", "RuntimeError", "the session already runs code"))
    try:
        return found.execute(code, variables or {}, tools, call, output_fields, max_output)
    finally:
        found.running.release()


def close(session: str) -> bool:
    """End a session; whether there was one."""
    with _lock:
        found = _sessions.pop(session, None)
    if found is not None:
        found.forget()
    return found is not None


class _Session:
    """The variables of one session."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": vars(builtins).copy()}
        self._tools: set[str] = set()
        self._files: list[str] = []
        self.running = threading.Lock()

    def execute(
        self,
        code: str,
        variables: dict[str, Any],
        tools: Sequence[str],
        call: CallTool | None,
        output_fields: Sequence[dict[str, Any]] | None,
        max_output: int,
    ) -> dict[str, Any]:
        """Run code once."""
        wrong = _wrong_names(variables, tools)
        if wrong:
            return _outcome(error=_error("session", "ValueError", wrong))
        for name in self._tools - set(tools):
            self._namespace.pop(name, None)
        self._tools = set(tools)
        self._namespace.update(variables)
        if _DSPY_TOKEN in variables:
            self._namespace[_DSPY_TOKEN] = getattr(sys.modules.get(_DSPY_FACADE), "_HOST_PROCESS_TOKEN", None)
        self._namespace.update({name: _tool(name, call) for name in tools}, SUBMIT=_submit(output_fields))
        printed = capture.BoundedText(max_output)
        try:
            body, last = self._compile(code)
        except (SyntaxError, ValueError) as error:  # a ValueError for null bytes
            return _outcome(error=_error("syntax", type(error).__name__, str(error)))
        try:
            with capture.capture(printed.write):
                exec(body, self._namespace)
                value = eval(last, self._namespace) if last is not None else None
                value = _jsonable(value, max_output)
        except _Submission as submission:
            final = {name: _jsonable(item, max_output * 10) for name, item in submission.value.items()}
            return _outcome(output=printed.text(), final=final)
        except BaseException as error:
            if _is_cancellation(error):
                raise
            described = _error("code", type(error).__name__, _text(error), self._traceback(error))
            return _outcome(output=printed.text(), error=described)
        return _outcome(value=value, output=printed.text())

    def forget(self) -> None:
        """Drop what is kept beside the variables."""
        for file in self._files:
            linecache.cache.pop(file, None)

    def _compile(self, code: str) -> tuple[CodeType, CodeType | None]:
        tree = ast.parse(code, mode="exec")
        file = f"<code {len(self._files) + 1} of {self._name}>"
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        compiled = compile(tree, file, "exec")
        expression = compile(ast.Expression(last.value), file, "eval") if isinstance(last, ast.Expr) else None
        self._files.append(file)
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        return compiled, expression

    def _traceback(self, error: BaseException) -> list[str]:
        """The lines of the traceback, as far as they are of the session's own code."""
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in self._files]
        text = "".join(traceback.StackSummary.from_list(own).format())
        for file in self._files:
            text = text.replace(file, file.partition(" of ")[0] + ">")
        return capture.cut(text, _TRACEBACK_LIMIT).splitlines()


def _wrong_names(variables: dict[str, Any], tools: Sequence[str]) -> str | None:
    for kind, names in (("a tool", tools), ("a variable", variables)):
        for name in names:
            if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in _OWNED:
                return f"{kind} cannot be named {name!r}"
    both = sorted(set(variables) & set(tools))
    return f"both a tool and a variable: {', '.join(both)}" if both else None


def _tool(name: str, call: CallTool | None) -> Callable[..., Any]:
    def tool(*args: Any, **kwargs: Any) -> Any:
        if call is None:
            raise RuntimeError(f"there is nobody to call {name}")
        try:
            return call(name, list(args), kwargs)
        except Exception as error:
            raise RuntimeError(_text(error)) from None

    tool.__name__ = tool.__qualname__ = name
    return tool


def _submit(output_fields: Sequence[dict[str, Any]] | None) -> Callable[..., None]:
    names = None if output_fields is None else [field["name"] for field in output_fields]

    def submit(*args: Any, **kwargs: Any) -> None:
        if names is None:
            if len(args) != 1 or kwargs:
                raise TypeError("SUBMIT takes one value")
            raise _Submission({"output": args[0]})
        if args and kwargs:
            raise TypeError("SUBMIT takes values by position or by name, not both")
        values = dict(zip(names, args, strict=False)) if args else kwargs
        if set(values) != set(names) or len(args) > len(names):
            raise TypeError(f"SUBMIT takes {', '.join(names)}")
        raise _Submission(values)

    submit.__name__ = submit.__qualname__ = "SUBMIT"
    return submit


def _jsonable(value: Any, limit: int) -> Any:
    if value is None:
        return None
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return capture.cut(repr(value), limit)
    if len(text) <= limit:
        return json.loads(text)
    return capture.cut(value if isinstance(value, str) else text, limit)


def _text(error: BaseException) -> str:
    try:
        return capture.cut(str(error), _TRACEBACK_LIMIT)
    except Exception:
        return "the error has no text"


def _is_cancellation(error: BaseException) -> bool:
    kind = getattr(sys.modules.get("_dspex"), "HostCancelled", None)
    return kind is not None and isinstance(error, kind)


def _error(kind: str, name: str, message: str, lines: list[str] | None = None) -> dict[str, Any]:
    return {"kind": kind, "type": name, "message": message, "traceback": lines or []}


def _outcome(value: Any = None, output: str = "", final: Any = None, error: Any = None) -> dict[str, Any]:
    return {"value": value, "output": output, "final": final, "error": error}
