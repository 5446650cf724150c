"""The seats of manager and deputy, and the cards that show who sits in them: one write an estate and act (CARD-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import Leaders, Post, SeatsChanged, SeatTaken
from miniprogram_api.appointments.store import LEADERS, Registry
from miniprogram_api.cards.face import Contact
from miniprogram_api.cards.week import WeekSpan
from miniprogram_api.kernel.access import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from miniprogram_api.cards.service import Cards
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.storage.transaction import Transaction


def contact_of(post: Post | None, sealer: Sealer) -> Contact | None:
    """Return what a card shows of somebody in a post: business contacts only, and nobody who is not in office."""
    if post is None or post.name is None or post.phone is None:
        return None
    if post.is_over or post.is_withheld:
        return None
    hours = tuple(WeekSpan(span.start, span.end) for span in post.about.duty_hours)
    name, phone = sealer.open(post.name, "name"), sealer.open(post.phone, "phone")
    return Contact(name, post.about.title, phone, post.about.photo_key, hours)


class Seats:
    """The seats that one act touches: read first, changed in memory, written once with what the cards show.

    The seats' item is written whenever a leader changes in any way, so that two acts can never show each other's past.
    """

    def __init__(self, registry: Registry, cards: Cards, sealer: Sealer, estates: Mapping[str, Estate]) -> None:
        self._registry = registry
        self._cards = cards
        self._sealer = sealer
        self._estates = estates
        self._before = registry.find_leaders(estates)
        self._after = {estate_id: self._before.get(estate_id, Leaders(estate_id)) for estate_id in estates}
        self._posts: dict[tuple[str, str], Post] = {}

    def holder(self, post: Post) -> Post | None:
        """Return who sits where this post would; somebody of a company that has left does so no longer in earnest."""
        seated = self._after[post.place_id].seat_of(post)
        return None if seated is None else self._find(post.place_id, seated)

    def free(self, post: Post, successor_of: str | None) -> Post | None:
        """Return the post that must end for this one to sit, or None where the seat is empty.

        Raises:
            SeatTaken: somebody sits there whom nobody said to replace (IDR-04).
        """
        holder = self.holder(post)
        if holder is None or holder.is_over:
            return None
        left = holder.company_id != self._estates[post.place_id].company_id
        if not left and holder.id != successor_of:
            raise SeatTaken(post_id=holder.id)
        return holder

    def take(self, post: Post) -> None:
        """Seat the post."""
        self._posts[post.place_id, post.id] = post
        self._after[post.place_id] = self._after[post.place_id].seated(post)

    def leave(self, post: Post) -> None:
        """Give up the seat of an ended post."""
        self._posts[post.place_id, post.id] = post
        self._after[post.place_id] = self._after[post.place_id].left_by(post)

    def changed(self, post: Post) -> None:
        """Note that a leader is now as given."""
        self._posts[post.place_id, post.id] = post

    def write(self, act: Transaction) -> None:
        """Add the seats and what the cards show to the act."""
        for estate_id, estate in self._estates.items():
            before, after = self._before.get(estate_id), self._after[estate_id]
            if before is None:
                act.add(LEADERS, after, otherwise=SeatsChanged)
            else:
                act.change(LEADERS, before, after, otherwise=SeatsChanged)
            shown = [self._contact(estate, post_id) for post_id in (after.manager, after.deputy)]
            self._cards.show_leader(act, estate, *shown)

    def _contact(self, estate: Estate, post_id: str | None) -> Contact | None:
        post = None if post_id is None else self._find(estate.id, post_id)
        if post is None or post.company_id != estate.company_id:
            return None
        return contact_of(post, self._sealer)

    def _find(self, estate_id: str, post_id: str) -> Post | None:
        if (estate_id, post_id) in self._posts:
            return self._posts[estate_id, post_id]
        post = self._registry.find_post(ScopeKind.ESTATE, estate_id, post_id)
        if post is not None:
            self._posts[estate_id, post_id] = post
        return post


def estates_of(posts: Iterable[Post]) -> list[str]:
    """Return the estates whose seats a change of these posts touches."""
    return list(dict.fromkeys(post.place_id for post in posts if post.leads and post.place is ScopeKind.ESTATE))
