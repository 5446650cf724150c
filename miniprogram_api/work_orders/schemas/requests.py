"""What people send."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.work_orders.category import Category
from miniprogram_api.work_orders.effects import Given
from miniprogram_api.work_orders.loop import StepName
from miniprogram_api.work_orders.opening import Opening
from miniprogram_api.work_orders.rules import (
    FeedbackKind,
    OrderKind,
    Payer,
    ServiceScope,
    Source,
    Urgency,
)
from miniprogram_api.work_orders.vendor import Price, Vendor

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_.~-]+$")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[0-9a-z_]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Note = Annotated[str, msgspec.Meta(max_length=500)]
Phone = Annotated[str, msgspec.Meta(min_length=5, max_length=20, pattern=r"^\+?[0-9-]+$")]
PhotoIds = Annotated[list[Id], msgspec.Meta(max_length=9)]
Mark = Annotated[int, msgspec.Meta(ge=1, le=5)]
Minutes = Annotated[int, msgspec.Meta(ge=5, le=60 * 24 * 90)]


class PlaceNamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is. ``label`` is the name the registers use: a room's label, a building's name with its entrance."""

    kind: PlaceKind
    label: Label
    building_id: Id | None = None
    entrance: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] | None = None
    room_id: Id | None = None
    facility_id: Id | None = None

    def place(self) -> PlaceInEstate:
        """Return the place."""
        return PlaceInEstate(self.kind, self.label, self.building_id, self.entrance, self.room_id, self.facility_id)


class OpenWorkOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repair or a feedback. ``caller_name`` and ``caller_phone`` are for staff who register for somebody else."""

    kind: OrderKind
    category: Code
    place: PlaceNamed
    text: Text
    source: Source = Source.MINI_PROGRAM
    photo_ids: PhotoIds = []
    urgency: Urgency = Urgency.NORMAL
    feedback_kind: FeedbackKind | None = None
    wished_at: datetime | None = None
    contact: Phone | None = None
    card_token: Annotated[str, msgspec.Meta(min_length=8, max_length=64)] | None = None
    caller_name: Name | None = None
    caller_phone: Phone | None = None

    def opening(self) -> Opening:
        """Return what is reported."""
        return Opening(
            self.kind, self.category, self.place.place(), self.text, self.source,
            tuple(dict.fromkeys(self.photo_ids)), self.urgency, self.feedback_kind, self.wished_at, self.contact,
            self.card_token, self.caller_name, self.caller_phone,
        )  # fmt: skip


class TakeStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of the loop; the operation says which fields each step needs, and a refusal names those missing.

    ``seen_steps`` is how many steps the timeline had when the person decided: a newer one refuses theirs.
    """

    step: StepName
    note: Note = ""
    photo_ids: PhotoIds = []
    scope: ServiceScope | None = None
    scope_reason: Note = ""
    payer: Payer | None = None
    payer_reason: Note = ""
    to_account_id: Id | None = None
    vendor_id: Id | None = None
    operator: Annotated[str, msgspec.Meta(max_length=60)] = ""
    operator_contact: Annotated[str, msgspec.Meta(max_length=60)] = ""
    until_on: date | None = None
    into: Id | None = None
    category: Code | None = None
    seen_steps: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None

    def given(self) -> Given:
        """Return what was filled in."""
        return Given(
            note=self.note.strip(), photo_ids=tuple(dict.fromkeys(self.photo_ids)), scope=self.scope,
            scope_reason=self.scope_reason.strip(), payer=self.payer, payer_reason=self.payer_reason.strip(),
            to_account_id=self.to_account_id, vendor_id=self.vendor_id, operator=self.operator.strip(),
            operator_contact=self.operator_contact.strip(), until_on=self.until_on, into=self.into,
            category=self.category,
        )  # fmt: skip


class RateWorkOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Three marks from 1 to 5 and a text."""

    speed: Mark
    quality: Mark
    attitude: Mark
    text: Note = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text."""

    text: Text


class JobNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a third party's worker says and shows of a job."""

    note: Text
    photo_ids: PhotoIds = []

    def given(self) -> Given:
        """Return what was filled in."""
        return Given(note=self.note.strip(), photo_ids=tuple(dict.fromkeys(self.photo_ids)))


class SetCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Handler and limits of a category, in minutes around the clock."""

    name: Name
    accept_minutes: Minutes
    close_minutes: Minutes
    warn_minutes: Minutes
    escalate_minutes: Minutes
    handler_role: Role = Role.REPAIRER
    place: PlaceKind = PlaceKind.COMMON
    operator: Name | None = None
    in_use: bool = True

    def category(self, code: str) -> Category:
        """Return the category."""
        return Category(
            code, self.name, self.place, self.handler_role, self.accept_minutes, self.close_minutes,
            self.warn_minutes, self.escalate_minutes, self.operator, self.in_use,
        )  # fmt: skip


class PriceLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One price in fen."""

    item: Name
    unit: Annotated[str, msgspec.Meta(min_length=1, max_length=10)]
    fen: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class VendorFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A third party; its contact is a business contact."""

    name: Name
    licence_no: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    contact_name: Name
    contact_phone: Phone
    services: Annotated[list[Code], msgspec.Meta(max_length=40)] = []
    prices: Annotated[list[PriceLine], msgspec.Meta(max_length=100)] = []
    in_use: bool = True

    def vendor(self, estate_id: str, vendor_id: str = "") -> Vendor:
        """Return the third party."""
        prices = tuple(Price(line.item, line.unit, line.fen) for line in self.prices)
        return Vendor(
            vendor_id, estate_id, self.name, self.licence_no, self.contact_name, self.contact_phone, "",
            tuple(self.services), prices, self.in_use,
        )  # fmt: skip


class NumberQuery(msgspec.Struct, frozen=True):
    """The short number of an order."""

    number: Annotated[str, msgspec.Meta(min_length=6, max_length=6, pattern="^[0-9A-Za-z]+$")]


class SimilarQuery(msgspec.Struct, frozen=True):
    """What somebody is about to report."""

    category: Code
    building_id: Id | None = None
    entrance: Annotated[str, msgspec.Meta(max_length=20)] | None = None


class MonthQuery(msgspec.Struct, frozen=True):
    """A calendar month, as 2026-11."""

    month: Annotated[str, msgspec.Meta(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")]

    def first_day(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(f"{self.month}-01")
