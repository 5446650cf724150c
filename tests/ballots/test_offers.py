"""What a ballot offers whom: pages show these acts and no others, so each is one that the server would take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from miniprogram_api.ballots.ballot import Hand
from miniprogram_api.ballots.mandates import Mandate, MandateKind
from miniprogram_api.ballots.notices import mandate_notices
from miniprogram_api.kernel.access import Role

AREAS = {"101": 8000, "102": 8000, "201": 9000}


def _offered(hall, ballot_id: str, who) -> tuple[set[str], set[str]]:
    shown = hall.get(f"{hall.path}/{ballot_id}", who)
    return set(shown["steps"]), set(shown["work"])


@pytest.mark.row("VOT-01")
def test_a_draft_offers_its_check_to_the_community_only_and_never_to_who_drafted_it(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.draft()
    assert _offered(hall, ballot_id, hall.drafter) == ({"submit", "withdraw"}, {"edit"})
    hall.post(f"{hall.path}/{ballot_id}/submission", hall.drafter)
    assert _offered(hall, ballot_id, hall.drafter) == ({"withdraw"}, set())
    assert _offered(hall, ballot_id, hall.community)[0] == {"return", "pass", "withdraw"}
    own = hall.post(
        hall.path,
        hall.community,
        201,
        kind="wishes",
        title="意愿",
        text="",
        questions=[
            {"title": "装不装", "form": "survey", "options": [{"id": "a", "label": "装"}, {"id": "b", "label": "不"}]}
        ],
    )["id"]
    hall.post(f"{hall.path}/{own}/submission", hall.community)
    assert "pass" not in _offered(hall, own, hall.community)[0]
    assert "pass" in _offered(hall, own, hall.someone(Role.COMMUNITY, 2))[0]


@pytest.mark.row("VOT-01")
def test_a_running_vote_offers_its_desk_work_to_those_who_run_it_and_nothing_to_an_owner(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    committee = {"read_roll", "deliver", "record_mandate", "enter_paper"}
    assert _offered(hall, ballot_id, hall.drafter) == ({"extend"}, committee)
    assert _offered(hall, ballot_id, hall.owners["101"]) == (set(), set())


@pytest.mark.row("VOT-01")
def test_a_counted_result_offers_objections_to_owners_and_its_certificate_when_their_time_is_over(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101")
    counted = hall.close(ballot_id)
    assert _offered(hall, ballot_id, hall.owners["101"]) == (set(), {"object"})
    assert "certify" not in _offered(hall, ballot_id, hall.community)[0]
    objection = hall.post(f"{hall.path}/{ballot_id}/objections", hall.owners["101"], 201, text="票数不对")
    assert "answer_objection" in _offered(hall, ballot_id, hall.community)[1]
    hall.post(f"{hall.path}/{ballot_id}/objections/{objection['id']}/answer", hall.community, answer="已核对")
    hall.clock.set(_moment(counted["objections_until"]))
    assert _offered(hall, ballot_id, hall.community)[0] == {"certify"}
    assert _offered(hall, ballot_id, hall.owners["101"]) == (set(), set())


@pytest.mark.row("VOT-10")
def test_candidates_are_named_and_checked_only_in_an_election_that_is_prepared(hall) -> None:
    hall.settle(AREAS)
    election = hall.draft(
        "election", [{"title": "选举委员", "form": "select", "matter": "committee", "most": 2, "seats": 2}]
    )
    assert _offered(hall, election, hall.drafter)[1] == {"edit", "name_candidate"}
    assert _offered(hall, election, hall.community)[1] == {"edit", "name_candidate", "check_candidate"}
    assert "name_candidate" not in _offered(hall, hall.draft(), hall.drafter)[1]


@pytest.mark.row("VOT-01")
def test_a_voter_sees_who_was_given_the_proxy_of_the_room_and_the_agent_does_not(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    agent, room = hall.owners["102"], f"{hall.path}/{ballot_id}/rooms/{hall.rooms['101'].id}"
    hall.post(f"{room}/proxies", hall.owners["101"], 201, agent_account_id=agent.account_id, agent_name="邻居")
    (seen,) = hall.get(room, hall.owners["101"])["mandates"]
    assert (seen["agent_name"], seen["agent_account_id"], seen["stands"]) == ("邻居", agent.account_id, True)
    line = hall.get(room, agent)
    assert (line["as_agent"], line["mandates"]) == (True, [])
    hall.post(f"{room}/proxies/{agent.account_id}/revocation", hall.owners["101"])
    assert not hall.get(room, hall.owners["101"])["mandates"][0]["stands"]


@pytest.mark.row("VOT-04")
def test_the_roll_says_how_and_when_a_room_was_told(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    hall.post(f"{hall.path}/{ballot_id}/rooms/{hall.rooms['101'].id}/notice-reading", hall.owners["101"])
    lines = {line["label"]: line for line in hall.get(f"{hall.path}/{ballot_id}/roll", hall.drafter)["items"]}
    told, untold = lines["1号楼101"], lines["1号楼102"]
    assert (told["delivery"], told["method"], told["attempts"]) == ("delivered", "read", 1)
    assert told["told_at"]
    assert (untold["delivery"], untold["method"], untold["told_at"]) == (None, None, None)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.row("VOT-01")
def test_who_is_given_a_proxy_is_told_where_to_vote_and_a_mandate_from_paper_tells_once_it_is_confirmed(hall) -> None:
    hand = Hand("acc_owner", "业主", hall.clock())
    proxy = Mandate("est_1", "bal_1", "room_1", 1, "acc_agent", MandateKind.PROXY, hand)
    (told,) = mandate_notices(None, proxy)
    assert (told.to.account_id, told.page) == (
        "acc_agent",
        "pages/ballot/vote?estate_id=est_1&id=bal_1&room_id=room_1",
    )
    assert mandate_notices(proxy, proxy.revoke(hand)) == ()
    paper = replace(proxy, photo_ids=("pho_1",))
    assert mandate_notices(None, paper) == ()
    assert len(mandate_notices(paper, replace(paper, confirmed=hand))) == 1
