"""Where the code lies that an interpreter has loaded, so that the host can watch it."""

import os
import sys


def folders() -> dict[str, list[str]]:
    """Return the folders of what is loaded, each once.

    `packages` are those that packages are installed into. `modules` are the folders of modules that lie neither there nor
    in the standard library: the user's own code, and packages that are installed in place (`pip install -e`).
    """
    packages = [path for path in sys.path if os.path.basename(path) in {"site-packages", "dist-packages"}]
    settled = tuple(os.path.join(folder, "") for folder in [os.path.dirname(os.__file__), *packages])
    modules = {os.path.dirname(file) for file in _files() if not file.startswith(settled)}
    return {"packages": packages, "modules": sorted(modules)}


def _files():
    for module in list(sys.modules.values()):
        try:
            # Not as an attribute, as asking a module that is lazy would load it.
            file = object.__getattribute__(module, "__dict__").get("__file__")
        except AttributeError:  # somebody put an object there that is no module
            continue
        if isinstance(file, str) and os.path.isabs(file):
            yield file
