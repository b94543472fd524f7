"""The report, drawn from numbers that are stored beside this file."""

import json
import xml.etree.ElementTree as tree
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dspex_report.__main__ import main, report
from dspex_report.charts import charts, number, quantity
from dspex_report.proof import LINES, Line, Standing
from dspex_report.results import Results, ResultsError

HERE = Path(__file__).parent
SAMPLES = [HERE / "sample.json", HERE / "sample-start.json"]
PNG = b"\x89PNG\r\n\x1a\n"


def line(name: str) -> Line:
    return next(line for line in LINES if line.name == name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert report(folder, SAMPLES) == folder / "index.html"
    return folder


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("echo.blocking/eventfd", Standing.HOLDS),
        ("echo.async/eventfd", Standing.FAILS),
        ("echo.spin/eventfd", Standing.OPEN),
        ("start.fork-ready", Standing.HOLDS),
        ("memory.idle-worker", Standing.FAILS),
        ("stream.items-per-second", Standing.HOLDS),
    ],
)
def test_a_line_stands_as_its_number_says(name, standing):
    assert line(name).standing(Results.load(SAMPLES)) is standing


def test_a_number_at_the_bar_holds_and_one_beyond_it_fails():
    results = Results(ratios={"echo.blocking/eventfd": 2.0, "echo.async/eventfd": 4.000001})
    assert line("echo.blocking/eventfd").standing(results) is Standing.HOLDS
    assert line("echo.async/eventfd").standing(results) is Standing.FAILS


def test_every_line_has_a_name_of_its_own():
    assert len({line.name for line in LINES}) == len(LINES)


def test_every_chart_is_a_picture_in_both_forms(folder):
    drawn = charts(Results.load(SAMPLES))
    assert [chart.name for chart in drawn] == ["overview", "calls", "start", "memory"]
    for chart in drawn:
        assert tree.parse(folder / f"{chart.name}.svg").getroot().tag.endswith("svg")
        content = (folder / f"{chart.name}.png").read_bytes()
        assert content.startswith(PNG)
        assert len(content) > 10_000


def test_the_same_numbers_make_the_same_picture(folder, tmp_path):
    report(tmp_path, SAMPLES)
    assert (tmp_path / "calls.svg").read_bytes() == (folder / "calls.svg").read_bytes()


def test_the_page_shows_every_picture_line_and_number_and_is_well_formed(folder):
    text = (folder / "index.html").read_text()

    class Reader(HTMLParser):
        open: list[str] = []
        pictures: list[str] = []

        def handle_starttag(self, tag, attributes):
            if tag == "img":
                self.pictures.append(dict(attributes)["src"])
            if tag not in ("img", "meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert [(folder / name).is_file() for name in reader.pictures] == [True] * 4
    for line in LINES:
        assert line.name in text
    assert "812" in text
    assert "2026-11-20 – 2026-11-21" in text
    assert "Sample CPU &lt;8&gt;" in text
    assert "<8>" not in text
    assert "scripts/bench call --json call.json" in text


def test_nothing_measured_is_a_page_without_pictures(tmp_path):
    empty = {**json.loads(SAMPLES[0].read_text()), "results": [], "ratios": []}
    (tmp_path / "empty.json").write_text(json.dumps(empty))
    page = report(tmp_path / "out", [tmp_path / "empty.json"])
    assert page.is_file()
    assert list((tmp_path / "out").iterdir()) == [page]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"subject": "call", "machine": {}, "results": [{"name": "x"}]}'])
def test_a_file_that_is_no_result_is_named(content, tmp_path, capsys):
    file = tmp_path / "broken.json"
    file.write_text(content)
    with pytest.raises(ResultsError, match=r"broken\.json"):
        Results.load([file])
    assert main([str(tmp_path / "out"), str(file)]) == 1
    assert "broken.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (7.125, "µs", "7.12 µs"), (1500, "µs", "1.5 ms"), (2_500_000, "µs", "2.5 s"), (999.6, "ms", "1,000 ms"),
        (7600, "MB", "7.6 GB"), (0.0166, "×", "0.0166×"), (2_932_551, "1/s", "2,932,551 1/s"),
    ],
)  # fmt: skip
def test_quantities_take_the_unit_that_suits_them(value, unit, text):
    assert quantity(value, unit) == text
    assert number(0.05) == "0.05"
