"""A document of the house: drafted, adopted by the owners, superseded by the next version (VOT-17).

Source: 民法典 278 (1), (2): owners together decide on rules of procedure and covenant; 002:27 "制定管理规约及议事规则".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.house_rules.refusals import (
    ClauseTwice,
    ClauseUnknown,
    PaperDayWrong,
    StillSample,
    TermsMisplaced,
    TextNewerThanVote,
    TextTooLong,
)
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import SETTINGS, VoteTerms, checked
from miniprogram_api.kernel.workflow import Transition, Workflow

MAXIMUM_TEXT = 30_000
"""Characters of all clauses together: about twice the longest model text, and far below what one item can hold."""

SAMPLE_MARK = "示范文本"
"""What the title of a model text says until people have made it theirs."""


class DocumentKind(StrEnum):
    """What a document is; an estate has at most one of each in force."""

    COVENANT = "covenant"  # 管理规约
    RULES = "rules"  # 业主大会议事规则


KIND_LABELS: dict[DocumentKind, str] = {
    DocumentKind.COVENANT: "管理规约",
    DocumentKind.RULES: "业主大会议事规则",
}

MATTER_OF: dict[DocumentKind, Matter] = {
    DocumentKind.COVENANT: Matter.COVENANT,
    DocumentKind.RULES: Matter.RULES,
}
"""Which matter the owners decide on when they adopt it (民法典 278)."""


class DocumentState(StrEnum):
    """How far a document has come."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


STATE_LABELS: dict[DocumentState, str] = {
    DocumentState.DRAFT: "草案",
    DocumentState.ADOPTED: "现行",
    DocumentState.SUPERSEDED: "已被新版本替代",
    DocumentState.WITHDRAWN: "已撤回",
}

PUBLIC = frozenset({DocumentState.ADOPTED, DocumentState.SUPERSEDED})
"""What everybody of the estate may read; a draft is for those who write or confirm it."""

_S = DocumentState

