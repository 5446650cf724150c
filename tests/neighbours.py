"""People as the simulated WeChat knows them: they sign in with a code and prove a phone number with another."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.wechat_simulator import WeChatSimulator
from tests.contract_client import ContractClient

if TYPE_CHECKING:
    from collections.abc import Callable


_numbers = itertools.count(1)


@dataclass
class Neighbour:
    """Somebody with a phone and WeChat."""

    client: ContractClient
    simulator: WeChatSimulator
    openid: str
    phone: str
    name: str
    account_id: str = ""
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What their mini program sends along."""
        return {"Authorization": f"Bearer {self.token}"}

    def sign_in(self) -> Neighbour:
        """Open the mini program."""
        code = self.simulator.control("login_code", openid=self.openid)["code"]
        answer = self.client.post("/v1/sessions", json={"code": code})
        assert answer.status_code == 201, answer.json
        self.account_id, self.token = answer.json["me"]["account_id"], answer.json["token"]
        return self

    def prove_phone(self) -> Any:
        """Tap WeChat's phone button."""
        code = self.simulator.control("phone_code", phone=self.phone)["code"]
        return self.client.put("/v1/me/phone", who=self, json={"code": code})

    def me(self) -> dict[str, Any]:
        """Read oneself."""
        return dict(self.client.get("/v1/me", who=self).json)

    def roles(self) -> list[tuple[str, str]]:
        """The roles that count now, each with the place it counts in."""
        return sorted((one["role"], one["scope_id"]) for one in self.me()["workspaces"])


def fresh_phone() -> str:
    """A number nobody had before in this run."""
    return f"139{next(_numbers):08d}"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things at the same moment, as far as threads can; answers in the order given."""
    answers: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(number: int) -> None:
        ready.wait()
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class MeetInTheMiddle:
    """Lets acts of several threads read everything before any of them writes: the worst moment for a race.

    The commits of ``verbs`` wait for each other once; everything else passes.
    """

    def __init__(self, commit: Callable[[Any], None], verbs: set[str], parties: int) -> None:
        self._commit = commit
        self._verbs = verbs
        self._barrier = threading.Barrier(parties)
        self._met: set[int] = set()

    def __call__(self, act: Any) -> None:
        """Commit, after the others have come this far."""
        me = threading.get_ident()
        if act.verb in self._verbs and me not in self._met:
            self._met.add(me)
            self._barrier.wait(timeout=20)
        self._commit(act)
