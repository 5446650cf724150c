"""Keep the maintenance fund by building and room: take in, split, give back, and move parts with payments (FND-06)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import check_areas
from miniprogram_api.funds.booking import moved
from miniprogram_api.funds.items import may_be_booked
from miniprogram_api.funds.ledger import AccountKind, Entry, PostingKind
from miniprogram_api.funds.maintenance import (
    MOVEMENT_ITEMS,
    UNDIVIDED,
    Allocation,
    BuildingFund,
    MovementKind,
    Received,
    RoomFund,
    RoomFundMoved,
    RoomFundUnknown,
    RoomMovement,
    Share,
    by_building,
    split,
)
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.settings import Settings
from miniprogram_api.funds.store import ALLOCATION, ROOM_FUND, ROOM_MOVEMENT, SETTINGS, FundStore
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.funds.service.places import Places
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos

_PIECES_AT_ONCE = 5
"""A request gives the first 200 rooms their share; the sweep goes on with the others."""


class MaintenanceFund:
    """The maintenance funds of all estates."""

    def __init__(
        self,
        store: FundStore,
        ledger: Ledger,
        bookkeeping: Bookkeeping,
        places: Places,
        estates: Estates,
        photos: Photos,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._bookkeeping = bookkeeping
        self._places = places
        self._estates = estates
        self._photos = photos

    # Reading

    def settings_of(self, estate_id: str) -> Settings:
        """Return what an estate has set; our defaults while it has not."""
        return self._store.find_settings(estate_id) or Settings(estate_id)

    def by_building(self, estate_id: str) -> list[BuildingFund]:
        """Return what the rooms of each building have together, counted from the rooms."""
        return by_building(self._store.list_room_funds(estate_id))

    def list_rooms(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[RoomFund]:
        """List what the rooms of a building have, for those who keep the books."""
        return self._store.page_of_building(estate_id, building_id, limit, cursor)

    def access_room_fund_by_id(
        self, principal: Principal, territory: Territory, estate_id: str, room_id: str
    ) -> RoomFund:
        """Return a room's part to who lives there, or to who may read the open books.

        Raises:
            RoomFundUnknown: there is none, or it is not theirs.
        """
        own = room_id in principal.rooms_in(estate_id)
        if not own and not principal.may(Permission.FUND_READ_OPEN, territory):
            raise RoomFundUnknown
        room = self._estates.find_rooms(estate_id, [room_id]).get(room_id)
        if room is None:
            raise RoomFundUnknown
        found = self._store.find_room_fund(estate_id, room.building_id, room_id)
        return found or RoomFund(estate_id, room.building_id, room_id, 0)

    def list_movements(self, fund: RoomFund, limit: int, cursor: str | None) -> Page[RoomMovement]:
        """List what moved a room's part, newest first."""
        return self._store.list_movements(fund.estate_id, fund.room_id, limit, cursor)

    # Acts

    def set_settings(self, principal: Principal, wanted: Settings, now: datetime) -> Settings:
        """Set the days to answer and the line below which a part of the fund is low."""
        before = self._store.find_settings(wanted.estate_id)
        act = Transaction(principal.account_id, "set_fund_settings", now)
        if before is None:
            act.add(SETTINGS, wanted)
        else:
            wanted = act.change(SETTINGS, before, replace(wanted, version=before.version))
        self._store.commit(act)
        return wanted

    def maintenance_part(
        self, act: Transaction, estate_id: str, building_id: str, room_id: str, fen: int, source: str
    ) -> None:
        """Make a change of a room's part of the fund (``fen`` plus or minus) part of an act that books the same amount.

        ``source`` is the event; it moves a room once. Call it once a room in an act, with the sum. Adds two parts.

        Raises:
            RoomFundMoved: when the act is committed, if the part moved meanwhile or the event moved it before.
        """
        before = self._store.find_room_fund(estate_id, building_id, room_id)
        low = self.settings_of(estate_id).low_balance_fen
        _give(act, estate_id, Share(building_id, room_id, fen), before, source, low)

    def receive(self, principal: Principal, estate_id: str, received: Received, key: str, now: datetime) -> Allocation:
        """Book money that came into the fund and split it over the rooms concerned by area, to the fen (FND-06).

        The amount stands in the book at once as the estate's undivided part; the rooms get their shares from it, the
        first two hundred within the request and the others by the sweep.

        Raises:
            ItemUnknown: a use is asked for, decided on and paid instead.
            NoRoomsConcerned, TooManyRooms, AreaMissing: it cannot be split over the rooms.
            PlaceUnknown, PurposeNotHeld, EntryDateRefused, MonthNotOpen: see there.
            PostedBefore: the key came before with different content.
        """
        item = may_be_booked(PostingKind.INCOME, AccountKind.MAINTENANCE, MOVEMENT_ITEMS.get(received.kind, "")).code
        estate, by = self._estates.get_estate(estate_id), principal.account_id
        source = derived_id("alloc", by, estate_id, "receive_fund", key)
        act = Transaction(by, "receive_maintenance_fund", now)
        place = self._places.use(act, estate_id, received.place_id, AccountKind.MAINTENANCE)
        legs = moved(place.account, UNDIVIDED, received.fen)
        entry = Entry(
            source, PostingKind.INCOME, received.summary, legs, item, voucher_photo_ids=received.voucher_photo_ids
        )
        there = self._bookkeeping.find_posted(estate_id, received.on, entry)
        found = None if there is None else self._store.find_allocation(estate_id, source)
        if found is not None:
            return self.go_on(found, now)
        posting = self._bookkeeping.post(act, estate, received.on, entry, principal.display_name)
        shares = self.shares(estate_id, received.fen, received.building_ids, received.room_ids)
        allocation = self.allocate(
            act, source, estate_id, received.kind, received.summary, shares, principal.display_name
        )
        self._photos.attach(act, estate_id, received.voucher_photo_ids, posting.id, "fund_voucher")
        self._store.commit(act)
        return self.go_on(allocation, now)

    def shares(
        self, estate_id: str, fen: int, building_ids: tuple[str, ...], room_ids: tuple[str, ...]
    ) -> tuple[Share, ...]:
        """Return what falls on each room concerned; with no building and no room named, on all of the estate.

        Raises:
            NoRoomsConcerned, TooManyRooms: see the rule.
            AreaMissing: the area of a room concerned is not known.
        """
        rooms = [
            room
            for room in self._estates.list_all_rooms(estate_id)
            if room.ended_at is None
            and (room.id in room_ids or room.building_id in building_ids or not (room_ids or building_ids))
        ]
        check_areas(rooms)
        return split(fen, [(room.building_id, room.id, room.area) for room in rooms])

    def allocate(
        self,
        act: Transaction,
        allocation_id: str,
        estate_id: str,
        kind: MovementKind,
        summary: str,
        shares: tuple[Share, ...],
        by_name: str,
    ) -> Allocation:
        """Make the splitting of an amount part of the act that books it as the undivided part."""
        allocation = Allocation(allocation_id, estate_id, kind, summary, shares, act.by, by_name, act.at)
        act.add(ALLOCATION, allocation, otherwise=PostedBefore)
        return allocation

    def sweep(self, now: datetime) -> int:
        """Go on with amounts whose shares have not all reached their rooms; return how many were taken up."""
        waiting = self._store.list_allocations_open()
        for allocation in waiting:
            self.go_on(allocation, now)
        return len(waiting)

    def go_on(self, allocation: Allocation, now: datetime) -> Allocation:
        """Give the next rooms their shares; what meets another act at this very moment is left to the sweep."""
        with suppress(Conflict):
            for _ in range(_PIECES_AT_ONCE):
                if not allocation.is_open:
                    break
                allocation = self._give_piece(allocation, now)
        return allocation

    def _give_piece(self, allocation: Allocation, now: datetime) -> Allocation:
        """Give the next forty rooms their shares: the posting, the rooms and the progress in one act."""
        piece, entry = allocation.piece(), allocation.entry()
        act = Transaction(allocation.by, "allocate_maintenance_fund", now)
        if entry is not None:
            self._ledger.post(act, allocation.estate_id, entry, allocation.by_name)
        rooms = [(share.building_id, share.room_id) for share in piece]
        before = self._store.find_room_funds(allocation.estate_id, rooms)
        low = self.settings_of(allocation.estate_id).low_balance_fen
        for share in piece:
            if share.fen:
                _give(act, allocation.estate_id, share, before.get(share.room_id), allocation.id, low)
        after = replace(allocation, done=allocation.done + len(piece))
        after = act.change(ALLOCATION, allocation, after, otherwise=RoomFundMoved)
        self._store.commit(act)
        return after


def _give(act: Transaction, estate_id: str, share: Share, before: RoomFund | None, source: str, low: int) -> None:
    if before is None:
        fund = RoomFund(estate_id, share.building_id, share.room_id, share.fen, low)
        act.add(ROOM_FUND, fund, otherwise=RoomFundMoved)
    else:
        after = replace(before, fen=before.fen + share.fen, low_fen=low)
        act.change(ROOM_FUND, before, after, otherwise=RoomFundMoved)
    act.add(ROOM_MOVEMENT, RoomMovement(estate_id, share.room_id, source, share.fen, act.at), otherwise=RoomFundMoved)
