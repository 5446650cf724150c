"""What is sent and shown of requests to spend, limits, the maintenance fund, income contracts and questions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.funds.ledger import AccountKind
from miniprogram_api.funds.schemas.ledger import Fen, Id, Ids, MarkShown, PhotoIds, Text
from miniprogram_api.funds.spending import SPEND_LABELS, Limit, Purse, SpendState, Wanted
from miniprogram_api.funds.year_end import YearEndState
from miniprogram_api.kernel.photo import PhotoShown

if TYPE_CHECKING:
    from miniprogram_api.funds.spending import Spending, Used
    from miniprogram_api.funds.year_end import YearEnd


class NewSpending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What money is asked for; ``building_ids`` and ``room_ids`` are concerned by a use of the maintenance fund."""

    place_id: Id
    purpose: AccountKind
    item: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    fen: Fen
    reason: Text
    quote: Text
    facility_id: Id | None = None
    building_ids: Ids = ()
    room_ids: Ids = ()
    quote_photo_ids: PhotoIds = ()

    def wanted(self) -> Wanted:
        """Return it as the house speaks of it."""
        return Wanted(
            self.place_id,
            self.purpose,
            self.item,
            self.fen,
            self.reason,
            self.quote,
            self.facility_id,
            self.building_ids,
            self.room_ids,
            self.quote_photo_ids,
        )


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The decision that covers the request: the owners' where the amount passes their authority."""

    decision_id: Id | None = None


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day the money left."""

    on: date


class Vouchers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The photos of invoice and transfer."""

    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]


class SpendingPhotos(msgspec.Struct, frozen=True):
    """What lies beside a request: what was offered, and what was paid."""

    quotes: list[PhotoShown]
    vouchers: list[PhotoShown]


class SpendingShown(msgspec.Struct, frozen=True):
    """One request to spend, in fen."""

    id: str
    state: SpendState
    state_label: str
    place_id: str
    purpose: AccountKind
    item: str
    fen: int
    reason: str
    quote: str
    asked: MarkShown
    decided: MarkShown | None = None
    basis: str = ""
    within_limit: bool = False
    decision_id: str | None = None
    authority_id: str | None = None
    refusal: str | None = None
    paid: MarkShown | None = None
    paid_on: date | None = None
    posting_id: str | None = None
    voucher_photo_ids: list[str] = []

    @classmethod
    def of(cls, request: Spending) -> SpendingShown:
        """Return it as it is shown."""
        wanted = request.wanted
        return cls(
            id=request.id,
            state=request.state,
            state_label=SPEND_LABELS[request.state],
            place_id=wanted.place_id,
            purpose=wanted.purpose,
            item=wanted.item,
            fen=wanted.fen,
            reason=wanted.reason,
            quote=wanted.quote,
            asked=MarkShown(request.asked.by_name, request.asked.at),
            decided=MarkShown.of(request.decided),
            basis=request.basis,
            within_limit=request.within_limit,
            decision_id=request.decision_id,
            authority_id=request.authority_id,
            refusal=request.reason,
            paid=MarkShown.of(request.paid),
            paid_on=request.paid_on,
            posting_id=request.posting_id,
            voucher_photo_ids=list(request.voucher_photo_ids),
        )


class NewLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to how much the committee decides alone, in fen, until when, and where owners gave it.

    Either ``decision_id`` names their registered decision, or ``source`` the document from before the register.
    """

    purse: Purse
    per_item_fen: Fen
    per_year_fen: Fen
    valid_from: date
    valid_until: date
    decision_id: Id | None = None
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def limit(self, estate_id: str, by: str) -> Limit:
        """Return it as the house speaks of it."""
        return Limit(
            estate_id,
            self.purse,
            self.per_item_fen,
            self.per_year_fen,
            self.valid_from,
            self.valid_until,
            self.source,
            by,
            self.decision_id,
        )


class LimitShown(msgspec.Struct, frozen=True):
    """One limit with what is used of it this year, in fen."""

    purse: Purse
    per_item_fen: int
    per_year_fen: int
    used_fen: int
    valid_from: date
    valid_until: date
    source: str
    decision_id: str | None = None

    @classmethod
    def of(cls, limit: Limit, used: Used) -> LimitShown:
        """Return it as it is shown."""
        return cls(
            limit.purse,
            limit.per_item_fen,
            limit.per_year_fen,
            used.fen,
            limit.valid_from,
            limit.valid_until,
            limit.source,
            limit.decision_id,
        )


class LimitsShown(msgspec.Struct, frozen=True):
    """What the owners of an estate authorised."""

    items: list[LimitShown]


class NewYearEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which share (in 0.01 %) of which year's surplus is moved, by which vote, from which account to which."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    share: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    source: Text
    from_id: Id
    to_id: Id


class YearEndDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the transfer of a year is agreed to."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    agree: bool


class YearEndShown(msgspec.Struct, frozen=True):
    """The transfer of one year, in fen."""

    year: int
    state: YearEndState
    share: int
    source: str
    surplus_fen: int
    fen: int
    proposed: MarkShown
    decided: MarkShown | None = None
    posting_id: str | None = None

    @classmethod
    def of(cls, one: YearEnd) -> YearEndShown:
        """Return it as it is shown."""
        proposed = MarkShown(one.proposed.by_name, one.proposed.at)
        decided = MarkShown.of(one.decided)
        return cls(
            one.year, one.state, one.share, one.source, one.surplus_fen, one.fen, proposed, decided, one.posting_id
        )
