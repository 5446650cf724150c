"""What a draft says of a building: sums that add up, what is unusual, and a mark that changes with every amount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.billing.drafting import NOTHING, RoomDraft, Trouble, fingerprint_of, outliers, tally_of
from miniprogram_api.kernel.charge import ChargeLine

pytestmark = pytest.mark.row("FEE-01")

LINES = st.lists(st.builds(ChargeLine, st.sampled_from("abc"), st.just("费"), st.integers(1, 10**6)), max_size=4)


def room(number: int, fen: int, area: int = 10_000, before_fen: int | None = None) -> RoomDraft:
    lines = (ChargeLine("service_base", "物业服务费", fen),) if fen else ()
    return RoomDraft(f"room_{number}", f"{number}室", "bld_1", str(number), area, lines, before_fen=before_fen)


@given(st.lists(LINES), st.lists(LINES))
def test_parts_of_a_run_add_up_to_the_whole(first, second) -> None:
    whole = tally_of(tuple(lines) for lines in (*first, *second))
    parts = tally_of(map(tuple, first)).plus(tally_of(map(tuple, second)))
    assert parts == whole
    assert NOTHING.plus(whole) == whole
    assert whole.fen == sum(line.fen for lines in (*first, *second) for line in lines)
    assert whole.fen == sum(total.fen for total in whole.charges)
    assert whole.rooms + whole.without == len(first) + len(second)


def test_a_room_is_compared_with_its_own_bill_before_where_there_is_one() -> None:
    drafts = [room(1, 300, before_fen=100), room(2, 301, before_fen=100), room(3, 33, before_fen=100)]
    drafts += [room(4, 34, before_fen=100), room(5, 100, before_fen=100)]
    assert [(one.room_label, one.usual_fen) for one in outliers(drafts)] == [("2室", 100), ("3室", 100)]


def test_else_with_the_median_price_of_its_building() -> None:
    usual = [room(number, 6000) for number in range(1, 6)]
    # 100 m2 at 0.60 yuan are usual; 50 m2 would be 30.00 yuan, so 90.00 is just three times that and 90.01 is more.
    assert outliers([*usual, room(6, 9000, area=5_000)]) == []
    (found,) = outliers([*usual, room(6, 9001, area=5_000)])
    assert (found.room_label, found.fen, found.usual_fen) == ("6室", 9001, 3000)
    assert outliers([room(1, 1), room(2, 10_000)]) == []


def test_the_mark_of_a_building_changes_with_every_room_amount_and_problem() -> None:
    drafts = [room(1, 100), room(2, 200)]
    same = [replace(draft, before_fen=7) for draft in drafts]
    assert fingerprint_of(drafts) == fingerprint_of(same)
    trouble = replace(drafts[0], problems=(Trouble("area_missing", "1室", "没有面积"),))
    others = [[room(1, 101), room(2, 200)], [room(1, 100)], [room(1, 100), room(3, 200)], [trouble, drafts[1]]]
    assert len({fingerprint_of(one) for one in (drafts, *others)}) == 5
