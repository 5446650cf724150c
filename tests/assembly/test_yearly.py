"""A year without a yearly session is seen, and told once from 1 December (VOT-24)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from miniprogram_api.assembly.notices import missing_notices
from miniprogram_api.assembly.store import MISSING
from miniprogram_api.cards.face import Face
from miniprogram_api.cards.store import FACE
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import assembly_keys
from miniprogram_api.storage.transaction import Transaction
from tests.neighbours import at_once
from tests.world import forget_walk

pytestmark = pytest.mark.row("VOT-24")

DECEMBER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""1 December 2026, 0:00 in China."""


@pytest.fixture(autouse=True)
def fresh_walk(container):
    """The look at all estates begins anew for each test."""
    forget_walk(container, "yearly_assemblies")


@pytest.fixture
def faced(hall, container, world, monkeypatch):
    """The estate is the only one that jobs visit."""
    face = Face(world.estate.id, world.estate.locator, world.estate.name, "友协社区", "0451-12345")
    act = Transaction("system", "test_setup", container.clock())
    act.add(FACE, face)
    container.table.commit(act)

    class OneEstate:
        def list_faces(self, after, limit):
            return [] if after else [face]

    monkeypatch.setattr(container.yearly_assemblies, "_every", OneEstate())
    return hall


def yearly(hall, role: Role = Role.COMMITTEE):
    path = f"/v1/estates/{hall.estate_id}/yearly-assembly"
    return hall.client.get(path, who=hall.who(role)).json


def noticed(hall, year: int = 2026):
    return hall.container.table.find(MISSING, assembly_keys.assembly_missing(hall.estate_id, year))


def test_committee_community_and_street_see_whether_the_yearly_session_was_held(hall) -> None:
    nothing = yearly(hall)
    assert (nothing["this_year"]["due"], nothing["this_year"]["missing"]) == (False, False), "no committee, none due"
    hall.committee()
    for role in (Role.COMMITTEE, Role.COMMUNITY, Role.STREET):
        seen = yearly(hall, role)
        assert [(seen[name]["year"], seen[name]["missing"]) for name in ("this_year", "last_year")] == [
            (2026, True),
            (2025, True),
        ]
    session_id = hall.called()
    seen = yearly(hall)["this_year"]
    assert (seen["missing"], seen["called_id"]) == (True, session_id), "called is not held"
    room = hall.rooms(8653)[0]
    hall.wait(15)
    hall.sign_in(session_id, room)
    hall.step(session_id, "holding")
    seen = yearly(hall)["this_year"]
    assert (seen["missing"], seen["held_id"]) == (False, session_id)
    hall.clock.set(datetime(2027, 2, 1, tzinfo=UTC))
    seen = yearly(hall)
    assert (seen["this_year"]["missing"], seen["last_year"]["held_id"]) == (True, session_id)


def test_an_interim_session_is_no_yearly_one(hall) -> None:
    hall.held(kind="interim", trigger={"reason": "other", "text": "电梯停运"})
    assert yearly(hall)["this_year"]["missing"] is True


def test_no_session_is_due_of_a_year_in_which_no_committee_sat(hall) -> None:
    hall.committee(date(2026, 3, 1))
    seen = yearly(hall)
    assert (seen["this_year"]["due"], seen["last_year"]["due"]) == (True, False)


def test_from_december_the_missing_session_is_told_once(faced, container) -> None:
    faced.committee()
    faced.clock.set(DECEMBER - timedelta(seconds=1))
    container.yearly_assemblies.sweep(faced.clock())
    assert noticed(faced) is None
    faced.clock.set(DECEMBER)
    assert container.yearly_assemblies.sweep(faced.clock()) == 1, "the estate was looked at"
    missing = noticed(faced)
    [notice] = missing_notices(None, missing)
    assert notice.to.roles == {Role.COMMITTEE, Role.COMMUNITY, Role.STREET}
    assert "2026 年还没有召开" in notice.text
    assert missing_notices(missing, missing) == ()
    faced.clock.advance(timedelta(days=3))
    assert container.yearly_assemblies.sweep(faced.clock()) == 0, "once a year"
    forget_walk(container, "yearly_assemblies")
    container.yearly_assemblies.sweep(faced.clock())
    assert noticed(faced) == missing, "told once"
    faced.clock.set(DECEMBER.replace(year=2027))
    container.yearly_assemblies.sweep(faced.clock())
    assert noticed(faced, 2027) is not None, "the next year is another"


@pytest.mark.parametrize("arranged", ["none", "held", "called"])
def test_nobody_is_told_where_none_is_due_or_one_is_under_way(faced, container, arranged) -> None:
    if arranged != "none":
        faced.held() if arranged == "held" else faced.called(plan=faced.plan(30))
    faced.clock.set(DECEMBER + timedelta(days=8))
    container.yearly_assemblies.sweep(faced.clock())
    assert noticed(faced) is None


def test_two_runs_at_once_are_content_with_one_notice(faced, container) -> None:
    faced.committee()
    faced.clock.set(DECEMBER)
    at_once(*[lambda: container.yearly_assemblies.sweep(faced.clock())] * 2)
    assert noticed(faced) is not None
