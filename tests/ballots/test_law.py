"""The law at its edges: every rule of docs/law.md where one hundredth of a square metre, or one person, decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from miniprogram_api.ballots.ballot import Hand
from miniprogram_api.ballots.candidates import (
    Candidate,
    CandidateCheck,
    Nominator,
    OneCheckerOnly,
    ReasonMissing,
    Side,
    party_majority,
)
from miniprogram_api.ballots.counting import Amount, Row, Tally
from miniprogram_api.ballots.law import Form, Kind, band_of
from miniprogram_api.ballots.questions import Option, Question, checked
from miniprogram_api.ballots.results import BallotResult, Outcome, QuestionResult, result_of
from miniprogram_api.ballots.roll import head_identity
from miniprogram_api.kernel import vote_terms
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import (
    THREE_QUARTERS,
    ClauseMissing,
    Share,
    Silence,
    TermsTooLoose,
    VoteTerms,
    lawful_approval,
)

SPECIAL = [Matter.FUND_RAISE, Matter.REBUILD, Matter.COMMON_PARTS]
ORDINARY = [one for one in Matter if one not in {*SPECIAL, Matter.COMMITTEE}]
LAW = VoteTerms()
ALL_TERMS = [replace(LAW, silence=silence) for silence in Silence]


def owners(answer: str | None, *areas: int, told: bool = True, first: int = 0) -> list[Row]:
    """So many owners with one part each, all of one answer."""
    name = answer or "silent"
    choices = None if answer is None else ((answer,),)
    return [Row(f"{name} {first + n}", area, f"{name} {first + n}", told, choices) for n, area in enumerate(areas)]


def decide(rows: list[Row], matter: Matter = Matter.MANAGER, terms: VoteTerms = LAW) -> QuestionResult:
    """An approval in the owners' assembly."""
    questions = checked(Kind.ASSEMBLY, (Question("是否同意", Form.APPROVE, matter=matter),))
    (result,) = result_of(Kind.ASSEMBLY, Tally(questions).take_all(rows), terms).questions
    return result


# 民法典 278, second paragraph: who takes part


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(
    ("last", "outcome"), [(2_500, Outcome.PASSED), (2_499, Outcome.NO_QUORUM), (2_501, Outcome.PASSED)]
)
def test_civil_code_278_two_thirds_of_the_area_take_part(last: int, outcome: Outcome) -> None:
    """Eight of nine owners vote; they have 200 m2 and the ninth 100 m2, give or take 0.01 m2."""
    assert decide([*owners("yes", *[2_500] * 7, last), *owners(None, 10_000)]).outcome is outcome


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(("voting", "outcome"), [(6, Outcome.PASSED), (5, Outcome.NO_QUORUM), (7, Outcome.PASSED)])
def test_civil_code_278_two_thirds_of_the_heads_take_part(voting: int, outcome: Outcome) -> None:
    """Nine owners; those who vote have nearly all of the area."""
    assert decide([*owners("yes", *[90_000] * voting), *owners(None, *[1] * (9 - voting))]).outcome is outcome


@pytest.mark.parametrize("matter", [*ORDINARY, *SPECIAL])
def test_civil_code_278_the_quorum_is_the_same_for_every_matter(matter: Matter) -> None:
    assert decide([*owners("yes", *[100] * 6), *owners(None, *[100] * 3)], matter).outcome is Outcome.PASSED
    assert decide([*owners("yes", *[100] * 5), *owners(None, *[100] * 3)], matter).outcome is Outcome.NO_QUORUM


def test_civil_code_278_without_a_quorum_nothing_is_adopted_however_many_agree() -> None:
    result = decide([*owners("yes", 100), *owners(None, 100)])
    assert result.outcome is Outcome.NO_QUORUM
    assert all(check.holds for check in result.options[0].checks)
    assert not result.options[0].adopted


def test_civil_code_278_a_vote_of_nobody_has_no_quorum() -> None:
    assert decide([]).outcome is Outcome.NO_QUORUM
    assert decide(owners(None, 100)).outcome is Outcome.NO_QUORUM


