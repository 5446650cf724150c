"""What is paid rests on a decision in force: a rescission stops it, in the same moment too (VOT-15, FND-11)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.matter import Matter
from tests.faults.crash import Crash, CrashPoint, Cut
from tests.funds.test_spending import ask, authorise, step
from tests.neighbours import MeetInTheMiddle, at_once

DAY = "2026-11-23"


@pytest.fixture
def place(office) -> str:
    place = office.place()
    office.book(place, 1_000_000)
    return place


def approved(office, place: str, decision: str | None, fen: int = 300_000) -> str:
    request = ask(office, place, fen).json["id"]
    agreed = step(office, request, "approval", office.chair, decision_id=decision)
    assert agreed.status_code == 200, agreed.json
    return str(request)


def pay(office, request: str):
    return step(office, request, "payment", office.finance, on=DAY)


def used(office, decision: str) -> int:
    return int(office.container.decisions.find(office.estate_id, decision).used_fen)


@pytest.mark.row("VOT-15")
def test_a_rescinded_decision_blocks_its_payments(hall, office, place) -> None:
    decision = office.decided(amount_fen=600_000)
    paid, blocked = (approved(office, place, decision) for _ in range(2))
    assert pay(office, paid).status_code == 200
    hall.rescind(decision)
    refused = pay(office, blocked)
    assert (refused.status_code, refused.json["code"]) == (409, "decision_not_in_force")
    assert pay(office, paid).status_code == 200, "what was paid before, stays so"
    later = step(office, ask(office, place, 1).json["id"], "approval", office.chair, decision_id=decision)
    assert (later.status_code, later.json["code"]) == (409, "decision_not_in_force")
    assert office.balances()["public_income"] == -700_000


@pytest.mark.row("VOT-15")
def test_payments_wait_while_a_decision_has_to_be_corrected(hall, office, place) -> None:
    decision = office.decided()
    request = approved(office, place, decision)
    hall.order(decision)
    assert pay(office, request).json["code"] == "decision_not_in_force"
    hall.answer(decision)
    hall.confirm(decision)
    assert pay(office, request).status_code == 200


@pytest.mark.row("VOT-15")
def test_a_rescission_while_the_payment_is_under_way_stops_it(hall, office, place, container, monkeypatch) -> None:
    """The payment has read a decision in force; before it writes, the street rescinds."""
    decision = office.decided()
    request = approved(office, place, decision)
    store = container.spendings._store
    commit = store.commit

    def after_the_street(act) -> None:
        if act.verb == "pay_spending":
            assert hall.rescind(decision).status_code == 200
        commit(act)

    monkeypatch.setattr(store, "commit", after_the_street)
    refused = pay(office, request)
    assert (refused.status_code, refused.json["code"]) == (409, "decision_not_in_force")
    assert office.balances() == {f"bank:{place}": 1_000_000, "public_income": -1_000_000}
    assert office.get(f"/spending-requests/{request}").json["state"] == "approved"


@pytest.mark.row("VOT-15")
def test_rescission_against_payment_at_once_leaves_books_and_register_in_one_mind(
    hall, office, place, container, monkeypatch
) -> None:
    for _ in range(3):
        decision = office.decided()
        request = approved(office, place, decision, 100_000)
        before = office.balances()["public_income"]
        meeting = MeetInTheMiddle(container.table.commit, {"pay_spending", "rescind_decision"}, 2)
        monkeypatch.setattr(container.spendings._store, "commit", meeting)
        monkeypatch.setattr(container.decision_orders._store, "commit", meeting)
        paid, rescinded = at_once(lambda r=request: pay(office, r), lambda d=decision: hall.rescind(d))
        monkeypatch.undo()
        assert rescinded.status_code == 200, "the street is never kept from it by a payment"
        assert (paid.status_code, paid.json.get("code")) in {(200, None), (409, "decision_not_in_force")}
        gone = 100_000 if paid.status_code == 200 else 0
        assert office.balances()["public_income"] == before + gone
        state = office.get(f"/spending-requests/{request}").json["state"]
        assert state == ("paid" if gone else "approved")
        assert pay(office, request).status_code == paid.status_code


@pytest.mark.row("FND-11")
def test_no_more_is_approved_than_was_decided_on(office, place) -> None:
    decision = office.decided(amount_fen=500_000)
    approved(office, place, decision)
    request = ask(office, place, 200_001).json["id"]
    over = step(office, request, "approval", office.chair, decision_id=decision)
    assert (over.status_code, over.json["code"], over.json["detail"]) == (
        409, "over_decided_amount", {"left_fen": 200_000},
    )  # fmt: skip
    approved(office, place, decision, 200_000)
    assert used(office, decision) == 500_000


@pytest.mark.row("FND-11")
def test_two_approvals_at_once_do_not_both_take_the_last_of_a_decision(office, place, container, monkeypatch) -> None:
    decision = office.decided(amount_fen=500_000)
    requests = [ask(office, place, 300_000).json["id"] for _ in range(2)]
    store = container.spendings._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"approve_spending"}, 2))
    answers = at_once(*(lambda r=r: step(office, r, "approval", office.chair, decision_id=decision) for r in requests))
    assert sorted((answer.status_code, answer.json.get("code")) for answer in answers) == [
        (200, None),
        (409, "over_decided_amount"),
    ]
    assert used(office, decision) == 300_000


@pytest.mark.parametrize("carried_out", [False, True])
def test_an_approval_that_ends_anywhere_takes_the_money_once(office, place, container, carried_out) -> None:
    decision = office.decided(amount_fen=500_000)
    request = ask(office, place, 300_000).json["id"]
    crashes = CrashPoint()
    with crashes.before(container.table), crashes.armed(Cut(1, carried_out)), pytest.raises(Crash):
        step(office, request, "approval", office.chair, decision_id=decision)
    assert used(office, decision) == (300_000 if carried_out else 0)
    assert step(office, request, "approval", office.chair, decision_id=decision).status_code == 200
    assert used(office, decision) == 300_000


@pytest.mark.row("FND-11")
def test_money_is_covered_by_decisions_of_its_own_matter(office, place) -> None:
    fund = office.place("maintenance")
    rooms = office.rooms(6000)
    wanted = {"purpose": "maintenance", "item": "repair_lift", "room_ids": rooms}
    for matter in Matter:
        income = ask(office, place, 1).json["id"]
        agreed = step(office, income, "approval", office.chair, decision_id=office.decided(matter))
        assert (agreed.status_code == 200) == (matter in {Matter.COMMON_PARTS, Matter.OTHER, Matter.FUND_USE}), matter
        request = ask(office, fund, 1, **wanted).json["id"]
        agreed = step(office, request, "approval", office.chair, decision_id=office.decided(matter))
        assert (agreed.status_code == 200) == (matter is Matter.FUND_USE), matter
        if agreed.status_code != 200:
            assert agreed.json["code"] == "decision_of_another_matter"


@pytest.mark.row("FND-11")
def test_a_decision_of_one_building_pays_for_no_other(office) -> None:
    fund = office.place("maintenance")
    first, second = office.rooms(6000, 4000), office.rooms(5000, building="2号楼")
    own, other = (
        office.container.estates.get_room(office.estate_id, rooms[0]).building_id for rooms in (first, second)
    )
    decision = office.decided(Matter.FUND_USE, building_ids=(own,))
    wanted = {"purpose": "maintenance", "item": "repair_structure"}
    for concerned, fits in (
        ({"building_ids": [own]}, True),
        ({"room_ids": first[:1]}, True),
        ({"building_ids": [other]}, False),
        ({"building_ids": [own], "room_ids": second}, False),
        ({}, False),
    ):
        request = ask(office, fund, 100, **wanted, **concerned).json["id"]
        agreed = step(office, request, "approval", office.chair, decision_id=decision)
        assert (agreed.status_code, agreed.json.get("code")) == (
            (200, None) if fits else (409, "decision_of_other_buildings")
        ), concerned


@pytest.mark.row("FND-11")
def test_a_committee_s_decision_does_not_pass_its_authority(hall, office, place) -> None:
    own = hall.record().json["decision"]["id"]
    request = ask(office, place, 300_000).json["id"]
    refused = step(office, request, "approval", office.chair, decision_id=own)
    assert (refused.status_code, refused.json["code"]) == (409, "over_delegated_limit")
    assert used(office, own) == 0
    authorise(office, 300_000, 300_000)
    agreed = step(office, request, "approval", office.chair, decision_id=own)
    assert (agreed.json["within_limit"], agreed.json["basis"], agreed.json["decision_id"]) == (
        True,
        "更换单元门锁",
        own,
    )
    assert used(office, own) == 300_000
    hall.rescind(own)
    assert pay(office, request).json["code"] == "decision_not_in_force", "S11: the committee goes wrong"


@pytest.mark.row("FND-11", "VOT-15")
def test_a_limit_ends_with_the_decision_that_gave_it(hall, office, place) -> None:
    rules = office.decided(Matter.RULES)
    assert authorise(office, 300_000, 600_000, source="", decision_id=rules).status_code == 200
    (limit,) = office.get("/spending-limits", office.owner).json["items"]
    assert (limit["source"], limit["decision_id"]) == ("更换单元门锁", rules)
    waiting = approved(office, place, None)
    hall.rescind(rules)
    refused = step(office, ask(office, place, 1).json["id"], "approval", office.chair)
    assert (refused.status_code, refused.json["code"]) == (409, "decision_not_in_force")
    assert pay(office, waiting).json["code"] == "decision_not_in_force", "what it had allowed is not paid either"
    assert authorise(office, 1, 1, source="", decision_id=rules).json["code"] == "decision_not_in_force"


@pytest.mark.row("FND-11")
def test_a_limit_names_one_source_that_gives_it(hall, office) -> None:
    rules = office.decided(Matter.RULES, amount_fen=500_000)
    building = office.decided(Matter.OTHER, building_ids=("bld_1",))
    own = hall.record().json["decision"]["id"]
    for given, code in (
        ({"source": ""}, "delegated_limit_source"),
        ({"source": "决议", "decision_id": rules}, "delegated_limit_source"),
        ({"source": "", "decision_id": "dec_none"}, "decision_unknown"),
        ({"source": "", "decision_id": office.decided(Matter.MANAGER)}, "decision_of_another_matter"),
        ({"source": "", "decision_id": own}, "decision_not_of_owners"),
        ({"source": "", "decision_id": building}, "decision_of_other_buildings"),
        ({"source": "", "decision_id": rules, "per_year_fen": 500_001}, "over_decided_amount"),
    ):
        assert authorise(office, 100_000, given.pop("per_year_fen", 500_000), **given).json["code"] == code
    assert office.get("/spending-limits").json["items"] == []
    assert authorise(office, 100_000, 500_000, source="", decision_id=rules).status_code == 200


@pytest.mark.row("FND-11")
def test_what_is_refused_after_all_gives_back_what_it_had_taken(hall, office, place) -> None:
    decision = office.decided(amount_fen=300_000)
    authorise(office, 300_000, 300_000)
    by_vote, within = approved(office, place, decision), approved(office, place, None)
    hall.rescind(decision)
    for request in (by_vote, within):
        refused = step(office, request, "refusal", office.chair, reason="决定已撤销")
        assert (refused.status_code, refused.json["state"]) == (200, "refused")
    assert used(office, decision) == 0
    assert office.get("/spending-limits").json["items"][0]["used_fen"] == 0
    paid = approved(office, place, None)
    assert pay(office, paid).status_code == 200
    late = step(office, paid, "refusal", office.chair, reason="太晚")
    assert (late.status_code, late.json["code"]) == (409, "illegal_transition")


def test_payment_against_refusal_at_once_has_one_winner(office, place, container, monkeypatch) -> None:
    decision = office.decided(amount_fen=300_000)
    request = approved(office, place, decision)
    store = container.spendings._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"pay_spending", "refuse_spending"}, 2))
    answers = at_once(
        lambda: pay(office, request), lambda: step(office, request, "refusal", office.chair, reason="不付了")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    paid = office.get(f"/spending-requests/{request}").json["state"] == "paid"
    assert used(office, decision) == (300_000 if paid else 0)
    assert office.balances()["public_income"] == (-700_000 if paid else -1_000_000)
