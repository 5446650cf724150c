"""How this room says no; every sentence tells a resident what to do next."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class OrderUnknown(NotFound):
    """There is no such order, or it is none of this person's business (the answer is the same)."""

    code = "work_order_unknown"
    message = "没有找到该工单，请返回列表刷新。"


class OrderMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "work_order_moved"
    message = "该工单刚刚有了新进展，请刷新后再操作。"


class KeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class CategoryUnknown(Invalid):
    """There is no such category in this estate."""

    code = "category_unknown"
    message = "请重新选择问题类别。"


class SpotUnknown(Invalid):
    """The place named is not in this estate, or is called differently."""

    code = "spot_unknown"
    message = "没有找到该位置，请重新选择楼栋、房屋或设施。"


class HomeNotYours(Forbidden):
    """An in-home repair is reported by who lives there, or by staff who took the call."""

    code = "home_not_yours"
    message = "户内报修请由本户登记的住户提交，或致电项目经理登记。"


class CardNeeded(Forbidden):
    """Somebody who does not belong to the estate reports only on common parts, and by a card on its wall."""

    code = "card_needed"
    message = "您还不是本小区的登记住户，请扫描楼道内的服务卡后提交公共部位的问题。"


class CardRefused(Invalid):
    """The card token is not one of this estate's living cards."""

    code = "card_refused"
    message = "该服务卡已失效，请扫描墙上最新的服务卡。"


class SourceRefused(Forbidden):
    """Only staff may register what reached them by phone, at the counter or on patrol."""

    code = "source_refused"
    message = "代他人登记需要工作人员身份，请切换工作台。"


class CallerMissing(Invalid):
    """Who calls must be able to be called back."""

    code = "caller_missing"
    message = "请填写来电人的姓名和电话。"


class WrongPerson(Forbidden):
    """The step belongs to somebody else: the reporter, or the person who holds the order."""

    code = "wrong_person"
    message = "这一步应由报修人或当前经办人本人办理。"


class ReopenTooLate(Conflict):
    """The time in which a finished order can be reopened is over."""

    code = "reopen_too_late"
    message = "该工单办结已超过可重新打开的期限，请重新提交一个新工单。"


class UrgedRecently(TooManyRequests):
    """An order can be urged once an hour."""

    code = "urged_recently"
    message = "您刚刚催办过，一小时后可再次催办。"


class NotRatable(Conflict):
    """Only a closed order is rated."""

    code = "not_ratable"
    message = "工单办结后才能评价。"


class AlreadyRated(Conflict):
    """An order is rated once."""

    code = "already_rated"
    message = "您已评价过该工单，感谢您的反馈。"


class NothingToAnswer(Conflict):
    """There is no rating to reply to, or no call-back waiting."""

    code = "nothing_to_answer"
    message = "没有需要回复的评价或回访，请刷新。"


class FollowersFull(Conflict):
    """More neighbours follow the order than are kept."""

    code = "followers_full"
    message = "关注人数已满，请在小区公告栏查看进度。"


class StaffUnknown(Invalid):
    """The person chosen is no staff of this estate now, or nobody is there to choose."""

    code = "staff_unknown"
    message = "没有可派的工作人员，请重新选择。"


class VendorUnknown(NotFound):
    """There is no such third party in this estate's register."""

    code = "vendor_unknown"
    message = "没有找到该第三方单位，请重新选择。"


class JobLinkOver(NotFound):
    """The link is unknown, has expired, or its job has ended."""

    code = "job_link_over"
    message = "该任务链接已失效，请联系派单人员。"


class MergeRefused(Conflict):
    """Only open orders on common parts of one kind and one estate are merged, and not into themselves."""

    code = "merge_refused"
    message = "只能合并到同一小区、同类且仍在办理的公共部位工单。"


class StillHolding(Conflict):
    """Somebody who holds open orders cannot leave before handing them over."""

    code = "still_holding"
    message = "您名下还有未办结的工单，请先转办给同事。"
