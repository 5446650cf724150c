from __future__ import annotations

import io

import pytest
from PIL import Image

from miniprogram_api.kernel.errors import TooLarge
from miniprogram_api.wechat.errors import (
    ContentRisky,
    ContentUnchecked,
    PhoneCodeRefused,
    PhoneQuotaExhausted,
    RecipientUnknown,
    SubscriptionRefused,
    TemplateArgumentInvalid,
    WeChatBusy,
    WeChatMisconfigured,
)
from miniprogram_api.wechat.verdicts import Suggestion

from .conftest import PERSON

TEMPLATE = "tWorkOrderDone0000000000000000000000000000a"
SEND = "/cgi-bin/message/subscribe/send"
CODE = "/wxa/getwxacodeunlimit"
DATA = {"thing1": "三单元三〇二室厨房水管漏水已经修好请评价一下服务", "time2": "2026-11-22 09:05"}


class TestPhoneNumber:
    @pytest.mark.parametrize("country_code", [86, "86"])
    def test_a_mainland_number_has_eleven_digits(self, simulator, wechat, country_code):
        code = simulator.control("phone_code", phone="13800138000", country_code=country_code)["code"]
        assert wechat.phone_number(code) == "13800138000"

    def test_another_country_keeps_its_prefix(self, simulator, wechat):
        code = simulator.control("phone_code", phone="51234567", country_code="852")["code"]
        assert wechat.phone_number(code) == "+85251234567"

    def test_a_code_works_once_and_is_not_a_login_code(self, simulator, wechat):
        code = simulator.control("phone_code", phone="13800138000")["code"]
        wechat.phone_number(code)
        for refused in (code, simulator.control("login_code", openid=PERSON)["code"]):
            with pytest.raises(PhoneCodeRefused):
                wechat.phone_number(refused)

    def test_no_quota_left(self, simulator, wechat):
        simulator.control("fault", endpoint="/wxa/business/getuserphonenumber", errcode=1400001)
        with pytest.raises(PhoneQuotaExhausted):
            wechat.phone_number("any")


class TestSubscribeMessage:
    @pytest.fixture(autouse=True)
    def template(self, simulator):
        simulator.control("template", template_id=TEMPLATE, keys=["thing1", "time2"])
        simulator.control("grant", openid=PERSON, template_ids=[TEMPLATE])

    def send(self, wechat, **changes):
        said = {"openid": PERSON, "template_id": TEMPLATE, "data": DATA, "page": "pages/order?id=wo_1", **changes}
        return wechat.send_subscribe_message(**said)

    def test_it_arrives_fitted_to_its_keys(self, simulator, wechat):
        message_id = self.send(wechat)
        [message] = simulator.control("sent", openid=PERSON)["sent"]
        assert message["data"] == {
            "thing1": {"value": "三单元三〇二室厨房水管漏水已经修好请评…"},
            "time2": {"value": "2026年11月22日 09:05"},
        }
        assert (message["page"], message["miniprogram_state"]) == ("pages/order?id=wo_1", "formal")
        assert message_id == str(message["msgid"])

    def test_one_permission_is_one_message(self, wechat):
        self.send(wechat)
        with pytest.raises(SubscriptionRefused):
            self.send(wechat)

    def test_a_value_that_is_no_time_is_not_sent(self, simulator, wechat):
        with pytest.raises(TemplateArgumentInvalid) as refused:
            self.send(wechat, data={**DATA, "time2": "明天上午"})
        assert refused.value.detail["field"] == "time2"
        assert SEND not in simulator.world.calls

    def test_wechat_names_the_missing_field(self, wechat):
        with pytest.raises(TemplateArgumentInvalid) as refused:
            self.send(wechat, data={"thing1": "漏水"})
        assert refused.value.detail["field"] == "time2"

    def test_a_field_name_cut_off_by_wechat_is_left_empty(self, simulator, wechat):
        cut = "argument invalid! data.character_str"
        simulator.control("fault", endpoint=SEND, errcode=47003, errmsg=cut)
        with pytest.raises(TemplateArgumentInvalid) as refused:
            self.send(wechat)
        assert refused.value.detail["field"] == ""

    def test_a_stranger(self, wechat):
        with pytest.raises(RecipientUnknown):
            self.send(wechat, openid="oNobody")

    def test_a_template_or_page_that_does_not_exist_is_for_the_operator(self, simulator, wechat):
        with pytest.raises(WeChatMisconfigured):
            self.send(wechat, template_id="tUnknown")
        simulator.control("released_pages", pages=["pages/index"])
        with pytest.raises(WeChatMisconfigured):
            self.send(wechat)
        self.send(wechat, state="trial")

    def test_a_lost_answer_is_busy_and_not_sent_twice(self, simulator, wechat):
        simulator.control("fault", endpoint=SEND, drop="after")
        with pytest.raises(WeChatBusy):
            self.send(wechat)
        assert len(simulator.control("sent")["sent"]) == 1


