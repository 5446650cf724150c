"""Steps of a ballot: who may, when, and what is refused; mandates; elections; surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from miniprogram_api.kernel.access import Role
from tests.ballots.hall import NO, YES, content

AREAS = {"101": 8000, "102": 8000, "201": 9000}


@pytest.mark.row("VOT-01")
def test_whoever_drafted_neither_checks_nor_certifies(hall) -> None:
    hall.settle(AREAS)
    community, other = hall.community, hall.someone(Role.COMMUNITY, 2)
    body = {
        "kind": "assembly",
        "title": "表决",
        "text": "",
        "questions": [{"title": "选聘", "form": "approve", "matter": "manager"}],
    }
    ballot_id = hall.post(hall.path, community, 201, **body)["id"]
    path = f"{hall.path}/{ballot_id}"
    hall.post(f"{path}/submission", community)
    assert hall.post(f"{path}/approval", community, 403)["code"] == "same_person_refused"
    hall.post(f"{path}/approval", other)


@pytest.mark.row("VOT-01")
def test_a_ballot_goes_back_with_a_reason_and_comes_again(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.draft()
    path = f"{hall.path}/{ballot_id}"
    hall.post(f"{path}/submission", hall.drafter)
    assert hall.get(path, hall.owners["101"], 404)["code"] == "ballot_unknown"
    hall.post(f"{path}/return", hall.community, reason="请写明合同期限")
    shown = hall.get(path, hall.drafter)
    assert (shown["state"], shown["returned_reason"]) == ("draft", "请写明合同期限")
    assert hall.freeze(ballot_id)["state"] == "frozen"
    names = [step["name"] for step in hall.get(f"{path}/steps", hall.drafter)]
    assert names == ["draft", "submit", "return", "submit", "pass", "freeze"]


@pytest.mark.row("VOT-01")
def test_fifteen_days_of_notice_and_not_a_second_less(hall) -> None:
    """物业管理条例 14."""
    hall.settle(AREAS)
    ballot_id = hall.draft()
    hall.freeze(ballot_id)
    early = hall.clock() + timedelta(days=15, seconds=-1)
    times = {"opens_at": early.isoformat(), "closes_at": (early + timedelta(days=7)).isoformat()}
    refused = hall.post(f"{hall.path}/{ballot_id}/announcement", hall.drafter, 422, **times)
    assert refused["code"] == "ballot_times_unclear"
    hall.announce(ballot_id)
    assert hall.vote(ballot_id, "101", status=409)["code"] == "ballot_not_open"


@pytest.mark.row("VOT-01")
def test_a_vote_is_extended_once_with_a_reason(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    path = f"{hall.path}/{ballot_id}"
    ends = datetime.fromisoformat(hall.get(path, hall.drafter)["closes_at"])
    later = (ends + timedelta(days=7)).isoformat()
    shown = hall.post(f"{path}/extension", hall.drafter, closes_at=later, reason="参与率不足")
    assert (shown["closes_at"][:19], shown["extended"]["reason"]) == (later[:19], "参与率不足")
    again = hall.post(f"{path}/extension", hall.drafter, 409, closes_at=later, reason="再延一次")
    assert again["code"] == "ballot_already_extended"
    hall.clock.set(ends + timedelta(days=1))
    hall.vote(ballot_id, "101")


@pytest.mark.row("VOT-01")
def test_nothing_is_certified_over_an_objection_or_before_the_time_for_them(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    for number in AREAS:
        hall.vote(ballot_id, number)
    path, counted = f"{hall.path}/{ballot_id}", hall.close(ballot_id)
    made = hall.post(f"{path}/objections", hall.owners["101"], 201, text="201 的签名不是本人")
    hall.clock.set(datetime.fromisoformat(counted["objections_until"]) - timedelta(seconds=1))
    hall.post(f"{path}/objections/{made['id']}/answer", hall.drafter, answer="已核对委托书，附后")
    assert hall.post(f"{path}/certification", hall.community, 409)["code"] == "objections_open"
    hall.post(f"{path}/objections", hall.owners["102"], 201, text="面积有误")
    hall.clock.set(datetime.fromisoformat(counted["objections_until"]))
    assert hall.post(f"{path}/certification", hall.community, 409)["code"] == "objections_open"
    assert hall.post(f"{path}/objections", hall.owners["102"], 409, text="晚了")["code"] == "objections_closed"


@pytest.mark.row("VOT-01")
def test_everybody_on_the_roll_is_told_once_and_only_the_silent_are_reminded(hall) -> None:
    from miniprogram_api.ballots.notices import call_notices
    from miniprogram_api.ballots.store import ROLL_CALL

    hall.settle(AREAS)
    ballot_id = hall.opened()
    hall.work()
    hall.vote(ballot_id, "101")
    ends = hall.container.ballots.get_ballot(hall.estate_id, ballot_id).closes_at
    hall.clock.set(ends - timedelta(hours=23))
    hall.container.ballot_clock.sweep(hall.clock())
    hall.work()
    shard = f"BALLOT#{hall.estate_id}#{ballot_id}#S1.0000"
    calls = hall.container.table.all_of(ROLL_CALL, shard, prefix="CALL#")
    told = {call.event: {notice.to.account_id for notice in call_notices(None, call)} for call in calls}
    everybody = {person.account_id for person in hall.owners.values()}
    assert told == {"announced": everybody, "ending": everybody - {hall.owners["101"].account_id}}


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(("minutes", "said"), [(14, []), (15, ["ballot_waits"])])
def test_a_ballot_that_stays_closed_and_uncounted_calls_a_person(hall, monkeypatch, minutes, said) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    clock, called = hall.container.ballot_clock, []
    monkeypatch.setattr(clock, "_store", SimpleNamespace(list_due=lambda _: [replace(ballot, telling=None)]))
    monkeypatch.setattr(clock, "_call_a_person", called.append)
    clock.sweep(ballot.closes_at + timedelta(minutes=minutes))
    assert called == said


@pytest.mark.row("VOT-01")
def test_a_reminder_of_the_end_is_never_late(hall, monkeypatch) -> None:
    """A ballot of three hours is within a day of its end from its first minute."""
    hall.settle(AREAS)
    ballot = hall.container.ballots.get_ballot(hall.estate_id, hall.opened())
    clock, called = hall.container.ballot_clock, []
    monkeypatch.setattr(clock, "_store", SimpleNamespace(list_due=lambda _: [ballot], commit=lambda _: None))
    monkeypatch.setattr(clock, "_call_a_person", called.append)
    clock.sweep(ballot.closes_at - timedelta(hours=3))
    assert called == []


# Voting for others


@pytest.mark.row("VOT-01")
def test_a_proxy_votes_once_and_a_revoked_one_not_at_all(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    agent = hall.people.stranger()
    for number in ("101", "102"):
        path = f"{hall.path}/{ballot_id}/rooms/{hall.rooms[number].id}/proxies"
        hall.post(path, hall.owners[number], 201, agent_account_id=agent.account_id)
    revoked = f"{hall.path}/{ballot_id}/rooms/{hall.rooms['102'].id}/proxies/{agent.account_id}/revocation"
    hall.post(revoked, hall.owners["102"])
    hall.vote(ballot_id, "101", who=agent)
    assert hall.vote(ballot_id, "102", who=agent, status=403)["code"] == "not_on_roll"
    assert hall.vote(ballot_id, "101", NO, status=409)["code"] == "already_voted"
    hall.vote(ballot_id, "102", NO)


@pytest.mark.row("VOT-01")
def test_a_co_owner_needs_no_proxy(hall) -> None:
    from miniprogram_api.households.rules import Relation

    hall.settle(AREAS)
    other = hall.bind("101", relation=Relation.CO_OWNER)
    ballot_id = hall.opened()
    path = f"{hall.path}/{ballot_id}/rooms/{hall.rooms['101'].id}/proxies"
    assert hall.post(path, hall.owners["101"], 422, agent_account_id=other.account_id)["code"] == "mandate_needless"


@pytest.mark.row("VOT-01")
def test_a_proxy_ends_with_its_last_day_and_is_not_passed_on(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    agent, third = hall.people.stranger(), hall.people.stranger()
    room = hall.rooms["101"].id
    path = f"{hall.path}/{ballot_id}/rooms/{room}/proxies"
    last = (hall.clock() + timedelta(hours=8)).date()
    hall.post(path, hall.owners["101"], 201, agent_account_id=agent.account_id, valid_until=last.isoformat())
    assert hall.post(path, agent, 403, agent_account_id=third.account_id)["code"] == "not_on_roll"
    hall.clock.advance(timedelta(days=1))
    assert hall.vote(ballot_id, "101", who=agent, status=403)["code"] == "not_on_roll"


# Elections, consents, surveys


def election(hall, seats: int = 1) -> str:
    question = {"title": "选举委员", "form": "select", "matter": "committee", "most": seats, "seats": seats}
    return hall.draft("election", [question])


def candidate(hall, ballot_id: str, name: str, number: str, **more) -> str:
    body = {"name": name, "room_id": hall.rooms[number].id, "nominator": "self", **more}
    return str(hall.post(f"{hall.path}/{ballot_id}/candidates", hall.drafter, 201, **body)["id"])


@pytest.mark.row("VOT-10", "VOT-11")
def test_an_election_with_its_joint_check(hall) -> None:
    """Both sides must pass a candidate (000:81); 甲 has 2 of 3 heads and 17,000 of 25,000, 乙 one head."""
    hall.settle(AREAS)
    ballot_id = election(hall)
    path = f"{hall.path}/{ballot_id}/candidates"
    first = candidate(hall, ballot_id, "甲", "101", party_member=True)
    second, third = candidate(hall, ballot_id, "乙", "102"), candidate(hall, ballot_id, "丙", "201")
    street = hall.someone(Role.STREET)
    for one in (first, second, third):
        hall.post(f"{path}/{one}/check", hall.community, passed=True)
    assert hall.post(f"{path}/{third}/check", street, 422, passed=False)["code"] == "candidate_reason_missing"
    hall.post(f"{path}/{third}/check", street, passed=False, reason="拖欠物业费")
    hall.post(f"{hall.path}/{ballot_id}/submission", hall.drafter)
    hall.post(f"{path}/{first}/check", street, passed=True)
    assert hall.post(f"{hall.path}/{ballot_id}/approval", hall.community, 409)["code"] == "candidates_missing"
    hall.post(f"{path}/{second}/check", street, passed=True)
    hall.post(f"{hall.path}/{ballot_id}/approval", hall.community)
    hall.work()
    hall.announce(ballot_id)
    hall.clock.advance(timedelta(days=15))
    hall.vote(ballot_id, "101", [[first]])
    hall.vote(ballot_id, "201", [[first]])
    hall.vote(ballot_id, "102", [[second]])
    (question,) = hall.close(ballot_id)["result"]["questions"]
    assert question["outcome"] == "elected"
    assert [(one["label"], one["adopted"]) for one in question["options"]] == sorted(
        [("甲", True), ("乙", False)], key=lambda pair: {"甲": first, "乙": second}[pair[0]]
    )
    share = hall.get(f"{hall.path}/{ballot_id}/party-share", hall.community)
    assert share == {"members": 1, "elected": 1, "more_than_half": True}
    assert hall.get(f"{hall.path}/{ballot_id}/votes", hall.drafter, 403)["code"] == "votes_masked"


@pytest.mark.row("VOT-02")
@pytest.mark.parametrize(("yes", "passed"), [(4, True), (3, False)])
def test_renovation_needs_two_thirds_of_all_households_twice(hall, yes: int, passed: bool) -> None:
    """Four of six pass, three do not; who does not answer counts in the base (trap 8)."""
    hall.settle({f"{n}01": 8000 for n in range(1, 7)})
    questions = [{"title": "是否同意改造", "form": "approve"}, {"title": "是否认可方案", "form": "approve"}]
    ballot_id = hall.opened("renovation", questions)
    for number in list(hall.rooms)[:yes]:
        hall.vote(ballot_id, number, [["yes"], ["yes"]])
    result = hall.close(ballot_id)["result"]
    assert result["all_passed"] is passed
    working = [check["working"] for question in result["questions"] for check in question["options"][0]["checks"]]
    assert working == [f"3 × {yes} ≥ 2 × 6"] * 2


@pytest.mark.row("SUP-15", "SUP-12")
def test_tenants_answer_a_satisfaction_survey_and_nine_of_ten_is_the_top_band(hall) -> None:
    from miniprogram_api.households.rules import Relation

    hall.building()
    hall.add_rooms({f"{n}01": 8000 for n in range(1, 13)})
    for number in hall.rooms:
        hall.bind(number, relation=Relation.TENANT)
    hall.count_households()
    question = {"title": "对保洁是否满意", "form": "rate"}
    ballot_id = hall.draft("satisfaction", [question], marks=[5, 4, 2, 0], least_answers=10)
    hall.freeze(ballot_id)
    opens = hall.clock()
    times = {"opens_at": opens.isoformat(), "closes_at": (opens + timedelta(days=3)).isoformat()}
    hall.post(f"{hall.path}/{ballot_id}/announcement", hall.drafter, **times)
    answers = ["satisfied"] * 8 + ["basically", "not", "unknown"]
    for number, answer in zip(hall.rooms, answers, strict=False):
        hall.vote(ballot_id, number, [[answer]])
    (found,) = hall.close(ballot_id)["result"]["questions"]
    assert found["satisfaction"] == {"favourable": 9, "valid": 10, "band": 0, "enough": True}
    assert (found["band"], found["mark"]) == ("90%以上", 5)


@pytest.mark.row("VOT-01")
def test_an_owners_vote_is_not_open_to_tenants(hall) -> None:
    from miniprogram_api.households.rules import Relation

    hall.settle(AREAS)
    tenant = hall.bind("101", relation=Relation.TENANT)
    ballot_id = hall.opened()
    assert hall.vote(ballot_id, "101", who=tenant, status=403)["code"] == "not_on_roll"


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(
    "role", [Role.OPERATOR, Role.BUREAU, Role.STREET, Role.COMMUNITY, Role.COMMITTEE, Role.MANAGER]
)
def test_nobody_who_runs_it_votes_for_a_room(hall, role: Role) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    path = f"{hall.path}/{ballot_id}/rooms/{hall.rooms['101'].id}/vote"
    assert hall.post(path, hall.someone(role), 403, choices=YES)["code"] in {"not_on_roll", "forbidden"}


@pytest.mark.row("VOT-01", "VOT-17")
def test_a_vote_is_changed_once_where_the_estate_s_rules_allow_and_both_stay(hall) -> None:
    hall.settle(AREAS)
    hall.adopt_rules(change_once=True)
    ballot_id = hall.opened()
    first = hall.vote(ballot_id, "101", NO)
    second = hall.vote(ballot_id, "101", YES, change=True)
    assert (first["revision"], second["revision"]) == (1, 2)
    assert hall.vote(ballot_id, "101", NO, status=409, change=True)["code"] == "already_voted"
    hall.close(ballot_id)
    (row,) = [row for row in content(hall.bundle(ballot_id))["rows"] if row["vote"]]
    assert row["vote"]["choices"] == YES
    assert row["vote"]["earlier"] == [first["commitment"]]


@pytest.mark.row("VOT-01", "VOT-17")
def test_the_rules_of_the_estate_bound_how_many_proxies_one_person_holds(hall) -> None:
    hall.settle(AREAS)
    hall.adopt_rules(proxy_cap=1)
    ballot_id, agent = hall.opened(), hall.people.stranger()
    paths = {number: f"{hall.path}/{ballot_id}/rooms/{hall.rooms[number].id}/proxies" for number in AREAS}
    hall.post(paths["101"], hall.owners["101"], 201, agent_account_id=agent.account_id)
    refused = hall.post(paths["102"], hall.owners["102"], 409, agent_account_id=agent.account_id)
    assert refused["code"] == "mandates_full"
    hall.post(f"{paths['101']}/{agent.account_id}/revocation", hall.owners["101"])
    hall.post(paths["102"], hall.owners["102"], 201, agent_account_id=agent.account_id)


@pytest.mark.row("VOT-01", "VOT-17")
def test_silence_follows_the_majority_where_the_rules_say_so_and_the_room_was_told(hall) -> None:
    """101 and 102 say yes, 201 was told by letter and is silent, 202 was not: 3 of 4 heads and 25,000 of 34,000."""
    hall.settle({**AREAS, "202": 9000})
    hall.adopt_rules(silence="follow_majority")
    ballot_id = hall.opened()
    told = f"{hall.path}/{ballot_id}/deliveries/{hall.rooms['201'].id}"
    hall.post(told, hall.community, contact="delivered", method="post", detail="EMS 1")
    for number in ("101", "102"):
        hall.vote(ballot_id, number)
    (question,) = hall.close(ballot_id)["result"]["questions"]
    assert (question["outcome"], question["deemed"]) == ("passed", "yes")
    assert question["taking_part"] == {"area": 25000, "heads": 3, "rooms": 3}


@pytest.mark.row("VOT-01", "VOT-17")
def test_what_the_owners_may_read_of_who_chose_what_is_what_the_rules_say(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101", NO)
    hall.close(ballot_id)
    opened = hall.get(f"{hall.path}/{ballot_id}/votes", hall.owners["102"])["items"]
    assert {one["label"]: one["choices"] for one in opened}[hall.rooms["101"].label] == NO
    hall.publish(ballot_id)
    hall.clock.advance(timedelta(days=1))
    hall.adopt_rules(disclosure="masked")
    masked = hall.opened()
    hall.vote(masked, "101", NO)
    hall.close(masked)
    assert hall.get(f"{hall.path}/{masked}/votes", hall.owners["102"], 403)["code"] == "votes_masked"
    assert hall.rooms["101"].label not in hall.bundle(masked).decode()


@pytest.mark.row("VOT-22")
def test_owners_choose_the_mode_of_service_and_it_holds_from_that_day(hall) -> None:
    hall.settle(AREAS)
    options = [{"id": "trial", "label": "先尝后买"}, {"id": "hired", "label": "选聘专业企业"}]
    question = {"title": "管理模式", "form": "select", "matter": "other", "options": options, "effect": "service_mode"}
    refused = {**question, "options": [*options, {"id": "self", "label": "自管"}]}
    body = {"kind": "assembly", "title": "模式", "text": "", "questions": [refused]}
    assert hall.post(hall.path, hall.drafter, 422, **body)["code"] == "ballot_questions_unclear"
    ballot_id = hall.opened("assembly", [question])
    for number in AREAS:
        hall.vote(ballot_id, number, [["trial"]])
    hall.close(ballot_id)
    published = hall.publish(ballot_id)
    estate = hall.container.estates.get_estate(hall.estate_id)
    assert (estate.service_mode, str(estate.service_mode_since)) == ("trial", published["published"]["at"][:10])


@pytest.mark.row("VOT-04")
def test_a_survey_of_wishes_says_of_every_household_how_far_it_was_reached(hall) -> None:
    """Of three: one answered, one refused after nobody was at home, one was not tried; every event comes twice."""
    hall.settle(AREAS)
    options = [{"id": "lift", "label": "加装电梯"}, {"id": "parking", "label": "增设停车位"}]
    ballot_id = hall.draft("wishes", [{"title": "最需要什么", "form": "survey", "options": options, "most": 2}])
    hall.freeze(ballot_id)
    opens = hall.clock()
    times = {"opens_at": opens.isoformat(), "closes_at": (opens + timedelta(days=3)).isoformat()}
    hall.post(f"{hall.path}/{ballot_id}/announcement", hall.drafter, **times)
    hall.vote(ballot_id, "101", [["lift", "parking"]])
    path, store = f"{hall.path}/{ballot_id}", hall.container._roll_store
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    for contact in ("absent", "refused"):
        hall.post(f"{path}/deliveries/{hall.rooms['102'].id}", hall.community, contact=contact, method="visit")
        told = store.find_delivery(store.find_elector(ballot, hall.rooms["102"].id))
        for _ in range(2):
            hall.container.running_figures.follow_delivery(None, told, hall.clock())
    (vote,) = store.find_votes(store.find_elector(ballot, hall.rooms["101"].id))
    hall.container.running_figures.follow_vote(None, vote, hall.clock())
    turnout = hall.get(f"{path}/turnout", hall.community)
    assert (turnout["total"]["rooms"], turnout["voted"]["rooms"]) == (3, 1)
    assert (turnout["delivered"], turnout["refused"], turnout["absent"]) == (0, 1, 0)
    (question,) = hall.close(ballot_id)["result"]["questions"]
    assert question["outcome"] == "counted"
    assert [option["amount"]["rooms"] for option in question["options"]] == [1, 1]
