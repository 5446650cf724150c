"""Ten days of voting: online, by proxy, on paper; what is refused; and a running figure that tells no choice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.stories.vote.notice import AGENT, BUYER, GIVER, OPENS, REVOKER, SELLER
from local.stories.vote.reckoning import DEED, HOMES, LANDLORD, TWO_PHONES, UNSOLD, Choices, electorate
from local.stories.vote.roll import COUPLE, INVESTOR
from local.stories.vote.telling import ABSTAIN, AGAINST, CHAIR, COMMUNITY, FOR_FIRST, MEMBER, YES

if TYPE_CHECKING:
    from local.stories.vote.telling import Vote

TWICE, LATE = 0, 7
PAPERS = {34: FOR_FIRST, 35: (YES, ("beifang",))}
SPECIAL = {DEED, SELLER, GIVER, REVOKER, TWICE, LATE, TWO_PHONES[1], *LANDLORD, *UNSOLD, *PAPERS}
NEIGHBOURS = [index for index in range(len(HOMES)) if index not in SPECIAL][:96]
"""Who votes online beside those of whom the story tells; the others are silent."""
REMINDED = "2026-11-27 19:00"


def the_box_is_filled(story: Vote) -> None:
    """From the first vote to the last."""
    story.chapter("4. Voting")
    story.go_to(OPENS)
    story.run_jobs()
    story.see("on 18 November at eight", story.state(), "投票中")
    _couple(story)
    _agents(story)
    _flat_that_was_sold(story)
    _twice(story)
    _papers(story)
    _neighbours(story)
    _reminded(story)
    _turnout(story)


def _couple(story: Vote) -> None:
    story.tell("two on one deed are one head: one votes, and says that the other agrees")
    (first, second) = (story.resident(*one) for one in COUPLE)
    story.refuse_vote("without saying so", DEED, first, 422, "co_owners_not_agreed")
    receipt = story.cast_vote(DEED, FOR_FIRST, first, for_co_owners=True)
    story.see("accepted, with a receipt over the roll's root", receipt["roll_root"], _root(story))
    body = {"choices": AGAINST, "for_co_owners": True}
    story.refuse("the other one votes too", second, f"{story.room(DEED)}/vote", body, 409, "already_voted")


def _root(story: Vote) -> str:
    return str(story.who(CHAIR).get(story.ballot)["roll"]["root"])


def _agents(story: Vote) -> None:
    story.tell("the neighbour votes by the proxy that stands; by the one that was taken back nobody does")
    agent = story.owner(AGENT)
    story.cast_vote(GIVER, FOR_FIRST, agent)
    line = story.owner(GIVER).get(story.room(GIVER))
    story.see(f"the flat of {HOMES[GIVER].owner} has voted", line["voted"], True)
    story.refuse_vote("by the other", REVOKER, agent, 403, "not_on_roll")
    story.cast_vote(REVOKER, AGAINST)


def _flat_that_was_sold(story: Vote) -> None:
    story.tell("the roll is of the day it was frozen: the seller votes, the buyer does not")
    story.refuse_vote("the buyer", SELLER, story.resident(*BUYER), 403, "not_on_roll")
    story.cast_vote(SELLER, FOR_FIRST)
    story.see("the seller's vote", story.receipts[SELLER]["revision"], 1)


def _twice(story: Vote) -> None:
    story.tell("a bad network sends one vote twice: one vote; changed, it is refused")
    owner, path, key = story.owner(TWICE), f"{story.room(TWICE)}/vote", "one-vote-of-one-flat"
    first, again = (owner.post(path, {"choices": FOR_FIRST}, 201, key) for _ in range(2))
    story.note(TWICE, FOR_FIRST)
    story.receipts[TWICE] = first
    story.see("the same receipt", again == first, True)
    story.refuse_vote("another vote", TWICE, owner, 409, "already_voted", AGAINST)


def _papers(story: Vote) -> None:
    story.tell("two votes on paper: each is photographed and read by two people, one of them differently at first")
    chair, member, papers = story.who(CHAIR), story.who(MEMBER), f"{story.ballot}/papers"
    for number, (index, choices) in enumerate(PAPERS.items(), 1):
        room, serial = story.rooms[index], f"2026-{number:04d}"
        photo = story.photo(chair, f"ballot paper {serial}", sealed=True)
        read: dict[str, Any] = {"serial": serial, "choices": choices}
        chair.post(papers, {**read, "room_id": room, "photo_ids": [photo]}, status=201)
        path = f"{papers}/{room}/confirmation"
        if number == 1:
            story.refuse("one person reads for two", chair, path, read, 403, "same_person_refused")
            wrong = {**read, "choices": AGAINST}
            story.refuse("the second reads a no", member, path, wrong, 409, "paper_vote_differs")
            told = story.who(COMMUNITY).get(f"{papers}/{room}", status=403)["code"]
            story.see("the community looks at it before the count, refused", told, "votes_masked")
        done = member.post(path, read)
        story.see(f"paper {serial}", (done["entered_by"], done["confirmed"]), (CHAIR, True))
        story.note(index, choices)
    story.see("papers that wait", chair.get(papers)["items"], [])


def _neighbours(story: Vote) -> None:
    story.tell("the investor votes for fifteen flats, the neighbours each for their own")
    for index in LANDLORD:
        story.cast_vote(index, (YES, ("beifang",)), story.resident(*INVESTOR))
    for index in NEIGHBOURS:
        story.cast_vote(index, _wish(index))
    story.see("votes in the box, by the teller's notes", len(story.heard.votes), len(LANDLORD) + len(NEIGHBOURS) + 7)


def _wish(index: int) -> Choices:
    """Every tenth says no, every twelfth abstains; of the others every fifth wants the second company."""
    if index % 10 == 9:
        return AGAINST
    if index % 12 == 7:
        return (ABSTAIN, ())
    return (YES, ("beifang",)) if index % 5 == 0 else FOR_FIRST


def _reminded(story: Vote) -> None:
    story.tell("a day before the end those are reminded who have not voted, and nobody else")
    story.go_to(REMINDED)
    story.run_jobs()
    told = {index: story.messages(story.owner(index).name, "业主表决即将截止") for index in (TWICE, AGENT, LATE)}
    story.see("reminded", [HOMES[index].owner for index, count in told.items() if count], [HOMES[LATE].owner])
    story.cast_vote(LATE, FOR_FIRST)
    story.deliver()
    told = {index: story.messages(who, "您的房屋已投票") for index, who in _not_their_hand(story).items()}
    story.see("told that others voted for their flat", told, {DEED: 1, GIVER: 1})


def _not_their_hand(story: Vote) -> dict[int, str]:
    """Return whose flat has voted by the hand of somebody else: the other one of the couple, who gave a proxy."""
    return {DEED: story.resident(*COUPLE[1]).name, GIVER: story.owner(GIVER).name}


def _turnout(story: Vote) -> None:
    story.tell("everybody sees how many took part, and nobody what they chose")
    seen = story.owner(TWICE).get(f"{story.ballot}/turnout")
    story.see("of", seen["total"], electorate(amended=True))
    story.see("took part: area, heads, rooms", seen["voted"], story.heard.voted())
    story.see("proven to be told", seen["delivered"], 2)
    rooms = {building: sum(HOMES[one].building == building for one in story.heard.votes) for building in _buildings()}
    ids = {story.estate.buildings[building]["id"]: building for building in rooms}
    listed = story.owner(TWICE).get(f"{story.ballot}/turnout/buildings")["items"]
    story.see("by building", {ids[one["building_id"]]: one["rooms"] for one in listed}, rooms)
    text = json.dumps([seen, listed])
    story.see("a choice in it", any(word in text for word in ("yes", "longjiang", "beifang")), False)
    told = story.who(COMMUNITY).get(f"{story.ballot}/votes", status=403)["code"]
    story.see("who chose what, asked by the community, refused", told, "votes_masked")


def _buildings() -> list[str]:
    return sorted({home.building for home in HOMES})
