"""The simulator seen from outside with a plain HTTP client, against WeChat's documented behaviour."""

from __future__ import annotations

import io
import json
import re
import select
import subprocess
import sys
import time

import pytest
import requests
from PIL import Image

from local.wechat_simulator import WeChatSimulator
from tests.wechat.push_receiver import PushReceiver

PERSON = "oLucheng0000000000000000001a"
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
AES_KEY = "A" * 43


@pytest.fixture
def simulator():
    with WeChatSimulator() as running:
        yield running


class Caller:
    def __init__(self, simulator: WeChatSimulator) -> None:
        self.simulator, self.base = simulator, simulator.base_url

    def control(self, act: str, **body):
        answer = requests.post(f"{self.base}/_sim/{act}", json=body, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def record(self, name: str, **query):
        return requests.get(f"{self.base}/_sim/{name}", params=query, timeout=5).json()[name]

    def login(self, **changes):
        query = {"appid": self.simulator.appid, "secret": self.simulator.secret, "grant_type": "authorization_code"}
        return requests.get(f"{self.base}/sns/jscode2session", params=query | changes, timeout=5)

    def token(self, **changes):
        body = {"appid": self.simulator.appid, "secret": self.simulator.secret, "grant_type": "client_credential"}
        return requests.post(f"{self.base}/cgi-bin/stable_token", json=body | changes, timeout=5).json()

    def post(self, path: str, body, token: str | None = None):
        query = {"access_token": token or self.token()["access_token"]}
        return requests.post(f"{self.base}{path}", params=query, json=body, timeout=5)


@pytest.fixture
def caller(simulator):
    return Caller(simulator)


def test_login_answers_as_text_without_errcode_and_with_a_new_session_key_each_time(caller):
    answers = [caller.login(js_code=caller.control("login_code", openid=PERSON)["code"]) for _ in range(2)]
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/plain"}
    assert [set(answer.json()) for answer in answers] == [{"session_key", "openid"}] * 2
    assert answers[0].json()["session_key"] != answers[1].json()["session_key"]


def test_login_refusals_are_http_200_and_end_with_a_rid(caller):
    code = caller.control("login_code", openid=PERSON)["code"]
    caller.login(js_code=code)
    refusals = [
        (caller.login(js_code=code), 40163),
        (caller.login(js_code="unknown"), 40029),
        (caller.login(js_code="x", appid="wx1"), 40013),
        (caller.login(js_code="x", secret="1"), 40125),
        (caller.login(js_code="x", appid=""), 41002),
        (caller.login(js_code="x", secret=""), 41004),
    ]
    for answer, errcode in refusals:
        assert (answer.status_code, answer.json()["errcode"]) == (200, errcode)
        assert RID.search(answer.json()["errmsg"])


def test_stable_token_stays_until_five_minutes_are_left_and_the_old_one_overlaps(caller):
    caller.control("visit", openid=PERSON)
    first = caller.token()
    assert first["expires_in"] == 7200
    assert len(first["access_token"]) == 512
    caller.control("clock", advance_seconds=7200 - 320)
    same = caller.token()
    assert same["access_token"] == first["access_token"]
    assert 300 < same["expires_in"] <= 320
    caller.control("clock", advance_seconds=30)
    new = caller.token()
    assert new["access_token"] != first["access_token"]
    caller.control("visit", openid=PERSON)
    text = {"version": 2, "openid": PERSON, "scene": 2, "content": "漏水"}
    for token in (first, new):
        assert caller.post("/wxa/msg_sec_check", text, token["access_token"]).json()["errcode"] == 0
    caller.control("clock", advance_seconds=300)
    assert caller.post("/wxa/msg_sec_check", text, first["access_token"]).json()["errcode"] == 42001


def test_forced_tokens_are_rationed(caller):
    first = caller.token(force_refresh=True)["access_token"]
    assert caller.token(force_refresh=True)["access_token"] == first
    tokens = {first}
    for _ in range(25):
        caller.control("clock", advance_seconds=31)
        tokens.add(caller.token(force_refresh=True)["access_token"])
    assert len(tokens) == 20  # a day's ration


def test_the_token_door_is_post_only_and_calls_need_a_token(caller):
    assert requests.get(f"{caller.base}/cgi-bin/stable_token", timeout=5).json()["errcode"] == 43002
    assert requests.post(f"{caller.base}/wxa/msg_sec_check", json={}, timeout=5).json()["errcode"] == 41001
    assert caller.post("/wxa/msg_sec_check", {}, "made-up").json()["errcode"] == 40001


def test_the_phone_code_belongs_in_the_body_and_is_no_login_code(caller):
    code = caller.control("phone_code", phone="13800138000")["code"]
    token = caller.token()["access_token"]
    in_query = requests.post(
        f"{caller.base}/wxa/business/getuserphonenumber", params={"access_token": token, "code": code}, timeout=5
    ).json()
    assert in_query["errcode"] == 40029
    login_code = caller.control("login_code", openid=PERSON)["code"]
    wrong_kind = caller.post("/wxa/business/getuserphonenumber", {"code": login_code}).json()
    assert re.match(r"invalid code hint: \[.+\] rid: ", wrong_kind["errmsg"])
    info = caller.post("/wxa/business/getuserphonenumber", {"code": code}).json()["phone_info"]
    assert (info["purePhoneNumber"], info["countryCode"]) == ("13800138000", 86)
    assert info["watermark"]["appid"] == caller.simulator.appid


class TestSubscribe:
    SEND = "/cgi-bin/message/subscribe/send"

    @pytest.fixture(autouse=True)
    def allowed(self, caller):
        caller.control("template", template_id="t1", keys=["thing1", "character_string2"])
        caller.control("grant", openid=PERSON, template_ids=["t1"])

    def send(self, caller, **changes):
        values = {"thing1": {"value": "漏水"}, "character_string2": {"value": "wo_1"}}
        return caller.post(self.SEND, {"touser": PERSON, "template_id": "t1", "data": values, **changes}).json()

    def test_one_tap_is_one_message(self, caller):
        answer = self.send(caller)
        assert (answer["errcode"], type(answer["msgid"])) == (0, int)
        assert self.send(caller)["errcode"] == 43101
        [message] = caller.record("sent", openid=PERSON)
        assert message["data"]["thing1"] == {"value": "漏水"}

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"thing1": {"value": "一" * 21}}, "data.thing1.value invalid"),
            ({"thing1": {"value": "漏\n水"}}, "data.thing1.value invalid"),
            ({"thing1": {"value": ""}}, "data.thing1.value is empty"),
            ({"character_string2": {"value": "工单"}}, "data.character_string2.value invalid"),
            ({"character_string2": None}, "data.character_string2.value is empty"),
        ],
    )
    def test_a_bad_value_is_named(self, caller, values, said):
        good = {"thing1": {"value": "漏水"}, "character_string2": {"value": "wo_1"}}
        answer = self.send(caller, data=good | values)
        assert answer["errcode"] == 47003
        assert answer["errmsg"].startswith(f"argument invalid! {said} rid: ")

    def test_who_what_and_where_must_exist(self, caller):
        assert self.send(caller, touser="oNobody")["errcode"] == 40003
        assert self.send(caller, template_id="t2")["errcode"] == 40037
        caller.control("released_pages", pages=["pages/index"])
        assert self.send(caller, page="pages/new")["errcode"] == 41030
        assert self.send(caller, page="pages/index?id=1")["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"scene": "x" * 33}, 40169),
        ({"scene": 5}, 40169),
        ({"scene": "中文"}, 40129),
        ({"scene": "a%20b"}, 40129),
        ({"page": "pages/other"}, 41030),
        ({"page": "/pages/card"}, 41030),
        ({"width": 200}, 40097),
        ({"env_version": "beta"}, 40097),
    ],
)
def test_a_code_is_a_picture_or_json_under_the_same_status(caller, changes, errcode):
    caller.control("released_pages", pages=["pages/card"])
    wanted = {"scene": "c=abc", "page": "pages/card", "width": 300}
    picture = caller.post("/wxa/getwxacodeunlimit", wanted)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(picture.content)).size == (300, 300)
    refused = caller.post("/wxa/getwxacodeunlimit", wanted | changes)
    assert (refused.status_code, refused.json()["errcode"]) == (200, errcode)


