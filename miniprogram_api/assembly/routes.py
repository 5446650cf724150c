"""The owners' assembly over HTTP: whoever convenes leads a session, everybody of the estate reads what is public."""

from __future__ import annotations

from miniprogram_api.assembly.attendance import Attendance
from miniprogram_api.assembly.refusals import (
    AttendanceUnknown,
    ConvenerWrong,
    CorrectionTooLate,
    LinkUnknown,
    MinutesUnconfirmed,
    NobodyAttended,
    NothingCorrected,
    NoticeTooShort,
    NotTheConvener,
    NotYetHeld,
    ProxyUnproven,
    RenovationUnknown,
    RoomSignedIn,
    SessionKeyReused,
    SessionMoved,
    SessionUnknown,
    SigningClosed,
    TooFewOwners,
    TriggerMisplaced,
)
from miniprogram_api.assembly.schemas import (
    AttendanceLine,
    CallOwners,
    CallShown,
    CancelSession,
    ConfirmMinutes,
    CorrectionShown,
    CorrectSession,
    EditSession,
    MinutesShown,
    NewSession,
    PublishResult,
    SessionLine,
    SessionShown,
    SignIn,
    TakeBack,
    TriggerShown,
    WriteMinutes,
    YearlyShown,
    YearShown,
)
from miniprogram_api.assembly.service.attendance import AssemblyAttendance, Presence
from miniprogram_api.assembly.service.records import AssemblyRecords
from miniprogram_api.assembly.service.sessions import Assemblies, Opening
from miniprogram_api.assembly.service.sides import Asked
from miniprogram_api.assembly.service.yearly import YearlyAssemblies
from miniprogram_api.assembly.session import SESSION, Session, SessionState, Totals
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.privacy import mask_name
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, Offer, SamePersonRefused

routes = Routes("assembly", tag="业主大会会议")

_ALL = "/v1/estates/<estate_id>/assemblies"
_ONE = f"{_ALL}/<session_id>"
_ROOM = f"{_ONE}/attendance/<room_id>"
_CONVENER = (NotTheConvener, ConvenerWrong, RenovationUnknown, LinkUnknown)
# A photo that cannot be used is "not found".
_STEP = (SessionUnknown, SessionMoved, NotTheConvener, IllegalTransition, InputMissing, NotFound)
_SIGN = (SessionUnknown, SigningClosed, RoomSignedIn, NotFound)


def _asked(call: Call) -> Asked:
    return Asked(call.principal, call.territory, call.now)


def _found(call: Call, estate_id: str, session_id: str) -> Session:
    return call.service(Assemblies).access_session_by_id(_asked(call), estate_id, session_id)


def _shown(call: Call, session: Session) -> SessionShown:
    assemblies, insider = call.service(Assemblies), _asked(call).sees_drafts
    trigger, minutes, closing = session.trigger, session.minutes, session.closing
    if not (insider or session.state is SessionState.PUBLISHED):
        minutes = None
    asking = trigger.photo_ids if trigger is not None and insider else ()
    return SessionShown(
        session=SessionLine.of(session),
        agenda=session.plan.agenda,
        renovated=session.renovated,
        corrections=[CorrectionShown.of(one) for one in session.corrections],
        trigger=TriggerShown.of(trigger, assemblies.photos_of(session, asking)),
        call=CallShown.of(
            session.call,
            assemblies.telling_of(session),
            assemblies.photos_of(session, () if session.call is None else session.call.photo_ids),
        ),
        held_at=None if session.held is None else session.held.at,
        totals=session.totals,
        minutes=None if minutes is None else MinutesShown.of(minutes, assemblies.photos_of(session, minutes.photo_ids)),
        closing=None if closing is None else closing.text,
        closed_at=None if closing is None else closing.hand.at,
        steps=_steps(call, session),
    )


def _steps(call: Call, session: Session) -> list[Offer]:
    if not call.service(Assemblies).convenes(_asked(call), session):
        return []
    writer = None if session.minutes is None else session.minutes.written.by
    return SESSION.offered(session.state, call.may, call.principal.account_id, {"writer": writer})


