"""The photo of somebody in a post, as the card on the wall shows it (CARD-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import Particulars, PortraitNotReady, Post
from miniprogram_api.kernel.access import ScopeKind
from miniprogram_api.photos.rules import shown_file

if TYPE_CHECKING:
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.storage.transaction import Transaction


class Portraits:
    """Accepted photos only: what hangs on a wall was checked before."""

    def __init__(self, photos: Photos) -> None:
        self._photos = photos

    def named(self, estate_id: str, about: Particulars) -> Particulars:
        """Return the particulars with the file of the portrait.

        Raises:
            PortraitNotReady: the estate has no such photo, it was not accepted (yet), or it is sealed.
        """
        if about.photo_id is None:
            return replace(about, photo_key=None)
        shown = self._photos.show(estate_id, [about.photo_id])
        if not shown or shown[0].links is None:
            raise PortraitNotReady
        return replace(about, photo_key=shown_file(estate_id, about.photo_id, "medium"))

    def attach(self, act: Transaction, post: Post) -> None:
        """Bind the portrait to the post that the act writes."""
        if post.about.photo_id is not None and post.place is ScopeKind.ESTATE:
            self._photos.attach(act, post.place_id, [post.about.photo_id], post.id, "portrait")
