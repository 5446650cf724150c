"""What teams and visits look like over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.rounds.rules import DAY_MINUTES, MOST_WEEKS, Member, VisitState

if TYPE_CHECKING:
    from miniprogram_api.rounds.rules import Team, Visit

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
Phone = Annotated[str, msgspec.Meta(pattern=r"^[0-9]([0-9-]{1,18})[0-9]$")]
Words = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=500)]
Photos = Annotated[list[Identifier], msgspec.Meta(max_length=9)]


class MemberBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person of a team."""

    account_id: Identifier
    name: Name


class TeamBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team as it is to be."""

    name: Name
    phone: Phone
    members: Annotated[list[MemberBody], msgspec.Meta(min_length=1, max_length=30)]
    estate_ids: Annotated[list[Identifier], msgspec.Meta(max_length=50)]

    def people(self) -> tuple[Member, ...]:
        """Return the people."""
        return tuple(Member(one.account_id, one.name) for one in self.members)


class TeamShown(msgspec.Struct, frozen=True):
    """A team and the estates on its round."""

    id: str
    name: str
    phone: str
    members: list[MemberBody]
    estate_ids: list[str]

    @classmethod
    def of(cls, team: Team) -> TeamShown:
        """Return a team as shown."""
        members = [MemberBody(one.account_id, one.name) for one in team.members]
        return cls(team.id, team.name, team.phone, members, list(team.estate_ids))


class PlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visit, minutes of its day in China; ``weeks`` repeats it on the same weekday."""

    team_id: Identifier
    visit_on: date
    from_minute: Annotated[int, msgspec.Meta(ge=0, lt=DAY_MINUTES)]
    to_minute: Annotated[int, msgspec.Meta(gt=0, le=DAY_MINUTES)]
    purpose: Words
    tasks: Annotated[list[Name], msgspec.Meta(max_length=20)] = []
    weeks: Annotated[int, msgspec.Meta(ge=1, le=MOST_WEEKS)] = 1


class CancelBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a visit does not take place."""

    reason: Words


class CheckInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last part of the address on the scanned card."""

    card_token: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class TaskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a task."""

    note: Note = ""
    photo_ids: Photos = []


class CompleteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word on the whole visit."""

    summary: Words


class TaskShown(msgspec.Struct, frozen=True):
    """One task of a visit."""

    number: int
    name: str
    done: bool
    note: str
    photo_ids: list[str]
    done_at: datetime | None = None


class VisitShown(msgspec.Struct, frozen=True):
    """One visit, as everybody at the estate may see it."""

    id: str
    state: VisitState
    team_name: str
    visit_on: date
    from_minute: int
    to_minute: int
    purpose: str
    tasks: list[TaskShown]
    checked_in_at: datetime | None = None
    completed_at: datetime | None = None
    summary: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, visit: Visit) -> VisitShown:
        """Return a visit as shown."""
        tasks = [
            TaskShown(number, task.name, task.done_at is not None, task.note, list(task.photo_ids), task.done_at)
            for number, task in enumerate(visit.tasks, 1)
        ]
        return cls(
            visit.id,
            visit.state,
            visit.team_name,
            visit.visit_on,
            visit.start,
            visit.end,
            visit.purpose,
            tasks,
            visit.checked_in_at,
            visit.completed_at,
            visit.summary,
            visit.reason,
        )


class VisitOfCompany(msgspec.Struct, frozen=True):
    """One visit in the calendar of a company."""

    estate_id: str
    visit: VisitShown


class CalendarQuery(msgspec.Struct, frozen=True):
    """Between which days, both included."""

    first: date
    last: date
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
