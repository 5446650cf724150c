"""What owners and tenants read, ask and are answered; who is late (FND-01, FND-02, S3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.estates.store import ESTATE
from miniprogram_api.funds.notices import question_notices
from miniprogram_api.funds.publication import Publication, percent
from miniprogram_api.funds.schemas.publications import DisclosureShown
from miniprogram_api.funds.store import PUBLICATION
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.storage.transaction import Transaction
from tests.funds.conftest import DECEMBER


@pytest.fixture
def published(office) -> str:
    """November with one line."""
    office.book(office.place(), 120_000)
    office.go_to(DECEMBER)
    office.publish()
    return "/publications/2026-11"


def question(office, who, line: int = 1, key: str | None = None, text: str = "广告费为什么比去年少？"):
    return office.post("/publications/2026-11/questions", who, key, line=line, text=text)


@pytest.mark.row("FND-01")
def test_tenants_read_the_summary_and_owners_every_line(office, published, people, world) -> None:
    tenant = people.resident(world.estate, Role.TENANT)
    assert len(office.get(published, office.owner).json["lines"]) == 1
    shown = office.get(published, tenant).json
    assert (shown["lines"], shown["totals"][0]["income"]) == ([], 120_000)
    refused = question(office, tenant)
    assert (refused.status_code, refused.json["code"]) == (403, "lines_for_owners")
    assert office.get(f"{published}/questions", tenant).json["code"] == "lines_for_owners"
    year = office.get("/publications-of-year?year=2026", tenant).json
    assert (year["items"], len(year["months"])) == ([], 1)


@pytest.mark.row("FND-01")
def test_an_unpublished_month_is_not_shown_to_owners(office) -> None:
    office.book(office.place(), 100)
    hidden = office.get("/publications/2026-11", office.owner)
    assert (hidden.status_code, hidden.json["code"]) == (404, "publication_unknown")
    assert office.get("/ledger/2026-11/postings", office.owner).status_code == 403


@pytest.mark.row("FND-01")
def test_the_year_adds_up_by_item(office) -> None:
    place = office.place()
    office.book(place, 100)
    office.book(place, 30, item="bank_charge", direction="expense")
    office.go_to(DECEMBER + timedelta(days=30))
    office.book(place, 900, month="2026-12", on="2026-12-24")
    for month in ("2026-11", "2026-12"):
        office.publish(month)
    year = office.get("/publications-of-year?year=2026", office.owner).json
    assert [month["month"] for month in year["months"]] == ["2026-11", "2026-12"]
    assert {item["label"]: item["fen"] for item in year["items"]} == {"电梯及场地广告费": 1000, "银行手续费": -30}
    assert [one["month"] for one in office.get("/publications", office.owner).json["items"]] == ["2026-12", "2026-11"]


@pytest.mark.row("FND-01")
def test_an_owner_asks_about_a_line_and_all_owners_read_the_answer_without_a_name(
    office, published, people, world
) -> None:
    asked = question(office, office.owner)
    assert (asked.status_code, asked.json["about"], asked.json["due_at"]) == (
        201,
        "电梯及场地广告费",
        "2026-12-12T02:00:00Z",
    )
    (waiting,) = office.get("/fund-questions/open", office.chair).json["items"]
    answered = office.post(f"/fund-questions/{waiting['id']}/answer", office.chair, text="两处广告位空置，已重新招租。")
    assert answered.status_code == 200
    (read,) = office.get(f"{published}/questions", people.resident(world.estate, Role.CO_OWNER, "room_2")).json["items"]
    assert (read["text"], read["answer"]) == ("广告费为什么比去年少？", "两处广告位空置，已重新招租。")
    assert office.owner.account_id not in str(read)
    assert "asked_by" not in str(read)
    assert office.get("/fund-questions/open", office.chair).json["items"] == []
    other = office.post(f"/fund-questions/{waiting['id']}/answer", office.manager, text="另一答复")
    assert (other.status_code, other.json["code"]) == (409, "fund_question_answered")


@pytest.mark.row("FND-01")
def test_a_question_without_answer_reaches_the_desk_once_after_the_estate_s_days(
    office, published, container, clock
) -> None:
    office.put("/fund-settings", office.manager, answer_days=3, low_balance_fen=0)
    question_id = question(office, office.owner).json["id"]
    stored = container.fund_questions.get_question(office.estate_id, question_id)
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    container.fund_questions.sweep(clock())
    assert not container.fund_questions.get_question(office.estate_id, question_id).told_late
    clock.advance(timedelta(seconds=1))
    container.fund_questions.sweep(clock())
    late = container.fund_questions.get_question(office.estate_id, question_id)
    (notice,) = question_notices(stored, late)
    assert (notice.title, notice.to.roles) == ("提问超期未答复", {Role.MANAGER, Role.FINANCE})
    container.fund_questions.sweep(clock())
    assert container.fund_questions.get_question(office.estate_id, question_id) == late
    office.again()
    office.post(f"/fund-questions/{question_id}/answer", office.chair, text="已答复")
    answered = container.fund_questions.get_question(office.estate_id, question_id)
    (told,) = question_notices(late, answered)
    assert told.to.account_id == office.owner.account_id


def test_a_question_sent_twice_stands_once_and_a_line_that_is_not_there_is_refused(office, published) -> None:
    first, again = (question(office, office.owner, key="question-key-1") for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    other = question(office, office.owner, key="question-key-1", text="别的问题")
    assert (other.status_code, other.json["code"]) == (409, "fund_question_key_reused")
    nothing = question(office, office.owner, line=2)
    assert (nothing.status_code, nothing.json["code"]) == (404, "publication_unknown")


@pytest.mark.row("FND-02")
def test_58_of_92_shows_as_63_04_percent() -> None:
    # 58 / 92 = 0.630434...; the source text prints 63.04 % (000:83).
    assert percent(58, 92) == "63.04"
    assert (percent(1, 8), percent(1, 3), percent(2, 3), percent(92, 92), percent(0, 0)) == (
        "12.50",
        "33.33",
        "66.67",
        "100.00",
        "0.00",
    )


@pytest.mark.row("FND-02")
def test_officials_see_the_rate_and_who_is_late_below_their_unit(
    office, published, desk, container, people, world
) -> None:
    names = ["友协一区", "友协二区"]
    for name in names:
        estate = replace(world.estate, id=new_id("est", container.clock()), name=name, locator=secret_token(6))
        act = Transaction("system", "test_setup", container.clock())
        act.add(ESTATE, estate)
        container.table.commit(act)
    orphan = replace(estate, id=new_id("est", container.clock()), locator=secret_token(6), company_id=None)
    act = Transaction("system", "test_setup", container.clock())
    act.add(ESTATE, orphan)
    act.add(PUBLICATION, Publication(estate.id, names[1], "2026-11", (), (), container.clock(), "王经理"))
    container.table.commit(act)
    proof = {"photo_ids": [office.photo(desk, office.manager)], "shown_from": "2026-12-05", "shown_until": "2026-12-20"}
    office.post("/publications/2026-11/board-proof", office.manager, **proof)
    official = people.official(world.street)
    path = f"/v1/units/{world.street.id}/fund-disclosure?month=2026-11"
    shown = office.client.get(path, who=official).json
    assert (shown["projects"], shown["published"], shown["complete"]) == (3, 2, 1), "without a company it is no project"
    assert (shown["published_percent"], shown["complete_percent"]) == ("66.67", "33.33")
    assert {(one["estate_name"], one["published"]) for one in shown["late"]} == {
        ("友协一区", False),
        ("友协二区", True),
    }


@pytest.mark.row("FND-02")
def test_nothing_below_a_unit_is_no_division_by_zero() -> None:
    assert DisclosureShown.of("2026-11", []).complete_percent == "0.00"


@pytest.mark.row("FND-04")
def test_the_code_on_the_sheet_opens_the_same_figures_in_any_browser(office, published, container) -> None:
    sheet = container.fund_months.sheet(office.estate_id, "2026-11")
    path = sheet.url.partition("wy.example.cn")[2]
    page = office.client.get(path)
    assert page.status_code == 200
    for row in sheet.rows:
        assert all(f">{cell}<" in page.text for cell in row), row
    unknown = office.client.get(path.replace("2026-11", "2026-10"))
    assert (unknown.status_code, unknown.json["code"]) == (404, "publication_unknown")
