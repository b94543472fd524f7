"""What the tests of isolation run in a worker: code that nobody has read, as text."""


def attempt(source, names):
    """Run `source` with these `names` in it: its `result`, or the exception's class and words."""
    scope = dict(names)
    try:
        exec(source, scope)
    except BaseException as error:
        return ["raised", type(error).__name__, str(error)]
    return ["result", scope.get("result")]
