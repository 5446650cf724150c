"""Scanning a card: one read, the right person, and nothing of any estate from a card that no longer counts."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from miniprogram_api.app import create_app
from miniprogram_api.cards.face import Contact, NextVisit
from miniprogram_api.cards.rules import CardState, CardUnknown
from miniprogram_api.cards.scans import NOWHERE, ScanResult
from miniprogram_api.cards.store import CardStore
from miniprogram_api.container import Container
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.cards.wall import DEPUTY, MANAGER, Wall
from tests.contract_client import ContractClient
from tests.world import SettableClock

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
Calls = Callable[[], AbstractContextManager[list[tuple[str, dict[str, object]]]]]


@pytest.mark.row("CARD-02")
def test_a_scan_names_the_manager_on_duty_and_at_night_the_deputy(
    client: ContractClient, wall: Wall, clock: SettableClock
) -> None:
    token = wall.hang().token
    day = client.get(f"/c/{token}").get_json()
    assert (day["valid"], day["in_charge"]["name"], day["in_charge"]["phone"]) == (True, "王建国", "13800000001")
    assert day["card"]["verified"] is True
    assert day["card"]["place"]["label"] == "3号楼1单元"
    clock.set(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))  # Monday 23:00
    night = client.get(f"/c/{token}").get_json()
    assert (night["in_charge"]["post"], night["in_charge"]["phone"]) == ("deputy", "13800000002")


@pytest.mark.row("CARD-02")
def test_a_browser_gets_a_page_with_the_number_to_tap(client: ContractClient, wall: Wall) -> None:
    page = client.get(f"/c/{wall.hang().token}", headers=BROWSER)
    text = page.get_data(as_text=True)
    assert page.mimetype == "text/html"
    assert 'href="tel:13800000001"' in text
    for shown in ("王建国", wall.world.estate.name, wall.world.company.name, "0451-12345", "报修", "已备案小区"):
        assert shown in text


class _References(HTMLParser):
    """Collects everything a page would fetch or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action", "data"}]


@pytest.mark.row("CARD-02")
def test_the_page_fetches_nothing_from_elsewhere_and_is_not_kept(client: ContractClient, wall: Wall) -> None:
    wall.show(leader=replace(MANAGER, photo_key="portraits/1.jpg"))
    page = client.get(f"/c/{wall.hang().token}", headers=BROWSER)
    parser = _References()
    parser.feed(page.get_data(as_text=True))
    assert parser.found
    assert all(re.match(r"/(?!/)|tel:[0-9-]+$", reference) for reference in parser.found)
    assert "@import" not in page.text
    assert "url(" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert page.headers["Cache-Control"] == "no-store"


def test_the_policy_lets_exactly_the_pages_own_style_and_script_run(client: ContractClient, wall: Wall) -> None:
    import base64
    import hashlib

    page = client.get(f"/c/{wall.hang().token}", headers=BROWSER)
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page.text, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_names_cannot_smuggle_markup_into_the_page(client: ContractClient, wall: Wall) -> None:
    wall.show(leader=Contact("<b>王</b>", "经理", '1"><script>', hours=()))
    text = client.get(f"/c/{wall.hang().token}", headers=BROWSER).get_data(as_text=True)
    assert "<b>王" not in text
    assert '"><script>' not in text


DEAD = [CardState.DRAFT, CardState.SUSPENDED, CardState.REPLACED, CardState.REVOKED]


@pytest.mark.row("CARD-02")
@pytest.mark.parametrize("accept", [BROWSER, {"Accept": "application/json"}])
def test_dead_unknown_and_malformed_addresses_answer_alike_and_tell_nothing(
    client: ContractClient, wall: Wall, accept: dict[str, str]
) -> None:
    locator = wall.world.estate.locator
    tokens = [wall.hang(state).token for state in DEAD] + [locator + "x" * 22, locator + "!!", locator + "1" * 21]
    answers = [client.get(f"/c/{token}", headers=accept) for token in tokens]
    shapes = {(answer.status_code, answer.get_data(), frozenset(dict(answer.headers))) for answer in answers}
    assert len(shapes) == 1
    body = answers[0].get_data(as_text=True)
    for secret in (
        wall.world.estate.name,
        wall.world.company.name,
        "王建国",
        "13800000001",
        "李秀英",
        wall.world.estate.id,
    ):
        assert secret not in body
    assert "0451-12345" in body
    stranger = client.get("/c/" + "0" * 28, headers=accept)
    assert "12345" in stranger.get_data(as_text=True)
    assert wall.world.community.name not in stranger.get_data(as_text=True)
    assert stranger.status_code == answers[0].status_code


