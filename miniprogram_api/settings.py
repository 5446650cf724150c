"""What differs between one deployment and another; the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "local"
WECHAT = "https://api.weixin.qq.com"
WECHAT_PAY = "https://api.mch.weixin.qq.com"


class SettingRefused(RuntimeError):
    """A setting would make the deployment unsafe; the function does not start."""


class SettingMissing(RuntimeError):
    """The deployment lacks a setting; the function cannot start, and says which one."""


@dataclass(frozen=True, slots=True)
class PaySettings:
    """Who this deployment is to WeChat Pay; an empty ``mchid`` collects nothing. None of it is secret.

    ``second_key_id`` is there only while WeChat switches from one key of its own to another: then both are accepted.
    """

    mchid: str
    certificate_serial: str
    service_provider: bool
    public_key_id: str
    second_key_id: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and addresses, never secrets: those are read by name from the parameter store below ``secrets_path``.

    ``wechat_link_check`` is the name and content of the file by which WeChat sees who owns the address on the cards.
    """

    stage: str
    region: str
    table: str
    uploads_bucket: str
    media_bucket: str
    messages_queue_url: str
    payments_function: str
    ballots_function: str
    public_url: str
    wechat_appid: str
    wechat_link_check: tuple[str, str]
    wechat_api_url: str
    secrets_path: str
    log_level: str
    pay: PaySettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read and check all settings once.

        Raises:
            SettingMissing: one is absent or empty.
            SettingRefused: a deployed stage would trust something else than WeChat.
        """

        def setting(name: str, default: str | None = None) -> str:
            value = environment.get(name, "") or default
            if not value:
                raise SettingMissing(f"{name} is not set; infra/ and docs/operations.md say what it must hold")
            return value

        def official(name: str, address: str) -> str:
            given = setting(name, address).rstrip("/")
            if given != address and setting("FP_STAGE") != LOCAL:
                raise SettingRefused(f"{name} may point to a simulator only in the local stage")
            return given

        wechat = official("FP_WECHAT_API_URL", WECHAT)
        pay = PaySettings(
            mchid=environment.get("FP_PAY_MCHID", ""),
            certificate_serial=environment.get("FP_PAY_CERTIFICATE_SERIAL", ""),
            service_provider=environment.get("FP_PAY_MODE", "provider") == "provider",
            public_key_id=environment.get("FP_PAY_PUBLIC_KEY_ID", ""),
            second_key_id=environment.get("FP_PAY_SECOND_KEY_ID", ""),
            api_url=official("FP_PAY_API_URL", WECHAT_PAY),
        )
        return cls(
            stage=setting("FP_STAGE"),
            region=setting("AWS_REGION", environment.get("AWS_DEFAULT_REGION")),
            table=setting("FP_TABLE"),
            uploads_bucket=setting("FP_UPLOADS_BUCKET"),
            media_bucket=setting("FP_MEDIA_BUCKET"),
            messages_queue_url=setting("FP_MESSAGES_QUEUE_URL"),
            payments_function=setting("FP_PAYMENTS_FUNCTION"),
            ballots_function=setting("FP_BALLOTS_FUNCTION"),
            public_url=setting("FP_PUBLIC_URL").rstrip("/"),
            wechat_appid=setting("FP_WECHAT_APPID"),
            wechat_link_check=_file(environment.get("FP_WECHAT_LINK_CHECK", "")),
            wechat_api_url=wechat,
            secrets_path=setting("FP_SECRETS_PATH"),
            log_level=setting("POWERTOOLS_LOG_LEVEL", "INFO"),
            pay=pay,
        )


def _file(named: str) -> tuple[str, str]:
    name, _, content = named.partition(":")
    return name.removesuffix(".txt"), content
