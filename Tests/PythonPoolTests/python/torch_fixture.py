"""Tensors of the real torch, for the tests that run where it is installed."""

import torch

from dspex_worker import arrays

MADE = {
    "floats": lambda: torch.arange(12, dtype=torch.float32).reshape(3, 4),
    "transposed": lambda: torch.arange(12, dtype=torch.float32).reshape(3, 4).t(),
    "parameter": lambda: torch.nn.Parameter(torch.ones(2)),
    "halves": lambda: torch.ones(3, dtype=torch.float16),
    "booleans": lambda: torch.tensor([True, False]),
    "conjugate": lambda: torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex128).conj(),
    "number": lambda: torch.tensor(7),
    "bfloat16": lambda: torch.ones(3, dtype=torch.bfloat16),
    "sparse": lambda: torch.eye(3).to_sparse(),
    "quantized": lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    "without memory": lambda: torch.empty(3, device="meta"),
}


def tensor(name):
    return MADE[name]()


def filled(shape, value):
    """A tensor over memory that the host sees."""
    return torch.from_numpy(arrays.empty(shape, "float32")).fill_(value)


def doubled(array):
    """Writes through a tensor into memory of the host's."""
    torch.from_numpy(array).mul_(2)
