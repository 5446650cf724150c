"""A rescission reaches every owner: online, or at the door by somebody who signs for it (VOT-15, PUB-03, story S11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from miniprogram_api.decisions.decision import DecisionState
from miniprogram_api.decisions.notices import room_notices
from miniprogram_api.decisions.service import circulars as module
from miniprogram_api.decisions.store import CIRCULAR
from miniprogram_api.estates.store import ROOM
from miniprogram_api.households.rules import Relation
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import decision_keys
from tests.decisions.conftest import committed
from tests.faults.crash import Crash, CrashPoint, Cut
from tests.neighbours import at_once


@pytest.fixture
def house(hall, people, world):
    """Five rooms: an owner online, a tenant online, one who only asks, nobody, and one that has ended."""
    owned, let, asked, empty, ended = hall.office.rooms(*[5000] * 5)
    hall.bind(owned, hall.office.owner)
    hall.bind(let, people.resident(world.estate, Role.TENANT, let), Relation.TENANT)
    hall.bind(asked, people.stranger(), live=False)
    room = hall.office.container.estates.get_room(hall.office.estate_id, ended)
    committed(hall.office.container, ROOM, room, replace(room, ended_at=hall.office.clock()))
    return {"owned": owned, "let": let, "asked": asked, "empty": empty, "ended": ended}


def doors(hall, decision: str, who=None) -> list[str]:
    answer = hall.get(f"/{decision}/door-visits", who or hall.chair)
    return [line["room_id"] for line in answer.json["items"]]


def tick(hall, decision: str, room: str, who, on: str = "2026-11-23"):
    return hall.office.put(f"/decisions/{decision}/door-visits/{room}", who, visited_on=on)


@pytest.mark.row("VOT-15")
def test_who_is_not_bound_as_an_owner_stands_on_the_list_until_somebody_knocked(hall, house, people, world) -> None:
    decision = hall.office.decided()
    assert hall.get(f"/{decision}/reach", hall.office.owner).status_code == 404
    hall.rescind(decision)
    hall.bring(decision)
    assert doors(hall, decision) == [house["let"], house["asked"], house["empty"]]
    reach = hall.get(f"/{decision}/reach", hall.office.owner).json
    assert reach == {"complete": True, "told_online": 1, "told_at_the_door": 0, "doors_left": 3}
    head = people.neighbour(world.estate, Role.BUILDING_HEAD)
    ticked = tick(hall, decision, house["empty"], head)
    assert (ticked.status_code, ticked.json["visited_on"]) == (200, "2026-11-23")
    assert ticked.json["visited_by_name"]
    assert tick(hall, decision, house["empty"], hall.chair).json == ticked.json, "the first tick stands"
    for room in (house["let"], house["asked"]):
        assert tick(hall, decision, room, hall.community).status_code == 200
    assert doors(hall, decision) == []
    lines = {line["room_id"]: line for line in hall.get(f"/{decision}/rooms-told", hall.street).json["items"]}
    assert lines.keys() == {house["owned"], house["let"], house["asked"], house["empty"]}
    assert all(line["online"] or line["visited_on"] for line in lines.values()), "everybody was told"
    reach = hall.get(f"/{decision}/reach", hall.street).json
    assert reach == {"complete": True, "told_online": 1, "told_at_the_door": 3, "doors_left": 0}


@pytest.mark.row("VOT-15")
def test_the_message_is_in_the_owner_s_inbox_once(hall, house) -> None:
    decision = hall.office.decided()
    hall.rescind(decision)
    hall.bring(decision)
    estate = hall.office.estate_id
    for room in (house["owned"], house["empty"]):
        item = hall.desk.item(decision_keys.decision_room(estate, decision, "rescinded", room))
        for _ in range(2):
            hall.desk.follow(None, item)
    messages = hall.desk.inbox(hall.office.owner)
    text = "“更换单元门锁”违反民法典第二百七十八条，已被撤销，不再有效：未达到法定表决比例"
    assert messages == [("决定被撤销", text)]


def test_a_door_is_not_ticked_twice_nor_where_nobody_has_to_go(hall, house) -> None:
    decision = hall.office.decided()
    hall.rescind(decision)
    hall.bring(decision)
    for room in (house["owned"], house["ended"], "room_none"):
        refused = tick(hall, decision, room, hall.chair)
        assert (refused.status_code, refused.json["code"]) == (404, "door_not_listed")
    for day in ("2026-11-22", "2026-11-24"):
        refused = tick(hall, decision, house["empty"], hall.chair, day)
        assert (refused.status_code, refused.json["code"]) == (422, "visit_day_wrong")


@pytest.mark.row("VOT-15")
def test_an_order_and_what_came_of_it_are_told_online_without_a_list_of_doors(hall, house, container) -> None:
    decision = hall.record().json["decision"]["id"]
    hall.order(decision)
    hall.answer(decision)
    hall.confirm(decision)
    for event in (DecisionState.IN_FORCE, DecisionState.CORRECTION_ORDERED, DecisionState.CORRECTED):
        circular = hall.bring(decision, event)
        assert (circular.told, circular.doors) == (1, 0), event
        told = container.decision_circulars._store.find_room(hall.office.estate_id, decision, event, house["owned"])
        (notice,) = room_notices(None, told)
        assert (notice.to.room_id, notice.title) == (house["owned"], circular.title)
        assert room_notices(told, told) == ()
    assert doors(hall, decision) == []
    assert hall.bring(hall.office.decided(), DecisionState.IN_FORCE) is None, "a ballot tells its own result"


def test_a_large_estate_is_gone_through_page_by_page(hall, monkeypatch) -> None:
    rooms = {*hall.office.rooms(*[5000] * 5), *hall.office.rooms(*[5000] * 3, building="2号楼")}
    monkeypatch.setattr(module, "ROOMS_AT_ONCE", 2)
    decision = hall.office.decided()
    hall.rescind(decision)
    circular = hall.bring(decision)
    assert (circular.told, circular.doors) == (0, 8)
    assert set(doors(hall, decision)) == rooms


def test_two_sweeps_at_once_list_no_room_twice(hall, container, house, monkeypatch) -> None:
    hall.office.rooms(*[5000] * 6, building="2号楼")
    monkeypatch.setattr(module, "ROOMS_AT_ONCE", 2)
    decision = hall.office.decided()
    hall.rescind(decision)
    at_once(*(lambda: container.decision_circulars.sweep(container.clock()) for _ in range(3)))
    circular = hall.bring(decision)
    assert (circular.told, circular.doors) == (1, 9)
    assert len(doors(hall, decision)) == 9


def test_a_walk_whose_cursor_is_stale_begins_the_building_again(hall, container, house, monkeypatch) -> None:
    monkeypatch.setattr(module, "ROOMS_AT_ONCE", 2)
    decision = hall.office.decided()
    hall.rescind(decision)
    circulars, now = container.decision_circulars, container.clock()
    after = circulars._go_on(circulars.find(hall.office.estate_id, decision, DecisionState.RESCINDED), now)
    assert (after.told + after.doors, after.cursor is None) == (2, False)
    committed(container, CIRCULAR, after, replace(after, cursor="of-an-older-key"))
    circular = hall.bring(decision)
    assert (circular.told, circular.doors) == (1, 3)


@pytest.mark.row("VOT-15")
@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_the_job_that_ends_anywhere_goes_on_where_it_was(hall, container, house, monkeypatch, nth, carried_out) -> None:
    hall.office.rooms(*[5000] * 2, building="2号楼")
    decision = hall.office.decided()
    hall.rescind(decision)
    circulars = container.decision_circulars
    open_one = circulars.find(hall.office.estate_id, decision, DecisionState.RESCINDED)
    monkeypatch.setattr(circulars._store, "list_circulars_open", lambda: (open_one,))
    crashes = CrashPoint()
    with crashes.before(container.table), crashes.armed(Cut(nth, carried_out)), pytest.raises(Crash):
        circulars.sweep(container.clock())
    monkeypatch.undo()
    circular = hall.bring(decision)
    assert (circular.told, circular.doors) == (1, 5)
    assert len(doors(hall, decision)) == 5
