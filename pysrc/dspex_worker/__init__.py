"""The Python half of DSPex: what runs inside its zygote and worker processes.

Importing this package, or its `zygote`, `worker`, `lifecycle`, `failures` and `converters`, needs nothing but the
standard library; only the DSPy bridge (`programs` and what it stands on) imports DSPy.
"""

import os

__version__ = "0.1.0"

# DSPy and litellm read it when they load, and would otherwise ask the network for a list of prices.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