@routes.post(
    _ALL,
    guard=in_estate(Permission.ASSEMBLY_CONVENE),
    status=201,
    repeatable=True,
    errors=(*_CONVENER, TriggerMisplaced, TooFewOwners, InputMissing, SessionKeyReused, NotFound),
)
def draft_assembly(call: Call, estate_id: str, body: NewSession) -> SessionShown:
    """Begin a session: founding, yearly, or interim with its reason (VOT-24, VOT-16)."""
    trigger = None if body.trigger is None else body.trigger.trigger()
    opening = Opening(body.kind, body.convener, body.plan.plan(), body.renovated, trigger)
    return _shown(call, call.service(Assemblies).draft(_asked(call), estate_id, opening, call.key))


@routes.get(_ALL, guard=in_estate(Permission.ASSEMBLY_READ))
def list_assemblies(call: Call, estate_id: str, query: ListQuery) -> PageOf[SessionLine]:
    """List the sessions of an estate; those who convene also find drafts (VOT-24)."""
    page = call.service(Assemblies).list_sessions(_asked(call), estate_id, query.limit, query.cursor)
    return PageOf([SessionLine.of(session) for session in page.items], page.next)


@routes.get(_ONE, guard=in_estate(Permission.ASSEMBLY_READ), errors=(SessionUnknown,))
def read_assembly(call: Call, estate_id: str, session_id: str) -> SessionShown:
    """Return one session: agenda, call, corrections, who was there in figures, minutes and result once published."""
    return _shown(call, _found(call, estate_id, session_id))


@routes.put(_ONE, guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=(*_STEP, LinkUnknown))
def edit_assembly(call: Call, estate_id: str, session_id: str, body: EditSession) -> SessionShown:
    """Replace the plan of a draft; what owners were called to is only corrected in public (VOT-24)."""
    session, plan = _found(call, estate_id, session_id), body.plan.plan()
    return _shown(call, call.service(Assemblies).edit(_asked(call), session, body.version, plan))


@routes.post(f"{_ONE}/call", guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=(*_STEP, *_CONVENER, NoticeTooShort))
def call_assembly(call: Call, estate_id: str, session_id: str, body: CallOwners) -> SessionShown:
    """Call all owners, at least 15 days before, and tell the residents' committee (VOT-24, 条例 14)."""
    session = _found(call, estate_id, session_id)
    return _shown(call, call.service(Assemblies).call(_asked(call), session, body.photo_ids))


@routes.post(
    f"{_ONE}/corrections",
    guard=in_estate(Permission.ASSEMBLY_CONVENE),
    status=201,
    repeatable=True,
    errors=(*_STEP, LinkUnknown, NoticeTooShort, NothingCorrected, CorrectionTooLate, SessionKeyReused),
)
def correct_assembly(call: Call, estate_id: str, session_id: str, body: CorrectSession) -> SessionShown:
    """Correct in public what owners were called to, before it is held; they are told (VOT-24)."""
    session, plan = _found(call, estate_id, session_id), body.plan.plan()
    return _shown(call, call.service(Assemblies).correct(_asked(call), session, plan, body.reason, call.key))


@routes.post(f"{_ONE}/cancellation", guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=_STEP)
def cancel_assembly(call: Call, estate_id: str, session_id: str, body: CancelSession) -> SessionShown:
    """Cancel a session before it is held, with the reason (VOT-24)."""
    session = _found(call, estate_id, session_id)
    return _shown(call, call.service(Assemblies).cancel(_asked(call), session, body.reason))


@routes.post(
    f"{_ONE}/holding", guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=(*_STEP, NotYetHeld, NobodyAttended)
)
def hold_assembly(call: Call, estate_id: str, session_id: str) -> SessionShown:
    """Record that it was held; signing in ends, and who was there is added up (VOT-24)."""
    session = _found(call, estate_id, session_id)
    return _shown(call, call.service(AssemblyRecords).hold(_asked(call), session))


@routes.put(f"{_ONE}/minutes", guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=_STEP)
def write_assembly_minutes(call: Call, estate_id: str, session_id: str, body: WriteMinutes) -> SessionShown:
    """Write the minutes, or write them anew until they are published (VOT-24, 条例 14)."""
    session = _found(call, estate_id, session_id)
    written = call.service(AssemblyRecords).write_minutes(_asked(call), session, body.text, body.photo_ids)
    return _shown(call, written)


