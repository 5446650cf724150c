"""The rooms of an estate under care: people, places, cards, rounds, repairs, messages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from miniprogram_api.container.answers import AddressBook, CardPress, Darkroom, Gate, SymbolPress
from miniprogram_api.container.foundations import Foundations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.appointments.service import Appointments
    from miniprogram_api.appointments.service.appointing import Appointing
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.appointments.service.officials import Officials
    from miniprogram_api.appointments.service.portraits import Portraits
    from miniprogram_api.appointments.service.staff import Staff
    from miniprogram_api.appointments.service.writing import PostWriter
    from miniprogram_api.appointments.store import Registry
    from miniprogram_api.audit.service import Audit
    from miniprogram_api.cards.service import Cards
    from miniprogram_api.cards.service.figures import CardFigures
    from miniprogram_api.cards.service.hand_outs import HandOuts
    from miniprogram_api.cards.service.issuing import CardIssuing
    from miniprogram_api.cards.service.register import CardRegister
    from miniprogram_api.cards.store import CardStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.estates.service.companies import Companies
    from miniprogram_api.estates.store import Register
    from miniprogram_api.facilities.service import Facilities
    from miniprogram_api.filings.service import Filings
    from miniprogram_api.filings.service.leaders import EstateToBe
    from miniprogram_api.gaps.service import Gaps
    from miniprogram_api.households.service import Households
    from miniprogram_api.identity.service import Identity
    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.identity.service.leaving import Leaving, PersonalRecords
    from miniprogram_api.identity.service.phones import Phones
    from miniprogram_api.identity.service.standing import Standing
    from miniprogram_api.identity.store import People
    from miniprogram_api.kernel.notice import NoticeKind
    from miniprogram_api.linkage.service import Linkage
    from miniprogram_api.messaging.rules import Template
    from miniprogram_api.messaging.service import Messages
    from miniprogram_api.patrol.service import Patrol, PatrolPlanning, Upkeep
    from miniprogram_api.patrol.store import PatrolStore
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.practical_matters.service import PracticalMatters
    from miniprogram_api.roster.service import Roster
    from miniprogram_api.rounds.service import Rounds
    from miniprogram_api.season_tasks.service import SeasonTasks
    from miniprogram_api.wechat.push import MessagePush
    from miniprogram_api.work_orders.service import WorkOrders
    from miniprogram_api.work_orders.service.answers import WorkOrderAnswers
    from miniprogram_api.work_orders.service.intake import WorkOrderIntake
    from miniprogram_api.work_orders.service.settings import WorkOrderCategories
    from miniprogram_api.work_orders.service.steps import WorkOrderSteps
    from miniprogram_api.work_orders.service.sweeping import WorkOrderSweep
    from miniprogram_api.work_orders.service.vendors import VendorJobs, Vendors
    from miniprogram_api.work_orders.store import Orders


class HouseRooms(Foundations):
    """The rooms of an estate under care, each built when first used."""

    @cached_property
    def gatekeeper(self) -> Gate:
        """What the edge asks to check a guard."""
        return Gate(self)

    @cached_property
    def people(self) -> People:
        """Accounts, grants and phone numbers."""
        from miniprogram_api.identity.store import People

        return People(self.table)

    @cached_property
    def identity(self) -> Identity:
        """Who people are."""
        from miniprogram_api.identity.service import Identity

        return Identity(self.people, lambda: self.wechat, self.tokens, self.sealer, self.settings.wechat_appid)

    @cached_property
    def grants(self) -> Grants:
        """The one writer of roles."""
        from miniprogram_api.identity.service.grants import Grants

        return Grants(self.people)

    @cached_property
    def phones(self) -> Phones:
        """Who holds which phone number."""
        from miniprogram_api.identity.service.phones import Phones

        return Phones(self.people, self.grants, self.sealer, self.wechat, lambda: self._post_writer)

    @cached_property
    def standing(self) -> Standing:
        """Whether people may act at all."""
        from miniprogram_api.identity.service.standing import Standing

        return Standing(self.people, self.grants, lambda: self.parameters.secret("operator-code"))

    @cached_property
    def leaving(self) -> Leaving:
        """Export and deletion of accounts."""
        from miniprogram_api.identity.service.leaving import Leaving

        appid = self.settings.wechat_appid
        return Leaving(self.people, self.sealer, appid, self._personal_records)

    def _personal_records(self) -> Mapping[str, PersonalRecords]:
        """Every room that keeps something about people."""
        from miniprogram_api.work_orders.service.personal import WorkOrderRecords

        return {
            "posts": self.appointments,
            "rooms": self.households,
            "work_orders": WorkOrderRecords(self._orders, self.sealer),
        }

    @cached_property
    def households(self) -> Households:
        """Who lives where."""
        from miniprogram_api.households.service import Households
        from miniprogram_api.households.store import Bindings

        return Households(Bindings(self.table), self.identity, self.grants, self.estates, self.photos, self.sealer)

    @cached_property
    def _registry(self) -> Registry:
        from miniprogram_api.appointments.store import Registry

        return Registry(self.table)

    @cached_property
    def _post_writer(self) -> PostWriter:
        from miniprogram_api.appointments.service.writing import PostWriter

        return PostWriter(
            self._registry, self.identity, self.phones, self.grants, self.estates, self.cards, self.sealer
        )

    @cached_property
    def _portraits(self) -> Portraits:
        from miniprogram_api.appointments.service.portraits import Portraits

        return Portraits(self.photos)

    @cached_property
    def _appointing(self) -> Appointing:
        from miniprogram_api.appointments.service.appointing import Appointing

        return Appointing(self._registry, self._post_writer, self.sealer, self._portraits)

    @cached_property
    def appointments(self) -> Appointments:
        """Who holds which post where."""
        from miniprogram_api.appointments.service import Appointments

        return Appointments(
            self._registry, self._post_writer, self.grants, self.estates, self.sealer, self.clock, self._portraits
        )

    @cached_property
    def staff(self) -> Staff:
        """The people of property companies."""
        from miniprogram_api.appointments.service.staff import Staff

        return Staff(self._registry, self._appointing, self.estates)

    @cached_property
    def officials(self) -> Officials:
        """The people of the units."""
        from miniprogram_api.appointments.service.officials import Officials

        return Officials(self._registry, self._appointing, self.estates)

    @cached_property
    def committees(self) -> Committees:
        """Who speaks for the residents of an estate."""
        from miniprogram_api.appointments.service.committees import Committees

        return Committees(self._registry, self._post_writer, self._appointing, self.estates, self.sealer)

    @cached_property
    def estates(self) -> Estates:
        """The registers."""
        from miniprogram_api.estates.service import Estates

        return Estates(self._register, self.sealer, self.facilities, lambda: self.households, lambda: self.cards)

    @cached_property
    def _register(self) -> Register:
        from miniprogram_api.estates.store import Register

        return Register(self.table)

    @cached_property
    def companies(self) -> Companies:
        """Property companies."""
        from miniprogram_api.estates.service.companies import Companies

        return Companies(self._register, self.estates)

    @cached_property
    def facilities(self) -> Facilities:
        """Common parts and facilities."""
        from miniprogram_api.facilities.service import Facilities
        from miniprogram_api.facilities.store import FacilityStore

        return Facilities(FacilityStore(self.table))

    @cached_property
    def roster(self) -> Roster:
        """Import and export of rooms."""
        from miniprogram_api.roster.service import Roster
        from miniprogram_api.roster.store import RosterStore
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return Roster(RosterStore(self.table, self.media, self.sealer), self.estates, Workbooks())

    @cached_property
    def filings(self) -> Filings:
        """Contracts and project leaders on file."""
        from miniprogram_api.filings.service import Filings
        from miniprogram_api.filings.service.leaders import FiledLeaders
        from miniprogram_api.filings.store import FilingStore

        leaders = FiledLeaders(self._registry, self.appointments, self._appointing, self.sealer, self._post_writer_for)
        return Filings(FilingStore(self.table, self.media), self.estates, self.cards, leaders)

    def _post_writer_for(self, estate: EstateToBe) -> PostWriter:
        from miniprogram_api.appointments.service.writing import PostWriter

        estates = cast("Estates", estate)
        return PostWriter(self._registry, self.identity, self.phones, self.grants, estates, self.cards, self.sealer)

    @cached_property
    def messages(self) -> Messages:
        """Inboxes and what leaves them."""
        from miniprogram_api.messaging.service import Messages
        from miniprogram_api.messaging.store import Inboxes
        from miniprogram_api.storage.queues import MessageQueue

        queue = MessageQueue(self.settings.messages_queue_url, self.aws)
        return Messages(Inboxes(self.table), queue, AddressBook(self), self.wechat, lambda: self.templates)

    def wants_fee_reminders(self, _account_id: str, /) -> bool:
        """Say whether a person wants to be reminded of fees; only the rooms of money know of one who does not."""
        return True

    @cached_property
    def message_push(self) -> MessagePush:
        """What WeChat pushes to us, in safe mode only."""
        from miniprogram_api.wechat.push import MessagePush

        return MessagePush(
            appid=self.settings.wechat_appid,
            token=lambda: self.parameters.secret("wechat-push-token"),
            encoding_aes_key=lambda: self.parameters.secret("wechat-push-aes-key"),
            clock=self.clock,
        )

    @cached_property
    def photos(self) -> Photos:
        """Photos, from the permission to upload one to its acceptance."""
        from miniprogram_api.photos.service import Photos
        from miniprogram_api.photos.store import Album

        return Photos(Album(self.table), self.uploads, self.media, Darkroom(), self.wechat, self.identity)

    @cached_property
    def _patrol_store(self) -> PatrolStore:
        from miniprogram_api.patrol.store import PatrolStore

        return PatrolStore(self.table)

    @cached_property
    def patrol_planning(self) -> PatrolPlanning:
        """Points and routes of patrols."""
        from miniprogram_api.patrol.service import PatrolPlanning

        return PatrolPlanning(self._patrol_store, SymbolPress())

    @cached_property
    def patrol(self) -> Patrol:
        """Walks of patrols."""
        from miniprogram_api.patrol.service import Patrol

        return Patrol(self._patrol_store, self.photos, self.work_order_intake)

    @cached_property
    def upkeep(self) -> Upkeep:
        """Records of the upkeep of facilities."""
        from miniprogram_api.patrol.service import Upkeep

        return Upkeep(self._patrol_store, self.facilities, self.photos)

    @cached_property
    def season_tasks(self) -> SeasonTasks:
        """Tasks of the season and the cleaning log."""
        from miniprogram_api.season_tasks.service import SeasonTasks
        from miniprogram_api.season_tasks.store import SeasonStore

        return SeasonTasks(SeasonStore(self.table), self.estates, self.photos)

    @cached_property
    def _orders(self) -> Orders:
        from miniprogram_api.work_orders.store import Orders

        return Orders(self.table)

    @cached_property
    def work_orders(self) -> WorkOrders:
        """Reading work orders."""
        from miniprogram_api.work_orders.service import WorkOrders

        return WorkOrders(self._orders, self.sealer, self.identity, self.photos)

    @cached_property
    def work_order_intake(self) -> WorkOrderIntake:
        """Opening work orders."""
        from miniprogram_api.work_orders.service.intake import WorkOrderIntake

        return WorkOrderIntake(self._orders, self.photos, self.sealer)

    @cached_property
    def work_order_steps(self) -> WorkOrderSteps:
        """The closed loop."""
        from miniprogram_api.work_orders.service.steps import WorkOrderSteps

        return WorkOrderSteps(
            self._orders, self.work_order_categories, self.photos, self.appointments, self.facilities, self.sealer
        )

    @cached_property
    def work_order_answers(self) -> WorkOrderAnswers:
        """Urging, following, rating."""
        from miniprogram_api.work_orders.service.answers import WorkOrderAnswers

        return WorkOrderAnswers(self._orders, self.sealer)

    @cached_property
    def work_order_categories(self) -> WorkOrderCategories:
        """Categories and their limits."""
        from miniprogram_api.work_orders.service.settings import WorkOrderCategories

        return WorkOrderCategories(self._orders)

    @cached_property
    def work_order_sweep(self) -> WorkOrderSweep:
        """What falls due."""
        from miniprogram_api.work_orders.service.sweeping import WorkOrderSweep

        return WorkOrderSweep(self._orders, self.work_order_categories)

    @cached_property
    def vendors(self) -> Vendors:
        """Third parties."""
        from miniprogram_api.work_orders.service.vendors import Vendors

        return Vendors(self._orders)

    @cached_property
    def vendor_jobs(self) -> VendorJobs:
        """What a third party's worker does."""
        from miniprogram_api.work_orders.service.vendors import VendorJobs

        return VendorJobs(self._orders, self.work_order_categories, self.photos, self.sealer)

    @cached_property
    def practical_matters(self) -> PracticalMatters:
        """The ledger of practical matters."""
        from miniprogram_api.practical_matters.service import PracticalMatters
        from miniprogram_api.practical_matters.store import Ledger

        return PracticalMatters(Ledger(self.table), self.photos, self.estates)

    @cached_property
    def audit(self) -> Audit:
        """Who changed what."""
        from miniprogram_api.audit.service import Audit
        from miniprogram_api.audit.store import Trail

        return Audit(Trail(self.table))

    @cached_property
    def templates(self) -> dict[NoticeKind, Template]:
        """The subscribe-message template of each kind of notice this mini program has."""
        import msgspec

        from miniprogram_api.kernel.notice import NoticeKind
        from miniprogram_api.messaging.rules import Template

        return msgspec.json.decode(self.parameters.secret("subscribe-templates"), type=dict[NoticeKind, Template])

    @cached_property
    def _card_store(self) -> CardStore:
        from miniprogram_api.cards.store import CardStore

        return CardStore(self.table)

    @cached_property
    def cards(self) -> Cards:
        """What scanning a card shows."""
        from miniprogram_api.cards.service import Cards

        return Cards(self._card_store, self.estates, self.media, self.log, self.settings.wechat_link_check)

    @cached_property
    def card_register(self) -> CardRegister:
        """The cards themselves."""
        from miniprogram_api.cards.service.register import CardRegister

        return CardRegister(self._card_store)

    @cached_property
    def card_issuing(self) -> CardIssuing:
        """Batches of cards and their print."""
        from miniprogram_api.cards.service.issuing import CardIssuing

        return CardIssuing(
            self._card_store,
            self.cards,
            self.card_register,
            self.estates,
            self.filings,
            CardPress(),
            self.media,
            self.settings.public_url,
        )

    @cached_property
    def hand_outs(self) -> HandOuts:
        """Which household has which card."""
        from miniprogram_api.cards.service.hand_outs import HandOuts

        return HandOuts(self._card_store, self.card_register, self.estates, self.photos)

    @cached_property
    def card_figures(self) -> CardFigures:
        """What the cards achieve."""
        from miniprogram_api.cards.service.figures import CardFigures

        return CardFigures(self._card_store, self.hand_outs, self.work_orders)

    @cached_property
    def rounds(self) -> Rounds:
        """Mobile teams and their visits."""
        from miniprogram_api.rounds.service import Rounds
        from miniprogram_api.rounds.store import RoundStore

        return Rounds(RoundStore(self.table), self.estates, self.cards, self.photos)

    @cached_property
    def linkage(self) -> Linkage:
        """Five parties, one matter."""
        from miniprogram_api.linkage.service import Linkage
        from miniprogram_api.linkage.store import LinkageStore

        return Linkage(LinkageStore(self.table), self.photos)

    @cached_property
    def gaps(self) -> Gaps:
        """What nobody is in charge of."""
        from miniprogram_api.gaps.service import Gaps
        from miniprogram_api.gaps.store import GapStore

        return Gaps(
            GapStore(self.table),
            self.estates,
            self.cards,
            self.card_register,
            self.work_order_categories,
            self.appointments,
        )
