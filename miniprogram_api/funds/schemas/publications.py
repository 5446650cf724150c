"""What is sent and shown of published months, the proof of the board, and who is late."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.funds.ledger import ACCOUNT_LABELS, AccountKind
from miniprogram_api.funds.publication import percent
from miniprogram_api.funds.schemas.ledger import Id
from miniprogram_api.kernel.photo import PhotoShown

if TYPE_CHECKING:
    from miniprogram_api.funds.publication import Board, Disclosed, Publication, PublishedLine, PurposeTotal


class BoardProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The photos of the notice board, and for how long the sheet hangs there."""

    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
    shown_from: date
    shown_until: date


class TotalShown(msgspec.Struct, frozen=True):
    """What a purpose had, gained, spent and has, in fen."""

    purpose: AccountKind
    label: str
    opening: int
    income: int
    expense: int
    closing: int

    @classmethod
    def of(cls, total: PurposeTotal) -> TotalShown:
        """Return it as it is shown."""
        label = ACCOUNT_LABELS[total.purpose]
        return cls(total.purpose, label, total.opening, total.income, total.expense, total.closing)


class PublishedLineShown(msgspec.Struct, frozen=True):
    """One published line; ``fen`` plus is income, minus expense."""

    number: int
    purpose: AccountKind
    item: str
    label: str
    summary: str
    fen: int
    on: date | None = None

    @classmethod
    def of(cls, line: PublishedLine) -> PublishedLineShown:
        """Return it as it is shown."""
        return cls(line.number, line.purpose, line.item, line.label, line.summary, line.fen, line.on)


class BoardShown(msgspec.Struct, frozen=True):
    """The proof of the notice board."""

    shown_from: date
    shown_until: date
    photos: list[PhotoShown]

    @classmethod
    def of(cls, board: Board | None, photos: list[PhotoShown]) -> BoardShown | None:
        """Return it as it is shown, or None before it hung."""
        return None if board is None else cls(board.shown_from, board.shown_until, photos)


class PublicationShown(msgspec.Struct, frozen=True):
    """A month as owners read it; tenants read the totals, and ``lines`` is empty."""

    month: str
    published_at: datetime
    by_name: str
    totals: list[TotalShown]
    lines: list[PublishedLineShown] = []
    board: BoardShown | None = None

    @classmethod
    def of(cls, publication: Publication, photos: list[PhotoShown], *, summary_only: bool) -> PublicationShown:
        """Return it as it is shown to owners, or its summary."""
        return cls(
            month=publication.period,
            published_at=publication.published_at,
            by_name=publication.by_name,
            totals=[TotalShown.of(total) for total in publication.totals],
            lines=[] if summary_only else [PublishedLineShown.of(line) for line in publication.lines],
            board=BoardShown.of(publication.board, photos),
        )


class PublicationLine(msgspec.Struct, frozen=True):
    """One published month in a list."""

    month: str
    published_at: datetime
    totals: list[TotalShown]
    on_board: bool

    @classmethod
    def of(cls, publication: Publication) -> PublicationLine:
        """Return its line."""
        totals = [TotalShown.of(total) for total in publication.totals]
        return cls(publication.period, publication.published_at, totals, publication.board is not None)


class ItemOfYear(msgspec.Struct, frozen=True):
    """What one item came to in a year, in fen: plus income, minus expense."""

    label: str
    fen: int


class YearShown(msgspec.Struct, frozen=True):
    """A year: its published months for the bars, and what each item came to; tenants read the bars only."""

    year: int
    months: list[PublicationLine]
    items: list[ItemOfYear]

    @classmethod
    def of(cls, year: int, publications: list[Publication], *, summary_only: bool) -> YearShown:
        """Return it as it is shown."""
        sums: dict[str, int] = {}
        for line in (line for one in publications for line in one.lines):
            sums[line.label] = sums.get(line.label, 0) + line.fen
        items = [] if summary_only else [ItemOfYear(label, fen) for label, fen in sorted(sums.items())]
        return cls(year, [PublicationLine.of(one) for one in publications], items)


class YearQuery(msgspec.Struct, frozen=True):
    """Which year."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class DisclosureQuery(msgspec.Struct, frozen=True):
    """Of which month."""

    month: Annotated[str, msgspec.Meta(min_length=7, max_length=7)]


class ProjectShown(msgspec.Struct, frozen=True):
    """One project that has not disclosed the month in full."""

    estate_id: str
    estate_name: str
    published: bool


class DisclosureShown(msgspec.Struct, frozen=True):
    """How many projects below a unit disclosed a month, in the app and on the board; rates in percent (FND-02)."""

    month: str
    projects: int
    published: int
    complete: int
    published_percent: str
    complete_percent: str
    late: list[ProjectShown]

    @classmethod
    def of(cls, month: str, projects: list[Disclosed]) -> DisclosureShown:
        """Return it as it is shown."""
        out, full = sum(one.published for one in projects), sum(one.complete for one in projects)
        late = [ProjectShown(one.estate_id, one.estate_name, one.published) for one in projects if not one.complete]
        whole = len(projects)
        return cls(month, whole, out, full, percent(out, whole), percent(full, whole), late)
