"""Price talks over HTTP: every step by its side, everything readable for everybody of the estate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.refusals import BallotUnknown
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound, Problem
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.prices.appraisal import AppraisalNotValid, AppraisalUnknown
from miniprogram_api.prices.benchmark import BenchmarkUnknown, ServiceTwice
from miniprogram_api.prices.costing import OfferUnexplained
from miniprogram_api.prices.counters import CounteringClosed, CounterMet, CounterRoomUnknown, CounterUnknown
from miniprogram_api.prices.guide import PriceAboveLimit
from miniprogram_api.prices.refusals import (
    AgreedPriceDiffers,
    BallotUndecided,
    CommitteeInOffice,
    CompanyChanged,
    RevisionRefused,
    StartTooEarly,
    TalkKeyReused,
    TalkMoved,
    TalkOpen,
    TalkUnknown,
    VoteDayWrong,
)
from miniprogram_api.prices.schemas.counters import CounterLine, OwnCounter, PutCounter
from miniprogram_api.prices.schemas.talks import (
    Agree,
    EndTalk,
    FilePrice,
    MakeOffer,
    NameBallot,
    NewTalk,
    RecordVote,
    TalkLine,
    TalkQuery,
    TalkShown,
)
from miniprogram_api.prices.service.counter_offers import CounterOffers
from miniprogram_api.prices.service.price_talks import Asked, Opening, PriceTalks
from miniprogram_api.prices.votes import VoteUnclear
from miniprogram_api.tariffs.tariff import (
    AboveLimit,
    ChargeIncluded,
    ParkingApart,
    TariffBackdated,
    TariffMoved,
    TariffOverlap,
    TariffUnclear,
)

if TYPE_CHECKING:
    from miniprogram_api.prices.talk import PriceTalk

routes = Routes("price_talks", tag="价格形成")

_TALKS = "/v1/estates/<estate_id>/price-talks"
_TALK = f"{_TALKS}/<talk_id>"
_STEP: tuple[type[Problem], ...] = (
    TalkUnknown,
    TalkMoved,
    TalkKeyReused,
    IllegalTransition,
    InputMissing,
    CompanyChanged,
)
SUBJECT = (TariffUnclear, ParkingApart)
_TARIFF = (AboveLimit, TariffOverlap, ChargeIncluded, TariffBackdated, TariffMoved)
_OFFER = (*_STEP, PriceAboveLimit, OfferUnexplained, BenchmarkUnknown, ServiceTwice)
# A photo of the minutes that cannot be used is "not found".
_AGREE = (*_STEP, SamePersonRefused, CommitteeInOffice, AgreedPriceDiffers, NotFound)


def shown(call: Call, talk: PriceTalk) -> TalkShown:
    """Return a talk with its history and what owners offered together in each round."""
    talks = call.service(PriceTalks)
    figures = call.service(CounterOffers).figures_of(talk)
    return TalkShown.of(talk, talks.list_steps(talk), figures, talks.photos_of(talk), call.now)


def _asked(call: Call, estate_id: str, talk_id: str) -> Asked:
    return Asked(call.principal, estate_id, talk_id, call.key, call.now)


@routes.post(
    _TALKS,
    guard=in_estate(Permission.PRICE_OFFER),
    status=201,
    repeatable=True,
    errors=(TalkOpen, TalkKeyReused, CompanyChanged, AppraisalUnknown, AppraisalNotValid, *SUBJECT),
)
def open_price_talk(call: Call, estate_id: str, body: NewTalk) -> TalkShown:
    """Open the talk about the price of a charge; it begins with what the government allows (FEE-06)."""
    opening = Opening(body.about.subject(body.charge, body.grade), body.reason, body.appraisal_id)
    return shown(call, call.service(PriceTalks).open(call.principal, estate_id, opening, call.key, call.now))


@routes.get(_TALKS, guard=in_estate(Permission.PRICE_READ))
def list_price_talks(call: Call, estate_id: str, query: TalkQuery) -> PageOf[TalkLine]:
    """List the talks of an estate, newest first; ``open`` gives those of the home page (FEE-06)."""
    talks = call.service(PriceTalks)
    if query.open:
        return PageOf([TalkLine.of(talk) for talk in talks.list_open(estate_id)])
    page = talks.list_talks(estate_id, query.limit, query.cursor)
    return PageOf([TalkLine.of(talk) for talk in page.items], page.next)


@routes.get(_TALK, guard=in_estate(Permission.PRICE_READ), errors=(TalkUnknown,))
def read_price_talk(call: Call, estate_id: str, talk_id: str) -> TalkShown:
    """Return one talk with every round, who took which step when, and what owners offered together (FEE-06)."""
    return shown(call, call.service(PriceTalks).access_talk_by_id(estate_id, talk_id))


@routes.post(f"{_TALK}/offer", guard=in_estate(Permission.PRICE_OFFER), repeatable=True, errors=_OFFER)
def make_price_offer(call: Call, estate_id: str, talk_id: str, body: MakeOffer) -> TalkShown:
    """Make the company's offer with its cost sheet, not above the limit; owners may answer now (FEE-06)."""
    return shown(call, call.service(PriceTalks).offer(_asked(call, estate_id, talk_id), body.offer()))


