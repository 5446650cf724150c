"""Every key string of the table; docs/access-patterns.md says which reads they serve.

Words in capitals are fixed, ids are parts of their own, and ``#`` separates. A list that waits for somebody (a queue)
has an index partition that only holds what waits.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING

from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime

SHARDS = 8
"""Sweep queues are spread over this many index partitions; fixed, because entries already written keep theirs."""


def instant(at: datetime) -> str:
    """Return an aware instant as text that sorts by time (UTC, whole milliseconds).

    Raises:
        ValueError: the instant does not say in which zone it is.
    """
    if at.tzinfo is None:
        raise ValueError("an instant without a zone cannot be ordered among others")
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def until(at: datetime) -> tuple[str, str]:
    """Return the sort keys of a sweep queue between which everything due at the instant or before lies."""
    return "0", f"{instant(at)}~"


def shard_of(identity: str) -> int:
    """Return the sweep shard of a thing, the same in every process."""
    return hashlib.sha256(identity.encode()).digest()[0] % SHARDS


# People


def account(account_id: str) -> Key:
    """One person; the same partition holds their grants, so that one query loads who they are."""
    return Key(f"ACCOUNT#{account_id}", "ACCOUNT")


def grant(account_id: str, grant_id: str) -> Key:
    """One role of a person within a scope."""
    return Key(f"ACCOUNT#{account_id}", f"GRANT#{grant_id}")


def openid(appid: str, value: str) -> Key:
    """Guard: one account per WeChat user of this mini program."""
    return Key(f"OPENID#{appid}#{value}", "OPENID")


def sign_in(account_id: str, at: datetime, number: str) -> Key:
    """One visit of a person at the door; kept apart from the account, so that loading who they are stays one page."""
    return Key(sign_ins_of(account_id), f"{instant(at)}#{number}")


def sign_ins_of(account_id: str) -> str:
    """The partition of a person's sign-ins."""
    return f"ACCOUNT#{account_id}#SIGN_INS"


def operator_claim() -> Key:
    """Guard: the first operator is named once per deployment."""
    return Key("OPERATOR", "CLAIM")


def phone(keyed_hash: str) -> Key:
    """Who last proved a phone number, and the posts that wait for it; the number itself is not readable here."""
    return Key(f"PHONE#{keyed_hash}", "PHONE")


def invitation(phone_index: str) -> Key:
    """The newest one-time code for a phone number that cannot be proved through WeChat."""
    return Key(f"PHONE#{phone_index}", "INVITATION")


def occupancy(estate_id: str, room_id: str, account_id: str) -> Key:
    """The relation of one person to one room, whatever its state."""
    return Key(f"ROOM#{estate_id}#{room_id}", f"OCCUPANCY#{account_id}")


def bindings_waiting(estate_id: str, asked_at: datetime, account_id: str) -> Key:
    """Queue: household bindings of an estate that wait for a decision, oldest first."""
    return Key(bindings_of(estate_id), f"{instant(asked_at)}#{account_id}")


def bindings_of(estate_id: str) -> str:
    """The partition of that queue."""
    return f"ESTATE#{estate_id}#BINDINGS"


def occupancy_of_account(account_id: str, estate_id: str, room_id: str) -> Key:
    """The rooms of one person."""
    return Key(f"ACCOUNT#{account_id}#ROOMS", f"{estate_id}#{room_id}")


def staff_of_estate(estate_id: str, role: str, account_id: str) -> Key:
    """Grants of an estate's staff, committee and representatives, by role."""
    return Key(f"ESTATE#{estate_id}#STAFF", f"{role}#{account_id}")


def staff_of_company(company_id: str, role: str, account_id: str) -> Key:
    """Grants that come from one company, by role."""
    return Key(f"COMPANY#{company_id}#STAFF", f"{role}#{account_id}")


def staff_of_unit(unit_id: str, role: str, account_id: str) -> Key:
    """Officials posted at one unit."""
    return Key(f"UNIT#{unit_id}#STAFF", f"{role}#{account_id}")


def post(place: str, place_id: str, post_id: str) -> Key:
    """One post at an estate, company or unit, whoever holds it; an appointment to several estates has one in each."""
    return Key(f"{place.upper()}#{place_id}#POSTS", f"POST#{post_id}")


def leaders(estate_id: str) -> Key:
    """The one seat of the manager and the one of the deputy of an estate."""
    return Key(f"ESTATE#{estate_id}#POSTS", "LEADERS")


