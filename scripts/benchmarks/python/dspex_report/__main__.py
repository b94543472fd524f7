"""usage: python -m dspex_report FOLDER FILE.json …"""

import sys
from pathlib import Path

from dspex_report.charts import charts
from dspex_report.page import page
from dspex_report.results import Results, ResultsError


def report(folder: Path, files: list[Path]) -> Path:
    """Draw the files' numbers into the folder, and return the page."""
    results = Results.load(files)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = charts(results)
    for chart in drawn:
        chart.save(folder)
    index = folder / "index.html"
    index.write_text(page(results, drawn))
    return index


def main(arguments: list[str]) -> int:
    """Report, or say why not."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(report(Path(arguments[0]), [Path(name) for name in arguments[1:]]))
    except ResultsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
