"""Keep the register of third parties, and let their worker do one job (REP-06)."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.effects import Actor, Given
from miniprogram_api.work_orders.moves import Request, record, take_step
from miniprogram_api.work_orders.refusals import JobLinkOver, KeyReused, VendorUnknown
from miniprogram_api.work_orders.rules import Order, OrderState, Step
from miniprogram_api.work_orders.service.acts import OrderActs, Outcome, repeated
from miniprogram_api.work_orders.store import VENDOR, Orders
from miniprogram_api.work_orders.vendor import JobLink, Vendor, hash_of

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.work_orders.service.ports import PhotoAlbum
    from miniprogram_api.work_orders.service.settings import WorkOrderCategories


class _AlreadyListed(Conflict):
    """The same request added its vendor before."""


class Vendors:
    """The register of third parties of an estate."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def get_vendor(self, estate_id: str, vendor_id: str) -> Vendor:
        """Return a third party, or raise VendorUnknown."""
        vendor = self._orders.find_vendor(estate_id, vendor_id)
        if vendor is None:
            raise VendorUnknown
        return vendor

    def list_vendors(self, estate_id: str, limit: int, cursor: str | None) -> Page[Vendor]:
        """List the third parties of an estate."""
        return self._orders.list_vendors(estate_id, limit, cursor)

    def add_vendor(self, by: str, vendor: Vendor, key: str, now: datetime) -> Vendor:
        """Add a third party; the same request finds it already there.

        Raises:
            KeyReused: the key came before with different content.
        """
        digest = hash_of(json.dumps(asdict(vendor), sort_keys=True, default=str))
        vendor = replace(vendor, id=derived_id("ven", by, vendor.estate_id, key), digest=digest)
        act = Transaction(by, "add_vendor", now)
        act.add(VENDOR, vendor, otherwise=_AlreadyListed)
        try:
            self._orders.commit(act)
        except _AlreadyListed:
            first = self.get_vendor(vendor.estate_id, vendor.id)
            if first.digest != digest:
                raise KeyReused from None
            return first
        return vendor

    def edit_vendor(self, by: str, vendor: Vendor, now: datetime) -> Vendor:
        """Replace what is registered of a third party; its ratings stay.

        Raises:
            VendorUnknown: there is none of that id in the estate.
            Conflict: somebody else changed it at the same moment.
        """
        before = self.get_vendor(vendor.estate_id, vendor.id)
        after = replace(vendor, digest=before.digest, rated=before.rated, marks=before.marks, version=before.version)
        act = Transaction(by, "edit_vendor", now)
        after = act.change(VENDOR, before, after)
        self._orders.commit(act)
        return after


class VendorJobs:
    """What a third party's worker sees and does with the link to one job, and with nothing else."""

    def __init__(self, orders: Orders, categories: WorkOrderCategories, photos: PhotoAlbum, sealer: Sealer) -> None:
        self._orders = orders
        self._acts = OrderActs(orders)
        self._categories = categories
        self._photos = photos
        self._sealer = sealer

    def access_job_by_token(self, token: str, now: datetime) -> tuple[JobLink, Outcome]:
        """Return the job of a link.

        Raises:
            JobLinkOver: the link is unknown or too old, or the job is no longer with this third party.
        """
        link = self._orders.find_link(hash_of(token))
        if link is None or not link.opens(now):
            raise JobLinkOver
        order, steps = self._orders.get_with_steps(link.estate_id, link.order_id)
        if order.vendor_id != link.vendor_id or order.loop != link.loop or not order.is_open:
            raise JobLinkOver
        return link, Outcome(order, tuple(steps))

    def photos_of(self, found: Outcome) -> list[PhotoShown]:
        """Return the photos of the report, so that the worker knows what to bring."""
        return self._photos.show(found.order.estate_id, found.order.photo_ids)

    def add_note(self, account_id: str, token: str, given: Given, key: str, now: datetime) -> Outcome:
        """Add a note and photos to the timeline.

        Raises:
            JobLinkOver: see there.
        """
        return self._do(account_id, token, "job_note", given, key, now)

    def report_handled(self, account_id: str, token: str, given: Given, key: str, now: datetime) -> Outcome:
        """Report the job done, with its photo proof; somebody of the estate verifies it.

        Raises:
            JobLinkOver: see there.
            IllegalTransition: the job is not being handled.
            InputMissing: the note or the photo is missing.
        """
        return self._do(account_id, token, "handled", given, key, now)

    def _do(self, account_id: str, token: str, name: str, given: Given, key: str, now: datetime) -> Outcome:
        link, found = self.access_job_by_token(token, now)
        worker = Actor(account_id, link.vendor_name)
        digest = self._sealer.index(json.dumps(asdict(given), default=str, sort_keys=True), name)
        request = Request(derived_id("act", account_id, key), digest)
        if repeated(found, request):
            return found
        category = self._categories.category_of(link.estate_id, found.order.category)

        def decide(order: Order) -> tuple[Order, Step]:
            if name == "handled":
                # Who opens a valid link stands in for the person who sent the third party.
                stand_in = replace(order, handler_id=account_id)
                after, step = take_step(stand_in, name, given, worker, now, category, request)
                return replace(after, handler_id=order.handler_id), step
            if order.state is not OrderState.IN_HANDLING:
                raise JobLinkOver
            return record(order, name, "第三方说明", worker, now, note=given.note, photo_ids=given.photo_ids,
                          request=request)  # fmt: skip

        def photos(act: Transaction, _: Order, __: Order) -> None:
            if given.photo_ids:
                self._photos.attach(act, link.estate_id, given.photo_ids, link.order_id, "work_order")

        return self._acts.run(found, decide, by=account_id, verb=name, at=now, request=request, extra=photos)
