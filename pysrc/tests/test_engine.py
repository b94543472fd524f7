"""The host's models as DSPy's engines: whole answers, streams, cancellation, and their asynchronous twins."""

import asyncio
import threading

import dspy
import pytest
from host_stand_in import HostCancelled, UpcallError, events, response
from specs import QA

from dspex_worker import engine as engine_module
from dspex_worker import programs
from dspex_worker.adapters import CompactJSONAdapter
from dspex_worker.engine import AsyncHostEngine, HostEngine
from dspex_worker.signatures import make_signature

SIGNATURE = make_signature(QA).cls
CHAT = "[[ ## answer ## ]]\nhello\n\n[[ ## completed ## ]]"


def context(adapter=None, **more):
    lm = programs.host_lm("m", True, False, False)
    return dspy.context(lm=lm, adapter=adapter or dspy.JSONAdapter(), trace=[], **more)


def request():
    from dspy.lm15 import Message, Request

    return Request(model="host/m", messages=(Message.user("hi"),))


# Whole answers


def test_capabilities_are_what_dspy_reads():
    plain, able = HostEngine(), HostEngine(response_schema=True, function_calling=True, reasoning=True)
    assert (plain.supports_response_schema, plain.supports_function_calling, plain.supports_reasoning) == (False,) * 3
    assert (able.supports_response_schema, able.supports_function_calling, able.supports_reasoning) == (True,) * 3
    assert "response_format" in plain.supported_params
    assert able.supported_params - plain.supported_params == {
        "tools", "tool_choice", "parallel_tool_calls", "reasoning_effort",
    }  # fmt: skip


def test_a_models_name_may_have_slashes(host):
    host.answer('{"answer": "x"}')
    with dspy.context(lm=programs.host_lm("openai/gpt-4o"), adapter=dspy.JSONAdapter()):
        dspy.Predict(SIGNATURE)(question="q")
    assert host.payloads[0]["model"] == "openai/gpt-4o"
    assert host.prompts()[0]["model"] == "host/openai/gpt-4o"


def test_dspy_does_not_retry(host):
    host.fail("rate_limit", retry_after=0.0)
    with context(), pytest.raises(dspy.LMRateLimitError):
        dspy.Predict(SIGNATURE)(question="q")
    assert len(host.payloads) == 1


def test_calls_of_several_threads_wait_for_the_host_at_the_same_time(host):
    together = threading.Barrier(4, timeout=20)

    def complete(payload):
        together.wait()
        return response('{"answer": "x"}')

    host.complete = complete
    with context():
        parallel = dspy.Parallel(num_threads=4, disable_progress_bar=True)
        results = parallel([(dspy.Predict(SIGNATURE), {"question": str(n)}) for n in range(4)])
    assert [result.answer for result in results] == ["x"] * 4


# Cancellation


def cancel(payload):
    raise HostCancelled("out of time")


def cancelled_by_code(payload):
    raise UpcallError({"code": "cancelled", "message": "out of time"})


@pytest.mark.parametrize("complete", [cancel, cancelled_by_code])
@pytest.mark.parametrize("name", ["Predict", "BestOfN", "Refine", "Parallel", "Parallel of one", "ReAct", "Evaluate"])
def test_a_cancelled_call_ends_every_module_at_once(host, name, complete):
    """An Exception would be swallowed: BestOfN tries again, ReAct notes it, Parallel and Evaluate go on."""
    host.complete = complete
    predict = dspy.Predict(SIGNATURE)
    example = dspy.Example(question="q", answer="a").with_inputs("question")
    run = {
        "Predict": lambda: predict(question="q"),
        "BestOfN": lambda: dspy.BestOfN(predict, N=3, reward_fn=lambda *_: 1.0, threshold=1.0)(question="q"),
        "Refine": lambda: dspy.Refine(predict, N=3, reward_fn=lambda *_: 1.0, threshold=1.0)(question="q"),
        "Parallel": lambda: dspy.Parallel(num_threads=2, disable_progress_bar=True)([(predict, {"question": "q"})] * 2),
        "Parallel of one": lambda: dspy.Parallel(num_threads=1, disable_progress_bar=True)(
            [(predict, {"question": "q"})] * 2
        ),
        "ReAct": lambda: dspy.ReAct(SIGNATURE, tools=[look_up])(question="q"),
        "Evaluate": lambda: dspy.Evaluate(devset=[example], metric=lambda *_: 1.0, num_threads=2)(predict),
    }[name]
    with context(max_trace_size=1000), pytest.raises(HostCancelled, match="out of time"):
        run()
    # Two at most: those that were on their way on two threads.
    assert 1 <= len(host.payloads) <= 2


