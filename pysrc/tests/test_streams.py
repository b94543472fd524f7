"""The event loop that a thread keeps for the coroutines it is given, one after the other."""

import asyncio
import sys
import threading
import types

import pytest

from dspex_worker import streams


def test_a_loop_that_was_interrupted_serves_the_next_coroutine():
    """The interrupt comes between a coroutine's end and the callback that stops the loop, which would stop the next one's."""

    def interrupt():
        raise KeyboardInterrupt

    async def interrupted():
        asyncio.get_running_loop().call_soon(interrupt)

    async def next_one():
        await asyncio.sleep(0.001)
        return 2

    with pytest.raises(KeyboardInterrupt):
        streams.run(interrupted())
    assert streams.run(next_one()) == 2


def test_an_asynchronous_generator_is_closed_although_that_is_interrupted(monkeypatch):
    ended = []

    async def counts():
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("counts")

    loop_of_this_thread = streams._loop

    def interrupted_once():
        monkeypatch.setattr(streams, "_loop", loop_of_this_thread)
        raise KeyboardInterrupt

    iterator = streams.iterator(counts())
    assert next(iterator) == 1
    monkeypatch.setattr(streams, "_loop", interrupted_once)
    with pytest.raises(KeyboardInterrupt):
        streams.close(iterator)
    assert ended == ["counts"]


def test_a_coroutine_that_was_interrupted_ends_before_the_next_one():
    ended = []

    async def waits():
        asyncio.get_running_loop().call_soon(interrupt)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("waits")

    async def next_one():
        ended.append("next one")

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streams.run(waits())
    streams.run(next_one())
    assert ended == ["waits", "next one"]


def test_what_is_left_of_a_coroutine_that_failed_is_not_interrupted():
    """The worker throws nothing into a thread whose entry names a task: a loop that is left with its stop still to come ends the next coroutine."""
    entries = []

    def later(turns):
        if turns == 0:
            entries.append(streams.running[threading.get_ident()])
        else:
            asyncio.get_running_loop().call_soon(later, turns - 1)

    async def fails():
        # One turn for the coroutine's end and one for the loop's.
        later(2)
        raise ValueError

    with pytest.raises(ValueError, match="^$"):
        streams.run(fails())
    [(_, task)] = entries
    assert task.done()
    assert not streams.running


def test_a_callback_that_was_interrupted_is_reported_to_the_worker_and_another_failure_to_the_log(monkeypatch, caplog):
    thrown = KeyError("thrown")
    module = types.SimpleNamespace(cancel_again=lambda exception: exception is thrown)
    monkeypatch.setitem(sys.modules, "_dspex", module)

    def fail(error):
        raise error

    async def calls_back():
        for error in (thrown, ValueError("mine")):
            asyncio.get_running_loop().call_soon(fail, error)
        await asyncio.sleep(0)

    streams.run(calls_back())
    assert [str(record.exc_info[1]) for record in caplog.records] == ["mine"]
