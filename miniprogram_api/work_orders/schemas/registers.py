"""What people see of the registers around work orders: categories, figures, third parties, jobs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.work_orders.rules import (
    STATE_LABELS,
    Order,
    OrderState,
)

if TYPE_CHECKING:
    from miniprogram_api.work_orders.category import Category
    from miniprogram_api.work_orders.figures import Figures
    from miniprogram_api.work_orders.rota import Hand
    from miniprogram_api.work_orders.vendor import JobLink, Vendor


from miniprogram_api.work_orders.schemas.answers import PlaceShown


class CategoryShown(msgspec.Struct, frozen=True):
    """A category with its limits. ``settings_by`` names who set them; absent, they are the product's defaults."""

    code: str
    name: str
    place: PlaceKind
    handler_role: Role
    accept_minutes: int
    close_minutes: int
    warn_minutes: int
    escalate_minutes: int
    in_use: bool
    operator: str | None = None
    settings_by: str | None = None
    settings_at: datetime | None = None

    @classmethod
    def of(cls, category: Category) -> CategoryShown:
        """Return the category as it is shown."""
        return cls(
            category.code, category.name, category.place, category.handler_role, category.accept_minutes,
            category.close_minutes, category.warn_minutes, category.escalate_minutes, category.in_use,
            category.operator, category.settings_by, category.settings_at,
        )  # fmt: skip


class FiguresShown(msgspec.Struct, frozen=True):
    """The orders opened in a month. Shares in thousandths, marks in hundredths of a mark, both rounded down."""

    opened: int
    answered: int
    closed: int
    reopened: int
    overdue: int
    rated: int
    by_scope: dict[str, int]
    by_category: dict[str, int]
    by_source: dict[str, int]
    first_answer_minutes: int | None = None
    closed_permille: int | None = None
    satisfaction_hundredths: int | None = None

    @classmethod
    def of(cls, figures: Figures) -> FiguresShown:
        """Return the figures as they are shown."""
        return cls(
            figures.opened, figures.answered, figures.closed, figures.reopened, figures.overdue, figures.rated,
            figures.by_scope, figures.by_category, figures.by_source, figures.first_answer_minutes,
            figures.closed_permille, figures.satisfaction_hundredths,
        )  # fmt: skip


class PriceShown(msgspec.Struct, frozen=True):
    """One price in fen."""

    item: str
    unit: str
    fen: int


class VendorShown(msgspec.Struct, frozen=True):
    """A third party with its mean mark in hundredths."""

    id: str
    name: str
    licence_no: str
    contact_name: str
    contact_phone: str
    services: list[str]
    prices: list[PriceShown]
    in_use: bool
    rated: int
    rating_hundredths: int | None = None

    @classmethod
    def of(cls, vendor: Vendor) -> VendorShown:
        """Return the third party as it is shown."""
        return cls(
            vendor.id, vendor.name, vendor.licence_no, vendor.contact_name, vendor.contact_phone,
            list(vendor.services), [PriceShown(price.item, price.unit, price.fen) for price in vendor.prices],
            vendor.in_use, vendor.rated, vendor.rating_hundredths,
        )  # fmt: skip


class WorkerShown(msgspec.Struct, frozen=True):
    """Somebody who can be given an order, with how many they have in hand."""

    account_id: str
    name: str
    roles: list[Role]
    open_orders: int

    @classmethod
    def of(cls, hand: Hand) -> WorkerShown:
        """Return the person as the desk chooses among them."""
        return cls(hand.account_id, hand.name, list(hand.roles), hand.open_orders)


class JobShown(msgspec.Struct, frozen=True):
    """One job as a third party's worker sees it: what and where, no reporter."""

    estate_id: str
    number: str
    category: str
    place: PlaceShown
    text: str
    photo_ids: list[str]
    photos: list[PhotoShown]
    state: OrderState
    state_label: str
    vendor: str
    link_ends_at: datetime
    wished_at: datetime | None = None

    @classmethod
    def of(cls, link: JobLink, order: Order, photos: list[PhotoShown]) -> JobShown:
        """Return the job as its link shows it."""
        return cls(
            order.estate_id, order.number, order.category, PlaceShown.of(order.place), order.text,
            list(order.photo_ids), photos, order.state, STATE_LABELS[order.state], link.vendor_name, link.ends_at,
            order.wished_at,
        )  # fmt: skip
