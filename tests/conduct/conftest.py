"""An estate with a committee, its members with phones, and everybody who has a say in their conduct."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from miniprogram_api.decisions.refusals import DecisionNotInForce, DecisionOfAnotherMatter, DecisionUnknown
from miniprogram_api.identity.rules import HeldGrant
from miniprogram_api.identity.store import GRANT
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction
from tests.identity.conftest import newcomer
from tests.neighbours import Neighbour, fresh_phone
from tests.photos.conftest import desk
from tests.world import Person

__all__ = ["desk", "newcomer"]

_keys = itertools.count(1)

TERM = ("2026-06-01", "2029-05-31")
HEARD = "我认为这属于误会，相关支出均有票据。"


def fresh_key() -> str:
    return f"conduct-key-{next(_keys):05d}"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@dataclass
class Resolution:
    """A decision as a case looks at it."""

    matter: Matter
    decided_on: date
    title: str = "更换物管会委员"


@dataclass
class PaperDecisions:
    """The owners' decisions, kept by hand."""

    made: dict[str, Resolution] = field(default_factory=dict)
    rescinded: set[str] = field(default_factory=set)

    def require_in_force(self, act, estate_id, decision_id, matters):
        if decision_id not in self.made:
            raise DecisionUnknown
        if decision_id in self.rescinded:
            raise DecisionNotInForce
        if self.made[decision_id].matter not in matters:
            raise DecisionOfAnotherMatter
        return self.made[decision_id]


@dataclass
class Conduct:
    """One estate's committee over HTTP, each act under a fresh key unless one is given."""

    client: Any
    container: Any
    clock: Any
    people: Any
    world: Any
    newcomer: Any
    decisions: PaperDecisions
    persons: dict[str, Person] = field(default_factory=dict)

    @property
    def estate(self) -> str:
        return f"/v1/estates/{self.world.estate.id}"

    def who(self, name: str) -> Person:
        """The one person of that name: a role, or "owner 101" for the owner of a room; signed in again each time."""
        if name not in self.persons:
            role, _, room = name.partition(" ")
            if room:
                self.persons[name] = self.people.resident(self.world.estate, Role(role), f"room_{room}")
            else:
                self.persons[name] = self.people.holding(Role(role), self.world)
        return self.people.again(self.persons[name])

    def photo(self, who: Any) -> str:
        """A photo that somebody is about to upload; it may be bound already."""
        body = {"content_type": "image/jpeg", "size": 1000}
        return self.client.post(f"{self.estate}/photos", who=who, key=fresh_key(), json=body).json["photo_id"]

    # The committee

    def committee(self, name: str = "第三届业主委员会") -> str:
        body = {"kind": "owners_committee", "name": name, "formed_on": TERM[0], "term_ends_on": TERM[1]}
        made = self.client.post(f"{self.estate}/committees", who=self.who("community"), key=fresh_key(), json=body)
        assert made.status_code == 201, made.json
        return str(made.json["id"])

    def elect(self, body_id: str, phone: str | None = None, **more: Any) -> Any:
        """The community enters an elected member."""
        body = {"name": "孙大海", "phone": phone or fresh_phone(), "title": "委员", **more}
        path = f"{self.estate}/committees/{body_id}/members"
        return self.client.post(path, who=self.who("community"), key=fresh_key(), json=body)

    def neighbour(self, owner_of: str | None = None) -> Neighbour:
        """Somebody with a proved phone number, an owner if a room is named."""
        person = self.newcomer()
        person.prove_phone()
        if owner_of is not None:
            estate, now = self.world.estate, self.clock()
            grant = Grant(new_id("grant", now), Role.OWNER, Scope(ScopeKind.ESTATE, estate.id), room_id=owner_of)
            act = Transaction("system", "test_setup", now)
            act.add(GRANT, HeldGrant(person.account_id, grant, "system", now))
            self.container.table.commit(act)
        return person

    def member(self, body_id: str, owner_of: str | None = None, **more: Any) -> tuple[Neighbour, str]:
        """A member in office: elected, with a proved number, and signed."""
        person = self.neighbour(owner_of)
        post = self.elect(body_id, person.phone, **more).json
        assert self.sign(person, post["id"]).status_code == 201
        return person, str(post["id"])

    def sign(self, who: Any, post_id: str) -> Any:
        seats = self.client.get("/v1/me/committee-posts", who=who).json
        digest = next(seat["commitment"]["digest"] for seat in seats if seat["post_id"] == post_id)
        return self.client.post(f"{self.estate}/committee-posts/{post_id}/pledge", who=who, json={"digest": digest})

    # A case

    def report(self, post_id: str, who: Any = None, key: str | None = None, **changed: Any) -> Any:
        who = who or self.who("owner 101")
        body = {"post_id": post_id, "item": "funds_misused", "fact": "公共收益 3,000 元去向不明", **changed}
        body.setdefault("photo_ids", [self.photo(who)])
        return self.client.post(f"{self.estate}/conduct-cases", who=who, key=key or fresh_key(), json=body)

    def step(self, case_id: str, step: str, who: Any = None, key: str | None = None, **more: Any) -> Any:
        body = {"step": step, "text": f"{step}：详见附件记录", **more}
        path = f"{self.estate}/conduct-cases/{case_id}/steps"
        return self.client.post(path, who=who or self.who("street"), key=key or fresh_key(), json=body)

    def state(self, case_id: str, who: Any, text: str = HEARD, key: str | None = None) -> Any:
        path = f"{self.estate}/conduct-cases/{case_id}/statement"
        return self.client.post(path, who=who, key=key or fresh_key(), json={"text": text})

    def heard(self, post_id: str) -> str:
        """A case that was checked and in which the member was heard."""
        case_id = str(self.report(post_id).json["id"])
        assert self.step(case_id, "check", self.who("community")).status_code == 200
        assert self.step(case_id, "hear", self.who("community")).status_code == 200
        return case_id

    def suspended(self, post_id: str) -> str:
        case_id = self.heard(post_id)
        answer = self.step(case_id, "suspend")
        assert answer.status_code == 200, answer.json
        return case_id

    def voting(self, post_id: str) -> str:
        case_id = self.suspended(post_id)
        assert self.step(case_id, "put_to_vote").status_code == 200
        return case_id

    def decide(self, decision_id: str = "dec_1", matter: Matter = Matter.COMMITTEE, on: date | None = None) -> str:
        """The owners' assembly decides."""
        self.decisions.made[decision_id] = Resolution(matter, on or date(2026, 11, 23))
        return decision_id

    def read(self, case_id: str) -> dict[str, Any]:
        return dict(self.client.get(f"{self.estate}/conduct-cases/{case_id}", who=self.who("community")).json)

    def board(self, who: Any = None) -> list[dict[str, Any]]:
        return list(self.client.get(f"{self.estate}/conduct-board", who=who or self.who("owner 101")).json["items"])


@pytest.fixture
def conduct(client, container, clock, people, world, newcomer) -> Conduct:
    """The conduct of committee members at a fresh estate."""
    decisions = PaperDecisions()
    container.decisions = decisions
    return Conduct(client, container, clock, people, world, newcomer, decisions)