def post_by_role(place: str, place_id: str, group: str, role: str, post_id: str) -> Key:
    """Posts of a place that have not ended, staff apart from committee and representatives, by role."""
    return Key(f"{place.upper()}#{place_id}#POSTS#{group}", f"{role}#{post_id}")


def post_of_company(company_id: str, post_id: str, place_id: str) -> Key:
    """Posts a company gave that have not ended; those of one appointment stand together."""
    return Key(f"COMPANY#{company_id}#POSTS_GIVEN", f"{post_id}#{place_id}")


def post_of_account(account_id: str, place_id: str, post_id: str) -> Key:
    """Posts of one person, ended ones too."""
    return Key(f"ACCOUNT#{account_id}#POSTS", f"{place_id}#{post_id}")


def post_ending(shard: int, day: date, place_id: str, post_id: str) -> Key:
    """Sweep queue: posts by the last day of their term."""
    return Key(f"POST_ENDING#{shard}", f"{day.isoformat()}#{place_id}#{post_id}")


def committee(estate_id: str, body_id: str) -> Key:
    """An owners' committee 业委会 or management committee 物管会."""
    return Key(f"ESTATE#{estate_id}#COMMITTEES", f"COMMITTEE#{body_id}")


# The organisation tree, estates and companies


def unit(unit_id: str) -> Key:
    """A node of the organisation tree: city, district, street or community."""
    return Key(f"UNIT#{unit_id}", "UNIT")


def unit_below(parent_id: str, unit_id: str) -> Key:
    """The units directly below one."""
    return Key(f"UNIT#{parent_id}#UNITS", unit_id)


def estate(estate_id: str) -> Key:
    """One estate 小区."""
    return Key(f"ESTATE#{estate_id}", "ESTATE")


def estate_below(units: tuple[str, ...], estate_id: str) -> Key:
    """Estates of a city in tree order, so that a prefix of the path lists those below any unit."""
    return Key(f"UNIT#{units[0]}#ESTATES", "/".join((*units, estate_id)))


def estate_of_company(company_id: str, estate_id: str) -> Key:
    """Estates whose contract is with the company now."""
    return Key(f"COMPANY#{company_id}#ESTATES", estate_id)


def building(estate_id: str, building_id: str) -> Key:
    """A building with its entrances."""
    return Key(f"ESTATE#{estate_id}#BUILDINGS", f"BUILDING#{building_id}")


def room(estate_id: str, room_id: str) -> Key:
    """A room 房屋; its partition also holds who lives there."""
    return Key(f"ROOM#{estate_id}#{room_id}", "ROOM")


def room_of_building(estate_id: str, building_id: str, order: str, room_id: str) -> Key:
    """The rooms of one building in the order people walk them."""
    return Key(f"ESTATE#{estate_id}#BUILDING#{building_id}#ROOMS", f"{order}#{room_id}")


def facility(estate_id: str, facility_id: str) -> Key:
    """A common part or a common facility."""
    return Key(f"ESTATE#{estate_id}#FACILITIES", f"FACILITY#{facility_id}")


def facility_due(shard: int, due_on: date, facility_id: str) -> Key:
    """Sweep queue: facilities by the date their upkeep is due."""
    return Key(f"FACILITY_DUE#{shard}", f"{due_on.isoformat()}#{facility_id}")


def facility_upkeep(estate_id: str, due_on: date, facility_id: str) -> Key:
    """Queue: the facilities of an estate by the day their next upkeep is due."""
    return Key(f"ESTATE#{estate_id}#UPKEEP", f"{due_on.isoformat()}#{facility_id}")


def facility_token(token: str) -> Key:
    """The facility on which a QR code is stuck."""
    return Key(f"FACILITY_TOKEN#{token}", "FACILITY")


def roster_import(estate_id: str, import_id: str) -> Key:
    """One import of the room roster, from dry run to done."""
    return Key(f"ESTATE#{estate_id}#IMPORTS", f"IMPORT#{import_id}")


def roster_import_running(progress_at: datetime, import_id: str) -> Key:
    """Sweep queue: imports that were begun and must be finished, the longest without progress first."""
    return Key("IMPORT_RUNNING", f"{instant(progress_at)}#{import_id}")


def company(company_id: str) -> Key:
    """A property company."""
    return Key(f"COMPANY#{company_id}", "COMPANY")


