"""The adapter for very small models: a prompt of a few dozen tokens, and an answer whose form is forced by a schema."""

import json
from typing import Any

import dspy
from dspy.adapters.utils import format_field_value, serialize_for_json


class JSONAdapter(dspy.JSONAdapter):
    """`CompactJSONAdapter`: DSPy's JSONAdapter, asking for the same schema and parsing alike, with a short prompt.

    A model of 135 million parameters answers worse the longer the prompt is, and learns nothing from a description of
    a format that its decoder is held to anyway. So the system message is the instructions and the names of the outputs
    (with their descriptions, where the signature has any), and a value is a line `Name: value`. It is meant for models
    that the capability `response_schema` was declared for; any other is told neither types nor choices.

    The class is named as its parent, because DSPy's StreamListener finds out how to read a stream by that name.
    """

    def format_system_message(self, signature: type[dspy.Signature]) -> str:
        """The instructions, and which outputs are wanted."""
        outputs = ", ".join(_output_label(name, field) for name, field in signature.output_fields.items())
        return f"{signature.instructions.strip()} Reply with a JSON object with: {outputs}."

    def format_user_message_content(
        self,
        signature: type[dspy.Signature],
        inputs: dict[str, Any],
        prefix: str = "",
        suffix: str = "",
        main_request: bool = False,
    ) -> str:
        """A line for each input that is given."""
        lines = [
            f"{name.replace('_', ' ').capitalize()}: {format_field_value(field_info=field, value=inputs[name])}"
            for name, field in signature.input_fields.items()
            if name in inputs
        ]
        return "\n".join(line for line in (prefix, *lines, suffix) if line)

    def user_message_output_requirements(self, signature: type[dspy.Signature]) -> None:
        """No reminder of the format: the schema is one."""

    def format_assistant_message_content(
        self, signature: type[dspy.Signature], outputs: dict[str, Any], missing_field_message: str | None = None
    ) -> str:
        """The outputs as JSON on one line."""
        values = {
            name: serialize_for_json(outputs.get(name, missing_field_message)) for name in signature.output_fields
        }
        return json.dumps(values, ensure_ascii=False)


CompactJSONAdapter = JSONAdapter


def _output_label(name: str, field: Any) -> str:
    description = field.json_schema_extra.get("desc")
    # Without a description DSPy sets the field's own name in this form.
    return f"{name} ({description})" if description and description != f"${{{name}}}" else name
