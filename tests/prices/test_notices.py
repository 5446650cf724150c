"""Every step reaches the parties and the community once; a late round is told once (FEE-06)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.prices.notices import notices
from miniprogram_api.storage import price_keys
from tests.prices.conftest import OFFER

pytestmark = pytest.mark.row("FEE-06")


def stored(talking, talk_id: str):
    return talking.container.price_talks.access_talk_by_id(talking.world.estate.id, talk_id)


def test_each_step_tells_the_parties_and_the_community_what_is_to_be_done(talking) -> None:
    talk_id = talking.open().json["talk"]["id"]
    begun = stored(talking, talk_id)
    first = notices(None, begun)
    assert {(notice.to.estate_id, notice.to.unit_id, notice.to.roles) for notice in first} == {
        (talking.world.estate.id, None, frozenset({Role.COMMITTEE, Role.MANAGER})),
        (None, talking.world.community.id, frozenset({Role.COMMUNITY})),
    }
    assert all(notice.kind is NoticeKind.PRICE and "报价" in notice.text for notice in first)
    talking.step(talk_id, "offer", OFFER, Role.MANAGER)
    offered = stored(talking, talk_id)
    second = notices(begun, offered)
    assert all("业主可以还价" in notice.text for notice in second)
    assert {notice.identity for notice in first}.isdisjoint(notice.identity for notice in second)
    assert notices(offered, offered) == (), "a write that is no step says nothing"


def test_a_late_round_is_told_once_and_a_step_begins_a_new_time(talking) -> None:
    talk_id = talking.open().json["talk"]["id"]
    begun = stored(talking, talk_id)
    talking.wait(29)
    assert stored(talking, talk_id) == begun
    talking.wait(1)
    late = stored(talking, talk_id)
    assert late.told_late
    assert {notice.title for notice in notices(begun, late)} == {"价格协商超期"}
    talking.wait(1)
    assert stored(talking, talk_id) == late, "told once"
    assert talking.step(talk_id, "offer", OFFER, Role.MANAGER).status_code == 200, "late, and still possible"
    after = stored(talking, talk_id)
    assert not after.told_late
    assert after.due_at == talking.clock() + timedelta(days=14)


def test_the_message_arrives(talking, desk) -> None:
    manager, committee = talking.who(Role.MANAGER), talking.who(Role.COMMITTEE)
    talk_id = talking.open().json["talk"]["id"]
    key = price_keys.price_talk(talking.world.estate.id, talk_id)
    desk.follow(None, desk.item(key))
    desk.follow(None, desk.item(key))
    for person in (manager, committee):
        assert [title for title, _ in desk.inbox(person)] == ["物业服务费价格协商"], "the same event once"
