"""Python functions for what the host calls by name and arguments.

DSPy reads the functions it is given: their names, parameters and documentation, and in places their source text. So
a closure of the host becomes a function that was compiled from a text, which `inspect.getsource` finds.
"""

import inspect
import itertools
import keyword
import linecache
import threading
import weakref
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

# The name by which a generated function calls what it stands for; whoever runs its text elsewhere provides it there.
CALL = "call_host"

_numbers = itertools.count(1)
_lock = threading.Lock()


def usable_name(name: object) -> bool:
    """Whether it can be the name of a function or of a parameter."""
    return isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name) and name != CALL


def function(
    name: str, parameters: Sequence[tuple[str, Any]], documentation: str, call: Callable[..., Any]
) -> FunctionType:
    """A function of this name that calls `call(number, {parameter: value})`; the number is its own, its `number`.

    `parameters` are pairs of a name and a default, which is `NO_DEFAULT` for what must be given; those come first. The
    names must be `usable_name`s. The source is kept for as long as the function.
    """
    with _lock:
        number = next(_numbers)
    lines = [f"def {name}({', '.join(map(_parameter, parameters))}):"]
    if documentation:
        lines.append(f"    {documentation!r}")
    arguments = ", ".join(f"{parameter!r}: {parameter}" for parameter, _ in parameters)
    lines.append(f"    return {CALL}({number}, {{{arguments}}})")
    source = "\n".join(lines) + "\n"
    file = f"<host function {number}>"
    scope: dict[str, Any] = {CALL: call, "__name__": __name__}
    exec(compile(source, file, "exec"), scope)
    made = scope[name]
    made.number = number
    # An entry without a time is one that `linecache.checkcache` leaves alone.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    weakref.finalize(made, linecache.cache.pop, file, None)
    return made


NO_DEFAULT = inspect.Parameter.empty


def _parameter(parameter: tuple[str, Any]) -> str:
    name, default = parameter
    return name if default is NO_DEFAULT else f"{name}={default!r}"
