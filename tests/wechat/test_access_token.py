from __future__ import annotations

import threading

import pytest

from miniprogram_api.wechat.errors import AccessTokenRefused, WeChatMisconfigured
from miniprogram_api.wechat.tokens import MemoryTokenStore

from .conftest import PERSON

TOKEN = "/cgi-bin/stable_token"
CHECK = "/wxa/msg_sec_check"


@pytest.fixture(autouse=True)
def someone_is_here(simulator):
    simulator.control("visit", openid=PERSON)


def let_pass(simulator, seconds):
    simulator.control("clock", advance_seconds=seconds)
    simulator.control("visit", openid=PERSON)


def test_two_processes_share_one_token(connect, calls):
    store = MemoryTokenStore()
    connect(store).check_text(PERSON, "漏水", 2)
    connect(store).check_text(PERSON, "漏水", 2)
    assert calls() == {TOKEN: 1, CHECK: 2}


def test_a_process_does_not_ask_its_store_before_every_call(connect, calls):
    class CountingStore(MemoryTokenStore):
        reads = 0

        def read(self, appid):
            self.reads += 1
            return super().read(appid)

    store = CountingStore()
    wechat = connect(store)
    for _ in range(3):
        wechat.check_text(PERSON, "漏水", 2)
    assert store.reads == 1
    assert calls()[TOKEN] == 1


def test_a_token_is_used_until_its_last_minute_and_then_replaced(simulator, wechat, calls):
    wechat.check_text(PERSON, "漏水", 2)
    let_pass(simulator, 7200 - 70)
    wechat.check_text(PERSON, "漏水", 2)
    assert calls()[TOKEN] == 1
    let_pass(simulator, 20)
    wechat.check_text(PERSON, "漏水", 2)
    assert calls()[TOKEN] == 2


def test_a_token_that_wechat_hands_out_late_in_its_life_is_not_asked_for_again_at_every_call(simulator, connect, calls):
    connect().check_text(PERSON, "漏水", 2)
    let_pass(simulator, 7200 - 303)
    late = connect()
    for _ in range(3):
        late.check_text(PERSON, "漏水", 2)
    assert calls()[TOKEN] == 2


def test_a_burst_of_threads_asks_once(wechat, calls):
    threads = [threading.Thread(target=wechat.check_text, args=(PERSON, "漏水", 2)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls() == {TOKEN: 1, CHECK: 6}


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_refused_token_is_replaced_and_the_call_made_once_more(simulator, wechat, calls, errcode):
    wechat.check_text(PERSON, "漏水", 2)
    simulator.control("fault", endpoint=CHECK, errcode=errcode)
    wechat.check_text(PERSON, "漏水", 2)
    assert calls() == {TOKEN: 2, CHECK: 3}


def test_after_the_secret_was_reset_a_new_token_is_used(simulator, wechat, calls):
    wechat.check_text(PERSON, "漏水", 2)
    simulator.control("revoke_tokens")
    wechat.check_text(PERSON, "漏水", 2)
    wechat.check_text(PERSON, "漏水", 2)
    assert calls() == {TOKEN: 2, CHECK: 4}


def test_a_token_refused_for_ever_ends_after_one_retry(simulator, wechat, calls):
    simulator.control("fault", endpoint=CHECK, errcode=40001, times=1000)
    with pytest.raises(AccessTokenRefused):
        wechat.check_text(PERSON, "漏水", 2)
    assert calls() == {TOKEN: 2, CHECK: 2}


def test_the_newer_token_of_another_process_is_taken_from_the_store(simulator, connect, calls):
    store = MemoryTokenStore()
    first, second = connect(store), connect(store)
    first.check_text(PERSON, "漏水", 2)
    second.check_text(PERSON, "漏水", 2)
    simulator.control("revoke_tokens")
    first.check_text(PERSON, "漏水", 2)
    second.check_text(PERSON, "漏水", 2)
    assert calls()[TOKEN] == 2


def test_a_wrong_secret_is_told_at_the_first_call(connect, calls):
    with pytest.raises(WeChatMisconfigured):
        connect(secret="not-the-secret").check_text(PERSON, "漏水", 2)
    assert calls() == {TOKEN: 1}


def test_the_token_is_never_shown():
    from datetime import UTC, datetime

    from miniprogram_api.wechat.tokens import CachedToken

    assert "hidden" not in repr(CachedToken("hidden", datetime.now(UTC)))
