"""How the owners' assembly says no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class SessionUnknown(NotFound):
    """The estate has no such session, or it is a draft that is not for the reader."""

    code = "assembly_unknown"
    message = "没有找到该业主大会会议，请刷新列表。"


class SessionMoved(Conflict):
    """Somebody else changed the session at the same moment."""

    code = "assembly_moved"
    message = "该会议刚刚被他人更新，请刷新后再操作。"


class SessionKeyReused(Conflict):
    """The same Idempotency-Key came with other content."""

    code = "assembly_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class NotTheConvener(Forbidden):
    """Who convenes a session also leads it; nobody else changes it."""

    code = "assembly_not_convener"
    message = "本次会议由其他方召集，请由召集人办理。"


class ConvenerWrong(Conflict):
    """This side does not convene such a session at this estate now (004:80, 003:81)."""

    code = "assembly_convener_wrong"
    message = "召集人不符合规定：业委会（物管会）在任时由其召集；未成立或改造后由社区召集；街道只召集首次和临时会议。"


class RenovationUnknown(Conflict):
    """Only an old estate can have been renovated (004:80)."""

    code = "assembly_renovation_unknown"
    message = "该小区没有登记为老旧小区，请先在小区信息中登记，再按改造后小区召集。"


class TriggerMisplaced(Invalid):
    """An interim session has a reason on record, no other kind has (条例 13)."""

    code = "assembly_trigger_misplaced"
    message = "临时会议须登记召开原因，首次会议和年度会议不登记，请修改后提交。"


class TooFewOwners(Invalid):
    """Fewer than 20 % of the owners asked for it (条例 13)."""

    code = "assembly_too_few_owners"
    message = "提议业主须达到业主总数的百分之二十，请补充提议名单。"


class LinkUnknown(NotFound):
    """The ballot or report that an item of the agenda links is not there."""

    code = "assembly_link_unknown"
    message = "议题关联的表决或报告不存在，请重新选择。"


class NoticeTooShort(Conflict):
    """Owners are told at least 15 days before, more where their own rules say so (条例 14)."""

    code = "assembly_notice_too_short"
    message = "会议须提前通知全体业主，通知天数不够；请按 earliest 所示的最早日期改期。"


class NothingCorrected(Invalid):
    """A correction changes something."""

    code = "assembly_nothing_corrected"
    message = "更正内容与原通知相同，请修改后提交。"


class CorrectionTooLate(Conflict):
    """A session is corrected before it is held, and not again and again."""

    code = "assembly_correction_too_late"
    message = "会议日期已过，或已更正 5 次，不能再更正；请登记会议结果，或取消后重新召集。"


class NotYetHeld(Conflict):
    """Its day has not come."""

    code = "assembly_not_yet_held"
    message = "会议日期还没有到，请在会议当天或之后登记。"


class NobodyAttended(Conflict):
    """A meeting in person at which no room is signed in was none."""

    code = "assembly_nobody_attended"
    message = "还没有房屋签到，请先登记到会情况；会议没有开成的，请取消。"


class MinutesUnconfirmed(Conflict):
    """Published is what a second person has confirmed."""

    code = "assembly_minutes_unconfirmed"
    message = "会议记录还没有由另一人核对，请先核对后再公布。"


class SigningClosed(Conflict):
    """Rooms sign in while a called session is under way."""

    code = "assembly_signing_closed"
    message = "现在不能签到：会议还没有开始，或已经结束、取消。"


class RoomSignedIn(Conflict):
    """The room is signed in already, with somebody else, or changed meanwhile."""

    code = "assembly_room_signed_in"
    message = "该房屋已经签到或刚刚被修改，请刷新后核对。"


class AttendanceUnknown(NotFound):
    """The room is not signed in."""

    code = "assembly_attendance_unknown"
    message = "该房屋没有签到，请刷新列表。"


class ProxyUnproven(Invalid):
    """Who stands in for an owner shows a mandate (条例 12)."""

    code = "assembly_proxy_unproven"
    message = "代理人到会须上传委托书照片，请补充后提交。"
