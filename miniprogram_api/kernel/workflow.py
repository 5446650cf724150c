"""State machines as data: a process lists its transitions, this module takes the steps.

A process names for each transition where it starts and ends, which permission it takes, what must be given, and which
earlier participant may not take it. Nothing here knows any process (design section 3).
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

S = TypeVar("S", bound=str)


class IllegalTransition(Conflict):
    """The thing is not in a state from which this step can be taken; steps cannot be skipped."""

    code = "illegal_transition"
    message = "当前状态不能进行这一步，请刷新后查看最新进度。"


class InputMissing(Invalid):
    """The step needs something that was not given (a reason, a photo, a person)."""

    code = "input_missing"
    message = "还缺少必填内容，请补充后提交。"


class SamePersonRefused(Forbidden):
    """Somebody who took an earlier part may not take this step (nobody verifies their own work, REP-02)."""

    code = "same_person_refused"
    message = "这一步不能由经手人本人办理，请由其他同事办理。"


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """One permitted step. ``name`` is the verb, ``label`` the Chinese word people see in the timeline."""

    name: str
    label: str
    sources: frozenset[S]
    target: S
    permission: Permission | None = None
    requires: frozenset[str] = field(default_factory=frozenset)
    not_by: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that somebody may take now, as a page shows it: its verb and its Chinese word."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Workflow(Generic[S]):
    """A process: its initial state and its transitions; a state that no transition leaves is final."""

    name: str
    initial: S
    transitions: tuple[Transition[S], ...]

    def __post_init__(self) -> None:
        names = [transition.name for transition in self.transitions]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: two steps of one name; one step may start at several states instead")

    def named(self, name: str) -> Transition[S]:
        """Return the transition of that name; KeyError is a programming error, names come from code."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def open_to(self, state: S) -> tuple[Transition[S], ...]:
        """Return the steps that can be taken from the state."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    def offered(
        self,
        state: S,
        may: Callable[[Permission], bool],
        actor: str = "",
        participants: Mapping[str, str | None] | None = None,
    ) -> list[Offer]:
        """Return the steps that somebody may take from the state; what a step needs is still to be given.

        Steps without a permission are left out: the clock takes them, or whoever the thing is about.
        """
        parts = participants or {}
        return [
            Offer(step.name, step.label)
            for step in self.open_to(state)
            if step.permission is not None
            and may(step.permission)
            and not any(parts.get(part) == actor for part in step.not_by)
        ]

    def is_final(self, state: S) -> bool:
        """Say whether no step leaves the state."""
        return not self.open_to(state)

    def step(
        self, state: S, name: str, *, given: Mapping[str, object], actor: str, participants: Mapping[str, str | None]
    ) -> Transition[S]:
        """Check one step and return its transition; the caller writes ``target`` as the new state.

        ``given`` holds what the person filled in (False and 0 are answers), ``participants`` who took which earlier
        part (``{"handler": id}``).

        Raises:
            IllegalTransition: the step does not start at the state.
            SamePersonRefused: the actor took a part that excludes them.
            InputMissing: something the step requires is absent or empty.
        """
        transition = self.named(name)
        if state not in transition.sources:
            raise IllegalTransition(state=str(state), step=name)
        for part in transition.not_by:
            if participants.get(part) == actor:
                raise SamePersonRefused(step=name)
        missing = sorted(key for key in transition.requires if _is_empty(given.get(key)))
        if missing:
            raise InputMissing(step=name, missing=missing)
        return transition


def _is_empty(value: object) -> bool:
    """Say whether nothing was given: a blank text or an empty list is nothing, but no 否 and 0 are answers."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sized) and len(value) == 0)
