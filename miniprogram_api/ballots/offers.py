"""What a person may do with a ballot now: pages show this and copy no rule (VOT-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import BALLOT, RESULT_KNOWN, Ballot, State
from miniprogram_api.ballots.law import Kind
from miniprogram_api.kernel.access import Permission

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_NAMING = frozenset({State.DRAFT, State.CHECKING})


def steps_of(ballot: Ballot, account_id: str, may: Callable[[Permission], bool], now: datetime) -> list[str]:
    """Return the steps of its way that this person may take now."""
    offered = BALLOT.offered(ballot.state, may, account_id, {"drafter": ballot.drafted.by})
    return [step.name for step in offered if _is_time(ballot, step.name, now)]


def _is_time(ballot: Ballot, step: str, now: datetime) -> bool:
    if step == "extend":
        return ballot.extended is None and ballot.takes_votes(now)
    if step == "certify":
        is_over = ballot.objections_until is not None and ballot.objections_until <= now
        return is_over and not ballot.open_objections
    return True


def work_of(ballot: Ballot, may: Callable[[Permission], bool], now: datetime) -> list[str]:
    """Return the work around the steps that this person may do now: roll, deliveries, papers, candidates, answers."""
    is_running = ballot.closes_at is not None and now < ballot.closes_at
    names = ballot.kind is Kind.ELECTION and ballot.state in _NAMING
    objecting = ballot.state is State.COUNTED
    in_time = ballot.objections_until is not None and now < ballot.objections_until
    work: tuple[tuple[str, Permission, bool], ...] = (
        ("edit", Permission.BALLOT_DRAFT, ballot.state is State.DRAFT),
        ("name_candidate", Permission.BALLOT_DRAFT, names),
        ("check_candidate", Permission.BALLOT_CHECK, names),
        ("read_roll", Permission.BALLOT_ROLL, ballot.roll is not None),
        ("amend_roll", Permission.BALLOT_CHECK, ballot.takes_amendments(now)),
        ("deliver", Permission.BALLOT_DELIVER, is_running),
        ("record_mandate", Permission.BALLOT_MANDATE, is_running),
        ("enter_paper", Permission.BALLOT_PAPER, ballot.takes_votes(now)),
        ("object", Permission.BALLOT_OBJECT, objecting and in_time),
        ("answer_objection", Permission.BALLOT_ANSWER, objecting and ballot.open_objections > 0),
        ("look_at_papers", Permission.BALLOT_CHECK, ballot.state in RESULT_KNOWN),
    )
    return [name for name, permission, is_open in work if is_open and may(permission)]
