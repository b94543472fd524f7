"""Where the Swift side is not to do as DSPy: found from the signature itself, so that no case forgets to say so."""

import ast
import re
import unicodedata

NAME_TWICE = "a name twice on one side"
MISSING_SIDE = "no field on one side"
DEFAULT_DROPPED = "a default is dropped"
FIELDS_DROPPED = "star, keyword-only or positional-only fields are dropped"
NONE_IS_TEXT = "a field of type None becomes text"
TEXT_AFTER = "text after the closed field list is ignored"
MEMBER_NAME = "a field named like a member of DSPy's signature class"
BEYOND = "a type that is accepted by accident"
PREDICT_NAME = "a name that dspy.Predict takes itself"
QUOTED_TYPE = "a type in quotes"
ODD_LITERAL = "a Literal of something else than constants, of one twice, or of a number that has no 64 bits"
NONE_ALONE = "an optional nothing"
NONE_TYPE = "NoneType is None here"
TOOL_OUTPUT = "a tool as an output, for which DSPy has no schema"
LANGUAGE_TUPLE = "dspy.Code[…] in a string breaks every prompt"

# Types that DSPy takes because pydantic happens to, and that nobody means in a signature.
_BEYOND = re.compile(
    r"\b(enum|fractions|ipaddress|builtins|collections\.abc)\.|\b(ClassVar|Final|Self)\b|__\w+__"
    r"|\b(Type|Generator|Callable|Annotated)\[|\bdspy\.(Type|Signature|ToolCallResults|adapters|ToolCalls\.ToolCall)\b"
    r"|\bpathlib\.PurePath\b"
    r"|\b(list|dict)\[\(|\blist\[int, ?str|: *\(|Literal\[(\.\.\.|\d+\.)"
)
_ODD_LITERAL = re.compile(r"Literal\[(int|\(|\d+j|\d{19,}|'a', 'a'\])|\\N\{")
_QUOTED_TYPE = re.compile(r"\blist\['|: *'")
_NONE_ALONE = re.compile(r"\b(Optional|Union)\[(None,? *)+\]|\bNone *(\| *None)+")
_MEMBERS = {"model_fields", "model_fields_set", "model_json_schema"}
_PREDICT_NAMES = {"completions", "config", "demos", "lm", "new_signature", "self"}


def deviation(signature: str) -> str | None:
    """Why the Swift side may refuse, or read otherwise, a signature that DSPy takes."""
    if signature.count("->") != 1:
        return None
    sides = [_arguments(side) for side in signature.split("->")]
    if any(side is None for side in sides):
        return None
    if re.search(r"\bdspy\.Tool\b", signature.split("->")[1]):
        return TOOL_OUTPUT
    return next((reason for reason in map(_deviation_of_side, sides, signature.split("->")) if reason), None)


def _arguments(side: str) -> tuple[ast.arguments, int] | None:
    try:
        body = ast.parse(f"def f({side}): pass").body
    except (SyntaxError, ValueError):
        return None
    return (body[0].args, len(body)) if isinstance(body[0], ast.FunctionDef) else None


def _deviation_of_side(parsed: tuple[ast.arguments, int], text: str) -> str | None:
    arguments, statements = parsed
    names = [unicodedata.normalize("NFKC", argument.arg) for argument in arguments.args]
    checks = {
        TEXT_AFTER: statements > 1,
        FIELDS_DROPPED: bool(arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg),
        DEFAULT_DROPPED: bool(arguments.defaults),
        MISSING_SIDE: not names,
        NAME_TWICE: len(set(names)) < len(names),
        NONE_IS_TEXT: any(_is_none(argument.annotation) for argument in arguments.args),
        MEMBER_NAME: bool(_MEMBERS & set(names)),
        PREDICT_NAME: bool(_PREDICT_NAMES & set(names)),
        QUOTED_TYPE: bool(_QUOTED_TYPE.search(text)),
        ODD_LITERAL: bool(_ODD_LITERAL.search(text)) or _repeats_itself(text),
        NONE_ALONE: bool(_NONE_ALONE.search(text)),
        NONE_TYPE: "NoneType" in text,
        LANGUAGE_TUPLE: "dspy.Code[" in text,
        BEYOND: bool(_BEYOND.search(text)),
    }
    return next((reason for reason, found in checks.items() if found), None)


def _is_none(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Constant) and annotation.value is None


def _repeats_itself(text: str) -> bool:
    """Whether a Literal of the text holds a value twice."""
    for values in re.findall(r"Literal\[([^\]]*)\]", text):
        parts = [part.strip() for part in values.split(",") if part.strip()]
        if len(set(parts)) < len(parts):
            return True
    return False
