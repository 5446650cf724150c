"""The rooms of money: the ledger, prices, tariffs, meters, bills, wallets, payments, receipts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.container.votes import VoteRooms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.billing.service import Bills, PrepaidOffsets
    from miniprogram_api.billing.service.adjusting import BillAdjusting
    from miniprogram_api.billing.service.care import ArrearsCare
    from miniprogram_api.billing.service.figures import CollectionFigures
    from miniprogram_api.billing.service.openings import OpeningArrears
    from miniprogram_api.billing.service.reminding import FeeReminders
    from miniprogram_api.billing.service.runs import BillRuns
    from miniprogram_api.billing.store import ArrearsStore, BillStore, FigureStore
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.funds.service.contracts import Contracts
    from miniprogram_api.funds.service.fund import MaintenanceFund
    from miniprogram_api.funds.service.months import Months
    from miniprogram_api.funds.service.places import Places
    from miniprogram_api.funds.service.questions import Questions
    from miniprogram_api.funds.service.spending import Spendings
    from miniprogram_api.funds.service.year_end import YearEnds
    from miniprogram_api.funds.store import FundStore, LedgerStore
    from miniprogram_api.identity.service.leaving import PersonalRecords
    from miniprogram_api.meters.service import Meters
    from miniprogram_api.prices.service import GuidePrices
    from miniprogram_api.prices.service.appraisals import Appraisals
    from miniprogram_api.prices.service.benchmarks import Benchmarks
    from miniprogram_api.prices.service.counter_offers import CounterOffers
    from miniprogram_api.prices.service.price_talks import PriceTalks
    from miniprogram_api.prices.store import PriceStore, TalkStore
    from miniprogram_api.receipts.service import Receipts
    from miniprogram_api.receipts.service.exports import AccountantExports
    from miniprogram_api.receipts.service.invoices import Invoices
    from miniprogram_api.receipts.service.printing import ReceiptPrinting
    from miniprogram_api.receipts.service.statements import Statements
    from miniprogram_api.receipts.store import ReceiptStore
    from miniprogram_api.tariffs.service import Tariffs
    from miniprogram_api.tariffs.service.drafting import TariffDesk
    from miniprogram_api.tariffs.service.ordering import MenuOrders
    from miniprogram_api.tariffs.service.sharing import SharedCosts
    from miniprogram_api.tariffs.service.standards import Standards
    from miniprogram_api.tariffs.store import TariffStore
    from miniprogram_api.wallets.service import Wallets
    from miniprogram_api.wallets.service.credits import Credits
    from miniprogram_api.wallets.service.importing import CreditImports
    from miniprogram_api.wallets.service.vendors import CreditVendors
    from miniprogram_api.wallets.store import CreditStore, WalletStore


class FeeRooms(VoteRooms):
    """The rooms of money, each built when first used."""

    # The ledger

    @cached_property
    def _ledger_store(self) -> LedgerStore:
        from miniprogram_api.funds.store import LedgerStore

        return LedgerStore(self.table)

    @cached_property
    def ledger(self) -> Ledger:
        """The books of all estates and companies."""
        from miniprogram_api.funds.service import Ledger

        return Ledger(self._ledger_store, lambda: self.maintenance_fund)

    # The common money

    @cached_property
    def _fund_store(self) -> FundStore:
        from miniprogram_api.funds.store import FundStore

        return FundStore(self.table)

    @cached_property
    def money_places(self) -> Places:
        """Where the common money lies."""
        from miniprogram_api.funds.service.places import Places
        from miniprogram_api.funds.store import PlaceStore

        return Places(PlaceStore(self.table), self.appointments)

    @cached_property
    def bookkeeping(self) -> Bookkeeping:
        """Postings by hand."""
        from miniprogram_api.funds.service.bookkeeping import Bookkeeping

        return Bookkeeping(
            self._ledger_store, self._fund_store, self.ledger, self.money_places, self.estates, self.photos
        )

    @cached_property
    def fund_months(self) -> Months:
        """Months that are entered, checked, published and closed."""
        from miniprogram_api.container.answers import BoardPress
        from miniprogram_api.funds.service.months import Months

        return Months(
            self._ledger_store,
            self.bookkeeping,
            self.estates,
            self.photos,
            self.cards,
            BoardPress(),
            self.settings.public_url,
        )

    @cached_property
    def maintenance_fund(self) -> MaintenanceFund:
        """The maintenance fund by building and room."""
        from miniprogram_api.funds.service.fund import MaintenanceFund

        return MaintenanceFund(
            self._fund_store, self.ledger, self.bookkeeping, self.money_places, self.estates, self.photos
        )

    @cached_property
    def spendings(self) -> Spendings:
        """Requests to spend the owners' money."""
        from miniprogram_api.funds.service.spending import Spendings

        return Spendings(
            self._fund_store,
            self.bookkeeping,
            self.maintenance_fund,
            self.money_places,
            self.appointments,
            self.estates,
            self.photos,
            self.decisions,
        )

    @cached_property
    def year_ends(self) -> YearEnds:
        """What of a year's surplus goes to the maintenance fund."""
        from miniprogram_api.funds.service.year_end import YearEnds

        return YearEnds(
            self._fund_store,
            self.fund_months,
            self.bookkeeping,
            self.maintenance_fund,
            self.money_places,
            self.spendings,
            self.estates,
        )

    @cached_property
    def income_contracts(self) -> Contracts:
        """Contracts that bring the owners income."""
        from miniprogram_api.funds.service.contracts import Contracts

        return Contracts(self._fund_store, self.bookkeeping, self.money_places, self.estates, self.photos)

    @cached_property
    def fund_questions(self) -> Questions:
        """What owners ask about published lines."""
        from miniprogram_api.funds.service.questions import Questions

        return Questions(self._fund_store, self.fund_months, self.maintenance_fund)

    # Prices

    @cached_property
    def _price_store(self) -> PriceStore:
        from miniprogram_api.prices.store import PriceStore

        return PriceStore(self.table)

    @cached_property
    def _talk_store(self) -> TalkStore:
        from miniprogram_api.prices.store import TalkStore

        return TalkStore(self.table)

    @cached_property
    def guide_prices(self) -> GuidePrices:
        """What the government allows."""
        from miniprogram_api.prices.service import GuidePrices

        return GuidePrices(self._price_store, self.estates)

    @cached_property
    def benchmarks(self) -> Benchmarks:
        """What services cost by a city's benchmark."""
        from miniprogram_api.prices.service.benchmarks import Benchmarks

        return Benchmarks(self._price_store, self.estates)

    @cached_property
    def appraisals(self) -> Appraisals:
        """What third parties value services at."""
        from miniprogram_api.prices.service.appraisals import Appraisals

        return Appraisals(self._talk_store, self.estates, self.photos)

    @cached_property
    def price_talks(self) -> PriceTalks:
        """The talks from which prices come."""
        from miniprogram_api.prices.service.price_talks import PriceTalks

        return PriceTalks(
            self._talk_store,
            self.estates,
            self.committees,
            self.photos,
            self.guide_prices,
            self.benchmarks,
            self.appraisals,
            self.tariffs,
            self.ballots,
        )

    @cached_property
    def counter_offers(self) -> CounterOffers:
        """What owners answer in price talks."""
        from miniprogram_api.prices.service.counter_offers import CounterOffers

        return CounterOffers(self._talk_store, self.estates)

    # Tariffs and meters

    @cached_property
    def _tariff_store(self) -> TariffStore:
        from miniprogram_api.tariffs.store import TariffStore

        return TariffStore(self.table)

    @cached_property
    def tariffs(self) -> Tariffs:
        """The tariffs of all estates."""
        from miniprogram_api.tariffs.service import Tariffs

        return Tariffs(self._tariff_store, self.meters, self.guide_prices)

    @cached_property
    def tariff_desk(self) -> TariffDesk:
        """Where tariffs are made."""
        from miniprogram_api.tariffs.service.drafting import TariffDesk

        return TariffDesk(self._tariff_store, self.tariffs, self.service_standards, self.estates)

    @cached_property
    def service_standards(self) -> Standards:
        """The service standards of all units."""
        from miniprogram_api.tariffs.service.standards import Standards

        return Standards(self._tariff_store, self.estates)

    @cached_property
    def menu_orders(self) -> MenuOrders:
        """What households ordered."""
        from miniprogram_api.tariffs.service.ordering import MenuOrders

        return MenuOrders(self._tariff_store, self.tariffs, self.estates)

    @cached_property
    def shared_costs(self) -> SharedCosts:
        """What rooms bear together."""
        from miniprogram_api.tariffs.service.sharing import SharedCosts

        return SharedCosts(self._tariff_store, self.estates, self.meters, self.photos)

    @cached_property
    def meters(self) -> Meters:
        """The meters of all estates."""
        from miniprogram_api.meters.service import Meters
        from miniprogram_api.meters.store import MeterStore
        from miniprogram_api.tariffs.service.billed import UsageOnBills

        return Meters(MeterStore(self.table), self.estates, self.photos, UsageOnBills(self._tariff_store, self.bills))

    # Bills

    @cached_property
    def _bill_store(self) -> BillStore:
        from miniprogram_api.billing.store import BillStore

        return BillStore(self.table)

    @cached_property
    def bills(self) -> Bills:
        """The bills of all estates."""
        from miniprogram_api.billing.service import Bills

        return Bills(self._bill_store)

    @cached_property
    def _arrears_store(self) -> ArrearsStore:
        from miniprogram_api.billing.store import ArrearsStore

        return ArrearsStore(self.table, self.media)

    @cached_property
    def _figure_store(self) -> FigureStore:
        from miniprogram_api.billing.store import FigureStore

        return FigureStore(self.table)

    @cached_property
    def bill_runs(self) -> BillRuns:
        """From a period to issued bills."""
        from miniprogram_api.billing.service.runs import BillRuns

        return BillRuns(self._bill_store, self._figure_store, self.estates, self.tariffs)

    @cached_property
    def prepaid_offsets(self) -> PrepaidOffsets:
        """Prepaid money that pays bills."""
        from miniprogram_api.billing.service import PrepaidOffsets

        return PrepaidOffsets(self.bills, self._bill_store, self.wallets, self.ledger, self.clock)

    @cached_property
    def bill_adjusting(self) -> BillAdjusting:
        """Requests to change what rooms owe."""
        from miniprogram_api.billing.service.adjusting import BillAdjusting

        return BillAdjusting(self._bill_store, self.bills, self.estates, self.photos, self.wallets, self.ledger)

    @cached_property
    def fee_reminders(self) -> FeeReminders:
        """Reminders of bills by the clock."""
        from miniprogram_api.billing.service.reminding import FeeReminders

        return FeeReminders(self._bill_store, self.bills)

    def wants_fee_reminders(self, account_id: str, /) -> bool:
        """Say whether a person wants to be reminded of fees."""
        return self.fee_reminders.wants_reminders(account_id)

    @cached_property
    def opening_arrears(self) -> OpeningArrears:
        """What was owed before this software."""
        from miniprogram_api.billing.service.openings import OpeningArrears
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return OpeningArrears(self._arrears_store, self._figure_store, self.bills, self.estates, Workbooks())

    @cached_property
    def arrears_care(self) -> ArrearsCare:
        """Why rooms do not pay, and who spoke with them."""
        from miniprogram_api.billing.service.care import ArrearsCare

        return ArrearsCare(self._arrears_store, self.estates, self.work_orders)

    @cached_property
    def collection_figures(self) -> CollectionFigures:
        """How much of what was billed is paid."""
        from miniprogram_api.billing.service.figures import CollectionFigures

        return CollectionFigures(self._figure_store, self._bill_store, self.estates)

    # Wallets

    @cached_property
    def _wallet_store(self) -> WalletStore:
        from miniprogram_api.wallets.store import WalletStore

        return WalletStore(self.table)

    @cached_property
    def wallets(self) -> Wallets:
        """What rooms have prepaid."""
        from miniprogram_api.wallets.service import Wallets

        return Wallets(self._wallet_store)

    @cached_property
    def _credit_store(self) -> CreditStore:
        from miniprogram_api.wallets.store import CreditStore

        return CreditStore(self.table)

    @cached_property
    def credits(self) -> Credits:
        """What buying at vendors earned."""
        from miniprogram_api.wallets.service.credits import Credits

        return Credits(self._credit_store, self.bills, self.ledger, self.estates)

    @cached_property
    def credit_vendors(self) -> CreditVendors:
        """Where buying earns credits."""
        from miniprogram_api.wallets.service.vendors import CreditVendors

        return CreditVendors(self._credit_store, self.ledger, self.estates)

    @cached_property
    def credit_imports(self) -> CreditImports:
        """Tables of vendors' orders."""
        from miniprogram_api.spreadsheets.workbooks import Workbooks
        from miniprogram_api.wallets.service.importing import CreditImports

        return CreditImports(self.credits, self.estates, Workbooks())

    # Receipts

    @cached_property
    def _receipt_store(self) -> ReceiptStore:
        from miniprogram_api.receipts.store import ReceiptStore

        return ReceiptStore(self.table)

    @cached_property
    def receipts(self) -> Receipts:
        """The receipts of all companies."""
        from miniprogram_api.receipts.service import Receipts

        return Receipts(self._receipt_store, lambda: self.invoices)

    @cached_property
    def receipt_printing(self) -> ReceiptPrinting:
        """Receipts on paper."""
        from miniprogram_api.container.answers import OfficePress
        from miniprogram_api.receipts.service.printing import ReceiptPrinting

        return ReceiptPrinting(self.receipts, self.estates, OfficePress(), self.settings.public_url)

    @cached_property
    def invoices(self) -> Invoices:
        """Requests for invoices."""
        from miniprogram_api.receipts.service.invoices import Invoices
        from miniprogram_api.receipts.store import InvoiceStore
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return Invoices(InvoiceStore(self.table), self.receipts, self.sealer, Workbooks())

    @cached_property
    def statements(self) -> Statements:
        """What rooms were charged and paid, year by year."""
        from miniprogram_api.container.answers import OfficePress
        from miniprogram_api.receipts.service.statements import Statements

        return Statements(self.bills, self.wallets, self.receipts, self.estates, OfficePress())

    @cached_property
    def accountant_exports(self) -> AccountantExports:
        """Tables for the accountant."""
        from miniprogram_api.receipts.service.exports import AccountantExports
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return AccountantExports(self._receipt_store, self.ledger, Workbooks())

    def _personal_records(self) -> Mapping[str, PersonalRecords]:
        """Every room that keeps something about people, those of money among them."""
        return {**super()._personal_records(), "invoices": self.invoices, "fee_reminders": self.fee_reminders}
