"""A roll longer than one call of the ballot office writes: it goes on where it was, and nothing is left out."""

from __future__ import annotations

import pytest

from miniprogram_api.ballots.service import freezing


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(("rooms_a_call", "half_way"), [(1, 2), (2, 2), (3, 1), (5, 0)])
def test_a_long_roll_is_written_in_several_calls(hall, monkeypatch, rooms_a_call, half_way) -> None:
    monkeypatch.setattr(freezing, "ROOMS_A_CALL", rooms_a_call)
    hall.building("1号楼")
    hall.building("2号楼")
    hall.add_rooms({"101": 8000, "102": 9000}, "bld_1")
    hall.add_rooms({"201": 7000, "202": 6000}, "bld_2")
    hall.count_households()
    ballot_id = hall.draft()
    hall.post(f"{hall.path}/{ballot_id}/submission", hall.drafter)
    hall.post(f"{hall.path}/{ballot_id}/approval", hall.community)
    assert hall.work() == ["freezing"] * half_way + ["frozen"]
    roll = hall.get(f"{hall.path}/{ballot_id}", hall.drafter)["roll"]
    assert (roll["rooms"], roll["area"], roll["heads"]) == (4, 30000, 4)
