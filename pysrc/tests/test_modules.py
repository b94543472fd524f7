"""Any module of DSPy, by its path and with plain values, against a scripted host."""

import inspect
import sys
import threading

import dspy
import pytest
from host_stand_in import HostCancelled, over_the_wire, response
from scripts import Closure, by_payload, fields, last_message, system_message
from specs import MIXED, MIXED_ANSWER, MIXED_INPUTS, QA, STR, options

from dspex_worker import catalog, modules, programs, tools
from dspex_worker.arguments import TargetError
from dspex_worker.catalog import UnknownPath
from dspex_worker.field_types import InputError, SignatureError
from dspex_worker.host_functions import ToolArgumentError, ToolError
from dspex_worker.request_options import OptionsError

PREDICT = {"path": "dspy.Predict", "signature": QA}
CITY_SCHEMA = {
    "type": "object",
    "properties": {"limit": {"type": "integer"}, "city": {"type": "string", "description": "which"}},
    "required": ["city"],
}


def weather(call, **more):
    return {"tool": call, "name": "weather", "description": "Tells the weather.", "parameters": CITY_SCHEMA, **more}


def test_predict_returns_what_the_older_function_returns(host):
    host.answer(MIXED_ANSWER)
    result = modules.run({"path": "dspy.Predict", "signature": MIXED}, MIXED_INPUTS, options("json"))
    older = programs.predict("Predict", MIXED, MIXED_INPUTS, options("json"))
    more = {"trajectory": None, "completions": None, "trace": None}
    assert over_the_wire(result) == {name: older[name] for name in ("outputs", "usage", "model")} | more
    assert host.payloads[0] == host.payloads[1]


def test_demos_settings_and_a_trace(host):
    host.answer(fields(reasoning="r", answer="5"))
    target = {"path": "dspy.ChainOfThought", "signature": QA}
    demos = [{"question": "1+1", "reasoning": "two ones", "answer": "2"}]
    result = modules.run(target, {"question": "q"}, options(demos=demos, config={"temperature": 0.5}, trace=True))
    prompt = host.prompts()[0]
    assert prompt["config"]["temperature"] == 0.5
    assert "two ones" in prompt["messages"][1]["parts"][0]["text"]
    assert result["trace"] == [
        {"predictor": "predict", "inputs": {"question": "q"}, "outputs": {"reasoning": "r", "answer": "5"}}
    ]
    modules.run(target, {"question": "q"}, options())
    assert len(host.prompts()[1]["messages"]) == 1
    assert "temperature" not in host.prompts()[1]["config"]


def test_several_completions(host):
    host.answer(fields(answer="a"), fields(answer="b"))
    result = modules.run({**PREDICT, "args": {"n": 2}}, {"question": "q"}, options())
    assert result["outputs"] == {"answer": "a"}
    assert over_the_wire(result["completions"]) == [{"answer": "a"}, {"answer": "b"}]


@pytest.mark.parametrize("path", ["dspy.XMLAdapter", "dspy.adapters.baml_adapter.BAMLAdapter", "dspy.ChatAdapter"])
def test_any_adapter_of_the_catalog(host, path):
    host.answer("<answer>a</answer>" if "XML" in path else "[[ ## answer ## ]]\na")
    adapter = {"object": {"path": path, "args": {"use_json_adapter_fallback": False} if "BAML" not in path else {}}}
    if "BAML" in path:
        host.answer(fields(answer="a"))
    result = modules.run(PREDICT, {"question": "q"}, {**options(), "adapter": adapter})
    assert result["outputs"] == {"answer": "a"}


