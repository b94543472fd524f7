"""Classes and values of every kind that the wire form carries, for the tests of values."""

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import struct
import typing
import uuid
import zoneinfo

import pydantic


class Colour(enum.Enum):
    RED = "r"
    GREEN = 2


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Name(enum.StrEnum):
    ADA = "ada"


Point = collections.namedtuple("Point", ["x", "y"])


class Place(typing.NamedTuple):
    name: str
    point: Point = Point(0, 0)


class Tagged(Point):
    """A named tuple with a dictionary of its own."""


@dataclasses.dataclass
class Node:
    name: str
    children: list = dataclasses.field(default_factory=list)
    parent: "Node | None" = None
    depth: int = dataclasses.field(default=0, init=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Frozen:
    key: str
    values: tuple = ()


T = typing.TypeVar("T")


@dataclasses.dataclass
class Box(typing.Generic[T]):
    content: T


@dataclasses.dataclass(eq=False)
class Anybody:
    """Hashed by identity."""

    friends: object = None

    def __post_init__(self):
        self.remark = "kept beside the fields"


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")

    name: str
    count: int = 3
    children: "list[Model]" = []
    _secret: int = pydantic.PrivateAttr(default=7)


class Wrapped(pydantic.RootModel[list[int]]):
    pass


class MyInt(int):
    pass


class MyList(list):
    pass


class Money:
    def __init__(self, cents):
        self.cents = cents


class MoreMoney(Money):
    def __init__(self, cents, more):
        super().__init__(cents)
        self.more = more


def local_class():
    @dataclasses.dataclass
    class Local:
        x: int

    return Local


Local = local_class()
_Hidden = Local  # its qualified name leads nowhere
del Local

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def quiet_nan(payload):
    return struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | payload))[0]


EXAMPLES = {
    "None": None,
    "bool": True,
    "int": 2**200 - 1,
    "float": -0.0,
    "nan": quiet_nan(0x1234),
    "inf": float("-inf"),
    "complex": complex(-0.0, float("nan")),
    "str": "naïve 日本 🦊",
    "surrogates": "a\ud800b\udfff\U0001f98a",
    "bytes": b"\x00\xff",
    "bytearray": bytearray(b"ab"),
    "list": [1, [2.0], []],
    "tuple": (1, (), [3]),
    "set": {1, "a", (2, 3)},
    "frozenset": frozenset({b"x", frozenset()}),
    "dict": {1: "int", (1, None): "tuple", None: "none", "a\udc80": 1, 0.5: b"", frozenset({1}): 2},
    "date": datetime.date(1969, 7, 20),
    "time": datetime.time(23, 59, 58, 999999, fold=1),
    "time with a zone": datetime.time(1, 2, tzinfo=datetime.timezone.utc),
    "datetime": datetime.datetime(1, 1, 1),
    "datetime in UTC": datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, datetime.timezone.utc),
    "datetime with an offset": datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=-3, microseconds=1))),
    "datetime with a name": datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=1), "CET")),
    "datetime in a zone": datetime.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
    "timezone": [datetime.timezone.utc, BERLIN],
    "timedelta": datetime.timedelta(days=-3, seconds=7, microseconds=1),
    "Decimal": [decimal.Decimal(text) for text in ("-0", "1E+9999", "0.10", "NaN", "-sNaN123", "Infinity", "-0E-7")],
    "Fraction": fractions.Fraction(-(2**70), 3),
    "UUID": uuid.UUID("12345678-1234-5678-1234-567812345678"),
    "Path": [pathlib.Path("/a/b c"), pathlib.PurePosixPath("."), pathlib.PureWindowsPath("c:\\x"), pathlib.Path("f\udc80")],
    "range": range(10, -(2**80), -3),
    "slice": slice(None, 5, [1]),
    "ellipsis": ...,
    "Enum": [Colour.RED, Colour.GREEN, Level.HIGH, Name.ADA],
    "Flag": [Access.READ, Access.READ | Access.WRITE, Access(0)],
    "namedtuple": [Point(1, [2]), Place("here", Point(3, 4))],
    "dataclass": [Node("n", [Node("child")]), Frozen(key="k", values=(1, 2)), Anybody([1]), Box[int](1)],
    "pydantic": [Model(name="a", children=[Model(name="b", extra_field=1)]), Wrapped([1, 2])],
    "local class": _Hidden(5),
}


def names():
    return list(EXAMPLES)


def example(name):
    return EXAMPLES[name]


def is_example(name, value):
    return same(EXAMPLES[name], value)


