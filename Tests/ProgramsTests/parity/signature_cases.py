"""Signature strings: good ones, odd ones and broken ones."""

from collections.abc import Iterator
from typing import Any

from samples import SAMPLES

INSTRUCTIONS: list[str | None] = [
    None,
    "",
    "Answer the question.",
    "Answer.\nBe brief.",
    "\n    Indented as in a class.\n\n    With a second paragraph,\n        and a deeper line.\n    ",
    "   leading spaces",
    "trailing spaces   \n\n",
    "Tabs\tand\ttabs\n\tsecond",
    "Unicode: é 日本 🦊\u2028after a line separator\x0cafter a form feed\r\nafter a return",
    "Markers [[ ## answer ## ]] and <answer> and {answer} and %s",
]

# fmt: off
FORMS: list[str] = [
    "", "->", "a->", "->b", "a -> b", "a->b", " a  ->  b ", "a\n->\nb", "a,\nb -> c", "a, -> b,", "a,,b->c", ",a->b",
    "a->b->c", "a=>b", "a - > b", "a -> -> b", "a ->> b", "a <- b", "a → b", "a\u2013>b", "a:int->b:str",
    "a : int -> b : str", "a: int = 3 -> b", "a=3 -> b", "a, b=1 -> c", "a=1, b -> c", "a -> b: int = 3",
    "a: Optional[int]=None -> b", "*args -> b", "a, *args -> b", "a, *args: int, b -> c", "a, **kw -> b",
    "a, *, b -> c", "a, /, b -> c", "*, a -> b", "*, -> b", "/ -> b", "a, a -> b", "a: int, a: str -> b", "a -> b, b",
    "a -> a", "a, b -> b, a, c", "A -> a", "question, context -> answer: bool, confidence: float",
    "question: str, context: list[str] -> answer: str", "complete -> completed", "name -> description",
    "desc -> prefix", "question -> reasoning, answer", "text->label", "a: dspy.Image, b: NoneType -> c",
    "a: list[dspy.Image], b: NoneType -> c", "a:str,b:int->c:float", "a:int,->b:int,", "a\t->\tb", "a\r\n-> b",
    "a\x0c-> b", "a\x0b-> b", "a\u00a0 -> b", "a\u200b -> b", "a\u3000-> b", "\ufeffa -> b", "a\x00 -> b",
    "a -> b # comment", "a # c\n, d -> b", "a \\\n, d -> b", "a) : pass\ndef g(x -> b", "a): pass; (b -> c",
    "a -> b): pass\nx = (1", "a: int\n->\nb: Literal['x',\n'y']", "a: dict[\n  str,\n  int,\n] -> b", '"a" -> b',
    "a -> b;", "a; b -> c", "(a) -> b", "a -> b.", "a? -> b", "a! -> b", "a b -> c", "a.b -> c", "a-b -> c", "a: -> b",
    "a: str? -> b", "a: list int -> b", "a: list<int> -> b", "a: list[int -> b", "a: list[int]] -> b", "a: (int -> b",
    "a: int | -> b", "a: | int -> b", 'a: "x->y" -> b', "a: Literal['->'] -> b", "a: Literal['x] -> b",
    "a: Literal['x\ny'] -> b", "a: int -> b: -> c", 'question: str -> answer: str "desc"',
    "question: string -> answer: text", "a: int; -> b", "a as b -> c", "a: int b -> c", "a -> b: __import__('os')",
    "a: (yield) -> b", "a: (x:=int) -> b", "a: [i for i in x] -> b", "a: await x -> b", "... -> b",
    "a: " + "list[" * 30 + "int" + "]" * 30 + " -> b", "a: " + "list[" * 250 + "int" + "]" * 250 + " -> b",
    "a: " + " | ".join(["int", "str"] * 50) + " -> b", ", ".join(f"f{i}" for i in range(300)) + " -> answer",
]
# fmt: on

# fmt: off
NAMES: list[str] = [
    "self", "cls", "print", "type", "match", "case", "list", "str", "id", "input", "output", "json", "schema", "copy",
    "dict", "class", "def", "None", "True", "async", "await", "lambda", "in", "is", "not", "import", "from", "yield",
    "_a", "__a", "_", "__b__", "a_", "a1", "a__b", "1a", "instructions", "fields", "signature", "input_fields",
    "output_fields", "model_fields", "model_config", "model_dump", "model_x", "model_json_schema", "equals", "append",
    "with_instructions", "dump_state", "construct", "validate", "mro", "register", "question2answer", "HTMLParser", "é",
    "ñandú", "质问", "ﬁeld", "\u210c", "\uff41", "a٣", "٣", "a\u0301", "e\u0301", "a\U0001d4b3", "ª",
    "a·b", "a‿b", "Ω", "ß", "🦊",
    "a\u2019b",
    "soft", "x" * 200, "dspy", "completed", "dspy_root", "entry", "item", "key", "history", "tools", "demos", "config",
]
# fmt: on

