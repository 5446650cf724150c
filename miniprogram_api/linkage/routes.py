"""Linkage cases of an estate."""

from __future__ import annotations

import msgspec

from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing
from miniprogram_api.linkage.catalogue import WORK_KINDS, Party
from miniprogram_api.linkage.rules import (
    CaseChanged,
    CaseState,
    CaseUnknown,
    NotOfHere,
    PartiesUnfinished,
    PartyMissing,
    PartyOfOthers,
    PartyUnknown,
    ResultRefused,
    fillable,
)
from miniprogram_api.linkage.schemas import (
    CaseShown,
    CloseBody,
    OpenBody,
    PartBody,
    ParticipantShown,
    ReasonBody,
    ResultBody,
    TakePartBody,
    WorkKindShown,
)
from miniprogram_api.linkage.service import Linkage

routes = Routes("linkage", tag="五方联动")

_CASE = "/v1/estates/<estate_id>/linkage-cases/<case_id>"
_PARTY = f"{_CASE}/parties/<party>"


@routes.get("/v1/work-kinds", guard=signed_in())
def list_work_kinds(_call: Call) -> list[WorkKindShown]:
    """List the kinds of flowing-property works with the usual task of each party (CARD-09)."""
    return [WorkKindShown.of(kind) for kind in WORK_KINDS]


@routes.post(
    "/v1/estates/<estate_id>/linkage-cases",
    guard=in_estate(Permission.LINKAGE_OPEN),
    status=201,
    repeatable=True,
    errors=(PartyMissing, CaseChanged, NotFound, Conflict, Invalid),
)
def open_linkage_case(call: Call, estate_id: str, body: OpenBody) -> CaseShown:
    """Open a matter with five parties, each with a person, a task and a date (CARD-04)."""
    case = call.service(Linkage).open_case(
        call.principal,
        call.key,
        estate_id,
        kind=body.kind,
        title=body.title,
        description=body.description,
        slots=body.parties.slots(),
        photo_ids=tuple(body.photo_ids),
        now=call.now,
    )
    return CaseShown.of(case)


@routes.get("/v1/estates/<estate_id>/linkage-cases", guard=in_estate(Permission.LINKAGE_READ))
def list_linkage_cases(call: Call, estate_id: str, query: ListQuery) -> PageOf[CaseShown]:
    """List the linkage cases of the estate, the newest first; everybody at the estate sees them."""
    page = call.service(Linkage).list_cases(estate_id, query.limit, query.cursor, call.now)
    return PageOf([CaseShown.of(case) for case in page.items], page.next)


@routes.get(_CASE, guard=in_estate(Permission.LINKAGE_READ), errors=(CaseUnknown,))
def read_linkage_case(call: Call, estate_id: str, case_id: str) -> CaseShown:
    """Return one case with its whole timeline."""
    shown = CaseShown.of(*call.service(Linkage).read_case(estate_id, case_id))
    mine = fillable(call.principal.roles_in(call.territory)) if shown.state is CaseState.OPENED else ()
    return msgspec.structs.replace(shown, fillable=list(mine))


@routes.get(f"{_CASE}/photos", guard=in_estate(Permission.LINKAGE_READ), errors=(CaseUnknown,))
def list_linkage_photos(call: Call, estate_id: str, case_id: str) -> list[PhotoShown]:
    """List the photos of a case from before and after the work, with links while they last (CARD-09)."""
    return call.service(Linkage).photos_of(estate_id, case_id)


@routes.put(
    _PARTY,
    guard=in_estate(Permission.LINKAGE_OPEN),
    errors=(CaseUnknown, PartyUnknown, PartyMissing, CaseChanged, IllegalTransition),
)
def assign_linkage_party(call: Call, estate_id: str, case_id: str, party: str, body: PartBody) -> CaseShown:
    """Give a party's part to another person, with another task or date."""
    slot = body.slot(_party(party))
    return CaseShown.of(call.service(Linkage).assign(call.principal, estate_id, case_id, slot, call.now))


