"""Builds any of DSPy's modules by its path, and runs it with plain values."""

import hashlib
from typing import Any

import dspy

from dspex_worker import catalog, run_options
from dspex_worker.arguments import Built, Decoder, TargetError
from dspex_worker.bounded import BoundedCache
from dspex_worker.field_types import TEXT, InputError, SignatureError
from dspex_worker.plain import plain, usage
from dspex_worker.request_options import OptionsError
from dspex_worker.signatures import BuiltSignature, make_signature
from dspex_worker.state import load

_KEYS = frozenset({"path", "signature", "args", "state", "allow_version_mismatch"})
# What ChainOfThought puts before the outputs.
_REASONING = "reasoning"

_built: BoundedCache[Built] = BoundedCache(256)


def run(target: dict[str, Any], inputs: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Build what `target` describes (see `build`) and call it once with `inputs`.

    `options` are those of `run_options.parse`. `inputs` are those of the signature, and whatever else the module's own
    `forward` takes by name, in the forms of `arguments`. Returns

        {"outputs": {field: plain value}, "usage", "model",
         "trajectory": what an agent did, or None,
         "completions": [outputs, …] when there is more than one, else None,
         "trace": [{"predictor", "inputs", "outputs"}, …] when `options.trace` is true, else None}

    What is no prediction is the single output `result`. Raises `TargetError`, `ToolError`, `UnknownPath`,
    `SignatureError`, `InputError`, `OptionsError` and `StateError` (all ValueErrors) before anything is sent, and what
    the program raises.
    """
    settings = run_options.parse(options, build)
    built = prepared(target)
    module = built.value.deepcopy() if isinstance(built.value, dspy.Module) else built.value
    given = admit_inputs(built, inputs)
    if settings.options.demos:
        _set_demos(module, built, settings.options.demos)
    with settings.settings(built):
        result = module(**given)
        trace = _trace(module, dspy.settings.trace) if settings.trace else None
    return {**_result(result), "usage": usage(result), "model": settings.options.model, "trace": trace}


def prepared(target: object) -> Built:
    """As `build`, but what reaches no function of the host is built once and kept: copy it before it is called."""
    # Closures have texts, but a target that has one is not kept.
    key = hashlib.blake2b(repr(target).encode("utf-8", "backslashreplace"), digest_size=16).digest()
    found = _built.find(key)
    if found is not None:
        return found
    made = build(target)
    if made.has_callables or not isinstance(made.value, dspy.Module):
        return made
    return _built.get(key, lambda: made)


def build(target: object, path: str = "target") -> Built:
    """Build `{"path", "signature", "args", "state"}`: something of the catalog, all but its path optional.

    `signature` is what `signatures.make_signature` takes, for constructors that have a parameter of this name; `args`
    are the other parameters, in the forms of `arguments`; `state` is what `state.load` takes, with
    `allow_version_mismatch` beside it. A function of the catalog is that function.
    """
    if not isinstance(target, dict) or not target.keys() <= _KEYS:
        raise TargetError(path, f"must be a dictionary of {', '.join(sorted(_KEYS))}")
    entry = catalog.entry(target.get("path"))
    kind = catalog.resolve(entry["path"])
    if entry["category"] == "interpreter":
        raise catalog.UnknownPath(entry["path"], "code is run by the host: give options.interpreter")
    decoder = Decoder(build)
    if not isinstance(kind, type):
        return Built(entry["path"], kind, None, False, {})
    decoded = decoder.arguments(target.get("args"), f"{path}.args")
    signature = _signature(kind, target.get("signature"), entry, decoded, path)
    require_arguments(entry["parameters"], decoded, f"{path}.args")
    try:
        value = kind(**decoded)
    except (TypeError, ValueError, AssertionError) as error:
        raise TargetError(f"{path}.args", f"{entry['path']} refuses them: {error}") from error
    if target.get("state") is not None:
        allow = target.get("allow_version_mismatch") is True
        value = load(value, target["state"], allow_version_mismatch=allow)
    return Built(entry["path"], value, signature or decoder.signature, decoder.has_callables, decoder.tools)


def _signature(
    kind: type, given: object, entry: dict[str, Any], decoded: dict[str, Any], path: str
) -> BuiltSignature | None:
    takes_one = any(parameter["name"] == "signature" for parameter in entry["parameters"])
    if given is None:
        return None
    if not takes_one:
        raise TargetError(f"{path}.signature", f"{entry['path']} takes no signature")
    built = make_signature(given)
    if issubclass(kind, dspy.ChainOfThought) and _REASONING in built.inputs:
        raise SignatureError(f"inputs.{_REASONING}", "ChainOfThought has an output of this name")
    decoded["signature"] = built.cls
    return built


def require_arguments(parameters: list[dict[str, Any]], given: dict[str, Any], path: str) -> None:
    """Raise `TargetError` for arguments that are not among the parameters, and for those that are missing."""
    names = [parameter["name"] for parameter in parameters if not parameter["kind"].startswith("var_")]
    missing = [
        parameter["name"] for parameter in parameters if parameter["required"] and parameter["name"] not in given
    ]
    if missing:
        raise TargetError(path, f"not given: {', '.join(missing)}")
    if not any(parameter["kind"] == "var_keyword" for parameter in parameters):
        unknown = [str(name) for name in given if name not in names]
        if unknown:
            raise TargetError(path, f"there is no {', '.join(unknown)}; expected {', '.join(names) or 'nothing'}")


def admit_inputs(built: Built, inputs: object) -> dict[str, Any]:
    """The inputs as the module takes them: those of the signature checked against it, the others decoded."""
    if not isinstance(inputs, dict):
        raise InputError("inputs", "a dictionary", inputs)
    fields = built.signature.inputs if built.signature is not None else {}
    call = catalog.entry(built.path)["call"] or {"parameters": []}
    named = [p["name"] for p in call["parameters"] if not p["kind"].startswith("var_") and p["name"] not in fields]
    decoder = Decoder(build)
    extra = {name: decoder.decode(inputs[name], f"inputs.{name}") for name in named if name in inputs}
    rest = {name: value for name, value in inputs.items() if name not in extra}
    if built.signature is not None:
        return {**built.signature.admit_inputs(rest), **extra}
    required = [p["name"] for p in call["parameters"] if p["required"] and p["name"] not in extra]
    if required:
        raise InputError.missing(required)
    if rest and not any(p["kind"] == "var_keyword" for p in call["parameters"]):
        raise InputError.unknown(list(rest), named)
    return {**{name: decoder.decode(value, f"inputs.{name}") for name, value in rest.items()}, **extra}


def _set_demos(module: Any, built: Built, demos: object) -> None:
    predictors = module.predictors() if isinstance(module, dspy.Module) else []
    if len(predictors) != 1 or built.signature is None:
        raise OptionsError("demos", "only for a program with one predictor; those of others are part of its state")
    added = {
        name: TEXT.admit for name in predictors[0].signature.output_fields if name not in built.signature.outputs
    }  # fmt: skip
    predictors[0].demos = built.signature.admit_demos(demos, added)


def _result(result: Any) -> dict[str, Any]:
    if not isinstance(result, dspy.Prediction):
        return {"outputs": {"result": plain(result)}, "trajectory": None, "completions": None}
    outputs = plain(result)
    trajectory = outputs.pop("trajectory", None)
    completions = result._completions
    several = completions is not None and len(completions) > 1
    return {
        "outputs": outputs,
        "trajectory": trajectory,
        "completions": [plain(completion) for completion in completions] if several else None,
    }


def _trace(module: Any, trace: list[tuple[Any, dict[str, Any], Any]]) -> list[dict[str, Any]]:
    # Some modules run copies of their predictors: those are told apart by what they answer.
    names = (
        {id(predictor): name for name, predictor in module.named_predictors()}
        if isinstance(module, dspy.Module)
        else {}
    )
    return [
        {
            "predictor": names.get(id(predictor)) or predictor.signature.signature,
            "inputs": plain(given),
            "outputs": plain(answer),
        }
        for predictor, given, answer in trace
    ]
