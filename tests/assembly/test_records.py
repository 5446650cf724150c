"""Who was there, minutes by two people, the published result (VOT-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.assembly.attendance import Attendance, Capacity, totals_of
from miniprogram_api.assembly.session import Hand
from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.assembly.conftest import code
from tests.conftest import MONDAY_MORNING
from tests.neighbours import MeetInTheMiddle, at_once

if TYPE_CHECKING:
    import random

pytestmark = pytest.mark.row("VOT-24")


def totals(hall, session_id):
    path = f"{hall.path}/{session_id}/attendance-totals"
    return hall.client.get(path, who=hall.who(Role.COMMUNITY)).json


# Signing in


def test_rooms_sign_in_on_the_day_and_are_added_up_exactly(hall, container, world) -> None:
    session_id = hall.called()
    rooms = hall.rooms(8653, 10_007, 1, building="1号楼") + hall.rooms(0, building="车库")
    act = Transaction("system", "test_setup", hall.clock())
    estate = container.estates.get_estate(world.estate.id)
    act.change(ESTATE, estate, replace(estate, households=166))
    container.table.commit(act)
    early = hall.sign_in(session_id, rooms[0])
    assert code(early) == (409, "assembly_signing_closed")
    hall.wait(15)
    for room_id in rooms:
        assert hall.sign_in(session_id, room_id).status_code == 200
    there = {"rooms": 4, "area": 18_661, "of_rooms": 166, "unmeasured": 1}
    assert totals(hall, session_id) == there
    assert hall.read(session_id)["totals"] is None, "no running figure for owners"
    held = hall.step(session_id, "holding")
    assert held.json["totals"] == there
    assert hall.read(session_id)["totals"] == there
    late = hall.sign_in(session_id, rooms[0], "别人", version=0)
    assert code(late) == (409, "assembly_signing_closed")


def test_in_writing_and_online_rooms_answer_from_the_call_on(hall) -> None:
    hall.committee()
    for form in ("in_writing", "online"):
        session_id = hall.drafted(plan=hall.plan(form=form))
        room = hall.rooms(8653, building=form)[0]
        early = hall.sign_in(session_id, room, role=Role.COMMUNITY)
        assert code(early) == (409, "assembly_signing_closed"), "owners were not called"
        assert code(hall.sign_in(session_id, room)) == (404, "assembly_unknown"), "a head knows of no draft"
        hall.call(session_id)
        assert hall.sign_in(session_id, room).status_code == 200


def test_a_room_is_there_once_whoever_signs_it_in(hall) -> None:
    session_id = hall.called()
    room = hall.rooms(8653)[0]
    hall.wait(15)
    first = hall.sign_in(session_id, room)
    assert hall.sign_in(session_id, room, role=Role.COMMUNITY).json["signed_at"] == first.json["signed_at"]
    other = hall.sign_in(session_id, room, "李四", role=Role.COMMITTEE)
    assert code(other) == (409, "assembly_room_signed_in")
    corrected = hall.sign_in(session_id, room, "李四", Role.COMMITTEE, version=0, capacity="co_owner")
    assert (corrected.json["version"], corrected.json["capacity_label"]) == (1, "共有人")
    assert code(hall.sign_in(session_id, room, "王五", version=0)) == (409, "assembly_room_signed_in")
    assert totals(hall, session_id)["rooms"] == 1
    assert code(hall.sign_in(session_id, "room_unknown")) == (404, "room_unknown")


def test_a_mistake_is_taken_back_with_its_reason_and_can_be_made_good(hall) -> None:
    session_id = hall.called()
    right, wrong = hall.rooms(8653, 9000)
    hall.wait(15)
    for room in (right, wrong):
        hall.sign_in(session_id, room)
    path = f"attendance/{wrong}/withdrawal"
    back = hall.step(session_id, path, {"reason": "房号看错"}, Role.BUILDING_HEAD)
    assert (back.status_code, back.json["withdrawn_reason"]) == (200, "房号看错")
    assert hall.step(session_id, path, {"reason": "房号看错"}, Role.BUILDING_HEAD).json == back.json
    assert totals(hall, session_id)["area"] == 8653
    lines = hall.client.get(f"{hall.path}/{session_id}/attendance", who=hall.who(Role.COMMITTEE)).json["items"]
    assert len(lines) == 2, "the line stays"
    again = hall.sign_in(session_id, wrong, version=1)
    assert (again.status_code, again.json["withdrawn_reason"]) == (200, None)
    assert totals(hall, session_id)["area"] == 17_653
    missing = hall.step(session_id, "attendance/room_none/withdrawal", {"reason": "没有来"}, Role.BUILDING_HEAD)
    assert code(missing) == (404, "assembly_attendance_unknown")


def test_a_proxy_shows_the_mandate(hall, desk) -> None:
    session_id = hall.called()
    room = hall.rooms(8653)[0]
    hall.wait(15)
    assert code(hall.sign_in(session_id, room, capacity="proxy")) == (422, "assembly_proxy_unproven")
    mandate = desk.upload(hall.who(Role.BUILDING_HEAD), hall.estate_id)
    signed = hall.sign_in(session_id, room, capacity="proxy", photo_ids=[mandate])
    assert (signed.status_code, signed.json["capacity_label"]) == (200, "代理人")
    assert hall.sign_in(session_id, room, capacity="proxy", photo_ids=[mandate]).json == signed.json


def test_names_are_sealed_at_rest_and_masked_for_those_who_do_not_read_the_roster(hall, desk) -> None:
    from miniprogram_api.storage import assembly_keys

    session_id = hall.called()
    room = hall.rooms(8653)[0]
    hall.wait(15)
    hall.sign_in(session_id, room)

    def names(role):
        items = hall.client.get(f"{hall.path}/{session_id}/attendance", who=hall.who(role)).json["items"]
        return [item["name"] for item in items]

    assert (names(Role.COMMUNITY), names(Role.COMMITTEE)) == (["王小明"], ["王**"])
    assert hall.client.get(f"{hall.path}/{session_id}/attendance", who=hall.who(Role.OWNER)).status_code == 403
    assert "王小明" not in str(desk.item(assembly_keys.assembly_attendance(hall.estate_id, session_id, room)))


def test_two_desks_sign_one_room_in_at_once_and_it_counts_once(hall, container, monkeypatch) -> None:
    session_id = hall.called()
    room = hall.rooms(8653)[0]
    hall.wait(15)
    who = [hall.who(Role.BUILDING_HEAD), hall.who(Role.COMMUNITY)]
    path = f"{hall.path}/{session_id}/attendance/{room}"
    for names, wanted in ((("王小明", "李四"), [200, 409]), (("赵六", "赵六"), [200, 200])):
        commit = MeetInTheMiddle(container.table.commit, {"sign_in_room"}, 2)
        monkeypatch.setattr(container.assembly_attendance._store, "commit", commit)
        seen = {} if wanted == [200, 409] else {"version": 0}
        bodies = [{"name": name, **seen} for name in names]
        answers = at_once(
            *(
                lambda person=person, body=body: hall.client.put(path, json=body, who=person)
                for person, body in zip(who, bodies, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == wanted
        assert totals(hall, session_id)["rooms"] == 1


def test_a_sign_in_just_before_the_end_is_counted_and_one_just_after_is_refused(hall, container, monkeypatch) -> None:
    session_id = hall.called()
    first, before, after = hall.rooms(8653, 9000, 9500)
    hall.wait(15)
    hall.sign_in(session_id, first)
    commit, answers = container.table.commit, {}

    def late(act):
        """The worst moment for each: everything was read, nothing is written."""
        if act.verb == "sign_in_room" and after not in answers:
            answers[after] = None
            answers["held"] = hall.step(session_id, "holding")
        if act.verb == "hold_assembly":
            answers[before] = hall.sign_in(session_id, before)
        commit(act)

    monkeypatch.setattr(container.assembly_attendance._store, "commit", late)
    answers[after] = hall.sign_in(session_id, after)
    assert (answers[before].status_code, code(answers[after])) == (200, (409, "assembly_signing_closed"))
    counted = answers["held"].json["totals"]
    assert (counted["rooms"], counted["area"]) == (2, 17_653)
    assert totals(hall, session_id) == counted


@given(st.lists(st.tuples(st.integers(0, 10_000_000), st.booleans()), max_size=60), st.randoms())
def test_totals_do_not_depend_on_the_order_and_lose_nothing(lines, chance: random.Random) -> None:
    hand = Hand("acc", "测试", MONDAY_MORNING)
    entries = [
        Attendance("asm", "est", f"room_{n}", "", area, Capacity.OWNER, "", hand, (), "错" if back else None)
        for n, (area, back) in enumerate(lines)
    ]
    added = totals_of(entries, 100)
    chance.shuffle(entries)
    there = [area for area, back in lines if not back]
    assert totals_of(entries, 100) == added
    assert (added.rooms, added.area, added.unmeasured) == (len(there), sum(there), there.count(0))


# Holding


def test_a_session_is_held_on_its_day_and_with_somebody_there(hall) -> None:
    session_id = hall.called()
    hall.clock.advance(timedelta(days=15) - timedelta(hours=10, minutes=1))  # 23:59 the day before
    assert code(hall.step(session_id, "holding")) == (409, "assembly_not_yet_held")
    hall.clock.advance(timedelta(minutes=1))
    assert code(hall.step(session_id, "holding")) == (409, "assembly_nobody_attended")
    room = hall.rooms(8653)[0]
    hall.sign_in(session_id, room)
    held = hall.step(session_id, "holding")
    assert (held.status_code, held.json["session"]["state_label"]) == (200, "已召开")
    assert hall.step(session_id, "holding").json == held.json, "sent twice, done once"
    assert code(hall.step(session_id, "holding", number=2)) == (409, "illegal_transition")
    assert code(hall.step(session_id, "cancellation", {"reason": "不算"})) == (409, "illegal_transition")


def test_a_crash_between_the_end_and_the_count_loses_no_figure(hall, container, monkeypatch) -> None:
    session_id = hall.called()
    room = hall.rooms(8653)[0]
    hall.wait(15)
    hall.sign_in(session_id, room)
    commit = container.table.commit

    def crash(act):
        if act.verb == "count_assembly":
            raise StoreUnavailable
        commit(act)

    monkeypatch.setattr(container.assembly_records._store, "commit", crash)
    assert hall.step(session_id, "holding").status_code == 503
    assert hall.stored(session_id).totals is None
    monkeypatch.setattr(container.assembly_records._store, "commit", commit)
    written = hall.write(session_id, number=2)
    assert (written.status_code, written.json["totals"]["area"]) == (200, 8653), "whoever goes on counts"


# Minutes and result


def test_minutes_are_written_by_one_and_confirmed_by_another_before_anything_is_published(hall, desk) -> None:
    session_id = hall.held()
    result = {"result": "听取报告，停车方案另行表决。"}
    assert code(hall.step(session_id, "publication", result)) == (409, "illegal_transition")
    assert hall.write(session_id, "").status_code == 422
    paper = desk.upload(hall.who(Role.COMMITTEE), hall.estate_id)
    written = hall.write(session_id, photo_ids=[paper])
    assert (written.json["session"]["state"], written.json["minutes"]["confirmed_by"]) == ("minuted", None)
    assert hall.write(session_id, photo_ids=[paper]).json == written.json
    assert code(hall.step(session_id, "publication", result)) == (409, "assembly_minutes_unconfirmed")
    assert code(hall.confirm(session_id, number=1)) == (403, "same_person_refused")
    confirmed = hall.confirm(session_id)
    assert confirmed.json["minutes"]["confirmed_by"]
    assert hall.confirm(session_id).json == confirmed.json
    assert hall.read(session_id)["minutes"] is None, "not before they are published"
    published = hall.step(session_id, "publication", result)
    assert (published.status_code, published.json["session"]["state"]) == (200, "published")
    assert hall.step(session_id, "publication", result).json == published.json
    shown = hall.read(session_id)
    assert (shown["minutes"]["text"], shown["closing"]) == ("到会业主听取了报告。", result["result"])
    assert [photo["id"] for photo in shown["minutes"]["photos"]] == [paper]
    assert code(hall.write(session_id, "改写")) == (409, "illegal_transition")


def test_minutes_written_anew_are_confirmed_anew_as_they_were_read(hall, desk) -> None:
    session_id = hall.held()
    paper = desk.upload(hall.who(Role.COMMITTEE), hall.estate_id)
    seen = hall.write(session_id, photo_ids=[paper]).json["session"]["version"]
    assert hall.confirm(session_id).status_code == 200
    rewritten = hall.write(session_id, "改写后的记录", photo_ids=[paper])
    assert (rewritten.status_code, rewritten.json["minutes"]["confirmed_by"]) == (200, None)
    assert code(hall.step(session_id, "publication", {"result": "通过"})) == (409, "assembly_minutes_unconfirmed")
    assert code(hall.confirm(session_id, Role.STREET, 1, version=seen)) == (409, "assembly_moved"), "not what was read"
    assert hall.confirm(session_id, Role.STREET, 1).status_code == 200
    assert code(hall.confirm(session_id, number=1)) == (403, "same_person_refused")


def test_only_the_convener_publishes(hall) -> None:
    session_id = hall.held()
    hall.write(session_id)
    hall.confirm(session_id)
    refused = hall.step(session_id, "publication", {"result": "通过"}, Role.STREET)
    assert code(refused) == (403, "assembly_not_convener")