# 民法典 278 and 1259: who agrees


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("matter", ORDINARY)
@pytest.mark.parametrize(("against", "outcome"), [(10_000, Outcome.FAILED), (9_999, Outcome.PASSED)])
def test_civil_code_1259_exactly_half_of_the_area_is_not_more_than_half(
    matter: Matter, against: int, outcome: Outcome
) -> None:
    assert decide([*owners("yes", 4_000, 3_000, 3_000), *owners("no", against)], matter).outcome is outcome


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("matter", ORDINARY)
@pytest.mark.parametrize(("agreeing", "outcome"), [(5, Outcome.FAILED), (6, Outcome.PASSED)])
def test_civil_code_1259_exactly_half_of_the_heads_is_not_more_than_half(
    matter: Matter, agreeing: int, outcome: Outcome
) -> None:
    rows = [*owners("yes", *[90_000] * agreeing), *owners("no", *[1] * (10 - agreeing))]
    assert decide(rows, matter).outcome is outcome


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("matter", SPECIAL)
@pytest.mark.parametrize(("last", "outcome"), [(2_500, Outcome.PASSED), (2_499, Outcome.FAILED)])
def test_civil_code_1259_exactly_three_quarters_of_the_area_is_three_quarters(
    matter: Matter, last: int, outcome: Outcome
) -> None:
    """Four agree with 75 m2 against one with 25 m2: 4 x 7500 >= 3 x 10000."""
    assert decide([*owners("yes", 2_000, 2_000, 1_000, last), *owners("no", 2_500)], matter).outcome is outcome


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("matter", SPECIAL)
@pytest.mark.parametrize(("agreeing", "outcome"), [(6, Outcome.PASSED), (5, Outcome.FAILED)])
def test_civil_code_1259_exactly_three_quarters_of_the_heads_is_three_quarters(
    matter: Matter, agreeing: int, outcome: Outcome
) -> None:
    rows = [*owners("yes", *[90_000] * agreeing), *owners("no", *[1] * (8 - agreeing))]
    assert decide(rows, matter).outcome is outcome


@pytest.mark.row("VOT-01")
def test_civil_code_278_5_and_6_using_the_fund_is_ordinary_and_raising_it_is_special() -> None:
    rows = [*owners("yes", *[100] * 7), *owners("no", *[100] * 3)]
    assert decide(rows, Matter.FUND_USE).outcome is Outcome.PASSED
    assert decide(rows, Matter.FUND_RAISE).outcome is Outcome.FAILED


def test_civil_code_278_area_alone_or_heads_alone_is_not_enough() -> None:
    much_area, many_heads = owners("yes", 90_000, 1), owners("no", 10, 10, 10)
    assert decide([*much_area, *many_heads]).outcome is Outcome.FAILED
    much_area, many_heads = owners("no", 90_000), owners("yes", 10, 10, 10)
    assert decide([*much_area, *many_heads]).outcome is Outcome.FAILED


def test_civil_code_278_an_abstention_takes_part_and_agrees_to_nothing() -> None:
    agreed, against = owners("yes", *[100] * 5), owners("no", *[100] * 4)
    assert decide([*agreed, *against]).outcome is Outcome.PASSED
    assert decide([*agreed, *against, *owners("abstain", 100)]).outcome is Outcome.FAILED


def test_civil_code_278_an_abstention_can_make_the_quorum() -> None:
    assert decide([*owners("yes", *[100] * 5), *owners(None, *[100] * 3)]).outcome is Outcome.NO_QUORUM
    with_one_more = [*owners("yes", *[100] * 5), *owners("abstain", 100), *owners(None, *[100] * 3)]
    assert decide(with_one_more).outcome is Outcome.PASSED


def test_civil_code_278_more_noes_than_half_adopt_nothing() -> None:
    result = decide([*owners("no", *[100] * 9), *owners("yes", 100)])
    assert result.outcome is Outcome.FAILED
    assert [option.adopted for option in result.options] == [False, False, False]


def test_sums_of_areas_beyond_2_to_the_53_decide_by_the_last_hundredth() -> None:
    """In floating point both halves are equal, and both quorums are two thirds."""
    half = 2**53
    assert decide([*owners("yes", half + 1, 1), *owners("no", half)]).outcome is Outcome.PASSED
    assert decide([*owners("yes", half - 1, 1), *owners("no", half)]).outcome is Outcome.FAILED
    third = 2**54
    assert decide([*owners("yes", third, third), *owners(None, third)]).outcome is Outcome.PASSED
    assert decide([*owners("yes", third, third), *owners(None, third + 1)]).outcome is Outcome.NO_QUORUM


