"""A filing from submission to the end of the contract, as its people see it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.container import Container
from miniprogram_api.estates.rules import CompanyState, EstateFlag
from miniprogram_api.estates.store import COMPANY, ESTATE
from miniprogram_api.filings.notices import notices
from miniprogram_api.filings.rules import FilingState
from miniprogram_api.filings.store import FILING_KIND
from miniprogram_api.kernel.access import Grant, Principal, Role, Scope, ScopeKind
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.table import StoreUnavailable
from miniprogram_api.storage.transaction import Transaction
from tests.contract_client import ContractClient
from tests.world import People, SettableClock, World

if TYPE_CHECKING:
    from miniprogram_api.estates.rules import Company

PDF = b"%PDF-1.7\n% a contract"


@dataclass
class Office:
    """Company, community and calendar around one estate without a contract."""

    client: ContractClient
    people: People
    world: World
    container: Container
    clock: SettableClock
    count: int = 0

    @property
    def today(self) -> date:
        return date_of(self.clock())

    def upload(self, company: Company | None = None, data: bytes = PDF) -> str:
        company = company or self.world.company
        response = self.client.post(
            f"/v1/companies/{company.id}/contract-files",
            data=data,
            content_type="application/octet-stream",
            headers=self.people.company_admin(company).headers,
        )
        assert response.status_code == 201, response.get_data(as_text=True)
        return str(response.get_json()["id"])

    def terms(self, company: Company | None = None, **changes: Any) -> dict[str, Any]:
        return {
            "estate_id": self.world.estate.id,
            "starts_on": self.today.isoformat(),
            "ends_on": (self.today + timedelta(days=364)).isoformat(),
            "fee_standard": "0.35元/平方米·月",
            "service_grade": "三级",
            "items": ["保洁", "秩序维护", "绿化养护"],
            "contract_file": self.upload(company),
            "leader": {"name": "王建国", "phone": f"139{self.count:08d}", "filing_number": "PM-2026-01"},
        } | changes

    def submit(self, company: Company | None = None, status: int = 201, **changes: Any) -> dict[str, Any]:
        self.count += 1
        company = company or self.world.company
        response = self.client.post(
            f"/v1/companies/{company.id}/filings",
            json=self.terms(company, **changes),
            headers={**self.people.company_admin(company).headers, "Idempotency-Key": f"filing-{self.count:04d}"},
        )
        assert response.status_code == status, response.get_data(as_text=True)
        return dict(response.get_json())

    def review(self, filing: dict[str, Any], step: str = "file", status: int = 200, **body: Any) -> dict[str, Any]:
        response = self.client.post(
            f"/v1/estates/{self.world.estate.id}/filings/{filing['id']}/{step}",
            json=body or None,
            headers=self.people.official(self.world.community).headers,
        )
        assert response.status_code == status, response.get_data(as_text=True)
        return dict(response.get_json())

    def stands(self) -> tuple[str | None, str | None, str | None]:
        """Return the company of the estate, and company and manager on its cards."""
        estate = self.container.estates.get_estate(self.world.estate.id)
        face = self.container.cards.face_of(estate)
        leader = None if face is None or face.leader is None else face.leader.name
        return estate.company_id, None if face is None else face.company_name, leader

    def go_to(self, day: date) -> None:
        self.clock.set(start_of(day) + timedelta(minutes=6))
        for _ in range(3):
            self.container.filings.sweep(self.clock())

    def second_company(self) -> Company:
        company = replace(self.world.company, id=f"{self.world.company.id}b", name="接替物业", hotline="0451-88880000")
        act = Transaction("system", "test_setup", self.clock())
        act.add(COMPANY, company)
        self.container.table.commit(act)
        return company


@pytest.fixture
def office(client: ContractClient, people: People, world: World, container: Container, clock: SettableClock) -> Office:
    act = Transaction("system", "test_setup", clock())
    act.change(ESTATE, world.estate, replace(world.estate, company_id=None))
    container.table.commit(act)
    return Office(client, people, world, container, clock)


@pytest.mark.row("EST-04")
@pytest.mark.row("CARD-07")
def test_filed_means_company_manager_and_card_at_once(office: Office) -> None:
    filing = office.submit(deputy={"name": "李副手", "phone": "13700000001"})
    assert filing["state"] == "submitted"
    assert office.stands() == (None, None, None)
    assert office.container.filings.current(office.world.estate.id) is None
    filed = office.review(filing)
    assert (filed["state"], filed["in_force"]) == ("filed", True)
    company = office.world.company
    assert office.stands() == (company.id, company.name, "王建国")
    face = office.container.cards.face_of(office.container.estates.get_estate(office.world.estate.id))
    assert face is not None
    assert face.verified
    assert face.hotline == company.hotline
    assert face.deputy is not None
    assert face.deputy.name == "李副手"
    current = office.container.filings.current(office.world.estate.id)
    assert current is not None
    assert current.id == filing["id"]


@pytest.mark.row("EST-04")
def test_returned_with_the_reason_corrected_and_filed(office: Office) -> None:
    filing = office.submit()
    assert office.review(filing, "return", 422, reason="")["code"] == "invalid"
    returned = office.review(filing, "return", reason="合同缺少盖章页")
    assert (returned["state"], returned["reason"]) == ("returned", "合同缺少盖章页")
    assert office.review(filing, "file", 409)["code"] == "illegal_transition"
    company, estate = office.world.company, office.world.estate
    terms = {name: value for name, value in office.terms().items() if name != "estate_id"}
    again = office.client.put(
        f"/v1/companies/{company.id}/estates/{estate.id}/filings/{filing['id']}",
        json=terms,
        headers=office.people.company_admin(company).headers,
    )
    assert (again.status_code, again.get_json()["state"]) == (200, "submitted")
    assert office.review(filing)["state"] == "filed"
    assert office.review(filing, status=409)["code"] == "illegal_transition"


@pytest.mark.row("EST-04")
def test_nobody_of_the_company_reviews_its_filing(office: Office) -> None:
    filing = office.submit()
    people, world = office.people, office.world
    both = people.with_grants(
        Grant("grant_a", Role.COMMUNITY, Scope(ScopeKind.UNIT, world.community.id)),
        Grant("grant_b", Role.COMPANY_ADMIN, Scope(ScopeKind.COMPANY, world.company.id)),
    )
    path = f"/v1/estates/{world.estate.id}/filings/{filing['id']}/file"
    refused = office.client.post(path, headers=both.headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "reviewer_partial")
    admin = office.client.post(path, headers=people.company_admin(world.company).headers)
    assert admin.status_code == 404
    assert office.stands() == (None, None, None)


@pytest.mark.row("EST-04")
def test_the_queue_shows_every_level_what_is_below_it(office: Office) -> None:
    filing = office.submit()
    for unit in (office.world.community, office.world.street, office.world.district):
        queue = office.client.get(f"/v1/units/{unit.id}/filings", headers=office.people.official(unit).headers)
        assert [line["id"] for line in queue.get_json()["items"]] == [filing["id"]]
    office.review(filing)
    unit = office.world.community
    queue = office.client.get(f"/v1/units/{unit.id}/filings", headers=office.people.official(unit).headers)
    assert queue.get_json()["items"] == []


@pytest.mark.row("EST-04")
def test_warned_at_90_30_and_7_days_and_ended_the_day_after_the_last(office: Office) -> None:
    filing = office.review(office.submit())
    ends_on = date.fromisoformat(filing["ends_on"])
    seen = []
    for days in (91, 90, 89, 30, 7, 0, -1):
        office.go_to(ends_on - timedelta(days=days))
        kept = office.container.filings.access_filing_by_id(office.world.estate.id, filing["id"])
        seen.append((days, kept.state, kept.warned_days))
    assert seen == [
        (91, FilingState.FILED, None),
        (90, FilingState.EXPIRING, 90),
        (89, FilingState.EXPIRING, 90),
        (30, FilingState.EXPIRING, 30),
        (7, FilingState.EXPIRING, 7),
        (0, FilingState.EXPIRING, 7),
        (-1, FilingState.ENDED, 7),
    ]
    assert office.stands() == (None, None, None)
    estate = office.container.estates.get_estate(office.world.estate.id)
    assert EstateFlag.NO_SERVICE in estate.current_flags
    assert office.container.filings.current(estate.id) is None


@pytest.mark.row("EST-04")
@pytest.mark.row("IDR-20")
def test_staff_lose_access_with_the_contract(office: Office) -> None:
    filing = office.review(office.submit())
    estate = office.container.estates.get_estate(office.world.estate.id)
    worker = office.people.staff(estate, Role.MANAGER)
    path = f"/v1/estates/{estate.id}"
    assert office.client.get(path, headers=worker.headers).status_code == 200
    office.go_to(date.fromisoformat(filing["ends_on"]) + timedelta(days=1))
    assert office.client.get(path, headers=office.people.again(worker).headers).status_code == 404


@pytest.mark.row("EST-04")
def test_a_successor_takes_over_on_its_first_day_without_a_gap(office: Office) -> None:
    first = office.review(office.submit())
    other, next_day = office.second_company(), date.fromisoformat(first["ends_on"]) + timedelta(days=1)
    at_once = office.submit(other)
    assert office.review(at_once, status=409)["code"] == "another_in_force"
    later = {"starts_on": next_day.isoformat(), "ends_on": (next_day + timedelta(days=700)).isoformat()}
    second = office.review(office.submit(other, **later, leader={"name": "赵接任", "phone": "13600000009"}))
    assert (second["state"], second["in_force"]) == ("filed", False)
    assert office.stands()[2] == "王建国"
    office.go_to(next_day - timedelta(days=1))
    assert office.stands()[0] == office.world.company.id
    office.go_to(next_day)
    assert office.stands() == (other.id, other.name, "赵接任")
    states = [
        office.container.filings.access_filing_by_id(office.world.estate.id, filing["id"]).state
        for filing in (first, second)
    ]
    assert states == [FilingState.ENDED, FilingState.FILED]
    estate = office.container.estates.get_estate(office.world.estate.id)
    assert EstateFlag.NO_SERVICE not in estate.current_flags


def test_a_renewal_with_the_same_leader_keeps_the_post(office: Office) -> None:
    leader = {"name": "王建国", "phone": "13500000001"}
    first = office.review(office.submit(leader=leader))
    next_day = date.fromisoformat(first["ends_on"]) + timedelta(days=1)
    later = {"starts_on": next_day.isoformat(), "ends_on": (next_day + timedelta(days=700)).isoformat()}
    office.review(office.submit(leader=leader, **later))
    office.go_to(next_day)
    assert office.stands() == (office.world.company.id, office.world.company.name, "王建国")


@pytest.mark.row("EST-03")
def test_only_a_confirmed_company_files(office: Office) -> None:
    company = office.world.company
    act = Transaction("system", "test_setup", office.clock())
    act.change(COMPANY, company, replace(company, state=CompanyState.REPORTED))
    office.container.table.commit(act)
    assert office.submit(status=409)["code"] == "company_not_confirmed"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"ends_on": "2020-01-01"}, 422, "filing_term_unclear"),
        ({"leader": {"name": "王", "phone": "12345678901"}}, 422, "phone_unreadable"),
        (
            {"leader": {"name": "王", "phone": "13900000001"}, "deputy": {"name": "王", "phone": "13900000001"}},
            422,
            "leader_twice",
        ),
        ({"contract_file": "doc_never_uploaded"}, 404, "file_missing"),
        ({"estate_id": "est_unknown"}, 404, "place_unknown"),
    ],
)
def test_contents_that_cannot_be_filed(office: Office, changes: dict[str, Any], status: int, code: str) -> None:
    assert office.submit(status=status, **changes)["code"] == code


def test_a_contract_is_a_document(office: Office) -> None:
    company = office.world.company
    refused = office.client.post(
        f"/v1/companies/{company.id}/contract-files",
        data=b"MZ\x90\x00",
        content_type="application/octet-stream",
        headers=office.people.company_admin(company).headers,
    )
    assert (refused.status_code, refused.get_json()["code"]) == (422, "contract_file_refused")
    assert office.upload() == office.upload()


def test_submitting_twice_is_one_filing(office: Office) -> None:
    admin = office.people.company_admin(office.world.company)
    terms = office.terms()
    headers = {**admin.headers, "Idempotency-Key": "filing-same"}
    path = f"/v1/companies/{office.world.company.id}/filings"
    first, second = (office.client.post(path, json=terms, headers=headers).get_json()["id"] for _ in range(2))
    assert first == second
    other = office.client.post(path, json=terms | {"service_grade": "二级"}, headers=headers)
    assert (other.status_code, other.get_json()["code"]) == (409, "filing_repeated")


def test_residents_see_what_was_filed_and_no_contract(office: Office) -> None:
    filing = office.submit()
    resident = office.people.resident(office.world.estate)
    path = f"/v1/estates/{office.world.estate.id}/filings"
    assert office.client.get(path, headers=resident.headers).get_json()["items"] == []
    assert office.client.get(f"{path}/{filing['id']}", headers=resident.headers).status_code == 404
    office.review(filing)
    (line,) = office.client.get(path, headers=resident.headers).get_json()["items"]
    assert "contract_link" not in {name for name, value in line.items() if value}
    official = office.people.official(office.world.community)
    shown = office.client.get(f"{path}/{filing['id']}", headers=official.headers).get_json()
    assert shown["contract_link"].startswith("http")


@pytest.mark.row("EST-04")
def test_who_is_told(office: Office) -> None:
    filing = office.container.filings.access_filing_by_id(office.world.estate.id, office.submit()["id"])
    (asked,) = notices(None, filing)
    assert (asked.to.unit_id, asked.to.roles) == (office.world.community.id, {Role.COMMUNITY})
    warned = replace(filing, state=FilingState.EXPIRING, warned_days=90)
    assert len(notices(replace(filing, state=FilingState.FILED), warned)) == 3
    assert len(notices(warned, replace(warned, warned_days=30))) == 3
    assert notices(warned, replace(warned, version=9)) == ()
    returned = replace(filing, state=FilingState.RETURNED, reason="缺页")
    (told,) = notices(filing, returned)
    assert told.to.account_id == filing.submitted_by
    assert "缺页" in told.text
    assert FILING_KIND.entity_of(FILING_KIND.body(filing)) == filing


@pytest.mark.row("EST-04")
def test_filing_is_one_act_or_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = office.submit()
    acts: list[Transaction] = []
    store, commit = office.container.filings._store, office.container.table.commit

    def cut(act: Transaction) -> None:
        acts.append(act)
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(store, "commit", cut)
        office.review(filing, status=503)
    assert office.stands() == (None, None, None)
    office.review(filing)
    (act,) = acts
    kinds = {part.key.sk.split("#")[0] for part in act.parts}
    assert {"FILING", "ESTATE", "FACE", "POST", "LEADERS"} <= kinds
    assert store.commit == commit


@pytest.mark.row("EST-04")
def test_two_reviewers_at_once_file_once(office: Office) -> None:
    filing = office.submit()
    gate, outcomes = threading.Barrier(2), list[str]()

    def review() -> None:
        scope = Scope(ScopeKind.UNIT, office.world.community.id)
        reviewer = Principal(new_id("acc", office.clock()), grants=(Grant("grant_r", Role.COMMUNITY, scope),))
        gate.wait()
        try:
            filings = office.container.filings
            outcomes.append(filings.approve(reviewer, office.world.estate.id, filing["id"], office.clock()).state)
        except Conflict as conflict:
            outcomes.append(conflict.code)

    threads = [threading.Thread(target=review) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("filed") == 1
    assert len(outcomes) == 2
    assert office.stands() == (office.world.company.id, office.world.company.name, "王建国")