DOCUMENT = Workflow(
    "house_document",
    _S.DRAFT,
    (
        Transition("edit", "修改", frozenset({_S.DRAFT}), _S.DRAFT, Permission.HOUSE_RULES_EDIT),
        Transition(
            "withdraw",
            "撤回",
            frozenset({_S.DRAFT}),
            _S.WITHDRAWN,
            Permission.HOUSE_RULES_EDIT,
            frozenset({"reason"}),
        ),
        Transition(
            "adopt",
            "表决通过",
            frozenset({_S.DRAFT}),
            _S.ADOPTED,
            Permission.HOUSE_RULES_EDIT,
            frozenset({"decision_id"}),
        ),
        Transition(
            "confirm",
            "确认纸质版本",
            frozenset({_S.DRAFT}),
            _S.ADOPTED,
            Permission.HOUSE_RULES_CONFIRM,
            frozenset({"photo_ids"}),
            not_by=frozenset({"author"}),
        ),
        Transition("supersede", "被替代", frozenset({_S.ADOPTED}), _S.SUPERSEDED),
    ),
)
"""draft -> adopted -> superseded, or a draft that is withdrawn (VOT-17)."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its number (第十二条), what it is about, its text."""

    number: str
    text: str
    title: str = ""

    @property
    def heading(self) -> str:
        """Return number and title as people cite the clause."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says; ``terms`` are what rules of procedure say about voting, in the form ballots read."""

    title: str
    clauses: tuple[Clause, ...]
    terms: VoteTerms | None = None

    def check(self, kind: DocumentKind) -> None:
        """Make sure that a document of the kind may say this.

        Raises:
            TermsMisplaced: a covenant with settings of voting, or rules of procedure without.
            ClauseTwice, TextTooLong: see there.
            ClauseUnknown: a setting cites a clause that is not here, or is no setting.
            TermsTooLoose, ClauseMissing: the settings may not hold, see ``kernel.vote_terms``.
        """
        if (self.terms is None) != (kind is DocumentKind.COVENANT):
            raise TermsMisplaced
        numbers = [clause.number for clause in self.clauses]
        if len(set(numbers)) < len(numbers):
            raise ClauseTwice
        if sum(len(clause.text) + len(clause.title) for clause in self.clauses) > MAXIMUM_TEXT:
            raise TextTooLong
        if self.terms is not None:
            cited = checked(self.terms).clauses
            unknown = [name for name, number in cited.items() if name not in SETTINGS or number not in numbers]
            if unknown:
                raise ClauseUnknown(unknown=sorted(unknown))


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did something, and when."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Adoption:
    """How the owners adopted it: by which decision, or on which paper that somebody confirmed; ``on`` which day."""

    on: date
    hand: Hand
    decision_id: str | None = None
    photo_ids: tuple[str, ...] = ()

    def is_act(self, by: str, decision_id: str | None, on: date | None, photo_ids: tuple[str, ...]) -> bool:
        """Say whether that person did just this; ``on`` is given for paper only, a decision knows its own day."""
        same_day = self.decision_id is not None or self.on == on
        return same_day and (self.hand.by, self.decision_id, self.photo_ids) == (by, decision_id, photo_ids)


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one kind. ``number`` is given by adoption, so that adopted versions count 1, 2, 3 without a gap.

    ``authors`` are all who wrote on the draft; ``edited_at`` is when its text last changed.
    """

    id: str
    estate_id: str
    kind: DocumentKind
    content: Content
    drafted: Hand
    edited_at: datetime
    authors: tuple[str, ...]
    state: DocumentState = DocumentState.DRAFT
    number: int | None = None
    adoption: Adoption | None = None
    superseded_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None
    version: int = 0

    @property
    def is_public(self) -> bool:
        """Whether everybody of the estate may read it."""
        return self.state in PUBLIC

    @property
    def headings(self) -> dict[str, str]:
        """Return the number of each clause with its heading."""
        return {clause.number: clause.heading for clause in self.content.clauses}

    def edited(self, content: Content, by: str, at: datetime) -> Document:
        """Return the draft with another text; see ``Content.check`` for what is refused."""
        step = self._step("edit", by, {})
        content.check(self.kind)
        authors = self.authors if by in self.authors else (*self.authors, by)
        return replace(self, state=step, content=content, edited_at=at, authors=authors)

    def withdrawn(self, reason: str, by: str) -> Document:
        """Return the draft after it was withdrawn; InputMissing without a reason."""
        return replace(
            self, state=self._step("withdraw", by, {"reason": reason}), withdrawn_by=by, withdrawn_reason=reason
        )

    def adopted(self, adoption: Adoption, number: int) -> Document:
        """Return the document from its adoption on.

        Raises:
            TextNewerThanVote: the text changed after the owners decided.
            PaperDayWrong: it would have been adopted on paper in the future.
            StillSample: its title says that it is a model text.
            SamePersonRefused: who wrote on it confirms the paper.
            InputMissing, IllegalTransition: no photo of the paper; it is no draft.
        """
        by, at = adoption.hand.by, adoption.hand.at
        if adoption.decision_id is not None:
            step = self._step("adopt", by, {"decision_id": adoption.decision_id})
            if adoption.on < date_of(self.edited_at):
                raise TextNewerThanVote
        else:
            step = self._step("confirm", by, {"photo_ids": adoption.photo_ids})
            if adoption.on > date_of(at):
                raise PaperDayWrong
        if SAMPLE_MARK in self.content.title:
            raise StillSample
        return replace(self, state=step, number=number, adoption=adoption)

    def superseded(self, at: datetime) -> Document:
        """Return the document from the adoption of the next version on."""
        return replace(self, state=self._step("supersede", "system", {}), superseded_at=at)

    def _step(self, name: str, by: str, given: Mapping[str, object]) -> DocumentState:
        author = by if by in self.authors else None
        return DOCUMENT.step(self.state, name, given=given, actor=by, participants={"author": author}).target


@dataclass(frozen=True, slots=True)
class Head:
    """Which version of a kind is in force: what adoption moves, one number at a time."""

    estate_id: str
    kind: DocumentKind
    document_id: str
    number: int
    adopted_on: date
    decision_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class DecisionUse:
    """Guard: which document a decision of the owners adopted."""

    estate_id: str
    decision_id: str
    document_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class InForce:
    """What an estate's rules say about voting today, and where it is written; the law where the estate has none.

    ``headings`` are those of every clause by its number.
    """

    terms: VoteTerms = field(default_factory=VoteTerms)
    document_id: str | None = None
    number: int = 0
    title: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)

    def basis(self, setting: str) -> str | None:
        """Return where a setting is written, as one cites it, or None where the law alone says it."""
        clause = self.terms.clauses.get(setting)
        if clause is None or self.document_id is None:
            return None
        return f"《{self.title}》（第 {self.number} 版）{self.headings.get(clause, clause)}"

    def bases(self) -> dict[str, str]:
        """Return every setting that is written down, with where."""
        return {name: basis for name in SETTINGS if (basis := self.basis(name)) is not None}


def in_force(document: Document | None) -> InForce:
    """Return what the rules of procedure in force say about voting."""
    if document is None or document.content.terms is None or document.number is None:
        return InForce()
    return InForce(document.content.terms, document.id, document.number, document.content.title, document.headings)


def follows(head: Head | None, adoption: Adoption) -> bool:
    """Say whether a version may come after the one in force: not adopted before it, and no paper once owners vote here.

    Paper is for what was adopted before the estate used this system; afterwards it would be a way around the vote.
    """
    if head is None:
        return True
    on_paper_again = adoption.decision_id is None and head.decision_id is not None
    return adoption.on >= head.adopted_on and not on_paper_again