# SPC interpretation on condominium disputes, 8 and 9: areas and heads


@pytest.mark.row("VOT-01")
def test_shanghai_no_1_intermediate_court_an_owner_of_15_flats_is_one_head() -> None:
    """15 flats and 4 neighbours for, 6 against: 19 of 25 flats, most of the area, and 5 of 11 people."""
    fifteen = [Row(f"flat {n}", 10_000, "one owner", True, (("yes",),)) for n in range(15)]
    result = decide([*fifteen, *owners("yes", *[10_000] * 4), *owners("no", *[10_000] * 6)])
    assert result.options[0].amount == Amount(area=190_000, heads=5, rooms=19)
    assert result.taking_part == Amount(area=250_000, heads=11, rooms=25)
    assert result.outcome is Outcome.FAILED


@pytest.mark.row("VOT-01")
def test_spc_9_the_developers_unsold_and_undelivered_parts_are_one_head() -> None:
    unsold = {head_identity(f"room_{n}", [], [], unsold=True) for n in range(40)}
    assert len(unsold) == 1
    undelivered = head_identity("room_41", ["买受人"], ["1"], unsold=True)
    assert unsold == {undelivered}
    (developer,) = unsold
    stock = [Row(f"unsold {n}", 10_000, developer, True, (("yes",),)) for n in range(40)]
    result = decide([*stock, *owners("no", 10_000, 10_000)])
    assert result.options[0].amount == Amount(area=400_000, heads=1, rooms=40)
    assert result.outcome is Outcome.FAILED


def test_spc_9_a_buyer_of_several_parts_is_one_head_and_two_of_one_name_are_two() -> None:
    wang = head_identity("room_1", ["王伟"], ["phone 1"], unsold=False)
    assert head_identity("room_2", ["王伟"], ["phone 1"], unsold=False) == wang
    assert head_identity("room_3", ["王伟"], ["phone 2"], unsold=False) != wang
    nobody = {head_identity(f"room_{n}", ["王伟"], [], unsold=False) for n in range(3)}
    assert len(nobody) == 3, "a name alone makes nobody the same person"


def test_guiding_rules_24_a_couple_on_one_deed_is_one_head() -> None:
    couple = head_identity("room_1", ["王伟", "李芳"], ["phone 1", "phone 2"], unsold=False)
    assert head_identity("room_2", ["李芳", "王伟"], ["phone 2", "phone 1"], unsold=False) == couple
    rows = [Row("room_1", 10_000, couple, True, (("yes",),)), Row("room_2", 10_000, couple, True, (("yes",),))]
    assert decide(rows).taking_part == Amount(area=20_000, heads=1, rooms=2)


def test_our_own_choice_a_flat_of_both_spouses_and_one_of_one_of_them_are_two_heads() -> None:
    couple = head_identity("room_1", ["王伟", "李芳"], ["phone 1", "phone 2"], unsold=False)
    assert head_identity("room_2", ["王伟"], ["phone 1"], unsold=False) != couple


def test_our_own_choice_whoever_votes_differently_for_two_parts_agrees_to_nothing_as_a_person() -> None:
    torn = [Row("a", 5_000, "王伟", True, (("yes",),)), Row("b", 3_000, "王伟", True, (("no",),))]
    yes, no, _ = decide(torn).options
    assert (yes.amount, no.amount) == (Amount(5_000, 0, 1), Amount(3_000, 0, 1))
    assert decide(torn).taking_part == Amount(8_000, 1, 2)


def test_our_own_choice_whoever_votes_for_one_of_two_parts_is_a_whole_head_with_half_the_area() -> None:
    result = decide([Row("a", 5_000, "王伟", False, (("yes",),)), Row("b", 3_000, "王伟", False)])
    assert result.taking_part == result.options[0].amount == Amount(5_000, 1, 1)


# Silence


