"""Opening an order: what it costs, once however often asked, by whom, from where."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.cards.store import CARD_TOKEN
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction
from tests.work_orders.conftest import Scene, fresh_key

Calls = Callable[[], AbstractContextManager[list[tuple[str, dict[str, object]]]]]


def hang_card(scene: Scene, state: CardState, estate_id: str | None = None) -> str:
    """A card on the wall, as issuing would have left it; returns its token."""
    estate = scene.world.estate
    place = PlaceInEstate(PlaceKind.COMMON, "2号楼1单元", "bld_2", "1单元")
    secret = f"{next(_numbers):022d}"
    card = Card(
        f"card_{secret}", estate_id or estate.id, estate.locator, secret, Grain.ENTRANCE, place, "1", scene.clock(),
        state=state,
    )  # fmt: skip
    act = Transaction("system", "test_setup", scene.clock())
    act.add(CARD_TOKEN, card)
    scene.container.table.commit(act)
    return card.token


_numbers = iter(range(10**6))


@pytest.mark.row("REP-01")
def test_opening_costs_two_reads_and_one_transaction(scene: Scene, calls: Calls) -> None:
    body = scene.at_common_part(photo_ids=[scene.photo(scene.reporter), scene.photo(scene.reporter)])
    reporter, key = scene.again(scene.reporter), fresh_key()
    with calls() as seen:
        answer = scene.client.post(scene.orders, json=body, who=reporter, key=key)
    assert answer.status_code == 201
    assert [name for name, _ in seen] == ["Query", "GetItem", "TransactWriteItems"]


@pytest.mark.row("REP-01")
def test_opening_by_an_active_card_costs_no_more(scene: Scene, calls: Calls) -> None:
    body = scene.at_common_part(source="card", card_token=hang_card(scene, CardState.ACTIVE))
    stranger = scene.people.stranger()
    with calls() as seen:
        answer = scene.client.post(scene.orders, json=body, who=stranger, key=fresh_key())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert [name for name, _ in seen] == ["Query", "GetItem", "TransactWriteItems"]


@pytest.mark.row("CARD-03")
def test_a_stranger_reports_common_parts_by_a_living_card_of_this_estate_only(scene: Scene) -> None:
    stranger = scene.people.stranger()

    def code(
        state: CardState | None, body: dict[str, Any] | None = None, estate_id: str | None = None
    ) -> tuple[int, Any]:
        body = dict(body or scene.at_common_part(source="card"))
        if state is not None:
            body["card_token"] = hang_card(scene, state, estate_id)
        answer = scene.post_order(body, who=stranger)
        return answer.status_code, answer.get_json().get("code")

    assert code(None) == (403, "card_needed")
    assert code(None, scene.at_common_part()) == (403, "card_needed")
    assert code(CardState.ACTIVE)[0] == 201
    assert code(CardState.PRINTED)[0] == 201
    assert code(CardState.REVOKED) == (422, "card_refused")
    assert code(CardState.SUSPENDED) == (422, "card_refused")
    assert code(CardState.ACTIVE, estate_id="est_elsewhere") == (422, "card_refused")
    assert code(CardState.ACTIVE, scene.at_home(source="card")) == (403, "card_needed")
    mistyped = scene.post_order(scene.at_common_part(source="card", card_token="12345678"), who=stranger)
    assert (mistyped.status_code, mistyped.get_json()["code"]) == (422, "card_refused")


@pytest.mark.row("REP-01")
def test_the_same_key_opens_one_order_and_other_content_is_refused(scene: Scene) -> None:
    key = fresh_key()
    photo = scene.photo(scene.reporter)
    first = scene.post_order(scene.at_common_part(photo_ids=[photo]), key=key)
    again = scene.post_order(scene.at_common_part(photo_ids=[photo]), key=key)
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    mine = scene.client.get("/v1/me/work-orders", who=scene.reporter).get_json()
    assert [line["id"] for line in mine["items"]] == [first.get_json()["id"]]
    other = scene.post_order(scene.at_common_part(text="电梯坏了"), key=key)
    assert (other.status_code, other.get_json()["code"]) == (409, "key_reused")


@pytest.mark.row("REP-01")
def test_a_crash_after_the_write_is_repaired_by_the_retry(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = scene.container.work_order_intake._orders
    commit = orders.commit

    def dying(act: Transaction) -> None:
        commit(act)
        raise ConnectionError("the process died after the write")

    key = fresh_key()
    monkeypatch.setattr(orders, "commit", dying)
    assert scene.post_order(key=key).status_code == 500
    monkeypatch.undo()
    retried = scene.post_order(key=key)
    assert retried.status_code == 201
    order = retried.get_json()
    step_key = fresh_key()
    monkeypatch.setattr(orders, "commit", dying)
    given = {"scope": "in_contract", "scope_reason": "合同内"}
    assert scene.step(order, scene.manager, "accept", key=step_key, **given).status_code == 500
    monkeypatch.undo()
    accepted = scene.step(order, scene.manager, "accept", key=step_key, **given)
    assert (accepted.status_code, accepted.get_json()["steps_taken"]) == (200, 2)


@pytest.mark.row("REP-01")
def test_the_place_must_be_in_the_registers_under_its_name(scene: Scene) -> None:
    wrong = {
        "no such building": {"kind": "common", "label": "9号楼", "building_id": "bld_9"},
        "another name": {"kind": "common", "label": "3号楼1单元", "building_id": "bld_2", "entrance": "1单元"},
        "no such facility": {"kind": "facility", "label": "电梯", "facility_id": "fac_9"},
        "a room as common part": {"kind": "common", "label": "2号楼1单元301", "room_id": "room_301"},
    }
    for why, place in wrong.items():
        answer = scene.post_order(scene.at_common_part(place=place))
        assert (answer.status_code, answer.get_json()["code"]) == (422, "spot_unknown"), why


@pytest.mark.row("REP-03")
def test_staff_register_for_a_caller_who_is_sealed_and_can_be_called_back(scene: Scene) -> None:
    caller = {"source": "phone", "caller_name": "王小明", "caller_phone": "13812345678"}
    assert scene.post_order(scene.at_common_part(**caller)).status_code == 403
    nameless = scene.post_order(scene.at_common_part(source="phone"), who=scene.dispatcher)
    assert (nameless.status_code, nameless.get_json()["code"]) == (422, "caller_missing")
    order = scene.open(scene.at_home(**caller), who=scene.dispatcher)
    stored = scene.container.table.find_rows([keys.work_order(scene.world.estate.id, order["id"])])
    assert "13812345678" not in repr(stored)
    assert "王小明" not in repr(stored)
    seen = scene.read(order, scene.manager).get_json()
    assert (seen["phone"], seen["caller"]) == ("138****5678", "王**")
    scene.must(order, scene.manager, "accept", scope="owners_own", scope_reason="户内")
    scene.must(order, scene.manager, "assign", to_account_id=scene.repairer.account_id)
    assert scene.read(order, scene.repairer).get_json()["phone"] == "13812345678"
    assert scene.read(order, scene.dispatcher).get_json()["phone"] == "138****5678"


@pytest.mark.row("REP-03")
@pytest.mark.parametrize("source", ["grid_worker", "reception_day", "patrol", "device", "one_call", "counter"])
def test_every_channel_leads_to_the_one_intake_but_only_for_staff(scene: Scene, source: str) -> None:
    body = scene.at_common_part(source=source)
    assert scene.post_order(body).status_code == 403
    called = {"caller_name": "李", "caller_phone": "0451-12345"} if source in {
        "reception_day", "one_call", "counter"} else {}  # fmt: skip
    assert scene.open({**body, **called}, who=scene.manager)["source"] == source


@pytest.mark.row("REP-05")
def test_feedback_is_answered_or_becomes_a_repair_with_the_link_kept(scene: Scene) -> None:
    feedback = scene.at_common_part(kind="feedback", feedback_kind="hidden_danger", text="台阶松动")
    answered = scene.open(feedback)
    assert scene.step(answered, scene.manager, "accept", scope="in_contract", scope_reason="x").status_code == 409
    scene.must(answered, scene.manager, "answer", note="已列入本月计划")
    assert scene.must(answered, scene.reporter, "confirm")["state"] == "closed"
    asked = scene.open(feedback)
    turned = scene.must(asked, scene.manager, "convert", note="需要维修", category="road")
    assert turned["state"] == "converted"
    repair = scene.read({"id": turned["converted_to"]}, scene.reporter).get_json()
    assert (repair["kind"], repair["state"], repair["category"]) == ("repair", "submitted", "road")
    assert (repair["made_from"], repair["text"]) == (asked["id"], "台阶松动")


def test_an_order_number_is_found_by_who_answers_the_phone(scene: Scene) -> None:
    order = scene.open()
    path = f"{scene.orders}/by-number?number={order['number'].lower()}"
    assert [line["id"] for line in scene.client.get(path, who=scene.manager).get_json()] == [order["id"]]
    assert scene.client.get(path, who=scene.neighbour).status_code == 403


def test_a_page_of_the_board_is_one_query(scene: Scene, calls: Calls) -> None:
    for _ in range(3):
        scene.open()
    with calls() as seen:
        page = scene.client.get(f"{scene.orders}?state=submitted&limit=2", who=scene.manager).get_json()
    assert [name for name, _ in seen] == ["Query", "GetItem", "Query"]
    assert len(page["items"]) == 2
    rest = scene.client.get(f"{scene.orders}?state=submitted&limit=2&cursor={page['next']}", who=scene.manager)
    assert len(rest.get_json()["items"]) == 1


@pytest.mark.row("REP-03")
def test_a_duplicate_is_shown_followed_and_merged_with_everybody_informed(scene: Scene) -> None:
    first = scene.open()
    estate_id = scene.world.estate.id
    stored = scene.container.work_orders._orders.get(estate_id, first["id"])
    for _ in range(2):  # the stream may deliver twice
        scene.container.work_orders.publish(None, stored, scene.clock())
    path = f"{scene.orders}/similar?category=lighting&building_id=bld_2&entrance=1单元"
    similar = scene.client.get(path, who=scene.neighbour).get_json()
    assert [line["order_id"] for line in similar] == [first["id"]]
    followed = scene.client.put(f"{scene.orders}/{first['id']}/follow", who=scene.neighbour).get_json()
    assert (followed["followers"], followed["whole"]) == (1, False)
    assert scene.client.put(f"{scene.orders}/{first['id']}/follow", who=scene.neighbour).get_json()["followers"] == 1
    second_reporter = scene.people.resident(scene.world.estate, Role.TENANT, "room_302")
    second = scene.open(who=second_reporter)
    merged = scene.must(second, scene.dispatcher, "merge", into=first["id"])
    assert (merged["state"], merged["merged_into"]) == ("merged", first["id"])
    kept = scene.container.work_orders._orders.get(estate_id, first["id"])
    assert set(kept.followers) == {scene.neighbour.account_id, second_reporter.account_id}
    itself = scene.step(first, scene.dispatcher, "merge", into=first["id"])
    assert (itself.status_code, itself.get_json()["code"]) == (409, "merge_refused")
