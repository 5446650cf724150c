"""A run: worked out, looked at, issued; however often and however broken, every room gets exactly one bill (FEE-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.billing.bill import BillState
from miniprogram_api.billing.run import NoCompany
from miniprogram_api.billing.service import runs
from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.terms import LateFee
from tests.billing.estate import with_rooms
from tests.neighbours import MeetInTheMiddle, at_once
from tests.storage.faults import losing_answers

pytestmark = pytest.mark.row("FEE-01")

NOVEMBER = {"period": "2026-11", "kind": "service"}
RUN = "2026-11_service"

ONE_ROOM = 5192
"""86.53 m2 x 0.60 yuan = 51.918 yuan, a half up: 51.92 yuan."""


def draft(client, who, estate_id: str, **changed):
    return client.post(f"/v1/estates/{estate_id}/bill-runs", json={**NOVEMBER, **changed}, who=who)


def step(client, who, estate_id: str, name: str, run: str = RUN):
    return client.post(f"/v1/estates/{estate_id}/bill-runs/{run}/{name}", who=who)


def bills_of(container, estate_id: str, rooms) -> list:
    return [bill for room in rooms for bill in container.bills.list_room(estate_id, room.id)]


def test_a_period_is_worked_out_shown_and_issued(client, container, world, people, tariffs) -> None:
    estate_id, finance = world.estate.id, people.staff(world.estate, Role.FINANCE)
    rooms = with_rooms(container, estate_id, buildings=2, rooms=50)
    made = draft(client, finance, estate_id)
    assert (made.status_code, made.json["state"]) == (201, "previewed")
    assert made.json["tally"]["rooms"] == 100
    assert made.json["tally"]["fen"] == 100 * ONE_ROOM
    assert made.json["tally"]["charges"] == [
        {"charge": "service_base", "label": "物业服务费", "fen": 100 * ONE_ROOM, "bills": 100}
    ]
    assert bills_of(container, estate_id, rooms) == []

    issued = step(client, finance, estate_id, "publication")
    assert (issued.status_code, issued.json["state"]) == (200, "published")
    assert (issued.json["issued"]["rooms"], issued.json["issued"]["fen"]) == (100, 100 * ONE_ROOM)
    bills = bills_of(container, estate_id, rooms)
    assert len(bills) == 100
    assert {bill.room_id for bill in bills} == {room.id for room in rooms}
    assert {(bill.total_fen, bill.state, bill.company_id, bill.due_on.isoformat()) for bill in bills} == {
        (ONE_ROOM, BillState.ISSUED, world.company.id, "2026-12-08")
    }

    again = step(client, finance, estate_id, "publication")
    assert again.json["state"] == "published"
    assert len(bills_of(container, estate_id, rooms)) == 100


def test_a_room_that_cannot_be_billed_stops_the_publishing_and_is_named(
    client, container, world, people, tariffs
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=2, rooms=3)
    tariffs.problems = {rooms[4].id}
    made = draft(client, manager, estate_id).json
    assert (made["tally"]["problems"], made["tally"]["rooms"]) == (1, 5)
    parts = client.get(f"/v1/estates/{estate_id}/bill-runs/{RUN}/buildings", who=manager).json["items"]
    named = [problem for part in parts for problem in part["problems"]]
    assert named == [{"code": "area_missing", "room": rooms[4].label, "text": f"{rooms[4].label} 没有建筑面积"}]
    refused = step(client, manager, estate_id, "publication")
    assert (refused.status_code, refused.json["code"]) == (409, "bill_run_has_problems")
    assert refused.json["detail"] == {"problems": 1, "rooms": [rooms[4].label]}
    assert bills_of(container, estate_id, rooms) == []

    tariffs.problems = set()
    assert draft(client, manager, estate_id).json["revision"] == 2
    assert step(client, manager, estate_id, "publication").json["issued"]["rooms"] == 6


def test_what_changed_since_the_preview_must_be_worked_out_again(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=1, rooms=3)
    draft(client, manager, estate_id)
    tariffs.price = 7000
    refused = step(client, manager, estate_id, "publication")
    assert (refused.status_code, refused.json["code"]) == (409, "bill_run_stale")
    assert container.bill_runs.get_run(estate_id, RUN).state == "previewed"
    assert bills_of(container, estate_id, rooms) == []
    assert draft(client, manager, estate_id).json["tally"]["fen"] == 3 * 6057  # 86.53 x 0.70 = 60.571
    assert step(client, manager, estate_id, "publication").json["issued"]["fen"] == 3 * 6057


def test_facts_of_a_building_that_change_while_publishing_send_the_run_back(
    client, container, world, people, tariffs, monkeypatch
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=2, rooms=3)
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1)
    draft(client, manager, estate_id)
    for _ in range(2):
        step(client, manager, estate_id, "progress")
    assert step(client, manager, estate_id, "publication").json["issued"]["rooms"] == 3
    tariffs.problems = {room.id for room in rooms}
    stale = step(client, manager, estate_id, "progress")
    assert (stale.status_code, stale.json["code"]) == (409, "bill_run_stale")
    run = client.get(f"/v1/estates/{estate_id}/bill-runs/{RUN}", who=manager).json
    assert (run["state"], run["revision"]) == ("draft", 2)
    assert len(bills_of(container, estate_id, rooms)) == 3

    tariffs.problems = set()
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 100)
    assert step(client, manager, estate_id, "progress").json["state"] == "previewed"
    assert step(client, manager, estate_id, "publication").json["issued"]["rooms"] == 6
    assert len(bills_of(container, estate_id, rooms)) == 6


def test_an_unusual_amount_is_shown_before_it_is_issued(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    with_rooms(container, estate_id, buildings=1, rooms=3)
    draft(client, manager, estate_id, period="2026-10")
    step(client, manager, estate_id, "publication", "2026-10_service")
    tariffs.price = 18_001  # 86.53 x 1.8001 = 155.76: just three times 51.92
    assert draft(client, manager, estate_id).json["tally"]["outliers"] == 0
    tariffs.price = 18_002  # 155.77
    assert draft(client, manager, estate_id).json["tally"]["outliers"] == 3
    part = client.get(f"/v1/estates/{estate_id}/bill-runs/{RUN}/buildings", who=manager).json["items"][0]
    assert part["outliers"][0]["usual_fen"] == ONE_ROOM


def test_two_who_publish_at_once_issue_each_bill_once(client, container, world, people, tariffs, monkeypatch) -> None:
    estate_id = world.estate.id
    rooms = with_rooms(container, estate_id, buildings=2, rooms=60)
    managers = [people.staff(world.estate) for _ in range(2)]
    draft(client, managers[0], estate_id)
    container.bill_runs._store.commit = MeetInTheMiddle(container.table.commit, {"publish_bill_run"}, 2)
    answers = at_once(*(lambda who=who: step(client, who, estate_id, "publication") for who in managers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(bills_of(container, estate_id, rooms)) == 120
    run = container.bill_runs.get_run(estate_id, RUN)
    assert (run.issued.rooms, run.issued.fen) == (120, 120 * ONE_ROOM)


def test_a_request_and_the_sweep_that_meet_issue_each_bill_once(
    client, container, world, people, tariffs, monkeypatch, clock
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=2, rooms=60)
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 0)
    draft(client, manager, estate_id)
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1000)
    step(client, manager, estate_id, "progress")
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 0)
    step(client, manager, estate_id, "publication")
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1000)
    container.bill_runs._store.commit = MeetInTheMiddle(container.table.commit, {"issue_bills"}, 2)
    at_once(*(lambda: container.bill_runs.go_on(estate_id, RUN, clock()) for _ in range(2)))
    run = container.bill_runs.get_run(estate_id, RUN)
    assert (run.state, run.issued.rooms, run.issued.fen) == ("published", 120, 120 * ONE_ROOM)
    assert len(bills_of(container, estate_id, rooms)) == 120


def test_the_sweep_goes_on_with_a_run_that_stands_still(
    client, container, world, people, tariffs, monkeypatch, clock
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=3, rooms=2)
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1)
    assert draft(client, manager, estate_id).json["state"] == "draft"
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1000)
    clock.advance(timedelta(seconds=59))
    container.bill_runs.sweep(clock())
    assert container.bill_runs.get_run(estate_id, RUN).state == "draft"
    clock.advance(timedelta(seconds=2))
    container.bill_runs.sweep(clock())
    assert container.bill_runs.get_run(estate_id, RUN).state == "previewed"
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1)
    assert step(client, manager, estate_id, "publication").json["state"] == "publishing"
    monkeypatch.setattr(runs, "ROOMS_PER_CALL", 1000)
    clock.advance(timedelta(seconds=61))
    container.bill_runs.sweep(clock())
    assert container.bill_runs.get_run(estate_id, RUN).state == "published"
    assert len(bills_of(container, estate_id, rooms)) == 6


class Crash(BaseException):
    """The function was ended by its surroundings."""


class CrashingCommit:
    """Ends the process before or after the n-th write."""

    def __init__(self, commit, at: int, *, after: bool) -> None:
        self.commit, self.at, self.after, self.seen = commit, at, after, 0

    def __call__(self, act) -> None:
        self.seen += 1
        if self.seen == self.at and not self.after:
            raise Crash
        self.commit(act)
        if self.seen == self.at and self.after:
            raise Crash


WRITES_OF_A_PUBLICATION = 8
"""Begin; of two buildings with 50 bills each two pieces and how far it came; end."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, WRITES_OF_A_PUBLICATION + 1))
def test_a_crash_around_any_write_then_going_on_leaves_one_bill_a_room(
    client, container, world, people, tariffs, clock, at, after
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=2, rooms=50)
    draft(client, manager, estate_id)
    principal = container.identity.principal(manager.token, clock())
    container.bill_runs._store.commit = crashing = CrashingCommit(container.table.commit, at, after=after)
    with pytest.raises(Crash):
        container.bill_runs.publish(principal, estate_id, RUN, clock())
    assert crashing.seen == at
    clock.advance(timedelta(minutes=2))
    if container.bill_runs.get_run(estate_id, RUN).state == "previewed":
        container.bill_runs.publish(principal, estate_id, RUN, clock())
    else:
        container.bill_runs.sweep(clock())
    run = container.bill_runs.get_run(estate_id, RUN)
    assert (run.state, run.issued.rooms, run.issued.fen) == ("published", 100, 100 * ONE_ROOM)
    bills = bills_of(container, estate_id, rooms)
    assert len(bills) == 100
    assert {bill.room_id for bill in bills} == {room.id for room in rooms}


