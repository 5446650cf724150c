"""The teller of the vote: who lives where, how they stand to the ballot, and what was heard of every vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.journey import Journey
from local.stories.vote.reckoning import HOMES, Choices, Heard

if TYPE_CHECKING:
    from local.cast import Person

CHAIR, MEMBER, COMMUNITY, MANAGER = "马秀兰", "陈桂芳", "孙书记", "王建国"
SIGN_INS_A_MINUTE = 25
"""From one address the house lets no more than thirty in; here they all come from one."""

YES, NO, ABSTAIN = ("yes",), ("no",), ("abstain",)
COMPANIES: dict[str, str] = {"longjiang": "龙江惠民物业服务有限公司", "beifang": "北方家和物业服务有限公司"}
"""The two companies owners choose among."""
FOR_FIRST: Choices = (YES, ("longjiang",))
AGAINST: Choices = (NO, ())


@dataclass
class Vote(Journey):
    """One estate, one ballot of two questions."""

    rooms: list[str] = field(default_factory=list)
    """The id of each home of the roster, in its order."""
    ballot_id: str = ""
    heard: Heard = field(default_factory=Heard)
    receipts: dict[int, dict[str, Any]] = field(default_factory=dict)
    _signed_in: int = 0

    @property
    def ballots(self) -> str:
        """The address of all ballots of the estate."""
        return f"{self.estate.path}/ballots"

    @property
    def ballot(self) -> str:
        """The address of the ballot."""
        return f"{self.ballots}/{self.ballot_id}"

    def room(self, index: int) -> str:
        """Return the ballot's address of a home."""
        return f"{self.ballot}/rooms/{self.rooms[index]}"

    def owner(self, index: int) -> Person:
        """Return who owns a home, by the telephone number that the roster has; they sign up when first asked for."""
        home = HOMES[index]
        return self.resident(f"{home.building}{home.entrance}{home.number} {home.owner}", home.phone)

    def resident(self, name: str, phone: str) -> Person:
        """Return somebody with a telephone number, signed in; the house lets so many in a minute."""
        known = self.cast.people.get(name)
        if known is None or not known.token:
            self._signed_in += 1
            if self._signed_in % SIGN_INS_A_MINUTE == 0:
                self.wait(minutes=1)
        return self.cast.person(name, phone)

    def bind(self, index: int, who: Person, name: str, relation: str = "owner") -> str:
        """Let somebody bind a home, and return how the binding stands."""
        wanted = {"relation": relation, "name": name}
        return str(who.put(f"{self.estate.path}/rooms/{self.rooms[index]}/binding", wanted)["state"])

    def state(self) -> str:
        """Return how far the ballot has come, as the chair sees it."""
        return str(self.who(CHAIR).get(self.ballot)["state_label"])

    def cast_vote(self, index: int, choices: Choices, who: Person | None = None, **more: Any) -> dict[str, Any]:
        """Let somebody vote for a home, by default its owner; keep the receipt and note what was heard."""
        body = {"choices": choices, **more}
        receipt: dict[str, Any] = (who or self.owner(index)).post(f"{self.room(index)}/vote", body, status=201)
        self.note(index, choices)
        self.receipts[index] = receipt
        return receipt

    def refuse_vote(
        self, what: str, index: int, who: Person, status: int, code: str, choices: Choices = FOR_FIRST
    ) -> None:
        """Let somebody try to vote for a home, and be refused."""
        self.refuse(what, who, f"{self.room(index)}/vote", {"choices": choices}, status, code)

    def note(self, index: int, choices: Choices) -> None:
        """Write down what was voted for a home."""
        self.heard.votes[index] = choices
