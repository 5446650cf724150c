"""The steps of a tariff, from its draft to its end; two people bring one into force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.workflow import Transition, Workflow
from miniprogram_api.tariffs.tariff import Hand, Tariff, TariffBackdated, TariffState

if TYPE_CHECKING:
    from datetime import date

STATE_LABELS: dict[TariffState, str] = {
    TariffState.DRAFT: "草稿",
    TariffState.PROPOSED: "待审批",
    TariffState.IN_FORCE: "执行中",
    TariffState.ENDED: "已终止",
    TariffState.WITHDRAWN: "已撤回",
}


TARIFF = Workflow(
    "tariff",
    TariffState.DRAFT,
    (
        Transition("propose", "提交审批", frozenset({TariffState.DRAFT}), TariffState.PROPOSED, Permission.TARIFF_EDIT),
        Transition(
            "approve",
            "批准",
            frozenset({TariffState.PROPOSED}),
            TariffState.IN_FORCE,
            Permission.TARIFF_APPROVE,
            not_by=frozenset({"drafter", "proposer"}),
        ),
        Transition(
            "return",
            "退回",
            frozenset({TariffState.PROPOSED}),
            TariffState.DRAFT,
            Permission.TARIFF_APPROVE,
            requires=frozenset({"reason"}),
        ),
        Transition(
            "withdraw",
            "撤回",
            frozenset({TariffState.DRAFT, TariffState.PROPOSED}),
            TariffState.WITHDRAWN,
            Permission.TARIFF_EDIT,
            requires=frozenset({"reason"}),
        ),
        Transition(
            "end",
            "终止",
            frozenset({TariffState.IN_FORCE}),
            TariffState.ENDED,
            Permission.TARIFF_APPROVE,
            requires=frozenset({"reason"}),
        ),
    ),
)
"""draft -> proposed -> in force -> ended; who drafted or proposed it may not approve it."""


def stepped(tariff: Tariff, name: str, hand: Hand, reason: str = "") -> Tariff:
    """Return the tariff after a step.

    Raises:
        IllegalTransition: it is not in a state for it.
        SamePersonRefused: who drafted or proposed it would approve it.
        InputMissing: the step needs a reason.
    """
    hands = {"drafter": tariff.drafted.by, "proposer": tariff.proposed.by if tariff.proposed else None}
    step = TARIFF.step(tariff.state, name, given={"reason": reason}, actor=hand.by, participants=hands)
    after = replace(tariff, state=step.target, reason=reason)
    match name:
        case "propose":
            return replace(after, proposed=hand)
        case "approve":
            return replace(after, approved=hand)
        case _:
            return after


def ended(tariff: Tariff, last_on: date, hand: Hand, reason: str, *, closes: bool) -> Tariff:
    """Return a tariff in force that ends with a day; an earlier end that was set before is never moved out.

    Raises:
        TariffBackdated: the day has passed, or lies before the tariff begins.
        IllegalTransition: the tariff is not in force.
    """
    if last_on < max(tariff.valid_from, date_of(hand.at)) or (tariff.valid_until and tariff.valid_until < last_on):
        raise TariffBackdated
    return replace(stepped(tariff, "end", hand, reason), valid_until=last_on, closes=closes)
