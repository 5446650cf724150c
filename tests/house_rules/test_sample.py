"""A model text to start from: complete, lawful, marked, and not adopted as it is (VOT-17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.house_rules.document import MAXIMUM_TEXT, DocumentKind
from miniprogram_api.house_rules.sample import sample
from miniprogram_api.house_rules.schemas import Terms, TextGiven
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import SETTINGS, Disclosure, Share, Silence, VoteTerms
from tests.house_rules.conftest import code

pytestmark = pytest.mark.row("VOT-17")


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_model_text_may_be_drafted_as_it_is(kind) -> None:
    content = sample(kind, "道路队小区")
    content.check(kind)
    assert content.title.startswith("道路队小区")
    assert "示范文本" in content.title
    assert all(clause.text and clause.title for clause in content.clauses)
    assert sum(len(clause.text) for clause in content.clauses) < MAXIMUM_TEXT


def test_the_model_rules_state_what_the_law_states() -> None:
    content = sample(DocumentKind.RULES, "道路队小区")
    says = {clause.title: clause.text for clause in content.clauses}
    assert "15 日" in says["会议通知"]
    assert "百分之二十以上" in says["临时会议"]
    assert says["参与表决"].count("三分之二以上") == 2
    assert says["一般事项"].count("过半数") == 2
    assert says["特别事项"].count("四分之三以上") == 2
    assert all(matter in says["特别事项"] for matter in ("筹集维修资金", "改建、重建", "共有部分用途"))
    assert "使用" not in says["特别事项"], "using the fund is an ordinary matter"
    assert content.terms == VoteTerms(clauses=content.terms.clauses), "its settings are those of the law"
    numbers = {clause.number: clause.title for clause in content.clauses}
    assert {name: numbers[number] for name, number in content.terms.clauses.items()} == {
        "notice_days": "会议通知",
        "proxy_cap": "委托",
        "silence": "未表决",
        "objection_days": "计票和公布",
    }


@pytest.mark.parametrize(("kind", "matter"), [("rules", Matter.RULES), ("covenant", Matter.COVENANT)])
def test_a_draft_begins_with_the_model_and_is_adopted_under_the_estates_own_name(house, kind, matter) -> None:
    text = house.client.get(f"{house.path}/sample?kind={kind}", who=house.who(Role.COMMITTEE)).json
    document_id = house.drafted(text, kind)
    decision_id = house.decided(matter)
    refused = house.step(document_id, "adoption", {"decision_id": decision_id})
    assert code(refused) == (422, "house_rules_still_sample")
    named = {"version": 0, "text": {**text, "title": "道路队小区正式文本"}}
    path, who = f"{house.path}/{document_id}", house.who(Role.COMMITTEE)
    assert house.client.put(path, json=named, who=who).status_code == 200
    assert house.step(document_id, "adoption", {"decision_id": decision_id}).status_code == 200
    assert house.client.get(f"{house.path}/sample?kind={kind}", who=house.who(Role.OWNER)).status_code == 403


TERMS = st.builds(
    VoteTerms,
    notice_days=st.integers(15, 120),
    objection_days=st.integers(1, 60),
    silence=st.sampled_from(Silence),
    change_once=st.booleans(),
    proxy_cap=st.none() | st.integers(0, 50),
    parking_in=st.frozensets(st.sampled_from(Matter)),
    approvals=st.dictionaries(
        st.sampled_from(Matter), st.builds(Share, st.integers(1, 100), st.integers(1, 100), included=st.booleans())
    ),
    disclosure=st.sampled_from(Disclosure),
    election_disclosure=st.sampled_from(Disclosure),
    clauses=st.dictionaries(st.sampled_from(SETTINGS), st.just("第九条")),
)


@given(TERMS)
def test_settings_come_back_as_they_were_sent(terms) -> None:
    assert Terms.of(terms).terms() == terms
    text = TextGiven.of(sample(DocumentKind.RULES, "道路队小区"))
    assert text.content(DocumentKind.RULES) == sample(DocumentKind.RULES, "道路队小区")
