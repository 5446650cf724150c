"""The five-step closed loop 受理 处置 核查 登记 反馈 with its side paths, and the light loop of feedback, as data.

REP-02 (000:77) gives the five steps and their order; the side paths are ours. Requirements, section 4.
"""

from __future__ import annotations

from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import Transition, Workflow
from miniprogram_api.work_orders.rules import OrderKind, OrderState

S = OrderState
P = Permission


class Relation(StrEnum):
    """Who, among those with the permission, a step belongs to."""

    ANYBODY = "anybody"
    REPORTER = "reporter"  # or the desk, for a caller without an account
    ASSIGNEE = "assignee"
    HANDLER = "handler"  # or the desk on the handler's behalf
    SYSTEM = "system"


def _step(
    name: str, label: str, sources: set[OrderState], target: OrderState, permission: Permission | None, needs: str = "",
    *, not_by: str = "",
) -> Transition[OrderState]:  # fmt: skip
    return Transition(
        name, label, frozenset(sources), target, permission, frozenset(needs.split()), frozenset(not_by.split())
    )


REPAIR_LOOP: Workflow[OrderState] = Workflow(
    "repair",
    S.SUBMITTED,
    (
        _step("accept", "受理", {S.SUBMITTED}, S.ACCEPTED, P.WORK_ORDER_ACCEPT, "scope scope_reason"),
        _step("ask", "退回补充", {S.SUBMITTED, S.ACCEPTED}, S.RETURNED, P.WORK_ORDER_ACCEPT, "note"),
        _step("reply", "补充信息", {S.RETURNED}, S.SUBMITTED, P.WORK_ORDER_ANSWER, "note"),
        _step("lapse", "逾期未补充", {S.RETURNED}, S.REJECTED, None, "note"),
        _step("reject", "不予受理", {S.SUBMITTED, S.ACCEPTED}, S.REJECTED, P.WORK_ORDER_ACCEPT, "note"),
        _step(
            "withdraw", "撤回", {S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.ASSIGNED}, S.WITHDRAWN, P.WORK_ORDER_ANSWER
        ),
        _step(
            "merge", "合并", {S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.ASSIGNED}, S.MERGED, P.WORK_ORDER_ACCEPT, "into"
        ),
        _step("assign", "派单", {S.ACCEPTED}, S.ASSIGNED, P.WORK_ORDER_DISPATCH, "to_account_id"),
        _step("take", "接单", {S.ASSIGNED}, S.IN_HANDLING, P.WORK_ORDER_HANDLE),
        _step("decline", "退单", {S.ASSIGNED}, S.ACCEPTED, P.WORK_ORDER_HANDLE, "note"),
        _step("grab", "抢单", {S.ACCEPTED}, S.IN_HANDLING, P.WORK_ORDER_HANDLE),
        _step("send_vendor", "派第三方", {S.ACCEPTED}, S.IN_HANDLING, P.WORK_ORDER_DISPATCH, "vendor_id"),
        _step(
            "transfer", "转办", {S.ACCEPTED, S.ASSIGNED, S.IN_HANDLING}, S.ACCEPTED, P.WORK_ORDER_DISPATCH,
            "note to_account_id",
        ),
        _step(
            "hand_over", "转专营单位", {S.ACCEPTED, S.IN_HANDLING}, S.WITH_OPERATOR, P.WORK_ORDER_DISPATCH,
            "operator operator_contact until_on",
        ),
        _step("operator_answered", "专营单位答复", {S.WITH_OPERATOR}, S.IN_HANDLING, P.WORK_ORDER_DISPATCH, "note"),
        _step("pause", "暂停", {S.IN_HANDLING}, S.PAUSED, P.WORK_ORDER_HANDLE, "note until_on"),
        _step("resume", "恢复", {S.PAUSED}, S.IN_HANDLING, P.WORK_ORDER_HANDLE),
        _step("handled", "处置完成", {S.IN_HANDLING}, S.HANDLED, P.WORK_ORDER_HANDLE, "note photo_ids"),
        _step("verify", "核查通过", {S.HANDLED}, S.VERIFIED, P.WORK_ORDER_VERIFY, "note", not_by="handler"),
        _step("send_back", "核查退回", {S.HANDLED}, S.IN_HANDLING, P.WORK_ORDER_VERIFY, "note", not_by="handler"),
        _step(
            "register", "登记", {S.VERIFIED}, S.REGISTERED, P.WORK_ORDER_REGISTER, "note payer payer_reason"
        ),
        _step("feed_back", "反馈办结", {S.REGISTERED}, S.CLOSED, P.WORK_ORDER_REGISTER, "note"),
        _step("confirm", "确认办结", {S.REGISTERED}, S.CLOSED, P.WORK_ORDER_ANSWER),
        _step("auto_close", "自动办结", {S.REGISTERED}, S.CLOSED, None),
        _step(
            "reopen", "重新打开", {S.REGISTERED, S.CLOSED, S.REJECTED}, S.SUBMITTED, P.WORK_ORDER_ANSWER, "note"
        ),
    ),
)  # fmt: skip