class TestContent:
    @pytest.fixture(autouse=True)
    def present(self, simulator):
        simulator.control("visit", openid=PERSON)

    def test_a_clean_text(self, wechat):
        verdict = wechat.check_text(PERSON, "水管漏水，\n请来看看 \ud83d\ude4f", 2)
        assert (verdict.suggest, verdict.label) == (Suggestion.PASS, 100)
        assert verdict.trace_id
        verdict.require_not_risky()

    def test_a_risky_text_is_refused_and_a_doubtful_one_goes_to_a_person(self, simulator, wechat):
        simulator.control("content", words={"赌博": ["risky", 20006], "加微信": ["review", 10001]})
        doubtful = wechat.check_text(PERSON, "加微信有惊喜", 2)
        doubtful.require_not_risky()
        assert doubtful.suggest is Suggestion.REVIEW
        risky = wechat.check_text(PERSON, "加微信一起赌博", 2)
        with pytest.raises(ContentRisky):
            risky.require_not_risky()

    def test_a_blank_text_is_not_sent_and_a_huge_one_refused(self, simulator, wechat):
        assert wechat.check_text(PERSON, " \n", 2).suggest is Suggestion.PASS
        wechat.check_text(PERSON, "漏" * 2500, 2)
        with pytest.raises(TooLarge):
            wechat.check_text(PERSON, "漏" * 2501, 2)
        assert simulator.world.calls.count("/wxa/msg_sec_check") == 1

    def test_who_was_not_here_for_two_hours_cannot_be_checked(self, simulator, wechat):
        simulator.control("clock", advance_seconds=2 * 3600 + 1)
        with pytest.raises(ContentUnchecked):
            wechat.check_text(PERSON, "漏水", 2)
        with pytest.raises(ContentUnchecked):
            wechat.check_image(PERSON, "http://127.0.0.1:9/a.jpg", 2)

    def test_half_a_character_does_not_break_the_call(self, wechat):
        assert wechat.check_text(PERSON, "漏水\ud83d", 2).suggest is Suggestion.PASS

    def test_a_verdict_we_cannot_read_is_never_a_pass(self):
        assert Suggestion.read("block") is Suggestion.REVIEW
        assert Suggestion.read(None) is Suggestion.REVIEW


class TestCardCode:
    def test_a_picture_of_the_wanted_size(self, simulator, wechat):
        simulator.control("released_pages", pages=["pages/card"])
        picture = Image.open(io.BytesIO(wechat.card_code("c=3vQB7B6MrGQZaxCuFg4oh1", "pages/card", width=280)))
        assert picture.size == (280, 280)

    def test_a_refusal_under_http_200_is_seen(self, simulator, wechat):
        with pytest.raises(WeChatMisconfigured) as refused:
            wechat.card_code("x" * 33, "pages/card")
        assert refused.value.detail["errcode"] == 40169
        simulator.control("released_pages", pages=[])
        with pytest.raises(WeChatMisconfigured) as refused:
            wechat.card_code("x", "pages/card")
        assert refused.value.detail["errcode"] == 41030
        assert wechat.card_code("x", "pages/card", check_path=False)

    def test_anything_that_is_no_picture_is_not_handed_on(self, simulator, wechat):
        simulator.control("fault", endpoint=CODE, http_status=200)
        with pytest.raises(WeChatBusy):
            wechat.card_code("x", "pages/card")