def company_in(city_id: str, company_id: str) -> Key:
    """Companies registered in one city."""
    return Key(f"UNIT#{city_id}#COMPANIES", company_id)


def credit_code(code: str) -> Key:
    """Guard: one company per unified social credit code."""
    return Key(f"CREDIT_CODE#{code}", "CREDIT_CODE")


def filing(estate_id: str, filing_id: str) -> Key:
    """A filed contract and its project leader."""
    return Key(f"ESTATE#{estate_id}#FILINGS", f"FILING#{filing_id}")


def filing_waiting(units: tuple[str, ...], submitted_at: datetime, filing_id: str) -> Key:
    """Queue: filings of a city to be reviewed, in tree order, so that a prefix of the path lists those below a unit."""
    return Key(f"UNIT#{units[0]}#FILINGS", f"{'/'.join(units)}/{instant(submitted_at)}#{filing_id}")


def filings_waiting_below(path: tuple[str, ...]) -> Key:
    """The queue of filings below a unit: the partition of its city, and the prefix of its path."""
    return Key(f"UNIT#{path[0]}#FILINGS", "/".join(path) + "/")


def filing_of_company(company_id: str, filing_id: str) -> Key:
    """Filings of one company."""
    return Key(f"COMPANY#{company_id}#FILINGS", filing_id)


def filing_ending(shard: int, day: date, filing_id: str) -> Key:
    """Sweep queue: filed contracts by the date something is to happen (warning, end)."""
    return Key(f"FILING_ENDING#{shard}", f"{day.isoformat()}#{filing_id}")


# Service cards


def face(locator: str) -> Key:
    """What any card of one estate shows; the locator is random and only tells cards of one wall apart from others."""
    return Key(f"FACE#{locator}", "FACE")


def card_token(locator: str, secret: str) -> Key:
    """The secret of one printed card; together with the face one batch read answers a scan."""
    return Key(f"FACE#{locator}", f"TOKEN#{secret}")


def card(estate_id: str, card_id: str) -> Key:
    """One card in the register."""
    return Key(f"ESTATE#{estate_id}#CARDS", f"CARD#{card_id}")


def face_of_all(locator: str) -> Key:
    """Every face once, for jobs that visit all estates a few at a time."""
    return Key("FACES", locator)


def card_at(estate_id: str, order: str, card_id: str) -> Key:
    """Cards of an estate in the order of the places they hang."""
    return Key(f"ESTATE#{estate_id}#CARD_PLACES", f"{order}#{card_id}")


def card_active(estate_id: str, building_id: str, card_id: str) -> Key:
    """The active cards of an estate by building, so that a building without one is found by one query."""
    return Key(f"ESTATE#{estate_id}#CARDS_ACTIVE", f"{building_id}#{card_id}")


def card_of_batch(estate_id: str, batch_id: str, order: str, card_id: str) -> Key:
    """The cards of one batch in the order of their places, for printing them together."""
    return Key(f"ESTATE#{estate_id}#CARD_BATCH#{batch_id}", f"{order}#{card_id}")


def card_issued(estate_id: str, day: date, card_id: str) -> Key:
    """The cards of an estate by the day they were given out."""
    return Key(f"ESTATE#{estate_id}#CARDS_ISSUED", f"{day.isoformat()}#{card_id}")


def card_batch(estate_id: str, batch_id: str) -> Key:
    """One order to make cards for many places."""
    return Key(f"ESTATE#{estate_id}#CARD_BATCHES", f"BATCH#{batch_id}")


def sweep_progress(job: str) -> Key:
    """How far a job that visits every estate has come."""
    return Key(f"SWEEP#{job}", "PROGRESS")


def hand_out(estate_id: str, room_id: str) -> Key:
    """The last card handed to a household; one line a room."""
    return Key(f"ESTATE#{estate_id}#HAND_OUTS", f"ROOM#{room_id}")


def hand_out_living(estate_id: str, order: str, room_id: str) -> Key:
    """The households of an estate that have a living card, by place; coverage is their count."""
    return Key(f"ESTATE#{estate_id}#COVERED", f"{order}#{room_id}")


def scans_of_day(estate_id: str, day: date) -> str:
    """The partition of one estate's scans of one day in China."""
    return f"ESTATE#{estate_id}#SCANS#{day.isoformat()}"


def scan(estate_id: str, day: date, at: datetime, scan_id: str) -> Key:
    """One scan of a card."""
    return Key(scans_of_day(estate_id, day), f"{instant(at)}#{scan_id}")


