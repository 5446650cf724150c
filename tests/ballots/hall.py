"""An estate that votes: rooms with areas and owners, those who run a ballot, and a ballot's whole way over HTTP."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ESTATE, ROOM
from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation
from miniprogram_api.households.store import OCCUPANCY
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.exclusive_part import RoomUse
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction
from tests.contract_client import ContractClient
from tests.payments.house import WorkList
from tests.world import People, Person, SettableClock, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


YES, NO, ABSTAIN = [["yes"]], [["no"]], [["abstain"]]
_keys = itertools.count(1)


def key() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"Idempotency-Key": f"ballot-test-{next(_keys):06d}"}


@dataclass
class Hall:
    """The estate and everybody in it. ``queue`` holds the ballot office's work nobody has done yet."""

    container: Container
    client: ContractClient
    clock: SettableClock
    world: World
    people: People
    queue: WorkList
    rooms: dict[str, Room] = field(default_factory=dict)
    owners: dict[str, Person] = field(default_factory=dict)
    _staff: dict[str, Person] = field(default_factory=dict)

    @property
    def estate_id(self) -> str:
        return self.world.estate.id

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.estate_id}/ballots"

    # The estate

    def building(self, name: str = "1号楼") -> Building:
        building = Building(f"bld_{name[0]}", self.estate_id, name, ("1单元", "2单元"))
        act = Transaction("system", "test_setup", self.clock())
        act.add(BUILDING, building)
        self.container.table.commit(act)
        return building

    def add_rooms(self, areas: Mapping[str, int], building_id: str = "bld_1", **facts: Any) -> None:
        """Rooms by number with their areas in 0.01 m2; ``facts`` are the same for all."""
        for number, area in areas.items():
            room = Room(
                id=new_id("room", self.clock()),
                estate_id=self.estate_id,
                building_id=building_id,
                entrance=facts.get("entrance", "1单元"),
                number=number,
                label=f"{building_id[-1]}号楼{number}",
                area=area,
                order=f"01#{number:>5}",
                **{name: value for name, value in facts.items() if name != "entrance"},
            )
            act = Transaction("system", "test_setup", self.clock())
            act.add(ROOM, room)
            self.container.table.commit(act)
            self.rooms[number] = room

    def name_owner(self, number: str, names: Sequence[str], phones: Sequence[str]) -> None:
        """Write owners into the register, as an import of the roster would."""
        room, sealer = self.rooms[number], self.container.sealer
        named = replace(
            room,
            owner_name=sealer.seal("、".join(names), "name"),
            owner_phone=sealer.seal("、".join(phones), "phone"),
            owner_phone_indexes=tuple(sealer.index(phone, "phone") for phone in phones),
        )
        act = Transaction("system", "test_setup", self.clock())
        self.rooms[number] = act.change(ROOM, room, named)
        self.container.table.commit(act)

    def bind(self, *numbers: str, relation: Relation = Relation.OWNER) -> Person:
        """Somebody bound to rooms; the first to a room is kept as its owner."""
        scope = Scope(ScopeKind.ESTATE, self.estate_id)
        role = Role(relation.value)
        grants = [Grant(new_id("grant", self.clock()), role, scope, room_id=self.rooms[one].id) for one in numbers]
        person = self.people.with_grants(*grants)
        for number in numbers:
            room = self.rooms[number]
            bound = Occupancy(
                self.estate_id,
                room.id,
                person.account_id,
                relation,
                self.clock(),
                "测试小区",
                room.label,
                state=OccupancyState.LIVE,
            )
            act = Transaction("system", "test_setup", self.clock())
            act.add(OCCUPANCY, bound)
            self.container.table.commit(act)
            self.owners.setdefault(number, person)
        return person

    def settle(self, areas: Mapping[str, int]) -> None:
        """One building with so many rooms, each with one owner of its own."""
        self.building()
        self.add_rooms(areas)
        for number in areas:
            self.bind(number)
        self.count_households()

    def count_households(self) -> None:
        estate = self.container.estates.get_estate(self.estate_id)
        act = Transaction("system", "test_setup", self.clock())
        act.change(ESTATE, estate, replace(estate, households=len(self.rooms)))
        self.container.table.commit(act)

    def someone(self, role: Role, number: int = 1) -> Person:
        """A person of a role; the same one each time for the same number."""
        name = f"{role}{number}"
        if name not in self._staff:
            self._staff[name] = self.people.holding(role, self.world)
        return self._staff[name]

    @property
    def drafter(self) -> Person:
        return self.someone(Role.COMMITTEE)

    @property
    def community(self) -> Person:
        return self.someone(Role.COMMUNITY)

    # HTTP

    def call(self, method: str, path: str, who: Person, status: int = 200, **how: Any) -> Any:
        who = self.people.again(who)
        headers = {**who.headers, **how.pop("headers", {})}
        answer = self.client.open(method, path, headers=headers, **how)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    def get(self, path: str, who: Person, status: int = 200, **how: Any) -> Any:
        return self.call("GET", path, who, status, **how)

    def post(
        self, path: str, who: Person, status: int = 200, headers: Mapping[str, str] | None = None, **body: Any
    ) -> Any:
        return self.call("POST", path, who, status, json=body, headers={**key(), **(headers or {})})

    # A ballot's way

    def draft(self, kind: str = "assembly", questions: Sequence[Mapping[str, Any]] | None = None, **more: Any) -> str:
        questions = questions or [{"title": "是否同意解聘现物业公司", "form": "approve", "matter": "manager"}]
        body = {"kind": kind, "title": "关于物业服务的表决", "text": "详见附件", "questions": list(questions), **more}
        return str(self.post(self.path, self.drafter, 201, **body)["id"])

    def work(self, now: datetime | None = None) -> list[str]:
        """The ballot office does everything that waits."""
        done = []
        while self.queue.waiting:
            done.append(self.container.ballot_work.do(self.queue.waiting.pop(0), now or self.clock()))
        return done

    def freeze(self, ballot_id: str) -> dict[str, Any]:
        ballot = f"{self.path}/{ballot_id}"
        self.post(f"{ballot}/submission", self.drafter)
        self.post(f"{ballot}/approval", self.community)
        self.work()
        return dict(self.get(ballot, self.drafter))

    def announce(self, ballot_id: str, days: int = 7) -> dict[str, Any]:
        """Announce with the least notice, for a vote of so many days."""
        opens = self.clock() + timedelta(days=15)
        times = {"opens_at": opens.isoformat(), "closes_at": (opens + timedelta(days=days)).isoformat()}
        return dict(self.post(f"{self.path}/{ballot_id}/announcement", self.drafter, **times))

    def opened(self, kind: str = "assembly", questions: Sequence[Mapping[str, Any]] | None = None, **more: Any) -> str:
        """A ballot that takes votes now."""
        ballot_id = self.draft(kind, questions, **more)
        assert self.freeze(ballot_id)["state"] == "frozen"
        self.announce(ballot_id)
        self.clock.advance(timedelta(days=15, minutes=1))
        self.container.ballot_clock.sweep(self.clock())
        return ballot_id

    def vote(
        self, ballot_id: str, number: str, choices: Any = YES, who: Person | None = None, status: int = 201, **more: Any
    ) -> Any:
        room = self.rooms[number]
        path = f"{self.path}/{ballot_id}/rooms/{room.id}/vote"
        return self.post(path, who or self.owners[number], status, choices=choices, **more)

    def close(self, ballot_id: str) -> dict[str, Any]:
        """Let the time run out and have it counted."""
        shown = self.get(f"{self.path}/{ballot_id}", self.drafter)
        self.clock.set(datetime.fromisoformat(shown["closes_at"]))
        self.container.ballot_clock.sweep(self.clock())
        self.work()
        return dict(self.get(f"{self.path}/{ballot_id}", self.drafter))

    def publish(self, ballot_id: str) -> dict[str, Any]:
        """Certify after the time for objections, and publish."""
        shown = self.get(f"{self.path}/{ballot_id}", self.drafter)
        self.clock.set(datetime.fromisoformat(shown["objections_until"]))
        self.post(f"{self.path}/{ballot_id}/certification", self.community)
        return dict(self.post(f"{self.path}/{ballot_id}/publication", self.community))

    def adopt_rules(self, **terms: Any) -> None:
        """The owners give themselves rules of procedure: a draft, a vote of all on it, its adoption by that vote."""
        self.adopt_rules_without(**terms)

    def adopt_rules_without(self, *silent: str, **terms: Any) -> None:
        """The same, without the votes of some rooms."""
        clauses = [{"number": "第一条", "title": "表决", "text": "本小区表决规则如下。"}]
        cited = {**terms, "clauses": dict.fromkeys(terms, "第一条")}
        text = {"title": "业主大会议事规则", "clauses": clauses, "terms": cited}
        base = f"/v1/estates/{self.estate_id}/house-rules"
        document = self.post(base, self.drafter, 201, kind="rules", text=text)["document"]["id"]
        ballot_id = self.opened("assembly", [{"title": "是否通过议事规则", "form": "approve", "matter": "rules"}])
        for number in self.owners.keys() - set(silent):
            self.vote(ballot_id, number)
        self.close(ballot_id)
        self.publish(ballot_id)
        (decided,) = self.get(f"/v1/estates/{self.estate_id}/decisions", self.drafter)["items"]
        self.post(f"{base}/{document}/adoption", self.drafter, decision_id=decided["id"])

    def bundle(self, ballot_id: str) -> bytes:
        ballot = self.container.ballots.get_ballot(self.estate_id, ballot_id)
        assert ballot.bundle is not None
        return self.container.media.read(ballot.bundle.key)


def content(bundle: bytes) -> dict[str, Any]:
    """What a file of proof says."""
    return dict(json.loads(bundle))


PARKING = RoomUse.PARKING
