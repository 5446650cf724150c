"""Keep third-party appraisals, start a price talk from one, and have people told when its review is due (FEE-09)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.appraisal import Appraisal, AppraisalKeyReused, AppraisalUnknown
from miniprogram_api.prices.store import APPRAISAL
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.prices.appraisal import Findings
    from miniprogram_api.prices.store import TalkStore


class Appraisals:
    """The appraisals of all estates."""

    def __init__(self, store: TalkStore, estates: Estates, photos: Photos) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos

    def enter(self, principal: Principal, estate_id: str, findings: Findings, key: str, now: datetime) -> Appraisal:
        """Enter what a third party found.

        Raises:
            AppraisalKeyReused: the key came before with different content.
            PhotoNotYours: a photo of the report cannot be used.
        """
        by, estate = principal.account_id, self._estates.get_estate(estate_id)
        appraisal_id = derived_id("appr", by, estate_id, "enter_appraisal", key)
        entered = Appraisal(appraisal_id, estate_id, estate.name, estate.community_id, findings, by, now)
        act = Transaction(by, "enter_appraisal", now)
        act.add(APPRAISAL, entered, otherwise=AppraisalKeyReused)
        self._photos.attach(act, estate_id, findings.photo_ids, entered.id, "appraisal")
        try:
            self._store.commit(act)
        except AppraisalKeyReused:
            there = self.access_appraisal_by_id(estate_id, appraisal_id)
            if there.findings != findings:
                raise
            return there
        return entered

    def access_appraisal_by_id(self, estate_id: str, appraisal_id: str) -> Appraisal:
        """Return an appraisal of the estate, or raise AppraisalUnknown."""
        appraisal = self._store.find_appraisal(estate_id, appraisal_id)
        if appraisal is None:
            raise AppraisalUnknown
        return appraisal

    def list_appraisals(self, estate_id: str, limit: int, cursor: str | None) -> Page[Appraisal]:
        """List the appraisals of an estate."""
        return self._store.list_appraisals(estate_id, limit, cursor)

    def photos_of(self, appraisal: Appraisal) -> list[PhotoShown]:
        """Return what is shown of the report."""
        return self._photos.show(appraisal.estate_id, appraisal.findings.photo_ids)

    def sweep(self, now: datetime) -> int:
        """Mark the appraisals whose review is due, so that their people are told once; return how many."""
        done = 0
        for appraisal in self._store.appraisals_due(date_of(now)):
            act = Transaction("system", "tell_appraisal_review", now)
            act.change(APPRAISAL, appraisal, replace(appraisal, review_told=True))
            with suppress(Conflict):  # another run told of it
                self._store.commit(act)
                done += 1
        return done
