"""The peer of `scripts/bench start`: a new `python -c "import dspy"` process for each worker.

usage: python -m dspex_bench.processes

Answers every line `run N` with {"total": ns until all N were ready, "each": [ns from spawn to ready], "private": [KiB of private dirty
memory]}. They are started a few at a time, as many as keep the cores busy, which gets all of them ready sooner than all at once.
"""

import json
import os
import selectors
import subprocess
import sys
import time

PROGRAM = "import dspy, sys; print('ready', flush=True); sys.stdin.read()"


def private_dirty(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_Dirty"))


def start_one():
    started = time.perf_counter_ns()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return process, started


def run(count):
    at_once = os.cpu_count() + 1
    ready, each = [], []
    begun = time.perf_counter_ns()
    with selectors.DefaultSelector() as selector:
        waiting = 0
        left = count
        while left or waiting:
            while left and waiting < at_once:
                process, started = start_one()
                selector.register(process.stdout, selectors.EVENT_READ, (process, started))
                left -= 1
                waiting += 1
            for key, _ in selector.select():
                process, started = key.data
                if process.stdout.readline() != b"ready\n":
                    raise RuntimeError(f"python -c 'import dspy' ended with {process.wait()}")
                each.append(time.perf_counter_ns() - started)
                selector.unregister(process.stdout)
                ready.append(process)
                waiting -= 1
    total = time.perf_counter_ns() - begun
    private = [private_dirty(process.pid) for process in ready]
    for process in ready:
        process.stdin.close()
    for process in ready:
        process.wait()
        process.stdout.close()
    return {"total": total, "each": each, "private": private}


def main():
    run(1)
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "stop\n":
            return
        print(json.dumps(run(int(line.split()[1]))), flush=True)


if __name__ == "__main__":
    main()
