"""November is issued for 166 homes: worked out, stopped by a missing reading, previewed, published once (FEE-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.money import FINANCE
from local.stories.fees.reckoning import (
    HOMES,
    PARKING_FEN,
    SERVICE_FEN,
    SHOPS,
    SPACES,
    STAIR_LIGHT_FEN,
    UTILITY_FEN,
    WATER,
    light_yuan,
    service_fen,
    water_fen,
    yuan,
)
from local.stories.fees.telling import HEAD, MANAGER, NEIGHBOURS

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

NOVEMBER = "2026-11"


def november_is_issued(story: Fees) -> None:
    """Three kinds of bills, because they become three owners' money."""
    story.chapter("2. The fees of November for 166 homes")
    story.go_to("2026-11-02 09:30")
    story.who(HEAD).put(f"{story.estate.path}/fee-settings", {"due_day_offset": 13})
    _service_fee(story)
    _parking(story)
    _water_and_light(story)
    _told_and_reminded(story)


def _draft(story: Fees, kind: str) -> dict[str, Any]:
    body = {"period": NOVEMBER, "kind": kind}
    run: dict[str, Any] = story.who(FINANCE).post(f"{story.estate.path}/bill-runs", body, status=201)
    return run


def _publish(story: Fees, run: dict[str, Any], status: int = 200) -> dict[str, Any]:
    address = f"{story.estate.path}/bill-runs/{run['id']}/publication"
    done: dict[str, Any] = story.who(FINANCE).post(address, status=status)
    return done


def bills(story: Fees, kind: str) -> list[dict[str, Any]]:
    """Return every bill of November of a kind, as the accountant pages through them."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        query = f"period={NOVEMBER}&kind={kind}&limit=100{cursor}"
        page = story.who(FINANCE).get(f"{story.estate.path}/bills?{query}")
        found += page["items"]
        if not page.get("next"):
            return found
        cursor = f"&cursor={page['next']}"


def _service_fee(story: Fees) -> None:
    story.tell("service fee: previewed, held against the roster file, published")
    run = _draft(story, "service")
    story.see("preview", (run["state_label"], run["tally"]["rooms"]), ("待发布", len(HOMES)))
    story.see("its total", yuan(run["tally"]["fen"]), yuan(SERVICE_FEN))
    run = _publish(story, run)
    story.see("issued, counted from the bills written", yuan(run["issued"]["fen"]), yuan(SERVICE_FEN))
    issued = {bill["room_id"]: bill["total_fen"] for bill in bills(story, "service")}
    wanted = dict(zip(story.rooms, map(service_fen, HOMES), strict=True))
    story.see("homes whose bill is not area x 0.55, worked out here", _differing(issued, wanted), 0)
    story.tell("published again, and drafted again: nothing doubles")
    again = _publish(story, run)
    story.see("bills", (again["issued"]["rooms"], len(bills(story, "service"))), (len(HOMES), len(HOMES)))
    body = {"period": NOVEMBER, "kind": "service"}
    story.refuse("another draft", story.who(MANAGER), f"{story.estate.path}/bill-runs", body, 409, "illegal_transition")


def _differing(issued: dict[str, int], wanted: dict[str, int]) -> int:
    return sum(issued.get(room) != wanted.get(room) for room in issued.keys() | wanted.keys())


def _parking(story: Fees) -> None:
    story.tell("parking stands on bills of its own, because it is the owners' money")
    run = _publish(story, _draft(story, "parking"))
    story.see("spaces", (run["issued"]["rooms"], sum(SPACES.values())), (len(SPACES), 12))
    story.see("total", yuan(run["issued"]["fen"]), yuan(PARKING_FEN))


def _water_and_light(story: Fees) -> None:
    estate = story.estate
    story.tell("water and light: one meter was not read, and the draft says which home that stops")
    building = estate.buildings[HOMES[SHOPS[0]].building]["id"]
    meters = story.who(FINANCE).get(f"{estate.path}/buildings/{building}/meters")["items"]
    of_room = {meter["room_id"]: meter["id"] for meter in meters}
    *most, last = SHOPS
    for index in most:
        _read(story, building, of_room[story.rooms[index]], index)
    _share_the_light(story)
    run = _draft(story, "utility")
    story.see("homes that cannot be billed", run["tally"]["problems"], 1)
    parts = story.who(FINANCE).get(f"{estate.path}/bill-runs/{run['id']}/buildings")["items"]
    (problem,) = (one for part in parts for one in part["problems"])
    story.see("why", (problem["code"], "抄表" in problem["text"]), ("reading_missing", True))
    story.see("which", problem["room"], f"{HOMES[last].building}{HOMES[last].entrance}{HOMES[last].number}")
    story.see("published all the same, refused", _publish(story, run, 409)["code"], "bill_run_has_problems")
    story.tell("it is read; now the draft is whole")
    _read(story, building, of_room[story.rooms[last]], last)
    run = _draft(story, "utility")
    story.see("homes that cannot be billed", run["tally"]["problems"], 0)
    story.see("total", yuan(run["tally"]["fen"]), yuan(UTILITY_FEN))
    run = _publish(story, run)
    story.see("issued", yuan(run["issued"]["fen"]), yuan(UTILITY_FEN))
    _check_utility(story)


def _read(story: Fees, building: str, meter: str, index: int) -> None:
    value = {"value": 1_000 * index + WATER[index]}
    address = f"{story.estate.path}/buildings/{building}/meters/{meter}/readings/{NOVEMBER}"
    story.who(FINANCE).put(address, value)


def _share_the_light(story: Fees) -> None:
    finance, path = story.who(FINANCE), f"{story.estate.path}/shared-costs"
    body = {
        "kind": "utility",
        "charge": "shared_power",
        "label": "楼道照明",
        "period": NOVEMBER,
        "total_fen": STAIR_LIGHT_FEN,
        "by": "area",
        "photo_ids": [story.photo(finance, "electricity invoice")],
    }
    cost = finance.post(path, body, status=201)
    story.who(MANAGER).post(f"{path}/{NOVEMBER}/{cost['id']}/confirmation")


def _check_utility(story: Fees) -> None:
    issued = {bill["room_id"]: bill["total_fen"] for bill in bills(story, "utility")}
    parts = [
        issued[room] - (water_fen(index) if index in SHOPS else 0) - light_yuan(HOMES[index]) * 100
        for index, room in enumerate(story.rooms)
    ]
    story.see("parts of the light more than a fen off their exact share", sum(abs(off) >= 1 for off in parts), 0)
    story.see("and all parts together less the invoice", sum(parts), 0)


def _told_and_reminded(story: Fees) -> None:
    """Bills are announced by day, when they are published; nobody is reminded of money at night."""
    name = NEIGHBOURS[19]
    story.tell("every household was told of its bills; three days before they are due it is reminded, by day")
    story.deliver()
    story.see("new bills in an inbox", story.messages(name, "新账单"), 2)
    story.see("due", story.bill(name)["due_on"], "2026-11-15")
    for moment, reminded in (("2026-11-12 02:00", 0), ("2026-11-12 08:55", 0), ("2026-11-12 09:05", 2)):
        story.go_to(moment)
        story.run_jobs()
        story.see(f"reminders at {moment[-5:]}", story.messages(name, "缴费提醒"), reminded)