# fmt: off
TYPES: list[str] = [
    "Optional[int | str]", "Optional[str | int]", "List[Union[int, str]]", "List[Union[str, int]]", "list[str | int]",
    "object", "type", "bytearray", "Ellipsis", "range", "list['int']", "list[...]", "list[int, str]", "list[()]",
    "dict[str]", "dict[float, int]", "dict[bool, int]", "dict[tuple[int, int], str]", "dict[Any, Any]",
    "dict[Optional[int], str]", "tuple[...]", "tuple[int, ..., str]", "tuple[tuple[int, str], ...]", "set[list[int]]",
    "set[tuple[int, int]]", "set[Any]", "Optional[Optional[int]]", "Optional[None]", "Optional", "Union", "Union[int]",
    "Union[int, int]", "Union[()]", "Union[int, Union[str, float]]", "Optional[int, str]", "Union[None, int]",
    "Union[int, str, None]", "None | None", "int | int", "Optional[int] | str", "None | str", "'int' | None", "'int'",
    "int|None", "list[int]|None", "str | None | int", "Literal", "Literal[()]", "Literal[-1]", "Literal[+1]",
    "Literal[a]", 'Literal["a" "b"]', "Literal[0x10, 0o7, 0b1, 1_000]", "Literal['a', 'a']", "Literal[1, True]",
    "Literal[0, False]", "Literal[1.5]", "Literal[...]", "Literal[None]", "Literal[b'x']", "Literal[Literal['a'], 'b']",
    "Literal[f'x']", "Literal[u'x']", "Literal[r'\\d']", "Literal['\\q']", "Literal['''x''']",
    "Literal['\\u00e9', '\\x41', '\\N{BULLET}', '\\101']", "Literal['a\\nb', '\\t']", "Literal[' a ']",
    "Literal['a;b', 'c: d']", "Literal[99999999999999999999]", "Literal[1, '1']", "Literal['None', None]",
    "Literal[1j]", "Literal['a',]", "Literal['a'],", "Literal['a', Literal['b', 1]]", "Literal[int]",
    "Literal['\U0001f98a', '\u00a0']", "Literal[\"a'b\", 'c\"d', 'e\\'f\"g']", "Literal['\\x00']", "Literal[(1, 2)]",
    "Literal[not True]", "Literal['a' 'b', 'c']", "Literal[007]", "Literal[1_]", "Iterable[int]", "Iterator[int]",
    "Collection[int]", "Type[int]", "type[int]", "Generator[int, None, None]", "ChainMap[str, int]",
    "Callable[[int], str]", "Callable[..., str]", "ClassVar[int]", "Final[int]", "Required[int]", "Self",
    "Annotated[int]", "Annotated[int, Field(gt=0)]", "Annotated[str, 'doc']", "list[Annotated[int, Field(gt=0)]]",
    "Field(gt=0)", "Hashable", "List", "Dict", "Tuple", "Sequence", "Callable", "List[List[int]]", "typing.List[int]",
    "typing.Optional[int]", "typing.Any", "typing.Literal['a']", "typing.Union[int, str]", "typing.Nothing", "NoReturn",
    "AnyStr", "Pattern", "Match[str]", "IO[str]", "datetime", "date", "datetime.timezone", "datetime.nothing",
    "Decimal", "UUID", "Path", "Enum", "enum.Enum", "enum.IntEnum", "collections.defaultdict",
    "collections.OrderedDict[str, int]", "collections.deque[int]", "collections.Counter[str]", "fractions.Fraction",
    "numbers.Number", "pathlib.PurePath", "ipaddress.IPv4Address", "builtins.int", "re.Pattern",
    "collections.abc.Sequence[int]", "collections.namedtuple", "dspy", "dspy.nothing", "dspy.Prediction",
    "dspy.Example", "dspy.Type", "dspy.Signature", "dspy.Module", "dspy.LM", "dspy.Predict", "dspy.Citations",
    "dspy.Document", "dspy.BaseLM", "dspy.Code['python']", 'dspy.Code["C++"]', "dspy.Code[python]", "dspy.Code[int]",
    "dspy.adapters.Image", "dspy.History", "list[dspy.History]", "list[dspy.Reasoning]", "Optional[dspy.Code]",
    "dspy.Image | None", "dspy.ToolCalls.ToolCall", "dspy.image", "foo", "Foo[int]", "[int]", "(int, str)", "(int)",
    "{}", "{'a': int}", "3", "3.0", "True", "...", "int if x else str", "lambda: 3", "int()", "int + str", "int & str",
    "not int", "b'x'", "yield", "int[str]", "str[int]", "x.y", "list[int][0]", "int.real", "str.upper", "list[*a]",
    "list[int,]", "list[(int, str)]", "dict[(str, int)]", "list[int:str]", "dict[str:int]", "array", "number", "text",
    "string", "json", "boolean", "integer", "String", "Int", "STR", "Str", "list[ str ]", "list [int]", "any", "ANY",
    "callable", "enum", "double", "float32", "char", "List[string]", "dict[string, int]", "map", "Map[str, int]",
    "str.__class__", "int.__name__", "dspy.__name__", "list[list]", "dict[str, dict]", "tuple[list, dict]",
    "Optional[list]",
]
# fmt: on


def cases() -> Iterator[dict[str, Any]]:
    """Every signature case."""
    for form in FORMS:
        yield from _case("form", form)
    for name in NAMES:
        yield from _case("name", f"{name} -> answer")
        yield from _case("name", f"question -> {name}")
    for written in [*SAMPLES, *TYPES]:
        yield from _case("type", f"question -> answer: {written}")
        yield from _case("type", f"value: {written}, more -> answer: str, score: float")
    for instructions in INSTRUCTIONS:
        yield from _case("instructions", "question: str -> answer: int", instructions)
        yield from _case("instructions", "->", instructions)


def _case(group: str, text: str, instructions: str | None = None) -> Iterator[dict[str, Any]]:
    yield {"kind": "signature", "group": group, "signature": text, "instructions": instructions}
