"""All owners are told of a call, a correction, an end; committee and community beside them (VOT-24, 条例 14)."""

from __future__ import annotations

import pytest

from miniprogram_api.assembly.letters import Mailing, letters_of
from miniprogram_api.assembly.notices import letter_notices, notices
from miniprogram_api.assembly.service import mail
from miniprogram_api.assembly.store import LETTERS
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation
from miniprogram_api.households.store import OCCUPANCY
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage import assembly_keys
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.conftest import MONDAY_MORNING
from tests.neighbours import MeetInTheMiddle, at_once

pytestmark = pytest.mark.row("VOT-24")


def letters(hall, session_id, event="called"):
    pk, sk = assembly_keys.assembly_letters(hall.estate_id, session_id, event, "", 0)
    return hall.container.table.all_of(LETTERS, pk, prefix=sk.partition("#")[0] + "#")


def told(hall, session_id, event="called"):
    return [room_id for letter in letters(hall, session_id, event) for room_id in letter.room_ids]


def sweep(hall) -> None:
    hall.container.assembly_mail.sweep(hall.clock())


def test_every_room_is_told_of_a_call_once(hall) -> None:
    rooms = hall.rooms(*[5000] * 60, building="1号楼") + hall.rooms(6000, building="2号楼")
    session_id = hall.called()
    assert hall.read(session_id)["call"]["rooms_told"] == 0
    sweep(hall)
    assert sorted(told(hall, session_id)) == sorted(rooms)
    sweep(hall)
    assert len(told(hall, session_id)) == 61
    call = hall.read(session_id)["call"]
    assert (call["rooms_told"], call["all_told_at"]) == (61, call["called_at"])


def test_owners_are_told_of_corrections_of_the_end_and_of_the_result(hall) -> None:
    [room] = hall.rooms(5000)
    session_id = hall.called()
    hall.correct(session_id, hall.plan(place="小区广场"))
    hall.correct(session_id, hall.plan(place="社区二楼"))
    hall.step(session_id, "cancellation", {"reason": "改期另行通知"})
    sweep(hall)
    events = ["called", "corrected1", "corrected2", "cancelled"]
    assert [told(hall, session_id, event) for event in events] == [[room]] * 4
    texts = [letters(hall, session_id, event)[0].text for event in events]
    assert "社区活动室" in texts[0]
    assert "社区二楼" in texts[2]
    assert "改期另行通知" in texts[3]
    held = hall.held()
    hall.write(held)
    hall.confirm(held)
    hall.step(held, "publication", {"result": "通过"})
    sweep(hall)
    assert room in told(hall, held, "published")


def test_a_draft_that_is_given_up_tells_nobody(hall) -> None:
    hall.rooms(5000)
    hall.committee()
    session_id = hall.drafted()
    hall.step(session_id, "cancellation", {"reason": "合并召开"})
    sweep(hall)
    assert told(hall, session_id, "cancelled") == []


def test_a_crash_between_two_buildings_is_taken_up_where_it_was(hall, container, monkeypatch) -> None:
    rooms = [room for name in ("1号楼", "2号楼", "3号楼") for room in hall.rooms(5000, 6000, building=name)]
    session_id, commit = hall.called(), container.table.commit
    done = []

    def crash(act):
        if act.verb == "tell_owners_of_assembly" and any(hall.estate_id in part.key.pk for part in act.parts):
            if len(done) == 1:
                raise StoreUnavailable
            done.append(act)
        commit(act)

    monkeypatch.setattr(container.assembly_mail._store, "commit", crash)
    with pytest.raises(StoreUnavailable):
        sweep(hall)
    assert len(told(hall, session_id)) == 2
    monkeypatch.setattr(container.assembly_mail._store, "commit", commit)
    sweep(hall)
    assert sorted(told(hall, session_id)) == sorted(rooms)
    assert hall.read(session_id)["call"]["rooms_told"] == 6


def test_two_runs_at_once_tell_each_room_once(hall, container, monkeypatch) -> None:
    sweep(hall)  # what other tests left
    rooms = hall.rooms(5000, 6000, building="1号楼") + hall.rooms(7000, building="2号楼")
    session_id = hall.called()
    commit = MeetInTheMiddle(container.table.commit, {"tell_owners_of_assembly"}, 2)
    monkeypatch.setattr(container.assembly_mail._store, "commit", commit)
    at_once(lambda: sweep(hall), lambda: sweep(hall))
    monkeypatch.setattr(container.assembly_mail._store, "commit", container.table.commit)
    sweep(hall)
    assert sorted(told(hall, session_id)) == sorted(rooms)
    assert hall.read(session_id)["call"]["rooms_told"] == 3


