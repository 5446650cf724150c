"""Committees with their terms and members, and the heads and representatives of buildings (IDR-05, IDR-12)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.appointments.bodies import MAXIMUM_MEMBERS, Body, BodyFull, BodyKind, BodyUnknown
from miniprogram_api.appointments.rules import (
    Appointee,
    Group,
    HeldForCase,
    Post,
    PostChanged,
    PostDiffers,
    PostUnknown,
)
from miniprogram_api.appointments.service.appointing import beginning
from miniprogram_api.appointments.store import BODY
from miniprogram_api.kernel.access import Role, ScopeKind
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from miniprogram_api.appointments.service.appointing import Appointing
    from miniprogram_api.appointments.service.writing import PostWriter
    from miniprogram_api.appointments.store import Registry
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.sealing import Sealer


class Committees:
    """Who speaks for the residents of an estate."""

    def __init__(
        self, registry: Registry, writer: PostWriter, appointing: Appointing, estates: Estates, sealer: Sealer
    ) -> None:
        self._registry = registry
        self._writer = writer
        self._appointing = appointing
        self._estates = estates
        self._sealer = sealer

    def form(
        self,
        by: str,
        estate_id: str,
        kind: BodyKind,
        name: str,
        term: tuple[date, date],
        seal_keeper: str | None,
        filing_number: str | None,
        key: str,
        now: datetime,
    ) -> Body:
        """Record a committee of an estate with its term; ``term`` is its first and last day.

        Raises:
            BodyTermUnclear: the term ends before it begins.
            PostDiffers: the key was used for another committee.
        """
        body = Body(
            id=derived_id("body", by, "form_committee", key),
            estate_id=estate_id,
            kind=kind,
            name=name,
            formed_on=term[0],
            term_ends_on=term[1],
            created_at=now,
            filing_number=filing_number,
            seal_keeper=None if seal_keeper is None else self._sealer.seal(seal_keeper, "name"),
        )
        act = Transaction(by, "form_committee", now)
        act.add(BODY, body, otherwise=PostDiffers)
        try:
            self._registry.commit(act)
        except PostDiffers:
            known = self._registry.find_body(estate_id, body.id)
            if known is None or (known.kind, known.name, known.formed_on) != (kind, name, term[0]):
                raise
            return known
        return body

    def access_body_by_id(self, estate_id: str, body_id: str) -> Body:
        """Return a committee of the estate that the guard checked, or raise BodyUnknown."""
        body = self._registry.find_body(estate_id, body_id)
        if body is None:
            raise BodyUnknown
        return body

    def list_bodies(self, estate_id: str, limit: int, cursor: str | None) -> Page[Body]:
        """List the committees an estate has or had."""
        return self._registry.list_bodies(estate_id, limit, cursor)

    def members_of(self, body: Body) -> list[Post]:
        """Return the members of a committee who have not left it."""
        found = self._registry.find_posts((ScopeKind.ESTATE, body.estate_id, post_id) for post_id in body.members)
        return [post for post in found if not post.is_over]

    def seal_keeper_of(self, body: Body) -> str | None:
        """Return who keeps the committee's seal, in the clear."""
        return None if body.seal_keeper is None else self._sealer.open(body.seal_keeper, "name")

    def change(self, by: str, body: Body, changes: Mapping[str, Any], now: datetime) -> Body:
        """Change a committee; members' rights follow its term, and cards its contact, in the same act (IDR-05).

        ``changes`` may hold name, filing_number, seal_keeper, term_ends_on, and contact (a member's post).

        Raises:
            BodyOver: it was dissolved.
            PostUnknown: the contact is no member.
            PostChanged: somebody else changed it or a member in the same moment.
        """
        body.require_open()
        wanted = dict(changes)
        if wanted.get("seal_keeper"):
            wanted["seal_keeper"] = self._sealer.seal(wanted["seal_keeper"], "name")
        after = replace(body, **wanted)
        members = self.members_of(body)
        contact = next((post for post in members if post.id == after.contact), None)
        if after.contact is not None and contact is None:
            raise PostUnknown
        act = Transaction(by, "change_committee", now)
        written = act.change(
            BODY, body, replace(after, members=tuple(post.id for post in members)), otherwise=PostChanged
        )
        moved = members if after.term_ends_on != body.term_ends_on else []
        # Whoever was in for the whole term stays for the whole term; a shorter turn stays as short as it was.
        whole = [post.ends_on == body.term_ends_on for post in moved]
        cut = [
            replace(post, ends_on=after.term_ends_on) if stays else after.within_term(post)
            for post, stays in zip(moved, whole, strict=True)
        ]
        self._writer.change(act, moved, cut, body=written)
        if not moved and after.contact != body.contact:
            self._writer.show_committee(act, written, contact)
            if contact is not None:
                self._writer.require_unchanged(act, contact)
        elif moved and after.contact is None and body.contact is not None:
            self._writer.show_committee(act, written, None)
        self._registry.commit(act)
        return written

    def dissolve(self, by: str, body: Body, reason: str, now: datetime) -> Body:
        """End a committee; every member's rights end in the same act.

        Raises:
            PostChanged: somebody else changed it or a member in the same moment.
        """
        if body.ended_at is not None:
            return body
        act = Transaction(by, "dissolve_committee", now)
        members = self.members_of(body)
        ended = replace(body, ended_at=now, ended_reason=reason, members=())
        written = act.change(BODY, body, ended, otherwise=PostChanged)
        self._writer.close(act, members, reason, body=written)
        self._registry.commit(act)
        return written

    def add_member(self, by: str, body: Body, who: Appointee, key: str, now: datetime) -> Post:
        """Take somebody into a committee; rights hold inside its term only, once the commitment is signed (VOT-13).

        Raises:
            BodyOver: it was dissolved.
            BodyFull: it has twenty members.
            HeldForCase: a negative-list case suspends the same person in a committee of the estate (VOT-14).
            Problem: see Appointing.
        """
        estate = self._estates.get_estate(body.estate_id)
        place = (ScopeKind.ESTATE, estate.id, estate.name)
        draft = self._appointing.draft(by, key, place, Role.COMMITTEE, who, now)
        post = replace(body.within_term(draft), body_id=body.id)

        def along(act: Transaction) -> None:
            fresh = self.access_body_by_id(body.estate_id, body.id)
            fresh.require_open()
            members = tuple(one.id for one in self.members_of(fresh))
            if len(members) >= MAXIMUM_MEMBERS:
                raise BodyFull
            act.change(BODY, fresh, replace(fresh, members=(*members, post.id)), otherwise=PostChanged)
            self._require_free(act, post)

        return self._appointing.write(beginning(by, "appoint_committee_member", now), [post], along=along)[0]

    def access_member_by_id(self, body: Body, post_id: str) -> Post:
        """Return a member's post of the committee, or raise PostUnknown."""
        post = self._registry.find_post(ScopeKind.ESTATE, body.estate_id, post_id)
        if post is None or post.body_id != body.id:
            raise PostUnknown
        return post

    # A member's post in the acts of other rooms

    def access_seat_by_id(self, estate_id: str, post_id: str) -> Post:
        """Return a post in any committee of the estate, an ended one too, or raise PostUnknown."""
        post = self._registry.find_post(ScopeKind.ESTATE, estate_id, post_id)
        if post is None or post.body_id is None:
            raise PostUnknown
        return post

    def list_own_seats(self, account_id: str) -> list[Post]:
        """List the posts in committees that a person has or had."""
        return [post for post in self._registry.list_account_posts(account_id) if post.body_id is not None]

    def sign(self, act: Transaction, post: Post) -> Post:
        """Let a member's post count from this act on: its commitment was signed (VOT-13).

        Raises:
            PostUnknown: the post has ended.
            HeldForCase: a negative-list case suspends the same person in a committee of the estate.
        """
        if post.is_over:
            raise PostUnknown
        if not post.held_for:
            self._require_free(act, post)
        return self._writer.change(act, [post], [post.signed(act.at)])[0]

    def hold(self, act: Transaction, post: Post, case_id: str, reason: str) -> list[Post]:
        """Suspend a member for a negative-list case in every committee of the estate they sit in (VOT-14).

        Nobody can be taken into a committee there in the same moment, so that no seat is overlooked.
        """
        bodies = self._bodies_at(post.place_id)
        seats = [
            one for body in bodies for one in self.members_of(body) if one.id == post.id or _same_person(one, post)
        ]
        held = self._writer.change(act, seats, [one.held(case_id, reason) for one in seats])
        touched = {one.body_id for one in seats}
        for body in bodies:
            if body.id not in touched:
                act.require(BODY.key(body), version=body.version, otherwise=PostChanged)
        return held

    def free(self, act: Transaction, estate_id: str, post_ids: Sequence[str], case_id: str) -> None:
        """Give the rights back that a negative-list case took; what ended in the meantime stays ended (VOT-14)."""
        seats = self._open_seats(estate_id, post_ids)
        self._writer.change(act, seats, [post.freed(case_id) for post in seats])

    def remove(self, act: Transaction, estate_id: str, post_ids: Sequence[str], reason: str) -> None:
        """End the membership that the owners' assembly ended; what ended before stays as it was (VOT-14)."""
        self._writer.close(act, self._open_seats(estate_id, post_ids), reason)

    def require_in_office(self, act: Transaction, body: Body, account_id: str, now: datetime) -> Post:
        """Return the seat of a member who acts for a committee, and let the act happen only while it is unchanged.

        Raises:
            PostUnknown: they are not in office there.
        """
        for post in self.members_of(body):
            if post.account_id == account_id and post.grant().is_live(now):
                self._writer.require_unchanged(act, post)
                return post
        raise PostUnknown

    def _bodies_at(self, estate_id: str) -> list[Body]:
        return [body for body in self._registry.all_bodies(estate_id) if body.ended_at is None]

    def _open_seats(self, estate_id: str, post_ids: Sequence[str]) -> list[Post]:
        found = self._registry.find_posts((ScopeKind.ESTATE, estate_id, post_id) for post_id in post_ids)
        return [post for post in found if not post.is_over]

    def _require_free(self, act: Transaction, post: Post) -> None:
        """Let the act happen only while no negative-list case suspends the person in another seat at the estate."""
        for body in self._bodies_at(post.place_id):
            for other in self.members_of(body):
                if other.id == post.id or not _same_person(other, post):
                    continue
                if other.held_for:
                    raise HeldForCase
                self._writer.require_unchanged(act, other)

    def appoint_representative(self, by: str, estate_id: str, who: Appointee, key: str, now: datetime) -> Post:
        """Name a building head or representative with a term (楼道长、居民代表, IDR-12).

        Raises:
            BuildingUnknown: the estate has no such building.
            Problem: see Appointing.
        """
        estate = self._estates.get_estate(estate_id)
        if who.about.building_id is not None:
            self._estates.get_building(estate_id, who.about.building_id)
        place = (ScopeKind.ESTATE, estate.id, estate.name)
        draft = self._appointing.draft(by, key, place, Role.BUILDING_HEAD, who, now)
        return self._appointing.write(beginning(by, "appoint_representative", now), [draft])[0]

    def access_representative_by_id(self, estate_id: str, post_id: str) -> Post:
        """Return a representative's post at the estate, or raise PostUnknown."""
        post = self._registry.find_post(ScopeKind.ESTATE, estate_id, post_id)
        if post is None or post.group is not Group.RESIDENTS or post.role is not Role.BUILDING_HEAD:
            raise PostUnknown
        return post


def _same_person(one: Post, other: Post) -> bool:
    by_account = one.account_id is not None and one.account_id == other.account_id
    return by_account or (one.phone_index is not None and one.phone_index == other.phone_index)
