"""DSPy's language-model requests and responses as plain dictionaries, and its errors by their code.

DSPy 3.4 ships these functions under a private path only. This is the one module that knows it, so that a DSPy which
moves them is met here and nowhere else.
"""

from dspy._vendor.lm15.errors import error_class_for_code
from dspy._vendor.lm15.serde import request_to_dict, response_from_dict, stream_event_from_dict
from dspy._vendor.lm15.types import StreamEvent

__all__ = ["StreamEvent", "error_class_for_code", "request_to_dict", "response_from_dict", "stream_event_from_dict"]
