"""Nobody in charge of an hour, a matter or a place is found, dated, and forgotten when closed (CARD-05)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from miniprogram_api.cards.face import Shift
from miniprogram_api.cards.store import CARD
from miniprogram_api.cards.week import WeekSpan
from miniprogram_api.container import Container
from miniprogram_api.estates.store import ESTATE
from miniprogram_api.gaps.rules import BuildingSeen, Check, Facts, Hours, Matter, compare, find_gaps
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import secret_token
from miniprogram_api.storage.transaction import Transaction
from tests.cards.wall import FiledContracts, Wall
from tests.contract_client import ContractClient
from tests.world import People, SettableClock, World, forget_walk

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHOLE = Facts(
    uncovered=(),
    matters=(Matter("lift", "电梯故障", Role.REPAIRER),),
    roles_present=frozenset({Role.REPAIRER, Role.MANAGER}),
    buildings=(BuildingSeen("b1", "1号楼", has_card=True),),
    has_leader=True,
)


@pytest.mark.row("CARD-05")
def test_an_estate_where_somebody_is_in_charge_of_everything_has_no_gap() -> None:
    assert find_gaps(WHOLE) == ()


@pytest.mark.row("CARD-05")
@pytest.mark.parametrize(
    ("broken", "check", "subject"),
    [
        (replace(WHOLE, uncovered=(Hours(0, 540, "周一 00:00 至 周一 09:00"),)), Check.TIME, "0-540"),
        (replace(WHOLE, roles_present=frozenset({Role.MANAGER})), Check.MATTER, "lift"),
        (replace(WHOLE, roles_present=frozenset({Role.REPAIRER})), Check.DESK, "desk"),
        (replace(WHOLE, buildings=(BuildingSeen("b1", "1号楼", has_card=False),)), Check.PLACE, "b1"),
        (replace(WHOLE, has_leader=False), Check.LEADER, "leader"),
    ],
)
def test_each_check_finds_its_gap_and_no_other(broken: Facts, check: Check, subject: str) -> None:
    (finding,) = find_gaps(broken)
    assert (finding.check, finding.subject) == (check, subject)


@pytest.mark.row("CARD-05")
def test_a_gap_keeps_its_age_is_closed_and_begins_anew_when_it_returns() -> None:
    findings = find_gaps(replace(WHOLE, has_leader=False))
    first = compare("est_1", ("city",), [], findings, NOW)
    (gap,) = first.opened
    later = compare("est_1", ("city",), [gap], findings, NOW + timedelta(days=3, hours=23))
    assert (later.opened, later.changed) == ((), ())
    assert later.open_now[0].age(NOW + timedelta(days=3, hours=23)) == 3
    closed = compare("est_1", ("city",), [gap], (), NOW + timedelta(days=4))
    ((_, ended),) = closed.changed
    assert ended.closed_at == NOW + timedelta(days=4)
    assert closed.open_now == ()
    ((_, again),) = compare("est_1", ("city",), [ended], findings, NOW + timedelta(days=9)).changed
    assert (again.since, again.closed_at) == (NOW + timedelta(days=9), None)


def checks(answer: Any) -> list[str]:
    return sorted(gap["check"] for gap in answer.get_json())


@pytest.mark.row("CARD-05")
def test_the_gap_list_of_an_estate_empties_as_people_roster_and_cards_arrive(
    client: ContractClient, world: World, people: People, container: Container, clock: SettableClock
) -> None:
    container.filings = FiledContracts()
    wall = Wall(container, world)
    (building,) = wall.build(1, 1, 1)
    path, community = f"/v1/estates/{world.estate.id}/gaps", people.official(world.community)
    bare = client.get(path, who=community)
    matters = len(container.work_order_categories.list_categories(world.estate.id))
    assert checks(bare) == sorted(["time", "desk", "place", "leader"] + ["matter"] * matters)
    wall.show()
    for role in (Role.MANAGER, Role.REPAIRER, Role.PATROLLER, Role.GUARD):
        people.staff(world.estate, role)
    assert checks(client.get(path, who=community)) == ["place"] + ["time"] * 6  # five nights, one of them to Monday
    container.cards.set_roster("acc_1", world.estate.id, (Shift("赵", "13800000003", WeekSpan(0, 10080)),), clock())
    container.card_issuing.make_batch("acc_1", world.estate.id, _grain(), (), "key-0001", clock())
    (card,) = container.table.all_of(CARD, f"ESTATE#{world.estate.id}#CARDS")
    for name in ("print", "issue"):
        (card,) = container.card_register.step_all("acc_1", [card], name, clock())
    assert checks(client.get(path, who=community)) == ["place"]
    client.get(f"/c/{card.token}")
    assert client.get(path, who=community).get_json() == []
    clock.advance(timedelta(days=2))
    container.card_register.step("acc_1", _current(container, card), "suspend", clock(), "装修")
    client.get(path, who=people.again(community))
    clock.advance(timedelta(days=3))
    (gap,) = client.get(path, who=people.again(community)).get_json()
    assert (gap["check"], gap["subject"], gap["age_days"]) == ("place", building.id, 3)


def _grain() -> Any:
    from miniprogram_api.cards.rules import Grain

    return Grain.BUILDING


def _current(container: Container, card: Any) -> Any:
    return container.card_register.access_card_by_id(card.estate_id, card.id)


@pytest.mark.row("CARD-05")
def test_officials_see_the_gaps_of_every_estate_below_them_and_of_no_other(
    client: ContractClient, world: World, people: People, container: Container, clock: SettableClock
) -> None:
    from tests.world import build_world

    elsewhere = build_world(container)
    sibling = replace(world.estate, id=f"{world.estate.id}b", locator=secret_token(6), units=world.district.path)
    act = Transaction("system", "test_setup", clock())
    act.add(ESTATE, sibling)
    container.table.commit(act)
    for one in (world, elsewhere, replace(world, estate=sibling)):
        Wall(container, one).show()
    forget_walk(container, "gaps")
    while container.gaps.sweep(clock()):
        pass
    both = {world.estate.id, sibling.id}
    for unit, seen in ((world.community, {world.estate.id}), (world.street, {world.estate.id}), (world.district, both)):
        listed = client.get(f"/v1/units/{unit.id}/gaps?limit=100", who=people.official(unit)).get_json()["items"]
        assert {gap["estate_id"] for gap in listed} == seen
    assert client.get(f"/v1/units/{elsewhere.street.id}/gaps", who=people.official(world.street)).status_code == 404


def test_the_hourly_round_rests_until_the_next_hour(container: Container, clock: SettableClock, world: World) -> None:
    Wall(container, world).show()
    forget_walk(container, "gaps")
    while container.gaps.sweep(clock()):
        pass
    assert container.gaps.sweep(clock() + timedelta(minutes=59)) == 0
    assert container.gaps.sweep(clock() + timedelta(minutes=60)) > 0
