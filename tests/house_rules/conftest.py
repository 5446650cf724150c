"""An estate that gives itself rules: who writes, who confirms, who reads; decisions of the owners to rest on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.decisions.decision import BallotQuestion, Decision, Maker, Mark, Minutes
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import desk
from tests.world import Person

if TYPE_CHECKING:
    from datetime import date

__all__ = ["desk"]

_keys = itertools.count(1)

CLAUSES = [
    {"number": "第一条", "title": "目的", "text": "为规范业主大会议事，制定本规则。"},
    {"number": "第二条", "title": "通知", "text": "召开会议提前二十日通知全体业主。"},
    {"number": "第三条", "title": "选聘", "text": "选聘物业服务企业须经三分之二以上同意。"},
]
TERMS = {
    "notice_days": 20,
    "approvals": [{"matter": "manager", "numerator": 2, "denominator": 3, "included": True}],
    "clauses": {"notice_days": "第二条", "approvals": "第三条"},
}
RULES = {"title": "道路队小区业主大会议事规则", "clauses": CLAUSES, "terms": TERMS}
COVENANT = {
    "title": "道路队小区管理规约",
    "clauses": [{"number": "第一条", "title": "效力", "text": "本规约对全体业主有约束力。"}],
}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@dataclass
class House:
    """One estate's rules over HTTP."""

    client: Any
    container: Any
    clock: Any
    people: Any
    world: Any
    persons: dict[str, Person] = field(default_factory=dict)

    def who(self, role: Role) -> Person:
        """The one person of a role, signed in again where time has passed."""
        if role.value not in self.persons:
            self.persons[role.value] = self.people.holding(role, self.world)
        return self.people.again(self.persons[role.value])

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.world.estate.id}/house-rules"

    def draft(
        self,
        text: Any = RULES,
        kind: str = "rules",
        role: Role = Role.COMMITTEE,
        key: str | None = None,
        **changed: Any,
    ) -> Any:
        body = {"kind": kind, "text": {**text, **changed}}
        return self.client.post(self.path, json=body, who=self.who(role), key=key or f"rules-key-{next(_keys):04d}")

    def drafted(self, *args: Any, **rest: Any) -> str:
        answer = self.draft(*args, **rest)
        assert answer.status_code == 201, answer.json
        return str(answer.json["document"]["id"])

    def step(self, document_id: str, step: str, body: Any, role: Role = Role.COMMITTEE) -> Any:
        return self.client.post(f"{self.path}/{document_id}/{step}", json=body, who=self.who(role))

    def edit(self, document_id: str, version: int, role: Role = Role.COMMITTEE, **changed: Any) -> Any:
        body = {"version": version, "text": {**RULES, **changed}}
        return self.client.put(f"{self.path}/{document_id}", json=body, who=self.who(role))

    def read(self, document_id: str, role: Role = Role.OWNER) -> Any:
        return self.client.get(f"{self.path}/{document_id}", who=self.who(role))

    def listed(self, role: Role = Role.OWNER) -> list[tuple[str, str, int | None]]:
        items = self.client.get(self.path, who=self.who(role)).json["items"]
        return [(one["kind"], one["state"], one.get("number")) for one in items]

    def in_force(self, role: Role = Role.OWNER) -> dict[str, Any]:
        return dict(self.client.get(f"{self.path}/in-force", who=self.who(role)).json)

    def decided(self, matter: Matter = Matter.RULES, on: date | None = None, **changed: Any) -> str:
        """What the owners decided, as a published ballot enters it into the register."""
        now = self.clock()
        decision = Decision(
            id=new_id("dec", now),
            estate_id=self.world.estate.id,
            maker=Maker.ASSEMBLY,
            matter=matter,
            title="通过议事规则",
            text="同意",
            decided_on=on or now.date(),
            recorded=Mark("system", "系统", now),
            ballot=BallotQuestion(new_id("bal", now), 1),
        )
        if changed.get("maker") is Maker.COMMITTEE:
            changed |= {"ballot": None, "minutes": Minutes("会议记录", ())}
        decision = replace(decision, **changed)
        act = Transaction("system", "test_setup", now)
        self.container.decisions.add(act, decision)
        self.container.table.commit(act)
        return decision.id

    def rescind(self, decision_id: str) -> None:
        body = {"ground": {"kind": "law", "clause": "民法典第二百七十八条"}, "reason": "表决程序违法"}
        path = f"/v1/estates/{self.world.estate.id}/decisions/{decision_id}/rescission"
        answer = self.client.post(path, json=body, who=self.who(Role.STREET))
        assert answer.status_code == 200, answer.json

    def adopted(self, **changed: Any) -> str:
        """Rules of procedure in force by a vote."""
        document_id = self.drafted(**changed)
        answer = self.step(document_id, "adoption", {"decision_id": self.decided()})
        assert answer.status_code == 200, answer.json
        return document_id


@pytest.fixture
def house(client, container, clock, people, world) -> House:
    """The rules of a fresh estate."""
    return House(client, container, clock, people, world)
