"""How the room of conduct says no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge


class ItemUnknown(NotFound):
    """The street's negative list has no such item that holds now."""

    code = "conduct_item_unknown"
    message = "负面清单中没有该条目或已停用，请重新选择条目。"


class CatalogueMisplaced(Invalid):
    """Streets keep the negative list and the text of the commitment (003:81)."""

    code = "conduct_catalogue_misplaced"
    message = "负面清单和履职承诺书由街道维护，请选择街道后再编辑。"


class SeatUnknown(NotFound):
    """The estate has no such committee member, or the post is another person's."""

    code = "seat_unknown"
    message = "没有找到该委员任职，请刷新后重试。"


class SeatOver(Conflict):
    """The membership has ended."""

    code = "seat_over"
    message = "该委员任职已结束，不能再办理；案件可登记为任职已结束。"


class PledgeTextChanged(Conflict):
    """The commitment reads otherwise than what was shown; whoever signs must have read it."""

    code = "pledge_text_changed"
    message = "履职承诺书文本已更新，请重新阅读后签署。"


class PledgeThere(Conflict):
    """The commitment is signed already."""

    code = "pledge_there"
    message = "履职承诺书已签署，无需重复签署，请刷新查看。"


class SignsInPerson(Conflict):
    """The member has an account and signs with it; nobody signs for them on paper."""

    code = "pledge_in_person"
    message = "该委员已有账号，请本人在小程序中签署履职承诺书。"


class PaperDateWrong(Invalid):
    """The paper was signed in the future."""

    code = "pledge_date_wrong"
    message = "纸质签署日期不能晚于今天，请检查。"


class ReportUnknown(NotFound):
    """The committee has not reported on that year."""

    code = "work_report_unknown"
    message = "没有找到该年度述职报告，请刷新列表。"


class ReportThere(Conflict):
    """The committee has reported on that year otherwise; a report that owners rate is not rewritten."""

    code = "work_report_there"
    message = "该年度述职报告已提交，不能修改，如需补充请在业主大会上说明。"


class ReportYearWrong(Invalid):
    """A report is on this year or the last, while the committee was in office."""

    code = "work_report_year_wrong"
    message = "只能提交本年度或上一年度、且在委员会任期内的述职报告。"


class NotOfCommittee(Forbidden):
    """Only members of the committee who are in office report for it."""

    code = "not_of_committee"
    message = "只有该委员会在任委员可以提交述职报告，请由在任委员办理。"


class OwnersRate(Forbidden):
    """Owners rate, each for the rooms they own."""

    code = "owners_rate"
    message = "只有该房屋的业主可以评议，请先绑定为业主。"


class RatingClosed(Conflict):
    """The time for rating is over."""

    code = "work_report_rating_closed"
    message = "评议已截止，请查看评议结果。"


class RatingMet(Conflict):
    """Another owner of the room rated at the same moment."""

    code = "work_report_rating_met"
    message = "该房屋的其他业主刚刚评议过，请刷新后再提交。"


class ReportSettingsChanged(Conflict):
    """Somebody else changed the settings at the same moment."""

    code = "work_report_settings_changed"
    message = "评议设置刚刚被他人修改，请刷新后再试。"


class BreachUnknown(NotFound):
    """There is no such record, or it is not for this person to see."""

    code = "breach_unknown"
    message = "没有找到该违约失信记录，请刷新列表。"


class BreachMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "breach_moved"
    message = "该记录刚刚有了新进展，请刷新后再操作。"


class AppealOver(Conflict):
    """A record is appealed against once, within its time."""

    code = "breach_appeal_over"
    message = "该记录已申诉过或已过申诉期限，如有新证据请联系社区。"


class CaseUnknown(NotFound):
    """There is no such case, or it is not for this person to see."""

    code = "conduct_case_unknown"
    message = "没有找到该负面清单案件，请刷新列表。"


class CaseMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "conduct_case_moved"
    message = "该案件刚刚有了新进展，请刷新后再操作。"


class ConductKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "conduct_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class NotHeard(Conflict):
    """Nobody is suspended before they were heard (VOT-14)."""

    code = "conduct_not_heard"
    message = "暂停履职前须先听取该委员陈述，请先登记陈述内容或其未陈述的情况。"


class StatementsFull(Conflict):
    """The member was heard often enough."""

    code = "conduct_statements_full"
    message = "该案件的陈述已达 5 次，请由街道作出处理。"


class StreetOnly(Forbidden):
    """The street suspends and restores (003:81)."""

    code = "street_only"
    message = "暂停和恢复履职由街道办理，请联系街道。"


class MembershipLasts(Conflict):
    """The member is still in office somewhere, so the case goes on."""

    code = "membership_lasts"
    message = "该委员仍在任，案件应继续办理，不能以任职结束终结。"


class DecisionTooOld(Conflict):
    """The owners decided before the case was put to them, so it was about something else."""

    code = "conduct_decision_too_old"
    message = "该决定早于提请业主大会表决的日期，请选择本次表决形成的决定。"


class AlreadyReferred(Conflict):
    """The case was handed to justice before."""

    code = "conduct_already_referred"
    message = "该案件已移送司法机关，请查看移送记录。"


class ReferralDateWrong(Invalid):
    """It was handed over in the future, or before it was reported."""

    code = "conduct_referral_date_wrong"
    message = "移送日期应在举报之后且不晚于今天，请检查。"


class OwnerNoticeUnknown(NotFound):
    """Nothing of this id was told to all owners."""

    code = "owner_notice_unknown"
    message = "没有找到该公告的送达情况，请刷新列表。"


class TooManyBreaches(TooLarge):
    """The table would have more rows than a file holds."""

    code = "breach_export_too_large"
    message = "记录超过 5000 条，请按街道或社区分别导出。"
