"""What anybody at the estate does with a topic: propose, support, speak, rate, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.consultation.refusals import (
    CompanyDoesNotConvene,
    ConsultationKeyReused,
    ConsultationMoved,
    ConsultationOver,
    ConsultationUnknown,
    DayWrong,
    LinkUnknown,
    MinutesStay,
    NotSaidNow,
    OwnTopic,
    RatingMet,
    RatingOver,
    RatingUnknown,
    RoomNotYours,
    SettingsMoved,
    SupportOver,
    WordOfOthers,
    WordUnknown,
)
from miniprogram_api.consultation.schemas.requests import (
    GiveReason,
    KeepMinutes,
    ProposeTopic,
    Rate,
    SaySomething,
    SettingsBody,
    SettingsShown,
    TopicQuery,
    WordQuery,
)
from miniprogram_api.consultation.schemas.topics import OwnRating, TopicLine, TopicShown, WordShown
from miniprogram_api.consultation.service import Consultations, Proposal
from miniprogram_api.consultation.service.ports import Asked
from miniprogram_api.consultation.service.ratings import ConsultationRatings
from miniprogram_api.consultation.service.settings import ConsultationSettings
from miniprogram_api.consultation.service.words import ConsultationWords
from miniprogram_api.consultation.topic import CONSULTATION, CONVENERS
from miniprogram_api.consultation.words import WordKind
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from miniprogram_api.consultation.topic import Topic
    from miniprogram_api.consultation.words import Word

routes = Routes("consultation_topics", tag="协商议事")

TOPICS = "/v1/estates/<estate_id>/consultations"
TOPIC = f"{TOPICS}/<topic_id>"
_SETTINGS = "/v1/estates/<estate_id>/consultation-settings"
_SAID = (ConsultationUnknown, ConsultationOver, NotSaidNow, ConsultationMoved, ConsultationKeyReused)


def shown(call: Call, topic: Topic) -> TopicShown:
    """Return a topic with its history, as who asks sees it."""
    topics, rooms = call.service(Consultations), call.principal.rooms_in(topic.estate_id)
    steps = [step for step in CONSULTATION.offered(topic.stage, call.may) if _is_theirs(call, topic, step.name)]
    return TopicShown.of(topic, topics.list_lines(topic), topics.photos_of(topic), rooms, call.now, steps)


def _is_theirs(call: Call, topic: Topic, step: str) -> bool:
    """A topic is withdrawn by who proposed it and taken up by committee or community; the company only goes along."""
    if step == "withdraw":
        return topic.proposer_id == call.principal.account_id
    return step != "take_up" or not CONVENERS.isdisjoint(call.principal.roles_in(call.territory))


def asked(call: Call, estate_id: str, topic_id: str) -> Asked:
    """Return who asks for what."""
    return Asked(call.principal, call.territory, estate_id, topic_id, call.key, call.now)


@routes.post(
    TOPICS,
    guard=in_estate(Permission.CONSULTATION_PROPOSE),
    status=201,
    repeatable=True,
    errors=(LinkUnknown, ConsultationKeyReused, NotFound),
)
def propose_topic(call: Call, estate_id: str, body: ProposeTopic) -> TopicShown:
    """Propose a topic for neighbours to support, for instance from a scanned card (VOT-03 说)."""
    place = None if body.place is None else body.place.place()
    proposal = Proposal(body.title, body.text, place, body.work_order_id, body.photo_ids)
    return shown(call, call.service(Consultations).propose(call.principal, estate_id, proposal, call.key, call.now))


@routes.get(TOPICS, guard=in_estate(Permission.CONSULTATION_READ))
def list_topics(call: Call, estate_id: str, query: TopicQuery) -> PageOf[TopicLine]:
    """List the topics of the estate, or those in one step, the newest first (VOT-03)."""
    rooms = call.principal.rooms_in(estate_id)
    page = call.service(Consultations).list_topics(estate_id, query.stage, query.limit, query.cursor)
    return PageOf([TopicLine.of(topic, rooms) for topic in page.items], page.next)


@routes.get(TOPIC, guard=in_estate(Permission.CONSULTATION_READ), errors=(ConsultationUnknown,))
def read_topic(call: Call, estate_id: str, topic_id: str) -> TopicShown:
    """Return one topic: its five steps with their dates, tasks, result, and who did what when (VOT-03)."""
    return shown(call, call.service(Consultations).access_topic_by_id(estate_id, topic_id))


@routes.put(
    f"{TOPIC}/supporters/<room_id>",
    guard=in_estate(Permission.CONSULTATION_PROPOSE),
    errors=(ConsultationUnknown, RoomNotYours, SupportOver, OwnTopic, ConsultationMoved),
)
def support_topic(call: Call, estate_id: str, topic_id: str, room_id: str) -> TopicLine:
    """Support a topic with one's room, once a room; enough rooms take it to 议 (VOT-03 说)."""
    topic = call.service(Consultations).support(call.principal, estate_id, topic_id, room_id, call.now)
    return TopicLine.of(topic, call.principal.rooms_in(estate_id))


