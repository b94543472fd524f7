"""Line coverage per target from llvm-cov's summary: a table on stdout, and JSON to a file.

usage: summarise_coverage.py EXPORT SOURCES [JSON-FILE]
"""

import json
import pathlib
import sys


def share(lines, covered):
    return {"lines": lines, "covered": covered, "percent": round(100 * covered / lines, 2) if lines else 0.0}


def main(export, sources, out):
    sources = pathlib.Path(sources).resolve()
    targets = {}
    for file in json.loads(pathlib.Path(export).read_text())["data"][0]["files"]:
        path = pathlib.Path(file["filename"]).resolve()
        if path.is_relative_to(sources):
            total = targets.setdefault(path.relative_to(sources).parts[0], [0, 0])
            total[0] += file["summary"]["lines"]["count"]
            total[1] += file["summary"]["lines"]["covered"]
    report = {
        "total": share(sum(t[0] for t in targets.values()), sum(t[1] for t in targets.values())),
        "targets": {name: share(*total) for name, total in sorted(targets.items())},
    }
    print(f"{'target':<20} {'lines':>8} {'covered':>8} {'percent':>8}")
    for name, row in [*report["targets"].items(), ("total", report["total"])]:
        print(f"{name:<20} {row['lines']:>8} {row['covered']:>8} {row['percent']:>7.2f}%")
    if out:
        pathlib.Path(out).write_text(json.dumps(report, indent=2) + "\n")


main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