def test_an_agent_calls_a_closure_of_the_host(host):
    host.answer(
        fields(next_thought="ask", next_tool_name="weather", next_tool_args={"city": "Bern"}),
        fields(next_thought="done", next_tool_name="finish", next_tool_args={}),
        fields(reasoning="it says so", answer="sunny"),
    )
    closure = Closure(lambda **given: {"sky": "sunny", "for": given})
    target = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [weather(closure)], "max_iters": 3}}
    result = modules.run(target, {"question": "q"}, options("json"))
    assert over_the_wire(result["outputs"]) == {"reasoning": "it says so", "answer": "sunny"}
    assert over_the_wire(result["trajectory"])["observation_0"] == {"sky": "sunny", "for": {"city": "Bern"}}
    assert closure.calls == [((), {"city": "Bern"})]
    assert result["usage"]["total_tokens"] == 45
    prompt = system_message(host.payloads[0])
    assert "weather, whose description is <desc>Tells the weather.</desc>" in prompt
    assert "'limit': {'type': 'integer', 'default': None}" in prompt


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "missing 1 required positional argument: 'city'"),
        ({"city": "Bern", "country": "CH"}, "Arg country is not in the tool's args"),
        ({"city": 3}, "3 is not of type 'string'"),
    ],
)
def test_an_agent_is_told_of_wrong_arguments_and_the_host_is_not_called(host, arguments, complaint):
    host.answer(
        fields(next_thought="ask", next_tool_name="weather", next_tool_args=arguments),
        fields(next_thought="done", next_tool_name="finish", next_tool_args={}),
        fields(reasoning="r", answer="a"),
    )
    closure = Closure(lambda **given: None)
    target = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [weather(closure)]}}
    result = modules.run(target, {"question": "q"}, options("json"))
    assert complaint in result["trajectory"]["observation_0"]
    assert not closure.calls


def test_arguments_are_checked_against_all_of_the_schema():
    from dspex_worker import host_functions

    schema = {
        "type": "object",
        "properties": {
            "kind": {"enum": ["a", "b"]},
            "place": {"$ref": "#/$defs/Place"},
            "count": {"type": "integer", "default": 3},
        },
        "required": ["kind"],
        "$defs": {"Place": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
    }
    closure = Closure(lambda **given: given)
    tool = host_functions.tool(closure, "find", None, schema, "tool")
    assert tool(kind="a") == {"kind": "a", "count": 3}
    assert tool(kind="a", place={"name": "Bern"}) == {"kind": "a", "place": {"name": "Bern"}, "count": 3}
    with pytest.raises(ToolArgumentError, match="kind: 'c' is not one of"):
        tool(kind="c")
    with pytest.raises(ToolArgumentError, match="place: 'name' is a required property") as refusal:
        tool(kind="a", place={})
    assert refusal.value.details == {"code": "invalid_arguments", "tool": "find"}
    assert len(closure.calls) == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "no name"}, "must be an identifier"),
        ({"name": "class"}, "must be an identifier"),
        ({"description": 3}, "description must be text"),
        ({"parameters": {"type": "array"}}, "JSON Schema of an object"),
        ({"parameters": None}, "JSON Schema of an object"),
        ({"parameters": {"properties": {"a b": {}}}}, "a parameter's name"),
        ({"parameters": {"properties": {}, "required": ["a"]}}, "not among the properties: a"),
        ({"parameters": {"properties": {"a": {"type": "no type"}}}}, "the schema is wrong"),
        ({"tool": 3}, "a tool is a function"),
        ({"tool": "nowhere"}, "the host has no tool named 'nowhere'"),
    ],
)
def test_wrong_descriptions_of_tools_are_refused(host, changed, message):
    target = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [weather(Closure(print), **changed)]}}
    with pytest.raises((ToolError, TargetError), match=message) as refusal:
        modules.run(target, {"question": "q"}, options())
    assert refusal.value.details["field"] == "target.args.tools[0]"
    assert not host.payloads


def test_a_tool_that_the_host_has_registered(host):
    properties = CITY_SCHEMA["properties"]
    schema = {**CITY_SCHEMA, "properties": {"city": properties["city"], "limit": properties["limit"]}}
    host.tools = [
        {"name": "lookup", "description": "Looks up.", "schema": schema, "defaults": {"limit": None}, "returns": None},
    ]
    host.version = 7
    host.answers["tool:lookup"] = lambda payload: f"found {payload}"
    host.answer(
        fields(next_thought="ask", next_tool_name="lookup", next_tool_args={"city": "Bern"}),
        fields(next_thought="done", next_tool_name="finish", next_tool_args={}),
        fields(reasoning="r", answer="a"),
    )
    target = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [{"tool": "lookup"}]}}
    result = modules.run(target, {"question": "q"}, options("json"))
    assert result["trajectory"]["observation_0"] == "found {'city': 'Bern'}"
    assert "<desc>Looks up.</desc>" in system_message(host.payloads[0])


