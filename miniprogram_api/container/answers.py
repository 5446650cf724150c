"""How one room or the edge is answered by another: the small bridges that only the composition root may build."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from miniprogram_api.edge.guards import Place
from miniprogram_api.kernel.notice import NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.ballots.report import Report
    from miniprogram_api.cards.batches import PrintedCard
    from miniprogram_api.container.house import HouseRooms
    from miniprogram_api.funds.sheet import Sheet
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.notice import Recipient
    from miniprogram_api.photos.rules import SafePhoto
    from miniprogram_api.receipts.printed import PrintedReceipt
    from miniprogram_api.receipts.statement import PrintedStatement


class AddressBook:
    """Answers messaging from identity: who stands behind a recipient, and where WeChat reaches them."""

    def __init__(self, container: HouseRooms) -> None:
        self._container = container

    def accounts_of(self, to: Recipient) -> list[str]:
        """Return the accounts a notice goes to."""
        if to.account_id is not None:
            return [to.account_id]
        if to.estate_id is not None and to.room_id is not None:
            return self._container.households.people_of_room(to.estate_id, to.room_id)
        held = self._container.appointments.people_at(estate_id=to.estate_id, unit_id=to.unit_id, roles=to.roles)
        return sorted({one.account_id for one in held})

    def wants(self, account_id: str, kind: NoticeKind) -> bool:
        """Say whether the person wants such notices; only fee reminders can be refused (FEE-11)."""
        return kind is not NoticeKind.FEE_REMINDER or self._container.wants_fee_reminders(account_id)

    def openid_of(self, account_id: str) -> str | None:
        """Return the person's WeChat id, or None when the account is gone."""
        return self._container.identity.openid_of(account_id)

    def person_of(self, account_id: str) -> tuple[str, str | None]:
        """Return the name that others read and the proved number; both empty when the account is gone."""
        account = self._container.identity.find_accounts([account_id]).get(account_id)
        if account is None:
            return "", None
        phone = None if account.phone is None else self._container.sealer.open(account.phone, "phone")
        return account.display_name, phone


class SymbolPress:
    """Answers the patrols from the imaging adapter."""

    def symbol(self, text: str) -> bytes:
        """Return the QR symbol of a text as a PNG file."""
        from miniprogram_api.imaging.qr import qr_image

        return qr_image(text)


class Darkroom:
    """Answers the photos from the imaging adapter, which is loaded with the first file."""

    def make_safe(self, data: bytes) -> SafePhoto:
        """Return the photo upright, bounded and without metadata, or raise PhotoUnusable with the reason."""
        from miniprogram_api.imaging.errors import ImagingProblem
        from miniprogram_api.imaging.photo import PhotoLimits, process_photo
        from miniprogram_api.photos.rules import PhotoUnusable, SafePhoto

        try:
            made = process_photo(data, limits=PhotoLimits())
        except ImagingProblem as problem:
            raise PhotoUnusable(problem.message) from None
        return SafePhoto(made.full.jpeg, made.medium.jpeg, made.small.jpeg, made.full.width, made.full.height)


class CardPress:
    """Prints cards with the imaging adapter, which is loaded when something is printed."""

    def picture(self, card: PrintedCard) -> bytes:
        """Return one card as PNG; CardUnprintable says why there is none."""
        return self._print([card])

    def sheet(self, cards: list[PrintedCard]) -> bytes:
        """Return cards on A4 pages as PDF; CardUnprintable says why there is none."""
        return self._print(cards, sheet=True)

    def _print(self, cards: list[PrintedCard], *, sheet: bool = False) -> bytes:
        from dataclasses import asdict

        from miniprogram_api.cards.batches import CardUnprintable
        from miniprogram_api.imaging.card import CardFace, render_card
        from miniprogram_api.imaging.errors import ImagingProblem
        from miniprogram_api.imaging.sheet import render_sheet

        faces = [CardFace(**asdict(card)) for card in cards]
        try:
            return render_sheet(faces) if sheet else render_card(faces[0])
        except ImagingProblem as problem:
            raise CardUnprintable(problem.message, reason=problem.code) from problem


class OfficePress:
    """Prints receipts and statements with the imaging adapter, which is loaded when something is printed."""

    def receipt_png(self, receipt: PrintedReceipt) -> bytes:
        """Return a receipt as a picture; PaperUnprintable says why there is none."""
        from miniprogram_api.imaging.receipt import ReceiptFace, render_receipt

        return self._print(lambda: render_receipt(ReceiptFace(**_fields(receipt))))

    def receipt_pdf(self, receipt: PrintedReceipt) -> bytes:
        """Return a receipt as a page; PaperUnprintable says why there is none."""
        from miniprogram_api.imaging.receipt import ReceiptFace, render_receipt_pdf

        return self._print(lambda: render_receipt_pdf(ReceiptFace(**_fields(receipt))))

    def statement_pdf(self, made: PrintedStatement) -> bytes:
        """Return a statement as pages; PaperUnprintable says why there is none."""
        from miniprogram_api.imaging.room_statement import StatementFace, render_statement

        return self._print(lambda: render_statement(StatementFace(**_fields(made))))

    def _print(self, render: Callable[[], bytes]) -> bytes:
        from miniprogram_api.imaging.errors import MissingGlyphs
        from miniprogram_api.receipts.printed import PaperUnprintable

        try:
            return render()
        except MissingGlyphs as problem:
            characters = "、".join(sorted(problem.characters)[:10])
            raise PaperUnprintable(f"这些字打印不出来：{characters}。请更正后再打印。") from problem


class BoardPress:
    """Prints the sheet for the notice board with the imaging adapter, which is loaded when something is printed."""

    def print_sheet(self, sheet: Sheet) -> bytes:
        """Return it as PDF; SheetUnprintable says why there is none."""
        from miniprogram_api.funds.sheet import SheetUnprintable
        from miniprogram_api.imaging.board_sheet import BoardSheet, render_board_sheet
        from miniprogram_api.imaging.errors import MissingGlyphs

        try:
            return render_board_sheet(BoardSheet(**_fields(sheet)))
        except MissingGlyphs as problem:
            raise SheetUnprintable from problem


class BallotPress:
    """Prints result reports of ballots with the imaging adapter, which is loaded when something is printed."""

    def report_pdf(self, report: Report) -> bytes:
        """Return a report as A4 pages; a character that cannot be drawn has its stand-in."""
        from miniprogram_api.imaging.ballot_report import ReportFace, render_report

        sections = tuple((one.heading, tuple((line.label, line.text) for line in one.lines)) for one in report.sections)
        return render_report(ReportFace(**{**_fields(report), "sections": sections}))


def _fields(thing: PrintedReceipt | PrintedStatement | Sheet | Report) -> dict[str, Any]:
    """Return the fields of a frozen dataclass as they are, which its twin in the imaging adapter takes."""
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


class Gate:
    """Answers the edge from the rooms that know: people from identity, places from estates."""

    def __init__(self, container: HouseRooms) -> None:
        self._container = container

    def principal(self, token: str) -> Principal:
        """Return the person a session token stands for."""
        return self._container.identity.principal(token, self._container.clock())

    def territory(self, place: Place, identity: str) -> Territory:
        """Return the territory that an estate, unit or company id names."""
        estates = self._container.estates
        match place:
            case Place.ESTATE:
                return estates.get_estate(identity).territory
            case Place.UNIT:
                return estates.get_unit(identity).territory
            case Place.COMPANY:
                return estates.get_company(identity).territory
