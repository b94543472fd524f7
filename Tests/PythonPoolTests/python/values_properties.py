"""Properties of the wire form, checked in a worker with values that Hypothesis makes."""

import collections
import gc
import random
import sys

import _dspex
import hypothesis
from hypothesis import strategies as st

import values_fixture as fixture
from values_fixture import same


def round_trip(value):
    return _dspex.decode(_dspex.encode(value))


def examples_come_back():
    """The names of the examples that do not come back as they went."""
    return [name for name, value in fixture.EXAMPLES.items() if not same(value, round_trip(value))]


def changed_records_come_back():
    return [repr(value) for value in fixture.changed_records() if not same(value, round_trip(value))]


texts = st.text(st.characters(exclude_categories=())) | st.text("ab", max_size=3)
zones = st.none() | st.timezones() | st.just(fixture.datetime.timezone.utc) | st.builds(
    fixture.datetime.timezone,
    st.timedeltas(min_value=fixture.datetime.timedelta(hours=-23), max_value=fixture.datetime.timedelta(hours=23)),
)
hashable_atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**200), 2**200),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    texts,
    st.binary(max_size=20),
    st.dates(),
    st.times(),
    st.datetimes(timezones=zones),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.uuids(),
    st.builds(fixture.pathlib.PurePosixPath, st.text("a/.é", max_size=5)),
    st.sampled_from([*fixture.Colour, *fixture.Level, fixture.Access(3), fixture.Access(0), ..., fixture.BERLIN]),
    st.builds(range, st.integers(), st.integers(), st.integers(1, 9)),
)
nans = st.integers(1, 2**51 - 1).map(fixture.quiet_nan)
atoms = hashable_atoms | st.floats() | nans | st.builds(complex, nans, st.floats()) | st.decimals() | st.just(fixture.decimal.Decimal("sNaN7"))
hashables = st.recursive(
    hashable_atoms,
    lambda inner: st.lists(inner, max_size=3).map(tuple)
    | st.frozensets(inner, max_size=3)
    | st.builds(fixture.Point, inner, inner)
    | st.builds(fixture.Frozen, key=texts, values=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
names = st.text("abcdefgh", min_size=1, max_size=3)


def containers(inner):
    return st.one_of(
        st.lists(inner, max_size=4),
        st.lists(st.floats(), max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(hashables, inner, max_size=4),
        st.builds(slice, inner, inner, inner),
        st.builds(fixture.Point, inner, inner),
        st.builds(fixture.Node, names, st.lists(inner, max_size=2), inner),
        st.builds(fixture.Anybody, inner),
        st.builds(fixture.Model.model_construct, name=texts, more=inner),
    )


values = st.recursive(
    atoms | st.sets(hashables, max_size=4) | hashables | st.binary(max_size=8).map(bytearray), containers, max_leaves=12
)


def tangle(value, seed):
    """Ties parts of a value together: what was equal or apart becomes one object, now and then one that contains itself."""
    chance = random.Random(seed)
    open_parts, seen = [], set()

    def walk(part):
        if id(part) in seen:
            return
        if type(part) is list:
            seen.add(id(part))
            open_parts.append(part)
            for item in list(part):
                walk(item)
        elif type(part) is dict:
            seen.add(id(part))
            open_parts.append(part)
            for item in list(part.values()):
                walk(item)
        elif type(part) is tuple or isinstance(part, fixture.Point):
            seen.add(id(part))
            open_parts.append(part)
            for item in part:
                walk(item)
        elif isinstance(part, fixture.Node):
            seen.add(id(part))
            open_parts.append(part)
            walk(part.children)
        elif isinstance(part, (fixture.Model, fixture.Anybody, bytearray, slice)):
            seen.add(id(part))
            open_parts.append(part)

    walk(value)
    for _ in range(chance.randrange(4)):
        if not open_parts:
            break
        into, what = chance.choice(open_parts), chance.choice(open_parts)
        # These are made of their content in one step, so they cannot contain themselves.
        if isinstance(what, (fixture.Point, slice)):
            continue
        if type(into) is list:
            into.append(what)
        elif type(into) is dict:
            into[f"tied {len(into)}"] = what
        elif isinstance(into, fixture.Node):
            into.parent = what
        elif isinstance(into, fixture.Model):
            into.tied = what
    return value


def random_values_come_back(count, seed):
    """How many values were tried; raises for the first that does not come back as it went, reduced."""
    tried = 0

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=False
    )
    @hypothesis.given(values, st.integers())
    def comes_back(value, knots):
        nonlocal tried
        tried += 1
        value = tangle(value, knots)
        data = _dspex.encode(value)
        back = _dspex.decode(data)
        assert same(value, back), (value, back)
        assert same(value, _dspex.decode(_dspex.encode(back)))

    comes_back()
    return tried



def everything():
    """One value that holds an example of each kind, much of it twice, and itself."""
    examples = dict(fixture.EXAMPLES)
    value = [examples, *fixture.changed_records(), fixture.Node("root", [examples])]
    value[-1].parent = value
    value.append((value, memoryview(b"view")))
    return value


def memory_after(rounds):
    """What encoding and decoding everything over and over leaves: (growth of reference counts, of objects, of kB of memory)."""
    value = everything()
    data = _dspex.encode(value)
    sentinels = [
        value, fixture.EXAMPLES, fixture.Node, fixture.Colour.RED, fixture.Access.READ, fixture.BERLIN, fixture.EXAMPLES["list"],
        fixture.EXAMPLES["bytearray"], fixture.EXAMPLES["dataclass"][0], None, True, (), "values_fixture",
    ]  # fmt: skip
    broken = [data[:-1], data + b"\0", data.replace(b"\x09dataclass", b"\x09dataklass"), data.replace(b"timedelta", b"timedelte")]
    hopeless = [object(), [fixture.Node("n", [object()])], nested(600)]

    def once():
        _dspex.decode(_dspex.encode(value))
        _dspex.decode(data)

    def fail_once():
        for item in broken:
            try:
                _dspex.decode(item)
            except _dspex.DecodeError:
                continue
            raise AssertionError("broken bytes were accepted")
        for item in hopeless:
            try:
                _dspex.encode(item)
            except _dspex.EncodeError:
                continue
            raise AssertionError("an object without wire form was accepted")

    def measure():
        gc.collect()
        with open("/proc/self/statm") as statm:
            pages = int(statm.read().split()[1])
        return [sys.getrefcount(item) for item in sentinels], len(gc.get_objects()), pages * 4

    for _ in range(50):
        once()
        fail_once()
    before = measure()
    for turn in range(rounds):
        once()
        if turn % 100 == 0:
            fail_once()
    after = measure()
    counts = [new - old for old, new in zip(before[0], after[0])]
    return counts, after[1] - before[1], after[2] - before[2]


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value



def word(number):
    return number.to_bytes(4, "little")


# A self-reference is written as [23, number]: 22 gives a container its number, 11 is a list, 13 a tuple, 14 a set, 16 a dict, 17 an
# object of a converter, 21 a mark, 0 None.
HOSTILE = {
    "a tuple that is made of itself": b"\x16\x0d" + word(1) + b"\x17" + word(0),
    "a tuple within a tuple that is made of it": b"\x16\x0d" + word(1) + b"\x0d" + word(1) + b"\x17" + word(0),
    "two tuples made of each other": b"\x16\x0d" + word(2) + b"\x0b" + word(1) + b"\x16\x0d" + word(1) + b"\x17" + word(0) + b"\x17" + word(1),
    "a tuple as a key within itself": b"\x16\x0d" + word(1) + b"\x10" + word(1) + b"\x17" + word(0) + b"\0",
    "a tuple in a set within itself": b"\x16\x0d" + word(1) + b"\x0b" + word(1) + b"\x0e" + word(1) + b"\x0d" + word(1) + b"\x17" + word(0),
    "a named tuple of an unfinished tuple": b"\x16\x0d"
    + word(1)
    + _dspex.encode(fixture.Point(1, None)).replace(b"\x15", b"", 1)[:-1]
    + b"\x17"
    + word(0),
    "a set within itself": b"\x16\x0e" + word(1) + b"\x17" + word(0),
    "a list as a key": b"\x10" + word(1) + b"\x0b" + word(0) + b"\0",
    "a list that is shared as a key": b"\x16\x0b" + word(1) + b"\x10" + word(1) + b"\x17" + word(0) + b"\0",
    "a number that is not there": b"\x0b" + word(1) + b"\x17" + word(0),
    "a number that is only a mark": b"\x0d" + word(2) + b"\x15\x0b" + word(0) + b"\x17" + word(0),
    "a number of four thousand million": b"\x17\xff\xff\xff\xff",
    "a prefix before None": b"\x16\0",
    "a prefix before a prefix": b"\x15\x16\x0b" + word(0),
    "a million prefixes": b"\x16" * 1_000_000,
    "lists of the one before, a thousand times": b"\x0b" + word(1000) + b"\x16\x0b" + word(0)
    + b"".join(b"\x16\x0b" + word(1) + b"\x17" + word(n) for n in range(999)),
    "tuples of the one before, a hundred thousand times": b"\x0b" + word(100_000) + b"\x16\x0d" + word(1) + b"\0"
    + b"".join(b"\x16\x0d" + word(1) + b"\x17" + word(n) for n in range(99_999)),
    "a reference to nothing": b"\x18" + b"\x07" * 8 + b"\x08\x01T",
    "an array": b"\x19",
    "an unknown converter": b"\x11\x08\x04none\0",
    "a converter's name that is a list": b"\x11\x0b" + word(0) + b"\0",
    "a shared converter's name that is a list": b"\x16\x11\x0b" + word(0) + b"\0",
    "half a complex": b"\x12" + b"\0" * 15,
    "a bytearray of four thousand million": b"\x13\xff\xff\xff\xff",
    "surrogates that are no UTF-8": b"\x14" + word(1) + b"\xff",
}  # fmt: skip

WRONG_PAYLOADS = [None, 1, "", "x", b"", (), (None,), (1, 2), [1], {}, {"a": 1}, (("m", "C"), {}), (("builtins", "int"), {}), (("os", "path"), {}),
                  (("values_fixture", "Node"), 1), (("values_fixture", "Node"), {"nme": 1}), (("values_fixture", "Node"), {}), (("values_fixture", "Colour"), "BLUE"),
                  (("values_fixture", "Colour"), []), (("values_fixture", "Point"), {"x": 1}), (("values_fixture", "Model"), {"nme": 1}), (("values_fixture", "nothing", 1, 2), {}),
                  (("values_fixture", "Model"), 1, 2, 3, 4), ("offset", "x", 0, None), ("zone", "../../etc/passwd"), ("zone", "No/Where"), (9999, 99, 99), (1, 0)]  # fmt: skip


def accepted(data):
    """The type of what was read, as its text may not be had: a record may lack what it should hold."""
    try:
        return type(_dspex.decode(data)).__name__
    except _dspex.DecodeError:
        return None


def hostile_bytes_accepted():
    """The names of the hostile frames that were taken for values. Those that would end the process do so."""
    found = {name: accepted(data) for name, data in HOSTILE.items()}
    return {name: value for name, value in found.items() if value is not None}


def wrong_payloads_accepted():
    """The records that were made of payloads of no such shape."""
    names = ["time", "datetime", "timezone", "UUID", "Path", "enum", "namedtuple", "dataclass", "pydantic"]
    found = {}
    for name in names:
        for payload in WRONG_PAYLOADS:
            frame = b"\x11" + _dspex.encode(name) + _dspex.encode(payload)
            for data in (frame, b"\x16" + frame):
                value = accepted(data)
                if value is not None:
                    found[f"{name} of {payload}"] = value
    return found


def mutated_bytes(count, seed):
    """How many of the frames with flipped bytes were read. What they are does not matter, but that the process lives."""
    chance = random.Random(seed)
    frames = [_dspex.encode(value) for value in (*fixture.EXAMPLES.values(), everything(), fixture.changed_records())]
    read = 0
    for _ in range(count):
        data = bytearray(chance.choice(frames))
        for _ in range(1 + chance.randrange(3)):
            data[chance.randrange(len(data))] = chance.choice((chance.randrange(256), chance.randrange(26)))
        read += accepted(bytes(data)) is not None
    return read


def strict_errors():
    """What is said of objects without a value form, and where they are."""
    values = [
        fixture.Node("n", [object()]),
        fixture.Point(1, {"a": object()}),
        {"rows": [fixture.Model(name="m", more=(object(),))]},
        fixture.datetime.datetime(2024, 1, 1, tzinfo=OddZone()),
        fixture.Money(1),
        slice(object()),
        collections.deque(),
    ]
    errors = []
    for value in values:
        try:
            _dspex.encode(value)
        except _dspex.EncodeError as error:
            errors.append(str(error))
    return errors


class OddZone(fixture.datetime.tzinfo):
    pass


def own_converters():
    """What is registered by a user: for a class and those derived from it, and by path and fields."""
    from dspex_worker import converters

    before = _raises(fixture.MoreMoney(1, 2))
    converters.register(
        "money",
        fixture.Money,
        lambda money: (type(money).__name__, vars(money)),
        lambda payload: getattr(fixture, payload[0])(**payload[1]),
        subclasses=True,
    )
    back = round_trip([fixture.Money(1), fixture.MoreMoney(2, [3])])
    kinds = [type(item).__name__ for item in back], back[1].cents, back[1].more
    converters.register("money", fixture.Money, lambda money: money.cents, fixture.Money)
    converters.register_class("other", "values_fixture.MoreMoney", ["cents", "more"])
    other = round_trip(fixture.MoreMoney(4, 5))
    return [before, *kinds, type(other).__name__, other.cents, other.more]


def _raises(value):
    try:
        _dspex.encode(value)
    except _dspex.EncodeError as error:
        return str(error)
    return None


def classes_are_forgotten():
    """Whether a class that nobody has any more is gone, and its instances on the wire are refused."""
    cls = fixture.local_class()
    data = _dspex.encode(cls(3))
    known = _dspex.decode(data) == cls(3)
    import weakref

    weak = weakref.ref(cls)
    del cls
    gc.collect()
    return [known, weak() is None, accepted(data)]


def numpy_scalars():
    import numpy

    return [numpy.complex128(1 + 2j), numpy.str_("a"), numpy.bytes_(b"b"), numpy.datetime64("2024-01-02"), numpy.uint64(2**64 - 1), numpy.void(b"ab"),
            numpy.datetime64("2024-01-02T03:04:05.123456789"), numpy.timedelta64(5, "ns"), numpy.timedelta64(5, "s")]  # fmt: skip