@pytest.mark.row("VOT-01")
def test_civil_code_278_silence_is_no_participation_unless_the_estates_rules_say_otherwise() -> None:
    assert LAW.silence is Silence.NOT_PARTICIPATED
    rows = [*owners("yes", *[100] * 6), *owners(None, *[100] * 4)]
    assert decide(rows).outcome is Outcome.NO_QUORUM
    abstained, followed = (decide(rows, terms=terms) for terms in ALL_TERMS[1:])
    assert (abstained.outcome, abstained.deemed) == (Outcome.PASSED, "abstain")
    assert abstained.options[0].amount == Amount(600, 6, 6)
    assert (followed.outcome, followed.deemed) == (Outcome.PASSED, "yes")
    assert followed.options[0].amount == Amount(1_000, 10, 10)


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("terms", ALL_TERMS)
def test_guiding_rules_22_silence_of_whom_nobody_told_never_counts(terms: VoteTerms) -> None:
    rows = [*owners("yes", *[100] * 6), *owners(None, *[100] * 4, told=False)]
    assert decide(rows, terms=terms) == decide(rows)
    assert decide(rows, terms=terms).outcome is Outcome.NO_QUORUM


@pytest.mark.parametrize("silence", [Silence.ABSTAIN, Silence.FOLLOW_MAJORITY])
def test_guiding_rules_26_a_rule_about_silence_names_its_clause(silence: Silence) -> None:
    with pytest.raises(ClauseMissing):
        vote_terms.checked(VoteTerms(silence=silence))
    assert vote_terms.checked(VoteTerms(silence=silence, clauses={"silence": "第二十条"}))


def test_silence_as_an_abstention_stays_in_the_base_of_those_who_must_agree() -> None:
    rows = [*owners("yes", *[100] * 7), *owners(None, *[100] * 3)]
    assert decide(rows, Matter.REBUILD).outcome is Outcome.PASSED
    assert decide(rows, Matter.REBUILD, ALL_TERMS[1]).outcome is Outcome.FAILED


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ((50_000, 1), (10, 10, 10)),  # more area for, more heads against
        ((10, 10, 10), (50_000, 1)),
        ((100, 100), (100, 100)),  # equal in both
        ((100, 100), (150, 50)),
        ((100, 200), (100, 100)),  # equal heads
        ((100, 100, 100), (150, 150)),  # equal areas
    ],
)
def test_silence_follows_no_majority_where_heads_and_area_differ_or_are_equal(
    yes: tuple[int, ...], no: tuple[int, ...]
) -> None:
    rows = [*owners("yes", *yes), *owners("no", *no), *owners(None, 100, 100)]
    assert decide(rows, terms=ALL_TERMS[2]) == decide(rows)


def test_guiding_rules_26_who_voted_for_one_part_has_taken_part_and_follows_nobody_with_the_next() -> None:
    """One owner says no for one flat and nothing for a large second one: it is not counted with the yes of others."""
    torn = [Row("a", 10, "王伟", True, (("no",),)), Row("b", 90_000, "王伟", True)]
    result = decide([*owners("yes", 100, 100), *torn, *owners(None, 50)], terms=ALL_TERMS[2])
    assert result.deemed == "yes"
    assert result.options[0].amount == Amount(250, 3, 3)
    assert result.taking_part == Amount(260, 4, 4)


def test_a_paper_handed_over_and_not_given_back_abstains_though_its_owner_voted_for_another_part() -> None:
    two_parts = [Row("a", 10, "王伟", True, (("yes",),)), Row("b", 90, "王伟", True)]
    result = decide(two_parts, terms=ALL_TERMS[1])
    assert (result.taking_part, result.deemed) == (Amount(100, 1, 2), "abstain")
    assert result.options[0].amount == Amount(10, 1, 1)


def test_silence_never_chooses_among_candidates_or_offers() -> None:
    questions = checked(
        Kind.ASSEMBLY,
        (Question("哪一家", Form.SELECT, (Option("a", "甲"), Option("b", "乙")), Matter.MANAGER, most=1, seats=1),),
    )
    rows = [Row("1", 100, "1", True, (("a",),)), Row("2", 100, "2", True)]
    tally = Tally(questions).take_all(rows)
    results = [result_of(Kind.ASSEMBLY, tally, terms) for terms in ALL_TERMS]
    assert results[0] == results[1] == results[2]


# An estate's own rules


