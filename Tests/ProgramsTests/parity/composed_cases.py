"""The cases of `composed.py`: each is a program of DSPy's and the answers of its model."""

import inspect
from collections.abc import Iterator
from typing import Any

import dspy
from dspy.evaluate import normalize_text


def chat(**fields: Any) -> str:
    """An answer in the form of ChatAdapter."""
    return "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in fields.items()) + "\n\n[[ ## completed ## ]]"


def step(thought: str, tool: str, args: str = "{}") -> str:
    """What the model says to call a tool."""
    return chat(next_thought=thought, next_tool_name=tool, next_tool_args=args)


# --- Tools, the same as in ComposedCase+Programs.swift


def add(a: int, b: int = 2) -> int:
    """Adds two numbers."""
    return a + b


def lookup(city: str, days: int | None = None, tags: list[str] = []) -> dict[str, Any]:  # noqa: B006
    """Looks a city up.

    Second paragraph.
    """
    return {"city": city, "days": days, "tags": tags, "warm": True, "degrees": 21.5}


def words(text: str) -> list[str]:
    return text.split()


def nothing() -> None:
    """Gives nothing."""


def fail(reason: str) -> str:
    """Always fails."""
    raise ValueError(reason)


TOOLS = [
    add,
    dspy.Tool(lookup, arg_desc={"city": "its 'name'", "days": "how many"}),
    words,
    nothing,
    fail,
]


def _react(signature: Any = "question -> answer", tools: Any = TOOLS, **options: Any) -> dspy.ReAct:
    return dspy.ReAct(signature, tools=tools, **options)


def react_cases() -> Iterator[dict[str, Any]]:
    """ReAct: its steps, its failures, and the end of its context."""
    ask = lambda program, **inputs: lambda: program(**(inputs or {"question": "What is 3 and 4?"}))  # noqa: E731
    done = step("I know.", "finish")
    answer = chat(reasoning="Because.", answer="7")
    added = step("Add.", "add", '{"a": 3, "b": 4}')
    yield {"id": "react/steps", "answers": [added, done, answer], "run": ask(_react())}
    yield {"id": "react/no tools", "answers": [done, answer], "run": ask(_react(tools=[]))}
    yield {
        "id": "react/arguments",
        "answers": [
            step("Unknown.", "add", '{"a": 3, "c": 4}'),
            step("Missing.", "add"),
            step("Mistyped.", "add", '{"a": "three"}'),
            step("Null.", "add", '{"a": null}'),
            step("A float that is whole.", "add", '{"a": 3.0}'),
            step("A list for a text.", "words", '{"text": ["x"]}'),
            step("Mistyped elements.", "lookup", '{"city": "Bern", "tags": [1]}'),
            step("Finish with an argument.", "finish", '{"answer": 7}'),
            answer,
        ],
        "run": ask(_react()),
    }
    yield {
        "id": "react/observations",
        "answers": [
            step("A dict.", "lookup", '{"city": "Bern", "days": 3, "tags": ["a", "b"]}'),
            step("A default.", "lookup", '{"city": "Bern"}'),
            step("A list.", "words", '{"text": "one «two» three"}'),
            step("One element.", "words", '{"text": "one"}'),
            step("No element.", "words", '{"text": ""}'),
            step("None.", "nothing"),
            step("An error.", "fail", '{"reason": "no such city\\nat all"}'),
            done,
            answer,
        ],
        "run": ask(_react()),
    }
    yield {
        "id": "react/steps run out",
        "answers": [step("One.", "add", '{"a": 1}'), step("Two.", "add", '{"a": 2}'), answer],
        "run": ask(_react(max_iters=2)),
    }
    as_json = '{"next_thought": "Again.", "next_tool_name": "finish", "next_tool_args": {}}'
    yield {"id": "react/asked again", "answers": ["Let me think.", as_json, answer], "run": ask(_react())}
    unknown = '{"next_thought": "Again.", "next_tool_name": "divide", "next_tool_args": {}}'
    yield {"id": "react/no such tool", "answers": [step("Divide.", "divide"), unknown], "run": ask(_react())}
    full = {"error": "context_length"}
    adds = [step(f"Step {index}.", "add", f'{{"a": {index}}}') for index in range(3)]
    yield {"id": "react/context", "answers": [*adds, full, full, done, answer], "run": ask(_react())}
    yield {"id": "react/context at the end", "answers": [*adds, done, full, answer], "run": ask(_react())}
    yield {"id": "react/context of one step", "answers": [adds[0], full, answer], "run": ask(_react())}
    yield {"id": "react/context too small", "answers": [full, full], "run": ask(_react())}
    thrice = [*adds, adds[0], full, full, full, answer]
    yield {"id": "react/context full thrice", "answers": thrice, "run": ask(_react())}

    class Plan(dspy.Signature):
        """Plans a day.

        Be brief.
        """

        city: str = dspy.InputField(desc="where")
        hours: list[int] = dspy.InputField()
        plan: list[str] = dspy.OutputField(desc="what to do")
        cost: float = dspy.OutputField()

    inputs = {"city": "Bern", "hours": [9, 17]}
    end = chat(reasoning="Easy.", plan='["Walk", "Eat"]', cost="12.5")
    yield {"id": "react/typed", "answers": [adds[1], done, end], "run": ask(_react(Plan), **inputs)}
    yield {
        "id": "react/json",
        "adapter": "json",
        "answers": [
            '{"next_thought": "Add.", "next_tool_name": "add", "next_tool_args": {"a": 3}}',
            as_json,
            '{"reasoning": "Easy.", "plan": ["Walk"], "cost": 1}',
        ],
        "run": ask(_react(Plan), **inputs),
    }
    args = "<next_tool_args><a>3</a></next_tool_args>"
    xml = "<next_thought>Add.</next_thought><next_tool_name>add</next_tool_name>" + args
    yield {
        "id": "react/xml",
        "adapter": "xml",
        "answers": [xml, "Done.", as_json, "<reasoning>So.</reasoning><answer>7</answer>"],
        "run": ask(_react()),
    }


# --- Rewards


def short(args: dict[str, Any], pred: dspy.Prediction) -> float:
    return 1.0 if len(pred.answer) <= 3 else 1.0 / len(pred.answer)


def never(args: dict[str, Any], pred: dspy.Prediction) -> float:
    return 0.0


def picky(args: dict[str, Any], pred: dspy.Prediction) -> float:
    if pred.answer == "raise":
        raise ValueError("no reward")
    return short(args, pred)


class Steps(dspy.Module):
    """Plans, then writes."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = dspy.ChainOfThought("question -> plan: list[str]")
        self.write = dspy.Predict("question, plan: list[str] -> answer")

    def forward(self, question: str) -> dspy.Prediction:
        return self.write(plan=self.plan(question=question).plan, question=question)


def best_of_n_cases() -> Iterator[dict[str, Any]]:
    """BestOfN: how long it goes on, and what it gives."""
    predict, question = "question -> answer", {"question": "Capital of Belgium?"}

    def case(name: str, answers: list[Any], module: Any = None, reward: Any = short, **options: Any) -> dict[str, Any]:
        options = {"N": 3, "threshold": 1.0, **options}
        program = dspy.BestOfN(module or dspy.Predict(predict), reward_fn=reward, **options)
        return {"id": f"best/{name}", "answers": answers, "run": lambda: program(**question)}

    says = lambda *texts: [chat(answer=text) for text in texts]  # noqa: E731
    yield case("good at once", says("BXL"))
    yield case("good later", says("Brussels, surely", "BXL"))
    yield case("never good", says("Brussels, surely", "Brussels", "Brussels, I think"))
    yield case("equal", says("one", "two", "six"), reward=never)
    yield case("unreadable once", ["?", "?", *says("BXL")])
    yield case("unreadable always", ["?"] * 6)
    yield case("two unreadable", ["?", "?", "?", "?", *says("Brussels")])
    yield case("too many unreadable", [*says("Brussels, surely"), "?", "?", "?", "?"], N=5, fail_count=1)
    yield case("late failure", [*says("Brussels, surely", "Brussels"), "?", "?"], N=5, fail_count=1)
    yield case("five unreadable", ["?"] * 10, N=5)
    yield case("reward fails", says("raise", "raise", "Brussels"), reward=picky)
    yield case("one attempt", says("Brussels"), N=1)
    yield case("a temperature of its own", says("BXL"), dspy.Predict(predict, temperature=0.25))
    thinks = [chat(reasoning="Hm.", answer="Brussels"), chat(reasoning="Ah.", answer="BXL")]
    yield case("chain of thought", thinks, dspy.ChainOfThought(predict))
    plans = [chat(reasoning="Hm.", plan='["Look"]'), chat(answer="Brussels"), chat(reasoning="Ah.", plan="[]")]
    yield case("two programs", [*plans, chat(answer="BXL")], Steps())
    yield case(
        "an agent",
        [
            step("I know.", "finish"), chat(reasoning="So.", answer="Brussels"),
            step("Ah.", "finish"), chat(reasoning="So.", answer="BXL"),
        ],  # fmt: skip
        _react(),
    )
    inner = dspy.BestOfN(dspy.Predict(predict), N=2, reward_fn=short, threshold=1.0)
    yield case("nested", says("Brussels", "Brussels, I", "BXL"), inner)


def refine_cases() -> Iterator[dict[str, Any]]:
    """Refine: the advice and the hints."""

    def case(
        name: str, module: Any, answers: list[Any], reward: Any = short, adapter: str = "chat", **options: Any
    ) -> dict[str, Any]:
        options = {"N": 3, "threshold": 1.0, **options}
        program = dspy.Refine(module, reward_fn=reward, **options)
        return {
            "id": f"refine/{name}",
            "adapter": adapter,
            "answers": answers,
            "program_code": inspect.getsource(type(module)),
            "reward_code": inspect.getsource(reward),
            "run": lambda: program(question="Größe of «Bern»?\nIn m²"),
        }

    def advice(text: str) -> str:
        return chat(discussion="It was too long.", advice=text)

    predict = "question -> answer"
    long, good = chat(answer="Brussels"), chat(answer="BXL")
    yield case("good at once", dspy.Predict(predict), [good])
    yield case("good later", dspy.Predict(predict), [long, advice('{"self": "Be short."}'), good])
    yield case("no advice", dspy.Predict(predict), [long, advice("{}"), good])
    others = [long, advice('{"x": "Be short."}'), long, advice('{"self": "S"}'), good]
    yield case("advice for others", dspy.Predict(predict), others)
    yield case("advice unreadable", dspy.Predict(predict), [long, "?", "?", good])
    yield case("last attempt", dspy.Predict(predict), [long, advice('{"self": "Be short."}'), long], N=2)
    longer = [good, advice('{"self": "Be longer."}'), long]
    yield case("no threshold", dspy.Predict(predict), longer, N=2, threshold=None)
    unreadable = ["?", "?", long, advice('{"self": "A"}'), "?", '{"answer": "BXL"}']
    yield case("attempt unreadable", dspy.Predict(predict), unreadable)
    thinks = [
        chat(reasoning="Hm.", answer="Brussels"), advice('{"predict": "Be short."}'),
        chat(reasoning="Ah.", answer="BXL"),
    ]  # fmt: skip
    yield case("chain of thought", dspy.ChainOfThought(predict), thinks)
    plans = [
        chat(reasoning="Hm.", plan='["Look", "Say ü"]'), long, advice('{"plan.predict": "N/A", "write": "Be short."}'),
        chat(reasoning="Ah.", plan="[]"), good,
    ]  # fmt: skip
    yield case("two programs", Steps(), plans)
    acts = [
        step("Add.", "add", '{"a": 3}'), step("I know.", "finish"), chat(reasoning="So.", answer="Brussels"),
        advice('{"react": "Be quick.", "extract.predict": "Be short."}'),
        step("I know.", "finish"), chat(reasoning="So.", answer="BXL"),
    ]  # fmt: skip
    yield case("an agent", _react(), acts)
    texts = ['{"answer": "Brussels"}', '{"discussion": "Long.", "advice": {"self": "Be short."}}', '{"answer": "BXL"}']
    yield case("json", dspy.Predict(predict), texts, adapter="json")


def comparison_cases() -> Iterator[dict[str, Any]]:
    """MultiChainComparison: what it shows of the attempts."""
    attempts = [
        {"reasoning": " Brussels is the capital.\nSo they say. ", "answer": "Brussels\nreally"},
        {"rationale": "\nI read it.", "reasoning": "other", "answer": "  Bruges "},
        {"reasoning": "", "answer": "BXL"},
    ]
    numbers = [{"reasoning": f"It is {number}.", "answer": number} for number in (1.0, 2.5)]

    def case(
        name: str, signature: Any, answers: list[Any], given: Any, adapter: str = "chat", **options: Any
    ) -> dict[str, Any]:
        program = dspy.MultiChainComparison(signature, **options)
        return {
            "id": f"comparison/{name}",
            "adapter": adapter,
            "answers": answers,
            "completions": given,
            "run": lambda: program(given, question="Capital?"),
        }

    answer = chat(rationale="All agree.", answer="Brussels")
    yield case("three", "question -> answer", [answer], attempts)
    described = dspy.Signature("question -> answer: float", "How large is it?")
    yield case("two", described, [chat(rationale="So.", answer="2.5")], numbers, M=2)
    yield case("temperature", "question -> answer", [answer], attempts, temperature=0.2)
    yield case("json", "question -> answer", ['{"rationale": "So.", "answer": "B"}'], attempts, adapter="json")
    yield case("wrong number", "question -> answer", [], attempts[:2])


def majority_cases() -> Iterator[dict[str, Any]]:
    """majority, and the text by which it compares."""
    lists = {
        "plain": ["Paris", "Lyon", "paris."],
        "tie": ["Lyon", "Paris", "The Paris!", "lyon"],
        "empty texts": ["", "the", "Lyon"],
        "only empty": ["a", "the", ""],
        "composed": ["e\u0301te\u0301", "Ete", "\u00e9t\u00e9"],
    }
    for name, values in lists.items():
        completions = [{"reasoning": str(index), "answer": value} for index, value in enumerate(values)]
        yield {"id": f"majority/{name}", "completions": completions, "run": lambda c=completions: dspy.majority(c)}
    fielded = [{"x": "1", "answer": "a b"}, {"x": "2", "answer": "c"}, {"x": "2 ", "answer": "d"}]
    yield {"id": "majority/field", "completions": fielded, "run": lambda: dspy.majority(fielded, field="x")}
    texts = [
        "The,  Eiffel  Tower!", "an apple a day", "á la carte", "ΣΑΣ ΟΔΥΣΣΕΥΣ Σ", "a_b a-b", "İstanbul", "x≮y",
        "½ a Ⅳ the٣", "the\u00a0a\u2028b\u200bc",
        "Æ ß ẞ", "don't A.N. a", "日本 a 語", "theatre a1 1a", "\u1e9b\u0323 ſ", "𝒜 a 😀", "",
    ]  # fmt: skip
    yield {"id": "normalize", "texts": texts, "run": lambda: [normalize_text(text) for text in texts]}


def tool_cases() -> Iterator[dict[str, Any]]:
    """What `dspy.Tool` says of arguments that do not fit their schemas."""
    person = {
        "type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name"],
        "additionalProperties": False,
    }  # fmt: skip
    pairs: list[tuple[dict[str, Any], Any]] = [
        ({"type": "integer"}, "3"), ({"type": "integer"}, 3.0), ({"type": "integer"}, 3.5), ({"type": "integer"}, True),
        ({"type": "number"}, 3), ({"type": "number"}, False), ({"type": "string"}, None), ({"type": "boolean"}, 1),
        ({"type": ["string", "null"]}, None), ({"type": ["string", "null"]}, 1), ({"type": "null"}, 0),
        ({"type": "string", "enum": ["a", "b"]}, "b"), ({"type": "string", "enum": ["a", "it's"]}, "c"),
        ({"type": "number", "enum": [1, 2]}, 2.0), ({"type": "integer", "const": 4}, 5),
        ({"type": "integer", "minimum": 3}, 2), ({"type": "integer", "maximum": 3}, 4),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "number", "exclusiveMinimum": 0}, 0), ({"type": "number", "exclusiveMaximum": 1.5}, 1.5),
        ({"type": "string", "minLength": 1}, ""), ({"type": "string", "minLength": 2}, "a"),
        ({"type": "string", "maxLength": 2}, "äöü"), ({"type": "array", "minItems": 1}, []),
        ({"type": "array", "maxItems": 1}, [1, 2]), ({"type": "array", "maxItems": 0}, [1]),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"]),
        ({"type": "array", "items": person}, [{"name": "A"}, {}]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1, "b": "x"}),
        (person, {"name": "A", "age": 3}), (person, {"name": 3}), (person, {"age": 3}), (person, {"name": "A", "x": 1}),
        (person, {"name": "A", "x": 1, "y": 2}), (person, []), ({"type": "object"}, {"a": {"b": [None, 1.5]}}),
    ]  # fmt: skip

    def told(schema: dict[str, Any], value: Any) -> str | None:
        try:
            dspy.Tool(lambda x: x, name="t", args={"x": schema}, arg_types={})(x=value)
        except ValueError as error:
            return str(error)
        return None

    yield {"id": "tool", "pairs": pairs, "run": lambda: [told(*pair) for pair in pairs]}


def parallel_cases() -> Iterator[dict[str, Any]]:
    """Parallel, one call at a time, as several have no order."""

    def case(name: str, answers: list[Any], count: int = 3, **options: Any) -> dict[str, Any]:
        predict = dspy.Predict("question -> answer")
        pairs = [(predict, {"question": str(index)}) for index in range(count)]
        program = dspy.Parallel(num_threads=1, disable_progress_bar=True, **options)
        return {"id": f"parallel/{name}", "answers": answers, "run": lambda: program(pairs)}

    says = [chat(answer=str(index)) for index in range(3)]
    yield case("all", says)
    yield case("one fails", [says[0], "?", "?", says[2]])
    yield case("too many fail", [says[0], "?", "?", "?", "?"], count=5, max_errors=2)


def cases() -> Iterator[dict[str, Any]]:
    """Every case."""
    yield from react_cases()
    yield from best_of_n_cases()
    yield from refine_cases()
    yield from comparison_cases()
    yield from majority_cases()
    yield from tool_cases()
    yield from parallel_cases()
