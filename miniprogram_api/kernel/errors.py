"""How the house says no: one base per kind of outcome, one subclass per outcome.

A room declares its own outcomes (``CardRevoked``, ``IllegalTransition``) as subclasses of the bases below, each with
a stable ``code`` that clients may rely on and a Chinese ``message`` that a resident can act on. ``edge/errors.py``
is the only place that turns a base into an HTTP status.
"""

from __future__ import annotations


class Problem(Exception):
    """An outcome other than the one asked for; nothing was changed.

    ``code`` is stable and part of the contract; ``message`` is the Chinese sentence shown to a person and says what
    to do next; ``detail`` holds plain values safe to show to the caller (never personal data or secrets).
    """

    code: str = "problem"
    message: str = "操作没有完成，请稍后再试。"

    def __init__(self, message: str | None = None, **detail: object) -> None:
        self.message = message or type(self).message
        self.detail = detail
        super().__init__(self.message)


class Invalid(Problem):
    """What was sent does not have the required form or breaks a rule of the field."""

    code = "invalid"
    message = "填写的内容有误，请检查后重新提交。"


class Unauthenticated(Problem):
    """Nobody is signed in, or the session is over."""

    code = "unauthenticated"
    message = "请先登录。"


class Forbidden(Problem):
    """The person is known, but this is not theirs to do."""

    code = "forbidden"
    message = "您没有权限进行此操作。"


class NotFound(Problem):
    """There is no such thing, or none that this person may know of."""

    code = "not_found"
    message = "没有找到您要的内容。"


class Conflict(Problem):
    """The thing is no longer in the state the act needs."""

    code = "conflict"
    message = "内容已被他人更新，请刷新后再试。"


class TooLarge(Problem):
    """More was sent than is accepted."""

    code = "too_large"
    message = "提交的内容过大，请减少后重新提交。"


class TooManyRequests(Problem):
    """Asked too often; try again after a while."""

    code = "too_many_requests"
    message = "操作太频繁，请稍等片刻再试。"


class Unavailable(Problem):
    """Something we depend on does not answer; nothing was changed and trying again is right."""

    code = "unavailable"
    message = "系统繁忙，请稍后再试。"
