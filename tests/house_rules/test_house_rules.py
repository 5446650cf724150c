"""From a draft to rules in force and the version after: by a vote, or once by paper (VOT-17)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from miniprogram_api.decisions.decision import Maker
from miniprogram_api.house_rules.document import DocumentKind
from miniprogram_api.house_rules.refusals import AdoptedMeanwhile
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import TWO_THIRDS, VoteTerms
from miniprogram_api.storage.table import StoreUnavailable
from tests.house_rules.conftest import CLAUSES, COVENANT, RULES, TERMS, code
from tests.neighbours import MeetInTheMiddle, at_once

pytestmark = pytest.mark.row("VOT-17")


def test_a_version_is_adopted_by_a_vote_and_what_holds_for_votes_follows_from_it(house, world) -> None:
    before = house.container.house_rules.terms_on(world.estate.id)
    assert (before.terms, before.document_id, before.number, before.bases()) == (VoteTerms(), None, 0, {})
    document_id = house.drafted()
    assert house.container.house_rules.terms_on(world.estate.id) == before, "a draft says nothing yet"
    decision_id = house.decided()
    adopted = house.step(document_id, "adoption", {"decision_id": decision_id})
    assert adopted.status_code == 200, adopted.json
    assert (adopted.json["document"]["number"], adopted.json["document"]["decision_id"]) == (1, decision_id)

    holds = house.container.house_rules.terms_on(world.estate.id)
    assert (holds.terms.notice_days, holds.terms.approval(Matter.MANAGER)) == (20, TWO_THIRDS)
    assert (holds.document_id, holds.number, holds.headings["第二条"]) == (document_id, 1, "第二条 通知")
    assert holds.basis("notice_days") == "《道路队小区业主大会议事规则》（第 1 版）第二条 通知"
    assert holds.basis("proxy_cap") is None, "the law alone says it"
    shown = house.in_force()
    assert (shown["voting"]["bases"]["approvals"], shown["voting"]["terms"]["notice_days"]) == (
        "《道路队小区业主大会议事规则》（第 1 版）第三条 选聘",
        20,
    )
    assert (shown["rules"]["document"]["id"], shown["covenant"]) == (document_id, None)
    assert [clause["number"] for clause in shown["rules"]["clauses"]] == ["第一条", "第二条", "第三条"]


def test_the_next_version_supersedes_the_first_and_kinds_count_for_themselves(house, world) -> None:
    first = house.adopted()
    covenant = house.drafted(COVENANT, "covenant")
    assert house.step(covenant, "adoption", {"decision_id": house.decided(Matter.COVENANT)}).status_code == 200
    house.clock.advance(timedelta(days=200))
    second = house.adopted(terms={**TERMS, "notice_days": 30})
    assert house.in_force()["voting"]["terms"]["notice_days"] == 30
    assert house.read(first).json["document"]["state"] == "superseded"
    assert house.read(second).json["document"]["number"] == 2
    assert house.listed() == [("rules", "adopted", 2), ("rules", "superseded", 1), ("covenant", "adopted", 1)]
    in_force = house.container.house_rules.find_in_force(world.estate.id, DocumentKind.COVENANT)
    assert (in_force.id, in_force.number) == (covenant, 1)


def test_only_a_decision_of_all_owners_about_just_this_adopts(house) -> None:
    document_id = house.drafted()

    def adopt(decision_id: str):
        return code(house.step(document_id, "adoption", {"decision_id": decision_id}))

    assert adopt("dec_unknown") == (404, "decision_unknown")
    assert adopt(house.decided(Matter.COVENANT)) == (409, "decision_of_another_matter")
    assert adopt(house.decided(Matter.RULES, maker=Maker.COMMITTEE)) == (409, "decision_not_of_owners")
    assert adopt(house.decided(building_ids=("bld_1",))) == (409, "decision_of_other_buildings")
    rescinded = house.decided()
    house.rescind(rescinded)
    assert adopt(rescinded) == (409, "decision_not_in_force")
    assert house.in_force()["voting"]["number"] == 0
    assert house.read(document_id, Role.COMMITTEE).json["document"]["state"] == "draft"


def test_a_decision_rescinded_while_it_is_read_adopts_nothing(house, container, monkeypatch) -> None:
    document_id, decision_id = house.drafted(), house.decided()

    def rescind_first(act):
        if act.verb == "adopt_house_rules":
            house.rescind(decision_id)
        container.table.commit(act)

    monkeypatch.setattr(container.house_rules._store, "commit", rescind_first)
    refused = house.step(document_id, "adoption", {"decision_id": decision_id})
    assert code(refused) == (409, "decision_not_in_force")
    assert house.in_force()["voting"]["number"] == 0


def test_one_decision_adopts_one_text(house) -> None:
    first, second = house.drafted(), house.drafted(terms={**TERMS, "notice_days": 40})
    decision_id = house.decided()
    assert house.step(first, "adoption", {"decision_id": decision_id}).status_code == 200
    assert code(house.step(second, "adoption", {"decision_id": decision_id})) == (409, "house_rules_decision_used")
    assert house.in_force()["voting"]["terms"]["notice_days"] == 20


def test_what_was_changed_after_the_vote_is_not_what_owners_adopted(house) -> None:
    document_id, decision_id = house.drafted(), house.decided()
    house.clock.advance(timedelta(days=1))
    assert house.edit(document_id, 0, terms={**TERMS, "notice_days": 60}).status_code == 200
    assert code(house.step(document_id, "adoption", {"decision_id": decision_id})) == (409, "house_rules_text_newer")
    assert house.step(document_id, "adoption", {"decision_id": house.decided()}).status_code == 200


def test_an_older_decision_does_not_undo_a_newer_version(house) -> None:
    old_text = house.drafted(terms={**TERMS, "notice_days": 40})
    old = house.decided()
    house.clock.advance(timedelta(days=30))
    house.adopted()
    assert code(house.step(old_text, "adoption", {"decision_id": old})) == (409, "house_rules_out_of_order")


def test_adopted_text_is_never_edited_or_withdrawn(house) -> None:
    document_id = house.adopted()
    assert code(house.edit(document_id, 1, title="改写的标题")) == (409, "illegal_transition")
    assert code(house.step(document_id, "withdrawal", {"reason": "不要了"})) == (409, "illegal_transition")
    again = house.step(document_id, "adoption", {"decision_id": house.decided()})
    assert code(again) == (409, "illegal_transition")
    assert house.read(document_id).json["document"]["title"] == RULES["title"]


def test_drafts_are_for_those_who_write_or_confirm_them(house) -> None:
    document_id = house.drafted()
    for role in (Role.COMMITTEE, Role.COMMUNITY, Role.STREET):
        assert house.read(document_id, role).status_code == 200
        assert house.listed(role) == [("rules", "draft", None)]
    for role in (Role.OWNER, Role.TENANT, Role.MANAGER, Role.BUREAU, Role.BUILDING_HEAD):
        assert code(house.read(document_id, role)) == (404, "house_document_unknown")
        assert house.listed(role) == []
    house.step(document_id, "withdrawal", {"reason": "另拟"})
    assert code(house.read(document_id)) == (404, "house_document_unknown"), "a withdrawn draft neither"
    assert house.read(document_id, Role.COMMUNITY).json["withdrawn_reason"] == "另拟"
    adopted = house.adopted()
    assert [house.read(adopted, role).status_code for role in (Role.OWNER, Role.TENANT, Role.GUARD)] == [200] * 3


@pytest.mark.parametrize(
    ("kind", "text", "refused"),
    [
        ("rules", {**RULES, "terms": {**TERMS, "notice_days": 14}}, "vote_terms_too_loose"),
        ("rules", {**RULES, "terms": {**TERMS, "clauses": {"approvals": "第三条"}}}, "vote_clause_missing"),
        ("rules", {**RULES, "clauses": CLAUSES[:2]}, "house_clause_unknown"),
        ("rules", {**RULES, "terms": {"clauses": {"quorum": "第一条"}}}, "house_clause_unknown"),
        ("rules", {**RULES, "clauses": [*CLAUSES, CLAUSES[0]]}, "house_clause_twice"),
        ("rules", {**RULES, "terms": {**TERMS, "approvals": TERMS["approvals"] * 2}}, "house_matter_twice"),
        ("covenant", RULES, "house_terms_misplaced"),
        (
            "covenant",
            {**COVENANT, "clauses": [{"number": f"第{n}条", "text": "字" * 3000} for n in range(1, 12)]},
            "house_text_too_long",
        ),
        ("covenant", {**COVENANT, "clauses": [{"number": "12", "text": "字"}]}, "unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_text_may_not_say(house, kind, text, refused) -> None:
    answer = house.draft(text, kind)
    assert answer.status_code in {400, 422}
    assert answer.json["code"] == refused or refused == "unreadable"
    if kind == "rules":
        document_id = house.drafted()
        edited = house.client.put(
            f"{house.path}/{document_id}", json={"version": 0, "text": text}, who=house.who(Role.COMMITTEE)
        )
        assert code(edited) == (422, refused), "nor after an edit"


def test_rules_without_settings_leave_everything_to_the_law(house, world) -> None:
    house.adopted(terms=None)
    holds = house.container.house_rules.terms_on(world.estate.id)
    assert (holds.terms, holds.number, holds.bases()) == (VoteTerms(), 1, {})


# On paper


def paper(house, desk, role: Role = Role.COMMUNITY, **changed):
    return {"adopted_on": "2019-05-20", "photo_ids": [desk.upload(house.who(role), house.world.estate.id)], **changed}


def test_rules_adopted_on_paper_are_confirmed_by_somebody_who_did_not_write_them(house, desk) -> None:
    document_id = house.drafted(role=Role.COMMUNITY)
    house.edit(document_id, 0, Role.COMMITTEE, title="道路队小区议事规则")
    own = house.step(document_id, "confirmation", paper(house, desk), Role.COMMUNITY)
    assert code(own) == (403, "same_person_refused"), "whoever wrote on it, first or last"
    assert house.step(document_id, "confirmation", paper(house, desk), Role.COMMITTEE).status_code == 403
    assert house.step(document_id, "confirmation", paper(house, desk, photo_ids=[]), Role.STREET).status_code == 422
    future = house.step(
        document_id, "confirmation", paper(house, desk, Role.STREET, adopted_on="2026-11-24"), Role.STREET
    )
    assert code(future) == (422, "house_rules_paper_day")
    body = paper(house, desk, Role.STREET)
    confirmed = house.step(document_id, "confirmation", body, Role.STREET)
    assert (confirmed.status_code, confirmed.json["document"]["adopted_on"]) == (200, "2019-05-20")
    assert [photo["id"] for photo in confirmed.json["photos"]] == body["photo_ids"]
    assert house.in_force()["voting"]["terms"]["notice_days"] == 20
    assert house.step(document_id, "confirmation", body, Role.STREET).json == confirmed.json, "sent twice, done once"


def test_once_owners_voted_here_paper_is_no_way_around_the_vote(house, desk) -> None:
    first = house.drafted()
    assert house.step(first, "confirmation", paper(house, desk), Role.COMMUNITY).status_code == 200
    amended = house.drafted(terms={**TERMS, "notice_days": 25})
    later = paper(house, desk, adopted_on="2022-03-01")
    assert house.step(amended, "confirmation", later, Role.COMMUNITY).json["document"]["number"] == 2
    earlier = house.drafted()
    assert code(house.step(earlier, "confirmation", paper(house, desk), Role.COMMUNITY)) == (
        409,
        "house_rules_out_of_order",
    )
    house.adopted()
    another = paper(house, desk, adopted_on="2026-11-23")
    assert code(house.step(earlier, "confirmation", another, Role.COMMUNITY)) == (409, "house_rules_out_of_order")
    assert house.in_force()["voting"]["number"] == 3


def test_a_photo_of_somebody_else_proves_nothing(house, desk) -> None:
    document_id = house.drafted()
    foreign = desk.upload(house.who(Role.OWNER), house.world.estate.id)
    refused = house.step(document_id, "confirmation", paper(house, desk, photo_ids=[foreign]), Role.COMMUNITY)
    assert refused.status_code == 404
    assert house.in_force()["voting"]["number"] == 0


# Repeated, broken off, at once


def test_every_act_sent_twice_is_done_once(house) -> None:
    first = house.draft(key="draft-once-1")
    document_id = first.json["document"]["id"]
    assert house.draft(key="draft-once-1").json == first.json
    assert code(house.draft(key="draft-once-1", title="另一份")) == (409, "house_draft_key_reused")
    edited = house.edit(document_id, 0, title="修改后的标题")
    assert house.edit(document_id, 0, title="修改后的标题").json == edited.json
    assert house.draft(key="draft-once-1").json == edited.json, "the draft it began, as it is now"
    assert code(house.edit(document_id, 0, title="第三种标题")) == (409, "house_document_changed")
    decision = {"decision_id": house.decided()}
    adopted = house.step(document_id, "adoption", decision)
    assert house.step(document_id, "adoption", decision).json == adopted.json
    gone = house.drafted()
    withdrawn = house.step(gone, "withdrawal", {"reason": "重复"})
    assert house.step(gone, "withdrawal", {"reason": "重复"}).json == withdrawn.json
    assert code(house.step(gone, "withdrawal", {"reason": "别的"})) == (409, "illegal_transition")
    assert [one for one in house.listed() if one[1] == "adopted"] == [("rules", "adopted", 1)]


@pytest.mark.parametrize("written", [True, False])
def test_an_answer_that_got_lost_is_made_good_by_trying_again(house, container, monkeypatch, written) -> None:
    house.adopted()
    document_id, decision = house.drafted(), {"decision_id": house.decided()}
    commit = container.table.commit

    def crash(act):
        monkeypatch.setattr(container.house_rules._store, "commit", commit)
        if written:
            commit(act)
        raise StoreUnavailable

    monkeypatch.setattr(container.house_rules._store, "commit", crash)
    house.step(document_id, "adoption", decision)
    again = house.step(document_id, "adoption", decision)
    assert (again.status_code, again.json["document"]["number"]) == (200, 2)
    assert house.listed() == [("rules", "adopted", 2), ("rules", "superseded", 1)]


@pytest.mark.parametrize("earlier", [0, 1])
def test_two_adoptions_at_once_leave_one_in_force(house, container, monkeypatch, earlier) -> None:
    for _ in range(earlier):
        house.adopted()
    texts = [house.drafted(terms={**TERMS, "notice_days": days}) for days in (30, 40)]
    decisions = [house.decided(), house.decided()]
    monkeypatch.setattr(
        container.house_rules._store, "commit", MeetInTheMiddle(container.table.commit, {"adopt_house_rules"}, 2)
    )
    who = house.who(Role.COMMITTEE), house.who(Role.COMMUNITY)

    def adopt(number):
        path = f"{house.path}/{texts[number]}/adoption"
        return house.client.post(path, json={"decision_id": decisions[number]}, who=who[number])

    answers = at_once(lambda: adopt(0), lambda: adopt(1))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [loser] = [answer.json["code"] for answer in answers if answer.status_code == 409]
    assert loser == AdoptedMeanwhile.code
    assert [number for kind, state, number in house.listed() if state == "adopted"] == [earlier + 1]
    late = [answer.status_code for answer in answers].index(409)
    monkeypatch.setattr(container.house_rules._store, "commit", container.table.commit)
    assert adopt(late).json["document"]["number"] == earlier + 2, "tried again, it is the next version"
    states = [(state, number) for _, state, number in house.listed()]
    assert states == [("adopted", earlier + 2), *(("superseded", number) for number in range(earlier + 1, 0, -1))]


def test_one_adoption_sent_twice_at_once_is_one(house, container, monkeypatch) -> None:
    document_id, decision = house.drafted(), {"decision_id": house.decided()}
    monkeypatch.setattr(
        container.house_rules._store, "commit", MeetInTheMiddle(container.table.commit, {"adopt_house_rules"}, 2)
    )
    who = house.who(Role.COMMITTEE)

    def adopt():
        return house.client.post(f"{house.path}/{document_id}/adoption", json=decision, who=who)

    assert [answer.status_code for answer in at_once(adopt, adopt)] == [200, 200]
    assert house.listed() == [("rules", "adopted", 1)]


def test_an_edit_and_an_adoption_at_once_never_adopt_what_nobody_read(house, container, monkeypatch) -> None:
    document_id, decision = house.drafted(), {"decision_id": house.decided()}
    verbs = {"adopt_house_rules", "edit_house_rules"}
    monkeypatch.setattr(container.house_rules._store, "commit", MeetInTheMiddle(container.table.commit, verbs, 2))
    committee, community = house.who(Role.COMMITTEE), house.who(Role.COMMUNITY)
    body = {"version": 0, "text": {**RULES, "terms": {**TERMS, "notice_days": 90}}}
    answers = at_once(
        lambda: house.client.post(f"{house.path}/{document_id}/adoption", json=decision, who=committee),
        lambda: house.client.put(f"{house.path}/{document_id}", json=body, who=community),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    shown = house.read(document_id, Role.COMMITTEE).json
    assert (shown["document"]["state"], shown["terms"]["notice_days"]) in {("adopted", 20), ("draft", 90)}


def test_rules_of_one_estate_say_nothing_at_another(house, container) -> None:
    from tests.world import build_world

    document_id = house.adopted()
    abroad = build_world(container)
    assert container.house_rules.terms_on(abroad.estate.id).terms == VoteTerms()
    owner = house.people.resident(abroad.estate)
    foreign = house.client.get(f"/v1/estates/{abroad.estate.id}/house-rules/{document_id}", who=owner)
    assert code(foreign) == (404, "house_document_unknown")


def test_the_day_of_a_decision_is_the_day_of_the_version(house) -> None:
    house.clock.advance(timedelta(days=-10))
    document_id = house.drafted()
    house.clock.advance(timedelta(days=10))
    decision_id = house.decided(on=date(2026, 11, 20))
    adopted = house.step(document_id, "adoption", {"decision_id": decision_id})
    assert adopted.json["document"]["adopted_on"] == "2026-11-20"