def test_the_agent_with_native_tool_calls(host):
    def call(name, **arguments):
        part = {"type": "tool_call", "id": "c1", "name": name, "input": arguments}
        message = {"role": "assistant", "parts": [part]}
        return {**response(""), "finish_reason": "tool_call", "message": message}

    answers = iter([call("weather", city="Bern"), call("submit", answer="sunny")])
    host.complete = lambda payload: next(answers)
    capable = options("json")
    capable["capabilities"]["function_calling"] = True
    closure = Closure(lambda **given: "sunny")
    target = {"path": "dspy.ReActV2", "signature": QA, "args": {"tools": [weather(closure)]}}
    result = modules.run(target, {"question": "q"}, capable)
    assert result["outputs"]["answer"] == "sunny"
    assert closure.calls == [((), {"city": "Bern"})]
    offered = {tool["name"]: tool["parameters"] for tool in host.prompts()[0]["tools"]}
    assert offered["weather"]["required"] == ["city"]


def test_the_best_of_several_by_a_closure(host):
    host.answer(fields(answer="long one"), fields(answer="short"), fields(answer="third"))
    reward = Closure(lambda inputs, prediction: 1 if len(prediction["answer"].split()) == 1 else 0)
    args = {"module": {"module": PREDICT}, "N": 3, "reward_fn": reward, "threshold": 1.0}
    result = modules.run({"path": "dspy.BestOfN", "args": args}, {"question": "q"}, options())
    assert result["outputs"] == {"answer": "short"}
    assert reward.calls[0] == (({"question": "q"}, {"answer": "long one"}), {})
    assert all(type(prediction) is dict for (_, prediction), _ in reward.calls)
    assert len(host.payloads) == 2
    with pytest.raises(InputError, match="question: expected str"):
        modules.run({"path": "dspy.BestOfN", "args": args}, {"question": 3}, options())


def test_refine_gives_its_advice_and_knows_what_the_closure_rewards(host):
    def answer(payload):
        if "assign blame" in system_message(payload):
            assert "One word only." in last_message(payload)
            return fields(discussion="too long", advice={"self": "be brief"})
        return fields(answer="short" if "be brief" in last_message(payload) else "far too long")

    by_payload(host, answer)
    reward = Closure(lambda inputs, prediction: 1 if len(prediction["answer"].split()) == 1 else 0)
    rewarded = {"function": reward, "name": "brief", "description": "One word only."}
    args = {"module": {"module": PREDICT}, "N": 2, "reward_fn": rewarded, "threshold": 1.0}
    result = modules.run({"path": "dspy.Refine", "args": args}, {"question": "q"}, {**options("json"), "trace": True})
    assert result["outputs"] == {"answer": "short"}
    assert len(reward.calls) == 2
    assert result["trace"][-1]["outputs"] == {"answer": "short"}


def test_comparison_takes_completions_beside_its_inputs(host):
    host.answer(fields(rationale="r", answer="b"))
    target = {"path": "dspy.MultiChainComparison", "signature": QA, "args": {"M": 2}}
    completions = [{"reasoning": "guess", "answer": "a"}, {"reasoning": "look", "answer": "b"}]
    result = modules.run(target, {"question": "q", "completions": completions}, options())
    assert result["outputs"] == {"rationale": "r", "answer": "b"}
    assert "trying to look" in last_message(host.payloads[0])


def test_many_at_once_keep_their_order_and_their_settings(host):
    by_payload(host, lambda payload: fields(answer=last_message(payload).split()[-1]))
    pairs = [[{"module": PREDICT}, {"question": f"q{number}"}] for number in range(12)]
    target = {"path": "dspy.Parallel", "args": {"num_threads": 4}}
    result = modules.run(target, {"exec_pairs": [tuple(pair) for pair in pairs]}, options())
    assert [item["answer"] for item in result["outputs"]["result"]] == [f"q{number}" for number in range(12)]
    assert result["usage"]["total_tokens"] == 12 * 15


