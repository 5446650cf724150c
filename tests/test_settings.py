"""The environment is read once, completely, and never trusted further than the stage allows."""

from __future__ import annotations

import pytest

from miniprogram_api.settings import SettingMissing, SettingRefused, Settings

GIVEN = {
    "FP_STAGE": "prod",
    "AWS_REGION": "cn-north-1",
    "FP_TABLE": "table",
    "FP_UPLOADS_BUCKET": "uploads",
    "FP_MEDIA_BUCKET": "media",
    "FP_MESSAGES_QUEUE_URL": "https://sqs/queue",
    "FP_PAYMENTS_FUNCTION": "flowing-property-dev-settle_payments",
    "FP_BALLOTS_FUNCTION": "flowing-property-dev-ballot_office",
    "FP_PUBLIC_URL": "https://wy.example.cn/",
    "FP_WECHAT_APPID": "wx1",
    "FP_SECRETS_PATH": "/flowing-property/prod",
}
WECHAT = "https://api.weixin.qq.com"


def test_settings_take_their_values_and_defaults() -> None:
    settings = Settings.from_environment(GIVEN)
    assert (settings.stage, settings.public_url, settings.wechat_api_url) == ("prod", "https://wy.example.cn", WECHAT)
    assert settings.log_level == "INFO"


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("absence", [None, ""])
def test_a_missing_setting_is_named(name: str, absence: str | None) -> None:
    given = {key: value for key, value in GIVEN.items() if key != name} | ({} if absence is None else {name: absence})
    with pytest.raises(SettingMissing, match=name):
        Settings.from_environment(given)


def test_the_region_may_come_under_its_other_name() -> None:
    given = {key: value for key, value in GIVEN.items() if key != "AWS_REGION"} | {
        "AWS_DEFAULT_REGION": "cn-northwest-1"
    }
    assert Settings.from_environment(given).region == "cn-northwest-1"


@pytest.mark.parametrize("stage", ["dev", "prod", "prod-cn", "Local", "local "])
@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9000", "http://api.weixin.qq.com", f"{WECHAT}.evil.example", f"{WECHAT}:444", f"{WECHAT}/x"],
)
def test_a_deployed_stage_trusts_wechat_alone(stage: str, address: str) -> None:
    with pytest.raises(SettingRefused):
        Settings.from_environment({**GIVEN, "FP_STAGE": stage, "FP_WECHAT_API_URL": address})


def test_the_local_stage_may_talk_to_a_simulator() -> None:
    given = {**GIVEN, "FP_STAGE": "local", "FP_WECHAT_API_URL": "http://127.0.0.1:9000/"}
    assert Settings.from_environment(given).wechat_api_url == "http://127.0.0.1:9000"
    assert Settings.from_environment({**GIVEN, "FP_WECHAT_API_URL": f"{WECHAT}/"}).wechat_api_url == WECHAT
