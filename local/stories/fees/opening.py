"""The people of the fees, and where the company's money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.founding import move_in, rooms_in_order
from local.money import SUB_MCHID, appoint_for_money
from local.stories.fees.telling import CHAIR, HEAD, MANAGER, NEIGHBOURS

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

SIGN_INS_AT_ONCE = 8
"""From one address the house lets so many in and asks the others to wait: here they all come from one."""
SECOND_OWNER = "业主王太太"


def people_move_in(story: Fees) -> None:
    """An accountant, a keeper of the owners' money, twenty neighbours, and a second owner of the first home."""
    cast, estate, manager = story.cast, story.estate, story.who(MANAGER)
    story.tell("an accountant is appointed, the committee gets a second member, twenty owners bind their homes")
    appoint_for_money(cast, estate)
    for index, name in enumerate(NEIGHBOURS):
        if index % SIGN_INS_AT_ONCE == 0:
            story.wait(minutes=2)
        move_in(cast, estate, name, index)
    story.rooms = rooms_in_order(cast, estate, CHAIR)
    wife = cast.person(SECOND_OWNER, "13804519999")
    wife.put(f"{estate.path}/rooms/{story.rooms[0]}/binding", {"relation": "co_owner", "name": "王太太"})
    decision = f"{estate.path}/rooms/{story.rooms[0]}/bindings/{wife.account_id}/decision"
    bound = manager.post(decision, {"decision": "approve"})
    story.see("the second owner of the first home", bound["state"], "live")


def the_company_names_its_merchant(story: Fees) -> None:
    """The number is the company's own; nothing is collected before the operator has confirmed it."""
    company, head = f"/v1/companies/{story.estate.company_id}/merchant", story.who(HEAD)
    story.tell("the company proposes its own merchant number; the operator confirms it, nobody else can")
    story.wechat("enroll", sub_mchid=SUB_MCHID)
    proposed = head.put(company, {"sub_mchid": SUB_MCHID})
    story.see("proposed", (proposed["sub_mchid"], proposed["state"]), (SUB_MCHID, "proposed"))
    story.refuse("the head confirms it alone", head, f"{company}/confirmation", None, 403, "not_allowed")
    confirmed = story.who("平台运维").post(f"{company}/confirmation")
    story.see("the operator confirms", confirmed["state"], "confirmed")
