"""What DSPy has to offer, found by looking at the installed package and not by a list kept here.

Everything that can be named to the rest of the bridge is in the catalog, and nothing else can: `resolve` is the only
way from a path to an object.
"""

import functools
import importlib
import inspect
import pkgutil
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

import dspy
from dspy.clients.base_lm import BaseLM
from dspy.predict.parameter import Parameter

from dspex_worker import catalog_details

# Where DSPy's public names are looked for; the first that has an object gives it its path.
_NAMESPACES = (
    "dspy", "dspy.experimental", "dspy.evaluate", "dspy.retrievers", "dspy.teleprompt", "dspy.adapters", "dspy.predict",
    "dspy.primitives",
)  # fmt: skip
# Whose modules are looked into for what the package itself does not export. Not `dspy.primitives`: it has a script
# among its modules that takes over the process's descriptors when it is imported.
_SEARCHED = ("dspy.adapters", "dspy.evaluate", "dspy.predict", "dspy.retrievers", "dspy.teleprompt")
_RETRIEVAL = ("dspy.retrievers", "dspy.dsp.", "dspy.clients.embedding", "dspy.predict.knn")

_Kind = type | FunctionType


class UnknownPath(ValueError):
    """DSPy has nothing of this path, or nothing that may be used by its path."""

    def __init__(self, path: object, reason: str = "DSPy has nothing of this path") -> None:
        super().__init__(f"{path}: {reason}")
        self.details = {"code": "unknown_path", "field": str(path)}


def catalog() -> list[dict[str, Any]]:
    """Every module, optimiser, adapter, retriever, metric and interpreter of DSPy, sorted by path.

    Each is a dictionary of `name`, `path`, `aliases` (other paths), `category` (prediction, reasoning, code,
    optimization, adapter, retrieval, evaluation, metric, interpreter or other), `doc` (its first paragraph),
    `parameters` of the constructor (empty for a function), `call` (`{"name", "parameters"}` of what is called or None),
    `experimental`, `deprecated` (what DSPy says about it, or None), `available`, and `missing`: what is not installed,
    in words, or None.
    """
    return [dict(entry) for entry in _entries()]


def entry(path: object) -> dict[str, Any]:
    """The entry of a path or an alias. Raises `UnknownPath`."""
    found = _by_path().get(path) if isinstance(path, str) else None
    if found is None:
        raise UnknownPath(path)
    return found


def resolve(path: object) -> Any:
    """The class or function of a path that the catalog has. Raises `UnknownPath` for others, and for those whose
    package is missing."""
    found = entry(path)
    target = _objects()[0].get(found["path"])
    if target is None or not found["available"]:
        raise UnknownPath(path, found["missing"] or "it cannot be imported")
    return target


@functools.lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    found, unimportable = _objects()
    paths: dict[int, list[str]] = {}
    for path, target in found.items():
        paths.setdefault(id(target), []).append(path)
    entries = [_entry(aliases, found[aliases[0]]) for aliases in paths.values()]
    entries += [description for description in unimportable if description["path"] not in found]
    return tuple(sorted(entries, key=lambda entry: entry["path"]))


@functools.lru_cache(maxsize=1)
def _by_path() -> dict[str, dict[str, Any]]:
    return {path: entry for entry in _entries() for path in (entry["path"], *entry["aliases"])}


@functools.lru_cache(maxsize=1)
def _objects() -> tuple[dict[str, _Kind], list[dict[str, Any]]]:
    """All that belongs here, by its paths, the shortest first; and what is in modules that cannot be imported."""
    found: dict[str, _Kind] = {}
    unimportable: list[dict[str, Any]] = []
    for namespace in _NAMESPACES:
        module = importlib.import_module(namespace)
        for name in sorted(dir(module)):
            if not name.startswith("_") and _belongs(target := _attribute(module, name)):
                found[f"{namespace}.{name}"] = target
    exported = set(map(id, found.values()))
    for name in _module_names():
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            unimportable += catalog_details.unimportable(name, error, _category_by_place(name))
            continue
        for attribute, target in sorted(vars(module).items()):
            own = getattr(target, "__module__", None) == name and not attribute.startswith("_")
            if own and id(target) not in exported and isinstance(target, type) and _is_extension(target):
                found[f"{name}.{attribute}"] = target
    return found, unimportable


