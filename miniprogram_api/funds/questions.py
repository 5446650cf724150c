"""Questions of owners about a published line, and answers with a deadline that all owners read (FND-01, S3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from miniprogram_api.funds.months import Mark
from miniprogram_api.kernel.errors import Conflict, NotFound


class QuestionUnknown(NotFound):
    """The estate has no such question."""

    code = "fund_question_unknown"
    message = "没有找到该提问，请刷新列表。"


class QuestionAnswered(Conflict):
    """Somebody answered before, in other words."""

    code = "fund_question_answered"
    message = "该提问已有答复，请刷新查看。"


class QuestionKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "fund_question_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Who asked is known so that the answer finds them, and shown to nobody."""

    id: str
    estate_id: str
    period: str
    line: int
    about: str
    text: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    answer: str | None = None
    answered: Mark | None = None
    told_late: bool = False
    version: int = 0

    def answered_by(self, mark: Mark, answer: str) -> Question:
        """Return it with its answer, or raise QuestionAnswered."""
        if self.answer is not None:
            raise QuestionAnswered
        return replace(self, answer=answer, answered=mark)
