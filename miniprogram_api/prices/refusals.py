"""How a price talk says no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class TalkUnknown(NotFound):
    """The estate has no such price talk."""

    code = "price_talk_unknown"
    message = "没有找到该价格协商，请刷新列表。"


class TalkMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "price_talk_moved"
    message = "该价格协商刚刚有了新进展，请刷新后再操作。"


class TalkOpen(Conflict):
    """The estate talks about this charge already; one talk a charge at a time."""

    code = "price_talk_open"
    message = "该收费项目已有进行中的价格协商，请在原协商中继续。"


class TalkKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "price_talk_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class CompanyChanged(Conflict):
    """The estate has no company under contract, or another than the one this talk is with."""

    code = "price_talk_company_changed"
    message = "该小区没有签约物业企业或已更换，请由街道或住建部门终止本次协商。"


class CommitteeInOffice(Forbidden):
    """Where a committee is in office, it speaks for the owners, not the community (FEE-06)."""

    code = "committee_in_office"
    message = "该小区业委会（物管会）在任，请由业委会（物管会）办理。"


class RevisionRefused(Invalid):
    """In a round an offer is only lowered, and not without end: owners have answered to the first."""

    code = "price_revision_refused"
    message = "本轮只能下调报价，且最多调整 5 次，请核对后提交。"


class AgreedPriceDiffers(Conflict):
    """Agreed is what the company stands by: its newest offer."""

    code = "agreed_price_differs"
    message = "协商价须与物业企业最新报价一致，请先由物业企业调整报价。"


class BallotUndecided(Conflict):
    """The ballot is not published, or its question is no yes or no."""

    code = "price_ballot_undecided"
    message = "该表决尚未公布结果，或所选事项不是“同意/反对”形式，请核对后再登记。"


class VoteDayWrong(Invalid):
    """The owners vote after the parties agreed, and not in the future."""

    code = "vote_day_wrong"
    message = "表决日期应在达成一致之后且不晚于今天，请检查。"


class StartTooEarly(Invalid):
    """A price starts today at the earliest; nobody pays it for days before it was filed."""

    code = "price_start_too_early"
    message = "执行日期不能早于今天，请重新选择。"