class TestContent:
    @pytest.fixture(autouse=True)
    def present(self, caller):
        caller.control("visit", openid=PERSON)

    def check(self, caller, **changes):
        body = {"version": 2, "openid": PERSON, "scene": 2, "content": "漏水"}
        return caller.post("/wxa/msg_sec_check", body | changes).json()

    def test_the_judgement_is_in_the_result_and_the_worst_word_counts(self, caller):
        caller.control("content", words={"广告": ["review", 10001], "赌博": ["risky", 20006]})
        assert self.check(caller)["result"] == {"suggest": "pass", "label": 100}
        answer = self.check(caller, content="广告：赌博")
        assert (answer["errcode"], answer["result"]) == (0, {"suggest": "risky", "label": 20006})

    @pytest.mark.parametrize(
        ("changes", "errcode"),
        [({"access_token": "x"}, 47001), ({"content": ""}, 44002), ({"scene": 9}, 40129), ({"openid": "o"}, 40003)],
    )
    def test_refusals(self, caller, changes, errcode):
        assert self.check(caller, **changes)["errcode"] == errcode

    def test_two_hours_after_the_last_visit_nothing_is_checked(self, caller):
        caller.control("clock", advance_seconds=7201)
        assert self.check(caller)["errcode"] == 61010
        caller.control("visit", openid=PERSON)
        assert self.check(caller)["errcode"] == 0

    def test_a_picture_is_known_by_its_sum(self, caller):
        bad = b"\x89PNG\r\n\x1a\n bad"
        # sha256 of these twelve bytes, by `printf '\x89PNG\r\n\x1a\n bad' | sha256sum`
        caller.control(
            "content", images={"4d20dadcb2b5b1a10134051539c08e55216a8ec202286ed404ccffc868ef1123": ["risky", 20001]}
        )
        with PushReceiver(photo=bad) as receiver:
            caller.control("push", url=receiver.url, token="t", encoding_aes_key=AES_KEY, mode="plain", delay_seconds=0)
            body = {"version": 2, "openid": PERSON, "scene": 2, "media_type": 2}
            trace = caller.post(
                "/wxa/media_check_async", {**body, "media_url": f"{receiver.base_url}/photo.jpg"}
            ).json()
            event = json.loads(receiver.take().body)
            assert (event["trace_id"], event["result"]) == (trace["trace_id"], {"suggest": "risky", "label": 20001})
            receiver.photo = b"no picture at all"
            caller.post("/wxa/media_check_async", {**body, "media_url": f"{receiver.base_url}/photo.jpg"})
            assert json.loads(receiver.take().body)["errcode"] == -1008
            local_file = caller.post("/wxa/media_check_async", {**body, "media_url": "file:///etc/hostname"})
            assert local_file.json()["errcode"] == 40097