@pytest.mark.row("CARD-02")
def test_a_scan_costs_one_read_and_one_put(client: ContractClient, wall: Wall, calls: Calls) -> None:
    living, dead = wall.hang().token, wall.hang(CardState.REVOKED).token
    for token in (living, dead):
        with calls() as seen:
            client.get(f"/c/{token}")
        assert [name for name, _ in seen] == ["BatchGetItem", "PutItem"]


@pytest.mark.row("CARD-01")
def test_the_first_scan_makes_an_issued_card_active(client: ContractClient, wall: Wall, container: Container) -> None:
    card = wall.hang(CardState.ISSUED)
    client.get(f"/c/{card.token}")
    assert container.card_register.access_card_by_id(card.estate_id, card.id).state is CardState.ACTIVE
    client.get(f"/c/{card.token}")
    assert container.card_register.access_card_by_id(card.estate_id, card.id).version == 1


@pytest.mark.row("CARD-02")
def test_each_scan_is_remembered_with_time_card_and_result_and_nothing_else(
    client: ContractClient, wall: Wall, container: Container, clock: SettableClock
) -> None:
    living, dead = wall.hang(), wall.hang(CardState.REVOKED)
    for token in (living.token, dead.token, wall.world.estate.locator + "x" * 22):
        client.get(f"/c/{token}", headers={"X-Forwarded-For": "203.0.113.7"})
    scans = CardStore(container.table).list_scans(wall.world.estate.id, date_of(clock()))
    assert {(scan.result, scan.card_id) for scan in scans} == {
        (ScanResult.SHOWN, living.id),
        (ScanResult.DEAD, dead.id),
        (ScanResult.UNKNOWN, None),
    }
    assert all(scan.at == clock() for scan in scans)
    written = container.table.collection(f"ESTATE#{wall.world.estate.id}#SCANS#{date_of(clock()).isoformat()}")
    assert all(set(body) <= {"id", "estate_id", "at", "result", "card_id"} for _, body in written)
    before = len(CardStore(container.table).list_scans(NOWHERE, date_of(clock())))
    client.get("/c/" + "0" * 28)
    assert len(CardStore(container.table).list_scans(NOWHERE, date_of(clock()))) == before + 1


