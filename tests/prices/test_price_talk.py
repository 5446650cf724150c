"""From the government's limit to a filed price that is charged: each round, each side, every refusal (FEE-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from miniprogram_api.appointments.bodies import BodyKind
from miniprogram_api.estates.rules import EstateFlag, Flagged
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.tariff import Hand, Method, Pricing, Tariff
from tests.neighbours import MeetInTheMiddle, at_once
from tests.prices.conftest import ABOUT, COSTS, NO, OFFER, OPENING, YES
from tests.world import build_world

pytestmark = pytest.mark.row("FEE-06")

AGREEMENT = {"price": 11_500, "minutes": "双方同意每平方米每月 1.15 元"}


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def flagged(container, estate, **changes):
    now = container.clock()
    return container.estates.edit_estate("system", estate.id, estate.version, changes, now)


def test_a_price_goes_from_limit_to_tariff_and_everybody_reads_how(talking, world, desk, people) -> None:
    flags = (Flagged(EstateFlag.OLD, date(2020, 1, 1)), Flagged(EstateFlag.OPEN, date(2020, 1, 1)))
    flagged(talking.container, world.estate, flags=flags)
    talk_id = talking.offered()
    owner = talking.who(Role.OWNER)
    assert talking.counter(talk_id, owner, "room_test").status_code == 200
    talking.wait(14)
    photo_id = desk.upload(talking.who(Role.COMMITTEE), world.estate.id)
    agreed = talking.step(talk_id, "agreement", {**AGREEMENT, "photo_ids": [photo_id]}, Role.COMMITTEE)
    assert (agreed.status_code, [photo["id"] for photo in agreed.json["photos"]]) == (200, [photo_id])
    talking.wait(1)
    assert talking.step(talk_id, "vote", YES, Role.COMMITTEE).json["vote"]["passed"] is True
    filed = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET)
    assert (filed.status_code, filed.json["talk"]["state_label"]) == (200, "已备案")

    shown = talking.read(talk_id)
    assert [(step["round"], step["label"]) for step in shown["steps"]] == [
        (1, "发起"), (1, "报价"), (1, "还价截止"), (1, "达成一致"), (1, "表决通过"), (1, "备案"),
    ]  # fmt: skip
    assert all(step["by_name"] and step["at"] for step in shown["steps"])
    assert (shown["estate_type"], shown["limit"]["price"]) == ("开放式、老旧小区", 12_000)
    assert (shown["offer"]["explained_price"], shown["offer"]["yearly_fen"]) == (11_812, 21_000_000)
    [tariff] = talking.container.tariffs.list_in_force(world.estate.id, date(2027, 1, 1))
    assert (tariff.code, tariff.pricing.price, tariff.source, tariff.replaces) == (
        "service_base",
        11_500,
        talk_id,
        None,
    )
    assert "业主大会决议 2026-3" in tariff.basis
    assert talking.container.tariffs.list_in_force(world.estate.id, date(2026, 12, 31)) == []


def test_the_next_filed_price_takes_the_place_of_the_first(talking, world) -> None:
    first = talking.passed()
    talking.step(first, "filing", {"starts_on": "2027-01-01"}, Role.STREET)
    talking.clock.set(talking.clock.now.replace(year=2027, month=3))
    second = talking.open().json["talk"]["id"]
    talking.step(second, "offer", {**OFFER, "price": 11_000}, Role.MANAGER)
    talking.wait(14)
    talking.step(second, "agreement", {**AGREEMENT, "price": 11_000}, Role.COMMITTEE)
    voted = talking.step(second, "vote", {**YES, "decided_on": "2027-03-22"}, Role.COMMITTEE)
    assert voted.json["talk"]["state"] == "passed", voted.json
    assert talking.step(second, "filing", {"starts_on": "2027-04-01"}, Role.STREET).status_code == 200
    days = (date(2027, 3, 31), date(2027, 4, 1))
    prices = [
        [one.pricing.price for one in talking.container.tariffs.list_in_force(world.estate.id, day)] for day in days
    ]
    assert prices == [[11_500], [11_000]]


def test_an_offer_above_the_limit_or_above_its_costs_is_refused(talking) -> None:
    talking.guide()
    talk_id = talking.open().json["talk"]["id"]
    rich = {**COSTS, "profit_permille": 500}
    above = talking.step(talk_id, "offer", {**OFFER, "price": 12_001, "costs": rich}, Role.MANAGER)
    assert code(above) == (422, "price_above_limit")
    assert above.json["detail"]["limit"] == 12_000
    assert talking.step(talk_id, "offer", {**OFFER, "price": 12_000, "costs": rich}, Role.MANAGER).status_code == 200
    talking.step(talk_id, "withdrawal", {"reason": "重新测算"}, Role.MANAGER)
    second = talking.open().json["talk"]["id"]
    dear = talking.step(second, "offer", {**OFFER, "price": 11_813}, Role.MANAGER)
    assert code(dear) == (422, "offer_unexplained"), "the sheet comes to 1.18125 yuan"
    assert talking.step(second, "offer", {**OFFER, "price": 11_812}, Role.MANAGER).status_code == 200
    assert talking.step(second, "offer", {**OFFER, "explanation": ""}, Role.MANAGER).status_code == 422


def test_only_one_talk_a_charge_and_the_home_page_lists_it(talking) -> None:
    first = talking.open(key="open-once-1")
    again = talking.open(key="open-once-1")
    assert (again.status_code, again.json) == (201, first.json)
    assert code(talking.open(key="open-once-1", reason="别的原因")) == (409, "price_talk_key_reused")
    assert code(talking.open()) == (409, "price_talk_open")
    parking = talking.open(charge="parking_open", about={"label": "露天停车", "kind": "parking", "unit": "车位"})
    assert parking.status_code == 201
    path, owner = f"{talking.path}?open=true", talking.who(Role.OWNER)
    assert len(talking.client.get(path, who=owner).json["items"]) == 2
    talk_id = first.json["talk"]["id"]
    assert talking.step(talk_id, "withdrawal", {"reason": "暂缓"}, Role.MANAGER).json["talk"]["state"] == "withdrawn"
    assert [one["charge"] for one in talking.client.get(path, who=owner).json["items"]] == ["parking_open"]
    assert talking.open().status_code == 201, "a talk that ended makes room for another"
    assert len(talking.client.get(talking.path, who=owner).json["items"]) == 3, "history stays"


def test_what_can_never_become_a_tariff_is_not_talked_about(talking) -> None:
    mixed = talking.open(charge="parking_open", about={**ABOUT, "unit": "车位"})
    assert code(mixed) == (422, "parking_apart")
    assert code(talking.open(about={**ABOUT, "includes": ["service_base"]})) == (422, "tariff_unclear")


def test_nobody_shortens_the_owners_time_and_no_round_is_skipped(talking) -> None:
    talk_id = talking.offered()
    talking.clock.advance(timedelta(days=14, seconds=-1))
    talking.container.price_talks.sweep(talking.clock())
    assert talking.read(talk_id)["takes_counters"] is True
    early = talking.step(talk_id, "agreement", AGREEMENT, Role.COMMITTEE)
    assert code(early) == (409, "illegal_transition")
    talking.clock.advance(timedelta(seconds=1))
    talking.container.price_talks.sweep(talking.clock())
    assert code(talking.step(talk_id, "vote", YES, Role.COMMITTEE)) == (409, "illegal_transition")
    assert code(talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET)) == (
        409,
        "illegal_transition",
    )
    talking.container.price_talks.sweep(talking.clock())
    names = [step["name"] for step in talking.read(talk_id)["steps"]]
    assert names == ["open", "offer", "close_counters"], "it closes once"


def test_agreed_is_the_companys_newest_offer_which_only_goes_down(talking) -> None:
    talk_id = talking.negotiating()
    less = {**AGREEMENT, "price": 11_000}
    assert code(talking.step(talk_id, "agreement", less, Role.COMMITTEE)) == (409, "agreed_price_differs")
    more = talking.step(talk_id, "revision", {**OFFER, "price": 11_501}, Role.MANAGER)
    assert code(more) == (422, "price_revision_refused")
    due = talking.read(talk_id)["talk"]["due_at"]
    lowered = talking.step(talk_id, "revision", {**OFFER, "price": 11_000}, Role.MANAGER, key="revise-once")
    assert (lowered.json["talk"]["price"], lowered.json["talk"]["due_at"]) == (11_000, due)
    again = talking.step(talk_id, "revision", {**OFFER, "price": 11_000}, Role.MANAGER, key="revise-once")
    assert again.json == lowered.json, "sent twice, lowered once"
    other = talking.step(talk_id, "revision", {**OFFER, "price": 10_000}, Role.MANAGER, key="revise-once")
    assert code(other) == (409, "price_talk_key_reused")
    assert talking.step(talk_id, "agreement", less, Role.COMMITTEE).json["talk"]["state"] == "voting"


def test_an_offer_is_lowered_five_times_at_most(talking) -> None:
    talk_id = talking.negotiating()
    answers = [
        talking.step(talk_id, "revision", {**OFFER, "price": 11_400 - times}, Role.MANAGER).status_code
        for times in range(6)
    ]
    assert answers == [200] * 5 + [422]


def test_a_vote_that_fails_begins_a_new_round_and_history_stays(talking) -> None:
    talk_id = talking.agreed()
    talking.guide(price=9_000, valid_from="2026-12-01")
    failed = talking.step(talk_id, "vote", {**NO, "decided_on": "2026-12-07"}, Role.COMMITTEE, key="vote-once-1").json
    assert (failed["talk"]["state"], failed["talk"]["round"], failed.get("offer")) == ("opened", 2, None)
    assert failed["steps"][-1]["vote"]["passed"] is False
    assert (failed["limit"]["price"], failed["steps"][-1]["limit"]["price"]) == (10_800, 12_000), "each under its own"
    again = talking.step(talk_id, "vote", {**NO, "decided_on": "2026-12-07"}, Role.COMMITTEE, key="vote-once-1").json
    assert again == failed
    high = talking.step(talk_id, "offer", OFFER, Role.MANAGER)
    assert code(high) == (422, "price_above_limit")
    second = talking.step(talk_id, "offer", {**OFFER, "price": 10_800}, Role.MANAGER).json
    assert [(step["round"], step["name"]) for step in second["steps"]][-2:] == [(1, "fail_vote"), (2, "offer")]


def test_the_owners_vote_after_the_agreement_and_not_in_the_future(talking) -> None:
    talk_id = talking.agreed()
    for day in ("2026-12-06", "2026-12-08"):
        wrong = talking.step(talk_id, "vote", {**YES, "decided_on": day}, Role.COMMITTEE)
        assert code(wrong) == (422, "vote_day_wrong"), "agreed, and today, is 2026-12-07"
    more = {**YES, "heads": {"total": 166, "cast": 167, "yes": 100}}
    assert code(talking.step(talk_id, "vote", more, Role.COMMITTEE)) == (422, "vote_unclear")


def test_a_limit_that_sank_meanwhile_stops_the_filing(talking) -> None:
    talk_id = talking.passed()
    talking.guide(price=9_000, valid_from="2027-01-01")
    late = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET)
    assert code(late) == (422, "price_above_limit")
    yesterday = talking.step(talk_id, "filing", {"starts_on": "2026-12-07"}, Role.STREET)
    assert code(yesterday) == (422, "price_start_too_early")
    assert talking.step(talk_id, "filing", {"starts_on": "2026-12-31"}, Role.STREET).status_code == 200


def test_the_community_speaks_only_where_no_committee_is_in_office(talking, world) -> None:
    talk_id = talking.negotiating()
    committees, now = talking.container.committees, talking.clock()

    def form(first_on: date, last_on: date, name: str):
        kind = BodyKind.OWNERS_COMMITTEE
        return committees.form("system", world.estate.id, kind, name, (first_on, last_on), None, None, name, now)

    form(date(2020, 1, 1), date(2026, 12, 6), "first-committee")
    body = form(date(2026, 12, 7), date(2031, 12, 6), "second-committee")
    assert code(talking.step(talk_id, "agreement", AGREEMENT, Role.COMMUNITY)) == (403, "committee_in_office")
    committees.dissolve("system", body, "届满", now)
    assert talking.step(talk_id, "agreement", AGREEMENT, Role.COMMUNITY).status_code == 200


def test_who_agreed_or_recorded_the_vote_does_not_file_it(talking) -> None:
    talk_id = talking.negotiating()
    talking.step(talk_id, "agreement", AGREEMENT, Role.COMMUNITY)
    talking.wait(1)
    talking.step(talk_id, "vote", YES, Role.COMMITTEE)
    own = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.COMMUNITY)
    assert code(own) == (403, "same_person_refused")
    assert talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET).status_code == 200


def test_what_the_owners_adopted_only_an_official_can_stop(talking) -> None:
    talk_id = talking.passed()
    assert code(talking.step(talk_id, "withdrawal", {"reason": "反悔"}, Role.MANAGER)) == (409, "illegal_transition")
    stopped = talking.step(talk_id, "stop", {"reason": "表决程序违法，街道责令改正"}, Role.STREET).json
    assert (stopped["talk"]["state"], stopped["steps"][-1]["reason"]) == ("withdrawn", "表决程序违法，街道责令改正")
    assert talking.step(talk_id, "stop", {"reason": ""}, Role.STREET).status_code == 422


def test_a_company_that_has_gone_cannot_go_on(talking, world) -> None:
    talk_id = talking.negotiating()
    other = new_id("cmp", talking.clock())
    flagged(talking.container, world.estate, company_id=other)
    assert code(talking.step(talk_id, "agreement", AGREEMENT, Role.COMMITTEE)) == (409, "price_talk_company_changed")
    new_manager = talking.people.staff(replace(world.estate, company_id=other))
    path, body = f"{talking.path}/{talk_id}/withdrawal", {"reason": "与己无关"}
    foreign = talking.client.post(path, json=body, who=new_manager, key="withdraw-key-1")
    assert code(foreign) == (409, "price_talk_company_changed"), "it is not the new company's talk"
    assert talking.step(talk_id, "stop", {"reason": "物业企业已更换"}, Role.STREET).status_code == 200


def test_two_take_a_step_at_once_and_one_does(talking, container, monkeypatch) -> None:
    talk_id = talking.agreed()
    monkeypatch.setattr(
        container.price_talks._store, "commit", MeetInTheMiddle(container.table.commit, {"price_talk_vote"}, 2)
    )
    vote = {**YES, "decided_on": "2026-12-07"}
    committee, community = talking.who(Role.COMMITTEE), talking.who(Role.COMMUNITY)

    def record(who, body, key):
        return talking.client.post(f"{talking.path}/{talk_id}/vote", json=body, who=who, key=key)

    answers = at_once(
        lambda: record(committee, vote, "vote-key-a1"),
        lambda: record(community, {**vote, "heads": NO["heads"]}, "vote-key-b1"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    names = [step["name"] for step in talking.read(talk_id)["steps"]]
    assert len([name for name in names if name.endswith("_vote")]) == 1


def test_two_open_at_once_and_one_talk_is_open(talking, container, monkeypatch) -> None:
    monkeypatch.setattr(
        container.price_talks._store, "commit", MeetInTheMiddle(container.table.commit, {"open_price_talk"}, 2)
    )
    manager, admin = talking.who(Role.MANAGER), talking.who(Role.COMPANY_ADMIN)
    answers = at_once(
        *(
            lambda who=who, key=key: talking.client.post(talking.path, json=OPENING, who=who, key=key)
            for who, key in ((manager, "open-key-a1"), (admin, "open-key-b1"))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_a_filing_that_the_tariffs_refuse_leaves_the_talk_as_it_was(talking, container, world) -> None:
    talking.guide()
    talk_id = talking.open(about={**ABOUT, "includes": ["lift"]}).json["talk"]["id"]
    talking.step(talk_id, "offer", OFFER, Role.MANAGER)
    talking.wait(14)
    talking.step(talk_id, "agreement", AGREEMENT, Role.COMMITTEE)
    talking.step(talk_id, "vote", {**YES, "decided_on": "2026-12-07"}, Role.COMMITTEE)
    now = container.clock()
    hand, act = Hand("system", "系统", now), Transaction("system", "test_setup", now)
    lift = Tariff(
        new_id("tariff", now), world.estate.id, "lift", "电梯费", BillKind.SERVICE, Pricing(Method.FIXED, 100_000),
        date(2026, 12, 1), "合同", hand,
    )  # fmt: skip
    container.tariffs.enact(act, lift, hand)
    container.table.commit(act)
    refused = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET)
    assert code(refused) == (409, "charge_included"), "the lift would be paid twice"
    assert talking.read(talk_id)["talk"]["state"] == "passed"
    assert [one.code for one in container.tariffs.list_in_force(world.estate.id, date(2027, 1, 1))] == ["lift"]


def test_filing_twice_enacts_once(talking, world) -> None:
    talk_id = talking.passed()
    first = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET, key="file-once-1")
    again = talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET, key="file-once-1")
    assert (again.status_code, again.json) == (200, first.json)
    assert code(talking.step(talk_id, "filing", {"starts_on": "2027-01-01"}, Role.STREET)) == (
        409,
        "illegal_transition",
    )
    assert len(talking.container.tariffs.list_in_force(world.estate.id, date(2027, 1, 1))) == 1


def test_where_the_market_decides_the_costs_alone_bind_the_offer(talking) -> None:
    talk_id = talking.open().json["talk"]["id"]
    assert talking.read(talk_id).get("limit") is None
    rich = {**COSTS, "profit_permille": 1000}
    assert talking.step(talk_id, "offer", {**OFFER, "price": 21_875, "costs": rich}, Role.MANAGER).status_code == 200


def test_a_foreign_talk_and_a_missing_one_are_the_same(talking, container, people) -> None:
    talk_id = talking.offered()
    abroad = build_world(container)
    manager = people.staff(abroad.estate)
    path = f"/v1/estates/{abroad.estate.id}/price-talks"
    foreign = talking.client.get(f"{path}/{talk_id}", who=manager)
    missing = talking.client.get(f"{path}/ptalk_unknown", who=manager)
    assert code(foreign) == code(missing) == (404, "price_talk_unknown")
