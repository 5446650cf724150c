r"""Keys as operators paste them, made into what can be used, or refused with a plain sentence.

A parameter store hands a PEM back with CRLF, with ``\n`` as two characters, or without its first line, and the
merchant platform gives out both PKCS#1 and PKCS#8; the library takes one of these forms and fails unclearly on others.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from miniprogram_api.wechat.pay.errors import PayMisconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SMALLEST_RSA_BITS = 2048
APIV3_KEY_BYTES = 32
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")


def private_key(text: str) -> RSAPrivateKey:
    """Our API private key.

    Raises:
        PayMisconfigured: it is not an RSA private key of at least 2048 bits without a passphrase.
    """
    name = "wechat-pay-private-key"
    key = _first_that_loads(
        _candidates(text, ("PRIVATE KEY", "RSA PRIVATE KEY")),
        lambda pem: serialization.load_pem_private_key(pem, password=None),
    )
    if not isinstance(key, RSAPrivateKey):
        raise _refused(name, "is not an RSA private key without a passphrase (the content of apiclient_key.pem)")
    if key.key_size < SMALLEST_RSA_BITS:
        raise _refused(name, "is an RSA key of fewer than 2048 bits")
    return key


def platform_key(serial: str, text: str) -> RSAPublicKey:
    """The key WeChat signs with under this ``Wechatpay-Serial``, from a public key or a certificate.

    Raises:
        PayMisconfigured: it is neither, or it is the certificate of another serial.
    """
    name = f"platform key {serial}"
    certificate = _first_that_loads(_candidates(text, ("CERTIFICATE",)), x509.load_pem_x509_certificate)
    if isinstance(certificate, x509.Certificate):
        if format(certificate.serial_number, "X") != serial.lstrip("0"):
            raise _refused(name, "is a certificate of another serial number")
        key: object = certificate.public_key()
    else:
        forms = ("PUBLIC KEY", "RSA PUBLIC KEY")
        key = _first_that_loads(_candidates(text, forms), serialization.load_pem_public_key)
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_RSA_BITS:
        raise _refused(name, "is neither a WeChat Pay public key (pub_key.pem) nor a platform certificate")
    return key


def apiv3_key(text: str) -> str:
    """The APIv3 key without what pasting added around it.

    Raises:
        PayMisconfigured: it does not have 32 characters of ASCII.
    """
    key = text.strip()
    if not key.isascii() or len(key) != APIV3_KEY_BYTES:
        raise _refused("wechat-pay-apiv3-key", "does not have 32 letters and digits")
    return key


def _candidates(text: str, labels: Sequence[str]) -> list[bytes]:
    """The text as PEM: as it is, or, when it has no frame, in each frame it may have lost."""
    plain = text.lstrip("\ufeff").replace("\\r", "").replace("\\n", "\n").replace("\r\n", "\n").strip()
    if plain.startswith("-----BEGIN"):
        return [_reframed(plain)]
    if not plain or _BASE64.fullmatch(plain) is None:
        return []
    return [_framed(label, plain) for label in labels]


def _reframed(pem: str) -> bytes:
    """A framed key whose line breaks became spaces gets them back."""
    parts = re.fullmatch(r"-----BEGIN ([A-Z ]+)-----(.*?)-----END \1-----", pem, re.DOTALL)
    if parts is None or _BASE64.fullmatch(parts[2]) is None:
        return pem.encode("utf-8", "replace")
    return _framed(parts[1], parts[2])


def _framed(label: str, content: str) -> bytes:
    lines = "\n".join(textwrap.wrap("".join(content.split()), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()


def _first_that_loads(pems: list[bytes], load: Callable[[bytes], object]) -> object:
    for pem in pems:
        try:
            return load(pem)
        except (ValueError, TypeError):  # the error may quote the key
            continue
    return None


def _refused(name: str, why: str) -> PayMisconfigured:
    return PayMisconfigured(secret=name, reason=f"{name} {why}")
