"""Give the filed project leader the manager's post, in the same act as the contract (EST-04, CARD-07)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.appointments.rules import Appointee, Leaders, Particulars, Post
from miniprogram_api.filings.rules import FilingChanged
from miniprogram_api.filings.store import FILING_KIND
from miniprogram_api.kernel.access import Role, ScopeKind
from miniprogram_api.kernel.privacy import parse_mobile
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from miniprogram_api.appointments.service import Appointments
    from miniprogram_api.appointments.service.appointing import Appointing
    from miniprogram_api.appointments.service.writing import PostWriter
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.filings.rules import Filing, Leader
    from miniprogram_api.storage.sealing import Sealer


class EstateToBe:
    """Answers with one estate as the act under way leaves it: seats and cards follow the company that comes."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def get_estate(self, estate_id: str) -> Estate:
        """Return the estate; no other is asked for within the act."""
        if estate_id != self._estate.id:
            raise KeyError(estate_id)
        return self._estate


class SeatRegister(Protocol):
    """What the appointments know of seats."""

    @property
    def commit(self) -> Callable[[Transaction], None]:
        """Write an act."""
        ...

    def find_leaders(self, estate_ids: Iterable[str]) -> Mapping[str, Leaders]:
        """Return who sits where."""
        ...

    def find_post(self, place: ScopeKind, place_id: str, post_id: str) -> Post | None:
        """Return a post, or None."""
        ...


class FiledLeaders:
    """Seats the leader and the deputy a filing names."""

    def __init__(
        self,
        seats: SeatRegister,
        appointments: Appointments,
        appointing: Appointing,
        sealer: Sealer,
        writer_for: Callable[[EstateToBe], PostWriter],
    ) -> None:
        self._seats = seats
        self._appointments = appointments
        self._appointing = appointing
        self._sealer = sealer
        self._writer_for = writer_for

    def seat(self, act: Transaction, estate: Estate, filing: Filing) -> None:
        """Add the appointment of the filed leader to the act; somebody who leads for the company already stays."""
        holder = self._holder(estate.id, deputy=False)
        if holder is not None and self._stays(holder, filing, filing.terms.leader):
            return
        post = self._drafted(estate, filing, filing.terms.leader, act.at, deputy=False)
        successor_of = None if holder is None or holder.is_over else holder.id
        self._writer_for(EstateToBe(estate)).open(act, [post], successor_of=successor_of)

    def vacate(self, act: Transaction, estate: Estate) -> None:
        """Add the end of the manager's and the deputy's post to the act."""
        self._appointments.vacate(act, estate)

    def seat_deputy(self, filing: Filing, seated: Filing, now: datetime) -> None:
        """Appoint the filed deputy and note it on the filing, in one act."""
        deputy = filing.terms.deputy
        if deputy is None:
            return

        def begin() -> Transaction:
            return Transaction(filing.decided_by or "system", "seat_deputy", now)

        def note(act: Transaction) -> None:
            act.change(FILING_KIND, filing, seated, otherwise=FilingChanged)

        holder = self._holder(filing.estate_id, deputy=True)
        if holder is not None and self._stays(holder, filing, deputy):
            act = begin()
            note(act)
            self._seats.commit(act)
            return
        post = self._drafted(None, filing, deputy, now, deputy=True)
        successor_of = None if holder is None or holder.is_over else holder.id
        self._appointing.write(begin, [post], successor_of=successor_of, along=note)

    def _holder(self, estate_id: str, *, deputy: bool) -> Post | None:
        seats = self._seats.find_leaders([estate_id]).get(estate_id)
        post_id = None if seats is None else (seats.deputy if deputy else seats.manager)
        return None if post_id is None else self._seats.find_post(ScopeKind.ESTATE, estate_id, post_id)

    def _stays(self, holder: Post, filing: Filing, named: Leader) -> bool:
        same_person = holder.phone_index == self._sealer.index(parse_mobile(named.phone), "phone")
        return same_person and holder.company_id == filing.company_id and not holder.is_over

    def _drafted(self, estate: Estate | None, filing: Filing, named: Leader, now: datetime, *, deputy: bool) -> Post:
        about = Particulars("", filing_number=named.filing_number)
        place = (ScopeKind.ESTATE, filing.estate_id, filing.estate_name if estate is None else estate.name)
        key = f"{filing.id}#{'deputy' if deputy else 'leader'}#{filing.in_force_since}"
        draft = self._appointing.draft(
            filing.decided_by or filing.submitted_by,
            key,
            place,
            Role.MANAGER,
            Appointee(named.name, named.phone, about),
            now,
            deputy=deputy,
        )
        return replace(draft, company_id=filing.company_id, estate_ids=(filing.estate_id,))
