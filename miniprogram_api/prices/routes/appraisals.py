"""Appraisals over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.prices.appraisal import (
    Appraisal,
    AppraisalKeyReused,
    AppraisalNotValid,
    AppraisalUnknown,
    ReviewOutside,
)
from miniprogram_api.prices.guide import ValidityUnclear
from miniprogram_api.prices.refusals import CompanyChanged, TalkKeyReused, TalkOpen
from miniprogram_api.prices.routes.talks import SUBJECT
from miniprogram_api.prices.routes.talks import shown as talk_shown
from miniprogram_api.prices.schemas.appraisals import AppraisalLine, AppraisalShown, NewAppraisal
from miniprogram_api.prices.schemas.talks import NewAdjustment, TalkShown
from miniprogram_api.prices.service.appraisals import Appraisals
from miniprogram_api.prices.service.price_talks import Opening, PriceTalks

routes = Routes("appraisals", tag="价格形成")

_APPRAISALS = "/v1/estates/<estate_id>/appraisals"


def _shown(call: Call, appraisal: Appraisal) -> AppraisalShown:
    return AppraisalShown(AppraisalLine.of(appraisal), call.service(Appraisals).photos_of(appraisal))


@routes.post(
    _APPRAISALS,
    guard=in_estate(Permission.PRICE_APPRAISE),
    status=201,
    repeatable=True,
    errors=(AppraisalKeyReused, ValidityUnclear, ReviewOutside, NotFound),
)
def enter_appraisal(call: Call, estate_id: str, body: NewAppraisal) -> AppraisalShown:
    """Enter what a third party valued a service at, by its three inputs (FEE-09)."""
    appraisals = call.service(Appraisals)
    return _shown(call, appraisals.enter(call.principal, estate_id, body.findings(), call.key, call.now))


@routes.get(_APPRAISALS, guard=in_estate(Permission.PRICE_READ))
def list_appraisals(call: Call, estate_id: str, query: ListQuery) -> PageOf[AppraisalLine]:
    """List the appraisals of an estate, for everybody there (FEE-09)."""
    page = call.service(Appraisals).list_appraisals(estate_id, query.limit, query.cursor)
    return PageOf([AppraisalLine.of(appraisal) for appraisal in page.items], page.next)


@routes.get(f"{_APPRAISALS}/<appraisal_id>", guard=in_estate(Permission.PRICE_READ), errors=(AppraisalUnknown,))
def read_appraisal(call: Call, estate_id: str, appraisal_id: str) -> AppraisalShown:
    """Return one appraisal with the photos of its report (FEE-09)."""
    return _shown(call, call.service(Appraisals).access_appraisal_by_id(estate_id, appraisal_id))


@routes.post(
    f"{_APPRAISALS}/<appraisal_id>/adjustment",
    guard=in_estate(Permission.PRICE_APPRAISE),
    status=201,
    repeatable=True,
    errors=(AppraisalUnknown, AppraisalNotValid, TalkOpen, TalkKeyReused, CompanyChanged, *SUBJECT),
)
def propose_adjustment(call: Call, estate_id: str, appraisal_id: str, body: NewAdjustment) -> TalkShown:
    """Propose that a price follows its appraisal, with the reason; a price talk begins (FEE-09)."""
    findings = call.service(Appraisals).access_appraisal_by_id(estate_id, appraisal_id).findings
    opening = Opening(body.about.subject(findings.charge, findings.grade), body.reason, appraisal_id)
    return talk_shown(call, call.service(PriceTalks).open(call.principal, estate_id, opening, call.key, call.now))
