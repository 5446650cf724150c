"""Which requirement rows a test stands for: ``make rows`` (docs/rows.csv against ``@pytest.mark.row("CARD-02")``).

The tests are collected as a test run collects them, so a test that is skipped outright, or not found, counts for
nothing. What a mark promises is that the test would fail if the promise of the row were broken.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ROWS = REPOSITORY / "docs" / "rows.csv"


@dataclass(frozen=True)
class Row:
    """One requirement: its id, what it asks for, how much it matters (core, strong, support, out)."""

    id: str
    name: str
    priority: str

    @property
    def module(self) -> str:
        """The part of the requirements it belongs to."""
        return self.id.partition("-")[0]


class Collector:
    """A pytest plugin that notes which test names which row."""

    def __init__(self) -> None:
        self.tests_of: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the marks of every test that would run."""
        for item in session.items:
            if _stands_aside(item):
                continue
            for mark in item.iter_markers("row"):
                for row_id in mark.args:
                    self.tests_of.setdefault(str(row_id), set()).add(item.nodeid.partition("[")[0])


def _stands_aside(item: pytest.Item) -> bool:
    """Whether a test is skipped, or expected to fail: it then sees no promise broken."""
    conditions = [condition for mark in item.iter_markers("skipif") for condition in mark.args]
    return any(conditions) or any(item.get_closest_marker(name) for name in ("skip", "xfail"))


def read_rows(path: Path = ROWS) -> list[Row]:
    """Return the rows of the requirements in their order."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [Row(**line) for line in csv.DictReader(lines)]


def collect(folder: Path, *options: str) -> dict[str, set[str]]:
    """Return the tests of each row id found below a folder.

    Raises:
        RuntimeError: some tests could not be collected, so the answer would be wrong.
    """
    collector = Collector()
    said = io.StringIO()
    with redirect_stdout(said):
        outcome = pytest.main(["--collect-only", "-p", "no:cacheprovider", *options, str(folder)], plugins=[collector])
    if outcome not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        raise RuntimeError(f"not every test could be collected:\n{said.getvalue()}")
    return collector.tests_of


def report(rows: list[Row], tests_of: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """Return the lines to print, and the ids that tests name but the requirements do not have."""
    covered = [row for row in rows if row.id in tests_of]
    lines = [f"{'':12}{'covered':>8}{'total':>8}"]
    lines += _table([row.module for row in rows], Counter(row.module for row in covered))
    lines += ["", *_table([row.priority for row in rows], Counter(row.priority for row in covered))]
    lines += ["", *_table(["all rows"] * len(rows), Counter({"all rows": len(covered)}))]
    missing = [row for row in rows if row.priority == "core" and row.id not in tests_of]
    if missing:
        lines += ["", "Core rows without a test:", *(f"  {row.id:10} {row.name}" for row in missing)]
    return lines, sorted(tests_of.keys() - {row.id for row in rows})


def _table(names: list[str], covered: Counter[str]) -> list[str]:
    return [f"{name:12}{covered[name]:>8}{total:>8}" for name, total in Counter(names).items()]


def main() -> int:
    """Print the coverage; return 1 when a test names a row that does not exist."""
    tests_of = collect(REPOSITORY / "tests")
    lines, unknown = report(read_rows(), tests_of)
    print("\n".join(lines))
    for row_id in unknown:
        print(
            f"No such row in docs/rows.csv: {row_id}, named by {', '.join(sorted(tests_of[row_id]))}", file=sys.stderr
        )
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
