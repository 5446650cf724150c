"""Appoint somebody: what all appointments have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import (
    Appointee,
    Post,
    PostChanged,
    PostDiffers,
    SeatsChanged,
    check_term,
)
from miniprogram_api.appointments.titles import title_of, working_name
from miniprogram_api.cards.face import FaceChanged
from miniprogram_api.cards.week import WeekSpan
from miniprogram_api.identity.phones import PhoneBusy
from miniprogram_api.identity.rules import AccountChanged
from miniprogram_api.kernel.access import Role, ScopeKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.privacy import mask_phone, parse_mobile
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from miniprogram_api.appointments.service.portraits import Portraits
    from miniprogram_api.appointments.service.writing import PostWriter
    from miniprogram_api.appointments.store import Registry
    from miniprogram_api.storage.sealing import Sealer

_ATTEMPTS = 3
_PASSING = (PhoneBusy, AccountChanged, FaceChanged, SeatsChanged, PostChanged)
"""Two acts met on one phone number, account, card or seat; reading again tells whether this one still fits."""


class Appointing:
    """Drafts a post for somebody and writes it, with everything that belongs to it, once."""

    def __init__(self, registry: Registry, writer: PostWriter, sealer: Sealer, portraits: Portraits) -> None:
        self._portraits = portraits
        self._registry = registry
        self._writer = writer
        self._sealer = sealer

    def draft(
        self, by: str, key: str, place: tuple[ScopeKind, str, str], role: Role, who: Appointee, now: datetime, *,
        deputy: bool = False,
    ) -> Post:  # fmt: skip
        """Return the post to be, its personal data sealed; the id follows from who asks and the request's key.

        Raises:
            PhoneUnreadable: it is no mainland mobile number.
            TermUnclear: the term runs backward, is over, or a leader's does not begin today.
            SpanUnreadable: a duty span does not lie within one week.
            PortraitNotReady: the photo was not accepted (yet).
        """
        phone = parse_mobile(who.phone)
        today = date_of(now)
        starts_on = who.starts_on or today
        check_term(starts_on, who.ends_on, today, leads=role is Role.MANAGER)
        for span in who.about.duty_hours:
            WeekSpan(span.start, span.end)
        name = who.name.strip()
        about = replace(
            who.about,
            display_name=who.about.display_name or working_name(name, role),
            title=who.about.title or title_of(role, deputy),
        )
        kind, place_id, place_name = place
        if kind is ScopeKind.ESTATE:
            about = self._portraits.named(place_id, about)
        return Post(
            id=derived_id("post", by, "appoint", key),
            place=kind,
            place_id=place_id,
            place_name=place_name,
            role=role,
            about=about,
            name=self._sealer.seal(name, "name"),
            phone=self._sealer.seal(phone, "phone"),
            phone_masked=mask_phone(phone),
            phone_index=self._sealer.index(phone, "phone"),
            appointed_by=by,
            appointed_at=now,
            starts_on=starts_on,
            ends_on=who.ends_on,
            deputy=deputy,
        )

    def write(
        self,
        act: Callable[[], Transaction],
        posts: Sequence[Post],
        *,
        successor_of: str | None = None,
        along: Callable[[Transaction], None] | None = None,
    ) -> list[Post]:
        """Write the drafted posts of one appointment; asked again with the same key, return what was written.

        ``along`` adds what the caller's act also writes.

        Raises:
            PostDiffers: the key was used for another appointment.
            SeatTaken: a manager or deputy sits there already.
            Conflict: another act on the same person or place came first.
        """
        for attempt in range(_ATTEMPTS):
            if written := self._written(posts):
                return written
            begun = act()
            try:
                opened = self._writer.open(begun, posts, successor_of=successor_of)
                self._portraits.attach(begun, opened[0])
                if along is not None:
                    along(begun)
                self._registry.commit(begun)
            except Conflict as problem:
                if written := self._written(posts):
                    return written
                if attempt == _ATTEMPTS - 1 or not isinstance(problem, _PASSING):
                    raise
                continue
            return opened
        raise PostChanged

    def _written(self, posts: Sequence[Post]) -> list[Post]:
        found = self._registry.find_posts((post.place, post.place_id, post.id) for post in posts)
        if found and [_identity(post) for post in found] != [_identity(post) for post in posts]:
            raise PostDiffers
        return found


def _identity(post: Post) -> tuple[object, ...]:
    return post.role, post.deputy, post.phone_index, post.estate_ids, post.body_id


def beginning(by: str, verb: str, now: datetime) -> Callable[[], Transaction]:
    """Return what begins the act anew for each attempt."""
    return lambda: Transaction(by, verb, now)
