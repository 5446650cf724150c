"""Who convenes which session, and why an interim one (VOT-16, VOT-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.assembly.refusals import ConvenerWrong, TooFewOwners, TriggerMisplaced
from miniprogram_api.assembly.session import Convener, SessionKind, Trigger, TriggerReason
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.workflow import InputMissing

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLE_OF: dict[Convener, Role] = {
    Convener.COMMITTEE: Role.COMMITTEE,
    Convener.COMMUNITY: Role.COMMUNITY,
    Convener.STREET: Role.STREET,
}


@dataclass(frozen=True, slots=True)
class Term:
    """From which to which day a committee is in office, both included."""

    first: date
    last: date


def in_office(terms: Iterable[Term], on: date) -> bool:
    """Say whether a committee is in office on a day."""
    return any(term.first <= on <= term.last for term in terms)


def check_convener(kind: SessionKind, convener: Convener, *, committee: bool, renovated: bool) -> None:
    """Make sure that this side convenes such a session while a committee is in office, or none is.

    The committee convenes while it is in office; the community where none is, or after a renovation (004:80); the
    street guides a founding (条例 10) and an interim session (003:81).

    Raises:
        ConvenerWrong: it does not.
    """
    founding = kind is SessionKind.FOUNDING
    allowed = {
        Convener.COMMITTEE: committee and not founding,
        Convener.COMMUNITY: not committee or (renovated and not founding),
        Convener.STREET: kind is SessionKind.INTERIM or (founding and not committee),
    }
    if not allowed[convener]:
        raise ConvenerWrong


def check_trigger(kind: SessionKind, convener: Convener, trigger: Trigger | None) -> None:
    """Make sure that an interim session says why it is called, and that the reason carries it.

    Raises:
        TriggerMisplaced: it says nothing, or another kind says something.
        TooFewOwners: fewer than 20 % of the owners asked (条例 13); the share itself is enough (民法典 1259).
        InputMissing: without the list of those who asked, or without words.
        ConvenerWrong: it is the street that finds a committee failing its duty (003:81).
    """
    if (trigger is None) != (kind is not SessionKind.INTERIM):
        raise TriggerMisplaced
    if trigger is None:
        return
    if trigger.reason is TriggerReason.OWNERS_ASKED:
        _check_owners(trigger)
    elif not trigger.text.strip():
        raise InputMissing(missing=["text"])
    if trigger.reason is TriggerReason.DUTY_FAILED and convener is not Convener.STREET:
        raise ConvenerWrong


def _check_owners(trigger: Trigger) -> None:
    given = {"asking": trigger.asking, "owners": trigger.owners, "photo_ids": trigger.photo_ids or None}
    missing = sorted(name for name, value in given.items() if value is None)
    if missing or trigger.asking is None or trigger.owners is None:
        raise InputMissing(missing=missing)
    if not 5 * trigger.asking >= trigger.owners >= trigger.asking:
        raise TooFewOwners
