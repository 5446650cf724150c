"""Filings over HTTP: the company submits, the community reviews, everybody there sees what is in force."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_company, in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.filings.rules import (
    AnotherInForce,
    CompanyNotConfirmed,
    ContractFileRefused,
    FilingChanged,
    FilingRepeated,
    FilingUnknown,
    LeaderTwice,
    ReviewerPartial,
    TermUnclear,
)
from miniprogram_api.filings.schemas import ContractFile, FilingReturn, FilingShown, NewFiling, TermsGiven
from miniprogram_api.filings.service import Filings, is_public
from miniprogram_api.kernel.access import OFFICIALS, Permission, PlaceUnknown, Role
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.privacy import PhoneUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

routes = Routes("filings", tag="合同备案")

_OF_COMPANY = "/v1/companies/<company_id>/filings"
_OF_ESTATE = "/v1/estates/<estate_id>/filings"
_TERMS = (CompanyNotConfirmed, TermUnclear, LeaderTwice, PhoneUnreadable, PlaceUnknown, NotFound)
_REVIEW = (FilingUnknown, IllegalTransition, SamePersonRefused, ReviewerPartial, FilingChanged)
_SEES_ALL = OFFICIALS | {Role.COMPANY_ADMIN, Role.MANAGER}
MAXIMUM_FILE = 6 * 1024 * 1024 - 16 * 1024


@routes.post(
    "/v1/companies/<company_id>/contract-files",
    guard=in_company(Permission.FILING_SUBMIT),
    status=201,
    consumes="application/octet-stream",
    maximum_bytes=MAXIMUM_FILE,
    errors=(ContractFileRefused,),
)
def keep_contract_file(call: Call, company_id: str, body: bytes) -> ContractFile:
    """Upload a scanned contract (PDF, JPEG or PNG); uploading the same file again gives the same id."""
    return ContractFile(call.service(Filings).keep_contract_file(company_id, body))


@routes.post(
    _OF_COMPANY,
    guard=in_company(Permission.FILING_SUBMIT),
    status=201,
    repeatable=True,
    errors=(*_TERMS, FilingRepeated),
)
def submit_filing(call: Call, company_id: str, body: NewFiling) -> FilingShown:
    """Submit a contract and its project leader for an estate (EST-04)."""
    filings, by = call.service(Filings), call.principal.account_id
    filing = filings.submit(by, call.key, company_id, body.estate_id, body.terms(), call.now)
    return FilingShown.of(filing, filings.contract_link)


@routes.get(_OF_COMPANY, guard=in_company(Permission.COMPANY_READ))
def list_filings_of_company(call: Call, company_id: str, query: ListQuery) -> PageOf[FilingShown]:
    """List the filings of a company."""
    filings = call.service(Filings)
    page = filings.list_of_company(company_id, query.limit, query.cursor)
    return PageOf([FilingShown.of(filing, filings.contract_link) for filing in page.items], page.next)


@routes.put(
    "/v1/companies/<company_id>/estates/<estate_id>/filings/<filing_id>",
    guard=in_company(Permission.FILING_SUBMIT),
    errors=(*_TERMS, FilingUnknown, IllegalTransition, FilingChanged),
)
def resubmit_filing(call: Call, company_id: str, estate_id: str, filing_id: str, body: TermsGiven) -> FilingShown:
    """Submit a returned filing again with corrected contents."""
    filings, by = call.service(Filings), call.principal.account_id
    filing = filings.resubmit(by, company_id, estate_id, filing_id, body.terms(), call.now)
    return FilingShown.of(filing, filings.contract_link)


@routes.get("/v1/units/<unit_id>/filings", guard=in_unit(Permission.FILING_REVIEW))
def list_filings_waiting(call: Call, unit_id: str, query: ListQuery) -> PageOf[FilingShown]:  # noqa: ARG001  the guard read it
    """List the filings to be reviewed anywhere below a unit, oldest first within a community."""
    filings = call.service(Filings)
    page = filings.list_waiting(call.territory, query.limit, query.cursor)
    return PageOf([FilingShown.of(filing, filings.contract_link) for filing in page.items], page.next)


@routes.get(_OF_ESTATE, guard=in_estate(Permission.FILING_READ))
def list_filings(call: Call, estate_id: str, query: ListQuery) -> PageOf[FilingShown]:
    """List the filings of an estate; residents see those that were filed."""
    filings = call.service(Filings)
    page = filings.list_of_estate(estate_id, query.limit, query.cursor)
    if _sees_all(call):
        return PageOf([FilingShown.of(filing, filings.contract_link) for filing in page.items], page.next)
    return PageOf([FilingShown.of(filing) for filing in page.items if is_public(filing)], page.next)


@routes.get(f"{_OF_ESTATE}/<filing_id>", guard=in_estate(Permission.FILING_READ), errors=(FilingUnknown,))
def read_filing(call: Call, estate_id: str, filing_id: str) -> FilingShown:
    """Return one filing; residents find those that were filed."""
    filings = call.service(Filings)
    filing = filings.access_filing_by_id(estate_id, filing_id)
    if _sees_all(call):
        return FilingShown.of(filing, filings.contract_link)
    if not is_public(filing):
        raise FilingUnknown
    return FilingShown.of(filing)


@routes.post(
    f"{_OF_ESTATE}/<filing_id>/file",
    guard=in_estate(Permission.FILING_REVIEW),
    errors=(*_REVIEW, AnotherInForce, TermUnclear, PhoneUnreadable, Conflict),
)
def file_contract(call: Call, estate_id: str, filing_id: str) -> FilingShown:
    """File a contract; when its first day has come, company, manager and cards change in the same act (CARD-07)."""
    filings = call.service(Filings)
    return FilingShown.of(filings.approve(call.principal, estate_id, filing_id, call.now), filings.contract_link)


@routes.post(
    f"{_OF_ESTATE}/<filing_id>/return",
    guard=in_estate(Permission.FILING_REVIEW),
    errors=(*_REVIEW, InputMissing),
)
def return_filing(call: Call, estate_id: str, filing_id: str, body: FilingReturn) -> FilingShown:
    """Return a filing to the company with what has to be corrected."""
    filings = call.service(Filings)
    filing = filings.send_back(call.principal, estate_id, filing_id, body.reason, call.now)
    return FilingShown.of(filing, filings.contract_link)


def _sees_all(call: Call) -> bool:
    return not _SEES_ALL.isdisjoint(call.principal.roles_in(call.territory))
