"""Signing in and oneself."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, public, signed_in
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.identity.phones import InvitationRefused, PhoneBusy
from miniprogram_api.identity.rules import (
    AccountChanged,
    AccountSuspended,
    AccountUnknown,
    DisplayNameRefused,
    OfficialNotSuspendable,
    OperatorClaimed,
    OperatorCodeRefused,
    SuspendedElsewhere,
)
from miniprogram_api.identity.schemas import (
    AccountStanding,
    InvitationCode,
    Me,
    NewDisplayName,
    NewInvitation,
    OperatorCode,
    PermissionsHeld,
    PersonalExport,
    PhoneByInvitation,
    PhoneByWeChat,
    SignedIn,
    SignIn,
    Suspension,
)
from miniprogram_api.identity.service import Identity
from miniprogram_api.identity.service.leaving import Leaving
from miniprogram_api.identity.service.phones import Phones
from miniprogram_api.identity.service.standing import Standing
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound, Unauthenticated, Unavailable
from miniprogram_api.kernel.privacy import PhoneUnreadable

routes = Routes("identity", tag="身份")


@routes.post(
    "/v1/sessions",
    guard=public(per_minute=30),
    status=201,
    errors=(Unauthenticated, AccountSuspended, AccountUnknown, Unavailable),
)
def sign_in(call: Call, body: SignIn) -> SignedIn:
    """Sign in with the code that wx.login gave; the first visit registers the person (IDR-01).

    Public, because nobody is signed in before.
    """
    person = call.service(Identity).sign_in(body.code, call.now)
    return SignedIn(person.token, person.ends_at, Me.of(person.account, person.held, call.now))


@routes.delete("/v1/sessions", guard=signed_in(), errors=(AccountChanged,))
def end_sessions(call: Call) -> None:
    """Sign out everywhere: every session of this person ends at once."""
    call.service(Identity).end_sessions(call.principal.account_id, call.now)


@routes.get("/v1/me", guard=signed_in())
def read_me(call: Call) -> Me:
    """Return the person who asks, with the workspaces they may switch to (IDR-02)."""
    return _me(call)


@routes.get("/v1/estates/<estate_id>/my-permissions", guard=in_estate(Permission.PRICE_READ))
def read_own_permissions(call: Call, estate_id: str) -> PermissionsHeld:  # noqa: ARG001  the guard's
    """Return what the person who asks may do at an estate, so that a page offers nothing that is refused (IDR-02)."""
    return PermissionsHeld([one for one in Permission if call.principal.may(one, call.territory)])


@routes.patch("/v1/me", guard=signed_in(), errors=(DisplayNameRefused, AccountChanged, NotFound))
def rename_me(call: Call, body: NewDisplayName) -> Me:
    """Choose what others read as one's name; WeChat checks it."""
    account, held = call.service(Identity).rename(call.principal.account_id, body.display_name, call.now)
    return Me.of(account, held, call.now)


@routes.put("/v1/me/phone", guard=signed_in(), errors=(PhoneUnreadable, PhoneBusy, AccountUnknown))
def prove_phone(call: Call, body: PhoneByWeChat) -> Me:
    """Prove the phone number with WeChat's button; posts that waited for it are given at once (IDR-01)."""
    call.service(Phones).prove_by_wechat(call.principal.account_id, body.code, call.now)
    return _me(call)


@routes.put("/v1/me/phone/invitation", guard=signed_in(), errors=(InvitationRefused, PhoneBusy, AccountUnknown))
def prove_phone_by_invitation(call: Call, body: PhoneByInvitation) -> Me:
    """Prove the phone number with the six digits that the manager read out; five tries (IDR-01)."""
    call.service(Phones).prove_by_invitation(call.principal.account_id, body.phone, body.code, call.now)
    return _me(call)


@routes.get("/v1/me/export", guard=signed_in(), errors=(AccountUnknown,))
def export_me(call: Call) -> PersonalExport:
    """Return everything kept about the person who asks."""
    return PersonalExport(call.now, call.service(Leaving).export(call.principal.account_id))


@routes.delete("/v1/me", guard=signed_in(), errors=(AccountUnknown, Conflict))
def cancel_me(call: Call) -> None:
    """Delete one's account: the person goes, facts such as repairs stay without them.

    Whoever holds a post has to hand it over first.
    """
    call.service(Leaving).cancel(call.principal.account_id, call.now)


@routes.post(
    "/v1/operators",
    guard=signed_in(),
    status=201,
    errors=(OperatorCodeRefused, OperatorClaimed, AccountChanged, AccountUnknown),
)
def claim_operator(call: Call, body: OperatorCode) -> Me:
    """Become the first operator with the deployer's one-time code; it works once."""
    call.service(Standing).claim_operator(call.principal.account_id, body.code, call.now)
    return _me(call)


@routes.post(
    "/v1/estates/<estate_id>/invitations",
    guard=in_estate(Permission.BINDING_DECIDE),
    status=201,
    repeatable=True,
    errors=(PhoneUnreadable, PhoneBusy),
)
def invite(call: Call, estate_id: str, body: NewInvitation) -> InvitationCode:
    """Make a code for somebody whose number WeChat cannot give; it is read out to them and lasts 72 hours."""
    by = call.principal.account_id
    code, made = call.service(Phones).invite(estate_id, by, body.phone, body.name, call.key, call.now)
    return InvitationCode(code, made.expires_at)


@routes.post(
    "/v1/estates/<estate_id>/accounts/<account_id>/suspend",
    guard=in_estate(Permission.ACCOUNT_SUSPEND),
    errors=(AccountUnknown, OfficialNotSuspendable, AccountChanged),
)
def suspend_account(call: Call, estate_id: str, account_id: str, body: Suspension) -> AccountStanding:
    """Take away all rights of a person of the estate at once, with a reason."""
    standing, by = call.service(Standing), call.principal.account_id
    return AccountStanding.of(standing.suspend(by, estate_id, call.territory, account_id, body.reason, call.now))


@routes.post(
    "/v1/estates/<estate_id>/accounts/<account_id>/restore",
    guard=in_estate(Permission.ACCOUNT_SUSPEND),
    errors=(AccountUnknown, OfficialNotSuspendable, SuspendedElsewhere, AccountChanged),
)
def restore_account(call: Call, estate_id: str, account_id: str) -> AccountStanding:
    """Give a suspended person back what they had."""
    standing, by = call.service(Standing), call.principal.account_id
    return AccountStanding.of(standing.restore(by, estate_id, call.territory, account_id, call.now))


def _me(call: Call) -> Me:
    account, held = call.service(Identity).me(call.principal.account_id)
    return Me.of(account, held, call.now)