def test_a_scan_is_answered_even_when_it_cannot_be_remembered(
    client: ContractClient, wall: Wall, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = wall.hang(CardState.ISSUED).token

    def refuse(act: Transaction) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(container._card_store, "commit", refuse)
    assert client.get(f"/c/{token}").get_json()["in_charge"]["name"] == "王建国"


@pytest.mark.row("CARD-07")
def test_the_same_card_shows_the_new_manager_in_the_act_that_appoints_them(
    client: ContractClient, wall: Wall, container: Container
) -> None:
    token, estate = wall.hang().token, wall.world.estate
    act = Transaction("system", "appoint_manager", container.clock())
    container.cards.show_leader(act, estate, Contact("陈新", "项目经理", "13800000009"), DEPUTY)
    assert client.get(f"/c/{token}").get_json()["in_charge"]["name"] == "王建国"
    container.table.commit(act)
    assert client.get(f"/c/{token}").get_json()["in_charge"]["name"] == "陈新"


def test_two_facts_of_one_act_are_one_write_of_the_face(wall: Wall, container: Container) -> None:
    act = Transaction("system", "file_contract", container.clock())
    estate = wall.world.estate
    container.cards.show_company(act, estate, wall.world.company, verified=False)
    container.cards.show_leader(act, estate, None, DEPUTY)
    visit = NextVisit("visit_1", date_of(container.clock()), 540, 600, "清理楼道")
    container.cards.show_next_visit(act, estate, visit)
    assert len(act.parts) == 1
    container.table.commit(act)
    face = container.cards.face_of(estate)
    assert face is not None
    assert (face.verified, face.leader, face.deputy, face.next_visit) == (False, None, DEPUTY, visit)


def test_when_the_contract_ends_the_community_answers(client: ContractClient, wall: Wall, container: Container) -> None:
    token = wall.hang().token
    act = Transaction("system", "end_contract", container.clock())
    container.cards.show_company(act, wall.world.estate, None, verified=False)
    container.table.commit(act)
    answer = client.get(f"/c/{token}").get_json()
    assert (answer["in_charge"]["post"], answer["in_charge"]["phone"]) == ("community", "0451-12345")
    assert answer["card"]["verified"] is False


@pytest.mark.row("CARD-03")
def test_a_report_by_card_knows_its_place_and_a_dead_card_gives_none(wall: Wall, container: Container) -> None:
    card = wall.hang()
    where = container.cards.place_of(card.token)
    assert (where.estate_id, where.card_id, where.place) == (card.estate_id, card.id, card.place)
    for token in (wall.hang(CardState.SUSPENDED).token, "nonsense", card.locator + "x" * 22):
        with pytest.raises(CardUnknown):
            container.cards.place_of(token)


@pytest.mark.row("CARD-10")
def test_a_tap_on_a_number_is_counted_and_a_dead_card_answers_the_same(
    client: ContractClient, wall: Wall, container: Container, clock: SettableClock
) -> None:
    living, dead = wall.hang(), wall.hang(CardState.REVOKED)
    assert client.post(f"/c/{living.token}/calls?to=deputy").status_code == 204
    assert client.post(f"/c/{dead.token}/calls?to=deputy").status_code == 204
    assert client.post("/c/nonsense/calls").status_code == 204
    called = CardStore(container.table).list_scans(wall.world.estate.id, date_of(clock()))
    assert [(scan.result, scan.called, scan.card_id) for scan in called] == [(ScanResult.CALLED, "deputy", living.id)]


def test_the_portrait_stands_behind_the_living_card_only(
    client: ContractClient, wall: Wall, container: Container
) -> None:
    container.media.write("portraits/test.jpg", b"\xff\xd8picture", "image/jpeg")
    wall.show(leader=replace(MANAGER, photo_key="portraits/test.jpg"))
    living, dead = wall.hang().token, wall.hang(CardState.REVOKED).token
    shown = client.get(f"/c/{living}").get_json()["in_charge"]["photo"]
    assert client.get(shown).get_data() == b"\xff\xd8picture"
    assert client.get(f"/c/{dead}/photo").status_code == 404
    assert client.get(f"/c/{living}/photo?of=deputy").status_code == 404


def test_somebody_who_scans_without_end_is_slowed_down(client: ContractClient, wall: Wall) -> None:
    token = wall.hang().token
    answers = [client.get(f"/c/{token}/photo").status_code for _ in range(121)]
    assert answers[119] == 404
    assert answers[120] == 429


@pytest.mark.row("INT-13")
def test_wechat_sees_who_owns_the_address_on_the_cards(settings, clock, contract, wall) -> None:
    proven = Container(replace(settings, wechat_link_check=("Ab3dE", "0f1e2d")), clock)
    client = ContractClient(create_app(proven), contract)
    answer = client.get("/c/Ab3dE.txt")
    assert (answer.status_code, answer.mimetype, answer.get_data(as_text=True)) == (200, "text/plain", "0f1e2d")
    assert client.get("/c/other.txt").status_code == 404
    assert client.get(f"/c/{wall.hang().token}").status_code == 200


def test_without_such_a_file_there_is_none(client) -> None:
    assert client.get("/c/Ab3dE.txt").status_code == 404
