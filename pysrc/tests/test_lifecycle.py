"""The hooks, and what a worker does first. In processes of their own: a process starts as a worker once."""

import subprocess
import sys
import textwrap

import pytest

from dspex_worker import converters


def run(script: str) -> None:
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)


def test_hooks_run_in_order_each_once_and_late_ones_at_once():
    run("""
        from dspex_worker import lifecycle
        calls = []
        def first(): calls.append("first")
        def second(): calls.append("second")
        for hook in (first, second, first):
            assert lifecycle.at_worker(hook) is hook
        lifecycle.at_zygote(lambda: calls.append("zygote"))
        lifecycle.run_zygote_hooks()
        lifecycle.run_worker_hooks()
        lifecycle.run_worker_hooks()
        lifecycle.at_worker(lambda: calls.append("late"))
        assert calls == ["zygote", "first", "second", "late"], calls
    """)


def test_a_worker_has_its_collector_on_and_random_numbers_of_its_own():
    run("""
        import gc, os, random, numpy, numpy.random
        from dspex_worker import worker
        gc.disable()
        draws = []
        for _ in range(2):
            inlet, outlet = os.pipe()
            child = os.fork()
            if child == 0:
                worker.start()
                assert gc.isenabled()
                os.write(outlet, f"{numpy.random.random()} {random.random()}".encode())
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            draws += os.read(inlet, 100).split()
        assert len(set(draws)) == 4, draws
    """)


def test_converters_are_registered_with_the_native_module(host):
    converters.register("decimal", complex, str, complex)
    assert host.converters == {"decimal": (complex, str, complex)}


def test_outside_of_a_worker_registering_a_converter_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "_dspex", None)
    with pytest.raises(RuntimeError, match="in a DSPex worker process only"):
        converters.register("decimal", complex, str, complex)
