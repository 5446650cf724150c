"""The rooms in which residents decide: rules of the house, ballots, decisions, assemblies, consultations, conduct."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.container.house import HouseRooms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.assembly.service.attendance import AssemblyAttendance
    from miniprogram_api.assembly.service.mail import AssemblyMail
    from miniprogram_api.assembly.service.records import AssemblyRecords
    from miniprogram_api.assembly.service.sessions import Assemblies
    from miniprogram_api.assembly.service.sides import Sides
    from miniprogram_api.assembly.service.yearly import YearlyAssemblies
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.ballots.service import Ballots
    from miniprogram_api.ballots.service.counting import Counting
    from miniprogram_api.ballots.service.following import RunningFigures
    from miniprogram_api.ballots.service.objecting import Objections
    from miniprogram_api.ballots.service.paper import PaperVotes
    from miniprogram_api.ballots.service.proxies import Proxies
    from miniprogram_api.ballots.service.reporting import ResultReports
    from miniprogram_api.ballots.service.results import Results
    from miniprogram_api.ballots.service.roll_desk import RollDesk
    from miniprogram_api.ballots.service.standing import Candidates
    from miniprogram_api.ballots.service.voting import Voting
    from miniprogram_api.ballots.service.work import BallotClock, BallotWork
    from miniprogram_api.ballots.store import BallotStore, RollStore
    from miniprogram_api.conduct.service import ConductCases
    from miniprogram_api.conduct.service.breaches import BreachRecords
    from miniprogram_api.conduct.service.catalogue import ConductCatalogue
    from miniprogram_api.conduct.service.duties import ReportDuties
    from miniprogram_api.conduct.service.personal import ConductRecords
    from miniprogram_api.conduct.service.pledges import Pledges
    from miniprogram_api.conduct.service.reports import WorkReports
    from miniprogram_api.conduct.service.telling import OwnersTold
    from miniprogram_api.conduct.store import ConductStore, ReportStore
    from miniprogram_api.consultation.service import Consultations
    from miniprogram_api.consultation.service.joint_actions import JointActions
    from miniprogram_api.consultation.service.ratings import ConsultationRatings
    from miniprogram_api.consultation.service.settings import ConsultationSettings
    from miniprogram_api.consultation.service.steps import ConsultationSteps
    from miniprogram_api.consultation.service.sweeping import ConsultationSweep
    from miniprogram_api.consultation.service.words import ConsultationWords
    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.decisions.service import Decisions
    from miniprogram_api.decisions.service.circulars import DecisionCirculars
    from miniprogram_api.decisions.service.orders import DecisionOrders
    from miniprogram_api.decisions.store import DecisionStore
    from miniprogram_api.house_rules.service import HouseRules
    from miniprogram_api.identity.service.leaving import PersonalRecords
    from miniprogram_api.storage.handing_on import FunctionCall
    from miniprogram_api.storage.vote_box import BallotKeys


class _ReportTitles:
    """Answers an assembly's agenda what a committee's yearly report is called, by the report's id."""

    def __init__(self, reports: WorkReports) -> None:
        self._reports = reports

    def find_title(self, estate_id: str, report_id: str) -> str | None:
        """Return the title of a report of the estate, or None."""
        report = self._reports.find_by_id(estate_id, report_id)
        return None if report is None else f"{report.body_name} {report.year} 年度述职报告"


