"""Nothing secret leaves with a failure: not in its words, its detail, its cause, nor in what is logged on the way."""

from __future__ import annotations

import logging
import socket
from datetime import timedelta

import pytest

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat import errors
from miniprogram_api.wechat.errors import AccessTokenRefused, WeChatBusy, WeChatMisconfigured
from miniprogram_api.wechat.tokens import CachedToken, MemoryTokenStore

from .conftest import PERSON

FAULTS = [
    {"errcode": -1},
    {"errcode": 45009},
    {"errcode": 45011},
    {"errcode": 40003, "errmsg": f"invalid openid {PERSON}"},
    {"errcode": 40001, "times": 9},
    {"errcode": 40013},
    {"http_status": 503},
    {"http_status": 403},
    {"drop": "before"},
]


def everything_said(failure: BaseException | None) -> str:
    """The words of an exception, of its detail and of all it was raised from, as a log would write them."""
    said = ""
    while failure is not None:
        said += f"{failure!s} {failure!r} {vars(failure)} "
        failure = failure.__cause__ or failure.__context__
    return said


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("endpoint", ["/wxa/msg_sec_check", "/cgi-bin/stable_token", "/sns/jscode2session"])
def test_a_failure_says_what_happened_but_nothing_secret(simulator, connect, clock, caplog, endpoint, fault):
    caplog.set_level(logging.DEBUG)
    simulator.control("visit", openid=PERSON)
    simulator.control("fault", endpoint=endpoint, **fault)
    store = MemoryTokenStore()
    wechat = connect(store)
    code = simulator.control("login_code", openid=PERSON)["code"]

    def ask() -> object:
        if endpoint == "/sns/jscode2session":
            return wechat.code_to_session(code)
        return wechat.check_text(PERSON, "漏水", 2)

    with pytest.raises(Problem) as failed:
        ask()

    said = everything_said(failed.value) + caplog.text
    held = store.read(simulator.appid)
    secrets = [simulator.secret, PERSON, code, simulator.base_url, *([held.token] if held else [])]
    assert [secret for secret in secrets if secret in said] == []
    assert failed.value.detail["endpoint"] == endpoint.removeprefix("/")
    if "errcode" in fault:
        assert failed.value.detail["errcode"] == fault["errcode"]
        assert len(failed.value.detail["rid"].split("-")) == 3


def test_nobody_listening_is_busy_and_says_no_address(simulator, connect, clock):
    store = MemoryTokenStore()
    store.write(simulator.appid, CachedToken("the-token", clock() + timedelta(hours=1)))
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        wechat = connect(store, base_url=address)
        with pytest.raises(WeChatBusy) as at_login:
            wechat.code_to_session("any")
        with pytest.raises(WeChatBusy) as at_call:
            wechat.check_text(PERSON, "漏水", 2)
    for failed in (at_login, at_call):
        said = everything_said(failed.value)
        assert address.rpartition(":")[2] not in said
        assert "the-token" not in said


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [
        (-1, WeChatBusy),
        (45009, WeChatBusy),
        (45011, WeChatBusy),
        (40014, AccessTokenRefused),
        (42001, AccessTokenRefused),
        (43101, errors.SubscriptionRefused),
        (47003, errors.TemplateArgumentInvalid),
        (61010, errors.ContentUnchecked),
        (43104, errors.RecipientUnknown),
        (40164, WeChatMisconfigured),
        (40125, WeChatMisconfigured),
        (40037, WeChatMisconfigured),
    ],
)
def test_wechats_numbers_become_outcomes(simulator, wechat, errcode, outcome):
    simulator.control("fault", endpoint="/wxa/msg_sec_check", errcode=errcode, times=2)
    with pytest.raises(Problem) as failed:
        wechat.check_text(PERSON, "漏水", 2)
    assert type(failed.value) is outcome


def test_every_outcome_speaks_chinese_and_has_a_code_of_its_own():
    outcomes = [one for one in vars(errors).values() if isinstance(one, type) and one.__module__ == errors.__name__]
    assert outcomes
    assert len({one.code for one in outcomes}) == len(outcomes)
    for one in outcomes:
        assert "message" in vars(one) or one is AccessTokenRefused
        assert all(not sign.isascii() or sign.isdigit() for sign in one.message)
