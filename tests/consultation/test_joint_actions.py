"""联访、联议、联办、联调: three parties sign one record, nobody for two, and a resolution rests on it (VOT-05)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction
from tests.consultation.conftest import SIGNERS, code
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import build_world


def grant(consulting, role: Role, **scope) -> Grant:
    """A role of somebody who holds several."""
    estate = consulting.world.estate
    where = scope.get("where") or Scope(ScopeKind.ESTATE, estate.id)
    company = estate.company_id if role is Role.MANAGER else None
    return Grant(new_id("grant", consulting.clock()), role, where, estate.name, company_id=company)


@pytest.mark.row("VOT-05")
@pytest.mark.parametrize(
    ("kind", "label"),
    [("visit", "三方联访"), ("discussion", "三方联议"), ("handling", "三方联办"), ("mediation", "三方联调")],
)
def test_a_joint_action_is_complete_with_three_signatures_and_not_before(consulting, kind, label) -> None:
    made = consulting.record(None, kind=kind)
    action_id = made.json["action"]["id"]
    assert (made.status_code, made.json["action"]["label"], made.json["action"]["complete"]) == (201, label, False)
    seen = []
    for party in ("company", "community", "committee"):
        answer = consulting.sign(action_id, party)
        seen.append((answer.json["action"]["complete"], sum(one["signed"] for one in answer.json["action"]["parties"])))
    assert seen == [(False, 1), (False, 2), (True, 3)]


@pytest.mark.row("VOT-05")
def test_nobody_signs_for_a_party_they_do_not_belong_to(consulting) -> None:
    action_id = consulting.record(None).json["action"]["id"]
    for party in SIGNERS:
        for other, role in SIGNERS.items():
            if other != party:
                answer = consulting.sign(action_id, party, consulting.who(role))
                assert code(answer) == (403, "joint_party_of_others"), (party, other)
    for role in (Role.OWNER, Role.BUILDING_HEAD, Role.REPAIRER, Role.STREET):
        assert code(consulting.sign(action_id, "community", consulting.who(role))) == (403, "not_allowed")
    assert code(consulting.sign(action_id, "street", consulting.who(Role.COMMUNITY))) == (404, "joint_party_unknown")


@pytest.mark.row("VOT-05")
def test_one_person_of_two_parties_signs_for_one(consulting, people) -> None:
    community = grant(consulting, Role.COMMUNITY, where=Scope(ScopeKind.UNIT, consulting.world.community.id))
    both = people.with_grants(grant(consulting, Role.COMMITTEE), community)
    action_id = consulting.record(None).json["action"]["id"]
    first = consulting.sign(action_id, "committee", both)
    assert (first.status_code, consulting.sign(action_id, "committee", both).json) == (200, first.json), "once"
    assert code(consulting.sign(action_id, "community", both)) == (403, "joint_signed_for_another")
    assert code(consulting.sign(action_id, "committee")) == (409, "joint_party_signed"), "another member"
    assert consulting.sign(action_id, "community").status_code == 200


@pytest.mark.row("VOT-05")
def test_three_parties_who_sign_at_the_same_moment_all_have_signed(consulting) -> None:
    action_id = consulting.record(None).json["action"]["id"]
    store = consulting.container.joint_actions._store
    store.commit = MeetInTheMiddle(store.commit, {"sign_joint_action"}, 3)
    signing = [(party, consulting.who(role)) for party, role in SIGNERS.items()]
    answers = at_once(*[lambda one=one: consulting.sign(action_id, *one) for one in signing])
    assert [answer.status_code for answer in answers] == [200] * 3
    read = consulting.client.get(f"{consulting.estate}/joint-actions/{action_id}", who=consulting.who(Role.OWNER))
    assert read.json["action"]["complete"] is True


@pytest.mark.row("VOT-05")
def test_one_person_who_signs_for_two_parties_at_the_same_moment_signed_for_one(consulting, people) -> None:
    both = people.with_grants(grant(consulting, Role.COMMITTEE), grant(consulting, Role.MANAGER))
    action_id = consulting.record(None).json["action"]["id"]
    store = consulting.container.joint_actions._store
    store.commit = MeetInTheMiddle(store.commit, {"sign_joint_action"}, 2)
    answers = at_once(
        lambda: consulting.sign(action_id, "committee", both), lambda: consulting.sign(action_id, "company", both)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    action = consulting.container.joint_actions.access_action_by_id(consulting.world.estate.id, action_id)
    assert len(action.signatures) == 1


def test_two_members_of_a_party_who_sign_at_the_same_moment_are_one_signature(consulting, people) -> None:
    first, second = consulting.who(Role.COMMITTEE), people.neighbour(consulting.world.estate, Role.COMMITTEE)
    action_id = consulting.record(None).json["action"]["id"]
    store = consulting.container.joint_actions._store
    store.commit = MeetInTheMiddle(store.commit, {"sign_joint_action"}, 2)
    answers = at_once(
        lambda: consulting.sign(action_id, "committee", first), lambda: consulting.sign(action_id, "committee", second)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.row("VOT-05")
def test_a_resolution_waits_for_the_signatures_of_all_three(consulting) -> None:
    topic_id = consulting.discussing()
    action_id = consulting.record(topic_id).json["action"]["id"]
    left = ["community", "committee", "company"]
    for party in list(left):
        refused = consulting.resolve(topic_id, action_id)
        assert code(refused) == (409, "consultation_not_discussed_together")
        assert refused.json["detail"]["missing"] == left
        consulting.sign(action_id, party)
        left.remove(party)
    assert consulting.resolve(topic_id, action_id).json["topic"]["stage"] == "handle"


@pytest.mark.row("VOT-05")
def test_where_a_party_is_missing_those_there_are_sign(client, container, clock, people, world) -> None:
    from tests.consultation.conftest import Consulting

    consulting = Consulting(client, container, clock, people, world)
    topic_id = consulting.proposed()
    assert consulting.step(topic_id, "take-up", {"reason": "多户反映"}, Role.COMMUNITY).status_code == 200
    action_id = consulting.record(topic_id).json["action"]["id"]

    def resolved():
        body = {"resolution": "加装路灯", "joint_action_id": action_id, "responsible": {"name": "李工"}}
        return consulting.step(topic_id, "resolution", body, Role.COMMUNITY)

    assert resolved().json["detail"]["missing"] == ["community", "company"], "no committee is in office"
    consulting.sign(action_id, "community")
    assert resolved().json["detail"]["missing"] == ["company"]
    estate = container.estates.get_estate(world.estate.id)
    act = Transaction("system", "test_setup", clock())
    act.change(ESTATE, estate, replace(estate, company_id=None))
    container.table.commit(act)
    assert resolved().json["topic"]["stage"] == "handle", "and no company is under contract"
    read = client.get(f"{consulting.estate}/joint-actions/{action_id}", who=consulting.who(Role.OWNER)).json
    assert read["action"]["complete"] is False, "a joint action is complete with three signatures all the same"


@pytest.mark.row("VOT-05")
def test_a_resolution_rests_on_a_discussion_of_this_very_topic(consulting) -> None:
    topic_id, other = consulting.discussing(), consulting.discussing()
    assert code(consulting.resolve(topic_id, "joint_unknown")) == (404, "joint_action_unknown")
    foreign = consulting.discussed(other)
    assert code(consulting.resolve(topic_id, foreign)) == (409, "consultation_not_discussed_together")
    visit = consulting.record(topic_id, kind="visit").json["action"]["id"]
    for party in SIGNERS:
        consulting.sign(visit, party)
    assert code(consulting.resolve(topic_id, visit)) == (409, "consultation_not_discussed_together")


def test_a_joint_action_is_recorded_once_after_it_took_place_about_things_of_the_estate(consulting, container) -> None:
    order, foreign = consulting.order(), consulting.order(build_world(container))
    photo_id = consulting.photo(consulting.who(Role.COMMUNITY))
    body = {"kind": "handling", "work_order_id": order, "photo_ids": [photo_id]}
    made = consulting.record(None, key="joint-once-1", **body)
    assert (made.status_code, made.json["action"]["work_order_id"]) == (201, order)
    assert [photo["id"] for photo in made.json["photos"]] == [photo_id]
    assert consulting.record(None, key="joint-once-1", **body).json == made.json
    other = consulting.record(None, key="joint-once-1", **{**body, "title": "别的事情"})
    assert code(other) == (409, "joint_action_key_reused")
    assert code(consulting.record(None, held_on="2026-11-24")) == (422, "consultation_day_wrong")
    assert code(consulting.record(None, work_order_id=foreign)) == (404, "consultation_link_unknown")
    assert code(consulting.record("consult_unknown")) == (404, "consultation_unknown")
    said = consulting.proposed()
    assert code(consulting.record(said)) == (409, "consultation_not_discussing"), "a discussion belongs to 议"
    assert consulting.record(said, kind="visit").status_code == 201, "a visit may come before"
    consulting.step(said, "withdrawal", {"reason": "已经解决"}, Role.OWNER)
    assert code(consulting.record(said, kind="visit")) == (409, "consultation_over")


def test_joint_actions_are_listed_by_estate_by_topic_and_while_they_wait(consulting, container, people) -> None:
    topic_id = consulting.discussing()
    done = consulting.discussed(topic_id)
    waiting = consulting.record(None, kind="mediation").json["action"]["id"]
    owner = consulting.who(Role.OWNER)

    def listed(query: str) -> set[str]:
        page = consulting.client.get(f"{consulting.estate}/joint-actions{query}", who=owner).json
        return {one["id"] for one in page["items"]}

    assert listed("") == {done, waiting}
    assert (listed(f"?consultation_id={topic_id}"), listed("?open=true")) == ({done}, {waiting})
    abroad = build_world(container)
    path = f"/v1/estates/{abroad.estate.id}/joint-actions/{done}"
    foreign = consulting.client.get(path, who=people.resident(abroad.estate))
    assert code(foreign) == (404, "joint_action_unknown")
