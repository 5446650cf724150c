"""Who leaves takes along what they said; their words go, the estate's matter stays without them (design section 8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from miniprogram_api.identity.rules import HeldGrant
from miniprogram_api.identity.store import GRANT
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage import consultation_keys
from miniprogram_api.storage.transaction import Transaction
from tests.consultation.conftest import PROPOSAL
from tests.identity.conftest import newcomer

__all__ = ["newcomer"]

NAME = "三楼老张"


@dataclass
class Leaver:
    """Somebody who signed in through WeChat, owns room 1, and may leave."""

    person: Any
    on: Any

    def leave(self) -> None:
        assert self.on.client.delete("/v1/me", who=self.person).status_code == 204


@pytest.fixture
def zhang(consulting, newcomer) -> Leaver:
    person, now, estate = newcomer(), consulting.clock(), consulting.world.estate
    named = consulting.client.patch("/v1/me", who=person, json={"display_name": NAME})
    assert named.status_code == 200, named.json
    grant = Grant(new_id("grant", now), Role.OWNER, Scope(ScopeKind.ESTATE, estate.id), estate.name, room_id="room_1")
    act = Transaction("system", "test_setup", now)
    act.add(GRANT, HeldGrant(person.account_id, grant, "system", now, NAME))
    consulting.container.table.commit(act)
    return Leaver(person, consulting)


def kept(consulting, topic_id: str) -> str:
    """All that lies in the table about a topic, as text."""
    estate_id, table = consulting.world.estate.id, consulting.container.table
    places = (
        consultation_keys.consultation(estate_id, topic_id),
        consultation_keys.consultation_word(estate_id, topic_id, ""),
        consultation_keys.consultation_rating(estate_id, topic_id, 1, ""),
    )
    return json.dumps([table.collection(key.pk) for key in places], ensure_ascii=False)


def test_what_nobody_took_up_goes_with_who_proposed_it(consulting, zhang) -> None:
    topic_id = consulting.propose(zhang.person).json["topic"]["id"]
    consulting.support(topic_id, 2)
    before = kept(consulting, topic_id)
    assert all(text in before for text in (PROPOSAL["text"], NAME, zhang.person.account_id))
    zhang.leave()
    after = kept(consulting, topic_id)
    for text in (*PROPOSAL.values(), NAME, zhang.person.account_id):
        assert text not in after
    read = consulting.read(topic_id)
    assert (read["topic"]["stage"], [line["by_name"] for line in read["lines"]]) == ("withdrawn", ["已注销用户"] * 2)


def test_what_the_estate_took_up_stays_without_who_proposed_it(consulting, zhang) -> None:
    topic_id = consulting.propose(zhang.person).json["topic"]["id"]
    consulting.step(topic_id, "take-up", {"reason": "多户反映"})
    zhang.leave()
    read, after = consulting.read(topic_id), kept(consulting, topic_id)
    assert (read["topic"]["stage"], read["topic"]["title"]) == ("discuss", PROPOSAL["title"])
    assert (read["topic"]["proposed_by"], read["passages"][0]["began_by"]) == ("已注销用户", "已注销用户")
    assert NAME not in after
    assert zhang.person.account_id not in after


def test_comments_and_options_lose_their_words_and_marks_stay_the_rooms(consulting, zhang) -> None:
    topic_id = consulting.discussing()
    for kind in ("comment", "option"):
        body = {"text": f"我家的老人摔过跤 {kind}", "kind": kind}
        assert consulting.step(topic_id, "words", body, zhang.person).status_code == 201
    neighbour = consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT)
    rated = consulting.rating()
    assert consulting.rate(rated, 1, 4, zhang.person).status_code == 200
    taken = consulting.client.get("/v1/me/export", who=zhang.person).json["records"]["consultations"]
    assert sorted(one["kind"] for one in taken) == ["comment", "option", "rating"]
    zhang.leave()
    for about in (topic_id, rated):
        assert zhang.person.account_id not in kept(consulting, about)
    assert "摔过跤" not in kept(consulting, topic_id)
    path = f"{consulting.path}/{topic_id}/words"
    words = consulting.client.get(path, who=consulting.who(Role.TENANT)).json["items"]
    assert {(word["by_name"], word["text"]) for word in words} == {
        ("已注销用户", ""),
        (neighbour.json["by_name"], "支持加装"),
    }
    consulting.wait(days=7)
    assert consulting.read(rated)["figures"]["total"] == 4


def test_forgetting_that_was_cut_off_is_finished_by_doing_it_again(consulting, zhang) -> None:
    topics = [consulting.propose(zhang.person).json["topic"]["id"] for _ in range(2)]
    records, account_id = consulting.container._personal_records()["consultations"], zhang.person.account_id
    store, done = records._store, []
    commit = store.commit

    def once(act) -> None:
        if done:
            raise ConnectionError
        done.append(act)
        commit(act)

    store.commit = once
    with pytest.raises(ConnectionError):
        records.forget(account_id, consulting.clock())
    store.commit = commit
    for _ in range(2):
        records.forget(account_id, consulting.clock() + timedelta(seconds=1))
    assert records.export_of(account_id) == []
    assert {consulting.stored(topic_id).stage for topic_id in topics} == {"withdrawn"}
