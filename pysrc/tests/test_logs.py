"""Lines on their way to the host."""

import io
import logging
import subprocess
import sys
import textwrap
import threading

import pytest

from dspex_worker import logs


@pytest.fixture(autouse=True)
def connected(monkeypatch):
    monkeypatch.setattr(logs, "_is_connected", True)


@pytest.fixture
def stream(host):
    return logs.HostStream("stdout", logging.INFO, sys.__stdout__, logging.INFO)


@pytest.fixture
def logger(host):
    logger = logging.getLogger("test.logs")
    handler = logs.HostHandler(logging.INFO)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield logger
    logger.removeHandler(handler)


def messages(host):
    return [message for _, _, message, _ in host.lines]


def test_lines_are_told_apart(host, stream):
    for part in ("a", "b\nc", "\n", "\n", "d\r\n", "e"):
        stream.write(part)
    assert messages(host) == ["ab", "c", "", "d"]
    stream.flush()
    stream.flush()
    assert messages(host)[-1] == "e"
    assert len(host.lines) == 5


def test_what_the_zygote_says_goes_where_it_always_went(host, monkeypatch, capsys):
    monkeypatch.setattr(logs, "_is_connected", False)
    real = io.StringIO()
    assert logs.HostStream("stdout", logging.INFO, real, logging.INFO).write("a\nb") == 3
    assert logs.HostStream("stderr", logs.NOTICE, None, logging.INFO).write("to nobody") == 9
    handler = logs.HostHandler(logging.INFO)
    handler.emit(logging.makeLogRecord({"msg": "beware", "levelno": logging.WARNING}))
    handler.emit(logging.makeLogRecord({"msg": "quiet", "levelno": logging.INFO}))
    assert (real.getvalue(), capsys.readouterr().err, host.lines) == ("a\nb", "beware\n", [])


def test_the_last_line_is_sent_as_the_call_ends(host, stream, monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream)
    stream.write("left")
    assert host.lines == []
    host.ends[0]()
    assert messages(host) == ["left"]


def test_what_a_thread_left_behind_is_sent_after_its_end(host, stream):
    thread = threading.Thread(target=stream.write, args=("from the thread",))
    thread.start()
    thread.join()
    stream.end_of_call()
    assert messages(host) == ["from the thread"]


def test_a_line_without_end_takes_bounded_memory(host, stream):
    for _ in range(10_000):
        stream.write("x" * 1000)
    kept = next(iter(stream._partials.values()))
    assert kept.length == logs.LINE_LIMIT
    stream.write("\n")
    assert messages(host)[0].endswith(f"… {10_000_000 - logs.LINE_LIMIT} characters left out")


def test_only_text_is_taken(stream):
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"bytes")
    assert stream.write("") == 0
    assert stream.writelines(["a\n", "b\n"]) is None


def test_bytes_come_in_parts(host, stream):
    for byte in "☃\n".encode():
        stream.buffer.write(bytes([byte]))
    stream.buffer.write(memoryview(b"\xff\n"))
    assert messages(host) == ["☃", "\\xff"]


def test_closing_leaves_it_open_for_others(host, stream):
    stream.write("before")
    stream.close()
    stream.write("after\n")
    assert messages(host) == ["before", "after"]
    stream.reconfigure(encoding="latin-1")
    with pytest.raises(io.UnsupportedOperation):
        logs.HostStream("stdout", 20, None, 20).fileno()


def test_a_stream_below_the_level_says_nothing(host):
    quiet = logs.HostStream("stdout", logging.INFO, sys.__stdout__, logging.WARNING)
    assert quiet.write("a\n") == 2
    assert host.lines == []


def test_a_record_carries_what_was_said_of_it(host, logger):
    logger.info("for %s", "you", extra={"user": 7, "odd": object})
    level, name, message, details = host.lines[0]
    assert (level, name, message) == (20, "test.logs", "for you")
    assert details["user"] == 7 and details["odd"] == str(object)
    assert details["source"].startswith(__file__)


def test_nothing_that_is_logged_raises(host, monkeypatch):
    handler = logs.HostHandler(logging.INFO)

    def log(message, *args, extra=None):  # past pytest's own handler, which raises what ours must not
        record = logging.getLogger("test.logs").makeRecord("test.logs", 20, "file", 1, message, args, None, extra=extra)
        handler.handle(record)

    class Broken:
        def __str__(self):
            raise KeyError

        __repr__ = __str__

    log(Broken())
    log("%s", Broken(), extra={"it": Broken()})
    log("%s %s", 1)
    log("\ud800", extra={"\udcff": "\ud800"})
    assert len(host.lines) == 4
    monkeypatch.setitem(sys.modules, "_dspex", None)
    log("nobody hears")


def test_the_handler_has_no_lock(logger):
    assert logger.handlers[0].lock is None


def test_handlers_of_the_zygote_write_to_the_new_streams(monkeypatch, host):
    handler = logging.StreamHandler(sys.stderr)
    logger = logging.getLogger("test.logs.zygote")
    logger.addHandler(handler)
    before = sys.stdout, sys.stderr
    stream = logs.HostStream("stderr", 25, before[1], 20)
    monkeypatch.setattr(sys, "stderr", stream)
    logs._redirect_handlers(before)
    logger.warning("through the handler")
    logger.removeHandler(handler)
    assert handler.stream is stream
    assert "through the handler" in messages(host)


def test_logging_as_the_interpreter_ends_hurts_nobody(tmp_path):
    script = textwrap.dedent("""
        import atexit, logging, sys
        sys.path[:0] = sys.argv[1:]
        from host_stand_in import Host
        host = Host()
        sys.modules["_dspex"] = host.module()
        from dspex_worker import logs
        logs.install()
        logs.connect()

        class Late:
            def __del__(self):
                logging.getLogger("late").warning("from __del__")
                print("from __del__")

        late = Late()
        keep = [late]
        keep.append(keep)
        atexit.register(lambda: (print("at exit"), logging.info("at exit"), print("left", end="")))
        print("running")
        assert [line[2] for line in host.lines] == ["running"], host.lines
    """)
    folders = [entry for entry in sys.path if entry.endswith(("pysrc", "pysrc/tests"))]
    ended = subprocess.run([sys.executable, "-c", script, *folders], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
