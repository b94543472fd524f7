"""The folders of what is loaded, as the zygote tells them to its host."""

import os
import sys
import types

from dspex_worker import sources


def test_own_code_is_among_the_modules_and_the_library_is_not(tmp_path, monkeypatch):
    package = tmp_path / "own_package" / "below"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "leaf.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    import own_package.below.leaf  # noqa: F401

    folders = sources.folders()
    assert str(package) in folders["modules"]
    assert os.path.dirname(sources.__file__) in folders["modules"]
    assert os.path.dirname(os.__file__) not in folders["modules"]
    assert folders["modules"] == sorted(set(folders["modules"]))


def test_installed_packages_are_told_by_their_folder(tmp_path, monkeypatch):
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "installed_module.py").write_text("")
    monkeypatch.syspath_prepend(str(site))
    import installed_module  # noqa: F401

    folders = sources.folders()
    assert str(site) in folders["packages"]
    assert str(site) not in folders["modules"]


def test_what_is_no_module_is_passed_over_and_what_is_lazy_is_not_loaded(monkeypatch):
    class Lazy(types.ModuleType):
        def __getattribute__(self, name):
            raise AssertionError(f"{name} was asked for")

    lazy = Lazy("lazy")
    object.__getattribute__(lazy, "__dict__")["__file__"] = "/somewhere/lazy.py"
    for name, thing in {"lazy": lazy, "none": None, "number": 3, "relative": types.ModuleType("relative")}.items():
        monkeypatch.setitem(sys.modules, name, thing)
    sys.modules["relative"].__file__ = "relative.py"
    folders = sources.folders()
    assert "/somewhere" in folders["modules"]
    assert "" not in folders["modules"]
