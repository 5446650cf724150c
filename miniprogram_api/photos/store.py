"""Where photos lie: one item each, with a queue for people and one for the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.photo import PhotoState
from miniprogram_api.photos.rules import TRACE_KEPT, ContentType, Photo, Trace
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.kernel.errors import Problem
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_DUE_AT_ONCE = 100
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def _indexes(photo: Photo) -> dict[str, Key]:
    if photo.state is PhotoState.TO_DECIDE:
        return {"gsi1": keys.photos_to_decide(photo.estate_id, photo.asked_at, photo.id)}
    if photo.waits_until is not None:
        return {"gsi2": keys.photo_waiting(keys.shard_of(photo.id), photo.waits_until, photo.id)}
    return {}


PHOTO = Kind("photo", Photo, lambda photo: keys.photo(photo.estate_id, photo.id), _indexes)
TRACE = Kind(
    "photo_trace", Trace, lambda trace: keys.trace(trace.trace_id), expires=lambda trace: trace.asked_at + TRACE_KEPT
)


class Album:
    """Photos in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, photo_id: str) -> Photo | None:
        """Return a photo of the estate, or None."""
        return self._table.find(PHOTO, keys.photo(estate_id, photo_id))

    def find_all(self, estate_id: str, photo_ids: tuple[str, ...]) -> list[Photo]:
        """Return those of the photos that exist, in the order asked, in one round trip."""
        found = self._table.find_all(PHOTO, (keys.photo(estate_id, photo_id) for photo_id in photo_ids))
        in_order = (found.get(keys.photo(estate_id, photo_id)) for photo_id in photo_ids)
        return [photo for photo in in_order if photo is not None]

    def find_trace(self, trace_id: str) -> Trace | None:
        """Return what a content check is about, or None."""
        return self._table.find(TRACE, keys.trace(trace_id))

    def list_to_decide(self, estate_id: str, limit: int, cursor: str | None) -> Page[Photo]:
        """List the photos of an estate that wait for a person, oldest first."""
        pk = keys.photos_to_decide(estate_id, _ANY_TIME, "").pk
        return self._table.page(PHOTO, pk, index="gsi1", limit=limit, cursor=cursor)

    def each_due(self, now: datetime) -> Iterator[Photo]:
        """Go through the photos whose waiting has ended, at most a hundred of each shard."""
        for shard in range(keys.SHARDS):
            pk, latest = keys.photo_waiting(shard, now, "~")
            yield from self._table.page(PHOTO, pk, index="gsi2", between=("0", latest), limit=_DUE_AT_ONCE).items

    def bind(
        self,
        act: Transaction,
        estate_id: str,
        photo_id: str,
        owner: str,
        purpose: str,
        *,
        sealed: bool,
        otherwise: type[Problem],
    ) -> None:
        """Add the part that binds a photo of the acting person to a thing, if it is usable and free: no read.

        Only these fields are touched, so that its check may end at the same moment.
        """
        # Of this description only the four compared fields and the two written ones reach the table.
        free = Photo(photo_id, estate_id, act.by, ContentType.JPEG, 0, act.at, act.at, sealed=sealed or None)
        bound = replace(free, owner=owner, purpose=purpose)
        act.change(PHOTO, free, bound, unchanged=("owner", "uploader_id", "usable", "sealed"), otherwise=otherwise)
