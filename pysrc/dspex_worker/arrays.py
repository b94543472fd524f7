"""Arrays in memory that the host sees too.

What a function returns is copied into such memory once, unless it lies there already: an array that the host passed, a view of one, or one
made here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import _dspex


def empty(shape: int | Sequence[int], dtype: Any = "float64") -> Any:
    """Makes an array of anything, which the host will see without a copy: a numpy array, or a memoryview where numpy is not installed.

    `dtype` is a name, such as "float32" or "S5", or anything that numpy takes for one.
    """
    return _make(shape, dtype, False)


def zeros(shape: int | Sequence[int], dtype: Any = "float64") -> Any:
    """Makes an array of zeros, as `empty` does."""
    return _make(shape, dtype, True)


def _make(shape: int | Sequence[int], dtype: Any, zeroed: bool) -> Any:
    numpy = sys.modules.get("numpy")
    name = dtype if numpy is None else str(numpy.dtype(dtype)).lstrip("|")
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return _dspex.shared_array(name, lengths, zeroed)


def exported(value: Any) -> Any:
    """The array that an object without the buffer protocol lends, if it is a tensor in main memory or describes itself as numpy's arrays do;
    else None."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        if value.device.type != "cpu" or value.layout is not torch.strided or value.is_quantized:
            return None
        # bfloat16 has no type in numpy: a TypeError.
        return value.detach().resolve_conj().resolve_neg().numpy()
    if "numpy" in sys.modules and hasattr(type(value), "__array_interface__"):
        return sys.modules["numpy"].asarray(value)
    return None