def look_up(topic: str) -> str:
    """Ask the model again."""
    return dspy.Predict(SIGNATURE)(question=topic).answer


def test_a_tool_that_is_cancelled_ends_react(host):
    step = '{"next_thought": "t", "next_tool_name": "look_up", "next_tool_args": {"topic": "x"}}'

    def complete(payload):
        if len(host.payloads) == 1:
            return response(step)
        raise HostCancelled("out of time")

    host.complete = complete
    with context(), pytest.raises(HostCancelled):
        dspy.ReAct(SIGNATURE, tools=[look_up])(question="q")
    assert len(host.payloads) == 2


def test_react_notes_an_ordinary_failure_of_a_tool_and_goes_on(host):
    step = '{"next_thought": "t", "next_tool_name": "look_up", "next_tool_args": {"topic": "x"}}'
    script = [step, None, '{"next_thought": "t", "next_tool_name": "finish", "next_tool_args": {}}']

    def complete(payload):
        text = (
            script[len(host.payloads) - 1] if len(host.payloads) <= len(script) else '{"reasoning": "r", "answer": "a"}'
        )
        if text is None:
            raise UpcallError({"code": "server", "message": "broke"})
        return response(text)

    host.complete = complete
    with context():
        result = dspy.ReAct(SIGNATURE, tools=[look_up])(question="q")
    assert result.answer == "a"
    assert "broke" in result.trajectory["observation_0"]


# Streams


def stream_of(*items):
    def stream(payload):
        for item in items:
            if isinstance(item, BaseException):
                raise item
            yield item

    return stream


def test_a_stream_yields_the_hosts_events_and_is_closed_at_its_end(host):
    host.stream = stream_of(*events("he", "llo"))
    types = [event.type for event in HostEngine().stream(request())]
    assert types == ["start", "delta", "delta", "end"]
    assert host.closed == [1]


def test_nothing_is_asked_for_before_the_first_event_is_wanted(host):
    host.stream = stream_of(*events("x"))
    stream = HostEngine().stream(request())
    assert not host.payloads
    stream.close()
    assert not host.closed


def test_a_stream_that_is_left_early_tells_the_host_to_stop(host):
    host.stream = stream_of(*events("a", "b", "c"))
    stream = HostEngine().stream(request())
    next(stream)
    next(stream)
    assert host.closed == []
    stream.close()
    assert host.closed == [1]


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (UpcallError({"code": "rate_limit", "message": "slow down", "retry_after": 3}), dspy.LMRateLimitError),
        (HostCancelled("enough"), HostCancelled),
    ],
)
def test_a_stream_that_fails_raises_and_is_closed(host, failure, expected):
    host.stream = stream_of(*events("he")[:2], failure)
    streamed = dspy.streamify(dspy.Predict(SIGNATURE), async_streaming=False)
    with context(dspy.ChatAdapter()), pytest.raises(expected):
        list(streamed(question="q"))
    assert host.closed == [1]


def test_a_stream_without_an_end_is_an_error(host):
    host.stream = stream_of(*events("he")[:2])
    streamed = dspy.streamify(dspy.Predict(SIGNATURE), async_streaming=False)
    with context(dspy.ChatAdapter()), pytest.raises(dspy.LMStreamAssemblyError):
        list(streamed(question="q"))


@pytest.mark.parametrize("asynchronous", [False, True])
def test_streamify_gives_the_chunks_of_a_field_and_the_prediction(host, asynchronous):
    pieces = ["[[ ## answer ## ]]\n", "hel", "lo ", "wor", "ld", "\n\n[[ ## completed ## ]]"]
    host.stream = stream_of(*events(*pieces))
    streamed = dspy.streamify(
        dspy.Predict(SIGNATURE),
        stream_listeners=[dspy.streaming.StreamListener("answer")],
        is_async_program=asynchronous,
    )

    async def collect():
        with context(dspy.ChatAdapter()):
            return [item async for item in streamed(question="q")]

    *chunks, prediction = asyncio.run(collect())
    assert "".join(chunk.chunk for chunk in chunks) == "hello world"
    assert len(chunks) > 1
    assert prediction.answer == "hello world"


