"""Sign the commitment, in person or on paper; with it the post begins to count, in the same act (VOT-13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import PostChanged, PostUnknown
from miniprogram_api.conduct.composition import Background, composition
from miniprogram_api.conduct.pledge import Pledge
from miniprogram_api.conduct.refusals import (
    PaperDateWrong,
    PledgeTextChanged,
    PledgeThere,
    SeatOver,
    SeatUnknown,
    SignsInPerson,
)
from miniprogram_api.conduct.store import PLEDGE
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.appointments.rules import Post
    from miniprogram_api.appointments.service import Appointments
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.conduct.catalogue import Commitment
    from miniprogram_api.conduct.composition import Composition
    from miniprogram_api.conduct.service.catalogue import ConductCatalogue
    from miniprogram_api.conduct.service.duties import ReportDuties
    from miniprogram_api.conduct.store import ConductStore
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_ATTEMPTS = 3


class Pledges:
    """The commitments of all committee members."""

    def __init__(
        self,
        store: ConductStore,
        duties: ReportDuties,
        committees: Committees,
        appointments: Appointments,
        catalogue: ConductCatalogue,
        photos: Photos,
    ) -> None:
        self._store = store
        self._duties = duties
        self._committees = committees
        self._appointments = appointments
        self._catalogue = catalogue
        self._photos = photos

    # One's own seat

    def list_own_seats(self, account_id: str) -> list[tuple[Post, Commitment]]:
        """List the seats a person holds, each with the commitment as it reads now."""
        seats = [post for post in self._committees.list_own_seats(account_id) if not post.is_over]
        return [(post, self._catalogue.commitment_at(post.place_id)) for post in seats]

    def access_own_seat(self, account_id: str, estate_id: str, post_id: str) -> Post:
        """Return a person's own seat, or raise SeatUnknown: whose another seat is, is none of their business."""
        post = self._seat(estate_id, post_id)
        if post.account_id != account_id:
            raise SeatUnknown
        return post

    def sign(self, account_id: str, estate_id: str, post_id: str, digest: str, now: datetime) -> Pledge:
        """Sign in person; signed again, what was signed is returned (VOT-13).

        Raises:
            SeatUnknown: it is no seat of this person.
            SeatOver: the membership has ended.
            PledgeTextChanged: the text is no longer the one that was shown.
            HeldForCase: a negative-list case suspends the person in another seat at the estate.
            PostChanged: the post was changed in the same moment.
        """
        post = self.access_own_seat(account_id, estate_id, post_id)
        there = self._store.find_pledge(estate_id, post_id)
        if there is not None:
            return there
        commitment = self._catalogue.commitment_at(estate_id)
        if commitment.digest != digest:
            raise PledgeTextChanged
        pledge = _pledge(post, commitment, now)
        try:
            return self._write(account_id, post, replace(pledge, signed_by=account_id), now)
        except PledgeThere:
            return self._store.find_pledge(estate_id, post_id) or pledge

    def tell_background(
        self, account_id: str, estate_id: str, post_id: str, background: Background, now: datetime
    ) -> Post:
        """Tell, change or take back what is told voluntarily: party membership, a post held besides (VOT-11, VOT-12).

        Raises:
            SeatUnknown: it is no seat of this person.
            SeatOver: the membership has ended.
            PostChanged: the post was changed in the same moment.
        """
        post = self.access_own_seat(account_id, estate_id, post_id)
        if post.is_over:
            raise SeatOver
        told = {"party_member": background.party_member, "concurrent_post": background.concurrent_post}
        return self._appointments.change(account_id, [post], told, now)[0]

    # For community and street

    def record_paper(
        self, by: str, estate_id: str, post_id: str, signed_on: date, photo_ids: tuple[str, ...], now: datetime
    ) -> Pledge:
        """Write down a signature on paper of a member without an account, with photos of it (VOT-13).

        Raises:
            SeatUnknown: the estate has no such committee member.
            SeatOver: the membership has ended.
            SignsInPerson: the member has an account.
            PledgeThere: it is signed already.
            PaperDateWrong: it was signed in the future.
            PostChanged: the post was changed in the same moment.
        """
        post = self._seat(estate_id, post_id)
        there = self._store.find_pledge(estate_id, post_id)
        if there is not None:
            return _same_paper(there, by, signed_on, photo_ids)
        if post.account_id is not None:
            raise SignsInPerson
        if signed_on > date_of(now):
            raise PaperDateWrong
        pledge = _pledge(post, self._catalogue.commitment_at(estate_id), now)
        on_paper = replace(pledge, signed_on=signed_on, recorded_by=by, photo_ids=photo_ids)
        try:
            return self._write(by, post, on_paper, now)
        except PledgeThere:
            return _same_paper(self._store.find_pledge(estate_id, post_id), by, signed_on, photo_ids)

    def list_pledges(self, estate_id: str, limit: int, cursor: str | None) -> Page[Pledge]:
        """List the commitments of an estate."""
        return self._store.list_pledges(estate_id, limit, cursor)

    def photos_of(self, pledge: Pledge) -> list[PhotoShown]:
        """Return what is shown of a signature on paper."""
        return self._photos.show(pledge.estate_id, pledge.photo_ids)

    def composition_of(self, estate_id: str, body_id: str) -> Composition:
        """Return the figures of a committee's sitting members (VOT-11, VOT-12); BodyUnknown when there is none."""
        body = self._committees.access_body_by_id(estate_id, body_id)
        members = (post.about for post in self._committees.members_of(body))
        return composition(Background(about.party_member, about.concurrent_post) for about in members)

    def _write(self, by: str, post: Post, pledge: Pledge, now: datetime) -> Pledge:
        """Write the signature, the post that counts from now on, and the committee's duty to report, in one act."""
        if post.is_over:
            raise SeatOver
        for _ in range(_ATTEMPTS):
            act = Transaction(by, "sign_pledge", now)
            act.add(PLEDGE, pledge, otherwise=PledgeThere)
            self._committees.sign(act, post)
            body = self._committees.access_body_by_id(post.place_id, post.body_id or "")
            self._duties.begin(act, body, now)
            self._photos.attach(act, pledge.estate_id, pledge.photo_ids, pledge.post_id, "pledge")
            try:
                self._store.commit(act)
            except PostChanged:  # a colleague signed, or the committee changed, at the same moment
                post = self._seat(post.place_id, post.id)
                continue
            return pledge
        raise PostChanged

    def _seat(self, estate_id: str, post_id: str) -> Post:
        try:
            return self._committees.access_seat_by_id(estate_id, post_id)
        except PostUnknown:
            raise SeatUnknown from None


def _same_paper(there: Pledge | None, by: str, signed_on: date, photo_ids: tuple[str, ...]) -> Pledge:
    if there is None or (there.recorded_by, there.signed_on, there.photo_ids) != (by, signed_on, photo_ids):
        raise PledgeThere
    return there


def _pledge(post: Post, commitment: Commitment, now: datetime) -> Pledge:
    return Pledge(
        estate_id=post.place_id,
        post_id=post.id,
        body_id=post.body_id or "",
        text=commitment.text,
        sample=commitment.sample,
        signed_on=date_of(now),
        signed_at=now,
    )
