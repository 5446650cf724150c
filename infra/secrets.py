"""The secrets nobody gives a stage: drawn once, kept in its parameter store: `python -m infra.secrets --stage prod`.

What WeChat gives (keys, certificates, the app's secret) an operator writes beside them: docs/operations.md, step 4.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

GIVEN = (
    *("wechat-app-secret", "subscribe-templates"),
    *("wechat-pay-private-key", "wechat-pay-apiv3-key", "wechat-pay-public-key", "wechat-pay-second-key"),
)
"""Names of what an operator writes."""


def drawn_secrets() -> dict[str, str]:
    """Return a new set, by name.

    ``data-key`` encrypts personal data and ``index-key`` finds it again: neither may ever be lost or replaced.
    """

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "session-keys": secrets.token_urlsafe(32),
        "operator-code": secrets.token_urlsafe(16),
        "data-key": key(),
        "index-key": key(),
        "ballot-key": key(),
        "wechat-push-token": secrets.token_hex(16),
        "wechat-push-aes-key": key().removesuffix("="),
    }


def main() -> None:
    """Draw what the stage does not have yet; say what an operator must still write."""
    parser = argparse.ArgumentParser(description="Draw the secrets of a stage that nobody gives.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--region", required=True)
    given = parser.parse_args()
    path = f"/flowing-property/{given.stage}"
    store = boto3.client("ssm", region_name=given.region)
    try:
        for name, value in drawn_secrets().items():
            print(f"{path}/{name}: {_keep(store, f'{path}/{name}', value)}")
        missing = [name for name in GIVEN if not _exists(store, f"{path}/{name}")]
    except (BotoCoreError, ClientError) as failure:
        sys.exit(f"The parameter store did not take it: {failure}")
    if missing:
        print(f"Still to be written by you (docs/operations.md, step 4): {', '.join(missing)}")


def _keep(store: Any, name: str, value: str) -> str:
    """Write a secret unless there is one: a second draw would make what the first one sealed unreadable."""
    try:
        store.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=False)
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
        return "kept"
    return "drawn"


def _exists(store: Any, name: str) -> bool:
    try:
        store.get_parameter(Name=name)
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return False
    return True


if __name__ == "__main__":
    main()