def test_a_retriever_with_an_embedder_of_the_host(host):
    vectors = {"red": [1.0, 0.0], "blue": [0.0, 1.0]}
    embed = Closure(lambda texts: [vectors.get(text, [0.9, 0.1]) for text in texts])
    embedder = {"object": {"path": "dspy.Embedder", "args": {"model": embed, "caching": False}}}
    target = {"path": "dspy.Embeddings", "args": {"corpus": ["blue", "red"], "embedder": embedder, "k": 1}}
    result = modules.run(target, {"query": "reddish"}, options())
    assert over_the_wire(result["outputs"])["passages"] == ["red"]
    assert all(type(texts) is list for (texts,), _ in embed.calls)


def test_a_metric_of_dspy_is_called_as_a_function(host):
    example = {"example": {"question": "q", "answer": "Bern"}}
    inputs = {"example": example, "pred": {"example": {"answer": "bern"}}}
    result = modules.run({"path": "dspy.evaluate.answer_exact_match"}, inputs, options())
    assert result["outputs"] == {"result": True}


def test_another_model_for_a_part():
    lm = {"model": "other", "capabilities": {"response_schema": True}, "config": {"max_tokens": 9}}
    target = {"path": "dspy.RLM", "signature": QA, "args": {"sub_lm": lm, "max_iters": 1}}
    assert modules.build(target).value.sub_lm.kwargs["max_tokens"] == 9
    assert programs.host_lm("other", True).kwargs["max_tokens"] is None


SCORED = {"module": {"module": PREDICT}, "N": 2, "reward_fn": Closure(lambda *_: 1), "threshold": 1.0}
EMBEDDER = {"object": {"path": "dspy.Embedder", "args": {"model": Closure(lambda texts: [[1.0] for _ in texts])}}}
ARGUMENTS = {
    **SCORED,
    "signature": None,
    "tools": [weather(Closure(print))],
    "extraction_model": {"model": "other"},
    "model": Closure(print),
    "corpus": ["a"],
    "embedder": EMBEDDER,
    "vectorizer": EMBEDDER,
    "k": 1,
    "trainset": [{"example": {"question": "q", "answer": "a"}, "inputs": ["question"]}],
    "devset": [{"example": {"question": "q", "answer": "a"}, "inputs": ["question"]}],
    "metric": Closure(print),
    "score": 1.0,
    "results": [],
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "entry",
    [
        entry
        for entry in catalog.catalog()
        if entry["available"] and entry["category"] not in ("interpreter", "other", "optimization")
    ],
    ids=lambda entry: entry["path"],
)
def test_everything_that_the_catalog_offers_is_built_of_plain_values(entry):
    required = [parameter["name"] for parameter in entry["parameters"] if parameter["required"]]
    target = {"path": entry["path"], "args": {name: ARGUMENTS[name] for name in required if name != "signature"}}
    if "signature" in required:
        target["signature"] = QA
    built = modules.build(target)
    made = built.value if inspect.isfunction(built.value) else type(built.value)
    assert made is catalog.resolve(entry["path"])
    assert (built.signature is not None) == ("signature" in required or "module" in required)


