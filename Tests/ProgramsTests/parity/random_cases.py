"""Cases from a generator of random numbers: the same from the same seed."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from parse_cases import xml_element
from samples import RAW_VALUES, SAMPLES, TEXTS, TEXTS_OF

# fmt: off
NAMES = ("question", "context", "answer", "reasoning", "score", "label", "é", "x1", "items", "note", "Q")
ATOMS = (
    "str", "int", "float", "bool", "Any", "None", "datetime.date", "decimal.Decimal", "Literal['a', 'b']",
    "Literal[1, 2]",
)
WORDS = (
    "Paris", "a b", "", "é日🦊", "line\nbreak", '"q"', "it's", "<b>&amp;</b>", "[[ ## x ## ]]", "null", "1,2", "{",
    "]", "«»",
)
NOISE = (
    *"\"'{}[]()<>/\\,:;&#`*- \n\t\r.0189eEnatrufls_é\u2028", "```", "[[ ## ", " ## ]]", "null", "\\n", "//",
    "&lt;", "</",
)
# fmt: on


def cases(random: Random, count: int) -> Iterator[dict[str, Any]]:
    """So many cases, of the three kinds: a sixth signatures, a third prompts, half answers."""
    for index in range(count):
        make: Callable[[Random], dict[str, Any]] = (
            signature_case if index % 6 == 0 else prompt_case if index % 6 in (1, 2) else parse_case
        )
        yield make(random)


# --- Signatures


def random_type(random: Random, depth: int = 2) -> str:
    """A type as a signature spells it."""
    shape = random.randrange(12) if depth else random.randrange(4)
    inner = [random_type(random, depth - 1) for _ in range(2)] if shape >= 4 else []
    match shape:
        case 4 | 5:
            return f"list[{inner[0]}]"
        case 6:
            return f"dict[str, {inner[0]}]"
        case 7:
            return f"Optional[{inner[0]}]"
        case 8:
            return f"{inner[0]} | {inner[1]}"
        case 9:
            return f"tuple[{inner[0]}, {random.choice(['...', inner[1]])}]"
        case 10:
            return f"Union[{inner[0]}, {inner[1]}, None]"
        case 11:
            return random.choice(list(SAMPLES))
        case _:
            return random.choice(ATOMS)


def random_signature(random: Random) -> tuple[str, dict[str, str], dict[str, str]]:
    """A signature with the types of its inputs and outputs."""
    names = random.sample(NAMES, random.randint(2, 6))
    split = random.randint(1, len(names) - 1)
    # A field of type None is one of the deviations, which the hand-written cases cover.
    fields = {name: _without_none(random_type(random)) for name in names}
    inputs = {name: fields[name] for name in names[:split]}
    outputs = {name: fields[name] for name in names[split:]}
    return f"{_side(random, inputs)} -> {_side(random, outputs)}", inputs, outputs


def _without_none(written: str) -> str:
    return "str" if written == "None" else written


def _side(random: Random, fields: dict[str, str]) -> str:
    plain = [
        name if written == "str" and random.random() < 0.5 else f"{name}: {written}" for name, written in fields.items()
    ]
    return ", ".join(plain)


def signature_case(random: Random) -> dict[str, Any]:
    """A signature, now and then with a slip in it."""
    text, _, _ = random_signature(random)
    if random.random() < 0.4:
        text = slip(random, text, tuple(" ,:|[]()'\"->=.?é1x\n"))
    instructions = random.choice([None, None, "Do it.", " Do\n  it.\n"])
    return {"kind": "signature", "group": "any", "signature": text, "instructions": instructions}


# --- Prompts


def random_json(random: Random, depth: int = 2) -> Any:
    """Any JSON value."""
    shape = random.randrange(9) if depth else random.randrange(6)
    match shape:
        case 0:
            return random.choice([None, True, False])
        case 1:
            return random.randint(-(10 ** random.randint(1, 25)), 10 ** random.randint(1, 25))
        case 2:
            return random.choice([random.uniform(-10, 10), random.random() * 10 ** random.randint(-12, 25), 3.0])
        case 6 | 7:
            return [random_json(random, depth - 1) for _ in range(random.randint(0, 3))]
        case 8:
            return {random.choice(WORDS): random_json(random, depth - 1) for _ in range(random.randint(0, 3))}
        case _:
            return "".join(random.choice(WORDS) for _ in range(random.randint(1, 3)))


def random_value(random: Random, written: str) -> Any:
    """A value for a field, which fits more often than not."""
    if written in SAMPLES and random.random() < 0.7:
        return random.choice(SAMPLES[written])
    return random_json(random)


def _values(random: Random, fields: dict[str, str], share: float) -> dict[str, Any]:
    return {name: random_value(random, written) for name, written in fields.items() if random.random() < share}


def prompt_case(random: Random) -> dict[str, Any]:
    """A call with random inputs, demos and turns."""
    text, inputs, outputs = random_signature(random)
    history = None
    if random.random() < 0.3:
        text = f"history: dspy.History, {text}"
        history = [_values(random, inputs | outputs, 0.8) for _ in range(random.randint(0, 3))]
    return {
        "kind": "prompt",
        "group": "any",
        "signature": text,
        "instructions": random.choice([None, "Do it.", "  Do it\n    well.\n\nNow."]),
        "adapter": random.choice(("chat", "json", "xml")),
        "inputs": _values(random, inputs, 0.9),
        "demos": [_values(random, inputs | outputs, random.choice([0.6, 1.0])) for _ in range(random.randint(0, 3))],
        "history": history,
    }


# --- Answers


def parse_case(random: Random) -> dict[str, Any]:
    """An answer that is right, or was, before something befell it."""
    text, _, outputs = random_signature(random)
    adapter = random.choice(("chat", "json", "json", "xml"))
    answer = _answer(random, adapter, outputs)
    if random.random() < 0.6:
        for _ in range(random.randint(1, 3)):
            answer = slip(random, answer, NOISE)
    return {
        "kind": "parse",
        "group": "any",
        "signature": text,
        "instructions": None,
        "adapter": adapter,
        "text": answer,
    }


def _answer(random: Random, adapter: str, outputs: dict[str, str]) -> str:
    if adapter == "chat":
        sections = [f"[[ ## {name} ## ]]\n{_value_text(random, written)}" for name, written in outputs.items()]
        return "\n\n".join([*sections, "[[ ## completed ## ]]\n"])
    if adapter == "xml":
        return "\n".join(xml_element(name, random_value(random, written)) for name, written in outputs.items())
    raws = {name: _raw_value(random, written) for name, written in outputs.items()}
    return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {raw}" for name, raw in raws.items()) + "}"


def _value_text(random: Random, written: str) -> str:
    if random.random() < 0.4:
        return random.choice(TEXTS_OF.get(written, TEXTS))
    value = random_value(random, written)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _raw_value(random: Random, written: str) -> str:
    if random.random() < 0.3:
        return random.choice(RAW_VALUES)
    return json.dumps(random_value(random, written), ensure_ascii=False)


def slip(random: Random, text: str, noise: tuple[str, ...]) -> str:
    """The text with a piece lost, doubled, moved or put in."""
    start = random.randint(0, len(text))
    end = min(len(text), start + random.choice([1, 1, 1, 2, 5, 20]))
    piece = text[start:end]
    match random.randrange(6):
        case 0 | 1:
            return text[:start] + text[end:]
        case 2:
            return text[:start] + piece + text[start:]
        case 3:
            return text[:start] if start > len(text) // 2 else text[start:]
        case _:
            return text[:start] + random.choice(noise) + text[start:]
