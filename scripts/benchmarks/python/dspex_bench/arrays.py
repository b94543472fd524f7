"""What adds up the arrays of `scripts/bench arrays` in a worker, and the peers that do the same, which the harness drives.

usage: python -m dspex_bench.arrays eventfd|pickle|grpc-bytes MEGABYTES

A peer says `ready`, then answers every line `run N` with a JSON list of N times in nanoseconds: what it took to bring the array there
and the sum back, beyond the adding itself.
"""

import mmap
import multiprocessing
import os
import struct
import sys
import time

import numpy


def add_up(data):
    """The sum of float32 numbers, given as bytes or as an array, and how many nanoseconds the adding took."""
    array = data if isinstance(data, numpy.ndarray) else numpy.frombuffer(data, dtype=numpy.float32)
    start = time.perf_counter_ns()
    total = float(array.sum())
    return total, time.perf_counter_ns() - start


def eventfd():
    """The floor: both processes have the array, and ring for each other as bare as Python can."""
    answer = mmap.mmap(-1, 16)
    asked, answered = os.eventfd(0), os.eventfd(0)

    def serve(array):
        while True:
            os.eventfd_read(asked)
            struct.pack_into("<dq", answer, 0, *add_up(array))
            os.eventfd_write(answered, 1)

    peer = None

    def call(array):
        nonlocal peer
        if peer is None:
            # Memory that both processes map, as a SharedArray is.
            shared = numpy.frombuffer(mmap.mmap(-1, array.nbytes), dtype=array.dtype)
            shared[:] = array
            peer = multiprocessing.get_context("fork").Process(target=serve, args=(shared,), daemon=True)
            peer.start()
        os.eventfd_write(asked, 1)
        os.eventfd_read(answered)
        return struct.unpack_from("<dq", answer)

    return call


def pickle_loop(connection, other_end):
    other_end.close()
    while True:
        try:
            connection.send(add_up(connection.recv()))
        except EOFError:
            return


def pickle():
    """The array pickled through `multiprocessing.Pipe`."""
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.get_context("fork").Process(target=pickle_loop, args=(theirs, ours), daemon=True).start()
    theirs.close()

    def call(array):
        ours.send(array)
        return ours.recv()

    return call


def grpc_bytes():
    """The array's bytes in a unary gRPC call, without protobuf around them."""
    import grpc

    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

    def serve(ports):
        from concurrent.futures import ThreadPoolExecutor

        server = grpc.server(ThreadPoolExecutor(1), options=options)
        method = grpc.unary_unary_rpc_method_handler(lambda data, _context: struct.pack("<dq", *add_up(data)))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Arrays", {"AddUp": method}),))
        ports.send(server.add_insecure_port("127.0.0.1:0"))
        server.start()
        server.wait_for_termination()

    ours, theirs = multiprocessing.Pipe()
    multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True).start()
    execute = grpc.insecure_channel(f"127.0.0.1:{ours.recv()}", options=options).unary_unary("/bench.Arrays/AddUp")
    return lambda array: struct.unpack("<dq", execute(array.tobytes(), timeout=60))


def main(name, megabytes):
    from dspex_bench.peers import serve_runs

    call = {"eventfd": eventfd, "pickle": pickle, "grpc-bytes": grpc_bytes}[name]()
    array = numpy.ones(int(megabytes) << 18, dtype=numpy.float32)

    def run(count):
        times = []
        for _ in range(count):
            start = time.perf_counter_ns()
            total, adding = call(array)
            times.append(time.perf_counter_ns() - start - adding)
            if total != array.size:
                raise AssertionError(f"the sum is {total}")
        return times

    run(3)
    serve_runs(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
