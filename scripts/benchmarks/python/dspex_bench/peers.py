"""The peers of `scripts/bench call`, `pool` and `stream`, each a program that the harness drives.

usage: python -m dspex_bench.peers pipe|executor|grpc|grpc-in-flight N|stream

Says `ready`, then answers every line `run N` with a JSON list of N round-trip times in nanoseconds; the last two answer
with one time, which is what each call or item took on average. Ends with the line `stop`, or with its standard input.
"""

import json
import multiprocessing
import sys
import time
from collections import deque

from dspex_bench import echo, tokens
from dspex_bench.values import small

WARM_UP = 300


def echo_loop(connection, other_end):
    other_end.close()
    while True:
        try:
            connection.send(connection.recv())
        except EOFError:
            return


def pipe():
    """`multiprocessing.Pipe` to one child process: pickle, one write and one read each way."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=echo_loop, args=(theirs, ours), daemon=True)
    child.start()
    theirs.close()

    def call(value):
        ours.send(value)
        return ours.recv()

    return call


def executor():
    """`ProcessPoolExecutor(1)`: what most Python programs would take."""
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    return lambda value: pool.submit(echo, value).result()


def grpc_json():
    """What Snakepit does: a unary gRPC call whose value is JSON text (by orjson) in a protobuf `Any`."""
    send, receive = grpc_bridge()
    return lambda value: receive(send(value))


def grpc_bridge():
    """A server in a process of its own; how a value is sent to it, and how its answer is awaited."""
    import grpc
    import orjson
    from google.protobuf.any_pb2 import Any

    def answer(request, _context):
        return Any(type_url=request.type_url, value=orjson.dumps(echo(orjson.loads(request.value))))

    def serve(ports):
        from concurrent.futures import ThreadPoolExecutor

        server = grpc.server(ThreadPoolExecutor(4))
        method = grpc.unary_unary_rpc_method_handler(
            answer, request_deserializer=Any.FromString, response_serializer=Any.SerializeToString
        )
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bridge", {"Execute": method}),))
        ports.send(server.add_insecure_port("127.0.0.1:0"))
        server.start()
        server.wait_for_termination()

    ours, theirs = multiprocessing.Pipe()
    # The child is forked before this process has a channel: gRPC does not survive a fork.
    multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True).start()
    channel = grpc.insecure_channel(f"127.0.0.1:{ours.recv()}")
    execute = channel.unary_unary(
        "/bench.Bridge/Execute", request_serializer=Any.SerializeToString, response_deserializer=Any.FromString
    )

    def message(value):
        return Any(type_url="type.googleapis.com/bench.Json", value=orjson.dumps(value))

    def send(value):
        return execute.future(message(value), timeout=30)

    def receive(future):
        return orjson.loads(future.result().value)

    return send, receive


def round_trips(call):
    """A run of calls, one after the other."""
    value = small()
    clock = time.perf_counter_ns
    if call(value) != value:
        raise AssertionError("the peer does not give the value back")

    def run(count):
        times = []
        for _ in range(count):
            start = clock()
            call(value)
            times.append(clock() - start)
        return times

    return run


def grpc_in_flight(limit):
    """A run of gRPC calls of which so many are out at any time: when the oldest has its answer, another one is sent."""
    send, receive = grpc_bridge()
    value = small()
    if receive(send(value)) != value:
        raise AssertionError("the peer does not give the value back")

    def run(count):
        start = time.perf_counter_ns()
        out = deque()
        for _ in range(count):
            if len(out) == limit:
                receive(out.popleft())
            out.append(send(value))
        while out:
            receive(out.popleft())
        return [(time.perf_counter_ns() - start) // count]

    return run


def stream_loop(connection, other_end):
    other_end.close()
    while True:
        try:
            count = connection.recv()
        except EOFError:
            return
        for item in tokens(count):
            connection.send(item)


def stream():
    """Items sent one by one through `multiprocessing.Pipe`."""
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.get_context("fork").Process(target=stream_loop, args=(theirs, ours), daemon=True).start()
    theirs.close()

    def run(count):
        start = time.perf_counter_ns()
        ours.send(count)
        letters = sum(len(ours.recv()) for _ in range(count))
        took = time.perf_counter_ns() - start
        if letters != 8 * count:
            raise AssertionError("the items did not come whole")
        return [took // count]

    return run


PEERS = {
    "pipe": lambda: round_trips(pipe()),
    "executor": lambda: round_trips(executor()),
    "grpc": lambda: round_trips(grpc_json()),
    "grpc-in-flight": lambda limit: grpc_in_flight(int(limit)),
    "stream": stream,
}


def serve_runs(run):
    """Answers the harness until it says `stop`."""
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "stop\n":
            break
        print(json.dumps(run(int(line.split()[1]))), flush=True)
    # gRPC's server does not end on SIGTERM, which is what multiprocessing would send.
    for child in multiprocessing.active_children():
        child.kill()


def main(name, *arguments):
    run = PEERS[name](*arguments)
    run(WARM_UP)
    serve_runs(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
