"""An estate with rooms and, if wanted, a committee in office, and everybody who has to do with its assembly."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from miniprogram_api.appointments.bodies import BodyKind
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import desk
from tests.world import Person

__all__ = ["desk"]

_keys = itertools.count(1)

AGENDA = [{"title": "听取年度工作报告"}, {"title": "讨论停车秩序", "text": "地面车位如何安排"}]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def once() -> str:
    return f"assembly-key-{next(_keys):05d}"


@dataclass
class KnownTitles:
    """Ballots or reports, by hand."""

    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def find_title(self, estate_id: str, identity: str) -> str | None:
        return self.titles.get((estate_id, identity))


@dataclass
class Hall:
    """One estate's assembly over HTTP."""

    client: Any
    container: Any
    clock: Any
    people: Any
    world: Any
    persons: dict[str, Person] = field(default_factory=dict)

    def who(self, role: Role, number: int = 1) -> Person:
        """One person of a role, signed in again where time has passed."""
        name = f"{role.value}{number}"
        if name not in self.persons:
            self.persons[name] = self.people.holding(role, self.world)
        return self.people.again(self.persons[name])

    @property
    def estate_id(self) -> str:
        return str(self.world.estate.id)

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.estate_id}/assemblies"

    @property
    def today(self) -> date:
        return date_of(self.clock())

    def committee(self, formed_on: date | None = None, years: int = 3) -> Any:
        """A committee in office."""
        begin = formed_on or date(2025, 6, 1)
        return self.container.committees.form(
            "acc_test",
            self.estate_id,
            BodyKind.OWNERS_COMMITTEE,
            "业主委员会",
            (begin, begin.replace(year=begin.year + years)),
            None,
            None,
            once(),
            self.clock(),
        )

    def rooms(self, *areas: int, building: str = "1号楼") -> list[str]:
        """A building with rooms of these areas in 0.01 m2."""
        now, made = self.clock(), []
        building_id = new_id("bld", now)
        act = Transaction("system", "test_setup", now)
        act.add(BUILDING, Building(building_id, self.estate_id, building))
        for number, area in enumerate(areas, start=1):
            room_id, label = new_id("room", now), f"{building}{number}01"
            order = f"{building}#{number:04d}"
            act.add(ROOM, Room(room_id, self.estate_id, building_id, "", f"{number}01", label, area, order))
            made.append(room_id)
        self.container.table.commit(act)
        return made

    # Acts

    def plan(self, days: int = 15, **changed: Any) -> dict[str, Any]:
        return {
            "title": "2026 年度业主大会",
            "form": "in_person",
            "place": "社区活动室",
            "held_on": (self.today + timedelta(days=days)).isoformat(),
            "time": "14:00",
            "agenda": AGENDA,
            **changed,
        }

    def draft(self, role: Role = Role.COMMITTEE, key: str | None = None, **changed: Any) -> Any:
        body = {"kind": "yearly", "convener": role.value, "plan": self.plan(), **changed}
        return self.client.post(self.path, json=body, who=self.who(role), key=key or once())

    def drafted(self, role: Role = Role.COMMITTEE, **changed: Any) -> str:
        answer = self.draft(role, **changed)
        assert answer.status_code == 201, answer.json
        return str(answer.json["session"]["id"])

    def step(
        self, session_id: str, step: str, body: Any = None, role: Role = Role.COMMITTEE, number: int = 1, **rest: Any
    ) -> Any:
        address = f"{self.path}/{session_id}/{step}"
        rest |= {} if body is None else {"json": body}
        return self.client.post(address, who=self.who(role, number), **rest)

    def call(self, session_id: str, role: Role = Role.COMMITTEE, **body: Any) -> Any:
        return self.step(session_id, "call", body, role)

    def correct(
        self, session_id: str, plan: Any, reason: str = "场地变更", key: str | None = None, role: Role = Role.COMMITTEE
    ) -> Any:
        return self.step(session_id, "corrections", {"plan": plan, "reason": reason}, role, key=key or once())

    def sign_in(
        self, session_id: str, room_id: str, name: str = "王小明", role: Role = Role.BUILDING_HEAD, **body: Any
    ) -> Any:
        path = f"{self.path}/{session_id}/attendance/{room_id}"
        return self.client.put(path, json={"name": name, **body}, who=self.who(role))

    def write(self, session_id: str, text: str = "到会业主听取了报告。", number: int = 1, **body: Any) -> Any:
        path = f"{self.path}/{session_id}/minutes"
        return self.client.put(path, json={"text": text, **body}, who=self.who(Role.COMMITTEE, number))

    def confirm(self, session_id: str, role: Role = Role.COMMITTEE, number: int = 2, version: int | None = None) -> Any:
        seen = self.read(session_id, Role.COMMUNITY)["session"]["version"] if version is None else version
        return self.step(session_id, "minutes/confirmation", {"version": seen}, role, number)

    def read(self, session_id: str, role: Role = Role.OWNER) -> dict[str, Any]:
        answer = self.client.get(f"{self.path}/{session_id}", who=self.who(role))
        assert answer.status_code == 200, answer.json
        return dict(answer.json)

    def stored(self, session_id: str) -> Any:
        return self.container.assemblies._store.find_session(self.estate_id, session_id)

    def wait(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))

    # Where a session stands

    def called(self, **changed: Any) -> str:
        """A session to which owners were called, by a committee in office."""
        if not self.container.committees.list_bodies(self.estate_id, 1, None).items:
            self.committee()
        session_id = self.drafted(**changed)
        answer = self.call(session_id)
        assert answer.status_code == 200, answer.json
        return session_id

    def held(self, *areas: int, **changed: Any) -> str:
        """A session that was held, with one room of each area."""
        session_id = self.called(**changed)
        rooms = self.rooms(*(areas or (8653,)))
        self.wait(15)
        for room_id in rooms:
            assert self.sign_in(session_id, room_id).status_code == 200
        answer = self.step(session_id, "holding")
        assert answer.status_code == 200, answer.json
        return session_id


@pytest.fixture
def ballots(container) -> KnownTitles:
    """The ballots that agendas can link."""
    known = KnownTitles()
    container.assemblies._ballots = known
    return known


@pytest.fixture
def reports(container) -> KnownTitles:
    """The reports that agendas can link."""
    known = KnownTitles()
    container.assemblies._reports = known
    return known


@pytest.fixture
def hall(client, container, clock, people, world) -> Hall:
    """The assembly of a fresh estate."""
    return Hall(client, container, clock, people, world)
