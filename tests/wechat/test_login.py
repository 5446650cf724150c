from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat.errors import LoginBlocked, LoginCodeRefused, WeChatBusy, WeChatMisconfigured

from .conftest import PERSON

LOGIN = "/sns/jscode2session"


@pytest.mark.row("IDR-01")
def test_a_login_code_tells_who_it_is_with_one_call_and_without_the_session_key(simulator, wechat):
    code = simulator.control("login_code", openid=PERSON)["code"]

    identity = wechat.code_to_session(code)

    assert dataclasses.asdict(identity) == {"openid": PERSON, "unionid": None}
    assert simulator.world.calls == [LOGIN]


def test_the_unionid_comes_along_when_there_is_one(simulator, wechat):
    code = simulator.control("login_code", openid=PERSON, unionid="uLucheng")["code"]
    assert wechat.code_to_session(code).unionid == "uLucheng"


def test_a_code_works_once(simulator, wechat):
    code = simulator.control("login_code", openid=PERSON)["code"]
    wechat.code_to_session(code)
    with pytest.raises(LoginCodeRefused) as refused:
        wechat.code_to_session(code)
    assert refused.value.detail["errcode"] == 40163


def test_a_code_dies_after_five_minutes(simulator, wechat):
    code = simulator.control("login_code", openid=PERSON)["code"]
    simulator.control("clock", advance_seconds=301)
    with pytest.raises(LoginCodeRefused) as refused:
        wechat.code_to_session(code)
    assert refused.value.detail["errcode"] == 40029


def test_a_code_of_the_phone_button_is_no_login_code(simulator, wechat):
    with pytest.raises(LoginCodeRefused):
        wechat.code_to_session(simulator.control("phone_code", phone="13800138000")["code"])


def test_a_code_full_of_signs_cannot_add_to_the_query(simulator, wechat):
    with pytest.raises(LoginCodeRefused):
        wechat.code_to_session("x&appid=other&secret=\u6d41\u52a8#?")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"errcode": -1}, WeChatBusy),
        ({"errcode": 45011}, WeChatBusy),
        ({"errcode": 40226}, LoginBlocked),
        ({"errcode": 40164}, WeChatMisconfigured),
        ({"errcode": 987654}, WeChatMisconfigured),
        ({"http_status": 502}, WeChatBusy),
        ({"http_status": 404}, WeChatMisconfigured),
        ({"drop": "before"}, WeChatBusy),
        ({"drop": "after"}, WeChatBusy),
    ],
)
def test_every_failure_has_its_own_outcome_and_is_not_tried_twice(simulator, wechat, fault, outcome):
    simulator.control("fault", endpoint=LOGIN, **fault)
    code = simulator.control("login_code", openid=PERSON)["code"]
    with pytest.raises(Problem) as failed:
        wechat.code_to_session(code)
    assert type(failed.value) is outcome
    assert simulator.world.calls == [LOGIN]


def test_a_silent_wechat_is_given_up_after_three_seconds(simulator, wechat):
    simulator.control("fault", endpoint=LOGIN, delay_seconds=8)
    with pytest.raises(WeChatBusy) as failed:
        wechat.code_to_session("any")
    assert failed.value.detail["reason"] == "ReadTimeoutError"


def test_a_wrong_secret_is_for_the_operator_to_see(connect):
    with pytest.raises(WeChatMisconfigured) as failed:
        connect(secret="not-the-secret").code_to_session("any")
    assert failed.value.detail["errcode"] == 40125


def test_signing_in_loads_neither_wechatpy_nor_requests(simulator):
    code = simulator.control("login_code", openid=PERSON)["code"]
    program = f"""
import sys, datetime
import miniprogram_api.wechat
assert not any(name.startswith(("urllib3", "wechatpy")) for name in sys.modules)
from miniprogram_api.wechat.mini_program import WeChat
from miniprogram_api.wechat.tokens import MemoryTokenStore
from miniprogram_api.wechat.push import MessagePush
wechat = WeChat(appid={simulator.appid!r}, secret=lambda: {simulator.secret!r}, token_store=MemoryTokenStore(),
                clock=lambda: datetime.datetime.now(datetime.UTC), base_url={simulator.base_url!r})
assert wechat.code_to_session({code!r}).openid == {PERSON!r}
print(sorted({{"wechatpy", "requests", "xmltodict", "cryptography"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("[]\n", "")
