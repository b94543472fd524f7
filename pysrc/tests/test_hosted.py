"""Closures and sequences of the host."""

import copy
import pickle

import pytest
from host_stand_in import UpcallError

from dspex_worker import hosted, tools


def test_a_closure_is_held_for_as_long_as_it_is_there(host):
    function = hosted.Callable(3)
    assert host.held == [3]
    other = hosted.Callable(3)
    del function
    assert host.held == [3]
    del other
    assert host.held == []


def test_a_closure_is_called_by_position_and_by_name(host):
    host.answers["callable:3"] = lambda payload: payload
    assert hosted.Callable(3)(1, two=2) == ((1,), {"two": 2})


def test_a_closure_raises_what_the_host_says(host):
    def fail(payload):
        raise UpcallError({"code": "host", "message": "no", "raises": "LookupError"})

    host.answers["callable:3"] = fail
    with pytest.raises(LookupError, match="no") as raised:
        hosted.Callable(3)()
    assert isinstance(raised.value, tools.ToolError)
    assert raised.value.__context__ is None


def test_closures_are_equal_when_they_are_the_same(host):
    one, same, other = hosted.Callable(1), hosted.Callable(1), hosted.Callable(2)
    assert one == same and hash(one) == hash(same)
    assert one != other and one != hosted.Iterable(1)
    assert copy.deepcopy({"key": one})["key"] is one
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(one)


def test_leaving_a_sequence_closes_its_stream(host, monkeypatch):
    import _dspex

    streams = iter(range(7, 100))
    items = iter([(True, 1), (True, 2), (False, None)] * 2)
    monkeypatch.setattr(_dspex, "open_stream", lambda name, payload: next(streams))
    monkeypatch.setattr(_dspex, "next_item", lambda stream: next(items))
    sequence = hosted.Iterable(5)
    assert list(sequence) == [1, 2]
    assert host.closed == [7]
    for item in sequence:
        assert item == 1
        break
    assert host.closed == [7, 8]


def test_an_error_of_a_sequence_comes_after_its_items(host, monkeypatch):
    import _dspex

    def next_item(stream):
        raise UpcallError({"message": "broken"})

    monkeypatch.setattr(_dspex, "open_stream", lambda name, payload: 1)
    monkeypatch.setattr(_dspex, "next_item", next_item)
    with pytest.raises(tools.ToolError, match="broken"):
        next(iter(hosted.Iterable(5)))
    assert host.closed == [1]


def test_both_are_registered_to_arrive(host):
    hosted.install()
    assert set(host.converters) == {"callable", "iterator"}