def changed_records():
    """Records whose state is not that of new ones."""
    node = Node("n")
    node.depth = 5
    node.later = "added"
    tagged = Tagged(1, 2)
    tagged.label = "t"
    model = Model(name="a", more=[1])
    model._secret = 8
    model.count = 3
    return [node, tagged, model, Model.model_construct(name=5)]


def read_by_pydantic(text):
    return pydantic.TypeAdapter(datetime.datetime).validate_python(text)


def is_moment(text, value):
    return value == read_by_pydantic(text)


ATOMS = (
    type(None), bool, int, float, complex, str, bytes, datetime.date, datetime.time, datetime.datetime, datetime.timedelta,
    datetime.timezone, zoneinfo.ZoneInfo, decimal.Decimal, fractions.Fraction, uuid.UUID, pathlib.PosixPath, pathlib.PurePosixPath,
    pathlib.PureWindowsPath, range, type(...),
)  # fmt: skip


def same(left, right, seen=None):
    """Whether two values are alike in everything: types, bits of floats, order, what is one object and what only equal."""
    seen = {} if seen is None else seen
    if type(left) is not type(right):
        return False
    kind = type(left)
    if kind is float:
        return struct.pack("<d", left) == struct.pack("<d", right)
    if kind is complex:
        return struct.pack("<2d", left.real, left.imag) == struct.pack("<2d", right.real, right.imag)
    if kind is decimal.Decimal:
        return left.as_tuple() == right.as_tuple()
    if kind in (datetime.time, datetime.datetime):
        return left.replace(tzinfo=None) == right.replace(tzinfo=None) and left.fold == right.fold and same(left.tzinfo, right.tzinfo, seen)
    if kind is datetime.timezone:
        return left.__getinitargs__() == right.__getinitargs__()
    if kind is zoneinfo.ZoneInfo:
        return left.key == right.key
    if kind is range:
        return (left.start, left.stop, left.step) == (right.start, right.stop, right.step)
    if kind in ATOMS:
        return left == right
    if isinstance(left, enum.Enum):
        return left is right
    if left == () and kind is tuple:
        return right == ()
    # One object here is one object there, and two are two. The objects are kept, so that no other takes the id of one.
    for one, other in ((left, right), (right, left)):
        if id(one) in seen:
            return seen[id(one)][0] is other
    seen[id(left)], seen[id(right)] = (right, left), (left, right)
    if kind is bytearray:
        return left == right
    if kind is slice:
        return all(same(getattr(left, part), getattr(right, part), seen) for part in ("start", "stop", "step"))
    if isinstance(left, (list, tuple)):
        if len(left) != len(right) or not all(same(a, b, seen) for a, b in zip(left, right)):
            return False
    elif isinstance(left, (set, frozenset)):
        # Their order depends on how they were filled.
        ordered = [sorted(part, key=text_of) for part in (left, right)]
        if len(left) != len(right) or not all(same(a, b, seen) for a, b in zip(*ordered)):
            return False
    elif isinstance(left, dict):
        if len(left) != len(right) or not all(same(a, b, seen) for a, b in zip(left, right)):
            return False
        if not all(same(a, b, seen) for a, b in zip(left.values(), right.values())):
            return False
    state = [state_of(value) for value in (left, right)]
    return state[0] is None or same(state[0], state[1], seen)


def text_of(value):
    """What tells elements of a set apart."""
    if isinstance(value, (tuple, frozenset)):
        parts = list(map(text_of, value))
        return repr((type(value).__name__, sorted(parts) if isinstance(value, frozenset) else parts))
    if type(value) in (float, complex):
        return struct.pack("<2d", complex(value).real, complex(value).imag).hex()
    return f"{type(value).__name__} {value!r}"


def state_of(value):
    """What an object holds beside what it contains, always in one order."""
    if isinstance(value, pydantic.BaseModel):
        state = pydantic.BaseModel.__getstate__(value)
        state["__dict__"] = dict(state["__dict__"])
        return [dict(part) if isinstance(part, dict) else part for part in (state[name] for name in sorted(state))]
    if dataclasses.is_dataclass(value):
        # A default that only the class has is the instance's own when it comes back.
        names = [field.name for field in dataclasses.fields(value) if hasattr(value, field.name)]
        others = [name for name in getattr(value, "__dict__", {}) if name not in names and name != "__orig_class__"]
        return [names, others, [getattr(value, name) for name in names + others]]
    attributes = getattr(value, "__dict__", None)
    return [list(attributes.values()), list(attributes)] if attributes else None
