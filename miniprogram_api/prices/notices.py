"""Who is told of a price talk and of an appraisal: whose turn it is, and who watches (FEE-06, FEE-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.prices.talk import STATE_LABELS, TalkState

if TYPE_CHECKING:
    from miniprogram_api.prices.appraisal import Appraisal
    from miniprogram_api.prices.talk import PriceTalk

_PARTIES = frozenset({Role.COMMITTEE, Role.MANAGER})

_NEXT: dict[TalkState, str] = {
    TalkState.OPENED: "请物业企业提交报价和成本测算。",
    TalkState.COUNTERING: "物业企业已报价，业主可以还价。",
    TalkState.NEGOTIATING: "请双方协商并记录结果。",
    TalkState.VOTING: "双方已达成一致，请组织业主表决并登记结果。",
    TalkState.PASSED: "业主表决已通过，请社区、街道或住建部门备案。",
    TalkState.FILED: "新的收费标准已备案。",
    TalkState.WITHDRAWN: "本次价格协商已终止。",
}
"""What is to be done in a state, in the words of the message."""


def notices(before: PriceTalk | None, after: PriceTalk) -> tuple[Notice, ...]:
    """Tell the parties and the community of every step, and once when a round is late."""
    late = before is not None and after.told_late and not before.told_late
    if before is not None and before.steps == after.steps and not late:
        return ()
    event = f"late{after.steps}" if late else f"step{after.steps}"
    title = "价格协商超期" if late else f"{after.subject.label}价格协商"
    text = f"{after.estate_name}第{after.round}轮：{_NEXT[after.state]}"
    page = f"pages/price-talk/index?estate_id={after.estate_id}&id={after.id}"
    return _to_parties(after, f"{after.id}#{event}", title, text, page, STATE_LABELS[after.state])


def appraisal_notices(before: Appraisal | None, after: Appraisal) -> tuple[Notice, ...]:
    """Tell the parties and the community once that the review of an appraisal is due (FEE-09)."""
    if before is None or before.review_told or not after.review_told:
        return ()
    text = f"{after.estate_name}的第三方评估应于{spoken(after.findings.review_on)}复评，请安排。"
    page = f"pages/appraisal/index?estate_id={after.estate_id}&id={after.id}"
    return _to_parties(after, f"{after.id}#review", "第三方评估复评", text, page, "待复评")


def _to_parties(
    about: PriceTalk | Appraisal, identity: str, title: str, text: str, page: str, state: str
) -> tuple[Notice, ...]:
    parties = Recipient(estate_id=about.estate_id, roles=_PARTIES)
    community = Recipient(unit_id=about.community_id, roles=frozenset({Role.COMMUNITY}))
    values = {"place": about.estate_name, "state": state}
    return tuple(
        Notice(identity, NoticeKind.PRICE, to, title, text, page, about.estate_id, values)
        for to in (parties, community)
    )
