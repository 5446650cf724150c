"""The clock: every job gets its turn, and a failure is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.container import HANDS_ON, HOURLY, JOBS, OFTEN, ROUNDS_AN_HOUR, Container
from tests.functions.entry_points import entry_point

if TYPE_CHECKING:
    from datetime import datetime

ROOMS = Path(__file__).parents[2] / "miniprogram_api"


@pytest.fixture
def sweep(container, monkeypatch):
    return entry_point("sweep", container, monkeypatch)


def test_a_failing_job_keeps_none_from_running_and_is_seen(sweep, monkeypatch) -> None:
    ran: list[tuple[str, datetime]] = []

    def job(name: str):
        def run(now: datetime) -> int:
            ran.append((name, now))
            if name == "second":
                raise ZeroDivisionError
            return 7

        return name, run

    monkeypatch.setattr(Container, "jobs", lambda *_: [job("first"), job("second"), job("third")])
    with pytest.raises(RuntimeError, match="second") as failed:
        sweep({"job": "often"})
    assert [name for name, _ in ran] == ["first", "second", "third"]
    assert "'third': 7" in str(failed.value)
    assert "ZeroDivision" not in str(failed.value)


def test_each_job_says_how_much_it_did(sweep, monkeypatch) -> None:
    monkeypatch.setattr(Container, "jobs", lambda _, name: [(name, lambda _: 3)])
    assert sweep({"job": "overdue"}) == {"overdue": 3}


def test_an_unknown_job_is_a_fault(sweep) -> None:
    with pytest.raises(KeyError):
        sweep({"job": "nothing-of-that-name"})


@pytest.mark.parametrize("name", sorted(OFTEN | HOURLY))
def test_every_job_of_the_house_can_be_called(container, name) -> None:
    ((found, run),) = container.jobs(name)
    assert found == name
    assert callable(run)


def test_every_job_that_the_house_has_stands_in_one_rhythm(container) -> None:
    """A method that the clock must call and no rhythm names would wait for ever."""
    assert not set(OFTEN) & set(HOURLY)
    assert {name for rhythm in JOBS for name, _ in container.jobs(rhythm)} == set(OFTEN) | set(HOURLY)
    swept = {path for path in (OFTEN | HOURLY).values() if path.endswith(".sweep")}
    rooms = [file.read_text(encoding="utf-8") for file in ROOMS.rglob("*.py")]
    assert len(swept) == sum("\n    def sweep(self, now: datetime)" in room for room in rooms)


@pytest.mark.parametrize(("job", "finds", "asked"), [
    ("posts", [200, 200, 7, 0], 4),
    ("posts", [200] * 100, ROUNDS_AN_HOUR),
    ("posts", [0], 1),
    (*HANDS_ON, [200] * 100, 1),
    ("payments", [50] * 100, 1),
])  # fmt: skip
def test_an_hourly_job_goes_on_as_often_as_its_hour_has_room(container, monkeypatch, job, finds, asked) -> None:
    """Its queue gives out a bounded number a run: once an hour would be too few in a large house."""
    runs = iter(finds)
    monkeypatch.setattr(Container, "_method", lambda *_: lambda _: next(runs))
    ((_, run),) = container.jobs(job)
    assert run(container.clock()) == sum(finds[:asked])
    assert len(list(runs)) == len(finds) - asked