@routes.post(
    f"{_TALK}/revision", guard=in_estate(Permission.PRICE_OFFER), repeatable=True, errors=(*_OFFER, RevisionRefused)
)
def revise_price_offer(call: Call, estate_id: str, talk_id: str, body: MakeOffer) -> TalkShown:
    """Lower the company's offer after owners have answered (FEE-06)."""
    return shown(call, call.service(PriceTalks).revise(_asked(call, estate_id, talk_id), body.offer()))


@routes.put(
    f"{_TALK}/counter-offers/<room_id>",
    guard=in_estate(Permission.PRICE_COUNTER),
    errors=(TalkUnknown, CounterRoomUnknown, CounteringClosed, CounterMet, PriceAboveLimit),
)
def put_counter_offer(call: Call, estate_id: str, talk_id: str, room_id: str, body: PutCounter) -> OwnCounter:
    """Put the counter-offer of one's own room; it can be changed until the round is over (FEE-06)."""
    talk = call.service(PriceTalks).access_talk_by_id(estate_id, talk_id)
    counters = call.service(CounterOffers)
    return OwnCounter.of(counters.put(call.principal, talk, room_id, body.price, body.reason, call.now))


@routes.get(
    f"{_TALK}/counter-offers/<room_id>",
    guard=in_estate(Permission.PRICE_COUNTER),
    errors=(TalkUnknown, CounterRoomUnknown, CounterUnknown),
)
def read_counter_offer(call: Call, estate_id: str, talk_id: str, room_id: str) -> OwnCounter:
    """Return what one's own room offers in this round."""
    talk = call.service(PriceTalks).access_talk_by_id(estate_id, talk_id)
    return OwnCounter.of(call.service(CounterOffers).access_counter_by_room(call.principal, talk, room_id))


@routes.get(f"{_TALK}/counter-offers", guard=in_estate(Permission.PRICE_LIMIT_READ), errors=(TalkUnknown,))
def list_counter_offers(call: Call, estate_id: str, talk_id: str, query: ListQuery) -> PageOf[CounterLine]:
    """List this round's counter-offers with their reasons, without the rooms, for those who negotiate (FEE-06)."""
    talk = call.service(PriceTalks).access_talk_by_id(estate_id, talk_id)
    page = call.service(CounterOffers).list_counters(talk, query.limit, query.cursor)
    return PageOf([CounterLine.of(counter) for counter in page.items], page.next)


@routes.post(f"{_TALK}/agreement", guard=in_estate(Permission.PRICE_AGREE), repeatable=True, errors=_AGREE)
def agree_on_price(call: Call, estate_id: str, talk_id: str, body: Agree) -> TalkShown:
    """Record that the owners' side takes the company's newest offer, with the minutes (FEE-06)."""
    return shown(call, call.service(PriceTalks).agree(_asked(call, estate_id, talk_id), body.agreement()))


@routes.post(
    f"{_TALK}/vote",
    guard=in_estate(Permission.PRICE_AGREE),
    repeatable=True,
    errors=(*_STEP, SamePersonRefused, CommitteeInOffice, VoteUnclear, VoteDayWrong),
)
def record_price_vote(call: Call, estate_id: str, talk_id: str, body: RecordVote) -> TalkShown:
    """Record the owners' vote; when it fails, the next round begins with a new offer (FEE-06, 民法典 278)."""
    return shown(call, call.service(PriceTalks).record_vote(_asked(call, estate_id, talk_id), body.result()))


@routes.post(
    f"{_TALK}/ballot-result",
    guard=in_estate(Permission.PRICE_AGREE),
    repeatable=True,
    errors=(*_STEP, SamePersonRefused, CommitteeInOffice, BallotUnknown, BallotUndecided, VoteDayWrong),
)
def take_price_ballot(call: Call, estate_id: str, talk_id: str, body: NameBallot) -> TalkShown:
    """Take the owners' vote from a published ballot, with its figures as they were counted (FEE-06, VOT-01)."""
    talks = call.service(PriceTalks)
    return shown(call, talks.take_ballot(_asked(call, estate_id, talk_id), body.ballot_id, body.question))


@routes.post(
    f"{_TALK}/filing",
    guard=in_estate(Permission.PRICE_FILE),
    repeatable=True,
    errors=(*_STEP, SamePersonRefused, PriceAboveLimit, StartTooEarly, *_TARIFF),
)
def file_price(call: Call, estate_id: str, talk_id: str, body: FilePrice) -> TalkShown:
    """File the adopted price with its first day; its tariff comes into being in the same act (FEE-06)."""
    return shown(call, call.service(PriceTalks).file(_asked(call, estate_id, talk_id), body.starts_on))


@routes.post(f"{_TALK}/withdrawal", guard=in_estate(Permission.PRICE_OFFER), repeatable=True, errors=_STEP)
def withdraw_price_talk(call: Call, estate_id: str, talk_id: str, body: EndTalk) -> TalkShown:
    """Withdraw a talk, with the reason; not any more once the owners have adopted its price (FEE-06)."""
    return shown(call, call.service(PriceTalks).withdraw(_asked(call, estate_id, talk_id), body.reason))


@routes.post(f"{_TALK}/stop", guard=in_estate(Permission.PRICE_FILE), repeatable=True, errors=_STEP)
def stop_price_talk(call: Call, estate_id: str, talk_id: str, body: EndTalk) -> TalkShown:
    """Stop a talk, with the reason, as an official; also when its company has gone (FEE-06)."""
    return shown(call, call.service(PriceTalks).stop(_asked(call, estate_id, talk_id), body.reason))
