"""Who should pay for a repair, as a proposal that a person decides on (REP-10, 000:143)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.work_orders.rules import Payer, ServiceScope

if TYPE_CHECKING:
    from datetime import date


def propose_payer(scope: ServiceScope, place: PlaceKind, *, warranty_until: date | None, today: date) -> Payer:
    """Propose the payer from the scope of the duty, whose part it is, and the developer's warranty.

    In warranty the developer pays, even when the company repairs first (000:143). Inside the home, and where the duty
    is the owner's own, the owner pays. What a line operator or public body must do is paid by that third party. What
    the contract covers is paid from the fee. The maintenance fund and public revenue are never proposed, because they
    need the owners' consent; a person may decide for them with a reason.
    """
    if warranty_until is not None and today <= warranty_until:
        return Payer.WARRANTY
    if scope is ServiceScope.OWNERS_OWN or place is PlaceKind.HOME:
        return Payer.OWNER
    return Payer.COMPANY if scope is ServiceScope.IN_CONTRACT else Payer.THIRD_PARTY