def test_the_compact_adapter_streams(host):
    host.stream = stream_of(*events('{"', "answer", '":', ' "', "hel", "lo", '"', "}"))
    streamed = dspy.streamify(
        dspy.Predict(SIGNATURE), stream_listeners=[dspy.streaming.StreamListener("answer")], async_streaming=False
    )
    with context(CompactJSONAdapter()):
        *chunks, prediction = streamed(question="q")
    assert "hello" in "".join(chunk.chunk for chunk in chunks)
    assert prediction.answer == "hello"


# Asynchronous


def test_asynchronous_calls_wait_for_the_host_at_the_same_time(host):
    """More of them than asyncio's own threads, which are six on two cores."""
    together = threading.Barrier(20, timeout=20)

    def complete(payload):
        together.wait()
        return response('{"answer": "x"}')

    host.complete = complete

    async def run():
        with context():
            return await asyncio.gather(*(dspy.Predict(SIGNATURE).acall(question=str(n)) for n in range(20)))

    assert [result.answer for result in asyncio.run(run())] == ["x"] * 20


@pytest.mark.parametrize("code", ["rate_limit", "timeout", "context_length"])
def test_an_asynchronous_call_fails_like_the_other(host, code):
    host.fail(code)

    async def run():
        with context():
            await dspy.Predict(SIGNATURE).acall(question="q")

    with pytest.raises(dspy.LMError):
        asyncio.run(run())


def test_an_asynchronous_call_is_cancelled_by_the_host(host):
    host.complete = cancel

    async def run():
        with context():
            await dspy.Predict(SIGNATURE).acall(question="q")

    with pytest.raises(HostCancelled):
        asyncio.run(run())


async def first_events(stream, count):
    return [await anext(stream) for _ in range(count)]


def test_an_asynchronous_stream_yields_the_events_and_is_closed_at_its_end(host):
    host.stream = stream_of(*events("he", "llo"))

    async def run():
        return [event.type async for event in AsyncHostEngine(HostEngine()).stream(request())]

    assert asyncio.run(run()) == ["start", "delta", "delta", "end"]
    assert host.closed == [1]


def test_an_asynchronous_stream_that_is_left_early_tells_the_host_to_stop_though_it_is_silent(host):
    """The host says nothing, and a thread waits for it: the word to stop must come past that thread."""

    def stream(payload):
        yield from events("a", "b")[:2]
        assert host.closing.wait(20)

    host.stream = stream

    async def run():
        stream = AsyncHostEngine(HostEngine()).stream(request())
        await first_events(stream, 2)
        await stream.aclose()

    asyncio.run(run())
    assert host.closed == [1]


def test_a_cancelled_task_ends_its_stream(host):
    def stream(payload):
        yield from events("a")[:1]
        assert host.closing.wait(20)

    host.stream = stream

    async def run():
        started = asyncio.Event()

        async def consume():
            async for _ in AsyncHostEngine(HostEngine()).stream(request()):
                started.set()

        task = asyncio.create_task(consume())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert host.closing.wait(20)
    assert host.closed == [1]


def test_a_slow_reader_of_an_asynchronous_stream_holds_the_host_back(host):
    produced = 0
    halted = threading.Event()

    def stream(payload):
        nonlocal produced
        yield events()[0]
        while True:
            produced += 1
            if produced == engine_module._STREAM_AHEAD:
                halted.set()
            yield events("x")[1]

    host.stream = stream

    async def run():
        stream = AsyncHostEngine(HostEngine()).stream(request())
        await anext(stream)
        await asyncio.to_thread(halted.wait, 20)
        await stream.aclose()

    asyncio.run(run())
    assert host.closing.wait(20)
    assert produced <= engine_module._STREAM_AHEAD + 2


@pytest.mark.parametrize("failure", [HostCancelled("enough"), UpcallError({"code": "server", "message": "broke"})])
def test_an_asynchronous_stream_passes_failures_on(host, failure):
    host.stream = stream_of(*events("he")[:2], failure)

    async def run():
        return [event async for event in AsyncHostEngine(HostEngine()).stream(request())]

    from dspy import lm15

    with pytest.raises((HostCancelled, lm15.ServerError)):
        asyncio.run(run())
    assert host.closed == [1]
