"""The outcomes of ballots, each with what to do next."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class BallotUnknown(NotFound):
    """The estate has no such ballot, or none that this person may know of."""

    code = "ballot_unknown"
    message = "没有找到该表决，请刷新列表。"


class BallotMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "ballot_moved"
    message = "该表决刚刚有了新进展，请刷新后再操作。"


class BallotKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "ballot_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class BallotTimesUnclear(Invalid):
    """The opening is too early for the notice owed, or the closing too early or too late."""

    code = "ballot_times_unclear"
    message = "投票时间有误：公告应不少于规定天数，投票期至少一小时、至多 120 天。"


class AlreadyExtended(Conflict):
    """A vote is extended once."""

    code = "ballot_already_extended"
    message = "投票时间只能延长一次。"


class VoteNotRunning(Conflict):
    """It has not begun, is over, or was withdrawn."""

    code = "ballot_not_open"
    message = "现在不在投票时间内，无法投票。"


class NotOnRoll(Forbidden):
    """The person may not vote for the room: the roll is of the day it was frozen."""

    code = "not_on_roll"
    message = "您不是该房屋在名册冻结时登记的投票人，如有异议请联系业委会或社区。"


class AlreadyVoted(Conflict):
    """The room has a vote, which the rules do not let anybody change (again)."""

    code = "already_voted"
    message = "该房屋已经投过票，不能重复投票。"


class NotVotedYet(NotFound):
    """The room has no vote."""

    code = "not_voted_yet"
    message = "该房屋还没有投票。"


class CoOwnersNotAgreed(Invalid):
    """Co-owners have one vote together, and whoever casts it says that the others agree (指导规则 24, 25)."""

    code = "co_owners_not_agreed"
    message = "该房屋有多位产权人，只能共同投一票。请确认其他产权人同意由您投票。"


class RollIncomplete(Conflict):
    """Rooms have no area, so that nothing can be added up."""

    code = "roll_incomplete"
    message = "有房屋没有登记面积，请先在房屋名册中补充面积，再冻结名册。"


class RollEmpty(Conflict):
    """Nobody would be asked."""

    code = "roll_empty"
    message = "所选范围内没有房屋，请检查表决范围。"


class RollClosed(Conflict):
    """The roll is put right before voting begins, never after."""

    code = "roll_closed"
    message = "投票开始前一小时起名册不再修改，请在结果异议期提出。"


class RoomNotOnRoll(NotFound):
    """The roll has no such room."""

    code = "room_not_on_roll"
    message = "表决名册中没有该房屋，请核对房号。"


class RoomVoted(Conflict):
    """A step that only holds while nobody voted for the room."""

    code = "room_voted"
    message = "该房屋已经投票，不能再登记。"


class MandateUnknown(NotFound):
    """The room has no such proxy or guardianship."""

    code = "mandate_unknown"
    message = "没有找到该委托，请刷新后再试。"


class MandateNeedless(Invalid):
    """Whoever is to vote may vote for the room anyway, as its owner or co-owner."""

    code = "mandate_needless"
    message = "受托人本来就是该房屋的投票人，无需委托。"


class MandatesFull(Conflict):
    """One person holds as many proxies as the estate's rules allow."""

    code = "mandates_full"
    message = "受托人接受的委托已达议事规则规定的上限，请另选受托人。"


class MandateMoved(Conflict):
    """It was given, revoked or used at the same moment."""

    code = "mandate_moved"
    message = "该委托刚刚有变动，请刷新后再试。"


class MandateExpired(Invalid):
    """It ends before voting ends or has ended."""

    code = "mandate_expired"
    message = "委托期限有误或已过期，请填写不早于今天的到期日。"


class PaperUnknown(NotFound):
    """No paper vote of that room waits for a second person."""

    code = "paper_vote_unknown"
    message = "没有找到待复核的纸质票，请核对房号。"


class PaperDiffers(Conflict):
    """The second person read something else on the paper than the first."""

    code = "paper_vote_differs"
    message = "两次录入的内容不一致，请两人重新核对纸质票，必要时撤销后重新录入。"


class SerialUsed(Conflict):
    """The serial number of the paper was entered before."""

    code = "paper_serial_used"
    message = "该票号已经录入过，请核对纸质票上的编号。"


class ObjectionsOpen(Conflict):
    """Objections wait for an answer, or the time for them is not over."""

    code = "objections_open"
    message = "异议期未满或仍有异议未答复，暂不能确认结果。"


class ObjectionsClosed(Conflict):
    """The time for objections is over or has not begun."""

    code = "objections_closed"
    message = "现在不在结果异议期内，如有争议可向街道反映或依法起诉。"


class ObjectionUnknown(NotFound):
    """There is no such objection."""

    code = "objection_unknown"
    message = "没有找到该异议，请刷新后再试。"


class DeliveryMoved(Conflict):
    """Somebody else recorded the delivery at the same moment."""

    code = "delivery_moved"
    message = "送达记录刚刚有变动，请刷新后再试。"


class ResultNotCounted(Conflict):
    """There is no result to report on yet."""

    code = "ballot_not_counted"
    message = "该表决还没有计票，结果报告在计票后才能下载。"


class VotesMasked(Forbidden):
    """Who chose what is not shown: the rules mask it, or it is not counted yet."""

    code = "votes_masked"
    message = "按照本次表决规则，不公开各户的选择。"


class CandidatesMissing(Conflict):
    """Fewer candidates passed both checks than there are seats to fill."""

    code = "candidates_missing"
    message = "通过联审的候选人少于应选名额，请继续提名或调整名额。"


class CandidateUnknown(NotFound):
    """There is no such candidate."""

    code = "candidate_unknown"
    message = "没有找到该候选人，请刷新后再试。"


class CandidateMoved(Conflict):
    """Somebody else decided about the candidate at the same moment."""

    code = "candidate_moved"
    message = "该候选人的审核刚刚有变动，请刷新后再试。"


class CandidatesClosed(Conflict):
    """Candidates are named while the ballot is a draft."""

    code = "candidates_closed"
    message = "提名已经截止，不能再增加或审核候选人。"


class WitnessMissing(Invalid):
    """A delivery without its proof."""

    code = "delivery_proof_missing"
    message = "上门送达须附照片，邮寄须填写单号，请补充后提交。"
