"""Signing, verifying and decrypting by wechatpayv3, behind the checks it lacks. Importing this module loads it.

Only the library's signatures and cipher are used. Its client is not: it takes the time from the machine, keeps the
headers of an answer to itself, follows redirects, and for every serial it does not know it empties its certificates
and asks WeChat for new ones, so that a stranger with a made-up header can both make it call and make it forget.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cached_property
from typing import TYPE_CHECKING

from wechatpayv3 import utils

from miniprogram_api.wechat.pay import keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    from miniprogram_api.wechat.pay.merchant import PaySecrets

WINDOW_SECONDS = 300
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
CIPHER = "AEAD_AES_256_GCM"
_TIMESTAMP = re.compile(r"[0-9]{10}")
_NONCE = re.compile(r"[!-~]{1,128}")


class Untrusted(Exception):
    """Something is not provably WeChat's; the text says which check failed and quotes nothing."""


class Keyring:
    """Our private key, our APIv3 key, and the keys of WeChat that we accept.

    Raises:
        PayMisconfigured: one of them cannot be used; ``detail["reason"]`` says which and why.
    """

    def __init__(self, secrets: PaySecrets) -> None:
        self._secrets = secrets

    # Each is read by the first who needs it: the function that takes notifications may not read what signs requests.

    @cached_property
    def _private_key(self) -> RSAPrivateKey:
        return keys.private_key(self._secrets.private_key())

    @cached_property
    def _apiv3_key(self) -> str:
        return keys.apiv3_key(self._secrets.apiv3_key())

    @cached_property
    def _accepted(self) -> dict[str, RSAPublicKey]:
        return {serial: keys.platform_key(serial, read()) for serial, read in self._secrets.platform_keys.items()}

    def sign(self, *lines: str) -> str:
        """The Base64 signature over these lines, each ended by a line feed.

        Source: WeChat Pay APIv3, signing (requests: method, path, timestamp, nonce, body; wx.requestPayment: appid,
        timestamp, nonce, package).
        """
        return str(utils.rsa_sign(self._private_key, "".join(f"{line}\n" for line in lines)))

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Let through what WeChat signed less than five minutes from now; ``headers`` have lower-case names.

        The library sees a header only after its form, its serial and its time are right.

        Raises:
            Untrusted: with the reason.
        Source: WeChat Pay APIv3, verifying; the window is that of WeChat's own Go library.
        """
        timestamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
        signature = headers.get("wechatpay-signature", "")
        # WeChat's examples show answers without the type; it has one value for this product.
        if headers.get("wechatpay-signature-type", SIGNATURE_TYPE) != SIGNATURE_TYPE:
            raise Untrusted("signature type")
        key = self._accepted.get(headers.get("wechatpay-serial", ""))
        if key is None:
            raise Untrusted("serial")
        if not _TIMESTAMP.fullmatch(timestamp) or abs(int(now.timestamp()) - int(timestamp)) >= WINDOW_SECONDS:
            raise Untrusted("time")
        if not _NONCE.fullmatch(nonce) or not _is_canonical_base64(signature):
            raise Untrusted("form")
        if not utils.rsa_verify(timestamp, nonce, _text(body), signature, key):
            raise Untrusted("signature")

    def decrypt(self, resource: Mapping[str, object]) -> str:
        """The plain text of a notification's ``resource``.

        Raises:
            Untrusted: it does not decrypt with our APIv3 key.
        """
        if resource.get("algorithm") != CIPHER:
            raise Untrusted("algorithm")
        nonce, ciphertext = resource.get("nonce"), resource.get("ciphertext")
        associated = resource.get("associated_data") or ""
        if not isinstance(nonce, str) or not isinstance(ciphertext, str) or not isinstance(associated, str):
            raise Untrusted("resource")
        try:
            plain = utils.aes_decrypt(nonce, ciphertext, associated, self._apiv3_key)
        except ValueError:  # nonce of a wrong length, no Base64, no UTF-8
            plain = None
        if plain is None:
            raise Untrusted("cipher")
        return str(plain)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Untrusted("encoding") from None


def _is_canonical_base64(text: str) -> bool:
    """Whether it is the one way to write these bytes: the library's decoder drops what it does not know."""
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False
