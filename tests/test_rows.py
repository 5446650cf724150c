"""`make rows` counts what stands for a row, and nothing else."""

import csv

import pytest

from tests.rows import REPOSITORY, Row, collect, read_rows, report

MARKED = """
import pytest

@pytest.mark.row("CARD-02", "CARD-05")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_three_times(n): ...

@pytest.mark.row("CARD-06")
@pytest.mark.skip
def test_left_out(): ...

@pytest.mark.row("CARD-07")
@pytest.mark.skipif(True, reason="never")
def test_left_out_by_a_condition(): ...

@pytest.mark.row("CARD-08")
@pytest.mark.skipif(False, reason="always")
def test_kept(): ...

@pytest.mark.row("CARD-09")
@pytest.mark.xfail
def test_known_to_fail(): ...

def not_a_test(): ...
"""
ROWS = [Row("CARD-02", "Scan", "core"), Row("CARD-05", "Gaps", "core"), Row("CARD-06", "Hand-out", "core"),
        Row("REP-01", "Report", "strong")]  # fmt: skip


def found_in(tmp_path, name: str, text: str) -> dict[str, set[str]]:
    (tmp_path / name).write_text(text)
    return collect(tmp_path, "-c", str(REPOSITORY / "pyproject.toml"), "--rootdir", str(tmp_path))


def test_only_tests_that_run_count_and_each_once(tmp_path) -> None:
    found = found_in(tmp_path, "test_marked.py", MARKED)
    assert set(found) == {"CARD-02", "CARD-05", "CARD-08"}
    assert found["CARD-02"] == {"test_marked.py::test_three_times"}


def test_a_module_that_cannot_be_collected_is_no_coverage_but_an_error(tmp_path) -> None:
    with pytest.raises(RuntimeError, match="no_such_module"):
        found_in(tmp_path, "test_broken.py", "import no_such_module")


def test_report_counts_by_module_and_priority_and_names_what_is_missing() -> None:
    lines, unknown = report(ROWS, {"CARD-02": {"a"}, "CARD-05": {"a", "b"}})
    counted = {words[0]: words[1:] for words in map(str.split, lines) if len(words) == 3}
    assert counted["CARD"] == ["2", "3"]
    assert counted["REP"] == ["0", "1"]
    assert counted["core"] == ["2", "3"]
    assert "all rows           2       4" in lines
    assert lines[-1].split() == ["CARD-06", "Hand-out"]
    assert unknown == []


def test_a_row_that_does_not_exist_is_told() -> None:
    assert report(ROWS, {"CARD-2": {"a"}})[1] == ["CARD-2"]


def test_the_rows_of_the_house() -> None:
    rows = read_rows()
    assert len({row.id for row in rows}) == len(rows) == 254
    assert {row.priority for row in rows} == {"core", "strong", "support", "out"}
    with (REPOSITORY / "docs" / "rows.csv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == ["id", "name", "priority"]
