"""Code that models write: the session that runs it, the interpreter that DSPy sees, and DSPy's modules on both."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import dspy
import pytest
from dspy.primitives.code_interpreter import CodeExecutionError, CodeInterpreter, CodeInterpreterError, FinalOutput
from host_stand_in import HostCancelled, over_the_wire
from scripts import Closure, by_payload, fields, last_message, system_message
from specs import INT, QA, STR, options

from dspex_worker import code_sessions, interpreters, modules, tools

SUM = ("Sum", None, (("question", STR, None),), (("answer", INT, None),))


class Room:
    """The host: has code run by the other half of the bridge, in this process, and carries the calls of tools back."""

    def __init__(self):
        self.requests = []

    def __call__(self, request):
        self.requests.append(over_the_wire(request))
        request = dict(request)
        session = request["session"]
        if request.pop("operation") == "close":
            return code_sessions.close(session)

        def call(name, args, kwargs):
            try:
                return over_the_wire(interpreters.call_tool(session, name, over_the_wire(args), over_the_wire(kwargs)))
            except Exception as error:
                raise tools.ToolError(str(error)) from None

        return over_the_wire(code_sessions.execute(call=call, **request))


@pytest.fixture
def room():
    room = Room()
    yield room
    assert not code_sessions._sessions, "a session was not closed"
    assert not interpreters._running


@pytest.fixture
def session():
    yield "s"
    code_sessions.close("s")


# The session


def test_a_session_keeps_its_variables_and_says_what_came_of_the_code(session):
    first = code_sessions.execute(session, "x = n + 1\nprint('x is', x)", {"n": 2})
    assert first == {"value": None, "output": "x is 3\n", "final": None, "error": None}
    assert code_sessions.execute(session, "x * 2", number=1)["value"] == 6
    assert code_sessions.execute(session, "[x, (1, 2)]", number=2)["value"] == [3, [1, 2]]
    assert code_sessions.execute(session, "{1, 2}", number=3)["value"] == "{1, 2}"
    assert code_sessions.close(session)
    lost = code_sessions.execute(session, "x", number=4)
    assert lost["error"]["kind"] == "session"
    assert not code_sessions.close(session)


def test_sessions_do_not_see_each_other_nor_the_bridge(session):
    code_sessions.execute(session, "secret = 1")
    other = code_sessions.execute("t", "secret")
    assert other["error"]["type"] == "NameError"
    names = code_sessions.execute("t", "sorted(globals())", number=1)["value"]
    assert names == ["SUBMIT", "__builtins__", "__name__"]
    changed = code_sessions.execute("t", "__builtins__['len'] = None", number=2)
    assert changed["error"] is None
    assert len("ab") == 2
    code_sessions.close("t")


def test_errors_are_data(session):
    code = "def f():\n    return 1 / 0\n\nprint('before')\nf()"
    outcome = code_sessions.execute(session, code)
    assert outcome["output"] == "before\n"
    error = outcome["error"]
    assert (error["kind"], error["type"], error["message"]) == ("code", "ZeroDivisionError", "division by zero")
    assert error["traceback"] == [
        '  File "<code 1>", line 5, in <module>', "    f()", '  File "<code 1>", line 2, in f', "    return 1 / 0",
        "           ~~^~~",
    ]  # fmt: skip
    syntax = code_sessions.execute(session, "x = (", number=1)["error"]
    assert (syntax["kind"], syntax["type"]) == ("syntax", "SyntaxError")
    assert code_sessions.execute(session, "a\0b", number=2)["error"]["kind"] == "syntax"
    assert code_sessions.execute(session, "exit(3)", number=3)["error"]["type"] == "SystemExit"
    assert code_sessions.execute(session, "def f(): f()\nf()", number=4)["error"]["type"] == "RecursionError"
    bad = "class E(Exception):\n    def __str__(self): raise ValueError\nraise E"
    assert code_sessions.execute(session, bad, number=5)["error"]["message"] == "the error has no text"


def test_what_is_too_long_is_cut(session):
    printed = code_sessions.execute(session, "for i in range(100000): print(i)", max_output=1000)
    assert printed["output"].startswith("0\n1\n")
    assert printed["output"].endswith("99999\n")
    assert "characters left out" in printed["output"]
    assert len(printed["output"]) < 1100
    begin = time.process_time()
    code_sessions.execute(session, "for i in range(300000): print(i)", number=1)
    assert time.process_time() - begin < 5, "each line costs as much as all that was kept"
    assert len(code_sessions.execute(session, "'a' * 10**6", number=1, max_output=1000)["value"]) < 1100
    assert len(code_sessions.execute(session, "[1] * 10**6", number=2, max_output=1000)["value"]) < 1100
    failed = code_sessions.execute(session, "raise ValueError('a' * 10**6)", number=3)
    assert len(failed["error"]["message"]) < 9000


def test_an_answer_is_handed_in(session):
    assert code_sessions.execute(session, "SUBMIT({'a': 1})\nprint('not reached')")["final"] == {"output": {"a": 1}}
    two = [{"name": "a", "type": "int"}, {"name": "b"}]
    for code in ("SUBMIT(1, 'x')", "SUBMIT(b='x', a=1)", "try:\n    SUBMIT(1, 'x')\nexcept Exception:\n    pass"):
        assert code_sessions.execute(session, code, output_fields=two)["final"] == {"a": 1, "b": "x"}
    for code in ("SUBMIT(1)", "SUBMIT(1, 2, 3)", "SUBMIT(1, b=2)", "SUBMIT(a=1, c=2)"):
        assert code_sessions.execute(session, code, output_fields=two)["error"]["type"] == "TypeError"
    assert code_sessions.execute(session, "SUBMIT(1, 2)")["error"]["type"] == "TypeError"


def test_tools_are_called_and_go_when_they_are_not_there_any_more(session):
    calls = []

    def call(name, args, kwargs):
        calls.append((name, args, kwargs))
        if name == "fail":
            raise tools.ToolError("no such city")
        return "sunny"

    code = "[weather('Bern', days=2), weather.__name__]"
    outcome = code_sessions.execute(session, code, tools=["weather", "fail"], call=call)
    assert outcome["value"] == ["sunny", "weather"]
    assert calls == [("weather", ["Bern"], {"days": 2})]
    failed = code_sessions.execute(session, "fail()", tools=["fail"], call=call, number=1)["error"]
    assert (failed["type"], failed["message"]) == ("RuntimeError", "no such city")
    gone = code_sessions.execute(session, "weather('Bern')", tools=["fail"], call=call, number=2)["error"]
    assert gone["type"] == "NameError"


def test_names_that_cannot_be_are_refused(session):
    for given in ({"variables": {"a b": 1}}, {"variables": {"SUBMIT": 1}}, {"tools": ["class"]},
                  {"variables": {"a": 1}, "tools": ["a"]}):  # fmt: skip
        assert code_sessions.execute(session, "1", **given)["error"]["kind"] == "session"


def test_a_cancelled_call_ends_the_code_even_where_it_survives_everything(session):
    def call(name, args, kwargs):
        raise HostCancelled("given up")

    code = "try:\n    wait()\nexcept Exception:\n    pass"
    with pytest.raises(HostCancelled):
        code_sessions.execute(session, code, tools=["wait"], call=call)
    assert code_sessions.execute(session, "1", number=1)["value"] == 1


def test_the_side_of_the_isolated_worker_needs_no_dspy():
    program = "import sys\nfrom dspex_worker import code_sessions\nassert 'dspy' not in sys.modules"
    program += "\nassert code_sessions.execute('s', '1 + 1')['value'] == 2"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30, env=environment)


# The interpreter


def test_the_interpreter_is_one_of_dspy(room):
    interpreter = interpreters.HostInterpreter(room, {"add": lambda a, b=1: a + b})
    assert isinstance(interpreter, CodeInterpreter)
    interpreter.start()
    assert interpreter.execute("x = add(2)\nprint(x)") == "3"
    assert interpreter.execute("add(x, b=4)", {"y": (1, 2)}) == 7
    assert interpreter.execute("pass") is None
    assert interpreter.execute("SUBMIT(x)") == FinalOutput({"output": 3})
    with pytest.raises(SyntaxError):
        interpreter.execute("x = (")
    with pytest.raises(CodeExecutionError, match="ZeroDivisionError: division by zero") as failure:
        interpreter.execute("1 / 0")
    assert "1 / 0" in str(failure.value)
    with pytest.raises(CodeExecutionError, match=r"add\(\) takes 2 arguments, not 3"):
        interpreter.execute("add(1, 2, 3)")
    with pytest.raises(CodeExecutionError, match=r"add\(\) got a twice"):
        interpreter.execute("add(1, a=1)")
    interpreter.shutdown()
    interpreter.shutdown()
    with pytest.raises(CodeInterpreterError, match="has been shut down"):
        interpreter.execute("1")
    with pytest.raises(LookupError, match="no such session"):
        interpreters.call_tool(interpreter.session, "add", [1], {})
    assert [request["operation"] for request in room.requests] == ["execute"] * 8 + ["close"]
    assert [request.get("number") for request in room.requests[:3]] == [0, 1, 2]
    assert room.requests[1]["variables"] == {"y": (1, 2)}


def test_a_session_that_is_lost_stays_lost(room):
    interpreter = interpreters.HostInterpreter(room)
    interpreter.execute("x = 1")
    code_sessions.close(interpreter.session)
    for _ in range(2):
        with pytest.raises(CodeInterpreterError, match="the session has ended") as failure:
            interpreter.execute("x")
        assert not isinstance(failure.value, CodeExecutionError)
    interpreter.shutdown()


def test_a_host_that_fails_ends_the_session():
    def fail(request):
        raise tools.ToolError("no worker is left")

    interpreter = interpreters.HostInterpreter(fail)
    with pytest.raises(CodeInterpreterError, match="no worker is left"):
        interpreter.execute("1")
    interpreter.shutdown()
    other = interpreters.HostInterpreter(lambda request: None)
    with pytest.raises(CodeInterpreterError, match="no dictionary"):
        other.execute("1")
    other.shutdown()


# DSPy's modules


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_program_of_thought(host, room):
    host.answer(
        fields(reasoning="try", generated_code="```python\nSUBMIT({'answer': 1 / 0})\n```"),
        fields(reasoning="again", generated_code="```python\nSUBMIT({'answer': sum(range(5))})\n```"),
        fields(reasoning="read off", answer=10),
    )
    target = {"path": "dspy.ProgramOfThought", "signature": SUM}
    result = modules.run(target, {"question": "0+1+2+3+4"}, {**options("json"), "interpreter": room})
    assert result["outputs"] == {"reasoning": "read off", "answer": 10}
    assert "ZeroDivisionError" in last_message(host.payloads[1])
    assert '{"output": {"answer": 10}}' in last_message(host.payloads[2])
    assert len({request["session"] for request in room.requests}) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_code_with_tools_of_the_host(host, room):
    host.answer(
        fields(generated_code="```python\nw = weather('Bern')\nprint(w['sky'])\n```", finished=False),
        fields(generated_code="```python\nweather()\n```", finished=True),
        fields(reasoning="it printed it", answer="sunny"),
    )
    closure = Closure(lambda **given: {"sky": "sunny"})
    schema = {"properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}
    tool = {"tool": closure, "name": "weather", "description": "Tells \"the\" weather\n'''", "parameters": schema}
    target = {"path": "dspy.CodeAct", "signature": QA, "args": {"tools": [tool]}}
    result = modules.run(target, {"question": "q"}, {**options("json"), "interpreter": room})
    assert result["outputs"] == {"reasoning": "it printed it", "answer": "sunny"}
    assert result["trajectory"]["code_output_0"] == '"sunny"'
    assert "missing 1 required positional argument" in result["trajectory"]["observation_1"]
    assert closure.calls == [((), {"city": "Bern"})]
    assert len(room.requests[0]["tools"]) == 1


def test_recursive_model_with_tools_and_questions_to_the_model(host, room):
    below = "```python\np = dspy.Predict('question -> answer')(question='q?')\nprint(p.answer)\n```"
    actions = iter([
        fields(reasoning="look", code="```python\nprint(len(text), weather(city='Bern'))\n```"),
        fields(reasoning="ask", code="```python\na = llm_query('how many?')\nprint(a)\n```"),
        fields(reasoning="sub", code=below),
        fields(reasoning="wrong", code="SUBMIT(answer='many')"),
        fields(reasoning="right", code="SUBMIT(answer=7)"),
    ])  # fmt: skip

    def answer(payload):
        if "how many?" in last_message(payload) and "repl_history" not in system_message(payload):
            return "seven"
        if "repl_history" in system_message(payload):
            return next(actions)
        return fields(answer="from below")

    by_payload(host, answer)
    closure = Closure(lambda **given: "sunny")
    schema = {"properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = {"tool": closure, "name": "weather", "description": "Tells the weather.", "parameters": schema}
    signature = ("Count", None, (("text", STR, None),), (("answer", INT, None),))
    target = {"path": "dspy.RLM", "signature": signature, "args": {"tools": [tool], "max_iters": 8}}
    result = modules.run(target, {"text": "a" * 5000}, {**options("json"), "interpreter": room})
    assert result["outputs"] == {"answer": 7, "final_reasoning": "right"}
    outputs = [step["output"] for step in over_the_wire(result["trajectory"])]
    assert outputs[:3] == ["5000 sunny", "seven", "from below"]
    assert "[Type Error] answer" in outputs[3]
    assert "isolated process without network" in system_message(host.payloads[0])
    assert sys.modules["dspy"] is dspy


def test_optimisable_code(host, room):
    host.answer(fields(answer="a"))
    result = modules.run({"path": "dspy.Flex", "signature": QA}, {"question": "q"}, {**options(), "interpreter": room})
    assert result["outputs"] == {"answer": "a"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_an_interpreter_no_program_is_started(host, monkeypatch):
    host.answer(fields(reasoning="r", generated_code="1"))
    monkeypatch.setattr("subprocess.Popen", lambda *a, **k: pytest.fail("a program was started"))
    with pytest.raises(CodeInterpreterError, match=r"give options\.interpreter"):
        modules.run({"path": "dspy.ProgramOfThought", "signature": SUM}, {"question": "q"}, options("json"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_interpreter_of_a_part(host, room):
    host.answer(
        fields(reasoning="r", generated_code="SUBMIT(4)"),
        fields(reasoning="r", answer=4),
    )
    target = {"path": "dspy.ProgramOfThought", "signature": SUM, "args": {"interpreter_factory": {"interpreter": room}}}
    args = {"module": {"module": target}, "N": 1, "reward_fn": Closure(lambda *_: 1), "threshold": 1.0}
    result = modules.run({"path": "dspy.BestOfN", "args": args}, {"question": "q"}, options("json"))
    assert result["outputs"]["answer"] == 4
    assert json.loads(json.dumps(room.requests))
