"""S11, a committee that goes wrong: reported, suspended at once, voted on, ended or restored, announced (VOT-14)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from miniprogram_api.app import operations
from miniprogram_api.decisions.decision import BallotQuestion, Decision, Maker, Mark
from miniprogram_api.edge.guards import InPlace, Place
from miniprogram_api.identity.rules import HeldGrant
from miniprogram_api.identity.store import GRANT
from miniprogram_api.kernel.access import PERMISSIONS, Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction
from tests.conduct.conftest import HEARD, code, fresh_key
from tests.neighbours import fresh_phone
from tests.world import build_world

OF_COMMITTEES = [
    operation
    for operation in operations()
    if isinstance(operation.guard, InPlace)
    and operation.guard.place is Place.ESTATE
    and {Role.COMMITTEE, Role.OWNER} & PERMISSIONS[operation.guard.permission] == {Role.COMMITTEE}
    and Role.REGISTERED not in PERMISSIONS[operation.guard.permission]
]
"""Every operation that a committee member may use and an owner may not."""


def answers(conduct, who) -> set[tuple[int, str]]:
    """What the door says to somebody at each of these operations; the acts themselves are empty and find nothing."""
    told = set()
    for operation in OF_COMMITTEES:
        path = operation.path.replace("<estate_id>", conduct.world.estate.id)
        body = {"json": {}} if operation.body is not None and operation.body is not bytes else {}
        if operation.body is bytes:
            body = {"data": b"", "content_type": operation.consumes}
        path = re.sub(r"<\w+>", "unknown-0000", path)
        answer = conduct.client.open(operation.method, path, who=who, key=fresh_key(), **body)
        refused = answer.status_code == 403 and answer.json["code"] == "not_allowed"
        told.add((403, "not_allowed") if refused else (0, "passed"))
    return told


@pytest.mark.row("VOT-14")
def test_a_suspended_member_loses_every_committee_right_with_the_next_request(conduct, client) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = conduct.heard(post_id)
    looks = [f"{conduct.estate}/{path}" for path in ("gaps", "cards", "work-orders")]
    assert [client.get(path, who=sun).status_code for path in looks] == [200, 200, 200]
    assert len(OF_COMMITTEES) > 30
    assert answers(conduct, sun) == {(0, "passed")}
    assert conduct.step(case_id, "suspend").json["case"]["state"] == "suspended"
    assert [client.get(path, who=sun).status_code for path in looks[:2]] == [403, 403]
    assert answers(conduct, sun) == {(403, "not_allowed")}
    assert [role for role, _ in sun.roles()] == ["owner"], "what they are as an owner stays"


@pytest.mark.row("VOT-14")
def test_from_a_report_to_the_end_of_the_membership_and_its_announcement(conduct, client) -> None:
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id, owner_of="room_7")
    reporter = conduct.who("owner 101")
    received = conduct.report(post_id, reporter)
    assert (received.status_code, set(received.json)) == (201, {"id", "reported_at"})
    case_id = received.json["id"]
    conduct.step(case_id, "check", conduct.who("community"))
    stated = conduct.state(case_id, sun)
    assert stated.json["history"][-1]["text"] == HEARD
    conduct.step(case_id, "suspend", text="为防止证据灭失，暂停履职")
    conduct.step(case_id, "put_to_vote", decision_id="asm_2026_2")
    ended = conduct.step(case_id, "end", decision_id=conduct.decide())
    assert (ended.json["case"]["state"], ended.json["decision_id"]) == ("ended", "dec_1")
    assert [role for role, _ in sun.roles()] == ["owner"]
    members = client.get(f"{conduct.estate}/committees/{body_id}", who=reporter).json["members"]
    assert members == []
    announced = conduct.step(case_id, "announce", text="业主大会决定终止孙委员的成员资格，特此公告。")
    assert announced.json["case"]["state"] == "announced"
    names = [line["name"] for line in conduct.read(case_id)["history"]]
    assert names == ["report", "check", "state", "suspend", "put_to_vote", "end", "announce"]
    assert all(line["by_name"] and line["at"] for line in conduct.read(case_id)["history"])
    (line,) = conduct.board()
    assert (line["outcome"], line["member"], line["decision_id"]) == ("ended", "孙委员", "dec_1")
    assert line["announcement"] == "业主大会决定终止孙委员的成员资格，特此公告。"


@pytest.mark.row("VOT-14")
def test_a_restored_member_has_every_right_back_in_the_same_act(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = conduct.voting(post_id)
    assert answers(conduct, sun) == {(403, "not_allowed")}
    assert code(conduct.step(case_id, "restore", conduct.who("community"))) == (403, "street_only")
    restored = conduct.step(case_id, "restore", text="业主大会表决未通过终止成员资格")
    assert restored.json["case"]["state"] == "restored"
    assert answers(conduct, sun) == {(0, "passed")}
    assert conduct.board() == [], "no more suspended, and not announced yet"
    conduct.step(case_id, "announce", text="孙委员自即日起恢复履职。")
    assert [line["outcome"] for line in conduct.board()] == ["restored"]


@pytest.mark.row("VOT-14")
def test_nothing_is_skipped(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee())
    conduct.decide()
    case_id = conduct.report(post_id).json["id"]
    everything = {"check", "dismiss", "hear", "suspend", "put_to_vote", "end", "restore", "announce"}

    def only(*allowed: str) -> None:
        for step in sorted(everything - set(allowed)):
            answer = conduct.step(case_id, step, decision_id="dec_1")
            assert code(answer) == (409, "illegal_transition"), step

    only("check", "dismiss")
    assert code(conduct.state(case_id, sun)) == (409, "illegal_transition")
    conduct.step(case_id, "check")
    assert code(conduct.step(case_id, "suspend")) == (409, "conduct_not_heard")
    only("hear", "suspend", "dismiss")
    conduct.step(case_id, "hear")
    conduct.step(case_id, "suspend")
    only("put_to_vote")
    conduct.step(case_id, "put_to_vote")
    only("end", "restore")
    assert code(conduct.step(case_id, "end")) == (422, "input_missing")
    conduct.step(case_id, "end", decision_id="dec_1")
    only("announce")
    conduct.step(case_id, "announce")
    only()


@pytest.mark.row("VOT-14")
def test_a_membership_ends_only_by_a_decision_of_the_assembly_about_the_committee(conduct) -> None:
    _, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = conduct.voting(post_id)
    conduct.decide("dec_other", Matter.FUND_USE)
    conduct.decide("dec_gone")
    conduct.decisions.rescinded.add("dec_gone")
    conduct.decide("dec_old", on=date(2026, 11, 22))
    wanted = {
        "dec_nowhere": (404, "decision_unknown"),
        "dec_other": (409, "decision_of_another_matter"),
        "dec_gone": (409, "decision_not_in_force"),
        "dec_old": (409, "conduct_decision_too_old"),
    }
    assert {one: code(conduct.step(case_id, "end", decision_id=one)) for one in wanted} == wanted
    assert conduct.read(case_id)["case"]["state"] == "voting"
    assert conduct.step(case_id, "end", decision_id=conduct.decide()).status_code == 200


@pytest.mark.row("VOT-14")
def test_the_real_register_of_decisions_answers_the_same(conduct, container) -> None:
    del container.decisions
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id, owner_of="room_7")
    case_id = conduct.voting(post_id)
    estate_id, now = conduct.world.estate.id, conduct.clock()
    act = Transaction("system", "test_setup", now)
    for number, matter in enumerate((Matter.COMMITTEE, Matter.RULES), 1):
        mark = Mark("system", "系统", now)
        made = Decision(
            f"dec_{number}", estate_id, Maker.ASSEMBLY, matter, "终止孙委员成员资格", "通过", date(2026, 11, 23), mark,
            ballot=BallotQuestion("bal_1", number),
        )  # fmt: skip
        container.decisions.add(act, made)
    container.table.commit(act)
    assert code(conduct.step(case_id, "end", decision_id="dec_2")) == (409, "decision_of_another_matter")
    assert conduct.step(case_id, "end", decision_id="dec_1").json["case"]["state"] == "ended"
    assert [role for role, _ in sun.roles()] == ["owner"]


@pytest.mark.row("VOT-14")
def test_reporter_and_member_do_not_check_or_suspend(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee())
    community, street = conduct.who("community"), conduct.who("street")
    case_id = conduct.report(post_id, community).json["id"]
    assert code(conduct.step(case_id, "check", community)) == (403, "same_person_refused")
    assert code(conduct.step(case_id, "dismiss", community)) == (403, "same_person_refused")
    conduct.step(case_id, "check", street)
    conduct.step(case_id, "hear", community)
    assert code(conduct.step(case_id, "suspend", community)) == (403, "street_only")
    for role in ("owner 101", "manager", "bureau", "building_head", "committee"):
        assert code(conduct.step(case_id, "suspend", conduct.who(role))) == (403, "not_allowed"), role
    assert code(conduct.step(case_id, "suspend", sun)) == (403, "not_allowed")


@pytest.mark.row("VOT-14")
def test_an_official_who_sits_in_the_committee_takes_no_step_about_themselves(conduct, container) -> None:
    sun, post_id = conduct.member(conduct.committee())
    office = Grant("grant_office_of_sun", Role.STREET, Scope(ScopeKind.UNIT, conduct.world.street.id))
    act = Transaction("system", "test_setup", conduct.clock())
    act.add(GRANT, HeldGrant(sun.account_id, office, "system", conduct.clock()))
    container.table.commit(act)
    case_id = conduct.report(post_id).json["id"]
    assert code(conduct.step(case_id, "check", sun)) == (403, "same_person_refused")
    conduct.step(case_id, "check")
    conduct.step(case_id, "hear")
    assert code(conduct.step(case_id, "suspend", sun)) == (403, "same_person_refused")


@pytest.mark.row("VOT-14")
def test_who_sees_what_of_a_case(conduct, client) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    reporter = conduct.who("owner 101")
    case_id = conduct.report(post_id, reporter).json["id"]
    path = f"{conduct.estate}/conduct-cases/{case_id}"
    others = ("owner 101", "committee", "manager", "bureau", "tenant")
    for role in others:
        assert code(client.get(path, who=conduct.who(role))) == (403, "not_allowed")
        assert code(client.get(f"{conduct.estate}/conduct-cases", who=conduct.who(role))) == (403, "not_allowed")
    for role in ("community", "street"):
        assert client.get(path, who=conduct.who(role)).json["history"][0]["by_name"]
    mine = client.get("/v1/me/conduct", who=sun).json["cases"]
    assert [(one["case"]["id"], one["history"][0].get("by_name")) for one in mine] == [(case_id, None)]
    assert client.get("/v1/me/conduct", who=reporter).json["cases"] == []
    assert conduct.board() == []
    assert code(client.get(f"{conduct.estate}/conduct-board/{case_id}", who=reporter)) == (404, "conduct_case_unknown")
    conduct.step(case_id, "check")
    conduct.step(case_id, "hear")
    conduct.step(case_id, "suspend")
    (fact,) = conduct.board(conduct.who("tenant"))
    assert {name for name, value in fact.items() if value is not None} == {
        "id", "post_id", "committee_id", "member", "title", "suspended_at",
    }  # fmt: skip
    neighbours_see = client.get(f"{conduct.estate}/representatives", who=reporter).json["items"]
    assert [one["state"] for one in neighbours_see if one["id"] == post_id] == ["suspended"]


def test_cases_of_another_estate_do_not_exist(conduct, client, container, people) -> None:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    abroad = build_world(container)
    foreign = people.official(abroad.community)
    path = f"/v1/estates/{abroad.estate.id}/conduct-cases"
    assert code(client.get(f"{path}/{case_id}", who=foreign)) == (404, "conduct_case_unknown")
    body = {"step": "check", "text": "属实"}
    assert code(client.post(f"{path}/{case_id}/steps", who=foreign, key=fresh_key(), json=body)) == (
        404,
        "conduct_case_unknown",
    )
    owner = people.resident(abroad.estate)
    body = {"post_id": post_id, "item": "funds_misused", "fact": "事实", "photo_ids": ["photo_x"]}
    assert code(client.post(path, who=owner, key=fresh_key(), json=body)) == (404, "seat_unknown")
    assert code(conduct.state(case_id, foreign)) == (404, "conduct_case_unknown")


@pytest.mark.row("VOT-14")
def test_a_person_in_two_committees_is_suspended_in_both_and_joins_no_third(conduct, client) -> None:
    first, second = conduct.committee(), conduct.committee("物业管理委员会")
    sun, post_id = conduct.member(first, owner_of="room_7")
    other = conduct.elect(second, sun.phone).json["id"]
    assert conduct.sign(sun, other).status_code == 201
    case_id = conduct.suspended(post_id)
    assert answers(conduct, sun) == {(403, "not_allowed")}
    assert code(conduct.elect(second, sun.phone)) == (409, "post_held_for_case")
    conduct.step(case_id, "put_to_vote")
    conduct.step(case_id, "end", decision_id=conduct.decide())
    assert [role for role, _ in sun.roles()] == ["owner"], "the assembly stands behind both committees"
    assert conduct.elect(second, sun.phone).status_code == 201, "elected anew, and it starts with a signature"
    assert [role for role, _ in sun.roles()] == ["owner"]


@pytest.mark.row("VOT-14")
def test_a_suspended_person_does_not_come_back_under_another_number(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee())
    conduct.suspended(post_id)
    sun.phone = fresh_phone()
    other = conduct.elect(conduct.committee("物业管理委员会"), sun.phone).json["id"]
    sun.prove_phone()
    refused = conduct.sign(sun, other)
    assert code(refused) == (409, "post_held_for_case")
    assert sun.roles() == []


@pytest.mark.row("VOT-14")
def test_rights_are_back_only_when_no_case_holds_them_any_more(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    first, second = conduct.suspended(post_id), conduct.suspended(post_id)
    for case_id in (first, second):
        conduct.step(case_id, "put_to_vote")
    conduct.step(first, "restore")
    assert answers(conduct, sun) == {(403, "not_allowed")}
    conduct.step(second, "restore")
    assert answers(conduct, sun) == {(0, "passed")}


@pytest.mark.row("VOT-14")
def test_the_ordinary_way_does_not_give_back_what_a_case_took(conduct, client) -> None:
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id)
    conduct.suspended(post_id)
    steps = f"{conduct.estate}/committees/{body_id}/members/{post_id}/steps"
    refused = client.post(steps, who=conduct.who("community"), json={"step": "resume"})
    assert code(refused) == (409, "post_held_for_case")
    assert sun.roles() == []


@pytest.mark.row("VOT-14")
def test_a_member_whose_number_is_not_proved_yet_is_suspended_all_the_same(conduct) -> None:
    phone_owner = conduct.newcomer()
    post_id = conduct.elect(conduct.committee(), phone_owner.phone).json["id"]
    case_id = conduct.suspended(post_id)
    phone_owner.prove_phone()
    assert conduct.sign(phone_owner, post_id).status_code == 201
    assert phone_owner.roles() == []
    conduct.step(case_id, "put_to_vote")
    conduct.step(case_id, "restore")
    assert phone_owner.roles() == [("committee", conduct.world.estate.id)]


def test_a_case_lapses_when_the_membership_ended_by_itself_and_not_before(conduct, client) -> None:
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id)
    case_id = conduct.suspended(post_id)
    assert code(conduct.step(case_id, "lapse")) == (409, "membership_lasts")
    steps = f"{conduct.estate}/committees/{body_id}/members/{post_id}/steps"
    client.post(steps, who=conduct.who("community"), json={"step": "end", "reason": "本人辞职"})
    assert conduct.step(case_id, "lapse").json["case"]["state"] == "lapsed"
    assert conduct.board() == []
    assert code(conduct.report(post_id)) == (409, "seat_over")
    assert sun.roles() == []


@pytest.mark.row("VOT-14")
def test_a_report_that_proves_untrue_is_dismissed_and_nobody_else_hears_of_it(conduct, client) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = conduct.report(post_id).json["id"]
    assert conduct.step(case_id, "dismiss", text="经查账目清楚").json["case"]["state"] == "dismissed"
    assert conduct.board() == []
    assert answers(conduct, sun) == {(0, "passed")}
    listed = client.get(f"/v1/units/{conduct.world.street.id}/conduct-cases", who=conduct.who("street")).json
    assert listed["items"] == []


def test_the_street_sees_what_waits_in_all_its_estates(conduct, client) -> None:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    for unit, role in ((conduct.world.street, "street"), (conduct.world.community, "community")):
        items = client.get(f"/v1/units/{unit.id}/conduct-cases", who=conduct.who(role)).json["items"]
        assert [(one["id"], one["estate_name"]) for one in items] == [(case_id, conduct.world.estate.name)]


@pytest.mark.row("VOT-14")
@pytest.mark.parametrize("until", ["report", "suspend", "announce"])
def test_a_case_is_handed_to_justice_at_any_time_and_once(conduct, client, until) -> None:
    sun, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"] if until == "report" else conduct.suspended(post_id)
    for step in ("put_to_vote", "restore", "announce") if until == "announce" else ():
        conduct.step(case_id, step)
    state = conduct.read(case_id)["case"]["state"]
    path, street = f"{conduct.estate}/conduct-cases/{case_id}/referral", conduct.who("street")
    body = {"on": "2026-11-23", "authority": "平房区公安分局", "text": "涉嫌职务侵占，移送材料 12 页"}
    late = client.post(path, who=street, key=fresh_key(), json={**body, "on": "2026-11-24"})
    assert code(late) == (422, "conduct_referral_date_wrong")
    handed = client.post(path, who=street, key="refer-once-0001", json=body)
    assert (handed.json["referral"]["authority"], handed.json["case"]["state"]) == ("平房区公安分局", state)
    assert client.post(path, who=street, key="refer-once-0001", json=body).json == handed.json
    again = client.post(path, who=street, key=fresh_key(), json=body)
    assert code(again) == (409, "conduct_already_referred")
    shown = client.get("/v1/me/conduct", who=sun).json["cases"][0]
    assert shown.get("referral") is None, "the member is not told"
    assert "refer" not in [line["name"] for line in shown["history"]]


@pytest.mark.row("VOT-14")
def test_the_list_is_the_street_s_and_ours_is_marked_as_a_sample(conduct, client) -> None:
    path = f"{conduct.estate}/conduct-items"
    shipped = client.get(path, who=conduct.who("tenant")).json
    assert len(shipped) == 8
    assert all(item["sample"] for item in shipped)
    street, items = conduct.who("street"), f"/v1/units/{conduct.world.street.id}/conduct-items"
    client.put(f"{items}/funds_misused", who=street, json={"text": "挪用公共收益 500 元以上"})
    client.put(f"{items}/votes_forged", who=street, json={"text": "停用", "valid": False})
    written = client.put(f"{items}/absent_often", who=street, json={"text": "无故连续三次缺席会议"}).json
    assert written == {"code": "absent_often", "text": "无故连续三次缺席会议", "valid": True}
    holds = {item["code"]: (item["text"], item["sample"]) for item in client.get(path, who=street).json}
    assert holds["funds_misused"] == ("挪用公共收益 500 元以上", False)
    assert holds["absent_often"] == ("无故连续三次缺席会议", False)
    assert "votes_forged" not in holds
    assert holds["seal_misused"][1] is True
    for role in ("community", "committee", "owner 101"):
        answer = client.put(f"{items}/x", who=conduct.who(role), json={"text": "内容"})
        assert code(answer) == (404, "place_unknown")
    district = f"/v1/units/{conduct.world.district.id}/conduct-items/x"
    assert code(client.put(district, who=conduct.who("bureau"), json={"text": "内容"})) == (
        422,
        "conduct_catalogue_misplaced",
    )


@pytest.mark.row("VOT-14")
def test_a_case_keeps_the_words_it_was_reported_under(conduct, client) -> None:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    before = conduct.read(case_id)["case"]["item"]
    path = f"/v1/units/{conduct.world.street.id}/conduct-items/funds_misused"
    client.put(path, who=conduct.who("street"), json={"text": "改写后的条目", "valid": False})
    assert conduct.read(case_id)["case"]["item"] == before
    assert before["sample"] is True
    assert code(conduct.report(post_id)) == (404, "conduct_item_unknown")


def test_a_report_needs_proof_and_the_key_is_its_identity(conduct) -> None:
    _, post_id = conduct.member(conduct.committee())
    owner = conduct.who("owner 101")
    assert conduct.report(post_id, photo_ids=[]).status_code == 422
    photo_id = conduct.photo(owner)
    first = conduct.report(post_id, owner, key="report-once-1", photo_ids=[photo_id])
    again = conduct.report(post_id, owner, key="report-once-1", photo_ids=[photo_id])
    assert (again.status_code, again.json) == (201, first.json)
    other = conduct.report(post_id, owner, key="report-once-1", photo_ids=[photo_id], fact="另一件事")
    assert code(other) == (409, "conduct_key_reused")
    stolen = conduct.report(post_id, conduct.who("owner 102"), photo_ids=[photo_id])
    assert stolen.status_code == 404


def test_a_step_sent_twice_is_one_step(conduct) -> None:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.heard(post_id)
    first = conduct.step(case_id, "suspend", key="suspend-once-1", text="暂停")
    again = conduct.step(case_id, "suspend", key="suspend-once-1", text="暂停")
    assert (again.status_code, again.json) == (200, first.json)
    assert code(conduct.step(case_id, "suspend", key="suspend-once-1", text="别的")) == (409, "conduct_key_reused")


def test_a_member_is_heard_five_times_at_most(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    conduct.step(case_id, "check")
    assert [conduct.state(case_id, sun).status_code for _ in range(5)] == [200] * 5
    assert code(conduct.state(case_id, sun)) == (409, "conduct_statements_full")