def test_a_run_takes_some_buildings_and_the_next_goes_on(hall, container, monkeypatch) -> None:
    sweep(hall)
    act = Transaction("system", "test_setup", hall.clock())
    for number in range(5):
        building = f"bld_{number}"
        act.add(BUILDING, Building(building, hall.estate_id, building))
        act.add(ROOM, Room(f"room_{number}", hall.estate_id, building, "", "101", f"{number}号楼101", 5000, "1"))
    container.table.commit(act)
    session_id = hall.called()
    monkeypatch.setattr(mail, "_BUILDINGS_A_RUN", 2)
    counts = []
    for _ in range(4):
        sweep(hall)
        counts.append(len(told(hall, session_id)))
    assert counts == [2, 4, 5, 5]
    assert hall.read(session_id)["call"]["all_told_at"] is not None


@pytest.mark.parametrize("rooms", [0, 1, 25, 26, 2250, 2251, 9000])
def test_the_letters_of_a_building_are_one_act_whatever_its_size(rooms) -> None:
    mailing = Mailing("asm", "est", "called", "题", "文", MONDAY_MORNING)
    made = letters_of(mailing, "bld", [f"room_{number}" for number in range(rooms)])
    assert sum(len(one.room_ids) for one in made) == rooms
    assert len(made) <= 90
    assert len({(one.building_id, one.part) for one in made}) == len(made)


def test_committee_community_street_and_heads_hear_of_public_steps_and_nobody_of_drafts(hall) -> None:
    hall.committee()
    session_id = hall.drafted()
    drafted = hall.stored(session_id)
    assert notices(None, drafted) == ()
    hall.call(session_id)
    called = hall.stored(session_id)
    [notice] = notices(drafted, called)
    assert (notice.kind, notice.to.estate_id) == (NoticeKind.DECISION, hall.estate_id)
    assert notice.to.roles == {Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.BUILDING_HEAD}
    assert "2026年12月8日 14:00，社区活动室" in notice.text
    assert notices(called, called) == ()
    hall.correct(session_id, hall.plan(place="小区广场"))
    [second] = notices(called, hall.stored(session_id))
    assert second.identity != notice.identity
    assert "小区广场" in second.text


def test_who_may_confirm_minutes_is_told_that_they_wait(hall) -> None:
    session_id = hall.held()
    before = hall.stored(session_id)
    hall.write(session_id)
    written = hall.stored(session_id)
    [notice] = notices(before, written)
    assert notice.title == "会议记录待核对"
    hall.confirm(session_id)
    confirmed = hall.stored(session_id)
    assert notices(written, confirmed) == ()
    hall.step(session_id, "publication", {"result": "通过"})
    [published] = notices(confirmed, hall.stored(session_id))
    assert published.title == "业主大会会议结果"


def test_the_message_arrives_in_the_inbox_of_everybody_of_a_room(hall, container, desk, people, world) -> None:
    [room] = hall.rooms(5000)
    owner = people.resident(world.estate, room_id=room)
    now = hall.clock()
    act = Transaction("system", "test_setup", now)
    name = world.estate.name
    act.add(
        OCCUPANCY,
        Occupancy(hall.estate_id, room, owner.account_id, Relation.OWNER, now, name, "1号楼101", OccupancyState.LIVE),
    )
    container.table.commit(act)
    session_id = hall.called()
    sweep(hall)
    [letter] = letters(hall, session_id)
    assert len(letter_notices(None, letter)) == 1
    assert letter_notices(letter, letter) == ()
    item = desk.item(
        assembly_keys.assembly_letters(hall.estate_id, session_id, "called", letter.building_id, letter.part)
    )
    desk.follow(None, item)
    desk.follow(None, item)
    assert [title for title, _ in desk.inbox(owner)] == ["业主大会会议通知"], "the same event once"
    community = hall.who(Role.COMMUNITY)
    session = desk.item(assembly_keys.assembly(hall.estate_id, session_id))
    drafted = {**session, "body": {"M": {k: v for k, v in session["body"]["M"].items() if k != "call"}}}
    drafted["body"]["M"]["state"] = {"S": "draft"}
    desk.follow(drafted, session)
    assert [title for title, _ in desk.inbox(community)] == ["业主大会会议通知"], "the residents' committee too"