def test_what_is_wrong_with_a_target_is_said(host):
    wrong = [
        ("dspy.Predict", TargetError, "must be a dictionary"),
        ({**PREDICT, "extra": 1}, TargetError, "must be a dictionary of"),
        ({"path": "dspy.LM", "args": {"model": "openai/gpt"}}, UnknownPath, "DSPy has nothing of this path"),
        ({"path": "os.system"}, UnknownPath, "nothing of this path"),
        ({"path": "dspy.LocalInterpreter"}, UnknownPath, "code is run by the host"),
        ({"path": "dspy.retrievers.databricks_rm.DatabricksRM"}, UnknownPath, "databricks is not installed"),
        ({"path": "dspy.Predict"}, TargetError, "not given: signature"),
        ({"path": "dspy.BestOfN", "signature": QA}, TargetError, "takes no signature"),
        ({"path": "dspy.ReAct", "signature": QA, "args": {"tools": [], "max": 3}}, TargetError, "there is no max"),
        (
            {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [Closure(print)]}},
            TargetError,
            "a tool has a name",
        ),
        ({**PREDICT, "args": [1]}, TargetError, "must be a dictionary"),
        ({"path": "dspy.COPRO", "args": {"breadth": 1}}, TargetError, "Breadth must be greater than 1"),
        ({**PREDICT, "args": {"lm": {"model": 3}}}, TargetError, "must name a model"),
        ({**PREDICT, "args": {"lm": {"model": "m", "capabilities": {"fly": 1}}}}, TargetError, "there is no fly"),
    ]
    for target, error, message in wrong:
        with pytest.raises(error, match=message):
            modules.run(target, {"question": "q"}, options())
    reasoning = ("S", None, (("reasoning", STR, None),), QA[3])
    with pytest.raises(SignatureError, match="ChainOfThought has an output of this name"):
        modules.run({"path": "dspy.ChainOfThought", "signature": reasoning}, {"reasoning": "q"}, options())
    agent = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": []}}
    with pytest.raises(OptionsError, match="only for a program with one predictor"):
        modules.run(agent, {"question": "q"}, options(demos=[{"question": "a", "answer": "b"}]))
    for changed in ({"num_threads": 0}, {"max_errors": "many"}, {"interpreter": 3}, {"adapter": {"object": PREDICT}}):
        with pytest.raises(OptionsError):
            modules.run(PREDICT, {"question": "q"}, {**options(), **changed})
    with pytest.raises(InputError, match="completions"):
        modules.run({"path": "dspy.majority"}, {}, options())
    with pytest.raises(InputError, match="no such field"):
        modules.run({"path": "dspy.majority"}, {"prediction_or_completions": [], "more": 1}, options())
    assert not host.payloads


def test_a_value_that_only_looks_like_a_form_is_left_alone(host):
    target = {**PREDICT, "args": {"metadata": {"value": {"model": "m"}}}}
    assert modules.build(target).value.config == {"metadata": {"model": "m"}}


def test_a_cancelled_call_ends_a_program_that_survives_errors(host):
    def cancelled(**given):
        raise tools.ToolError("given up", {"code": "cancelled"})

    host.answer(fields(next_thought="ask", next_tool_name="weather", next_tool_args={"city": "Bern"}))
    target = {"path": "dspy.ReAct", "signature": QA, "args": {"tools": [weather(Closure(cancelled))]}}
    with pytest.raises(HostCancelled, match="given up"):
        modules.run(target, {"question": "q"}, options("json"))
    assert len(host.payloads) == 1
    host.fail("cancelled")
    pairs = [({"module": PREDICT}, {"question": "q"})] * 50
    with pytest.raises(HostCancelled):
        modules.run({"path": "dspy.Parallel", "args": {"num_threads": 2}}, {"exec_pairs": pairs}, options())
    assert len(host.payloads) < 10


def test_what_reaches_no_closure_is_built_once_and_left_as_it_was(host, monkeypatch):
    host.answer(fields(answer="a"))
    built = []
    original = dspy.Predict.__init__
    monkeypatch.setattr(dspy.Predict, "__init__", lambda self, *a, **k: (built.append(1), original(self, *a, **k))[1])
    target = {"path": "dspy.Predict", "signature": ("Once", *QA[1:])}
    for _ in range(3):
        modules.run(target, {"question": "q"}, options(demos=[{"question": "a", "answer": "b"}]))
    assert len(built) == 1
    assert modules.prepared(target).value.demos == []
    args = {"module": {"module": target}, "N": 1, "reward_fn": Closure(lambda *_: 1), "threshold": 1.0}
    for _ in range(2):
        modules.run({"path": "dspy.BestOfN", "args": args}, {"question": "q"}, options())
    assert len(built) == 3


def test_nothing_is_kept_of_a_request_and_no_thread_is_left(host, capsys):
    host.answer(fields(answer="a"))
    traced, threads = len(dspy.settings.trace), set(threading.enumerate())
    modules.run(PREDICT, {"question": "q"}, options())
    pairs = [({"module": PREDICT}, {"question": "q"})] * 2
    modules.run({"path": "dspy.Parallel", "args": {"num_threads": 2}}, {"exec_pairs": pairs}, options())
    assert len(dspy.settings.trace) == traced
    assert programs.host_lm("smollm2-135m-instruct", True).history == []
    assert "litellm" not in sys.modules
    assert not [thread for thread in set(threading.enumerate()) - threads if "ThreadPool" not in thread.name]
    assert "%" not in capsys.readouterr().out
