"""Record breaches of faith, hear the member, decide, hear an appeal, and list what stands for good (VOT-13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.appointments.rules import PostUnknown
from miniprogram_api.conduct.breach import Breach, recorded, stepped
from miniprogram_api.conduct.refusals import (
    BreachMoved,
    BreachUnknown,
    ConductKeyReused,
    SeatUnknown,
    TooManyBreaches,
)
from miniprogram_api.conduct.service.asking import seat_of, was_taken
from miniprogram_api.conduct.store import BREACH
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from miniprogram_api.appointments.rules import Post
    from miniprogram_api.appointments.service import Appointments
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.conduct.history import Said
    from miniprogram_api.conduct.service.asking import Asked
    from miniprogram_api.conduct.store import ConductStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

MOST_ROWS = 5_000
HEADINGS = ("姓名", "职务", "小区", "违约失信事实", "登记日期", "本人陈述", "申诉", "认定日期", "认定意见")
WIDTHS = (12, 16, 20, 40, 12, 40, 40, 12, 40)


class Workbooks(Protocol):
    """Writes Excel files."""

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        ...


class BreachRecords:
    """The breaches of all committee members."""

    def __init__(
        self,
        store: ConductStore,
        committees: Committees,
        appointments: Appointments,
        estates: Estates,
        photos: Photos,
        workbooks: Workbooks,
    ) -> None:
        self._store = store
        self._committees = committees
        self._appointments = appointments
        self._estates = estates
        self._photos = photos
        self._workbooks = workbooks

    def record(self, asked: Asked, post_id: str, said: Said) -> Breach:
        """Record what a member did, with proof.

        Raises:
            SeatUnknown: the estate has no such committee member.
            ConductKeyReused: the key came before with different content.
            PhotoNotYours: a photo of the proof cannot be used.
        """
        post = self._seat(asked.estate_id, post_id)
        seat = seat_of(post, self._estates.get_estate(asked.estate_id))
        breach_id = derived_id("breach", asked.by, asked.estate_id, "record_breach", asked.key)
        breach = recorded(breach_id, seat, said, asked.hand("record"))
        act = Transaction(asked.by, "record_breach", asked.now)
        act.add(BREACH, breach, otherwise=ConductKeyReused)
        self._photos.attach(act, asked.estate_id, said.photo_ids, breach_id, "breach_proof")
        try:
            self._store.commit(act)
        except ConductKeyReused:
            there = self.access_breach_by_id(asked.estate_id, breach_id)
            if (there.seat.post_id, there.history[0].said) != (post_id, said):
                raise
            return there
        return breach

    def take(self, asked: Asked, name: str, said: Said) -> Breach:
        """Take a step; asked for again with the same key, the step stands once.

        Raises:
            BreachUnknown: there is no such record; for the member's own steps, none about them.
            BreachMoved: somebody else took a step at the same moment.
            ConductKeyReused: the key came before with different content.
            AppealOver, Problem: see the workflow.
        """
        stored = self.access_breach_by_id(asked.estate_id, asked.thing_id)
        breach = self._about_now(stored)
        if name in {"state", "appeal"} and breach.seat.account_id != asked.by:
            raise BreachUnknown
        hand = asked.hand(name)
        if was_taken(breach.step_of(hand.step_id), said):
            return breach
        act = Transaction(asked.by, f"breach_{name}", asked.now)
        after = act.change(BREACH, stored, stepped(breach, name, said, hand), otherwise=BreachMoved)
        self._photos.attach(act, asked.estate_id, said.photo_ids, breach.id, "breach_step")
        self._store.commit(act)
        return after

    def access_breach_by_id(self, estate_id: str, breach_id: str) -> Breach:
        """Return a record of the estate, or raise BreachUnknown."""
        breach = self._store.find_breach(estate_id, breach_id)
        if breach is None:
            raise BreachUnknown
        return breach

    def list_breaches(self, estate_id: str, limit: int, cursor: str | None) -> Page[Breach]:
        """List the records of an estate."""
        return self._store.list_breaches(estate_id, limit, cursor)

    def photos_of(self, breach: Breach) -> list[PhotoShown]:
        """Return what is shown of every photo of a record, in the order of the steps."""
        return self._photos.show(breach.estate_id, [one for step in breach.history for one in step.said.photo_ids])

    def export(self, unit_id: str, now: datetime) -> bytes:
        """Return what stands for good below a unit as an Excel file, to be handed to the credit authority by hand.

        Raises:
            TooManyBreaches: there are more than 5,000.
        """
        page = self._store.upheld_below(self._estates.get_unit(unit_id).path, MOST_ROWS)
        if page.next is not None:
            raise TooManyBreaches
        rows = [self._row(breach) for breach in page.items if breach.stands(now)]
        return self._workbooks.write("违约失信记录", HEADINGS, rows, WIDTHS)

    def _row(self, breach: Breach) -> tuple[str | None, ...]:
        name, _ = self._appointments.person_of(self._seat(breach.estate_id, breach.seat.post_id))
        return (
            name or breach.seat.name,
            breach.seat.title,
            breach.seat.estate_name,
            breach.fact,
            date_of(breach.recorded_at).isoformat(),
            breach.said("state", "hear"),
            breach.said("appeal"),
            None if breach.upheld_at is None else date_of(breach.upheld_at).isoformat(),
            breach.said("uphold"),
        )

    def _about_now(self, breach: Breach) -> Breach:
        """Return the record with the account that holds the seat by now: a number may be proved later."""
        account_id = self._seat(breach.estate_id, breach.seat.post_id).account_id
        return replace(breach, seat=replace(breach.seat, account_id=account_id))

    def _seat(self, estate_id: str, post_id: str) -> Post:
        try:
            return self._committees.access_seat_by_id(estate_id, post_id)
        except PostUnknown:
            raise SeatUnknown from None
