"""Who is in charge, at instants chosen by hand (CARD-02: manager, else deputy, else hotline, else community)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from miniprogram_api.cards.face import Contact, Face, Post, Shift, in_charge, others
from miniprogram_api.cards.week import WeekSpan

OFFICE = tuple(WeekSpan(day * 1440 + 540, day * 1440 + 1080) for day in range(5))  # Monday to Friday 09:00-18:00
MANAGER = Contact("王建国", "项目经理", "13800000001", hours=OFFICE)
DEPUTY = Contact("李秀英", "副经理", "13800000002")
BARE = Face("est_1", "Abc123", "道路队小区", "友协社区", "0451-86510000")
FACE = replace(BARE, company_name="龙江物业", hotline="0451-86000000", leader=MANAGER, deputy=DEPUTY)

MONDAY_0859 = datetime(2026, 11, 23, 0, 59, tzinfo=UTC)
MONDAY_0900 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIDAY_1759 = datetime(2026, 11, 27, 9, 59, tzinfo=UTC)
FRIDAY_1800 = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
SUNDAY_2330 = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
MONDAY_0530 = datetime(2026, 11, 29, 21, 30, tzinfo=UTC)
MONDAY_0600 = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)


@pytest.mark.row("CARD-02")
@pytest.mark.parametrize(
    ("instant", "post"),
    [
        (MONDAY_0859, Post.DEPUTY),
        (MONDAY_0900, Post.MANAGER),
        (FRIDAY_1759, Post.MANAGER),
        (FRIDAY_1800, Post.DEPUTY),
        (SUNDAY_2330, Post.DEPUTY),
    ],
)
def test_the_deputy_takes_over_when_the_manager_is_off_duty(instant: datetime, post: Post) -> None:
    assert in_charge(FACE, instant).post is post


@pytest.mark.row("CARD-05")
def test_the_roster_names_the_night_shift_over_midnight_and_over_the_week_end() -> None:
    night = Shift("赵夜班", "13800000003", WeekSpan(6 * 1440 + 1320, 360))  # Sunday 22:00 to Monday 06:00
    face = replace(FACE, deputy=replace(DEPUTY, hours=OFFICE), shifts=(night,))
    assert in_charge(face, SUNDAY_2330).name == "赵夜班"
    assert in_charge(face, MONDAY_0530).name == "赵夜班"
    assert in_charge(face, MONDAY_0600).post is Post.HOTLINE


@pytest.mark.row("CARD-02")
def test_a_deputy_without_stated_hours_takes_over_before_the_roster() -> None:
    shift = Shift("赵夜班", "13800000003", WeekSpan(0, 10080))
    assert in_charge(replace(FACE, shifts=(shift,)), SUNDAY_2330).post is Post.DEPUTY


def test_a_deputy_within_stated_hours_comes_before_the_roster() -> None:
    deputy = replace(DEPUTY, hours=(WeekSpan(6 * 1440, 7 * 1440),))
    shift = Shift("赵夜班", "13800000003", WeekSpan(0, 10080))
    face = replace(FACE, deputy=deputy, shifts=(shift,))
    assert in_charge(face, SUNDAY_2330).post is Post.DEPUTY
    assert in_charge(face, MONDAY_0530).post is Post.ROSTER


@pytest.mark.row("CARD-02")
def test_without_people_the_hotline_answers_then_the_community_then_the_city() -> None:
    assert in_charge(replace(FACE, deputy=None), MONDAY_0859).phone == "0451-86000000"
    assert in_charge(replace(FACE, deputy=None, hotline=None), MONDAY_0859).phone == "0451-86510000"
    assert in_charge(BARE, MONDAY_0900).post is Post.COMMUNITY
    nobody = in_charge(replace(BARE, community_phone=""), MONDAY_0900)
    assert (nobody.post, nobody.phone) == (Post.ADVICE, "12345")


def test_a_manager_without_stated_hours_answers_at_any_time() -> None:
    assert in_charge(replace(FACE, leader=replace(MANAGER, hours=())), SUNDAY_2330).post is Post.MANAGER


def test_the_others_are_everybody_but_the_one_in_charge() -> None:
    assert [one.post for one in others(FACE, MONDAY_0900)] == [Post.DEPUTY, Post.HOTLINE, Post.COMMUNITY]
    assert [one.post for one in others(FACE, MONDAY_0859)] == [Post.MANAGER, Post.HOTLINE, Post.COMMUNITY]
