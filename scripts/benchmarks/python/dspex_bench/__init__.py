"""What `scripts/bench` calls in a worker, and the peers it drives (`python -m dspex_bench.peers`)."""


def echo(value):
    return value


def nothing():
    return None


def predict():
    """One DSPy prediction the whole way: bridge, DSPy, host's model plane (which answers at once), typed output."""
    from dspex_worker import programs

    field = (("question", ("str",), None),)
    answer = (("answer", ("str",), None),)
    options = {"model": "bench", "adapter": "chat", "capabilities": {}}
    return programs.predict("Predict", ("Question", None, field, answer), {"question": "Are you there?"}, options)["outputs"]
