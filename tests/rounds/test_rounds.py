"""The mobile team: planned, seen on the cards, checked in by scanning, or missed (CARD-08)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from miniprogram_api.cards.rules import CardState
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from miniprogram_api.rounds.notices import notices
from miniprogram_api.rounds.rules import Visit, VisitState, next_of
from tests.cards.wall import Wall
from tests.contract_client import ContractClient
from tests.world import People, Person, SettableClock, build_world, keep_photo

TODAY = "2026-11-23"  # the Monday the clock stands on, 10:00


@pytest.fixture
def wall(container: Container) -> Wall:
    hung = Wall(container, build_world(container))
    hung.show()
    return hung


@pytest.fixture
def team(client: ContractClient, wall: Wall, people: People) -> str:
    body = {
        "name": "流动一队",
        "phone": "0451-86000001",
        "members": [{"account_id": "acc_zhang", "name": "张师傅"}],
        "estate_ids": [wall.world.estate.id],
    }
    admin, path = people.company_admin(wall.world.company), f"/v1/companies/{wall.world.company.id}/round-teams"
    made = client.post(path, json=body, who=admin, key="team-0001")
    assert made.status_code == 201
    assert client.post(path, json=body, who=admin, key="team-0001").get_json() == made.get_json()
    return str(made.get_json()["id"])


def plan(client: ContractClient, wall: Wall, who: Person, team: str, **changes: Any) -> Any:
    body = {
        "team_id": team,
        "visit_on": TODAY,
        "from_minute": 840,
        "to_minute": 960,
        "purpose": "清理楼道杂物",
        "tasks": ["清楼道", "查路灯"],
    } | changes
    key = changes.pop("key", f"visit-{body['visit_on']}-{body['from_minute']}")
    body.pop("key", None)
    return client.post(f"/v1/estates/{wall.world.estate.id}/visits", json=body, who=who, key=key)


@pytest.mark.row("CARD-08")
def test_residents_see_the_next_visit_on_the_card_as_plans_change(
    client: ContractClient, wall: Wall, people: People, team: str
) -> None:
    manager, token = people.staff(wall.world.estate), wall.hang().token

    def shown() -> Any:
        return client.get(f"/c/{token}").get_json()["card"].get("next_visit")

    assert shown() is None
    plan(client, wall, manager, team, visit_on="2026-11-30")
    assert shown()["visit_on"] == "2026-11-30"
    (sooner,) = plan(client, wall, manager, team, visit_on="2026-11-25").get_json()
    assert shown()["visit_on"] == "2026-11-25"
    path = f"/v1/estates/{wall.world.estate.id}/visits/{sooner['id']}"
    client.post(f"{path}/cancellation", json={"reason": "下大雪"}, who=manager)
    assert shown()["visit_on"] == "2026-11-30"
    page = client.get(f"/c/{token}", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "11月30日 14:00-16:00" in page


@pytest.mark.row("CARD-08")
def test_a_visit_from_check_in_to_the_end(
    client: ContractClient, wall: Wall, people: People, team: str, container: Container
) -> None:
    manager, worker = people.staff(wall.world.estate), people.staff(wall.world.estate, Role.REPAIRER)
    here = f"/v1/estates/{wall.world.estate.id}/round-teams"
    assert [one["id"] for one in client.get(here, who=manager).get_json()] == [team]
    assert client.get(here, who=worker).status_code == 403
    (visit,) = plan(client, wall, manager, team).get_json()
    path, card = f"/v1/estates/{wall.world.estate.id}/visits/{visit['id']}", wall.hang()
    early = client.post(f"{path}/tasks/1/completion", json={}, who=worker)
    assert early.get_json()["code"] == "illegal_transition"
    here = client.post(f"{path}/check-in", json={"card_token": card.token}, who=worker).get_json()
    assert (here["state"], here["checked_in_at"]) == ("checked_in", "2026-11-23T02:00:00Z")
    photo = keep_photo(container, wall.world.estate.id, worker)
    for _ in range(2):
        said = {"note": "已清理", "photo_ids": [photo]}
        done = client.post(f"{path}/tasks/1/completion", json=said, who=worker).get_json()
        assert [task["done"] for task in done["tasks"]] == [True, False]
    resident = people.resident(wall.world.estate)
    assert [one["id"] for one in client.get(f"{path}/photos", who=resident).get_json()] == [photo]
    assert client.get(f"{path}/photos", who=people.stranger()).status_code == 404
    for number in ("0", "3", "x"):
        assert client.post(f"{path}/tasks/{number}/completion", json={}, who=worker).status_code == 404
    ended = client.post(f"{path}/completion", json={"summary": "楼道已清"}, who=worker).get_json()
    assert ended["state"] == "completed"
    stored = container.rounds.access_visit_by_id(wall.world.estate.id, visit["id"])
    assert (stored.checked_in_by, stored.card_id) == (worker.account_id, card.id)


@pytest.mark.row("CARD-08")
def test_check_in_needs_a_living_card_of_this_very_estate_on_the_day(
    client: ContractClient, wall: Wall, people: People, team: str, container: Container, clock: SettableClock
) -> None:
    manager = people.staff(wall.world.estate)
    (visit,) = plan(client, wall, manager, team, visit_on="2026-11-24").get_json()
    path = f"/v1/estates/{wall.world.estate.id}/visits/{visit['id']}/check-in"
    elsewhere = Wall(container, build_world(container))
    elsewhere.show()
    here = wall.hang().token
    assert client.post(path, json={"card_token": here}, who=manager).get_json()["code"] == "visit_not_today"
    clock.advance(timedelta(days=1))
    manager = people.again(manager)
    foreign = client.post(path, json={"card_token": elsewhere.hang().token}, who=manager)
    assert foreign.get_json()["code"] == "card_of_elsewhere"
    dead = client.post(path, json={"card_token": wall.hang(CardState.REVOKED).token}, who=manager)
    assert dead.get_json()["code"] == "card_unknown"
    assert client.post(path, json={"card_token": here}, who=manager).status_code == 200
    resident = people.resident(wall.world.estate)
    assert client.post(path, json={"card_token": here}, who=resident).status_code == 403


@pytest.mark.row("CARD-08")
def test_a_visit_without_check_in_is_missed_when_its_day_is_over(
    client: ContractClient, wall: Wall, people: People, team: str, container: Container, clock: SettableClock
) -> None:
    manager = people.staff(wall.world.estate)
    first, second = plan(client, wall, manager, team, weeks=2).get_json()
    clock.set(datetime(2026, 11, 23, 15, 59, tzinfo=UTC))  # Monday 23:59
    container.rounds.sweep(clock())
    assert container.rounds.access_visit_by_id(wall.world.estate.id, first["id"]).state is VisitState.PLANNED
    clock.set(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    container.rounds.sweep(clock())
    assert container.rounds.access_visit_by_id(wall.world.estate.id, first["id"]).state is VisitState.MISSED
    assert container.rounds.access_visit_by_id(wall.world.estate.id, second["id"]).state is VisitState.PLANNED
    face = container.cards.face_of(wall.world.estate)
    assert face is not None
    assert face.next_visit is not None
    assert face.next_visit.visit_id == second["id"]


def test_a_repeated_plan_is_one_plan_and_a_foreign_team_is_refused(
    client: ContractClient, wall: Wall, people: People, team: str
) -> None:
    manager = people.staff(wall.world.estate)
    first = plan(client, wall, manager, team, weeks=3).get_json()
    assert [visit["visit_on"] for visit in first] == ["2026-11-23", "2026-11-30", "2026-12-07"]
    assert plan(client, wall, manager, team, weeks=3).get_json() == first
    listed = client.get(f"/v1/estates/{wall.world.estate.id}/visits", who=people.resident(wall.world.estate)).get_json()
    assert [visit["visit_on"] for visit in listed["items"]] == ["2026-12-07", "2026-11-30", "2026-11-23"]
    assert plan(client, wall, manager, "team_of_others", visit_on="2026-11-26").status_code == 404
    past = plan(client, wall, manager, team, visit_on="2026-11-22")
    assert past.get_json()["code"] == "visit_time_refused"
    admin = people.company_admin(wall.world.company)
    calendar = client.get(
        f"/v1/companies/{wall.world.company.id}/visits?first=2026-11-24&last=2026-11-30", who=admin
    ).get_json()
    assert [entry["visit"]["visit_on"] for entry in calendar["items"]] == ["2026-11-30"]


def test_a_team_serves_only_estates_under_contract_with_its_company(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    foreign = build_world(container).estate
    body = {
        "name": "二队",
        "phone": "0451-86000001",
        "members": [{"account_id": "a", "name": "b"}],
        "estate_ids": [foreign.id],
    }
    path = f"/v1/companies/{wall.world.company.id}/round-teams"
    refused = client.post(path, json=body, who=people.company_admin(wall.world.company), key="team-0002")
    assert refused.get_json()["code"] == "estate_not_on_round"


def a_visit(day: int, start: int, end: int, state: VisitState = VisitState.PLANNED) -> Visit:
    on = date(2026, 11, day)
    return Visit(
        f"visit_{day}_{start}", "est", "cmp", "team", "一队", ("acc_1",), on, start, end, "保洁", (), "acc_0", state
    )


def test_the_next_visit_is_the_earliest_that_is_not_over() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday 16:00, minute 960
    over, running, later = a_visit(23, 840, 960), a_visit(23, 900, 961, VisitState.CHECKED_IN), a_visit(24, 1, 2)
    assert next_of([later, over, running], now) == running
    assert next_of([later, over], now) == later
    assert next_of([over, a_visit(25, 1, 2, VisitState.CANCELLED)], now) is None


def test_the_team_hears_of_its_tasks_and_manager_and_community_of_a_missed_visit() -> None:
    planned, missed = a_visit(23, 840, 960), a_visit(23, 840, 960, VisitState.MISSED)
    assert [notice.to.account_id for notice in notices(None, planned)] == ["acc_1"]
    (told,) = notices(planned, missed)
    assert told.to.roles == {Role.MANAGER, Role.COMMUNITY}
    assert notices(missed, missed) == ()
