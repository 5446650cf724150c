"""Draft, propose, approve, return, withdraw and end a tariff."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.workflow import IllegalTransition
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.lifecycle import ended, stepped
from miniprogram_api.tariffs.standards import check_package
from miniprogram_api.tariffs.store import TARIFF, TariffStore
from miniprogram_api.tariffs.tariff import Hand, Tariff, TariffKeyReused, TariffMoved, TariffState, check_pricing

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.charge import BillKind
    from miniprogram_api.kernel.period import Period
    from miniprogram_api.tariffs.charging import Charged
    from miniprogram_api.tariffs.service import Tariffs
    from miniprogram_api.tariffs.service.standards import Standards


class TariffDesk:
    """Where tariffs are made; two people bring one into force."""

    def __init__(self, store: TariffStore, tariffs: Tariffs, standards: Standards, estates: Estates) -> None:
        self._store = store
        self._tariffs = tariffs
        self._standards = standards
        self._estates = estates

    def draft(self, tariff: Tariff) -> Tariff:
        """Add a draft; the same request finds it already there.

        Raises:
            TariffUnclear, FormulaWrong, ParkingApart, DecisionMissing, PackageIncomplete: see ``_check``.
            TariffKeyReused: its id came before with different content.
        """
        self._check(tariff)
        act = Transaction(tariff.drafted.by, "draft_tariff", tariff.drafted.at)
        act.add(TARIFF, tariff, otherwise=TariffKeyReused)
        try:
            self._store.commit(act)
        except TariffKeyReused:
            there = self._store.get_tariff(tariff.estate_id, tariff.id)
            if replace(tariff, drafted=there.drafted) != there:
                raise
            return there
        return tariff

    def rewrite(self, tariff: Tariff) -> Tariff:
        """Write a draft anew; ``tariff.version`` is the one its writer saw.

        Raises:
            TariffUnknown: the estate has no such tariff.
            IllegalTransition: it is no draft any more.
            TariffMoved: somebody else wrote it meanwhile.
            TariffUnclear, FormulaWrong, ParkingApart, DecisionMissing, PackageIncomplete: see ``_check``.
        """
        self._check(tariff)
        before = self._store.get_tariff(tariff.estate_id, tariff.id)
        if before.state is not TariffState.DRAFT:
            raise IllegalTransition(state=before.state, step="rewrite")
        return self._write("rewrite_tariff", replace(before, version=tariff.version), tariff, tariff.drafted)

    def _check(self, tariff: Tariff) -> None:
        """Make sure that a tariff says what it must, and that a package holds what its grade promises."""
        check_pricing(tariff)
        standard = self._standards.find_for_estate(tariff.estate_id, tariff.valid_from)
        if standard is not None:
            check_package(tariff, standard)

    def take_step(self, estate_id: str, tariff_id: str, name: str, hand: Hand, reason: str = "") -> Tariff:
        """Propose, return or withdraw a tariff; see ``tariff.stepped`` for what is refused.

        Raises:
            TariffUnknown: the estate has no such tariff.
            TariffMoved: somebody else took a step at the same moment.
        """
        before = self._store.get_tariff(estate_id, tariff_id)
        return self._write(f"{name}_tariff", before, stepped(before, name, hand, reason), hand)

    def approve(self, estate_id: str, tariff_id: str, hand: Hand) -> Tariff:
        """Bring a proposed tariff into force from its day on, by another person than who drafted or proposed it.

        Raises:
            TariffUnknown, IllegalTransition, SamePersonRefused, TariffMoved: see ``take_step``.
            AboveLimit, TariffOverlap, ChargeIncluded, TariffBackdated: see ``Tariffs.make_room``.
        """
        before = self._store.get_tariff(estate_id, tariff_id)
        after = stepped(before, "approve", hand)
        act = Transaction(hand.by, "approve_tariff", hand.at)
        after = act.change(TARIFF, before, self._tariffs.make_room(act, after, hand), otherwise=TariffMoved)
        self._store.commit(act)
        return after

    def end(self, estate_id: str, tariff_id: str, last_on: date, reason: str, hand: Hand, *, closes: bool) -> Tariff:
        """End a tariff in force with a day, today at the earliest; ``closes`` says that days after it are free.

        Raises:
            TariffUnknown, IllegalTransition, InputMissing, TariffMoved: see ``take_step``.
            TariffBackdated: the day has passed, or the tariff ends before it anyway.
        """
        before = self._store.get_tariff(estate_id, tariff_id)
        return self._write("end_tariff", before, ended(before, last_on, hand, reason, closes=closes), hand)

    def try_out(self, estate_id: str, room_id: str, kind: BillKind, period: Period) -> Charged:
        """Return what a room would be charged in a period, without abatements, or raise RoomUnknown."""
        room = self._estates.get_room(estate_id, room_id)
        book = self._tariffs.book_for(estate_id, kind, period)
        return book.charge(self._tariffs.facts_for(book, [room])[0])

    def _write(self, verb: str, before: Tariff, after: Tariff, hand: Hand) -> Tariff:
        act = Transaction(hand.by, verb, hand.at)
        after = act.change(TARIFF, before, after, otherwise=TariffMoved)
        self._store.commit(act)
        return after
