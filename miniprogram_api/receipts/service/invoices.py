"""Requests for invoices, from the resident's wish to the number of the invoice, and back when money went back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from miniprogram_api.estates.credit_code import CreditCodeUnreadable, parse_credit_code
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.receipts.invoice import (
    OVER,
    InvoiceAskedBefore,
    InvoiceExport,
    InvoiceGuard,
    InvoiceKeyReused,
    InvoiceMoved,
    InvoiceRequest,
    InvoiceState,
    InvoiceTitle,
    InvoiceUnknown,
    TaxNumberUnreadable,
    TitleType,
    after_money_back,
    forgotten,
    invoiceable,
    stepped,
    tax_number_of,
)
from miniprogram_api.receipts.rules import ReceiptChanged, ReceiptState
from miniprogram_api.receipts.store import INVOICE, INVOICE_EXPORT, INVOICE_GUARD, RECEIPT, InvoiceStore
from miniprogram_api.storage import payment_keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.receipts.rules import Receipt
    from miniprogram_api.receipts.service import Receipts
    from miniprogram_api.storage.sealing import Sealer

EXPORTED_AT_ONCE = 90
"""Each request is one part of the act that marks them."""

CREDIT_CODE_LENGTH = 18
_NAME = "invoice_title"
_EMAIL = "invoice_email"


class Workbooks(Protocol):
    """Writes Excel files."""

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for: which receipts, in whose name, and where to send it; in the clear."""

    receipt_ids: tuple[str, ...]
    type: TitleType
    name: str
    tax_number: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """A request with its sealed texts readable, for who may read them."""

    request: InvoiceRequest
    name: str
    email: str | None


