"""The page: what was measured, on what, how it stands, and the commands that make it again."""

from html import escape

from dspex_report.charts import Chart, quantity
from dspex_report.proof import LINES, Standing
from dspex_report.results import Results

_STYLE = """
:root { --text: #1f2328; --quiet: #6b7280; --line: #e5e7eb; --ours: #f05138; --holds: #1a7f4b; --fails: #c62828; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f7f9; color: var(--text); font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .8rem; }
p.lead { color: var(--quiet); margin: 0 0 1.6rem; }
section, .card { background: #fff; border: 1px solid var(--line); border-radius: 12px; }
.cards { display: flex; flex-wrap: wrap; gap: .8rem; margin: 0 0 1rem; }
.card { padding: .8rem 1.1rem; flex: 1 1 9rem; }
.card b { display: block; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { color: var(--quiet); font-size: .85rem; }
figure { margin: 0 0 1rem; background: #fff; border: 1px solid var(--line); border-radius: 12px; padding: .8rem; overflow-x: auto; }
figure img { width: 100%; min-width: 40rem; height: auto; display: block; }
.scroll { overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: 12px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { color: var(--quiet); font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td code { font-size: .85em; }
.holds { color: var(--holds); font-weight: 600; } .fails { color: var(--fails); font-weight: 600; } .open { color: var(--quiet); }
pre { background: #0d1117; color: #e6edf3; padding: 1rem 1.2rem; border-radius: 12px; overflow-x: auto; font-size: .88rem; }
details summary { cursor: pointer; color: var(--quiet); margin: 1rem 0 .6rem; }
"""

_CLASSES = {Standing.HOLDS: "holds", Standing.FAILS: "fails", Standing.OPEN: "open"}


def page(results: Results, charts: list[Chart]) -> str:
    """The HTML. The pictures lie beside it."""
    parts = [
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', "<title>DSPex in numbers</title>",
        f"<style>{_STYLE}</style>", "</head>", "<body><main>", *_head(results),
        *(_figure(chart) for chart in charts[:1]), *_proof(results),
        "<h2>In pictures</h2>", *(_figure(chart) for chart in charts[1:]),
        *_machines(results), *_numbers(results), *_commands(results), "</main></body>", "</html>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _head(results: Results) -> list[str]:
    standings = [line.standing(results) for line in LINES]
    machine = results.runs[-1].machine if results.runs else {}
    dates = sorted(str(run.machine.get("date", ""))[:10] for run in results.runs)
    span = " – ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""
    cards = [
        (f"{standings.count(Standing.HOLDS)}", "lines hold", "holds"),
        (f"{standings.count(Standing.FAILS)}", "fail", "fails" if Standing.FAILS in standings else "open"),
        (f"{standings.count(Standing.OPEN)}", "not measured here", "open"),
    ]
    return [
        "<h1>DSPex in numbers</h1>",
        f'<p class="lead">Measured {escape(span)} on {escape(str(machine.get("cpu", "an unknown machine")))}, '
        f"{escape(str(machine.get('cores', '?')))} cores. Ours is orange, peers are grey.</p>",
        '<div class="cards">',
        *(f'<div class="card"><b class="{kind}">{count}</b><span>{text}</span></div>' for count, text, kind in cards),
        "</div>",
    ]


def _figure(chart: Chart) -> str:
    alt = escape(f"{chart.title}. {chart.says}", quote=True)
    return f'<figure><img src="{chart.name}.svg" alt="{alt}"></figure>'


def _proof(results: Results) -> list[str]:
    rows = []
    for line in LINES:
        standing, value = line.standing(results), line.value(results)
        sign = "≥" if line.at_least else "≤"
        measured = "–" if value is None else quantity(value, line.unit)
        rows.append(
            f"<tr><td>{escape(line.says)}</td><td><code>{escape(line.name)}</code></td>"
            f'<td class="number">{sign} {quantity(line.bar, line.unit)}</td><td class="number">{measured}</td>'
            f'<td class="{_CLASSES[standing]}">{standing.value}</td></tr>'
        )
    head = (
        "<tr><th>Line</th><th>Name</th><th class='number'>Bar</th><th class='number'>Measured</th><th>Stands</th></tr>"
    )
    return ["<h2>Line by line</h2>", f'<div class="scroll"><table>{head}{"".join(rows)}</table></div>']


def _machines(results: Results) -> list[str]:
    rows = [
        f"<tr><td>{escape(run.subject)}</td>"
        + "".join(f"<td>{escape(str(run.machine.get(key, '')))}</td>" for key in ("date", "load"))
        + f"<td>{escape(_machine(run.machine))}</td><td>{escape(str(run.machine.get('tools', '')))}</td></tr>"
        for run in results.runs
    ]
    head = "<tr><th>Subject</th><th>Date</th><th>Load</th><th>Machine</th><th>Tools</th></tr>"
    return [
        "<h2>Where and when</h2>",
        "<p>Load is the machine's average of the minute before: above one or two, the numbers are the neighbours' too. "
        "Ratios are medians of paired rounds, in which everybody meets the same neighbours.</p>",
        f'<div class="scroll"><table>{head}{"".join(rows)}</table></div>',
    ]


def _machine(machine: dict[str, object]) -> str:
    keys = ("cpu", "cores", "memoryMB", "system", "kernel")
    cpu, cores, memory, system, kernel = (machine.get(key, "?") for key in keys)
    return f"{cpu}, {cores} cores, {memory} MB, {system}, Linux {kernel}"


def _numbers(results: Results) -> list[str]:
    values = "".join(
        f"<tr><td><code>{escape(result.name)}</code></td><td>{escape(result.unit)}</td>"
        f'<td class="number">{result.p50:,.4g}</td><td class="number">{result.p99:,.4g}</td>'
        f'<td class="number">{result.n:,}</td></tr>'
        for result in results.values.values()
    )
    ratios = "".join(
        f'<tr><td><code>{escape(name)}</code></td><td class="number">{value:.4g}</td></tr>'
        for name, value in results.ratios.items()
    )
    return [
        "<details><summary>All numbers</summary>",
        '<div class="scroll"><table><tr><th>Result</th><th>Unit</th><th class="number">p50</th>'
        f'<th class="number">p99</th><th class="number">n</th></tr>{values}</table></div><br>',
        '<div class="scroll"><table><tr><th>Ours ÷ peer, median of paired rounds</th><th class="number">Ratio</th>'
        f"</tr>{ratios}</table></div></details>",
    ]


def _commands(results: Results) -> list[str]:
    subjects = list(dict.fromkeys(run.subject for run in results.runs))
    lines = [f"scripts/bench {subject} --json {subject}.json" for subject in subjects]
    lines.append("scripts/bench report FOLDER " + " ".join(f"{subject}.json" for subject in subjects))
    return ["<h2>Do it again</h2>", f"<pre>{escape(chr(10).join(lines))}</pre>"]
