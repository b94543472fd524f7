"""The peers of `scripts/bench call` and `start`, each a program that the harness drives.

usage: python -m dspex_bench.peers pipe|executor|grpc

Says `ready`, then answers every line `run N` with a JSON list of N round-trip times in nanoseconds. Ends with the line
`stop`, or with its standard input.
"""

import json
import multiprocessing
import sys
import time

from dspex_bench import echo
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

    def call(value):
        reply = execute(Any(type_url="type.googleapis.com/bench.Json", value=orjson.dumps(value)), timeout=30)
        return orjson.loads(reply.value)

    return call


PEERS = {"pipe": pipe, "executor": executor, "grpc": grpc_json}


def main(name):
    call = PEERS[name]()
    value = small()
    clock = time.perf_counter_ns

    def run(count):
        times = []
        for _ in range(count):
            start = clock()
            call(value)
            times.append(clock() - start)
        return times

    if call(value) != value:
        raise AssertionError(f"{name} does not give the value back")
    run(WARM_UP)
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "stop\n":
            break
        print(json.dumps(run(int(line.split()[1]))), flush=True)
    # gRPC's server does not end on SIGTERM, which is what multiprocessing would send.
    for child in multiprocessing.active_children():
        child.kill()


if __name__ == "__main__":
    main(sys.argv[1])