class Invoices:
    """The requests for invoices of all estates."""

    def __init__(self, store: InvoiceStore, receipts: Receipts, sealer: Sealer, workbooks: Workbooks) -> None:
        self._store = store
        self._receipts = receipts
        self._sealer = sealer
        self._workbooks = workbooks

    # The resident's side

    def ask(self, principal: Principal, territory: Territory, asked: Asked, key: str, now: datetime) -> OpenedRequest:
        """Ask for one invoice for receipts of the person's own rooms; the same request finds it already there.

        Raises:
            ReceiptUnknown: a receipt is not of a room of theirs.
            NotInvoiceable, InvoiceAskedBefore, TaxNumberUnreadable: see the rules.
            InvoiceKeyReused: the key came before with different content.
            ReceiptChanged: money of a receipt went back in the same moment.
        """
        tax_number = _tax_number(asked)
        receipts = [
            self._receipts.access_receipt_by_id(principal, territory, receipt_id)
            for receipt_id in dict.fromkeys(asked.receipt_ids)
        ]
        digest = self._sealer.index(repr(replace(asked, tax_number=tax_number)), "invoice_request")
        estate_id = str(territory.estate_id)
        request_id = derived_id("inv", principal.account_id, estate_id, "ask_invoice", key)
        there = self._store.find(estate_id, request_id)
        if there is not None:
            return self._opened(_same(there, digest))
        company_id, total_fen = invoiceable(receipts)
        title = InvoiceTitle(
            asked.type, self._sealer.seal(asked.name, _NAME), tax_number, self._sealed_email(asked.email)
        )
        request = InvoiceRequest(
            id=request_id,
            estate_id=estate_id,
            company_id=company_id,
            receipt_ids=tuple(receipt.id for receipt in receipts),
            room_labels=tuple(dict.fromkeys(receipt.draft.room_label for receipt in receipts)),
            total_fen=total_fen,
            title=title,
            asked_by=principal.account_id,
            asked_by_name=principal.display_name,
            asked_at=now,
            digest=digest,
        )
        return self._opened(self._add(request, receipts, now))

    def _add(self, request: InvoiceRequest, receipts: list[Receipt], now: datetime) -> InvoiceRequest:
        act = Transaction(request.asked_by, "ask_invoice", now)
        act.add(INVOICE, request, otherwise=InvoiceKeyReused)
        for receipt in receipts:
            guard = InvoiceGuard(receipt.id, request.estate_id, request.id)
            act.add(INVOICE_GUARD, guard, otherwise=InvoiceAskedBefore)
            version = receipt.version
            act.require(RECEIPT.key(receipt), otherwise=ReceiptChanged, version=version, state=ReceiptState.ISSUED)
        try:
            self._store.commit(act)
        except InvoiceKeyReused:  # the same act twice at the same moment
            there = self._store.find(request.estate_id, request.id)
            return _same(there, request.digest) if there is not None else request
        return request

    def withdraw(self, principal: Principal, estate_id: str, request_id: str, now: datetime) -> OpenedRequest:
        """Take back one's own request while nobody took it up, as ``step`` does."""
        self._own(principal, estate_id, request_id)
        return self.step(principal.account_id, estate_id, request_id, "withdraw", now)

    def list_own(self, principal: Principal, estate_id: str) -> list[OpenedRequest]:
        """Return the person's requests of an estate, newest first."""
        listed = self._store.list_account(principal.account_id)
        return [self._opened(request) for request in reversed(listed) if request.estate_id == estate_id]

    def get_own(self, principal: Principal, estate_id: str, request_id: str) -> OpenedRequest:
        """Return one of the person's own requests, or raise InvoiceUnknown."""
        return self._opened(self._own(principal, estate_id, request_id))

    def _own(self, principal: Principal, estate_id: str, request_id: str) -> InvoiceRequest:
        request = self._get(estate_id, request_id)
        if request.asked_by != principal.account_id:
            raise InvoiceUnknown
        return request

    # The company's side

    def list_requests(self, estate_id: str, waiting: bool, limit: int, cursor: str | None) -> Page[OpenedRequest]:
        """List the requests of an estate: those that wait for the company, oldest first, or all, newest first."""
        listing = self._store.list_waiting if waiting else self._store.list_estate
        return listing(estate_id, limit, cursor).map(self._opened)

    def step(self, by: str, estate_id: str, request_id: str, name: str, now: datetime, **given: str) -> OpenedRequest:
        """Take one step of a request.

        Raises:
            InvoiceUnknown: the estate has no such request.
            IllegalTransition, InputMissing: see the workflow.
            InvoiceMoved: somebody else took a step at the same moment.
        """
        before = self._get(estate_id, request_id)
        return self._opened(self._write(before, stepped(before, name, by, **given), by, f"{name}_invoice", now))

    def _write(
        self, before: InvoiceRequest, after: InvoiceRequest, by: str, verb: str, now: datetime
    ) -> InvoiceRequest:
        """Write a step; a request that is over lets go of its receipts."""
        act = Transaction(by, verb, now)
        after = act.change(INVOICE, before, after, otherwise=InvoiceMoved)
        if after.state in OVER:
            for receipt_id in before.receipt_ids:
                act.remove(payment_keys.invoice_guard(receipt_id), otherwise=InvoiceMoved)
        self._store.commit(act)
        return after

    def money_went_back(self, receipt_id: str, now: datetime) -> None:
        """Take the consequence for the request a receipt is on: it falls back, or a red invoice is due."""
        guard = self._store.find_guard(receipt_id)
        request = None if guard is None else self._store.find(guard.estate_id, guard.request_id)
        if request is None:
            return
        after = after_money_back(request)
        if after != request:
            self._write(request, after, "system", "invoice_money_back", now)

    def export(self, principal: Principal, estate_id: str, key: str, now: datetime) -> bytes:
        """Return the requests that were asked as an Excel file for the company's invoicing system, and take them up.

        At most 90 a file, the oldest first; the same act gives the same file again.

        Raises:
            InvoiceMoved: a step was taken at the same moment; trying again is right.
        """
        export_id = derived_id("invx", principal.account_id, estate_id, "export_invoices", key)
        there = self._store.find_export(estate_id, export_id)
        if there is None:
            there = self._take_up(InvoiceExport(export_id, estate_id, (), now, principal.account_id), now)
        rows = [self._row(request) for request in self._store.find_all(estate_id, there.request_ids)]
        return self._workbooks.write("开票申请", _HEADINGS, rows, _WIDTHS)

    def _take_up(self, export: InvoiceExport, now: datetime) -> InvoiceExport:
        waiting = self._store.list_waiting(export.estate_id, EXPORTED_AT_ONCE, None).items
        found = self._store.find_all(export.estate_id, [request.id for request in waiting])
        asked = [request for request in found if request.state is InvoiceState.ASKED]
        export = replace(export, request_ids=tuple(request.id for request in asked))
        act = Transaction(export.made_by, "export_invoices", now)
        act.add(INVOICE_EXPORT, export, otherwise=InvoiceMoved)
        for request in asked:
            after = stepped(request, "take", export.made_by, export_id=export.id)
            act.change(INVOICE, request, after, otherwise=InvoiceMoved)
        self._store.commit(act)
        return export

    def _row(self, request: InvoiceRequest) -> list[str | Decimal | None]:
        opened = self._opened(request)
        title = request.title
        return [
            request.id,
            "单位" if title.type is TitleType.COMPANY else "个人",
            opened.name,
            title.tax_number,
            Decimal(request.total_fen) / 100,
            "、".join(request.room_labels),
            "、".join(receipt_id.rpartition("_")[2] for receipt_id in request.receipt_ids),
            opened.email,
            date_of(request.asked_at).isoformat(),
        ]

    def _get(self, estate_id: str, request_id: str) -> InvoiceRequest:
        request = self._store.find(estate_id, request_id)
        if request is None:
            raise InvoiceUnknown
        return request

    def _opened(self, request: InvoiceRequest) -> OpenedRequest:
        title = request.title
        name = self._sealer.open(title.name, _NAME) if title.name else ""
        return OpenedRequest(request, name, None if title.email is None else self._sealer.open(title.email, _EMAIL))

    def _sealed_email(self, email: str | None) -> str | None:
        return None if email is None else self._sealer.seal(email, _EMAIL)

    # The person's own data

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what the person asked for, in the clear."""
        return [
            {
                "title": one.name,
                "tax_number": one.request.title.tax_number,
                "email": one.email,
                "total_fen": one.request.total_fen,
                "state": one.request.state.value,
                "asked_at": one.request.asked_at,
            }
            for one in map(self._opened, self._store.list_account(account_id))
        ]

    def part_with(self, _: Transaction, account_id: str, /) -> None:
        """Let anybody leave: an invoice that was asked for is made without them."""

    def forget(self, account_id: str, now: datetime) -> None:
        """Remove the person's name and mail address from their requests; what was invoiced stays."""
        for listed in self._store.list_account(account_id):
            request = self._get(listed.estate_id, listed.id)
            act = Transaction("system", "forget_invoice_person", now)
            act.change(INVOICE, request, forgotten(request), otherwise=InvoiceMoved)
            self._store.commit(act)


_HEADINGS = ("申请号", "抬头类型", "抬头", "税号", "金额（元）", "房屋", "收据号", "邮箱", "申请日期")
_WIDTHS = (34, 10, 34, 24, 12, 26, 20, 28, 12)


def _tax_number(asked: Asked) -> str | None:
    """Return the checked number a company's title must have; a person's has none."""
    if asked.type is TitleType.PERSONAL:
        return None
    number = tax_number_of(asked.tax_number or "")
    if len(number) == CREDIT_CODE_LENGTH:
        try:
            return parse_credit_code(number)
        except CreditCodeUnreadable:
            raise TaxNumberUnreadable from None
    return number


def _same(there: InvoiceRequest, digest: str) -> InvoiceRequest:
    """Return the request an act finds there, if it is the act's own."""
    if there.digest != digest:
        raise InvoiceKeyReused
    return there
