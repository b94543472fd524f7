"""What the catalog says of one thing: its parameters, its documentation, and what it lacks."""

import ast
import functools
import importlib.util
import inspect
import re
import shutil
from pathlib import Path
from types import FunctionType
from typing import Any

_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional_only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional_or_keyword",
    inspect.Parameter.VAR_POSITIONAL: "var_positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword_only",
    inspect.Parameter.VAR_KEYWORD: "var_keyword",
}
_EXPERIMENTAL = "Experimental: This "
_DEPRECATED = ".. deprecated::"
# The two ways in which DSPy says in its code that it needs a package which it does not import at first.
_NEEDS = re.compile(r"""requires optional dependency '(\w+)'|^\w+ = require\("(\w+)"\)""", re.MULTILINE)


def parameter_names(target: Any) -> tuple[str, ...]:
    """The names of a constructor's or a function's parameters."""
    return tuple(_signature(target).parameters)


def parameters(target: Any) -> list[dict[str, Any]]:
    """Each parameter as `{"name", "kind", "annotation", "required"}` and `default`, its text, where there is one.
    `annotation` is None where there is none."""
    described = []
    for parameter in _signature(target).parameters.values():
        optional = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        description = {
            "name": parameter.name,
            "kind": _KINDS[parameter.kind],
            "annotation": _annotation(parameter.annotation),
            "required": parameter.default is parameter.empty and not optional,
        }
        if parameter.default is not parameter.empty:
            description["default"] = _default(parameter.default)
        described.append(description)
    return described


def _signature(target: Any) -> inspect.Signature:
    try:
        written = inspect.getattr_static(target, "__init__", None) if isinstance(target, type) else None
        if isinstance(written, FunctionType) and written.__module__.startswith("dspy."):
            # Not that of the class: DSPy's metaclass calls with anything.
            signature = inspect.signature(written)
            return signature.replace(parameters=list(signature.parameters.values())[1:])
        return inspect.signature(target)
    except (TypeError, ValueError):
        return inspect.Signature()


def _annotation(annotation: Any) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _default(value: Any) -> str:
    if isinstance(value, type) or inspect.isroutine(value):
        return f"{value.__module__}.{value.__qualname__}".removeprefix("builtins.")
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))


def documentation(target: Any) -> tuple[str, bool, str | None]:
    """The first paragraph that says what it is, whether DSPy calls it experimental, and what it says of its end."""
    own = target.__dict__.get("__doc__") if isinstance(target, type) else target.__doc__
    if isinstance(target, type) and not own:
        own = getattr(inspect.getattr_static(target, "__init__", None), "__doc__", None)
        own = None if own == object.__init__.__doc__ else own
    experimental, deprecated = False, None
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(own or "")):
        text = " ".join(paragraph.split())
        if text.startswith(_EXPERIMENTAL):
            experimental = True
        elif text.startswith(_DEPRECATED):
            deprecated = text.removeprefix(_DEPRECATED).strip()
        elif text:
            return text, experimental, deprecated
    return "", experimental, deprecated


def missing(target: Any) -> str | None:
    """What is not installed that it needs, in words; None when nothing is missing."""
    if "deno_command" in parameter_names(target):
        installed = shutil.which("deno") or importlib.util.find_spec("deno")
        return None if installed else "the program deno is not installed"
    try:
        source = inspect.getsourcefile(target)
    except TypeError:
        return None
    absent = [name for name in _needs(source) if importlib.util.find_spec(name) is None] if source else []
    return f"the package {absent[0]} is not installed" if absent else None


@functools.cache
def _needs(source: str) -> tuple[str, ...]:
    found = _NEEDS.findall(Path(source).read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(one or other for one, other in found))


def unimportable(module: str, error: ImportError, category: str) -> list[dict[str, Any]]:
    """Entries for the public classes of a module that cannot be imported, read from its text."""
    specification = importlib.util.find_spec(module)
    if specification is None or specification.origin is None:
        return []
    package = error.name.partition(".")[0] if error.name else None
    reason = f"the package {package} is not installed" if package else str(error)
    entries = []
    for node in ast.parse(Path(specification.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.bases and not node.name.startswith("_"):
            methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
            call = next((name for name in ("compile", "forward", "__call__") if name in methods), None)
            entries.append({
                "name": node.name,
                "path": f"{module}.{node.name}",
                "aliases": [],
                "category": category,
                "doc": " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split()),
                "parameters": _written(methods["__init__"]) if "__init__" in methods else [],
                "call": {"name": call, "parameters": _written(methods[call])} if call else None,
                "experimental": False,
                "deprecated": None,
                "available": False,
                "missing": reason,
            })  # fmt: skip
    return entries


def _written(function: ast.FunctionDef) -> list[dict[str, Any]]:
    """The parameters of a method as they are written, without `self`."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    written = [
        *((argument, "positional_or_keyword", default) for argument, default in zip(positional, defaults, strict=True)),
        *((argument, "keyword_only", default)
          for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)),
    ]  # fmt: skip
    described = []
    for argument, kind, default in written[1:]:
        annotation = ast.unparse(argument.annotation) if argument.annotation else None
        description = {
            "name": argument.arg, "kind": kind, "annotation": annotation, "required": default is None
        }  # fmt: skip
        if default is not None:
            description["default"] = ast.unparse(default)
        described.append(description)
    if arguments.kwarg:
        described.append({"name": arguments.kwarg.arg, "kind": "var_keyword", "annotation": None, "required": False})
    return described
