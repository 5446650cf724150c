"""The duty roster on the card, and what the cards achieved (CARD-05, CARD-10)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from miniprogram_api.cards.figures import DayFigures, MonthUnreadable, count_day, days_of
from miniprogram_api.cards.rules import CardState
from miniprogram_api.cards.scans import Scan, ScanResult
from miniprogram_api.cards.store import CardStore
from miniprogram_api.container import Container
from tests.cards.wall import Wall
from tests.contract_client import ContractClient
from tests.world import People, SettableClock

NIGHT = {
    "name": "赵夜班",
    "phone": "13800000003",
    "from_minute": 9960,
    "to_minute": 360,
}  # Sunday 22:00 to Monday 06:00


@pytest.mark.row("CARD-05")
def test_the_roster_stands_on_the_card_at_once_and_its_holes_are_reported(
    client: ContractClient, wall: Wall, people: People, clock: SettableClock
) -> None:
    wall.show(deputy=None)
    token, manager = wall.hang().token, people.staff(wall.world.estate)
    path = f"/v1/estates/{wall.world.estate.id}/duty-roster"
    saved = client.put(path, json={"shifts": [NIGHT]}, who=manager).get_json()
    assert [(hole["from_minute"], hole["to_minute"]) for hole in saved["uncovered"]] == [(360, 9960)]
    assert client.get(path, who=people.resident(wall.world.estate)).get_json() == saved
    clock.set(datetime(2026, 11, 29, 15, 30, tzinfo=UTC))  # Sunday 23:30
    assert client.get(f"/c/{token}").get_json()["in_charge"]["name"] == "赵夜班"
    face = client.get(f"/v1/estates/{wall.world.estate.id}/card-face", who=people.again(manager)).get_json()
    assert face["in_charge"]["name"] == "赵夜班"
    assert face["services"] == client.get(f"/c/{token}").get_json()["card"]["services"]


@pytest.mark.parametrize(
    "wrong",
    [
        {**NIGHT, "from_minute": 10080},
        {**NIGHT, "to_minute": 0},
        {**NIGHT, "to_minute": 9960},
        {**NIGHT, "phone": "call me"},
    ],
)
def test_a_shift_outside_the_week_or_without_a_number_is_refused(
    client: ContractClient, wall: Wall, people: People, wrong: dict[str, Any]
) -> None:
    path = f"/v1/estates/{wall.world.estate.id}/duty-roster"
    assert client.put(path, json={"shifts": [wrong]}, who=people.staff(wall.world.estate)).status_code == 422


def test_a_day_is_counted_by_hand() -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    results = [ScanResult.SHOWN] * 3 + [ScanResult.DEAD, ScanResult.UNKNOWN] + [ScanResult.CALLED] * 2
    scans = [Scan(str(number), "est_1", at, result) for number, result in enumerate(results)]
    assert count_day("est_1", at.date(), 4, scans) == DayFigures("est_1", at.date(), issued=4, scans=3, dead=2, calls=2)


def test_a_month_has_its_first_and_last_day() -> None:
    assert days_of("2028-02") == (date(2028, 2, 1), date(2028, 2, 29))
    assert days_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))
    with pytest.raises(MonthUnreadable):
        days_of("2026-13")


@pytest.mark.row("CARD-10")
def test_the_nightly_count_can_run_twice_and_today_is_counted_live(
    client: ContractClient, wall: Wall, people: People, container: Container, clock: SettableClock
) -> None:
    manager, path = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}"
    printed = wall.hang(CardState.PRINTED)
    client.post(f"{path}/cards/issued", json={"card_ids": [printed.id]}, who=manager)
    for _ in range(3):
        client.get(f"/c/{printed.token}")
    client.post(f"/c/{printed.token}/calls")
    clock.advance(timedelta(days=1))
    while container.card_figures.sweep(clock()):
        pass
    assert container.card_figures.sweep(clock()) == 0
    stored = CardStore(container.table).find_day(wall.world.estate.id, date(2026, 11, 23))
    assert stored == DayFigures(wall.world.estate.id, date(2026, 11, 23), issued=1, scans=3, dead=0, calls=1)
    client.get(f"/c/{printed.token}")
    month = client.get(f"{path}/card-figures?month=2026-11", who=people.again(manager)).get_json()
    assert (month["issued"], month["scans"], month["calls"], month["dead_scans"]) == (1, 4, 1, 0)
    assert month["requests"]["opened"] == 0
