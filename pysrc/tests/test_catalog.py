"""The catalog of what DSPy offers, against the installed DSPy."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import dspy
import pytest

from dspex_worker import catalog

ENTRIES = {entry["path"]: entry for entry in catalog.catalog()}


def test_everything_that_dspy_exports_for_programs_is_there():
    for base in (dspy.Module, dspy.teleprompt.Teleprompter, dspy.Adapter):
        exported = {
            f"{namespace.__name__}.{name}": value
            for namespace in (dspy, dspy.teleprompt, dspy.adapters, dspy.predict)
            for name, value in vars(namespace).items()
            if isinstance(value, type) and issubclass(value, base) and value is not base
        }
        assert len(exported) > 3
        for path, kind in exported.items():
            assert catalog.entry(path)["name"] == kind.__name__


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("dspy.Predict", "prediction"),
        ("dspy.Parallel", "prediction"),
        ("dspy.majority", "prediction"),
        ("dspy.ChainOfThought", "reasoning"),
        ("dspy.ReAct", "reasoning"),
        ("dspy.BestOfN", "reasoning"),
        ("dspy.ProgramOfThought", "code"),
        ("dspy.RLM", "code"),
        ("dspy.Flex", "code"),
        ("dspy.MIPROv2", "optimization"),
        ("dspy.experimental.ReAnchor", "optimization"),
        ("dspy.teleprompt.grpo.GRPO", "optimization"),
        ("dspy.XMLAdapter", "adapter"),
        ("dspy.adapters.baml_adapter.BAMLAdapter", "adapter"),
        ("dspy.ColBERTv2", "retrieval"),
        ("dspy.Embedder", "retrieval"),
        ("dspy.KNN", "retrieval"),
        ("dspy.Evaluate", "evaluation"),
        ("dspy.evaluate.SemanticF1", "metric"),
        ("dspy.evaluate.answer_exact_match", "metric"),
        ("dspy.LocalInterpreter", "interpreter"),
        ("dspy.Tool", "other"),
    ],
)
def test_each_is_of_its_category(path, category):
    assert ENTRIES[path]["category"] == category


def test_constructor_and_call_are_described():
    react = ENTRIES["dspy.ReAct"]
    assert [parameter["name"] for parameter in react["parameters"]] == ["signature", "tools", "max_iters"]
    assert react["parameters"][2] == {
        "name": "max_iters",
        "kind": "positional_or_keyword",
        "annotation": "int",
        "required": False,
        "default": "20",
    }
    assert react["call"]["name"] == "forward"
    assert react["doc"].startswith("ReAct stands for")
    compiled = ENTRIES["dspy.GEPA"]["call"]
    assert compiled["name"] == "compile"
    assert [parameter["name"] for parameter in compiled["parameters"]] == ["student", "trainset", "teacher", "valset"]
    assert ENTRIES["dspy.GEPA"]["parameters"][0]["required"]
    thought = ENTRIES["dspy.ProgramOfThought"]
    assert thought["deprecated"].startswith("3.4")
    factory = thought["parameters"][2]
    assert factory["default"] == "dspy.primitives.python_interpreter.PythonInterpreter"
    assert ENTRIES["dspy.Flex"]["experimental"]
    assert not ENTRIES["dspy.Predict"]["experimental"]
    assert ENTRIES["dspy.BootstrapFewShotWithRandomSearch"]["aliases"][0] == "dspy.BootstrapRS"


def test_what_is_not_installed_is_said_in_words(monkeypatch):
    weaviate = ENTRIES["dspy.retrievers.weaviate_rm.WeaviateRM"]
    assert not weaviate["available"]
    assert "weaviate" in weaviate["missing"]
    assert weaviate["parameters"][0]["name"] == "weaviate_collection_name"
    assert ENTRIES["dspy.retrievers.databricks_rm.DatabricksRM"]["missing"] == "the package databricks is not installed"
    monkeypatch.setattr("dspex_worker.catalog_details.importlib.util.find_spec", lambda name: None)
    assert catalog.catalog_details.missing(dspy.MIPROv2) == "the package optuna is not installed"
    assert catalog.catalog_details.missing(dspy.SIMBA) == "the package numpy is not installed"


def test_it_is_plain_sorted_and_the_same_every_time():
    entries = catalog.catalog()
    paths = [entry["path"] for entry in entries]
    assert paths == sorted(paths)
    assert len(set(paths)) == len(paths)
    text = json.dumps(entries)
    assert " at 0x" not in text
    for cache in (catalog._entries, catalog._by_path, catalog._objects):
        cache.cache_clear()
    assert json.dumps(catalog.catalog()) == text


def test_paths_resolve_and_nothing_else_does():
    for entry in ENTRIES.values():
        for path in (entry["path"], *entry["aliases"]):
            if entry["available"]:
                assert catalog.resolve(path).__name__ == entry["name"]
            else:
                with pytest.raises(catalog.UnknownPath, match="install"):
                    catalog.resolve(path)
    for path in ("dspy.LM", "dspy.cache", "dspy.settings", "os.system", "dspy.load", "Predict", "", None, ["dspy.RLM"]):
        with pytest.raises(catalog.UnknownPath) as refusal:
            catalog.resolve(path)
        assert refusal.value.details["code"] == "unknown_path"


def test_making_it_is_cheap_and_starts_nothing():
    """In a process of its own: no litellm, no thread, no open descriptor, half a second at most."""
    program = """
import os, sys, threading, time
import dspy
files = set(os.listdir("/proc/self/fd"))
from dspex_worker import catalog
begin = time.process_time()
entries = catalog.catalog()
spent = time.process_time() - begin
assert len(entries) > 50
assert "litellm" not in sys.modules and "optuna" not in sys.modules
assert threading.active_count() == 1
assert set(os.listdir("/proc/self/fd")) == files
assert os.fstat(1).st_ino == int(sys.argv[1]), "standard output was taken over"
assert spent < 0.5, spent
"""
    with tempfile.TemporaryFile() as output:
        arguments = [sys.executable, "-c", program, str(os.fstat(output.fileno()).st_ino)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        done = subprocess.run(arguments, stdout=output, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
