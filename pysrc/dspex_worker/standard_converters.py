"""The wire form of the standard library's values: dates and times, exact numbers, ids, paths."""

import datetime
import decimal
import fractions
import pathlib
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

_UTC = datetime.timezone.utc  # noqa: UP017  (the shorter name is a new object for each look-up of the module)


def _zone_payload(zone: datetime.tzinfo | None) -> object:
    """None, ("utc",), ("offset", seconds, microseconds, name or None), ("zone", key); any other zone as it travels by itself."""
    if zone is None:
        return None
    if zone is _UTC:
        return tuple(["utc"])  # made anew: a constant is one object, and would be written as what several share
    if type(zone) is datetime.timezone:
        offset, name = (*zone.__getinitargs__(), None)[:2]
        return ("offset", offset.days * 86400 + offset.seconds, offset.microseconds, name)
    if type(zone) is zoneinfo.ZoneInfo and zone.key is not None:
        return ("zone", zone.key)
    if type(zone).__module__ == "pydantic_core._pydantic_core":
        # What it reads from texts has offsets of a class of its own, equal to those of the standard library.
        return _zone_payload(datetime.timezone(zone.utcoffset(None)))  # type: ignore[arg-type]
    return zone


def _zone(payload: Any) -> datetime.tzinfo | None:
    if type(payload) is not tuple:
        return payload
    match payload:
        case ("utc",):
            return _UTC
        case ("offset", int(seconds), int(microseconds), None):
            return datetime.timezone(datetime.timedelta(0, seconds, microseconds))
        case ("offset", int(seconds), int(microseconds), str(name)):
            return datetime.timezone(datetime.timedelta(0, seconds, microseconds), name)
        case ("zone", str(key)):
            return zoneinfo.ZoneInfo(key)
    raise ValueError(f"no time zone: {payload!r}")


def _timezone(payload: Any) -> datetime.tzinfo:
    zone = _zone(payload)
    if not isinstance(zone, datetime.tzinfo):
        raise TypeError(f"no time zone: {payload!r}")
    return zone


def _zoneinfo_payload(zone: zoneinfo.ZoneInfo) -> object:
    if zone.key is None:
        raise TypeError("a ZoneInfo made from a file without a key has no wire form")
    return ("zone", zone.key)


def _time_payload(time: datetime.time) -> object:
    return (time.hour, time.minute, time.second, time.microsecond, time.fold, _zone_payload(time.tzinfo))


def _time(payload: Any) -> datetime.time:
    hour, minute, second, microsecond, fold, zone = payload
    return datetime.time(hour, minute, second, microsecond, _zone(zone), fold=fold)


def _datetime_payload(moment: datetime.datetime) -> object:
    return (
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond,
        moment.fold,
        _zone_payload(moment.tzinfo),
    )


def _datetime(payload: Any) -> datetime.datetime:
    year, month, day, hour, minute, second, microsecond, fold, zone = payload
    return datetime.datetime(year, month, day, hour, minute, second, microsecond, _zone(zone), fold=fold)


def _decimal(payload: Any) -> decimal.Decimal:
    if type(payload) is not str:
        raise TypeError(f"the payload of a Decimal is its text, not {payload!r}")
    return decimal.Decimal(payload)


def _uuid(payload: Any) -> uuid.UUID:
    return uuid.UUID(bytes=payload)


_PATHS = {
    cls.__name__: cls
    for cls in (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath)  # no other can be made on Linux
}


def _path_payload(path: pathlib.PurePath) -> object:
    return (type(path).__name__, str(path))


def _path(payload: Any) -> pathlib.PurePath:
    name, text = payload
    return _PATHS[name](text)


def _nothing(_: object) -> None:
    return None


def _ellipsis(_: object) -> object:
    return ...


Converter = tuple[str, type, Callable[[Any], object], Callable[[Any], object], bool]

# Name, type, to payload, from payload, whether it is immutable.
CONVERTERS: list[Converter] = [
    ("date", datetime.date, lambda date: (date.year, date.month, date.day), lambda payload: datetime.date(*payload), True),
    ("time", datetime.time, _time_payload, _time, True),
    ("datetime", datetime.datetime, _datetime_payload, _datetime, True),
    (
        "timedelta",
        datetime.timedelta,
        lambda delta: (delta.days, delta.seconds, delta.microseconds),
        lambda payload: datetime.timedelta(*payload),
        True,
    ),
    ("timezone", datetime.timezone, _zone_payload, _timezone, True),
    ("timezone", zoneinfo.ZoneInfo, _zoneinfo_payload, _timezone, True),
    ("Decimal", decimal.Decimal, str, _decimal, True),
    (
        "Fraction",
        fractions.Fraction,
        lambda fraction: (fraction.numerator, fraction.denominator),
        lambda payload: fractions.Fraction(*payload),
        True,
    ),
    ("UUID", uuid.UUID, lambda identifier: identifier.bytes, _uuid, True),
    *(("Path", cls, _path_payload, _path, True) for cls in _PATHS.values()),
    ("range", range, lambda numbers: (numbers.start, numbers.stop, numbers.step), lambda payload: range(*payload), True),
    ("slice", slice, lambda part: (part.start, part.stop, part.step), lambda payload: slice(*payload), False),
    ("ellipsis", type(...), _nothing, _ellipsis, True),
]
