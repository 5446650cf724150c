"""The ledger 我为群众办实事 (REP-17), with the figures of the text: 240 matters, 69,000 people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.practical_matters.rules import Matter, Solution, Totals, total, totals_below
from tests.world import People, SettableClock, World, build_world

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from tests.contract_client import ContractClient

DUE = {"title": "更换楼道灯", "responsible": "王经理", "due_on": "2026-12-31"}
SOLVED = {"solved_on": "2026-11-23", "people_reached": 332, "proof": "现场照片与居民签字"}


def matter(units: tuple[str, ...], people: int | None, due_on: date = date(2026, 11, 22)) -> Matter:
    opened = datetime(2026, 11, 1, tzinfo=UTC)
    solution = None if people is None else Solution(date(2026, 11, 20), people, "照片")
    return Matter("m", units, "t", "r", due_on, date(2026, 11, 1), "by", opened, "", solution=solution)


@pytest.mark.row("REP-17")
def test_totals_are_recomputed_by_district_from_the_records() -> None:
    today = date(2026, 11, 23)
    matters = [matter(("city", "平房区", "s1"), 300) for _ in range(230)]
    matters += [matter(("city", "道里区"), 0) for _ in range(10)]
    matters += [matter(("city", "道里区"), None), matter(("city",), None, today)]
    assert total(matters, today) == Totals(matters=242, solved=240, people_reached=69_000, overdue=1)
    below = totals_below(matters, ("city",), today)
    assert below["平房区"] == Totals(230, 230, 69_000, 0)
    assert below["道里区"] == Totals(11, 10, 0, 1)
    assert below["city"] == Totals(1, 0, 0, 0)


@pytest.mark.row("REP-17")
def test_a_matter_is_added_solved_once_and_counted_above(client: ContractClient, people: People, world: World) -> None:
    community, district = people.official(world.community), people.official(world.district)
    path = f"/v1/units/{world.community.id}/practical-matters"
    added = client.post(path, json=DUE, who=community, key="matter-key-1").get_json()
    assert client.post(path, json=DUE, who=community, key="matter-key-1").get_json() == added
    other = client.post(path, json={**DUE, "title": "修路"}, who=community, key="matter-key-1")
    assert (other.status_code, other.get_json()["code"]) == (409, "key_reused")
    solution = f"{path}/{added['id']}/solution"
    future = client.post(solution, json={**SOLVED, "solved_on": "2026-11-24"}, who=community)
    assert (future.status_code, future.get_json()["code"]) == (422, "solution_refused")
    solved = client.post(solution, json=SOLVED, who=community).get_json()
    assert (solved["solved"], solved["people_reached"]) == (True, 332)
    assert client.post(solution, json=SOLVED, who=community).get_json() == solved
    changed = client.post(solution, json={**SOLVED, "people_reached": 333}, who=community)
    assert (changed.status_code, changed.get_json()["code"]) == (409, "practical_matter_solved")
    totals = client.get(f"/v1/units/{world.district.id}/practical-matters/totals", who=district).get_json()
    expected = {"matters": 1, "solved": 1, "people_reached": 332, "overdue": 0}
    assert totals == {"whole": expected, "by_unit": {world.street.id: expected}}
    listed = client.get(f"/v1/units/{world.district.id}/practical-matters", who=district).get_json()["items"]
    assert [line["id"] for line in listed] == [added["id"]]


@pytest.mark.row("REP-17")
def test_the_estate_makes_a_matter_from_its_own_work_orders_only(
    client: ContractClient, container: Container, people: People, world: World, clock: SettableClock
) -> None:
    manager, resident = people.staff(world.estate), people.resident(world.estate)
    report: dict[str, Any] = {
        "kind": "repair", "category": "lighting", "text": "灯不亮", "place": {"kind": "common", "label": "大门"},
    }  # fmt: skip
    orders = f"/v1/estates/{world.estate.id}/work-orders"
    made = [client.post(orders, json=report, who=resident, key=f"order-key-{n}").get_json()["id"] for n in range(2)]
    path = f"/v1/estates/{world.estate.id}/practical-matters"
    added = client.post(path, json={**DUE, "order_ids": made}, who=manager, key="matter-key-2").get_json()
    assert (added["order_ids"], added["unit_id"]) == (made, world.community.id)
    unknown = client.post(path, json={**DUE, "order_ids": ["wo_none"]}, who=manager, key="matter-key-3")
    assert (unknown.status_code, unknown.get_json()["code"]) == (422, "orders_unknown")
    elsewhere = build_world(container)
    foreign = {**DUE, "estate_id": world.estate.id, "order_ids": made}
    refused = client.post(
        f"/v1/units/{elsewhere.community.id}/practical-matters", json=foreign,
        who=people.official(elsewhere.community), key="matter-key-4",
    )  # fmt: skip
    assert (refused.status_code, refused.get_json()["code"]) == (422, "orders_unknown")
    clock.advance(timedelta(days=1))
    solved = client.post(f"{path}/{added['id']}/solution", json=SOLVED, who=people.again(manager))
    assert solved.get_json()["solved"] is True
    assert len(client.get(path, who=people.again(manager)).get_json()["items"]) == 1
    assert client.get(path, who=people.again(resident)).status_code == 403
