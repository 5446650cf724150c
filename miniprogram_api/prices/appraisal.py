"""Appraisals 第三方评估: what a service is worth at an estate, by a third party, for a time (FEE-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.prices.guide import ValidityUnclear


class AppraisalUnknown(NotFound):
    """The estate has no such appraisal."""

    code = "appraisal_unknown"
    message = "没有找到该评估报告，请刷新列表。"


class AppraisalKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "appraisal_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class AppraisalNotValid(Conflict):
    """The appraisal is not valid today, or is of another charge; no price can rest on it."""

    code = "appraisal_not_valid"
    message = "该评估不在有效期内或不是该收费项目的评估，请更换评估报告。"


class ReviewOutside(Invalid):
    """The day of review lies outside the appraisal's validity."""

    code = "appraisal_review_outside"
    message = "复评日期应在评估有效期内，请重新选择。"


@dataclass(frozen=True, slots=True)
class Findings:
    """What an appraisal rests on and comes to; all three inputs are given (004:94).

    ``price`` is whole 0.0001 yuan a month and unit; ``photo_ids`` show the report.
    """

    charge: str
    grade: str
    appraiser: str
    estate_condition: str
    service_items: tuple[str, ...]
    staff_structure: str
    price: int
    valid_from: date
    valid_until: date
    review_on: date
    photo_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.valid_until < self.valid_from:
            raise ValidityUnclear
        if not self.valid_from <= self.review_on <= self.valid_until:
            raise ReviewOutside


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One appraisal as an official entered it. ``review_told`` says that people were told of its review."""

    id: str
    estate_id: str
    estate_name: str
    community_id: str
    findings: Findings
    entered_by: str
    entered_at: datetime
    review_told: bool = False
    version: int = 0

    def carries(self, charge: str, on: date) -> None:
        """Make sure that a talk about the charge may rest on it on the day.

        Raises:
            AppraisalNotValid: it may not.
        """
        if self.findings.charge != charge or not self.findings.valid_from <= on <= self.findings.valid_until:
            raise AppraisalNotValid
