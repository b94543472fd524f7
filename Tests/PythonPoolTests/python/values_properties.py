"""Properties of the wire form, checked in a worker with values that Hypothesis makes."""

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

