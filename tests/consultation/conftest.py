"""An estate whose residents consult: everybody who has a say, and the road from a proposal to its rating."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.photos.rules import ContentType
from tests.photos.conftest import desk
from tests.world import Person

__all__ = ["desk"]

_keys = itertools.count(1)

PROPOSAL = {"title": "三号楼前加装路灯", "text": "夜里太黑，老人出行不便，建议加装两盏路灯。"}
SIGNERS = {"community": Role.COMMUNITY, "committee": Role.COMMITTEE, "company": Role.MANAGER}


class KnownBallots:
    """The ballots of one estate, written down by hand."""

    def __init__(self, titles: dict[tuple[str, str], str]) -> None:
        self.titles = titles

    def find_title(self, estate_id: str, ballot_id: str) -> str | None:
        return self.titles.get((estate_id, ballot_id))


@dataclass
class Consulting:
    """One estate's consultations over HTTP, each act under a fresh key unless one is given."""

    client: Any
    container: Any
    clock: Any
    people: Any
    world: Any
    persons: dict[str, Person] = field(default_factory=dict)

    @property
    def estate(self) -> str:
        return f"/v1/estates/{self.world.estate.id}"

    @property
    def path(self) -> str:
        return f"{self.estate}/consultations"

    def who(self, role: Role) -> Person:
        """The one person of a role, signed in again where time has passed."""
        if role.value not in self.persons:
            self.persons[role.value] = self.people.holding(role, self.world)
        return self.people.again(self.persons[role.value])

    def neighbour(self, number: int) -> Person:
        """The owner of room ``room_<number>``."""
        name = f"neighbour_{number}"
        if name not in self.persons:
            self.persons[name] = self.people.resident(self.world.estate, Role.OWNER, f"room_{number}")
        return self.people.again(self.persons[name])

    def photo(self, who: Person) -> str:
        """A photo that somebody may attach."""
        key = f"photo-key-{next(_keys)}"
        made, _ = self.container.photos.permit_upload(
            who.account_id, self.world.estate.id, ContentType.JPEG, 100, key, self.clock()
        )
        return str(made.id)

    def knows_ballot(self, ballot_id: str, title: str) -> None:
        """From now on the estate has this ballot, and no other."""
        self.container.consultation_steps._ballots = KnownBallots({(self.world.estate.id, ballot_id): title})

    def order(self, world: Any = None) -> str:
        """A work order about common parts, here or in another world."""
        estate = (world or self.world).estate
        body = {
            "kind": "repair",
            "category": "other",
            "text": "路灯不亮",
            "place": {"kind": "common", "label": "中心路"},
        }
        made = self.post(f"/v1/estates/{estate.id}/work-orders", body, self.people.staff(estate))
        assert made.status_code == 201, made.json
        return str(made.json["id"])

    def post(self, path: str, body: Any, who: Role | Person, key: str | None = None) -> Any:
        person = self.who(who) if isinstance(who, Role) else who
        return self.client.post(path, json=body, who=person, key=key or f"consult-key-{next(_keys):05d}")

    # The road

    def propose(self, who: Role | Person = Role.OWNER, key: str | None = None, **changed: Any) -> Any:
        return self.post(self.path, {**PROPOSAL, **changed}, who, key)

    def proposed(self) -> str:
        return str(self.propose().json["topic"]["id"])

    def support(self, topic_id: str, number: int, who: Person | None = None) -> Any:
        path = f"{self.path}/{topic_id}/supporters/room_{number}"
        return self.client.put(path, who=who or self.neighbour(number))

    def step(
        self, topic_id: str, step: str, body: Any, who: Role | Person = Role.COMMITTEE, key: str | None = None
    ) -> Any:
        return self.post(f"{self.path}/{topic_id}/{step}", body, who, key)

    def read(self, topic_id: str, who: Role | Person = Role.TENANT) -> dict[str, Any]:
        person = self.who(who) if isinstance(who, Role) else who
        return dict(self.client.get(f"{self.path}/{topic_id}", who=person).json)

    def discussing(self) -> str:
        """A topic in 议."""
        topic_id = self.proposed()
        assert self.step(topic_id, "take-up", {"reason": "多户来电反映"}).status_code == 200
        return topic_id

    def record(self, topic_id: str | None, who: Role = Role.COMMUNITY, key: str | None = None, **changed: Any) -> Any:
        body = {"kind": "discussion", "title": "路灯联议", "text": "三方商定位置与出资。", "held_on": "2026-11-23"}
        if topic_id is not None:
            body["consultation_id"] = topic_id
        return self.post(f"{self.estate}/joint-actions", {**body, **changed}, who, key)

    def sign(self, action_id: str, party: str, who: Person | None = None) -> Any:
        path = f"{self.estate}/joint-actions/{action_id}/signatures/{party}"
        return self.client.put(path, who=who or self.who(SIGNERS[party]))

    def discussed(self, topic_id: str) -> str:
        """A joint discussion about the topic with three signatures."""
        made = self.record(topic_id)
        assert made.status_code == 201, made.json
        action_id = str(made.json["action"]["id"])
        for party in SIGNERS:
            assert self.sign(action_id, party).status_code == 200
        return action_id

    def resolve(self, topic_id: str, action_id: str, key: str | None = None, **changed: Any) -> Any:
        body = {"resolution": "加装两盏路灯，物业施工", "joint_action_id": action_id, "responsible": {"name": "李工"}}
        return self.step(topic_id, "resolution", {**body, **changed}, Role.COMMITTEE, key)

    def handling(self) -> str:
        """A topic in 理."""
        topic_id = self.discussing()
        answer = self.resolve(topic_id, self.discussed(topic_id))
        assert answer.status_code == 200, answer.json
        return topic_id

    def task(self, topic_id: str, key: str | None = None, who: Role = Role.MANAGER, **changed: Any) -> Any:
        body = {"text": "采购并安装", "due_on": "2026-12-01", "responsible": {"name": "张师傅"}}
        return self.step(topic_id, "tasks", {**body, **changed}, who, key)

    def showing(self) -> str:
        """A topic in 晒."""
        topic_id = self.handling()
        task_id = self.task(topic_id).json["tasks"][0]["id"]
        self.step(topic_id, f"tasks/{task_id}/completion", {"note": "已装好"}, Role.MANAGER)
        assert self.step(topic_id, "completion", {"note": "全部完成"}, Role.MANAGER).json["topic"]["stage"] == "show"
        return topic_id

    def publish(self, topic_id: str, key: str | None = None, **changed: Any) -> Any:
        body = {"text": "两盏路灯已亮", "cost_fen": 358_050, **changed}
        if "photo_ids" not in body:
            body["photo_ids"] = [self.photo(self.who(Role.MANAGER))]
        return self.step(topic_id, "result", body, Role.MANAGER, key)

    def rating(self) -> str:
        """A topic in 评."""
        topic_id = self.showing()
        assert self.publish(topic_id).json["topic"]["stage"] == "rate"
        return topic_id

    def rate(self, topic_id: str, number: int, mark: int, who: Person | None = None) -> Any:
        path = f"{self.path}/{topic_id}/ratings/room_{number}"
        return self.client.put(path, json={"mark": mark}, who=who or self.neighbour(number))

    def wait(self, days: int = 0, seconds: int = 0) -> None:
        """Time passes, and the clock's job runs."""
        self.clock.advance(timedelta(days=days, seconds=seconds))
        self.container.consultation_sweep.sweep(self.clock())

    def stored(self, topic_id: str) -> Any:
        return self.container.consultations.access_topic_by_id(self.world.estate.id, topic_id)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@pytest.fixture
def consulting(client, container, clock, people, world) -> Consulting:
    """Consultations at a fresh estate with a committee in office."""
    made = Consulting(client, container, clock, people, world)
    made.who(Role.COMMITTEE)
    return made
