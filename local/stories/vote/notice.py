"""Fifteen days of notice: owners are told, the roll is amended in public, proxies are given, a flat is sold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.journey import at
from local.stories.vote.reckoning import HOMES, NAMESAKES, TWO_PHONES, electorate
from local.stories.vote.telling import CHAIR, COMMUNITY, MEMBER

if TYPE_CHECKING:
    from local.stories.vote.telling import Vote

OPENS, CLOSES = "2026-11-18 08:00", "2026-11-28 18:00"
VISITED, READER = 40, 2
SELLER, GIVER, AGENT, REVOKER = 3, 4, 5, 6
"""Homes whose owners sell, give a proxy, hold it, and take one back."""
BUYER = ("沈立新", "13804518100")


def owners_are_told(story: Vote) -> None:
    """What happens between the frozen roll and the first vote."""
    story.chapter("3. Fifteen days")
    _announced(story)
    _amended(story)
    _told(story)
    _proxies(story)
    _sold(story)


def _announced(story: Vote) -> None:
    chair, path = story.who(CHAIR), f"{story.ballot}/announcement"
    story.tell("the committee announces; owners have fifteen days, and not an hour less (物业管理条例 14)")
    closes = at(CLOSES).isoformat()
    early = (story.clock() + timedelta(days=15) - timedelta(hours=1)).isoformat()
    story.refuse("an hour less", chair, path, {"opens_at": early, "closes_at": closes}, 422, "ballot_times_unclear")
    told = chair.post(path, {"opens_at": at(OPENS).isoformat(), "closes_at": closes})
    story.see("announced", told["state_label"], "公告中")
    story.see("with the root of its roll", len(told["roll"]["root"]), 64)
    story.deliver()
    story.see("an owner's inbox", story.messages(story.owner(READER).name, "业主表决公告"), 1)
    story.refuse_vote("a vote before its time", READER, story.owner(READER), 409, "ballot_not_open")


def _amended(story: Vote) -> None:
    story.tell("two of three namesakes are one person with two telephone numbers: the roll is amended, in public")
    community, owner = story.who(COMMUNITY), story.owner(READER)
    first, second = TWO_PHONES
    listed = [line["room_id"] for line in _pages(story, "namesakes")]
    places = sorted(listed.index(story.rooms[index]) for index in NAMESAKES)
    story.see(f"three owners called {HOMES[first].owner} stand together", places[-1] - places[0], 2)
    before = owner.get(story.ballot)["roll"]
    same = {"room_id": story.rooms[second], "kind": "same_head", "like_room_id": story.rooms[first]}
    body = {"corrections": [same], "reason": "两套房屋为同一产权人，经不动产登记核对"}
    community.post(f"{story.ballot}/amendments", body, status=201)
    story.deliver()
    roll = owner.get(story.ballot)["roll"]
    story.see("heads", (before["heads"], roll["heads"]), (149, electorate(amended=True)["heads"]))
    (made,) = owner.get(f"{story.ballot}/amendments")
    story.see("what every owner reads", (made["by"], made["reason"]), (COMMUNITY, body["reason"]))
    roots = (made["root_before"], made["root_after"])
    story.see("the root before and after stand with it", roots == (before["root"], roll["root"]), True)


def _pages(story: Vote, of: str) -> list[dict[str, Any]]:
    page = story.who(COMMUNITY).get(f"{story.ballot}/{of}?limit=100")
    lines = list(page["items"])
    while page["next"] is not None:
        page = story.who(COMMUNITY).get(f"{story.ballot}/{of}?limit=100&cursor={page['next']}")
        lines += page["items"]
    return lines


def _told(story: Vote) -> None:
    story.tell("a member knocks at a door, with a photo; another owner opens the notice in the phone")
    member, path = story.who(MEMBER), f"{story.ballot}/deliveries/{story.rooms[VISITED]}"
    visit = {"contact": "delivered", "method": "visit"}
    story.refuse("a visit without a photo", member, path, visit, 422, "delivery_proof_missing")
    told = member.post(path, {**visit, "photo_ids": [story.photo(member, "notice at the door")]})
    story.see("at the door", (told["contact"], told["by"]), ("delivered", MEMBER))
    read = story.owner(READER).post(f"{story.room(READER)}/notice-reading")
    story.see("in the phone", (read["contact"], read["method"]), ("delivered", "read"))
    proven = [line["room_id"] for line in _pages(story, "roll") if line["delivery"] == "delivered"]
    story.see("proven on the roll", sorted(proven), sorted(story.rooms[index] for index in (VISITED, READER)))


def _proxies(story: Vote) -> None:
    story.tell("two owners have a neighbour vote for them; one takes it back")
    agent = {"agent_account_id": story.owner(AGENT).account_id, "agent_name": HOMES[AGENT].owner}
    for index in (GIVER, REVOKER):
        given = story.owner(index).post(f"{story.room(index)}/proxies", agent, status=201)
        story.see(f"{HOMES[index].owner} gives it", given["stands"], True)
    path = f"{story.room(REVOKER)}/proxies/{agent['agent_account_id']}/revocation"
    revoked = story.owner(REVOKER).post(path)
    story.see(f"{HOMES[REVOKER].owner} takes it back", revoked["stands"], False)


def _sold(story: Vote) -> None:
    story.tell("a flat is sold after the freeze: the register names the buyer, whose binding is live at once")
    community, seller = story.who(COMMUNITY), story.owner(SELLER)
    room = f"{story.estate.path}/rooms/{story.rooms[SELLER]}"
    version = community.get(room)["version"]
    names = {"owner_names": [BUYER[0]], "owner_phones": [BUYER[1]]}
    community.send("PATCH", room, {**names, "version": version})
    ended = community.post(f"{room}/bindings/{seller.account_id}/end", {"reason": "房屋已出售并过户"})
    story.see("the seller's binding", ended["state"], "ended")
    story.see("the buyer's", story.bind(SELLER, story.resident(*BUYER), BUYER[0]), "live")
