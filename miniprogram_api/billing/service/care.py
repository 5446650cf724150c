"""Write down why a room does not pay and who spoke with it; only the estate's desk and finance see it (FEE-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.care import CareChanged, CareReason, Contact, ContactKeyReused, ContactMeans, RoomCare
from miniprogram_api.billing.store import CARE, CONTACT, ArrearsStore
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.work_orders.service import WorkOrders


class ArrearsCare:
    """The care for rooms in arrears of all estates."""

    def __init__(self, store: ArrearsStore, estates: Estates, work_orders: WorkOrders) -> None:
        self._store = store
        self._estates = estates
        self._work_orders = work_orders

    def find_care(self, estate_id: str, room_id: str) -> RoomCare | None:
        """Return why a room does not pay, or None when nobody wrote it down."""
        return self._store.find_care(estate_id, room_id)

    def list_care(self, estate_id: str, reason: CareReason, limit: int, cursor: str | None) -> Page[RoomCare]:
        """List the rooms that are looked after for one reason."""
        return self._store.list_care(estate_id, reason.value, limit, cursor)

    def list_contacts(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Contact]:
        """List the conversations of a room, newest first."""
        return self._store.list_contacts(estate_id, room_id, limit, cursor)

    def note_reason(
        self,
        principal: Principal,
        territory: Territory,
        estate_id: str,
        room_id: str,
        reason: CareReason,
        note: str,
        work_order_id: str | None,
        now: datetime,
    ) -> RoomCare:
        """Write down why a room does not pay, with the complaint behind it where there is one.

        Raises:
            RoomUnknown: there is no such room.
            OrderUnknown: there is no such work order in the estate, or it is not theirs to see.
            CareChanged: somebody else wrote one down at the same moment.
        """
        room = self._estates.get_room(estate_id, room_id)
        if work_order_id is not None:
            self._work_orders.access_work_order_by_id(principal, territory, estate_id, work_order_id)
        before = self._store.find_care(estate_id, room_id)
        version = 0 if before is None else before.version
        name = principal.display_name
        after = RoomCare(estate_id, room_id, room.label, reason, note, name, now, work_order_id, version)
        act = Transaction(principal.account_id, "note_arrears_reason", now)
        if before is None:
            act.add(CARE, after, otherwise=CareChanged)
        else:
            after = act.change(CARE, before, after, otherwise=CareChanged)
        self._store.commit(act)
        return after

    def note_contact(
        self,
        principal: Principal,
        estate_id: str,
        room_id: str,
        means: ContactMeans,
        text: str,
        key: str,
        now: datetime,
    ) -> Contact:
        """Write down a conversation about a room's arrears.

        Raises:
            RoomUnknown: there is no such room.
            ContactKeyReused: the key came before with different content.
        """
        room = self._estates.get_room(estate_id, room_id)
        contact_id = derived_id("contact", principal.account_id, estate_id, room_id, "note_contact", key)
        one = Contact(contact_id, estate_id, room.id, means, text, principal.display_name, now)
        act = Transaction(principal.account_id, "note_arrears_contact", now)
        act.add(CONTACT, one, otherwise=ContactKeyReused)
        try:
            self._store.commit(act)
        except ContactKeyReused:
            there = self._store.find_contact(one)
            if there is None or (there.means, there.text) != (means, text):
                raise
            return there
        return one
