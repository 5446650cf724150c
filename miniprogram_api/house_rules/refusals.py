"""How the house rules say no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound


class DocumentUnknown(NotFound):
    """The estate has no such document, or it is a draft that is not for the reader."""

    code = "house_document_unknown"
    message = "没有找到该管理规约或议事规则，请刷新列表。"


class DocumentChanged(Conflict):
    """Somebody else changed or decided on it at the same moment."""

    code = "house_document_changed"
    message = "该文本刚刚被他人修改或处理，请刷新后再操作。"


class DraftKeyReused(Conflict):
    """The same Idempotency-Key came with another text."""

    code = "house_draft_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class AdoptedMeanwhile(Conflict):
    """Another version came into force at the same moment."""

    code = "house_rules_adopted_meanwhile"
    message = "另一个版本刚刚生效，请刷新查看现行版本后再操作。"


class AdoptionOutOfOrder(Conflict):
    """A newer version is in force, or owners vote on versions here and paper adopts none any more."""

    code = "house_rules_out_of_order"
    message = "现行版本通过的日期更晚，或本小区已通过业主表决修改过该文本；请提交新的业主共同决定。"


class DecisionUsed(Conflict):
    """One decision of the owners adopts one text."""

    code = "house_rules_decision_used"
    message = "该业主共同决定已用于另一份文本，请核对决定编号。"


class TextNewerThanVote(Conflict):
    """The text changed after the owners decided, so it is not what they adopted."""

    code = "house_rules_text_newer"
    message = "草案在业主表决之后被修改过，不是业主通过的文本；请重新提交表决通过的文本。"


class PaperDayWrong(Invalid):
    """Adopted on paper is what was adopted in the past."""

    code = "house_rules_paper_day"
    message = "纸质版本的通过日期不能晚于今天，请核对日期。"


class StillSample(Invalid):
    """A model text is not yet the estate's own."""

    code = "house_rules_still_sample"
    message = "标题仍注明“示范文本”，请改为本小区的正式文本后再提交。"


class ClauseTwice(Invalid):
    """Two clauses have one number, so nobody could cite them."""

    code = "house_clause_twice"
    message = "有两条条款的编号相同，请修改编号。"


class ClauseUnknown(Invalid):
    """A setting cites a clause that the document does not have."""

    code = "house_clause_unknown"
    message = "设置所依据的条款不在本文本中，请核对条款编号。"


class MatterTwice(Invalid):
    """A share is set twice for one matter."""

    code = "house_matter_twice"
    message = "同一事项设置了两次通过比例，请只保留一次。"


class TextTooLong(Invalid):
    """All clauses together are longer than a document may be."""

    code = "house_text_too_long"
    message = "全部条款合计不能超过 3 万字，请精简后提交。"


class TermsMisplaced(Invalid):
    """What holds for votes is set by the rules of procedure, not by the covenant."""

    code = "house_terms_misplaced"
    message = "表决设置只能写在业主大会议事规则里，请在议事规则中设置。"
