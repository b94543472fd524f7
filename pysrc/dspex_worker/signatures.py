"""Builds DSPy signatures from what the host has parsed, and checks values against them.

The host sends nested tuples, never a signature string: DSPy resolves the names in a string by importing modules and
by looking into its callers' variables.
"""

import keyword
import warnings
from dataclasses import dataclass
from typing import Any

import dspy
import pydantic

from dspex_worker.field_types import Admit, InputError, RecordTypes, SignatureError, build_type, field_parts

# `copy`, `json` and the like are fine names for a field; pydantic warns that they hide its own methods.
warnings.filterwarnings("ignore", message=r"Field name .* shadows an attribute in parent", category=UserWarning)

# Attributes of a signature class that DSPy itself reads.
_RESERVED = frozenset({"fields", "input_fields", "output_fields", "instructions", "signature"})
# Keywords that DSPy's modules take beside the inputs.
_RESERVED_FOR_INPUTS = frozenset({"config", "demos", "lm", "self"})


@dataclass(frozen=True, slots=True)
class BuiltSignature:
    """A DSPy signature class, and what admits a value into each of its fields."""

    cls: type[dspy.Signature]
    inputs: dict[str, Admit]
    outputs: dict[str, Admit]
    optional_inputs: frozenset[str]

    def admit_inputs(self, values: object) -> dict[str, Any]:
        """The inputs as DSPy takes them: records are models, text is without markers.

        An optional input may be left out. Raises `InputError` naming the field, what was expected and what came.
        """
        if not isinstance(values, dict):
            raise InputError("inputs", "a dictionary", values)
        unknown = [name for name in values if name not in self.inputs]
        if unknown:
            raise InputError.unknown(unknown, self.inputs)
        missing = [name for name in self.inputs if name not in values and name not in self.optional_inputs]
        if missing:
            raise InputError.missing(missing)
        return {name: self.inputs[name](value, name) for name, value in values.items()}

    def admit_demos(self, demos: object, extra_outputs: dict[str, Admit]) -> list[dict[str, Any]]:
        """Worked examples: each a dictionary of some of the fields; a field that is None counts as not given.

        `extra_outputs` are fields that the module adds to the signature. DSPy's own mark `augmented` is dropped.
        """
        if not isinstance(demos, list | tuple):
            raise InputError("demos", "a list of dictionaries", demos)
        fields = {**self.inputs, **extra_outputs, **self.outputs}
        admitted = []
        for index, demo in enumerate(demos):
            path = f"demos[{index}]"
            if not isinstance(demo, dict):
                raise InputError(path, "a dictionary", demo)
            given = {name: value for name, value in demo.items() if name != "augmented" and value is not None}
            unknown = [name for name in given if name not in fields]
            if unknown:
                raise InputError.unknown(unknown, fields, within=path)
            admitted.append({name: fields[name](value, f"{path}.{name}") for name, value in given.items()})
        return admitted


def make_signature(signature: object) -> BuiltSignature:
    """Build the DSPy signature of `(name, instructions or None, inputs, outputs)`.

    Inputs and outputs are tuples of `(field name, type, description or None)`, perhaps with a default and constraints; the types are those of
    `field_types.build_type`. Without instructions DSPy's own default is used. Raises `SignatureError`, a ValueError
    that says which part of the signature is wrong.
    """
    if not isinstance(signature, tuple) or len(signature) != 4:
        raise SignatureError("signature", "must be a tuple (name, instructions, inputs, outputs)")
    name, instructions, inputs, outputs = signature
    if not isinstance(name, str) or not name.isidentifier():
        raise SignatureError("signature", f"the name must be an identifier, not {name!r}")
    if instructions is not None and not isinstance(instructions, str):
        raise SignatureError("signature", "the instructions must be text or None")
    records = RecordTypes()
    fields: dict[str, tuple[Any, pydantic.fields.FieldInfo]] = {}
    sides: list[dict[str, Admit]] = []
    optional: set[str] = set()
    for side, specs, make_field in (("inputs", inputs, dspy.InputField), ("outputs", outputs, dspy.OutputField)):
        admit: dict[str, Admit] = {}
        for field, type_, arguments in _field_specs(side, specs):
            if field in fields:
                raise SignatureError(f"{side}.{field}", "the name is used twice")
            _require_usable(field, side)
            built = build_type(type_, f"{side}.{field}", records)
            if "description" in arguments:
                arguments["desc"] = arguments.pop("description")
            fields[field] = (built.annotation, make_field(**arguments))
            admit[field] = built.admit
            if side == "inputs" and (built.optional or "default" in arguments):
                optional.add(field)
        sides.append(admit)
    cls = dspy.make_signature(fields, instructions or None, name)
    return BuiltSignature(cls, sides[0], sides[1], frozenset(optional))


def _field_specs(side: str, specs: object) -> list[tuple[str, object, dict[str, Any]]]:
    if not isinstance(specs, tuple) or not specs:
        raise SignatureError(side, "must be a tuple of at least one (field name, type, description)")
    for spec in specs:
        if not isinstance(spec, tuple) or len(spec) < 3:
            raise SignatureError(side, f"a field must be a tuple (name, type, description), not {spec!r}")
        if not isinstance(spec[0], str):
            raise SignatureError(side, f"a field's name must be text, not {spec[0]!r}")
        if spec[2] is not None and not isinstance(spec[2], str):
            raise SignatureError(f"{side}.{spec[0]}", "the description must be text or None")
    return [field_parts(spec, side) for spec in specs]


def _require_usable(field: str, side: str) -> None:
    path = f"{side}.{field}"
    if not field.isidentifier() or keyword.iskeyword(field) or field.startswith("_"):
        raise SignatureError(path, "a field's name must be an identifier that does not begin with an underscore")
    if (
        field in _RESERVED
        or (side == "inputs" and field in _RESERVED_FOR_INPUTS)
        or (field.startswith("model_") and hasattr(pydantic.BaseModel, field))
    ):
        raise SignatureError(path, "DSPy uses this name itself; choose another")
