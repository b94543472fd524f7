"""Runs DSPy's programs for the host.

Importing this module sets DSPy up for a worker: its functions remember (`memoise`), and the process's life is hooked
so that the zygote has everything imported and a worker's first request finds everything warm (`warmup`).
"""

from typing import Any

import dspy

from dspex_worker import dspy_converters, lifecycle, request_options, warmup
from dspex_worker.bounded import BoundedCache
from dspex_worker.engine import PREFIX, AsyncHostEngine, HostEngine, answered
from dspex_worker.program_cache import ADAPTERS, program_for

warmup.register()
lifecycle.at_worker(dspy_converters.register)

_lms: BoundedCache[dspy.LM] = BoundedCache(64)


def predict(kind: str, signature: tuple[Any, ...], inputs: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Run `Predict` or `ChainOfThought` once.

    `signature` is what `signatures.make_signature` takes, `options` what `request_options.parse` takes. Returns
    `{"outputs": {field: plain value}, "usage": {"prompt_tokens", "completion_tokens", "total_tokens"} or None,
    "model", "text", "attempts"}`; records are dictionaries, ChainOfThought's `reasoning` is among the outputs, `text` is
    what the model wrote last and `attempts` how often it was asked.

    Raises `SignatureError`, `InputError` or `OptionsError` (all ValueErrors) before anything is sent, DSPy's LM errors
    when the model fails, and `AdapterParseError` when its answer does not have the outputs.
    """
    parsed = request_options.parse(options)
    program = program_for(kind, signature)
    lm = host_lm(parsed.model, *parsed.capabilities)
    texts: list[str] = []
    token = answered.set(texts)
    try:
        outputs, usage = program.run(lm, ADAPTERS[parsed.adapter], inputs, parsed.demos, parsed.config)
    finally:
        answered.reset(token)
    return {
        "outputs": outputs,
        "usage": usage,
        "model": parsed.model,
        "text": texts[-1] if texts else None,
        "attempts": len(texts) or 1,
    }


def host_lm(
    model: str, response_schema: bool = False, function_calling: bool = False, reasoning: bool = False
) -> dspy.LM:
    """The host's model of that name as DSPy has it, with the capabilities that the host declares."""

    def make() -> dspy.LM:
        engine = HostEngine(response_schema=response_schema, function_calling=function_calling, reasoning=reasoning)
        # Cache and retries are the host's, which knows what else is going on.
        return dspy.LM(PREFIX + model, engine=engine, async_engine=AsyncHostEngine(engine), cache=False, num_retries=0)

    return _lms.get((model, response_schema, function_calling, reasoning), make)
