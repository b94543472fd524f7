"""Model texts: good ones, sloppy ones and broken ones, for each adapter and each type."""

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from model_texts import CHAT_TEXTS, JSON_TEXTS, XML_TEXTS, XML_VALUES
from samples import RAW_VALUES, SAMPLES, TEXTS, TEXTS_OF

# Types whose answers are not compared: what pydantic makes of them is lazy, or no answer at all.
UNPARSED = {"dspy.Tool", "list[dspy.Tool]"}

# Types in the company of which the shape of a whole answer is tried.
SHAPES = (
    "question -> answer",
    "question -> answer: int",
    "question -> answer: list[str]",
    "question -> answer: dict[str, Any]",
    "question -> answer: Optional[str]",
    "question -> answer: str, score: float",
    "question -> reasoning: str, answer: list[int], ok: bool",
    "question -> answer: Literal['yes', 'no'], note: Optional[int]",
)


def cases() -> Iterator[dict[str, Any]]:
    """Every parse case."""
    for written in SAMPLES:
        if written not in UNPARSED:
            yield from _values(written)
    for shape in SHAPES:
        for text in CHAT_TEXTS:
            yield _case("chat", "shape", shape, text)
        for text in JSON_TEXTS:
            yield _case("json", "shape", shape, text)
        for text in XML_TEXTS:
            yield _case("xml", "shape", shape, text)


def chat_text(value: str) -> str:
    """An answer of one field as the chat adapter asks for it."""
    return f"[[ ## answer ## ]]\n{value}\n\n[[ ## completed ## ]]"


def xml_element(tag: str, value: Any) -> str:
    """A value as the XML adapter asks for it."""
    if isinstance(value, list):
        inner = "".join(xml_element("item", item) for item in value)
    elif isinstance(value, dict):
        inner = "".join(
            xml_element(key, item) if key.isidentifier() else _entry(key, item) for key, item in value.items()
        )
    else:
        inner = escape(value if isinstance(value, str) else json.dumps(value))
    return f"<{tag}>{inner}</{tag}>"


def _entry(key: str, value: Any) -> str:
    return xml_element("entry", value).replace("<entry>", f'<entry key="{escape(key)}">', 1)


def _values(written: str) -> Iterator[dict[str, Any]]:
    signature = f"question -> answer: {written}"
    own = TEXTS_OF.get(written, [])
    for value in SAMPLES[written]:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield _case("chat", "good", signature, chat_text(text))
        yield _case("json", "good", signature, json.dumps({"answer": value}, ensure_ascii=False))
        yield _case("xml", "good", signature, xml_element("answer", value))
        yield _case("xml", "good", signature, f"<answer>\n{escape(text)}\n</answer>")
    for text in [*TEXTS, *own]:
        yield _case("chat", "value", signature, chat_text(text))
    for raw in RAW_VALUES:
        yield _case("json", "value", signature, f'{{"answer": {raw}}}')
    for text in own:
        yield _case("json", "text", signature, json.dumps({"answer": text}, ensure_ascii=False))
    for text in [*TEXTS[::4], *own[::2]]:
        yield _case("xml", "value", signature, f"<answer>{escape(text)}</answer>")
    for inner in XML_VALUES:
        yield _case("xml", "markup", signature, f"<answer>{inner}</answer>")


def _case(adapter: str, group: str, signature: str, text: str) -> dict[str, Any]:
    return {
        "kind": "parse",
        "group": group,
        "signature": signature,
        "instructions": None,
        "adapter": adapter,
        "text": text,
    }