@pytest.mark.row("VOT-01")
def test_civil_code_278_an_estate_may_ask_for_more_and_never_for_less() -> None:
    rows = [*owners("yes", *[100] * 7), *owners("no", *[100] * 3)]
    stricter = VoteTerms(approvals={Matter.MANAGER: THREE_QUARTERS}, clauses={"approvals": "第八条"})
    assert decide(rows, terms=vote_terms.checked(stricter)).outcome is Outcome.FAILED
    assert decide(rows).outcome is Outcome.PASSED
    for matter in Matter:
        for share in (Share(1, 3, included=True), Share(1, 2, included=True)):
            with pytest.raises(TermsTooLoose):
                vote_terms.checked(VoteTerms(approvals={matter: share}, clauses={"approvals": "第八条"}))
    for matter in SPECIAL:
        assert lawful_approval(matter) == Share(3, 4, included=True)
        for share in (Share(2, 3, included=True), Share(299, 400, included=False)):
            with pytest.raises(TermsTooLoose):
                vote_terms.checked(VoteTerms(approvals={matter: share}, clauses={"approvals": "第八条"}))


def test_spc_2_parking_counts_in_no_matter_until_a_clause_of_the_estates_rules_says_so() -> None:
    assert LAW.parking_in == frozenset()
    with pytest.raises(ClauseMissing):
        vote_terms.checked(VoteTerms(parking_in=frozenset({Matter.OTHER})))
    assert vote_terms.checked(VoteTerms(parking_in=frozenset({Matter.OTHER}), clauses={"parking_in": "第五条"}))


def test_property_management_regulation_14_notice_of_15_days_can_be_longer_and_not_shorter() -> None:
    assert LAW.notice_days == 15
    with pytest.raises(TermsTooLoose):
        vote_terms.checked(VoteTerms(notice_days=14, clauses={"notice_days": "第三条"}))
    assert vote_terms.checked(VoteTerms(notice_days=16, clauses={"notice_days": "第三条"}))


# 002:27 同意改造率和改造方案认可率均须达到三分之二


def renovate(
    consents: int, accepts: int, households: int, terms: VoteTerms = LAW, against: tuple[str | None, ...] = ("no",)
) -> BallotResult:
    """A renovation: so many of all households consent and accept the plan; the rest answer in turn as given."""
    questions = checked(Kind.RENOVATION, (Question("同意改造", Form.APPROVE), Question("认可改造方案", Form.APPROVE)))
    rows = []
    for n in range(households):
        rest = against[n % len(against)]
        answers = ("yes" if n < consents else rest, "yes" if n < accepts else rest)
        choices = None if None in answers else tuple((one,) for one in answers)
        rows.append(Row(f"{n}", 5_000 + n, f"{n}", True, choices))
    return result_of(Kind.RENOVATION, Tally(questions).take_all(rows), terms)


@pytest.mark.row("VOT-02")
@pytest.mark.parametrize(
    ("consents", "accepts", "outcomes"),
    [
        (60, 60, (Outcome.PASSED, Outcome.PASSED)),
        (59, 60, (Outcome.FAILED, Outcome.PASSED)),
        (60, 59, (Outcome.PASSED, Outcome.FAILED)),
        (59, 59, (Outcome.FAILED, Outcome.FAILED)),
    ],
)
def test_002_27_two_thirds_of_90_households_must_agree_twice(
    consents: int, accepts: int, outcomes: tuple[Outcome, Outcome]
) -> None:
    result = renovate(consents, accepts, 90)
    assert tuple(question.outcome for question in result.questions) == outcomes
    assert result.all_passed is (outcomes == (Outcome.PASSED, Outcome.PASSED))


@pytest.mark.row("VOT-02")
def test_002_27_the_denominator_is_all_households_and_not_those_who_answered() -> None:
    assert not renovate(59, 59, 90, against=(None,)).all_passed
    assert renovate(60, 60, 90, against=(None,)).all_passed


@pytest.mark.row("VOT-02")
@pytest.mark.parametrize("terms", ALL_TERMS)
def test_002_27_nobody_consents_to_a_renovation_by_silence(terms: VoteTerms) -> None:
    """An estate's rule about silence is a rule of its assembly: a consent rate counts households that said yes."""
    result = renovate(59, 59, 90, terms, against=(None,))
    assert not result.all_passed
    assert result.questions[0].options[0].amount.rooms == 59
    assert result.questions[0].deemed is None


def test_002_27_households_count_and_neither_area_nor_heads() -> None:
    questions = checked(Kind.RENOVATION, (Question("同意改造", Form.APPROVE), Question("认可改造方案", Form.APPROVE)))
    yes, no = (("yes",), ("yes",)), (("no",), ("no",))
    rows = [Row("a", 1, "one owner", True, yes), Row("b", 1, "one owner", True, yes), Row("c", 10_000, "x", True, no)]
    assert result_of(Kind.RENOVATION, Tally(questions).take_all(rows), LAW).all_passed


