"""The box is closed, opened once and counted; an objection is answered; the result is confirmed and published."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from local.stories.vote.box import PAPERS, TWICE
from local.stories.vote.notice import CLOSES
from local.stories.vote.reckoning import electorate
from local.stories.vote.telling import CHAIR, COMMUNITY, COMPANIES

if TYPE_CHECKING:
    from local.stories.vote.telling import Vote

OBJECTOR, PAPER = 1, next(iter(PAPERS))
TOO_LATE = 130
CERTIFIED = "2026-12-05 18:10"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def the_box_is_opened(story: Vote) -> None:
    """From the last instant to the register of decisions."""
    story.chapter("5. The box is opened")
    _closed_and_counted(story)
    _objection(story)
    _published(story)
    _decided(story)


def _closed_and_counted(story: Vote) -> None:
    story.go_to(CLOSES)
    story.tell("on 28 November at six nothing more goes in, the ballot office opens the box and counts")
    story.refuse_vote("a vote at that instant", TOO_LATE, story.owner(TOO_LATE), 409, "ballot_not_open")
    story.run_jobs()
    shown = story.who(CHAIR).get(story.ballot)
    story.see("counted", shown["state_label"], "结果异议期")
    story.see("votes that lay in it", shown["opening"]["votes"], len(story.heard.votes))
    result = shown["result"]
    story.see("all", result["total"], electorate(amended=True))
    story.see("took part", result["voted"], story.heard.voted())
    for number, question in enumerate(result["questions"]):
        _question(story, number, shown["questions"][number]["title"], question)


def _question(story: Vote, number: int, title: str, question: dict[str, Any]) -> None:
    story.tell(f"{title}: every figure as the teller counted it")
    for check in question["quorum"]:
        story.see(f"quorum by {check['measure']}, {check['working']}", check["holds"], True)
    for option in question["options"]:
        wanted = story.heard.chose(number, option["id"])
        story.see(option["label"], option["amount"], wanted)
        for check in option["checks"]:
            story.see(f"{check['measure']}, {check['working']}", check["holds"], _more_than_half(check))
        if option["checks"]:
            story.see("adopted", option["adopted"], story.heard.passes(number, option["id"]))
    story.see("outcome", question["label"], "通过")


def _more_than_half(check: dict[str, Any]) -> bool:
    return bool(2 * check["part"] > check["whole"])


def _objection(story: Vote) -> None:
    story.tell("an owner objects; nothing is confirmed before the answer, nor before seven days")
    community, objections = story.who(COMMUNITY), f"{story.ballot}/objections"
    text = {"text": "我父母家的纸质票是否计入？"}
    made = story.owner(OBJECTOR).post(objections, text, status=201)
    certification = f"{story.ballot}/certification"
    story.refuse("confirmed over it", community, certification, None, 409, "objections_open")
    paper = community.get(f"{story.ballot}/papers/{story.rooms[PAPER]}")
    picture = story.cast.web.request("GET", paper["photos"][0]["links"]["full"])
    story.see("the paper, now that it may be seen", (picture.status, picture.data[:2]), (200, b"\xff\xd8"))
    answer = {"answer": "您的纸质票已计入，原件照片已当面核对。"}
    answered = community.post(f"{objections}/{made['id']}/answer", answer)
    story.see("answered by", answered["answered"]["name"], COMMUNITY)
    story.refuse("confirmed the same evening", community, certification, None, 409, "objections_open")
    story.deliver()
    story.see("the owner was told", story.messages(story.owner(OBJECTOR).name, "异议已答复"), 1)


def _published(story: Vote) -> None:
    story.go_to(CERTIFIED)
    story.tell("after seven days the community confirms and publishes; the committee, which drafted it, cannot")
    chair, community, certification = story.who(CHAIR), story.who(COMMUNITY), f"{story.ballot}/certification"
    story.refuse("the committee confirms", chair, certification, None, 403, "not_allowed")
    story.see("confirmed", community.post(certification)["state_label"], "已确认")
    story.see("published", community.post(f"{story.ballot}/publication")["state_label"], "已公布")
    story.deliver()
    story.see("an owner's inbox", story.messages(story.owner(TWICE).name, "业主表决结果"), 1)
    _report(story)
    steps = [one["name"] for one in story.owner(TWICE).get(f"{story.ballot}/steps")]
    story.see("its history", " ".join(steps), _HISTORY)


def _report(story: Vote) -> None:
    path, owner = f"{story.ballot}/report", story.owner(TWICE)
    headers = {"Authorization": f"Bearer {owner.token}", "Accept": XLSX}
    book = load_workbook(io.BytesIO(story.cast.request("GET", path, headers=headers).data))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    digest = owner.get(story.ballot)["digest"]
    story.see("the report names the digest of the proof", any(digest in cell for cell in cells), True)
    story.see("to be printed and signed", owner.send("GET", path).data[:5], b"%PDF-")


_HISTORY = "draft submit return submit pass freeze announce open close count certify publish"


def _decided(story: Vote) -> None:
    story.tell("what was decided stands in the register, for other things to rest on")
    decisions = f"{story.estate.path}/decisions"
    owner = story.owner(TWICE)
    read = [owner.get(f"{decisions}/{line['id']}") for line in owner.get(decisions)["items"]]
    wanted = {"是否解聘安居流动物业服务有限公司": ["同意"], "选聘哪一家物业服务企业": [COMPANIES["longjiang"]]}
    story.see("decided", {one["decision"]["title"]: one["chosen"] for one in read}, wanted)
    lines = {(one["decision"]["matter_label"], one["decision"]["state_label"]) for one in read}
    story.see("as", lines, {("选聘或解聘物业服务企业", "有效")})
    story.see("by the ballot", {one["ballot_id"] for one in read}, {story.ballot_id})
