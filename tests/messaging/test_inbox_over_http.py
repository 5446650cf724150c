"""The inbox as the mini program sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.identity.store import ACCOUNT
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage.transaction import Transaction


def test_list_count_read_and_read_again(client, inbox, clock) -> None:
    ids = []
    for number in range(5):
        ids.append(inbox.told(title=f"第{number}条"))
        clock.advance(timedelta(minutes=1))
    first = client.get("/v1/me/messages?limit=3", who=inbox.person).json
    second = client.get(f"/v1/me/messages?limit=3&cursor={first['next']}", who=inbox.person).json
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert client.get("/v1/me/messages/unread", who=inbox.person).json == {"count": 5}
    read = client.post(f"/v1/me/messages/{ids[0]}/read", who=inbox.person).json
    clock.advance(timedelta(minutes=1))
    again = client.post(f"/v1/me/messages/{ids[0]}/read", who=inbox.person).json
    assert read["read_at"]
    assert again == read
    assert client.get("/v1/me/messages/unread", who=inbox.person).json == {"count": 4}
    assert client.post("/v1/me/messages/read", who=inbox.person).json == {"count": 0}
    assert client.post("/v1/me/messages/read", who=inbox.person).json == {"count": 0}


def test_reading_all_takes_the_oldest_fifty(client, inbox) -> None:
    for _ in range(53):
        inbox.told()
    assert client.post("/v1/me/messages/read", who=inbox.person).json == {"count": 3}
    assert client.get("/v1/me/messages/unread", who=inbox.person).json == {"count": 3}


def test_another_persons_message_is_not_there(client, inbox, people) -> None:
    message_id = inbox.told()
    stranger = people.stranger()
    for unknown in (message_id, "msg_none"):
        refused = client.post(f"/v1/me/messages/{unknown}/read", who=stranger)
        assert (refused.status_code, refused.json["code"]) == (404, "message_unknown")
    assert client.get("/v1/me/messages", who=stranger).json["items"] == []
    assert inbox.messages[0].read_at is None


def test_every_kind_has_a_template_to_ask_consent_for(client, inbox) -> None:
    offered = client.get("/v1/message-templates", who=inbox.person).json
    assert {one["kind"] for one in offered} == {kind.value for kind in NoticeKind}
    assert len({one["template_id"] for one in offered}) == len(NoticeKind)


def test_a_consent_is_repeatable(client, inbox) -> None:
    for _ in range(2):
        left = client.post(
            "/v1/me/message-allowances", json={"accepted": ["work_order"]}, who=inbox.person, key="consent-0001"
        )
        assert left.json == [{"kind": "work_order", "left": 1}]


@pytest.mark.parametrize("accepted", [[], ["unknown"], ["task"] * 11])
def test_a_consent_names_kinds_that_exist(client, inbox, accepted) -> None:
    refused = client.post("/v1/me/message-allowances", json={"accepted": accepted}, who=inbox.person, key="k-000001")
    assert refused.status_code == 422


def test_who_was_not_reached_is_work_for_the_desk(client, inbox, people, world) -> None:
    message_id = inbox.told(text="只给本人看的内容")
    inbox.container.messages.give_up(inbox.account_id, message_id, inbox.now)
    manager = people.staff(world.estate, Role.MANAGER)
    address = f"/v1/estates/{world.estate.id}/undelivered-messages"
    (line,) = client.get(address, who=manager).json["items"]
    assert (line["id"], line["reason"]) == (message_id, "no_answer")
    assert "只给本人看的内容" not in str(line)
    one = f"{address}/{inbox.account_id}/{message_id}/seen-to"
    assert client.post(one, json={"note": "已上门告知"}, who=manager).json["state"] == "seen_to"
    assert client.get(address, who=manager).json["items"] == []
    assert client.get(address, who=inbox.person).json["code"] == "not_allowed"


def test_a_message_is_seen_to_only_in_its_own_estate(client, inbox, people, container) -> None:
    from tests.world import build_world

    message_id = inbox.told()
    inbox.container.messages.give_up(inbox.account_id, message_id, inbox.now)
    abroad = build_world(container)
    manager = people.staff(abroad.estate, Role.MANAGER)
    address = f"/v1/estates/{abroad.estate.id}/undelivered-messages/{inbox.account_id}/{message_id}/seen-to"
    refused = client.post(address, json={"note": "已告知"}, who=manager)
    assert (refused.status_code, refused.json["code"]) == (404, "message_unknown")
    assert len(inbox.undelivered()) == 1


def test_who_tells_somebody_by_telephone_reads_the_number_until_it_is_seen_to(client, inbox, people, world) -> None:
    message_id = inbox.told()
    manager = people.staff(world.estate, Role.MANAGER)
    one = f"/v1/estates/{world.estate.id}/undelivered-messages/{inbox.account_id}/{message_id}"
    assert client.get(f"{one}/person", who=manager).status_code == 404  # nothing says yet that it did not arrive
    inbox.container.messages.give_up(inbox.account_id, message_id, inbox.now)
    sealed = inbox.container.sealer.seal("13800000301", "phone")
    account = inbox.container.identity.get_account(inbox.account_id)
    act = Transaction("system", "test_setup", inbox.now)
    act.change(ACCOUNT, account, replace(account, phone=sealed))
    inbox.container.table.commit(act)
    assert client.get(f"{one}/person", who=manager).json == {"name": account.display_name, "phone": "13800000301"}
    assert client.get(f"{one}/person", who=people.staff(world.estate, Role.REPAIRER)).status_code == 403
    client.post(f"{one}/seen-to", json={"note": "电话告知"}, who=manager)
    assert client.get(f"{one}/person", who=manager).status_code == 404
