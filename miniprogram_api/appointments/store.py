"""Where posts, seats and committees lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.bodies import Body
from miniprogram_api.appointments.rules import Group, Leaders, Post
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from miniprogram_api.kernel.access import Role, ScopeKind
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _post_indexes(post: Post) -> dict[str, Key]:
    entries: dict[str, Key] = {}
    if post.account_id is not None:
        entries["gsi3"] = keys.post_of_account(post.account_id, post.place_id, post.id)
    if post.is_over:
        return entries
    entries["gsi1"] = keys.post_by_role(post.place, post.place_id, post.group, post.role, post.id)
    if post.company_id is not None:
        entries["gsi2"] = keys.post_of_company(post.company_id, post.id, post.place_id)
    if post.ends_on is not None:
        shard = keys.shard_of(post.id)
        entries["gsi4"] = keys.post_ending(shard, post.ends_on, post.place_id, post.id)
    return entries


POST = Kind("post", Post, lambda post: keys.post(post.place, post.place_id, post.id), _post_indexes)
LEADERS = Kind("leaders", Leaders, lambda leaders: keys.leaders(leaders.estate_id))
BODY = Kind("committee", Body, lambda body: keys.committee(body.estate_id, body.id))


class Registry:
    """Posts, seats and committees in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_post(self, place: ScopeKind, place_id: str, post_id: str) -> Post | None:
        """Return a post, or None."""
        return self._table.find(POST, keys.post(place, place_id, post_id))

    def find_posts(self, wanted: Iterable[tuple[ScopeKind, str, str]]) -> list[Post]:
        """Return the posts that exist at (place, its id, post id), in the order asked for."""
        places = [keys.post(*one) for one in wanted]
        found = self._table.find_all(POST, places)
        return [found[place] for place in places if place in found]

    def list_posts(
        self, place: ScopeKind, place_id: str, group: Group, limit: int, cursor: str | None, role: Role | None = None
    ) -> Page[Post]:
        """List the posts of a place that have not ended, by role."""
        pk = keys.post_by_role(place, place_id, group, "", "").pk
        prefix = None if role is None else f"{role.value}#"
        return self._table.page(POST, pk, index="gsi1", prefix=prefix, limit=limit, cursor=cursor)

    def all_posts(self, place: ScopeKind, place_id: str, group: Group, role: Role) -> list[Post]:
        """Return the posts of one role at one place that have not ended; they are few by nature."""
        pk = keys.post_by_role(place, place_id, group, "", "").pk
        return self._table.all_of(POST, pk, index="gsi1", prefix=f"{role.value}#")

    def list_company_posts(self, company_id: str, limit: int, cursor: str | None) -> Page[Post]:
        """List the posts a company gave that have not ended."""
        pk = keys.post_of_company(company_id, "", "").pk
        return self._table.page(POST, pk, index="gsi2", limit=limit, cursor=cursor)

    def find_appointment(self, company_id: str, post_id: str) -> list[Post]:
        """Return the posts of one appointment of a company, read where they lie.

        The index may lag behind, but any one entry names all the estates; the posts themselves are read consistently.
        """
        pk = keys.post_of_company(company_id, "", "").pk
        known = self._table.all_of(POST, pk, index="gsi2", prefix=f"{post_id}#")
        if not known:
            return []
        first = known[0]
        return self.find_posts((first.place, place_id, post_id) for place_id in first.estate_ids or (first.place_id,))

    def list_account_posts(self, account_id: str) -> list[Post]:
        """Return every post a person has or had."""
        return self._table.all_of(POST, keys.post_of_account(account_id, "", "").pk, index="gsi3")

    def list_ending(self, until: date, limit: int) -> list[Post]:
        """Return posts whose last day is ``until`` or earlier, at most ``limit`` of each shard."""
        span = ("0", f"{until.isoformat()}#\uffff")
        return [
            post
            for shard in range(keys.SHARDS)
            for post in self._table.page(
                POST, keys.post_ending(shard, until, "", "").pk, index="gsi4", between=span, limit=limit
            ).items
        ]

    def find_leaders(self, estate_ids: Iterable[str]) -> dict[str, Leaders]:
        """Return the seats of estates that ever had one, in one round trip a hundred."""
        found = self._table.find_all(LEADERS, [keys.leaders(estate_id) for estate_id in estate_ids])
        return {leaders.estate_id: leaders for leaders in found.values()}

    def find_body(self, estate_id: str, body_id: str) -> Body | None:
        """Return a committee, or None."""
        return self._table.find(BODY, keys.committee(estate_id, body_id))

    def list_bodies(self, estate_id: str, limit: int, cursor: str | None) -> Page[Body]:
        """List the committees an estate has or had."""
        return self._table.page(BODY, keys.committee(estate_id, "").pk, limit=limit, cursor=cursor)

    def all_bodies(self, estate_id: str) -> list[Body]:
        """Return every committee an estate has or had; they are few by nature."""
        return self._table.all_of(BODY, keys.committee(estate_id, "").pk)
