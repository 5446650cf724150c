"""What an estate sets for its consultations, by those who convene them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.consultation.refusals import SettingsMoved
from miniprogram_api.consultation.settings import Settings
from miniprogram_api.consultation.store import SETTINGS
from miniprogram_api.consultation.topic import may_convene
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.kernel.access import Principal, Territory


class ConsultationSettings:
    """The settings of all estates."""

    def __init__(self, store: ConsultationStore) -> None:
        self._store = store

    def settings_of(self, estate_id: str) -> Settings:
        """Return what an estate has set; our defaults while it has not."""
        return self._store.find_settings(estate_id) or Settings(estate_id)

    def set_settings(self, principal: Principal, territory: Territory, wanted: Settings, now: datetime) -> Settings:
        """Set them for topics proposed, and results published, from now on; the person becomes their owner.

        Raises:
            CompanyDoesNotConvene: only committee and community set them.
            SettingsMoved: somebody else set them at the same moment.
        """
        may_convene(principal.roles_in(territory))
        wanted = replace(wanted, set_by=principal.display_name)
        before = self._store.find_settings(wanted.estate_id)
        act = Transaction(principal.account_id, "set_consultation_settings", now)
        if before is None:
            act.add(SETTINGS, wanted, otherwise=SettingsMoved)
        else:
            wanted = act.change(SETTINGS, before, replace(wanted, version=before.version), otherwise=SettingsMoved)
        self._store.commit(act)
        return wanted
