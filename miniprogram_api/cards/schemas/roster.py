"""What the duty roster and the list of services look like over HTTP."""

from __future__ import annotations

from typing import Annotated

import msgspec

from miniprogram_api.cards.face import Face, Shift
from miniprogram_api.cards.week import WEEK, WeekSpan, span_text, uncovered

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Phone = Annotated[str, msgspec.Meta(pattern=r"^[0-9]([0-9-]{1,18})[0-9]$")]
StartMinute = Annotated[int, msgspec.Meta(ge=0, lt=WEEK)]
EndMinute = Annotated[int, msgspec.Meta(gt=0, le=WEEK)]


class ShiftLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One shift of the week: minutes from Monday 00:00; an end at or before the start runs over Sunday midnight."""

    name: Name
    phone: Phone
    from_minute: StartMinute
    to_minute: EndMinute

    def shift(self) -> Shift:
        """Return the shift."""
        return Shift(self.name, self.phone, WeekSpan(self.from_minute, self.to_minute))


class RosterBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole week; shifts may overlap."""

    shifts: Annotated[list[ShiftLine], msgspec.Meta(max_length=100)]


class UncoveredSpan(msgspec.Struct, frozen=True):
    """A part of the week without anybody on duty, in minutes and in words."""

    from_minute: int
    to_minute: int
    text: str


class Roster(msgspec.Struct, frozen=True):
    """The duty roster with its holes, which are reported and not refused (CARD-05)."""

    shifts: list[ShiftLine]
    uncovered: list[UncoveredSpan]

    @classmethod
    def of(cls, face: Face | None) -> Roster:
        """Return the roster of an estate."""
        shifts = () if face is None else face.shifts
        lines = [ShiftLine(one.name, one.phone, one.span.start, one.span.end) for one in shifts]
        holes = uncovered(one.span for one in shifts)
        return cls(lines, [UncoveredSpan(hole.start, hole.end, span_text(hole)) for hole in holes])


class ServicesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the cards offer; an empty list brings back the house's own list."""

    services: Annotated[list[Name], msgspec.Meta(max_length=12)]


class ServicesShown(msgspec.Struct, frozen=True):
    """What the cards offer now."""

    services: list[str]
