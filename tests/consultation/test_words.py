"""What is said about a topic: comments by everybody there, options and minutes while it is discussed (VOT-03)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from tests.consultation.conftest import code

MINUTES = {"held_on": "2026-11-23", "attendance": "社区、业委会、物业各一人，居民十二人", "minutes": "同意加装两盏。"}


def said(consulting, topic_id: str, kind: str) -> list[dict]:
    path = f"{consulting.path}/{topic_id}/words?kind={kind}"
    return consulting.client.get(path, who=consulting.who(Role.TENANT)).json["items"]


@pytest.mark.row("VOT-03")
def test_a_discussion_collects_comments_options_and_minutes(consulting) -> None:
    topic_id = consulting.discussing()
    assert consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT).status_code == 201
    option = {"text": "用太阳能灯", "kind": "option"}
    assert consulting.step(topic_id, "words", option, Role.OWNER).json["stage"] == "discuss"
    photo_id = consulting.photo(consulting.who(Role.COMMUNITY))
    kept = consulting.step(topic_id, "meetings", {**MINUTES, "photo_ids": [photo_id]}, Role.COMMUNITY)
    assert (kept.status_code, [photo["id"] for photo in kept.json["photos"]]) == (201, [photo_id])
    assert [one["text"] for one in said(consulting, topic_id, "comment")] == ["支持加装"]
    assert [one["text"] for one in said(consulting, topic_id, "option")] == ["用太阳能灯"]
    (meeting,) = said(consulting, topic_id, "meeting")
    assert (meeting["held_on"], meeting["attendance"]) == (MINUTES["held_on"], MINUTES["attendance"])
    assert [photo["id"] for photo in meeting["photos"]] == [photo_id]


def test_options_and_minutes_belong_to_the_second_step_and_comments_to_all(consulting) -> None:
    topic_id = consulting.proposed()
    assert consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT).status_code == 201
    option = consulting.step(topic_id, "words", {"text": "用太阳能灯", "kind": "option"}, Role.OWNER)
    assert code(option) == code(consulting.step(topic_id, "meetings", MINUTES)) == (409, "consultation_not_discussing")
    assert consulting.step(topic_id, "words", {"text": "会议", "kind": "meeting"}, Role.OWNER).status_code == 422
    assert consulting.step(topic_id, "meetings", MINUTES, Role.OWNER).status_code == 403
    discussed = consulting.discussing()
    tomorrow = consulting.step(discussed, "meetings", {**MINUTES, "held_on": "2026-11-24"})
    assert code(tomorrow) == (422, "consultation_day_wrong")


def test_a_comment_sent_twice_is_there_once_also_after_the_topic_has_ended(consulting) -> None:
    topic_id = consulting.proposed()
    first = consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT, key="comment-once")
    assert consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT, key="comment-once").json == first.json
    other = consulting.step(topic_id, "words", {"text": "反对加装"}, Role.TENANT, key="comment-once")
    assert code(other) == (409, "consultation_key_reused")
    consulting.step(topic_id, "withdrawal", {"reason": "已经解决"}, Role.OWNER)
    again = consulting.step(topic_id, "words", {"text": "支持加装"}, Role.TENANT, key="comment-once")
    assert (again.status_code, len(said(consulting, topic_id, "comment"))) == (201, 1)


def test_a_word_is_taken_away_by_its_author_or_with_a_reason_by_committee_and_community_not_by_the_company(
    consulting,
) -> None:
    topic_id, reason = consulting.discussing(), {"reason": "含他人电话"}
    words = [
        consulting.step(topic_id, "words", {"text": f"第{number}条"}, Role.TENANT).json["id"] for number in range(2)
    ]

    def taken(number: int, who: Role):
        path = f"{consulting.path}/{topic_id}/words/{words[number]}/removal"
        return consulting.client.post(path, json=reason, who=consulting.who(who))

    for outsider in (Role.OWNER, Role.MANAGER):
        assert code(taken(0, outsider)) == (403, "consultation_word_of_others")
    assert [taken(0, Role.COMMITTEE).json["text"], taken(1, Role.TENANT).json["text"]] == ["", ""]
    assert taken(0, Role.COMMUNITY).json["removed_reason"] == "含他人电话", "taken away once"
    assert [one["text"] for one in said(consulting, topic_id, "comment")] == ["", ""]
    minutes = consulting.step(topic_id, "meetings", MINUTES, Role.COMMITTEE).json["id"]
    path = f"{consulting.path}/{topic_id}/words"
    kept = consulting.client.post(f"{path}/{minutes}/removal", json=reason, who=consulting.who(Role.COMMITTEE))
    assert code(kept) == (409, "consultation_minutes_stay")
    unknown = consulting.client.post(f"{path}/cword_unknown/removal", json=reason, who=consulting.who(Role.COMMITTEE))
    assert code(unknown) == (404, "consultation_word_unknown")
