"""What a scan shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.cards.face import Face, Post, Responsible, in_charge, others
from miniprogram_api.cards.week import hours_text
from miniprogram_api.kernel.place import PlaceInEstate

if TYPE_CHECKING:
    from miniprogram_api.cards.rules import Card


class PersonShown(msgspec.Struct, frozen=True):
    """Somebody who can be called. ``photo`` is the path of the portrait, when there is one."""

    post: Post
    title: str
    name: str
    phone: str
    photo: str | None = None

    @classmethod
    def of(cls, person: Responsible, token: str = "") -> PersonShown:
        """Return a responsible person as shown on the page of a card."""
        photo = f"/c/{token}/photo?of={person.post}" if person.photo_key is not None and token else None
        return cls(person.post, person.title, person.name, person.phone, photo)


class VisitShown(msgspec.Struct, frozen=True):
    """The next visit of the mobile team, minutes of that day."""

    visit_on: date
    from_minute: int
    to_minute: int
    purpose: str


class CardShown(msgspec.Struct, frozen=True):
    """What a living card shows: the estate, who is in charge now, whom else to call, what one can do from here."""

    estate_id: str
    estate_name: str
    verified: bool
    place: PlaceInEstate
    services: list[str]
    others: list[PersonShown]
    number: str
    company_name: str | None = None
    manager_hours: str | None = None
    next_visit: VisitShown | None = None

    @classmethod
    def of(cls, face: Face, card: Card, now: datetime) -> CardShown:
        """Return what the card shows at an instant."""
        visit = face.next_visit
        return cls(
            face.estate_id,
            face.estate_name,
            face.verified,
            card.place,
            list(face.services),
            [PersonShown.of(one, card.token) for one in others(face, now)],
            card.number,
            face.company_name,
            hours_text(face.leader.hours) if face.leader is not None and face.leader.hours else None,
            None if visit is None else VisitShown(visit.visit_on, visit.start, visit.end, visit.purpose),
        )


class FaceShown(msgspec.Struct, frozen=True):
    """What all cards of an estate show at an instant; nobody is in charge where no contract was filed yet."""

    in_charge: PersonShown | None
    others: list[PersonShown]
    services: list[str]

    @classmethod
    def of(cls, face: Face | None, now: datetime) -> FaceShown:
        """Return what the face shows at an instant."""
        if face is None:
            return cls(None, [], [])
        listed = [PersonShown.of(one) for one in others(face, now)]
        return cls(PersonShown.of(in_charge(face, now)), listed, list(face.services))


class CardPage(msgspec.Struct, frozen=True):
    """The answer to a scan. ``in_charge`` is always somebody; ``card`` is absent when the address leads nowhere."""

    valid: bool
    message: str
    in_charge: PersonShown
    card: CardShown | None = None

    @classmethod
    def living(cls, face: Face, card: Card, now: datetime) -> CardPage:
        """Return the answer of a living card."""
        person = PersonShown.of(in_charge(face, now), card.token)
        return cls(True, "", person, CardShown.of(face, card, now))

    @classmethod
    def dead(cls, community: Responsible, message: str) -> CardPage:
        """Return the one answer of every address without a living card."""
        return cls(False, message, PersonShown.of(community))


class PhotoQuery(msgspec.Struct, frozen=True):
    """Whose portrait."""

    of: Annotated[str, msgspec.Meta(pattern="^(manager|deputy)$")] = "manager"


class CallQuery(msgspec.Struct, frozen=True):
    """Whose number was tapped."""

    to: Post = Post.MANAGER
