"""What the three parties record and sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.consultation.joint import Party
from miniprogram_api.consultation.refusals import (
    ConsultationMoved,
    ConsultationOver,
    ConsultationUnknown,
    DayWrong,
    JointActionKeyReused,
    JointActionMoved,
    JointActionUnknown,
    LinkUnknown,
    NotSaidNow,
    PartyOfOthers,
    PartySigned,
    PartyUnknown,
    SignedForAnother,
)
from miniprogram_api.consultation.schemas.joint_actions import JointLine, JointQuery, JointShown, RecordJointAction
from miniprogram_api.consultation.service.joint_actions import JointActions, JointRecord
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound

if TYPE_CHECKING:
    from miniprogram_api.consultation.joint import JointAction

routes = Routes("joint_actions", tag="三方联动")

_ACTIONS = "/v1/estates/<estate_id>/joint-actions"
_ACTION = f"{_ACTIONS}/<action_id>"


def _shown(call: Call, action: JointAction) -> JointShown:
    return JointShown.of(action, call.service(JointActions).photos_of(action))


@routes.post(
    _ACTIONS,
    guard=in_estate(Permission.CONSULTATION_LEAD),
    status=201,
    repeatable=True,
    errors=(
        JointActionKeyReused,
        DayWrong,
        ConsultationUnknown,
        ConsultationOver,
        ConsultationMoved,
        NotSaidNow,
        LinkUnknown,
        NotFound,
    ),
)
def record_joint_action(call: Call, estate_id: str, body: RecordJointAction) -> JointShown:
    """Record a joint visit, discussion, handling or mediation, for each party to sign (VOT-05)."""
    record = JointRecord(
        body.kind, body.title, body.text, body.held_on, body.consultation_id, body.work_order_id, body.photo_ids
    )
    return _shown(call, call.service(JointActions).record(call.principal, estate_id, record, call.key, call.now))


@routes.get(_ACTIONS, guard=in_estate(Permission.CONSULTATION_READ))
def list_joint_actions(call: Call, estate_id: str, query: JointQuery) -> PageOf[JointLine]:
    """List the joint actions of the estate, those about one topic, or those that wait for a signature (VOT-05)."""
    actions = call.service(JointActions)
    if query.consultation_id is not None:
        page = actions.list_of_topic(estate_id, query.consultation_id, query.limit, query.cursor)
    elif query.open:
        page = actions.list_open(estate_id, query.limit, query.cursor)
    else:
        page = actions.list_of_estate(estate_id, query.limit, query.cursor)
    return PageOf([JointLine.of(action) for action in page.items], page.next)


@routes.get(_ACTION, guard=in_estate(Permission.CONSULTATION_READ), errors=(JointActionUnknown,))
def read_joint_action(call: Call, estate_id: str, action_id: str) -> JointShown:
    """Return one joint action with who signed for which party when (VOT-05)."""
    return _shown(call, call.service(JointActions).access_action_by_id(estate_id, action_id))


@routes.put(
    f"{_ACTION}/signatures/<party>",
    guard=in_estate(Permission.CONSULTATION_SIGN),
    errors=(
        JointActionUnknown,
        PartyUnknown,
        PartyOfOthers,
        PartySigned,
        SignedForAnother,
        JointActionMoved,
    ),
)
def sign_joint_action(call: Call, estate_id: str, action_id: str, party: str) -> JointShown:
    """Sign for the party one's role belongs to; one person signs once, and for one party (VOT-05)."""
    actions, which = call.service(JointActions), _party(party)
    return _shown(call, actions.sign(call.principal, call.territory, estate_id, action_id, which, call.now))


def _party(text: str) -> Party:
    try:
        return Party(text)
    except ValueError:
        raise PartyUnknown from None
