"""Show who is in charge, and keep what cards show true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.cards.face import SERVICES, Contact, Face, FaceChanged, NextVisit, Responsible, Shift, community_of
from miniprogram_api.cards.rules import (
    ANSWERING,
    Card,
    CardChanged,
    CardPlace,
    CardState,
    CardUnknown,
    locator_in,
    read_token,
)
from miniprogram_api.cards.scans import NOWHERE, Scan, ScanResult
from miniprogram_api.cards.store import FACE, SCAN, CardStore
from miniprogram_api.kernel.errors import NotFound, Problem
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.estates.rules import Company, Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.storage.objects import Objects


class Journal(Protocol):
    """Where a fault is written that must not disturb the person who asks."""

    def warning(self, message: object, /) -> None:
        """Write one line."""
        ...


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: a living card with its face, or only whom to ask. ``scan`` is what is to be remembered."""

    face: Face | None
    card: Card | None
    community: Responsible
    scan: Scan


class Cards:
    """The cards of all estates."""

    def __init__(
        self, store: CardStore, estates: Estates, media: Objects, journal: Journal, link_check: tuple[str, str]
    ) -> None:
        self._link_check = link_check
        self._store = store
        self._estates = estates
        self._media = media
        self._journal = journal

    def link_check(self, name: str) -> str:
        """Return the content of the file by which WeChat sees who owns the address printed on the cards.

        Raises:
            NotFound: it is not called so, or there is none.
        Source: WeChat, opening a mini program by an ordinary link's QR code.
        """
        known, content = self._link_check
        if not known or name != known:
            raise NotFound
        return content

    # What a scan sees

    def scan(self, token: str, now: datetime) -> Scanned:
        """Answer a scan with one read; every address that leads to no living card answers alike (CARD-02)."""
        parsed = read_token(token)
        locator = locator_in(token) if parsed is None else parsed[0]
        if locator is None:
            found: tuple[Face | None, Card | None] = (None, None)
        else:
            found = self._store.find_wall(locator, None if parsed is None else parsed[1])
        face, card = found
        result = ScanResult.UNKNOWN if card is None else ScanResult.DEAD
        if face is not None and card is not None and card.state in ANSWERING:
            result = ScanResult.SHOWN
        estate_id = NOWHERE if face is None else face.estate_id
        scan = Scan(new_id("scan", now), estate_id, now, result, None if card is None else card.id)
        if result is ScanResult.SHOWN:
            return Scanned(face, card, community_of(face), scan)
        return Scanned(None, None, community_of(face), scan)

    def remember(self, scanned: Scanned) -> None:
        """Remember a scan after it was answered; the first scan makes an issued card active (CARD-01, CARD-02).

        A failure here is written down and forgiven: the person at the door already has the answer.
        """
        scan, card = scanned.scan, scanned.card
        act = Transaction("system", "scan_card", scan.at)
        act.add(SCAN, scan)
        try:
            if card is not None and card.state is CardState.ISSUED:
                try:
                    first = Transaction("system", "scan_card", scan.at, list(act.parts))
                    self._store.change_card(first, card, card.step("scan", "system", scan.at))
                    self._store.commit(first)
                except CardChanged:  # somebody handed it out, took it back or scanned it in the same second
                    self._store.commit(act)
            else:
                self._store.commit(act)
        except Problem as problem:
            self._journal.warning(f"scan_not_recorded: {problem.code}")

    def count_call(self, token: str, called: str, now: datetime) -> None:
        """Remember that somebody tapped a number on the card's page (CARD-10); nothing is told about the card."""
        parsed = read_token(token)
        card = None if parsed is None else self._store.find_by_token(*parsed)
        if card is None or card.state not in ANSWERING:
            return
        act = Transaction("system", "call_from_card", now)
        act.add(SCAN, Scan(new_id("scan", now), card.estate_id, now, ScanResult.CALLED, card.id, called))
        self._store.commit(act)

    def photo_of(self, token: str, post: str) -> bytes:
        """Return the portrait of the manager or the deputy on the page of a living card.

        Raises:
            CardUnknown: no living card, or nobody with a portrait in that post.
            ObjectMissing: the portrait was removed.
        """
        parsed = read_token(token)
        face, card = (None, None) if parsed is None else self._store.find_wall(*parsed)
        if face is None or card is None or card.state not in ANSWERING:
            raise CardUnknown
        contact = face.deputy if post == "deputy" else face.leader
        if contact is None or contact.photo_key is None:
            raise CardUnknown
        return self._media.read(contact.photo_key)

    def place_of(self, token: str) -> CardPlace:
        """Return where a living card belongs, for what is reported by it (CARD-03).

        Raises:
            CardUnknown: no living card has this address.
        """
        parsed = read_token(token)
        card = None if parsed is None else self._store.find_by_token(*parsed)
        if card is None or card.state not in ANSWERING:
            raise CardUnknown
        return CardPlace(card.estate_id, card.id, card.place)

    # What the cards of an estate show; parts of somebody else's act, so that cards and facts change at once (CARD-07)

    def face_of(self, estate: Estate) -> Face | None:
        """Return what the cards of an estate show, or None when nothing was shown yet."""
        return self._store.find_face(estate.locator)

    def create_face(self, act: Transaction, estate: Estate) -> None:
        """Let the cards of a new estate show its name and its community."""
        self._show(act, estate, lambda face: face)

    def show_estate(self, act: Transaction, estate: Estate) -> None:
        """Show the estate's present name and community."""
        named = self._blank(estate)
        self._show(
            act,
            estate,
            lambda face: replace(
                face,
                estate_name=named.estate_name,
                community_name=named.community_name,
                community_phone=named.community_phone,
            ),
        )

    def show_company(
        self,
        act: Transaction,
        estate: Estate,
        company: Company | None,
        *,
        verified: bool,
        services: tuple[str, ...] | None = None,
    ) -> None:
        """Show the company under contract; ``verified`` when the contract is filed (EST-04).

        Without a company, its manager, deputy, shifts and visits leave the cards too, and the community answers.
        """
        if company is None:
            self._show(act, estate, lambda face: replace(self._blank(estate), committee=face.committee))
            return
        self._show(
            act,
            estate,
            lambda face: replace(
                face,
                verified=verified,
                company_name=company.name,
                hotline=company.hotline,
                services=face.services if services is None else services or SERVICES,
            ),
        )

    def show_leader(self, act: Transaction, estate: Estate, leader: Contact | None, deputy: Contact | None) -> None:
        """Show the acting manager and the deputy: the printed cards lead to them from this act on (CARD-07)."""
        self._show(act, estate, lambda face: replace(face, leader=leader, deputy=deputy))

    def show_committee(self, act: Transaction, estate: Estate, committee: Contact | None) -> None:
        """Show whom to reach in the owners' or management committee."""
        self._show(act, estate, lambda face: replace(face, committee=committee))

    def show_next_visit(self, act: Transaction, estate: Estate, visit: NextVisit | None) -> None:
        """Show when the mobile team comes next (CARD-08)."""
        self._show(act, estate, lambda face: replace(face, next_visit=visit))

    def shown_at(self, estate_id: str) -> Face | None:
        """Return what the cards of an estate show, by the estate's id, or raise PlaceUnknown."""
        return self.face_of(self._estates.get_estate(estate_id))

    def set_roster(self, by: str, estate_id: str, shifts: tuple[Shift, ...], now: datetime) -> Face:
        """Replace the weekly duty roster 值班表; holes are no error here, the gap list reports them (CARD-05)."""
        act = Transaction(by, "set_duty_roster", now)
        face = self._show(act, self._estates.get_estate(estate_id), lambda face: replace(face, shifts=shifts))
        self._store.commit(act)
        return face

    def set_services(self, by: str, estate_id: str, services: tuple[str, ...], now: datetime) -> Face:
        """Replace the list of services that the cards offer (CARD-01)."""
        act = Transaction(by, "set_card_services", now)
        estate = self._estates.get_estate(estate_id)
        face = self._show(act, estate, lambda face: replace(face, services=services or SERVICES))
        self._store.commit(act)
        return face

    def list_faces(self, after: str | None, limit: int) -> list[Face]:
        """Return the faces of estates behind one locator, for jobs that visit every estate."""
        return self._store.list_faces(after, limit)

    def _show(self, act: Transaction, estate: Estate, edit: Callable[[Face], Face]) -> Face:
        # Two facts of one act (a company and its leader) are one write of one face: DynamoDB refuses two.
        before, shown = self._store.pending_face(act, estate.locator)
        if before is None:
            face = edit(shown or self._blank(estate))
            act.add(FACE, face, otherwise=FaceChanged)
            return face
        return act.change(FACE, before, replace(edit(shown or before), version=before.version), otherwise=FaceChanged)

    def _blank(self, estate: Estate) -> Face:
        community = self._estates.get_unit(estate.units[-1])
        return Face(estate.id, estate.locator, estate.name, community.name, community.phone or "")
