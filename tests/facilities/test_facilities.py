"""Facilities are registered, found by their code, and told of once when upkeep is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.facilities.notices import notices
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from tests.contract_client import ContractClient
    from tests.world import People, SettableClock, World


@pytest.mark.row("EST-13")
def test_a_facility_from_registration_to_its_next_check(
    client: ContractClient, people: People, world: World, container: Container, clock: SettableClock
) -> None:
    manager, base = people.staff(world.estate), f"/v1/estates/{world.estate.id}"
    today = date_of(clock())
    body = {
        "kind": "septic_tank",
        "place": "2号楼西侧",
        "cycle_days": 90,
        "last_checked_on": str(today - timedelta(days=80)),
    }
    headers = {**manager.headers, "Idempotency-Key": "facility-0001"}
    made = client.post(f"{base}/facilities", json=body, headers=headers).get_json()
    assert client.post(f"{base}/facilities", json=body, headers=headers).get_json() == made
    assert (made["kind_label"], made["due_on"]) == ("化粪池", str(today + timedelta(days=10)))
    other = client.post(f"{base}/facilities", json=body | {"place": "x"}, headers=headers)
    assert other.get_json()["code"] == "facility_exists"
    nowhere = client.post(
        f"{base}/facilities",
        json=body | {"building_id": "bld_none"},
        headers={**manager.headers, "Idempotency-Key": "facility-0002"},
    )
    assert (nowhere.status_code, nowhere.get_json()["code"]) == (404, "building_unknown")
    found = client.get(f"{base}/facility-codes/{made['token']}", headers=manager.headers)
    assert found.get_json()["id"] == made["id"]
    assert client.get(f"{base}/facility-codes/none", headers=manager.headers).status_code == 404

    def due() -> list[str]:
        page = client.get(f"{base}/facilities-due", headers=people.again(manager).headers).get_json()
        return [line["id"] for line in page["items"]]

    assert due() == []
    clock.advance(timedelta(days=10))
    assert due() == [made["id"]]
    before = container.facilities.get_facility(world.estate.id, made["id"])
    assert container.facilities.sweep(clock()) >= 1
    after = container.facilities.get_facility(world.estate.id, made["id"])
    container.facilities.sweep(clock())
    assert container.facilities.get_facility(world.estate.id, made["id"]) == after
    (notice,) = notices(before, after)
    assert notice.to.roles == {Role.MANAGER, Role.PATROLLER}
    assert notices(after, after) == ()
    checked = client.post(
        f"{base}/facilities/{made['id']}/checks",
        json={"version": after.version, "state": "in_use", "note": "已清掏"},
        headers=people.again(manager).headers,
    ).get_json()
    assert checked["due_on"] == str(date_of(clock()) + timedelta(days=90))
    assert due() == []
    removed = client.patch(
        f"{base}/facilities/{made['id']}",
        json={"version": checked["version"], "state": "removed"},
        headers=people.again(manager).headers,
    )
    assert "due_on" not in {name for name, value in removed.get_json().items() if value}
    assert [
        line["id"]
        for line in client.get(f"{base}/facilities", headers=people.again(manager).headers).get_json()["items"]
    ] == [made["id"]]
