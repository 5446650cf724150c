"""The share of a year's surplus that goes to the maintenance fund (FND-07)."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.estates.rules import AreaMissing
from miniprogram_api.funds.maintenance import NoRoomsConcerned, TooManyRooms
from miniprogram_api.funds.months import EntryDateRefused, MonthMoved, MonthNotOpen
from miniprogram_api.funds.places import PlaceChanged, PlaceUnknown, PurposeNotHeld
from miniprogram_api.funds.schemas.publications import YearQuery
from miniprogram_api.funds.schemas.spending import NewYearEnd, YearEndDecision, YearEndShown
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.service.year_end import YearEnds
from miniprogram_api.funds.spending import CommitteeDecides, NotEnoughMoney
from miniprogram_api.funds.year_end import NoYearSurplus, YearEndMoved, YearEndUnknown, YearNotPublished
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import IllegalTransition, SamePersonRefused

routes = Routes("funds", tag="公共收支")

_YEAR_END = "/v1/estates/<estate_id>/year-end-transfer"
_LIES = (PlaceUnknown, PlaceChanged, PurposeNotHeld, YearEndMoved)


@routes.get(_YEAR_END, guard=in_estate(Permission.FUND_READ_OPEN), errors=(YearEndUnknown,))
def read_year_end(call: Call, estate_id: str, query: YearQuery) -> YearEndShown:
    """Return what was proposed and decided for a year."""
    return YearEndShown.of(call.service(YearEnds).get_year_end(estate_id, query.year))


@routes.put(_YEAR_END, guard=in_estate(Permission.FUND_BOOK), errors=(*_LIES, YearNotPublished, NoYearSurplus))
def propose_year_end(call: Call, estate_id: str, body: NewYearEnd) -> YearEndShown:
    """Propose to move a share of a year's surplus of the public income to the maintenance fund (FND-07)."""
    proposed = call.service(YearEnds).propose(
        call.principal, estate_id, body.year, body.share, body.source, body.from_id, body.to_id, call.now
    )
    return YearEndShown.of(proposed)


@routes.post(
    f"{_YEAR_END}/decision",
    guard=in_estate(Permission.FUND_DECIDE),
    errors=(
        *_LIES,
        YearEndUnknown,
        IllegalTransition,
        SamePersonRefused,
        CommitteeDecides,
        NotEnoughMoney,
        NoRoomsConcerned,
        AreaMissing,
        TooManyRooms,
        EntryDateRefused,
        MonthNotOpen,
        MonthMoved,
        PostedBefore,
    ),
)
def decide_year_end(call: Call, estate_id: str, body: YearEndDecision) -> YearEndShown:
    """Agree, which books both ledgers in one act and splits the amount over the rooms, or refuse (FND-07)."""
    decided = call.service(YearEnds).decide(call.principal, call.territory, estate_id, body.year, body.agree, call.now)
    return YearEndShown.of(decided)