# 002:41 满意度 90 / 80 / 70


def rate(least: int = 0, **answers: int) -> QuestionResult:
    questions = checked(Kind.SATISFACTION, (Question("总体满意度", Form.RATE),))
    given = [answer for answer, count in answers.items() for _ in range(count)]
    rows = [Row(f"{n}", 1, f"{n}", False, ((answer,),)) for n, answer in enumerate(given)]
    (result,) = result_of(Kind.SATISFACTION, Tally(questions).take_all(rows), LAW, least).questions
    return result


@pytest.mark.row("SUP-12")
@pytest.mark.parametrize(
    ("satisfied", "valid", "band"),
    [
        (900, 1000, 0),  # 90.0 %
        (899, 1000, 1),  # 89.9 %
        (1000, 1000, 0),
        (800, 1000, 1),
        (799, 1000, 2),
        (700, 1000, 2),
        (699, 1000, 3),
        (0, 1, 3),
        (9 * 10**20, 10**21, 0),
        (9 * 10**20 - 1, 10**21, 1),
    ],
)
def test_002_41_a_band_begins_at_its_own_percentage(satisfied: int, valid: int, band: int) -> None:
    assert band_of(satisfied, valid) == band


@pytest.mark.row("SUP-12")
def test_002_41_a_survey_of_1000_households_at_90_0_and_at_89_9_percent() -> None:
    reached, missed = rate(satisfied=900, **{"not": 100}), rate(satisfied=899, **{"not": 101})
    assert reached.satisfaction is not None
    assert missed.satisfaction is not None
    assert (reached.satisfaction.band, missed.satisfaction.band) == (0, 1)
    assert reached.outcome is Outcome.COUNTED


@pytest.mark.row("SUP-12")
def test_our_own_choice_basically_satisfied_is_satisfied_and_unknown_is_no_answer() -> None:
    found = rate(satisfied=50, basically=40, unknown=500, **{"not": 10}).satisfaction
    assert found is not None
    assert (found.favourable, found.valid, found.band) == (90, 100, 0)


@pytest.mark.row("SUP-12")
@pytest.mark.parametrize(("least", "enough"), [(0, True), (10, True), (11, False)])
def test_sup_12_fewer_valid_answers_than_wanted_are_flagged(least: int, enough: bool) -> None:
    found = rate(least, satisfied=10, unknown=5).satisfaction
    assert found is not None
    assert found.enough is enough


def test_sup_12_without_a_valid_answer_there_is_no_band() -> None:
    found = rate(unknown=3).satisfaction
    assert found is not None
    assert (found.valid, found.band, found.enough) == (0, None, False)


# Elections


def elect(votes: dict[tuple[str, ...], list[int]], seats: int, most: int = 5) -> QuestionResult:
    """An election of candidates a to e: for each choice, the areas of the owners who made it."""
    (question,) = checked(
        Kind.ELECTION, (Question("选举委员", Form.SELECT, (), Matter.COMMITTEE, most=most, seats=seats),)
    )
    question = replace(question, options=tuple(Option(name, name) for name in "abcde"))
    rows = [
        Row(f"{chosen} {n}", area, f"{chosen} {n}", True, (chosen,))
        for chosen, areas in votes.items()
        for n, area in enumerate(areas)
    ]
    (result,) = result_of(Kind.ELECTION, Tally((question,)).take_all(rows), LAW).questions
    return result


def elected(result: QuestionResult) -> dict[str, int | None]:
    return {option.id: option.place for option in result.options if option.adopted}


@pytest.mark.row("VOT-10")
def test_civil_code_278_3_a_candidate_needs_more_than_half_of_area_and_of_heads() -> None:
    result = elect({("a", "b"): [100, 100], ("a",): [100], ("c", "b"): [500]}, seats=2)
    assert elected(result) == {"b": 1}, "a: 3 of 4 heads, 300 of 800; b: 3 of 4 heads, 700 of 800; c: 1 of 4 heads"
    assert result.outcome is Outcome.SEATS_OPEN
    half = elect({("a",): [100, 100], ("b",): [100, 100]}, seats=1)
    assert (elected(half), half.outcome) == ({}, Outcome.FAILED)


