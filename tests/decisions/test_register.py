"""What owners and committees decided stands in a register that everybody of the estate reads (VOT-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.decisions.decision import DecisionState, Maker
from miniprogram_api.decisions.refusals import (
    DecisionNotInForce,
    DecisionNotOfOwners,
    DecisionOfAnotherMatter,
    DecisionThere,
    DecisionUnknown,
)
from miniprogram_api.decisions.service import ANYBODY
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction
from tests.decisions.conftest import community_alone
from tests.neighbours import at_once
from tests.world import build_world


@pytest.mark.row("VOT-15")
def test_what_the_committee_decided_is_read_with_its_minutes_by_every_owner(hall) -> None:
    made = hall.record(amount_fen=500_000)
    assert made.status_code == 201
    shown = hall.get(f"/{made.json['decision']['id']}", hall.office.owner).json
    assert (shown["decision"]["maker"], shown["decision"]["state_label"]) == ("committee", "有效")
    assert (shown["minutes"], len(shown["minutes_photos"])) == ("五名委员到会，四名同意", 1)
    assert (shown["decision"]["amount_fen"], shown["decision"]["used_fen"]) == (500_000, 0)


def test_the_list_is_newest_first_whoever_decided(hall) -> None:
    of_owners = hall.office.decided()
    old = hall.record(decided_on="2026-11-01").json["decision"]["id"]
    lines = hall.get("", hall.office.owner).json["items"]
    assert [(line["id"], line["maker_label"][:4]) for line in lines] == [(of_owners, "业主大会"), (old, "业主委员")]


def test_a_decision_sent_twice_stands_once(hall) -> None:
    photos = [hall.photo()]
    first, again = (hall.record(key="decision-key-1", photo_ids=photos) for _ in range(2))
    assert again.json == first.json
    other = hall.record(key="decision-key-1", photo_ids=photos, title="别的")
    assert (other.status_code, other.json["code"]) == (409, "decision_there")


def test_what_is_recorded_was_decided_and_lies_in_the_estate(hall) -> None:
    ahead = hall.record(decided_on="2026-11-24")
    assert (ahead.status_code, ahead.json["code"]) == (422, "decision_day_wrong")
    nowhere = hall.record(building_ids=["bld_none"])
    assert (nowhere.status_code, nowhere.json["code"]) == (404, "building_unknown")
    not_ours = hall.record(photo_ids=[hall.photo(hall.office.keeper)])
    assert not_ours.status_code == 404
    assert hall.get("", hall.chair).json["items"] == []


def test_the_community_records_only_where_no_committee_is_in_office(hall, container) -> None:
    refused = hall.record(hall.community)
    assert (refused.status_code, refused.json["code"]) == (403, "committee_answers")
    alone = community_alone(hall, container)
    assert alone.record(alone.community).status_code == 201


def test_a_decision_of_another_estate_is_not_found(hall, container) -> None:
    decision = hall.office.decided()
    foreign = build_world(container).estate.id
    with pytest.raises(DecisionUnknown):
        container.decisions.access_decision_by_id(foreign, decision)
    assert container.decisions.find(foreign, decision) is None


def test_one_question_of_a_ballot_is_entered_once(hall, container) -> None:
    decision = container.decisions.find(hall.office.estate_id, hall.office.decided())

    def publish() -> bool:
        act = Transaction("system", "publish_ballot", container.clock())
        container.decisions.add(act, decision)
        try:
            container.table.commit(act)
        except DecisionThere:
            return False
        return True

    assert at_once(publish, publish) == [False, False]


def test_only_a_decision_in_force_of_the_owners_about_the_matter_carries_anything(hall, container) -> None:
    decisions, estate = container.decisions, hall.office.estate_id
    rules, of_committee = hall.office.decided(Matter.RULES), hall.record().json["decision"]["id"]
    act = Transaction("system", "test", container.clock())
    assert decisions.require_in_force(act, estate, rules, Matter.RULES).id == rules
    assert decisions.in_force(estate, rules, {Matter.RULES, Matter.COVENANT}).maker is Maker.ASSEMBLY
    assert len(act.parts) == 1
    with pytest.raises(DecisionOfAnotherMatter):
        decisions.in_force(estate, rules, {Matter.COVENANT})
    with pytest.raises(DecisionNotOfOwners):
        decisions.in_force(estate, of_committee, Matter.OTHER)
    assert decisions.in_force(estate, of_committee, Matter.OTHER, ANYBODY).id == of_committee
    with pytest.raises(DecisionUnknown):
        decisions.in_force(estate, "dec_none", Matter.RULES)
    hall.rescind(rules)
    with pytest.raises(DecisionNotInForce):
        decisions.in_force(estate, rules, Matter.RULES)
    with pytest.raises(DecisionNotInForce):
        container.table.commit(_touching(act, hall, container))


def _touching(act, hall, container) -> Transaction:
    """The act with something to write, as a room's act has."""
    decisions = container.decisions
    other = decisions.find(hall.office.estate_id, hall.office.decided())
    decisions.take(act, other, 1)
    return act


def test_a_rescinded_decision_stays_in_the_list(hall, clock) -> None:
    decision = hall.office.decided()
    hall.rescind(decision)
    clock.advance(timedelta(minutes=1))
    (line,) = hall.get("", hall.office.owner).json["items"]
    assert (line["id"], line["state"], line["state_label"]) == (decision, DecisionState.RESCINDED, "已撤销")