@routes.post(
    f"{_ONE}/minutes/confirmation",
    guard=in_estate(Permission.ASSEMBLY_CONVENE),
    errors=(SessionUnknown, SessionMoved, IllegalTransition, SamePersonRefused),
)
def confirm_assembly_minutes(call: Call, estate_id: str, session_id: str, body: ConfirmMinutes) -> SessionShown:
    """Confirm the minutes as somebody who did not write them (VOT-24)."""
    session = _found(call, estate_id, session_id)
    return _shown(call, call.service(AssemblyRecords).confirm_minutes(_asked(call), session, body.version))


@routes.post(f"{_ONE}/publication", guard=in_estate(Permission.ASSEMBLY_CONVENE), errors=(*_STEP, MinutesUnconfirmed))
def publish_assembly(call: Call, estate_id: str, session_id: str, body: PublishResult) -> SessionShown:
    """Publish minutes and result to all owners; they are told (VOT-24)."""
    session = _found(call, estate_id, session_id)
    return _shown(call, call.service(AssemblyRecords).publish(_asked(call), session, body.result))


@routes.get(f"{_ONE}/attendance", guard=in_estate(Permission.ASSEMBLY_ATTEND), errors=(SessionUnknown,))
def list_assembly_attendance(call: Call, estate_id: str, session_id: str, query: ListQuery) -> PageOf[AttendanceLine]:
    """List the rooms that were there, with who represented them, for those who sign rooms in (VOT-24)."""
    session = _found(call, estate_id, session_id)
    page = call.service(AssemblyAttendance).list_lines(session, query.limit, query.cursor)
    return PageOf([_line(call, one) for one in page.items], page.next)


@routes.get(f"{_ONE}/attendance-totals", guard=in_estate(Permission.ASSEMBLY_ATTEND), errors=(SessionUnknown,))
def read_assembly_totals(call: Call, estate_id: str, session_id: str) -> Totals:
    """Return who is there as it stands now, rooms and area in 0.01 m2, added up from the lines (VOT-24)."""
    return call.service(AssemblyRecords).totals(_found(call, estate_id, session_id))


@routes.put(_ROOM, guard=in_estate(Permission.ASSEMBLY_ATTEND), errors=(*_SIGN, ProxyUnproven))
def sign_in_room(call: Call, estate_id: str, session_id: str, room_id: str, body: SignIn) -> AttendanceLine:
    """Sign a room in with who represents it; a room is there once, whoever signs it in (VOT-24)."""
    session, presence = _found(call, estate_id, session_id), Presence(body.name, body.capacity, body.photo_ids)
    line = call.service(AssemblyAttendance).sign_in(_asked(call), session, room_id, presence, body.version)
    return _line(call, line)


@routes.post(f"{_ROOM}/withdrawal", guard=in_estate(Permission.ASSEMBLY_ATTEND), errors=(*_SIGN, AttendanceUnknown))
def take_back_sign_in(call: Call, estate_id: str, session_id: str, room_id: str, body: TakeBack) -> AttendanceLine:
    """Take back a line that was entered by mistake, with the reason (VOT-24)."""
    session = _found(call, estate_id, session_id)
    line = call.service(AssemblyAttendance).take_back(_asked(call), session, room_id, body.reason)
    return _line(call, line)


@routes.get("/v1/estates/<estate_id>/yearly-assembly", guard=in_estate(Permission.ASSEMBLY_CONVENE))
def read_yearly_assembly(call: Call, estate_id: str) -> YearlyShown:
    """Say whether the yearly session was held this year so far, and last year (VOT-24)."""
    this, last = call.service(YearlyAssemblies).years(estate_id, date_of(call.now))
    return YearlyShown(YearShown.of(this), YearShown.of(last))


def _line(call: Call, line: Attendance) -> AttendanceLine:
    name = call.service(AssemblyAttendance).name_of(line)
    reads_names = call.principal.may(Permission.ROSTER_READ, call.territory)
    return AttendanceLine.of(line, name if reads_names else mask_name(name))