@pytest.mark.row("VOT-10")
def test_our_own_choice_seats_go_by_heads_then_by_area() -> None:
    votes = {("a", "b", "c"): [100, 100], ("a", "b"): [100], ("a", "c"): [90], ("b", "c"): [95]}
    result = elect(votes, seats=2)
    assert [(option.id, option.amount.heads, option.amount.area) for option in result.options[:3]] == [
        ("a", 4, 390),
        ("b", 4, 395),
        ("c", 4, 385),
    ]
    assert elected(result) == {"b": 1, "a": 2}
    assert result.outcome is Outcome.ELECTED
    many_heads = elect({("a", "b"): [300, 300], ("a",): [10, 10], ("b",): [100]}, seats=1)
    assert elected(many_heads) == {"a": 1}, "a: 4 heads and 620; b: 3 heads and 700"


@pytest.mark.row("VOT-10")
def test_our_own_choice_equals_at_the_last_seat_leave_it_open() -> None:
    votes = {("a", "b", "c"): [100, 100, 100], ("a",): [100], ("d",): [100]}
    result = elect(votes, seats=2)
    assert elected(result) == {"a": 1}
    assert {option.id for option in result.options if option.tied} == {"b", "c"}
    assert {option.id: option.place for option in result.options[:3]} == {"a": 1, "b": 2, "c": 2}
    assert result.outcome is Outcome.SEATS_OPEN
    enough = elect(votes, seats=3)
    assert elected(enough) == {"a": 1, "b": 2, "c": 2}
    assert enough.outcome is Outcome.ELECTED
    only_equals = elect({("a", "b"): [100, 100]}, seats=1)
    assert (elected(only_equals), only_equals.outcome) == ({}, Outcome.SEATS_OPEN)


@pytest.mark.row("VOT-10")
def test_civil_code_278_3_an_empty_paper_takes_part_in_an_election() -> None:
    assert elect({("a",): [100, 100], (): [100]}, seats=1).outcome is Outcome.ELECTED
    assert elect({("a",): [100, 100], (): [100, 100]}, seats=1).outcome is Outcome.FAILED


NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLERK, OFFICER = Hand("acc_community", "社区", NOW), Hand("acc_street", "街道", NOW)


def candidate(name: str = "甲", *, party: bool | None = None) -> Candidate:
    return Candidate(
        f"can_{name}", "est_1", "bal_1", name, "room_1", "1-101", Nominator.SELF, CLERK, party_member=party
    )


@pytest.mark.row("VOT-10")
def test_000_81_a_candidate_stands_when_both_community_and_street_let_them() -> None:
    one = candidate()
    assert not one.qualified
    by_community = one.checked(Side.COMMUNITY, passed=True, reason="", hand=CLERK)
    assert not by_community.qualified
    by_both = by_community.checked(Side.STREET, passed=True, reason="", hand=OFFICER)
    assert by_both.qualified
    assert not by_community.checked(Side.STREET, passed=False, reason="欠缴物业费", hand=OFFICER).qualified
    assert not one.checked(Side.STREET, passed=True, reason="", hand=OFFICER).qualified
    assert not replace(by_both, withdrawn=CLERK).qualified


@pytest.mark.row("VOT-10")
def test_000_81_who_does_not_pass_is_told_why_and_one_person_is_not_both_sides() -> None:
    with pytest.raises(ReasonMissing):
        candidate().checked(Side.COMMUNITY, passed=False, reason="  ", hand=CLERK)
    with pytest.raises(OneCheckerOnly):
        candidate().checked(Side.COMMUNITY, passed=True, reason="", hand=CLERK).checked(
            Side.STREET, passed=True, reason="", hand=CLERK
        )
    refused = CandidateCheck(False, CLERK, "不是业主")
    assert candidate().checked(Side.COMMUNITY, passed=False, reason="不是业主", hand=CLERK).community == refused


@pytest.mark.row("VOT-11")
@pytest.mark.parametrize(
    ("members", "others", "majority"), [(3, 2, True), (3, 3, False), (2, 3, False), (0, 0, False), (1, 0, True)]
)
def test_000_81_exactly_half_is_no_party_majority(members: int, others: int, majority: bool) -> None:
    committee = [candidate(f"{n}", party=True) for n in range(members)]
    committee += [candidate(f"{n}", party=None if n % 2 else False) for n in range(others)]
    assert party_majority(committee) == (members, members + others, majority)
