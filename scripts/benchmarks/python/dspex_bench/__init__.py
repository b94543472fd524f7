"""What `scripts/bench` calls in a worker, and the peers it drives (`python -m dspex_bench.peers`)."""


def echo(value):
    return value


def nothing():
    return None


def tokens(count):
    """`count` texts of eight letters."""
    texts = [f"token {number:02}" for number in range(100)]
    whole, rest = divmod(count, 100)
    for _ in range(whole):
        yield from texts
    yield from texts[:rest]


def ask(count, value):
    """Asks the host that many times; returns how many nanoseconds each answer took."""
    import time

    import _dspex

    clock = time.perf_counter_ns
    times = []
    for _ in range(count):
        start = clock()
        _dspex.upcall("bench.echo", value)
        times.append(clock() - start)
    return times


def predict():
    """One DSPy prediction the whole way: bridge, DSPy, host's model plane (which answers at once), typed output."""
    from dspex_worker import programs

    field = (("question", ("str",), None),)
    answer = (("answer", ("str",), None),)
    options = {"model": "bench", "adapter": "chat", "capabilities": {}}
    return programs.predict("Predict", ("Question", None, field, answer), {"question": "Are you there?"}, options)["outputs"]
