"""What owners read, the sheet for the board, questions and answers, and who is late."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit, public
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.funds.months import MonthMoved, MonthUnknown, month_in
from miniprogram_api.funds.page import page_of
from miniprogram_api.funds.publication import (
    BoardProven,
    BoardUnproven,
    LinesForOwners,
    Publication,
    PublicationUnknown,
)
from miniprogram_api.funds.questions import QuestionAnswered, QuestionKeyReused, QuestionUnknown
from miniprogram_api.funds.schemas.publications import (
    BoardProof,
    DisclosureQuery,
    DisclosureShown,
    PublicationLine,
    PublicationShown,
    YearQuery,
    YearShown,
)
from miniprogram_api.funds.schemas.questions import Answer, NewQuestion, QuestionShown
from miniprogram_api.funds.service.months import Months
from miniprogram_api.funds.service.questions import Questions, reads_summary_only
from miniprogram_api.funds.sheet import SheetUnprintable
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition

routes = Routes("funds", tag="公共收支")

PDF = "application/pdf"
HTML = "text/html"
_PUBLISHED = "/v1/estates/<estate_id>/publications"
_QUESTIONS = "/v1/estates/<estate_id>/fund-questions"


def _shown(call: Call, publication: Publication) -> PublicationShown:
    photos = call.service(Months).board_photos(publication)
    summary_only = reads_summary_only(call.principal, call.territory)
    return PublicationShown.of(publication, photos, summary_only=summary_only)


@routes.post(
    "/v1/estates/<estate_id>/fund-months/<month>/publication",
    guard=in_estate(Permission.FUND_PUBLISH),
    status=201,
    errors=(MonthUnknown, MonthMoved, IllegalTransition, PeriodUnreadable),
)
def publish_fund_month(call: Call, estate_id: str, month: str) -> PublicationShown:
    """Publish a checked month to the owners, frozen as it stands (FND-04)."""
    return _shown(call, call.service(Months).publish(call.principal, estate_id, str(month_in(month)), call.now))


@routes.get(_PUBLISHED, guard=in_estate(Permission.FUND_READ))
def list_publications(call: Call, estate_id: str, query: ListQuery) -> PageOf[PublicationLine]:
    """List the published months with their totals, newest first."""
    page = call.service(Months).list_publications(estate_id, query.limit, query.cursor)
    return PageOf([PublicationLine.of(one) for one in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/publications-of-year", guard=in_estate(Permission.FUND_READ))
def read_year(call: Call, estate_id: str, query: YearQuery) -> YearShown:
    """Return a year: totals of its months for the bars, and what each item came to (S3)."""
    publications = call.service(Months).list_year(estate_id, query.year)
    summary_only = reads_summary_only(call.principal, call.territory)
    return YearShown.of(query.year, publications, summary_only=summary_only)


@routes.get(
    f"{_PUBLISHED}/<month>",
    guard=in_estate(Permission.FUND_READ),
    errors=(PublicationUnknown, PeriodUnreadable),
)
def read_publication(call: Call, estate_id: str, month: str) -> PublicationShown:
    """Return a published month; owners read every line, tenants the summary (FND-01)."""
    return _shown(call, call.service(Months).get_publication(estate_id, str(month_in(month))))


@routes.get(
    f"{_PUBLISHED}/<month>/sheet.pdf",
    guard=in_estate(Permission.FUND_READ_OPEN),
    produces=(PDF,),
    errors=(PublicationUnknown, PeriodUnreadable, SheetUnprintable),
)
def print_publication(call: Call, estate_id: str, month: str) -> Content:
    """Return the sheet for the notice board; its code opens the same figures on a phone (FND-04)."""
    period = str(month_in(month))
    return Content(call.service(Months).print_sheet(estate_id, period), PDF, f"公共收支公示-{period}.pdf")


@routes.get(
    "/f/<estate_id>/<month>",
    guard=public(per_minute=60),
    produces=(HTML,),
    errors=(PublicationUnknown, PeriodUnreadable),
)
def open_publication(call: Call, estate_id: str, month: str) -> Content:
    """Show a browser that followed the code of a sheet on the board what the sheet says (FND-04).

    Public, because the sheet hangs where everybody passes; it says nothing else. WeChat opens the mini program here.
    """
    return Content(page_of(call.service(Months).sheet(estate_id, str(month_in(month)))).encode(), HTML)


@routes.post(
    f"{_PUBLISHED}/<month>/board-proof",
    guard=in_estate(Permission.FUND_PUBLISH),
    errors=(PublicationUnknown, PeriodUnreadable, BoardUnproven, BoardProven, NotFound),
)
def prove_board(call: Call, estate_id: str, month: str, body: BoardProof) -> PublicationShown:
    """Keep the photos of the notice board and for how long the sheet hangs there (FND-04)."""
    publication = call.service(Months).prove_board(
        call.principal,
        estate_id,
        str(month_in(month)),
        body.photo_ids,
        body.shown_from,
        body.shown_until,
        call.now,
    )
    return _shown(call, publication)


@routes.get(
    f"{_PUBLISHED}/<month>/questions",
    guard=in_estate(Permission.FUND_READ),
    errors=(LinesForOwners, PeriodUnreadable),
)
def list_questions(call: Call, estate_id: str, month: str, query: ListQuery) -> PageOf[QuestionShown]:
    """List what owners asked about a month and what was answered; nobody sees who asked."""
    page = call.service(Questions).list_questions(
        call.principal, call.territory, estate_id, str(month_in(month)), query.limit, query.cursor
    )
    return PageOf([QuestionShown.of(one, call.now) for one in page.items], page.next)


@routes.post(
    f"{_PUBLISHED}/<month>/questions",
    guard=in_estate(Permission.FUND_ASK),
    status=201,
    repeatable=True,
    errors=(LinesForOwners, PublicationUnknown, PeriodUnreadable, QuestionKeyReused),
)
def ask_about_line(call: Call, estate_id: str, month: str, body: NewQuestion) -> QuestionShown:
    """Ask about a published line; the answer comes within the estate's days (S3)."""
    question = call.service(Questions).ask(
        call.principal, call.territory, estate_id, str(month_in(month)), body.line, body.text, call.key, call.now
    )
    return QuestionShown.of(question, call.now)


