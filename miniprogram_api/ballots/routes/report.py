"""The result report of a ballot over HTTP (VOT-01)."""

from __future__ import annotations

from miniprogram_api.ballots.refusals import BallotUnknown, ResultNotCounted
from miniprogram_api.ballots.routes.desk import BALLOT, ballot_of
from miniprogram_api.ballots.service.reporting import ResultReports
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Content, Routes
from miniprogram_api.kernel.access import Permission

routes = Routes("ballots", tag="表决")

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@routes.get(
    f"{BALLOT}/report",
    guard=in_estate(Permission.BALLOT_READ),
    produces=(PDF, XLSX),
    errors=(BallotUnknown, ResultNotCounted),
)
def get_ballot_report(call: Call, estate_id: str, ballot_id: str) -> Content:
    """Return the result report with every figure and its working, to be signed and filed with the street (VOT-01).

    A page file, or a table where the request accepts that. Until the result is published each page says so.
    """
    ballot, reports = ballot_of(call, estate_id, ballot_id), call.service(ResultReports)
    name = f"表决结果报告-{ballot.id[-8:]}"
    if call.accepts == XLSX:
        return Content(reports.xlsx(ballot), XLSX, f"{name}.xlsx")
    return Content(reports.pdf(ballot), PDF, f"{name}.pdf")
