"""What committees and owners send and see of work reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.conduct.report import Content, RatingCounts, ReportState, Satisfaction
from miniprogram_api.conduct.schemas.steps import Id, PhotoIds
from miniprogram_api.kernel.photo import PhotoShown

if TYPE_CHECKING:
    from miniprogram_api.conduct.report import MissingReport, Rating, WorkReport


class FileReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A year's work; ``assembly_id`` names the owners' assembly it was given at."""

    text: Annotated[str, msgspec.Meta(min_length=20, max_length=10_000, pattern=r"\S")]
    photo_ids: PhotoIds = ()
    assembly_id: Id | None = None

    def content(self) -> Content:
        """Return it as the house speaks of it."""
        return Content(self.text, self.photo_ids, self.assembly_id)


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an owner says of the year."""

    choice: Satisfaction


class RatingDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days owners rate the reports that come."""

    rating_days: Annotated[int, msgspec.Meta(ge=7, le=60)]


class RatingShown(msgspec.Struct, frozen=True):
    """What a room of one's own said."""

    room_id: str
    choice: Satisfaction
    at: datetime

    @classmethod
    def of(cls, rating: Rating) -> RatingShown:
        """Return what an owner sees of their room's word."""
        return cls(rating.room_id, rating.choice, rating.at)


class OwnRating(msgspec.Struct, frozen=True):
    """Whether a room of one's own has rated."""

    rating: RatingShown | None = None


class WorkReportLine(msgspec.Struct, frozen=True):
    """One report in a list; ``result`` is there once it was counted, ``notice_id`` is what owners were told under."""

    committee_id: str
    committee_name: str
    year: int
    state: ReportState
    filed_at: datetime
    filed_by_name: str
    rating_until: datetime
    notice_id: str
    result: RatingCounts | None = None
    assembly_id: str | None = None

    @classmethod
    def of(cls, report: WorkReport) -> WorkReportLine:
        """Return the line of a report."""
        return cls(
            committee_id=report.body_id,
            committee_name=report.body_name,
            year=report.year,
            state=report.state,
            filed_at=report.filed_at,
            filed_by_name=report.filed_by_name,
            rating_until=report.rating_until,
            notice_id=report.notice_id,
            result=report.result,
            assembly_id=report.content.assembly_id,
        )


class WorkReportShown(msgspec.Struct, frozen=True):
    """A report with its text and photos."""

    report: WorkReportLine
    text: str
    photos: list[PhotoShown]


class CommitteeYear(msgspec.Struct, frozen=True):
    """Whether a committee reported on a year."""

    committee_id: str
    committee_name: str
    missing: bool
    report: WorkReportLine | None = None


class MissingReportLine(msgspec.Struct, frozen=True):
    """A report that is missing."""

    estate_id: str
    estate_name: str
    committee_id: str
    committee_name: str
    year: int
    noticed_at: datetime

    @classmethod
    def of(cls, missing: MissingReport) -> MissingReportLine:
        """Return the line of a missing report."""
        return cls(
            missing.estate_id,
            missing.estate_name,
            missing.body_id,
            missing.body_name,
            missing.year,
            missing.noticed_at,
        )
