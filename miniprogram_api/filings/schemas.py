"""What people send and see about filings."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.filings.rules import Filing, FilingState, Leader, Terms
from miniprogram_api.kernel.privacy import parse_mobile

if TYPE_CHECKING:
    from collections.abc import Callable

Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
Mobile = Annotated[str, msgspec.Meta(min_length=11, max_length=20)]
FilingNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
FeeStandard = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Grade = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Item = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Items = Annotated[list[Item], msgspec.Meta(min_length=1, max_length=40)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class LeaderShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The project leader or the deputy; name and number go on the wall card."""

    name: Name
    phone: Mobile
    filing_number: FilingNumber | None = None

    def leader(self) -> Leader:
        """Return the value the filing keeps, or raise PhoneUnreadable."""
        return Leader(self.name, parse_mobile(self.phone), self.filing_number)

    @classmethod
    def of(cls, leader: Leader) -> LeaderShown:
        """Return what is shown of a leader."""
        return cls(leader.name, leader.phone, leader.filing_number)


class TermsGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract: first and last day, fee standard in words, service grade, items, the uploaded file, who leads."""

    starts_on: date
    ends_on: date
    fee_standard: FeeStandard
    service_grade: Grade
    items: Items
    contract_file: Identity
    leader: LeaderShown
    deputy: LeaderShown | None = None

    def terms(self) -> Terms:
        """Return the value the filing keeps, or raise PhoneUnreadable."""
        return Terms(
            self.starts_on,
            self.ends_on,
            self.fee_standard,
            self.service_grade,
            tuple(self.items),
            self.contract_file,
            self.leader.leader(),
            None if self.deputy is None else self.deputy.leader(),
        )


class NewFiling(TermsGiven, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A contract and its project leader to be filed for an estate."""

    estate_id: Identity


class FilingReturn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the company has to correct."""

    reason: Reason


class ContractFile(msgspec.Struct, frozen=True):
    """An uploaded contract; name it in the filing."""

    id: str


class FilingShown(msgspec.Struct, frozen=True):
    """A filing. ``contract_link`` is there only for the company and for those who review it."""

    id: str
    estate_id: str
    estate_name: str
    company_id: str
    company_name: str
    state: FilingState
    in_force: bool
    starts_on: date
    ends_on: date
    fee_standard: str
    service_grade: str
    items: list[str]
    leader: LeaderShown
    submitted_at: datetime
    deputy: LeaderShown | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    warned_days: int | None = None
    ended_on: date | None = None
    contract_link: str | None = None

    @classmethod
    def of(cls, filing: Filing, link: Callable[[Filing], str] | None = None) -> FilingShown:
        """Return what is shown of a filing."""
        terms = filing.terms
        return cls(
            id=filing.id,
            estate_id=filing.estate_id,
            estate_name=filing.estate_name,
            company_id=filing.company_id,
            company_name=filing.company_name,
            state=filing.state,
            in_force=filing.is_in_force,
            starts_on=terms.starts_on,
            ends_on=terms.ends_on,
            fee_standard=terms.fee_standard,
            service_grade=terms.service_grade,
            items=list(terms.items),
            leader=LeaderShown.of(terms.leader),
            submitted_at=filing.submitted_at,
            deputy=None if terms.deputy is None else LeaderShown.of(terms.deputy),
            decided_at=filing.decided_at,
            reason=filing.reason,
            warned_days=filing.warned_days,
            ended_on=filing.ended_on,
            contract_link=None if link is None else link(filing),
        )
