"""Permit, process, check, decide, attach and show photos; every step may be repeated."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, Protocol

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Problem, Unavailable
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.photo import PhotoLinks, PhotoShown, PhotoState
from miniprogram_api.photos.rules import (
    CHECK_LINK_SECONDS,
    CHECK_TRIES,
    ContentType,
    Judgement,
    PermitOver,
    Photo,
    PhotoDecided,
    PhotoNotYours,
    PhotoUnknown,
    PhotoUnusable,
    SafePhoto,
    Trace,
    judged,
    moved,
    raw_file,
    shown_file,
    waited_enough,
)
from miniprogram_api.photos.store import PHOTO, TRACE, Album
from miniprogram_api.storage.objects import ObjectMissing
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.identity.service import Identity
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.objects import Objects, UploadPermit

_JPEG = "image/jpeg"
_MEETINGS = 5
"""How often a step is tried anew when two deliveries meet on one photo."""


class Workshop(Protocol):
    """Makes a file that came from outside safe to show."""

    def make_safe(self, data: bytes) -> SafePhoto:
        """Return the photo upright, bounded and without metadata.

        Raises:
            PhotoUnusable: it is broken, too large or of another format; the message says so in Chinese.
        """
        ...


class ContentCheck(Protocol):
    """The part of WeChat that looks at pictures."""

    def check_image(self, openid: str, media_url: str, scene: Literal[2]) -> str:
        """Have a picture checked; the judgement comes later under the returned trace.

        Raises:
            Unavailable: asking again later is right.
            Problem: it will not be checked.
        """
        ...


_COMMENT: Final = 2
"""What WeChat counts a photo with a report as: a comment (its scene 2)."""


class Photos:
    """The photos of all estates."""

    def __init__(
        self,
        album: Album,
        uploads: Objects,
        media: Objects,
        workshop: Workshop,
        content_check: ContentCheck,
        identity: Identity,
    ) -> None:
        self._album = album
        self._uploads = uploads
        self._media = media
        self._workshop = workshop
        self._content_check = content_check
        self._identity = identity

    def permit_upload(
        self,
        account_id: str,
        estate_id: str,
        content_type: ContentType,
        size: int,
        key: str,
        now: datetime,
        *,
        sealed: bool = False,
    ) -> tuple[Photo, UploadPermit]:
        """Permit one person to upload one file of this type and at most this many bytes (REP-01).

        Raises:
            PermitOver: the key was used for another file, or the file was uploaded already.
        """
        photo_id = derived_id("photo", account_id, estate_id, "permit_upload", key)
        photo = Photo(photo_id, estate_id, account_id, content_type, size, now, now, sealed=sealed or None)
        act = Transaction(account_id, "permit_upload", now)
        act.add(PHOTO, photo, otherwise=PermitOver)
        try:
            self._album.commit(act)
        except PermitOver:
            there = self._album.find(estate_id, photo_id)
            same = (photo.state, content_type, size, photo.sealed)
            if there is None or (there.state, there.content_type, there.size, there.sealed) != same:
                raise
        permit = self._uploads.permit_upload(
            raw_file(estate_id, photo_id), content_type=content_type, maximum_bytes=size
        )
        return photo, permit

    def process_upload(self, estate_id: str, photo_id: str, now: datetime) -> PhotoState | None:
        """Take up an uploaded file: make it safe to show, have it checked, delete it as it came.

        It may run any number of times for one upload; the file goes last, so that a crash before loses nothing.

        Raises:
            Unavailable: a neighbour did not answer; the event is delivered again.
        """
        photo = self._album.find(estate_id, photo_id)
        raw = raw_file(estate_id, photo_id)
        if photo is not None and photo.state in {PhotoState.AWAITING_UPLOAD, PhotoState.EXPIRED, PhotoState.PROCESSING}:
            try:
                data = self._uploads.read(raw)
            except ObjectMissing:
                return photo.state  # another delivery has finished with it, or the bucket's day is over
            photo = self._claim(photo, hashlib.sha256(data).hexdigest(), now)
            if photo is not None:
                photo = self._make_and_ask(photo, data, now)
        self._uploads.remove(raw)
        return None if photo is None else photo.state

    def _claim(self, photo: Photo, digest: str, now: datetime) -> Photo | None:
        """Take up the photo with exactly this file, or return None when it was taken up with another.

        Without the pin, a second file uploaded while the first is being checked would be shown unchecked.
        """
        for _ in range(_MEETINGS):
            if photo.state not in {PhotoState.AWAITING_UPLOAD, PhotoState.EXPIRED}:
                return photo if (photo.state, photo.upload_digest) == (PhotoState.PROCESSING, digest) else None
            try:
                return self._write(photo, replace(moved(photo, "take_up", now), upload_digest=digest), now)
            except Conflict:
                photo = self._get(photo.estate_id, photo.id)
        raise Unavailable

    def _make_and_ask(self, photo: Photo, data: bytes, now: datetime) -> Photo:
        try:
            safe = self._workshop.make_safe(data)
        except PhotoUnusable as unusable:
            return self._settle(photo, moved(photo, "give_up", now, reason=unusable.message), now)
        for size, content in (("full", safe.full), ("medium", safe.medium), ("small", safe.small)):
            self._media.write(shown_file(photo.estate_id, photo.id, size), content, _JPEG)
        made = replace(photo, width=safe.width, height=safe.height)
        if photo.sealed:
            return self._settle(photo, moved(made, "keep", now), now)
        return self._ask(photo, made, now)

    def _ask(self, photo: Photo, made: Photo, now: datetime) -> Photo:
        """Have WeChat judge the picture; who cannot be asked for is a matter for a person."""
        openid = self._identity.openid_of(photo.uploader_id)
        link = self._media.link(shown_file(photo.estate_id, photo.id, "full"), CHECK_LINK_SECONDS)
        if openid is None:
            return self._settle(photo, moved(made, "hand_over", now), now)
        try:
            trace_id = self._content_check.check_image(openid, link, _COMMENT)
        except Unavailable:
            if photo.check_tries + 1 < CHECK_TRIES:
                self._settle(photo, replace(photo, check_tries=photo.check_tries + 1), now)
                raise
            return self._settle(photo, moved(made, "hand_over", now), now)
        except Problem:
            return self._settle(photo, moved(made, "hand_over", now), now)
        trace = Trace(trace_id, photo.estate_id, photo.id, now)
        return self._settle(photo, replace(moved(made, "ask", now), trace_id=trace_id), now, trace)

    def settle_check(self, trace_id: str, judgement: Judgement, now: datetime) -> bool:
        """Take in WeChat's judgement, however often and late it comes; False when the check is none we know.

        Raises:
            Unavailable: the table did not answer; WeChat's next attempt, or the half hour, settles it.
        """
        trace = self._album.find_trace(trace_id)
        if trace is None:
            return False
        for _ in range(_MEETINGS):
            photo = self._get(trace.estate_id, trace.photo_id)
            if photo.trace_id != trace_id:
                return True
            after = judged(photo, judgement, now)
            if after is photo:
                return True
            with suppress(Conflict):
                self._write(photo, after, now, verb="settle_check")
                return True
        raise Unavailable

    def decide(
        self, estate_id: str, photo_id: str, accept: bool, reason: str | None, by: str, now: datetime
    ) -> PhotoShown:
        """Accept or refuse a photo that the content check could not settle (REP-01).

        Raises:
            PhotoUnknown: the estate has no such photo, or it is sealed.
            PhotoDecided: it does not wait for a decision (any more); repeating one's own decision is no conflict.
            InputMissing: a refusal needs a reason for the resident.
        """
        photo = self._get(estate_id, photo_id)
        if photo.sealed:
            raise PhotoUnknown
        wanted = PhotoState.ACCEPTED if accept else PhotoState.REFUSED
        if photo.state is PhotoState.TO_DECIDE:
            after = moved(photo, "accept" if accept else "refuse", now, by=by, reason=None if accept else reason)
            photo = self._write(photo, after, now, by=by, verb="decide_photo", otherwise=PhotoDecided)
        elif (photo.decided_by, photo.state) != (by, wanted):
            raise PhotoDecided
        return self._shown(photo)

    def access_photo_by_id(
        self, principal: Principal, territory: Territory, estate_id: str, photo_id: str
    ) -> PhotoShown:
        """Return a photo to who uploaded it, or to who may decide on photos of the estate; a sealed one to the first.

        Raises:
            PhotoUnknown: there is none, or it is neither theirs nor for them to decide.
        """
        photo = self._get(estate_id, photo_id)
        decides = not photo.sealed and principal.may(Permission.PHOTO_DECIDE, territory)
        if photo.uploader_id != principal.account_id and not decides:
            raise PhotoUnknown
        return self._shown(photo, open_sealed=True)

    def list_to_decide(self, estate_id: str, limit: int, cursor: str | None) -> Page[PhotoShown]:
        """List the photos that wait for a person, oldest first, with links: who decides must see."""
        page = self._album.list_to_decide(estate_id, limit, cursor)
        return page.map(lambda photo: photo.shown(self._links(photo)))

    def attach(
        self,
        act: Transaction,
        estate_id: str,
        photo_ids: Iterable[str],
        owner: str,
        purpose: str,
        *,
        sealed: bool = False,
    ) -> None:
        """Add to ``act`` the parts that bind photos to the thing with the id ``owner``; add the thing itself first.

        The photos must be of the person who acts and free. No read: the transaction checks. Photos still being uploaded
        or checked may be bound; they are shown once accepted. What asks for ``sealed`` ones gets only those, and what
        does not gets none: nobody has looked at them.

        Raises:
            PhotoNotYours: one is named twice; from the commit: one is unknown, another person's, refused, expired,
                bound already, or sealed where it must not be, or the other way round.
        """
        wanted = tuple(photo_ids)
        if len(set(wanted)) != len(wanted):
            raise PhotoNotYours
        for photo_id in wanted:
            self._album.bind(act, estate_id, photo_id, owner, purpose, sealed=sealed, otherwise=PhotoNotYours)

    def show(self, estate_id: str, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return what people see of the photos, in the order asked, in one round trip; unknown ones are left out.

        Sealed ones are there without their links.
        """
        wanted = tuple(photo_ids)
        return [self._shown(photo) for photo in self._album.find_all(estate_id, wanted)] if wanted else []

    def show_sealed(self, estate_id: str, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return sealed photos with their links; the room that asks says that the time has come, and for whom."""
        wanted = tuple(photo_ids)
        found = self._album.find_all(estate_id, wanted) if wanted else []
        return [self._shown(photo, open_sealed=True) for photo in found if photo.sealed]

    def sweep(self, now: datetime) -> int:
        """Let uploads that never came expire, and hand photos nobody judged for half an hour to a person."""
        done = 0
        for photo in self._album.each_due(now):
            after = waited_enough(photo, now)
            if after is photo:
                continue
            with suppress(Conflict):  # its file or its judgement came at this very moment
                self._write(photo, after, now, verb="sweep_photos")
                done += 1
        return done

    def _get(self, estate_id: str, photo_id: str) -> Photo:
        photo = self._album.find(estate_id, photo_id)
        if photo is None:
            raise PhotoUnknown
        return photo

    def _shown(self, photo: Photo, *, open_sealed: bool = False) -> PhotoShown:
        visible = photo.state is PhotoState.ACCEPTED and (open_sealed or not photo.sealed)
        return photo.shown(self._links(photo) if visible else None)

    def _links(self, photo: Photo) -> PhotoLinks:
        small, medium, full = (
            self._media.link(shown_file(photo.estate_id, photo.id, size)) for size in ("small", "medium", "full")
        )
        return PhotoLinks(small, medium, full)

    def _settle(self, photo: Photo, after: Photo, now: datetime, trace: Trace | None = None) -> Photo:
        """Write how processing went on, unless another delivery of the same upload was faster."""
        try:
            return self._write(photo, after, now, trace=trace)
        except Conflict:
            return self._get(photo.estate_id, photo.id)

    def _write(
        self,
        photo: Photo,
        after: Photo,
        now: datetime,
        *,
        by: str = "system",
        verb: str = "process_upload",
        trace: Trace | None = None,
        otherwise: type[Problem] = Conflict,
    ) -> Photo:
        act = Transaction(by, verb, now)
        # The state is the lock: a photo may be bound to a thing while it is processed or judged.
        written = act.change(PHOTO, photo, after, unchanged=("state", "check_tries"), otherwise=otherwise)
        if trace is not None:
            act.add(TRACE, trace)
        self._album.commit(act)
        return written
