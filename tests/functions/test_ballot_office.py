"""Work on ballots: done now, found again by the sweep, or tried again by Lambda."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.errors import Conflict, Unavailable
from tests.functions.entry_points import entry_point


@pytest.fixture
def office(container, monkeypatch):
    return entry_point("ballot_office", container, monkeypatch)


@pytest.mark.parametrize("refused", [Unavailable, Conflict])
@pytest.mark.parametrize("what", ["freeze", "close", "tell", "amend", "dance"])
def test_what_cannot_be_done_now_is_let_go_only_if_the_sweep_finds_it(
    container, office, monkeypatch, what, refused
) -> None:
    def busy(*_: object) -> str:
        raise refused

    monkeypatch.setattr(container.ballot_work, "do", busy)
    work = {"do": what, "estate_id": "est_1", "ballot_id": "bal_1"}
    if what in {"freeze", "close", "tell"}:
        assert office(work) is None
    else:
        with pytest.raises(refused):
            office(work)


def test_work_nobody_understands_ends_with_a_person(office) -> None:
    with pytest.raises(KeyError):
        office({"do": "dance", "estate_id": "est_1", "ballot_id": "bal_1"})
