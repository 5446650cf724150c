"""Phone numbers: who proved one, what waits for it, and the one-time code for people WeChat cannot vouch for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from miniprogram_api.kernel.errors import Conflict, Forbidden

INVITATION_LIFETIME = timedelta(hours=72)
INVITATION_TRIES = 5
"""Wrong codes before an invitation is dead: one chance in 200,000 for somebody who guesses."""

CODE_DIGITS = 6
MAXIMUM_WAITING = 40
"""Posts that may wait for one number; they are all given in the one act that proves it."""


class InvitationRefused(Forbidden):
    """Wrong code, too many tries, too old, used, or no such invitation: the answer tells them not apart."""

    code = "invitation_refused"
    message = "手机号或验证码不正确，或验证码已失效，请联系项目经理重新获取。"


class PhoneBusy(Conflict):
    """Something else about this phone number was decided in the same moment."""

    code = "phone_busy"
    message = "该手机号正在办理其他事项，请稍后再试。"


class TooMuchWaiting(Conflict):
    """More posts wait for this number than one act can give."""

    code = "too_much_waiting"
    message = "该手机号待生效的任职过多，请先让本人登录小程序验证手机号。"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone number: the account that last proved it, and references of the posts that wait until somebody does.

    Whoever appoints and whoever proves both change this one item, so that neither can miss the other.
    """

    index: str
    account_id: str | None = None
    waiting: tuple[str, ...] = ()
    version: int = 0

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever written about this number; what is written counts from 1."""
        return self.version == 0

    def held_by(self, account_id: str) -> PhoneNumber:
        """Return the number in the hands of an account; nothing waits for it any more."""
        return replace(self, account_id=account_id, waiting=())

    def awaited_by(self, references: tuple[str, ...]) -> PhoneNumber:
        """Return the number with more waiting for it.

        Raises:
            TooMuchWaiting: that would be more than one act can give.
        """
        waiting = (*self.waiting, *(one for one in references if one not in self.waiting))
        if len(waiting) > MAXIMUM_WAITING:
            raise TooMuchWaiting
        return replace(self, waiting=waiting)

    def without(self, references: tuple[str, ...]) -> PhoneNumber:
        """Return the number for which these no longer wait."""
        return replace(self, waiting=tuple(one for one in self.waiting if one not in references))


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code for a phone number, read out by staff who know the person (IDR-01).

    ``code_index`` is a keyed hash of number and code; ``name`` is sealed. Tries are counted before a code is looked at.
    """

    phone_index: str
    code_index: str
    estate_id: str
    name: str
    invited_by: str
    expires_at: datetime
    tries: int = 0
    used_by: str | None = None
    version: int = 0

    def tried(self, now: datetime) -> Invitation:
        """Return the invitation with one more try spent.

        Raises:
            InvitationRefused: it is used, too old, or all tries are spent.
        """
        if self.used_by is not None or now >= self.expires_at or self.tries >= INVITATION_TRIES:
            raise InvitationRefused
        return replace(self, tries=self.tries + 1)

    def used(self, account_id: str) -> Invitation:
        """Return the invitation after it served its purpose."""
        return replace(self, used_by=account_id)


def digits_of(keyed_hash: str) -> str:
    """Return the six digits to read out that a keyed hash (hexadecimal) stands for."""
    return str(int(keyed_hash, 16) % 10**CODE_DIGITS).zfill(CODE_DIGITS)