def card_figures(estate_id: str, day: date) -> Key:
    """The figures of one day, recounted from its facts."""
    return Key(f"ESTATE#{estate_id}#CARD_FIGURES", day.isoformat())


def round_team(company_id: str, team_id: str) -> Key:
    """A mobile team of a company."""
    return Key(f"COMPANY#{company_id}#TEAMS", f"TEAM#{team_id}")


def visit(estate_id: str, visit_id: str) -> Key:
    """One visit of the mobile team on its round; its id begins with its day, so that an estate's visits sort by day."""
    return Key(f"ESTATE#{estate_id}#VISITS", f"VISIT#{visit_id}")


def visits_between(day: date) -> tuple[str, str]:
    """The sort keys between which the visits of a day and all later ones lie."""
    return f"VISIT#visit_{day:%Y%m%d}", "VISIT#visit_~"


def visit_of_company(company_id: str, visit_on: date, visit_id: str) -> Key:
    """The visit calendar of a company across its estates."""
    return Key(f"COMPANY#{company_id}#VISITS", f"{visit_on.isoformat()}#{visit_id}")


def visit_due(shard: int, at: datetime, visit_id: str) -> Key:
    """Sweep queue: planned visits by the instant from which they count as missed."""
    return Key(f"VISIT_DUE#{shard}", f"{instant(at)}#{visit_id}")


def linkage_case(estate_id: str, case_id: str) -> Key:
    """A five-party linkage case 五方联动; its partition also holds its steps and who takes part."""
    return Key(f"LINKAGE#{estate_id}#{case_id}", "CASE")


def linkage_step(estate_id: str, case_id: str, number: int) -> Key:
    """One step of a linkage case; sorts between the case and those who take part."""
    return Key(f"LINKAGE#{estate_id}#{case_id}", f"STEP#{number:05d}")


def linkage_participant(estate_id: str, case_id: str, account_id: str) -> Key:
    """One resident who takes part in a linkage case: once, whatever they tap."""
    return Key(f"LINKAGE#{estate_id}#{case_id}", f"WITH#{account_id}")


def linkage_of_estate(estate_id: str, at: datetime, case_id: str) -> Key:
    """The linkage cases of an estate in the order they were opened."""
    return Key(f"ESTATE#{estate_id}#LINKAGE", f"{instant(at)}#{case_id}")


def linkage_due(shard: int, at: datetime, case_id: str) -> Key:
    """Sweep queue: open linkage cases by the instant at which a party is overdue."""
    return Key(f"LINKAGE_DUE#{shard}", f"{instant(at)}#{case_id}")


def gap(estate_id: str, check: str, subject: str) -> Key:
    """A gap in time, matter or place, from the day it was first seen."""
    return Key(f"ESTATE#{estate_id}#GAPS", f"{check}#{subject}")


def gap_below(units: tuple[str, ...], estate_id: str, check: str, subject: str) -> Key:
    """Open gaps of a city in tree order, so that a prefix of the path lists those below any unit."""
    return Key(f"UNIT#{units[0]}#GAPS", "/".join((*units, f"{estate_id}#{check}#{subject}")))


# Photos, work orders and what surrounds them


def photo(estate_id: str, photo_id: str) -> Key:
    """A photo, from the permission to upload it to its acceptance."""
    return Key(f"PHOTO#{estate_id}#{photo_id}", "PHOTO")


def photos_to_decide(estate_id: str, uploaded_at: datetime, photo_id: str) -> Key:
    """Queue: photos that a person must look at, because the content check gave no answer."""
    return Key(f"ESTATE#{estate_id}#PHOTOS", f"{instant(uploaded_at)}#{photo_id}")


def photo_waiting(shard: int, at: datetime, photo_id: str) -> Key:
    """Sweep queue: photos by the instant at which waiting any longer makes no sense."""
    return Key(f"PHOTO_WAITING#{shard}", f"{instant(at)}#{photo_id}")


def trace(trace_id: str) -> Key:
    """The photo that one of WeChat's content checks is about."""
    return Key(f"TRACE#{trace_id}", "TRACE")


def work_order(estate_id: str, order_id: str) -> Key:
    """A work order; its partition also holds its steps."""
    return Key(f"WORK_ORDER#{estate_id}#{order_id}", "ORDER")


