"""An announcement reaches every owner who is bound, and the other rooms are listed for door visits (S11, VOT-14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.conduct import telling
from miniprogram_api.conduct.service import telling as service
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation
from miniprogram_api.households.store import OCCUPANCY
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage import conduct_keys
from miniprogram_api.storage.transaction import Transaction
from tests.conduct.conftest import code
from tests.faults.crash import Crash, CrashPoint, Cut

WORDS = "业主大会决定终止孙委员的成员资格，特此公告。"


def write(conduct, kind, thing) -> None:
    act = Transaction("system", "test_setup", conduct.clock())
    act.add(kind, thing)
    conduct.container.table.commit(act)


def build(conduct, buildings: int, rooms: int) -> None:
    """Buildings ``bld_1`` on, each with rooms ``bld_1_101`` on."""
    estate_id = conduct.world.estate.id
    for building in (f"bld_{number}" for number in range(1, buildings + 1)):
        write(conduct, BUILDING, Building(building, estate_id, building))
        for number in range(101, 101 + rooms):
            room_id = f"{building}_{number}"
            room = Room(room_id, estate_id, building, "", str(number), f"{building}-{number}", 8_000, room_id)
            write(conduct, ROOM, room)


def bind(conduct, room_id: str, who, relation: Relation = Relation.OWNER) -> None:
    estate_id = conduct.world.estate.id
    occupancy = Occupancy(
        estate_id, room_id, who.account_id, relation, conduct.clock(), "", room_id, OccupancyState.LIVE
    )
    write(conduct, OCCUPANCY, occupancy)


def announced(conduct) -> str:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.voting(post_id)
    conduct.step(case_id, "end", decision_id=conduct.decide())
    assert conduct.step(case_id, "announce", text=WORDS).status_code == 200
    return case_id


def reach(conduct, case_id: str, limit: int = 100):
    path = f"{conduct.estate}/owner-notices/{case_id}?limit={limit}"
    return conduct.client.get(path, who=conduct.who("community")).json


def tell(conduct, case_id: str) -> int:
    """Let the clock's job run until this notice has gone everywhere; return how many runs that took."""
    for run in range(60):
        if reach(conduct, case_id)["done"]:
            return run
        conduct.container.owners_told.sweep(conduct.clock())
    raise AssertionError("the notice did not come to its end")


def parts(conduct, desk, case_id: str, buildings: int) -> list:
    made = []
    for number in range(1, buildings + 1):
        made.append(desk.item(conduct_keys.owner_notice_part(conduct.world.estate.id, case_id, f"bld_{number}", 0)))
    return made


@pytest.mark.row("VOT-14")
def test_bound_owners_are_told_and_the_rest_is_a_list_of_doors(conduct, desk, people) -> None:
    build(conduct, 2, 3)
    owner, tenant = people.stranger(), people.stranger()
    bind(conduct, "bld_1_101", owner)
    bind(conduct, "bld_2_103", owner)
    bind(conduct, "bld_1_102", tenant, Relation.TENANT)
    case_id = announced(conduct)
    assert reach(conduct, case_id)["done"] is False
    tell(conduct, case_id)
    shown = reach(conduct, case_id)
    assert (shown["told_rooms"], shown["unreached_rooms"]) == (2, 4)
    assert [room["label"] for room in shown["unreached"]] == ["bld_1-102", "bld_1-103", "bld_2-101", "bld_2-102"]
    for part in parts(conduct, desk, case_id, 2):
        desk.follow(None, part)
        desk.follow(None, part)
    assert set(desk.inbox(owner)) == {("关于孙委员终止成员资格的公告", WORDS)}
    (message, *_) = conduct.container.messages.list_inbox(owner.account_id, 5, None).items
    assert message.kind is NoticeKind.DECISION


@pytest.mark.row("VOT-14")
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_crash_leaves_no_room_out_and_tells_none_twice(conduct, monkeypatch, carried_out) -> None:
    monkeypatch.setattr(service, "_BUILDINGS_A_RUN", 2)
    monkeypatch.setattr(telling, "ROOMS_A_PART", 2)
    monkeypatch.setattr(service, "ROOMS_A_PART", 2)
    build(conduct, 5, 3)
    case_id = announced(conduct)
    for nth in range(1, 8):
        cut = CrashPoint()
        with cut.before(conduct.container.table), cut.armed(Cut(nth, carried_out)):
            try:
                conduct.container.owners_told.sweep(conduct.clock())
            except Crash:
                continue
    tell(conduct, case_id)
    shown = reach(conduct, case_id)
    assert (shown["told_rooms"], shown["unreached_rooms"]) == (0, 15)
    assert len({room["room_id"] for room in shown["unreached"]}) == len(shown["unreached"]) == 15


def test_an_estate_without_buildings_is_told_at_once(conduct) -> None:
    case_id = announced(conduct)
    assert tell(conduct, case_id) <= 60
    assert reach(conduct, case_id)["unreached"] == []


def test_only_officials_see_whom_it_reached(conduct, client) -> None:
    case_id = announced(conduct)
    for role in ("owner 101", "committee", "manager"):
        answer = client.get(f"{conduct.estate}/owner-notices/{case_id}", who=conduct.who(role))
        assert code(answer) == (403, "not_allowed")
    nowhere = client.get(f"{conduct.estate}/owner-notices/case_nowhere", who=conduct.who("street"))
    assert code(nowhere) == (404, "owner_notice_unknown")


@pytest.mark.row("VOT-13")
def test_owners_are_asked_to_rate_a_report(conduct, desk, people) -> None:
    build(conduct, 1, 1)
    owner = people.stranger()
    bind(conduct, "bld_1_101", owner)
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    path = f"{conduct.estate}/committees/{body_id}/work-reports/2026"
    text = "一年来召开业主大会两次，公开收支十二期，更换水泵两台，共花费 31,200 元。"
    notice_id = conduct.client.put(path, who=sun, json={"text": text}).json["report"]["notice_id"]
    tell(conduct, notice_id)
    conduct.clock.advance(timedelta(minutes=5))
    (part,) = parts(conduct, desk, notice_id, 1)
    desk.follow(None, part)
    assert desk.inbox(people.again(owner))[0][0] == "2026年度述职报告"
