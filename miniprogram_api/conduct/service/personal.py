"""What a person may ask of what is kept about their conduct: a copy, and to be taken out of it when they leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.conduct.refusals import BreachMoved, CaseMoved
from miniprogram_api.conduct.store import BREACH, CASE
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.conduct.breach import Breach
    from miniprogram_api.conduct.case import Case
    from miniprogram_api.conduct.history import Line, Seat
    from miniprogram_api.conduct.pledge import Pledge
    from miniprogram_api.conduct.store import ConductStore

_GONE = "已注销用户"


class ConductRecords:
    """Commitments, breaches and cases of one person."""

    def __init__(self, store: ConductStore) -> None:
        self._store = store

    def about(self, account_id: str) -> tuple[list[Case], list[Breach], list[Pledge]]:
        """Return the cases and breaches about a person, and what they signed."""
        return self._store.about_account(account_id)

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what is kept about a person; who reported them is not about them."""
        cases, breaches, pledges = self.about(account_id)
        return [
            *({"kind": "pledge", "signed_on": one.signed_on, "text": one.text} for one in pledges),
            *({"kind": "breach", "fact": one.fact, "state": one.state.value, **_about(one)} for one in breaches),
            *({"kind": "case", "fact": one.fact, "state": one.state.value, **_about(one)} for one in cases),
        ]

    def part_with(self, _: Transaction, account_id: str, /) -> None:
        """Let anybody go: whoever still holds a post is kept by that."""

    def forget(self, account_id: str, now: datetime) -> None:
        """Take the person out of the facts that stay."""
        cases, breaches, _ = self.about(account_id)
        for case in cases:
            act = Transaction(account_id, "forget_person", now)
            act.change(CASE, case, replace(case, seat=_nobody(case.seat)), otherwise=CaseMoved)
            self._store.commit(act)
        for breach in breaches:
            act = Transaction(account_id, "forget_person", now)
            act.change(BREACH, breach, replace(breach, seat=_nobody(breach.seat)), otherwise=BreachMoved)
            self._store.commit(act)


def _about(thing: Case | Breach) -> dict[str, Any]:
    steps: tuple[Line, ...] = thing.history
    return {
        "estate": thing.seat.estate_name,
        "steps": [{"step": one.label, "at": one.at, "text": one.said.text} for one in steps],
    }


def _nobody(seat: Seat) -> Seat:
    return replace(seat, name=_GONE)
