"""The state of programs, as DSPy saves it in a JSON file: checked as a whole before any of it is taken over."""

import copy
import functools
from typing import Any

import dspy
import orjson
from dspy.predict.parameter import Parameter
from dspy.utils.saving import get_dependency_versions

# What `Predict` saves. Loading sets an attribute for every other name that it finds.
_REQUIRED, _OPTIONAL = ("signature", "demos", "lm"), ("traces", "train", "fields")
_FIELD_KEYS = ("prefix", "description")
_METADATA = "metadata"


class StateError(ValueError):
    """A state does not belong to the program, or is not one. `details` has `field` and `reason`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"state.{field}: {reason}" if field else f"state: {reason}")
        self.details = {"code": "invalid_state", "field": field, "reason": reason}


def dump(target: object, state: object = None, *, allow_version_mismatch: bool = False) -> dict[str, Any]:
    """The state of the program that `target` describes, after `state` was loaded into it: what DSPy writes when it
    saves the program. Its values are plain."""
    from dspex_worker.modules import build

    module = _module(build(target).value)
    if state is not None:
        module = load(module, state, allow_version_mismatch=allow_version_mismatch)
    return orjson.loads(_text(module))


def save_text(target: object) -> str:
    """The text that DSPy's `save("….json")` writes for the program that `target` describes."""
    from dspex_worker.modules import build

    return _text(_module(build(target).value)).decode()


def dump_module(module: dspy.Module) -> dict[str, Any]:
    """The state of a module, plain."""
    return orjson.loads(_text(module))


def check(target: object, state: object, *, allow_version_mismatch: bool = False) -> dict[str, Any]:
    """Whether `state` belongs to the program that `target` describes: raises `StateError` if not. Returns
    `{"versions": {package: version}, "predictors": {name: {"instructions", "fields", "demos": how many}}}`."""
    from dspex_worker.modules import build

    module = _module(build(target).value)
    _check(module, state, allow_version_mismatch)
    loaded = load(module, state, allow_version_mismatch=allow_version_mismatch)
    return {
        "versions": dict(_versions(state)),
        "predictors": {
            name: {
                "instructions": predictor.signature.instructions,
                "fields": predictor.signature.dump_state()["fields"],
                "demos": len(predictor.demos),
            }
            for name, predictor in loaded.named_predictors()
        },
    }


def load(module: Any, state: object, *, allow_version_mismatch: bool = False) -> dspy.Module:
    """A copy of the module with this state; the module stays as it is, whatever happens. Raises `StateError`."""
    module = _module(module)
    _check(module, state, allow_version_mismatch)
    loaded = module.deepcopy()
    try:
        # A predictor would keep the metadata as an attribute.
        loaded.load_state({key: copy.deepcopy(value) for key, value in state.items() if key != _METADATA})
    except Exception as error:
        raise StateError("", f"DSPy refuses it: {type(error).__name__}: {error}") from error
    return loaded


def _module(value: Any) -> dspy.Module:
    if not isinstance(value, dspy.Module):
        raise StateError("", f"a {type(value).__name__} has none")
    return value


def _text(module: dspy.Module) -> bytes:
    state = {**module.dump_state(), _METADATA: {"dependency_versions": _dependency_versions()}}
    try:
        return orjson.dumps(state, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError as error:
        raise StateError("", f"it holds what JSON has no form for: {error}") from error


# DSPy looks the versions up in the files of the packages, which takes milliseconds.
@functools.lru_cache(maxsize=1)
def _dependency_versions() -> dict[str, str]:
    return get_dependency_versions()


def _versions(state: Any) -> dict[str, Any]:
    metadata = state.get(_METADATA)
    versions = metadata.get("dependency_versions") if isinstance(metadata, dict) else None
    return versions if isinstance(versions, dict) else {}


def _check(module: dspy.Module, state: object, allow_version_mismatch: bool) -> None:
    if not isinstance(state, dict):
        raise StateError("", f"must be a dictionary, not {type(state).__name__}")
    if not allow_version_mismatch:
        _check_version(_versions(state))
    parts = {key: value for key, value in state.items() if key != _METADATA}
    if isinstance(module, Parameter):
        # A program that is a single predictor is saved without a name for it.
        _check_parameter("", module, parts)
        return
    parameters = dict(module.named_parameters())
    missing = [name for name in parameters if name not in parts]
    if missing:
        raise StateError(missing[0], f"not there; the program has {', '.join(parameters)}")
    unknown = [str(name) for name in parts if name not in parameters]
    if unknown:
        raise StateError(unknown[0], f"the program has no such predictor; it has {', '.join(parameters) or 'none'}")
    for name, parameter in parameters.items():
        if not isinstance(parts[name], dict):
            raise StateError(name, f"must be a dictionary, not {type(parts[name]).__name__}")
        _check_parameter(f"{name}.", parameter, parts[name])


def _check_parameter(within: str, parameter: Any, saved: dict[str, Any]) -> None:
    if isinstance(parameter, dspy.Predict):
        _check_predictor(within, parameter, saved)
    else:
        known = parameter.dump_state()
        for key in (*known, *saved):
            if key not in saved or key not in known:
                raise StateError(f"{within}{key}", "there is no such part" if key in saved else "not there")
    if saved.get("lm") is not None:
        raise StateError(f"{within}lm", "names a model of its own; models are the host's")


def _check_version(versions: dict[str, Any]) -> None:
    saved = versions.get("dspy")
    if not isinstance(saved, str):
        raise StateError(f"{_METADATA}.dependency_versions.dspy", "not there: it is unknown which DSPy saved it")
    if saved.split(".")[:2] != dspy.__version__.split(".")[:2]:
        reason = f"saved by DSPy {saved}, and this is {dspy.__version__}; allow_version_mismatch loads it all the same"
        raise StateError(f"{_METADATA}.dependency_versions.dspy", reason)


def _check_predictor(within: str, predictor: dspy.Predict, saved: dict[str, Any]) -> None:
    for key in _REQUIRED:
        if key not in saved:
            raise StateError(f"{within}{key}", "not there")
    for key in saved:
        if key not in _REQUIRED and key not in _OPTIONAL:
            raise StateError(f"{within}{key}", "no part of a predictor's state")
    for key in ("demos", "traces", "train"):
        items = saved.get(key, [])
        if not isinstance(items, list) or (key == "demos" and not all(isinstance(item, dict) for item in items)):
            raise StateError(f"{within}{key}", "must be a list of dictionaries" if key == "demos" else "must be a list")
    signature, where = saved["signature"], f"{within}signature"
    if not isinstance(signature, dict) or not isinstance(signature.get("instructions"), str):
        raise StateError(f"{where}.instructions", "must be text")
    fields = signature.get("fields")
    if not isinstance(fields, list):
        raise StateError(f"{where}.fields", "must be a list")
    own = list(predictor.signature.fields)
    if len(fields) != len(own):
        raise StateError(f"{where}.fields", f"{len(fields)} fields, but the program has {len(own)}: {', '.join(own)}")
    for index, field in enumerate(fields):
        if not isinstance(field, dict) or not all(isinstance(field.get(key), str) for key in _FIELD_KEYS):
            raise StateError(f"{where}.fields[{index}]", "must have a prefix and a description")
