"""Who convenes which session, how owners are called to it, and how it is corrected (VOT-24, VOT-16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from miniprogram_api.conduct.report import Content, WorkReport
from miniprogram_api.conduct.store import WORK_REPORT
from miniprogram_api.estates.rules import EstateFlag, Flagged
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.assembly.conftest import AGENDA, code
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import build_world

row_24 = pytest.mark.row("VOT-24")
row_16 = pytest.mark.row("VOT-16")


def asked(hall, desk, asking: int = 34, owners: int = 166, role: Role = Role.COMMITTEE, **changed):
    """An interim session that owners asked for; 34 of 166 are 20.5 %."""
    photo_id = desk.upload(hall.who(role), hall.estate_id)
    trigger = {"reason": "owners_asked", "asking": asking, "owners": owners, "photo_ids": [photo_id], **changed}
    return hall.draft(role, kind="interim", trigger=trigger)


# Who convenes


@row_24
@pytest.mark.parametrize(
    ("kind", "role", "in_office", "accepted"),
    [
        ("yearly", Role.COMMITTEE, True, True),
        ("yearly", Role.COMMITTEE, False, False),
        ("yearly", Role.COMMUNITY, False, True),
        ("yearly", Role.COMMUNITY, True, False),
        ("yearly", Role.STREET, True, False),
        ("yearly", Role.STREET, False, False),
        ("founding", Role.COMMUNITY, False, True),
        ("founding", Role.STREET, False, True),
        ("founding", Role.COMMUNITY, True, False),
        ("founding", Role.STREET, True, False),
        ("founding", Role.COMMITTEE, True, False),
    ],
)
def test_who_convenes_depends_on_whether_a_committee_is_in_office(hall, kind, role, in_office, accepted) -> None:
    if in_office:
        hall.committee()
    answer = hall.draft(role, kind=kind)
    if accepted:
        assert (answer.status_code, answer.json["session"]["state"]) == (201, "draft")
    else:
        assert code(answer) == (409, "assembly_convener_wrong")


@row_24
def test_a_committee_whose_term_is_over_convenes_no_more_and_the_community_does(hall) -> None:
    hall.committee(date(2020, 1, 1))
    assert code(hall.draft()) == (409, "assembly_convener_wrong")
    assert hall.draft(Role.COMMUNITY).status_code == 201


@row_24
def test_after_a_renovation_the_community_convenes_beside_a_committee(hall, container, world) -> None:
    hall.committee()
    renovated = {"kind": "yearly", "renovated": True}
    assert code(hall.draft(Role.COMMUNITY, **renovated)) == (409, "assembly_renovation_unknown")
    flags = (Flagged(EstateFlag.OLD, date(2020, 1, 1), date(2025, 1, 1)),)
    container.estates.edit_estate("system", world.estate.id, 0, {"flags": flags}, hall.clock())
    session_id = hall.drafted(Role.COMMUNITY, **renovated)
    assert hall.call(session_id, Role.COMMUNITY).status_code == 200


@row_24
def test_nobody_convenes_in_the_name_of_another_side(hall) -> None:
    hall.committee()
    body = {"kind": "yearly", "convener": "committee", "plan": hall.plan()}
    for role in (Role.COMMUNITY, Role.STREET):
        refused = hall.client.post(hall.path, json=body, who=hall.who(role), key="in-the-name-1")
        assert code(refused) == (403, "assembly_not_convener")
    session_id = hall.drafted()
    assert code(hall.call(session_id, Role.COMMUNITY)) == (403, "assembly_not_convener")
    assert code(hall.step(session_id, "cancellation", {"reason": "不同意"}, Role.STREET)) == (
        403,
        "assembly_not_convener",
    )


@row_24
def test_when_the_committee_has_left_the_community_finishes_its_session(hall) -> None:
    hall.committee(date(2025, 12, 5), years=1)
    session_id = hall.drafted()
    hall.call(session_id)
    hall.wait(15)
    room, hall_is_over = hall.rooms(8653)[0], hall.today
    assert hall_is_over > date(2026, 12, 5)
    assert hall.sign_in(session_id, room).status_code == 200
    assert hall.step(session_id, "holding", role=Role.COMMUNITY).json["session"]["state"] == "held"


@row_16
def test_an_interim_session_says_why_and_no_other_does(hall, desk) -> None:
    hall.committee()
    assert code(hall.draft(kind="interim")) == (422, "assembly_trigger_misplaced")
    reason = {"reason": "other", "text": "电梯停运"}
    assert code(hall.draft(trigger=reason)) == (422, "assembly_trigger_misplaced")
    assert code(hall.draft(kind="interim", trigger={"reason": "other", "text": " "})) == (422, "input_missing")
    assert hall.draft(kind="interim", trigger=reason).json["trigger"]["label"] == "其他情形"


@row_16
@pytest.mark.parametrize(
    ("asking", "owners", "enough"),
    [(20, 100, True), (19, 100, False), (34, 166, True), (33, 166, False), (7, 5, False)],
)
def test_twenty_percent_of_the_owners_are_enough(hall, desk, asking, owners, enough) -> None:
    hall.committee()
    answer = asked(hall, desk, asking, owners)
    assert answer.status_code == (201 if enough else 422)
    assert enough or answer.json["code"] == "assembly_too_few_owners"


@row_16
@pytest.mark.parametrize("missing", ["asking", "owners", "photo_ids"])
def test_owners_who_ask_are_counted_and_their_list_is_shown(hall, desk, missing) -> None:
    hall.committee()
    answer = asked(hall, desk, **{missing: [] if missing == "photo_ids" else None})
    assert (code(answer), answer.json["detail"]["missing"]) == ((422, "input_missing"), [missing])


@row_16
def test_the_list_of_those_who_asked_is_not_for_everybody(hall, desk) -> None:
    hall.committee()
    session_id = asked(hall, desk).json["session"]["id"]
    hall.call(session_id)
    assert len(hall.read(session_id, Role.STREET)["trigger"]["photos"]) == 1
    shown = hall.read(session_id)["trigger"]
    assert (shown["asking"], shown["owners"], shown["photos"]) == (34, 166, [])


@row_16
def test_that_a_committee_fails_its_duty_is_for_the_street_to_find(hall) -> None:
    hall.committee()
    trigger = {"reason": "duty_failed", "text": "连续两年未召开业主大会"}
    assert code(hall.draft(kind="interim", trigger=trigger)) == (409, "assembly_convener_wrong")
    session_id = hall.drafted(Role.STREET, kind="interim", trigger=trigger)
    called = hall.call(session_id, Role.STREET)
    assert (called.status_code, called.json["session"]["convener_label"]) == (200, "街道")
    assert hall.read(session_id)["trigger"]["text"] == "连续两年未召开业主大会"


# Calling


@row_24
@pytest.mark.parametrize(("days", "accepted"), [(15, True), (14, False), (0, False), (60, True)])
def test_owners_are_told_fifteen_days_before(hall, days, accepted) -> None:
    hall.committee()
    session_id = hall.drafted(plan=hall.plan(days))
    answer = hall.call(session_id)
    if accepted:
        assert (answer.json["session"]["state"], answer.json["call"]["days"]) == ("called", 15)
        assert answer.json["call"]["community_told_at"] == answer.json["call"]["called_at"]
    else:
        assert code(answer) == (409, "assembly_notice_too_short")
        assert answer.json["detail"]["earliest"] == (hall.today + timedelta(days=15)).isoformat()
        assert hall.read(session_id, Role.COMMITTEE)["session"]["state"] == "draft"


@row_24
@pytest.mark.row("VOT-17")
def test_the_estates_own_rules_may_give_owners_more_time(hall, client, container, clock, people, world) -> None:
    from tests.house_rules.conftest import House

    hall.committee()
    House(client, container, clock, people, world).adopted()
    session_id = hall.drafted(plan=hall.plan(19))
    assert code(hall.call(session_id)) == (409, "assembly_notice_too_short")
    session_id = hall.drafted(plan=hall.plan(20))
    call = hall.call(session_id).json["call"]
    assert (call["days"], call["basis"]) == (20, "《道路队小区业主大会议事规则》（第 1 版）第二条 通知")


@row_24
def test_drafts_are_not_for_owners_and_called_sessions_are_for_everybody(hall, desk) -> None:
    hall.committee()
    session_id = hall.drafted()
    for role in (Role.OWNER, Role.MANAGER, Role.BUREAU):
        answer = hall.client.get(f"{hall.path}/{session_id}", who=hall.who(role))
        assert code(answer) == (404, "assembly_unknown")
        assert hall.client.get(hall.path, who=hall.who(role)).json["items"] == []
    assert len(hall.client.get(hall.path, who=hall.who(Role.STREET)).json["items"]) == 1
    board = desk.upload(hall.who(Role.COMMITTEE), hall.estate_id)
    assert hall.call(session_id, photo_ids=[board]).status_code == 200
    shown = hall.read(session_id, Role.TENANT)
    assert [item["title"] for item in shown["agenda"]] == [item["title"] for item in AGENDA]
    assert [photo["id"] for photo in shown["call"]["photos"]] == [board]
    [line] = hall.client.get(hall.path, who=hall.who(Role.OWNER)).json["items"]
    assert (line["id"], line["state_label"], line["held_on"]) == (session_id, "已通知", "2026-12-08")


@row_24
def test_an_agenda_links_what_is_there(hall, ballots, reports) -> None:
    hall.committee()
    linked = [
        {"title": "述职", "link": {"kind": "report", "id": "rep_1"}},
        {"title": "选聘物业", "link": {"kind": "ballot", "id": "bal_1"}},
    ]
    assert code(hall.draft(plan=hall.plan(agenda=linked))) == (404, "assembly_link_unknown")
    ballots.titles[hall.estate_id, "bal_1"] = "是否续聘物业企业"
    reports.titles["est_abroad", "rep_1"] = "别的小区的报告"
    assert code(hall.draft(plan=hall.plan(agenda=linked))) == (404, "assembly_link_unknown"), "nor another estate's"
    reports.titles[hall.estate_id, "rep_1"] = "2026 年度工作报告"
    session_id = hall.drafted(plan=hall.plan(agenda=linked))
    shown = hall.read(session_id, Role.COMMITTEE)["agenda"]
    assert [item["link"]["title"] for item in shown] == ["2026 年度工作报告", "是否续聘物业企业"]
    del ballots.titles[hall.estate_id, "bal_1"]
    assert code(hall.call(session_id)) == (404, "assembly_link_unknown")


@row_24
def test_a_committees_yearly_report_is_an_item_of_the_agenda(hall, container, world) -> None:
    body = hall.committee()
    now = hall.clock()
    report = WorkReport(
        hall.estate_id, body.id, body.name, 2026, Content("一年工作"), "acc_1", "王**", now, now + timedelta(days=15)
    )
    act = Transaction("system", "test_setup", now)
    act.add(WORK_REPORT, report)
    container.table.commit(act)

    def with_link(kind, identity):
        return hall.draft(plan=hall.plan(agenda=[{"title": "述职", "link": {"kind": kind, "id": identity}}]))

    linked = with_link("report", report.id)
    assert linked.json["agenda"][0]["link"]["title"] == "业主委员会 2026 年度述职报告"
    for unknown in (f"{body.id}_2025", body.id, "body_x_2026", "_"):
        assert code(with_link("report", unknown)) == (404, "assembly_link_unknown")
    assert code(with_link("ballot", "bal_unknown")) == (404, "assembly_link_unknown")


# Changing what owners were told


@row_24
def test_what_owners_were_called_to_is_corrected_in_public_or_not_at_all(hall) -> None:
    session_id = hall.called()
    path = f"{hall.path}/{session_id}"
    edit = hall.client.put(path, json={"version": 1, "plan": hall.plan(30)}, who=hall.who(Role.COMMITTEE))
    assert code(edit) == (409, "illegal_transition")
    elsewhere = {**hall.plan(), "place": "小区广场"}
    assert code(hall.correct(session_id, hall.plan())) == (422, "assembly_nothing_corrected")
    assert hall.correct(session_id, elsewhere, reason="").status_code == 422
    corrected = hall.correct(session_id, elsewhere, key="correct-once")
    assert (corrected.status_code, corrected.json["session"]["place"]) == (201, "小区广场")
    assert hall.correct(session_id, elsewhere, key="correct-once").json == corrected.json, "sent twice, done once"
    other = hall.correct(session_id, {**elsewhere, "time": "15:00"}, key="correct-once")
    assert code(other) == (409, "assembly_key_reused")
    shown = hall.read(session_id)
    [correction] = shown["corrections"]
    assert (correction["reason"], correction["was"]["place"]) == ("场地变更", "社区活动室")


@row_24
def test_a_new_matter_or_an_earlier_day_gives_owners_their_time_anew(hall) -> None:
    session_id = hall.called(plan=hall.plan(30))
    hall.wait(10)
    day = hall.plan(20)["held_on"]
    more = [*AGENDA, {"title": "动用维修资金"}]

    def correct(**changed):
        return hall.correct(session_id, {**hall.plan(20), **changed})

    assert code(correct(held_on=hall.plan(14)["held_on"])) == (409, "assembly_notice_too_short")
    assert correct(held_on=hall.plan(16)["held_on"]).status_code == 201, "earlier, and still told in time"
    hall.wait(2)
    assert code(correct(held_on=hall.plan(14)["held_on"], agenda=more)) == (409, "assembly_notice_too_short")
    reworded = [{**AGENDA[1], "text": "取消地面车位"}]
    assert code(correct(held_on=hall.plan(14)["held_on"], agenda=reworded)) == (409, "assembly_notice_too_short")
    fewer = correct(held_on=hall.plan(14)["held_on"], agenda=AGENDA[:1])
    assert fewer.status_code == 201, "a matter fewer is no new one"
    assert correct(held_on=hall.plan(15)["held_on"], agenda=[*AGENDA[:1], *more[2:]]).status_code == 201
    assert day not in {correction["was"]["held_on"] for correction in hall.read(session_id)["corrections"][1:]}


@row_24
def test_linking_a_ballot_later_is_no_new_matter(hall, ballots) -> None:
    session_id = hall.called()
    ballots.titles[hall.estate_id, "bal_1"] = "停车方案"
    hall.wait(10)
    plan = hall.plan(5, agenda=[AGENDA[0], {**AGENDA[1], "link": {"kind": "ballot", "id": "bal_1"}}])
    assert hall.correct(session_id, plan, "补充表决").status_code == 201
    assert hall.read(session_id)["agenda"][1]["link"]["title"] == "停车方案"


@row_24
def test_a_session_is_corrected_before_it_is_held_and_five_times_at_most(hall) -> None:
    session_id = hall.called()
    hall.wait(15)
    for minute in range(5):
        assert hall.correct(session_id, hall.plan(0, time=f"15:0{minute}")).status_code == 201
    sixth = hall.correct(session_id, hall.plan(0, time="16:00"))
    assert code(sixth) == (409, "assembly_correction_too_late")
    second = hall.called()
    hall.wait(16)
    late = hall.correct(second, hall.plan(5))
    assert code(late) == (409, "assembly_correction_too_late"), "its day is over"
    past = hall.called()
    backward = hall.correct(past, hall.plan(-1))
    assert code(backward) == (409, "assembly_notice_too_short")


@row_24
def test_a_session_is_cancelled_with_a_reason_before_it_is_held(hall) -> None:
    session_id = hall.called()
    assert hall.step(session_id, "cancellation", {"reason": ""}).status_code == 422
    cancelled = hall.step(session_id, "cancellation", {"reason": "疫情防控"})
    assert (cancelled.json["session"]["state"], cancelled.json["closing"]) == ("cancelled", "疫情防控")
    assert hall.step(session_id, "cancellation", {"reason": "疫情防控"}).json == cancelled.json
    assert code(hall.step(session_id, "cancellation", {"reason": "别的"})) == (409, "illegal_transition")
    assert hall.read(session_id)["closing"] == "疫情防控", "owners were called, so they see it"
    draft = hall.drafted()
    hall.step(draft, "cancellation", {"reason": "合并召开"})
    assert code(hall.client.get(f"{hall.path}/{draft}", who=hall.who(Role.OWNER))) == (404, "assembly_unknown")


# Repeated, broken off, at once


@row_24
def test_every_act_sent_twice_is_done_once(hall, desk) -> None:
    hall.committee()
    first = hall.draft(key="draft-once-1")
    session_id = first.json["session"]["id"]
    assert hall.draft(key="draft-once-1").json == first.json
    assert code(hall.draft(key="draft-once-1", plan=hall.plan(40))) == (409, "assembly_key_reused")
    path, who = f"{hall.path}/{session_id}", hall.who(Role.COMMITTEE)
    edited = hall.client.put(path, json={"version": 0, "plan": hall.plan(20)}, who=who)
    assert hall.client.put(path, json={"version": 0, "plan": hall.plan(20)}, who=who).json == edited.json
    stale = hall.client.put(path, json={"version": 0, "plan": hall.plan(25)}, who=who)
    assert code(stale) == (409, "assembly_moved")
    board = desk.upload(who, hall.estate_id)
    called = hall.call(session_id, photo_ids=[board])
    assert hall.call(session_id, photo_ids=[board]).json == called.json
    assert code(hall.call(session_id)) == (409, "illegal_transition")


@row_24
@pytest.mark.parametrize("written", [True, False])
def test_an_answer_that_got_lost_is_made_good_by_trying_again(hall, container, monkeypatch, written) -> None:
    hall.committee()
    session_id, commit = hall.drafted(), container.table.commit

    def crash(act):
        monkeypatch.setattr(container.assemblies._store, "commit", commit)
        if written:
            commit(act)
        raise StoreUnavailable

    monkeypatch.setattr(container.assemblies._store, "commit", crash)
    assert hall.call(session_id).status_code == 503
    assert hall.call(session_id).json["session"]["state"] == "called"
    assert container.assemblies.telling_of(hall.stored(session_id)).event == "called"


@row_24
def test_two_people_at_once_call_and_cancel_and_one_does(hall, container, monkeypatch) -> None:
    hall.committee()
    session_id = hall.drafted()
    one, other = hall.who(Role.COMMITTEE), hall.who(Role.COMMITTEE, 2)
    verbs = {"call_assembly", "cancel_assembly"}
    monkeypatch.setattr(container.assemblies._store, "commit", MeetInTheMiddle(container.table.commit, verbs, 2))
    path = f"{hall.path}/{session_id}"
    answers = at_once(
        lambda: hall.client.post(f"{path}/call", json={}, who=one),
        lambda: hall.client.post(f"{path}/cancellation", json={"reason": "不开了"}, who=other),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [answer.json["code"] for answer in answers if answer.status_code == 409] == ["assembly_moved"]
    told = container.assemblies.telling_of(hall.stored(session_id))
    assert (told is not None) is (answers[0].status_code == 200), "owners are told of a call that happened"


def test_a_session_of_one_estate_is_unknown_at_another(hall, container) -> None:
    session_id = hall.called()
    abroad = build_world(container)
    owner = hall.people.resident(abroad.estate, room_id=new_id("room", hall.clock()))
    foreign = hall.client.get(f"/v1/estates/{abroad.estate.id}/assemblies/{session_id}", who=owner)
    assert code(foreign) == (404, "assembly_unknown")
    assert container.assemblies.find_title(hall.estate_id, session_id) == "2026 年度业主大会"
    assert container.assemblies.find_title(abroad.estate.id, session_id) is None
