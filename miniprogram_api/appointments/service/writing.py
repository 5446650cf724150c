"""Open, change and close posts: the parts of an act that always go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import Post, PostChanged, PostState
from miniprogram_api.appointments.service.seats import Seats, contact_of, estates_of
from miniprogram_api.appointments.store import BODY, POST, Registry
from miniprogram_api.identity.phones import PhoneBusy
from miniprogram_api.identity.rules import AccountUnknown, HeldGrant
from miniprogram_api.kernel.access import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from miniprogram_api.appointments.bodies import Body
    from miniprogram_api.cards.service import Cards
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.service import Identity
    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.identity.service.phones import Phones
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.storage.transaction import Transaction


class PostWriter:
    """Writes posts with everything that must be true together: grant, phone number, seat, card."""

    def __init__(
        self,
        registry: Registry,
        identity: Identity,
        phones: Phones,
        grants: Grants,
        estates: Estates,
        cards: Cards,
        sealer: Sealer,
    ) -> None:
        self._registry = registry
        self._identity = identity
        self._phones = phones
        self._grants = grants
        self._estates = estates
        self._cards = cards
        self._sealer = sealer

    def open(self, act: Transaction, posts: Sequence[Post], *, successor_of: str | None = None) -> list[Post]:
        """Open posts for one phone number: given at once if it is proved, else they wait for it.

        ``successor_of`` is the leader's post that ends in the same act (接任).

        Raises:
            SeatTaken: a manager or deputy sits there already (IDR-04).
            TooMuchWaiting: too many posts wait for the number.
            PhoneBusy: something else about the number was decided in the same moment.
        """
        seats = self._seats(posts)
        if seats is not None:
            predecessors = [seats.free(post, successor_of) for post in posts if post.leads]
            self._close(act, [post for post in predecessors if post is not None], "由他人接任", seats)
        opened = self._hand_over(act, posts)
        for post in opened:
            act.add(POST, post, otherwise=PostChanged)
            if post.leads and seats is not None:
                seats.take(post)
        if seats is not None:
            seats.write(act)
        return opened

    def _hand_over(self, act: Transaction, posts: Sequence[Post]) -> list[Post]:
        number = self._phones.number(posts[0].phone_index or "")
        if number.account_id is None:
            self._phones.change(act, number, number.awaited_by(tuple(post.reference for post in posts)))
            return list(posts)
        try:
            account = self._identity.get_account(number.account_id)
        except AccountUnknown:
            raise PhoneBusy from None
        held = [post.held_by(account.id) for post in posts]
        self._phones.require_holder(act, number)
        self._grants.give(act, account, [post.grant() for post in held], held[0].about.display_name)
        return held

    def change(
        self, act: Transaction, before: Sequence[Post], after: Sequence[Post], *, body: Body | None = None
    ) -> list[Post]:
        """Change posts that stay open; rights and cards follow in the same act, which also writes ``body`` if given."""
        seats = self._seats(before)
        changed = []
        for old, new in zip(before, after, strict=True):
            written = act.change(POST, old, new, otherwise=PostChanged)
            changed.append(written)
            if new.account_id is not None and old.grant() != new.grant():
                self._grants.change(act, new.account_id, [new.grant()], new.about.display_name)
            if new.leads and seats is not None:
                seats.changed(written)
        if seats is not None:
            seats.write(act)
        self._follow_bodies(act, changed, body)
        return changed

    def close(self, act: Transaction, posts: Sequence[Post], reason: str, *, body: Body | None = None) -> list[Post]:
        """End posts, whatever their state; rights end and seats are free in the same act, which may write ``body``."""
        seats = self._seats(posts)
        closed = self._close(act, posts, reason, seats)
        if seats is not None:
            seats.write(act)
        self._follow_bodies(act, closed, body)
        return closed

    def _close(self, act: Transaction, posts: Sequence[Post], reason: str, seats: Seats | None) -> list[Post]:
        closed = []
        waiting: dict[str, list[str]] = {}
        for post in posts:
            ended = act.change(POST, post, post.step("end", {"reason": reason}, act.at), otherwise=PostChanged)
            closed.append(ended)
            if post.account_id is None and post.phone_index is not None:
                waiting.setdefault(post.phone_index, []).append(post.reference)
            if post.leads and seats is not None:
                seats.leave(ended)
        self._grants.end(act, [(post.account_id, post.grant_id) for post in posts if post.account_id is not None])
        for index, references in waiting.items():
            number = self._phones.number(index)
            self._phones.change(act, number, number.without(tuple(references)))
        return closed

    def show_committee(self, act: Transaction, body: Body, contact: Post | None) -> None:
        """Let the cards of the estate show a member of the committee (CARD-01), or nobody."""
        estate = self._estates.get_estate(body.estate_id)
        self._cards.show_committee(act, estate, contact_of(contact, self._sealer))

    def require_unchanged(self, act: Transaction, post: Post) -> None:
        """Let the act happen only while the post is as it was read."""
        act.require(POST.key(post), version=post.version, otherwise=PostChanged)

    def _follow_bodies(self, act: Transaction, posts: Sequence[Post], written: Body | None) -> None:
        """See to it that no card shows a member who is not in office; one face shows one member at most."""
        bodies = {(post.place_id, post.body_id): written for post in posts if post.body_id is not None}
        for place_id, body_id in bodies if written is None else ():
            body = self._registry.find_body(place_id, body_id)
            if body is not None:
                act.require(BODY.key(body), version=body.version, otherwise=PostChanged)
            bodies[place_id, body_id] = body
        for post in posts:
            body = bodies.get((post.place_id, post.body_id or ""))
            if body is not None and body.contact == post.id:
                self.show_committee(act, body, post)
                return

    def claim(self, act: Transaction, account_id: str, waiting: tuple[str, ...]) -> list[HeldGrant]:
        """Make waiting posts the person's who proved the phone number; the caller writes the grants."""
        wanted = [reference.split("/") for reference in waiting]
        posts = self._registry.find_posts((ScopeKind(place), place_id, post_id) for place, place_id, post_id in wanted)
        claimed = []
        for post in posts:
            if post.state is not PostState.WAITING:
                continue
            held = act.change(POST, post, post.held_by(account_id), otherwise=PhoneBusy)
            claimed.append(HeldGrant(account_id, held.grant(), post.appointed_by, act.at, post.about.display_name))
        return claimed

    def _seats(self, posts: Sequence[Post]) -> Seats | None:
        touched = estates_of(posts)
        if not touched:
            return None
        estates: Mapping[str, Estate] = {estate_id: self._estates.get_estate(estate_id) for estate_id in touched}
        return Seats(self._registry, self._cards, self._sealer, estates)
