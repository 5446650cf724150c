"""The clock: every job gets its turn, and a failure is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from miniprogram_api.container import JOBS, Container
from tests.functions.entry_points import entry_point

if TYPE_CHECKING:
    from datetime import datetime


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
        sweep({"job": "all"})
    assert [name for name, _ in ran] == ["first", "second", "third"]
    assert "'third': 7" in str(failed.value)
    assert "ZeroDivision" not in str(failed.value)


def test_each_job_says_how_much_it_did(sweep, monkeypatch) -> None:
    monkeypatch.setattr(Container, "jobs", lambda _, name: [(name, lambda _: 3)])
    assert sweep({"job": "overdue"}) == {"overdue": 3}


def test_an_unknown_job_is_a_fault(sweep) -> None:
    with pytest.raises(KeyError):
        sweep({"job": "nothing-of-that-name"})


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_of_the_house_can_be_called(container, name) -> None:
    ((found, run),) = container.jobs(name)
    assert found == name
    assert callable(run)
