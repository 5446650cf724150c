"""Changes of what a room owes: asked by one, decided by another, and no fen is lost on the way (FEE-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from miniprogram_api.billing.bill import BillBeingPaid, BillState, Instalment, Paid, Paying
from miniprogram_api.billing.correcting import PaidWithCredit, PlanUnfit, planned, reduced, voided
from miniprogram_api.billing.notices import adjustment_notices
from miniprogram_api.billing.store import BILL
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import Means
from miniprogram_api.storage.transaction import Transaction
from tests.billing.estate import book_of, issued, pay, with_rooms
from tests.neighbours import at_once

pytestmark = pytest.mark.row("FEE-14")

ONE_ROOM = 5192


@pytest.fixture
def office(client, container, world, people, tariffs):
    """Two bills are issued; finance asks, the manager decides."""
    return Office(client, container, world, people)


class Office:
    def __init__(self, client, container, world, people) -> None:
        self.client, self.container, self.estate_id = client, container, world.estate.id
        self.finance, self.manager = people.staff(world.estate, Role.FINANCE), people.staff(world.estate)
        self.rooms = with_rooms(container, self.estate_id, buildings=1, rooms=2)
        issued(container, client, self.manager, self.estate_id)

    @property
    def bill(self):
        return next(bill for bill in self.container.bills.list_room(self.estate_id, self.rooms[0].id))

    def ask(self, kind: str, key: str = "adjust-key-1", who=None, **rest):
        body = {"kind": kind, "reason": "other", "text": "约定", **rest}
        path = f"/v1/estates/{self.estate_id}/bill-adjustments"
        return self.client.post(path, json=body, who=who or self.finance, key=key)

    def decide(self, adjustment_id: str, name: str = "approval", who=None, **body):
        path = f"/v1/estates/{self.estate_id}/bill-adjustments/{adjustment_id}/{name}"
        return self.client.post(path, who=who or self.manager, **({"json": body} if body else {}))

    def prepaid(self) -> int:
        return self.container.wallets.wallet_of(self.estate_id, self.rooms[0].id).prepaid_fen


def test_a_reduction_needs_a_second_person_and_a_reason_stands_on_the_bill(office) -> None:
    asked = office.ask("reduction", who=office.manager, bill_id=office.bill.id, fen=1000, text="漏水影响")
    assert asked.status_code == 201
    own = office.decide(asked.json["id"])
    assert (own.status_code, own.json["code"]) == (403, "same_person_refused")
    assert office.bill.total_fen == ONE_ROOM
    asked = office.ask("reduction", bill_id=office.bill.id, fen=1000, text="漏水影响")
    for _ in range(2):
        assert office.decide(asked.json["id"]).json["state"] == "approved"
    assert (office.bill.total_fen, office.bill.reductions[0].reason) == (ONE_ROOM - 1000, "漏水影响")
    assert office.prepaid() == 0


def test_a_repeated_request_is_one_and_other_content_is_refused(office) -> None:
    first, second = (office.ask("reduction", bill_id=office.bill.id, fen=1000) for _ in range(2))
    assert first.json["id"] == second.json["id"]
    other = office.ask("reduction", bill_id=office.bill.id, fen=1001)
    assert (other.status_code, other.json["code"]) == (409, "adjustment_key_reused")


def test_reducing_a_paid_bill_moves_what_is_too_much_into_prepaid_money(office) -> None:
    pay(office.container, office.estate_id, office.bill, ONE_ROOM, Means.CASH, "cash-1")
    asked = office.ask("reduction", bill_id=office.bill.id, fen=1200)
    assert office.decide(asked.json["id"]).status_code == 200
    bill = office.bill
    assert (bill.state, bill.total_fen, bill.paid_fen) == (BillState.PAID, ONE_ROOM - 1200, ONE_ROOM - 1200)
    assert office.prepaid() == 1200
    assert book_of(office.container, office.estate_id) == {
        "cash": ONE_ROOM,
        "company_fees": -(ONE_ROOM - 1200),
        "prepaid": -1200,
    }


def test_two_who_approve_at_once_reduce_once(office, people, world) -> None:
    pay(office.container, office.estate_id, office.bill, ONE_ROOM, Means.CASH, "cash-1")
    asked = office.ask("reduction", bill_id=office.bill.id, fen=1200).json["id"]
    others = [people.staff(world.estate) for _ in range(2)]
    answers = at_once(*(lambda who=who: office.decide(asked, who=who) for who in others))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (office.prepaid(), office.bill.total_fen) == (1200, ONE_ROOM - 1200)


def test_a_void_and_replaced_bill_is_linked_both_ways_and_what_was_paid_stays_the_rooms(office) -> None:
    pay(office.container, office.estate_id, office.bill, 2000, Means.CASH, "cash-1")
    lines = [{"charge": "service_base", "label": "物业服务费", "fen": 4000, "basis": "面积更正为 66.67㎡"}]
    asked = office.ask("replacement", bill_id=office.bill.id, lines=lines, due_on="2026-12-20")
    assert office.decide(asked.json["id"]).status_code == 200
    old, new = office.container.bills.list_room(office.estate_id, office.rooms[0].id)
    assert (old.state, old.replaced_by, new.replaces, new.number) == (BillState.VOID, new.id, old.id, 2)
    assert (new.total_fen, new.due_on, new.state) == (4000, date(2026, 12, 20), BillState.ISSUED)
    assert office.prepaid() == 2000
    assert book_of(office.container, office.estate_id) == {"cash": 2000, "prepaid": -2000}


def test_a_bill_that_is_being_paid_is_left_alone(office, clock) -> None:
    asked = office.ask("void", bill_id=office.bill.id).json["id"]
    act = Transaction("system", "test_order", clock())
    act.change(BILL, office.bill, replace(office.bill, paying=Paying("pay-1", "acc", clock() + timedelta(minutes=15))))
    office.container.table.commit(act)
    refused = office.decide(asked)
    assert (refused.status_code, refused.json["code"]) == (409, "bill_being_paid")
    clock.advance(timedelta(minutes=16))
    assert office.decide(asked).status_code == 200
    assert office.bill.state is BillState.VOID


def test_a_vacant_room_pays_less_from_the_next_run_on(office) -> None:
    room = office.rooms[0]
    asked = office.ask("abatement", room_id=room.id, percent=30, first_on="2026-12-01", reason="vacant")
    assert office.decide(asked.json["id"]).status_code == 200
    issued(office.container, office.client, office.manager, office.estate_id, "2026-12")
    amounts = {
        bill.room_id: bill.total_fen
        for one in office.rooms
        for bill in office.container.bills.list_room(office.estate_id, one.id)
        if bill.period == "2026-12"
    }
    assert amounts == {room.id: 3634, office.rooms[1].id: ONE_ROOM}  # 51.918 yuan x 0.7 = 36.3426


def test_an_abatement_ends_by_another_request_of_the_same_kind(office) -> None:
    room = office.rooms[0]
    asked = office.ask("abatement", room_id=room.id, percent=30, first_on="2026-12-01", reason="vacant").json
    office.decide(asked["id"])
    late = office.ask("abatement_end", key="adjust-key-2", ends="adj_unknown", last_on="2026-12-31")
    assert (late.status_code, late.json["code"]) == (404, "adjustment_unknown")
    ending = office.ask("abatement_end", key="adjust-key-3", ends=asked["id"], last_on="2026-12-31")
    assert office.decide(ending.json["id"]).status_code == 200
    again = office.ask("abatement_end", key="adjust-key-4", ends=asked["id"], last_on="2027-01-31")
    assert (again.status_code, again.json["code"]) == (404, "abatement_unknown")
    for period in ("2026-12", "2027-01"):
        issued(office.container, office.client, office.manager, office.estate_id, period)
    amounts = [bill.total_fen for bill in office.container.bills.list_room(office.estate_id, room.id)]
    assert amounts == [ONE_ROOM, 3634, ONE_ROOM]


def test_who_decides_is_told_of_a_request_and_who_asked_of_the_decision(office) -> None:
    asked = office.ask("void", bill_id=office.bill.id, text="重复出账").json["id"]
    found = office.container.bill_adjusting.get_adjustment(office.estate_id, asked)
    (waiting,) = adjustment_notices(None, found)
    assert waiting.to.roles == {Role.MANAGER}
    assert waiting.text.endswith("账单作废，原因：重复出账，请审批。")
    office.decide(asked, "refusal", note="金额无误")
    refused = office.container.bill_adjusting.get_adjustment(office.estate_id, asked)
    (decision,) = adjustment_notices(found, refused)
    assert (decision.to.account_id, decision.text[-10:]) == (
        office.finance.account_id,
        "未通过，原因：金额无误。"[-10:],
    )
    assert adjustment_notices(refused, refused) == ()


def test_instalments_add_up_move_the_due_day_and_are_refused_otherwise(office) -> None:
    wrong = office.ask("instalments", bill_id=office.bill.id, plan=[{"due_on": "2026-12-10", "fen": 5000}] * 2)
    assert (wrong.status_code, wrong.json["code"]) == (422, "plan_unfit")
    plan = [{"due_on": "2026-12-10", "fen": 3000}, {"due_on": "2027-01-10", "fen": 2192}]
    asked = office.ask("instalments", bill_id=office.bill.id, plan=plan, reason="hardship")
    assert office.decide(asked.json["id"]).status_code == 200
    assert (office.bill.due_on, len(office.bill.plan)) == (date(2027, 1, 10), 2)


def test_a_single_charge_by_hand_is_a_bill_beside_that_of_the_run(office) -> None:
    lines = [{"charge": "key", "label": "门禁卡补办", "fen": 1500}]
    body = {"room_id": office.rooms[0].id, "bill_kind": "service", "period": "2026-11", "due_on": "2026-12-01"}
    asked = office.ask("single", lines=lines, **body)
    assert office.decide(asked.json["id"]).status_code == 200
    run, single = office.container.bills.list_room(office.estate_id, office.rooms[0].id)
    assert (run.number, single.number, single.origin, single.total_fen) == (1, 2, "single", 1500)


def test_a_charge_by_hand_leaves_the_number_of_the_run_free(office) -> None:
    lines = [{"charge": "key", "label": "门禁卡补办", "fen": 1500}]
    body = {"room_id": office.rooms[0].id, "bill_kind": "service", "period": "2026-12", "due_on": "2026-12-20"}
    office.decide(office.ask("single", lines=lines, **body).json["id"])
    issued(office.container, office.client, office.manager, office.estate_id, "2026-12")
    bills = office.container.bills.list_room(office.estate_id, office.rooms[0].id)
    assert [(bill.period, bill.number, bill.total_fen) for bill in bills] == [
        ("2026-11", 1, ONE_ROOM),
        ("2026-12", 1, ONE_ROOM),
        ("2026-12", 2, 1500),
    ]


def test_a_refusal_gives_a_reason_and_changes_nothing(office) -> None:
    asked = office.ask("void", bill_id=office.bill.id).json["id"]
    refused = office.decide(asked, "refusal", note="金额无误")
    assert (refused.json["state"], refused.json["note"]) == ("refused", "金额无误")
    late = office.decide(asked)
    assert (late.status_code, late.json["code"]) == (409, "illegal_transition")
    assert office.bill.state is BillState.ISSUED
    waiting = office.client.get(f"/v1/estates/{office.estate_id}/bill-adjustments?waiting=true", who=office.manager)
    assert waiting.json["items"] == []


def test_a_request_with_proof_shows_its_photos(office, desk) -> None:
    photo = desk.ask(office.finance, office.estate_id, b"x" * 100)["photo_id"]
    asked = office.ask("void", bill_id=office.bill.id, photo_ids=[photo])
    assert [one["id"] for one in asked.json["photos"]] == [photo]


def test_what_was_paid_with_a_credit_never_becomes_prepaid_money(office, clock) -> None:
    paid = pay(office.container, office.estate_id, office.bill, ONE_ROOM, Means.CREDIT, "credit-1")
    with pytest.raises(PaidWithCredit):
        voided(paid, "ref", "误开", None, clock())
    with pytest.raises(PaidWithCredit):
        reduced(paid, "ref", 1, "减免", clock())


def test_rules_refuse_what_cannot_be(office, clock) -> None:
    bill = office.bill
    paying = replace(bill, paying=Paying("pay-1", "acc", clock() + timedelta(minutes=1)))
    with pytest.raises(BillBeingPaid):
        reduced(paying, "ref", 1, "减免", clock())
    today = date(2026, 11, 23)
    for days in ([today, date(2026, 12, 1)], [date(2026, 12, 2), date(2026, 12, 1)]):
        with pytest.raises(PlanUnfit):
            planned(bill, tuple(Instalment(day, ONE_ROOM // 2) for day in days), clock())
    late = replace(bill, payments=(Paid("a", Means.CASH, 1192, 0, clock()),))
    plan = (Instalment(date(2026, 12, 1), 2000), Instalment(date(2027, 1, 1), 2000))
    assert sum(part.fen for part in planned(late, plan, clock()).plan) == ONE_ROOM
