"""Open work orders: many doors, one intake (REP-01, REP-03, REP-05)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from miniprogram_api.cards.rules import ANSWERING, CardState, read_token
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.privacy import mask_name, mask_phone
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.category import CATALOGUE
from miniprogram_api.work_orders.opening import Opening, check_opening
from miniprogram_api.work_orders.refusals import CardRefused, CategoryUnknown, KeyReused
from miniprogram_api.work_orders.rules import Order, Step, desk_of
from miniprogram_api.work_orders.service.acts import Outcome
from miniprogram_api.work_orders.store import ORDER, STEP, Orders

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.work_orders.service.ports import PhotoAlbum

_CARD_STATES = (CardState.ACTIVE, *sorted(ANSWERING - {CardState.ACTIVE}))
"""States in which a card answers; nearly every card that is scanned is active, so that is asked first."""


class _AlreadyOpened(Conflict):
    """The same request opened its order before."""


class WorkOrderIntake:
    """The one door through which requests come in."""

    def __init__(self, orders: Orders, photos: PhotoAlbum, sealer: Sealer) -> None:
        self._orders = orders
        self._photos = photos
        self._sealer = sealer

    def open_work_order(
        self, principal: Principal, territory: Territory, opening: Opening, key: str, now: datetime
    ) -> Outcome:
        """Open an order: no read, one transaction. Repeating it with the same key finds the order already there.

        Room, building, facility, own category, card and photos are checked by the transaction itself.

        Raises:
            CategoryUnknown, SpotUnknown, CardRefused, CardNeeded, HomeNotYours: see there.
            SourceRefused, CallerMissing: see there.
            KeyReused: the key came before with different content.
        """
        check_opening(opening, principal, territory)
        order = self._new_order(principal, territory, opening, key, now)
        step = Step(
            order.estate_id, order.id, 1, 1, "open", "提交", order.state, principal.account_id, principal.display_name,
            now, now, photo_ids=opening.photo_ids,
        )  # fmt: skip
        try:
            self._write(order, step, opening)
        except _AlreadyOpened:
            first, steps = self._orders.get_with_steps(order.estate_id, order.id)
            if first.digest != order.digest:
                raise KeyReused from None
            return Outcome(first, tuple(steps))
        return Outcome(order, (step,))

    def _write(self, order: Order, step: Step, opening: Opening) -> None:
        token = None if opening.card_token is None else read_token(opening.card_token)
        if opening.card_token is not None and token is None:
            raise CardRefused
        # A card answers in three states and a condition names one: the usual one first, the others only if refused.
        for state in _CARD_STATES if token is not None else (None,):
            act = Transaction(order.opened_by, "open_work_order", order.opened_at)
            act.add(ORDER, order, otherwise=_AlreadyOpened)
            act.add(STEP, step)
            if token is not None and state is not None:
                self._orders.require_card(
                    act, *token, otherwise=CardRefused, estate_id=order.estate_id, state=state.value
                )
            if opening.category not in CATALOGUE:
                self._orders.require_category(act, order.estate_id, opening.category, otherwise=CategoryUnknown)
            self._orders.require_place(act, order.estate_id, opening.place)
            if opening.photo_ids:
                self._photos.attach(act, order.estate_id, opening.photo_ids, order.id, "work_order")
            try:
                self._orders.commit(act)
            except CardRefused:
                if state is _CARD_STATES[-1]:
                    raise
                continue
            return

    def _new_order(
        self, principal: Principal, territory: Territory, opening: Opening, key: str, now: datetime
    ) -> Order:
        estate_id = territory.estate_id or ""
        for_caller = opening.caller_phone is not None or opening.caller_name is not None
        contact = opening.caller_phone or opening.contact
        return Order(
            id=derived_id("wo", principal.account_id, estate_id, "open_work_order", key),
            estate_id=estate_id,
            units=territory.units,
            company_id=territory.company_id,
            kind=opening.kind,
            feedback_kind=opening.feedback_kind,
            category=opening.category,
            place=opening.place,
            text=opening.text,
            source=opening.source,
            urgency=opening.urgency,
            photo_ids=opening.photo_ids,
            wished_at=opening.wished_at,
            opened_by=principal.account_id,
            opened_at=now,
            loop_started_at=now,
            state_since=now,
            digest=self._sealer.index(json.dumps(asdict(opening), default=str, sort_keys=True), "work_order"),
            holder=desk_of(estate_id),
            next_look_at=now,
            reporter_id=None if for_caller else principal.account_id,
            contact=None if contact is None else self._sealer.seal(contact, "phone"),
            contact_masked=None if contact is None else mask_phone(contact),
            caller_name=None if opening.caller_name is None else self._sealer.seal(opening.caller_name, "name"),
            caller_masked=None if opening.caller_name is None else mask_name(opening.caller_name),
            last_by=principal.account_id,
        )