def _attribute(module: ModuleType, name: str) -> Any:
    # `dspy.cache` is made when it is looked at; what is not in the dictionary is not looked at.
    return vars(module).get(name)


def _module_names() -> list[str]:
    names = []
    for package in _SEARCHED:
        path = importlib.import_module(package).__path__
        names += [module.name for module in pkgutil.walk_packages(path, package + ".", onerror=lambda _: None)]
    return sorted(name for name in names if not name.rpartition(".")[2].startswith("_"))


def _is_extension(kind: type) -> bool:
    """Whether a class that no package exports is one to be used all the same, as `BAMLAdapter` is."""
    return _belongs(kind) and (
        issubclass(kind, dspy.Adapter | dspy.teleprompt.Teleprompter | dspy.Retrieve)
        or kind.__module__.startswith("dspy.retrievers")
    )


_BASES = {dspy.Module, dspy.primitives.BaseModule, dspy.Adapter, dspy.teleprompt.Teleprompter, dspy.Type, Parameter}
# Models are the host's; errors, signatures and enumerations are nothing to be constructed by name.
_EXCLUDED = (BaseLM, BaseException, dspy.Signature, Enum)


def _belongs(target: Any) -> bool:
    if not isinstance(target, type | FunctionType) or not target.__module__.startswith("dspy."):
        return False
    if isinstance(target, FunctionType):
        return _category(target) is not None
    if target in _BASES or issubclass(target, _EXCLUDED) or getattr(target, "_is_protocol", False):
        return False
    return _category(target) is not None


def _category(target: _Kind) -> str | None:
    place = target.__module__
    if isinstance(target, FunctionType):
        return "metric" if place == "dspy.evaluate.metrics" else "prediction" if _is_vote(target) else None
    if issubclass(target, dspy.teleprompt.Teleprompter):
        return "optimization"
    if issubclass(target, dspy.Adapter):
        return "adapter"
    if place.startswith(_RETRIEVAL):
        return "retrieval"
    if callable(getattr(target, "execute", None)) and callable(getattr(target, "shutdown", None)):
        return "interpreter"
    if place.startswith("dspy.evaluate"):
        return "metric" if issubclass(target, dspy.Module) else "evaluation"
    if issubclass(target, dspy.Module):
        if "interpreter_factory" in catalog_details.parameter_names(target):
            return "code"
        return "prediction" if issubclass(target, Parameter) else "reasoning"
    if place.startswith("dspy.predict") and hasattr(target, "forward"):
        return "prediction"
    return "other" if issubclass(target, dspy.Type | dspy.Example) else None


def _is_vote(target: FunctionType) -> bool:
    return target.__module__ == "dspy.predict.aggregation" and not target.__name__.startswith(("_", "default"))


def _category_by_place(module: str) -> str:
    place = module.split(".")[1]
    return {"retrievers": "retrieval", "teleprompt": "optimization", "adapters": "adapter"}.get(place, "other")


def _entry(paths: list[str], target: _Kind) -> dict[str, Any]:
    doc, experimental, deprecated = catalog_details.documentation(target)
    missing = catalog_details.missing(target)
    return {
        "name": target.__name__,
        "path": paths[0],
        "aliases": paths[1:],
        "category": _category(target),
        "doc": doc,
        "parameters": catalog_details.parameters(target) if isinstance(target, type) else [],
        "call": _call(target),
        "experimental": experimental or paths[0].startswith("dspy.experimental."),
        "deprecated": deprecated,
        "available": missing is None,
        "missing": missing,
    }


def _call(target: _Kind) -> dict[str, Any] | None:
    """What is called of it, and how: an optimiser's `compile`, a module's `forward`, else `__call__`."""
    if isinstance(target, FunctionType):
        return {"name": "__call__", "parameters": catalog_details.parameters(target)}
    for name in ("compile", "forward", "__call__", "execute"):
        method = inspect.getattr_static(target, name, None)
        if isinstance(method, FunctionType):
            return {"name": name, "parameters": catalog_details.parameters(method)[1:]}
    return None
