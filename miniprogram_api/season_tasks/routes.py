"""Tasks of the season and the cleaning log over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing
from miniprogram_api.season_tasks.rules import (
    DueInThePast,
    LogIncomplete,
    SeasonKeyReused,
    SeasonOrderUnknown,
    SeasonTask,
    SeasonTaskMoved,
    SeasonTaskUnknown,
)
from miniprogram_api.season_tasks.schemas import (
    CancelTask,
    CleaningShown,
    FinishTask,
    NewCleaning,
    NewTask,
    OrderShown,
    StartTask,
    TaskLine,
    TaskShown,
)
from miniprogram_api.season_tasks.service import SeasonTasks

routes = Routes("season_tasks", tag="季节性任务")

_TASKS = "/v1/estates/<estate_id>/season-tasks"
_ORDERS = "/v1/units/<unit_id>/season-orders"
_LOG = "/v1/estates/<estate_id>/cleaning-log"
# A photo that cannot be used is "not found".
_STEP = (SeasonTaskUnknown, SeasonTaskMoved, IllegalTransition, InputMissing, NotFound)


def _shown(call: Call, task: SeasonTask) -> TaskShown:
    return TaskShown.of(task, call.service(SeasonTasks).photos_of(task), call.now)


@routes.get(_TASKS, guard=in_estate(Permission.SEASON_TASK_READ))
def list_season_tasks(call: Call, estate_id: str, query: ListQuery) -> PageOf[TaskLine]:
    """List the tasks of an estate, newest first; residents see when the snow will be cleared (REP-14)."""
    page = call.service(SeasonTasks).list_tasks(estate_id, query.limit, query.cursor)
    return PageOf([TaskLine.of(task, call.now) for task in page.items], page.next)


@routes.post(
    _TASKS,
    guard=in_estate(Permission.SEASON_TASK_ORDER),
    status=201,
    repeatable=True,
    errors=(DueInThePast, SeasonKeyReused),
)
def order_season_task(call: Call, estate_id: str, body: NewTask) -> TaskShown:
    """Order one task at one estate (REP-14)."""
    tasks = call.service(SeasonTasks)
    return _shown(call, tasks.order_for_estate(call.principal, estate_id, body.wanted(), call.key, call.now))


@routes.get(f"{_TASKS}/<task_id>", guard=in_estate(Permission.SEASON_TASK_READ), errors=(SeasonTaskUnknown,))
def read_season_task(call: Call, estate_id: str, task_id: str) -> TaskShown:
    """Return one task with its photos from both ends."""
    return _shown(call, call.service(SeasonTasks).get_task(estate_id, task_id))


@routes.post(f"{_TASKS}/<task_id>/start", guard=in_estate(Permission.SEASON_TASK_DO), errors=_STEP)
def start_season_task(call: Call, estate_id: str, task_id: str, body: StartTask) -> TaskShown:
    """Begin a task, with a photo of how it looks before."""
    tasks = call.service(SeasonTasks)
    return _shown(call, tasks.start(call.principal, estate_id, task_id, body.photo_ids, call.now))


@routes.post(f"{_TASKS}/<task_id>/finish", guard=in_estate(Permission.SEASON_TASK_DO), errors=(*_STEP, LogIncomplete))
def finish_season_task(call: Call, estate_id: str, task_id: str, body: FinishTask) -> TaskShown:
    """Finish a task, with a photo of how it looks now; a disinfection goes into the log too (REP-15)."""
    task = call.service(SeasonTasks).finish(
        call.principal, estate_id, task_id, body.photo_ids, body.note, body.area, body.method, call.now
    )
    return _shown(call, task)


@routes.post(f"{_TASKS}/<task_id>/cancellation", guard=in_estate(Permission.SEASON_TASK_ORDER), errors=_STEP)
def cancel_season_task(call: Call, estate_id: str, task_id: str, body: CancelTask) -> TaskShown:
    """Call a task off."""
    return _shown(call, call.service(SeasonTasks).cancel(call.principal, estate_id, task_id, body.reason, call.now))


@routes.post(
    _ORDERS,
    guard=in_unit(Permission.SEASON_TASK_ORDER),
    status=201,
    repeatable=True,
    errors=(DueInThePast, SeasonKeyReused),
)
def order_season_tasks(call: Call, unit_id: str, body: NewTask) -> OrderShown:
    """Order one task at every estate below a unit, as on a day of snow (REP-14)."""
    tasks = call.service(SeasonTasks)
    return OrderShown.of(tasks.order_for_unit(call.principal, unit_id, body.wanted(), call.key, call.now))


@routes.get(_ORDERS, guard=in_unit(Permission.SEASON_TASK_ORDER))
def list_season_orders(call: Call, unit_id: str, query: ListQuery) -> PageOf[OrderShown]:
    """List the orders given at a unit, newest first."""
    page = call.service(SeasonTasks).list_orders(unit_id, query.limit, query.cursor)
    return PageOf([OrderShown.of(order) for order in page.items], page.next)


@routes.get(f"{_ORDERS}/<order_id>/tasks", guard=in_unit(Permission.SEASON_TASK_ORDER), errors=(SeasonOrderUnknown,))
def list_tasks_of_order(call: Call, unit_id: str, order_id: str, query: ListQuery) -> PageOf[TaskLine]:
    """List how far each estate came with an order, and how long it took (REP-14)."""
    page = call.service(SeasonTasks).list_tasks_of_order(unit_id, order_id, query.limit, query.cursor)
    return PageOf([TaskLine.of(task, call.now) for task in page.items], page.next)


@routes.get(_LOG, guard=in_estate(Permission.SEASON_TASK_READ))
def list_cleaning_log(call: Call, estate_id: str, query: ListQuery) -> PageOf[CleaningShown]:
    """List what was cleaned and disinfected, newest first, for everybody of the estate (REP-15)."""
    page, photos = call.service(SeasonTasks).list_cleaning(estate_id, query.limit, query.cursor)
    return PageOf([CleaningShown.of(record, photos) for record in page.items], page.next)


@routes.post(
    _LOG,
    guard=in_estate(Permission.SEASON_TASK_DO),
    status=201,
    repeatable=True,
    errors=(LogIncomplete, SeasonKeyReused, NotFound),
)
def log_cleaning(call: Call, estate_id: str, body: NewCleaning) -> CleaningShown:
    """Add a line to the log: area, method, person, time, photos (REP-15)."""
    record = call.service(SeasonTasks).log_cleaning(
        call.principal, estate_id, body.kind, body.area, body.method, body.photo_ids, call.key, call.now
    )
    return CleaningShown.of(record, [])
