"""Making cards for whole buildings: once each, whatever crashes, repeats or happens at once (CARD-01)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from miniprogram_api.cards.batches import BuildingPlaces, spots_of
from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.cards.store import CARD, CARD_TOKEN
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import keys
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.cards.wall import FiledContracts, Wall
from tests.contract_client import ContractClient
from tests.world import People


def cards_of(container: Container, estate_id: str) -> list[Card]:
    return container.table.all_of(CARD, keys.card(estate_id, "").pk)


def test_each_grain_has_its_places() -> None:
    rooms = (("r1", "1单元", "1", "1号楼1单元101"), ("r2", "2单元", "2", "1号楼2单元101"))
    first = BuildingPlaces("b1", "1号楼", ("1单元", "2单元"), rooms)
    single = BuildingPlaces("b2", "2号楼", ())
    names = {grain: [spot.place.label for spot in spots_of(grain, "道路队小区", [first, single])] for grain in Grain}
    assert names == {
        Grain.ESTATE: ["道路队小区"],
        Grain.BUILDING: ["1号楼", "2号楼"],
        Grain.ENTRANCE: ["1号楼1单元", "1号楼2单元", "2号楼"],
        Grain.ROOM: ["1号楼1单元101", "1号楼2单元101"],
    }


@pytest.mark.row("CARD-01", "CARD-06")
def test_cards_and_their_hand_outs_are_listed_as_one_walks_past_the_doors(
    client: ContractClient, wall: Wall, people: People
) -> None:
    manager, base = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}"
    for name in ("10号楼", "2号楼", "1号楼"):
        building = client.post(f"{base}/buildings", json={"name": name}, who=manager).get_json()["id"]
        for entrance, number in (("10单元", "101"), ("2单元", "1001"), ("2单元", "102")):
            room = {"entrance": entrance, "number": number, "area": 5000}
            assert client.post(f"{base}/buildings/{building}/rooms", json=room, who=manager).status_code == 201
    doors = ["2单元102", "2单元1001", "10单元101"]
    walk = [f"{name}{door}" for name in ("1号楼", "2号楼", "10号楼") for door in doors]
    shown = client.get(f"{base}/buildings", who=manager).get_json()["items"]
    assert [one["name"] for one in shown] == ["1号楼", "2号楼", "10号楼"]

    assert client.post(f"{base}/card-batches", json={"grain": "room"}, who=manager, key="rooms-01").status_code == 201
    cards = client.get(f"{base}/cards?limit=20", who=manager).get_json()["items"]
    assert [one["place"]["label"] for one in cards] == walk
    client.get(f"{base}/cards/sheet.pdf?batch_id={cards[0]['batch_id']}", who=manager)
    for card in reversed(cards):
        assert client.post(f"{base}/cards/{card['id']}/hand-out", json={}, who=manager).status_code == 200
    handed = client.get(f"{base}/hand-outs", who=manager).get_json()["items"]
    assert [one["room_label"] for one in handed] == walk


@pytest.mark.row("CARD-01")
def test_a_batch_makes_one_card_a_place_and_its_secrets_stand_beside_the_face(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    wall.build(buildings=2, entrances=3, rooms_each=1)
    manager, estate = people.staff(wall.world.estate), wall.world.estate
    body = {"grain": "entrance"}
    made = client.post(f"/v1/estates/{estate.id}/card-batches", json=body, who=manager, key="entrance-1")
    assert made.status_code == 201
    assert (made.get_json()["places"], made.get_json()["made"], made.get_json()["done"]) == (6, 6, True)
    cards = cards_of(container, estate.id)
    assert Counter(card.place.label for card in cards) == Counter(
        f"{building}号楼{entrance}单元" for building in (1, 2) for entrance in (1, 2, 3)
    )
    assert len({card.secret for card in cards}) == 6
    assert all(card.token == estate.locator + card.secret and len(card.secret) == 22 for card in cards)
    tokens = container.table.all_of(CARD_TOKEN, keys.face(estate.locator).pk)
    assert {card.secret for card in tokens} == {card.secret for card in cards}
    shown = client.get(f"/v1/estates/{estate.id}/cards", who=manager)
    labels = [line["place"]["label"] for line in shown.get_json()["items"]]
    assert {tuple(label[3:] for label in labels[start : start + 3]) for start in (0, 3)} == {
        ("1单元", "2单元", "3单元")
    }
    assert len({label[:3] for label in labels[:3]}) == 1
    assert not any(card.secret in shown.text for card in cards)


@pytest.mark.row("CARD-01")
def test_without_a_filed_contract_no_card_is_made(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    container.filings = FiledContracts(filed=False)
    wall.build(1, 1, 1)
    manager, estate = people.staff(wall.world.estate), wall.world.estate
    refused = client.post(f"/v1/estates/{estate.id}/card-batches", json={"grain": "room"}, who=manager, key="batch-001")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "contract_not_filed")
    assert cards_of(container, estate.id) == []


def test_the_same_key_and_another_key_make_no_second_card_and_another_order_is_refused(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    wall.build(1, 2, 1)
    manager, path = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}/card-batches"
    first = client.post(path, json={"grain": "entrance"}, who=manager, key="batch-001").get_json()
    assert client.post(path, json={"grain": "entrance"}, who=manager, key="batch-001").get_json() == first
    again = client.post(path, json={"grain": "entrance"}, who=manager, key="batch-002").get_json()
    assert (again["places"], again["made"], again["already"]) == (2, 0, 2)
    other = client.post(path, json={"grain": "room"}, who=manager, key="batch-001")
    assert (other.status_code, other.get_json()["code"]) == (409, "card_batch_key_reused")
    assert len(cards_of(container, wall.world.estate.id)) == 2


@pytest.mark.row("CARD-01")
def test_a_batch_cut_off_in_the_middle_is_finished_by_its_repetition(
    client: ContractClient, wall: Wall, people: People, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.build(buildings=2, entrances=2, rooms_each=20)  # 80 rooms: two acts of 48 and 32 cards
    manager, estate = people.staff(wall.world.estate), wall.world.estate
    path, commit = f"/v1/estates/{estate.id}/card-batches", container._card_store.commit
    commits = 0

    def fail_third(act: Transaction) -> None:
        nonlocal commits
        commits += 1
        if commits == 3:  # the batch itself, the first chunk, then the lights go out
            raise StoreUnavailable
        commit(act)

    monkeypatch.setattr(container._card_store, "commit", fail_third)
    broken = client.post(path, json={"grain": "room"}, who=manager, key="batch-001")
    assert broken.status_code == 503
    half = {card.id: card.secret for card in cards_of(container, estate.id)}
    assert len(half) == 48
    monkeypatch.setattr(container._card_store, "commit", commit)
    whole = client.post(path, json={"grain": "room"}, who=manager, key="batch-001").get_json()
    assert (whole["places"], whole["made"], whole["done"]) == (80, 80, True)
    after = {card.id: card.secret for card in cards_of(container, estate.id)}
    assert len(after) == 80
    assert half.items() <= after.items()


def test_two_batches_at_once_make_one_card_a_place(wall: Wall, container: Container) -> None:
    wall.build(buildings=1, entrances=2, rooms_each=15)
    estate, now = wall.world.estate, container.clock()
    issuing = container.card_issuing

    def make(key: str) -> Any:
        return issuing.make_batch("acc_test", estate.id, Grain.ROOM, (), key, now)

    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(make, ["key-0001", "key-0001", "key-0002", "key-0002"]))
    cards = cards_of(container, estate.id)
    assert len(cards) == 30
    assert max(Counter(card.place.room_id for card in cards).values()) == 1
    by_batch = Counter(card.batch_id for card in cards)
    assert {batch.id: batch.made for batch in batches if batch.made} == dict(by_batch)


def test_a_place_whose_card_ended_gets_a_new_one_from_the_next_batch(wall: Wall, container: Container) -> None:
    wall.build(1, 1, 1)
    estate, now, issuing = wall.world.estate, container.clock(), container.card_issuing
    issuing.make_batch("acc_test", estate.id, Grain.BUILDING, (), "key-0001", now)
    (card,) = cards_of(container, estate.id)
    container.card_register.step("acc_test", card, "revoke", now, "印错了")
    again = issuing.make_batch("acc_test", estate.id, Grain.BUILDING, (), "key-0002", now)
    assert again.made == 1
    cards = sorted(cards_of(container, estate.id), key=lambda one: one.generation)
    assert [(one.generation, one.state) for one in cards] == [(1, CardState.REVOKED), (2, CardState.DRAFT)]


@pytest.mark.row("CARD-01")
def test_printing_makes_a_draft_printed_and_says_which_characters_the_font_lacks(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    from dataclasses import replace

    from tests.cards.wall import MANAGER

    manager, card = people.staff(wall.world.estate), wall.hang(CardState.DRAFT)
    path = f"/v1/estates/{card.estate_id}/cards/{card.id}"
    wall.show(leader=replace(MANAGER, name="王\U0002b734"))
    refused = client.get(f"{path}.png", who=manager)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "card_unprintable")
    assert "\U0002b734" in refused.get_json()["message"]
    assert client.get(path, who=manager).get_json()["state"] == "draft"
    wall.show()
    picture = client.get(f"{path}.png", who=manager)
    assert picture.get_data()[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get(path, who=manager).get_json()["state"] == "printed"
    container.card_register.step(
        "acc_test",
        container.card_register.access_card_by_id(card.estate_id, card.id),
        "revoke",
        container.clock(),
        "印错了",
    )
    assert client.get(f"{path}.png", who=manager).status_code == 409


@pytest.mark.row("CARD-01")
def test_a_sheet_holds_the_batch_and_makes_its_drafts_printed(
    client: ContractClient, wall: Wall, people: People
) -> None:
    wall.build(1, 3, 1)
    manager, estate = people.staff(wall.world.estate), wall.world.estate
    batch = client.post(
        f"/v1/estates/{estate.id}/card-batches", json={"grain": "entrance"}, who=manager, key="batch-001"
    ).get_json()
    assert batch["sheets"] == 1
    sheet = client.get(f"/v1/estates/{estate.id}/cards/sheet.pdf?batch_id={batch['id']}", who=manager)
    assert sheet.get_data()[:5] == b"%PDF-"
    assert len(sheet.get_data()) < 4_500_000
    states = [card["state"] for card in client.get(f"/v1/estates/{estate.id}/cards", who=manager).get_json()["items"]]
    assert states == ["printed"] * 3
    assert (
        client.get(f"/v1/estates/{estate.id}/cards/sheet.pdf?batch_id={batch['id']}&sheet=2", who=manager).status_code
        == 404
    )


def test_who_may_not_issue_is_refused(client: ContractClient, wall: Wall, people: People) -> None:
    path = f"/v1/estates/{wall.world.estate.id}/card-batches"
    for role, status in ((Role.OWNER, 403), (Role.COMMITTEE, 403), (Role.REGISTERED, 404)):
        person = people.holding(role, wall.world)
        assert client.post(path, json={"grain": "room"}, who=person, key="batch-001").status_code == status