FEEDBACK_LOOP: Workflow[OrderState] = Workflow(
    "feedback",
    S.SUBMITTED,
    (
        _step("answer", "答复", {S.SUBMITTED}, S.ANSWERED, P.WORK_ORDER_ACCEPT, "note"),
        _step("ask", "退回补充", {S.SUBMITTED}, S.RETURNED, P.WORK_ORDER_ACCEPT, "note"),
        _step("reply", "补充信息", {S.RETURNED}, S.SUBMITTED, P.WORK_ORDER_ANSWER, "note"),
        _step("lapse", "逾期未补充", {S.RETURNED}, S.REJECTED, None, "note"),
        _step("withdraw", "撤回", {S.SUBMITTED, S.RETURNED}, S.WITHDRAWN, P.WORK_ORDER_ANSWER),
        _step("merge", "合并", {S.SUBMITTED, S.RETURNED}, S.MERGED, P.WORK_ORDER_ACCEPT, "into"),
        _step("convert", "转为报修", {S.SUBMITTED, S.ANSWERED}, S.CONVERTED, P.WORK_ORDER_ACCEPT, "category note"),
        _step("feed_back", "反馈办结", {S.ANSWERED}, S.CLOSED, P.WORK_ORDER_REGISTER, "note"),
        _step("confirm", "确认办结", {S.ANSWERED}, S.CLOSED, P.WORK_ORDER_ANSWER),
        _step("auto_close", "自动办结", {S.ANSWERED}, S.CLOSED, None),
        _step(
            "reopen", "重新打开", {S.ANSWERED, S.CLOSED, S.REJECTED}, S.SUBMITTED, P.WORK_ORDER_ANSWER, "note"
        ),
    ),
)  # fmt: skip

LOOPS: dict[OrderKind, Workflow[OrderState]] = {OrderKind.REPAIR: REPAIR_LOOP, OrderKind.FEEDBACK: FEEDBACK_LOOP}

BELONGS_TO: dict[str, Relation] = {
    **dict.fromkeys(("reply", "withdraw", "confirm", "reopen"), Relation.REPORTER),
    **dict.fromkeys(("take", "decline"), Relation.ASSIGNEE),
    **dict.fromkeys(("pause", "resume", "handled"), Relation.HANDLER),
    **dict.fromkeys(("auto_close", "lapse"), Relation.SYSTEM),
}
"""Steps that belong to somebody in particular; any other step may be taken by whoever has its permission."""


class StepName(StrEnum):
    """The steps that people take; ``rotate`` assigns to whoever is next by the rota."""

    ACCEPT = "accept"
    ASK = "ask"
    REPLY = "reply"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    ASSIGN = "assign"
    ROTATE = "rotate"
    TAKE = "take"
    DECLINE = "decline"
    GRAB = "grab"
    SEND_VENDOR = "send_vendor"
    TRANSFER = "transfer"
    HAND_OVER = "hand_over"
    OPERATOR_ANSWERED = "operator_answered"
    PAUSE = "pause"
    RESUME = "resume"
    HANDLED = "handled"
    VERIFY = "verify"
    SEND_BACK = "send_back"
    REGISTER = "register"
    FEED_BACK = "feed_back"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    ANSWER = "answer"
    CONVERT = "convert"
