"""A tariff from its draft to the lines of a bill: two people, never two at once, nothing edited."""

from __future__ import annotations

from datetime import date

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.tariff import AboveLimit, Method, Pricing, TariffMoved, TariffState
from tests.neighbours import MeetInTheMiddle, at_once
from tests.prices.conftest import GUIDE
from tests.tariffs.books import HAND, tariff
from tests.tariffs.conftest import PARKING, SERVICE


@pytest.mark.row("FEE-01")
def test_a_tariff_that_two_people_brought_into_force_makes_a_line_with_its_working(office) -> None:
    office.in_force(SERVICE)
    charges = office.charges(office.rooms[0])
    assert charges["total_fen"] == 5192
    assert charges["lines"][0]["basis"] == "86.53㎡ × 0.60元/㎡·月 × 1个月"
    assert charges["problems"] == []


def test_a_draft_charges_nobody_and_nobody_else_reads_it(office, people, world, client) -> None:
    drafted = office.draft(SERVICE).json
    owner = people.resident(world.estate)
    assert office.charges(office.rooms[0])["lines"] == []
    assert client.get(office.path("tariffs"), who=owner).json["items"] == []
    assert client.get(office.path(f"tariffs/{drafted['id']}"), who=owner).status_code == 404
    assert client.get(office.path(f"tariffs/{drafted['id']}"), who=office.manager).json["state"] == "draft"


def test_who_drafted_or_proposed_may_not_approve(office) -> None:
    answer = office.client.post(office.path("tariffs"), json=SERVICE, who=office.manager, key="manager-key")
    office.step(answer.json["id"], "proposal", office.clerk)
    refused = office.approve(answer.json["id"])
    assert (refused.status_code, refused.json["code"]) == (403, "same_person_refused")


def test_residents_read_tariffs_in_force_and_past_ones_in_plain_words(office, people, world, client) -> None:
    first = office.in_force(SERVICE, includes=["lift", "shared_power"])
    second = office.in_force(
        SERVICE, pricing={"method": "area_price", "price": 8000}, valid_from="2027-01-01", replaces=first["id"]
    )
    listed = client.get(office.path("tariffs"), who=people.resident(world.estate, Role.TENANT)).json["items"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    assert listed[0]["words"] == "按建筑面积计收，0.60元/㎡·月，已包含电梯运行费、公摊电费，不再另收。"
    assert (listed[0]["valid_until"], listed[0]["state"], listed[0]["basis"]) == (
        "2026-12-31",
        "ended",
        "物业服务合同第五条",
    )
    assert (listed[1]["change_per_mille"], listed[1]["change_words"]) == (333, "比上一标准提高33.3%")


@pytest.mark.row("FEE-05")
@pytest.mark.parametrize(
    ("charge", "before", "after", "words"),
    [
        ("parking_indoor1", 6_000_000, 3_200_000, "比上一标准降低46.7%"),
        ("parking_indoor2", 6_500_000, 3_000_000, "比上一标准降低53.8%"),
        ("parking_open", 2_000_000, 1_500_000, "比上一标准降低25.0%"),
    ],
)
def test_a_parking_tariff_shows_its_class_dates_and_exact_change(office, charge, before, after, words) -> None:
    pricing = {"method": "per_count", "unit": "车位"}
    old = office.in_force(PARKING, code=charge, pricing={**pricing, "price": before}, valid_until="2026-12-31")
    new = office.in_force(PARKING, code=charge, pricing={**pricing, "price": after}, valid_from="2027-01-01")
    assert (new["previous_price"], new["unit_price"], new["change_words"]) == (before, after, words)
    assert (old["change_words"], old["valid_until"], new["valid_from"]) == ("", "2026-12-31", "2027-01-01")
    wrong = office.draft(PARKING, code=charge, kind="service")
    assert (wrong.status_code, wrong.json["code"]) == (422, "parking_apart")


@pytest.mark.row("FEE-04")
def test_a_charge_that_is_included_cannot_be_asked_for_beside_it(office) -> None:
    office.in_force(SERVICE, includes=["lift"])
    lift = {
        **SERVICE,
        "code": "lift",
        "label": "电梯费",
        "kind": "utility",
        "pricing": {"method": "fixed", "price": 200_000},
    }
    refused = office.approve(office.proposed(lift))
    assert (refused.status_code, refused.json["code"]) == (409, "charge_included")
    assert office.charges(office.rooms[0], "utility")["lines"] == []


def test_two_tariffs_of_one_charge_for_the_same_rooms_are_refused(office) -> None:
    office.in_force(SERVICE)
    refused = office.approve(office.proposed(SERVICE, valid_from="2026-12-01"))
    assert (refused.status_code, refused.json["code"]) == (409, "tariff_overlap")


def test_two_that_exclude_each_other_approved_at_once_leave_one(office, container, monkeypatch) -> None:
    one, other = office.proposed(SERVICE), office.proposed(SERVICE, label="物业费")
    store = container._tariff_store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"approve_tariff"}, 2))
    answers = at_once(lambda: office.approve(one), lambda: office.approve(other))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    states = {container._tariff_store.get_tariff(office.estate_id, each).state for each in (one, other)}
    assert states == {TariffState.IN_FORCE, TariffState.PROPOSED}
    assert len(office.charges(office.rooms[0])["lines"]) == 1