class TestPush:
    def deliver(self, caller, receiver, **target):
        settings = {"token": "t", "encoding_aes_key": AES_KEY, "delay_seconds": 0, "timeout_seconds": 0.3}
        caller.control("push", url=receiver.url, **(settings | target))
        caller.control("event", event={"Event": "debug_demo"})

    def wait_for_attempts(self, caller, number):
        deadline = time.monotonic() + 10
        while len(attempts := caller.record("pushes")) < number and time.monotonic() < deadline:
            pass
        return attempts

    def test_no_answer_in_time_is_tried_three_times_with_the_same_words(self, caller):
        with PushReceiver(answers=["hang", "hang", "hang", "hang"]) as receiver:
            self.deliver(caller, receiver)
            deliveries = [receiver.take() for _ in range(3)]
            assert [one.body for one in deliveries] == [deliveries[0].body] * 3
            assert [one["status"] for one in self.wait_for_attempts(caller, 3)] == [None] * 3
            assert receiver.arrived.empty()

    def test_a_late_success_ends_it(self, caller):
        with PushReceiver(answers=["hang", "success"]) as receiver:
            self.deliver(caller, receiver)
            assert [one["status"] for one in self.wait_for_attempts(caller, 2)] == [None, 200]

    def test_nobody_there(self, caller):
        with PushReceiver() as receiver:
            pass
        self.deliver(caller, receiver)
        assert [one["status"] for one in self.wait_for_attempts(caller, 3)] == [None] * 3

    def test_a_list_of_one_is_an_object_and_a_list_of_two_an_array(self, caller):
        with PushReceiver() as receiver:
            self.deliver(caller, receiver, mode="plain")
            receiver.take()
            caller.control("grant", openid=PERSON, template_ids=["t1"])
            assert json.loads(receiver.take().body)["List"]["TemplateId"] == "t1"
            caller.control("grant", openid=PERSON, template_ids=["t1", "t2"])
            assert [one["TemplateId"] for one in json.loads(receiver.take().body)["List"]] == ["t1", "t2"]

    def test_an_event_can_be_doubled(self, caller):
        with PushReceiver() as receiver:
            self.deliver(caller, receiver)
            caller.control("event", event={"Event": "again"}, times=2)
            assert len([receiver.take() for _ in range(3)]) == 3


