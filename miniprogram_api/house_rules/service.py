"""Draft, adopt and read the rules of an estate (VOT-17)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.house_rules.document import (
    MATTER_OF,
    Adoption,
    Content,
    DecisionUse,
    Document,
    DocumentKind,
    Hand,
    Head,
    InForce,
    follows,
    in_force,
)
from miniprogram_api.house_rules.refusals import (
    AdoptedMeanwhile,
    AdoptionOutOfOrder,
    DecisionUsed,
    DocumentChanged,
    DocumentUnknown,
    DraftKeyReused,
)
from miniprogram_api.house_rules.sample import sample
from miniprogram_api.house_rules.store import DECISION_USE, DOCUMENT, HEAD
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Set
    from datetime import date, datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.house_rules.store import HouseRuleStore
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.matter import Matter
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos


class Decided(Protocol):
    """What is asked of a decision of the owners."""

    @property
    def decided_on(self) -> date:
        """The day on which they decided."""
        ...

    def require_about(self, building_ids: Set[str], /) -> None:
        """Make sure that it is about these buildings (none: all of the estate)."""
        ...


class OwnersDecisions(Protocol):
    """The decisions of the owners."""

    def require_in_force(
        self, act: Transaction, estate_id: str, decision_id: str, matters: Collection[Matter]
    ) -> Decided:
        """Let the act happen only while the decision about one of the matters is in force, and return it.

        Raises:
            Problem: there is none, it is about something else, or it is not in force.
        """
        ...


class HouseRules:
    """Covenants and rules of procedure of all estates."""

    def __init__(self, store: HouseRuleStore, estates: Estates, photos: Photos, decisions: OwnersDecisions) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos
        self._decisions = decisions

    # Reading

    def terms_on(self, estate_id: str) -> InForce:
        """Return what the estate's rules say about voting now, with the clauses; the law's defaults without any."""
        return in_force(self.find_in_force(estate_id, DocumentKind.RULES))

    def find_in_force(self, estate_id: str, kind: DocumentKind) -> Document | None:
        """Return the version of a kind that is in force, or None before the first."""
        head = self._store.find_head(estate_id, kind)
        return None if head is None else self._store.find_document(estate_id, head.document_id)

    def access_document_by_id(
        self, principal: Principal, territory: Territory, estate_id: str, document_id: str
    ) -> Document:
        """Return a document of the estate that the person may read, or raise DocumentUnknown."""
        document = self._get(estate_id, document_id)
        if not (document.is_public or reads_drafts(principal, territory)):
            raise DocumentUnknown
        return document

    def list_documents(
        self, principal: Principal, territory: Territory, estate_id: str, limit: int, cursor: str | None
    ) -> Page[Document]:
        """List every document for those who write or confirm drafts, adopted versions for everybody else."""
        lists = self._store.list_documents if reads_drafts(principal, territory) else self._store.list_adopted
        return lists(estate_id, limit, cursor)

    def photos_of(self, document: Document) -> list[PhotoShown]:
        """Return what is shown of the signed paper."""
        photo_ids = () if document.adoption is None else document.adoption.photo_ids
        return self._photos.show(document.estate_id, photo_ids)

    def sample(self, estate_id: str, kind: DocumentKind) -> Content:
        """Return a model text to start a draft from, marked as one."""
        return sample(kind, self._estates.get_estate(estate_id).name)

    # Drafting

    def draft(
        self, principal: Principal, estate_id: str, kind: DocumentKind, content: Content, key: str, now: datetime
    ) -> Document:
        """Begin a draft.

        Raises:
            DraftKeyReused: the key came before with another text.
            Invalid: see ``Content.check``.
        """
        by = principal.account_id
        content.check(kind)
        document_id = derived_id("hrule", by, estate_id, "draft_house_rules", key)
        hand = Hand(by, principal.display_name, now)
        document = Document(document_id, estate_id, kind, content, hand, now, (by,))
        act = Transaction(by, "draft_house_rules", now)
        act.add(DOCUMENT, document, otherwise=DraftKeyReused)
        try:
            self._store.commit(act)
        except DraftKeyReused:
            there = self._get(estate_id, document_id)
            if (there.kind, there.content) != (kind, content) and there.version == 0:
                raise
            return there
        return document

    def edit(
        self, principal: Principal, estate_id: str, document_id: str, version: int, content: Content, now: datetime
    ) -> Document:
        """Replace the text of a draft that the writer saw in that version; sent twice, it is written once.

        Raises:
            DocumentUnknown, IllegalTransition: there is none, or it is no draft any more.
            DocumentChanged: somebody else changed it.
            Invalid: see ``Content.check``.
        """
        before, by = self._get(estate_id, document_id), principal.account_id
        after = before.edited(content, by, now)
        if before.version == version + 1 and before.content == content and by in before.authors:
            return before
        if before.version != version:
            raise DocumentChanged
        return self._write(Transaction(by, "edit_house_rules", now), before, after)

    def withdraw(self, principal: Principal, estate_id: str, document_id: str, reason: str, now: datetime) -> Document:
        """Withdraw a draft, with the reason; it stays as a record for those who write drafts."""
        before, by = self._get(estate_id, document_id), principal.account_id
        if (before.withdrawn_by, before.withdrawn_reason) == (by, reason):
            return before
        return self._write(Transaction(by, "withdraw_house_rules", now), before, before.withdrawn(reason, by))

    # Adopting

    def adopt(
        self,
        principal: Principal,
        estate_id: str,
        document_id: str,
        decision_id: str,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> Document:
        """Put a draft in force that the owners decided on; the version before is superseded in the same act (VOT-17).

        Raises:
            Problem: the decision carries no such text, see ``OwnersDecisions.require_in_force``.
            DecisionUsed: it adopted another text.
            AdoptionOutOfOrder, AdoptedMeanwhile, DocumentChanged, PhotoNotYours: see there.
            TextNewerThanVote, StillSample, IllegalTransition: see ``Document.adopted``.
        """
        before, by = self._get(estate_id, document_id), principal.account_id
        if before.adoption is not None and before.adoption.is_act(by, decision_id, None, photo_ids):
            return before
        act = Transaction(by, "adopt_house_rules", now)
        decision = self._decisions.require_in_force(act, estate_id, decision_id, (MATTER_OF[before.kind],))
        decision.require_about(frozenset())
        use = self._store.find_decision_use(estate_id, decision_id)
        if use is not None and use.document_id != document_id:
            raise DecisionUsed
        hand = Hand(by, principal.display_name, now)
        act.add(DECISION_USE, DecisionUse(estate_id, decision_id, document_id), otherwise=DecisionUsed)
        return self._take_effect(act, before, Adoption(decision.decided_on, hand, decision_id, photo_ids))

    def confirm(
        self,
        principal: Principal,
        estate_id: str,
        document_id: str,
        adopted_on: date,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> Document:
        """Confirm, as somebody who did not write it, that a text was adopted on paper before the estate voted here.

        Raises:
            SamePersonRefused, PaperDayWrong, StillSample, InputMissing, IllegalTransition: see ``Document.adopted``.
            AdoptionOutOfOrder, AdoptedMeanwhile, DocumentChanged, PhotoNotYours: see there.
        """
        before, by = self._get(estate_id, document_id), principal.account_id
        if before.adoption is not None and before.adoption.is_act(by, None, adopted_on, photo_ids):
            return before
        hand = Hand(by, principal.display_name, now)
        act = Transaction(by, "confirm_house_rules", now)
        return self._take_effect(act, before, Adoption(adopted_on, hand, None, photo_ids))

    def _take_effect(self, act: Transaction, before: Document, adoption: Adoption) -> Document:
        """Write in one act: the version with its number, what is in force, and the end of the version before."""
        head = self._store.find_head(before.estate_id, before.kind)
        number = 1 if head is None else head.number + 1
        after = before.adopted(adoption, number)
        if not follows(head, adoption):
            raise AdoptionOutOfOrder
        after = act.change(DOCUMENT, before, after, otherwise=DocumentChanged)
        coming = Head(after.estate_id, after.kind, after.id, number, adoption.on, adoption.decision_id)
        if head is None:
            act.add(HEAD, coming, otherwise=AdoptedMeanwhile)
        else:
            act.change(HEAD, head, replace(coming, version=head.version), otherwise=AdoptedMeanwhile)
            replaced = self._get(head.estate_id, head.document_id)
            act.change(DOCUMENT, replaced, replaced.superseded(act.at), otherwise=AdoptedMeanwhile)
        self._photos.attach(act, after.estate_id, adoption.photo_ids, after.id, "house_rules")
        return self._commit_once(act, after)

    def _write(self, act: Transaction, before: Document, after: Document) -> Document:
        after = act.change(DOCUMENT, before, after, otherwise=DocumentChanged)
        return self._commit_once(act, after)

    def _commit_once(self, act: Transaction, after: Document) -> Document:
        """Commit, or find that the very same act was done by a request that overtook this one."""
        try:
            self._store.commit(act)
        except Problem:
            there = self._store.find_document(after.estate_id, after.id)
            if there is None or _without_time(there) != _without_time(after):
                raise
            return there
        return after

    def _get(self, estate_id: str, document_id: str) -> Document:
        document = self._store.find_document(estate_id, document_id)
        if document is None:
            raise DocumentUnknown
        return document


def reads_drafts(principal: Principal, territory: Territory) -> bool:
    """Say whether somebody reads drafts: who writes or confirms them does."""
    return any(
        principal.may(permission, territory)
        for permission in (Permission.HOUSE_RULES_EDIT, Permission.HOUSE_RULES_CONFIRM)
    )


def _without_time(document: Document) -> Document:
    """Return a document without the instants of its last act, which differ between two tries of one act."""
    adoption = document.adoption
    timeless = None if adoption is None else replace(adoption, hand=replace(adoption.hand, at=document.drafted.at))
    return replace(document, edited_at=document.drafted.at, adoption=timeless)
