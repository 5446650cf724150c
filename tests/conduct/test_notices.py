"""Each step reaches those whose turn it is and the member, once; who reported is told to nobody (VOT-13, VOT-14)."""

from __future__ import annotations

import pytest

from miniprogram_api.conduct.notices import breach_notices, case_notices
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage import conduct_keys
from tests.conduct.conftest import fresh_key

pytestmark = pytest.mark.row("VOT-14")


def stored(conduct, case_id: str):
    return conduct.container.conduct_cases.access_case_by_id(conduct.world.estate.id, case_id)


def told(before, after) -> set[tuple[NoticeKind, str]]:
    """Kind and addressee of what is told of a change."""
    found = set()
    for notice in case_notices(before, after):
        to = notice.to
        found.add((notice.kind, to.account_id or "".join(sorted(to.roles))))
    return found


def test_whose_turn_it_is_and_the_member_hear_of_each_step(conduct) -> None:
    sun, post_id = conduct.member(conduct.committee())
    watchers = {(NoticeKind.TASK, Role.COMMUNITY.value), (NoticeKind.TASK, Role.STREET.value)}
    member = (NoticeKind.DECISION, sun.account_id)
    case_id = conduct.report(post_id).json["id"]
    before = stored(conduct, case_id)
    assert told(None, before) == watchers
    assert case_notices(before, before) == (), "a write that is no step says nothing"
    wanted = {
        "check": {(NoticeKind.TASK, sun.account_id)},
        "hear": watchers,
        "suspend": {member},
        "put_to_vote": {*watchers, member},
        "restore": {*watchers, member},
        "announce": set(),
    }
    seen = {}
    for step in wanted:
        conduct.step(case_id, step)
        after = stored(conduct, case_id)
        seen[step] = told(before, after)
        before = after
    assert seen == wanted


def test_no_message_names_the_reporter(conduct) -> None:
    reporter = conduct.who("owner 101")
    _, post_id = conduct.member(conduct.committee())
    case = stored(conduct, conduct.report(post_id, reporter).json["id"])
    assert all(case.history[0].by_name not in notice.text + notice.title for notice in case_notices(None, case))
    assert reporter.account_id not in str(case_notices(None, case))


def test_the_street_s_inbox_has_it_once(conduct, desk) -> None:
    street = conduct.who("street")
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    item = desk.item(conduct_keys.conduct_case(conduct.world.estate.id, case_id))
    desk.follow(None, item)
    desk.follow(None, item)
    assert [title for title, _ in desk.inbox(street)] == ["负面清单案件"]


@pytest.mark.row("VOT-13")
def test_the_member_hears_of_a_breach_and_the_officials_of_the_appeal(conduct, container) -> None:
    sun, post_id = conduct.member(conduct.committee())
    community = conduct.who("community")
    path = f"{conduct.estate}/breach-records"
    body = {"post_id": post_id, "fact": "拒不移交账目", "photo_ids": [conduct.photo(community)]}
    breach_id = conduct.client.post(path, who=community, key=fresh_key(), json=body).json["breach"]["id"]

    def record():
        return container.breach_records.access_breach_by_id(conduct.world.estate.id, breach_id)

    recorded = record()
    assert [one.to.account_id for one in breach_notices(None, recorded)] == [sun.account_id]
    conduct.client.post(f"{path}/{breach_id}/statement", who=sun, key=fresh_key(), json={"text": "并非本人所为"})
    heard = record()
    assert {one.to.unit_id for one in breach_notices(recorded, heard)} == {
        conduct.world.community.id,
        conduct.world.street.id,
    }
    assert breach_notices(heard, heard) == ()
