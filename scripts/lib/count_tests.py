"""Counts tests: prints `passed failed skipped` for a JUnit report of Swift Testing or pytest.

usage: count_tests.py REPORT LOG EXIT-STATUS

Swift Testing's own totals count issues, not tests, so the cases are counted here. A runner that crashed leaves no report, or half of
one: then its log tells what had ended before, and the crash is one failure more.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def from_report(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def from_log(path):
    """Swift Testing's lines (`✔ Test name() passed after …`), but not those of a parameter's case or of the whole run."""
    passed = failed = skipped = 0
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = re.match(r"\S+ Test (?!case |run ).*? (passed|failed|skipped)(?: after |: |\.)", line)
            if match and " recorded a" not in line:
                passed += match[1] == "passed"
                failed += match[1] == "failed"
                skipped += match[1] == "skipped"
    return passed, failed, skipped


def main(report, log, status):
    try:
        passed, failed, skipped = from_report(report)
    except (OSError, ElementTree.ParseError):
        passed, failed, skipped = from_log(log)
        failed += 1
    # A status without a failed test: a crash at the end, an error outside any test. No test at all is no success either.
    if failed == 0 and (status != 0 or passed + skipped == 0):
        failed = 1
    print(passed, failed, skipped)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