def test_a_new_version_replaces_the_old_one_without_gap_or_double(office, clock) -> None:
    first = office.in_force(SERVICE)
    office.in_force(
        SERVICE, pricing={"method": "area_price", "price": 8000}, valid_from="2026-12-11", replaces=first["id"]
    )
    # 86.53 x (0.6 x 10/31 + 0.8 x 21/31) = 63.6414...
    december = office.charges(office.rooms[0], period="2026-12")
    assert (december["total_fen"], december["problems"]) == (6364, [])
    assert office.charges(office.rooms[0])["total_fen"] == 5192


def test_a_version_that_would_change_days_that_have_passed_is_refused(office) -> None:
    first = office.in_force(SERVICE)
    late = office.approve(office.proposed(SERVICE, valid_from="2026-11-20", replaces=first["id"]))
    assert (late.status_code, late.json["code"]) == (422, "tariff_backdated")
    unknown = office.approve(office.proposed(SERVICE, valid_from="2027-01-01", replaces="tariff_other"))
    assert (unknown.status_code, unknown.json["code"]) == (404, "tariff_unknown")


def test_a_tariff_ends_with_a_day_and_the_days_after_it_are_a_gap_unless_they_are_free(office) -> None:
    one = office.in_force(SERVICE)
    ended = office.step(one["id"], "end", office.manager, last_on="2026-11-24", reason="合同到期")
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert office.charges(office.rooms[0])["problems"][0]["code"] == "tariff_gap"
    assert office.charges(office.rooms[0], period="2026-12") == {"total_fen": 0, "lines": [], "problems": []}
    again = office.step(one["id"], "end", office.manager, last_on="2026-11-24", reason="合同到期")
    assert again.json["code"] == "illegal_transition"


def test_a_draft_is_rewritten_by_who_saw_it_and_an_approved_tariff_never(office) -> None:
    one = office.draft(SERVICE).json
    changed = {**SERVICE, "pricing": {"method": "area_price", "price": 6500}}
    path = office.path(f"tariffs/{one['id']}")
    put = {"version": one["version"], "tariff": changed}
    again = office.client.put(path, json=put, who=office.clerk)
    assert (again.status_code, again.json["unit_price"]) == (200, 6500)
    assert office.client.put(path, json=put, who=office.clerk).json["code"] == "tariff_moved"
    office.step(one["id"], "proposal", office.clerk)
    office.approve(one["id"])
    assert office.client.put(path, json=put, who=office.clerk).json["code"] == "illegal_transition"


def test_a_proposal_goes_back_with_a_reason_or_is_withdrawn(office) -> None:
    one = office.proposed(SERVICE)
    back = office.step(one, "return", office.manager, reason="单价有误")
    assert (back.json["state"], back.json["reason"]) == ("draft", "单价有误")
    gone = office.step(one, "withdrawal", office.clerk, reason="重新拟定")
    assert gone.json["state"] == "withdrawn"
    assert office.step(one, "proposal", office.clerk).json["code"] == "illegal_transition"


def test_the_same_request_finds_its_draft_and_another_content_is_refused(office) -> None:
    path = office.path("tariffs")
    one = office.client.post(path, json=SERVICE, who=office.clerk, key="same-key-1")
    again = office.client.post(path, json=SERVICE, who=office.clerk, key="same-key-1")
    other = office.client.post(path, json={**SERVICE, "label": "别的"}, who=office.clerk, key="same-key-1")
    assert (one.status_code, again.json) == (201, one.json)
    assert (other.status_code, other.json["code"]) == (409, "tariff_key_reused")