class VoteRooms(HouseRooms):
    """The rooms in which residents decide, each built when first used."""

    # Decisions

    @cached_property
    def _decision_store(self) -> DecisionStore:
        from miniprogram_api.decisions.store import DecisionStore

        return DecisionStore(self.table)

    @cached_property
    def decisions(self) -> Decisions:
        """What owners and committees decided."""
        from miniprogram_api.decisions.service import Decisions

        return Decisions(self._decision_store, self.estates, self.appointments, self.photos)

    @cached_property
    def decision_orders(self) -> DecisionOrders:
        """Decisions that are to be corrected, or are rescinded."""
        from miniprogram_api.decisions.service.orders import DecisionOrders

        return DecisionOrders(self._decision_store, self.decisions, self.photos)

    @cached_property
    def decision_circulars(self) -> DecisionCirculars:
        """What all owners are told of decisions."""
        from miniprogram_api.decisions.service.circulars import DecisionCirculars

        return DecisionCirculars(self._decision_store, self.estates, self.households)

    # Rules of the house

    @cached_property
    def house_rules(self) -> HouseRules:
        """Covenants and rules of procedure."""
        from miniprogram_api.house_rules.service import HouseRules
        from miniprogram_api.house_rules.store import HouseRuleStore

        return HouseRules(HouseRuleStore(self.table), self.estates, self.photos, self.decisions)

    # Assemblies

    @cached_property
    def _assembly_store(self) -> AssemblyStore:
        from miniprogram_api.assembly.store import AssemblyStore

        return AssemblyStore(self.table)

    @cached_property
    def _assembly_sides(self) -> Sides:
        from miniprogram_api.assembly.service.sides import Sides

        return Sides(self.committees)

    @cached_property
    def assemblies(self) -> Assemblies:
        """Sessions of owners' assemblies, up to the day they are held."""
        from miniprogram_api.assembly.service.sessions import Assemblies

        return Assemblies(
            self._assembly_store,
            self._assembly_sides,
            self.estates,
            self.house_rules,
            self.photos,
            self.ballots,
            _ReportTitles(self.work_reports),
        )

    @cached_property
    def assembly_records(self) -> AssemblyRecords:
        """What is on record of sessions that took place."""
        from miniprogram_api.assembly.service.records import AssemblyRecords

        return AssemblyRecords(self._assembly_store, self._assembly_sides, self.estates, self.photos)

    @cached_property
    def assembly_attendance(self) -> AssemblyAttendance:
        """Which rooms were at sessions."""
        from miniprogram_api.assembly.service.attendance import AssemblyAttendance

        return AssemblyAttendance(self._assembly_store, self.estates, self.photos, self.sealer)

    @cached_property
    def assembly_mail(self) -> AssemblyMail:
        """What owners are told of sessions."""
        from miniprogram_api.assembly.service.mail import AssemblyMail

        return AssemblyMail(self._assembly_store, self.estates)

    @cached_property
    def yearly_assemblies(self) -> YearlyAssemblies:
        """Whether yearly sessions were held."""
        from miniprogram_api.assembly.service.yearly import YearlyAssemblies

        return YearlyAssemblies(self._assembly_store, self._assembly_sides, self.estates, self.cards)

    # Consultations

    @cached_property
    def _consultation_store(self) -> ConsultationStore:
        from miniprogram_api.consultation.store import ConsultationStore

        return ConsultationStore(self.table)

    @cached_property
    def consultation_settings(self) -> ConsultationSettings:
        """What estates set for their consultations."""
        from miniprogram_api.consultation.service.settings import ConsultationSettings

        return ConsultationSettings(self._consultation_store)

    @cached_property
    def consultations(self) -> Consultations:
        """Topics that residents propose."""
        from miniprogram_api.consultation.service import Consultations

        return Consultations(self._consultation_store, self.consultation_settings, self.photos)

    @cached_property
    def joint_actions(self) -> JointActions:
        """What three parties do together."""
        from miniprogram_api.consultation.service.joint_actions import JointActions
        from miniprogram_api.consultation.store import JointStore

        return JointActions(
            JointStore(self.table), self._consultation_store, self.estates, self.appointments, self.photos
        )

    @cached_property
    def consultation_steps(self) -> ConsultationSteps:
        """The steps from a proposal to its result."""
        from miniprogram_api.consultation.service.steps import ConsultationSteps

        return ConsultationSteps(
            self._consultation_store,
            self.consultations,
            self.consultation_settings,
            self.joint_actions,
            self.ballots,
            self.appointments,
            self.photos,
        )

    @cached_property
    def consultation_words(self) -> ConsultationWords:
        """Comments, options, minutes."""
        from miniprogram_api.consultation.service.words import ConsultationWords

        return ConsultationWords(self._consultation_store, self.consultations, self.photos)

    @cached_property
    def consultation_ratings(self) -> ConsultationRatings:
        """Marks of what was done."""
        from miniprogram_api.consultation.service.ratings import ConsultationRatings

        return ConsultationRatings(self._consultation_store, self.consultations)

    @cached_property
    def consultation_sweep(self) -> ConsultationSweep:
        """Late tasks, and ratings whose time is over."""
        from miniprogram_api.consultation.service.sweeping import ConsultationSweep

        return ConsultationSweep(self._consultation_store)

    def _personal_records(self) -> Mapping[str, PersonalRecords]:
        """Every room that keeps something about people, those of decisions among them."""
        from miniprogram_api.consultation.service.personal import ConsultationRecords

        return {
            **super()._personal_records(),
            "consultations": ConsultationRecords(self._consultation_store),
            "conduct": self.conduct_records,
        }

    # Conduct of committee members

    @cached_property
    def _conduct_store(self) -> ConductStore:
        from miniprogram_api.conduct.store import ConductStore

        return ConductStore(self.table)

    @cached_property
    def _report_store(self) -> ReportStore:
        from miniprogram_api.conduct.store import ReportStore

        return ReportStore(self.table)

    @cached_property
    def conduct_catalogue(self) -> ConductCatalogue:
        """Negative lists and commitments of streets."""
        from miniprogram_api.conduct.service.catalogue import ConductCatalogue

        return ConductCatalogue(self._conduct_store, self.estates)

    @cached_property
    def report_duties(self) -> ReportDuties:
        """Which committee owes a report."""
        from miniprogram_api.conduct.service.duties import ReportDuties

        return ReportDuties(self._report_store, self.committees, self.estates)

    @cached_property
    def pledges(self) -> Pledges:
        """Commitments of committee members."""
        from miniprogram_api.conduct.service.pledges import Pledges

        return Pledges(
            self._conduct_store,
            self.report_duties,
            self.committees,
            self.appointments,
            self.conduct_catalogue,
            self.photos,
        )

    @cached_property
    def owners_told(self) -> OwnersTold:
        """What all owners are told of committees and their members."""
        from miniprogram_api.conduct.service.telling import OwnersTold
        from miniprogram_api.conduct.store import NoticeStore

        return OwnersTold(NoticeStore(self.table), self.estates, self.households)

    @cached_property
    def work_reports(self) -> WorkReports:
        """Yearly reports and their rating."""
        from miniprogram_api.conduct.service.reports import WorkReports

        return WorkReports(
            self._report_store, self.report_duties, self.owners_told, self.committees, self.estates, self.photos
        )

    @cached_property
    def breach_records(self) -> BreachRecords:
        """Breaches of faith."""
        from miniprogram_api.conduct.service.breaches import BreachRecords
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return BreachRecords(
            self._conduct_store, self.committees, self.appointments, self.estates, self.photos, Workbooks()
        )

    @cached_property
    def conduct_cases(self) -> ConductCases:
        """Negative-list cases."""
        from miniprogram_api.conduct.service import ConductCases

        return ConductCases(
            self._conduct_store,
            self.committees,
            self.conduct_catalogue,
            self.owners_told,
            self.decisions,
            self.estates,
            self.photos,
        )

    @cached_property
    def conduct_records(self) -> ConductRecords:
        """What is kept about one person's conduct."""
        from miniprogram_api.conduct.service.personal import ConductRecords

        return ConductRecords(self._conduct_store)

    # Ballots

    @cached_property
    def _ballot_store(self) -> BallotStore:
        from miniprogram_api.ballots.store import BallotStore

        return BallotStore(self.table)

    @cached_property
    def _roll_store(self) -> RollStore:
        from miniprogram_api.ballots.store import RollStore

        return RollStore(self.table)

    @cached_property
    def _ballots_queue(self) -> FunctionCall:
        from miniprogram_api.storage.handing_on import FunctionCall

        return FunctionCall(self.settings.ballots_function, self.aws)

    @cached_property
    def ballots(self) -> Ballots:
        """The ballots of all estates."""
        from miniprogram_api.ballots.service import Ballots

        return Ballots(
            self._ballot_store, self.estates, self.photos, self.house_rules, self.decisions, self._ballots_queue
        )

    @cached_property
    def voting(self) -> Voting:
        """The ballot box; it puts votes in and never looks."""
        from miniprogram_api.ballots.service.voting import Voting

        return Voting(self._ballot_store, self._roll_store, self.identity)

    @cached_property
    def paper_votes(self) -> PaperVotes:
        """Votes on paper and on site."""
        from miniprogram_api.ballots.service.paper import PaperVotes

        return PaperVotes(self._roll_store, self.voting, self.photos, self.sealer)

    @cached_property
    def proxies(self) -> Proxies:
        """Who votes for rooms of others."""
        from miniprogram_api.ballots.service.proxies import Proxies

        return Proxies(self._roll_store, self.identity, self.photos)

    @cached_property
    def roll_desk(self) -> RollDesk:
        """Rolls as people look at them."""
        from miniprogram_api.ballots.service.roll_desk import RollDesk

        return RollDesk(self._ballot_store, self._roll_store, self.photos, self._ballots_queue)

    @cached_property
    def objections(self) -> Objections:
        """Objections to results."""
        from miniprogram_api.ballots.service.objecting import Objections

        return Objections(self._ballot_store, self.photos)

    @cached_property
    def candidates(self) -> Candidates:
        """Who stands in elections."""
        from miniprogram_api.ballots.service.standing import Candidates

        return Candidates(self._ballot_store, self.estates, self.photos)

    @cached_property
    def running_figures(self) -> RunningFigures:
        """How many took part so far."""
        from miniprogram_api.ballots.service.following import RunningFigures
        from miniprogram_api.ballots.store import FigureStore

        return RunningFigures(FigureStore(self.table))

    @cached_property
    def _ballot_keys(self) -> BallotKeys:
        """The keys of ballots; only the ballot office's role may read what they are made from."""
        from miniprogram_api.storage.vote_box import BallotKeys

        return BallotKeys(lambda: self._key("ballot-key"))

    @cached_property
    def _counting(self) -> Counting:
        from miniprogram_api.ballots.service.counting import Counting

        return Counting(self._ballot_store, self._roll_store, self._ballot_keys, self.media)

    @cached_property
    def ballot_results(self) -> Results:
        """Counted ballots."""
        from miniprogram_api.ballots.service.results import Results

        return Results(self.running_figures, self._counting, self.media)

    @cached_property
    def result_reports(self) -> ResultReports:
        """Counted ballots on paper and as tables."""
        from miniprogram_api.ballots.service.reporting import ResultReports
        from miniprogram_api.container.answers import BallotPress
        from miniprogram_api.spreadsheets.workbooks import Workbooks

        return ResultReports(
            self._ballot_store,
            self._counting,
            self.estates,
            self.media,
            BallotPress(),
            Workbooks(),
            self.settings.public_url,
        )

    @cached_property
    def ballot_work(self) -> BallotWork:
        """The ballot office."""
        from miniprogram_api.ballots.service.calling import RollCaller
        from miniprogram_api.ballots.service.freezing import RollWriter
        from miniprogram_api.ballots.service.work import BallotWork

        writer = RollWriter(
            self._ballot_store, self._roll_store, self.estates, self.households, self._ballot_keys, self.sealer
        )
        caller = RollCaller(self._ballot_store, self._roll_store)
        return BallotWork(writer, caller, self._counting, self._ballots_queue)

    @cached_property
    def ballot_clock(self) -> BallotClock:
        """What the clock does with ballots."""
        from miniprogram_api.ballots.service.work import BallotClock

        return BallotClock(self._ballot_store, self._ballots_queue, self.call_a_person)
