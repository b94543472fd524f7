"""What a worker does before it serves its first request."""

import os
import subprocess
import sys
import tempfile

import pytest

from dspex_worker import worker


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_variables_are_set(environment):
    worker.settle({"CUDA_VISIBLE_DEVICES": "GPU-1"}, None)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-1"


def test_the_folder_is_home_and_the_place_for_temporary_files(environment, tmp_path):
    assert tempfile.gettempdir() != str(tmp_path)  # and now the answer is kept
    worker.settle({}, str(tmp_path))
    assert os.environ["HOME"] == os.environ["TMPDIR"] == str(tmp_path)
    assert tempfile.gettempdir() == str(tmp_path)


def test_without_a_folder_nothing_moves(environment):
    home = os.environ.get("HOME")
    worker.settle({}, None)
    assert os.environ.get("HOME") == home


def test_a_variable_that_is_named_goes_before_the_folder(environment, tmp_path):
    worker.settle({"HOME": "/elsewhere"}, str(tmp_path))
    assert os.environ["HOME"] == "/elsewhere"


def test_the_folders_of_packages_are_told_once_each():
    places = worker.settle({}, None)
    assert sys.prefix in places
    assert all(place in places for place in sys.path if place)
    assert len(places) == len(set(places))
    assert "" not in places, "the working folder is no place for packages"


def test_settling_imports_nothing():
    source = (
        "import sys; from dspex_worker import worker; before = set(sys.modules); "
        "worker.settle({}, '/x'); print(set(sys.modules) - before)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, env=environment, check=True)
    assert answer.stdout.strip() == "set()"