def test_a_publication_takes_just_those_writes(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    with_rooms(container, estate_id, buildings=2, rooms=50)
    draft(client, manager, estate_id)
    container.bill_runs._store.commit = counting = CrashingCommit(container.table.commit, 0, after=False)
    step(client, manager, estate_id, "publication")
    assert counting.seen == WRITES_OF_A_PUBLICATION


def test_a_lost_answer_to_a_write_of_bills_doubles_nothing(client, container, world, people, tariffs, clock) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=1, rooms=10)
    draft(client, manager, estate_id)
    principal = container.identity.principal(manager.token, clock())
    commit = container.table.commit

    def losing(act) -> None:
        with losing_answers(container.table, 1 if act.verb == "issue_bills" and len(act.parts) > 1 else 0):
            commit(act)

    container.bill_runs._store.commit = losing
    container.bill_runs.publish(principal, estate_id, RUN, clock())
    assert container.bill_runs.get_run(estate_id, RUN).issued.rooms == 10
    assert len(bills_of(container, estate_id, rooms)) == 10


def test_issuing_reads_nothing_in_between_and_costs_what_the_page_says(
    client, container, world, people, tariffs, meter, clock
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    with_rooms(container, estate_id, buildings=1, rooms=48)
    draft(client, manager, estate_id)
    principal = container.identity.principal(manager.token, clock())
    with meter() as used:
        container.bill_runs.publish(principal, estate_id, RUN, clock())
    assert used.calls.count("TransactWriteItems") == 2  # begin with the figures' first entry, and 48 bills
    writing = used.calls.index("TransactWriteItems", used.calls.index("TransactWriteItems") + 1)
    assert used.calls[writing + 1] == "BatchGetItem"  # the recount, not a look before the write
    assert (used.writes // 48, used.index_writes // 48, int(used.reads // 48)) == (4, 6, 1)


def test_a_cancelled_run_issues_nothing_and_may_be_drafted_again(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    with_rooms(container, estate_id, buildings=1, rooms=2)
    draft(client, manager, estate_id)
    assert step(client, manager, estate_id, "cancellation").json["state"] == "cancelled"
    refused = step(client, manager, estate_id, "publication")
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert draft(client, manager, estate_id).json["state"] == "previewed"
    assert step(client, manager, estate_id, "publication").json["state"] == "published"
    late = draft(client, manager, estate_id)
    assert (late.status_code, late.json["code"]) == (409, "illegal_transition")


def test_a_month_is_never_billed_again_with_its_quarter(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=1, rooms=1)
    draft(client, manager, estate_id, period="2026-Q4")
    draft(client, manager, estate_id)
    container.bill_runs._store.commit = MeetInTheMiddle(container.table.commit, {"publish_bill_run"}, 2)
    answers = at_once(
        lambda: step(client, manager, estate_id, "publication"),
        lambda: step(client, manager, estate_id, "publication", "2026-Q4_service"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (bill,) = bills_of(container, estate_id, rooms)
    other = "2026-11" if bill.period == "2026-Q4" else "2026-Q4"
    for refused in (
        draft(client, manager, estate_id, period=other),
        step(client, manager, estate_id, "publication", f"{other}_service"),
    ):
        assert (refused.status_code, refused.json["code"]) == (409, "period_billed")
    assert draft(client, manager, estate_id, period=other, kind="other").status_code == 201


def test_an_estate_without_rooms_or_company_bills_nobody(client, container, world, people, tariffs, clock) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    draft(client, manager, estate_id)
    refused = step(client, manager, estate_id, "publication")
    assert (refused.status_code, refused.json["code"]) == (409, "nothing_to_bill")
    act = Transaction("system", "test_setup", clock())
    act.change(ESTATE, world.estate, replace(world.estate, company_id=None))
    container.table.commit(act)
    principal = container.identity.principal(manager.token, clock())
    with pytest.raises(NoCompany):
        container.bill_runs.draft(principal, estate_id, Period(2026, 11), BillKind.SERVICE, clock())


def test_residents_see_the_bills_of_their_rooms_and_no_others(client, container, world, people, tariffs) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=1, rooms=2)
    draft(client, manager, estate_id)
    step(client, manager, estate_id, "publication")
    owner = people.resident(world.estate, room_id=rooms[0].id)
    own = client.get(f"/v1/estates/{estate_id}/rooms/{rooms[0].id}/bills", who=owner).json
    assert (own["due_fen"], own["overdue_fen"], own["history"]) == (ONE_ROOM, 0, [])
    line = own["open"][0]["lines"][0]
    assert (line["fen"], line["basis"]) == (ONE_ROOM, "86.53㎡ × 0.6元/㎡·月 × 1个月")
    bill_id = own["open"][0]["bill"]["id"]
    one = client.get(f"/v1/estates/{estate_id}/rooms/{rooms[0].id}/bills/{bill_id}", who=owner)
    assert one.json["bill"]["total_fen"] == ONE_ROOM

    foreign = client.get(f"/v1/estates/{estate_id}/rooms/{rooms[1].id}/bills", who=owner).json
    assert (foreign["due_fen"], foreign["open"], foreign["history"]) == (0, [], [])
    other_id = bill_id.replace(rooms[0].id, rooms[1].id)
    hidden = client.get(f"/v1/estates/{estate_id}/rooms/{rooms[1].id}/bills/{other_id}", who=owner)
    nowhere = client.get(f"/v1/estates/{estate_id}/rooms/{rooms[1].id}/bills/{other_id}9", who=owner)
    assert (hidden.status_code, hidden.json["code"]) == (nowhere.status_code, nowhere.json["code"])
    assert hidden.json["code"] == "bill_unknown"


def test_a_late_fee_grows_by_the_estates_terms_and_is_off_otherwise(
    client, container, world, people, tariffs, clock
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    (room,) = with_rooms(container, estate_id, buildings=1, rooms=1)
    draft(client, manager, estate_id, period="2026-10")
    step(client, manager, estate_id, "publication", "2026-10_service")
    tariffs.late_fee = LateFee(ppm_per_day=500, grace_days=0, cap_percent=100, basis="合同第 12 条")
    draft(client, manager, estate_id)
    step(client, manager, estate_id, "publication")
    clock.advance(timedelta(days=25))  # ten days past the due day
    account = client.get(f"/v1/estates/{estate_id}/room-accounts/{room.id}/bills", who=people.again(manager)).json
    # 51.92 yuan x 0.05 % x 10 days = 0.2596 yuan
    assert [(one["bill"]["period"], one["bill"]["late_fee_fen"]) for one in account["open"]] == [
        ("2026-10", 0),
        ("2026-11", 26),
    ]
    assert (account["due_fen"], account["late_fee_fen"]) == (2 * ONE_ROOM + 26, 26)


def test_staff_lists_a_period_in_room_order_and_what_is_unpaid_by_age(
    client, container, world, people, tariffs, clock
) -> None:
    estate_id, manager = world.estate.id, people.staff(world.estate)
    rooms = with_rooms(container, estate_id, buildings=1, rooms=5)
    for period in ("2026-10", "2026-11"):
        draft(client, manager, estate_id, period=period)
        step(client, manager, estate_id, "publication", f"{period}_service")
        clock.advance(timedelta(days=20))
        manager = people.again(manager)
    listed = client.get(f"/v1/estates/{estate_id}/bills?period=2026-11&limit=3", who=manager).json
    assert [bill["room"] for bill in listed["items"]] == [room.label for room in rooms[:3]]
    more = client.get(f"/v1/estates/{estate_id}/bills?period=2026-11&cursor={listed['next']}", who=manager).json
    assert [bill["room"] for bill in more["items"]] == [room.label for room in rooms[3:]]
    none = client.get(f"/v1/estates/{estate_id}/bills?period=2026-11&state=paid", who=manager).json
    assert none["items"] == []
    unpaid = client.get(f"/v1/estates/{estate_id}/unpaid-bills", who=manager).json["items"]
    assert [bill["period"] for bill in unpaid] == ["2026-10"] * 5 + ["2026-11"] * 5
    assert [bill["overdue_days"] for bill in unpaid] == [25] * 5 + [5] * 5
    committee = people.neighbour(world.estate, Role.COMMITTEE)
    assert client.get(f"/v1/estates/{estate_id}/unpaid-bills", who=committee).status_code == 403
