"""How this room says no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class DecisionUnknown(NotFound):
    """The estate has no such decision."""

    code = "decision_unknown"
    message = "没有找到该决定，请刷新列表。"


class DecisionThere(Conflict):
    """The decision of that question, or under that key, stands in the register already."""

    code = "decision_there"
    message = "该决定已经登记，请刷新列表查看。"


class DecisionMoved(Conflict):
    """Somebody else changed the decision at the same moment."""

    code = "decision_moved"
    message = "该决定刚刚有了新进展，请刷新后再操作。"


class DecisionNotInForce(Conflict):
    """The decision was rescinded, or has to be corrected first: nothing rests on it now (VOT-15)."""

    code = "decision_not_in_force"
    message = "所依据的决定正被责令整改或已被撤销，相关事项和付款已停止；请等整改确认，或由业主重新作出决定。"


class DecisionOfAnotherMatter(Conflict):
    """What was decided is something else."""

    code = "decision_of_another_matter"
    message = "该决定的事项与要办理的事项不符，请选择对应事项的决定。"


class DecisionNotOfOwners(Conflict):
    """Only the owners decide this; their committee does not (民法典 278)."""

    code = "decision_not_of_owners"
    message = "此事项应由业主共同决定，请选择业主大会的决定，或先组织业主表决。"


class DecisionElsewhere(Conflict):
    """The decision is about other buildings."""

    code = "decision_of_other_buildings"
    message = "该决定只适用于部分楼栋，请核对楼栋范围，或选择适用的决定。"


class OverDecided(Conflict):
    """It would be more money than was decided on."""

    code = "over_decided_amount"
    message = "金额超出决定的上限，请核对已使用金额；需要增加的，请先经业主表决。"


class DecisionDayWrong(Invalid):
    """A decision is recorded after it was made."""

    code = "decision_day_wrong"
    message = "决定日期不能晚于今天，请检查。"


class OrderDueWrong(Invalid):
    """An order leaves time to follow it."""

    code = "order_due_wrong"
    message = "整改期限应在今天之后，请重新选择。"


class CommitteeAnswers(Forbidden):
    """Where a committee is in office, it records and corrects its decisions, not the community."""

    code = "committee_answers"
    message = "该小区业委会（物管会）在任，请由业委会（物管会）办理。"


class DoorNotListed(NotFound):
    """Nobody has to knock at that door: its owner was told online, or nothing was rescinded."""

    code = "door_not_listed"
    message = "该房屋不在上门通知名单中，请刷新名单。"


class VisitDayWrong(Invalid):
    """A visit lies between the rescission and today."""

    code = "visit_day_wrong"
    message = "上门日期应在撤销决定之后且不晚于今天，请检查。"