@routes.post(
    f"{_PARTY}/report",
    guard=in_estate(Permission.LINKAGE_FILL),
    errors=(CaseUnknown, PartyUnknown, PartyOfOthers, ResultRefused, CaseChanged, IllegalTransition),
)
def report_linkage_party(call: Call, estate_id: str, case_id: str, party: str, body: ResultBody) -> CaseShown:
    """Report what a party brought in so far, or that its part is done (CARD-04)."""
    linkage, which = call.service(Linkage), _party(party)
    result = body.result()
    case = linkage.report(call.principal, call.territory, estate_id, case_id, which, result, call.now, done=body.done)
    return CaseShown.of(case)


@routes.post(
    f"{_PARTY}/waiver",
    guard=in_estate(Permission.LINKAGE_OPEN),
    errors=(CaseUnknown, PartyUnknown, CaseChanged, IllegalTransition, InputMissing),
)
def waive_linkage_party(call: Call, estate_id: str, case_id: str, party: str, body: ReasonBody) -> CaseShown:
    """Say that a party is not needed in this matter, and why."""
    linkage, which = call.service(Linkage), _party(party)
    return CaseShown.of(linkage.waive(call.principal, estate_id, case_id, which, body.reason, call.now))


@routes.post(
    f"{_PARTY}/reopening",
    guard=in_estate(Permission.LINKAGE_OPEN),
    errors=(CaseUnknown, PartyUnknown, CaseChanged, IllegalTransition, InputMissing),
)
def reopen_linkage_party(call: Call, estate_id: str, case_id: str, party: str, body: ReasonBody) -> CaseShown:
    """Take a party's part up again before the case is closed."""
    linkage, which = call.service(Linkage), _party(party)
    return CaseShown.of(linkage.reopen(call.principal, estate_id, case_id, which, body.reason, call.now))


@routes.post(
    f"{_CASE}/closing",
    guard=in_estate(Permission.LINKAGE_OPEN),
    errors=(CaseUnknown, PartiesUnfinished, CaseChanged, IllegalTransition, InputMissing, NotFound, Conflict, Invalid),
)
def close_linkage_case(call: Call, estate_id: str, case_id: str, body: CloseBody) -> CaseShown:
    """Close the case when all five parties are done or not needed."""
    linkage, photos = call.service(Linkage), tuple(body.photo_ids)
    return CaseShown.of(linkage.close(call.principal, estate_id, case_id, body.summary, photos, call.now))


@routes.post(
    f"{_CASE}/publication",
    guard=in_estate(Permission.LINKAGE_OPEN),
    errors=(CaseUnknown, CaseChanged, IllegalTransition),
)
def publish_linkage_case(call: Call, estate_id: str, case_id: str) -> CaseShown:
    """Publish what came of a closed case."""
    return CaseShown.of(call.service(Linkage).publish(call.principal, estate_id, case_id, call.now))


@routes.put(
    f"{_CASE}/participation",
    guard=in_estate(Permission.LINKAGE_READ),
    errors=(CaseUnknown, NotOfHere, CaseChanged),
)
def take_part_in_linkage(call: Call, estate_id: str, case_id: str, body: TakePartBody) -> ParticipantShown:
    """Take part as a resident: once a person, while the case is open (CARD-04 居民参与)."""
    linkage = call.service(Linkage)
    one = linkage.take_part(call.principal, call.territory, estate_id, case_id, body.wish, call.now)
    return ParticipantShown.of(one)


@routes.get(f"{_CASE}/participants", guard=in_estate(Permission.LINKAGE_READ), errors=(CaseUnknown,))
def list_linkage_participants(call: Call, estate_id: str, case_id: str, query: ListQuery) -> PageOf[ParticipantShown]:
    """List the residents who take part, by the names others may read."""
    page = call.service(Linkage).list_participants(estate_id, case_id, query.limit, query.cursor)
    return PageOf([ParticipantShown.of(one) for one in page.items], page.next)


def _party(text: str) -> Party:
    try:
        return Party(text)
    except ValueError:
        raise PartyUnknown from None