def work_order_step(estate_id: str, order_id: str, number: int) -> Key:
    """One step of a work order, numbered from 1; the number is the lock."""
    return Key(f"WORK_ORDER#{estate_id}#{order_id}", f"STEP#{number:05d}")


def board(estate_id: str, state: str) -> str:
    """The partition of an estate's orders in one state."""
    return f"ESTATE#{estate_id}#ORDERS#{state}"


def work_order_on_board(estate_id: str, state: str, at: datetime, order_id: str) -> Key:
    """The board of an estate: its orders by state, in the order they were opened."""
    return Key(board(estate_id, state), f"{instant(at)}#{order_id}")


def held_by(account_id: str) -> str:
    """The partition of what one person holds."""
    return f"ACCOUNT#{account_id}#HOLDS"


def work_order_of_holder(account_id: str, at: datetime, order_id: str) -> Key:
    """Queue: the orders one person holds now, by due time."""
    return Key(held_by(account_id), f"{instant(at)}#{order_id}")


def held_at(place_id: str) -> str:
    """The partition of what a post holds: the desk of an estate, a community, a street."""
    return f"POST#{place_id}#HOLDS"


def work_order_of_post(place_id: str, at: datetime, order_id: str) -> Key:
    """Queue: the orders that everybody of a post is responsible for now, by due time."""
    return Key(held_at(place_id), f"{instant(at)}#{order_id}")


def reported_by(account_id: str) -> str:
    """The partition of what one person reported."""
    return f"ACCOUNT#{account_id}#REPORTED"


def work_order_of_reporter(account_id: str, at: datetime, order_id: str) -> Key:
    """The orders one person reported."""
    return Key(reported_by(account_id), f"{instant(at)}#{order_id}")


def orders_due(shard: int) -> str:
    """The partition of one shard of the orders at which something may be due."""
    return f"ORDER_DUE#{shard}"


def work_order_due(shard: int, at: datetime, order_id: str) -> Key:
    """Sweep queue: open orders by the next instant at which something may be due."""
    return Key(orders_due(shard), f"{instant(at)}#{order_id}")


def work_order_number(estate_id: str, number: str, order_id: str) -> Key:
    """Orders by the short number that people read out; carried by the first step, which never changes."""
    return Key(f"ESTATE#{estate_id}#ORDER_NUMBERS", f"{number}#{order_id}")


def given_to(account_id: str) -> str:
    """The partition of the jobs one person was given."""
    return f"ACCOUNT#{account_id}#GIVEN"


def work_order_given_to(account_id: str, at: datetime, order_id: str) -> Key:
    """When one person was given a job; carried by the step that gave it."""
    return Key(given_to(account_id), f"{instant(at)}#{order_id}")


def bulletin_of(estate_id: str) -> str:
    """The partition of an estate's bulletin."""
    return f"ESTATE#{estate_id}#BULLETIN"


def bulletin(estate_id: str, at: datetime, order_id: str) -> Key:
    """What neighbours see of an order on common parts: no person in it."""
    return Key(bulletin_of(estate_id), f"{instant(at)}#{order_id}")


def work_category(estate_id: str, code: str) -> Key:
    """The handler and the time limits of one category in one estate."""
    return Key(f"ESTATE#{estate_id}#SETTINGS", f"CATEGORY#{code}")


def vendor(estate_id: str, vendor_id: str) -> Key:
    """A third party that takes jobs of the estate."""
    return Key(f"ESTATE#{estate_id}#VENDORS", f"VENDOR#{vendor_id}")


def job_link(token_hash: str) -> Key:
    """The link with which a vendor's worker sees one job and no other."""
    return Key(f"JOB#{token_hash}", "JOB")


def patrol_route(estate_id: str, route_id: str) -> Key:
    """A patrol route: ordered points and a plan."""
    return Key(f"ESTATE#{estate_id}#PATROL", f"ROUTE#{route_id}")


def patrol_point(estate_id: str, point_id: str) -> Key:
    """One stop of patrols, with the secret of its printed code."""
    return Key(f"ESTATE#{estate_id}#PATROL", f"POINT#{point_id}")


def patrol_runs(estate_id: str) -> str:
    """The partition of an estate's walks, by day."""
    return f"ESTATE#{estate_id}#RUNS"


def patrol_run(estate_id: str, route_id: str, run_on: date) -> Key:
    """The walk of one route on one day."""
    return Key(patrol_runs(estate_id), f"{run_on.isoformat()}#{route_id}")


