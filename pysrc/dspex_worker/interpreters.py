"""DSPy's code interpreter whose code runs at the host's, which has it run in an isolated worker.

HostInterpreter  --execute-->  the host  -->  code_sessions.execute in another worker
call_tool        <-----------  the host  <--  its `call`, when the code calls a tool
"""

import contextlib
import contextvars
import inspect
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import dspy
from dspy.primitives.code_interpreter import CodeExecutionError, CodeInterpreterError, FinalOutput

from dspex_worker import generated, tools
from dspex_worker.code_sessions import close, execute
from dspex_worker.host_functions import HostFunction
from dspex_worker.plain import plain

__all__ = ["HostInterpreter", "call_tool", "close", "execute", "factory", "unavailable"]

_running: dict[str, "HostInterpreter"] = {}


class HostInterpreter:
    """A session of code that the host runs. As DSPy wants it: one for each call of a module, for one thread.

    `execute` is the host's. It is called with one dictionary. `{"operation": "execute", "session", "number", "code",
    "variables", "tools", "output_fields"}` wants what `code_sessions.execute` returns for the same arguments;
    `{"operation": "close", "session"}` says that the session is over. While it runs, the host may call
    `call_tool(session, name, args, kwargs)`.
    """

    execution_instructions = (
        "Code runs as Python in an isolated process without network. State, imports and functions persist for this "
        "session. Host tools and SUBMIT are available as global functions; what they take and return must be "
        "JSON-compatible."
    )

    def __init__(self, execute: Callable[[dict[str, Any]], Any], tools: Mapping[str, Callable[..., Any]] | None = None):
        self.tools: dict[str, Callable[..., Any]] = dict(tools or {})
        self.output_fields: list[dict[str, Any]] | None = None
        self.session = uuid.uuid4().hex
        self._execute = HostFunction(execute)
        self._number = 0
        self._ended: str | None = None
        self._context: contextvars.Context | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Nothing yet: the first execution begins the session. Raises `CodeInterpreterError` after its end."""
        if self._ended is not None:
            raise CodeInterpreterError(self._ended)

    def execute(self, code: str, variables: dict[str, Any] | None = None) -> Any:
        """Run code: its answer as a `FinalOutput`, else the value of its last expression, else what it printed.

        Raises `SyntaxError` and `CodeExecutionError` for what other code could do better, and `CodeInterpreterError`
        when the session is over.
        """
        self.start()
        request = {
            "operation": "execute",
            "session": self.session,
            "number": self._number,
            "code": code,
            "variables": plain(variables or {}),
            "tools": list(self.tools),
            "output_fields": self.output_fields,
        }
        if not self._lock.acquire(blocking=False):
            raise CodeInterpreterError("the session already runs code")
        try:
            _running[self.session] = self
            self._number += 1
            # The tools run in whatever thread the host calls from, with the settings that hold here.
            self._context = contextvars.copy_context()
            outcome = self._execute(request)
        except tools.ToolError as error:
            self._fail(f"the host could not run the code: {error}", error)
        finally:
            self._context = None
            self._lock.release()
        return self._result(outcome)

    def shutdown(self) -> None:
        """End the session. Further calls do nothing."""
        _running.pop(self.session, None)
        ended, self._ended = self._ended, "the session has been shut down"
        if ended is None and self._number > 0:
            # Where the worker that had it is gone, the session has gone with it.
            with contextlib.suppress(tools.ToolError):
                self._execute({"operation": "close", "session": self.session})

    def call_tool(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call a tool for the code that runs."""
        tool, context = self.tools.get(name), self._context
        if tool is None:
            raise LookupError(f"there is no tool named {name!r}")
        if context is None:
            raise LookupError("no code runs that could call a tool")
        # DSPy's tools take arguments by name only.
        names = [parameter.name for parameter in inspect.signature(tool).parameters.values()]
        if len(args) > len(names):
            raise TypeError(f"{name}() takes {len(names)} arguments, not {len(args)}")
        by_name = dict(zip(names, args, strict=False))
        twice = by_name.keys() & kwargs.keys()
        if twice:
            raise TypeError(f"{name}() got {', '.join(sorted(twice))} twice")
        return plain(context.copy().run(lambda: tool(**by_name, **kwargs)))

    def _result(self, outcome: Any) -> Any:
        if not isinstance(outcome, dict):
            self._fail(f"the host's answer is no dictionary, but {type(outcome).__name__}")
        error = outcome.get("error")
        if error is not None:
            message = f"{error.get('type')}: {error.get('message')}"
            if error.get("kind") == "session":
                self._fail(message)
            if error.get("kind") == "syntax":
                raise SyntaxError(error.get("message"))
            raise CodeExecutionError("\n".join([message, *error.get("traceback", ())]))
        if outcome.get("final") is not None:
            return FinalOutput(outcome["final"])
        value = outcome.get("value")
        return value if value is not None else (outcome.get("output") or "").rstrip("\n") or None

    def _fail(self, message: str, cause: Exception | None = None) -> None:
        self._ended = message
        raise CodeInterpreterError(message) from cause


def call_tool(session: str, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a tool of a session whose code runs now, for the host: with the settings of the module that runs it."""
    interpreter = _running.get(session)
    if interpreter is None:
        raise LookupError("there is no such session")
    return interpreter.call_tool(name, args, kwargs)


class _Factory:
    """Makes interpreters. RLM shows a model what the factory says about them."""

    execution_instructions = HostInterpreter.execution_instructions

    def __init__(self, execute: Callable[..., Any], tools: dict[int, dspy.Tool]) -> None:
        self._execute = execute
        self._tools = tools

    def __call__(self) -> HostInterpreter:
        # For CodeAct, which has the interpreter run the text of its tools instead of offering them.
        return HostInterpreter(self._execute, {generated.CALL: self._call} if self._tools else None)

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Factory":
        return self

    def _call(self, function: int, given: dict[str, Any]) -> Any:
        tool = self._tools.get(function)
        if tool is None:
            raise LookupError("there is no such tool")
        return tool.func(**given)


def factory(execute: Callable[..., Any], tools: dict[int, dspy.Tool]) -> Callable[[], HostInterpreter]:
    """What DSPy takes as an `interpreter_factory`. `tools` are the generated ones, by their numbers."""
    return _Factory(execute, tools)


def unavailable() -> HostInterpreter:
    """The factory for a request that gave no interpreter: DSPy's own would start programs here."""
    raise CodeInterpreterError("this program runs code: give options.interpreter, a function that runs it")
