"""Exceptions as the host sees them."""

import subprocess
import sys
import textwrap

import pytest
from host_stand_in import UpcallError, over_the_wire
from specs import QA, STR, options

from dspex_worker import failures, programs

LM_ERRORS = {
    "auth": "LMAuthError",
    "billing": "LMBillingError",
    "rate_limit": "LMRateLimitError",
    "timeout": "LMTimeoutError",
    "server": "LMServerError",
    "transport": "LMTransportError",
    "lock_timeout": "LMLockTimeoutError",
    "invalid_request": "LMInvalidRequestError",
    "unsupported_model": "LMUnsupportedModelError",
    "context_length": "ContextWindowExceededError",
    "unsupported_feature": "LMUnsupportedFeatureError",
    "not_configured": "LMNotConfiguredError",
    "stream_assembly": "LMStreamAssemblyError",
    "collection_limit": "LMCollectionLimitError",
    "provider": "LMProviderError",
    "unknown_model": "LMConfigurationError",
    "ambiguous_model": "LMConfigurationError",
    "something_new": "LMProviderError",
}


def described(call, *arguments):
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        call(*arguments)
    description = failures.describe(caught.value)
    assert over_the_wire(description) == description
    *parts, classes = description
    assert classes[0] == parts[0]
    assert classes[-1] == "BaseException"
    return tuple(parts)


def test_every_code_that_dspy_knows_is_tried():
    from dspy._vendor.lm15 import errors

    assert set(errors._CODE_TO_CLASS) == set(LM_ERRORS) - {"something_new"}


@pytest.mark.parametrize(("code", "name"), LM_ERRORS.items())
def test_an_error_of_the_host_is_dspys_error_with_its_details(host, code, name):
    host.fail(code, "too much", status=429, retry_after=2, provider="acme", provider_code="E1", request_id="r-1")
    kind, message, traceback, details = described(programs.predict, "Predict", QA, {"question": "q"}, options())
    assert kind == f"dspy.utils.exceptions.{name}"
    assert "too much" in message
    assert "dspex_worker" in traceback
    assert details.pop("code")
    assert details == {
        "status": 429,
        "retry_after": 2.0,
        "provider": "acme",
        "provider_code": "E1",
        "request_id": "r-1",
        "model": "host/smollm2-135m-instruct",
    }


def test_details_that_the_host_does_not_give_are_left_out(host):
    host.fail("transport", "nobody there")
    details = described(programs.predict, "Predict", QA, {"question": "q"}, options())[3]
    assert details == {"code": "transport", "model": "host/smollm2-135m-instruct"}


def test_an_answer_that_cannot_be_parsed_is_told_with_what_was_expected(host):
    host.answer('{"answer": "yes", "n": "many"}')
    signature = ("S", None, QA[2], (("answer", STR, None), ("n", ("int",), None)))
    kind, message, _, details = described(programs.predict, "Predict", signature, {"question": "q"}, options())
    assert kind == "dspy.utils.exceptions.AdapterParseError"
    assert "many" in message
    assert details == {
        "code": "adapter_parse_error",
        "adapter": "JSONAdapter",
        "lm_response": '{"answer": "yes", "n": "many"}',
        "expected": ["answer", "n"],
        "parsed": ["answer", "n"],
    }


@pytest.mark.parametrize("text", ["", "no JSON at all", "[1, 2]", "{"])
@pytest.mark.parametrize("adapter", ["compact_json", "json", "chat"])
def test_garbage_is_a_parse_error_by_every_adapter(host, adapter, text):
    host.answer(text)
    details = described(programs.predict, "Predict", QA, {"question": "q"}, options(adapter))[3]
    assert details["code"] == "adapter_parse_error"
    assert details["expected"] == ["answer"]


@pytest.mark.parametrize(
    "answer", [{}, [], None, {"model": "m"}, {"model": "m", "finish_reason": "stop", "message": 3}]
)
def test_a_malformed_answer_of_the_host_is_an_unexpected_error_with_its_cause(host, answer):
    host.complete = lambda payload: answer
    kind, _, traceback, _ = described(programs.predict, "Predict", QA, {"question": "q"}, options())
    assert kind == "dspy.utils.exceptions.LMUnexpectedError"
    assert "response_from_dict" in traceback


def test_the_errors_of_this_package_bring_their_details():
    kind, message, _, details = described(programs.predict, "Predict", QA, {"question": 3}, options())
    assert kind == "dspex_worker.field_types.InputError"
    assert message == "question: expected str, got 3"
    assert details == {"code": "invalid_input", "field": "question", "expected": "str", "actual": "3"}


def test_a_failed_upcall_of_other_code_brings_what_the_host_said():
    kind, _, _, details, _ = failures.describe(UpcallError({"code": "tool", "message": "no", "n": 3, "more": [1]}))
    assert kind == "_dspex.UpcallError"
    assert details == {"code": "tool", "message": "no", "n": 3, "more": "[1]"}


def test_ordinary_exceptions_have_type_text_and_traceback():
    kind, message, traceback, details = described(lambda: int("x"))
    assert (kind, details) == ("ValueError", {})
    assert message in traceback
    assert described(__import__, "no_such_module")[0] == "ModuleNotFoundError"


class Nested:
    class OddError(Exception):
        """Nothing about it works."""

        def __str__(self):
            raise RuntimeError("no text")

        @property
        def code(self):
            raise RuntimeError("no code")


def test_an_exception_that_defends_itself_is_described_all_the_same():
    kind, message, traceback, details = described(raise_, Nested.OddError())
    assert kind == "test_failures.Nested.OddError"
    assert message == "<the message could not be formatted: RuntimeError>"
    assert "Nested.OddError" in traceback
    assert details == {}


def raise_(error):
    raise error


def test_long_and_undecodable_texts_are_made_to_fit():
    message = described(raise_, ValueError("a" * 200_000 + "z"))[1]
    assert len(message) < 66_000
    assert message.startswith("a")
    assert message.endswith("z")
    assert "134465 characters left out" in message
    assert described(raise_, ValueError("x\ud800"))[1] == "x\\ud800"


def test_an_endless_recursion_is_described():
    def recurse():
        recurse()

    kind, _, traceback, _ = described(recurse)
    assert kind == "RecursionError"
    assert len(traceback) < 66_000


def test_describing_does_not_import_dspy():
    script = """
        import sys
        from dspex_worker import converters, failures, lifecycle, worker, zygote
        try:
            raise KeyError("x")
        except KeyError as error:
            assert failures.describe(error)[:2] == ("KeyError", "'x'")
        assert not any(name.split(".")[0] in ("dspy", "pydantic") for name in sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=30)
