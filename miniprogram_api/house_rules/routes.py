"""The house rules over HTTP: everybody of the estate reads what is adopted, committee and community write drafts."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.house_rules.document import Document, DocumentKind, in_force
from miniprogram_api.house_rules.refusals import (
    AdoptedMeanwhile,
    AdoptionOutOfOrder,
    ClauseTwice,
    ClauseUnknown,
    DecisionUsed,
    DocumentChanged,
    DocumentUnknown,
    DraftKeyReused,
    MatterTwice,
    PaperDayWrong,
    StillSample,
    TermsMisplaced,
    TextNewerThanVote,
    TextTooLong,
)
from miniprogram_api.house_rules.schemas import (
    AdoptDocument,
    ConfirmDocument,
    DocumentLine,
    DocumentShown,
    EditDocument,
    NewDocument,
    RulesInForce,
    SampleQuery,
    TermsShown,
    TextGiven,
    WithdrawDocument,
)
from miniprogram_api.house_rules.service import HouseRules
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.vote_terms import ClauseMissing, TermsTooLoose
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

routes = Routes("house_rules", tag="管理规约与议事规则")

_ALL = "/v1/estates/<estate_id>/house-rules"
_ONE = f"{_ALL}/<document_id>"
_TEXT = (
    ClauseTwice,
    ClauseUnknown,
    MatterTwice,
    TextTooLong,
    TermsMisplaced,
    TermsTooLoose,
    ClauseMissing,
)
_STEP = (DocumentUnknown, DocumentChanged, IllegalTransition, InputMissing)
# A decision that is not in force is a conflict, one that is unknown is "not found", as is a photo that cannot be used.
_ADOPT = (*_STEP, AdoptedMeanwhile, AdoptionOutOfOrder, StillSample, NotFound, Conflict)


def _shown(call: Call, document: Document) -> DocumentShown:
    return DocumentShown.of(document, call.service(HouseRules).photos_of(document))


@routes.post(
    _ALL,
    guard=in_estate(Permission.HOUSE_RULES_EDIT),
    status=201,
    repeatable=True,
    errors=(*_TEXT, DraftKeyReused),
)
def draft_house_rules(call: Call, estate_id: str, body: NewDocument) -> DocumentShown:
    """Begin a draft of a covenant or of rules of procedure with their settings (VOT-17)."""
    rules, content = call.service(HouseRules), body.text.content(body.kind)
    return _shown(call, rules.draft(call.principal, estate_id, body.kind, content, call.key, call.now))


@routes.get(_ALL, guard=in_estate(Permission.ESTATE_READ))
def list_house_rules(call: Call, estate_id: str, query: ListQuery) -> PageOf[DocumentLine]:
    """List the versions of both documents; those who write or confirm drafts also find these (VOT-17)."""
    rules = call.service(HouseRules)
    page = rules.list_documents(call.principal, call.territory, estate_id, query.limit, query.cursor)
    return PageOf([DocumentLine.of(document) for document in page.items], page.next)


@routes.get(f"{_ALL}/in-force", guard=in_estate(Permission.ESTATE_READ))
def read_house_rules_in_force(call: Call, estate_id: str) -> RulesInForce:
    """Return covenant and rules of procedure in force, and what holds for votes by which clause (VOT-17)."""
    rules = call.service(HouseRules)
    covenant, procedure = (rules.find_in_force(estate_id, kind) for kind in DocumentKind)
    return RulesInForce(
        voting=TermsShown.of(in_force(procedure)),
        covenant=None if covenant is None else _shown(call, covenant),
        rules=None if procedure is None else _shown(call, procedure),
    )


@routes.get(f"{_ALL}/sample", guard=in_estate(Permission.HOUSE_RULES_EDIT))
def read_sample_house_rules(call: Call, estate_id: str, query: SampleQuery) -> TextGiven:
    """Return a model text 示范文本 to start a draft from, with the values national law sets (VOT-17)."""
    return TextGiven.of(call.service(HouseRules).sample(estate_id, query.kind))


@routes.get(_ONE, guard=in_estate(Permission.ESTATE_READ), errors=(DocumentUnknown,))
def read_house_document(call: Call, estate_id: str, document_id: str) -> DocumentShown:
    """Return one version in full; a draft only to those who write or confirm it (VOT-17)."""
    rules = call.service(HouseRules)
    return _shown(call, rules.access_document_by_id(call.principal, call.territory, estate_id, document_id))


@routes.put(_ONE, guard=in_estate(Permission.HOUSE_RULES_EDIT), errors=(*_TEXT, *_STEP))
def edit_house_document(call: Call, estate_id: str, document_id: str, body: EditDocument) -> DocumentShown:
    """Replace the text of a draft; what the owners have adopted is changed only by the next version (VOT-17)."""
    rules = call.service(HouseRules)
    before = rules.access_document_by_id(call.principal, call.territory, estate_id, document_id)
    content = body.text.content(before.kind)
    return _shown(call, rules.edit(call.principal, estate_id, document_id, body.version, content, call.now))


@routes.post(f"{_ONE}/withdrawal", guard=in_estate(Permission.HOUSE_RULES_EDIT), errors=_STEP)
def withdraw_house_document(call: Call, estate_id: str, document_id: str, body: WithdrawDocument) -> DocumentShown:
    """Withdraw a draft, with the reason (VOT-17)."""
    rules = call.service(HouseRules)
    return _shown(call, rules.withdraw(call.principal, estate_id, document_id, body.reason, call.now))


@routes.post(
    f"{_ONE}/adoption",
    guard=in_estate(Permission.HOUSE_RULES_EDIT),
    errors=(*_ADOPT, DecisionUsed, TextNewerThanVote),
)
def adopt_house_document(call: Call, estate_id: str, document_id: str, body: AdoptDocument) -> DocumentShown:
    """Put a text in force that the owners decided on; the version before ends in the same act (VOT-17, 民法典 278)."""
    rules = call.service(HouseRules)
    decided = (body.decision_id, body.photo_ids)
    return _shown(call, rules.adopt(call.principal, estate_id, document_id, *decided, call.now))


@routes.post(
    f"{_ONE}/confirmation",
    guard=in_estate(Permission.HOUSE_RULES_CONFIRM),
    errors=(*_ADOPT, SamePersonRefused, PaperDayWrong),
)
def confirm_house_document(call: Call, estate_id: str, document_id: str, body: ConfirmDocument) -> DocumentShown:
    """Confirm, as somebody who did not write it, a text adopted on paper before the estate voted here (VOT-17)."""
    rules = call.service(HouseRules)
    paper = (body.adopted_on, body.photo_ids)
    return _shown(call, rules.confirm(call.principal, estate_id, document_id, *paper, call.now))
