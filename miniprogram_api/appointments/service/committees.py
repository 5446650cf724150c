"""Committees with their terms and members, and the heads and representatives of buildings (IDR-05, IDR-12)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.appointments.bodies import MAXIMUM_MEMBERS, Body, BodyFull, BodyKind, BodyUnknown
from miniprogram_api.appointments.rules import Appointee, Group, Post, PostChanged, PostDiffers, PostUnknown
from miniprogram_api.appointments.service.appointing import beginning
from miniprogram_api.appointments.store import BODY
from miniprogram_api.kernel.access import Role, ScopeKind
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        """Take somebody into a committee; rights hold inside its term only (IDR-05).

        Raises:
            BodyOver: it was dissolved.
            BodyFull: it has twenty members.
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

        return self._appointing.write(beginning(by, "appoint_committee_member", now), [post], along=along)[0]

    def access_member_by_id(self, body: Body, post_id: str) -> Post:
        """Return a member's post of the committee, or raise PostUnknown."""
        post = self._registry.find_post(ScopeKind.ESTATE, body.estate_id, post_id)
        if post is None or post.body_id != body.id:
            raise PostUnknown
        return post

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
