"""Who was told of a ballot, how, and by whose witness (物业管理条例 14; 指导规则 22; VOT-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """How a room was told."""

    READ = "read"  # an owner opened the notice here
    VISIT = "visit"  # 上门送达, with a photo
    POST = "post"  # 邮寄, with the number of the letter


class Contact(StrEnum):
    """What came of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # 拒收
    ABSENT = "absent"  # 无人在家


@dataclass(frozen=True, slots=True)
class Delivery:
    """The best that is known of one room: once delivered it stays so; ``attempts`` counts all tries."""

    estate_id: str
    ballot_id: str
    room_id: str
    shard: int
    building_id: str
    contact: Contact
    method: Method
    at: datetime
    by: str
    by_name: str = ""
    detail: str = ""
    photo_ids: tuple[str, ...] = ()
    attempts: int = 1
    version: int = 0

    @property
    def proves(self) -> bool:
        """Whether it proves that the owners were told."""
        return self.contact is Contact.DELIVERED


def needs_witness(method: Method, detail: str, photos: tuple[str, ...]) -> bool:
    """Say whether a record lacks its proof: a visit its photo, a letter its number."""
    return (method is Method.VISIT and not photos) or (method is Method.POST and not detail.strip())
