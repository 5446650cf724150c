"""The card itself: its address, its place, its life from draft to the last state (CARD-01, CARD-06)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.ids import derived_id, secret_token
from miniprogram_api.kernel.place import PlaceInEstate
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCATOR_LENGTH = 6
SECRET_LENGTH = 22
"""22 characters of 0-9A-Za-z carry 131 bits: nobody finds a card by trying."""

_TOKEN = re.compile(rf"([0-9A-Za-z]{{{LOCATOR_LENGTH}}})([0-9A-Za-z]{{{SECRET_LENGTH}}})", re.ASCII)
_LOCATOR = re.compile(rf"[0-9A-Za-z]{{{LOCATOR_LENGTH}}}", re.ASCII)


class CardUnknown(NotFound):
    """No living card has this address: unknown, suspended, replaced and revoked cards answer alike (CARD-02)."""

    code = "card_unknown"
    message = "这张服务卡已失效，请联系社区或查看楼道里的新卡。"


class CardNotFound(NotFound):
    """The register of this estate holds no such card."""

    code = "card_not_found"
    message = "没有找到这张服务卡，请刷新列表后重试。"


class CardChanged(Conflict):
    """Somebody else changed the card at the same moment."""

    code = "card_changed"
    message = "这张服务卡刚刚被他人处理，请刷新后再试。"


class Grain(StrEnum):
    """What one card stands for."""

    ESTATE = "estate"
    BUILDING = "building"
    ENTRANCE = "entrance"
    ROOM = "room"


class CardState(StrEnum):
    """The life of a card (requirements section 4)."""

    DRAFT = "draft"
    PRINTED = "printed"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REPLACED = "replaced"
    REVOKED = "revoked"


ANSWERING = frozenset({CardState.PRINTED, CardState.ISSUED, CardState.ACTIVE})
"""States in which a scan is answered; the paper exists and nobody took it back."""

ENDED = frozenset({CardState.REPLACED, CardState.REVOKED})

_LIVING = ANSWERING | {CardState.SUSPENDED}

CARD_LIFE = Workflow(
    "card",
    CardState.DRAFT,
    (
        Transition("print", "打印", frozenset({CardState.DRAFT}), CardState.PRINTED, Permission.CARD_ISSUE),
        Transition("issue", "发放", frozenset({CardState.PRINTED}), CardState.ISSUED, Permission.CARD_ISSUE),
        Transition("scan", "首次扫码", frozenset({CardState.ISSUED}), CardState.ACTIVE),
        Transition(
            "hand_out",
            "发到住户",
            frozenset({CardState.PRINTED, CardState.ISSUED}),
            CardState.ACTIVE,
            Permission.CARD_HAND_OUT,
        ),
        Transition(
            "suspend",
            "暂停",
            frozenset({CardState.ISSUED, CardState.ACTIVE}),
            CardState.SUSPENDED,
            Permission.CARD_ISSUE,
            frozenset({"reason"}),
        ),
        Transition("resume", "恢复", frozenset({CardState.SUSPENDED}), CardState.ACTIVE, Permission.CARD_ISSUE),
        Transition("replace", "换发", _LIVING, CardState.REPLACED, Permission.CARD_ISSUE, frozenset({"reason"})),
        Transition(
            "revoke",
            "作废",
            _LIVING | {CardState.DRAFT},
            CardState.REVOKED,
            Permission.CARD_ISSUE,
            frozenset({"reason"}),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One card. The same fields lie in the register and under the token; both are written by the same act.

    ``order`` sorts cards by the place they belong to. ``generation`` counts the cards that place has had.
    """

    id: str
    estate_id: str
    locator: str
    secret: str
    grain: Grain
    place: PlaceInEstate
    order: str
    created_at: datetime
    batch_id: str | None = None
    generation: int = 1
    state: CardState = CardState.DRAFT
    reason: str | None = None
    changed_at: datetime | None = None
    issued_at: datetime | None = None
    replaced_by: str | None = None
    version: int = 0

    @property
    def token(self) -> str:
        """The last part of the card's address: the estate's locator and the card's own secret."""
        return self.locator + self.secret

    @property
    def number(self) -> str:
        """The number printed on the card, for talking about it on the phone; it opens nothing."""
        tail = self.id[-8:].upper()
        return f"{tail[:4]}-{tail[4:]}"

    def step(self, name: str, actor: str, at: datetime, given: Mapping[str, object] | None = None) -> Card:
        """Return the card after one step of its life.

        Raises:
            IllegalTransition: the card's state does not allow the step.
            InputMissing: the step needs a reason.
        """
        given = given or {}
        transition = CARD_LIFE.step(self.state, name, given=given, actor=actor, participants={})
        reason = given.get("reason")
        issued = self.issued_at is None and transition.target in {CardState.ISSUED, CardState.ACTIVE}
        return replace(
            self,
            state=transition.target,
            changed_at=at,
            issued_at=at if issued else self.issued_at,
            reason=str(reason) if reason is not None else self.reason,
        )

    def successor(self, at: datetime, batch_id: str | None = None) -> Card:
        """Return a new draft for the same place with a new secret (CARD-06)."""
        generation = self.generation + 1
        return replace(
            self,
            id=card_id(self.estate_id, self.grain, self.place, generation),
            secret=secret_token(SECRET_LENGTH),
            generation=generation,
            batch_id=batch_id,
            state=CardState.DRAFT,
            reason=None,
            created_at=at,
            changed_at=None,
            issued_at=None,
            replaced_by=None,
            version=0,
        )


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a living card belongs; what a report made by that card is about (CARD-03)."""

    estate_id: str
    card_id: str
    place: PlaceInEstate


def card_id(estate_id: str, grain: Grain, place: PlaceInEstate, generation: int) -> str:
    """Return the id of the one card of that generation at a place: issuing it twice finds it already there."""
    where = (place.building_id or "", place.entrance or "", place.room_id or "")
    return derived_id("card", estate_id, grain, *where, str(generation))


def read_token(token: str) -> tuple[str, str] | None:
    """Return locator and secret of a card's address, or None when it cannot be one."""
    match = _TOKEN.fullmatch(token)
    return None if match is None else (match[1], match[2])


def locator_in(token: str) -> str | None:
    """Return the locator with which an address begins, however damaged the rest is."""
    match = _LOCATOR.match(token)
    return None if match is None else match[0]