def upkeep_record(estate_id: str, facility_id: str, record_id: str) -> Key:
    """One time somebody looked after a facility; the id sorts by time."""
    return Key(f"FACILITY#{estate_id}#{facility_id}#UPKEEP", record_id)


def patrol_due(shard: int, at: datetime, route_id: str) -> Key:
    """Sweep queue: patrol routes by the instant their next run must be complete."""
    return Key(f"PATROL_DUE#{shard}", f"{instant(at)}#{route_id}")


def season_task(estate_id: str, task_id: str) -> Key:
    """A seasonal task of an estate (snow clearing, disinfection)."""
    return Key(f"ESTATE#{estate_id}#SEASON", f"TASK#{task_id}")


def season_task_in_time(estate_id: str, at: datetime, task_id: str) -> Key:
    """The tasks of an estate in the order they were given."""
    return Key(f"ESTATE#{estate_id}#SEASON_TASKS", f"{instant(at)}#{task_id}")


def season_task_due(shard: int, at: datetime, task_id: str) -> Key:
    """Sweep queue: unfinished tasks of whose lateness nobody was told."""
    return Key(f"SEASON_DUE#{shard}", f"{instant(at)}#{task_id}")


def season_task_of_order(order_id: str, estate_id: str) -> Key:
    """The tasks that one order gave to the estates below a unit."""
    return Key(f"SEASON_ORDER#{order_id}#TASKS", estate_id)


def season_order(unit_id: str, order_id: str) -> Key:
    """An official's order to every estate below a unit."""
    return Key(f"UNIT#{unit_id}#SEASON", f"ORDER#{order_id}")


def season_order_in_time(unit_id: str, at: datetime, order_id: str) -> Key:
    """The orders given at one unit, by time."""
    return Key(f"UNIT#{unit_id}#SEASON_ORDERS", f"{instant(at)}#{order_id}")


def season_order_open(order_id: str) -> Key:
    """Sweep queue: orders that have not reached every estate yet."""
    return Key("SEASON_ORDER_OPEN", order_id)


def cleaning(estate_id: str, record_id: str) -> Key:
    """One line of the cleaning and disinfection log."""
    return Key(f"ESTATE#{estate_id}#CLEANING", f"LINE#{record_id}")


def cleaning_in_time(estate_id: str, at: datetime, record_id: str) -> Key:
    """The log of an estate by time."""
    return Key(f"ESTATE#{estate_id}#CLEANING_LOG", f"{instant(at)}#{record_id}")


def practical_matter(path: tuple[str, ...], matter_id: str) -> Key:
    """A line of the practical-matters ledger of a unit, in tree order: a prefix is everything below a unit."""
    return Key(f"UNIT#{path[0]}#MATTERS", f"{'/'.join(path)}/{matter_id}")


def practical_matters_of_estate(estate_id: str) -> str:
    """The partition of an estate's practical matters."""
    return f"ESTATE#{estate_id}#MATTERS"


def practical_matter_of_estate(estate_id: str, at: datetime, matter_id: str) -> Key:
    """The practical matters of one estate, in the order they were opened."""
    return Key(practical_matters_of_estate(estate_id), f"{instant(at)}#{matter_id}")


# Messages, audit, tokens


def message(account_id: str, message_id: str) -> Key:
    """One message in a person's inbox, newest last."""
    return Key(f"INBOX#{account_id}", f"MESSAGE#{message_id}")


def message_unread(account_id: str, message_id: str) -> Key:
    """Queue: what a person has not read yet."""
    return Key(f"INBOX#{account_id}#UNREAD", message_id)


def message_undelivered(estate_id: str, message_id: str) -> Key:
    """Queue: messages of an estate that WeChat did not take, for a person to see to."""
    return Key(f"ESTATE#{estate_id}#UNDELIVERED", message_id)


def message_allowance(account_id: str, template: str) -> Key:
    """How many subscribe messages of one template a person still accepts."""
    return Key(f"INBOX#{account_id}", f"ALLOWANCE#{template}")


def audit(pk: str, sk: str, at: str, event_id: str) -> Key:
    """One change of one item: who, when, what, from which values; within one instant in the order of the stream."""
    return Key(f"AUDIT#{pk}#{sk}", f"{at}#{event_id:0>40}")


def wechat_token(appid: str) -> Key:
    """The access token that all functions share."""
    return Key(f"WECHAT_TOKEN#{appid}", "WECHAT_TOKEN")
