"""What people send and see of joint actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.consultation.joint import JOINT_LABELS, PARTY_LABELS, JointAction, JointKind, Party
from miniprogram_api.consultation.schemas.requests import Id, Photos, Title
from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.photo import PhotoShown


class RecordJointAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the parties did together on a day, and what it is about."""

    kind: JointKind
    title: Title
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=5000)]
    held_on: date
    consultation_id: Id | None = None
    work_order_id: Id | None = None
    photo_ids: Photos = ()


class JointQuery(ListQuery, frozen=True):
    """Joint actions about one topic, those that wait for a signature, or all."""

    consultation_id: Id | None = None
    open: bool = False


class PartyShown(msgspec.Struct, frozen=True):
    """One of the three parties, and who signed for it when."""

    party: Party
    label: str
    signed: bool
    signed_by: str | None = None
    signed_at: datetime | None = None


class JointLine(msgspec.Struct, frozen=True):
    """One joint action in a list; complete is it with three signatures."""

    id: str
    kind: JointKind
    label: str
    title: str
    held_on: date
    recorded_at: datetime
    recorded_by: str
    complete: bool
    parties: list[PartyShown]
    consultation_id: str | None = None
    work_order_id: str | None = None

    @classmethod
    def of(cls, action: JointAction) -> JointLine:
        """Return the line of a joint action."""
        return cls(
            id=action.id,
            kind=action.kind,
            label=JOINT_LABELS[action.kind],
            title=action.title,
            held_on=action.held_on,
            recorded_at=action.opened_at,
            recorded_by=action.opened_by_name,
            complete=action.is_complete,
            parties=[_party(action, party) for party in Party],
            consultation_id=action.link.topic_id,
            work_order_id=action.link.work_order_id,
        )


class JointShown(msgspec.Struct, frozen=True):
    """A joint action with its words and photos."""

    action: JointLine
    text: str
    photos: list[PhotoShown]

    @classmethod
    def of(cls, action: JointAction, photos: list[PhotoShown]) -> JointShown:
        """Return what is shown of it."""
        return cls(JointLine.of(action), action.text, photos)


def _party(action: JointAction, party: Party) -> PartyShown:
    signature = next((one for one in action.signatures if one.party is party), None)
    if signature is None:
        return PartyShown(party, PARTY_LABELS[party], signed=False)
    return PartyShown(party, PARTY_LABELS[party], True, signature.name, signature.at)
