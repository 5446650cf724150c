"""Read work orders: each person what is theirs to see, the bulletin, the figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.page import Page
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.bulletin import BulletinLine, line_of, similar
from miniprogram_api.work_orders.effects import Actor
from miniprogram_api.work_orders.events import open_acts
from miniprogram_api.work_orders.figures import Figures, count
from miniprogram_api.work_orders.moves import open_steps
from miniprogram_api.work_orders.refusals import OrderUnknown
from miniprogram_api.work_orders.rules import ENDED, Order, OrderState
from miniprogram_api.work_orders.service.acts import Outcome
from miniprogram_api.work_orders.store import BULLETIN, Orders
from miniprogram_api.work_orders.visibility import Seen, Sight, sees_contact, sees_masked_contact, sight_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.work_orders.service.ports import AccountRegister, PhotoAlbum

SIMILAR_SHOWN = 5
OPEN_OF_A_STATE = 100
"""As many open orders of one state as one answer holds; an estate with more reads on state by state."""


class WorkOrders:
    """Reading work orders."""

    def __init__(self, orders: Orders, sealer: Sealer, accounts: AccountRegister, photos: PhotoAlbum) -> None:
        self._orders = orders
        self._photos = photos
        self._sealer = sealer
        self._accounts = accounts

    def access_work_order_by_id(
        self, principal: Principal, territory: Territory, estate_id: str, order_id: str, *, whole: bool = True
    ) -> Outcome:
        """Return an order that this person may see, with its timeline: one query.

        Raises:
            OrderUnknown: there is none in this estate, or it is not theirs to see (the answer is the same).
        """
        order, steps = self._orders.get_with_steps(estate_id, order_id)
        sight = sight_of(order, principal, territory)
        if sight is Sight.NOTHING or (whole and sight is not Sight.WHOLE):
            raise OrderUnknown
        return Outcome(order, tuple(steps))

    def show(self, principal: Principal, territory: Territory, found: Outcome) -> Seen:
        """Return what this person sees of an order and may do with it; the reporter's number only to who handles it."""
        order = found.order
        sight = sight_of(order, principal, territory)
        if sight is not Sight.WHOLE:
            return Seen(order, found.steps, sight)
        phone, caller = self._contact(order, principal, territory)
        actor = Actor(principal.account_id, principal.display_name, principal.roles_in(territory))
        steps = open_steps(order, actor, lambda permission: principal.may(permission, territory))
        acts = open_acts(order, actor, lambda permission: principal.may(permission, territory))
        return Seen(order, found.steps, sight, phone, caller, steps, principal.account_id == order.reporter_id, acts)

    def photos_of(self, principal: Principal, territory: Territory, found: Outcome) -> list[PhotoShown]:
        """Return the photos of an order and of its steps, for who sees it whole; nobody else gets one (REP-01)."""
        if sight_of(found.order, principal, territory) is not Sight.WHOLE:
            return []
        of_steps = [photo_id for step in found.steps for photo_id in step.photo_ids]
        return self._photos.show(found.order.estate_id, dict.fromkeys((*found.order.photo_ids, *of_steps)))

    def _contact(self, order: Order, principal: Principal, territory: Territory) -> tuple[str | None, str | None]:
        if sees_contact(order, principal):
            phone = self._opened(order.contact, "phone")
            if phone is None and order.reporter_id not in {None, principal.account_id}:
                phone = self._proved_phone(order.reporter_id or "")
            return phone, self._opened(order.caller_name, "name")
        if sees_masked_contact(principal, territory):
            return order.contact_masked, order.caller_masked
        return None, None

    def list_board(
        self, principal: Principal, territory: Territory, estate_id: str, state: OrderState, limit: int,
        cursor: str | None,
    ) -> Page[Order]:  # fmt: skip
        """List an estate's orders in one state, oldest first, without those this person may not see whole."""
        page = self._orders.list_board(estate_id, state, limit, cursor)
        return Page(self._visible(page.items, principal, territory), page.next)

    def list_open(self, principal: Principal, territory: Territory, estate_id: str) -> list[Order]:
        """Return the open orders of an estate that this person may see whole, overdue first, then the next to be due.

        One query a state; of a state with more than a hundred the oldest hundred, the board goes on from there.
        """
        found = [
            order
            for state in OrderState
            if state not in ENDED
            for order in self._orders.list_board(estate_id, state, OPEN_OF_A_STATE, None).items
        ]
        return sorted(self._visible(found, principal, territory), key=_pressing)

    def find_by_number(self, principal: Principal, territory: Territory, estate_id: str, number: str) -> list[Order]:
        """Return the orders with a short number that this person may see whole."""
        return list(self._visible(self._orders.find_by_number(estate_id, number.upper()), principal, territory))

    def list_reported(self, account_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what a person reported, newest first."""
        return self._orders.list_reported_by(account_id, limit, cursor)

    def list_held(self, account_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what a person holds now, the most pressing first."""
        return self._orders.list_held_by(account_id, limit, cursor)

    def list_held_at(self, place_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what the community, the street or an estate's desk holds now, the most pressing first."""
        return self._orders.list_held_at(place_id, limit, cursor)

    def figures(self, estate_id: str, month: date) -> Figures:
        """Recount the orders opened in a calendar month: one query a state over that month alone."""
        first = month.replace(day=1)
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return self.figures_between(estate_id, start_of(first), start_of(following))

    def figures_between(self, estate_id: str, start: datetime, end: datetime) -> Figures:
        """Recount the orders opened in ``[start, end)``."""
        return count(order for state in OrderState for order in self._orders.all_opened(estate_id, state, start, end))

    # The bulletin follows from the table's stream

    def publish(self, _: Order | None, after: Order | None, at: datetime) -> None:
        """Write what neighbours see of an order after a change; any repetition or late delivery changes nothing."""
        line = None if after is None else line_of(after)
        if line is None:
            return
        shown = self._orders.find_line(line)
        act = Transaction("system", "publish_bulletin", at)
        if shown is None:
            act.add(BULLETIN, line)
        elif shown.order_version < line.order_version:
            act.change(BULLETIN, shown, replace(line, version=shown.version))
        self._orders.commit(act)

    def list_bulletin(self, estate_id: str, limit: int, cursor: str | None) -> Page[BulletinLine]:
        """List what neighbours see of the matters on common parts, newest first."""
        page = self._orders.list_bulletin(estate_id, limit, cursor)
        return Page(tuple(line for line in page.items if line.shown), page.next)

    def similar(
        self, estate_id: str, category: str, building_id: str | None, entrance: str | None, now: datetime
    ) -> list[BulletinLine]:
        """Return open matters that may be the same, so that a neighbour follows one instead of opening another."""
        lines = self._orders.recent_lines(estate_id, now)
        return similar(lines, category, building_id, entrance, now)[:SIMILAR_SHOWN]

    def _visible(
        self, orders: tuple[Order, ...] | list[Order], principal: Principal, territory: Territory
    ) -> tuple[Order, ...]:
        return tuple(order for order in orders if sight_of(order, principal, territory) is Sight.WHOLE)

    def _proved_phone(self, account_id: str) -> str | None:
        account = self._accounts.find_accounts([account_id]).get(account_id)
        return None if account is None else self._opened(account.phone, "phone")

    def _opened(self, sealed: str | None, purpose: str) -> str | None:
        return None if sealed is None else self._sealer.open(sealed, purpose)


def _pressing(order: Order) -> tuple[bool, float, str]:
    looked_at = order.next_look_at
    return not order.overdue, (looked_at or order.opened_at).timestamp(), order.id
