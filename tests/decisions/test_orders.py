"""The street orders correction or rescinds, the maker answers, late ones are told of (VOT-15, story S11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.decisions.notices import notices
from miniprogram_api.kernel.access import Role
from tests.decisions.conftest import RESCISSION, community_alone
from tests.neighbours import MeetInTheMiddle, at_once


def read(hall, decision: str):
    return hall.office.container.decisions.find(hall.office.estate_id, decision)


def told(before, after) -> list[tuple[str, frozenset[Role] | str]]:
    return [(notice.title, notice.to.roles or notice.to.account_id) for notice in notices(before, after)]


@pytest.mark.row("VOT-15")
def test_ordered_answered_confirmed(hall) -> None:
    decision = hall.record().json["decision"]["id"]
    before = read(hall, decision)
    ordered = hall.order(decision)
    assert (ordered.status_code, ordered.json["decision"]["state_label"]) == (200, "责令整改中")
    assert ordered.json["order"]["ground"] == {
        "kind": "covenant", "label": "管理规约", "clause": "管理规约第十二条",
    }  # fmt: skip
    assert told(before, read(hall, decision)) == [("决定被责令整改", {Role.COMMITTEE, Role.COMMUNITY})]
    early = hall.confirm(decision)
    assert (early.status_code, early.json["code"]) == (422, "input_missing")
    before = read(hall, decision)
    answered = hall.answer(decision, photo_ids=[hall.photo()])
    assert (answered.json["correction"]["text"], len(answered.json["correction"]["photos"])) == (
        "已重新公示三家报价",
        1,
    )
    assert told(before, read(hall, decision)) == [
        ("整改情况待确认", {Role.STREET}),
        ("整改情况待确认", hall.street.account_id),
    ]
    before = read(hall, decision)
    confirmed = hall.confirm(decision)
    assert (confirmed.status_code, confirmed.json["decision"]["state"]) == (200, "corrected")
    assert told(before, read(hall, decision)) == [("决定整改已确认", {Role.COMMITTEE, Role.COMMUNITY})]


@pytest.mark.row("VOT-15")
def test_a_decision_is_rescinded_at_once_or_after_an_order(hall) -> None:
    for step in ("none", "order", "confirm"):
        decision = hall.office.decided()
        if step != "none":
            hall.order(decision)
        if step == "confirm":
            hall.answer(decision)
            hall.confirm(decision)
        before = read(hall, decision)
        rescinded = hall.rescind(decision)
        assert (rescinded.status_code, rescinded.json["decision"]["state"]) == (200, "rescinded")
        assert rescinded.json["rescission"]["reason"] == RESCISSION["reason"]
        roles = {Role.COMMITTEE, Role.COMMUNITY, Role.MANAGER, Role.FINANCE}
        assert told(before, read(hall, decision)) == [("决定被撤销", roles)]


def test_every_step_can_be_sent_again_and_no_other_changes_it(hall) -> None:
    decision = hall.office.decided()
    assert hall.order(decision).json == hall.order(decision).json
    other = hall.order(decision, text="另一项整改")
    assert (other.status_code, other.json["code"]) == (409, "illegal_transition")
    photo = hall.photo()
    assert hall.answer(decision, photo_ids=[photo]).json == hall.answer(decision, photo_ids=[photo]).json
    better = hall.answer(decision, "补充了会议记录", photo_ids=[photo, hall.photo()])
    assert better.json["correction"]["text"] == "补充了会议记录"
    assert hall.confirm(decision).json == hall.confirm(decision).json
    assert hall.rescind(decision).json == hall.rescind(decision).json
    for late in (
        hall.order(decision, text="迟到"),
        hall.answer(decision, "迟到"),
        hall.rescind(decision, reason="再次"),
    ):
        assert (late.status_code, late.json["code"]) == (409, "illegal_transition")


def test_what_is_confirmed_is_the_answer_that_was_read(hall) -> None:
    decision = hall.office.decided()
    hall.order(decision)
    read_by_the_street = hall.answer(decision).json["decision"]["version"]
    hall.answer(decision, "其实还没有整改")
    refused = hall.confirm(decision, version=read_by_the_street)
    assert (refused.status_code, refused.json["code"]) == (409, "decision_moved")


def test_an_order_leaves_time(hall) -> None:
    refused = hall.order(hall.office.decided(), due_on="2026-11-23")
    assert (refused.status_code, refused.json["code"]) == (422, "order_due_wrong")


def test_the_community_answers_only_where_no_committee_is_in_office(hall, container) -> None:
    decision = hall.office.decided()
    hall.order(decision)
    refused = hall.answer(decision, who=hall.community)
    assert (refused.status_code, refused.json["code"]) == (403, "committee_answers")
    alone = community_alone(hall, container)
    decision = alone.office.decided()
    alone.order(decision)
    assert alone.answer(decision, who=alone.community).status_code == 200


@pytest.mark.row("VOT-15")
def test_people_are_told_once_of_an_order_nobody_answered_in_time(hall, container, clock) -> None:
    decision, in_time = hall.office.decided(), hall.office.decided()
    hall.order(decision)
    hall.order(in_time)
    hall.answer(in_time)
    clock.advance(timedelta(days=8))  # 1 December, the last day
    container.decision_orders.sweep(clock())
    assert not read(hall, decision).told_late
    clock.advance(timedelta(hours=15))
    before = read(hall, decision)
    assert container.decision_orders.sweep(clock()) >= 1
    after = read(hall, decision)
    assert told(before, after) == [("决定整改超期", {Role.COMMITTEE, Role.COMMUNITY, Role.STREET})]
    container.decision_orders.sweep(clock())
    assert read(hall, decision) == after
    assert not read(hall, in_time).told_late
    hall.again()
    assert hall.answer(decision).status_code == 200, "a late answer is still one"
    assert told(replace(after, told_late=True), after) == []


def test_two_officials_at_once_make_one_case(hall, container, monkeypatch) -> None:
    decision = hall.office.decided()
    store = container.decision_orders._store
    verbs = {"order_correction", "rescind_decision"}
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, verbs, 2))
    answers = at_once(lambda: hall.order(decision), lambda: hall.rescind(decision))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.json.get("code") for answer in answers} == {None, "decision_moved"}
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert read(hall, decision).state == winner.json["decision"]["state"]


def test_orders_name_what_they_rest_on(hall) -> None:
    decision = hall.office.decided()
    blank = hall.order(decision, ground={"kind": "law", "clause": " "})
    assert (blank.status_code, blank.json["code"]) == (422, "input_missing")
    assert hall.order(decision, ground={"kind": "taste", "clause": "x"}).status_code == 422
