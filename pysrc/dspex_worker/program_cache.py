"""DSPy's modules, built once for each kind and signature and kept."""

from typing import Any, get_args

import dspy
from dspy.predict.predict import serialize_object

from dspex_worker import memoise
from dspex_worker.adapters import CompactJSONAdapter
from dspex_worker.bounded import BoundedCache
from dspex_worker.field_types import TEXT, Admit, SignatureError
from dspex_worker.signatures import BuiltSignature, make_signature

memoise.install()

_KINDS: dict[str, type[dspy.Module]] = {"Predict": dspy.Predict, "ChainOfThought": dspy.ChainOfThought}

# How models write None.
_NOTHING = ("null", "None")

# What ChainOfThought puts before the outputs.
_REASONING = "reasoning"

# Nothing of a request is kept once it is answered. `max_trace_size=0` and not `trace=None`, which BestOfN trips over.
LEAN_SETTINGS: dict[str, Any] = {
    "disable_history": True,
    "max_trace_size": 0,
    "callbacks": [],
    "warn_on_type_mismatch": False,  # the inputs are checked here
}


class Program:
    """A DSPy module and the signature it was built from. Safe from many threads at once: a run leaves nothing in it."""

    def __init__(self, kind: str, signature: BuiltSignature) -> None:
        extra_outputs: dict[str, Admit] = {}
        if kind == "ChainOfThought":
            if _REASONING in signature.inputs:
                raise SignatureError(f"inputs.{_REASONING}", "ChainOfThought has an output of this name")
            extra_outputs[_REASONING] = TEXT.admit
        self._signature = signature
        self._extra_outputs = extra_outputs
        self._outputs = tuple(dict.fromkeys((*extra_outputs, *signature.outputs)))
        self._optional_texts = frozenset(
            name for name, field in signature.cls.output_fields.items() if {str, type(None)} <= set(get_args(field.annotation))
        )
        self._module = _KINDS[kind](signature.cls)

    def run(
        self, lm: dspy.LM, adapter: dspy.Adapter, inputs: object, demos: object, config: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, int] | None]:
        """Run once; returns the outputs as plain values, and the tokens used if the model counted them."""
        values = self._signature.admit_inputs(inputs)
        examples = self._signature.admit_demos(demos, self._extra_outputs)
        with dspy.context(lm=lm, adapter=adapter, trace=[], track_usage=True, **LEAN_SETTINGS):
            prediction = self._module(demos=examples, config=config, **values)
        return {name: self._mended(name, serialize_object(prediction[name])) for name in self._outputs}, _usage(prediction)

    def _mended(self, name: str, value: Any) -> Any:
        """The output, where DSPy takes the text of nothing for a text: `null` for an `Optional[str]`."""
        return None if name in self._optional_texts and str(value).strip() in _NOTHING else value


_programs: BoundedCache[Program] = BoundedCache(256)

# One of each: an adapter has no state.
ADAPTERS: dict[str, dspy.Adapter] = {
    "compact_json": CompactJSONAdapter(),
    "json": dspy.JSONAdapter(),
    "chat": dspy.ChatAdapter(),
    "xml": dspy.XMLAdapter(),
}


def program_for(kind: str, signature: tuple[Any, ...]) -> Program:
    """The program of this kind and signature. Building one takes DSPy a millisecond, so it is done on first use."""
    if kind not in _KINDS:
        raise ValueError(f"there is no program {kind!r}; expected one of {', '.join(_KINDS)}")
    # The text is the key and not the tuple: 1 equals True equals 1.0, and a Literal of one is not a Literal of another.
    return _programs.get((kind, repr(signature)), lambda: Program(kind, make_signature(signature)))


def _usage(prediction: dspy.Prediction) -> dict[str, int] | None:
    by_model = prediction.get_lm_usage()
    if not by_model:
        return None
    counted = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {name: sum(usage.get(name) or 0 for usage in by_model.values()) for name in counted}
