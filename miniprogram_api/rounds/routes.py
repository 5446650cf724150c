"""Teams of a company, visits at an estate."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_company, in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission, PlaceUnknown
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import IllegalTransition
from miniprogram_api.rounds.rules import (
    CardOfElsewhere,
    EstateNotOnRound,
    NotTheDay,
    TaskUnknown,
    TeamChanged,
    TeamUnknown,
    VisitChanged,
    VisitTimeRefused,
    VisitUnknown,
)
from miniprogram_api.rounds.schemas import (
    CalendarQuery,
    CancelBody,
    CheckInBody,
    CompleteBody,
    PlanBody,
    TaskBody,
    TeamBody,
    TeamShown,
    VisitOfCompany,
    VisitShown,
)
from miniprogram_api.rounds.service import Rounds

routes = Routes("rounds", tag="流动服务")


@routes.post(
    "/v1/companies/<company_id>/round-teams",
    guard=in_company(Permission.ROUND_PLAN),
    status=201,
    repeatable=True,
    errors=(EstateNotOnRound, TeamChanged, PlaceUnknown),
)
def create_round_team(call: Call, company_id: str, body: TeamBody) -> TeamShown:
    """Found a mobile team with its people and the estates on its round (CARD-08)."""
    team = call.service(Rounds).create_team(
        call.principal.account_id,
        call.key,
        company_id,
        name=body.name,
        phone=body.phone,
        members=body.people(),
        estate_ids=tuple(dict.fromkeys(body.estate_ids)),
        now=call.now,
    )
    return TeamShown.of(team)


@routes.put(
    "/v1/companies/<company_id>/round-teams/<team_id>",
    guard=in_company(Permission.ROUND_PLAN),
    errors=(TeamUnknown, EstateNotOnRound, TeamChanged, PlaceUnknown),
)
def edit_round_team(call: Call, company_id: str, team_id: str, body: TeamBody) -> TeamShown:
    """Replace name, phone, people and estates of a team."""
    team = call.service(Rounds).edit_team(
        call.principal.account_id,
        company_id,
        team_id,
        name=body.name,
        phone=body.phone,
        members=body.people(),
        estate_ids=tuple(dict.fromkeys(body.estate_ids)),
        now=call.now,
    )
    return TeamShown.of(team)


@routes.get("/v1/companies/<company_id>/round-teams", guard=in_company(Permission.ROUND_PLAN))
def list_round_teams(call: Call, company_id: str, query: ListQuery) -> PageOf[TeamShown]:
    """List the mobile teams of a company."""
    page = call.service(Rounds).list_teams(company_id, query.limit, query.cursor)
    return PageOf([TeamShown.of(team) for team in page.items], page.next)


@routes.get("/v1/companies/<company_id>/visits", guard=in_company(Permission.ROUND_PLAN))
def read_visit_calendar(call: Call, company_id: str, query: CalendarQuery) -> PageOf[VisitOfCompany]:
    """List the visits of a company across its estates between two days (CARD-08)."""
    page = call.service(Rounds).list_of_company(company_id, query.first, query.last, query.limit, query.cursor)
    return PageOf([VisitOfCompany(visit.estate_id, VisitShown.of(visit)) for visit in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/round-teams", guard=in_estate(Permission.ROUND_PLAN))
def list_round_teams_of_estate(call: Call, estate_id: str) -> list[TeamShown]:
    """List the mobile teams that have the estate on their round, for whoever plans a visit there (CARD-08)."""
    return [TeamShown.of(team) for team in call.service(Rounds).teams_of(estate_id, call.territory.company_id)]


@routes.post(
    "/v1/estates/<estate_id>/visits",
    guard=in_estate(Permission.ROUND_PLAN),
    status=201,
    repeatable=True,
    errors=(VisitTimeRefused, TeamUnknown, EstateNotOnRound, VisitChanged),
)
def plan_visits(call: Call, estate_id: str, body: PlanBody) -> list[VisitShown]:
    """Plan a visit, or the same one for some weeks; every printed card shows the next one at once (CARD-08)."""
    visits = call.service(Rounds).plan(
        call.principal.account_id,
        call.key,
        estate_id,
        team_id=body.team_id,
        visit_on=body.visit_on,
        start=body.from_minute,
        end=body.to_minute,
        purpose=body.purpose,
        tasks=body.tasks,
        weeks=body.weeks,
        now=call.now,
    )
    return [VisitShown.of(visit) for visit in visits]


@routes.get("/v1/estates/<estate_id>/visits", guard=in_estate(Permission.ROUND_READ))
def list_visits(call: Call, estate_id: str, query: ListQuery) -> PageOf[VisitShown]:
    """List the visits of an estate, past and planned, the latest day first."""
    page = call.service(Rounds).list_visits(estate_id, query.limit, query.cursor)
    return PageOf([VisitShown.of(visit) for visit in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/visits/<visit_id>", guard=in_estate(Permission.ROUND_READ), errors=(VisitUnknown,))
def read_visit(call: Call, estate_id: str, visit_id: str) -> VisitShown:
    """Return one visit with its tasks."""
    return VisitShown.of(call.service(Rounds).access_visit_by_id(estate_id, visit_id))


@routes.get(
    "/v1/estates/<estate_id>/visits/<visit_id>/photos",
    guard=in_estate(Permission.ROUND_READ),
    errors=(VisitUnknown,),
)
def list_visit_photos(call: Call, estate_id: str, visit_id: str) -> list[PhotoShown]:
    """List the photos of what was done on a visit, with links while they last (CARD-08)."""
    return call.service(Rounds).photos_of(estate_id, visit_id)


@routes.post(
    "/v1/estates/<estate_id>/visits/<visit_id>/cancellation",
    guard=in_estate(Permission.ROUND_PLAN),
    errors=(VisitUnknown, IllegalTransition, VisitChanged),
)
def cancel_visit(call: Call, estate_id: str, visit_id: str, body: CancelBody) -> VisitShown:
    """Cancel a planned visit; the cards show the one after it at once."""
    by = call.principal.account_id
    return VisitShown.of(call.service(Rounds).cancel(by, estate_id, visit_id, body.reason, call.now))


@routes.post(
    "/v1/estates/<estate_id>/visits/<visit_id>/check-in",
    guard=in_estate(Permission.ROUND_CHECK_IN),
    errors=(VisitUnknown, NotFound, CardOfElsewhere, NotTheDay, IllegalTransition, VisitChanged),
)
def check_in(call: Call, estate_id: str, visit_id: str, body: CheckInBody) -> VisitShown:
    """Check in on the spot by scanning a card of the estate (CARD-08)."""
    by = call.principal.account_id
    return VisitShown.of(call.service(Rounds).check_in(by, estate_id, visit_id, body.card_token, call.now))


@routes.post(
    "/v1/estates/<estate_id>/visits/<visit_id>/tasks/<number>/completion",
    guard=in_estate(Permission.ROUND_CHECK_IN),
    errors=(VisitUnknown, TaskUnknown, IllegalTransition, VisitChanged, NotFound, Conflict, Invalid),
)
def finish_visit_task(call: Call, estate_id: str, visit_id: str, number: str, body: TaskBody) -> VisitShown:
    """Say that one task of the visit (counted from 1) is done, with photos (CARD-08)."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 3):
        raise TaskUnknown
    by, photos = call.principal.account_id, tuple(body.photo_ids)
    rounds = call.service(Rounds)
    return VisitShown.of(rounds.finish_task(by, estate_id, visit_id, int(number), body.note, photos, call.now))


@routes.post(
    "/v1/estates/<estate_id>/visits/<visit_id>/completion",
    guard=in_estate(Permission.ROUND_CHECK_IN),
    errors=(VisitUnknown, IllegalTransition, VisitChanged),
)
def complete_visit(call: Call, estate_id: str, visit_id: str, body: CompleteBody) -> VisitShown:
    """End the visit with a word on what was done; the cards show the next one at once."""
    by = call.principal.account_id
    return VisitShown.of(call.service(Rounds).complete(by, estate_id, visit_id, body.summary, call.now))