@routes.delete(
    f"{TOPIC}/supporters/<room_id>",
    guard=in_estate(Permission.CONSULTATION_PROPOSE),
    errors=(ConsultationUnknown, RoomNotYours, SupportOver, ConsultationMoved),
)
def withdraw_support(call: Call, estate_id: str, topic_id: str, room_id: str) -> TopicLine:
    """Take the support of one's room back while the topic is in 说."""
    topic = call.service(Consultations).withdraw_support(call.principal, estate_id, topic_id, room_id, call.now)
    return TopicLine.of(topic, call.principal.rooms_in(estate_id))


@routes.post(f"{TOPIC}/words", guard=in_estate(Permission.CONSULTATION_READ), status=201, repeatable=True, errors=_SAID)
def say_something(call: Call, estate_id: str, topic_id: str, body: SaySomething) -> WordShown:
    """Comment on an open topic, or bring an option while it is in 议 (VOT-03)."""
    words = call.service(ConsultationWords)
    return WordShown.of(words.say(asked(call, estate_id, topic_id), WordKind(body.kind), body.text), {})


@routes.post(
    f"{TOPIC}/meetings",
    guard=in_estate(Permission.CONSULTATION_LEAD),
    status=201,
    repeatable=True,
    errors=(*_SAID, DayWrong, NotFound),
)
def keep_minutes(call: Call, estate_id: str, topic_id: str, body: KeepMinutes) -> WordShown:
    """Keep the minutes of a meeting about a topic in 议 (VOT-03)."""
    words, what = call.service(ConsultationWords), asked(call, estate_id, topic_id)
    word = words.say(what, WordKind.MEETING, body.minutes, body.meeting(), body.photo_ids)
    return _word_shown(call, word)


@routes.get(f"{TOPIC}/words", guard=in_estate(Permission.CONSULTATION_READ), errors=(ConsultationUnknown,))
def list_words(call: Call, estate_id: str, topic_id: str, query: WordQuery) -> PageOf[WordShown]:
    """List the comments, the options or the minutes of a topic, the newest first."""
    words = call.service(ConsultationWords)
    page = words.list_words(asked(call, estate_id, topic_id), query.kind, query.limit, query.cursor)
    photos = words.photos_of(estate_id, page.items)
    return PageOf([WordShown.of(word, photos) for word in page.items], page.next)


@routes.post(
    f"{TOPIC}/words/<word_id>/removal",
    guard=in_estate(Permission.CONSULTATION_READ),
    errors=(WordUnknown, WordOfOthers, MinutesStay, Conflict),
)
def take_word_away(call: Call, estate_id: str, topic_id: str, word_id: str, body: GiveReason) -> WordShown:
    """Take one's own comment or option away, or, as committee or community, one that should not stand there."""
    words = call.service(ConsultationWords)
    return WordShown.of(words.take_away(asked(call, estate_id, topic_id), word_id, body.reason), {})


@routes.put(
    f"{TOPIC}/ratings/<room_id>",
    guard=in_estate(Permission.CONSULTATION_RATE),
    errors=(ConsultationUnknown, RoomNotYours, RatingOver, RatingMet),
)
def rate_topic(call: Call, estate_id: str, topic_id: str, room_id: str, body: Rate) -> OwnRating:
    """Rate what was done with one's room, from 1 to 5, changeable until the time is over (VOT-03 评)."""
    ratings = call.service(ConsultationRatings)
    return OwnRating.of(ratings.rate(call.principal, estate_id, topic_id, room_id, body.mark, call.now))


@routes.get(
    f"{TOPIC}/ratings/<room_id>",
    guard=in_estate(Permission.CONSULTATION_RATE),
    errors=(ConsultationUnknown, RoomNotYours, RatingUnknown),
)
def read_rating(call: Call, estate_id: str, topic_id: str, room_id: str) -> OwnRating:
    """Return the mark of one's own room in this round."""
    ratings = call.service(ConsultationRatings)
    return OwnRating.of(ratings.access_rating_by_room(call.principal, estate_id, topic_id, room_id))


@routes.get(_SETTINGS, guard=in_estate(Permission.CONSULTATION_READ))
def read_consultation_settings(call: Call, estate_id: str) -> SettingsShown:
    """Return what the estate has set; the house's own defaults while it has not."""
    return SettingsShown.of(call.service(ConsultationSettings).settings_of(estate_id))


@routes.put(_SETTINGS, guard=in_estate(Permission.CONSULTATION_LEAD), errors=(CompanyDoesNotConvene, SettingsMoved))
def set_consultation_settings(call: Call, estate_id: str, body: SettingsBody) -> SettingsShown:
    """Set how many rooms must support a topic, how long it is rated, and the bar; not for the company to set."""
    settings = call.service(ConsultationSettings)
    wanted = body.settings(estate_id)
    return SettingsShown.of(settings.set_settings(call.principal, call.territory, wanted, call.now))


def _word_shown(call: Call, word: Word) -> WordShown:
    return WordShown.of(word, call.service(ConsultationWords).photos_of(word.estate_id, [word]))