@routes.get(f"{_QUESTIONS}/open", guard=in_estate(Permission.FUND_ANSWER))
def list_open_questions(call: Call, estate_id: str, query: ListQuery) -> PageOf[QuestionShown]:
    """List the questions that wait for an answer, the first due first."""
    page = call.service(Questions).list_open(estate_id, query.limit, query.cursor)
    return PageOf([QuestionShown.of(one, call.now) for one in page.items], page.next)


@routes.post(
    f"{_QUESTIONS}/<question_id>/answer",
    guard=in_estate(Permission.FUND_ANSWER),
    errors=(QuestionUnknown, QuestionAnswered),
)
def answer_question(call: Call, estate_id: str, question_id: str, body: Answer) -> QuestionShown:
    """Answer a question for all owners to read."""
    question = call.service(Questions).answer(call.principal, estate_id, question_id, body.text, call.now)
    return QuestionShown.of(question, call.now)


@routes.get(
    "/v1/units/<unit_id>/fund-disclosure",
    guard=in_unit(Permission.FUND_READ_OPEN),
    errors=(PeriodUnreadable,),
)
def read_disclosure(call: Call, unit_id: str, query: DisclosureQuery) -> DisclosureShown:  # noqa: ARG001  the guard's
    """Return how many projects below a unit disclosed a month, and which are late (FND-02)."""
    period = month_in(query.month)
    return DisclosureShown.of(str(period), call.service(Months).disclosed(call.territory, period))
