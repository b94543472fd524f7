"""What is asked of the host for an array, and what objects without the buffer protocol lend."""

import sys
from types import ModuleType, SimpleNamespace

import numpy
import pytest


@pytest.fixture
def arrays(host):
    from dspex_worker import arrays

    return arrays


@pytest.fixture
def made(arrays, monkeypatch):
    """The arguments of the arrays that were asked for."""
    calls = []
    monkeypatch.setattr(arrays, "_dspex", SimpleNamespace(shared_array=lambda *args: calls.append(args)))
    return calls


@pytest.mark.parametrize(
    ("shape", "dtype", "asked"),
    [
        (3, "float32", ("float32", (3,))),
        ((2, 3), numpy.int16, ("int16", (2, 3))),
        ([2], numpy.dtype("S5"), ("S5", (2,))),
        ((), bool, ("bool", ())),
        (2, ">f4", (">f4", (2,))),
        (2, object, ("object", (2,))),
    ],
)
def test_type_and_shape_are_told_by_name_and_lengths(arrays, made, shape, dtype, asked):
    arrays.empty(shape, dtype)
    arrays.zeros(shape, dtype)
    assert made == [(*asked, False), (*asked, True)]


def test_without_numpy_the_name_is_passed_on(arrays, made, monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy")
    arrays.empty(3, "float32")
    assert made == [("float32", (3,), False)]


class Tensor:
    """As far as torch's goes."""

    def __init__(self, device="cpu", layout="strided", is_quantized=False):
        self.device = SimpleNamespace(type=device)
        self.layout = layout
        self.is_quantized = is_quantized
        self.array = numpy.arange(3)

    def detach(self):
        return self

    resolve_conj = resolve_neg = detach

    def numpy(self):
        return self.array


@pytest.fixture
def torch(monkeypatch):
    module = ModuleType("torch")
    module.Tensor = Tensor
    module.strided = "strided"
    monkeypatch.setitem(sys.modules, "torch", module)


def test_a_tensor_in_main_memory_lends_its_array(arrays, torch):
    tensor = Tensor()
    assert arrays.exported(tensor) is tensor.array


@pytest.mark.parametrize("tensor", [Tensor(device="cuda"), Tensor(layout="sparse"), Tensor(is_quantized=True)])
def test_a_tensor_elsewhere_lends_nothing(arrays, torch, tensor):
    assert arrays.exported(tensor) is None


def test_what_describes_itself_as_an_array_is_one(arrays):
    class Described:
        array = numpy.arange(3)

        @property
        def __array_interface__(self):
            return self.array.__array_interface__

    described = Described()
    assert numpy.shares_memory(arrays.exported(described), described.array)
    assert arrays.exported(object()) is None
    assert arrays.exported([1]) is None
