"""What an estate's own rules may say about voting: never less than the law, and never without a clause (VOT-17)."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import (
    MORE_THAN_HALF,
    MOST_PROXIES,
    SETTINGS,
    SPECIAL_MATTERS,
    THREE_QUARTERS,
    TWO_THIRDS,
    ClauseMissing,
    Disclosure,
    Share,
    Silence,
    TermsTooLoose,
    VoteTerms,
    checked,
    lawful_approval,
)

pytestmark = pytest.mark.row("VOT-17")

STRICTER = {
    "notice_days": 20,
    "objection_days": 10,
    "silence": Silence.ABSTAIN,
    "change_once": True,
    "proxy_cap": 3,
    "parking_in": frozenset({Matter.MANAGER}),
    "approvals": {Matter.MANAGER: TWO_THIRDS},
    "disclosure": Disclosure.MASKED,
    "election_disclosure": Disclosure.SIGNED,
}
"""Of each setting a value that the law allows and that differs from the default."""


@pytest.mark.parametrize(
    ("share", "part", "whole", "enough"),
    [
        (MORE_THAN_HALF, 50, 100, False),
        (MORE_THAN_HALF, 51, 100, True),
        (MORE_THAN_HALF, 50, 99, True),
        (TWO_THIRDS, 66, 99, True),
        (TWO_THIRDS, 65, 99, False),
        (TWO_THIRDS, 66, 100, False),
        (TWO_THIRDS, 67, 100, True),
        (THREE_QUARTERS, 75, 100, True),
        (THREE_QUARTERS, 74, 100, False),
        (THREE_QUARTERS, 2_483_857 * 3, 2_483_857 * 4, True),
        (THREE_QUARTERS, 2_483_857 * 3 - 1, 2_483_857 * 4, False),
    ],
)
def test_a_share_at_its_very_edge(share, part, whole, enough) -> None:
    assert share.reached(part, whole) is enough


@pytest.mark.parametrize("share", [MORE_THAN_HALF, TWO_THIRDS, THREE_QUARTERS])
def test_nothing_of_nothing_reaches_no_share(share) -> None:
    assert not share.reached(0, 0)
    assert not share.reached(0, 10)
    assert share.reached(10, 10)


SHARES = st.builds(Share, st.integers(1, 12), st.integers(1, 12), included=st.booleans())


@given(SHARES, SHARES, st.integers(0, 400), st.integers(1, 400))
def test_a_share_that_asks_for_as_much_is_never_reached_where_the_other_is_not(one, other, part, whole) -> None:
    exact = Fraction(part, whole)
    wanted = Fraction(one.numerator, one.denominator)
    assert one.reached(part, whole) is (exact > wanted or (one.included and exact == wanted))
    if one.is_at_least(other) and one.reached(part, whole):
        assert other.reached(part, whole)


@given(SHARES, SHARES)
def test_of_two_shares_one_asks_for_as_much_as_the_other(one, other) -> None:
    assert one.is_at_least(one)
    assert one.is_at_least(other) or other.is_at_least(one)


@pytest.mark.parametrize("matter", Matter)
def test_the_law_asks_three_quarters_for_three_matters_and_more_than_half_for_all_others(matter) -> None:
    special = {Matter.FUND_RAISE, Matter.REBUILD, Matter.COMMON_PARTS}
    assert lawful_approval(matter) == (THREE_QUARTERS if matter in special else MORE_THAN_HALF)
    assert VoteTerms().approval(matter) == lawful_approval(matter)
    assert special == SPECIAL_MATTERS


def test_every_setting_is_looked_at() -> None:
    assert {field.name for field in fields(VoteTerms)} == {*SETTINGS, "clauses"}
    assert set(STRICTER) == set(SETTINGS)
    silent = VoteTerms()
    assert all(getattr(silent, name) != value for name, value in STRICTER.items())


def test_silent_rules_may_hold_and_the_silent_did_not_take_part() -> None:
    assert checked(VoteTerms()) == VoteTerms()
    assert VoteTerms().silence is Silence.NOT_PARTICIPATED
    assert (VoteTerms().notice_days, VoteTerms().parking_in, VoteTerms().election_disclosure) == (
        15,
        frozenset(),
        Disclosure.MASKED,
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_what_differs_from_the_default_names_its_clause(name) -> None:
    differing = replace(VoteTerms(), **{name: STRICTER[name]})
    for clauses in ({}, {name: "  "}, {other: "第一条" for other in SETTINGS if other != name}):
        with pytest.raises(ClauseMissing) as refused:
            checked(replace(differing, clauses=clauses))
        assert refused.value.detail == {"missing": [name]}
    named = replace(differing, clauses={name: "第九条"})
    assert checked(named) == named


LOOSER = [
    ("notice_days", 14),
    ("notice_days", 0),
    ("objection_days", 0),
    ("proxy_cap", -1),
    ("proxy_cap", MOST_PROXIES + 1),
    *[("approvals", {matter: Share(1, 2, included=True)}) for matter in Matter],
    *[("approvals", {matter: TWO_THIRDS}) for matter in sorted(SPECIAL_MATTERS)],
    *[("approvals", {matter: Share(74, 100, included=False)}) for matter in sorted(SPECIAL_MATTERS)],
    ("approvals", {Matter.MANAGER: Share(5, 4, included=True)}),
    ("approvals", {Matter.MANAGER: Share(0, 1, included=False)}),
    ("approvals", {Matter.MANAGER: Share(1, 0, included=True)}),
]


@pytest.mark.parametrize(("name", "value"), LOOSER, ids=str)
def test_nothing_asks_for_less_than_the_law_whatever_clause_says_so(name, value) -> None:
    with pytest.raises(TermsTooLoose):
        checked(replace(VoteTerms(), **{name: value}, clauses={name: "第九条"}))


@pytest.mark.parametrize(
    "approvals",
    [
        {Matter.MANAGER: MORE_THAN_HALF},
        {Matter.MANAGER: TWO_THIRDS},
        {Matter.REBUILD: THREE_QUARTERS},
        {Matter.REBUILD: Share(3, 4, included=False)},
        {Matter.REBUILD: Share(1, 1, included=True)},
        {Matter.REBUILD: Share(6, 8, included=True), Matter.OTHER: Share(5, 10, included=False)},
    ],
    ids=str,
)
def test_an_estate_may_ask_for_as_much_as_the_law_or_more(approvals) -> None:
    terms = VoteTerms(approvals=approvals, clauses={"approvals": "第九条"})
    assert checked(terms).approval(next(iter(approvals))) == next(iter(approvals.values()))
