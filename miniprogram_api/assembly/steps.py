"""The steps of a session: each returns the session after it (VOT-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.assembly.refusals import (
    CorrectionTooLate,
    MinutesUnconfirmed,
    NothingCorrected,
    NoticeTooShort,
    NotYetHeld,
)
from miniprogram_api.assembly.session import MOST_CORRECTIONS, SESSION, Closing, Minutes, Session
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.assembly.session import CallNotice, Correction, Hand, Plan, Totals


def edited(session: Session, plan: Plan, by: str) -> Session:
    """Return the draft with another plan."""
    return _moved(session, "edit", by, plan=plan)


def called(session: Session, notice: CallNotice) -> Session:
    """Return the session to which owners are called.

    Raises:
        NoticeTooShort: fewer days are left than the law, or the estate's own rules, give owners (条例 14).
    """
    after = _moved(session, "call", notice.hand.by, call=notice)
    _check_notice(session.plan.held_on, date_of(notice.hand.at), notice.days)
    return after


def corrected(session: Session, plan: Plan, correction: Correction) -> Session:
    """Return the called session as it was publicly corrected.

    A new matter, or an earlier day, gives owners their full time anew; a later day and another place do not shorten it.

    Raises:
        NothingCorrected: the plan stays as it was.
        CorrectionTooLate: its day is over, or it was corrected too often.
        NoticeTooShort: too few days are left.
        InputMissing, IllegalTransition: no reason is given; it is not called.
    """
    by, today = correction.hand.by, date_of(correction.hand.at)
    after = _moved(
        session,
        "correct",
        by,
        {"reason": correction.reason},
        plan=plan,
        corrections=(*session.corrections, correction),
    )
    if plan == session.plan:
        raise NothingCorrected
    if today > session.plan.held_on or len(session.corrections) >= MOST_CORRECTIONS:
        raise CorrectionTooLate
    days = 0 if session.call is None else session.call.days
    told = {item.matter for item in session.plan.agenda}
    anew = plan.held_on < session.plan.held_on or any(item.matter not in told for item in plan.agenda)
    _check_notice(plan.held_on, today, days if anew else 0)
    return after


def cancelled(session: Session, closing: Closing) -> Session:
    """Return the session that will not be held; InputMissing without a reason."""
    return _moved(session, "cancel", closing.hand.by, {"reason": closing.text}, closing=closing)


def held(session: Session, hand: Hand) -> Session:
    """Return the session after it was held: nobody signs in any more; NotYetHeld before its day."""
    after = _moved(session, "hold", hand.by, held=hand)
    if date_of(hand.at) < session.plan.held_on:
        raise NotYetHeld
    return after


def counted(session: Session, totals: Totals) -> Session:
    """Return the held session with who was there."""
    return replace(session, totals=totals)


def minuted(session: Session, minutes: Minutes) -> Session:
    """Return the session with its minutes; written anew, they have to be confirmed anew."""
    return _moved(session, "write_minutes", minutes.written.by, {"text": minutes.text}, minutes=minutes)


def confirmed(session: Session, hand: Hand) -> Session:
    """Return the session whose minutes a second person confirmed; SamePersonRefused to who wrote them."""
    after = _moved(session, "confirm_minutes", hand.by)
    if after.minutes is None:
        raise ValueError("a minuted session has minutes")
    return replace(after, minutes=replace(after.minutes, confirmed=hand))


def published(session: Session, closing: Closing) -> Session:
    """Return the session with its result for all owners; MinutesUnconfirmed before a second person confirmed."""
    after = _moved(session, "publish", closing.hand.by, {"result": closing.text}, closing=closing)
    if session.minutes is None or session.minutes.confirmed is None:
        raise MinutesUnconfirmed
    return after


def _check_notice(held_on: date, today: date, days: int) -> None:
    if held_on < today + timedelta(days=days):
        raise NoticeTooShort(earliest=(today + timedelta(days=days)).isoformat(), days=days)


def _moved(session: Session, name: str, by: str, given: dict[str, Any] | None = None, **changes: Any) -> Session:
    writer = None if session.minutes is None else session.minutes.written.by
    step = SESSION.step(session.state, name, given=given or {}, actor=by, participants={"writer": writer})
    return replace(session, state=step.target, **changes)
