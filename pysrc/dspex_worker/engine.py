"""The engines through which DSPy reaches the host's language models.

An engine makes one attempt. Retries, the cache, budgets and keys are the host's, which it asks by upcall.
"""

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from dspy.lm15 import LM15Error, Request, Response

from dspex_worker import lm15_serde
from dspex_worker.lm15_serde import StreamEvent

PREFIX = "host/"

# The texts that models wrote for the request that is being served, in order; None when nobody asks for them.
answered: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("answered", default=None)

_BASIC_PARAMS = frozenset({
    "temperature", "max_tokens", "top_p", "top_k", "stop", "seed", "frequency_penalty", "presence_penalty", "logprobs",
    "top_logprobs", "logit_bias", "user", "service_tier", "metadata", "response_format",
})  # fmt: skip
_TOOL_PARAMS = frozenset({"tools", "tool_choice", "parallel_tool_calls"})
_REASONING_PARAMS = frozenset({"reasoning_effort"})

# How many calls of an asynchronous program can wait for the host at once. asyncio's own pool has six threads on two
# cores, which is made for work and not for waiting.
_ASYNC_THREADS = 64
# How many events of a stream may be ahead of their reader. Past it the host's flow control is left to hold the model.
_STREAM_AHEAD = 64


class HostEngine:
    """A model of the host, as DSPy's engine contract has it. Safe from many threads at once, cheap, without state.

    The capabilities are those that the host declares for the model: whether it can be held to a JSON schema, call
    functions, and reason. Failures come out as lm15's errors, by the code that the host gave. When the host has given
    the call up, `_dspex.HostCancelled` passes through, which is no `Exception` on purpose: DSPy's modules turn those
    into observations, failed attempts or None, and would go on.
    """

    def __init__(
        self, *, response_schema: bool = False, function_calling: bool = False, reasoning: bool = False
    ) -> None:
        self.supports_response_schema = response_schema
        self.supports_function_calling = function_calling
        self.supports_reasoning = reasoning
        self.supported_params = (
            _BASIC_PARAMS
            | (_TOOL_PARAMS if function_calling else frozenset())
            | (_REASONING_PARAMS if reasoning else frozenset())
        )

    def complete(self, request: Request) -> Response:
        """Ask the host for the whole answer, and wait for it without the GIL."""
        import _dspex  # exists in workers only, and this module is imported by the zygote

        try:
            answer = _dspex.upcall("lm.complete", _payload(request))
        except _dspex.UpcallError as error:
            _raise(error)
        response = lm15_serde.response_from_dict(answer)
        if (texts := answered.get()) is not None:
            texts.append("".join(part.text for part in response.message.parts if part.type == "text"))
        return response

    def stream(self, request: Request) -> Iterator[StreamEvent]:
        """Yield the answer's events as they come. A generator that is closed early tells the host to stop."""
        stream = _HostStream(request)
        try:
            while (event := stream.next()) is not None:
                yield event
        finally:
            stream.close()

    def close(self) -> None:
        """Nothing to release. DSPy borrows engines and does not close them."""


class AsyncHostEngine:
    """The same for asynchronous programs: the waiting is done by threads, the event loop stays free.

    Cancelling a task does not reach a completion that is on its way; its thread waits for the host's answer, which is
    then dropped. It does end a stream.
    """

    def __init__(self, engine: HostEngine) -> None:
        self._engine = engine

    async def complete(self, request: Request) -> Response:
        """Ask the host for the whole answer."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            _executor(), context.run, self._engine.complete, request
        )

    async def stream(self, request: Request) -> AsyncIterator[StreamEvent]:
        """Yield the answer's events as they come. Closed or cancelled early, it tells the host to stop."""
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[tuple[StreamEvent | None, BaseException | None]] = asyncio.Queue()
        ahead = threading.Semaphore(_STREAM_AHEAD)
        stream = _HostStream(request)

        def put(event: StreamEvent | None, error: BaseException | None = None) -> None:
            try:
                loop.call_soon_threadsafe(events.put_nowait, (event, error))
            except RuntimeError:
                stream.close()  # the loop is gone, and the reader with it

        def pump() -> None:
            try:
                while not stream.closed and (event := stream.next()) is not None:
                    put(event)
                    ahead.acquire()
                put(None)
            except BaseException as error:
                put(None, error)
            finally:
                stream.close()

        loop.run_in_executor(_executor(), contextvars.copy_context().run, pump)
        try:
            while True:
                event, error = await events.get()
                if error is not None:
                    raise error
                if event is None:
                    return
                ahead.release()
                yield event
        finally:
            stream.close()
            ahead.release()  # a pump that is held by the bound sees that the stream is closed

    async def aclose(self) -> None:
        """Nothing to release."""


class _HostStream:
    """A stream of the host: opened when its first event is asked for, closed once, from whatever thread."""

    def __init__(self, request: Request) -> None:
        self._payload: dict[str, Any] | None = _payload(request)
        self._stream: int | None = None
        self._lock = threading.Lock()
        self.closed = False

    def next(self) -> StreamEvent | None:
        """The next event, or None at the end."""
        import _dspex

        try:
            if self._payload is not None:
                payload, self._payload = self._payload, None
                self._opened(_dspex.open_stream("lm.stream", payload))
            if self.closed or self._stream is None:
                return None
            more, item = _dspex.next_item(self._stream)
        except _dspex.UpcallError as error:
            _raise(error)
        return lm15_serde.stream_event_from_dict(item) if more else None

    def _opened(self, stream: int) -> None:
        with self._lock:
            self._stream = stream
            close = self.closed  # while it was being opened
        if close:
            _close(stream)

    def close(self) -> None:
        """Tell the host to stop, if it was ever asked to begin."""
        with self._lock:
            close = not self.closed and self._stream is not None
            self.closed = True
        if close and self._stream is not None:
            _close(self._stream)


def _close(stream: int) -> None:
    import _dspex

    _dspex.close_stream(stream)


def _payload(request: Request) -> dict[str, Any]:
    return {"model": request.model.removeprefix(PREFIX), "request": lm15_serde.request_to_dict(request)}


def _raise(error: Exception) -> NoReturn:
    """Raise the lm15 error that the host's code stands for, without the upcall in its traceback."""
    info: dict[str, Any] = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    code = str(info.get("code", "provider"))
    if code == "cancelled":
        import _dspex

        raise _dspex.HostCancelled(info.get("message", "")) from None
    kind: type[LM15Error] = lm15_serde.error_class_for_code(code)
    raise kind(
        str(info.get("message", "the host gave no reason")),
        provider=info.get("provider"),
        provider_code=info.get("provider_code"),
        status=info.get("status"),
        request_id=info.get("request_id"),
        retry_after=info.get("retry_after"),
    ) from None


_threads: ThreadPoolExecutor | None = None
_threads_lock = threading.Lock()


def _executor() -> ThreadPoolExecutor:
    # Made on first use: the zygote may have no thread, and a worker that runs nothing asynchronous needs none.
    global _threads
    with _threads_lock:
        if _threads is None:
            _threads = ThreadPoolExecutor(_ASYNC_THREADS, thread_name_prefix="dspex-upcall")
        return _threads
