"""Signing in and oneself."""

from __future__ import annotations

from miniprogram_api.edge.guards import public, signed_in
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.identity.rules import AccountSuspended, AccountUnknown
from miniprogram_api.identity.schemas import Me, SignedIn, SignIn
from miniprogram_api.identity.service import Identity
from miniprogram_api.kernel.errors import Unauthenticated, Unavailable

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


@routes.delete("/v1/sessions", guard=signed_in())
def end_sessions(call: Call) -> None:
    """Sign out everywhere: every session of this person ends at once."""
    call.service(Identity).end_sessions(call.principal.account_id, call.now)


@routes.get("/v1/me", guard=signed_in())
def read_me(call: Call) -> Me:
    """Return the person who asks, with the workspaces they may switch to (IDR-02)."""
    account, held = call.service(Identity).me(call.principal.account_id)
    return Me.of(account, held, call.now)
