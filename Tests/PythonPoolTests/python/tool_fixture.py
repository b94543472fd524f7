"""What the tests of tools, closures and sequences call."""

import copy
import gc
import inspect
import itertools
import threading

import _dspex

from dspex_worker import request, tools


def call(name, args, kwargs):
    return tools.get(name)(*args, **kwargs)


def attribute(name, **kwargs):
    return getattr(tools, name)(**kwargs)


def wrong(name, args, kwargs):
    """The class and message of what the call raises, and whether the host was asked."""
    function = tools.get(name)
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)


def description(name):
    function = tools.get(name)
    return {
        "name": function.__name__,
        "doc": function.__doc__,
        "signature": str(inspect.signature(function)),
        "is_function": inspect.isfunction(function),
        "schema": function.schema,
    }


def names():
    return tools.names(), [name for name in dir(tools) if not name.startswith("_")]


def keep(name):
    global kept
    kept = tools.get(name)
    return kept.__doc__


def call_kept(*args, **kwargs):
    try:
        return kept(*args, **kwargs), kept is tools.get(kept.__name__)
    except LookupError as error:
        return type(error).__name__, str(error)


def catch(name, kind):
    try:
        tools.get(name)()
    except getattr(__import__("builtins"), kind, None) or getattr(tools, kind) as error:
        return {
            "class": type(error).__name__,
            "is_tool_error": isinstance(error, tools.ToolError),
            "message": str(error),
            "code": error.code,
            "type": error.swift_type,
        }


def chain(name, explicitly):
    try:
        tools.get(name)()
    except tools.ToolError as error:
        if explicitly:
            raise RuntimeError("the step failed") from error
        raise


def fail_often(name, times):
    failed = 0
    for _ in range(times):
        try:
            tools.get(name)()
        except tools.ToolError:
            failed += 1
    tools.get(name)()


def descend(depth):
    return tools.get("descend")(depth)


def many(name, times):
    function = tools.get(name)
    return sum(function(number) for number in range(times))


def from_threads(name, count):
    answers = [None] * count

    def one(index):
        answers[index] = tools.get(name)(index)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def dspy_call(name, arguments):
    """As an agent calls it, with what a model wrote."""
    import dspy

    return dspy.Tool(tools.get(name))(**arguments)


def dspy_tool(name):
    import dspy

    tool = dspy.Tool(tools.get(name))
    return {"name": tool.name, "desc": tool.desc, "args": tool.args, "answer": tool(city="Bern", days=2)}


def react(name):
    """A model that is scripted asks for the tool, and finishes."""
    import dspy
    from dspy.utils.dummies import DummyLM

    steps = [
        {"next_thought": "ask", "next_tool_name": name, "next_tool_args": {"city": "Bern", "days": 1}},
        {"next_thought": "done", "next_tool_name": "finish", "next_tool_args": {}},
        {"reasoning": "it was said", "answer": "sunny"},
    ]
    with dspy.context(lm=DummyLM(steps)):
        prediction = dspy.ReAct("question -> answer", tools=[tools.get(name)])(question="How is Bern?")
    return prediction.answer, prediction.trajectory["observation_0"]


# Closures


def apply(function, *args, **kwargs):
    return function(*args, **kwargs)


def retain(function):
    global retained
    retained = function


def use_retained(*args):
    return retained(*args)


def drop_retained():
    global retained
    del retained
    gc.collect()


def facts_of(function, other):
    return {
        "repr": repr(function),
        "callable": callable(function),
        "equal": function == other,
        "copy": copy.deepcopy([function])[0] is function,
        "hash": hash(function) == hash(other),
    }


def pickled(function):
    import pickle

    try:
        pickle.dumps(function)
    except TypeError as error:
        return str(error)


def catch_call(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)


# Sequences


def twice(items):
    return list(items), list(items)


def first(items, count):
    return list(itertools.islice(items, count))


def first_and_leave(items, count):
    taken = []
    for item in items:
        taken.append(item)
        if len(taken) == count:
            break
    return taken


def until_it_fails(items):
    taken = []
    try:
        for item in items:
            taken.append(item)
    except tools.ToolError as error:
        return taken, str(error)


def yield_doubled(items):
    for item in items:
        yield item * 2


# The request


def request_facts():
    before = request.deadline()
    return request.id(), before


def request_in_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append((request.id(), request.deadline())))
    thread.start()
    thread.join()
    return found[0]


def nested_request(name):
    return request.deadline(), _dspex.upcall(name, None)


def make_and_apply(name, argument, value):
    return tools.get(name)(argument)(value)
