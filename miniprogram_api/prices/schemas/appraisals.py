"""What officials send and everybody sees of appraisals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.prices.appraisal import Appraisal, Findings
from miniprogram_api.prices.schemas.prices import Charge, GradeOrAny, Id, Label, Price, Text


class NewAppraisal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a third party found: estate condition, service items and staff structure, and what they come to."""

    charge: Charge
    appraiser: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    estate_condition: Text
    service_items: Annotated[tuple[Label, ...], msgspec.Meta(min_length=1, max_length=60)]
    staff_structure: Text
    price: Price
    valid_from: date
    valid_until: date
    review_on: date
    grade: GradeOrAny = ""
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)] = ()

    def findings(self) -> Findings:
        """Return it as the house speaks of it."""
        return Findings(
            charge=self.charge,
            grade=self.grade,
            appraiser=self.appraiser,
            estate_condition=self.estate_condition,
            service_items=self.service_items,
            staff_structure=self.staff_structure,
            price=self.price,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            review_on=self.review_on,
            photo_ids=self.photo_ids,
        )


class AppraisalLine(msgspec.Struct, frozen=True):
    """One appraisal in a list."""

    id: str
    estate_id: str
    findings: Findings
    entered_at: datetime

    @classmethod
    def of(cls, appraisal: Appraisal) -> AppraisalLine:
        """Return the line of an appraisal."""
        return cls(appraisal.id, appraisal.estate_id, appraisal.findings, appraisal.entered_at)


class AppraisalShown(msgspec.Struct, frozen=True):
    """One appraisal with the photos of its report."""

    appraisal: AppraisalLine
    photos: list[PhotoShown]
