"""The zygote in a real process, and workers really forked from it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).parent

PRELUDE = """
    import gc, json, os, sys, threading
    descriptors = set(os.listdir("/proc/self/fd"))
    from dspex_worker import zygote
"""


def run(script: str, **environment: str) -> dict:
    """Run the script in a fresh interpreter; it prints one object."""
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PRELUDE) + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": f"{HERE.parent}:{HERE}", **environment},
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


def test_without_packages_it_is_prepared_all_the_same():
    report = run("print(json.dumps(zygote.prepare([])))")
    assert report["packages"] == {}
    assert report["python"] == "{}.{}.{}".format(*sys.version_info)
    assert report["dspex_worker"] == "0.1.0"


@pytest.mark.slow
@pytest.mark.parametrize("preload", [["dspy", "numpy"], ["dspex_worker.programs"]])
def test_the_zygote_has_one_thread_no_new_descriptor_no_litellm_and_a_frozen_heap(preload):
    report = run(f"""
        report = zygote.prepare({preload!r})
        import dspy
        from dspy.dsp.utils.settings import settings
        report |= {{
            "threads": len(os.listdir("/proc/self/task")),
            "descriptors": sorted(set(os.listdir("/proc/self/fd")) - descriptors),
            "litellm": "litellm" in sys.modules,
            "bridge": "dspex_worker.programs" in sys.modules,
            "collecting": gc.isenabled(),
            "frozen": gc.get_freeze_count(),
            "tracked": len(gc.get_objects()),
            "caches": [dspy.cache.enable_disk_cache, dspy.cache.enable_memory_cache],
            "lean": [settings.disable_history, settings.max_trace_size, settings.trace, settings.callbacks],
            "metadata": os.environ["LITELLM_LOCAL_MODEL_COST_MAP"],
        }}
        print(json.dumps(report))
    """)
    assert report["threads"] == 1
    assert report["descriptors"] == []
    assert not report["litellm"]
    assert report["bridge"]
    assert not report["collecting"]
    assert report["frozen"] > 50_000
    assert report["tracked"] < 100  # what was made since
    assert report["caches"] == [False, False]
    assert report["lean"] == [True, 0, [], []]
    assert report["metadata"] == "True"
    assert report["modules"] > 500
    assert set(report["packages"]) == {name.partition(".")[0] for name in preload}
    assert report["packages"].get("dspy", "3.4.1") == "3.4.1"


@pytest.mark.slow
def test_workers_forked_from_it_predict_on_their_first_call():
    """Eight workers, each with a host of its own; each also runs threads, asynchronous calls and a stream."""
    report = run("""
        zygote.prepare(["dspy"])
        import asyncio, traceback

        def serve(outlet):
            from dspex_worker import worker
            worker.start()
            threads = len(os.listdir("/proc/self/task"))
            from host_stand_in import Host, events
            from specs import QA, options
            host = Host()
            sys.modules["_dspex"] = host.module()
            import dspy
            from dspex_worker import programs
            host.answer(json.dumps({"reasoning": "r", "answer": f"from {os.getpid()}"}))
            for _ in range(3):
                result = programs.predict("ChainOfThought", QA, {"question": "q"}, options())
                assert result["outputs"]["answer"] == f"from {os.getpid()}"
            lm = programs.host_lm("m", True)
            predict = dspy.Predict("question -> answer")
            with dspy.context(lm=lm, adapter=dspy.JSONAdapter()):
                parallel = dspy.Parallel(num_threads=4, disable_progress_bar=True)
                assert len(parallel([(predict, {"question": "q"})] * 8)) == 8
                assert asyncio.run(predict.acall(question="q")).answer
                host.stream = lambda payload: events('{"answer', '": "x', '"}')
                *_, last = dspy.streamify(predict, async_streaming=False)(question="q")
                assert last.answer == "x"
            assert "litellm" not in sys.modules
            os.write(outlet, json.dumps({"threads": threads, "collecting": gc.isenabled()}).encode() + b"\\n")

        inlet, outlet = os.pipe()
        children = []
        for _ in range(8):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    serve(outlet)
                    status = 0
                except BaseException:
                    traceback.print_exc()
                finally:
                    sys.stderr.flush()
                    os._exit(status)
            children.append(child)
        statuses = [os.waitpid(child, 0)[1] for child in children]
        os.close(outlet)
        reports = [json.loads(line) for line in os.fdopen(inlet).read().splitlines()]
        print(json.dumps({"statuses": statuses, "reports": reports}))
    """)
    assert report["statuses"] == [0] * 8
    assert report["reports"] == [{"threads": 1, "collecting": True}] * 8


@pytest.mark.slow
@pytest.mark.parametrize("preload", [[], ["dspex_worker.local_model", "xllamacpp"]])
def test_a_worker_forked_from_it_serves_the_embedded_model(preload, tmp_path):
    report = run(f"""
        zygote.prepare({preload!r})
        child = os.fork()
        if child == 0:
            status = 1
            try:
                from dspex_worker import local_model, worker
                worker.start()
                served = local_model.serve({str(tmp_path / "m.sock")!r}, 1, 256, 1, 1)
                from test_local_model import Connection
                ask = {{"messages": [{{"role": "user", "content": "hi"}}], "max_tokens": 4}}
                answer, _ = Connection(served["socket"]).call("POST", "/v1/chat/completions", ask)
                local_model.stop()
                status = 0 if answer == 200 else 2
            finally:
                os._exit(status)
        print(json.dumps({{"status": os.waitpid(child, 0)[1]}}))
    """)
    assert report["status"] == 0
    assert not (tmp_path / "m.sock").exists()


def test_a_package_that_is_missing_or_broken_is_named(tmp_path):
    (tmp_path / "broken_package.py").write_text("raise RuntimeError('out of order')")
    script = """
        try:
            zygote.prepare([{name!r}])
        except zygote.PreloadError as error:
            print(json.dumps({{"message": str(error), "cause": type(error.__cause__).__name__}}))
    """
    missing = run(script.format(name="no_such_package"))
    assert missing["cause"] == "ModuleNotFoundError"
    assert "cannot preload 'no_such_package'" in missing["message"]
    assert "Install it into the worker's venv" in missing["message"]
    broken = run(script.format(name="broken_package"), PYTHONPATH=f"{HERE.parent}:{tmp_path}")
    assert "cannot preload 'broken_package': RuntimeError: out of order" in broken["message"]


def test_a_package_that_starts_a_thread_is_named(tmp_path):
    (tmp_path / "busy_package.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    report = run(
        """
        try:
            zygote.prepare(["json", "busy_package"])
        except zygote.PreloadError as error:
            print(json.dumps({"message": str(error)}), flush=True)
            os._exit(0)
        """,
        PYTHONPATH=f"{HERE.parent}:{tmp_path}",
    )
    assert "importing 'busy_package' left 1 more thread(s) running" in report["message"]


def test_what_was_printed_before_the_fork_is_not_printed_again_by_the_child():
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys\nfrom dspex_worker import zygote\nprint('once')\nzygote.prepare([])\n"
            "child = os.fork()\nif child == 0: sys.stdout.flush(); os._exit(0)\nos.waitpid(child, 0)",
        ],
        capture_output=True,
        text=True,
        timeout=30,
        env={**{k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}, "PYTHONPATH": str(HERE.parent)},
    )
    assert process.stdout == "once\n"
