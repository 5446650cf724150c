"""The simulated WeChat world: its clock, its people, its codes, its tokens, its faults. In memory, under one lock."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from local.wechat_simulator.exchange import Refusal

CODE_LIFE_SECONDS = 300
TOKEN_LIFE_SECONDS = 7200
TOKEN_OVERLAP_SECONDS = 300
FORCED_REFRESHES_PER_DAY = 20
FORCED_REFRESH_GAP_SECONDS = 30
VISIT_WINDOW_SECONDS = 2 * 3600


class Clock:
    """The simulator's time: the machine's, plus what the control desk has added."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Let this much time have passed; negative goes back."""
        self._offset += seconds


@dataclass
class Persona:
    """A person with a WeChat account who has opened the mini program."""

    openid: str
    unionid: str | None = None
    session_key: str = ""
    last_visit: float = 0.0


@dataclass
class OneTimeCode:
    """A code handed to the front end: works once, for five minutes. ``stands_for`` is an openid or a phone."""

    stands_for: Any
    expires_at: float
    used: bool = False


class CodeBook:
    """One namespace of one-time codes; a code of another namespace is simply unknown here."""

    def __init__(self, clock: Clock, prefix: str) -> None:
        self._clock, self._prefix = clock, prefix
        self._codes: dict[str, OneTimeCode] = {}

    def issue(self, stands_for: Any) -> str:
        """A fresh code."""
        code = self._prefix + secrets.token_hex(15)
        self._codes[code] = OneTimeCode(stands_for, self._clock.now() + CODE_LIFE_SECONDS)
        return code

    def redeem(self, code: object) -> Any:
        """What the code stands for.

        Raises:
            Refusal: 40163 when it was used before, 40029 when it is unknown or too old.
        """
        entry = self._codes.get(code) if isinstance(code, str) else None
        if entry is not None and entry.used:
            raise Refusal(40163, "code been used")
        if entry is None or entry.expires_at <= self._clock.now():
            hint = secrets.token_urlsafe(9)
            raise Refusal(40029, f"invalid code hint: [{hint}]")
        entry.used = True
        return entry.stands_for


class TokenDesk:
    """Access tokens as ``stable_token`` gives them out: the same one while more than five minutes of it are left."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._current = ""
        self._valid_until: dict[str, float] = {}
        self._forced_at: deque[float] = deque()

    def stable(self, force_refresh: bool) -> tuple[str, int]:
        """The token and the seconds it still has (300 to 7200)."""
        now = self._clock.now()
        left = self._valid_until.get(self._current, 0.0) - now
        forced = force_refresh and self._may_force(now)
        if forced or left <= TOKEN_OVERLAP_SECONDS:
            if left > 0:
                self._valid_until[self._current] = now + min(left, TOKEN_OVERLAP_SECONDS)
            self._current = secrets.token_urlsafe(384)
            self._valid_until[self._current] = now + TOKEN_LIFE_SECONDS
            left = TOKEN_LIFE_SECONDS
        return self._current, int(left)

    def _may_force(self, now: float) -> bool:
        while self._forced_at and self._forced_at[0] <= now - 86400:
            self._forced_at.popleft()
        too_soon = bool(self._forced_at) and now - self._forced_at[-1] < FORCED_REFRESH_GAP_SECONDS
        if too_soon or len(self._forced_at) >= FORCED_REFRESHES_PER_DAY:
            return False
        self._forced_at.append(now)
        return True

    def require(self, token: str | None) -> None:
        """Let a call through.

        Raises:
            Refusal: 41001 without a token, 40001 with an unknown one, 42001 with one whose time is over.
        """
        if not token:
            raise Refusal(41001, "access_token missing")
        if token not in self._valid_until:
            raise Refusal(
                40001,
                "invalid credential, access_token is invalid or not latest, could get access_token by "
                "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
            )
        if self._valid_until[token] <= self._clock.now():
            raise Refusal(42001, "access_token expired")

    def revoke(self) -> None:
        """Forget every token given out, as when the secret is reset."""
        self._valid_until.clear()


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: a code, an HTTP status, a delay, or a connection closed without an answer.

    ``drop`` is "before" (nothing was done) or "after" (it was done, the answer is lost).
    """

    errcode: int | None = None
    errmsg: str = "injected"
    http_status: int | None = None
    delay_seconds: float = 0.0
    drop: str | None = None


class Faults:
    """The faults waiting for the next calls of each endpoint, first in first out."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, path: str, fault: Fault, times: int = 1) -> None:
        """The next ``times`` calls of ``path`` meet this fault."""
        self._waiting[path].extend([fault] * times)

    def take(self, path: str) -> Fault | None:
        """The fault for the call that just came in, if one waits."""
        queue = self._waiting.get(path)
        return queue.popleft() if queue else None


@dataclass
class ContentRules:
    """What the content check objects to: words in texts, pictures by SHA-256, or simply the next picture."""

    words: dict[str, tuple[str, int]] = field(default_factory=dict)
    images: dict[str, tuple[str, int]] = field(default_factory=dict)
    next_images: deque[tuple[str, int]] = field(default_factory=deque)


class World:
    """Everything the simulator knows. Callers hold ``lock`` while they touch it."""

    def __init__(self, appid: str, secret: str) -> None:
        self.lock = threading.RLock()
        self.appid, self.secret = appid, secret
        self.original_id = "gh_5110c0de5110"
        self.clock = Clock()
        self.personas: dict[str, Persona] = {}
        self.login_codes = CodeBook(self.clock, "0")
        self.phone_codes = CodeBook(self.clock, "")
        self.tokens = TokenDesk(self.clock)
        self.templates: dict[str, tuple[str, ...] | None] = {}
        self.quotas: Counter[tuple[str, str]] = Counter()
        self.sent: list[dict[str, Any]] = []
        self.released_pages: set[str] | None = None
        self.content = ContentRules()
        self.faults = Faults()
        self.calls: list[str] = []

    def visit(self, openid: str, unionid: str | None = None) -> Persona:
        """The person opens the mini program now; a new openid becomes a new person."""
        persona = self.personas.setdefault(openid, Persona(openid))
        persona.unionid = unionid or persona.unionid
        persona.last_visit = self.clock.now()
        return persona

    def require_recent_visitor(self, openid: object) -> Persona:
        """The person, who must have been in the mini program within two hours.

        Raises:
            Refusal: 40003 for an openid nobody has, 61010 when the last visit is too long ago.
        """
        persona = self.personas.get(openid) if isinstance(openid, str) else None
        if persona is None:
            raise Refusal(40003, "invalid openid")
        if self.clock.now() - persona.last_visit > VISIT_WINDOW_SECONDS:
            raise Refusal(61010, "code is expired")
        return persona
