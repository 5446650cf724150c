"""An estate whose decisions the street watches: the office of the common money, owners online and not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.decisions.decision import DecisionState
from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation
from miniprogram_api.households.store import OCCUPANCY
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage.transaction import Transaction
from tests.funds.conftest import Office, once
from tests.photos.conftest import desk
from tests.world import build_world

if TYPE_CHECKING:
    from tests.world import Person

__all__ = ["desk"]

LAW = {"kind": "law", "clause": "民法典第二百七十八条"}
RESCISSION = {"ground": LAW, "reason": "未达到法定表决比例"}
ORDER = {"ground": {"kind": "covenant", "clause": "管理规约第十二条"}, "text": "请重新公示报价", "due_on": "2026-12-01"}


@dataclass
class Hall:
    """Acts on the decisions of one estate, each person in their own part."""

    office: Office
    desk: Any

    def __post_init__(self) -> None:
        people, world = self.office.people, self.office.world
        self.street, self.community = people.official(world.street), people.official(world.community)
        self.chair = self.office.chair

    def again(self) -> None:
        self.office.again()
        for name in ("street", "community", "chair"):
            setattr(self, name, self.office.people.again(getattr(self, name)))

    def get(self, path: str, who: Person) -> Any:
        return self.office.get(f"/decisions{path}", who)

    def post(self, path: str, who: Person, **body: Any) -> Any:
        return self.office.post(f"/decisions{path}", who, **body)

    def photo(self, who: Person | None = None) -> str:
        return self.office.photo(self.desk, who or self.chair)

    def record(self, who: Person | None = None, key: str | None = None, **changed: Any) -> Any:
        """A committee hands in what it decided."""
        body = {
            "matter": "other",
            "title": "更换单元门锁",
            "text": "更换 1 号楼单元门锁，选用友协五金",
            "decided_on": "2026-11-22",
            "minutes": "五名委员到会，四名同意",
            **changed,
        }
        body.setdefault("photo_ids", [self.photo(who)])
        return self.office.post("/decisions", who or self.chair, key or once(), **body)

    def rescind(self, decision: str, **changed: Any) -> Any:
        return self.post(f"/{decision}/rescission", self.street, **{**RESCISSION, **changed})

    def order(self, decision: str, **changed: Any) -> Any:
        return self.post(f"/{decision}/order", self.street, **{**ORDER, **changed})

    def answer(self, decision: str, text: str = "已重新公示三家报价", **changed: Any) -> Any:
        return self.post(f"/{decision}/correction", changed.pop("who", self.chair), text=text, **changed)

    def confirm(self, decision: str, **changed: Any) -> Any:
        version = self.office.container.decisions.find(self.office.estate_id, decision).version
        return self.post(f"/{decision}/confirmation", self.street, **{"version": version, **changed})

    def bind(self, room: str, who: Person, relation: Relation = Relation.OWNER, live: bool = True) -> None:
        """Bind somebody to a room, or let them ask to be."""
        state = OccupancyState.LIVE if live else OccupancyState.WAITING
        one = Occupancy(self.office.estate_id, room, who.account_id, relation, self.office.clock(), "", room, state)
        self.office._write(OCCUPANCY, one)

    def bring(self, decision: str, event: DecisionState = DecisionState.RESCINDED) -> Any:
        """Let the clock's job run until the circular has come to every room; other tests left some too."""
        circulars, now = self.office.container.decision_circulars, self.office.clock()
        for _ in range(60):
            circular = circulars.find(self.office.estate_id, decision, event)
            if circular is None or circular.complete:
                return circular
            circulars.sweep(now)
        raise AssertionError("the circular did not come to its end")


@pytest.fixture
def office(client, container, people, world, clock) -> Office:
    return Office(client, container, people, world, clock)


@pytest.fixture
def hall(office, desk) -> Hall:
    return Hall(office, desk)


def community_alone(hall: Hall, container) -> Hall:
    """The same in an estate without a committee."""
    office = hall.office
    alone = Office(office.client, container, office.people, build_world(container), office.clock, Role.BUILDING_HEAD)
    return Hall(alone, hall.desk)


def committed(container, kind: Any, before: Any, after: Any) -> None:
    act = Transaction("system", "test_setup", container.clock())
    act.change(kind, before, after)
    container.table.commit(act)
