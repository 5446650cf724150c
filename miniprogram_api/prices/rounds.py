"""The steps of a price talk: each returns the talk after it, and the line it leaves in the history (FEE-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.prices.guide import within
from miniprogram_api.prices.refusals import AgreedPriceDiffers, RevisionRefused, StartTooEarly, VoteDayWrong
from miniprogram_api.prices.talk import PRICE_TALK, ROUND_DAYS, PriceTalk, TalkState, TalkStep

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.prices.guide import PriceLimit
    from miniprogram_api.prices.talk import Agreement, Hand, Offer
    from miniprogram_api.prices.votes import VoteResult

REVISIONS = 5
"""How often an offer may be lowered in one round, so that a talk comes to an end."""

Taken = tuple[PriceTalk, TalkStep]

_OF_A_ROUND = ("offer", "offerer", "agreement", "agreer", "agreed_on", "vote", "vote_recorder")


def opened(talk: PriceTalk, hand: Hand) -> Taken:
    """Return a new talk with its first line: why, and what the government allows."""
    return talk, _line(talk, talk, "open", hand, {"reason": talk.reason})


def offered(talk: PriceTalk, offer: Offer, hand: Hand) -> Taken:
    """Return the talk after the company's offer.

    Raises:
        PriceAboveLimit: the government allows less.
        OfferUnexplained: its costs come to less.
        IllegalTransition, InputMissing: see the workflow.
    """
    taken = _moved(talk, "offer", hand, {"offer": offer}, offer=offer, offerer=hand.by)
    _check(talk, offer)
    return taken


def countering_closed(talk: PriceTalk, hand: Hand) -> Taken:
    """Return the talk after the time for counter-offers is over; IllegalTransition when it is not for them."""
    return _moved(talk, "close_counters", hand, {})


def revised(talk: PriceTalk, offer: Offer, hand: Hand) -> Taken:
    """Return the talk after the company lowered its offer; the round does not last longer for it.

    Raises:
        RevisionRefused: the offer is not lower, or was lowered often enough.
        PriceAboveLimit, OfferUnexplained, IllegalTransition, InputMissing: as for an offer.
    """
    taken = _moved(talk, "revise", hand, {"offer": offer}, offer=offer, offerer=hand.by, lowered=talk.lowered + 1)
    _check(talk, offer)
    if talk.offer is None or offer.price >= talk.offer.price or talk.lowered >= REVISIONS:
        raise RevisionRefused
    return taken


def agreed(talk: PriceTalk, agreement: Agreement, hand: Hand) -> Taken:
    """Return the talk after the owners' side took the company's newest offer.

    Raises:
        AgreedPriceDiffers: the company does not stand by that price.
        SamePersonRefused: who offered it agrees to it.
        IllegalTransition, InputMissing: see the workflow.
    """
    content = {"agreement": agreement}
    taken = _moved(talk, "agree", hand, content, agreement=agreement, agreer=hand.by, agreed_on=date_of(hand.at))
    if talk.offer is None or agreement.price != talk.offer.price:
        raise AgreedPriceDiffers
    return taken


def voted(talk: PriceTalk, vote: VoteResult, limit: PriceLimit | None, hand: Hand) -> Taken:
    """Return the talk after the owners' vote; one that fails begins the next round, under the ``limit`` of today.

    Raises:
        VoteDayWrong: they would have voted before the parties agreed, or in the future.
        SamePersonRefused: who made the offer records the vote about it.
        IllegalTransition, InputMissing: see the workflow.
    """
    if vote.passed:
        taken = _moved(talk, "pass_vote", hand, {"vote": vote}, vote=vote, vote_recorder=hand.by)
    else:
        fresh: dict[str, Any] = dict.fromkeys(_OF_A_ROUND)
        taken = _moved(talk, "fail_vote", hand, {"vote": vote}, **fresh, round=talk.round + 1, lowered=0, limit=limit)
    if talk.agreed_on is None or not talk.agreed_on <= vote.decided_on <= date_of(hand.at):
        raise VoteDayWrong
    return taken


def filed(talk: PriceTalk, starts_on: date, limit: PriceLimit | None, hand: Hand) -> Taken:
    """Return the talk after an official filed its price; ``limit`` is what is allowed on the day it starts.

    Raises:
        StartTooEarly: it would start before today.
        PriceAboveLimit: the government allows less by then.
        SamePersonRefused: who offered, agreed or recorded the vote files it.
        IllegalTransition, InputMissing: see the workflow.
    """
    taken = _moved(talk, "file", hand, {"starts_on": starts_on}, starts_on=starts_on)
    if starts_on < date_of(hand.at):
        raise StartTooEarly
    if talk.agreement is not None:
        within(limit, talk.agreement.price)
    return taken


def ended(talk: PriceTalk, step: str, reason: str, hand: Hand) -> Taken:
    """Return the talk after the company withdrew it (``withdraw``) or an official stopped it (``stop``).

    Raises:
        IllegalTransition, InputMissing: see the workflow.
    """
    return _moved(talk, step, hand, {"reason": reason})


def due_after(state: TalkState, now: datetime) -> datetime | None:
    """Return when a round that begins now is over, or None after the last."""
    days = ROUND_DAYS.get(state)
    return None if days is None else now + timedelta(days=days)


def _check(talk: PriceTalk, offer: Offer) -> None:
    within(talk.limit, offer.price)
    offer.costs.explains(offer.price)


def _moved(talk: PriceTalk, name: str, hand: Hand, content: dict[str, Any], **changes: Any) -> Taken:
    """Take a step of the workflow: ``content`` is what was filled in, ``changes`` what it leaves on the talk."""
    participants = {"offerer": talk.offerer, "agreer": talk.agreer, "vote_recorder": talk.vote_recorder}
    state = PRICE_TALK.step(talk.state, name, given=content, actor=hand.by, participants=participants).target
    if state is not talk.state:
        changes |= {"due_at": due_after(state, hand.at), "told_late": False}
    after = replace(talk, state=state, steps=talk.steps + 1, last_step=hand.step_id, **changes)
    return after, _line(talk, after, name, hand, content)


def _line(before: PriceTalk, after: PriceTalk, name: str, hand: Hand, content: dict[str, Any]) -> TalkStep:
    return TalkStep(
        id=hand.step_id,
        talk_id=after.id,
        estate_id=after.estate_id,
        number=after.steps,
        name=name,
        round=before.round,
        state=after.state,
        by=hand.by,
        by_name=hand.name,
        at=hand.at,
        limit=before.limit,
        **content,
    )