class TestControlDesk:
    def test_faults_wait_for_their_endpoint_and_end(self, caller):
        caller.control("fault", endpoint="/sns/jscode2session", http_status=502, times=2)
        assert "access_token" in caller.token()
        assert [caller.login(js_code="x").status_code for _ in range(3)] == [502, 502, 200]
        caller.control("fault", endpoint="/sns/jscode2session", drop="before")
        with pytest.raises(requests.ConnectionError):
            caller.login(js_code="x")

    def test_permissions_and_calls_can_be_read(self, caller):
        caller.control("grant", openid=PERSON, template_ids=["t1", "t2"], times=2)
        caller.control("refuse", openid=PERSON, template_ids=["t2"])
        assert caller.record("quotas") == [[PERSON, "t1", 2]]
        caller.login(js_code="x")
        assert caller.record("calls") == ["/sns/jscode2session"]

    @pytest.mark.parametrize(
        ("act", "body", "status"),
        [
            ("nothing", "{}", 404),
            ("__init__", "{}", 404),
            ("login_code", "{}", 400),
            ("login_code", '{"openid": "o", "extra": 1}', 400),
            ("login_code", "rubbish", 400),
            ("login_code", "[]", 400),
            ("content", '{"words": {"a": ["bad", 1]}}', 400),
            ("push", '{"url": "file:///a", "token": "t", "encoding_aes_key": "k"}', 400),
        ],
    )
    def test_a_mistake_is_told_and_the_server_lives_on(self, caller, act, body, status):
        answer = requests.post(f"{caller.base}/_sim/{act}", data=body.encode(), timeout=5)
        assert (answer.status_code, set(answer.json())) == (status, {"error"})
        assert caller.control("login_code", openid=PERSON)["code"]

    def test_it_listens_on_loopback_only(self, simulator):
        assert simulator.base_url.startswith("http://127.0.0.1:")


def test_it_runs_alone_says_where_and_as_whom_and_stops_when_told():
    command = [sys.executable, "-m", "local.wechat_simulator", "--port", "0", "--appid", "wx1234567890abcdef"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert select.select([process.stdout], [], [], 20)[0]
            base_url, _, appid, _, secret = process.stdout.readline().split()
            query = {"appid": appid, "secret": secret, "grant_type": "authorization_code", "js_code": "x"}
            assert requests.get(f"{base_url}/sns/jscode2session", params=query, timeout=5).json()["errcode"] == 40029
        finally:
            process.terminate()
        assert process.wait(10) == 0


def test_a_port_in_use_is_one_plain_sentence(simulator):
    port = simulator.base_url.rpartition(":")[2]
    command = [sys.executable, "-m", "local.wechat_simulator", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 1
    assert done.stderr.startswith(f"port {port} cannot be used")
    assert done.stderr.count("\n") == 1
