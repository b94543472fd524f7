"""What the host gives as an argument, as DSPy takes it.

Plain values stand for themselves and closures for functions. What else there is has a form, a dictionary with one of
these keys:

    {"tool": closure, "name", "description", "parameters": JSON Schema}    a tool; or {"tool": name} of one registered
    {"function": closure, "name", "description"}    a function whose description DSPy may show to a model
    {"module": target}          a module, as `modules.build` takes it
    {"object": target}          anything else of the catalog: an adapter, a retriever, a metric …
    {"model": name, "capabilities", "config"}    a model of the host, the same for all that names no other
    {"signature": signature}    a signature, as `signatures.make_signature` takes it
    {"example": fields, "inputs": names}    an example
    {"interpreter": closure}    where code runs, as `interpreters.HostInterpreter` takes it
    {"value": anything}         a plain value that only looks like one of these
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dspy

from dspex_worker import host_functions, interpreters
from dspex_worker.host_functions import HostFunction
from dspex_worker.metrics import Metric
from dspex_worker.programs import host_lm
from dspex_worker.request_options import CAPABILITIES
from dspex_worker.signatures import BuiltSignature, make_signature


class TargetError(ValueError):
    """What is to be built is described wrongly. `details["field"]` says where."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.details = {"code": "invalid_target", "field": field}


@dataclass(frozen=True, slots=True)
class Built:
    """What a target has become."""

    path: str
    value: Any
    # By which it is called: its own, else that of the module that it wraps.
    signature: BuiltSignature | None
    # Whether it reaches the host by itself, and so is good for one request only.
    has_callables: bool
    tools: dict[int, dspy.Tool]


_FORMS: dict[str, frozenset[str]] = {
    "tool": frozenset({"tool", "name", "description", "parameters"}),
    "function": frozenset({"function", "name", "description"}),
    "module": frozenset({"module"}),
    "object": frozenset({"object"}),
    "model": frozenset({"model", "capabilities", "config"}),
    "signature": frozenset({"signature"}),
    "example": frozenset({"example", "inputs"}),
    "interpreter": frozenset({"interpreter"}),
    "value": frozenset({"value"}),
}


class Decoder:
    """Decodes the arguments of one target, and knows afterwards what was among them."""

    def __init__(self, build: Callable[[object, str], "Built"]) -> None:
        self._build = build
        # Whether the host is reached through what was decoded: then it is for this request only.
        self.has_callables = False
        # By the numbers of their functions.
        self.tools: dict[int, dspy.Tool] = {}
        self._names: set[str] = set()
        # The signature of the first module among the arguments, by which one that wraps it is called.
        self.signature: BuiltSignature | None = None

    def arguments(self, args: object, path: str) -> dict[str, Any]:
        """The arguments of a call by name; a function that is a `metric` is called as DSPy calls metrics."""
        if args is None:
            return {}
        if not isinstance(args, dict):
            raise TargetError(path, "must be a dictionary")
        decoded = {}
        for name, value in args.items():
            if name == "metric" and callable(value):
                self.has_callables = True
                decoded[name] = Metric(value)
            else:
                decoded[name] = self.decode(value, f"{path}.{name}")
            if name == "tools" and any(type(tool) is HostFunction for tool in _items(decoded[name])):
                raise TargetError(f"{path}.tools", "a tool has a name and parameters: give {'tool': function, …}")
        return decoded

    def decode(self, value: Any, path: str) -> Any:
        """The argument found at `path` as DSPy takes it. Raises `TargetError` and what the forms raise."""
        kind = type(value)
        if kind is dict:
            for form, keys in _FORMS.items():
                if form in value and value.keys() <= keys:
                    return getattr(self, f"_{form}")(value, path)
            return {key: self.decode(item, f"{path}.{key}") for key, item in value.items()}
        if kind is list or kind is tuple:
            return kind(self.decode(item, f"{path}[{index}]") for index, item in enumerate(value))
        if callable(value):
            self.has_callables = True
            return HostFunction(value)
        return value

    def _tool(self, form: dict[str, Any], path: str) -> dspy.Tool:
        self.has_callables = True
        call = form["tool"]
        if isinstance(call, str):
            made = host_functions.named_tool(call, path)
        elif callable(call):
            made = host_functions.tool(call, form.get("name"), form.get("description"), form.get("parameters"), path)
        else:
            raise TargetError(path, "a tool is a function or the name of one that is registered")
        if made.name in self._names:
            raise TargetError(path, f"there are two tools named {made.name!r}")
        self._names.add(str(made.name))
        self.tools[made.func.number] = made
        return made

    def _function(self, form: dict[str, Any], path: str) -> Callable[..., Any]:
        self.has_callables = True
        return host_functions.described(form["function"], form.get("name"), form.get("description"), path)

    def _module(self, form: dict[str, Any], path: str) -> Any:
        built = self._nested(form["module"], path)
        if self.signature is None:
            self.signature = built.signature
        return built.value

    def _object(self, form: dict[str, Any], path: str) -> Any:
        return self._nested(form["object"], path).value

    def _nested(self, target: object, path: str) -> "Built":
        built = self._build(target, path)
        self.has_callables = self.has_callables or built.has_callables
        self.tools.update(built.tools)
        return built

    def _model(self, form: dict[str, Any], path: str) -> dspy.LM:
        name, capabilities, config = form["model"], form.get("capabilities") or {}, form.get("config") or {}
        if not isinstance(name, str) or not name:
            raise TargetError(path, f"must name a model, not be {name!r}")
        unknown = [key for key in capabilities if key not in CAPABILITIES]
        if unknown:
            raise TargetError(f"{path}.capabilities", f"there is no {', '.join(unknown)}")
        # A copy: optimisers write to the settings of a model that they are given.
        return host_lm(name, *(capabilities.get(key) is True for key in CAPABILITIES)).copy(**config)

    def _signature(self, form: dict[str, Any], path: str) -> type[dspy.Signature]:
        return make_signature(form["signature"]).cls

    def _example(self, form: dict[str, Any], path: str) -> dspy.Example:
        if not isinstance(form["example"], dict):
            raise TargetError(path, "an example must be a dictionary")
        example = dspy.Example(**self.decode(form["example"], path))
        return example.with_inputs(*form["inputs"]) if "inputs" in form else example

    def _interpreter(self, form: dict[str, Any], path: str) -> Callable[[], interpreters.HostInterpreter]:
        self.has_callables = True
        if not callable(form["interpreter"]):
            raise TargetError(path, "an interpreter must be a function")
        return interpreters.factory(form["interpreter"], self.tools)

    def _value(self, form: dict[str, Any], path: str) -> Any:
        return form["value"]


def _items(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else ()