@pytest.mark.parametrize("formula", ["area ** 2", "__import__('os')", "area * unknown"])
def test_a_formula_that_is_none_is_refused_when_it_is_drafted(office, formula) -> None:
    refused = office.draft(SERVICE, pricing={"method": "formula", "formula": formula})
    assert (refused.status_code, refused.json["code"]) == (422, "formula_wrong")


@pytest.mark.row("FEE-03")
def test_a_price_above_the_governments_limit_is_refused_and_one_at_it_keeps_it(office, people, world) -> None:
    guide = {**GUIDE, "price": 5000, "float_up": 20}  # 0.50 yuan and 20 % up are 0.60 yuan
    path, bureau = f"/v1/units/{world.city.id}/guide-prices", people.official(world.city)
    assert office.client.post(path, json=guide, who=bureau, key="guide-key-1").status_code == 201
    above = office.approve(office.proposed(SERVICE, pricing={"method": "area_price", "price": 6001}))
    assert (above.status_code, above.json["code"]) == (409, "above_limit")
    hidden = office.approve(office.proposed(SERVICE, pricing={"method": "formula", "formula": "area * 9"}))
    assert hidden.json["code"] == "above_limit", "a formula cannot be compared with a limit"
    assert office.in_force(SERVICE)["limit"] == 6000


class Allowed:
    """One limit for everything."""

    def __init__(self, price: int) -> None:
        self.price = price

    def limit_for(self, estate_id: str, charge: str, grade: str, on: date) -> int | None:
        return self.price


def test_another_room_enacts_a_tariff_as_part_of_its_own_act(office, container, clock) -> None:
    now = clock()
    decided = tariff(
        id="tariff_talk", estate_id=office.estate_id, valid_from=date(2026, 12, 1), source="talk_1", opens=True
    )
    act = Transaction(HAND.by, "file_price", now)
    made = container.tariffs.enact(act, decided, HAND)
    container.table.commit(act)
    assert made.state is TariffState.IN_FORCE
    assert container.tariffs.list_in_force(office.estate_id, date(2026, 12, 1)) == [made]
    stale = Transaction(HAND.by, "file_price", now)
    other = tariff(id="tariff_2", estate_id=office.estate_id, code="lift", pricing=Pricing(Method.FIXED, 5))
    container.tariffs.enact(stale, other, HAND)
    office.in_force({**SERVICE, "code": "cleaning"})
    with pytest.raises(TariffMoved):
        container.table.commit(stale)


def test_enacting_above_the_limit_is_refused(office, container, monkeypatch) -> None:
    monkeypatch.setattr(container.tariffs, "_limits", Allowed(100))
    with pytest.raises(AboveLimit):
        container.tariffs.enact(Transaction("a", "v", HAND.at), tariff(estate_id=office.estate_id), HAND)


def test_fee_settings_are_without_late_fee_until_somebody_sets_one_with_its_clause(office, people, world) -> None:
    path = office.path("fee-settings")
    owner = people.resident(world.estate)
    assert office.client.get(path, who=owner).json == {
        "due_day_offset": 30,
        "cycle_months": {},
        "late_fee": None,
        "version": 0,
    }
    late = {"ppm_per_day": 500, "grace_days": 10, "cap_percent": 20, "basis": "物业服务合同第九条"}
    body = {"due_day_offset": 15, "cycle_months": {"service": 3}, "late_fee": late}
    assert office.client.put(path, json=body, who=office.clerk).status_code == 403
    put = office.client.put(path, json=body, who=office.manager)
    assert (put.status_code, put.json["late_fee"]) == (200, late)
    assert office.client.put(path, json=body, who=office.manager).json == put.json
    stale = office.client.put(path, json={**body, "due_day_offset": 20, "version": 7}, who=office.manager)
    assert stale.status_code == 409


def test_a_book_costs_two_queries_and_its_facts_one_more_a_building(office, container, calls) -> None:
    office.in_force(SERVICE)
    with calls() as seen:
        book = container.tariffs.book_for(office.estate_id, BillKind.SERVICE, Period.parse("2026-11"))
        facts = container.tariffs.facts_for(book, office.rooms)
    assert [name for name, _ in seen] == ["Query"] * 4
    assert [one.room_id for one in facts] == [room.id for room in office.rooms]
