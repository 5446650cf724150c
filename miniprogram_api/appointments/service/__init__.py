"""Read posts, find the people behind them, and let terms end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.appointments.rules import Group, Post, PostChanged, PostsHeld, PostUnknown, check_term
from miniprogram_api.appointments.store import POST, Registry
from miniprogram_api.kernel.access import OFFICIALS, RESIDENTS, Role, ScopeKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from miniprogram_api.appointments.service.portraits import Portraits
    from miniprogram_api.appointments.service.writing import PostWriter
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.kernel.clock import Clock
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.sealing import Sealer

_SWEPT_PER_SHARD = 25
_FORGOTTEN_PER_ACT = 50


class Appointments:
    """Who holds which post where."""

    def __init__(
        self,
        registry: Registry,
        writer: PostWriter,
        grants: Grants,
        estates: Estates,
        sealer: Sealer,
        clock: Clock,
        portraits: Portraits,
    ) -> None:
        self._portraits = portraits
        self._registry = registry
        self._writer = writer
        self._grants = grants
        self._estates = estates
        self._sealer = sealer
        self._clock = clock

    # The people behind roles, for other rooms

    def people_at(
        self,
        *,
        estate_id: str | None = None,
        unit_id: str | None = None,
        roles: Collection[Role],
        now: datetime | None = None,
    ) -> list[HeldGrant]:
        """List who holds one of the roles at an estate or unit now; officials of an estate are those above it.

        Residents are not listed: an estate may have a hundred thousand of them. People who may not act are left out.
        """
        now = now or self._clock()
        if unit_id is not None:
            return self._grants.people_at_unit(unit_id, roles, now)
        if estate_id is None:
            return []
        estate = self._estates.get_estate(estate_id)
        wanted = frozenset(roles) - RESIDENTS
        found = self._grants.people_at_estate(estate.id, wanted - OFFICIALS - {Role.COMPANY_ADMIN}, now)
        for unit in estate.units if wanted & OFFICIALS else ():
            found += self._grants.people_at_unit(unit, wanted & OFFICIALS, now)
        if Role.COMPANY_ADMIN in wanted and estate.company_id is not None:
            found += self._grants.people_of_company(estate.company_id, {Role.COMPANY_ADMIN}, now)
        return [held for held in found if held.grant.reaches(estate.territory)]

    # Reading

    def list_at_estate(self, estate_id: str, group: Group, limit: int, cursor: str | None) -> Page[Post]:
        """List the posts of an estate by role."""
        return self._registry.list_posts(ScopeKind.ESTATE, estate_id, group, limit, cursor)

    def list_at_unit(self, unit_id: str, limit: int, cursor: str | None) -> Page[Post]:
        """List the officials of a unit by role."""
        return self._registry.list_posts(ScopeKind.UNIT, unit_id, Group.OFFICIALS, limit, cursor)

    def list_of_company(self, company_id: str, limit: int, cursor: str | None) -> Page[Post]:
        """List the posts a company gave, one line an estate, those of one appointment together (IDR-20)."""
        return self._registry.list_company_posts(company_id, limit, cursor)

    def access_post_by_id(self, place: ScopeKind, place_id: str, group: Group, post_id: str) -> Post:
        """Return a post of the place that the guard checked.

        Raises:
            PostUnknown: there is none of that kind there, or another company's.
        """
        post = self._registry.find_post(place, place_id, post_id)
        if post is None or post.group is not group:
            raise PostUnknown
        if group is Group.STAFF and place is ScopeKind.ESTATE:
            company_id = self._estates.get_estate(place_id).company_id
            if post.company_id != company_id:
                raise PostUnknown
        return post

    def person_of(self, post: Post) -> tuple[str | None, str | None]:
        """Return name and phone number of somebody in a post, in the clear, for those who work with them."""
        name = None if post.name is None else self._sealer.open(post.name, "name")
        return name, None if post.phone is None else self._sealer.open(post.phone, "phone")

    # What every kind of post has in common

    def step(self, by: str, posts: Sequence[Post], name: str, reason: str | None, now: datetime) -> list[Post]:
        """Suspend, resume or end posts of one appointment; it counts from the next request on.

        Raises:
            IllegalTransition: a post is not in a state for that.
            InputMissing: the reason is missing.
            PostChanged: somebody else changed one in the same moment.
        """
        act = Transaction(by, f"{name}_post", now)
        given: Mapping[str, object] = {"reason": reason}
        after = [post.step(name, given, now) for post in posts]
        done = self._writer.close(act, posts, reason or "") if name == "end" else self._writer.change(act, posts, after)
        self._registry.commit(act)
        return done

    def change(self, by: str, posts: Sequence[Post], changes: Mapping[str, Any], now: datetime) -> list[Post]:
        """Change what is recorded of somebody in a post (``ends_on`` or a field of its particulars), at once.

        Raises:
            PostUnknown: a post has ended.
            TermUnclear: the new last day is over or before the first.
            PortraitNotReady: the photo was not accepted (yet).
            PostChanged: somebody else changed one in the same moment.
        """
        if any(post.is_over for post in posts):
            raise PostUnknown
        fields = {name: value for name, value in changes.items() if name != "ends_on"}
        about = replace(posts[0].about, **fields)
        new_photo = about.photo_id if about.photo_id != posts[0].about.photo_id else None
        if "photo_id" in fields:
            about = self._portraits.named(posts[0].place_id, about)
            fields["photo_key"] = about.photo_key
        after = [replace(post, about=replace(post.about, **fields)) for post in posts]
        if "ends_on" in changes:
            for post in posts:
                check_term(post.starts_on, changes["ends_on"], date_of(now), leads=post.leads)
            after = [replace(post, ends_on=changes["ends_on"]) for post in after]
        if after == list(posts):
            return after
        act = Transaction(by, "change_post", now)
        if new_photo is not None:
            self._portraits.attach(act, after[0])
        done = self._writer.change(act, posts, after)
        self._registry.commit(act)
        return done

    def vacate(self, act: Transaction, estate: Estate) -> None:
        """Add to the act the end of the manager's and the deputy's post: the company's contract is over.

        Rights of the company's other staff end by themselves, since their grants name the company.
        """
        leaders = self._registry.find_leaders([estate.id]).get(estate.id)
        if leaders is None:
            return
        seated = [one for one in (leaders.manager, leaders.deputy) if one is not None]
        posts = self._registry.find_posts((ScopeKind.ESTATE, estate.id, post_id) for post_id in seated)
        self._writer.close(act, [post for post in posts if not post.is_over], "物业服务合同终止")

    def sweep(self, now: datetime) -> int:
        """End posts whose last day is over, so that seats are free and cards show who answers now.

        Rights ended by themselves at that midnight. At most 25 a shard and run; the next run takes the rest.
        """
        yesterday = date_of(now) - timedelta(days=1)
        ended = 0
        for listed in self._registry.list_ending(yesterday, _SWEPT_PER_SHARD):
            post = self._registry.find_post(listed.place, listed.place_id, listed.id)
            if post is None or post.is_over or post.ends_on is None or post.ends_on > yesterday:
                continue
            act = Transaction("system", "end_post", now)
            try:
                self._writer.close(act, [post], "任期届满")
                self._registry.commit(act)
            except Conflict:
                continue  # somebody is changing it right now; the next run looks again
            ended += 1
        return ended

    # What a person may ask of these records

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return the posts a person has or had, in the clear."""
        return [self._exported(post) for post in self._registry.list_account_posts(account_id)]

    def _exported(self, post: Post) -> dict[str, Any]:
        name, phone = self.person_of(post)
        return {
            "place": post.place_name,
            "role": post.role.value,
            "title": post.about.title,
            "name": name,
            "phone": phone,
            "starts_on": post.starts_on,
            "ends_on": post.ends_on,
            "state": post.state.value,
            "party_member": post.about.party_member,
            "concurrent_post": post.about.concurrent_post,
            "pledged_at": post.pledged_at,
        }

    def part_with(self, _: Transaction, account_id: str) -> None:
        """Refuse to let somebody go who holds a post: it is handed over first.

        Raises:
            PostsHeld: they hold one.
        """
        if any(not post.is_over for post in self._registry.list_account_posts(account_id)):
            raise PostsHeld

    def forget(self, account_id: str, now: datetime) -> None:
        """Take the person out of the posts they had."""
        known = [post for post in self._registry.list_account_posts(account_id) if post.name is not None]
        for start in range(0, len(known), _FORGOTTEN_PER_ACT):
            act = Transaction(account_id, "forget_person", now)
            for post in known[start : start + _FORGOTTEN_PER_ACT]:
                act.change(POST, post, post.without_person(), otherwise=PostChanged)
            self._registry.commit(act)
