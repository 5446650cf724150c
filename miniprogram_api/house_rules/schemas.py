"""What people send and see of the house rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.house_rules.document import (
    KIND_LABELS,
    STATE_LABELS,
    Clause,
    Content,
    Document,
    DocumentKind,
    DocumentState,
    InForce,
)
from miniprogram_api.house_rules.refusals import MatterTwice
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.vote_terms import (
    MOST_PROXIES,
    NOTICE_DAYS,
    Disclosure,
    Share,
    Silence,
    VoteTerms,
)

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Number = Annotated[
    str, msgspec.Meta(pattern=r"^第[0-9零〇一二三四五六七八九十百]{1,9}条(之[一二三四五六七八九十]{1,3})?$")
]
Heading = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=3000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Setting = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,30}$")]
Part = Annotated[int, msgspec.Meta(ge=1, le=100)]
Photos = Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)]
Version = Annotated[int, msgspec.Meta(ge=0)]


class ClauseText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clause: number (第十二条), what it is about, its text."""

    number: Number
    text: Text
    title: Heading = ""


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of those taking part that must agree to a matter; ``included``: the share itself is enough."""

    matter: Matter
    numerator: Part
    denominator: Part
    included: bool


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the rules of procedure say about voting; ``clauses`` names the clause of each setting."""

    notice_days: Annotated[int, msgspec.Meta(ge=0, le=120)] = NOTICE_DAYS
    objection_days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 7
    silence: Silence = Silence.NOT_PARTICIPATED
    change_once: bool = False
    proxy_cap: Annotated[int, msgspec.Meta(ge=0, le=MOST_PROXIES)] | None = None
    parking_in: Annotated[tuple[Matter, ...], msgspec.Meta(max_length=9)] = ()
    approvals: Annotated[tuple[Approval, ...], msgspec.Meta(max_length=9)] = ()
    disclosure: Disclosure = Disclosure.SIGNED
    election_disclosure: Disclosure = Disclosure.MASKED
    clauses: Annotated[dict[Setting, Number], msgspec.Meta(max_length=20)] = {}

    def terms(self) -> VoteTerms:
        """Return the value every ballot reads, or raise MatterTwice."""
        approvals = {one.matter: Share(one.numerator, one.denominator, one.included) for one in self.approvals}
        if len(approvals) < len(self.approvals):
            raise MatterTwice
        return VoteTerms(
            notice_days=self.notice_days,
            objection_days=self.objection_days,
            silence=self.silence,
            change_once=self.change_once,
            proxy_cap=self.proxy_cap,
            parking_in=frozenset(self.parking_in),
            approvals=approvals,
            disclosure=self.disclosure,
            election_disclosure=self.election_disclosure,
            clauses=dict(self.clauses),
        )

    @classmethod
    def of(cls, terms: VoteTerms) -> Terms:
        """Return what is shown of the settings."""
        return cls(
            notice_days=terms.notice_days,
            objection_days=terms.objection_days,
            silence=terms.silence,
            change_once=terms.change_once,
            proxy_cap=terms.proxy_cap,
            parking_in=tuple(sorted(terms.parking_in)),
            approvals=tuple(
                Approval(matter, share.numerator, share.denominator, share.included)
                for matter, share in sorted(terms.approvals.items())
            ),
            disclosure=terms.disclosure,
            election_disclosure=terms.election_disclosure,
            clauses=dict(terms.clauses),
        )


class TextGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole text; rules of procedure also carry ``terms`` (the law's defaults where left out), a covenant none."""

    title: Title
    clauses: Annotated[tuple[ClauseText, ...], msgspec.Meta(min_length=1, max_length=200)]
    terms: Terms | None = None

    def content(self, kind: DocumentKind) -> Content:
        """Return it as the house speaks of it, or raise MatterTwice."""
        clauses = tuple(Clause(one.number, one.text, one.title) for one in self.clauses)
        terms = None if self.terms is None else self.terms.terms()
        if terms is None and kind is DocumentKind.RULES:
            terms = VoteTerms()
        return Content(self.title, clauses, terms)

    @classmethod
    def of(cls, content: Content) -> TextGiven:
        """Return a text to start from."""
        clauses = tuple(ClauseText(one.number, one.text, one.title) for one in content.clauses)
        return cls(content.title, clauses, None if content.terms is None else Terms.of(content.terms))


class NewDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft of one kind."""

    kind: DocumentKind
    text: TextGiven


class EditDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole text anew; ``version`` is that of the draft the writer saw."""

    version: Version
    text: TextGiven


class WithdrawDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a draft is not pursued."""

    reason: Reason


class AdoptDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which decision the owners adopted the text, with photos of the signed paper where there is one."""

    decision_id: Id
    photo_ids: Photos = ()


class ConfirmDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day it was adopted on paper, with photos of that paper."""

    adopted_on: date
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=20)]


class SampleQuery(msgspec.Struct, frozen=True):
    """Of which kind a model text is wanted."""

    kind: DocumentKind


class DocumentLine(msgspec.Struct, frozen=True):
    """One version in a list; ``number`` counts adopted versions of its kind."""

    id: str
    estate_id: str
    kind: DocumentKind
    kind_label: str
    title: str
    state: DocumentState
    state_label: str
    drafted_at: datetime
    edited_at: datetime
    version: int
    number: int | None = None
    adopted_on: date | None = None
    decision_id: str | None = None
    superseded_at: datetime | None = None

    @classmethod
    def of(cls, document: Document) -> DocumentLine:
        """Return the line of a document."""
        adoption = document.adoption
        return cls(
            id=document.id,
            estate_id=document.estate_id,
            kind=document.kind,
            kind_label=KIND_LABELS[document.kind],
            title=document.content.title,
            state=document.state,
            state_label=STATE_LABELS[document.state],
            drafted_at=document.drafted.at,
            edited_at=document.edited_at,
            version=document.version,
            number=document.number,
            adopted_on=None if adoption is None else adoption.on,
            decision_id=None if adoption is None else adoption.decision_id,
            superseded_at=document.superseded_at,
        )


class DocumentShown(msgspec.Struct, frozen=True):
    """One version in full; ``adopted_by`` is who put it in force, ``photos`` are of the signed paper."""

    document: DocumentLine
    clauses: tuple[ClauseText, ...]
    drafted_by: str
    terms: Terms | None = None
    adopted_by: str | None = None
    withdrawn_reason: str | None = None
    photos: list[PhotoShown] = []

    @classmethod
    def of(cls, document: Document, photos: list[PhotoShown]) -> DocumentShown:
        """Return what is shown of a document."""
        text = TextGiven.of(document.content)
        return cls(
            document=DocumentLine.of(document),
            clauses=text.clauses,
            drafted_by=document.drafted.name,
            terms=text.terms,
            adopted_by=None if document.adoption is None else document.adoption.hand.name,
            withdrawn_reason=document.withdrawn_reason,
            photos=photos,
        )


class TermsShown(msgspec.Struct, frozen=True):
    """What holds for votes of the estate today; ``bases`` cites the clause of each setting that is written down.

    Without ``document_id`` the estate has no rules of procedure here, and the law alone holds.
    """

    terms: Terms
    bases: dict[str, str]
    number: int
    document_id: str | None = None

    @classmethod
    def of(cls, found: InForce) -> TermsShown:
        """Return what is shown of the terms in force."""
        return cls(Terms.of(found.terms), found.bases(), found.number, found.document_id)


class RulesInForce(msgspec.Struct, frozen=True):
    """What is in force at the estate."""

    voting: TermsShown
    covenant: DocumentShown | None = None
    rules: DocumentShown | None = None
