"""Closures of the host as DSPy calls them: reward functions, tools, whatever takes a function."""

from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn

import dspy
import jsonschema

from dspex_worker import generated, tools
from dspex_worker.plain import plain


class ToolArgumentError(ValueError):
    """A tool was called with arguments that its schema does not allow. DSPy's agents read the message."""

    def __init__(self, tool: str, problem: str) -> None:
        super().__init__(f"{tool}: {problem}")
        self.details = {"code": "invalid_arguments", "tool": tool}


class ToolError(ValueError):
    """The description of a tool or function is wrong. `details["field"]` says where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.details = {"code": "invalid_tool", "field": path}


class HostFunction:
    """A callable of the host that is given plain values: no prediction, example or model of DSPy's.

    When the host says that the call was cancelled, `HostCancelled` is raised: DSPy survives every Exception.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._call(*plain(args), **plain(kwargs))
        except tools.ToolError as error:
            if error.code == "cancelled":
                _cancel(error)
            raise

    def __deepcopy__(self, memo: dict[int, Any]) -> "HostFunction":
        return self


def _cancel(error: tools.ToolError) -> NoReturn:
    import _dspex

    raise _dspex.HostCancelled(str(error)) from None


def described(call: Callable[..., Any], name: object, description: object, path: str) -> FunctionType:
    """A function of the host that takes `(inputs, prediction)`, with a source that DSPy can show to a model: its name
    and its description."""
    if not generated.usable_name(name):
        raise ToolError(path, f"the name must be an identifier, not {name!r}")
    hosted = HostFunction(call)
    parameters = [("inputs", generated.NO_DEFAULT), ("prediction", generated.NO_DEFAULT)]
    return generated.function(str(name), parameters, str(description or ""), lambda _, given: hosted(*given.values()))


def tool(call: Callable[..., Any], name: object, description: object, schema: object, path: str) -> dspy.Tool:
    """The host's function as a tool. `schema` is the JSON Schema of its arguments, an object.

    The arguments are checked against the whole schema before the host is called: what DSPy's own check lets pass is a
    `ToolArgumentError` here, missing and unknown arguments among it.
    """
    if not generated.usable_name(name):
        raise ToolError(path, f"a tool's name must be an identifier, not {name!r}")
    if description is not None and not isinstance(description, str):
        raise ToolError(path, "a tool's description must be text or None")
    arguments = _Arguments(str(name), schema, path)
    hosted = HostFunction(call)

    def checked(_: int, given: dict[str, Any]) -> Any:
        return hosted(**arguments.admit(given))

    function = generated.function(str(name), arguments.parameters, description or "", checked)
    # An empty description, because DSPy shows that of `function` when there is none, and it has none either.
    return dspy.Tool(function, name=str(name), desc=description or "", args=arguments.shown)


class _Arguments:
    """The arguments of a tool by its schema."""

    def __init__(self, tool: str, schema: object, path: str) -> None:
        properties = schema.get("properties", {}) if isinstance(schema, dict) else None
        if not isinstance(schema, dict) or not isinstance(properties, dict) or schema.get("type", "object") != "object":
            raise ToolError(path, "a tool's parameters must be the JSON Schema of an object")
        for name in properties:
            if not generated.usable_name(name):
                raise ToolError(path, f"a parameter's name must be an identifier, not {name!r}")
        required = schema.get("required", [])
        unknown = [name for name in required if name not in properties]
        if unknown:
            raise ToolError(path, f"required, but not among the properties: {', '.join(map(str, unknown))}")
        closed = {**schema, "type": "object", "additionalProperties": False}
        try:
            jsonschema.Draft202012Validator.check_schema(closed)
        except jsonschema.SchemaError as error:
            raise ToolError(path, f"the schema is wrong: {error.message}") from None
        self._tool = tool
        self._validator = jsonschema.Draft202012Validator(closed)
        self._omissible = {
            name for name, kind in properties.items() if name not in required and "default" not in kind
        }  # fmt: skip
        ordered = [*(name for name in properties if name in required), *(n for n in properties if n not in required)]
        self.parameters = [
            (name, generated.NO_DEFAULT if name in required else properties[name].get("default")) for name in ordered
        ]
        # DSPy tells a model that whatever has no default is required.
        self.shown = {
            name: {**properties[name], "default": None} if name in self._omissible else properties[name]
            for name in properties
        }

    def admit(self, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments without those that were left out. Raises `ToolArgumentError`."""
        sent = {
            name: value for name, value in plain(given).items() if value is not None or name not in self._omissible
        }  # fmt: skip
        error = jsonschema.exceptions.best_match(self._validator.iter_errors(sent))
        if error is not None:
            where = ".".join(map(str, error.absolute_path))
            raise ToolArgumentError(self._tool, f"{where}: {error.message}" if where else error.message)
        return sent


def named_tool(name: str, path: str) -> dspy.Tool:
    """The tool that the host has registered under this name."""
    try:
        function = tools.get(name)
    except tools.UnknownTool as error:
        raise ToolError(path, str(error)) from None
    schema = getattr(function, "schema", {"type": "object"})
    description = (function.__doc__ or "").partition("\n\nArgs:\n")[0].removeprefix("Args:\n")
    return tool(lambda **given: function(**given), name, description, schema, path)
