"""The life of a card, its hand-out and its replacement (CARD-01, CARD-06)."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from miniprogram_api.cards.rules import CARD_LIFE, Card, CardState
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.workflow import IllegalTransition
from tests.cards.wall import Wall
from tests.contract_client import ContractClient
from tests.world import People, keep_photo

LEGAL = {
    ("print", CardState.DRAFT): CardState.PRINTED,
    ("issue", CardState.PRINTED): CardState.ISSUED,
    ("scan", CardState.ISSUED): CardState.ACTIVE,
    ("hand_out", CardState.PRINTED): CardState.ACTIVE,
    ("hand_out", CardState.ISSUED): CardState.ACTIVE,
    ("suspend", CardState.ISSUED): CardState.SUSPENDED,
    ("suspend", CardState.ACTIVE): CardState.SUSPENDED,
    ("resume", CardState.SUSPENDED): CardState.ACTIVE,
    ("replace", CardState.PRINTED): CardState.REPLACED,
    ("replace", CardState.ISSUED): CardState.REPLACED,
    ("replace", CardState.ACTIVE): CardState.REPLACED,
    ("replace", CardState.SUSPENDED): CardState.REPLACED,
    ("revoke", CardState.DRAFT): CardState.REVOKED,
    ("revoke", CardState.PRINTED): CardState.REVOKED,
    ("revoke", CardState.ISSUED): CardState.REVOKED,
    ("revoke", CardState.ACTIVE): CardState.REVOKED,
    ("revoke", CardState.SUSPENDED): CardState.REVOKED,
}
STEPS = ("print", "issue", "scan", "hand_out", "suspend", "resume", "replace", "revoke")


@pytest.mark.row("CARD-01")
@pytest.mark.parametrize(("name", "state"), list(product(STEPS, CardState)))
def test_every_step_from_every_state(name: str, state: CardState) -> None:
    given = {"reason": "丢失"}
    if (name, state) in LEGAL:
        step = CARD_LIFE.step(state, name, given=given, actor="acc_1", participants={})
        assert step.target is LEGAL[name, state]
    else:
        with pytest.raises(IllegalTransition):
            CARD_LIFE.step(state, name, given=given, actor="acc_1", participants={})


@pytest.mark.row("CARD-06")
def test_a_lost_card_is_replaced_and_its_address_dead_at_once(
    client: ContractClient, wall: Wall, people: People
) -> None:
    manager, card = people.staff(wall.world.estate), wall.hang()
    path = f"/v1/estates/{card.estate_id}/cards/{card.id}"
    assert client.get(f"/c/{card.token}").get_json()["valid"] is True
    new = client.post(f"{path}/replacement", json={"reason": "住户遗失"}, who=manager).get_json()
    assert client.get(f"/c/{card.token}").get_json()["valid"] is False
    assert (new["state"], new["place"]) == ("draft", client.get(path, who=manager).get_json()["place"])
    assert client.get(path, who=manager).get_json()["replaced_by"] == new["id"]
    again = client.post(f"{path}/replacement", json={"reason": "住户遗失"}, who=manager).get_json()
    assert again["id"] == new["id"]


@pytest.mark.row("CARD-01")
def test_a_suspended_card_shows_nothing_until_resumed_and_a_revoked_one_never(
    client: ContractClient, wall: Wall, people: People
) -> None:
    manager, card = people.staff(wall.world.estate), wall.hang()
    path = f"/v1/estates/{card.estate_id}/cards/{card.id}"
    client.post(f"{path}/suspension", json={"reason": "装修期间"}, who=manager)
    assert client.get(f"/c/{card.token}").get_json()["valid"] is False
    client.delete(f"{path}/suspension", who=manager)
    assert client.get(f"/c/{card.token}").get_json()["valid"] is True
    for _ in range(2):
        assert client.post(f"{path}/revocation", json={"reason": "停用"}, who=manager).get_json()["state"] == "revoked"
    assert client.get(f"/c/{card.token}").get_json()["valid"] is False
    refused = client.delete(f"{path}/suspension", who=manager)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "illegal_transition")


def test_replacing_while_the_first_scan_activates_leaves_no_living_old_card(wall: Wall, container: Container) -> None:
    for _ in range(10):
        card = wall.hang(CardState.ISSUED)
        scanned = container.cards.scan(card.token, container.clock())

        def swap(card: Card = card) -> str:
            try:
                container.card_register.replace_card("acc_1", card, "丢失", container.clock())
            except Conflict as problem:
                return problem.code
            return "replaced"

        with ThreadPoolExecutor(2) as pool:
            remembering = pool.submit(container.cards.remember, scanned)
            swapped = pool.submit(swap).result()
            remembering.result()
        current = container.card_register.access_card_by_id(card.estate_id, card.id)
        living = container.cards.scan(card.token, container.clock()).card is not None
        if swapped == "replaced":
            assert (current.state, living) == (CardState.REPLACED, False)
        else:
            assert (current.state, living) == (CardState.ACTIVE, True)


@pytest.mark.row("CARD-06")
def test_coverage_counts_households_with_a_living_card(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    (building,) = wall.build(buildings=1, entrances=1, rooms_each=3)
    rooms = container.estates.list_rooms(wall.world.estate.id, building.id, 10, None).items
    head = people.neighbour(wall.world.estate, Role.BUILDING_HEAD)
    manager, base = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}"
    cards = [wall.hang(CardState.PRINTED, room.label, room.id) for room in rooms[:2]]
    for card in cards:
        assert client.post(f"{base}/cards/{card.id}/hand-out", json={}, who=head).status_code == 200
    assert client.post(f"{base}/cards/{cards[0].id}/hand-out", json={}, who=head).status_code == 200
    assert client.get(f"{base}/hand-outs/coverage", who=head).get_json() == {"covered": 2, "rooms": 3, "permille": 666}
    assert client.get(f"{base}/cards/{cards[0].id}", who=manager).get_json()["state"] == "active"
    missing = client.get(f"{base}/hand-outs/missing?building_id={building.id}", who=head).get_json()["items"]
    assert [room["room_id"] for room in missing] == [rooms[2].id]
    client.post(f"{base}/cards/{cards[0].id}/replacement", json={"reason": "住户遗失"}, who=manager)
    assert client.get(f"{base}/hand-outs/coverage", who=head).get_json()["covered"] == 1
    handed = client.get(f"{base}/hand-outs", who=head).get_json()["items"]
    assert [(line["room_id"], line["handed_by"]) for line in handed] == [(rooms[1].id, head.account_id)]


@pytest.mark.row("CARD-06")
def test_only_the_household_confirms_that_its_card_arrived(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    (building,) = wall.build(1, 1, 2)
    mine, theirs = container.estates.list_rooms(wall.world.estate.id, building.id, 10, None).items
    base = f"/v1/estates/{wall.world.estate.id}"
    card = wall.hang(CardState.PRINTED, mine.label, mine.id)
    client.post(f"{base}/cards/{card.id}/hand-out", json={}, who=people.staff(wall.world.estate, Role.REPAIRER))
    owner, neighbour = (people.resident(wall.world.estate, room_id=room.id) for room in (mine, theirs))
    (waits,) = client.get("/v1/me/hand-outs", who=owner).get_json()
    assert (waits["estate_id"], waits["room_id"]) == (wall.world.estate.id, mine.id)
    assert waits["room_label"] == mine.label
    assert client.get("/v1/me/hand-outs", who=neighbour).get_json() == []
    assert client.post(f"{base}/hand-outs/{mine.id}/confirmation", who=neighbour).status_code == 404
    assert client.post(f"{base}/hand-outs/{theirs.id}/confirmation", who=neighbour).status_code == 404
    confirmed = client.post(f"{base}/hand-outs/{mine.id}/confirmation", who=owner).get_json()
    assert confirmed["confirmed"] is True
    assert client.get("/v1/me/hand-outs", who=owner).get_json() == []


@pytest.mark.row("CARD-06")
def test_nobody_is_asked_about_a_card_whose_receipt_is_signed_or_that_was_lost(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    (building,) = wall.build(1, 1, 2)
    signed, lost = container.estates.list_rooms(wall.world.estate.id, building.id, 10, None).items
    manager, base = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}"
    residents = [people.resident(wall.world.estate, room_id=room.id) for room in (signed, lost)]
    cards = [wall.hang(CardState.PRINTED, room.label, room.id) for room in (signed, lost)]
    proof = {"receipt_photo_id": keep_photo(container, wall.world.estate.id, manager)}
    assert client.post(f"{base}/cards/{cards[0].id}/hand-out", json=proof, who=manager).status_code == 200
    assert client.post(f"{base}/cards/{cards[1].id}/hand-out", json={}, who=manager).status_code == 200
    assert [len(client.get("/v1/me/hand-outs", who=who).get_json()) for who in residents] == [0, 1]
    client.post(f"{base}/cards/{cards[1].id}/replacement", json={"reason": "住户遗失"}, who=manager)
    assert client.get("/v1/me/hand-outs", who=residents[1]).get_json() == []


def test_a_wall_card_or_a_draft_is_not_handed_to_a_household(
    client: ContractClient, wall: Wall, people: People, container: Container
) -> None:
    (building,) = wall.build(1, 1, 1)
    (room,) = container.estates.list_rooms(wall.world.estate.id, building.id, 10, None).items
    manager, base = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}/cards"
    on_wall = client.post(f"{base}/{wall.hang().id}/hand-out", json={}, who=manager)
    assert on_wall.get_json()["code"] == "card_not_of_household"
    draft = wall.hang(CardState.DRAFT, room.label, room.id)
    assert client.post(f"{base}/{draft.id}/hand-out", json={}, who=manager).get_json()["code"] == "card_not_ready"


def test_printed_cards_are_given_out_together_and_a_foreign_card_stops_the_bundle(
    client: ContractClient, wall: Wall, people: People
) -> None:
    manager, path = people.staff(wall.world.estate), f"/v1/estates/{wall.world.estate.id}/cards/issued"
    cards = [wall.hang(CardState.PRINTED) for _ in range(3)]
    refused = client.post(path, json={"card_ids": [cards[0].id, "card_of_another_estate"]}, who=manager)
    assert refused.status_code == 404
    given = client.post(path, json={"card_ids": [card.id for card in cards]}, who=manager).get_json()
    assert [card["state"] for card in given] == ["issued"] * 3
