"""Record the upkeep of facilities; their next due date follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.facilities.rules import FacilityState
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import event_id
from miniprogram_api.patrol.rules import PatrolKeyReused
from miniprogram_api.patrol.store import UPKEEP, PatrolStore
from miniprogram_api.patrol.upkeep import UpkeepRecord
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.facilities.service import Facilities
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos


class Upkeep:
    """The upkeep records of all estates (REP-12)."""

    def __init__(self, store: PatrolStore, facilities: Facilities, photos: Photos) -> None:
        self._store = store
        self._facilities = facilities
        self._photos = photos

    def record(
        self,
        principal: Principal,
        estate_id: str,
        facility_id: str,
        version: int,
        state: str,
        note: str,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> UpkeepRecord:
        """Record that a facility was looked after today; it is due again a cycle later (REP-12).

        ``version`` is the facility's as the person saw it, so that one visit is recorded once.

        Raises:
            FacilityUnknown, FacilityChanged: see there.
            PhotoNotYours: a photo cannot be used.
        """
        by = principal.account_id
        act = Transaction(by, "record_upkeep", now)
        facility = self._facilities.add_check(act, estate_id, facility_id, version, FacilityState(state), note or None)
        record = UpkeepRecord(
            id=event_id("upkeep", now, facility_id, str(version)),
            estate_id=estate_id,
            facility_id=facility_id,
            done_on=date_of(now),
            done_at=now,
            by=by,
            by_name=principal.display_name,
            state=state,
            note=note,
            photo_ids=photo_ids,
            next_due_on=facility.due_on,
        )
        act.add(UPKEEP, record, otherwise=PatrolKeyReused)
        self._photos.attach(act, estate_id, photo_ids, record.id, "upkeep")
        self._store.commit(act)
        return record

    def list_records(
        self, estate_id: str, facility_id: str, limit: int, cursor: str | None
    ) -> tuple[Page[UpkeepRecord], list[PhotoShown]]:
        """List the upkeep of one facility, newest first, and what is shown of its photos."""
        page = self._store.list_upkeep(estate_id, facility_id, limit, cursor)
        return page, self._photos.show(estate_id, [photo_id for record in page.items for photo_id in record.photo_ids])
